"""Posting the report: which messages and files the coordinators' channel must hold, and which of them have changed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from sqlalchemy.orm import Session

from lamppu_bot import keys
from lamppu_bot.clock import Now
from lamppu_bot.faults import guarded
from lamppu_bot.messages.indicators import build_indicator_pages
from lamppu_bot.messages.message import Message
from lamppu_bot.messages.results import build_summary_parts
from lamppu_bot.messages.summary import build_summary, build_summary_pages
from lamppu_bot.report.compile import Report, compile_report
from lamppu_bot.report.indicators import IndicatorSums, sums_of
from lamppu_bot.report.pieces import POSTED, batches, evidence_pieces, file_digests
from lamppu_bot.rounds import require_coordinator, working_calendar
from lamppu_bot.semester import Term
from lamppu_bot.texts import texts_for
from storage import answers, ledger, queries
from storage import rounds as rows
from storage.database import Database
from storage.rounds import RoundProgress
from storage.values import PersonView, ProjectView, RoundSnapshot, RoundState, RoundView

SUMMARY: Final = "summary"


@dataclass(frozen=True, slots=True)
class PostedReport:
    """The compiled report as messages: the summary, pages of its table and of indicators, the results by objective."""

    summary: Message
    pages: tuple[Message, ...]
    parts: dict[str, tuple[Message, ...]]  # by objective key

    @property
    def by_name(self) -> dict[str, Message]:
        pages = {page_name(page): message for page, message in enumerate(self.pages)}
        parts = {
            part_name(objective, part): message
            for objective, messages in self.parts.items()
            for part, message in enumerate(messages)
        }
        return {SUMMARY: self.summary, **pages, **parts}


def page_name(page: int) -> str:
    return f"page:{page}"


def part_name(objective: str, part: int) -> str:
    return f"part:{objective}:{part}"


def posted_report(snapshot: RoundSnapshot, today: date, sums: Sequence[IndicatorSums] = ()) -> PostedReport:
    """`sums` are those of `sums_until` the round."""
    texts = texts_for(snapshot.project.language)
    tables = build_summary_pages(snapshot, texts=texts)
    return PostedReport(
        summary=build_summary(snapshot, today=today, texts=texts),
        pages=(*tables, *build_indicator_pages(snapshot, sums, texts=texts)),
        parts={o.key: build_summary_parts(snapshot, o, texts=texts, sums=sums) for o in snapshot.objectives},
    )


def sums_until(session: Session, snapshot: RoundSnapshot) -> tuple[IndicatorSums, ...]:
    """The year's sums as a round's report tells them: with those of the round before it, not of one after it."""
    if not any(objective.indicators for objective in snapshot.objectives):
        return ()
    year = queries.rounds_of_year(session, snapshot.project.id, snapshot.round.year)
    before = [view for view in year if view.term == Term.SPRING and snapshot.round.term != Term.SPRING]
    earlier = [queries.snapshot(session, view.id) for view in before if view.state is not RoundState.PLANNED]
    return sums_of([*earlier, snapshot], snapshot.objectives)


def report_of(session: Session, round_id: int, now: Now, partner_id: int | None = None) -> Report:
    """The compiled report of the round's year: both semesters, as the funder's form wants them; or one partner's."""
    snapshot = queries.snapshot(session, round_id, partner_id)
    year = queries.rounds_of_year(session, snapshot.project.id, snapshot.round.year)
    snapshots = [
        snapshot if view.id == round_id else queries.snapshot(session, view.id, partner_id)
        for view in year
        if view.id == round_id or view.state is not RoundState.PLANNED
    ]
    return compile_report(snapshots, texts_for(snapshot.project.language), now.calendar)


def request(session: Session, person: PersonView, round_id: int, now: Now) -> None:
    """A coordinator wants the report posted now, and the channel's parked messages with it.

    Raises RefusedError for anybody else.
    """
    project = queries.get_project(session, rows.get_progress(session, round_id).project_id)
    require_coordinator(session, project, person)
    answers.want_report(session, round_id)
    ledger.unpark_for_channel(session, project.channel, now=now.real)
    rows.add_audit(session, project.id, person.id, "post-report", now.calendar, round=round_id)


@dataclass(frozen=True, slots=True)
class FilesSeen:
    """What stands in the files of a report: a digest of each by its name; the files of its answers, by theirs."""

    digests: Mapping[str, str]
    evidence: Mapping[str, int]


class Looks(Protocol):
    """Looks at a round's report as it would be at this moment, compiled wherever there is room for that."""

    def messages_seen(self, round_id: int, now: Now) -> Mapping[str, str]:
        """A digest of what each message says, by its name; the summary first, the others are replies to it."""

    def files_seen(self, round_id: int, now: Now) -> FilesSeen: ...


def messages_of(session: Session, round_id: int, now: Now) -> dict[str, Message]:
    """The messages of a round's report by their names, as they would be at this moment."""
    snapshot = queries.snapshot(session, round_id)
    today = working_calendar(snapshot.project).local_day(now.calendar)
    return posted_report(snapshot, today, sums_until(session, snapshot)).by_name


def files_seen(session: Session, round_id: int, now: Now) -> FilesSeen:
    report = report_of(session, round_id, now)
    return FilesSeen(file_digests(report), evidence_pieces(report, round_id))


def publish(database: Database, now: Now, looks: Looks) -> None:
    """Works what has changed into the posted reports: messages at once, files at most once a day.

    Compiling a large report takes seconds, so it is done while others may write. What changes meanwhile is a new
    reason, worked in by the next step.
    """
    with database.read() as session:
        waiting = rows.list_progress(session)
    for progress in waiting:
        with guarded(f"the report of round {progress.round.id}"):
            _publish(database, progress, now, looks)


def _publish(database: Database, progress: RoundProgress, now: Now, looks: Looks) -> None:
    if progress.report_built < progress.report_wanted:
        _publish_messages(database, progress, now, looks)
    if progress.files_built < progress.report_wanted:
        _publish_files(database, progress, now, looks)


def _publish_messages(database: Database, progress: RoundProgress, now: Now, looks: Looks) -> None:
    with database.write() as session:  # a look would see the moment before they committed
        # They may have found that no report was wanted yet, and so give no reason of their own to change it.
        queries.hold_writers(session, progress.round.id)
    digests = looks.messages_seen(progress.round.id, now)
    with database.write() as session:
        if rows.take_report(session, progress):
            project = queries.get_project(session, progress.project_id)
            _order_messages(session, project, progress.round, list(digests), now)
            _change_messages(session, project, progress.round, digests, now)


def _order_messages(session: Session, project: ProjectView, asked: RoundView, names: Sequence[str], now: Now) -> None:
    key, subject = keys.summary(project.key, asked.key), {"round": asked.id}
    root = ledger.order(session, key, "summary", now=now.real, channel=project.channel, subject=subject)
    orders = [_reply(project.key, asked, name) for name in names if name != SUMMARY]
    ledger.order_replies(session, root, project.channel, orders, now=now.real)


def _change_messages(
    session: Session, project: ProjectView, asked: RoundView, digests: Mapping[str, str], now: Now
) -> None:
    """Updates the messages that say something else than before. One that is left over is updated to say so."""
    known = {n: d for n, d in rows.list_pieces(session, asked.id).items() if not n.startswith("file:")}
    gone = [name for name in known if name not in digests and known[name]]
    changed = [name for name, value in digests.items() if known.get(name, value) != value]
    ledger.change(session, [_key(project.key, asked, name) for name in (*changed, *gone)], now=now.real)
    new = [(name, value) for name, value in digests.items() if known.get(name) != value]
    rows.set_pieces(session, asked.id, [*new, *((name, "") for name in gone)], now.calendar)


def _key(project: str, asked: RoundView, name: str) -> str:
    return keys.summary(project, asked.key) if name == SUMMARY else _reply(project, asked, name).key


def _reply(project: str, asked: RoundView, name: str) -> ledger.Order:
    """The delivery of a message of the report's thread."""
    kind, *rest = name.split(":")
    if kind == "page":
        page = int(rest[0])
        return ledger.Order(
            keys.summary_page(project, asked.key, page), "summary-page", {"round": asked.id, "page": page}
        )
    objective, part = rest[0], int(rest[1])
    key = keys.summary_part(project, asked.key, objective, part)
    return ledger.Order(key, "summary-part", {"round": asked.id, "objective": objective, "part": part})


def _publish_files(database: Database, progress: RoundProgress, now: Now, looks: Looks) -> None:
    """The first time every file, later those that changed, once a day, as new versions in the thread."""
    with database.read() as session:
        project = queries.get_project(session, progress.project_id)
        calendar = working_calendar(project)
        today = calendar.local_day(now.calendar)
        if progress.files_on and (progress.files_on == today or not calendar.in_prompting_hours(now.calendar)):
            return
        known = rows.list_pieces(session, progress.round.id)
        root = ledger.find(session, keys.summary(project.key, progress.round.key))
    seen = looks.files_seen(progress.round.id, now)  # later than `progress`: a change since then is a reason of its own
    digests = seen.digests
    changed = [name for name, value in digests.items() if known.get(name) != value]
    fresh = {name: evidence_id for name, evidence_id in seen.evidence.items() if known.get(name) != POSTED}
    gone = [name for name, value in known.items() if value == POSTED and name not in seen.evidence]
    with database.write() as session:
        is_news = bool(changed or fresh)
        if root is None or not rows.take_files(session, progress, today if is_news else progress.files_on):
            return
        orders = [
            *_file_orders(project, progress, changed, today),
            *_evidence_orders(project, progress.round, fresh.values()),
        ]
        ledger.order_replies(session, root.id, project.channel, orders, now=now.real)
        returned = [evidence_id for name, evidence_id in fresh.items() if name in known]  # perhaps dropped meanwhile
        ledger.change(
            session, [order.key for order in _evidence_orders(project, progress.round, returned)], now=now.real
        )
        said = [*((name, digests[name]) for name in changed), *((name, POSTED) for name in fresh)]
        rows.set_pieces(session, progress.round.id, [*said, *((name, "") for name in gone)], now.calendar)


def _file_orders(
    project: ProjectView, progress: RoundProgress, pieces: Sequence[str], today: date
) -> Iterator[ledger.Order]:
    newer = bool(progress.files_built)
    for batch, names in enumerate(batches(pieces)):
        key = keys.files(project.key, progress.round.key, today, batch)
        yield ledger.Order(key, "files", {"round": progress.round.id, "files": names, "newer": newer})


def _evidence_orders(project: ProjectView, asked: RoundView, ids: Iterable[int]) -> Iterator[ledger.Order]:
    """A message for each file of the partners, who shared it with the bot alone, where no reader can open it."""
    for evidence_id in ids:
        key = keys.evidence(project.key, asked.key, evidence_id)
        yield ledger.Order(key, "evidence", {"round": asked.id, "evidence": evidence_id})
