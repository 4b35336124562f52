"""People who fill in forms: so many at a time, as fast as they are answered, or at a pace; as Slack brings them."""

import asyncio
import time
from collections.abc import Coroutine, Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from lamppu_bot import richtext
from lamppu_bot.memory import without_collecting
from lamppu_bot.messages import ids
from lamppu_bot.workspace import Workspace
from lamppu_bot.workspace.delivery import Delivery
from lamppu_bot.workspace.events import view_submission
from lamppu_bot.workspace.people.forms import state_values
from lamppu_bot.workspace.records import View
from tests.benchmarks.world import RESULT

Form = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Writer:
    """Somebody with a form before them, and how many they fill in, one after the other."""

    slack_id: str
    form: Form
    forms: int


@dataclass(slots=True)
class Turn:
    """Somebody, and the form that is before them now."""

    slack_id: str
    form: Form


@dataclass(slots=True)
class Load:
    """What came of it; `seconds` of each submission from sending it until its acknowledgement is there."""

    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    duration: float = 0.0
    cpu: float = 0.0

    @property
    def rate(self) -> float:
        """Submissions taken per second."""
        return self.taken / self.duration

    @property
    def taken(self) -> int:
        """How many were acknowledged and not refused."""
        return len(self.seconds) - len(self.failures)

    def percentile(self, share: float) -> float:
        """Milliseconds within which this share of the submissions was acknowledged."""
        return 1000 * sorted(self.seconds)[min(len(self.seconds) - 1, int(share * len(self.seconds)))]


def press(workspace: Workspace, writers: Iterable[Writer], at_once: int) -> Load:
    """Lets the writers fill in their forms, `at_once` of them at any time."""
    load, waiting = Load(), iter(list(writers))
    return _pressed(workspace, load, _all_at_once(workspace, waiting, load, at_once))


def press_at_pace(workspace: Workspace, turns: Iterator[Turn], rate: float, count: int) -> Load:
    """So many forms, `rate` a second, whether or not the earlier ones are answered yet.

    A closed loop waits with the next form until the last is answered, so that a slow moment hides itself. Here the wait
    of each is counted from the moment at which it was to be sent.
    """
    load = Load()
    return _pressed(workspace, load, _at_pace(workspace, turns, rate, count, load))


def _pressed(workspace: Workspace, load: Load, work: Coroutine[Any, Any, None]) -> Load:
    with without_collecting():  # it would take 150 ms at a time, and look as if nobody had been answered
        began = time.perf_counter()
        # On the loop that serves the workspace: threads of one's own would cost more than the sending does.
        asyncio.run_coroutine_threadsafe(work, workspace._host._loop).result()
        load.duration = time.perf_counter() - began
    return load


async def _at_pace(workspace: Workspace, turns: Iterator[Turn], rate: float, count: int, load: Load) -> None:
    began = time.perf_counter()
    under_way = []
    for number in range(count):
        due = began + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        under_way.append(asyncio.create_task(_fill_in(workspace, next(turns), due, load)))
    await asyncio.gather(*under_way)


async def _fill_in(workspace: Workspace, somebody: Turn, due: float, load: Load) -> None:
    """Sends the form that is before them; `due` is the moment from which their wait counts."""
    delivery = Delivery("interactive", submission(workspace, somebody.slack_id, somebody.form))
    outcome = await workspace.courier.transport.attempt(delivery, 0, "")
    load.seconds.append(time.perf_counter() - due)
    answer = outcome.response or {}
    if outcome.reason or answer.get("response_action") == "errors":
        load.failures.append(outcome.reason or str(answer))
    somebody.form = answer.get("view", somebody.form)


async def _all_at_once(workspace: Workspace, waiting: Iterator[Writer], load: Load, at_once: int) -> None:
    await asyncio.gather(*(_write_on(workspace, waiting, load) for _ in range(at_once)))


async def _write_on(workspace: Workspace, waiting: Iterator[Writer], load: Load) -> None:
    for writer in waiting:
        somebody = Turn(writer.slack_id, writer.form)
        for _ in range(writer.forms):
            await _fill_in(workspace, somebody, time.perf_counter(), load)


def submission(workspace: Workspace, slack_id: str, form: Form) -> dict[str, Any]:
    """The payload of a form that is filled in and sent."""
    state = workspace.state
    view_id = state.next_id("V")
    view = View(view_id, slack_id, form, "hash", view_id, None)
    return view_submission(state, state.users[slack_id], view, state_values(state, form["blocks"], _typed(form)))


def _typed(form: Form) -> dict[tuple[str, str], dict[str, Any]]:
    """A text that is a finished answer; what may be left empty is."""
    typed = {}
    for block in form["blocks"]:
        element = block.get("element", {})
        if element.get("action_id") in (ids.ANSWER_TEXT, ids.ANSWER_CHOICE):
            typed[block["block_id"], element["action_id"]] = _value(element)
    return typed


def _value(element: dict[str, Any]) -> dict[str, Any]:
    if element["action_id"] == ids.ANSWER_TEXT:
        return {"type": element["type"], "rich_text_value": deepcopy(richtext.rich_text_block(RESULT))}
    chosen = next(option for option in element["options"] if option["value"] == "answered")
    return {"type": element["type"], "selected_option": chosen}
