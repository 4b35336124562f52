"""Coordinators' questions about an answer, further ones in the same thread, and what was replied to them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, insert, select
from sqlalchemy.orm import Session, aliased

from storage.conversations import HeardView, list_replies_to
from storage.models import Answer, Delivery, HeardMessage, Inquiry, Participation, Person
from storage.queries.columns import person_columns
from storage.values import InquiryView, PersonView

_Asker = aliased(Person, name="asker")
_Asked = aliased(Person, name="asked")
_ASKER, _ASKED = person_columns(_Asker), person_columns(_Asked)
_INQUIRY: Select[*tuple[Any, ...]] = (
    select(
        *(Inquiry.id, Inquiry.root_id, Inquiry.answer_id, Inquiry.text, Inquiry.delivery_id),
        *(*_ASKER, *_ASKED),
    )
    .join(_Asker, _Asker.id == Inquiry.person_id)
    .join(_Asked, _Asked.id == Inquiry.to_id)
    .order_by(Inquiry.id)
)


def _view(row: Any) -> InquiryView:
    id_, root_id, answer_id, text, delivery_id, *people = row
    asker, asked = PersonView(*people[: len(_ASKER)]), PersonView(*people[len(_ASKER) :])
    return InquiryView(id_, root_id, answer_id, text, delivery_id, asker, asked)


def add(
    session: Session,
    answer_id: int,
    *,
    root_id: int | None,
    person_id: int,
    to_id: int,
    text: str,
    origin: str,
    delivery_id: int,
    at: datetime,
) -> InquiryView:
    values: dict[str, Any] = {
        "answer_id": answer_id,
        "root_id": root_id,
        "person_id": person_id,
        "to_id": to_id,
        "text": text,
    }
    values |= {"origin": origin, "delivery_id": delivery_id, "at": at}
    id_ = session.execute(insert(Inquiry).values(**values).returning(Inquiry.id)).scalar_one()
    return _view(session.execute(_INQUIRY.where(Inquiry.id == id_)).one())


def find(session: Session, inquiry_id: int) -> InquiryView | None:
    return _first(session, Inquiry.id == inquiry_id)


def find_of_origin(session: Session, origin: str) -> InquiryView | None:
    return _first(session, Inquiry.origin == origin)


def find_by_delivery(session: Session, delivery_id: int) -> InquiryView | None:
    return _first(session, Inquiry.delivery_id == delivery_id)


def find_by_thread(session: Session, channel: str, thread_ts: str) -> InquiryView | None:
    """The question that opened a thread of a DM."""
    opened = select(Delivery.id).where(Delivery.channel == channel, Delivery.ts == thread_ts)
    return _first(session, Inquiry.delivery_id.in_(opened))


def _first(session: Session, *where: Any) -> InquiryView | None:
    row = session.execute(_INQUIRY.where(*where)).first()
    return _view(row) if row else None


def list_family(session: Session, root_id: int) -> list[InquiryView]:
    """A question with the further ones and those passed on, oldest first."""
    return [
        _view(row) for row in session.execute(_INQUIRY.where((Inquiry.id == root_id) | (Inquiry.root_id == root_id)))
    ]


def list_families(session: Session, round_id: int) -> list[tuple[int, bool, list[InquiryView]]]:
    """The questions of a round: partner id, whether anybody has replied, and the whole family, oldest first."""
    member = aliased(Inquiry)
    family = (member.id == Inquiry.id) | (member.root_id == Inquiry.id)
    replied = exists().where(family, HeardMessage.inquiry_id == member.id, HeardMessage.deleted.is_(False))
    roots = (
        select(Participation.partner_id, replied, Inquiry.id)
        .join(Answer, Answer.id == Inquiry.answer_id)
        .join(Participation, Participation.id == Answer.participation_id)
        .where(Participation.round_id == round_id, Inquiry.root_id.is_(None))
        .order_by(Inquiry.id)
    )
    found = session.execute(roots).all()
    return [(partner_id, is_replied, list_family(session, root_id)) for partner_id, is_replied, root_id in found]


def list_replies(session: Session, root_id: int) -> list[HeardView]:
    """What was replied to a question and the further ones, in the order of writing, deleted messages left out."""
    return list_replies_to(session, [found.id for found in list_family(session, root_id)])
