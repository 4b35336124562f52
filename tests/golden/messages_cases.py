"""Every message and form of the bot, made of the LAMPPU samples; each is kept as a golden file."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from lamppu_bot import richtext
from lamppu_bot.messages import (
    absence,
    answer_form,
    card,
    contact_form,
    conversation,
    endings,
    evidence_form,
    extend_form,
    handover,
    handover_form,
    indicators,
    inquiry,
    notices,
    opening,
    postpone_form,
    preview,
    remind_form,
    reminder,
    results,
    skip_forms,
    status,
    summary,
    tools,
)
from lamppu_bot.messages import help as helping
from lamppu_bot.messages.answer_form import AnswerSubmission
from lamppu_bot.messages.card_reading import Reading
from lamppu_bot.messages.files import FilesAtHand, build_evidence_comment, build_evidence_note, build_files_comment
from lamppu_bot.messages.ids import AnswerRef, Tool, ToolRef
from lamppu_bot.messages.message import Message, plain_fallback
from lamppu_bot.messages.reminder import OwnWords, ReminderShare
from lamppu_bot.messages.words import TOOL_WORDS
from lamppu_bot.report.indicators import sums_of
from lamppu_bot.texts import Texts, texts_for
from storage.values import AnswerState, HandoverState, HandoverView, InquiryView, RoundSnapshot, RoundState
from tests.golden import messages_samples as samples
from tests.golden import returning_cases
from tests.golden.messages_samples import KUUSAMO, OBJECTIVES, ROVANIEMI, TODAY, WRITTEN_AT

FI = texts_for("fi")
HALF_WAY = samples.snapshot()
ALL_DONE = samples.with_states(AnswerState.ANSWERED)
DUE = samples.snapshot(round=samples.in_state(RoundState.DUE))
CLOSED = samples.snapshot(round=samples.in_state(RoundState.CLOSED))
REMINDING = remind_form.RemindSubmission(
    ToolRef(Tool.REMIND, 7), "Kootaan raportti perjantaina.", with_deputies=False, seen=3
)
UNTOUCHED = samples.with_states(AnswerState.MISSING)
PLANNED = replace(samples.with_states(AnswerState.MISSING), round=samples.in_state(RoundState.PLANNED))
PEKKAS = samples.snapshot(partners=(ROVANIEMI, replace(KUUSAMO, contact=samples.PEKKA)))
SKIPPED = replace(HALF_WAY, skipped={KUUSAMO.id: "Yhteyshenkilö on äitiyslomalla, ja sijainen aloittaa syksyllä."})
SKIPPED_HALF_WAY = replace(HALF_WAY, skipped={ROVANIEMI.id: "Organisaatio yhdistyy kesällä."})
EXTENDED = replace(CLOSED, due_on={ROVANIEMI.id: date(2012, 7, 6)}, open_until={ROVANIEMI.id: date(2012, 7, 6)})
EXTENDING = replace(EXTENDED, round=DUE.round)
WRITTEN = richtext.from_plain(samples.TEXT)
SECOND = samples.second_semester()
SUMS = sums_of([samples.first_semester(), SECOND], SECOND.objectives)
MINE = AnswerSubmission(AnswerRef(1001, 1), AnswerState.ANSWERED, richtext.from_plain("Oma tekstini."))

INQUIRY = InquiryView(3, None, 1002, "Montako mittaria teillä nyt on?", 40, samples.LIISA, samples.AINO)
UNTIL = date(2012, 6, 14)
WHO = (samples.AINO, samples.MAIJA)
ASKED = HandoverView(
    5, 70, 7, ROVANIEMI.id, frozenset({1003, 1005}), *WHO, HandoverState.ASKED, "Tiedot ovat laatukansiossa."
)
ACCEPTED = HandoverView(6, 70, 7, ROVANIEMI.id, frozenset({1002}), *WHO, HandoverState.ACCEPTED)

Built = Message | dict[str, Any]


def away(snapshot: RoundSnapshot) -> RoundSnapshot:
    """Rovaniemi's contact is away and has a deputy, Kuusamo's has none."""
    first, second = snapshot.partners
    return replace(
        snapshot,
        partners=(
            replace(first, contact=samples.AWAY),
            replace(second, contact=replace(second.contact, away_until=UNTIL)),
        ),
    )


def _in_state(state: HandoverState) -> HandoverView:
    return replace(ASKED, state=state, reason="Olen lomalla." if state is HandoverState.DECLINED else "")


def _request(state: HandoverState) -> Built:
    return handover.build_request(_in_state(state), HALF_WAY, today=TODAY, texts=FI)


def _kept(state: HandoverState) -> Built:
    return handover.build_kept(_in_state(state), HALF_WAY, texts=FI)


def _outcome(state: HandoverState) -> Built:
    return handover.build_outcome(_in_state(state), state, HALF_WAY, texts=FI)


def _spoken(build: Callable[[Texts], Built]) -> Callable[[], Built]:
    """The case in the language of the moment."""
    return lambda: build(FI)


CASES: dict[str, Callable[[], Built]] = {
    **{name: _spoken(build) for name, build in returning_cases.CASES.items()},
    "card_untouched": lambda: card.build_card(UNTOUCHED, ROVANIEMI.id, today=TODAY, texts=FI),
    "card": lambda: card.build_card(HALF_WAY, ROVANIEMI.id, today=TODAY, texts=FI),
    "card_last_day": lambda: card.build_card(HALF_WAY, ROVANIEMI.id, today=date(2012, 5, 31), texts=FI),
    "card_after_due": lambda: card.build_card(DUE, ROVANIEMI.id, today=date(2012, 6, 1), texts=FI),
    "card_all_answered": lambda: card.build_card(ALL_DONE, ROVANIEMI.id, today=TODAY, texts=FI),
    "card_closed": lambda: card.build_card(
        replace(ALL_DONE, round=CLOSED.round), ROVANIEMI.id, today=date(2012, 7, 2), texts=FI
    ),
    "card_returned_after_closing": lambda: card.build_card(CLOSED, ROVANIEMI.id, today=date(2012, 7, 2), texts=FI),
    "card_archived": lambda: card.build_card(replace(HALF_WAY, is_archived=True), ROVANIEMI.id, today=TODAY, texts=FI),
    "card_handing_over": lambda: card.build_card(
        HALF_WAY, ROVANIEMI.id, today=TODAY, texts=FI, reading=Reading(samples.AINO, (ASKED, ACCEPTED))
    ),
    "card_colleague": lambda: card.build_card(
        HALF_WAY.only(ACCEPTED.answer_ids),
        ROVANIEMI.id,
        today=TODAY,
        texts=FI,
        reading=Reading(samples.MAIJA, (ASKED, ACCEPTED)),
    ),
    "card_away": lambda: card.build_card(
        away(HALF_WAY), ROVANIEMI.id, today=TODAY, texts=FI, reading=Reading(samples.AWAY)
    ),
    "card_stand_in": lambda: card.build_card(
        away(HALF_WAY), ROVANIEMI.id, today=TODAY, texts=FI, reading=Reading(samples.PEKKA)
    ),
    "away_form": lambda: absence.build_away_form(samples.AINO, today=TODAY, texts=FI),
    "away_done": lambda: absence.build_away_done(UNTIL, away(HALF_WAY).partners, today=TODAY, texts=FI),
    "away_done_deputy": lambda: absence.build_away_done(UNTIL, (), today=TODAY, texts=FI),
    "away": lambda: absence.build_away(UNTIL, away(HALF_WAY).partners, today=TODAY, texts=FI),
    "away_no_day": lambda: absence.build_no_day("huomenna", texts=FI),
    "back": lambda: absence.build_back(texts=FI),
    "back_view": lambda: absence.build_back_view(texts=FI),
    "reminder_stand_in": lambda: reminder.build_reminder(
        samples.PEKKA.id, [ReminderShare(away(HALF_WAY), ROVANIEMI.id)], today=TODAY, texts=FI
    ),
    "overview_away": lambda: reminder.build_overview(away(HALF_WAY), today=TODAY, texts=FI),
    "preview_away": lambda: preview.build_preview(away(PLANNED), texts=FI),
    "status_away": lambda: status.build_status([away(HALF_WAY)], page=0, today=TODAY, texts=FI),
    "status_partner_away": lambda: status.build_partner_status(away(HALF_WAY), ROVANIEMI.id, today=TODAY, texts=FI),
    "ask_form": lambda: inquiry.build_ask_form((HALF_WAY, ROVANIEMI.id, 101), typed="Montako?", texts=FI),
    "ask_form_further": lambda: inquiry.build_ask_form(
        (HALF_WAY, ROVANIEMI.id, 102), typed="", texts=FI, further_to=INQUIRY
    ),
    "asked": lambda: inquiry.build_asked(INQUIRY, (HALF_WAY, ROVANIEMI.id, 102), texts=FI),
    "inquiry": lambda: inquiry.build_question(INQUIRY, (HALF_WAY, ROVANIEMI.id, 102), is_theirs=True, texts=FI),
    "inquiry_not_theirs": lambda: inquiry.build_question(
        INQUIRY, (HALF_WAY, ROVANIEMI.id, 102), is_theirs=False, texts=FI
    ),
    "inquiry_further": lambda: inquiry.build_further(INQUIRY, texts=FI),
    "inquiry_root": lambda: inquiry.build_root(INQUIRY, (HALF_WAY, ROVANIEMI.id, 102), writers=(), count=0, texts=FI),
    "inquiry_root_replied": lambda: inquiry.build_root(
        INQUIRY, (HALF_WAY, ROVANIEMI.id, 102), writers=(samples.AINO, samples.PEKKA), count=3, texts=FI
    ),
    "inquiry_reply": lambda: inquiry.build_reply(samples.AINO, "Mittareita on viisi.", deleted=False, texts=FI),
    "inquiry_reply_deleted": lambda: inquiry.build_reply(samples.AINO, "Hups", deleted=True, texts=FI),
    "inquiry_confirm": lambda: inquiry.build_confirm(
        9, (HALF_WAY, ROVANIEMI.id, 102), count=2, is_added=False, can_add=True, texts=FI
    ),
    "inquiry_confirm_added": lambda: inquiry.build_confirm(
        9, (HALF_WAY, ROVANIEMI.id, 102), count=1, is_added=True, can_add=True, texts=FI
    ),
    "inquiry_all_deleted": lambda: inquiry.build_nothing_left(texts=FI),
    "handover_form": lambda: handover_form.build_handover_form([(HALF_WAY, ROVANIEMI.id)], texts=FI),
    "handover_sent": lambda: handover_form.build_handover_sent(ASKED, HALF_WAY, texts=FI),
    "handover_decline_form": lambda: handover_form.build_decline_form(ASKED, HALF_WAY, texts=FI),
    "handover_give_back_form": lambda: handover_form.build_decline_form(ACCEPTED, HALF_WAY, texts=FI),
    "handover_nothing": lambda: handover.build_nothing_to_hand_over(texts=FI),
    "handover_closed": lambda: handover.build_request(
        ASKED, replace(ALL_DONE, round=CLOSED.round), today=TODAY, texts=FI
    ),
    **{f"handover_request_{state}": partial(_request, state) for state in HandoverState},
    **{f"handover_kept_{state}": partial(_kept, state) for state in HandoverState},
    **{
        f"handover_outcome_{state}": partial(_outcome, state)
        for state in HandoverState
        if state is not HandoverState.ASKED
    },
    "released": lambda: card.build_released(HALF_WAY, ROVANIEMI.id, texts=FI),
    "released_archived": lambda: card.build_released(replace(HALF_WAY, is_archived=True), ROVANIEMI.id, texts=FI),
    "card_many_objectives": lambda: card.build_card(samples.big(1, 21), 1, today=TODAY, texts=FI),
    "form": lambda: answer_form.build_answer_form(HALF_WAY, ROVANIEMI.id, 105, texts=FI),
    "form_returned": lambda: answer_form.build_answer_form(
        samples.with_earlier(HALF_WAY, 103, WRITTEN),
        ROVANIEMI.id,
        103,
        texts=FI,
        saved=OBJECTIVES[1],
    ),
    "form_second_semester": lambda: answer_form.build_answer_form(SECOND, ROVANIEMI.id, 104, texts=FI),
    "form_conflict": lambda: answer_form.build_conflict_form(HALF_WAY, ROVANIEMI.id, MINE, objective_id=101, texts=FI),
    "form_conflict_details": lambda: answer_form.build_conflict_form(
        SECOND, ROVANIEMI.id, MINE, objective_id=104, texts=FI
    ),
    "form_evidence_empty": lambda: evidence_form.build_evidence_form(HALF_WAY, ROVANIEMI.id, 101, texts=FI),
    "form_evidence": lambda: evidence_form.build_evidence_form(
        replace(HALF_WAY, evidence={1001: samples.EVIDENCE}), ROVANIEMI.id, 101, texts=FI, sent=1
    ),
    "saved_unchanged_and_long": lambda: endings.build_saved_view(
        samples.with_earlier(ALL_DONE, 102, ALL_DONE.answers[ROVANIEMI.id, 102].document),
        ROVANIEMI.id,
        texts=FI,
        saved=replace(OBJECTIVES[1], room=10),
    ),
    "saved": lambda: endings.build_saved_view(HALF_WAY, ROVANIEMI.id, texts=FI, saved=OBJECTIVES[1]),
    "saved_all": lambda: endings.build_saved_view(ALL_DONE, ROVANIEMI.id, texts=FI),
    "trouble": lambda: endings.build_trouble_view(FI("refused.not_yours"), texts=FI),
    "thanks": lambda: endings.build_thanks(ALL_DONE, ROVANIEMI.id, texts=FI),
    "talk": lambda: conversation.build_conversation_root(
        HALF_WAY, ROVANIEMI.id, 102, conversation_id=5, texts=FI, base=HALF_WAY.answers[ROVANIEMI.id, 102].document
    ),
    "talk_second_semester": lambda: conversation.build_conversation_root(
        SECOND, ROVANIEMI.id, 104, conversation_id=5, texts=FI
    ),
    "talk_done_unchanged": lambda: conversation.build_conversation_done(
        SECOND, ROVANIEMI.id, 101, collected=WRITTEN, texts=FI
    ),
    "talk_over": lambda: conversation.build_conversation_root(
        HALF_WAY, ROVANIEMI.id, 101, conversation_id=5, texts=FI, is_over=True
    ),
    "burst": lambda: conversation.build_burst_reply(
        HALF_WAY, ROVANIEMI.id, 101, conversation_id=5, collected=WRITTEN, count=3, texts=FI
    ),
    "talk_closed": lambda: conversation.build_conversation_root(CLOSED, ROVANIEMI.id, 105, conversation_id=5, texts=FI),
    "burst_closed": lambda: conversation.build_burst_reply(
        CLOSED, ROVANIEMI.id, 105, conversation_id=5, collected=WRITTEN, count=3, texts=FI
    ),
    "burst_superseded": lambda: conversation.build_superseded_reply(texts=FI),
    "talk_over_elsewhere": lambda: conversation.build_conversation_over(texts=FI),
    "talk_done": lambda: conversation.build_conversation_done(HALF_WAY, ROVANIEMI.id, 101, collected=WRITTEN, texts=FI),
    "talk_done_all": lambda: conversation.build_conversation_done(
        ALL_DONE, ROVANIEMI.id, 101, collected=WRITTEN, texts=FI
    ),
    "stray": lambda: conversation.build_stray_question(
        9, ["Kiitos, huomenna!", "Kävimme KAO:ssa."], [(HALF_WAY, ROVANIEMI.id), (HALF_WAY, KUUSAMO.id)], texts=FI
    ),
    "stray_nothing_open": lambda: conversation.build_stray_question(
        9, ["Kiitos!"], [(replace(ALL_DONE, round=CLOSED.round), ROVANIEMI.id)], texts=FI
    ),
    "stray_settled": lambda: conversation.build_stray_settled(
        ["Kävimme KAO:ssa."], (HALF_WAY, ROVANIEMI.id, 101), texts=FI
    ),
    "stray_settled_none": lambda: conversation.build_stray_settled(["Kiitos, huomenna!"], None, texts=FI),
    "deletion": lambda: conversation.build_deletion_question(
        HALF_WAY, ROVANIEMI.id, 101, question_id=9, written="Kävimme KAO:ssa.", texts=FI
    ),
    "edit": lambda: conversation.build_edit_question(
        HALF_WAY, ROVANIEMI.id, 101, question_id=9, written="Kävimme KAO:ssa ja Kuusamossa.", texts=FI
    ),
    "change_taken": lambda: conversation.build_change_settled(HALF_WAY, ROVANIEMI.id, 101, taken=True, texts=FI),
    "change_left": lambda: conversation.build_change_settled(HALF_WAY, ROVANIEMI.id, 101, taken=False, texts=FI),
    "unknown_person": lambda: conversation.build_unknown_person_reply([samples.PROJECT], texts=FI),
    "reminder": lambda: reminder.build_reminder(
        samples.AINO.id, [ReminderShare(HALF_WAY, ROVANIEMI.id, date(2012, 5, 28))], today=TODAY, texts=FI
    ),
    "reminder_deputy": lambda: reminder.build_reminder(
        samples.PEKKA.id,
        [ReminderShare(PEKKAS, ROVANIEMI.id), ReminderShare(PEKKAS, KUUSAMO.id)],
        today=date(2012, 5, 30),
        texts=FI,
    ),
    "reminder_colleague": lambda: reminder.build_reminder(
        samples.MAIJA.id,
        [ReminderShare(HALF_WAY.only(ACCEPTED.answer_ids), ROVANIEMI.id, asked_by=samples.AINO)],
        today=TODAY,
        texts=FI,
    ),
    "reminder_over": lambda: reminder.build_reminder_over(5, texts=FI),
    "overview": lambda: reminder.build_overview(HALF_WAY, today=date(2012, 6, 1), texts=FI),
    "overview_closed": lambda: reminder.build_overview(CLOSED, today=date(2012, 6, 15), texts=FI),
    "completed": lambda: reminder.build_completed(DUE, texts=FI),
    "preview": lambda: preview.build_preview(PLANNED, texts=FI),
    "postponed": lambda: preview.build_postponed(PLANNED, texts=FI),
    "postpone_done": lambda: postpone_form.build_postpone_done(PLANNED, texts=FI),
    "postpone_form": lambda: postpone_form.build_postpone_form(PLANNED, day=date(2012, 5, 14), texts=FI),
    "open_form": lambda: opening.build_open_form(PLANNED, texts=FI),
    "close_form": lambda: opening.build_close_form(EXTENDING, texts=FI),
    "close_form_complete": lambda: opening.build_close_form(ALL_DONE, texts=FI),
    "closed": lambda: opening.build_closed(texts=FI),
    "opened": lambda: opening.build_opened(HALF_WAY, texts=FI),
    "preview_opened": lambda: opening.build_opened_preview(HALF_WAY, texts=FI),
    "extend_form": lambda: extend_form.build_extend_form(HALF_WAY, None, day=date(2012, 6, 8), texts=FI),
    "extend_form_closed": lambda: extend_form.build_extend_form(CLOSED, None, day=date(2012, 7, 6), texts=FI),
    "extend_form_partner": lambda: extend_form.build_extend_form(HALF_WAY, KUUSAMO.id, day=date(2012, 6, 15), texts=FI),
    "extended": lambda: extend_form.build_extended(
        [ROVANIEMI, KUUSAMO], chosen=date(2012, 6, 10), day=date(2012, 6, 8), texts=FI
    ),
    "extended_all": lambda: extend_form.build_extended([], chosen=date(2012, 6, 8), day=date(2012, 6, 8), texts=FI),
    "notice_extended_over": lambda: notices.build_extended_over(5, texts=FI),
    "notice_extended": lambda: notices.build_extended_notice(
        [(HALF_WAY, ROVANIEMI.id), (HALF_WAY, KUUSAMO.id)], texts=FI
    ),
    "contact_form": lambda: contact_form.build_contact_form(HALF_WAY, ROVANIEMI, typed="", texts=FI),
    "contact_form_moved": lambda: contact_form.build_contact_conflict(
        HALF_WAY,
        ROVANIEMI,
        {**contact_form.known_people(KUUSAMO), ("deputy", "name"): "Uuno Uusi"},
        texts=FI,
    ),
    "contact_done": lambda: contact_form.build_contact_done(ROVANIEMI, texts=FI),
    "contact_done_no_deputy": lambda: contact_form.build_contact_done(KUUSAMO, texts=FI),
    "remind_form": lambda: remind_form.build_remind_form(PEKKAS, PEKKAS.partners, REMINDING, today=TODAY, texts=FI),
    "remind_form_partner": lambda: remind_form.build_remind_form(
        HALF_WAY,
        [KUUSAMO],
        replace(REMINDING, ref=ToolRef(Tool.REMIND, 7, KUUSAMO.id), words=""),
        today=TODAY,
        texts=FI,
    ),
    "remind_form_met": lambda: remind_form.build_remind_form(
        PEKKAS,
        PEKKAS.partners,
        replace(REMINDING, with_deputies=True),
        today=TODAY,
        texts=FI,
        news=[
            remind_form.build_reminded_since(
                PEKKAS, PEKKAS.partners, person="Kaija Kallio", at=samples.WRITTEN_AT, texts=FI
            )
        ],
    ),
    "reminded": lambda: remind_form.build_reminded([ROVANIEMI, KUUSAMO], today=TODAY, texts=FI),
    "reminder_own_words": lambda: reminder.build_reminder(
        samples.AINO.id,
        [ReminderShare(HALF_WAY, ROVANIEMI.id)],
        today=TODAY,
        texts=FI,
        own=OwnWords("Liisa Lahti", "Kootaan raportti perjantaina.\nKiitos jo saaduista!"),
    ),
    "skip_form": lambda: skip_forms.build_skip_form(HALF_WAY, ROVANIEMI.id, typed="Äitiysloma", texts=FI),
    "skip_done": lambda: skip_forms.build_skip_done(SKIPPED, KUUSAMO.id, texts=FI),
    "take_back_form": lambda: skip_forms.build_take_back_form(SKIPPED, KUUSAMO.id, texts=FI),
    "take_back_done": lambda: skip_forms.build_skip_done(HALF_WAY, KUUSAMO.id, texts=FI),
    "notice_skipped": lambda: notices.build_skip_notice(SKIPPED, KUUSAMO.id, today=TODAY, texts=FI),
    "notice_taken_back": lambda: notices.build_skip_notice(HALF_WAY, KUUSAMO.id, today=TODAY, texts=FI),
    "card_skipped": lambda: card.build_card(SKIPPED_HALF_WAY, ROVANIEMI.id, today=TODAY, texts=FI),
    "card_extended_after_closing": lambda: card.build_card(EXTENDED, ROVANIEMI.id, today=date(2012, 7, 2), texts=FI),
    "released_skipped": lambda: card.build_released(SKIPPED, KUUSAMO.id, texts=FI),
    "status_skipped": lambda: status.build_status([SKIPPED], page=0, today=TODAY, texts=FI),
    "status_partner_skipped": lambda: status.build_partner_status(
        SKIPPED_HALF_WAY, ROVANIEMI.id, today=TODAY, texts=FI
    ),
    "summary_skipped": lambda: summary.build_summary(
        replace(SKIPPED, round=DUE.round), today=date(2012, 6, 1), texts=FI
    ),
    "summary_extended": lambda: summary.build_summary(EXTENDED, today=date(2012, 7, 2), texts=FI),
    "preview_skipped": lambda: preview.build_preview(replace(PLANNED, skipped=SKIPPED.skipped), texts=FI),
    "all_tools": lambda: tools.build_all_tools(HALF_WAY, ROVANIEMI.id, texts=FI),
    "which_project": lambda: tools.build_which_project("skip", [samples.PROJECT, _autumn().project], texts=FI),
    "which_partner": lambda: tools.build_which_partner("skip", HALF_WAY, texts=FI),
    "tool_no_day": lambda: tools.build_no_day(
        "extend", ToolRef(Tool.EXTEND, 7, ROVANIEMI.id), "31.2.", [HALF_WAY], texts=FI
    ),
    "tool_no_day_nor_partner": lambda: tools.build_no_day(
        "extend", ToolRef(Tool.EXTEND, 7), "huomenna", [HALF_WAY], texts=FI
    ),
    "postpone_no_day": lambda: tools.build_no_day(
        "postpone", ToolRef(Tool.POSTPONE, 7), "huomenna", [PLANNED], texts=FI
    ),
    "tool_whole_round": lambda: tools.build_whole_round("close", texts=FI),
    "no_tool_round": lambda: tools.build_no_tool_round(Tool.REMIND, [samples.PROJECT], texts=FI),
    "no_tool_round_planned": lambda: tools.build_no_tool_round(Tool.OPEN_ROUND, [samples.PROJECT], texts=FI),
    "status": lambda: status.build_status([HALF_WAY, _autumn()], page=0, today=TODAY, texts=FI),
    "status_second_page": lambda: status.build_status([samples.big(120, 3)], page=1, today=date(2012, 6, 1), texts=FI),
    "status_partner": lambda: status.build_partner_status(HALF_WAY, ROVANIEMI.id, today=TODAY, texts=FI),
    "status_partner_own": lambda: status.build_partner_status(
        HALF_WAY, ROVANIEMI.id, today=TODAY, texts=FI, coordinates=False
    ),
    "status_partner_handed": lambda: status.build_partner_status(
        HALF_WAY, ROVANIEMI.id, today=TODAY, texts=FI, handed=(ASKED, ACCEPTED)
    ),
    "status_own": lambda: status.build_own_status(
        [(HALF_WAY, ROVANIEMI.id), (ALL_DONE, KUUSAMO.id)], today=TODAY, texts=FI
    ),
    "status_stranger": lambda: status.build_stranger_status([samples.PROJECT], texts=FI),
    "no_round": lambda: status.build_no_round([samples.PROJECT], texts=FI),
    "help": lambda: helping.build_help(coordinates=False, texts=FI),
    "help_coordinator": lambda: helping.build_help(coordinates=True, tool_words=tuple(TOOL_WORDS), texts=FI),
    "unknown_word": lambda: helping.build_unknown_word("statsu", "status", texts=FI),
    "unknown_word_far": lambda: helping.build_unknown_word("<!channel>", None, texts=FI),
    "unknown_partner": lambda: helping.build_unknown_partner("Rovanieni", "Rovaniemi", texts=FI),
    "unknown_partner_far": lambda: helping.build_unknown_partner("Oslo", None, texts=FI),
    "ambiguous_partner": lambda: helping.build_ambiguous_partner("opisto", [ROVANIEMI, KUUSAMO], texts=FI),
    "summary": lambda: summary.build_summary(DUE, today=date(2012, 6, 1), texts=FI),
    "summary_before_due": lambda: summary.build_summary(HALF_WAY, today=TODAY, texts=FI),
    "summary_all_answered": lambda: summary.build_summary(ALL_DONE, today=TODAY, texts=FI),
    "summary_closed": lambda: summary.build_summary(CLOSED, today=date(2012, 7, 2), texts=FI),
    "summary_many_partners": lambda: summary.build_summary(samples.big(120, 5), today=TODAY, texts=FI),
    "report_posted": lambda: summary.build_report_posted(HALF_WAY, texts=FI),
    "report_offer": lambda: summary.build_report_offer(HALF_WAY, today=TODAY, is_whole=True, texts=FI),
    "results": lambda: results.build_summary_parts(DUE, OBJECTIVES[0], texts=FI)[0],
    "results_draft": lambda: results.build_summary_parts(DUE, OBJECTIVES[1], texts=FI)[0],
    "results_returned": lambda: results.build_summary_parts(DUE, OBJECTIVES[2], texts=FI)[0],
    "results_silent": lambda: results.build_summary_parts(DUE, OBJECTIVES[4], texts=FI)[0],
    **{
        f"evidence_{obstacle}": lambda obstacle=obstacle: build_evidence_note(
            obstacle, samples.EVIDENCE[1], DUE.partners[0], DUE.objectives[0], most=50, texts=FI
        )
        for obstacle in ("gone", "too_large", "elsewhere")
    },
    "results_second_semester": lambda: results.build_summary_parts(SECOND, SECOND.objectives[3], texts=FI, sums=SUMS)[
        0
    ],
    "results_indicators": lambda: indicators.build_indicator_pages(SECOND, SUMS, texts=FI)[0],
    "results_indicators_plain": lambda: plain_fallback(indicators.build_indicator_pages(SECOND, SUMS, texts=FI)[0]),
    "results_unchanged": lambda: results.build_summary_parts(SECOND, SECOND.objectives[0], texts=FI)[0],
    "status_partner_second_semester": lambda: status.build_partner_status(SECOND, ROVANIEMI.id, today=TODAY, texts=FI),
    "summary_second_semester": lambda: summary.build_summary(SECOND, today=TODAY, texts=FI),
    "overview_second_semester": lambda: reminder.build_overview(SECOND, today=TODAY, texts=FI),
    "left_over": lambda: results.build_left_over_note(texts=FI),
    "parked_uncertain": lambda: results.build_parked_note("files", "<#C0KOORD>", "cannot_look:missing_scope", texts=FI),
    "parked_unreachable": lambda: results.build_parked_note("card", "Matti Koski", "users_not_found", texts=FI),
    "parked_channel": lambda: results.build_parked_note("summary", "<#C0KOORD>", "not_in_channel", texts=FI),
    "parked_access": lambda: results.build_parked_note("reminder", "Aino Kallio", "missing_scope", texts=FI),
    "parked_refused": lambda: results.build_parked_note("thanks-form", "Aino Kallio", "msg_too_long", texts=FI),
}


def _autumn() -> Any:
    """A second project's round, untouched."""
    project = replace(samples.PROJECT, id=2, key="laiva", short_name="LAIVA", name="Laatua laivalla")
    return replace(samples.with_states(AnswerState.MISSING), project=project, round=samples.AUTUMN)


def built_comments() -> dict[str, str]:
    """The comments beside the report's files: texts without blocks."""
    everything = FilesAtHand(DUE.partners, whole=True, matrix=True)
    one_form = FilesAtHand(DUE.partners[:1])
    when = {"compiled_at": WRITTEN_AT, "time_zone": samples.PROJECT.time_zone}
    return {
        "files_first": build_files_comment(DUE.round, everything, newer=False, texts=FI, **when),
        "evidence": build_evidence_comment(samples.EVIDENCE[1], DUE.partners[0], DUE.objectives[0], FI),
        "files_newer": build_files_comment(DUE.round, one_form, newer=True, texts=FI, **when),
    }
