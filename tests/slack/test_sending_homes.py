"""Homes on their way through the ledger: shown as they are, beside the person's messages and never instead of them."""

from datetime import timedelta
from typing import Any

import pytest

from lamppu_bot.slack.content import Publish
from lamppu_bot.slack.pacing import SLACK_LIMITS
from lamppu_bot.workspace import Fault, Person
from storage import homes, ledger
from storage.database import Database
from storage.ledger import HOME
from tests.slack.sending_rig import Countdown, Killed, MortalClient, MortalDatabase, Rig, post, texts


def home(said: str, *, fallback: str = "plain") -> Publish:
    return Publish(_view(said), _view(fallback), digest=said)


def _view(said: str) -> dict[str, Any]:
    return {"type": "home", "blocks": [{"type": "section", "text": {"type": "plain_text", "text": said}}]}


def opened(rig: Rig, person_id: int, content: Publish | Exception | None) -> None:
    """The person opens their Home, which says this when its turn comes."""
    rig.contents[key(person_id)] = content
    with rig.database.write() as session:
        homes.note_opened(session, person_id, rig.clock.moment)
        ledger.order_home(session, key(person_id), person_id, now=rig.clock.moment)


def key(person_id: int) -> str:
    return f"home:{person_id}"


def digest(rig: Rig) -> str | None:
    with rig.database.read() as session:
        (found,) = homes.list_opened(session, rig.clock.moment - timedelta(days=1))
    return found.digest


@pytest.fixture
def aino(rig: Rig) -> tuple[int, Person]:
    person = rig.workspace.add_person("Aino", "aino@example.org")
    return rig.add_recipient(name="Aino", email="aino@example.org", slack_id=person.id), person


def said(person: Person) -> str:
    return person.home.text if person.home else ""


def test_home_is_shown_and_what_it_says_is_remembered(rig: Rig, aino: tuple[int, Person]) -> None:
    person_id, person = aino
    opened(rig, person_id, home("Hei"))
    assert rig.drain() == 1
    assert said(person) == "Hei"
    assert digest(rig) == "Hei"
    assert rig.find(key(person_id)).state == "sent"


def test_home_opened_again_is_shown_again_under_the_same_key(rig: Rig, aino: tuple[int, Person]) -> None:
    person_id, person = aino
    for words in ("Hei", "Hei taas", "Hei taas"):
        opened(rig, person_id, home(words))
        rig.drain()
    assert said(person) == "Hei taas"
    assert rig.calls_to("views.publish") == 3
    assert rig.state_counts() == {"sent": 1}


def test_home_opened_often_before_its_turn_is_shown_once(rig: Rig, aino: tuple[int, Person]) -> None:
    person_id, person = aino
    for words in ("a", "b", "c"):
        opened(rig, person_id, home(words))
    rig.drain()
    assert said(person) == "c"
    assert rig.calls_to("views.publish") == 1


@pytest.mark.parametrize("kind", ["cut_after", "cut_before", "http_500", "internal_error", "hang"])
def test_home_of_unknown_outcome_is_shown_again_without_a_look(rig: Rig, aino: tuple[int, Person], kind: Any) -> None:
    person_id, person = aino
    rig.workspace.faults.append(Fault("views.publish", kind))
    opened(rig, person_id, home("Hei"))
    rig.settle(hours=0.02)
    assert said(person) == "Hei"
    assert rig.calls_to("conversations.history") == 0
    assert rig.state_counts() == {"sent": 1}


def test_home_that_fails_holds_up_no_message_and_is_held_up_by_none(rig: Rig, aino: tuple[int, Person]) -> None:
    person_id, person = aino
    rig.workspace.faults.append(Fault("chat.postMessage", "cut_before"))
    rig.order("first", post("Viesti"), person_id=person_id)
    rig.order("second", post("Toinen"), person_id=person_id)
    opened(rig, person_id, home("Hei"))
    rig.drain(minutes=0.5)
    assert said(person) == "Hei"  # though the messages wait until the first has been looked for
    assert texts(person.dm) == []
    rig.settle()
    rig.workspace.faults.append(Fault("views.publish", "hang"))
    opened(rig, person_id, home("Hei taas"))
    rig.order("third", post("Kolmas"), person_id=person_id)
    rig.drain(minutes=0.05)
    assert texts(person.dm) == ["Viesti", "Toinen", "Kolmas"]


def test_home_falls_back_to_plain_blocks(rig: Rig, aino: tuple[int, Person]) -> None:
    person_id, person = aino
    newer = {"type": "home", "blocks": [{"type": "no_such_block"}]}
    opened(rig, person_id, Publish(newer, _view("plain"), digest="newer"))
    rig.drain()
    assert said(person) == "plain"
    assert digest(rig) == "newer"


@pytest.mark.parametrize("error", ["not_enabled", "invalid_auth", "fatal_error"])
def test_home_that_slack_keeps_refusing_is_given_up_until_it_is_opened_again(
    rig: Rig, aino: tuple[int, Person], error: str
) -> None:
    person_id, person = aino
    rig.workspace.faults.append(Fault("views.publish", "error", error=error, times=1_000))
    opened(rig, person_id, home("Hei"))
    rig.settle()
    assert rig.parked == []
    assert rig.state_counts() == {"dropped": 1}
    assert rig.calls_to("views.publish") <= 8
    rig.workspace.faults.clear()
    opened(rig, person_id, home("Hei taas"))
    rig.drain()
    assert said(person) == "Hei taas"


def test_home_whose_rendering_fails_parks_nothing(rig: Rig, aino: tuple[int, Person]) -> None:
    person_id, _ = aino
    opened(rig, person_id, ValueError("a fault of ours"))
    rig.settle()
    assert rig.parked == []
    assert rig.state_counts() == {"dropped": 1}


def test_opening_again_does_not_wait_for_the_next_try(rig: Rig, aino: tuple[int, Person]) -> None:
    person_id, person = aino
    rig.workspace.faults.append(Fault("views.publish", "error", error="some_refusal", times=4))
    opened(rig, person_id, home("Hei"))
    rig.settle(hours=0.01)
    opened(rig, person_id, home("Hei"))
    rig.settle(hours=0.02)
    assert said(person) == "Hei"


def test_home_that_two_workers_show_is_shown_once_more_as_it_is(rig: Rig, aino: tuple[int, Person]) -> None:
    """One is frozen while it shows what was; the other takes over and shows what is; then the first one goes on."""
    person_id, person = aino
    slow, quick = rig.worker(), rig.worker()
    opened(rig, person_id, home("vanha"))

    def frozen(_session: object, claimed: Any) -> Publish:
        rig.clock.sleep(31)
        rig.contents[key(person_id)] = home("uusi")
        assert quick.step() == 1
        assert said(person) == "uusi"
        return home("vanha")

    slow.handling.render = frozen
    assert slow.step() == 1
    assert said(person) == "vanha"
    rig.drain()
    assert said(person) == "uusi"


def test_homes_keep_to_slack_s_limit_and_hold_up_no_messages(rig: Rig) -> None:
    channel = rig.workspace.add_channel("hanke")
    for number in range(40):
        person = rig.workspace.add_person(f"P{number}", f"p{number}@example.org")
        opened(rig, rig.add_recipient(name=f"P{number}", slack_id=person.id), home("Hei"))
    rig.order("message", post("Viesti"), channel=channel.id)
    began = rig.clock.seconds()
    rig.drain()
    assert rig.calls_to("views.publish") == 40
    waits = SLACK_LIMITS.tier_4
    assert rig.clock.seconds() - began > (40 - waits.burst - 1) * waits.interval - 0.01
    (message,) = channel.messages.values()
    assert float(message.ts) - began < 3


@pytest.mark.parametrize("points", range(6))
def test_home_survives_the_worker_s_death_anywhere(
    rig: Rig, aino: tuple[int, Person], database_url: str, points: int
) -> None:
    person_id, person = aino
    opened(rig, person_id, home("Hei"))
    countdown = Countdown(points)
    client = MortalClient(rig.workspace.bot_token, rig.workspace.api_url, timeout=5, retry_handlers=[])
    client.countdown = countdown
    database = MortalDatabase(database_url, countdown)
    try:
        rig.worker(database=database, client=client).step()
    except Killed:
        rig.clock.sleep(31)
    finally:
        database.close()
    rig.settle()
    assert said(person) == "Hei"
    assert digest(rig) == "Hei"
    assert rig.state_counts() == {"sent": 1}


def test_home_tab_is_noted_on_both_databases(database: Database, rig: Rig, aino: tuple[int, Person]) -> None:
    person_id, _ = aino
    opened(rig, person_id, home("Hei"))
    first = rig.clock.moment
    rig.clock.sleep(60)
    opened(rig, person_id, home("Hei"))
    with rig.database.read() as session:
        assert homes.list_opened(session, first + timedelta(seconds=61)) == []
        (found,) = homes.list_opened(session, first + timedelta(seconds=59))
    assert (found.person.id, found.digest) == (person_id, None)
    assert rig.find(key(person_id)).kind == HOME
