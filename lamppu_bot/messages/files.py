"""What stands beside the report's files in its thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lamppu_bot.messages import blocks, wording
from lamppu_bot.messages.message import Message, compose
from lamppu_bot.texts import Mrkdwn, Texts, escape
from storage.values import EvidenceView, ObjectiveView, PartnerView, RoundView

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


def build_evidence_comment(
    evidence: EvidenceView, partner: PartnerView, objective: ObjectiveView, texts: Texts
) -> Mrkdwn:
    """What stands beside a file that a partner has given as evidence."""
    title = wording.brief(evidence.title, _NAME)
    return Mrkdwn(f"{texts.mrkdwn('relay.comment', title=title)}\n{_place(partner, objective, texts)}")


def build_evidence_note(
    obstacle: str, evidence: EvidenceView, partner: PartnerView, objective: ObjectiveView, *, most: int, texts: Texts
) -> Message:
    """What stands in the place of such a file when it cannot be had; `most` is the largest size in megabytes."""
    title = wording.brief(evidence.title, _NAME)
    contact = wording.brief(partner.contact.name, _NAME)
    said = texts.mrkdwn(f"relay.{obstacle}", title=title, contact=contact, most=most)
    return compose("evidence", [blocks.section(Mrkdwn(f"{said}\n{_place(partner, objective, texts)}"))])


def _place(partner: PartnerView, objective: ObjectiveView, texts: Texts) -> Mrkdwn:
    """Whose it is and what it belongs to."""
    return Mrkdwn(f"*{wording.brief(partner.name, _NAME)}* – {escape(wording.objective_title(objective, texts))}")
