"""A project of any size in a new database: one round closed and answered, the next open, all known in Slack."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from lamppu_bot import loading, richtext, rounds
from lamppu_bot.clock import Now
from lamppu_bot.project_file import ContactTable, PartnerTable, ProjectDefinition, SemesterTable, read_project
from storage import queries
from storage import rounds as rows
from storage.database import Database
from storage.migrate import upgrade
from storage.models import Answer, Participation, Partner, Person
from storage.values import AnswerState, Document, RoundState

EXAMPLE = Path(__file__).parents[2] / "examples" / "lamppu-2012.toml"
COORDINATOR = "U0COORDINATOR"
CHANNEL = "C0COORDINATORS"
RESULT = richtext.from_plain(
    "Opintojaksoille laadittiin yhteinen arviointisuunnitelma, jota kokeiltiin kahdella alalla.\n"
    "- Työpaikkaohjaajien koulutukseen osallistui 24 henkilöä neljästä yrityksestä\n"
    "- Opiskelijapalaute kerätään nyt samalla kyselyllä kaikissa yksiköissä\n"
    "- Tulokset käsiteltiin laaturyhmässä maaliskuussa, ja niistä kerrottiin henkilöstölle\n"
    "Seuraavaksi suunnitelma otetaan käyttöön muilla aloilla; vertaisarviointi pidetään syksyllä."
)
BEFORE = richtext.from_plain(
    "Arviointisuunnitelman pohja sovittiin yhdessä, ja ala valittiin.\n"
    "- Työpaikkaohjaajien koulutus suunniteltiin kolmen yrityksen kanssa\n"
    "Palautteen kerääminen alkaa seuraavalla lukukaudella."
)


@dataclass(frozen=True, slots=True)
class Share:
    """One partner of the open round: whose it is, and which answers."""

    slack_id: str
    partner_id: int
    answer_ids: Sequence[int]


def make_world(
    database: Database,
    slack_ids: Sequence[str],
    *,
    coordinator: str = COORDINATOR,
    channel: str = CHANNEL,
    objectives: int | None = None,
) -> list[Share]:
    """Loads the LAMPPU project with one partner for each Slack id and brings it to the middle of its second round.

    It has its own objectives, or so many.
    """
    upgrade(database)
    definition = _with_objectives(_definition(slack_ids, coordinator, channel), objectives)
    now = Now(datetime.now(UTC), datetime.now(UTC))
    with database.write() as session:
        loading.apply_load(session, loading.plan_load(session, definition, template=None, now=now), now)
        (project,) = queries.list_projects(session)
        earlier, current = queries.list_rounds(session, project.id)
        _open(session, earlier.id)
        _answer_all(session, earlier.id, BEFORE)
        rows.set_round(session, earlier.id, state=RoundState.CLOSED)
        _open(session, current.id)
    with database.read() as session:
        return _shares(session, current.id)


def answer_open_round(database: Database, but: Collection[int] = ()) -> None:
    """Everybody has answered everything, as before a report; all `but` these partners."""
    with database.write() as session:
        (project,) = queries.list_projects(session)
        _answer_all(session, queries.list_rounds(session, project.id)[-1].id, RESULT, but)


def _definition(slack_ids: Sequence[str], coordinator: str, channel: str) -> ProjectDefinition:
    example = read_project(EXAMPLE)
    today = datetime.now(UTC).date()
    semesters = [
        SemesterTable(key="earlier", term="spring", year=2012, ends=today - timedelta(days=90)),
        SemesterTable(key="current", term="autumn", year=2012, ends=today + timedelta(days=90)),
    ]
    changed = {
        "project": example.project.model_copy(update={"channel": channel}),
        "coordinators": (example.coordinators[0].model_copy(update={"slack": coordinator}),),
        "partners": tuple(_partner(number, slack_id) for number, slack_id in enumerate(slack_ids, 1)),
        "objectives": tuple(objective.model_copy(update={"partner": None}) for objective in example.objectives),
        "semesters": tuple(semesters),
    }
    return example.model_copy(update=changed)


def _with_objectives(definition: ProjectDefinition, count: int | None) -> ProjectDefinition:
    if count is None:
        return definition
    own = definition.objectives
    many = [own[n % len(own)].model_copy(update={"key": f"{own[n % len(own)].key}-{n}"}) for n in range(count)]
    return definition.model_copy(update={"objectives": tuple(many)})


def _partner(number: int, slack_id: str) -> PartnerTable:
    contact = ContactTable(name=f"Yhteyshenkilö {number}", email=f"partner{number}@example.org", slack=slack_id)
    return PartnerTable(
        key=f"partner-{number}",
        name=f"Koulutuskuntayhtymä {number}",
        short_name=f"Kuntayhtymä {number}",
        contact=contact,
    )


def _open(session: Session, round_id: int) -> None:
    """Opens a round as the calendar does at the moment that is meant for it."""
    progress = rows.get_progress(session, round_id)
    project = queries.get_project(session, progress.project_id)
    rows.set_round(session, round_id, state=RoundState.OPEN)
    rounds.take_in(session, project, round_id, Now(datetime.now(UTC), datetime.now(UTC)))


def _answer_all(session: Session, round_id: int, said: Document, but: Collection[int] = ()) -> None:
    found = select(Answer.id, Partner.contact_id).join(Participation, Participation.id == Answer.participation_id)
    owners = session.execute(
        found.join(Partner, Partner.id == Participation.partner_id).where(
            Participation.round_id == round_id, Partner.id.not_in(but)
        )
    ).all()
    statement = (
        update(Answer)
        .where(Answer.id == bindparam("answer"))
        .values(
            state=AnswerState.ANSWERED,
            version=1,
            text=richtext.plain(said),
            document=said,
            updated_at=datetime.now(UTC),
            updated_by_id=bindparam("writer"),
        )
    )
    if owners:
        session.connection().execute(statement, [{"answer": answer, "writer": writer} for answer, writer in owners])


def _shares(session: Session, round_id: int) -> list[Share]:
    query = (
        select(Person.slack_id, Partner.id, Answer.id)
        .join(Participation, Participation.id == Answer.participation_id)
        .join(Partner, Partner.id == Participation.partner_id)
        .join(Person, Person.id == Partner.contact_id)
        .where(Participation.round_id == round_id)
        .order_by(Partner.position, Answer.id)
    )
    found: dict[tuple[str, int], list[int]] = {}
    for slack_id, partner_id, answer_id in session.execute(query):
        found.setdefault((slack_id, partner_id), []).append(answer_id)
    return [Share(slack_id, partner_id, answers) for (slack_id, partner_id), answers in found.items()]
