"""App Homes: opened, kept up to date while somebody may be looking at them, and the choices made in them.

Slack tells when a Home is opened and never when it is closed. So it is shown anew whenever it is opened, and in the ten
minutes after that when it would say something else.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from lamppu_bot import entrusted, keys, status
from lamppu_bot.clock import Now
from lamppu_bot.errors import RefusedError
from lamppu_bot.faults import guarded
from lamppu_bot.messages.card_reading import Reading
from lamppu_bot.messages.earlier import build_earlier, build_earlier_answer
from lamppu_bot.messages.home import HomeContents, build_home, build_stranger_home
from lamppu_bot.messages.home_answering import Asked, Own
from lamppu_bot.messages.home_coordinating import Coordinated
from lamppu_bot.messages.ids import EarlierAnswerRef, EarlierRef
from lamppu_bot.messages.message import View
from lamppu_bot.rounds import working_calendar
from lamppu_bot.status import takes_changes
from lamppu_bot.texts import texts_of
from storage import handovers, homes, ledger, people, queries
from storage.database import Database
from storage.homes import OpenedHome
from storage.values import HandoverView, PersonView, ProjectView, RoundSnapshot, RoundState

# For so long after it was opened a Home is kept up to date.
WATCHED: Final = timedelta(minutes=10)


def open_home(session: Session, slack_id: str, now: Now) -> View | None:
    """Somebody opens their Home. Orders that it be shown; returns it for somebody whom no project knows."""
    person = queries.find_person(session, slack_id)
    if person is None:
        texts = texts_of(None, queries.find_language(session, None))
        return build_stranger_home(queries.list_projects(session), texts=texts)
    homes.note_opened(session, person.id, now.real)
    ledger.order_home(session, keys.home(person.id), person.id, now=now.real)
    return None


def turn_page(session: Session, person: PersonView, page: int, now: Now) -> None:
    """Shows another page of what they coordinate, until they open their Home again."""
    homes.note_opened(session, person.id, now.real)
    ledger.order_home(session, keys.home(person.id), person.id, now=now.real, subject={"page": page})


def choose_language(session: Session, person: PersonView, language: str | None, now: Now) -> None:
    """What they read from now on, None for what their Slack says. Home, cards and reminders change at once."""
    if language == person.language:
        return
    people.set_language(session, person.id, language)
    for kind in ("card", "reminder"):
        ledger.change_sent(session, kind, [person.id], now=now.real)
    homes.note_opened(session, person.id, now.real)
    ledger.order_home(session, keys.home(person.id), person.id, now=now.real)


def follow(session: Session, kind: str, person_id: int | None, now: Now) -> None:
    """A message has changed. After a card its reader's Home does so at once, if they may be looking at it.

    The step would find out too; but whoever has just answered from their Home should see it there.
    """
    if kind == "card" and person_id and homes.is_opened(session, person_id, now.real - WATCHED):
        ledger.change(session, [keys.home(person_id)], now=now.real)


def refresh(database: Database, now: Now) -> None:
    """Orders anew those Homes that were opened lately and would say something else now."""
    with database.read() as session:
        opened = homes.list_opened(session, now.real - WATCHED)
        changed = [keys.home(home.person.id) for home in opened if _has_changed(session, home, now)]
    if changed:
        with database.write() as session:
            ledger.change(session, changed, now=now.real)


def _has_changed(session: Session, home: OpenedHome, now: Now) -> bool:
    with guarded(f"the Home of person {home.person.id}"):
        return digest(home_of(session, home.person, home.subject, now)) != home.digest
    return False


def digest(view: View) -> str:
    return hashlib.sha256(json.dumps(view, sort_keys=True).encode()).hexdigest()


def home_of(session: Session, person: PersonView, subject: Mapping[str, Any], now: Now) -> View:
    """The Home as it is now. Its days are those of the zone of the person's oldest project."""
    contents = _contents(session, person)
    texts = texts_of(person, queries.find_language(session, person.id))
    today = _today(contents, now)
    return build_home(contents, person, today=today, texts=texts, page=subject.get("page", 0))


def _contents(session: Session, person: PersonView) -> HomeContents:
    projects = queries.list_projects(session)
    answered_for = queries.answered_for(session, person.id)
    coordinated = [p for p in projects if person.id in {found.id for found in p.coordinators}]
    return HomeContents(
        shares=_shares(session, person),
        asked=_asked(session, projects, answered_for),
        earlier=queries.earlier_shares(session, person.id) if answered_for else (),
        requests=_requests(session, person),
        coordinated=[_coordinated(session, project) for project in coordinated],
        projects=projects,
    )


def _shares(session: Session, person: PersonView) -> list[Own]:
    """What the person is asked, and what they have taken over from others."""
    asked = [(queries.snapshot(session, *place), place[1]) for place in queries.open_shares(session, person.id)]
    taken = [share for share in entrusted.shares_of(session, person.id) if status.is_open_for(*share)]
    return [
        Own(
            found, partner_id, Reading(person, tuple(handovers.list_live_of_share(session, found.round.id, partner_id)))
        )
        for found, partner_id in (*asked, *taken)
    ]


def _requests(session: Session, person: PersonView) -> list[HandoverView]:
    """What the person is asked to take over, as far as it can be answered still."""
    asked = handovers.list_asked_of(session, person.id)
    return [one for one in asked if _is_open(queries.snapshot(session, one.round_id, one.partner_id), one)]


def _is_open(found: RoundSnapshot, asked: HandoverView) -> bool:
    return any(takes_changes(found, one) for one in found.answers.values() if one.id in asked.answer_ids)


def _asked(
    session: Session, projects: tuple[ProjectView, ...], answered_for: tuple[queries.AnsweredFor, ...]
) -> list[Asked]:
    by_id = {project.id: project for project in projects}
    coming = {}
    for project_id in {one.project_id for one in answered_for}:
        planned = (one for one in queries.list_rounds(session, project_id) if one.state is RoundState.PLANNED)
        coming[project_id] = next(planned, None)
    return [Asked(by_id[one.project_id], one.partner_id, one.partner, coming[one.project_id]) for one in answered_for]


def _coordinated(session: Session, project: ProjectView) -> Coordinated:
    rounds = queries.list_rounds(session, project.id)
    under_way = [queries.progress(session, one.id) for one in rounds if one.state.takes_answers]
    return Coordinated(project, rounds, under_way)


def _today(contents: HomeContents, now: Now) -> date:
    own = [
        *(share.snapshot.project for share in contents.shares),
        *(one.project for one in contents.asked),
        *(one.project for one in contents.coordinated),
    ]
    return working_calendar(min(own, key=lambda found: found.id)).local_day(now.calendar) if own else date.min


def earlier(session: Session, person: PersonView, ref: EarlierRef) -> View:
    """What a partner answered in a round. Raises RefusedError for anybody who does not answer for it."""
    found = queries.snapshot(session, ref.round_id, ref.partner_id)
    people_of = {one.id for partner in found.partners for one in partner.people}
    if person.id not in people_of:
        raise RefusedError("refused.not_yours")
    texts = texts_of(person, found.project.language)
    return build_earlier(found, ref.partner_id, start=max(0, ref.start), texts=texts)


def earlier_answer(session: Session, person: PersonView, ref: EarlierAnswerRef) -> View:
    """As `earlier`, of one answer as a whole."""
    place = queries.find_answer_place(session, ref.answer_id)
    if place is None or person.id not in place.people:
        raise RefusedError("refused.not_yours")
    found, _ = queries.answers_of(session, place.share)
    texts = texts_of(person, found.project.language)
    return build_earlier_answer(found, place.partner_id, place.objective_id, part=max(0, ref.part), texts=texts)
