"""The menus that open the coordinators' tools, and what is said when a word does not say enough to open one."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from slackblocks import Option, OverflowMenu, PlainText
from slackblocks.elements import Element

from lamppu_bot.messages import blocks, ids, limits, wording
from lamppu_bot.messages.ids import Tool, ToolRef
from lamppu_bot.messages.message import Message, View, compose, modal
from lamppu_bot.messages.tool_forms import partner_line, round_line
from lamppu_bot.status import can_be_returned, takes_changes, waiting_answers
from lamppu_bot.texts import Texts
from storage.values import ProjectView, RoundSnapshot, RoundState

_NAMES: Final = 500
_MENU: Final = 5  # options that Slack takes in a menu of this kind

# These are for a round that has not opened yet.
BEFORE_OPENING: Final = frozenset({Tool.OPEN_ROUND, Tool.POSTPONE})

_OfRound = Callable[[RoundSnapshot], bool]
_OfPartner = Callable[[RoundSnapshot, int], bool]


def tools_menu(snapshot: RoundSnapshot, partner_id: int | None = None, *, texts: Texts) -> Element | None:
    """The tools that make sense now for the round, or for one partner in it; None where none does.

    It stands beside a text that names the round or the partner: its options say only what is done.
    """
    choices = _choices(snapshot, partner_id, texts)
    if len(choices) > _MENU:
        every = (texts("tool.all"), ToolRef(Tool.ALL, snapshot.round.id, partner_id))
        return _menu([*choices[: _MENU - 1], every])
    return _menu(choices)


def build_all_tools(snapshot: RoundSnapshot, partner_id: int | None, *, texts: Texts) -> View:
    """All of them with what they do, where they are more than a menu holds."""
    line = round_line(snapshot, texts) if partner_id is None else partner_line(snapshot, partner_id, texts)
    rows = [
        blocks.section(
            texts.mrkdwn(f"tool.about.{Tool(ref.tool).name.lower()}"), blocks.button(label, ids.TOOL_OPEN, ref)
        )
        for label, ref in _choices(snapshot, partner_id, texts)
    ]
    return modal(
        f"tools-{snapshot.round.id}-{partner_id or 0}",
        texts("tools.title"),
        [line, *rows],
        close=texts("answer_form.close"),
        callback_id=ids.ENDING,
    )


def _choices(snapshot: RoundSnapshot, partner_id: int | None, texts: Texts) -> list[tuple[str, ToolRef]]:
    if partner_id is None:
        found = [tool for tool, makes_sense in _ROUND_TOOLS.items() if makes_sense(snapshot)]
    else:
        found = [tool for tool, makes_sense in _PARTNER_TOOLS.items() if makes_sense(snapshot, partner_id)]
    place = (snapshot.round.id, partner_id)
    return [(_label(tool, snapshot, partner_id, texts), ToolRef(tool, *place)) for tool in found]


def _menu(choices: Sequence[tuple[str, ToolRef]]) -> Element | None:
    """A menu behind three dots, as Slack's own: an option can be chosen again and again, unlike that of a list.

    What is alone is a button.
    """
    if len(choices) == 1:
        return blocks.button(choices[0][0], ids.TOOL_OPEN, choices[0][1])
    options = [Option(PlainText(limits.clip(text, limits.OPTION)), ref.encode()) for text, ref in choices]
    return OverflowMenu(ids.TOOL_OPEN, options) if options else None


def _label(tool: Tool, snapshot: RoundSnapshot, partner_id: int | None, texts: Texts) -> str:
    if tool is Tool.SKIP and partner_id in snapshot.skipped:
        return texts("tool.skip.take_back")
    return texts(f"tool.{tool.name.lower()}")


def _is_planned(snapshot: RoundSnapshot) -> bool:
    return snapshot.round.state is RoundState.PLANNED and not snapshot.is_archived


def _is_under_way(snapshot: RoundSnapshot) -> bool:
    return snapshot.round.state.takes_answers and not snapshot.is_archived


def _waits(snapshot: RoundSnapshot, partner_id: int) -> bool:
    return bool(waiting_answers(snapshot, partner_id)) and snapshot.round.state is not RoundState.PLANNED


def _has_waiting(snapshot: RoundSnapshot) -> bool:
    return any(_waits(snapshot, partner.id) for partner in snapshot.partners)


def _is_there(snapshot: RoundSnapshot) -> bool:
    return not snapshot.is_archived


def _is_in_project(snapshot: RoundSnapshot, partner_id: int) -> bool:
    return not snapshot.is_archived and any(partner.id == partner_id for partner in snapshot.partners)


def _may_be_extended(snapshot: RoundSnapshot, partner_id: int) -> bool:
    has_opened = snapshot.round.state is not RoundState.PLANNED
    return has_opened and not snapshot.is_archived and partner_id not in snapshot.skipped


def _may_be_skipped(snapshot: RoundSnapshot, partner_id: int) -> bool:
    return not snapshot.is_archived and (
        snapshot.round.state is not RoundState.CLOSED or partner_id in snapshot.skipped
    )


def _has_returnable(snapshot: RoundSnapshot, partner_id: int) -> bool:
    is_asked = not snapshot.is_archived and partner_id not in snapshot.skipped
    return is_asked and any(can_be_returned(answer.state) for answer in snapshot.answers_of(partner_id))


def _takes_answers(snapshot: RoundSnapshot, partner_id: int) -> bool:
    return any(answer.id and takes_changes(snapshot, answer) for answer in snapshot.answers_of(partner_id))


def _can_be_asked(snapshot: RoundSnapshot, partner_id: int) -> bool:
    is_asked = not snapshot.is_archived and partner_id not in snapshot.skipped
    return is_asked and any(answer.id for answer in snapshot.answers_of(partner_id))


# What a menu offers, in its order.
_ROUND_TOOLS: Final[Mapping[Tool, _OfRound]] = {
    Tool.OPEN_ROUND: _is_planned,
    Tool.REMIND: _has_waiting,
    Tool.EXTEND: _is_there,
    Tool.CLOSE_ROUND: _is_under_way,
}
_PARTNER_TOOLS: Final[Mapping[Tool, _OfPartner]] = {
    Tool.REMIND: _waits,
    Tool.EXTEND: _may_be_extended,
    Tool.RETURN: _has_returnable,
    Tool.ON_BEHALF: _takes_answers,
    Tool.SKIP: _may_be_skipped,
    Tool.CONTACT: _is_in_project,
    Tool.ASK: _can_be_asked,
}


def build_which_project(word: str, projects: Sequence[ProjectView], *, texts: Texts) -> Message:
    """Several projects may be meant: how to write which."""
    names = wording.brief(texts.listed([project.short_name for project in projects]), _NAMES)
    example = wording.brief(projects[0].short_name, limits.CELL)
    said = texts.mrkdwn("tools.which_project", projects=names, word=word, example=example)
    return compose("which-project", [blocks.section(said)])


def build_which_partner(word: str, snapshot: RoundSnapshot, *, texts: Texts) -> Message:
    """The word wants a partner: how to write which."""
    example = wording.brief(snapshot.partners[0].short_name, limits.CELL) if snapshot.partners else ""
    return compose("which-partner", [blocks.section(texts.mrkdwn("tools.which_partner", word=word, example=example))])


def build_no_day(word: str, ref: ToolRef, typed: str, snapshots: Sequence[RoundSnapshot], *, texts: Texts) -> Message:
    """What was typed after the word, or after the partner, is no day: how to write it."""
    may_name = ref.tool == Tool.EXTEND
    named = [one for found in snapshots for one in found.partners if may_name and ref.partner_id in (None, one.id)]
    example = f"{wording.brief(named[0].short_name, limits.CELL)} 14.6." if named else "14.6."
    key = "tools.no_day.nor_partner" if may_name and ref.partner_id is None else "tools.no_day"
    said = texts.mrkdwn(key, typed=wording.brief(typed, limits.CELL), word=word, example=example)
    return compose("no-day", [blocks.section(said)])


def build_whole_round(word: str, *, texts: Texts) -> Message:
    """Something was typed after a word that is about a whole round, perhaps one partner's name."""
    return compose("whole-round", [blocks.section(texts.mrkdwn("tools.whole_round", word=word))])


def build_no_tool_round(tool: Tool, projects: Sequence[ProjectView], *, texts: Texts) -> Message:
    """There is no round that the tool could be used on."""
    names = wording.brief(texts.listed([project.short_name for project in projects]), _NAMES)
    key = "tools.no_round.planned" if tool in BEFORE_OPENING else "tools.no_round"
    return compose("no-tool-round", [blocks.section(texts.mrkdwn(key, projects=names))])
