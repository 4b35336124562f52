"""What has been written in a thread so far, as the draft of its answer."""

from sqlalchemy.orm import Session

from lamppu_bot import answers, entrusted, richtext
from lamppu_bot.answers import Writing
from lamppu_bot.clock import Now
from storage import conversations as rows
from storage import queries
from storage.conversations import ConversationView
from storage.queries import AnswerPlace
from storage.values import AnswerState, Document, PersonView, Source


def is_running(session: Session, conversation: ConversationView) -> bool:
    """Whether what is written in the thread goes into the answer: not after *done*, nor once the round has closed."""
    if conversation.done_at is not None:
        return False
    place = queries.get_answer_place(session, conversation.answer_id)
    if not answers.takes_changes(place) or not entrusted.may_write(session, place, conversation.person_id):
        return False
    return not rows.is_ended(session, conversation.id)  # by a form that came in while this waited for its turn


def collected(session: Session, conversation: ConversationView) -> Document:
    """What the answer would be: what was there when the writing began, then every message that counts."""
    messages = rows.list_collected(session, conversation.id)
    return richtext.join([conversation.base, *(message.document for message in messages)])


def collect(session: Session, conversation: ConversationView, now: Now) -> None:
    """Makes what has been written so far the draft, unless the answer has its last word already: then *done* does."""
    place = queries.get_answer_place(session, conversation.answer_id)
    if not place.state.is_final and is_running(session, conversation):
        write(session, place, queries.get_person(session, conversation.person_id), conversation, now)


def write(
    session: Session,
    place: AnswerPlace,
    person: PersonView,
    conversation: ConversationView,
    now: Now,
    state: AnswerState | None = None,
) -> int | None:
    """Writes what was collected into the answer, by default as it stands; returns the next open answer."""
    wanted = writing(session, place, conversation, state or kept_state(place))
    if answers.is_same(place, wanted):
        return answers.next_open(session, place, person)
    return answers.write(session, place, person, wanted, now)


def writing(session: Session, place: AnswerPlace, conversation: ConversationView, state: AnswerState) -> Writing:
    return Writing(
        answer_id=place.answer_id,
        version=place.version,
        state=state,
        document=collected(session, conversation),
        source=Source.CONVERSATION,
        origin=origin_of(conversation),
    )


def origin_of(conversation: ConversationView) -> str:
    return f"conversation:{conversation.id}"


def kept_state(place: AnswerPlace) -> AnswerState:
    """What an answer is when words are added to it."""
    return AnswerState.ANSWERED if place.state is AnswerState.ANSWERED else AnswerState.DRAFT
