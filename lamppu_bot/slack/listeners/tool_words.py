"""The words of `/lamppu` that open a coordinator's tool: the same form as by button, filled in with what was typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from sqlalchemy.orm import Session

from lamppu_bot.errors import RefusedError
from lamppu_bot.messages import help as helping
from lamppu_bot.messages import tools, words
from lamppu_bot.messages.ids import Tool, ToolRef
from lamppu_bot.messages.message import Message
from lamppu_bot.slack.listeners.commands import Answer, Asked, Word, whom_to_ask
from lamppu_bot.slack.tools import Openers
from storage import queries
from storage.values import PersonView, ProjectView, RoundSnapshot, RoundState, RoundView

_OF_ROUND: Final = frozenset({Tool.OPEN_ROUND, Tool.CLOSE_ROUND, Tool.POSTPONE})
# To these belong what may be typed in place of a partner, and how like a partner's name it must be to be one mistyped.
_PERHAPS_OF_PARTNER: Final = {Tool.REMIND: 0.8, Tool.EXTEND: 0.5}
_OF_ANSWER: Final = frozenset({Tool.RETURN, Tool.ON_BEHALF, Tool.ASK})
_OF_NOTHING_ELSE: Final = frozenset({Tool.OPEN_ROUND, Tool.CLOSE_ROUND})
_OF_DAY: Final = frozenset({Tool.EXTEND, Tool.POSTPONE})
# These may be used before anybody was asked, too.
_EVEN_BEFORE_OPENING: Final = frozenset({Tool.SKIP, Tool.CONTACT})


@dataclass(frozen=True, slots=True)
class _Found:
    """What the tool is to be opened for, and what was typed after that."""

    ref: ToolRef
    typed: str


class ToolWords:
    """A word for each tool that has an opener, for `Commands`."""

    def __init__(self, openers: Openers) -> None:
        self._openers = openers

    def words(self) -> Mapping[str, Word]:
        return {
            word: partial(self._open, word, tool) for word, tool in words.TOOL_WORDS.items() if tool in self._openers
        }

    def _open(self, word: str, tool: Tool, asked: Asked) -> Answer:
        person, coordinated = _coordinator(asked)
        project, typed = words.leading_project(asked.rest, coordinated)
        projects = [project] if project else coordinated
        rounds = [found for one in projects if (found := _round_of(asked.session, one, tool))]
        if not rounds:
            return Answer(tools.build_no_tool_round(tool, projects, texts=asked.texts))
        snapshots = [queries.outline(asked.session, found.id) for found in rounds]
        meant = _find(word, tool, snapshots, typed, asked)
        if isinstance(meant, Message):
            return Answer(meant)
        if tool in _OF_NOTHING_ELSE and meant.typed:
            return Answer(tools.build_whole_round(word, texts=asked.texts))
        if tool in _OF_DAY and meant.typed and not words.is_day(meant.typed):
            return Answer(tools.build_no_day(word, meant.ref, meant.typed, snapshots, texts=asked.texts))
        return Answer(form=self._openers[tool](asked.session, person, meant.ref, meant.typed))


def _coordinator(asked: Asked) -> tuple[PersonView, Sequence[ProjectView]]:
    coordinated = queries.list_coordinated(asked.session, asked.person.id) if asked.person else ()
    if asked.person is None or not coordinated:
        raise RefusedError("refused.coordinators_only", coordinators=whom_to_ask(asked.session, asked.person))
    return asked.person, coordinated


def _round_of(session: Session, project: ProjectView, tool: Tool) -> RoundView | None:
    """The round that somebody means who names none: the next one to open, or the one under way, else the last."""
    planned = [found for found in queries.list_rounds(session, project.id) if found.state is RoundState.PLANNED]
    following = planned[0] if planned else None
    if tool in tools.BEFORE_OPENING:
        return following
    current = queries.current_round(session, project.id)
    is_over = current is None or not current.state.takes_answers
    return (following or current) if tool in _EVEN_BEFORE_OPENING and is_over else current


def _find(word: str, tool: Tool, snapshots: Sequence[RoundSnapshot], typed: str, asked: Asked) -> _Found | Message:
    if tool in _OF_ROUND:
        return _of_round(word, tool, snapshots, typed, asked)
    everyone = [partner for snapshot in snapshots for partner in snapshot.partners]
    matches, rest = words.leading_partners(typed, everyone)
    if not matches:
        return _without_partner(word, tool, snapshots, typed, asked)
    if len({match.name for match in matches}) > 1:
        return helping.build_ambiguous_partner(typed[: len(typed) - len(rest)].strip(), matches, texts=asked.texts)
    if len(matches) > 1:  # one organisation in several projects
        projects = [snapshot.project for snapshot in snapshots]
        return tools.build_which_project(word, projects, texts=asked.texts)
    round_id = next(found.round.id for found in snapshots if matches[0] in found.partners)
    return _of_partner(asked.session, tool, round_id, matches[0].id, rest)


def _of_round(word: str, tool: Tool, snapshots: Sequence[RoundSnapshot], typed: str, asked: Asked) -> _Found | Message:
    if len(snapshots) > 1:
        return tools.build_which_project(word, [snapshot.project for snapshot in snapshots], texts=asked.texts)
    return _Found(ToolRef(tool, snapshots[0].round.id), typed)


def _without_partner(
    word: str, tool: Tool, snapshots: Sequence[RoundSnapshot], typed: str, asked: Asked
) -> _Found | Message:
    name, names = typed.partition(" ")[0], [one.short_name for found in snapshots for one in found.partners]
    if tool in _PERHAPS_OF_PARTNER:
        if near := words.closest(name, names, likeness=_PERHAPS_OF_PARTNER[tool]):
            return helping.build_unknown_partner(name, near, texts=asked.texts)
        return _of_round(word, tool, snapshots, typed, asked)
    if not typed:
        return tools.build_which_partner(word, snapshots[0], texts=asked.texts)
    return helping.build_unknown_partner(name, words.closest(name, names), texts=asked.texts)


def _of_partner(session: Session, tool: Tool, round_id: int, partner_id: int, rest: str) -> _Found:
    answer_id = None
    if tool in _OF_ANSWER:
        share = queries.snapshot(session, round_id, partner_id)
        objective, rest = words.leading_objective(rest, share.objectives_of(partner_id))
        answer = share.answer(partner_id, objective.id) if objective else None
        answer_id = answer.id if answer else None
    return _Found(ToolRef(tool, round_id, partner_id, answer_id), rest)
