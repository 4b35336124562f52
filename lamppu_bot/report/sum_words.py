"""What sums of indicators are called and said in words, wherever they are shown. Pure."""

from collections.abc import Iterator
from decimal import Decimal

from lamppu_bot.report.headings import Texts
from lamppu_bot.report.indicators import Figure, IndicatorSums, Standing
from lamppu_bot.report.words import one_line, semester
from storage.values import RoundView

_NAMED = 5  # so many partners are named where their figures are missing; of more, the number


def title_of(sums: IndicatorSums, texts: Texts) -> str:
    return texts("sum.title", title=one_line(sums.indicator.title), unit=one_line(sums.indicator.unit))


def said_of(sums: IndicatorSums, texts: Texts) -> Iterator[str]:
    """Sentence by sentence: the sum and the target, the semesters where there are two, whose figures are missing."""
    yield total_of(sums, texts)
    if sums.total is None:
        return
    for asked, total in zip(sums.rounds, sums.semesters, strict=True):
        if len(sums.rounds) > 1:
            key = "sum.semester.none" if total is None else "sum.semester"
            yield texts(key, semester=semester(asked, texts), total=shown(total, texts))
        yield from _missing(sums, asked, texts)


def total_of(sums: IndicatorSums, texts: Texts) -> str:
    """The sum of the year so far, and the target."""
    kind, target = "none" if sums.total is None else "total", sums.indicator.target
    return texts(
        f"sum.{kind}" if target is None else f"sum.{kind}.target",
        total=shown(sums.total, texts),
        target=shown(target, texts),
        unit=one_line(sums.indicator.unit),
    )


def _missing(sums: IndicatorSums, asked: RoundView, texts: Texts) -> Iterator[str]:
    partners = sums.missing_in(asked.id)
    if len(partners) > _NAMED:
        yield texts.plural("sum.missing.many", len(partners))
    elif partners:
        yield texts("sum.missing", partners=texts.listed([one_line(partner.short_name) for partner in partners]))


def bars_of(sums: IndicatorSums, texts: Texts) -> list[tuple[str, Decimal | None]]:
    """What a chart shows: each semester, the year where it has two, the target where there is one."""
    bars = [(semester(asked, texts), total) for asked, total in zip(sums.rounds, sums.semesters, strict=True)]
    bars.append((texts("sum.year", year=sums.rounds[0].year), sums.total))
    if sums.indicator.target is not None:
        bars.append((texts("sum.target"), sums.indicator.target))
    return bars


def chart_text(sums: IndicatorSums, texts: Texts) -> str:
    """The chart in words, for those who do not see it."""
    bars = [texts("sum.bar", name=name, value=shown(value, texts)) for name, value in bars_of(sums, texts)]
    return texts("sum.chart", title=title_of(sums, texts), bars=texts.listed(bars))


def shown(number: Decimal | None, texts: Texts) -> str:
    return texts("sum.empty") if number is None else texts.number(number)


def figure_words(figure: Figure, texts: Texts) -> str:
    """A partner's figure in a table."""
    if figure.standing is Standing.COUNTED:
        return shown(figure.value, texts)
    return texts(f"sum.standing.{figure.standing}", value=shown(figure.value, texts))
