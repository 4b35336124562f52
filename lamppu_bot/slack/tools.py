"""The coordinators' tools: one listener opens the form of any of them; each is registered by its module's opener."""

from collections.abc import Mapping
from typing import Any, Protocol

from slack_bolt import Ack, App
from slack_sdk import WebClient
from sqlalchemy.orm import Session

from lamppu_bot.messages import ids
from lamppu_bot.messages.ids import MalformedPayloadError, Tool, ToolRef
from lamppu_bot.messages.message import View
from lamppu_bot.messages.picking import parse_pick_form
from lamppu_bot.messages.tools import build_all_tools
from lamppu_bot.slack.services import Services, person_of
from lamppu_bot.steering.permission import require_share, require_steered
from lamppu_bot.texts import texts_of
from storage import queries
from storage.values import PersonView

Body = dict[str, Any]


class Opener(Protocol):
    """Builds the form of one tool, filled in with `typed`, what stood after the word; empty for a button.

    Raises RefusedError for who may not, and for what cannot be done now.
    """

    def __call__(self, session: Session, person: PersonView, ref: ToolRef, typed: str, /) -> View: ...


Openers = Mapping[Tool, Opener]


def open_all_tools(session: Session, person: PersonView, ref: ToolRef, _typed: str) -> View:
    """Those that make sense for the round or the partner; each opens its own form."""
    steered = require_steered(session, person, ref.round_id)
    if ref.partner_id is not None:
        require_share(session, steered, ref.partner_id)
    found = queries.states(session, ref.round_id)
    return build_all_tools(found, ref.partner_id, texts=texts_of(person, steered.project.language))


class Tools:
    """The listener of all buttons and menus that open a tool. Who may is decided by its opener."""

    def __init__(self, services: Services, openers: Openers) -> None:
        self.services = services
        self._openers = openers

    def register(self, app: App) -> None:
        app.action(ids.TOOL_OPEN)(self.handle_open)
        app.action(ids.TOOL_BUTTON)(self.handle_open)
        app.view(ids.PICK_FORM)(self.handle_pick)

    def handle_open(self, ack: Ack, body: Body, client: WebClient) -> None:
        ref = ids.ToolRef.decode(ids.value_of(body["actions"][0]))
        with self.services.database.read() as session:
            view = self._opener(ref)(session, person_of(session, body), ref, "")
        is_in_form = (body.get("view") or {}).get("type") == "modal"
        show = client.views_push if is_in_form else client.views_open  # the choice among all tools stays, under it
        show(trigger_id=body["trigger_id"], view=view)
        ack()

    def handle_pick(self, ack: Ack, body: Body, view: Body) -> None:
        picked = parse_pick_form(view)
        with self.services.database.read() as session:
            opened = self._opener(picked.ref)(session, person_of(session, body), picked.ref, picked.typed)
        ack(response_action="update", view=opened)

    def _opener(self, ref: ToolRef) -> Opener:
        found = next((opener for tool, opener in self._openers.items() if tool == ref.tool), None)
        if found is None:
            raise MalformedPayloadError(f"there is no tool {ref.tool}")
        return found
