"""What the messages about coordinators' questions say when their turn comes."""

from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy.orm import Session

from lamppu_bot import answers, entrusted
from lamppu_bot.messages import inquiry as asking
from lamppu_bot.messages.message import Message
from lamppu_bot.messages.returned import Place
from lamppu_bot.texts import Texts
from storage import conversations, inquiries, queries
from storage.claims import Claimed
from storage.values import InquiryView, PersonView

Renderer = Callable[[Session, Claimed, Texts], Message | None]


class InquiryOutbox:
    """The renderers by kind."""

    def __init__(self) -> None:
        self.kinds: Final[Mapping[str, Renderer]] = {
            "inquiry": _question,
            "inquiry-root": _root,
            "inquiry-further": _further,
            "inquiry-reply": _reply,
            "inquiry-confirm": _confirm,
        }


def _place(session: Session, answer_id: int) -> Place | None:
    """None where the partner has left the project."""
    place = queries.get_answer_place(session, answer_id)
    snapshot = queries.answers_of(session, place.share)[0]
    is_there = (place.partner_id, place.objective_id) in snapshot.answers
    return (snapshot, place.partner_id, place.objective_id) if is_there else None


def _question(session: Session, claimed: Claimed, texts: Texts) -> Message | None:
    found = inquiries.find_by_delivery(session, claimed.id)
    place = _place(session, found.answer_id) if found else None
    if found is None or place is None:
        return None
    if claimed.thread_ts:
        return asking.build_further(found, texts=texts)
    is_theirs = entrusted.may_write(session, queries.get_answer_place(session, found.answer_id), found.asked.id)
    return asking.build_question(found, place, is_theirs=is_theirs, texts=texts)


def _root(session: Session, claimed: Claimed, texts: Texts) -> Message | None:
    found = inquiries.find(session, claimed.subject["inquiry"])
    place = _place(session, found.answer_id) if found else None
    if found is None or place is None:
        return None
    replies = inquiries.list_replies(session, found.id)
    wrote = dict.fromkeys(reply.person_id for reply in replies if reply.person_id)
    writers = [queries.get_person(session, person_id) for person_id in wrote]
    asked = _asked_last(session, found)
    return asking.build_root(asked, place, writers=writers, count=len(replies), texts=texts)


def _asked_last(session: Session, root: InquiryView) -> InquiryView:
    """The first question as it reads now: it may have been passed on to a new contact."""
    newest = inquiries.list_family(session, root.id)[-1]
    return InquiryView(root.id, None, root.answer_id, root.text, root.delivery_id, root.asker, newest.asked)


def _further(session: Session, claimed: Claimed, texts: Texts) -> Message | None:
    found = inquiries.find(session, claimed.subject["inquiry"])
    return asking.build_further(found, texts=texts) if found else None


def _reply(session: Session, claimed: Claimed, texts: Texts) -> Message | None:
    heard = conversations.get_heard(session, claimed.subject["heard"])
    if heard.deleted and claimed.ts is None:
        return None
    writer: PersonView | None = queries.get_person(session, heard.person_id) if heard.person_id else None
    return asking.build_reply(writer, heard.text, deleted=heard.deleted, texts=texts) if writer else None


def _confirm(session: Session, claimed: Claimed, texts: Texts) -> Message | None:
    place = _place(session, claimed.subject["answer"])
    written = conversations.list_of_question(session, claimed.id)
    if place is None or not written:
        return asking.build_nothing_left(texts=texts) if claimed.ts else None
    answer = queries.get_answer_place(session, claimed.subject["answer"])
    can_add = answers.takes_changes(answer) and entrusted.may_write(session, answer, claimed.person_id or 0)
    is_added = all(message.answer_id is not None for message in written)
    return asking.build_confirm(claimed.id, place, count=len(written), is_added=is_added, can_add=can_add, texts=texts)
