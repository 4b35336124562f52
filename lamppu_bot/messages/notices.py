"""Short messages to a contact when a coordinator has steered something: a card that changes makes no sound."""

from datetime import date

from lamppu_bot.messages import blocks, wording
from lamppu_bot.messages.message import Message, compose
from lamppu_bot.texts import Texts
from storage.values import RoundSnapshot


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
