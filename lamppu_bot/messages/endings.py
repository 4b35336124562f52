"""What ends something: the answer is saved, all are in, or it could not be done."""

from slackblocks import Block

from lamppu_bot.messages import blocks, ids, wording
from lamppu_bot.messages.message import Message, View, compose, modal
from lamppu_bot.messages.saved import confirmation
from lamppu_bot.status import waiting_answers
from lamppu_bot.texts import Texts
from storage.values import ObjectiveView, RoundSnapshot


def build_saved_view(
    snapshot: RoundSnapshot, partner_id: int, *, texts: Texts, saved: ObjectiveView | None = None
) -> View:
    """Ends a form that has nowhere to move on to: all answered, or what is still open."""
    partner = wording.partner_of(snapshot, partner_id)
    waiting = waiting_answers(snapshot, partner_id)
    said = texts.plural("saved.left", len(waiting)) if waiting else texts("saved.complete")
    kept = confirmation(snapshot, partner_id, saved, texts)
    line = blocks.context(wording.context_line(snapshot.project, partner, snapshot.round, texts))
    return _ending("saved", texts("saved.title"), [*kept, blocks.plain_section(said), line], texts)


def build_trouble_view(said: str, *, texts: Texts) -> View:
    """Something could not be done: the sentence that says why and what to do."""
    return _ending("trouble", texts("trouble.title"), [blocks.plain_section(said)], texts)


def build_thanks(snapshot: RoundSnapshot, partner_id: int, *, texts: Texts) -> Message:
    """When the last answer is in: what happens next. The partner's own form follows as a file in the thread."""
    partner = wording.partner_of(snapshot, partner_id)
    semester = wording.semester_of(snapshot.round, texts)
    people = wording.people(snapshot.project.coordinators, texts)
    return compose(
        f"thanks-{snapshot.round.id}-{partner_id}",
        [
            blocks.section(texts.mrkdwn("thanks.said", partner=partner.name, semester=semester)),
            blocks.section(
                texts.mrkdwn("thanks.next", closes=texts.day(wording.last_day(snapshot, partner_id)), people=people)
            ),
            blocks.context(wording.context_line(snapshot.project, partner, snapshot.round, texts)),
        ],
    )


def _ending(name: str, title: str, said: list[Block], texts: Texts) -> View:
    return modal(name, title, said, close=texts("answer_form.close"), callback_id=ids.ENDING)
