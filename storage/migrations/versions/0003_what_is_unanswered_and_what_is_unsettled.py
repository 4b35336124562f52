"""Indexes that hold only what is unanswered and what is unsettled."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

UNANSWERED = sa.text("state NOT IN ('answered', 'nothing')")
UNSETTLED = sa.text("state = 'due' OR state = 'parked'")
ROUND_OF_ANSWER = sa.text(
    "UPDATE answer SET round_id ="
    " (SELECT participation.round_id FROM participation WHERE participation.id = answer.participation_id)"
)


def upgrade() -> None:
    op.add_column("answer", sa.Column("round_id", sa.Integer(), nullable=True))
    op.execute(ROUND_OF_ANSWER)
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.alter_column("round_id", existing_type=sa.Integer(), nullable=False)
        batch_op.create_foreign_key(batch_op.f("fk_answer_round_id_round"), "round", ["round_id"], ["id"])
        batch_op.create_index(
            "ix_answer_unanswered", ["round_id"], unique=False, sqlite_where=UNANSWERED, postgresql_where=UNANSWERED
        )

    op.drop_index(op.f("ix_delivery_state_not_before"), "delivery")
    op.create_index(
        "ix_delivery_unsettled",
        "delivery",
        ["state", "not_before"],
        unique=False,
        sqlite_where=UNSETTLED,
        postgresql_where=UNSETTLED,
    )


def downgrade() -> None:
    op.drop_index("ix_delivery_unsettled", "delivery")
    op.create_index(op.f("ix_delivery_state_not_before"), "delivery", ["state", "not_before"], unique=False)

    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.drop_index("ix_answer_unanswered")
        batch_op.drop_constraint(batch_op.f("fk_answer_round_id_round"), type_="foreignkey")
        batch_op.drop_column("round_id")
