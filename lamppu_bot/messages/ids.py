"""The names Slack hands back to us (action, block and callback ids) and the small values that travel with them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Any, Final, Self

# Callback ids of forms.
ANSWER_FORM: Final = "answer_form"
EVIDENCE_FORM: Final = "evidence_form"
ENDING: Final = "ending"
EARLIER: Final = "earlier"
EARLIER_ANSWER: Final = "earlier_answer"
POSTPONE_FORM: Final = "postpone_form"
OPEN_FORM: Final = "open_form"  # open a round by hand
CLOSE_FORM: Final = "close_form"
CONTACT_FORM: Final = "contact_form"
EXTEND_FORM: Final = "extend_form"
REMIND_FORM: Final = "remind_form"
SKIP_FORM: Final = "skip_form"
TAKE_BACK_FORM: Final = "take_back_form"
ASK_FORM: Final = "ask_form"
AWAY_FORM: Final = "away_form"
HANDOVER_FORM: Final = "handover_form"
HANDOVER_DECLINE_FORM: Final = "handover_decline_form"
RETURN_FORM: Final = "return_form"  # return an answer with a comment
BEHALF_FORM: Final = "behalf_form"  # enter an answer on the partner's behalf
PICK_FORM: Final = "pick_form"  # which of the partner's answers a tool is for

# Buttons and menus; beside each the value it carries.
ANSWER_OPEN: Final = "answer_open"  # AnswerRef: open the form of this objective
ANSWER_NEXT: Final = "answer_next"  # PartnerRef: open the form of the next open objective
ANSWER_WRITE: Final = "answer_write"  # AnswerRef: answer this objective by writing; a button or a menu
EVIDENCE_OPEN: Final = "evidence_open"  # AnswerRef: open the form of its links and files over that of the answer
TALK_DONE: Final = "talk_done"  # TalkRef: the writing is done
TALK_FORM: Final = "talk_form"  # TalkRef: show what has been written in the form
STRAY_PICK: Final = "stray_pick"  # StrayRef: the messages answer this objective; a button or a menu
STRAY_NONE: Final = "stray_none"  # StrayRef without an answer: they answer none
CHANGE_TAKE: Final = "change_take"  # QuestionRef: the edit or deletion goes into the answer
CHANGE_LEAVE: Final = "change_leave"  # QuestionRef: the answer stays as it is
STATUS_PAGE: Final = "status_page"  # PageRef: show this page of the status
DRAFT_ACCEPT: Final = "draft_accept"  # AnswerRef: the draft counts as the partner's answer
REPORT_POST: Final = "report_post"  # RoundRef: post the compiled report to the coordinators' channel
ENTRY_CONFIRM: Final = "entry_confirm"  # AnswerRef: what a coordinator entered is the partner's own answer

HOME_PAGE: Final = "home_page"  # PageRef: show this page of the coordinator's part
HOME_BACK: Final = "home_back"  # PageRef, of the page before
LANGUAGE_PICK: Final = "language_pick"  # a menu of languages; its values are not Refs
EARLIER_OPEN: Final = "earlier_open"  # EarlierRef: read what was answered in a round; a menu, or a button
EARLIER_WHOLE: Final = "earlier_whole"  # EarlierAnswerRef: read all of one long answer
INQUIRY_FURTHER: Final = "inquiry_further"  # InquiryRef: ask further about the same
INQUIRY_ADD: Final = "inquiry_add"  # QuestionRef: the replies that this message confirms go into the answer
AWAY_OPEN: Final = "away_open"  # no value: open the form that asks until when somebody is away
AWAY_END: Final = "away_end"  # no value: they are there again
HANDOVER_OPEN: Final = "handover_open"  # PartnerRef: open the form that asks a colleague to answer
HANDOVER_ACCEPT: Final = "handover_accept"  # HandoverRef: the colleague takes the answers over
HANDOVER_DECLINE: Final = "handover_decline"  # HandoverRef: open the form in which the colleague says no
HANDOVER_WITHDRAW: Final = "handover_withdraw"  # HandoverRef: the asker takes them back

TOOL_OPEN: Final = "tool_open"  # ToolRef: open the form of a coordinator's tool; a button or a menu
TOOL_BUTTON: Final = "tool_button"  # the same, of a button beside a menu: Slack takes an id once in a block

# Inputs of forms, and the prefixes of their blocks.
ANSWER_TEXT: Final = "answer_text"
ANSWER_CHOICE: Final = "answer_choice"
ANSWER_CARRIED: Final = "answer_carried"
ANSWER_CONTINUING: Final = "answer_continuing"
ANSWER_FOLLOW_UP: Final = "answer_follow_up"
ANSWER_FIGURE: Final = "answer_figure"  # one for each indicator, with its key: see `figure_input`
EVIDENCE_LINKS: Final = "evidence_links"
EVIDENCE_FILES: Final = "evidence_files"
EVIDENCE_REMOVED: Final = "evidence_removed"
POSTPONE_DAY: Final = "postpone_day"
CONTACT_FIELD: Final = "contact"  # what the ids of the form's fields begin with
EXTEND_DAY: Final = "extend_day"
EXTEND_PARTNERS: Final = "extend_partners"
REMIND_WORDS: Final = "remind_words"
REMIND_DEPUTIES: Final = "remind_deputies"
SKIP_REASON: Final = "skip_reason"
ASK_TEXT: Final = "ask_text"
AWAY_DAY: Final = "away_day"
HANDOVER_TO: Final = "handover_to"
HANDOVER_WHAT: Final = "handover_what"
HANDOVER_WORD: Final = "handover_word"
HANDOVER_REASON: Final = "handover_reason"
RETURN_NOTE: Final = "return_note"
RETURN_DAY: Final = "return_day"
RETURN_CHOICE: Final = "return_choice"
PICK_ANSWER: Final = "pick_answer"


class MalformedPayloadError(ValueError):
    """What came back from Slack is not what our own builders send out: an old version of ours, or a forgery."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A value that travels in a button or a form as a compact JSON list of whole numbers (or null)."""

    def encode(self) -> str:
        # By hand, for a form has six of them: `json.dumps` builds an encoder each time for what is not its usual form.
        values = (getattr(self, field.name) for field in fields(self))
        return f"[{','.join('null' if value is None else str(value) for value in values)}]"

    @classmethod
    def decode(cls, encoded: object) -> Self:
        """The value back; raises MalformedPayloadError for anything that `encode` cannot have written."""
        try:
            values = json.loads(encoded) if isinstance(encoded, str) else None
        except ValueError:
            values = None
        if not isinstance(values, list) or len(values) != len(fields(cls)):
            raise MalformedPayloadError(f"not a {cls.__name__}")
        if not all(_fits(value, str(field.type)) for value, field in zip(values, fields(cls), strict=True)):
            raise MalformedPayloadError(f"not a {cls.__name__}")
        return cls(*values)


@dataclass(frozen=True, slots=True)
class AnswerRef(Ref):
    """An answer, and the version of it that the person had before their eyes."""

    answer_id: int
    version: int


@dataclass(frozen=True, slots=True)
class PartnerRef(Ref):
    """One partner in one round."""

    round_id: int
    partner_id: int


@dataclass(frozen=True, slots=True)
class RoundRef(Ref):
    round_id: int


class Tool(IntEnum):
    """What a coordinator steers a round with. The numbers travel in buttons of messages that stay: never reuse one."""

    REMIND = 1
    EXTEND = 2
    OPEN_ROUND = 3
    CLOSE_ROUND = 4
    SKIP = 5
    CONTACT = 6
    RETURN = 7
    ON_BEHALF = 8
    ASK = 9
    ALL = 10  # choose among all that make sense
    POSTPONE = 11


@dataclass(frozen=True, slots=True)
class ToolRef(Ref):
    """A tool (a number of `Tool`) for a round, or for one partner in it, or for one of the partner's answers."""

    tool: int
    round_id: int
    partner_id: int | None = None
    answer_id: int | None = None


@dataclass(frozen=True, slots=True)
class PageRef(Ref):
    """A page of the status of all the person's projects, counted from 0."""

    page: int


@dataclass(frozen=True, slots=True)
class EarlierRef(Ref):
    """One partner in a round that is over, from this objective on, counted from 0."""

    round_id: int
    partner_id: int
    start: int = 0


@dataclass(frozen=True, slots=True)
class EarlierAnswerRef(Ref):
    """An answer of a round that is over, from this part of its text on, counted from 0."""

    answer_id: int
    part: int = 0


@dataclass(frozen=True, slots=True)
class InquiryRef(Ref):
    """A coordinator's question."""

    inquiry_id: int


@dataclass(frozen=True, slots=True)
class AskRef(Ref):
    """The answer that a coordinator asks about, and the question that theirs continues."""

    answer_id: int
    inquiry_id: int | None = None


@dataclass(frozen=True, slots=True)
class HandoverRef(Ref):
    handover_id: int


@dataclass(frozen=True, slots=True)
class PickRef(Ref):
    """What is to be handed over: one answer of a partner in a round, or all that are open."""

    round_id: int
    partner_id: int
    answer_id: int | None = None


@dataclass(frozen=True, slots=True)
class TalkRef(Ref):
    """A conversation in which an objective is being answered by writing."""

    conversation_id: int


@dataclass(frozen=True, slots=True)
class StrayRef(Ref):
    """The question about messages that belong to no objective yet, and the answer chosen for them."""

    question_id: int
    answer_id: int | None = None


@dataclass(frozen=True, slots=True)
class QuestionRef(Ref):
    """A question asked in a message, by its delivery."""

    question_id: int


def value_of(action: Mapping[str, Any]) -> object:
    """The value of a clicked button or of the option chosen in a menu, for `decode`."""
    if "selected_option" in action:
        option = action["selected_option"]
        return option.get("value") if isinstance(option, Mapping) else None
    return action.get("value")


def input_block(action_id: str, ref: Ref) -> str:
    """The block id of an input: new for every answer and version, or Slack may keep the old input in it."""
    return f"{action_id}:{ref.encode()}"


def figure_input(key: str) -> str:
    """The action id of the input for an indicator."""
    return f"{ANSWER_FIGURE}:{key}"


def figure_states(view: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """What a submitted form holds for its figures, by the keys of their indicators."""
    states = (entry for block in view.get("state", {}).get("values", {}).values() for entry in block.items())
    found = ((action_id.partition(":"), state) for action_id, state in states)
    return {key: state for (name, _, key), state in found if name == ANSWER_FIGURE}


def find_input_state(view: Mapping[str, Any], action_id: str) -> Mapping[str, Any] | None:
    """As `input_state`, None where the form has no such input."""
    try:
        return input_state(view, action_id)
    except MalformedPayloadError:
        return None


def input_state(view: Mapping[str, Any], action_id: str) -> Mapping[str, Any]:
    """What a submitted form holds for one input; raises MalformedPayloadError where the form has no such input."""
    values = view.get("state", {}).get("values", {})
    for block in values.values():
        if action_id in block:
            state: Mapping[str, Any] = block[action_id]
            return state
    raise MalformedPayloadError(f"the form has no input {action_id}")


def _fits(value: object, declared: str) -> bool:
    if value is None:
        return "None" in declared
    return isinstance(value, int) and not isinstance(value, bool)
