"""The Excel file of everything: results as a list to filter, partners beside each other, the status, the objectives,
the indicators with a chart of each, the evidence.

Drafts that nobody has confirmed stand in it, marked in words. A text longer than a cell goes on in a row below.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from io import BytesIO
from itertools import groupby, zip_longest
from zoneinfo import ZoneInfo

from xlsxwriter import Workbook

from lamppu_bot import richtext
from lamppu_bot.report.compile import Report
from lamppu_bot.report.entries import Entry
from lamppu_bot.report.matrix_sheets import add_evidence_sheet, add_indicator_sheets, columns_of
from lamppu_bot.report.sheet import Column, Row, Sheet, Styles, row
from lamppu_bot.report.words import marks_of, one_line, semester, state_of
from storage.values import AnswerState, Document, PartnerView, RoundView

CELL_LIMIT = 32_767
"""Characters of a cell, counted in UTF-16 as Excel does (its specifications and limits)."""
# So many code points fit whatever they are, an emoji being two of Excel's characters; some room for marks before them.
_PIECE = CELL_LIMIT // 2 - 1_600
_MARK = 300
# In the order in which the status counts them.
_STATES = (AnswerState.ANSWERED, AnswerState.NOTHING, AnswerState.DRAFT, AnswerState.RETURNED, AnswerState.MISSING)
_NAME, _SHORT, _COUNT, _STATE, _TEXT = 30, 14, 18, 26, 70


def render_matrix(report: Report) -> bytes:
    """The report as an .xlsx file. Equal reports are equal bytes, whenever they are made."""
    file = BytesIO()
    # Nothing that somebody wrote may become a formula, a link or a number.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    workbook = Workbook(file, options)
    title = matrix_title(report)
    workbook.set_properties(
        {
            "title": title,
            "subject": one_line(report.project.name),
            "author": one_line(report.project.short_name),
            "created": (report.changed_at or datetime(report.year, 1, 1, tzinfo=UTC)).replace(tzinfo=None),
        }
    )
    styles = Styles(workbook)
    # Excel's own codes begin with &; a header or footer holds 255 characters.
    footer = report.texts("matrix.footer", title=title[:100].replace("&", "&&"))
    for name, columns, frozen, rows in (
        ("results", _result_columns(report), 3, _result_rows(report)),
        ("comparison", _comparison_columns(report), 2, _comparison_rows(report)),
        ("status", _status_columns(report), 2, _status_rows(report)),
        ("objectives", _objective_columns(report), 2, _objective_rows(report)),
    ):
        sheet = Sheet(workbook, report.texts(f"matrix.sheet.{name}"), styles)
        sheet.write(columns, rows, frozen_columns=frozen, footer=footer)
    add_indicator_sheets(workbook, report, styles, footer)
    add_evidence_sheet(workbook, report, styles, footer)
    workbook.close()
    return file.getvalue()


def matrix_title(report: Report) -> str:
    """What the file is called where people see it."""
    return report.texts("matrix.title", project=one_line(report.project.short_name), year=report.year)


def _beside(report: Report) -> dict[str, Callable[[Entry], list[str]]]:
    """Columns that only some reports have something for: what they say of an entry, in pieces that fit cells."""
    every: dict[str, Callable[[Entry], list[str]]] = {
        "marks": lambda entry: ["\n".join(marks_of(entry, report.texts))[:_PIECE]],
        "follow_up": lambda entry: _pieces(entry.details.follow_up),
        "continuing": lambda entry: [entry.details.continuing[:_PIECE]],
    }
    return {name: say for name, say in every.items() if any(any(say(entry)) for entry in report.entries)}


def _result_columns(report: Report) -> list[Column]:
    named = {"partner": _NAME, "number": 6, "objective": _NAME, "semester": _SHORT, "state": _STATE, "result": _TEXT}
    beside = dict.fromkeys(_beside(report), 40)
    return columns_of(report, **named, **beside, updated_at=_SHORT, updated_by=20)


def _result_rows(report: Report) -> Iterator[Row]:
    beside = _beside(report).values()
    for entry in report.entries:
        state = state_of(entry, report.texts)
        lines = zip_longest(_pieces(entry.document), *(say(entry) for say in beside), fillvalue="")
        for number, texts in enumerate(lines):
            yield row(
                one_line(entry.partner.name),
                entry.objective.number,
                one_line(entry.objective.title),
                semester(entry.round, report.texts),
                report.texts("matrix.continued", state=state) if number else state,
                *texts,
                _local_day(report, entry.updated_at),
                one_line(entry.updated_by or ""),
            )


def _comparison_columns(report: Report) -> list[Column]:
    objectives = (
        report.texts("matrix.objective", number=objective.number, title=one_line(objective.title))
        for objective in report.objectives
    )
    return [*columns_of(report, partner=_NAME, semester=_SHORT), *(Column(name, 50) for name in objectives)]


def _comparison_rows(report: Report) -> Iterator[Row]:
    """A row for each partner and semester, a column for each objective; those of other partners stay bare."""
    columns = {objective.id: number for number, objective in enumerate(report.objectives, start=2)}
    for partner, asked, entries in _by_partner_and_round(report):
        head = row(one_line(partner.name), semester(asked, report.texts))
        own = [columns[entry.objective.id] for entry in entries]
        for line in zip_longest(*(_marked(report, entry) for entry in entries), fillvalue=""):
            yield {**head, **dict(zip(own, line, strict=True))}


def _marked(report: Report, entry: Entry) -> list[str]:
    """The pieces of a text, the first with its state before it unless it is a plain answer, and with its marks."""
    first, *others = _pieces(entry.document)
    is_plain = entry.state in (AnswerState.ANSWERED, AnswerState.MISSING)
    said = [*([] if is_plain else [_state(report, entry.state)]), *marks_of(entry, report.texts)]
    marks = [report.texts("matrix.marked", state=words[:_MARK]) for words in said]
    return ["\n".join([*marks, first]).strip(), *others]


def _status_columns(report: Report) -> list[Column]:
    counts = [Column(_state(report, state), _COUNT, "right") for state in _STATES]
    named = columns_of(report, partner=_NAME, semester=_SHORT, contact=_NAME, email=_NAME, total=_COUNT)
    return [*named, *counts, *(columns_of(report, marks=40) if _has_skipped(report) else [])]


def _has_skipped(report: Report) -> bool:
    return any(entry.skipped is not None for entry in report.entries)


def _status_rows(report: Report) -> Iterator[Row]:
    has_skipped = _has_skipped(report)
    for partner, asked, entries in _by_partner_and_round(report):
        counts = Counter(entry.state for entry in entries if entry.is_asked)
        yield row(
            one_line(partner.name),
            semester(asked, report.texts),
            one_line(partner.contact.name),
            one_line(partner.contact.email or ""),
            counts.total(),
            *(counts[state] for state in _STATES),
            *([_skipped(report, entries[0])] if has_skipped else []),
        )


def _skipped(report: Report, entry: Entry) -> str:
    """Of a partner of whom nothing is asked, why; what is missing then waits for nobody."""
    return "" if entry.skipped is None else report.texts("mark.skipped", reason=one_line(entry.skipped))


def _objective_columns(report: Report) -> list[Column]:
    return columns_of(report, number=6, objective=_NAME, text=_TEXT, partner=_NAME)


def _objective_rows(report: Report) -> Iterator[Row]:
    names = {partner.id: one_line(partner.name) for partner in report.partners}
    for objective in report.objectives:
        whose = names.get(objective.partner_id, "") if objective.partner_id else report.texts("matrix.common")
        for piece in _pieces(richtext.from_plain(objective.text)):
            yield row(objective.number, one_line(objective.title), piece, whose)


def _by_partner_and_round(report: Report) -> Iterator[tuple[PartnerView, RoundView, list[Entry]]]:
    for _, group in groupby(report.entries, key=lambda entry: entry.partner.id):
        entries = list(group)
        for asked in report.rounds:
            own = [entry for entry in entries if entry.round.id == asked.id]
            if own:
                yield own[0].partner, asked, own


def _pieces(document: Document) -> list[str]:
    """The text cut to fit cells; one empty piece for an empty text."""
    return [richtext.plain(piece) for piece in richtext.chunks(document, _PIECE)] or [""]


def _state(report: Report, state: AnswerState) -> str:
    return report.texts(f"matrix.state.{state.value}")


def _local_day(report: Report, moment: datetime | None) -> date | None:
    """The date by the project's clocks."""
    return moment.astimezone(ZoneInfo(report.project.time_zone)).date() if moment else None
