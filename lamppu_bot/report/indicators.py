"""Indicators added up: what each partner gave in each semester, the sums against the targets, and who gave no figure.

Sums are exact. A figure counts once its answer has its last word; one that is missing is told, never taken for zero.
All of it is pure.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from enum import StrEnum

from lamppu_bot.status import is_private
from storage.values import (
    AnswerState,
    AnswerView,
    IndicatorView,
    ObjectiveView,
    PartnerView,
    RoundSnapshot,
    RoundView,
)

# Digits enough for every sum of what a person may enter, so that none is rounded.
_EXACT = Context(prec=100)


class Standing(StrEnum):
    """What there is of a partner's figure."""

    COUNTED = "counted"
    UNCONFIRMED = "unconfirmed"  # of a draft or a returned answer: told, not added
    NOTHING = "nothing"  # the partner had nothing to report
    MISSING = "missing"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class Figure:
    standing: Standing
    value: Decimal | None = None

    @property
    def counted(self) -> Decimal | None:
        return self.value if self.standing is Standing.COUNTED else None


@dataclass(frozen=True, slots=True)
class IndicatorSums:
    """One indicator over a year. `figures` has a row for each partner who was asked, a figure for each of `rounds`."""

    objective: ObjectiveView
    indicator: IndicatorView
    rounds: tuple[RoundView, ...]
    figures: tuple[tuple[PartnerView, tuple[Figure, ...]], ...]

    @property
    def semesters(self) -> tuple[Decimal | None, ...]:
        """The sum of each round; None where nobody has given a figure."""
        return tuple(added(row[number].counted for _, row in self.figures) for number in range(len(self.rounds)))

    @property
    def total(self) -> Decimal | None:
        """The sum of the year so far."""
        return added(self.semesters)

    def missing_in(self, round_id: int) -> tuple[PartnerView, ...]:
        """Who was asked in that round and has given no figure that counts."""
        number = [asked.id for asked in self.rounds].index(round_id)
        owing = (Standing.MISSING, Standing.UNCONFIRMED)
        return tuple(partner for partner, row in self.figures if row[number].standing in owing)


def added(figures: Iterator[Decimal | None] | Sequence[Decimal | None]) -> Decimal | None:
    """The exact sum of the figures that there are."""
    total: Decimal | None = None
    for figure in figures:
        if figure is not None:
            total = figure if total is None else _EXACT.add(total, figure)
    return total


def sums_of(snapshots: Sequence[RoundSnapshot], objectives: Sequence[ObjectiveView]) -> tuple[IndicatorSums, ...]:
    """The sums of a year's rounds, spring first, indicator by indicator in the order of the objectives.

    An indicator that is asked no more stands among them as long as somebody has given a figure for it.
    """
    partners: dict[int, PartnerView] = {}
    for snapshot in reversed(snapshots):
        for partner in snapshot.partners:
            partners.setdefault(partner.id, partner)
    found = (_sums(snapshots, partners, objective, indicator) for objective, indicator in _indicators(objectives))
    return tuple(sums for sums in found if not sums.indicator.is_archived or sums.total is not None)


def _indicators(objectives: Sequence[ObjectiveView]) -> Iterator[tuple[ObjectiveView, IndicatorView]]:
    yield from ((objective, indicator) for objective in objectives for indicator in objective.indicators)


def _sums(
    snapshots: Sequence[RoundSnapshot],
    partners: Mapping[int, PartnerView],
    objective: ObjectiveView,
    indicator: IndicatorView,
) -> IndicatorSums:
    rows = []
    for partner in partners.values():
        figures = tuple(_figure(snapshot, partner, objective, indicator) for snapshot in snapshots)
        if any(figure.standing is not Standing.NOT_ASKED for figure in figures):
            rows.append((partner, figures))
    return IndicatorSums(objective, indicator, tuple(snapshot.round for snapshot in snapshots), tuple(rows))


def _figure(
    snapshot: RoundSnapshot, partner: PartnerView, objective: ObjectiveView, indicator: IndicatorView
) -> Figure:
    answer = snapshot.answer(partner.id, objective.id)
    if answer is None:
        return Figure(Standing.NOT_ASKED)
    value = None if is_private(snapshot, answer) else answer.details.figures.get(indicator.key)
    return Figure(_standing(snapshot, answer, value), value)


def _standing(snapshot: RoundSnapshot, answer: AnswerView, value: Decimal | None) -> Standing:
    if value is not None:
        return Standing.COUNTED if answer.state.is_final else Standing.UNCONFIRMED
    if answer.state is AnswerState.NOTHING:
        return Standing.NOTHING
    return Standing.NOT_ASKED if answer.partner_id in snapshot.skipped else Standing.MISSING
