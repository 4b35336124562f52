"""Progress as a native chart: bars by partner, by objective, or by how far the partners are, whichever fits."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from slackblocks import AxisConfig, BarChart, Block, DataPoint, DataSeries, DataVisualizationBlock

from lamppu_bot.messages import limits
from lamppu_bot.messages.blocks import UNNAMED
from lamppu_bot.status import RoundStatus
from lamppu_bot.texts import Texts
from storage.values import AnswerState, RoundSnapshot

_TITLE: Final = 50
_SERIES: Final = ("done", "draft", "open")

# The bars over one label: how many are done, in draft, open.
_Bars = tuple[int, int, int]


def progress_chart(snapshot: RoundSnapshot, status: RoundStatus, texts: Texts) -> list[Block]:
    """At most 20 labels of at most 20 characters: so many partners, or objectives, or else three groups."""
    if not status.total:
        return []
    if len(status.asked) <= limits.CHART_CATEGORIES:
        names = unique_labels([found.partner.short_name for found in status.asked])
        bars = [(found.done, found.draft, found.missing + found.returned) for found in status.asked]
        return [_chart(texts("chart.by_partner"), dict(zip(names, bars, strict=True)), texts)]
    if len(snapshot.objectives) <= limits.CHART_CATEGORIES:
        return [_chart(texts("chart.by_objective"), _by_objective(snapshot, texts), texts)]
    return [_groups(status, texts)]


def unique_labels(names: Sequence[str]) -> list[str]:
    """Names cut to a label's 20 characters; of those that then read alike, the later ones are numbered."""
    found: list[str] = []
    for name in names:
        label = limits.clip(name.strip() or limits.ELLIPSIS, limits.CHART_LABEL)
        number = 1
        while label in found:
            number += 1
            label = limits.clip(name, limits.CHART_LABEL - len(str(number)) - 1) + f" {number}"
        found.append(label)
    return found


def _by_objective(snapshot: RoundSnapshot, texts: Texts) -> dict[str, _Bars]:
    states: dict[int, Counter[AnswerState]] = {objective.id: Counter() for objective in snapshot.objectives}
    for answer in snapshot.answers.values():
        if answer.partner_id in snapshot.skipped:
            continue
        states[answer.objective_id][answer.state] += 1
    return {
        limits.clip(texts("answer_form.title.alone", number=objective.number), limits.CHART_LABEL): _bars(
            states[objective.id]
        )
        for objective in snapshot.objectives
    }


def _bars(states: Mapping[AnswerState, int]) -> _Bars:
    done = states[AnswerState.ANSWERED] + states[AnswerState.NOTHING]
    return done, states[AnswerState.DRAFT], states[AnswerState.MISSING] + states[AnswerState.RETURNED]


def _groups(status: RoundStatus, texts: Texts) -> Block:
    complete = status.complete
    begun = sum(1 for found in status.asked if not found.is_complete and found.done + found.draft)
    counts = {"complete": complete, "begun": begun, "untouched": len(status.asked) - complete - begun}
    labels = {group: texts(f"chart.group.{group}") for group in counts}
    points = [DataPoint(labels[group], number) for group, number in counts.items()]
    return _block(texts("chart.by_group"), [DataSeries(texts("chart.partners"), points)], list(labels.values()))


def _chart(title: str, bars: Mapping[str, _Bars], texts: Texts) -> Block:
    series = [
        DataSeries(texts(f"chart.series.{name}"), [DataPoint(label, found[index]) for label, found in bars.items()])
        for index, name in enumerate(_SERIES)
    ]
    return _block(title, series, list(bars))


def _block(title: str, series: list[DataSeries], categories: list[str]) -> Block:
    chart = BarChart(series, AxisConfig(categories))
    return DataVisualizationBlock(limits.clip(title, _TITLE), chart, block_id=UNNAMED)
