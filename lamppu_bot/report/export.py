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
from lamppu_bot.report.filenames import form_filenames, matrix_filename, pdf_filename
from lamppu_bot.report.form import render_form
from lamppu_bot.report.indicators import IndicatorSums
from lamppu_bot.report.matrix import render_matrix
from lamppu_bot.report.pdf import render_form_pdf, render_report_pdf


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
    if kind == "docx":
        names = form_filenames(report)
        for form in report.forms:
            yield names[form.partner_id], render_form(form, template)
    elif kind == "pdf":
        yield pdf_filename(report), render_report_pdf(report)
        names = form_filenames(report, "pdf")
        for form in report.forms:
            yield names[form.partner_id], render_form_pdf(form)
    elif kind == "xlsx":
        yield matrix_filename(report), render_matrix(report)
    else:
        yield Path(matrix_filename(report)).with_suffix(".json").name, _json(report)


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
