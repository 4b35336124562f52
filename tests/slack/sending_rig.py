"""A worker on a database and a local workspace, with a clock that moves only when somebody waits or a test says so."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from sqlalchemy.orm import Session

from lamppu_bot.clock import Now
from lamppu_bot.slack.client import build_client
from lamppu_bot.slack.content import Content, Post
from lamppu_bot.slack.pacing import SLACK_LIMITS, Limits
from lamppu_bot.slack.refusals import Reason
from lamppu_bot.slack.sending import Worker
from lamppu_bot.workspace import Channel, Workspace
from lamppu_bot.workspace.records import Message
from storage import ledger
from storage.claims import Claimed
from storage.database import Database
from storage.ledger import DeliveryView
from storage.models import Person


class HandClock:
    """Starts at the real moment; sleeping moves it on at once."""

    def __init__(self) -> None:
        self.moment = datetime.now(UTC)
        self._lock = threading.Lock()

    def __call__(self) -> Now:
        return Now(self.moment, self.moment)

    def seconds(self) -> float:
        return self.moment.timestamp()

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.moment += timedelta(seconds=seconds)


@dataclass(frozen=True)
class Said:
    text: str
    blocks: Sequence[Mapping[str, Any]] = ()


def post(text: str, fallback: str = "plain") -> Post:
    return Post(Said(text), Said(fallback))


class Killed(BaseException):
    """Stands for the end of the process: nothing in the product catches it."""


@dataclass
class Rig:
    database: Database
    workspace: Workspace
    clock: HandClock
    contents: dict[str, Content | Exception | None] = field(default_factory=dict)
    parked: list[tuple[str, Reason]] = field(default_factory=list)

    def order(self, key: str, content: Content | Exception | None, **facts: Any) -> int:
        self.contents[key] = content
        with self.database.write() as session:
            return ledger.order(session, key, "test", **{"now": self.clock.moment, **facts})

    def change(self, key: str, content: Content | None) -> None:
        self.contents[key] = content
        with self.database.write() as session:
            ledger.change(session, [key], now=self.clock.moment)

    def unpark(self, key: str) -> None:
        with self.database.write() as session:
            ledger.unpark(session, [self.find(key).id], now=self.clock.moment)

    def add_recipient(self, **facts: Any) -> int:
        with self.database.write() as session:
            person = Person(**facts)
            session.add(person)
            session.flush()
            return person.id

    def render(self, _session: Session, claimed: Claimed) -> Content | None:
        content = self.contents[claimed.key]
        if isinstance(content, Exception):
            raise content
        return content

    def note_parked(self, _session: Session, claimed: Claimed, reason: Reason) -> None:
        self.parked.append((claimed.key, reason))

    def worker(
        self,
        *,
        database: Database | None = None,
        client: WebClient | None = None,
        limits: Limits = SLACK_LIMITS,
        threads: int = 1,
        **options: Any,
    ) -> Worker:
        return Worker(
            database or self.database,
            client or self.client(),
            options.pop("render", self.render),
            on_parked=options.pop("on_parked", self.note_parked),
            clock=self.clock,
            sleep=self.clock.sleep,
            limits=limits,
            threads=threads,
            **options,
        )

    def client(self) -> WebClient:
        client = build_client(self.workspace.bot_token, self.workspace.api_url)
        client.timeout = 1
        return client

    def drain(self, minutes: float = 10) -> int:
        """Sends all that is due, with all the waiting for turns that it takes."""
        return self.worker().drain(self.clock.moment + timedelta(minutes=minutes))

    def settle(self, hours: float = 2) -> None:
        """Drains again and again over some time, as a worker does that goes on."""
        until = self.clock.moment + timedelta(hours=hours)
        while self.clock.moment < until and self.state_counts().get("due"):
            self.drain()
            self.clock.sleep(30)

    def state_counts(self) -> dict[str, int]:
        with self.database.read() as session:
            return ledger.counts(session)

    def find(self, key: str) -> DeliveryView:
        with self.database.read() as session:
            found = ledger.find(session, key)
        assert found is not None
        return found

    def calls_to(self, method: str) -> int:
        return len(self.workspace.calls_to(method))


def texts(channel: Channel) -> list[str]:
    return [message.text for message in messages(channel)]


def messages(channel: Channel) -> list[Message]:
    return list(channel.messages.values())


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


class Countdown:
    """Ends the process, as far as the product can tell, at the given point of its way."""

    def __init__(self, points: int) -> None:
        self.left = points

    def pass_point(self) -> None:
        if self.left == 0:
            raise Killed
        self.left -= 1

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """May die before the call and after it."""

        def mortal(*args: Any, **kwargs: Any) -> Any:
            self.pass_point()
            answer = call(*args, **kwargs)
            self.pass_point()
            return answer

        return mortal


class MortalDatabase(Database):
    """May die before each commit and after it."""

    def __init__(self, url: str, countdown: Countdown) -> None:
        super().__init__(url)
        self.countdown = countdown

    @contextmanager
    def write(self) -> Iterator[Session]:
        with super().write() as session:
            yield session
            self.countdown.pass_point()
        self.countdown.pass_point()


class MortalClient(WebClient):
    """May die before each call and after it."""

    countdown: Countdown

    def api_call(self, *args: Any, **kwargs: Any) -> Any:
        return self.countdown.around(super().api_call)(*args, **kwargs)
