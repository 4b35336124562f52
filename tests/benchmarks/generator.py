"""People who fill in forms as fast as they are answered: a closed loop of so many at a time, over real WebSockets."""

import asyncio
import time
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from lamppu_bot import richtext
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
class Load:
    """What came of it; `seconds` of each submission from sending it until its acknowledgement is there."""

    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    duration: float = 0.0
    cpu: float = 0.0

    @property
    def rate(self) -> float:
        """Submissions acknowledged per second."""
        return len(self.seconds) / self.duration

    def percentile(self, share: float) -> float:
        """Milliseconds within which this share of the submissions was acknowledged."""
        return 1000 * sorted(self.seconds)[min(len(self.seconds) - 1, int(share * len(self.seconds)))]


def press(workspace: Workspace, writers: Iterable[Writer], at_once: int) -> Load:
    """Lets the writers fill in their forms, `at_once` of them at any time."""
    load, waiting = Load(), iter(list(writers))
    began = time.perf_counter()
    # On the loop that serves the workspace: threads of one's own would cost the generator more than the sending does.
    work = _all_at_once(workspace, waiting, load, at_once)
    asyncio.run_coroutine_threadsafe(work, workspace._host._loop).result()
    load.duration = time.perf_counter() - began
    return load


async def _all_at_once(workspace: Workspace, waiting: Iterator[Writer], load: Load, at_once: int) -> None:
    await asyncio.gather(*(_write_on(workspace, waiting, load) for _ in range(at_once)))


async def _write_on(workspace: Workspace, waiting: Iterator[Writer], load: Load) -> None:
    for writer in waiting:
        form = writer.form
        for _ in range(writer.forms):
            delivery = Delivery("interactive", submission(workspace, writer.slack_id, form))
            sent = time.perf_counter()
            outcome = await workspace.sockets.attempt(delivery, 0, "")
            load.seconds.append(time.perf_counter() - sent)
            answer = outcome.response or {}
            if outcome.reason or answer.get("response_action") == "errors":
                load.failures.append(outcome.reason or str(answer))
            form = answer.get("view", form)


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
