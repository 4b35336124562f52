"""What the coordinators' channel and the asker of a report get: the summary, its parts, word of trouble."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from lamppu_bot import reporting
from lamppu_bot.messages.message import Message, plain_fallback
from lamppu_bot.messages.results import build_left_over_note, build_parked_note, build_summary_parts
from lamppu_bot.messages.status import build_partner_status, build_status
from lamppu_bot.messages.summary import build_report_offer, build_report_posted
from lamppu_bot.reporting import PostedReport
from lamppu_bot.rounds import working_calendar
from lamppu_bot.slack.content import Content, Post, Respond
from lamppu_bot.slack.services import Services
from lamppu_bot.texts import Texts
from storage import handovers, ledger, queries
from storage.claims import Claimed
from storage.rounds import get_progress
from storage.values import ProjectView

Renderer = Callable[[Session, Claimed, Texts], Message | Content | None]


class ReportOutbox:
    """Renderers of the report, in the project's language, and of slow answers to the slash command."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self._newest: tuple[tuple[int, int], PostedReport] | None = None
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

    def _posted(self, session: Session, round_id: int) -> PostedReport:
        """The report as messages. Its many parts go out one after the other and share one compilation."""
        key = (round_id, get_progress(session, round_id).report_built)
        if self._newest and self._newest[0] == key:
            return self._newest[1]
        snapshot = queries.snapshot(session, round_id)
        sums = reporting.sums_until(session, snapshot)
        report = reporting.posted_report(snapshot, self._today(snapshot.project), sums)
        self._newest = (key, report)
        return report

    def _summary(self, session: Session, claimed: Claimed, texts: Texts) -> Message:
        return self._posted(session, claimed.subject["round"]).summary

    def _summary_page(self, session: Session, claimed: Claimed, texts: Texts) -> Message:
        pages = self._posted(session, claimed.subject["round"]).pages
        page = claimed.subject["page"]
        return pages[page] if page < len(pages) else build_left_over_note(texts=texts)

    def _summary_part(self, session: Session, claimed: Claimed, texts: Texts) -> Message:
        parts = self._posted(session, claimed.subject["round"]).parts.get(claimed.subject["objective"], ())
        part = claimed.subject["part"]
        return parts[part] if part < len(parts) else build_left_over_note(texts=texts)

    def _status(self, session: Session, claimed: Claimed, texts: Texts) -> Content | None:
        projects = queries.list_coordinated(session, claimed.subject["person"])
        rounds = [found for project in projects if (found := queries.current_round(session, project.id))]
        if not rounds:
            return None
        snapshots = [queries.snapshot(session, found.id) for found in rounds]
        today = self._today(projects[0])
        message = build_status(snapshots, page=claimed.subject["page"], today=today, texts=texts)
        return Respond(claimed.subject["response_url"], message, plain_fallback(message))

    def _partner_status(self, session: Session, claimed: Claimed, texts: Texts) -> Content:
        partner_id = claimed.subject["partner"]
        snapshot = queries.snapshot(session, claimed.subject["round"], partner_id)
        today = self._today(snapshot.project)
        handed = handovers.list_live_of_share(session, snapshot.round.id, partner_id)
        message = build_partner_status(snapshot, partner_id, today=today, texts=texts, handed=handed)
        return Respond(claimed.subject["response_url"], message, plain_fallback(message))

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
