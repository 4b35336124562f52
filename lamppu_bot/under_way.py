"""Rounds that are open or due while their project changes: who is asked anew, whose card says something else.

Of rounds that have closed, the partners of which something is open still.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from lamppu_bot import handover, inquiry, keys, ladder, notices, rounds
from lamppu_bot.clock import Now
from lamppu_bot.semester import Reminder
from storage import answers, conversations, ledger, queries
from storage import rounds as rows
from storage.values import ObjectiveView, PartnerView, ProjectView, RoundSnapshot, RoundState, RoundView


@dataclass(frozen=True, slots=True)
class Share:
    """What one partner's card is made of, answers aside."""

    project: tuple[object, ...]
    round: RoundView
    partner: PartnerView
    objectives: tuple[ObjectiveView, ...]

    @property
    def asked(self) -> tuple[int, tuple[int, ...]]:
        return self.partner.contact.id, tuple(objective.id for objective in self.objectives)

    @property
    def people(self) -> frozenset[int]:
        return frozenset(person.id for person in self.partner.people)


@dataclass(frozen=True, slots=True)
class UnderWay:
    """The rounds under way as the project would ask them now: shares by round and partner id, ladders by round id."""

    shares: dict[tuple[int, int], Share]
    ladders: dict[int, tuple[Reminder, ...]]

    def people(self, place: tuple[int, int]) -> frozenset[int]:
        return self.shares[place].people if place in self.shares else frozenset()


def look(session: Session, project_id: int) -> UnderWay:
    project = queries.get_project(session, project_id)
    open_rounds = [found for found in queries.list_rounds(session, project_id) if found.state.takes_answers]
    snapshots = [queries.expected_snapshot(session, found.id) for found in open_rounds]
    snapshots += [queries.snapshot(session, *place) for place in queries.shares_open_after_closing(session, project_id)]
    return UnderWay(
        shares={
            (found.round.id, partner.id): _share(found, partner) for found in snapshots for partner in found.partners
        },
        ladders={found.id: rounds.dates_of(project, found).reminders for found in open_rounds},
    )


def _share(found: RoundSnapshot, partner: PartnerView) -> Share:
    project = found.project
    shown = (project.name, project.short_name, project.language, project.time_zone, project.coordinators)
    return Share(shown, found.round, partner, found.objectives_of(partner.id))


def catch_up(session: Session, project: ProjectView, before: UnderWay, now: Now) -> None:
    """Brings the rounds under way up to the project as it is now; `before` is how they were before it changed."""
    after = look(session, project.id)
    everyone = before.shares.keys() | after.shares.keys()
    changed = sorted(place for place in everyone if before.shares.get(place) != after.shares.get(place))
    for round_id in sorted({round_id for round_id, _ in changed}):
        _catch_up_round(session, project, round_id, before, after, now)
    ledger.change(session, _cards(project, changed, before, after), now=now.real)
    handover.follow_round(session, sorted({round_id for round_id, _ in changed}), now)
    for round_id in sorted({round_id for round_id, _ in changed}):
        _pass_on_questions(session, project, round_id, after, now)
    for place, share in before.shares.items():
        if not after.people(place) >= share.people:
            _release(session, share, now)
        if after.people(place) != share.people:
            notices.update_round(session, place[0], now, place[1])
    _climb_again(session, before, after, now)
    _change_previews(session, project, now)


def _catch_up_round(
    session: Session, project: ProjectView, round_id: int, before: UnderWay, after: UnderWay, now: Now
) -> None:
    asked_before, asked_now = (
        {place: share.asked for place, share in side.shares.items() if place[0] == round_id} for side in (before, after)
    )
    if not asked_now:
        return
    progress = rows.get_progress(session, round_id)
    if progress.round.state is RoundState.CLOSED:
        _pass_cards_on(session, project, round_id, after, now)
    elif asked_before != asked_now:
        rounds.take_in(session, project, round_id, now)
    # Who has left may have been the last whose answer was missing.
    if progress.report_wanted or answers.is_round_complete(session, round_id):
        answers.want_report(session, round_id)


def _pass_cards_on(session: Session, project: ProjectView, round_id: int, after: UnderWay, now: Now) -> None:
    """Whoever answers now for a partner of which something is open still has its card."""
    today = rounds.working_calendar(project).local_day(now.calendar)
    for place, share in after.shares.items():
        if place[0] == round_id:
            ladder.order_card(session, project, share.round, share.partner, share.partner.asked_on(today).id, now)


def _pass_on_questions(session: Session, project: ProjectView, round_id: int, after: UnderWay, now: Now) -> None:
    today = rounds.working_calendar(project).local_day(now.calendar)
    partners = [share.partner for place, share in after.shares.items() if place[0] == round_id]
    inquiry.pass_on(session, round_id, partners, today, now)


def _cards(project: ProjectView, changed: list[tuple[int, int]], before: UnderWay, after: UnderWay) -> list[str]:
    """The cards of all who answered for these partners or do so now: a former contact reads that it is over."""
    shares = [share for place in changed for side in (before, after) if (share := side.shares.get(place))]
    wanted = {
        keys.card(project.key, share.round.key, share.partner.key, person.id)
        for share in shares
        for person in share.partner.people
    }
    return sorted(wanted)


def _release(session: Session, share: Share, now: Now) -> None:
    """Some of those who answered for the share are asked no more: their reminders and threads say so, too."""
    ledger.change_sent(session, "reminder", share.people, now=now.real)
    running = conversations.list_open_of(session, share.round.id, share.partner.id)
    ledger.change_ids(session, conversations.deliveries_of(session, running), now=now.real)


def _climb_again(session: Session, before: UnderWay, after: UnderWay, now: Now) -> None:
    """On another ladder of reminders the rungs whose time has passed are passed over, and the rest lie ahead."""
    for round_id, rungs in after.ladders.items():
        if round_id in before.ladders and before.ladders[round_id] != rungs:
            passed = sum(reminder.at <= now.calendar for reminder in rungs)
            rows.set_round(session, round_id, reminders_done=passed)


def _change_previews(session: Session, project: ProjectView, now: Now) -> None:
    """What the coordinators have been shown of a round to come may be different now, its date too."""
    planned = [found for found in queries.list_rounds(session, project.id) if found.state is RoundState.PLANNED]
    shown_for = [(found.key, rows.get_progress(session, found.id).previewed_for) for found in planned]
    wanted = [keys.preview(project.key, key, opens_on) for key, opens_on in shown_for if opens_on]
    ledger.change(session, wanted, now=now.real)
