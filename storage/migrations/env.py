"""What alembic needs to know to run our steps; `storage.migrate` hands over the connection."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

import storage.partial_indexes  # noqa: F401 - the models with all their indexes
from storage.migrate import known_revisions
from storage.models import Base, DetailsJson, IndicatorsJson, UtcDateTime

PLAIN = {UtcDateTime: "sa.DateTime(timezone=True)", DetailsJson: "sa.JSON()", IndicatorsJson: "sa.JSON()"}


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """A step stands for itself: it names SQLAlchemy's types, not ours, which may change."""
    return PLAIN.get(type(item), False) if kind == "type" else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=len(known_revisions()) > 0,  # SQLite alters a table by copying it; the first step alters none
    render_item=render_item,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
