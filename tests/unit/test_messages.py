"""What the messages say and offer, case by case; how they read in full is kept in tests/golden/messages."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from lamppu_bot.messages import ids
from lamppu_bot.messages.card import build_card
from lamppu_bot.messages.conversation import build_burst_reply, build_conversation_root, build_stray_question
from lamppu_bot.messages.message import Message, plain_fallback
from lamppu_bot.messages.preview import build_preview
from lamppu_bot.messages.reminder import ReminderShare, build_overview, build_reminder
from lamppu_bot.messages.status import build_own_status, build_status
from lamppu_bot.messages.summary import build_report_offer, build_summary, build_summary_pages
from lamppu_bot.messages.words import COMMANDS, closest, matching_partners
from lamppu_bot.texts import texts_for
from storage.values import AnswerState, RoundSnapshot, RoundState
from tests.golden import messages_samples as samples
from tests.golden.messages_cases import CASES
from tests.golden.messages_samples import AINO, KUUSAMO, PEKKA, ROVANIEMI, TODAY

FI = texts_for("fi")
HALF_WAY = samples.snapshot()
DUE_ON = HALF_WAY.round.due_on


def elements(message: Message) -> list[dict[str, Any]]:
    """Everything that can be pressed or chosen from."""
    found = []
    for block in message.blocks:
        found += [block["accessory"]] if "accessory" in block else []
        found += block["elements"] if block["type"] == "actions" else []
    return found


def labels(message: Message) -> list[str]:
    return [(element.get("text") or element["placeholder"])["text"] for element in elements(message)]


def card(snapshot: RoundSnapshot = HALF_WAY, today: date = TODAY, **extras: Any) -> Message:
    return build_card(snapshot, ROVANIEMI.id, today=today, texts=FI, **extras)


def in_state(state: RoundState, snapshot: RoundSnapshot = HALF_WAY) -> RoundSnapshot:
    return replace(snapshot, round=samples.in_state(state))


@pytest.mark.parametrize("name", CASES)
def test_message_has_at_most_one_primary_button(name: str) -> None:
    built = CASES[name]()
    if isinstance(built, Message):
        assert sum(element.get("style") == "primary" for element in elements(built)) <= 1


@pytest.mark.parametrize(
    "name",
    ["card", "form", "form_conflict", "talk", "burst", "talk_done", "stray_settled", "deletion", "edit", "thanks"],
)
def test_message_says_which_project_and_partner(name: str) -> None:
    said = str(CASES[name]())
    assert "LAMPPU" in said
    assert ROVANIEMI.name in said


def test_card_has_a_button_per_objective_in_the_words_of_its_state() -> None:
    assert labels(card()) == [
        "Muuta",
        "Jatka luonnosta",
        "Täydennä",
        "Muuta",
        "Vastaa",
        "Vastaa seuraavaan",
        "Vastaa kirjoittamalla",
    ]


def test_card_with_one_open_objective_offers_writing_by_a_button() -> None:
    done = samples.with_states(AnswerState.ANSWERED)
    one_left = {**done.answers, (ROVANIEMI.id, 102): samples.answer(1002, ROVANIEMI.id, 102)}
    *_, write = elements(card(replace(done, answers=one_left)))
    assert write["type"] == "button"
    assert ids.AnswerRef.decode(write["value"]) == ids.AnswerRef(1002, 0)


def test_card_with_everything_answered_only_changes_answers() -> None:
    assert set(labels(card(samples.with_states(AnswerState.ANSWERED)))) == {"Muuta"}


@pytest.mark.parametrize("state", [RoundState.CLOSED, RoundState.PLANNED])
def test_card_of_a_round_that_takes_no_answers_has_no_buttons(state: RoundState) -> None:
    assert elements(card(in_state(state, samples.with_states(AnswerState.ANSWERED)))) == []


def test_closed_card_says_whom_to_ask() -> None:
    assert "<@U0LIISA>" in card(in_state(RoundState.CLOSED, samples.with_states(AnswerState.DRAFT))).text


def test_closed_card_still_takes_a_returned_answer() -> None:
    assert labels(card(in_state(RoundState.CLOSED))) == ["Täydennä", "Vastaa seuraavaan", "Vastaa kirjoittamalla"]


@pytest.mark.parametrize(
    ("days_left", "said"),
    [
        (15, "Vastaathan viimeistään torstaina 31. toukokuuta.\n"),
        (14, "torstaina 31. toukokuuta. Aikaa on 14 päivää."),
        (2, "Aikaa on 2 päivää."),
        (1, "Vastaathan viimeistään huomenna."),
        (0, "Vastaathan vielä tänään."),
        (-1, "Määräpäivä oli torstaina 31. toukokuuta, mutta vielä ehtii vastata."),
    ],
)
def test_card_tells_the_due_day_in_words(days_left: int, said: str) -> None:
    assert said in card(today=DUE_ON - timedelta(days=days_left)).text


def test_card_has_the_partner_s_own_extension() -> None:
    message = build_card(HALF_WAY, KUUSAMO.id, today=TODAY, texts=FI)
    assert "perjantaina 8. kesäkuuta" in message.text


def test_card_shows_a_wish_until_it_is_answered() -> None:
    wish = "Koordinaattori toivoo täydennystä: Kerro myös, ketkä kuvauksen laativat."
    assert card().text.count(wish) == 1
    assert wish not in card(samples.with_states(AnswerState.ANSWERED)).text


def test_card_says_who_reads_drafts_and_what_becomes_of_them() -> None:
    assert "Aino Kallio ja Pekka Niemi" in card().text
    assert "Luonnokset ovat nyt mukana raportissa" in card(in_state(RoundState.DUE)).text


def test_card_of_another_partner_s_objective_is_left_out() -> None:
    assert "Oma suunnitelma" not in build_card(HALF_WAY, KUUSAMO.id, today=TODAY, texts=FI).text


def test_card_changes_its_block_ids_with_an_answer_s_version() -> None:
    before, after = card(), card(samples.with_states(AnswerState.DRAFT))
    changed = {b["block_id"] for b in before.blocks} - {b["block_id"] for b in after.blocks}
    assert changed == {"answer-1005-0", "next-1002.2-1003.2-1005.0"}


def test_card_of_an_unknown_partner_is_refused() -> None:
    with pytest.raises(LookupError):
        build_card(HALF_WAY, 99, today=TODAY, texts=FI)


def test_reminder_names_only_what_is_open() -> None:
    message = build_reminder(AINO.id, [ReminderShare(HALF_WAY, ROVANIEMI.id)], today=TODAY, texts=FI)
    assert "2. Mittarit (luonnos), 3. Laatujärjestelmän kuvaus (täydennettävä) ja 5. Oma suunnitelma" in message.text
    assert "Laatuverkosto" not in message.text


def test_reminder_leaves_out_a_partner_with_nothing_open() -> None:
    done = samples.with_states(AnswerState.ANSWERED)
    shares = [ReminderShare(done, ROVANIEMI.id), ReminderShare(HALF_WAY, KUUSAMO.id)]
    message = build_reminder(PEKKA.id, shares, today=TODAY, texts=FI)
    assert KUUSAMO.name in message.text
    assert ROVANIEMI.name not in message.text


def test_reminder_with_nothing_open_any_more_thanks() -> None:
    done = samples.with_states(AnswerState.ANSWERED)
    message = build_reminder(AINO.id, [ReminderShare(done, ROVANIEMI.id)], today=TODAY, texts=FI)
    assert "jo koossa" in message.text
    assert elements(message) == []


def test_reminder_announces_the_deputy_to_the_contact_alone() -> None:
    share = ReminderShare(HALF_WAY, ROVANIEMI.id, date(2012, 5, 28))
    contact, deputy = (build_reminder(p.id, [share], today=TODAY, texts=FI).text for p in (AINO, PEKKA))
    assert "maanantaina 28. toukokuuta, pyydämme silloin apua myös varahenkilöltä (Pekka Niemi)" in contact
    assert "varahenkilönä, koska Aino Kallio" in deputy


def test_reminder_leads_to_each_partner_s_next_objective() -> None:
    shares = [ReminderShare(HALF_WAY, ROVANIEMI.id), ReminderShare(HALF_WAY, KUUSAMO.id)]
    message = build_reminder(AINO.id, shares, today=TODAY, texts=FI)
    refs = [ids.PartnerRef.decode(element["value"]) for element in elements(message)]
    assert refs == [ids.PartnerRef(7, ROVANIEMI.id), ids.PartnerRef(7, KUUSAMO.id)]


def test_overview_tells_late_from_unfinished() -> None:
    message = build_overview(HALF_WAY, today=date(2012, 6, 1), texts=FI)
    late, unfinished = (line for line in message.text.split("\n") if line.startswith("•"))
    assert "myöhässä" in late
    assert ROVANIEMI.name in late
    assert "myöhässä" not in unfinished
    assert "viimeksi muistutettu: 21.5.2012" in unfinished


def test_preview_quotes_what_the_first_partner_will_read() -> None:
    planned = in_state(RoundState.PLANNED, samples.with_states(AnswerState.MISSING))
    opened = in_state(RoundState.OPEN, planned)
    card_text = build_card(opened, ROVANIEMI.id, today=planned.round.opens_on, texts=FI).text
    assert "\n".join(f"> {line}" for line in card_text.split("\n")) in build_preview(planned, texts=FI).text


def test_stray_question_offers_open_objectives_first_and_names_partners_when_there_are_several() -> None:
    shares = [(HALF_WAY, ROVANIEMI.id), (HALF_WAY, KUUSAMO.id)]
    menu, none = elements(build_stray_question(9, ["Hei"], shares, texts=FI))
    offered = [option["text"]["text"] for option in menu["options"]]
    assert offered[:2] == ["Rovaniemi · Tavoite 2: Mittarit", "Rovaniemi · Tavoite 3: Laatujärjestelmän kuvaus"]
    assert offered[-2:] == ["Rovaniemi · Tavoite 1: Laatuverkosto", "Rovaniemi · Tavoite 4: Laatuosaaminen"]
    assert ids.StrayRef.decode(menu["options"][0]["value"]) == ids.StrayRef(9, 1002)
    assert ids.StrayRef.decode(none["value"]) == ids.StrayRef(9, None)


def test_conversation_that_is_over_has_no_buttons() -> None:
    place = (HALF_WAY, ROVANIEMI.id, 101)
    running, over = (
        build_conversation_root(*place, conversation_id=5, texts=FI, is_over=is_over) for is_over in (False, True)
    )
    assert labels(running) == ["Valmis"]
    assert labels(over) == []


def test_burst_reply_of_a_very_long_text_shows_its_end() -> None:
    written = [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": f"Kappale {n}. " + "sana " * 100}]}
        for n in range(30)
    ]
    message = build_burst_reply(HALF_WAY, ROVANIEMI.id, 101, conversation_id=5, collected=written, count=30, texts=FI)
    assert "Kappale 29." in str(message.blocks)
    assert "Kappale 0." not in str(message.blocks)
    assert "Alku on jätetty tästä pois" in message.text


def test_own_status_has_one_button_per_partner_with_something_open() -> None:
    shares = [(HALF_WAY, ROVANIEMI.id), (samples.with_states(AnswerState.ANSWERED), KUUSAMO.id)]
    message = build_own_status(shares, today=TODAY, texts=FI)
    assert labels(message) == ["Vastaa seuraavaan"]


def test_own_status_offers_a_returned_answer_after_closing() -> None:
    message = build_own_status([(in_state(RoundState.CLOSED), ROVANIEMI.id)], today=TODAY, texts=FI)
    assert labels(message) == ["Vastaa seuraavaan"]


def test_status_table_counts_returned_answers_as_missing() -> None:
    message = build_status([HALF_WAY], page=0, today=TODAY, texts=FI)
    (table,) = (block for block in message.blocks if block["type"] == "data_table")
    assert [cell["text"] for cell in table["rows"][1]] == ["Rovaniemi", "1", "1", "1", "2", "ei vielä", "31.5.2012"]
    assert table["caption"] == "Osahankkeiden tilanne: LAMPPU, kevät 2012"


def test_status_text_says_what_the_table_says() -> None:
    message = build_status([HALF_WAY], page=0, today=TODAY, texts=FI)
    assert "Kuusamo: vastattu 0; luonnos 0; ei raportoitavaa 0; puuttuu 4;" in message.text


def test_summary_names_those_who_have_answered_and_those_who_have_not() -> None:
    done = samples.with_states(AnswerState.ANSWERED)
    answers = {**done.answers, (KUUSAMO.id, 102): samples.answer(2002, KUUSAMO.id, 102)}
    said = build_summary(replace(done, answers=answers), today=date(2012, 6, 11), texts=FI).text
    assert "*Kaikkeen ovat vastanneet:*\n• Rovaniemen koulutuskuntayhtymä\n" in said
    assert "*Vielä puuttuu:*\n• Kuusamon ammattiopisto (myöhässä, määräpäivä oli 8.6.2012): 2. Mittarit\n" in said


def test_summary_marks_what_is_not_theirs_apart_from_missing() -> None:
    message = build_summary(HALF_WAY, today=TODAY, texts=FI)
    (table,) = (block for block in message.blocks if block["type"] == "data_table")
    assert [cell["text"] for cell in table["rows"][2]][-2:] == ["ei vielä vastattu", "ei kuulu"]
    assert build_summary_pages(HALF_WAY, texts=FI) == ()


def test_report_offer_posts_its_own_round() -> None:
    (publish,) = elements(build_report_offer(HALF_WAY, today=TODAY, is_whole=True, texts=FI))
    assert publish["action_id"] == ids.REPORT_POST
    assert ids.RoundRef.decode(publish["value"]) == ids.RoundRef(HALF_WAY.round.id)


@pytest.mark.parametrize("name", ["card", "talk", "status_second_page", "summary"])
def test_plain_fallback_keeps_the_buttons(name: str) -> None:
    built = CASES[name]()
    assert isinstance(built, Message)
    assert elements(plain_fallback(built)) == elements(built)


@pytest.mark.parametrize(
    ("word", "meant"),
    [("statsu", "status"), ("STATUS", "status"), ("raportti", "report"), ("hlep", "help"), ("xyz", None)],
)
def test_closest_command(word: str, meant: str | None) -> None:
    assert closest(word, COMMANDS) == meant


def test_closest_of_nothing_is_none() -> None:
    assert closest("status", []) is None


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("rovaniemi", [ROVANIEMI]),
        ("ROVANIEMEN koulutuskuntayhtymä", [ROVANIEMI]),
        ("ammattiopisto", [KUUSAMO]),
        ("o", [ROVANIEMI, KUUSAMO]),
        ("Oslo", []),
        ("", []),
        ("  ", []),
    ],
)
def test_partners_that_a_word_may_mean(word: str, found: list[Any]) -> None:
    assert list(matching_partners(word, [ROVANIEMI, KUUSAMO])) == found


def test_exact_name_wins_over_a_longer_one() -> None:
    longer = replace(KUUSAMO, key="rovaniemi2", short_name="Rovaniemi 2", name="Rovaniemi 2")
    assert matching_partners("Rovaniemi", [longer, ROVANIEMI]) == (ROVANIEMI,)
