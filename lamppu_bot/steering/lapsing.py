"""What becomes of a returned answer that was not completed in time: the earlier text counts, and stays marked."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from lamppu_bot import answers, entrusted, keys, notices
from lamppu_bot.answers import Wish, Writing
from lamppu_bot.clock import Now
from lamppu_bot.faults import guarded
from lamppu_bot.rounds import working_calendar
from storage import answers as rows
from storage import conversations, ledger, queries
from storage.database import Database
from storage.queries import AnswerPlace
from storage.values import AnswerDetails, AnswerState, DetailsSaid, ProjectView, Source

# What the origin of a revision begins with that nobody wrote: the earlier text took its place again.
LAPSED: Final = "lapsed"


def lapse(database: Database, now: Now) -> None:
    """Ends what was returned until a day that is over, and tells the coordinators, once, what did not come back.

    Where the round has closed too, the last word that the partner had said takes the place of a draft begun since.
    It is a write of its own: who writes an answer has the partner's turn first and then locks the round, the calendar
    locks rounds.
    """
    with guarded("returned answers"):
        with database.read() as session:
            over, left = _over(session, now), rows.list_left_as_draft(session)
        if over:
            with database.write() as session:
                _end(session, over, now)
        if over or left:
            with database.write() as session:
                for answer_id in rows.list_left_as_draft(session):
                    _restore(session, queries.get_answer_place(session, answer_id), now)


def _over(session: Session, now: Now) -> list[int]:
    projects = {project.id: project for project in queries.list_projects(session)}
    found = ((one, until, projects.get(project_id)) for one, until, project_id in rows.list_open_until(session))
    return [one for one, until, project in found if project and until < _today(project, now)]


def _today(project: ProjectView, now: Now) -> date:
    return working_calendar(project).local_day(now.calendar)


def _end(session: Session, answer_ids: Sequence[int], now: Now) -> None:
    by_round: dict[int, list[AnswerPlace]] = defaultdict(list)
    for answer_id in answer_ids:
        place = queries.get_answer_place(session, answer_id)
        if place.open_until is None or place.open_until >= _today(place.share.project, now):
            continue  # another process was first, or it was returned anew
        rows.end_return(session, answer_id)
        by_round[place.round_id].append(place)
    for places in by_round.values():
        _follow(session, places, now)


def _follow(session: Session, places: Sequence[AnswerPlace], now: Now) -> None:
    first = places[0]
    if first.report_wanted:
        rows.want_report(session, first.round_id)
    for place in places:
        ledger.change(session, entrusted.card_keys(session, place), now=now.real)
        running = conversations.list_open(session, place.answer_id)
        ledger.change_ids(session, conversations.deliveries_of(session, running), now=now.real)
        notices.update(session, place.answer_id, now)
    asked = [place.answer_id for place in places if not place.share.is_archived]
    if asked:
        key = keys.lapsed(first.project_key, first.round_key, _today(first.share.project, now))
        subject = {"round": first.round_id, "answers": asked}
        project = first.share.project
        ledger.order(
            session,
            key,
            "lapsed",
            now=now.real,
            channel=project.channel,
            subject=subject,
            not_before=now.real_at(working_calendar(project).next_prompting(now.calendar)),
        )


def _restore(session: Session, place: AnswerPlace, now: Now) -> None:
    """The draft stays among the revisions; what was returned stands in the answer again, as returned."""
    returned = [one for one in rows.list_revisions(session, place.answer_id) if one.source is Source.RETURNED]
    if not returned or place.state is not AnswerState.DRAFT or answers.takes_changes(place):
        return  # another process was first, or the partner was given more time
    last = returned[-1]
    writing = Writing(
        answer_id=place.answer_id,
        version=place.version,
        state=AnswerState.RETURNED,
        document=last.document,
        source=Source.RETURNED,
        origin=f"{LAPSED}:{last.number}",
        details=_instead_of(place.details, last.details),
        wish=Wish(place.note, None),
    )
    answers.write(session, place, queries.get_person(session, last.person_id), writing, now)


def _instead_of(drafted: AnswerDetails, returned: AnswerDetails) -> DetailsSaid:
    """What was said beside the returned text, and nothing of what the draft has added."""
    figures = {**dict.fromkeys(drafted.figures), **returned.figures}
    return DetailsSaid(returned.carried, returned.continuing, returned.follow_up, figures)
