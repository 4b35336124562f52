"""What stands beside the report's files in its thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lamppu_bot.messages import wording
from lamppu_bot.texts import Mrkdwn, Texts
from storage.values import PartnerView, RoundView

_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class FilesAtHand:
    """What a message of files holds: the forms of these partners, the whole report, the matrix."""

    forms: Sequence[PartnerView] = ()
    whole: bool = False
    matrix: bool = False


def build_files_comment(
    round_: RoundView, held: FilesAtHand, *, newer: bool, compiled_at: datetime, time_zone: str, texts: Texts
) -> Mrkdwn:
    """What the files are; `newer` where they replace versions posted before."""
    first = texts.mrkdwn(
        "files.newer" if newer else "files.first",
        semester=wording.semester_of(round_, texts),
        moment=texts.moment(compiled_at, time_zone),
    )
    return Mrkdwn("\n".join([first, *_kinds(held, texts)]))


def _kinds(held: FilesAtHand, texts: Texts) -> list[Mrkdwn]:
    """A line for each kind of file, so that nobody has to tell them by their icons."""
    lines = []
    if held.forms:
        names = texts.listed([wording.brief(partner.name, _NAME) for partner in held.forms])
        lines.append(texts.mrkdwn("files.forms", partners=Mrkdwn(names)))
    if held.whole:
        lines.append(texts.mrkdwn("files.whole"))
    if held.matrix:
        lines.append(texts.mrkdwn("files.matrix"))
    return lines
