"""Compiling: the snapshots of a year's rounds become the partners' forms, the rows of the matrix and the sums. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from lamppu_bot.report.entries import Entry, entries_of, latest
from lamppu_bot.report.forms import PartnerForm, form_of
from lamppu_bot.report.headings import Texts, headings_of
from lamppu_bot.report.indicators import IndicatorSums, sums_of
from lamppu_bot.semester import Term
from storage.values import ObjectiveView, PartnerView, ProjectView, RoundSnapshot, RoundView

_Item = TypeVar("_Item", PartnerView, ObjectiveView)


@dataclass(frozen=True, slots=True)
class Volume:
    """Which of how many parts of a report it is; see `volumes`."""

    number: int = 1
    of: int = 1


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
    indicators: tuple[IndicatorSums, ...]
    texts: Texts
    compiled_at: datetime
    volume: Volume = Volume()

    @property
    def changed_at(self) -> datetime | None:
        """When an answer last changed, in UTC."""
        return latest(entry.updated_at for entry in self.entries)


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
    entries = {partner.id: tuple(entries_of(ordered, partner, own.get(partner.id, ()))) for partner in partners}
    project, year = ordered[-1].project, ordered[-1].round.year
    headings = headings_of(year, texts)
    return Report(
        project=project,
        year=year,
        rounds=tuple(snapshot.round for snapshot in ordered),
        partners=partners,
        objectives=objectives,
        entries=tuple(entry for partner in partners for entry in entries[partner.id]),
        forms=tuple(form_of(project, year, partner, entries[partner.id], headings, texts) for partner in partners),
        indicators=sums_of(ordered, objectives),
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
