"""The forms of a handover: asking a colleague, and declining."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from slackblocks import Block, InputBlock, PlainText, PlainTextInput, UserSelectMenu

from lamppu_bot.messages import blocks, ids, wording
from lamppu_bot.messages.handover import line_of, titles_of
from lamppu_bot.messages.ids import HandoverRef, MalformedPayloadError, PickRef
from lamppu_bot.messages.message import View, modal
from lamppu_bot.status import waiting_answers
from lamppu_bot.texts import Texts
from storage.values import HandoverState, HandoverView, RoundSnapshot

_WORD: Final = 1_000  # characters of the word that goes with a request, and of a reason

# One partner in one round, as a person's share of the asking.
Share = tuple[RoundSnapshot, int]


@dataclass(frozen=True, slots=True)
class HandoverSubmission:
    """Whom a person chose, for what, and the word that goes with it."""

    slack_id: str
    pick: PickRef
    message: str


def build_handover_form(shares: Sequence[Share], *, texts: Texts) -> View:
    """Asks for the colleague, the objective or all that are open, and a word; of several partners each is named."""
    whom = InputBlock(
        PlainText(texts("handover.form.to")),
        UserSelectMenu(ids.HANDOVER_TO, placeholder=PlainText(texts("handover.form.to.choose")), focus_on_load=True),
        block_id=ids.HANDOVER_TO,
        hint=PlainText(texts("handover.form.to.hint")),
    )
    what = InputBlock(
        PlainText(texts("handover.form.what")),
        blocks.menu(texts("handover.form.what.choose"), ids.HANDOVER_WHAT, _choices(shares, texts)),
        block_id=ids.HANDOVER_WHAT,
        hint=PlainText(texts("handover.form.what.hint")),
    )
    word = InputBlock(
        PlainText(texts("handover.form.word")),
        PlainTextInput(ids.HANDOVER_WORD, multiline=True, max_length=_WORD),
        block_id=ids.HANDOVER_WORD,
        hint=PlainText(texts("handover.form.word.hint")),
        optional=True,
    )
    return modal(
        "handover",
        texts("handover.form.title"),
        [*_whose(shares, texts), whom, what, word],
        close=texts("answer_form.close"),
        submit=texts("handover.form.submit"),
        callback_id=ids.HANDOVER_FORM,
    )


def _whose(shares: Sequence[Share], texts: Texts) -> list[Block]:
    if len(shares) != 1:
        return []
    snapshot, partner_id = shares[0]
    return [blocks.context(line_of(snapshot, wording.partner_of(snapshot, partner_id), texts))]


def _choices(shares: Sequence[Share], texts: Texts) -> list[tuple[str, PickRef]]:
    found: list[tuple[str, PickRef]] = []
    for snapshot, partner_id in shares:
        waiting = waiting_answers(snapshot, partner_id)
        titles = [(wording.objective_title(objective, texts), answer.id) for objective, answer in waiting]
        if len(waiting) > 1:
            titles.insert(0, (texts.plural("handover.form.all", len(waiting)), 0))
        partner = wording.partner_of(snapshot, partner_id)
        for title, answer_id in titles:
            label = texts("stray.choice", partner=partner.short_name, title=title) if len(shares) > 1 else title
            found.append((label, PickRef(snapshot.round.id, partner_id, answer_id or None)))
    return found


def parse_handover_form(view: Mapping[str, Any]) -> HandoverSubmission:
    """What was chosen; raises MalformedPayloadError for a view that is not one of ours."""
    slack_id = ids.input_state(view, ids.HANDOVER_TO).get("selected_user")
    if not isinstance(slack_id, str):
        raise MalformedPayloadError("nobody was chosen")
    pick = PickRef.decode(ids.value_of(ids.input_state(view, ids.HANDOVER_WHAT)))
    word = str(ids.input_state(view, ids.HANDOVER_WORD).get("value") or "")
    return HandoverSubmission(slack_id, pick, word.strip())


def build_handover_errors(key: str, said: str) -> dict[str, str]:
    """Why the request cannot be made, beside the input that it is about."""
    about_people = {"handover.refused.self", "handover.refused.bot", "handover.refused.left"}
    return {ids.HANDOVER_TO if key in about_people else ids.HANDOVER_WHAT: said}


def build_handover_sent(asked: HandoverView, snapshot: RoundSnapshot, *, texts: Texts) -> View:
    """What the form turns into: the request is on its way, and what happens next."""
    said = texts.mrkdwn("handover.sent", colleague=wording.mention(asked.colleague))
    titles = blocks.plain_section(titles_of(asked, snapshot, texts))
    line = blocks.context(line_of(snapshot, wording.partner_of(snapshot, asked.partner_id), texts))
    title, close = texts("handover.form.title"), texts("answer_form.close")
    return modal("handover-sent", title, [blocks.section(said), titles, line], close=close, callback_id=ids.ENDING)


def build_decline_form(asked: HandoverView, snapshot: RoundSnapshot, *, texts: Texts) -> View:
    """Asks the colleague why, if they like to say."""
    reason = InputBlock(
        PlainText(texts("handover.decline.reason")),
        PlainTextInput(ids.HANDOVER_REASON, multiline=True, max_length=_WORD, focus_on_load=True),
        block_id=ids.HANDOVER_REASON,
        hint=PlainText(texts("handover.decline.hint")),
        optional=True,
    )
    kind = "give_back" if asked.state is HandoverState.ACCEPTED else "decline"
    said = texts.mrkdwn(f"handover.decline.{kind}", asker=wording.mention(asked.asker))
    line = line_of(snapshot, wording.partner_of(snapshot, asked.partner_id), texts)
    return modal(
        f"handover-decline-{asked.id}",
        texts("handover.decline.title"),
        [blocks.context(line), blocks.section(said), reason],
        close=texts("answer_form.close"),
        submit=texts(f"handover.button.{kind}"),
        callback_id=ids.HANDOVER_DECLINE_FORM,
        private_metadata=HandoverRef(asked.id).encode(),
    )


def parse_decline_form(view: Mapping[str, Any]) -> tuple[HandoverRef, str]:
    """The handover and the reason, which may be empty; raises MalformedPayloadError for a view that is not ours."""
    reason = str(ids.input_state(view, ids.HANDOVER_REASON).get("value") or "")
    return HandoverRef.decode(view.get("private_metadata")), reason.strip()
