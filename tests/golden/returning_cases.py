"""The messages and forms of answers that are returned or entered on a partner's behalf, of the LAMPPU samples."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from lamppu_bot import richtext
from lamppu_bot.messages import answer_form, behalf, card, picking, results, return_form, returned, status, summary
from lamppu_bot.messages.answer_form import AnswerSubmission
from lamppu_bot.messages.ids import AnswerRef, Tool, ToolRef
from lamppu_bot.messages.message import Message
from lamppu_bot.messages.return_form import ReturnSubmission
from lamppu_bot.texts import Texts
from storage.values import AnswerState, RoundSnapshot, RoundState
from tests.golden import messages_samples as samples
from tests.golden.messages_samples import KUUSAMO, LIISA, OBJECTIVES, ROVANIEMI, TODAY

NOTE = "Kerro myös, ketkä kuvauksen laativat."
DAY = date(2012, 7, 6)
WRITTEN = richtext.from_plain("Puhelimessa kerrottiin, että mittarit otetaan käyttöön syksyllä.")
MINE = richtext.from_plain("Oma luonnokseni.")

Built = Message | dict[str, Any]


def with_answer(number: int, **changes: Any) -> RoundSnapshot:
    """The round after its due day, with one of Rovaniemi's answers changed."""
    found = samples.snapshot(round=samples.in_state(RoundState.DUE))
    key = (ROVANIEMI.id, 100 + number)
    return replace(found, answers={**found.answers, key: replace(found.answers[key], **changes)})


DUE = with_answer(1)
OPEN = replace(DUE, round=samples.SPRING)
CLOSED = replace(DUE, round=samples.in_state(RoundState.CLOSED))
ANSWERED, RETURNED = (DUE, ROVANIEMI.id, 101), (DUE, ROVANIEMI.id, 103)
PASSED = with_answer(3, open_until=None)
REWRITTEN = with_answer(3, state=AnswerState.DRAFT)
ENTERED = with_answer(2, state=AnswerState.ANSWERED, document=WRITTEN, entered_by=LIISA.name, updated_by=LIISA.name)
OTHERS_RETURN = (with_answer(3, updated_by=LIISA.name), ROVANIEMI.id, 103)
SENT = ReturnSubmission(AnswerRef(1001, 1), NOTE, DAY)
TYPED = AnswerSubmission(AnswerRef(1002, 1), AnswerState.ANSWERED, WRITTEN)
PLACE = (ENTERED, ROVANIEMI.id, 102)

CASES: dict[str, Callable[[Texts], Built]] = {
    "return_form": lambda texts: return_form.build_return_form(ANSWERED, note="", day=DAY, texts=texts),
    "return_form_again": lambda texts: return_form.build_return_form(RETURNED, note=NOTE, day=DAY, texts=texts),
    "return_form_moved": lambda texts: return_form.build_return_conflict(ANSWERED, SENT, texts=texts),
    "return_form_moved_returned": lambda texts: return_form.build_return_conflict(OTHERS_RETURN, SENT, texts=texts),
    "return_form_done": lambda texts: return_form.build_return_done(RETURNED, texts=texts),
    "return_form_accepted": lambda texts: return_form.build_return_done(ANSWERED, texts=texts),
    "returned": lambda texts: returned.build_return_message(RETURNED, by=LIISA.name, note=NOTE, texts=texts),
    "returned_day_passed": lambda texts: returned.build_return_message(
        (PASSED, ROVANIEMI.id, 103), by=LIISA.name, note=NOTE, texts=texts
    ),
    **{
        f"returned_{outcome}": lambda texts, outcome=outcome: returned.build_return_settled(  # type: ignore[misc]
            RETURNED, outcome, texts=texts
        )
        for outcome in ("done", "accepted", "again", "entered", "skipped", "lapsed")
    },
    "came_back": lambda texts: returned.build_came_back(ANSWERED, asked_by=LIISA, by="Pekka Niemi", texts=texts),
    "lapsed": lambda texts: returned.build_lapsed(DUE, _two(), texts=texts),
    "lapsed_closed": lambda texts: returned.build_lapsed(CLOSED, _two(), texts=texts),
    "pick_form": lambda texts: picking.build_pick_form(
        ToolRef(Tool.RETURN, 7, ROVANIEMI.id),
        DUE,
        [(objective, DUE.answers[ROVANIEMI.id, objective.id]) for objective in OBJECTIVES[:3]],
        typed=NOTE,
        texts=texts,
    ),
    "behalf_form": lambda texts: behalf.build_behalf_form((DUE, ROVANIEMI.id, 105), typed="", texts=texts),
    "behalf_form_draft": lambda texts: behalf.build_behalf_form((OPEN, ROVANIEMI.id, 102), typed="", texts=texts),
    "behalf_form_conflict": lambda texts: behalf.build_behalf_conflict(ANSWERED, TYPED, texts=texts),
    "behalf_form_conflict_draft": lambda texts: behalf.build_behalf_conflict(
        (OPEN, ROVANIEMI.id, 102), TYPED, texts=texts
    ),
    "behalf_form_done": lambda texts: behalf.build_behalf_done(PLACE, texts=texts),
    "entered": lambda texts: behalf.build_entry_message(
        PLACE, by=LIISA.name, document=WRITTEN, draft=MINE, texts=texts
    ),
    "entered_nothing": lambda texts: behalf.build_entry_message(
        (CLOSED, ROVANIEMI.id, 104), by=LIISA.name, document=WRITTEN, draft=None, texts=texts
    ),
    **{
        f"entered_{outcome}": lambda texts, outcome=outcome: behalf.build_entry_settled(  # type: ignore[misc]
            PLACE, outcome, document=WRITTEN, by="Pekka Niemi", texts=texts
        )
        for outcome in ("confirmed", "corrected", "again")
    },
    "form_entered": lambda texts: answer_form.build_answer_form(*PLACE, texts=texts),
    "form_conflict_returned": lambda texts: answer_form.build_conflict_form(
        OTHERS_RETURN[0], ROVANIEMI.id, TYPED, 103, texts=texts
    ),
    "card_entered": lambda texts: card.build_card(ENTERED, ROVANIEMI.id, today=TODAY, texts=texts),
    "card_rewritten": lambda texts: card.build_card(REWRITTEN, ROVANIEMI.id, today=TODAY, texts=texts),
    "results_entered": lambda texts: results.build_summary_parts(ENTERED, OBJECTIVES[1], texts=texts)[0],
    "results_lapsed": lambda texts: results.build_summary_parts(
        replace(PASSED, round=CLOSED.round), OBJECTIVES[2], texts=texts
    )[0],
    "summary_entered": lambda texts: summary.build_summary(ENTERED, today=TODAY, texts=texts),
    "status_partner_entered": lambda texts: status.build_partner_status(
        ENTERED, ROVANIEMI.id, today=TODAY, texts=texts
    ),
}


def _two() -> list[Any]:
    return [DUE.answers[ROVANIEMI.id, 103], DUE.answers[KUUSAMO.id, 101]]
