"""What each kind of delivery says when its turn comes, read from the database at that moment.

A renderer returns None where nobody wants the message any more.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from lamppu_bot import conversation, entrusted, homes, status
from lamppu_bot.messages import conversation as talk
from lamppu_bot.messages.card import build_card, build_released
from lamppu_bot.messages.card_reading import Reading
from lamppu_bot.messages.endings import build_thanks
from lamppu_bot.messages.message import Message, plain_fallback, plain_home
from lamppu_bot.messages.opening import build_opened_preview
from lamppu_bot.messages.preview import build_postponed, build_preview
from lamppu_bot.messages.reminder import (
    OwnWords,
    ReminderShare,
    build_completed,
    build_overview,
    build_reminder,
    build_reminder_over,
)
from lamppu_bot.messages.wording import partner_of
from lamppu_bot.rounds import working_calendar
from lamppu_bot.side_process import SideProcess
from lamppu_bot.slack.content import Content, Post, Publish
from lamppu_bot.slack.outbox_answers import AnswerOutbox
from lamppu_bot.slack.outbox_files import FilesOutbox
from lamppu_bot.slack.outbox_handover import HandoverOutbox
from lamppu_bot.slack.outbox_inquiry import InquiryOutbox
from lamppu_bot.slack.outbox_report import ReportOutbox
from lamppu_bot.slack.outbox_steering import SteeringOutbox
from lamppu_bot.slack.parking import project_of
from lamppu_bot.slack.reporter import Reporter
from lamppu_bot.slack.services import Services
from lamppu_bot.texts import Texts, texts_of
from storage import conversations, handovers, queries, rounds
from storage.claims import Claimed
from storage.values import ProjectView, RoundSnapshot, RoundState

Renderer = Callable[[Session, Claimed, Texts], Message | Content | None]


class Outbox:
    """The renderers by kind."""

    def __init__(self, services: Services, side: SideProcess[Reporter]) -> None:
        self.services = services
        self.kinds: Final[Mapping[str, Renderer]] = {
            "card": self._card,
            "reminder": self._reminder,
            "preview": self._preview,
            "overview": self._overview,
            "completed": self._completed,
            "thanks": self._thanks,
            "conversation": self._conversation,
            "burst": self._burst,
            "stray": self._stray,
            "changed-message": self._changed_message,
            "home": self._home,
            **ReportOutbox(services, side).kinds,
            **HandoverOutbox(services).kinds,
            **InquiryOutbox().kinds,
            **FilesOutbox(side, services.clock).kinds,
            **SteeringOutbox(services).kinds,
            **AnswerOutbox().kinds,
        }

    def render(self, session: Session, claimed: Claimed) -> Content | None:
        found = self.kinds[claimed.kind](session, claimed, _texts(session, claimed))
        return Post(found, plain_fallback(found)) if isinstance(found, Message) else found

    def _home(self, session: Session, claimed: Claimed, texts: Texts) -> Content | None:
        if claimed.person_id is None:
            return None
        person = queries.get_person(session, claimed.person_id)
        view = homes.home_of(session, person, claimed.subject, self.services.clock())
        return Publish(view, plain_home(view), homes.digest(view))

    def _today(self, project: ProjectView) -> date:
        return working_calendar(project).local_day(self.services.clock().calendar)

    def _share(self, session: Session, subject: Mapping[str, Any]) -> RoundSnapshot | None:
        """One partner's share of a round; None where the partner was never asked."""
        found = queries.snapshot(session, subject["round"], subject["partner"])
        return found if found.partners else None

    def _card(self, session: Session, claimed: Claimed, texts: Texts) -> Message | None:
        found = self._share(session, claimed.subject)
        partner_id = claimed.subject["partner"]
        if found is None:
            return None
        seen = entrusted.seen_by(session, found, partner_id, claimed.person_id)
        if claimed.ts is None and not (seen and status.is_open_for(found, partner_id)):
            return None
        if seen is None:
            return build_released(found, partner_id, texts=texts)
        handed = handovers.list_live_of_share(session, found.round.id, partner_id)
        person = queries.get_person(session, claimed.person_id) if claimed.person_id else None
        today = self._today(found.project)
        reading = Reading(person, tuple(handed))
        return build_card(seen, partner_id, today=today, texts=texts, reading=reading)

    def _reminder(self, session: Session, claimed: Claimed, texts: Texts) -> Message | None:
        """Only for what is still missing now. One that was sent says so, once everything is answered.

        When the round closes it says that, and stays so.
        """
        found = [(share, self._share(session, share)) for share in claimed.subject["shares"]]
        under_way = [(share, view) for share, view in found if view and _is_under_way(view, share["partner"])]
        asked = [
            reminded
            for share, view in under_way
            if status.is_open_for(view, share["partner"])
            and (reminded := _reminded(session, share, view, claimed.person_id))
        ]
        shares = [share for share in asked if status.waiting_answers(share.snapshot, share.partner_id)]
        if claimed.ts and not under_way and any(view and _is_current(session, view) for _, view in found):
            return build_reminder_over(claimed.id, texts=texts)
        if claimed.person_id is None or not (shares or (claimed.ts and under_way)):
            return None
        if not asked:
            share, view = under_way[0]
            return build_released(view, share["partner"], texts=texts)
        today, own = self._today(asked[0].snapshot.project), _own_words(session, claimed)
        return build_reminder(claimed.person_id, shares, today=today, texts=texts, own=own)

    def _preview(self, session: Session, claimed: Claimed, texts: Texts) -> Message | None:
        found = queries.snapshot(session, claimed.subject["round"])
        if found.round.state is not RoundState.PLANNED:
            return build_opened_preview(found, texts=texts) if claimed.ts else None
        if found.round.opens_on.isoformat() != claimed.subject["opens_on"]:
            return build_postponed(found, texts=texts)
        return build_preview(found, texts=texts)

    def _overview(self, session: Session, claimed: Claimed, texts: Texts) -> Message | None:
        found = queries.snapshot(session, claimed.subject["round"])
        if status.round_status(found).is_complete:
            return None
        return build_overview(found, today=self._today(found.project), texts=texts)

    def _completed(self, session: Session, claimed: Claimed, texts: Texts) -> Message:
        return build_completed(queries.snapshot(session, claimed.subject["round"]), texts=texts)

    def _thanks(self, session: Session, claimed: Claimed, texts: Texts) -> Message | None:
        found = self._share(session, claimed.subject)
        if found is None or found.is_archived:
            return None
        return build_thanks(found, claimed.subject["partner"], texts=texts)

    def _conversation(self, session: Session, claimed: Claimed, texts: Texts) -> Message | None:
        found = conversations.find_by_delivery(session, claimed.id)
        snapshot = self._share(session, claimed.subject)
        if found is None or snapshot is None:
            return None
        place = queries.get_answer_place(session, found.answer_id)
        may_write = entrusted.may_write(session, place, found.person_id)
        if _is_over(snapshot, place.partner_id) or not may_write:
            return build_released(snapshot, claimed.subject["partner"], texts=texts)
        return talk.build_conversation_root(
            snapshot,
            claimed.subject["partner"],
            place.objective_id,
            conversation_id=found.id,
            base=found.base,
            is_over=found.done_at is not None,
            texts=texts,
        )

    def _burst(self, session: Session, claimed: Claimed, texts: Texts) -> Message | None:
        found = conversations.get_conversation(session, claimed.subject["conversation"])
        if found is None:
            return None
        if claimed.id != conversations.newest_reply(session, found):
            return talk.build_superseded_reply(texts=texts)
        place = queries.get_answer_place(session, found.answer_id)
        snapshot = queries.snapshot(session, place.round_id, place.partner_id)
        seen = entrusted.seen_by(session, snapshot, place.partner_id, found.person_id)
        may_write = entrusted.may_write(session, place, found.person_id)
        if _is_over(snapshot, place.partner_id) or seen is None or not may_write:
            return build_released(snapshot, place.partner_id, texts=texts)
        written = conversation.collected(session, found)
        where = (seen, place.partner_id, place.objective_id)
        if found.done_at is None:
            count = len(conversations.list_collected(session, found.id))
            return talk.build_burst_reply(*where, conversation_id=found.id, collected=written, count=count, texts=texts)
        if place.state.is_final and place.document == written:
            return talk.build_conversation_done(*where, collected=written, texts=texts)
        return talk.build_conversation_over(texts=texts)

    def _stray(self, session: Session, claimed: Claimed, texts: Texts) -> Message | None:
        messages = conversations.list_of_question(session, claimed.id)
        written = [message.text for message in messages]
        if not messages:  # all deleted meanwhile
            return talk.build_stray_settled([], None, texts=texts) if claimed.ts else None
        if messages[0].state == "collected" and claimed.attempted_at is None and claimed.ts is None:
            return None  # nobody was asked before it was known
        if messages[0].state != "stray":
            return talk.build_stray_settled(written, self._place(session, messages[0].answer_id), texts=texts)
        own = queries.partners_of(session, claimed.person_id) if claimed.person_id else []
        taken = entrusted.shares_of(session, claimed.person_id) if claimed.person_id else []
        if claimed.person_id is None or not (own or taken):
            return talk.build_unknown_person_reply(queries.list_projects(session), texts=texts)
        shares = [
            (queries.snapshot(session, round_id, partner_id), partner_id)
            for round_id, partner_id in queries.open_shares(session, claimed.person_id)
        ]
        shares += [(share, partner_id) for share, partner_id in taken if status.is_open_for(share, partner_id)]
        return talk.build_stray_question(claimed.id, written, shares, texts=texts)

    def _place(self, session: Session, answer_id: int | None) -> tuple[RoundSnapshot, int, int] | None:
        if answer_id is None:
            return None
        place = queries.get_answer_place(session, answer_id)
        snapshot = queries.snapshot(session, place.round_id, place.partner_id)
        return snapshot, place.partner_id, place.objective_id

    def _changed_message(self, session: Session, claimed: Claimed, texts: Texts) -> Message | None:
        message = conversations.get_heard(session, claimed.subject["message"])
        found = conversations.get_conversation(session, message.conversation_id) if message.conversation_id else None
        where = self._place(session, found.answer_id) if found else None
        if where is None:
            return None
        if outcome := claimed.subject.get("outcome"):
            return talk.build_change_settled(*where, taken=outcome == "taken", texts=texts)
        build = talk.build_deletion_question if message.deleted else talk.build_edit_question
        return build(*where, question_id=claimed.id, written=message.text, texts=texts)


def _texts(session: Session, claimed: Claimed) -> Texts:
    """In the language of whoever it is for; what goes to a channel, in that of its project."""
    reader = claimed.person_id or claimed.subject.get("person")
    person = queries.get_person(session, reader) if reader else None
    if person and person.language:
        return texts_of(person)
    project = project_of(session, claimed)
    return texts_of(person, project.language if project else queries.find_language(session, reader))


def _is_under_way(found: RoundSnapshot, partner_id: int) -> bool:
    """Whether the round is, or goes on for this partner alone."""
    return found.round.state.takes_answers or status.is_open_for(found, partner_id)


def _is_over(found: RoundSnapshot, partner_id: int) -> bool:
    """Whether nothing is asked of the partner any more, whatever has become of the round."""
    return found.is_archived or partner_id in found.skipped


def _reminded(
    session: Session, share: Mapping[str, Any], view: RoundSnapshot, person_id: int | None
) -> ReminderShare | None:
    """What of a share the person is reminded of now; None where it is not theirs any more."""
    partner_id, person_id = share["partner"], person_id or 0
    if not status.is_open_for(view, partner_id):
        return None
    people = {person.id for person in partner_of(view, partner_id).people}
    if person_id in people and not share.get("entrusted"):
        return ReminderShare(view, partner_id, _day(share["deputy_turn_on"]))
    taken = [one for one in entrusted.colleagues(session, view.round.id, partner_id) if one.colleague.id == person_id]
    if not taken:
        return None
    theirs = view.only({answer_id for one in taken for answer_id in one.answer_ids})
    return ReminderShare(theirs, partner_id, asked_by=taken[0].asker)


def _own_words(session: Session, claimed: Claimed) -> OwnWords | None:
    """What a coordinator says who has sent the reminder by hand."""
    if "audit" not in claimed.subject:
        return None
    found = rounds.get_audit(session, claimed.subject["audit"])
    coordinator = queries.get_person(session, found.person_id).name if found.person_id else ""
    return OwnWords(coordinator, str(found.details["words"]))


def _is_current(session: Session, snapshot: RoundSnapshot) -> bool:
    """Whether no later round of the project has opened."""
    found = queries.current_round(session, snapshot.project.id)
    return found is not None and found.id == snapshot.round.id


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None
