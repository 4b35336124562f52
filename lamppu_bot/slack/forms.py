"""The forms as they are right now for one person: values read from the database, handed to the pure builders."""

from collections.abc import Callable
from functools import partial

from sqlalchemy.orm import Session

from lamppu_bot import answers, entrusted
from lamppu_bot.errors import RefusedError
from lamppu_bot.evidence import Kept
from lamppu_bot.messages.answer_form import AnswerSubmission, build_answer_form, build_conflict_form
from lamppu_bot.messages.endings import build_saved_view
from lamppu_bot.messages.evidence_form import EvidenceSubmission, build_evidence_form
from lamppu_bot.messages.ids import PartnerRef
from lamppu_bot.messages.message import View
from lamppu_bot.texts import texts_of
from storage import answers as answer_rows
from storage import queries
from storage.queries import AnswerPlace
from storage.values import ObjectiveView, PersonView, RoundSnapshot


def answer_form(session: Session, person: PersonView, answer_id: int) -> View:
    """The form of an answer. Raises RefusedError where the person may not write it."""
    place = answers.writable_place(session, person, answer_id)
    share = _share(session, person, place)
    texts = texts_of(person, share.project.language)
    return build_answer_form(share, place.partner_id, place.objective_id, texts=texts)


def next_form(session: Session, person: PersonView, ref: PartnerRef) -> View:
    """The form of the person's first open objective, or the thanks when none is left."""
    participation_id = answer_rows.find_participation(session, ref.round_id, ref.partner_id)
    if participation_id is None:
        raise RefusedError("refused.not_yours")
    found = queries.snapshot(session, ref.round_id, ref.partner_id)
    share = entrusted.seen_by(session, found, ref.partner_id, person.id)
    if share is None:
        raise RefusedError("refused.not_yours")
    mine = {answer.id for answer in share.answers_of(ref.partner_id)}
    states = answer_rows.states_of(session, participation_id)
    waiting = next((id_ for id_, state in states if id_ in mine and not state.is_final), None)
    if waiting is not None:
        return answer_form(session, person, waiting)
    return build_saved_view(share, ref.partner_id, texts=texts_of(person, share.project.language))


def _share(session: Session, person: PersonView, place: AnswerPlace) -> RoundSnapshot:
    """The partner's answers as the person sees them."""
    share, _ = queries.answers_of(session, place.share)
    part = entrusted.part_of(session, place, person.id)
    return share if part is None else share.only(part)


def form_after(
    person: PersonView, outcome: answers.Saved | answers.Met, submission: AnswerSubmission
) -> Callable[[], View]:
    """What the form shows once it was sent in: the next open objective, the thanks, or both texts where two met.

    What it says was read when it was saved; it is built by calling what is returned, which needs no transaction.
    """
    place, share = outcome.place, outcome.share
    texts = texts_of(person, share.project.language)
    if isinstance(outcome, answers.Met):
        return partial(build_conflict_form, share, place.partner_id, submission, place.objective_id, texts=texts)
    saved = _objective(share, place.objective_id)
    if outcome.next_id is None:
        return partial(build_saved_view, share, place.partner_id, texts=texts, saved=saved)
    following = next(answer.objective_id for answer in share.answers.values() if answer.id == outcome.next_id)
    return partial(build_answer_form, share, place.partner_id, following, texts=texts, saved=saved)


def evidence_form(session: Session, person: PersonView, answer_id: int) -> View:
    """The form of an answer's links and files. Raises RefusedError where the person may not write the answer."""
    place = answers.writable_place(session, person, answer_id)
    share, _ = queries.answers_of(session, place.share)
    texts = texts_of(person, share.project.language)
    return build_evidence_form(share, place.partner_id, place.objective_id, texts=texts)


def evidence_after(person: PersonView, kept: Kept, submission: EvidenceSubmission) -> View:
    """The same form once it was sent in: what there is now, and empty inputs."""
    place, texts = kept.place, texts_of(person, kept.share.project.language)
    sent = submission.ref.version + 1
    return build_evidence_form(kept.share, place.partner_id, place.objective_id, texts=texts, sent=sent)


def _objective(snapshot: RoundSnapshot, objective_id: int) -> ObjectiveView | None:
    return next((found for found in snapshot.objectives if found.id == objective_id), None)
