"""What coordinators steer with, languages, indicators and evidence."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    make_tables()
    add_columns()
    drop_defaults()


def make_tables() -> None:
    op.create_table(
        "home_tab",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_home_tab_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_home_tab")),
    )
    with op.batch_alter_table("home_tab", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_home_tab_opened_at"), ["opened_at"], unique=False)

    op.create_table(
        "pulse",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_pulse")),
    )

    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("address", sa.String(length=2000), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("mimetype", sa.String(length=100), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name=op.f("fk_evidence_answer_id_answer")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_evidence_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("answer_id", "address", name=op.f("uq_evidence_answer_id_address")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_person_id"), ["person_id"], unique=False)

    op.create_table(
        "handover",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("participation_id", sa.Integer(), nullable=False),
        sa.Column("answer_ids", sa.JSON(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("origin", sa.String(length=255), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["from_id"], ["person.id"], name=op.f("fk_handover_from_id_person")),
        sa.ForeignKeyConstraint(
            ["participation_id"], ["participation.id"], name=op.f("fk_handover_participation_id_participation")
        ),
        sa.ForeignKeyConstraint(["to_id"], ["person.id"], name=op.f("fk_handover_to_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
        sa.UniqueConstraint("origin", name=op.f("uq_handover_origin")),
    )
    with op.batch_alter_table("handover", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handover_from_id"), ["from_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_handover_participation_id"), ["participation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_handover_to_id"), ["to_id"], unique=False)

    op.create_table(
        "inquiry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("root_id", sa.Integer(), nullable=True),
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=255), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name=op.f("fk_inquiry_answer_id_answer")),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_inquiry_delivery_id_delivery")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_inquiry_person_id_person")),
        sa.ForeignKeyConstraint(["root_id"], ["inquiry.id"], name=op.f("fk_inquiry_root_id_inquiry")),
        sa.ForeignKeyConstraint(["to_id"], ["person.id"], name=op.f("fk_inquiry_to_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry")),
        sa.UniqueConstraint("delivery_id", name=op.f("uq_inquiry_delivery_id")),
        sa.UniqueConstraint("origin", name=op.f("uq_inquiry_origin")),
    )
    with op.batch_alter_table("inquiry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inquiry_answer_id"), ["answer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_inquiry_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_inquiry_root_id"), ["root_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_inquiry_to_id"), ["to_id"], unique=False)


def add_columns() -> None:
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("details", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("note", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("open_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("entered_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_answer_entered_by_id_person"), "person", ["entered_by_id"], ["id"])

    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("origin", sa.String(length=255), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_audit_entry_origin"), ["origin"])

    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.add_column(sa.Column("cause", sa.String(length=16), nullable=True))

    with op.batch_alter_table("heard_message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("inquiry_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_heard_message_inquiry_id"), ["inquiry_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_heard_message_inquiry_id_inquiry"), "inquiry", ["inquiry_id"], ["id"]
        )

    with op.batch_alter_table("objective", schema=None) as batch_op:
        batch_op.add_column(sa.Column("room", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("indicators", sa.JSON(), server_default="[]", nullable=False))

    with op.batch_alter_table("participation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("open_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("skipped_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("skipped_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("skip_reason", sa.Text(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_participation_skipped_by_id_person"), "person", ["skipped_by_id"], ["id"]
        )

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("language", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("locale_asked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("away_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("unfit", sa.String(length=16), nullable=True))

    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("details", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("note", sa.Text(), nullable=True))


def drop_defaults() -> None:
    """They were only for the rows that were there."""
    for table, column in (("answer", "details"), ("revision", "details"), ("objective", "indicators")):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(column, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.drop_column("note")
        batch_op.drop_column("details")

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("unfit")
        batch_op.drop_column("away_until")
        batch_op.drop_column("locale_asked_at")
        batch_op.drop_column("language")

    with op.batch_alter_table("participation", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_participation_skipped_by_id_person"), type_="foreignkey")
        batch_op.drop_column("skip_reason")
        batch_op.drop_column("skipped_by_id")
        batch_op.drop_column("skipped_at")
        batch_op.drop_column("open_until")

    with op.batch_alter_table("objective", schema=None) as batch_op:
        batch_op.drop_column("indicators")
        batch_op.drop_column("room")

    with op.batch_alter_table("heard_message", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_heard_message_inquiry_id_inquiry"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_heard_message_inquiry_id"))
        batch_op.drop_column("inquiry_id")

    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_column("cause")

    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_audit_entry_origin"), type_="unique")
        batch_op.drop_column("origin")

    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_answer_entered_by_id_person"), type_="foreignkey")
        batch_op.drop_column("entered_by_id")
        batch_op.drop_column("open_until")
        batch_op.drop_column("note")
        batch_op.drop_column("details")

    with op.batch_alter_table("inquiry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inquiry_to_id"))
        batch_op.drop_index(batch_op.f("ix_inquiry_root_id"))
        batch_op.drop_index(batch_op.f("ix_inquiry_person_id"))
        batch_op.drop_index(batch_op.f("ix_inquiry_answer_id"))

    op.drop_table("inquiry")
    with op.batch_alter_table("handover", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handover_to_id"))
        batch_op.drop_index(batch_op.f("ix_handover_participation_id"))
        batch_op.drop_index(batch_op.f("ix_handover_from_id"))

    op.drop_table("handover")
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_person_id"))

    op.drop_table("evidence")
    op.drop_table("pulse")
    with op.batch_alter_table("home_tab", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_home_tab_opened_at"))

    op.drop_table("home_tab")
