"""Slack's limits: whatever people write, every message and form stays within them, says it all, and obeys nothing."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from lamppu_bot import richtext
from lamppu_bot.messages import (
    absence,
    answer_form,
    behalf,
    card,
    conversation,
    endings,
    evidence_form,
    extend_form,
    handover,
    handover_form,
    indicators,
    inquiry,
    limits,
    picking,
    postpone_form,
    preview,
    reminder,
    results,
    return_form,
    returned,
    status,
    summary,
)
from lamppu_bot.messages import help as helping
from lamppu_bot.messages.answer_form import AnswerSubmission
from lamppu_bot.messages.card_reading import Reading
from lamppu_bot.messages.chart import unique_labels
from lamppu_bot.messages.ids import AnswerRef, Tool, ToolRef
from lamppu_bot.messages.message import Message, plain_fallback
from lamppu_bot.messages.reminder import ReminderShare
from lamppu_bot.messages.return_form import ReturnSubmission
from lamppu_bot.report.indicators import sums_of
from lamppu_bot.texts import texts_for
from lamppu_bot.workspace.validation import check_message, check_view
from storage.values import (
    AnswerDetails,
    AnswerState,
    AnswerView,
    Carried,
    EarlierAnswer,
    EvidenceKind,
    EvidenceView,
    HandoverState,
    HandoverView,
    IndicatorView,
    InquiryView,
    RoundSnapshot,
    RoundState,
)
from tests.golden import messages_samples as samples
from tests.golden.messages_samples import ROVANIEMI, TODAY

FI = texts_for("fi")
EMOJI = "\N{GRINNING FACE}" * 3_000
HOSTILE = {
    "mentions": "<!channel> <@U1> <#C1> <!here|x> <http://a.b|c>",
    "emoji": EMOJI,
    "ampersands": "&<>" * 2_000,
    "one_long_word": "x" * 12_000,
    "many_lines": "rivi\n" * 3_000,
    "right_to_left": "\u202eשלום עולם\u202c",
    "templates": "{{ 7 * 7 }} {0} {texts} %s </w:t> *_~`",
    "one_letter": "a",
}
NEWER_KINDS = {"data_table", "table", "data_visualization", "rich_text", "markdown"}


def hostile(words: str) -> RoundSnapshot:
    """The half-way round with the same words in every place that a person fills, names as long as they may be."""
    found = samples.snapshot()
    long, short = words[:300], words[:80]
    person = replace(samples.AINO, name=words[:200])
    project = replace(found.project, name=long, short_name=short, coordinators=(person,))
    partners = tuple(
        replace(partner, name=long, short_name=short, contact=person, deputy=person) for partner in found.partners
    )
    asked = tuple(IndicatorView(key, words[:60], words[:20], Decimal(1)) for key in "abc")
    objectives = tuple(
        replace(objective, title=short, text=words, room=20_000, indicators=asked) for objective in found.objectives
    )
    document = richtext.from_plain(words)
    details = AnswerDetails(Carried.CHANGED, words[:300], document, {"a": Decimal(1)})
    said = {"text": words, "document": document, "details": details, "updated_by": person.name}
    answers = {
        key: replace(old, **said, **_asked_of(old, words, person.name)) if old.text else old
        for key, old in found.answers.items()
    }
    earlier = {key: EarlierAnswer(AnswerState.ANSWERED, document, details) for key in answers}
    links = tuple(EvidenceView(n, EvidenceKind.LINK, f"https://example.org/{n}", long) for n in range(1, 21))
    evidence = {answer.id: links for answer in answers.values()}
    found = replace(found, project=project, partners=partners, objectives=objectives, answers=answers)
    return replace(found, earlier=earlier, evidence=evidence)


def _asked_of(answer: AnswerView, words: str, name: str) -> dict[str, str]:
    """What a coordinator wrote beside a returned answer, and whose entry a plain one is."""
    if answer.state is AnswerState.RETURNED:
        return {"note": words[: return_form.NOTE]}
    return {"entered_by": name} if answer.state is AnswerState.ANSWERED else {}


def in_round(snapshot: RoundSnapshot, state: RoundState) -> RoundSnapshot:
    return replace(snapshot, round=replace(snapshot.round, state=state))


def every_message(snapshot: RoundSnapshot, words: str, partner_id: int, objective_id: int) -> Iterator[Message]:
    place = (snapshot, partner_id, objective_id)
    document = richtext.from_plain(words)
    objective = next(found for found in snapshot.objectives if found.id == objective_id)
    for state in RoundState:
        yield card.build_card(in_round(snapshot, state), partner_id, today=TODAY, texts=FI)
        sums = sums_of([in_round(snapshot, state)], snapshot.objectives)
        yield from results.build_summary_parts(in_round(snapshot, state), objective, texts=FI, sums=sums)
        yield from indicators.build_indicator_pages(in_round(snapshot, state), sums, texts=FI)
    yield from handover_messages(snapshot, words, partner_id)
    yield from inquiry_messages(snapshot, words, place)
    yield from absence_messages(snapshot, words, partner_id)
    yield endings.build_thanks(snapshot, partner_id, texts=FI)
    yield conversation.build_conversation_root(*place, conversation_id=5, texts=FI, base=document)
    yield conversation.build_burst_reply(*place, conversation_id=5, collected=document, count=3, texts=FI)
    yield conversation.build_conversation_done(*place, collected=document, texts=FI)
    yield conversation.build_stray_question(9, [words, words], [(snapshot, partner_id)] * 3, texts=FI)
    yield conversation.build_stray_settled([words], place, texts=FI)
    yield conversation.build_deletion_question(*place, question_id=9, written=words, texts=FI)
    yield conversation.build_edit_question(*place, question_id=9, written=words, texts=FI)
    yield conversation.build_change_settled(*place, taken=True, texts=FI)
    yield conversation.build_unknown_person_reply([snapshot.project] * 30, texts=FI)
    yield reminder.build_reminder(1, [ReminderShare(snapshot, partner_id, TODAY)] * 30, today=TODAY, texts=FI)
    yield reminder.build_reminder(2, [ReminderShare(snapshot, partner_id, TODAY)], today=TODAY, texts=FI)
    yield reminder.build_overview(snapshot, today=TODAY, texts=FI)
    yield preview.build_preview(in_round(snapshot, RoundState.PLANNED), texts=FI)
    yield preview.build_postponed(snapshot, texts=FI)
    yield status.build_status([snapshot] * 30, page=0, today=TODAY, texts=FI)
    yield status.build_partner_status(snapshot, partner_id, today=TODAY, texts=FI)
    yield status.build_own_status([(snapshot, partner_id)] * 30, today=TODAY, texts=FI)
    yield status.build_stranger_status([snapshot.project] * 30, texts=FI)
    yield status.build_no_round([snapshot.project] * 30, texts=FI)
    yield helping.build_unknown_word(words, None, texts=FI)
    yield helping.build_unknown_partner(words, words, texts=FI)
    yield helping.build_ambiguous_partner(words, snapshot.partners, texts=FI)
    yield summary.build_summary(snapshot, today=TODAY, texts=FI)
    yield from summary.build_summary_pages(snapshot, texts=FI)
    yield summary.build_report_offer(snapshot, today=TODAY, is_whole=False, texts=FI)
    yield results.build_parked_note("card", words, words, texts=FI)
    note, name = words[: return_form.NOTE], words[:200]
    yield returned.build_return_message(place, by=name, note=note, texts=FI)
    yield returned.build_return_settled(place, "done", texts=FI)
    yield returned.build_came_back(place, asked_by=snapshot.project.coordinators[0], by=name, texts=FI)
    yield returned.build_lapsed(snapshot, list(snapshot.answers.values()) * 30, texts=FI)
    yield behalf.build_entry_message(place, by=name, document=document, draft=document, texts=FI)
    yield behalf.build_entry_settled(place, "confirmed", document=document, by=name, texts=FI)


def handed(snapshot: RoundSnapshot, words: str, partner_id: int, state: HandoverState) -> HandoverView:
    answer_ids = frozenset(answer.id for answer in snapshot.answers_of(partner_id))
    person = replace(samples.MAIJA, name=words[:200])
    return HandoverView(
        5, 70, snapshot.round.id, partner_id, answer_ids, person, person, state, words[:1000], words[:1000]
    )


def handover_messages(snapshot: RoundSnapshot, words: str, partner_id: int) -> Iterator[Message]:
    for state in HandoverState:
        asked = handed(snapshot, words, partner_id, state)
        yield handover.build_request(asked, snapshot, today=TODAY, texts=FI)
        yield handover.build_kept(asked, snapshot, texts=FI)
        if state is not HandoverState.ASKED:
            yield handover.build_outcome(asked, state, snapshot, texts=FI)
    asked = handed(snapshot, words, partner_id, HandoverState.ACCEPTED)
    for person in (samples.AINO, asked.colleague):
        reading = Reading(person, (asked,) * 3)
        yield card.build_card(snapshot, partner_id, today=TODAY, texts=FI, reading=reading)
    yield status.build_partner_status(snapshot, partner_id, today=TODAY, texts=FI, handed=(asked,))


def asked_of(snapshot: RoundSnapshot, words: str, answer_id: int) -> InquiryView:
    person = snapshot.partners[0].contact
    return InquiryView(3, None, answer_id, words[:2_000], 40, person, person)


def inquiry_messages(snapshot: RoundSnapshot, words: str, place: tuple[RoundSnapshot, int, int]) -> Iterator[Message]:
    asked = asked_of(snapshot, words, snapshot.answers[place[1], place[2]].id)
    for is_so in (True, False):
        yield inquiry.build_question(asked, place, is_theirs=is_so, texts=FI)
        yield inquiry.build_confirm(9, place, count=2, is_added=is_so, can_add=True, texts=FI)
        yield inquiry.build_reply(asked.asker, words, deleted=is_so, texts=FI)
    yield inquiry.build_further(asked, texts=FI)
    yield inquiry.build_root(asked, place, writers=(asked.asker,) * 30, count=3, texts=FI)


def all_away(snapshot: RoundSnapshot) -> RoundSnapshot:
    """Every contact is away, and every deputy there."""
    partners = tuple(
        replace(partner, contact=replace(partner.contact, away_until=TODAY)) for partner in snapshot.partners
    )
    return replace(snapshot, partners=partners)


def absence_messages(snapshot: RoundSnapshot, words: str, partner_id: int) -> Iterator[Message]:
    found = all_away(snapshot)
    person = found.partners[0].contact
    for reading in (Reading(person), Reading(samples.PEKKA)):
        yield card.build_card(found, partner_id, today=TODAY, texts=FI, reading=reading)
    yield absence.build_away(TODAY, found.partners * 30, today=TODAY, texts=FI)
    yield absence.build_no_day(words, texts=FI)
    yield reminder.build_overview(found, today=TODAY, texts=FI)
    yield preview.build_preview(replace(found, round=replace(found.round, opens_on=TODAY)), texts=FI)
    yield status.build_status([found] * 30, page=0, today=TODAY, texts=FI)
    yield status.build_partner_status(found, partner_id, today=TODAY, texts=FI)


def every_view(snapshot: RoundSnapshot, words: str, partner_id: int, objective_id: int) -> Iterator[dict[str, Any]]:
    document = richtext.from_plain(words)
    objective = next(found for found in snapshot.objectives if found.id == objective_id)
    mine = AnswerSubmission(AnswerRef(1, 1), AnswerState.DRAFT, document)
    place = (snapshot, partner_id, objective_id)
    yield answer_form.build_answer_form(*place, texts=FI, saved=objective)
    yield evidence_form.build_evidence_form(*place, texts=FI, sent=1)
    yield answer_form.build_conflict_form(snapshot, partner_id, mine, objective_id=objective_id, texts=FI)
    asked = asked_of(snapshot, words, snapshot.answers[partner_id, objective_id].id)
    yield inquiry.build_ask_form(place, typed=words, texts=FI, further_to=asked)
    yield inquiry.build_asked(asked, place, texts=FI)
    yield absence.build_away_form(snapshot.partners[0].contact, today=TODAY, texts=FI)
    yield absence.build_away_done(TODAY, all_away(snapshot).partners * 30, today=TODAY, texts=FI)
    yield handover_form.build_handover_form([(snapshot, partner_id)] * 2, texts=FI)
    for state in (HandoverState.ASKED, HandoverState.ACCEPTED):
        asked = handed(snapshot, words, partner_id, state)
        yield handover_form.build_handover_sent(asked, snapshot, texts=FI)
        yield handover_form.build_decline_form(asked, snapshot, texts=FI)
    yield endings.build_saved_view(snapshot, partner_id, texts=FI, saved=objective)
    yield endings.build_trouble_view(words, texts=FI)
    yield postpone_form.build_postpone_form(snapshot, day=TODAY, texts=FI)
    yield postpone_form.build_postpone_done(snapshot, texts=FI)
    note = words[: return_form.NOTE]
    sent = ReturnSubmission(AnswerRef(1, 1), note, TODAY, accepts=True)
    yield return_form.build_return_form(place, note=words, day=TODAY, texts=FI)
    yield return_form.build_return_conflict(place, sent, texts=FI)
    yield return_form.build_return_done(place, texts=FI)
    yield behalf.build_behalf_form(place, typed=words, texts=FI)
    yield behalf.build_behalf_conflict(place, replace(mine, choice=AnswerState.NOTHING), texts=FI)
    yield behalf.build_behalf_done(place, texts=FI)
    choices = [(objective, snapshot.answers[partner_id, objective_id])] * 30
    yield picking.build_pick_form(ToolRef(Tool.RETURN, 1, partner_id), snapshot, choices, typed=words, texts=FI)


def assert_fits(message: Message) -> None:
    """As Slack would take it, and with a margin where Slack does not say how much it takes."""
    check_message(list(message.blocks), set())
    ids = [block["block_id"] for block in message.blocks]
    assert len(set(ids)) == len(ids)
    assert 0 < limits.width(message.text) <= 4_000
    prose = [block for block in message.blocks if block["type"] not in ("data_table", "data_visualization")]
    assert limits.width("".join(_strings(prose))) <= 10_000


def _strings(value: Any) -> Iterator[str]:
    """Every text that is shown."""
    if isinstance(value, list):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, dict):
        if isinstance(value.get("text"), str):
            yield value["text"]
        for item in value.values():
            yield from _strings(item)


def _marked_up(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _marked_up(item)
    elif isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield value["text"]
        for item in value.values():
            yield from _marked_up(item)


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_every_message_fits_whatever_people_write(words: str) -> None:
    for message in every_message(hostile(words), words, ROVANIEMI.id, 102):
        assert_fits(message)


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_every_plain_fallback_fits_and_has_only_old_kinds_of_block(words: str) -> None:
    for message in every_message(hostile(words), words, ROVANIEMI.id, 102):
        plain = plain_fallback(message)
        assert_fits(plain)
        assert not NEWER_KINDS & {block["type"] for block in plain.blocks}
        assert plain.text == message.text


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_every_form_fits_whatever_people_write(words: str) -> None:
    for view in every_view(hostile(words), words, ROVANIEMI.id, 102):
        check_view(view, "modal", set())


def test_people_s_words_call_nobody() -> None:
    words = HOSTILE["mentions"]
    for message in every_message(hostile(words), words, ROVANIEMI.id, 102):
        for text in (
            message.text,
            *_marked_up(list(message.blocks)),
            *_marked_up(list(plain_fallback(message).blocks)),
        ):
            assert set(re.findall(r"<[^>]*>", text)) <= {"<@U0AINO>", "<@U0MAIJA>"}
    for view in every_view(hostile(words), words, ROVANIEMI.id, 102):
        for text in _marked_up(view):
            assert set(re.findall(r"<[^>]*>", text)) <= {"<@U0AINO>", "<@U0MAIJA>"}


def test_same_input_makes_the_same_message() -> None:
    first, second = ([*every_message(samples.snapshot(), "x", ROVANIEMI.id, 102)] for _ in range(2))
    assert first == second


@pytest.mark.parametrize("count", [1, 19, 20, 21, 99, 100, 101, 250])
def test_card_fits_with_any_number_of_objectives(count: int) -> None:
    message = card.build_card(samples.big(1, count), 1, today=TODAY, texts=FI)
    assert_fits(message)
    assert (count <= 20) == any("accessory" in block for block in message.blocks)


@pytest.mark.parametrize("count", [101, 250])
def test_card_s_menu_offers_every_objective_in_groups(count: int) -> None:
    message = card.build_card(samples.big(1, count), 1, today=TODAY, texts=FI)
    menus = [element for block in message.blocks if block["type"] == "actions" for element in block["elements"]]
    offered = [option for menu in menus for group in menu.get("option_groups", ()) for option in group["options"]]
    assert len(offered) == 2 * count  # to open, and to answer by writing


@pytest.mark.parametrize("length", [59, 60, 61, 75, 300])
def test_card_s_titles_fit_at_any_length(length: int) -> None:
    for count in (5, 30):
        assert_fits(card.build_card(samples.big(1, count, title="T" * length), 1, today=TODAY, texts=FI))


@pytest.mark.parametrize("length", [2_999, 3_000, 3_001, 9_000, 30_000])
def test_form_shows_all_of_an_objective_s_text(length: int) -> None:
    words = ("sana " * length)[:length]
    found = samples.snapshot()
    long_text = tuple(replace(objective, text=words) for objective in found.objectives)
    view = answer_form.build_answer_form(replace(found, objectives=long_text), ROVANIEMI.id, 105, texts=FI)
    check_view(view, "modal", set())
    shown = "".join(b["text"]["text"] for b in view["blocks"] if b["type"] == "section")
    assert shown == words


@pytest.mark.parametrize("length", [1, 3_999, 4_000, 4_001, 20_000, 60_000])
def test_results_cut_nothing(length: int) -> None:
    words = " ".join(f"s{n}" for n in range(length))[:length].strip()
    found = samples.big(3, 1, text=words)
    messages = results.build_summary_parts(found, found.objectives[0], texts=FI)
    for message in messages:
        assert_fits(message)
    rich = [block for message in messages for block in message.blocks if block["type"] == "rich_text"]
    shown = "".join(richtext.plain(block["elements"]) for block in rich)
    assert re.sub(r"\s", "", shown) == re.sub(r"\s", "", words) * 3


def test_results_say_where_they_go_on() -> None:
    found = samples.big(1, 1, text="sana " * 4_000)
    first, second, *_ = results.build_summary_parts(found, found.objectives[0], texts=FI)
    assert first.text.startswith("Tavoite 1: Tavoite\n*Osahanke 1*\n")
    assert second.text.startswith("Tavoite 1: Tavoite (jatkuu)\n*Osahanke 1* (jatkuu)\n")


def test_results_of_a_thousand_partners_name_each_once() -> None:
    found = samples.big(1_000, 1, text="Tehty.")
    messages = results.build_summary_parts(found, found.objectives[0], texts=FI)
    for message in messages:
        assert_fits(message)
    assert sum(message.text.count("*Osahanke ") for message in messages) == 1_000


def test_results_keep_drafts_to_their_writers_until_the_round_is_due() -> None:
    found = samples.snapshot()
    objective = found.objectives[1]
    draft = found.answers[ROVANIEMI.id, objective.id].text
    open_, due = (
        results.build_summary_parts(in_round(found, s), objective, texts=FI)[0]
        for s in (RoundState.OPEN, RoundState.DUE)
    )
    assert draft not in open_.text
    assert draft not in str(open_.blocks)
    assert draft in due.text
    assert "vahvistamaton luonnos" in due.text


@pytest.mark.parametrize("partners", [1, 98, 99, 100, 1_000])
def test_status_pages_show_every_partner_once(partners: int) -> None:
    found = samples.big(partners, 5)
    names: list[str] = []
    page = 0
    while True:
        message = status.build_status([found], page=page, today=TODAY, texts=FI)
        assert_fits(message)
        assert_fits(plain_fallback(message))
        names += _first_cells(message)
        if not any(block["type"] == "actions" for block in message.blocks):
            break
        page += 1
    assert names == [partner.short_name for partner in found.partners]
    assert page == (partners - 1) // 99


@pytest.mark.parametrize(
    ("partners", "to_choose_from"), [(100, 100), (101, 101), (1_000, 1_000), (1_001, 0), (10_000, 0)]
)
def test_form_for_longer_time_lets_choose_among_as_many_partners_as_a_form_holds(
    partners: int, to_choose_from: int
) -> None:
    view = extend_form.build_extend_form(samples.big(partners, 1), None, day=TODAY, texts=FI)
    check_view(view, "modal", set())
    assert len(json.dumps(view)) < 250_000
    elements = [block["element"] for block in view["blocks"] if block["type"] == "input"]
    groups = [group for element in elements for group in element.get("option_groups") or [element]]
    assert sum(len(group.get("options") or ()) for group in groups) == to_choose_from


def test_status_page_beyond_the_last_shows_the_last() -> None:
    found = [samples.big(150, 5)]
    last, beyond = (status.build_status(found, page=page, today=TODAY, texts=FI) for page in (1, 7))
    assert last == beyond


def test_status_of_two_projects_stands_on_one_page() -> None:
    message = status.build_status([samples.snapshot(), samples.big(3, 2)], page=0, today=TODAY, texts=FI)
    assert [len(block["rows"]) for block in message.blocks if block["type"] == "data_table"] == [3, 4]


def test_status_of_a_round_without_partners_still_says_so() -> None:
    assert "0/0" in status.build_status([samples.big(0, 2)], page=0, today=TODAY, texts=FI).text


@pytest.mark.parametrize(
    ("partners", "objectives"), [(1, 1), (20, 5), (21, 5), (99, 5), (100, 5), (1_000, 5), (30, 20), (30, 45)]
)
def test_summary_tables_show_every_partner_and_objective(partners: int, objectives: int) -> None:
    found = samples.big(partners, objectives)
    message = summary.build_summary(found, today=TODAY, texts=FI)
    pages = (message, *summary.build_summary_pages(found, texts=FI))
    for page in pages:
        assert_fits(page)
        assert_fits(plain_fallback(page))
    tables = [block for page in pages for block in page.blocks if block["type"] == "data_table"]
    cells = {
        (row[0]["text"], head["text"]) for table in tables for row in table["rows"][1:] for head in table["rows"][0][1:]
    }
    assert len(cells) == partners * objectives
    assert all(len(table["rows"]) <= 100 and len(table["rows"][0]) <= 20 for table in tables)


@pytest.mark.parametrize(("partners", "objectives", "bars"), [(20, 3, 20), (21, 3, 3), (21, 20, 20), (21, 21, 3)])
def test_chart_shows_what_fits_under_twenty_labels(partners: int, objectives: int, bars: int) -> None:
    message = summary.build_summary(samples.big(partners, objectives), today=TODAY, texts=FI)
    (chart,) = [block["chart"] for block in message.blocks if block["type"] == "data_visualization"]
    assert len(chart["axis_config"]["categories"]) == bars


def test_chart_s_labels_differ_even_when_names_begin_alike() -> None:
    labels = unique_labels(["Pohjoisen koulutuskuntayhtymä A", "Pohjoisen koulutuskuntayhtymä B", " ", ""])
    assert len(set(labels)) == 4
    assert all(0 < limits.width(label) <= 20 for label in labels)


@pytest.mark.parametrize("size", [0, 1, 39, 40, 41, 100])
def test_split_loses_nothing_and_keeps_to_the_limit(size: int) -> None:
    for text in ("a" * size, ("ab " * size)[:size], ("a\n" * size)[:size], EMOJI[:size]):
        pieces = list(limits.split(text, 40))
        assert "".join(pieces) == text
        assert all(0 < limits.width(piece) <= 40 for piece in pieces)


@pytest.mark.parametrize(
    ("text", "clipped"), [("abcd", "abcd"), ("abcde", "abcde"), ("abcdef", "abcd…"), (EMOJI[:3], "😀😀…")]
)
def test_clip_ends_with_an_ellipsis(text: str, clipped: str) -> None:
    assert limits.clip(text, 5) == clipped


@pytest.mark.parametrize("room", [1, 0, -20])
def test_clip_to_no_room_comes_to_an_end(room: int) -> None:
    assert limits.clip("teksti", room) == limits.ELLIPSIS


def test_long_text_of_a_message_ends_with_an_ellipsis() -> None:
    message = status.build_status([samples.big(99, 5)], page=0, today=TODAY, texts=FI)
    assert message.text.endswith("\n…")


def _first_cells(message: Message) -> list[str]:
    return [row[0]["text"] for block in message.blocks if block["type"] == "data_table" for row in block["rows"][1:]]
