"""Short messages to a contact when a coordinator has steered something: a card that changes makes no sound."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from slackblocks import Block

from lamppu_bot.messages import blocks, ids, wording
from lamppu_bot.messages.conversation import Share
from lamppu_bot.messages.message import Message, compose
from lamppu_bot.messages.reminder import waiting_titles
from lamppu_bot.texts import Mrkdwn, Texts
from storage.values import RoundSnapshot

_SHARES: Final = 12  # partners shown one by one
_TITLES: Final = 500


def build_skip_notice(snapshot: RoundSnapshot, partner_id: int, *, today: date, texts: Texts) -> Message:
    """That nothing is asked of the partner this time and why, or that it is asked again."""
    partner = wording.partner_of(snapshot, partner_id)
    people = wording.people(snapshot.project.coordinators, texts)
    if partner_id in snapshot.skipped:
        reason = wording.brief(snapshot.skipped[partner_id], 300)
        said = texts.mrkdwn("card.skipped", reason=reason, people=people)
    else:
        due = wording.due_words(snapshot.due_of(partner_id), today, texts)
        said = texts.mrkdwn("notice.taken_back", due=due, people=people)
    line = wording.context_line(snapshot.project, partner, snapshot.round, texts, bold=True)
    return compose(f"notice-skip-{snapshot.round.id}-{partner_id}", [blocks.section(line), blocks.section(said)])


def build_extended_notice(shares: Sequence[Share], *, texts: Texts) -> Message:
    """The new due day, what is still open, and the button to go on; for each of a contact's partners in a round."""
    shown, left = shares[:_SHARES], len(shares) - _SHARES
    body = [block for index, one in enumerate(shown) for block in _extended(*one, texts, primary=index == 0)]
    more = [blocks.plain_section(texts.plural("reminder.more", left))] if left > 0 else []
    greeting = blocks.section(texts.mrkdwn("notice.extended"))
    return compose(f"notice-extended-{shares[0][0].round.id}", [greeting, *body, *more])


def build_extended_over(delivery_id: int, *, texts: Texts) -> Message:
    """What takes the notice's place when nothing of it is open any more."""
    return compose(f"notice-extended-over-{delivery_id}", [blocks.section(texts.mrkdwn("notice.extended.over"))])


def _extended(snapshot: RoundSnapshot, partner_id: int, texts: Texts, *, primary: bool) -> list[Block]:
    partner = wording.partner_of(snapshot, partner_id)
    said = [
        wording.context_line(snapshot.project, partner, snapshot.round, texts, bold=True),
        texts.mrkdwn("notice.extended.due", day=texts.day(snapshot.due_of(partner_id))),
        texts.mrkdwn("reminder.missing", titles=wording.brief(waiting_titles(snapshot, partner_id, texts), _TITLES)),
    ]
    label = texts("reminder.button.label", partner=partner.short_name)
    place = ids.PartnerRef(snapshot.round.id, partner_id)
    onward = blocks.button(texts("card.next"), ids.ANSWER_NEXT, place, primary=primary, label=label)
    return [blocks.section(Mrkdwn("\n".join(said))), blocks.actions(onward)]
