"""The results of a posted report in its thread, objective by objective; and word of what did not arrive."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from slackblocks import Block, Button

from lamppu_bot import richtext
from lamppu_bot.messages import blocks, ids, limits, wording
from lamppu_bot.messages.beside import reported
from lamppu_bot.messages.indicators import sum_lines
from lamppu_bot.messages.message import Message, compose
from lamppu_bot.report.indicators import IndicatorSums
from lamppu_bot.status import is_private, takes_changes
from lamppu_bot.texts import Mrkdwn, Texts
from storage.values import (
    AnswerState,
    AnswerView,
    Document,
    ObjectiveView,
    PartnerView,
    RoundSnapshot,
)

_PIECE: Final = 4_000  # code points of one rich text; up to twice as many UTF-16 units
_ROOM: Final = limits.MESSAGE_TEXT - 1_000  # headings take the rest
_BLOCKS: Final = limits.MESSAGE_BLOCKS - 6
_NAMES: Final = 2_500
_WISH: Final = 300
_PARTNERS: Final = 1_000
_NAME: Final = 200
_CHANNEL: Final = re.compile(r"<#[A-Z0-9]+>")

# Slack's words for a person whom no message can reach, and our own for one of whom no address is known.
_UNREACHABLE: Final = frozenset(
    {"user_disabled", "user_not_found", "user_not_visible", "users_not_found", "cannot_dm_bot", "no_address"}
)
_SHUT_OUT: Final = frozenset({"channel_not_found", "not_in_channel", "is_archived"})
_NO_ACCESS: Final = frozenset(
    {"account_inactive", "invalid_auth", "not_authed", "not_allowed_token_type", "token_expired", "token_revoked"}
    | {"missing_scope", "no_permission", "messages_tab_disabled", "restricted_action"}
)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A partner's answer, or a part of it when it is long, that stays together in one message."""

    partner: PartnerView
    answer: AnswerView
    document: Document
    goes_on: bool

    @property
    def width(self) -> int:
        note = min(limits.width(self.answer.note or ""), _WISH)
        return limits.width(richtext.plain(self.document)) + limits.width(self.partner.name) + note + 200


def build_summary_parts(
    snapshot: RoundSnapshot,
    objective: ObjectiveView,
    *,
    texts: Texts,
    sums: Sequence[IndicatorSums] = (),
    with_buttons: bool = True,
) -> tuple[Message, ...]:
    """What every partner achieved towards one objective, in as many messages as it takes; nothing is cut.

    Drafts are marked, and shown only once their partner's due day is over: until then they are the writers' own.
    `with_buttons` where they can be accepted, which a message that cannot be updated must not offer. `sums` are those
    of the year's indicators; the objective's own stand first.
    """
    own = sum_lines([one for one in sums if one.objective.id == objective.id], texts)
    pages = list(_packed(_pieces(snapshot, objective, texts), _ROOM - limits.width(own)))
    silent = _silent(snapshot, objective, texts)
    count = max(1, len(pages))
    return tuple(
        compose(
            f"results-{snapshot.round.id}-{objective.id}-{number}",
            [
                blocks.header(_heading(objective, number, texts)),
                *([blocks.section(own)] if own and number == 0 else []),
                *[
                    block
                    for piece in (pages[number] if pages else [])
                    for block in _answer(snapshot, piece, texts, with_buttons=with_buttons)
                ],
                *(silent if number == count - 1 else []),
            ],
        )
        for number in range(count)
    )


def build_left_over_note(*, texts: Texts) -> Message:
    """What a message of the report says once the report has become so short that nothing is left for it."""
    return compose("left-over", [blocks.section(texts.mrkdwn("results.left_over"))])


def build_parked_note(kind: str, recipient: str, code: str, *, texts: Texts) -> Message:
    """A delivery that needs a person: what it was, to whom, and what to do.

    `kind` is the delivery's kind in the ledger, `recipient` a person's name or a channel's mention. `code` is Slack's
    word for what is wrong, or `cannot_look:` and such a word where nobody knows whether the message arrived.
    """
    what = texts(f"parked.kind.{kind.replace('-', '_')}")
    is_channel = bool(_CHANNEL.fullmatch(recipient))
    to = Mrkdwn(recipient) if is_channel else wording.brief(recipient, _NAME)
    trouble = _trouble(code, is_channel=is_channel)
    said = [texts.mrkdwn(f"parked.{trouble}", what=what, recipient=to, code=code)]
    if trouble != "uncertain":
        said.append(texts.mrkdwn("parked.again"))
    return compose("parked", [blocks.section(Mrkdwn("\n".join(said)))])


def _trouble(code: str, *, is_channel: bool) -> str:
    """Who can put it right: whoever names contacts, sits in the channel, or runs the bot."""
    if code.startswith("cannot_look"):
        return "uncertain"
    if code in _SHUT_OUT:  # in a person's messages it means that Slack does not let the bot reach them
        return "channel" if is_channel else "unreachable"
    if code in _NO_ACCESS:
        return "access"
    return "unreachable" if code in _UNREACHABLE else "refused"


def _shows_text(snapshot: RoundSnapshot, answer: AnswerView) -> bool:
    if richtext.is_empty(answer.document):
        return False
    return answer.state is not AnswerState.MISSING and not is_private(snapshot, answer)


def _pieces(snapshot: RoundSnapshot, objective: ObjectiveView, texts: Texts) -> Iterator[_Piece]:
    for partner in snapshot.partners:
        answer = snapshot.answer(partner.id, objective.id)
        if answer is not None and _shows_text(snapshot, answer):
            for index, chunk in enumerate(richtext.chunks(reported(snapshot, partner, objective, texts), _PIECE)):
                yield _Piece(partner, answer, chunk, goes_on=index > 0)


def _packed(pieces: Iterable[_Piece], room: int) -> Iterator[list[_Piece]]:
    """Pieces by messages, as many as text and blocks allow; each takes two blocks. `room` is that of the first."""
    page: list[_Piece] = []
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


def _answer(snapshot: RoundSnapshot, piece: _Piece, texts: Texts, *, with_buttons: bool) -> list[Block]:
    name = wording.brief(piece.partner.name, _PARTNERS)
    is_plain = piece.answer.state is AnswerState.ANSWERED and not piece.answer.entered_by
    key = "results.partner" if is_plain else "results.partner.state"
    said = texts.mrkdwn(key, partner=name, state=_state(piece.answer, texts))
    if piece.goes_on:
        said = texts.mrkdwn("results.goes_on", title=said)
    elif piece.answer.note is not None:
        wish = texts.mrkdwn("results.wish", wish=wording.brief(piece.answer.note, _WISH))
        said = Mrkdwn(f"{said}\n{wish}")
    button = _button(snapshot, piece.answer, name, texts) if with_buttons and not piece.goes_on else None
    return [blocks.section(said, button), blocks.written(piece.document)]


def _state(answer: AnswerView, texts: Texts) -> str:
    return texts("results.state.draft") if answer.state is AnswerState.DRAFT else wording.state(answer, texts)


def _button(snapshot: RoundSnapshot, answer: AnswerView, partner: str, texts: Texts) -> Button | None:
    return _accept(snapshot, answer, partner, texts) or _return(snapshot, answer, partner, texts)


def _accept(snapshot: RoundSnapshot, answer: AnswerView, partner: str, texts: Texts) -> Button | None:
    """The button that makes a draft the partner's answer, while one is still taken."""
    counts = takes_changes(snapshot, answer) and not is_private(snapshot, answer)
    if answer.state is not AnswerState.DRAFT or not counts:
        return None
    label = texts("results.accept.label", partner=partner)
    return blocks.button(
        texts("results.accept"), ids.DRAFT_ACCEPT, ids.AnswerRef(answer.id, answer.version), label=label
    )


def _return(snapshot: RoundSnapshot, answer: AnswerView, partner: str, texts: Texts) -> Button | None:
    """The button that asks for more, or changes what was asked for."""
    if answer.state is AnswerState.DRAFT or snapshot.is_archived or answer.partner_id in snapshot.skipped:
        return None
    is_returned = answer.state is AnswerState.RETURNED
    said = texts("results.return.change" if is_returned else "results.return")
    ref = ids.ToolRef(ids.Tool.RETURN, snapshot.round.id, answer.partner_id, answer.id)
    return blocks.button(said, ids.TOOL_OPEN, ref, label=texts("results.return.label", button=said, partner=partner))


def _silent(snapshot: RoundSnapshot, objective: ObjectiveView, texts: Texts) -> list[Block]:
    """The partners of whom there is nothing to read yet; nothing is awaited of those that are left out."""
    asked = [partner for partner in snapshot.partners if partner.id not in snapshot.skipped]
    answers = ((partner, snapshot.answer(partner.id, objective.id)) for partner in asked)
    names = [partner for partner, answer in answers if answer and not _shows_text(snapshot, answer)]
    return [blocks.section(texts.mrkdwn("results.silent", partners=_names(names, texts)))] if names else []


def _names(partners: Sequence[PartnerView], texts: Texts) -> Mrkdwn:
    """Names as a list for a sentence; of very many, the first ones and how many more."""
    names = [limits.clip(partner.short_name, limits.CELL) for partner in partners]
    kept, left = limits.fitting(names, _PARTNERS)
    listed = texts.plural("results.and_more", left, partners=", ".join(kept)) if left else texts.listed(kept)
    return wording.brief(listed, _NAMES)
