"""What the rest of the house reads: frozen values, free of sessions and of SQLAlchemy.

Queries build them, pure functions (status, report, messages) take them. Times are aware and in UTC; dates are local
to the project's time zone.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from storage.details import (
    NO_DETAILS,
    AnswerDetails,
    Carried,
    DetailsSaid,
    Document,
    EvidenceKind,
    EvidenceView,
    IndicatorView,
    NewEvidence,
)

__all__ = [
    "NO_DETAILS",
    "AnswerDetails",
    "AnswerState",
    "AnswerView",
    "Carried",
    "DetailsSaid",
    "Document",
    "EarlierAnswer",
    "EvidenceKind",
    "EvidenceView",
    "HandoverState",
    "HandoverView",
    "IndicatorView",
    "InquiryView",
    "NewEvidence",
    "ObjectiveView",
    "PartnerView",
    "PersonView",
    "ProjectView",
    "RoundSnapshot",
    "RoundState",
    "RoundView",
    "Source",
]


class AnswerState(StrEnum):
    """Where one answer stands; *not theirs* is no state but the absence of an answer row."""

    MISSING = "missing"
    DRAFT = "draft"
    ANSWERED = "answered"
    NOTHING = "nothing"
    RETURNED = "returned"

    @property
    def is_final(self) -> bool:
        """Whether the partner has said their last word for now: nothing more is asked of them."""
        return self in (AnswerState.ANSWERED, AnswerState.NOTHING)


class RoundState(StrEnum):
    """The life of a round. It only ever moves on, but that a due one is open again when it is given longer."""

    PLANNED = "planned"
    OPEN = "open"
    DUE = "due"
    CLOSED = "closed"

    @property
    def takes_answers(self) -> bool:
        return self in (RoundState.OPEN, RoundState.DUE)


class Source(StrEnum):
    """The way a revision came in."""

    FORM = "form"
    CONVERSATION = "conversation"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    ON_BEHALF = "on behalf"
    CONFIRMED = "confirmed"


class HandoverState(StrEnum):
    """Where a handover stands. `void`: the colleague turned out to be a bot, or to have left."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    VOID = "void"

    @property
    def is_live(self) -> bool:
        """Whether the answers are with the colleague, or may be in a moment."""
        return self in (HandoverState.ASKED, HandoverState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class PersonView:
    """`language` is the one they chose to read, None where their Slack's `locale` (fi-FI) decides; `away_until` is the
    last day of their absence."""

    id: int
    name: str
    email: str | None
    slack_id: str | None
    phone: str | None = None
    locale: str | None = None
    language: str | None = None
    away_until: date | None = None

    def is_away(self, day: date) -> bool:
        return self.away_until is not None and day <= self.away_until


@dataclass(frozen=True, slots=True)
class ProjectView:
    """A project with its coordinators; `channel` is the id of the coordinators' channel."""

    id: int
    key: str
    name: str
    short_name: str
    language: str
    time_zone: str
    holidays: str
    channel: str
    calendar: Mapping[str, Any]
    coordinators: tuple[PersonView, ...]


@dataclass(frozen=True, slots=True)
class PartnerView:
    id: int
    key: str
    name: str
    short_name: str
    contact: PersonView
    deputy: PersonView | None = None

    @property
    def people(self) -> tuple[PersonView, ...]:
        return (self.contact,) if self.deputy is None else (self.contact, self.deputy)

    def stand_in(self, day: date) -> PersonView | None:
        """The deputy, while the contact is away and they are not."""
        is_there = self.deputy is not None and not self.deputy.is_away(day)
        return self.deputy if is_there and self.contact.is_away(day) else None

    def asked_on(self, day: date) -> PersonView:
        """Who is prompted and reminded that day: the contact, or the deputy in their absence."""
        return self.stand_in(day) or self.contact


@dataclass(frozen=True, slots=True)
class HandoverView:
    """`asker`, one of a partner's people, asks `colleague` to give these of the partner's answers in one round."""

    id: int
    participation_id: int
    round_id: int
    partner_id: int
    answer_ids: frozenset[int]
    asker: PersonView
    colleague: PersonView
    state: HandoverState
    message: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class InquiryView:
    """A coordinator's question about an answer. `root_id` is the first of its family, None of that one itself."""

    id: int
    root_id: int | None
    answer_id: int
    text: str
    delivery_id: int
    asker: PersonView
    asked: PersonView

    @property
    def root(self) -> int:
        return self.root_id or self.id


@dataclass(frozen=True, slots=True)
class ObjectiveView:
    """`number` is 1-based in the order of the project file; `partner_id` is set where only that partner has it.

    `room` is how many characters the cell of the funder's form holds, where the project file says so. `indicators`
    are in the order of the file, archived ones last.
    """

    id: int
    key: str
    number: int
    title: str
    text: str
    partner_id: int | None = None
    room: int | None = None
    indicators: tuple[IndicatorView, ...] = ()

    @property
    def asked_indicators(self) -> tuple[IndicatorView, ...]:
        return tuple(indicator for indicator in self.indicators if not indicator.is_archived)


@dataclass(frozen=True, slots=True)
class RoundView:
    """One semester's asking. `term` is "spring" or "autumn"; the dates are those in force, moves included."""

    id: int
    key: str
    year: int
    term: str
    state: RoundState
    opens_on: date
    due_on: date
    closes_on: date


@dataclass(frozen=True, slots=True)
class AnswerView:
    """The newest revision of one answer. `version` counts revisions and starts at 0 (nothing written yet).

    `note` is what the coordinator who returned it asks for, and `open_until` the day to whose end it takes changes
    whatever has become of the round: both until it has its last word. `entered_by` names the coordinator who entered
    it on the partner's behalf, until somebody of the partner confirms it.
    """

    id: int
    partner_id: int
    objective_id: int
    state: AnswerState
    version: int
    text: str
    document: Document
    updated_at: datetime | None = None
    updated_by: str | None = None
    details: AnswerDetails = NO_DETAILS
    note: str | None = None
    open_until: date | None = None
    entered_by: str | None = None


@dataclass(frozen=True, slots=True)
class EarlierAnswer:
    """A partner's last word on an objective in the round before: answered, or nothing to report."""

    state: AnswerState
    document: Document
    details: AnswerDetails = NO_DETAILS


@dataclass(frozen=True, slots=True)
class RoundSnapshot:
    """Everything about one round that a card, a status, a summary or a report is made of.

    `answers` has a key (partner id, objective id) for every objective that is the partner's; `due_on` and `reminded_at`
    are per partner id (`due_on` holds extensions; a partner without one has the round's). So are `open_until`, the last
    day of an extension during which the partner answers whatever has become of the round, and `skipped`, the reason why
    nothing is asked of the partner this time. `earlier` has the last words of the round before by partner and
    objective id (of a whole round only those that read like the present ones or have details), `evidence` that of each
    answer by its id, in the order it came in. `is_archived` is told of one partner's share: the partner, the round or
    the project has left the project file, and nothing is asked any more.
    """

    project: ProjectView
    round: RoundView
    partners: tuple[PartnerView, ...]
    objectives: tuple[ObjectiveView, ...]
    answers: Mapping[tuple[int, int], AnswerView]
    due_on: Mapping[int, date]
    reminded_at: Mapping[int, datetime]
    is_archived: bool = False
    open_until: Mapping[int, date] = field(default_factory=dict)
    skipped: Mapping[int, str] = field(default_factory=dict)
    earlier: Mapping[tuple[int, int], EarlierAnswer] = field(default_factory=dict)
    evidence: Mapping[int, tuple[EvidenceView, ...]] = field(default_factory=dict)

    def answer(self, partner_id: int, objective_id: int) -> AnswerView | None:
        """The answer, or None where the objective is not the partner's."""
        return self.answers.get((partner_id, objective_id))

    def only(self, answer_ids: Collection[int]) -> "RoundSnapshot":
        """As one sees it who gives these answers and no others."""
        return replace(self, answers={place: found for place, found in self.answers.items() if found.id in answer_ids})

    def objectives_of(self, partner_id: int) -> tuple[ObjectiveView, ...]:
        return tuple(o for o in self.objectives if (partner_id, o.id) in self.answers)

    def answers_of(self, partner_id: int) -> tuple[AnswerView, ...]:
        return tuple(self.answers[partner_id, o.id] for o in self.objectives_of(partner_id))

    def due_of(self, partner_id: int) -> date:
        """The partner's own day. Where all that is open was returned, the first day until which it was, if later."""
        due = self.due_on.get(partner_id, self.round.due_on)
        waiting = [answer.open_until for answer in self.answers_of(partner_id) if not answer.state.is_final]
        days = [day for day in waiting if day]
        return max(due, min(days)) if waiting and len(days) == len(waiting) else due
