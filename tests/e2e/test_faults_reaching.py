"""People, channels and permissions that go away in mid-round: who is told, and that it goes on by itself afterwards."""

import pytest

from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.workspace import Fault
from tests.e2e.acting import CHOICE, FI, NEXT, READY, TEXT, answer, card_of, hand_in
from tests.e2e.conftest import KATRI, MERI, REDU, at
from tests.e2e.faulty import A_WHILE, hurry, require_well, states_of, told, wait, written
from tests.e2e.looking import cards, channel, posts, reminders, summary
from tests.e2e.steering import send_in
from tests.e2e.talking import arrive, heard

AGAIN = "parked.again"
REMINDER_DAY, DUE = at("2012-05-24 09:00"), at("2012-06-01 09:00")


@pytest.fixture
def house(house: Rehearsal) -> Rehearsal:
    hurry(house)
    return house


def words_of(house: Rehearsal, kind: str, **values: str) -> str:
    """What the coordinators read of a parked message up to its first full stop, without marks of emphasis."""
    return FI(f"parked.{kind}", **({"code": "", "what": "", "recipient": ""} | values)).split(":")[0].strip("*")


def notes(house: Rehearsal) -> list[str]:
    """Word of parked messages in the coordinators' channel."""
    wanted = [words_of(house, kind) for kind in ("uncertain", "unreachable")]
    return [one.text for one in channel(house) if any(word in one.text for word in wanted)]


def test_contact_deactivated_in_mid_round_is_told_of_once_and_the_new_one_goes_on(spring: Rehearsal) -> None:
    niilo, katri = spring.people[MERI], spring.people[KATRI]
    answer(spring, niilo, "Niilon sanat.")
    spring.workspace.deactivate(niilo)
    spring.move_to(at("2012-05-16 09:00"), "the first reminder")
    [note] = notes(spring)
    assert niilo.name in note
    assert FI("parked.kind.reminder") in note
    assert "user_disabled" in note
    assert len(reminders(spring.people[REDU])) == 1
    wait(spring, A_WHILE)
    assert len(notes(spring)) == 1, "a second failure of the same message is no news"
    pia = spring.workspace.add_person("Pia Pohjola", "pia@example.org")
    katri.command("/lamppu", "contact Meri Pia Pohjola pia@example.org")
    send_in(spring, katri)
    wait(spring, A_WHILE)
    assert "Vastattu 1/4." in card_of(pia).text
    hand_in(spring, pia, "Pian sanat.")
    assert [text for _, text in written(spring)] == ["Niilon sanat.", "Pian sanat."]
    assert states_of(spring, "reminder").count("parked") == 0
    require_well(spring)


def test_channel_archived_in_mid_round_is_told_to_the_coordinator_and_the_report_comes_after(spring: Rehearsal) -> None:
    niilo, katri = spring.people[MERI], spring.people[KATRI]
    answer(spring, niilo, "Ennen arkistointia.")
    spring.workspace.archive(spring.channel)
    before = len(channel(spring))
    spring.move_to(DUE, "the report")
    assert "is_archived" in told(katri, AGAIN)[-1].text
    answer(spring, niilo, "Arkistoinnin aikana.")
    assert "Vastattu 2/4." in card_of(niilo).text
    spring.workspace.archive(spring.channel, archived=False)
    spring.move_to(at("2012-06-04 09:00"), "the next working day")
    for _ in range(3):
        wait(spring, A_WHILE)
    assert len(channel(spring)) > before
    assert summary(spring).thread
    said = spring.workspace.transcript(spring.channel)
    assert "Ennen arkistointia." in said
    assert "Arkistoinnin aikana." in said
    require_well(spring)


def test_bot_removed_from_the_channel_after_the_report_updates_it_when_invited_again(spring: Rehearsal) -> None:
    niilo, katri = spring.people[MERI], spring.people[KATRI]
    answer(spring, niilo, "Ajoissa.")
    spring.move_to(DUE, "the report")
    spring.move_to(at("2012-06-04 09:00"), "a working day")
    posted = summary(spring).ts
    spring.workspace.remove(spring.channel)
    answer(spring, niilo, "Myöhässä.")
    wait(spring, A_WHILE)
    assert FI("parked.channel", what="", recipient="", code="").split(":")[0].strip("*") in told(katri, AGAIN)[-1].text
    assert "Myöhässä." not in spring.workspace.transcript(spring.channel)
    spring.workspace.invite(spring.channel)
    for _ in range(3):
        wait(spring, A_WHILE)
    assert summary(spring).ts == posted
    assert "Myöhässä." in spring.workspace.transcript(spring.channel)
    require_well(spring)


@pytest.mark.parametrize("code", ["token_revoked", "invalid_auth"])
def test_token_revoked_in_mid_round_loses_no_answer_and_all_goes_on_with_the_new_one(
    spring: Rehearsal, code: str
) -> None:
    niilo, redu = spring.people[MERI], spring.people[REDU]
    niilo.click(NEXT, card_of(niilo))
    spring.workspace.revoke_token(code)
    niilo.fill(TEXT, "Tehty.")
    niilo.fill(CHOICE, READY)
    niilo.submit()
    assert "Mittarien kehittäminen" in niilo.modal.text, "saving needs no token"
    spring.settle()
    assert written(spring) == [("answered", "Tehty.")]
    redu.click(NEXT, card_of(redu))
    assert redu.modal is None
    assert [told(redu, key) != [] for key in ("trouble.access", "trouble.slack")] == [True, False]
    spring.move_to(at("2012-05-16 09:00"), "the first reminder")
    assert [reminders(one) for one in (niilo, redu)] == [[], []]
    spring.workspace.restore_token()
    wait(spring, A_WHILE)
    assert "Vastattu 1/4." in card_of(niilo).text
    assert [len(reminders(one)) for one in (niilo, redu)] == [1, 1]
    answer(spring, redu, "Redusta.")
    wait(spring, A_WHILE)
    assert notes(spring) == [], "nothing is left to be told of"
    require_well(spring)


@pytest.mark.parametrize("code", ["missing_scope", "channel_not_found"])
def test_history_that_cannot_be_read_is_told_and_the_message_not_doubled(house: Rehearsal, code: str) -> None:
    niilo = house.people[MERI]
    own = {niilo.id, niilo.dm.id}
    house.workspace.faults.append(Fault("chat.postMessage", "cut_after", when=lambda args: args["channel"] in own))
    if code == "missing_scope":
        house.workspace.settings.scopes.discard("im:history")
    else:
        house.workspace.faults.append(Fault("conversations.history", "error", error=code, times=99))
    house.move_to(at("2012-05-09 09:00"), "the opening")
    assert len(cards(niilo)) == 1
    [note] = notes(house)
    assert niilo.name in note
    assert code in note
    house.workspace.settings.scopes.add("im:history")
    house.workspace.faults.clear()
    answer(house, niilo, "Tehty.")
    wait(house, A_WHILE)
    assert len(cards(niilo)) == 1
    assert "Vastattu 1/4." in card_of(niilo).text
    assert states_of(house, "card") == ["sent"] * 3
    require_well(house)


def test_new_block_types_refused_everywhere_still_bring_every_message_and_home(house: Rehearsal) -> None:
    """Each one's plain form is looked at in test_commands, test_home and test_report."""
    house.workspace.settings.refused_block_types |= {
        *("data_table", "data_visualization", "table", "markdown", "card", "carousel", "alert", "rich_text"),
    }
    katri, niilo = house.people[KATRI], house.people[MERI]
    house.move_to(at("2012-05-08 09:00"), "the preview")
    house.move_to(at("2012-05-09 09:00"), "the opening")
    answer(house, niilo, "Tehty.")
    for person in (katri, niilo):
        person.open_home()
    house.workspace.wait_delivered()
    house.settle()
    assert all(person.home and person.home.text for person in (katri, niilo))
    house.move_to(DUE, "the report")
    assert "Tehty." in house.workspace.transcript(house.channel)
    assert {count for count in posts(house).values()} <= {1, 2}
    require_well(house)


@pytest.mark.parametrize("code", ["token_revoked", "ratelimited"])
def test_slack_that_refuses_the_bot_just_started_keeps_no_word_from_it(spring: Rehearsal, code: str) -> None:
    """Whatever Slack makes of the token: the first request of a process reaches its listener."""
    niilo = spring.people[MERI]
    niilo.click(NEXT, card_of(niilo))
    spring.disconnect()
    spring.bot.missed.stop()  # which would ask Slack who the bot is, again and again
    spring.workspace.faults.append(Fault("auth.test", "error", error=code, times=1000))
    spring.connect()
    niilo.fill(TEXT, "Tehty.")
    niilo.fill(CHOICE, READY)
    niilo.submit()
    niilo.say("Hei!")
    arrive(spring)
    assert written(spring) == [("answered", "Tehty.")]
    assert [one.versions for one in heard(spring)] == [["Hei!"]]
