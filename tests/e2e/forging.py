"""Presses and submissions of every kind in somebody else's name, with values such as the bot itself sends out."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import select

from lamppu_bot.messages import ids
from lamppu_bot.messages.ids import (
    AnswerRef,
    AskRef,
    EarlierAnswerRef,
    EarlierRef,
    HandoverRef,
    InquiryRef,
    PageRef,
    PartnerRef,
    PickRef,
    QuestionRef,
    Ref,
    RoundRef,
    StrayRef,
    TalkRef,
    Tool,
    ToolRef,
)
from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.workspace import Person
from storage.models import Answer, Conversation, Delivery, Handover, Inquiry, Participation, Round

OF_ANSWER = (Tool.RETURN, Tool.ON_BEHALF, Tool.ASK)
# What a person does to themselves, whatever value their button carries.
OF_ONESELF = {
    *(ids.AWAY_OPEN, ids.AWAY_END, ids.AWAY_FORM, ids.LANGUAGE_PICK),
    *(ids.HOME_PAGE, ids.HOME_BACK, ids.STATUS_PAGE),
}


class Values:
    """Well-formed values of LAMPPU's, as its own buttons carry them."""

    def __init__(self, house: Rehearsal) -> None:
        with house.database.read() as session:
            self.round = session.scalars(select(Round.id).where(Round.project_id == 1).order_by(Round.id)).first() or 0
            self.planned = self.round + 1
            where = (Participation.round_id == self.round,)
            self.partners = list(session.scalars(select(Participation.partner_id).where(*where)))
            query = select(Answer).join(Participation).where(*where)
            self.answers = [(one.id, one.version) for one in session.scalars(query)]
            self.talks = list(session.scalars(select(Conversation.id)))
            self.handovers = list(session.scalars(select(Handover.id)))
            self.inquiries = list(session.scalars(select(Inquiry.id)))
            kinds = ("stray", "changed-message", "inquiry-confirm", "card")
            self.questions = list(session.scalars(select(Delivery.id).where(Delivery.kind.in_(kinds))))
        assert self.talks
        assert self.handovers
        assert self.inquiries

    def answer_refs(self) -> Iterable[Ref]:
        return [AnswerRef(*one) for one in self.answers]

    def partner_refs(self) -> Iterable[Ref]:
        return [PartnerRef(self.round, one) for one in self.partners]

    def round_refs(self) -> Iterable[Ref]:
        return [RoundRef(self.round), RoundRef(self.planned)]

    def tool_refs(self, tools: Iterable[Tool] = tuple(Tool)) -> Iterable[Ref]:
        places = [(self.round, None, None), (self.planned, None, None)]
        places += [(self.round, one, None) for one in self.partners]
        places += [(self.round, self.partners[-1], one) for one, _ in self.answers[-2:]]
        return [
            ToolRef(tool, *place) for tool in tools for place in places if tool not in OF_ANSWER or place[1] is not None
        ]

    def strays(self) -> Iterable[Ref]:
        return [StrayRef(one, answer) for one in self.questions for answer in (None, self.answers[-1][0])]

    def of_actions(self) -> Mapping[str, Iterable[Ref | str]]:
        questions = [QuestionRef(one) for one in self.questions]
        talks, handovers = [TalkRef(one) for one in self.talks], [HandoverRef(one) for one in self.handovers]
        return {
            **dict.fromkeys((ids.ANSWER_OPEN, ids.ANSWER_WRITE, ids.EVIDENCE_OPEN), self.answer_refs()),
            **dict.fromkeys((ids.DRAFT_ACCEPT, ids.ENTRY_CONFIRM), self.answer_refs()),
            **dict.fromkeys((ids.ANSWER_NEXT, ids.HANDOVER_OPEN, ids.AWAY_OPEN, ids.AWAY_END), self.partner_refs()),
            **dict.fromkeys((ids.TALK_DONE, ids.TALK_FORM), talks),
            **dict.fromkeys((ids.STRAY_PICK, ids.STRAY_NONE), self.strays()),
            **dict.fromkeys((ids.CHANGE_TAKE, ids.CHANGE_LEAVE, ids.INQUIRY_ADD), questions),
            ids.REPORT_POST: self.round_refs(),
            **{key: [PageRef(1)] for key in (ids.STATUS_PAGE, ids.HOME_PAGE, ids.HOME_BACK)},
            **dict.fromkeys((ids.HANDOVER_ACCEPT, ids.HANDOVER_DECLINE, ids.HANDOVER_WITHDRAW), handovers),
            ids.LANGUAGE_PICK: ["sv"],
            ids.EARLIER_OPEN: [EarlierRef(self.round, one) for one in self.partners],
            ids.EARLIER_WHOLE: [EarlierAnswerRef(one) for one, _ in self.answers],
            ids.INQUIRY_FURTHER: [InquiryRef(one) for one in self.inquiries],
            **dict.fromkeys((ids.TOOL_OPEN, ids.TOOL_BUTTON), self.tool_refs()),
        }

    def of_forms(self) -> Mapping[str, Iterable[Ref | str]]:
        of_partner = [one for one in self.tool_refs((Tool.SKIP,)) if isinstance(one, ToolRef) and one.partner_id]
        return {
            **dict.fromkeys((ids.ANSWER_FORM, ids.EVIDENCE_FORM), self.answer_refs()),
            **dict.fromkeys((ids.RETURN_FORM, ids.BEHALF_FORM), self.answer_refs()),
            ids.POSTPONE_FORM: [f"{one.encode()}\n2012-12-01" for one in self.tool_refs((Tool.POSTPONE,))],
            **dict.fromkeys((ids.OPEN_FORM, ids.CLOSE_FORM, ids.EXTEND_FORM), self.tool_refs((Tool.EXTEND,))),
            ids.REMIND_FORM: [f"{one.encode()}\n0" for one in self.tool_refs((Tool.REMIND,))],
            **dict.fromkeys((ids.SKIP_FORM, ids.TAKE_BACK_FORM), of_partner),
            ids.CONTACT_FORM: [f'{one.encode()}\n["Oona", "oona@example.org", "", "", "", ""]' for one in of_partner],
            ids.ASK_FORM: [AskRef(one, asked) for one, _ in self.answers for asked in (None, *self.inquiries)],
            ids.AWAY_FORM: [""],
            ids.HANDOVER_FORM: [""],
            ids.HANDOVER_DECLINE_FORM: [HandoverRef(one) for one in self.handovers],
            ids.PICK_FORM: self.tool_refs(OF_ANSWER),
        }

    def filled(self, forger: Person) -> Mapping[str, Mapping[str, Any]]:
        """Something in every input that any form has."""
        text = {"type": "rich_text", "elements": [_section("Vieraan teksti.")]}
        names = {"type": "plain_text_input", "value": "Vieras Vieras"}
        what = PickRef(self.round, self.partners[-1]).encode()
        contact = {
            f"{ids.CONTACT_FIELD}_{role}_{field}": {"value": value}
            for role in ("contact", "deputy")
            for field, value in (("name", "Vieras"), ("email", f"{role}@example.org"), ("phone", ""))
        }
        return {
            ids.ANSWER_TEXT: {"rich_text_value": text},
            ids.ANSWER_CHOICE: {"selected_option": {"value": "answered"}},
            ids.EVIDENCE_LINKS: {"value": "https://www.example.org/vieras"},
            ids.EVIDENCE_FILES: {"files": []},
            **{key: {"selected_date": "2012-06-13"} for key in (ids.POSTPONE_DAY, ids.EXTEND_DAY)},
            **{key: {"selected_date": "2012-06-14"} for key in (ids.RETURN_DAY, ids.AWAY_DAY)},
            **dict.fromkeys((ids.REMIND_WORDS, ids.SKIP_REASON, ids.ASK_TEXT, ids.RETURN_NOTE), names),
            **dict.fromkeys((ids.HANDOVER_WORD, ids.HANDOVER_REASON), names),
            ids.HANDOVER_TO: {"selected_user": "U0SOMEBODY"},
            ids.HANDOVER_WHAT: {"selected_option": {"value": what}},
            ids.PICK_ANSWER: {"selected_option": {"value": AnswerRef(*self.answers[-1]).encode()}},
            **contact,
        }


def _section(text: str) -> Mapping[str, Any]:
    return {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}


def pressed(house: Rehearsal, person: Person, action_id: str, value: str) -> str:
    """Forges a press; returns what the person reads then."""
    state = house.workspace.state
    with state.lock:
        channel = state.dm_with(state.users[person.id])
        payload = {
            "type": "block_actions",
            "user": {"id": person.id},
            "team": {"id": state.identity.team_id},
            "api_app_id": state.identity.app_id,
            "trigger_id": state.issue_trigger(person.id),
            "response_url": state.issue_response_url(person.id, channel.id),
            "channel": {"id": channel.id},
            "actions": [{"type": "button", "action_id": action_id, "block_id": "b", "value": value}],
        }
    delivery = house.workspace.deliver("interactive", payload)
    assert delivery.done.wait(10)
    said = ""
    while person.modal:
        said += f"{person.modal.title}\n{person.modal.text}"
        person.close_modal()
    return said


def sent(house: Rehearsal, person: Person, callback_id: str, value: str, filled: Mapping[str, Any], number: int) -> str:
    """Forges a submission; returns what the person reads then."""
    state = house.workspace.state
    with state.lock:
        payload = {
            "type": "view_submission",
            "user": {"id": person.id},
            "team": {"id": state.identity.team_id},
            "api_app_id": state.identity.app_id,
            "trigger_id": state.issue_trigger(person.id),
            "view": {
                "id": f"V0{callback_id}{number}",
                "type": "modal",
                "callback_id": callback_id,
                "private_metadata": value,
                "blocks": [{"type": "input", "block_id": "b", "element": {"action_id": "a"}}],
                "state": {"values": {"b": filled}},
            },
        }
    delivery = house.workspace.deliver("interactive", payload)
    assert delivery.done.wait(10)
    answered = delivery.response or {}
    return str(answered.get("errors") or answered.get("view", {}).get("blocks") or "")


def forgeries(house: Rehearsal, person: Person, *, stranger: bool) -> Iterator[tuple[str, str]]:
    """What was forged, and what was said to it."""
    values = Values(house)
    for action_id, refs in values.of_actions().items():
        for ref in refs:
            if stranger or action_id not in OF_ONESELF:
                value = ref if isinstance(ref, str) else ref.encode()
                yield f"{action_id} {value}", pressed(house, person, action_id, value)
    filled = values.filled(person)
    for callback_id, refs in values.of_forms().items():
        for number, ref in enumerate(refs):
            if stranger or callback_id not in OF_ONESELF:
                value = ref if isinstance(ref, str) else ref.encode()
                yield f"{callback_id} {value}", sent(house, person, callback_id, value, filled, number)
