"""The tables. Rows never leave this package: queries turn them into the values of `storage.values`."""

from datetime import UTC, date, datetime
from typing import Annotated, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from storage.values import NO_DETAILS, AnswerDetails, AnswerState, IndicatorView


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC. SQLite keeps no zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class DetailsJson(TypeDecorator[AnswerDetails]):
    """What an answer says beside its text."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: AnswerDetails | None, dialect: Dialect) -> Any:
        return None if value is None else value.as_plain()

    def process_result_value(self, value: Any, dialect: Dialect) -> AnswerDetails | None:
        return None if value is None else AnswerDetails.from_plain(value)


class IndicatorsJson(TypeDecorator[tuple[IndicatorView, ...]]):
    """The indicators of an objective, in a column of its row: they are read with it on the path of every submission."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: tuple[IndicatorView, ...] | None, dialect: Dialect) -> Any:
        return None if value is None else [indicator.as_plain() for indicator in value]

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[IndicatorView, ...] | None:
        return None if value is None else tuple(map(IndicatorView.from_plain, value))


Key = Annotated[str, mapped_column(String(64))]
SlackId = Annotated[str, mapped_column(String(32))]
SlackTs = Annotated[str, mapped_column(String(32))]
State = Annotated[str, mapped_column(String(16))]
Moment = Annotated[datetime, mapped_column(UtcDateTime)]
LongText = Annotated[str, mapped_column(Text)]
Json = Annotated[Any, mapped_column(JSON)]
Details = Annotated[AnswerDetails, mapped_column(DetailsJson)]
PrimaryKey = Annotated[int, mapped_column(primary_key=True)]


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Person(Base):
    """Somebody who coordinates or answers, in any number of projects. Known by e-mail, then by their Slack id too."""

    __tablename__ = "person"

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(320), unique=True)
    slack_id: Mapped[SlackId | None] = mapped_column(unique=True)
    phone: Mapped[str | None] = mapped_column(String(64))
    language: Mapped[str | None] = mapped_column(String(16))  # what they chose to read; otherwise their locale decides
    locale: Mapped[str | None] = mapped_column(String(16))  # of their Slack: fi-FI
    locale_asked_at: Mapped[Moment | None]
    away_until: Mapped[date | None]  # the last day of their absence
    unfit: Mapped[State | None]  # bot or left, as Slack said last: nobody whom one can ask for anything
    dm_channel: Mapped[SlackId | None] = mapped_column(unique=True)
    looked_up_at: Mapped[Moment | None]  # when Slack was last asked who this is, or in vain for a DM


class HomeTab(Base):
    """The App Home of somebody who has opened it. Slack tells when it is opened and never when it is closed."""

    __tablename__ = "home_tab"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    opened_at: Mapped[Moment] = mapped_column(index=True)
    digest: Mapped[str | None] = mapped_column(String(64))  # of what it showed last


class Project(Base):
    __tablename__ = "project"

    id: Mapped[PrimaryKey]
    key: Mapped[Key] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(String(300))
    short_name: Mapped[str] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(16))
    time_zone: Mapped[str] = mapped_column(String(64))
    holidays: Mapped[str] = mapped_column(String(16))
    channel: Mapped[SlackId]
    calendar: Mapped[Json]
    form_template: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    definition: Mapped[Json] = mapped_column(deferred=True)  # the file as last loaded: what changes are told against
    archived_at: Mapped[Moment | None]


class Coordinator(Base):
    __tablename__ = "coordinator"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    position: Mapped[int]


class Partner(Base):
    __tablename__ = "partner"
    __table_args__ = (UniqueConstraint("project_id", "key"),)

    id: Mapped[PrimaryKey]
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    key: Mapped[Key]
    name: Mapped[str] = mapped_column(String(300))
    short_name: Mapped[str] = mapped_column(String(80))
    position: Mapped[int]
    contact_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    archived_at: Mapped[Moment | None]


class Objective(Base):
    __tablename__ = "objective"
    __table_args__ = (UniqueConstraint("project_id", "key"),)

    id: Mapped[PrimaryKey]
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    key: Mapped[Key]
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(80))
    text: Mapped[LongText]
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    room: Mapped[int | None]  # characters that the cell of the funder's form holds
    indicators: Mapped[tuple[IndicatorView, ...]] = mapped_column(IndicatorsJson, default=())  # see IndicatorView
    archived_at: Mapped[Moment | None]


class Round(Base):
    """One semester's asking in one project. The three dates are those in force; `state` says what is allowed."""

    __tablename__ = "round"
    __table_args__ = (UniqueConstraint("project_id", "key"),)

    id: Mapped[PrimaryKey]
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    key: Mapped[Key]
    year: Mapped[int]
    term: Mapped[str] = mapped_column(String(8))
    opens_on: Mapped[date]
    due_on: Mapped[date]
    closes_on: Mapped[date]
    state: Mapped[State] = mapped_column(default="planned", index=True)
    previewed_for: Mapped[date | None]  # the opening day of which the coordinators have seen a preview
    reminders_done: Mapped[int] = mapped_column(default=0)  # rungs of the ladder already climbed or passed over
    report_wanted: Mapped[int] = mapped_column(default=0)  # how often the report had reason to be posted anew
    report_built: Mapped[int] = mapped_column(default=0)  # the last reason that was worked into the messages
    files_built: Mapped[int] = mapped_column(default=0)  # the last reason that was worked into the files
    files_on: Mapped[date | None]  # the day on which files were last ordered: changed ones go out once a day
    archived_at: Mapped[Moment | None]


class Participation(Base):
    """One partner in one round, from its opening on."""

    __tablename__ = "participation"
    __table_args__ = (UniqueConstraint("round_id", "partner_id"),)

    id: Mapped[PrimaryKey]
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    due_on: Mapped[date | None]  # an extension; otherwise the round's
    open_until: Mapped[date | None]  # an extension under way: takes answers to the end of that day, closed round or not
    reminded_at: Mapped[Moment | None]
    skipped_at: Mapped[Moment | None]  # set when nothing is asked of the partner this time
    skipped_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    skip_reason: Mapped[LongText | None]


class Answer(Base):
    """What one partner achieved towards one objective in one round: the newest revision, for reading at once."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("participation_id", "objective_id"),)

    id: Mapped[PrimaryKey]
    participation_id: Mapped[int] = mapped_column(ForeignKey("participation.id"))
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))  # its participation's, for ever: see IS_UNANSWERED
    objective_id: Mapped[int] = mapped_column(ForeignKey("objective.id"), index=True)
    state: Mapped[State] = mapped_column(default="missing")
    version: Mapped[int] = mapped_column(default=0)
    text: Mapped[LongText] = mapped_column(default="")
    document: Mapped[Json] = mapped_column(default=list)
    updated_at: Mapped[Moment | None]
    updated_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    details: Mapped[Details] = mapped_column(default=NO_DETAILS)
    note: Mapped[LongText | None]  # what the coordinator who returned it asks for; until it is answered
    open_until: Mapped[date | None]  # returned: takes changes to the end of that day, closed round or not
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # on the partner's behalf, not confirmed


# Whether a round lacks anything is asked at every last answer of a partner. An index (in partial_indexes.py) that
# holds nothing else answers at once, however many have answered; states stand in it and in what asks it as themselves,
# for by a parameter no database knows that they are the same.
IS_UNANSWERED = Answer.state.not_in([literal_column(f"'{state}'") for state in AnswerState if state.is_final])


class Evidence(Base):
    """A link or a file that shows what an answer tells. One that was taken away stays as a row."""

    __tablename__ = "evidence"
    __table_args__ = (UniqueConstraint("answer_id", "address"),)

    id: Mapped[PrimaryKey]
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id"))
    kind: Mapped[State]  # link, file
    address: Mapped[str] = mapped_column(String(2000))  # the link, or the id of the file in Slack
    title: Mapped[str] = mapped_column(String(300))
    size: Mapped[int | None] = mapped_column(BigInteger)  # of a file, as Slack told it, in bytes
    mimetype: Mapped[str | None] = mapped_column(String(100))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[Moment]
    removed_at: Mapped[Moment | None]


class Handover(Base):
    """A contact or deputy asks a colleague to give some of the partner's answers: these and no others.

    `state`: asked, accepted, declined, withdrawn, void (the colleague turned out to be a bot or to have left).
    """

    __tablename__ = "handover"

    id: Mapped[PrimaryKey]
    participation_id: Mapped[int] = mapped_column(ForeignKey("participation.id"), index=True)
    answer_ids: Mapped[Json]
    from_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[State] = mapped_column(default="asked")
    origin: Mapped[str] = mapped_column(String(255), unique=True)  # the form it was asked in
    message: Mapped[LongText] = mapped_column(default="")
    reason: Mapped[LongText] = mapped_column(default="")  # why it was declined
    asked_at: Mapped[Moment]
    settled_at: Mapped[Moment | None]


class Inquiry(Base):
    """A coordinator's question about an answer; what the contact writes in its thread goes back to the coordinators.

    A further question in the same thread, and a question passed on to a new contact, name the first as their root.
    """

    __tablename__ = "inquiry"

    id: Mapped[PrimaryKey]
    root_id: Mapped[int | None] = mapped_column(ForeignKey("inquiry.id"), index=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)  # who asks
    to_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    text: Mapped[LongText]
    origin: Mapped[str] = mapped_column(String(255), unique=True)  # the form it was asked in
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), unique=True)  # the question in the contact's DM
    at: Mapped[Moment]


class Revision(Base):
    """Every word that was ever saved for an answer. Rows are only added.

    `number` is the answer's version that this revision became. A text that met somebody else's newer one is kept
    aside (`number` is null) until its writer decides.
    """

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("answer_id", "number"),)

    id: Mapped[PrimaryKey]
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id"))
    number: Mapped[int | None]
    state: Mapped[State]
    text: Mapped[LongText]
    document: Mapped[Json]
    details: Mapped[Details] = mapped_column(default=NO_DETAILS)
    note: Mapped[LongText | None]
    source: Mapped[str] = mapped_column(String(16))
    origin: Mapped[str] = mapped_column(String(64))  # the view or thread it was written in
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[Moment]


class Conversation(Base):
    """An objective being answered by writing in a thread of the DM. Its root is a message of the ledger."""

    __tablename__ = "conversation"

    id: Mapped[PrimaryKey]
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), unique=True)
    base: Mapped[Json]  # the answer's document when the writing began; messages are added to it
    opened_at: Mapped[Moment]
    done_at: Mapped[Moment | None]


class HeardMessage(Base):
    """A message somebody wrote to the bot. Known by (channel, ts); what it says is in its versions.

    `state`: collected (part of a conversation's draft), reply (to a coordinator's question), stray (kept; its
    `question` asks which answer it belongs to), assigned (the person said to which), none (it belongs to none).
    `counted` is the version that stands in the answer since *done*, whatever has become of the message; null while it
    is the newest one, until the message is deleted.
    """

    __tablename__ = "heard_message"
    __table_args__ = (UniqueConstraint("channel", "ts"),)

    id: Mapped[PrimaryKey]
    channel: Mapped[SlackId]
    ts: Mapped[SlackTs]
    thread_ts: Mapped[SlackTs | None]
    slack_user: Mapped[SlackId]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"), index=True)
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("answer.id"))
    inquiry_id: Mapped[int | None] = mapped_column(ForeignKey("inquiry.id"), index=True)  # it replies to that question
    question_id: Mapped[int | None] = mapped_column(ForeignKey("delivery.id"), index=True)
    state: Mapped[State]
    deleted: Mapped[bool] = mapped_column(default=False)
    counted: Mapped[SlackTs | None]
    files: Mapped[Json] = mapped_column(default=list)  # ids and names of what was attached


class HeardVersion(Base):
    """What a heard message said at one time: `edit_ts` is the edit's ts, or empty for the message as first written."""

    __tablename__ = "heard_version"
    __table_args__ = (UniqueConstraint("message_id", "edit_ts"),)

    id: Mapped[PrimaryKey]
    message_id: Mapped[int] = mapped_column(ForeignKey("heard_message.id"))
    edit_ts: Mapped[SlackTs]
    text: Mapped[LongText]
    document: Mapped[Json]
    at: Mapped[Moment]


class Delivery(Base):
    """One Slack message that must be there once: the ledger. See docs/delivery.md for the protocol.

    `wanted` counts how often its content has changed, `shown` the content that Slack has; a row with `shown < wanted`
    is posted when it has no `ts` yet and updated otherwise, so any number of changes become one update.
    `attempted_at` without a `ts` means that a post was begun whose outcome is not known.
    `state`: due, sent, parked (a person must decide), dropped (no longer wanted when its turn came).
    """

    __tablename__ = "delivery"
    __table_args__ = (Index("ix_delivery_channel_ts", "channel", "ts"),)

    id: Mapped[PrimaryKey]
    key: Mapped[str] = mapped_column(String(255), unique=True)
    kind: Mapped[str] = mapped_column(String(32))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)  # recipient of a DM
    channel: Mapped[SlackId | None]  # where it goes; of a DM known once the DM is open
    thread_of: Mapped[int | None] = mapped_column(ForeignKey("delivery.id"))
    subject: Mapped[Json]  # the ids of what it is about; its renderer knows which
    wanted: Mapped[int] = mapped_column(default=1)
    shown: Mapped[int] = mapped_column(default=0)
    state: Mapped[State] = mapped_column(default="due")
    not_before: Mapped[Moment]
    lease_until: Mapped[Moment | None]
    leased_by: Mapped[str | None] = mapped_column(String(64))
    attempted_at: Mapped[Moment | None]
    attempts: Mapped[int] = mapped_column(default=0)
    ts: Mapped[SlackTs | None]
    file_ids: Mapped[Json] = mapped_column(default=list)
    error: Mapped[str | None] = mapped_column(Text)
    cause: Mapped[str | None] = mapped_column(String(16))  # the id in the log of what wanted it last
    created_at: Mapped[Moment]
    sent_at: Mapped[Moment | None]


# What every look of a worker asks for, in an index (in partial_indexes.py) that holds nothing else: after years nearly
# all is sent, and a database that counts its rows (ANALYZE) would rather read them all than go by one of them all.
IS_DUE = Delivery.state == literal_column("'due'")
IS_PARKED = Delivery.state == literal_column("'parked'")


class Pacing(Base):
    """The next free moment of a method or channel, as seconds since the epoch, shared by all workers."""

    __tablename__ = "pacing"

    key: Mapped[str] = mapped_column(String(128), primary_key=True)
    next_at: Mapped[float]


class Pulse(Base):
    """When the others last had a sign of life from a part of the bot; `name` is the part, such as `worker`."""

    __tablename__ = "pulse"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[Moment]


class ReportPiece(Base):
    """A message or file of a posted report and a digest of what it said last, so that only what changed goes out."""

    __tablename__ = "report_piece"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    ordered_at: Mapped[Moment]


class AuditEntry(Base):
    """Who steered what: what coordinators do, who hands answers over or is away, and loads of the project file."""

    __tablename__ = "audit_entry"

    id: Mapped[PrimaryKey]
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    action: Mapped[str] = mapped_column(String(32))
    origin: Mapped[str | None] = mapped_column(
        String(255), unique=True
    )  # the form or button, where once is all it counts
    details: Mapped[Json]
    at: Mapped[Moment] = mapped_column(server_default=text("CURRENT_TIMESTAMP"))
