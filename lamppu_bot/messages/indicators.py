"""Indicators in the posted report: their sums over an objective's results, and all of them with a chart."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from slackblocks import AxisConfig, BarChart, Block, DataPoint, DataSeries, DataVisualizationBlock

from lamppu_bot.messages import blocks, limits, wording
from lamppu_bot.messages.blocks import UNNAMED
from lamppu_bot.messages.chart import unique_labels
from lamppu_bot.messages.message import Message, compose
from lamppu_bot.report.indicators import IndicatorSums
from lamppu_bot.report.sum_words import said_of, title_of, total_of
from lamppu_bot.texts import Mrkdwn, Texts, escape
from storage.values import RoundSnapshot

_A_PAGE: Final = 14  # indicators: with 600 characters each they fit, and a chart takes 20
_SAID: Final = 600
_TITLE: Final = 50  # of a chart


def sum_lines(sums: Sequence[IndicatorSums], texts: Texts) -> Mrkdwn:
    """A line for each indicator: what it is, its sum and its target."""
    lines = (
        texts.mrkdwn("sum.line", title=title_of(one, texts), said=limits.clip(total_of(one, texts), _SAID))
        for one in sums
    )
    return Mrkdwn("\n".join(lines))


def build_indicator_pages(
    snapshot: RoundSnapshot, sums: Sequence[IndicatorSums], *, texts: Texts
) -> tuple[Message, ...]:
    """Every indicator with its sums in words, and how far those with a target have come as a chart."""
    pages = [sums[start : start + _A_PAGE] for start in range(0, len(sums), _A_PAGE)]
    heading = texts("sum.heading", semester=wording.semester_of(snapshot.round, texts))
    return tuple(
        compose(
            f"indicators-{snapshot.round.id}-{number}",
            [blocks.header(heading), *_chart(page, texts), *(_section(one, texts) for one in page)],
        )
        for number, page in enumerate(pages)
    )


def _section(sums: IndicatorSums, texts: Texts) -> Block:
    title = escape(f"{wording.objective_title(sums.objective, texts)} – {title_of(sums, texts)}")
    said = limits.clip(escape(" ".join(said_of(sums, texts))), _SAID)
    return blocks.section(Mrkdwn(f"*{title}*\n{said}"))


def _chart(page: Sequence[IndicatorSums], texts: Texts) -> list[Block]:
    """Percentages of the targets: the indicators themselves are of different units."""
    found = [(sums.indicator.title, share) for sums in page for share in _share(sums)]
    if not found:
        return []
    labels = unique_labels([title for title, _ in found])
    points = [DataPoint(label, share) for label, (_, share) in zip(labels, found, strict=True)]
    chart = BarChart([DataSeries(texts("sum.chart.series"), points)], AxisConfig(labels))
    return [DataVisualizationBlock(limits.clip(texts("sum.chart.title"), _TITLE), chart, block_id=UNNAMED)]


def _share(sums: IndicatorSums) -> Iterator[int]:
    """Per cent of the target, rounded down: a hundred means that it is reached."""
    if sums.total is not None and sums.indicator.target:
        yield int(max(Decimal(0), sums.total) * 100 // sums.indicator.target)
