"""Turns of phrase that several messages share: which semester, which state, how long there still is."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from lamppu_bot.messages import limits
from lamppu_bot.semester import following
from lamppu_bot.status import PartnerStatus
from lamppu_bot.texts import Mrkdwn, Texts, escape
from storage.values import (
    AnswerState,
    AnswerView,
    ObjectiveView,
    PartnerView,
    PersonView,
    ProjectView,
    RoundSnapshot,
    RoundState,
    RoundView,
)

NEAR: Final = 14  # days before the due day from which on the days left are counted aloud


def partner_of(snapshot: RoundSnapshot, partner_id: int) -> PartnerView:
    """The partner with this id; raises LookupError where the round has no such partner."""
    for partner in snapshot.partners:
        if partner.id == partner_id:
            return partner
    raise LookupError(f"no partner {partner_id} in round {snapshot.round.key}")


def last_day(snapshot: RoundSnapshot, partner_id: int) -> date:
    """The last day on which the partner may change its answers, as things stand: the round's, or its own later one."""
    own = snapshot.open_until.get(partner_id)
    if snapshot.round.state is RoundState.CLOSED:
        return own or snapshot.round.closes_on
    return max(snapshot.round.closes_on, own or snapshot.round.closes_on)


def semester(round_: RoundView, texts: Texts) -> str:
    """ "kevät 2012" """
    return texts(f"semester.{round_.term}", year=round_.year)


def semester_of(round_: RoundView, texts: Texts) -> str:
    """In the genitive: "kevään 2012"."""
    return texts(f"semester.{round_.term}.of", year=round_.year)


def next_semester(round_: RoundView, texts: Texts) -> str:
    """When the semester after this one is: "syksyllä 2012"."""
    term, year = following(round_.term, round_.year)
    return texts(f"semester.{term}.in", year=year)


def state(answer: AnswerView, texts: Texts) -> str:
    """Where the answer stands; of a returned one until when, and of one that a coordinator entered by whom."""
    said = texts(f"state.{answer.state}")
    if answer.entered_by:
        return texts("state.entered", state=said, person=answer.entered_by)
    if answer.note is None or answer.state.is_final:
        return said
    if answer.open_until:
        return texts(f"state.{answer.state}.until", day=answer.open_until)
    return texts("state.returned.lapsed") if answer.state is AnswerState.RETURNED else said


def state_in_table(answer: AnswerView, texts: Texts) -> str:
    """As `state`, short enough for a cell."""
    if answer.entered_by:
        return texts("state.entered.short", state=texts(f"state.{answer.state}"))
    return state(answer, texts)


def unsettled(snapshot: RoundSnapshot, texts: Texts) -> list[str]:
    """How many answers were returned, and how many wait for the partner to confirm them, where there are any."""
    returned = sum(answer.state is AnswerState.RETURNED for answer in snapshot.answers.values())
    entered = sum(answer.entered_by is not None for answer in snapshot.answers.values())
    found = (("summary.returned", returned), ("summary.entered", entered))
    return [texts.plural(key, count) for key, count in found if count]


def objective_title(objective: ObjectiveView, texts: Texts) -> str:
    return texts("objective.title", number=objective.number, title=objective.title)


def context_line(
    project: ProjectView, partner: PartnerView, round_: RoundView, texts: Texts, *, bold: bool = False
) -> Mrkdwn:
    """Which project, whose answers and which semester: every card, thread and form says so."""
    key = "context.line.bold" if bold else "context.line"
    return texts.mrkdwn(key, project=project.short_name, partner=partner.name, semester=semester(round_, texts))


def reminded(snapshot: RoundSnapshot, status: PartnerStatus, texts: Texts) -> str:
    """The day of the last reminder, or that there was none."""
    if status.reminded_at is None:
        return texts("reminded.never")
    return texts.date(status.reminded_at.astimezone(ZoneInfo(snapshot.project.time_zone)).date())


def due_words(due_on: date, today: date, texts: Texts) -> str:
    """The due day as a sentence, with the days left when it is near, and what a day gone by means."""
    left = (due_on - today).days
    day = texts.day(due_on)
    if left < 0:
        return texts("due.past", day=day)
    if left == 0:
        return texts("due.today")
    if left == 1:
        return texts("due.tomorrow")
    if left <= NEAR:
        return texts.plural("due.near", left, day=day)
    return texts("due.later", day=day)


def absence(partner: PartnerView, day: date, texts: Texts) -> str | None:
    """That the contact is away that day, and who is asked in their stead; None while they are there."""
    until = partner.contact.away_until
    if until is None or not partner.contact.is_away(day):
        return None
    stand_in = partner.stand_in(day)
    contact = limits.clip(partner.contact.name, limits.CELL)
    if stand_in is None:
        return texts("absence.nobody", contact=contact, day=until)
    return texts("absence.stand_in", contact=contact, day=until, deputy=limits.clip(stand_in.name, limits.CELL))


def people(persons: Sequence[PersonView], texts: Texts) -> Mrkdwn:
    """Whom to ask, by name, each as a mention where their Slack name is known."""
    return Mrkdwn(texts.listed([mention(person) for person in persons]))


def mention(person: PersonView) -> Mrkdwn:
    """The name; as a link to the person where their Slack id is known, which notifies nobody outside the message."""
    return escape(person.name) if person.slack_id is None else Mrkdwn(f"<@{person.slack_id}>")


def brief(text: str, limit: int) -> Mrkdwn:
    """Somebody's text in at most `limit` characters, escaped."""
    return Mrkdwn(limits.clip(escape(text), limit))
