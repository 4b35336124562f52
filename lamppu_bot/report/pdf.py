"""The PDF files: the funder's form of one partner, and the compiled report of the whole project."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from lamppu_bot import richtext
from lamppu_bot.report.compile import Report
from lamppu_bot.report.entries import Entry
from lamppu_bot.report.forms import FormRow, PartnerForm
from lamppu_bot.report.pdf_parts import evidence_data, sums_data
from lamppu_bot.report.typeset import Data, blocks_of, fits_page, printable, properties, typeset
from lamppu_bot.report.words import (
    continuing_of,
    evidence_of,
    figures_of,
    follow_up_of,
    marks_of,
    one_line,
    semester,
)
from storage.values import AnswerState, Document, ObjectiveView, PartnerView

# What still waits for the partner's last word, in the order in which the report names it.
_OPEN = (AnswerState.DRAFT, AnswerState.RETURNED, AnswerState.MISSING)


def render_form_pdf(form: PartnerForm) -> bytes:
    """The form as PDF/UA-1, holding what the Word form holds. Equal forms are equal bytes."""
    about = properties(
        title=form.title,
        author=form.partner,
        subject=form.project,
        running_title=form.running_title,
        language=form.language,
    )
    named = {name: printable(getattr(form.headings, name)) for name in form.headings.__slots__}
    own = {
        "headings": named,
        "project": printable(form.project),
        "partner": printable(form.partner),
        "contact": blocks_of(form.contact),
        "rows": [_form_row(row) for row in form.rows],
    }
    return typeset("form", about | own, _made_at(form.changed_at, form.year))


def _form_row(row: FormRow) -> Data:
    documents = (row.objective, row.spring.document, row.autumn.document)
    return {"cells": [blocks_of(document) for document in documents], "together": all(map(fits_page, documents))}


def render_report_pdf(report: Report) -> bytes:
    """The report as PDF/UA-1: who has answered, what is missing, and every result. Equal reports are equal bytes.

    Time and memory grow with the text: 100 partners with ten answers of 250 characters took 4 s and 300 MB, 1,000 took
    25 s and 2 GB (measured on two shared cores). So a large one comes in `volumes`.
    """
    title = report_title(report)
    about = properties(
        title=title,
        author=one_line(report.project.short_name),
        subject=one_line(report.project.name),
        running_title=title,
        language=report.texts.tag,
    )
    own = {
        "standing": list(_standing(report)),
        "partner": report.texts("matrix.column.partner"),
        "semesters": [semester(asked, report.texts) for asked in report.rounds],
        "status": {"heading": report.texts("pdf.heading.status"), "rows": list(_status_rows(report))},
        "objectives": [_objective(report, *found) for found in _by_objective(report)],
        "evidence": evidence_data(report),
    }
    return typeset("report", about | own, _made_at(report.changed_at, report.year))


def report_title(report: Report) -> str:
    """What the report is called where people see it."""
    title = report.texts("pdf.title", project=one_line(report.project.short_name), year=report.year)
    number, of = report.volume.number, report.volume.of
    return title if of == 1 else report.texts("pdf.title.part", title=title, number=number, of=of)


def _made_at(changed_at: datetime | None, year: int) -> datetime:
    """The newest answer's time, so that what has not changed stays the same file."""
    return changed_at or datetime(year, 1, 1, tzinfo=UTC)


def _standing(report: Report) -> Iterator[str]:
    """A line for each semester on how many are done, and when the last answer came."""
    for asked in report.rounds:
        of_round = [entry for entry in report.entries if entry.round.id == asked.id and entry.is_asked]
        of_partners = [list(found) for _, found in groupby(of_round, key=lambda entry: entry.partner.id)]
        yield report.texts(
            "pdf.standing",
            semester=semester(asked, report.texts),
            complete=sum(all(entry.state.is_final for entry in own) for own in of_partners),
            partners=len(of_partners),
            done=sum(entry.state.is_final for entry in of_round),
            total=len(of_round),
        )
    if report.changed_at:
        day = report.changed_at.astimezone(ZoneInfo(report.project.time_zone)).date()
        yield report.texts("pdf.changed", day=day)


def _status_rows(report: Report) -> Iterator[Data]:
    for _, group in groupby(report.entries, key=lambda entry: entry.partner.id):
        entries = list(group)
        by_round = [[entry for entry in entries if entry.round.id == asked.id] for asked in report.rounds]
        lines = [list(_status_lines(report, own)) for own in by_round]
        yield {"partner": _name(entries[0].partner), "semesters": lines}


def _status_lines(report: Report, entries: Sequence[Entry]) -> Iterator[str]:
    """How much has its last word, then what has none, state by state."""
    if not entries:
        yield report.texts("pdf.not_asked")
        return
    if not any(entry.is_asked for entry in entries):
        yield report.texts("mark.skipped", reason=one_line(entries[0].skipped or ""))
        return
    yield report.texts("pdf.done", done=sum(entry.state.is_final for entry in entries), total=len(entries))
    for state in _OPEN:
        numbers = [entry.objective.number for entry in entries if entry.state is state]
        if numbers:
            named = ", ".join(report.texts("summary.column.objective", number=number) for number in numbers)
            yield report.texts("pdf.open", state=_state(report, state), objectives=named)


def _by_objective(report: Report) -> Iterator[tuple[ObjectiveView, list[Entry]]]:
    found: dict[int, list[Entry]] = {objective.id: [] for objective in report.objectives}
    for entry in report.entries:
        found[entry.objective.id].append(entry)
    yield from ((objective, found[objective.id]) for objective in report.objectives if found[objective.id])


def _objective(report: Report, objective: ObjectiveView, entries: Sequence[Entry]) -> Data:
    return {
        "heading": _objective_title(report, objective),
        "text": blocks_of(richtext.from_plain(objective.text)),
        "rows": [_result_row(report, list(own)) for _, own in groupby(entries, key=lambda entry: entry.partner.id)],
        "indicators": [sums_data(report, sums) for sums in report.indicators if sums.objective.id == objective.id],
    }


def _objective_title(report: Report, objective: ObjectiveView) -> str:
    return printable(report.texts("objective.title", number=objective.number, title=one_line(objective.title)))


def _result_row(report: Report, entries: Sequence[Entry]) -> Data:
    by_round = {entry.round.id: entry for entry in entries}
    cells = [_cell(report, by_round.get(asked.id)) for asked in report.rounds]
    together = all(fits_page(_told(report, entry)) for entry in entries)
    return {"partner": _name(entries[0].partner), "semesters": cells, "together": together}


def _cell(report: Report, entry: Entry | None) -> Data:
    """All that an answer says; before it its state, unless it is a plain one, and its marks."""
    if entry is None:
        return {"marks": [report.texts("pdf.not_asked")], "document": []}
    is_plain = entry.state is AnswerState.ANSWERED or not entry.is_asked
    said = [] if is_plain else [_state(report, entry.state)]
    marks = [_marked(report, words) for words in (*said, *marks_of(entry, report.texts))]
    return {"marks": marks, "document": blocks_of(_told(report, entry))}


def _told(report: Report, entry: Entry) -> Document:
    texts = report.texts
    beside = (follow_up_of, continuing_of, figures_of, evidence_of)
    return [*entry.document, *(block for told in beside for block in told(entry, texts))]


def _marked(report: Report, words: str) -> str:
    return printable(report.texts("matrix.marked", state=words))


def _name(partner: PartnerView) -> str:
    return printable(one_line(partner.name))


def _state(report: Report, state: AnswerState) -> str:
    return report.texts(f"matrix.state.{state.value}")
