"""The local workspace: a server in its own thread, and what tests and rehearsals do with it."""

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable, Collection
from typing import Any, Self

from lamppu_bot.workspace.administration import Administration
from lamppu_bot.workspace.delivery import Courier, Delivery, DeliveryKind
from lamppu_bot.workspace.events import event_callback
from lamppu_bot.workspace.faults import ApiCall, FaultList
from lamppu_bot.workspace.hosting import HOST, HostThread
from lamppu_bot.workspace.people import Person
from lamppu_bot.workspace.rate_limits import RateLimits
from lamppu_bot.workspace.records import Channel
from lamppu_bot.workspace.server import Server
from lamppu_bot.workspace.signed_http import SignedHttp
from lamppu_bot.workspace.socket_mode import SocketMode
from lamppu_bot.workspace.state import BOT_EVENTS, BOT_SCOPES, PATIENCE_SECONDS, REMEMBERED, Settings, WorkspaceState
from lamppu_bot.workspace.transcript import transcript


class Workspace(Administration):
    """A Slack workspace on 127.0.0.1, used as a context manager.

    `clock` gives message timestamps in Unix seconds and may be moved on; deadlines (`ack_timeout` seconds for an
    acknowledgement, triggers, response URLs) keep real time. `time_factor` scales the waits between
    redeliveries. With a `request_url` the bot is reached by signed HTTP (until `use_socket_mode`), else by Socket Mode.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        clock: Callable[[], float] = time.time,
        request_url: str | None = None,
        scopes: Collection[str] = BOT_SCOPES,
        events: Collection[str] = BOT_EVENTS,
        refused_block_types: Collection[str] = (),
        ack_timeout: float = 3.0,
        time_factor: float = 1.0,
        rate_limits: RateLimits | None = None,
    ) -> None:
        settings = Settings(set(scopes), set(events), set(refused_block_types))
        super().__init__(WorkspaceState(clock, settings))
        self.state.publish = self._publish
        self.deliveries: deque[Delivery] = deque(maxlen=REMEMBERED)
        self.people: dict[str, Person] = {}
        self._held: list[Delivery] | None = None
        identity = self.state.identity
        self.sockets = SocketMode(identity.app_id, ack_timeout, self.state.touch)
        self.http = SignedHttp(request_url, identity.signing_secret, ack_timeout) if request_url else None
        self.courier = Courier(self.http or self.sockets, time_factor)
        self.server = Server(self.state, self.sockets, rate_limits)
        self._host = HostThread(self.server.application(), port, self._on_start, self._on_stop)

    def start(self) -> None:
        """Serve in a thread of its own; returns once the port is open, raises OSError when it is taken."""
        self._host.start()
        self.state.url = f"http://{HOST}:{self._host.port}"

    def stop(self) -> None:
        """Close every connection and end the thread."""
        self._host.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.stop()

    def _on_start(self) -> None:
        self.courier.start(asyncio.get_running_loop())

    async def _on_stop(self) -> None:
        await self.courier.stop()
        await self.sockets.stop()
        if self.http is not None:
            await self.http.stop()

    @property
    def url(self) -> str:
        """Where the workspace is served, without a slash at the end."""
        return self.state.url

    @property
    def api_url(self) -> str:
        """The value for SLACK_API_URL."""
        return f"{self.url}/api/"

    @property
    def bot_token(self) -> str:
        """The value for SLACK_BOT_TOKEN."""
        return self.state.identity.bot_token

    @property
    def app_token(self) -> str:
        """The value for SLACK_APP_TOKEN."""
        return self.state.identity.app_token

    @property
    def signing_secret(self) -> str:
        """The value for SLACK_SIGNING_SECRET."""
        return self.state.identity.signing_secret

    @property
    def team_id(self) -> str:
        """The workspace's id."""
        return self.state.identity.team_id

    @property
    def calls(self) -> deque[ApiCall]:
        """The Web API calls so far (the last 20,000), oldest first."""
        return self.server.calls

    @property
    def faults(self) -> FaultList:
        """The faults to come; append to it."""
        return self.server.faults

    def calls_to(self, method: str) -> list[ApiCall]:
        """The calls of one method so far."""
        return [call for call in list(self.calls) if call.method == method]

    def add_person(
        self,
        name: str,
        email: str,
        *,
        locale: str = "fi-FI",
        tz: str = "Europe/Helsinki",
        deactivated: bool = False,
        external: bool = False,
    ) -> Person:
        """Somebody in the workspace, or (`external`) from another organisation through a shared channel."""
        user = self.state.add_user(name, email, locale=locale, tz=tz, deactivated=deactivated, external=external)
        self.people[email] = Person(self.state, user, self.deliver)
        return self.people[email]

    def _publish(self, subscription: str, event: dict[str, Any]) -> None:
        if subscription in self.settings.events:
            self.deliver("events_api", event_callback(self.state, event))

    def deliver(self, kind: DeliveryKind, payload: dict[str, Any]) -> Delivery:
        """Send something to the bot; returns at once, `done` of the delivery tells of its end."""
        delivery = Delivery(kind, payload)
        with self.state.lock:
            if self._held is not None and kind == "events_api":
                self._held.append(delivery)
                return delivery
        self._send(delivery)
        return delivery

    def _send(self, delivery: Delivery) -> None:
        self.deliveries.append(delivery)
        self.courier.send(delivery)

    def hold_events(self) -> None:
        """Events are late: from now on they wait to be released, with those that wait already."""
        with self.state.lock:
            self._held = self._held or []

    def release_events(self, seed: int) -> None:
        """Bring what was held, each event twice, one after the other in an order drawn from the seed."""
        with self.state.lock:
            held, self._held = self._held or [], None
        events = held + [Delivery(one.kind, one.payload) for one in held]
        random.Random(seed).shuffle(events)
        for event in events:
            self._send(event)
            event.done.wait()

    def deliver_again(self, delivery: Delivery) -> Delivery:
        """Send the very same payload once more, as Slack does when an acknowledgement got lost."""
        return self.deliver(delivery.kind, delivery.payload)

    def use_socket_mode(self, *, enabled: bool) -> None:
        """The switch in the app's settings: Slack brings everything by sockets, or to the request URL.

        What was not acknowledged is brought again by the new way. Sockets that are open are asked to leave.
        """
        self.courier.transport = self.sockets if enabled or self.http is None else self.http
        if not enabled:
            self.refresh_sockets("link_disabled")

    def lose_acknowledgement(self) -> None:
        """Whatever the bot acknowledges next, by sockets or over HTTP, does not reach Slack."""
        if self.http is not None and self.courier.transport is self.http:
            self.http.lose_answer()
        else:
            self.drop_sockets_at_ack()

    def refresh_sockets(self, reason: str = "refresh_requested") -> None:
        """Ask the bot's websockets to reconnect, as Slack does from time to time."""
        self._host.run(self.sockets.refresh(reason))

    def drop_sockets(self) -> None:
        """Cut the bot's websockets."""
        self._host.run(self.sockets.drop())

    def drop_sockets_at_ack(self) -> None:
        """Cut the bot's websockets when it acknowledges something next, and lose that acknowledgement."""
        self._host.run(self.sockets.drop_at_ack())

    def deafen_sockets(self, *, forgotten: bool = False) -> None:
        """Have the bot's websockets stay connected and carry nothing any more; later ones are sound.

        Those that are only `forgotten` still answer pings, so that nothing but their silence tells of it.
        """
        self._host.run(self.sockets.deafen(forgotten=forgotten))

    def let_pass(self, seconds: float) -> None:
        """Let real time pass for triggers, response URLs, rate limits and `calls`, without waiting for it."""
        self.state.let_pass(seconds)

    def verify_request_url(self) -> bool:
        """Whether the bot echoes the challenge at its request URL."""
        return self.http is not None and bool(self._host.run(self.http.verify()))

    def wait_until(
        self, condition: Callable[[], Any], timeout: float = PATIENCE_SECONDS, what: str = "the condition"
    ) -> Any:
        """Wait for a state of the workspace (or of its calls); returns the condition's value."""
        return self.state.wait_until(condition, timeout, what)

    def wait_connected(self, count: int = 1, timeout: float = PATIENCE_SECONDS) -> None:
        """Wait until the bot has that many websockets open."""
        self.wait_until(lambda: len(self.sockets.connections) >= count, timeout, f"{count} websockets")

    def wait_delivered(self, timeout: float = PATIENCE_SECONDS) -> None:
        """Wait until everything sent to the bot so far is acknowledged or given up."""
        deadline = time.monotonic() + timeout
        for delivery in list(self.deliveries):
            if not delivery.done.wait(max(deadline - time.monotonic(), 0)):
                raise AssertionError(f"waited {timeout:g} s in vain for the end of a delivery: {delivery.kind}")

    def transcript(self, channel: Channel) -> str:
        """A conversation as text for people: names instead of ids, threads indented."""
        return transcript(self.state, channel)
