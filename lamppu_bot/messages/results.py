"""The results of a posted report in its thread, objective by objective; and the notes that go with its files."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from slackblocks import Block

from lamppu_bot import richtext
from lamppu_bot.messages import blocks, limits, wording
from lamppu_bot.messages.message import Message, compose
from lamppu_bot.texts import Mrkdwn, Texts
from storage.values import AnswerState, AnswerView, Document, ObjectiveView, PartnerView, RoundSnapshot, RoundState

_PIECE: Final = 4_000  # code points of one rich text; up to twice as many UTF-16 units
_ROOM: Final = limits.MESSAGE_TEXT - 1_000  # headings take the rest
_BLOCKS: Final = limits.MESSAGE_BLOCKS - 6
_NAMES: Final = 2_500
_PARTNERS: Final = 1_000


@dataclass(frozen=True, slots=True)
class _Piece:
    """A partner's answer, or a part of it when it is long, that stays together in one message."""

    partner: PartnerView
    answer: AnswerView
    document: Document
    goes_on: bool

    @property
    def width(self) -> int:
        return limits.width(richtext.plain(self.document)) + limits.width(self.partner.name) + 100


def build_summary_parts(snapshot: RoundSnapshot, objective: ObjectiveView, *, texts: Texts) -> tuple[Message, ...]:
    """What every partner achieved towards one objective, in as many messages as it takes; nothing is cut.

    Drafts are marked, and shown only once the round is due: until then they are the writers' own.
    """
    pages = list(_packed(_pieces(snapshot, objective)))
    silent = _silent(snapshot, objective, texts)
    count = max(1, len(pages))
    return tuple(
        compose(
            f"results-{snapshot.round.id}-{objective.id}-{number}",
            [
                blocks.header(_heading(objective, number, texts)),
                *[block for piece in (pages[number] if pages else []) for block in _answer(piece, texts)],
                *(silent if number == count - 1 else []),
            ],
        )
        for number in range(count)
    )


def build_files_comment(
    snapshot: RoundSnapshot, *, version: int, compiled_at: datetime, texts: Texts, partners: Sequence[PartnerView] = ()
) -> Mrkdwn:
    """What stands beside the report's files: which version, of when, and whose forms have changed since the last."""
    key = "files.first" if version == 1 else "files.again"
    said = texts.mrkdwn(
        key,
        semester=wording.semester_of(snapshot.round, texts),
        version=version,
        moment=texts.moment(compiled_at, snapshot.project.time_zone),
    )
    if version == 1 or not partners:
        return said
    return Mrkdwn(f"{said} {texts.mrkdwn('files.changed', partners=_names(partners, texts))}")


def build_new_version_note(
    snapshot: RoundSnapshot, partners: Sequence[PartnerView], *, compiled_at: datetime, texts: Texts
) -> Message:
    """In the report's thread: it was updated, and whose answers have changed."""
    said = texts.mrkdwn(
        "new_version",
        moment=texts.moment(compiled_at, snapshot.project.time_zone),
        partners=_names(partners, texts),
    )
    return compose(f"new-version-{snapshot.round.id}", [blocks.section(said)])


def build_parked_note(kind: str, recipient: str, *, texts: Texts) -> Message:
    """A delivery whose outcome nobody could find out: what it was, to whom, and what to do.

    `kind` is the delivery's kind in the ledger; `recipient` the name of a person, or the mention of a channel.
    """
    what = texts(f"parked.kind.{kind.replace('-', '_')}")
    return compose("parked", [blocks.section(texts.mrkdwn("parked", what=what, recipient=recipient))])


def _shows_text(snapshot: RoundSnapshot, answer: AnswerView) -> bool:
    if richtext.is_empty(answer.document):
        return False
    is_due = snapshot.round.state in (RoundState.DUE, RoundState.CLOSED)
    return answer.state is not AnswerState.MISSING and (is_due or answer.state is not AnswerState.DRAFT)


def _pieces(snapshot: RoundSnapshot, objective: ObjectiveView) -> Iterator[_Piece]:
    for partner in snapshot.partners:
        answer = snapshot.answer(partner.id, objective.id)
        if answer is not None and _shows_text(snapshot, answer):
            for index, chunk in enumerate(richtext.chunks(answer.document, _PIECE)):
                yield _Piece(partner, answer, chunk, goes_on=index > 0)


def _packed(pieces: Iterable[_Piece]) -> Iterator[list[_Piece]]:
    """Pieces by messages: as many as the text and the blocks of one allow; each takes two blocks."""
    page: list[_Piece] = []
    room = _ROOM
    for piece in pieces:
        if page and (piece.width > room or 2 * len(page) + 2 > _BLOCKS):
            yield page
            page, room = [], _ROOM
        page.append(piece)
        room -= piece.width
    if page:
        yield page


def _heading(objective: ObjectiveView, number: int, texts: Texts) -> str:
    title = wording.objective_title(objective, texts)
    return texts("results.goes_on", title=title) if number else title


def _answer(piece: _Piece, texts: Texts) -> list[Block]:
    name = wording.brief(piece.partner.name, _PARTNERS)
    key = "results.partner" if piece.answer.state is AnswerState.ANSWERED else "results.partner.state"
    said = texts.mrkdwn(key, partner=name, state=texts(f"results.state.{piece.answer.state}"))
    if piece.goes_on:
        said = texts.mrkdwn("results.goes_on", title=said)
    return [blocks.section(said), blocks.written(piece.document)]


def _silent(snapshot: RoundSnapshot, objective: ObjectiveView, texts: Texts) -> list[Block]:
    """The partners of whom there is nothing to read yet."""
    answers = ((partner, snapshot.answer(partner.id, objective.id)) for partner in snapshot.partners)
    names = [partner for partner, answer in answers if answer and not _shows_text(snapshot, answer)]
    return [blocks.section(texts.mrkdwn("results.silent", partners=_names(names, texts)))] if names else []


def _names(partners: Sequence[PartnerView], texts: Texts) -> Mrkdwn:
    """Names as a list for a sentence; of very many, the first ones and how many more."""
    names = [limits.clip(partner.short_name, limits.CELL) for partner in partners]
    kept, left = limits.fitting(names, _PARTNERS)
    listed = texts.plural("results.and_more", left, partners=", ".join(kept)) if left else texts.listed(kept)
    return wording.brief(listed, _NAMES)
