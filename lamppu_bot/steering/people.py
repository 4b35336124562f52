"""Changing who answers for a partner: its contact, and its deputy, of whom there may be none."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from lamppu_bot import keys, ladder, status, under_way
from lamppu_bot.clock import Now
from lamppu_bot.errors import RefusedError
from lamppu_bot.steering import following
from lamppu_bot.steering.permission import Form, Steered, require_steered
from storage import ledger, projects, queries
from storage import rounds as rows
from storage.values import PartnerView, PersonView, ProjectView

if TYPE_CHECKING:
    from lamppu_bot.project_file import ContactTable

ACTION = "change-people"


@dataclass(frozen=True, slots=True)
class Named:
    """A person as a coordinator writes them; nothing is checked yet."""

    name: str
    email: str
    phone: str

    @property
    def is_empty(self) -> bool:
        return not (self.name or self.email or self.phone)

    def is_as(self, other: "Named") -> bool:
        """Whether both say the same of the same person."""
        mine, theirs = ((one.name.strip(), one.email.strip().lower(), one.phone.strip()) for one in (self, other))
        return mine == theirs


@dataclass(frozen=True, slots=True)
class People:
    """Who is to answer for a partner; `deputy` may be empty."""

    contact: Named
    deputy: Named


@dataclass(frozen=True, slots=True)
class Met:
    """Somebody else has changed the same people since the form was opened: nothing was done, `wanted` may still be."""

    partner: PartnerView
    wanted: People


def problems_of(wanted: People) -> list[tuple[str, str]]:
    """What a project file would not take either: (role, field) each, "same" for a deputy who is the contact."""
    found = [("contact", field) for field in _wrong_fields(wanted.contact)]
    if wanted.deputy.is_empty:
        return found
    found += [("deputy", field) for field in _wrong_fields(wanted.deputy)]
    is_same = wanted.contact.email.strip().lower() == wanted.deputy.email.strip().lower()
    return [*found, ("deputy", "same")] if is_same and not found else found


def _wrong_fields(named: Named) -> Iterator[str]:
    from pydantic import ValidationError  # noqa: PLC0415 - as below

    try:
        _checked(named)
    except ValidationError as wrong:
        yield from dict.fromkeys(str(error["loc"][0]) for error in wrong.errors())


def _checked(named: Named) -> "ContactTable":
    from lamppu_bot.project_file import ContactTable  # noqa: PLC0415 - no start waits for what reads project files

    return ContactTable(name=named.name, email=named.email, phone=named.phone or None)


def require_partner(
    session: Session, person: PersonView, round_id: int, partner_id: int
) -> tuple[Steered, PartnerView]:
    """Raises RefusedError unless the person coordinates the project, and for a partner that is not in its file."""
    steered = require_steered(session, person, round_id)
    for partner in queries.list_partners(session, steered.project.id):
        if partner.id == partner_id:
            return steered, partner
    raise RefusedError("refused.no_such_partner")


def change_people(
    session: Session, form: Form, round_id: int, partner_id: int, seen: People, wanted: People, now: Now
) -> PartnerView | Met:
    """Rounds under way follow, as after loading a project file that says so. Returns the partner as it is afterwards.

    `wanted` has no problems. Of contact and deputy, who is wanted as they were `seen` stays whoever it is by now.
    Somebody who is known by their e-mail is the one; what is known of others stays as it is. The same form once more,
    and one that changes nothing, does nothing. Raises as `require_partner` does.
    """
    projects.wait_for_other_loads(session)
    steered, before = require_partner(session, form.person, round_id, partner_id)
    if rows.has_audit(session, form.origin):
        return before
    wanted, is_met = _onto(_people_of(before), seen, wanted)
    if is_met or problems_of(wanted):
        return Met(before, wanted)
    return _change(session, form, steered, before, wanted, now)


def _people_of(partner: PartnerView) -> People:
    def named(person: PersonView | None) -> Named:
        return Named(person.name, person.email or "", person.phone or "") if person else Named("", "", "")

    return People(named(partner.contact), named(partner.deputy))


def _onto(present: People, seen: People, wanted: People) -> tuple[People, bool]:
    """What the form changes, on those who answer now; and whether it changes what others have changed otherwise."""
    contact, is_met = _changed(present.contact, seen.contact, wanted.contact)
    deputy, is_met_too = _changed(present.deputy, seen.deputy, wanted.deputy)
    return People(contact, deputy), is_met or is_met_too


def _changed(present: Named, seen: Named, wanted: Named) -> tuple[Named, bool]:
    if wanted.is_as(seen):
        return present, False
    return wanted, not (present.is_as(seen) or present.is_as(wanted))


def _change(
    session: Session, form: Form, steered: Steered, before: PartnerView, wanted: People, now: Now
) -> PartnerView:
    project, round_id = steered.project, steered.progress.round.id
    seen = under_way.look(session, project.id)
    contact_id = _person(session, _checked(wanted.contact), before)
    deputy_id = None if wanted.deputy.is_empty else _person(session, _checked(wanted.deputy), before)
    projects.put(session, "partners", project.id, {before.key: {"contact_id": contact_id, "deputy_id": deputy_id}})
    _, after = require_partner(session, form.person, round_id, before.id)
    if after == before:
        return after
    details = {"partner": before.key, "from": _as_json(before), "to": _as_json(after)}
    rows.add_audit(session, project.id, form.person.id, ACTION, now.calendar, origin=form.origin, **details)
    under_way.catch_up(session, queries.get_project(session, project.id), seen, now)
    _hand_on(session, project, before, after, now)
    return after


def _person(session: Session, named: "ContactTable", partner: PartnerView) -> int:
    """Their id. Of the partner's own people the name and the number may be put right."""
    known = projects.list_people(session, [named.email], [])
    if not known:
        return projects.add_people(session, [{"name": named.name, "email": named.email, "phone": named.phone}])[0]
    if known[0].id in {person.id for person in partner.people}:
        projects.set_person(session, known[0].id, name=named.name, phone=named.phone)
    return known[0].id


def _hand_on(session: Session, project: ProjectView, before: PartnerView, after: PartnerView, now: Now) -> None:
    """Cards of those who come in where one has left: a deputy who was asked, a contact who was given longer."""
    for found in queries.list_rounds(session, project.id):
        for old, new in ((before.contact, after.contact), (before.deputy, after.deputy)):
            if old and new and old.id != new.id and following.has_card(session, project, found, before, old):
                share = queries.snapshot(session, found.id, after.id)
                if status.is_open_for(share, after.id):
                    ladder.order_card(session, project, found, after, new.id, now)
                    ledger.change(session, [keys.card(project.key, found.key, after.key, old.id)], now=now.real)


def _as_json(partner: PartnerView) -> dict[str, str | None]:
    return {"contact": partner.contact.email, "deputy": partner.deputy.email if partner.deputy else None}
