"""Reading: rows in, the values of `storage.values` out. Every query here is constant in the number of partners."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from storage.models import (
    Answer,
    Coordinator,
    Objective,
    Participation,
    Partner,
    Person,
    Project,
    Round,
)
from storage.values import (
    AnswerState,
    AnswerView,
    Document,
    ObjectiveView,
    PartnerView,
    PersonView,
    ProjectView,
    RoundSnapshot,
    RoundState,
    RoundView,
)

Contact = aliased(Person, name="contact")
Deputy = aliased(Person, name="deputy")
Writer = aliased(Person, name="writer")
# An objective that has left the project or become another partner's is asked no more; what was said of it stays.
IsAsked = and_(
    Objective.archived_at.is_(None),
    or_(Objective.partner_id.is_(None), Objective.partner_id == Participation.partner_id),
)
SpringFirst = Round.term.desc()  # "spring" sorts after "autumn", and comes before it in a year


def person_view(row: Person) -> PersonView:
    return PersonView(row.id, row.name, row.email, row.slack_id, row.phone, row.locale)


def find_person(session: Session, slack_id: str) -> PersonView | None:
    row = session.scalar(select(Person).where(Person.slack_id == slack_id))
    return person_view(row) if row else None


def is_coordinator(session: Session, project_id: int, person_id: int) -> bool:
    return session.get(Coordinator, (project_id, person_id)) is not None


def get_person(session: Session, person_id: int) -> PersonView:
    return person_view(session.get_one(Person, person_id))


def list_projects(session: Session) -> tuple[ProjectView, ...]:
    """The projects that are not archived, oldest first."""
    rows = session.scalars(select(Project).where(Project.archived_at.is_(None)).order_by(Project.id)).all()
    people = _coordinators(session, [row.id for row in rows])
    return tuple(project_view(row, people.get(row.id, ())) for row in rows)


def get_project(session: Session, project_id: int) -> ProjectView:
    return project_view(session.get_one(Project, project_id), _coordinators(session, [project_id]).get(project_id, ()))


def project_view(row: Project, coordinators: Iterable[PersonView]) -> ProjectView:
    return ProjectView(
        id=row.id,
        key=row.key,
        name=row.name,
        short_name=row.short_name,
        language=row.language,
        time_zone=row.time_zone,
        holidays=row.holidays,
        channel=row.channel,
        calendar=row.calendar,
        coordinators=tuple(coordinators),
    )


def _coordinators(session: Session, project_ids: Sequence[int]) -> dict[int, tuple[PersonView, ...]]:
    query = (
        select(Coordinator.project_id, Person)
        .join(Person, Person.id == Coordinator.person_id)
        .where(Coordinator.project_id.in_(project_ids))
        .order_by(Coordinator.position)
    )
    found: dict[int, tuple[PersonView, ...]] = {}
    for project_id, person in session.execute(query):
        found[project_id] = (*found.get(project_id, ()), person_view(person))
    return found


def round_view(row: Round) -> RoundView:
    return RoundView(
        id=row.id,
        key=row.key,
        year=row.year,
        term=row.term,
        state=RoundState(row.state),
        opens_on=row.opens_on,
        due_on=row.due_on,
        closes_on=row.closes_on,
    )


def list_rounds(session: Session, project_id: int) -> tuple[RoundView, ...]:
    """A project's rounds in the order of time, archived ones left out."""
    query = (
        select(Round)
        .where(Round.project_id == project_id, Round.archived_at.is_(None))
        .order_by(Round.year, SpringFirst)
    )
    return tuple(round_view(row) for row in session.scalars(query))


def current_round(session: Session, project_id: int) -> RoundView | None:
    """The round one means by "the status": the newest under way, else the newest that anybody was asked in."""
    asked = exists().where(Participation.round_id == Round.id)
    query = (
        select(Round)
        .where(Round.project_id == project_id, Round.archived_at.is_(None), asked)
        .order_by(Round.state.in_((RoundState.OPEN, RoundState.DUE)).desc(), Round.year.desc(), Round.term)
    )
    row = session.scalars(query.limit(1)).first()
    return round_view(row) if row else None


def list_coordinated(session: Session, person_id: int) -> tuple[ProjectView, ...]:
    """The projects that the person coordinates."""
    projects = list_projects(session)
    return tuple(project for project in projects if person_id in {found.id for found in project.coordinators})


def rounds_of_year(session: Session, project_id: int, year: int) -> tuple[RoundView, ...]:
    return tuple(view for view in list_rounds(session, project_id) if view.year == year)


def snapshot(session: Session, round_id: int, partner_id: int | None = None) -> RoundSnapshot:
    """The round as it stands; with `partner_id`, only that partner's share of it.

    Of a round that has not opened yet it shows what would be asked: answers with id 0.
    """
    row = session.get_one(Round, round_id)
    return _snapshot(session, row, partner_id, planned=row.state == RoundState.PLANNED)


def expected_snapshot(session: Session, round_id: int) -> RoundSnapshot:
    """The round as it would be asked if it opened now, whatever its state: the project's present partners."""
    return _snapshot(session, session.get_one(Round, round_id), None, planned=True)


def _snapshot(session: Session, row: Round, partner_id: int | None, *, planned: bool) -> RoundSnapshot:
    partners, due_on, reminded_at = _partners(session, row, partner_id, planned=planned)
    objectives = _objectives(session, row, planned=planned)
    answers = _expected_answers(partners, objectives) if planned else _answers(session, row, partner_id)
    asked = {objective_id for _, objective_id in answers}
    return RoundSnapshot(
        project=get_project(session, row.project_id),
        round=round_view(row),
        partners=partners,
        objectives=tuple(o for o in objectives if o.id in asked),
        answers=answers,
        due_on=due_on,
        reminded_at=reminded_at,
    )


def _partners(
    session: Session, row: Round, partner_id: int | None, *, planned: bool
) -> tuple[tuple[PartnerView, ...], dict[int, date], dict[int, datetime]]:
    query = (
        select(Partner, Contact, Deputy, Participation)
        .join(Contact, Contact.id == Partner.contact_id)
        .outerjoin(Deputy, Deputy.id == Partner.deputy_id)
        .outerjoin(Participation, and_(Participation.partner_id == Partner.id, Participation.round_id == row.id))
        .where(Partner.project_id == row.project_id)
        .order_by(Partner.position, Partner.id)
    )
    if not planned:
        query = query.where(Participation.id.is_not(None))
    if row.state != RoundState.CLOSED:  # who has left the project is asked nothing more; an old report stays as it was
        query = query.where(Partner.archived_at.is_(None))
    if partner_id is not None:
        query = query.where(Partner.id == partner_id)
    found = session.execute(query).all()
    taking_part = [part for *_, part in found if part is not None]
    return (
        tuple(partner_view(partner, contact, deputy) for partner, contact, deputy, _ in found),
        {part.partner_id: part.due_on for part in taking_part if part.due_on},
        {part.partner_id: part.reminded_at for part in taking_part if part.reminded_at},
    )


def partner_view(row: Partner, contact: Person, deputy: Person | None) -> PartnerView:
    return PartnerView(
        id=row.id,
        key=row.key,
        name=row.name,
        short_name=row.short_name,
        contact=person_view(contact),
        deputy=person_view(deputy) if deputy else None,
    )


def _objectives(session: Session, row: Round, *, planned: bool) -> tuple[ObjectiveView, ...]:
    query = select(Objective).where(Objective.project_id == row.project_id)
    if planned:
        query = query.where(Objective.archived_at.is_(None))
    return tuple(
        ObjectiveView(found.id, found.key, found.number, found.title, found.text, found.partner_id)
        for found in session.scalars(query.order_by(Objective.number, Objective.id))
    )


def _expected_answers(
    partners: Iterable[PartnerView], objectives: Sequence[ObjectiveView]
) -> dict[tuple[int, int], AnswerView]:
    return {
        (partner.id, objective.id): AnswerView(0, partner.id, objective.id, AnswerState.MISSING, 0, "", [])
        for partner in partners
        for objective in objectives
        if objective.partner_id in (None, partner.id)
    }


def _answers(session: Session, row: Round, partner_id: int | None) -> dict[tuple[int, int], AnswerView]:
    """Plain columns, since 1,000 partners have 10,000 answers. What is asked no more and is unanswered is left out."""
    query = (
        select(
            Answer.id,
            Participation.partner_id,
            Answer.objective_id,
            Answer.state,
            Answer.version,
            Answer.text,
            Answer.document,
            Answer.updated_at,
            Writer.name,
        )
        .join(Participation, Participation.id == Answer.participation_id)
        .join(Partner, Partner.id == Participation.partner_id)
        .join(Objective, Objective.id == Answer.objective_id)
        .outerjoin(Writer, Writer.id == Answer.updated_by_id)
        .where(Participation.round_id == row.id)
        .where(or_(IsAsked, Answer.state != AnswerState.MISSING))
        .order_by(Partner.position, Objective.number, Objective.id)
    )
    if row.state != RoundState.CLOSED:
        query = query.where(Partner.archived_at.is_(None))
    if partner_id is not None:
        query = query.where(Participation.partner_id == partner_id)
    return {
        (partner, objective): AnswerView(id_, partner, objective, AnswerState(state), *rest)
        for id_, partner, objective, state, *rest in session.execute(query)
    }


@dataclass(frozen=True, slots=True)
class EarlierAnswers:
    """What a partner said in an earlier round, by objective id; drafts and empty answers left out."""

    round: RoundView
    documents: Mapping[int, Document]


def previous_answers(session: Session, round_id: int, partner_id: int) -> EarlierAnswers | None:
    """The answers of the round before this one; None before the first."""
    rounds = list_rounds(session, session.get_one(Round, round_id).project_id)
    before = rounds[: [view.id for view in rounds].index(round_id)]
    if not before:
        return None
    query = (
        select(Answer.objective_id, Answer.document)
        .join(Participation, Participation.id == Answer.participation_id)
        .where(Participation.round_id == before[-1].id, Participation.partner_id == partner_id)
        .where(Answer.state.in_((AnswerState.ANSWERED, AnswerState.NOTHING)))
    )
    return EarlierAnswers(before[-1], {row[0]: row[1] for row in session.execute(query)})


def open_shares(session: Session, person_id: int) -> list[tuple[int, int]]:
    """(round id, partner id) of every partner the person answers for in a round that takes answers."""
    query = (
        select(Participation.round_id, Participation.partner_id)
        .join(Partner, Partner.id == Participation.partner_id)
        .join(Round, Round.id == Participation.round_id)
        .join(Project, Project.id == Round.project_id)
        .where(or_(Partner.contact_id == person_id, Partner.deputy_id == person_id))
        .where(Round.state.in_((RoundState.OPEN, RoundState.DUE)))
        .where(Partner.archived_at.is_(None), Project.archived_at.is_(None), Round.archived_at.is_(None))
        .order_by(Project.id, Round.year, SpringFirst, Partner.position)
    )
    return [(round_id, partner_id) for round_id, partner_id in session.execute(query)]


def partners_of(session: Session, person_id: int) -> list[tuple[int, int]]:
    """(project id, partner id) of every partner the person is the contact or the deputy of."""
    query = (
        select(Partner.project_id, Partner.id)
        .join(Project, Project.id == Partner.project_id)
        .where(or_(Partner.contact_id == person_id, Partner.deputy_id == person_id))
        .where(Partner.archived_at.is_(None), Project.archived_at.is_(None))
        .order_by(Project.id, Partner.position)
    )
    return [(project_id, partner_id) for project_id, partner_id in session.execute(query)]


def list_partners(session: Session, project_id: int) -> tuple[PartnerView, ...]:
    """A project's partners in the order of the file, archived ones left out."""
    query = (
        select(Partner, Contact, Deputy)
        .join(Contact, Contact.id == Partner.contact_id)
        .outerjoin(Deputy, Deputy.id == Partner.deputy_id)
        .where(Partner.project_id == project_id, Partner.archived_at.is_(None))
        .order_by(Partner.position, Partner.id)
    )
    return tuple(partner_view(*row) for row in session.execute(query))


def form_template(session: Session, project_id: int) -> bytes | None:
    """The funder's own Word template, where the project file names one."""
    return session.scalar(select(Project.form_template).where(Project.id == project_id))


@dataclass(frozen=True, slots=True)
class AnswerPlace:
    """Where an answer belongs and who may write it: what a submission must know before it writes."""

    answer_id: int
    state: AnswerState
    version: int
    document: Document
    updated_by_id: int | None
    objective_id: int
    participation_id: int
    partner_id: int
    partner_key: str
    contact_id: int
    deputy_id: int | None
    round_id: int
    round_key: str
    round_state: RoundState
    report_wanted: int
    project_id: int
    project_key: str

    @property
    def people(self) -> frozenset[int]:
        """Ids of those who answer for the partner."""
        return frozenset({self.contact_id} if self.deputy_id is None else {self.contact_id, self.deputy_id})


_PLACE = (
    select(
        Answer.id,
        Answer.state,
        Answer.version,
        Answer.document,
        Answer.updated_by_id,
        Answer.objective_id,
        Participation.id,
        Partner.id,
        Partner.key,
        Partner.contact_id,
        Partner.deputy_id,
        Round.id,
        Round.key,
        Round.state,
        Round.report_wanted,
        Project.id,
        Project.key,
    )
    .join(Participation, Participation.id == Answer.participation_id)
    .join(Partner, Partner.id == Participation.partner_id)
    .join(Round, Round.id == Participation.round_id)
    .join(Project, Project.id == Round.project_id)
    .with_for_update(of=Answer)
)


def find_answer_place(session: Session, answer_id: int) -> AnswerPlace | None:
    """One statement, on the path of every submission; on PostgreSQL it locks the answer until the commit."""
    row = session.execute(_PLACE.where(Answer.id == answer_id)).first()
    if row is None:
        return None
    values = list(row)
    values[1], values[13] = AnswerState(values[1]), RoundState(values[13])
    return AnswerPlace(*values)


def get_answer_place(session: Session, answer_id: int) -> AnswerPlace:
    """As `find_answer_place`, for an answer that is known to be there."""
    place = find_answer_place(session, answer_id)
    if place is None:
        raise LookupError(f"there is no answer {answer_id}")
    return place
