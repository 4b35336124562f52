"""Names of the report's files: lamppu-2012-rovaniemen-koulutuskuntayhtyma.docx, safe on every system and in mails."""

import re
import unicodedata
from collections.abc import Mapping

from lamppu_bot.report.compile import Report

LONGEST_NAME = 120
"""Characters of a file name: what the database keeps of one."""

_FOREIGN = str.maketrans({"æ": "ae", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ŋ": "n"})
_NOT_PLAIN = re.compile("[^a-z0-9]+")


def report_filename(project_key: str, year: int, name: str, extension: str) -> str:
    """A file name of lower-case ASCII letters, digits and hyphens; `extension` without its dot.

    Letters lose their accents (ä becomes a); what has no ASCII letter at all is left out.
    """
    parts = (_plain(part) for part in (project_key, str(year), name))
    stem = "-".join(part for part in parts if part)
    return f"{stem[: LONGEST_NAME - len(extension) - 1].rstrip('-')}.{extension}"


def form_filenames(report: Report, extension: str = "docx") -> Mapping[int, str]:
    """The name of each partner's form by partner id, no two alike: a second one of the same name gets its key.

    Nor is any like that of the compiled report, whatever a partner is called.
    """
    taken = re.compile(rf"{re.escape(pdf_filename(report).removesuffix('.pdf'))}(-\d+)?\.pdf")
    names: dict[str, int] = {}
    for partner in report.partners:
        own = [partner.name] if _plain(partner.name) else []
        for words in (*own, f"{partner.key} {partner.name}", f"{partner.id} {partner.name}"):
            name = report_filename(report.project.key, report.year, words, extension)
            if name not in names and not taken.fullmatch(name):
                names[name] = partner.id
                break
    return {partner_id: name for name, partner_id in names.items()}


def matrix_filename(report: Report) -> str:
    """The name of the Excel file."""
    return report_filename(report.project.key, report.year, report.texts("matrix.file"), "xlsx")


def pdf_filename(report: Report) -> str:
    """The name of the compiled report's PDF file, or of a part of it."""
    number = f" {report.volume.number}" if report.volume.of > 1 else ""
    return report_filename(report.project.key, report.year, f"{report.texts('pdf.file')}{number}", "pdf")


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_FOREIGN))
    return _NOT_PLAIN.sub("-", folded.encode("ascii", "ignore").decode()).strip("-")
