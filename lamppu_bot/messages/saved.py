"""What a person is told of the answer that they saved a moment ago: that it is kept, and what is worth a look."""

from slackblocks import Block

from lamppu_bot import richtext
from lamppu_bot.messages import blocks
from lamppu_bot.status import is_unchanged
from lamppu_bot.texts import Mrkdwn, Texts
from storage.values import AnswerView, ObjectiveView, RoundSnapshot


def confirmation(snapshot: RoundSnapshot, partner_id: int, saved: ObjectiveView | None, texts: Texts) -> list[Block]:
    """One paragraph; none where nothing was saved just now."""
    if saved is None:
        return []
    answer = snapshot.answer(partner_id, saved.id)
    said = [
        texts("answer_form.saved", number=saved.number),
        *(saved_notes(snapshot, saved, answer, texts) if answer else []),
    ]
    return [blocks.section(Mrkdwn("\n".join(said)))]


def saved_notes(snapshot: RoundSnapshot, objective: ObjectiveView, answer: AnswerView, texts: Texts) -> list[str]:
    """What is worth a look in it; nothing of it asks for a change."""
    notes = [texts("carrying.unchanged.saved")] if is_unchanged(snapshot, answer) else []
    if (excess := excess_of(objective, answer)) > 0:
        notes.append(texts.plural("carrying.room.excess", excess))
    return notes


def excess_of(objective: ObjectiveView, answer: AnswerView) -> int:
    """By how many characters what is reported is longer than the funder's cell; 0 or less where it fits."""
    if objective.room is None:
        return 0
    reported = (answer.text, richtext.plain(answer.details.follow_up))
    return sum(map(len, reported)) - objective.room
