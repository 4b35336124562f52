"""Who has answered what: counts per partner and over the round. Pure; imports the values only."""

from dataclasses import dataclass
from datetime import date, datetime

from storage.values import AnswerState, AnswerView, ObjectiveView, PartnerView, RoundSnapshot, RoundState


@dataclass(frozen=True, slots=True)
class PartnerStatus:
    """How many of a partner's objectives stand where; `due_on` is the partner's own, extension included.

    `skip_reason` says why nothing is asked of the partner this time, None where it is asked as usual: it has nothing
    open then, and counts neither among those that are done nor among those that are to be. `unchanged` counts the last
    words that are those of the round before.
    """

    partner: PartnerView
    answered: int
    draft: int
    nothing: int
    missing: int
    returned: int
    due_on: date
    reminded_at: datetime | None
    skip_reason: str | None = None
    unchanged: int = 0

    @property
    def is_skipped(self) -> bool:
        return self.skip_reason is not None

    @property
    def total(self) -> int:
        return self.answered + self.draft + self.nothing + self.missing + self.returned

    @property
    def done(self) -> int:
        """Objectives with a last word: answered, or nothing to report."""
        return self.answered + self.nothing

    @property
    def open(self) -> int:
        return 0 if self.is_skipped else self.total - self.done

    @property
    def is_complete(self) -> bool:
        return self.open == 0

    def is_late(self, today: date) -> bool:
        """Whether something is open although the due day is over."""
        return not self.is_complete and self.due_on < today


@dataclass(frozen=True, slots=True)
class RoundStatus:
    """Every partner's status in the project's order. What it counts, it counts of those that are asked."""

    partners: tuple[PartnerStatus, ...]

    @property
    def asked(self) -> tuple[PartnerStatus, ...]:
        return tuple(partner for partner in self.partners if not partner.is_skipped)

    @property
    def skipped(self) -> tuple[PartnerStatus, ...]:
        """Partners of which nothing is asked this time."""
        return tuple(partner for partner in self.partners if partner.is_skipped)

    @property
    def total(self) -> int:
        return sum(partner.total for partner in self.asked)

    @property
    def done(self) -> int:
        return sum(partner.done for partner in self.asked)

    @property
    def unchanged(self) -> int:
        """Last words that are those of the round before."""
        return sum(partner.unchanged for partner in self.asked)

    @property
    def complete(self) -> int:
        """Partners that have nothing open."""
        return sum(partner.is_complete for partner in self.asked)

    @property
    def is_complete(self) -> bool:
        return self.complete == len(self.asked)

    @property
    def unfinished(self) -> tuple[PartnerStatus, ...]:
        """Partners with something open: the soonest due first, then those with the most open."""
        waiting = (partner for partner in self.partners if not partner.is_complete)
        return tuple(sorted(waiting, key=lambda partner: (partner.due_on, -partner.open)))

    def late(self, today: date) -> tuple[PartnerStatus, ...]:
        return tuple(partner for partner in self.unfinished if partner.is_late(today))


def partner_status(snapshot: RoundSnapshot, partner: PartnerView) -> PartnerStatus:
    answers = snapshot.answers_of(partner.id)
    states = [answer.state for answer in answers]
    return PartnerStatus(
        partner=partner,
        answered=states.count(AnswerState.ANSWERED),
        draft=states.count(AnswerState.DRAFT),
        nothing=states.count(AnswerState.NOTHING),
        missing=states.count(AnswerState.MISSING),
        returned=states.count(AnswerState.RETURNED),
        due_on=snapshot.due_of(partner.id),
        reminded_at=snapshot.reminded_at.get(partner.id),
        skip_reason=snapshot.skipped.get(partner.id),
        unchanged=sum(is_unchanged(snapshot, answer) for answer in answers),
    )


def round_status(snapshot: RoundSnapshot) -> RoundStatus:
    return RoundStatus(tuple(partner_status(snapshot, partner) for partner in snapshot.partners))


def can_be_returned(state: AnswerState) -> bool:
    """Whether a coordinator may ask for more: it has a last word, or more was asked for already."""
    return state.is_final or state is AnswerState.RETURNED


def has_private_drafts(snapshot: RoundSnapshot, partner_id: int) -> bool:
    """Whether drafts are still their writers' own: until the partner's due day is over, as the card says."""
    is_due = snapshot.round.state in (RoundState.DUE, RoundState.CLOSED)
    return not is_due or snapshot.open_until.get(partner_id) is not None


def is_private(snapshot: RoundSnapshot, answer: AnswerView) -> bool:
    """Whether the text is still its writers' own."""
    return answer.state is AnswerState.DRAFT and has_private_drafts(snapshot, answer.partner_id)


def has_private_evidence(snapshot: RoundSnapshot, answer: AnswerView) -> bool:
    """Whether links and files are still their writers' own: like a draft, even before there is a text beside them."""
    is_begun = answer.state in (AnswerState.DRAFT, AnswerState.MISSING)
    return is_begun and has_private_drafts(snapshot, answer.partner_id)


def takes_changes(snapshot: RoundSnapshot, answer: AnswerView) -> bool:
    """Whether the answer can be changed: as the stored state says, never the clock.

    After the round has closed it can where the partner's date was extended or the answer was returned.
    """
    is_open = bool(snapshot.open_until.get(answer.partner_id) or answer.open_until)
    is_asked = not snapshot.is_archived and answer.partner_id not in snapshot.skipped
    return is_asked and (is_open or snapshot.round.state.takes_answers)


def is_open_for(snapshot: RoundSnapshot, partner_id: int) -> bool:
    """Whether anything can be answered or changed by the partner now."""
    return any(takes_changes(snapshot, answer) for answer in snapshot.answers_of(partner_id))


def is_unchanged(snapshot: RoundSnapshot, answer: AnswerView) -> bool:
    """Whether the answer is word for word the last word of the round before, and tells nothing of carried-on work."""
    earlier = snapshot.earlier.get((answer.partner_id, answer.objective_id))
    if earlier is None or not answer.state.is_final or answer.details.follow_up:
        return False
    return bool(answer.document) and answer.document == earlier.document


def open_answers(snapshot: RoundSnapshot, partner_id: int) -> tuple[tuple[ObjectiveView, AnswerView], ...]:
    """The partner's objectives that still want a last word, with their answers, in the project's order.

    None where nothing is asked of the partner this time.
    """
    if partner_id in snapshot.skipped:
        return ()
    found = (
        (objective, snapshot.answers[partner_id, objective.id]) for objective in snapshot.objectives_of(partner_id)
    )
    return tuple((objective, answer) for objective, answer in found if not answer.state.is_final)


def waiting_answers(snapshot: RoundSnapshot, partner_id: int) -> tuple[tuple[ObjectiveView, AnswerView], ...]:
    """The open answers that can be given now."""
    return tuple(pair for pair in open_answers(snapshot, partner_id) if takes_changes(snapshot, pair[1]))
