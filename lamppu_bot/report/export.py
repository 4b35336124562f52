"""The compiled report as files in a folder, for the command line."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from lamppu_bot import richtext
from lamppu_bot.report.compile import Report
from lamppu_bot.report.entries import Entry
from lamppu_bot.report.filenames import matrix_filename
from lamppu_bot.report.indicators import IndicatorSums
from lamppu_bot.report.making import MadeFile, ReportMaker


def export(report: Report, kind: str, folder: Path, template: bytes | None) -> list[Path]:
    """Writes the report's files of one kind; returns where they are. The folder is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, content in _files(report, kind, template):
        path = folder / name
        path.write_bytes(content)
        paths.append(path)
    return paths


def _files(report: Report, kind: str, template: bytes | None) -> Iterator[tuple[str, bytes]]:
    if kind == "json":
        yield Path(matrix_filename(report)).with_suffix(".json").name, _json(report)
        return
    for name, _, content in _made(ReportMaker(report, template), kind):
        yield name, content


def _made(maker: ReportMaker, kind: str) -> Iterator[MadeFile]:
    forms = maker.report.forms
    if kind == "docx":
        yield from map(maker.form, forms)
    elif kind == "pdf":
        yield from maker.whole()
        yield from map(maker.form_pdf, forms)
    else:
        yield maker.matrix()


def _json(report: Report) -> bytes:
    """Every answer with its state, as plain text and as the rich text it was written in; and the sums of indicators.

    Decimal numbers are texts, so that no digit of them is lost.
    """
    content = {
        "project": report.project.key,
        "year": report.year,
        "answers": [_answer(entry) for entry in report.entries],
        "indicators": [_sums(sums) for sums in report.indicators],
    }
    return json.dumps(content, ensure_ascii=False, indent=2, default=_plain).encode()


def _answer(entry: Entry) -> dict[str, Any]:
    return {
        "round": entry.round.key,
        "partner": entry.partner.key,
        "objective": entry.objective.key,
        "state": entry.state.value,
        "text": richtext.plain(entry.document),
        "document": entry.document,
        "updated_at": entry.updated_at,
        "updated_by": entry.updated_by,
        "entered_by": entry.entered_by,
        "wish": entry.note,
        "skipped": entry.skipped,
        "unchanged": entry.is_unchanged,
        **entry.details.as_plain(),
        "evidence": [{"kind": one.kind, "title": one.title, "address": one.address} for one in entry.evidence],
    }


def _sums(sums: IndicatorSums) -> dict[str, Any]:
    semesters = {asked.key: total for asked, total in zip(sums.rounds, sums.semesters, strict=True)}
    return {
        "objective": sums.objective.key,
        "indicator": sums.indicator.key,
        "unit": sums.indicator.unit,
        "target": sums.indicator.target,
        "semesters": semesters,
        "total": sums.total,
        "missing": {asked.key: [partner.key for partner in sums.missing_in(asked.id)] for asked in sums.rounds},
    }


def _plain(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    raise TypeError(f"{type(value).__name__} has no place in a report")
