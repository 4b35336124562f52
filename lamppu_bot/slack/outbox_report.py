"""What the coordinators' channel and the asker of a report get: the summary, its parts, the files, word of trouble."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from lamppu_bot import reporting
from lamppu_bot.messages.message import Message, plain_fallback
from lamppu_bot.messages.notes import build_files_comment, build_moved_note, build_parked_note
from lamppu_bot.messages.status import build_status
from lamppu_bot.messages.summary import build_report_offer
from lamppu_bot.report.form import render_form
from lamppu_bot.report.matrix import render_matrix
from lamppu_bot.report.naming import form_filename, matrix_filename
from lamppu_bot.reporting import PostedReport
from lamppu_bot.rounds import working_calendar
from lamppu_bot.slack.content import Content, File, Respond, Upload
from lamppu_bot.slack.services import Services
from lamppu_bot.texts import texts_for
from storage import ledger, queries
from storage.claims import Claimed
from storage.rounds import get_progress
from storage.values import ProjectView

Renderer = Callable[[Session, Claimed], Message | Content | None]


class ReportOutbox:
    """Renderers of the report, in the project's language, and of slow answers to the slash command."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self._newest: tuple[tuple[int, int], PostedReport] | None = None
        self.kinds: Final[Mapping[str, Renderer]] = {
            "summary": self._summary,
            "summary-page": self._summary_page,
            "summary-part": self._summary_part,
            "files": self._files,
            "thanks-form": self._thanks_form,
            "status": self._status,
            "offer": self._offer,
            "problem": self._problem,
        }

    def _today(self, project: ProjectView) -> date:
        return working_calendar(project).local_day(self.services.clock().calendar)

    def _posted(self, session: Session, round_id: int) -> PostedReport:
        """The report as messages. Its many parts go out one after the other and share one compilation."""
        key = (round_id, get_progress(session, round_id).report_built)
        if self._newest and self._newest[0] == key:
            return self._newest[1]
        report = reporting.posted_report(queries.snapshot(session, round_id))
        self._newest = (key, report)
        return report

    def _summary(self, session: Session, claimed: Claimed) -> Message:
        return self._posted(session, claimed.subject["round"]).summary

    def _summary_page(self, session: Session, claimed: Claimed) -> Message:
        pages = self._posted(session, claimed.subject["round"]).pages
        page = claimed.subject["page"]
        return pages[page] if page < len(pages) else build_moved_note(texts=self.services.texts)

    def _summary_part(self, session: Session, claimed: Claimed) -> Message:
        parts = self._posted(session, claimed.subject["round"]).parts.get(claimed.subject["objective"], ())
        part = claimed.subject["part"]
        return parts[part] if part < len(parts) else build_moved_note(texts=self.services.texts)

    def _files(self, session: Session, claimed: Claimed) -> Upload:
        report = reporting.report_of(session, claimed.subject["round"], self.services.clock())
        template = queries.form_template(session, report.project.id)
        forms = {reporting.form_piece(form): form for form in report.forms}
        files = tuple(
            File(matrix_filename(report), report.title, render_matrix(report))
            if name == reporting.MATRIX
            else File(form_filename(report, forms[name]), forms[name].title, render_form(forms[name], template))
            for name in claimed.subject["files"]
        )
        texts = texts_for(report.project.language)
        return Upload(files, build_files_comment(len(files), newer=claimed.subject["newer"], texts=texts))

    def _thanks_form(self, session: Session, claimed: Claimed) -> Upload:
        """The partner's own form as it stands, for reading before the funder does."""
        report = reporting.report_of(
            session, claimed.subject["round"], self.services.clock(), claimed.subject["partner"]
        )
        form = report.forms[0]
        content = render_form(form, queries.form_template(session, report.project.id))
        comment = self.services.texts("thanks.form")
        return Upload((File(form_filename(report, form), form.title, content),), comment)

    def _status(self, session: Session, claimed: Claimed) -> Content | None:
        projects = queries.list_coordinated(session, claimed.subject["person"])
        rounds = [found for project in projects if (found := queries.current_round(session, project.id))]
        if not rounds:
            return None
        snapshots = [queries.snapshot(session, found.id) for found in rounds]
        today = self._today(projects[0])
        message = build_status(snapshots, page=claimed.subject["page"], today=today, texts=self.services.texts)
        return Respond(claimed.subject["response_url"], message, plain_fallback(message))

    def _offer(self, session: Session, claimed: Claimed) -> Content:
        message = build_report_offer(queries.snapshot(session, claimed.subject["round"]), texts=self.services.texts)
        return Respond(claimed.subject["response_url"], message, plain_fallback(message))

    def _problem(self, session: Session, claimed: Claimed) -> Message | None:
        parked = ledger.get(session, claimed.subject["delivery"])
        if parked is None or parked.state != ledger.PARKED:
            return None
        person = queries.get_person(session, parked.person_id) if parked.person_id else None
        return build_parked_note(parked.kind, person, claimed.subject["reason"], texts=self.services.texts)

