"""The indexes that hold only some of a table's rows; imported where tables are made or compared with the models.

They stand apart from the models because SQLAlchemy imports all it knows of PostgreSQL with the first index that says
what it holds there: 3 MB and 25 ms that a bot on SQLite would pay for nothing.
"""

from sqlalchemy import Index, or_

from storage.models import IS_DUE, IS_PARKED, IS_UNANSWERED, Answer, Delivery

UNANSWERED = Index("ix_answer_unanswered", Answer.round_id, sqlite_where=IS_UNANSWERED, postgresql_where=IS_UNANSWERED)

_IS_UNSETTLED = or_(IS_DUE, IS_PARKED)
UNSETTLED = Index(
    "ix_delivery_unsettled",
    Delivery.state,
    Delivery.not_before,
    sqlite_where=_IS_UNSETTLED,
    postgresql_where=_IS_UNSETTLED,
)
