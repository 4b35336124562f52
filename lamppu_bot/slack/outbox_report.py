"""What the coordinators' channel and the asker of a report get: the summary, its parts, word of trouble."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from lamppu_bot import reporting
from lamppu_bot.messages.message import Message, plain_fallback
from lamppu_bot.messages.results import build_left_over_note, build_parked_note, build_summary_parts
from lamppu_bot.messages.status import build_status
from lamppu_bot.messages.summary import build_report_offer, build_report_posted
from lamppu_bot.rounds import working_calendar
from lamppu_bot.side_process import SideProcess
from lamppu_bot.slack.content import Content, Post, Respond
from lamppu_bot.slack.partner_status import partner_status
from lamppu_bot.slack.reporter import Reporter
from lamppu_bot.slack.services import Services
from lamppu_bot.texts import Texts
from storage import ledger, queries
from storage.claims import Claimed
from storage.values import ProjectView

Renderer = Callable[[Session, Claimed, Texts], Message | Content | None]


class ReportOutbox:
    """Renderers of the report, in the project's language, and of slow answers to the slash command."""

    def __init__(self, services: Services, side: SideProcess[Reporter]) -> None:
        self.services = services
        self._side = side
        self.kinds: Final[Mapping[str, Renderer]] = {
            "summary": self._summary,
            "summary-page": self._summary_page,
            "summary-part": self._summary_part,
            "status": self._status,
            "partner-status": self._partner_status,
            "offer": self._offer,
            "offer-posted": self._offer_posted,
            "problem": self._problem,
        }

    def _today(self, project: ProjectView) -> date:
        return working_calendar(project).local_day(self.services.clock().calendar)

    def _named(self, claimed: Claimed, name: str, texts: Texts) -> Message:
        """A message of the report as it stands now, or that it has no such part any more."""
        message = self._side.do(Reporter.message, claimed.subject["round"], name, self.services.clock())
        return message or build_left_over_note(texts=texts)

    def _summary(self, session: Session, claimed: Claimed, texts: Texts) -> Message:
        return self._named(claimed, reporting.SUMMARY, texts)

    def _summary_page(self, session: Session, claimed: Claimed, texts: Texts) -> Message:
        return self._named(claimed, reporting.page_name(claimed.subject["page"]), texts)

    def _summary_part(self, session: Session, claimed: Claimed, texts: Texts) -> Message:
        return self._named(claimed, reporting.part_name(claimed.subject["objective"], claimed.subject["part"]), texts)

    def _status(self, session: Session, claimed: Claimed, texts: Texts) -> Content | None:
        projects = queries.list_coordinated(session, claimed.subject["person"])
        rounds = [found for project in projects if (found := queries.current_round(session, project.id))]
        if not rounds:
            return None
        snapshots = [queries.progress(session, found.id) for found in rounds]
        today = self._today(projects[0])
        message = build_status(snapshots, page=claimed.subject["page"], today=today, texts=texts)
        return Respond(claimed.subject["response_url"], message, plain_fallback(message))

    def _partner_status(self, session: Session, claimed: Claimed, texts: Texts) -> Content | None:
        place = claimed.subject["round"], claimed.subject["partner"]
        message = partner_status(session, claimed.subject["person"], *place, self.services.clock(), texts)
        return Respond(claimed.subject["response_url"], message, plain_fallback(message)) if message else None

    def _offer(self, session: Session, claimed: Claimed, texts: Texts) -> Content:
        """The report as it stands, for the asker: the summary, and as many results as may follow it."""
        snapshot = queries.snapshot(session, claimed.subject["round"])
        sums = reporting.sums_until(session, snapshot)
        results = [
            part
            for objective in snapshot.objectives
            for part in build_summary_parts(snapshot, objective, texts=texts, sums=sums, with_buttons=False)
        ]
        shown = results[: claimed.subject["messages"] - 1]
        is_whole = len(shown) == len(results)
        offer = build_report_offer(snapshot, today=self._today(snapshot.project), is_whole=is_whole, texts=texts)
        more = tuple(Post(part, plain_fallback(part)) for part in shown)
        return Respond(claimed.subject["response_url"], offer, plain_fallback(offer), more=more)

    def _offer_posted(self, session: Session, claimed: Claimed, texts: Texts) -> Content:
        """In place of the offer whose button was pressed."""
        snapshot = queries.snapshot(session, claimed.subject["round"])
        message = build_report_posted(snapshot, texts=texts)
        return Respond(claimed.subject["response_url"], message, message, replaces=True)

    def _problem(self, session: Session, claimed: Claimed, texts: Texts) -> Message | None:
        parked = ledger.get(session, claimed.subject["delivery"])
        if parked is None or parked.state != ledger.PARKED:
            return None
        person = queries.get_person(session, parked.person_id) if parked.person_id else None
        recipient = person.name if person else f"<#{parked.channel}>"
        return build_parked_note(parked.kind, recipient, claimed.subject["reason"], texts=texts)
