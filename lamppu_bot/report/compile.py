"""Compiling: the snapshots of a year's rounds become the partners' forms and the rows of the matrix. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TypeVar

from lamppu_bot import richtext
from lamppu_bot.report.headings import Headings, Texts, headings_of
from lamppu_bot.semester import Term
from storage.values import (
    AnswerState,
    AnswerView,
    Document,
    ObjectiveView,
    PartnerView,
    PersonView,
    ProjectView,
    RoundSnapshot,
    RoundState,
    RoundView,
)

_Item = TypeVar("_Item", PartnerView, ObjectiveView)


@dataclass(frozen=True, slots=True)
class FormCell:
    """What the form shows of one answer. `state` is None where that semester did not ask for it."""

    state: AnswerState | None
    document: Document


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


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer as readers of the report may see it, with whose, to what and of which round it is."""

    round: RoundView
    partner: PartnerView
    objective: ObjectiveView
    state: AnswerState
    document: Document
    updated_at: datetime | None
    updated_by: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """A year's report, as far as its rounds have come. All in project order: `rounds` spring first.

    `entries` go by partner, objective, round; `texts` are those of the project's language.
    """

    project: ProjectView
    year: int
    rounds: tuple[RoundView, ...]
    partners: tuple[PartnerView, ...]
    objectives: tuple[ObjectiveView, ...]
    entries: tuple[Entry, ...]
    forms: tuple[PartnerForm, ...]
    texts: Texts
    compiled_at: datetime

    @property
    def changed_at(self) -> datetime | None:
        """When an answer last changed, in UTC."""
        return _latest(entry.updated_at for entry in self.entries)


def compile_report(snapshots: Sequence[RoundSnapshot], texts: Texts, now: datetime) -> Report:
    """The report of a year from the snapshots of its round or rounds, in any order.

    Raises ValueError for no snapshot, two of one semester, or snapshots of several projects or years.
    """
    ordered = sorted(snapshots, key=lambda snapshot: snapshot.round.term != Term.SPRING)
    _check_one_year(ordered)
    # The later round is nearer to the project file as it is now: its names and order come first.
    partners = _merged(snapshot.partners for snapshot in reversed(ordered))
    objectives = tuple(sorted(_merged(s.objectives for s in reversed(ordered)), key=lambda o: o.number))
    own = _objectives_by_partner(ordered, objectives)
    entries = {partner.id: tuple(_entries(ordered, partner, own.get(partner.id, ()))) for partner in partners}
    project, year = ordered[-1].project, ordered[-1].round.year
    headings = headings_of(year, texts)
    return Report(
        project=project,
        year=year,
        rounds=tuple(snapshot.round for snapshot in ordered),
        partners=partners,
        objectives=objectives,
        entries=tuple(entry for partner in partners for entry in entries[partner.id]),
        forms=tuple(_form(project, year, partner, entries[partner.id], headings, texts) for partner in partners),
        texts=texts,
        compiled_at=now,
    )


def _check_one_year(snapshots: Sequence[RoundSnapshot]) -> None:
    if len({(snapshot.project.id, snapshot.round.year) for snapshot in snapshots}) != 1:
        raise ValueError("a report is made of rounds of one project and one year")
    if len({snapshot.round.term for snapshot in snapshots}) != len(snapshots):
        raise ValueError("a report has one round of a semester")


def _merged(groups: Iterable[tuple[_Item, ...]]) -> tuple[_Item, ...]:
    """Every item once, as the first group that holds it has it."""
    merged: dict[int, _Item] = {}
    for group in groups:
        for item in group:
            merged.setdefault(item.id, item)
    return tuple(merged.values())


def _objectives_by_partner(
    snapshots: Sequence[RoundSnapshot], objectives: tuple[ObjectiveView, ...]
) -> dict[int, list[ObjectiveView]]:
    """Each partner's objectives in order, without trying every objective on every partner."""
    asked: dict[int, set[int]] = {}
    for snapshot in snapshots:
        for partner_id, objective_id in snapshot.answers:
            asked.setdefault(objective_id, set()).add(partner_id)
    own: dict[int, list[ObjectiveView]] = {}
    for objective in objectives:
        for partner_id in asked.get(objective.id, ()):
            own.setdefault(partner_id, []).append(objective)
    return own


def _entries(
    snapshots: Sequence[RoundSnapshot], partner: PartnerView, objectives: Iterable[ObjectiveView]
) -> Iterable[Entry]:
    for objective in objectives:
        for snapshot in snapshots:
            answer = snapshot.answer(partner.id, objective.id)
            if answer:
                yield _entry(snapshot.round, partner, objective, answer)


def _entry(asked: RoundView, partner: PartnerView, objective: ObjectiveView, answer: AnswerView) -> Entry:
    document = [] if _is_private(asked, answer) else answer.document
    return Entry(asked, partner, objective, answer.state, document, answer.updated_at, answer.updated_by)


def _is_private(asked: RoundView, answer: AnswerView) -> bool:
    """Whether the text is still the contact's own: a draft counts once its round is due, as the card says."""
    return answer.state is AnswerState.DRAFT and asked.state in (RoundState.PLANNED, RoundState.OPEN)


def _form(
    project: ProjectView,
    year: int,
    partner: PartnerView,
    entries: Sequence[Entry],
    headings: Headings,
    texts: Texts,
) -> PartnerForm:
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
        changed_at=_latest(entry.updated_at for entry in entries),
    )


def _rows(entries: Sequence[Entry], texts: Texts) -> Iterable[FormRow]:
    for _, group in groupby(entries, key=lambda entry: entry.objective.id):
        found = {entry.round.term: entry for entry in group}
        objective = next(iter(found.values())).objective
        spring, autumn = (_cell(found.get(term), texts) for term in Term)
        yield FormRow(richtext.from_plain(objective.text), spring, autumn)


def _cell(entry: Entry | None, texts: Texts) -> FormCell:
    if entry is None:
        return FormCell(None, [])
    return FormCell(entry.state, _shown_in_form(entry, texts))


def _shown_in_form(entry: Entry, texts: Texts) -> Document:
    """Accepted words only; what is no plain answer says so in words."""
    if entry.state is AnswerState.ANSWERED:
        return entry.document
    if entry.state is AnswerState.NOTHING:
        return [*richtext.from_plain(texts("form.nothing")), *entry.document]
    if entry.state is AnswerState.RETURNED and entry.document:
        return [*richtext.from_plain(texts("form.returned")), *entry.document]
    return []


def _contact(person: PersonView) -> Document:
    """Name, mail address and telephone number, a line each."""
    lines = [richtext.text_run(one_line(person.name))]
    if person.email:
        lines.append(richtext.link(f"mailto:{person.email}", person.email))
    if person.phone:
        lines.append(richtext.text_run(one_line(person.phone)))
    return [richtext.section(run for line in lines for run in (line, richtext.text_run("\n")))]


def one_line(text: str) -> str:
    """A name without line ends, nor anything that no file can carry."""
    return " ".join(richtext.clean(text).split())


def _latest(moments: Iterable[datetime | None]) -> datetime | None:
    return max((moment for moment in moments if moment), default=None)
