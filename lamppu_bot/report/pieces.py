"""The files of a posted report: which there are, what can be read in each, and which go out together. Pure."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from lamppu_bot.report.compile import Report
from lamppu_bot.report.entries import Entry
from lamppu_bot.report.forms import PartnerForm
from lamppu_bot.report.headings import Texts
from lamppu_bot.report.volumes import volumes
from lamppu_bot.report.words import marks_of
from storage.values import EvidenceKind

FILES_A_MESSAGE: Final = 10
"""Slack's upload takes several files; so many go into one message of the thread."""

MATRIX: Final = "file:matrix"
_WHOLE: Final = "file:report"

POSTED: Final = "posted"
"""In place of a digest, of what goes out once."""

_EVIDENCE: Final = "file:evidence:"
_FORM: Final = "file:form:"
_FILES_A_FORM: Final = 2  # Word and PDF


def form_piece(form: PartnerForm) -> str:
    """A partner's form: one piece, for its Word and its PDF file hold the same and so change together."""
    return f"{_FORM}{form.partner_id}"


def whole_piece(volume: Report) -> str:
    """The whole project's report as PDF, or a part of it: each is a piece."""
    return _WHOLE if volume.volume.number == 1 else f"{_WHOLE}:{volume.volume.number}"


def is_whole(name: str) -> bool:
    """Whether the piece is the whole project's report, or a part of it."""
    return name.startswith(_WHOLE)


def evidence_pieces(report: Report, round_id: int) -> dict[str, int]:
    """The files that a round's answers come with, which go out once: id of the evidence by name."""
    own = (entry for entry in report.entries if entry.round.id == round_id)
    files = (one for entry in own for one in entry.evidence if one.kind is EvidenceKind.FILE)
    return {f"{_EVIDENCE}{one.id}": one.id for one in files}


def batches(names: Sequence[str]) -> Iterator[list[str]]:
    """Pieces by the message that they go out in."""
    batch: list[str] = []
    room = FILES_A_MESSAGE
    for name in names:
        files = _FILES_A_FORM if name.startswith(_FORM) else 1
        if files > room:
            yield batch
            batch, room = [], FILES_A_MESSAGE
        batch.append(name)
        room -= files
    if batch:
        yield batch


def file_digests(report: Report) -> dict[str, str]:
    """The pieces by name, each with a digest of what can be read in it.

    When it was compiled, how far its rounds have come, and who is who in Slack stand in none of them.
    """
    names = report.project.name, report.project.short_name
    forms = {form_piece(form): digest(_read_in_form(form)) for form in report.forms}
    return {
        **forms,
        **{whole_piece(volume): digest((names, *_read_in_whole(volume))) for volume in volumes(report)},
        MATRIX: digest((*names, *_read_in_matrix(report))),
    }


def _read_in_form(form: PartnerForm) -> object:
    rows = [(row.objective, row.spring.document, row.autumn.document) for row in form.rows]
    return replace(form, rows=(), changed_at=None), rows


def _read_in_whole(report: Report) -> Iterator[object]:
    """Figures stand in the entries, and nothing else is added up."""
    yield report.changed_at, report.volume
    for entry in report.entries:
        yield entry.round.key, entry.partner.name, entry.objective, *_read_in_entry(entry, report.texts)


def _read_in_matrix(report: Report) -> Iterator[object]:
    for entry in report.entries:
        partner, contact = entry.partner, entry.partner.contact
        whose = (entry.round.key, partner.name, contact.name, contact.email, entry.objective)
        yield whose, entry.updated_at, entry.updated_by, *_read_in_entry(entry, report.texts)


def _read_in_entry(entry: Entry, texts: Texts) -> tuple[object, ...]:
    return entry.state, entry.document, entry.details, entry.followed, entry.evidence, tuple(marks_of(entry, texts))


def digest(value: object) -> str:
    """Of frozen values, whose repr holds all they say."""
    return hashlib.sha256(repr(value).encode("utf-8", "surrogatepass")).hexdigest()
