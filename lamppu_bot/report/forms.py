"""The funder's form of each partner, as values: what its cells say, in the project's language. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from lamppu_bot import richtext
from lamppu_bot.report.entries import Entry, latest
from lamppu_bot.report.headings import Headings, Texts
from lamppu_bot.report.words import continuing_of, evidence_of, figures_of, follow_up_of, one_line
from lamppu_bot.semester import Term
from storage.values import AnswerState, Document, PartnerView, PersonView, ProjectView


@dataclass(frozen=True, slots=True)
class FormCell:
    """What the form shows of one answer. `state` is None where that semester did not ask for it.

    `result` is what was achieved, what became of earlier work and what goes on; `document` is all of the cell.
    """

    state: AnswerState | None
    result: Document
    indicators: Document = field(default_factory=list)
    evidence: Document = field(default_factory=list)

    @property
    def document(self) -> Document:
        return [*self.result, *self.indicators, *self.evidence]


@dataclass(frozen=True, slots=True)
class FormRow:
    objective: Document
    spring: FormCell
    autumn: FormCell


@dataclass(frozen=True, slots=True)
class PartnerForm:
    """The funder's form of one partner and year.

    `language` has its country with it: fi-FI. `changed_at` is when an answer last changed, in UTC.
    """

    partner_id: int
    project: str
    partner: str
    contact: Document
    year: int
    language: str
    title: str
    running_title: str
    headings: Headings
    rows: tuple[FormRow, ...]
    changed_at: datetime | None


def form_of(
    project: ProjectView,
    year: int,
    partner: PartnerView,
    entries: Sequence[Entry],
    headings: Headings,
    texts: Texts,
) -> PartnerForm:
    """The form of a partner with these entries of the year."""
    name = one_line(partner.name)
    return PartnerForm(
        partner_id=partner.id,
        project=one_line(project.name),
        partner=texts("form.partner_value", partner=name),
        contact=_contact(partner.contact),
        year=year,
        language=texts.tag,
        title=texts("form.title", partner=name, year=year),
        running_title=texts("form.running_title", project=one_line(project.short_name), partner=name, year=year),
        headings=headings,
        rows=tuple(_rows(entries, texts)),
        changed_at=latest(entry.updated_at for entry in entries),
    )


def _rows(entries: Sequence[Entry], texts: Texts) -> Iterable[FormRow]:
    for _, group in groupby(entries, key=lambda entry: entry.objective.id):
        found = {entry.round.term: entry for entry in group}
        objective = next(iter(found.values())).objective
        spring, autumn = (_cell(found.get(term), texts) for term in Term)
        yield FormRow(richtext.from_plain(objective.text), spring, autumn)


def _cell(entry: Entry | None, texts: Texts) -> FormCell:
    """Accepted words only; what is no plain answer says so in words."""
    if entry is None:
        return FormCell(None, [])
    if not _is_shown(entry):
        skipped = entry.skipped is not None
        return FormCell(entry.state, richtext.from_plain(texts("form.skipped")) if skipped else [])
    result = [*_last_word(entry, texts), *follow_up_of(entry, texts), *continuing_of(entry, texts)]
    return FormCell(entry.state, result, figures_of(entry, texts), evidence_of(entry, texts))


def _is_shown(entry: Entry) -> bool:
    return entry.state.is_final or (entry.state is AnswerState.RETURNED and bool(entry.document))


def _last_word(entry: Entry, texts: Texts) -> Document:
    mark = []
    if entry.state is AnswerState.RETURNED:
        mark = richtext.from_plain(texts("form.returned"))
    elif entry.entered_by:
        mark = richtext.from_plain(texts("form.entered", person=one_line(entry.entered_by)))
    if entry.state is AnswerState.NOTHING:
        mark = [*mark, *richtext.from_plain(texts("form.nothing"))]
    return [*mark, *entry.document]


def _contact(person: PersonView) -> Document:
    """Name, mail address and telephone number, a line each."""
    lines = [richtext.text_run(one_line(person.name))]
    if person.email:
        lines.append(richtext.link(f"mailto:{person.email}", person.email))
    if person.phone:
        lines.append(richtext.text_run(one_line(person.phone)))
    return [richtext.section(run for line in lines for run in (line, richtext.text_run("\n")))]
