"""What the report's PDF file shows of indicators and evidence, as data for its template."""

from decimal import Decimal

from lamppu_bot import richtext
from lamppu_bot.report.compile import Report
from lamppu_bot.report.indicators import Figure, IndicatorSums, added
from lamppu_bot.report.sum_words import bars_of, chart_text, figure_words, said_of, shown, title_of
from lamppu_bot.report.typeset import Data, blocks_of, printable
from lamppu_bot.report.words import evidence_run, one_line, semester

_PARTNERS = 100
"""So many stand in the table of an indicator; of more, the sums alone: figures stand with the results, and in Excel."""


def sums_data(report: Report, sums: IndicatorSums) -> Data:
    """An indicator: its sums in words, as a chart, and partner by partner in the table that the chart stands for."""
    texts = report.texts
    year = texts("sum.year", year=report.year)
    told = sums.figures if len(sums.figures) <= _PARTNERS else ()
    rows = [
        [one_line(partner.name), *(figure_words(one, texts) for one in figures), _year(report, figures)]
        for partner, figures in told
    ]
    totals = [texts("sum.all"), *(shown(total, texts) for total in (*sums.semesters, sums.total))]
    columns = [texts("matrix.column.partner"), *(semester(asked, texts) for asked in sums.rounds), year]
    return {
        "heading": printable(title_of(sums, texts)),
        "said": [printable(sentence) for sentence in said_of(sums, texts)],
        "chart": {"text": printable(chart_text(sums, texts)), "bars": _bars(report, sums)},
        "columns": columns,
        "rows": [[printable(cell) for cell in row] for row in rows],
        "totals": totals,
    }


def _year(report: Report, figures: tuple[Figure, ...]) -> str:
    return shown(added([figure.counted for figure in figures]), report.texts)


def _bars(report: Report, sums: IndicatorSums) -> list[Data]:
    """Each with its share of the longest one."""
    bars = bars_of(sums, report.texts)
    longest = max([value for _, value in bars if value is not None], default=Decimal(0))
    return [
        {"name": name, "value": shown(value, report.texts), "share": _share(value, longest)} for name, value in bars
    ]


def _share(value: Decimal | None, longest: Decimal) -> float:
    return max(0.0, float(value / longest)) if value is not None and longest > 0 else 0.0


def evidence_data(report: Report) -> Data:
    """Every link and file in a table, where there is any."""
    texts = report.texts
    columns = ("partner", "objective", "semester", "evidence")
    rows = [
        {
            "cells": [
                printable(one_line(entry.partner.name)),
                texts("summary.column.objective", number=entry.objective.number),
                semester(entry.round, texts),
            ],
            "document": blocks_of([richtext.section([evidence_run(evidence, texts)])]),
        }
        for entry in report.entries
        for evidence in entry.evidence
    ]
    return {
        "heading": texts("pdf.heading.evidence"),
        "columns": [texts(f"matrix.column.{name}") for name in columns],
        "rows": rows,
    }
