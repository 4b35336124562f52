"""A project as facts that can be compared field by field: as a file says it, and as the database holds it."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from lamppu_bot.loading.people import People, mentions_of, ref_of
from lamppu_bot.project_file import ObjectiveTable, PartnerTable, ProjectDefinition, SemesterTable
from lamppu_bot.semester import RoundDates
from storage.projects import StoredObjective, StoredPartner, StoredProject, StoredRound
from storage.values import IndicatorView, PersonView

Fields = dict[str, Any]
"""The fields of one thing by name. Values are plain JSON; people are their refs, partners their keys."""

Facts = dict[str, Fields]
"""Everything by path: `project`, `calendar`, `partners.<key>`, `objectives.…`, `semesters.…`, `people.<ref>`."""


def template_digest(template: bytes | None) -> str | None:
    return None if template is None else hashlib.sha256(template).hexdigest()


def definition_facts(definition: ProjectDefinition, digest: str | None, people: People) -> Facts:
    """What a file says; `digest` is that of the form template beside it."""
    project = definition.project
    facts: Facts = {
        "project": {
            "name": project.name,
            "short_name": project.short_name,
            "language": project.language,
            "time_zone": project.time_zone,
            "holidays": project.holidays,
            "channel": project.channel,
            "form_template": digest,
            "coordinators": _unique(people.ref(person) for person in definition.coordinators),
        },
        "calendar": definition.calendar.model_dump(mode="json"),
    }
    for position, partner in enumerate(definition.partners):
        facts[f"partners.{partner.key}"] = _partner(partner, position, people)
    for number, objective in enumerate(definition.objectives, start=1):
        facts[f"objectives.{objective.key}"] = _objective(objective, number, definition.room_of(objective))
    for semester in definition.semesters:
        facts[f"semesters.{semester.key}"] = _semester(semester, definition.round_dates(semester))
    return facts | people_facts(definition, people)


def _partner(partner: PartnerTable, position: int, people: People) -> Fields:
    return {
        "name": partner.name,
        "short_name": partner.short_name,
        "contact": people.ref(partner.contact),
        "deputy": people.ref(partner.deputy) if partner.deputy else None,
        "position": position,
    }


def _objective(objective: ObjectiveTable, number: int, room: int | None) -> Fields:
    indicators = (IndicatorView(one.key, one.title, one.unit, one.target) for one in objective.indicators)
    return {
        "number": number,
        "title": objective.title,
        "text": objective.text,
        "partner": objective.partner,
        "room": room,
        "indicators": [indicator.as_plain() for indicator in indicators],
    }


def _semester(semester: SemesterTable, dates: RoundDates) -> Fields:
    return {
        "year": semester.year,
        "term": semester.term,
        "opens_on": dates.opens_at.date().isoformat(),
        "due_on": dates.due_on.isoformat(),
        "closes_on": dates.closes_on.isoformat(),
    }


def people_facts(definition: ProjectDefinition, people: People) -> Facts:
    """What a file says of its people, all mentions of one joined. What it leaves out of their addresses it does not
    say: those found out in Slack stay."""
    facts: Facts = {}
    for mention in mentions_of(definition):
        fields = facts.setdefault(f"people.{people.ref(mention)}", {"name": mention.name, "phone": None})
        said = {"email": mention.email, "slack": mention.slack, "phone": getattr(mention, "phone", None)}
        fields.update({name: value for name, value in said.items() if value is not None})
    return facts


def stored_facts(stored: StoredProject, people: People) -> Facts:
    """What the database holds of a project and its parts, archived ones included."""
    view = stored.view
    facts: Facts = {
        "project": {
            "name": view.name,
            "short_name": view.short_name,
            "language": view.language,
            "time_zone": view.time_zone,
            "holidays": view.holidays,
            "channel": view.channel,
            "form_template": template_digest(stored.form_template),
            "coordinators": _unique(people.ref_of(person) for person in view.coordinators),
        },
        "calendar": dict(view.calendar),
    }
    key_of = {partner.view.id: partner.view.key for partner in stored.partners}
    facts.update({f"partners.{found.view.key}": _stored_partner(found, people) for found in stored.partners})
    facts.update({f"objectives.{found.view.key}": _stored_objective(found, key_of) for found in stored.objectives})
    facts.update({f"semesters.{found.view.key}": _stored_round(found) for found in stored.rounds})
    return facts


def _stored_partner(found: StoredPartner, people: People) -> Fields:
    return {
        "name": found.view.name,
        "short_name": found.view.short_name,
        "contact": people.ref_of(found.view.contact),
        "deputy": people.ref_of(found.view.deputy) if found.view.deputy else None,
        "position": found.position,
    }


def _stored_objective(found: StoredObjective, key_of: Mapping[int, str]) -> Fields:
    view = found.view
    partner = key_of[view.partner_id] if view.partner_id else None
    return {
        "number": view.number,
        "title": view.title,
        "text": view.text,
        "partner": partner,
        "room": view.room,
        "indicators": [indicator.as_plain() for indicator in view.asked_indicators],
    }


def _stored_round(found: StoredRound) -> Fields:
    view = found.view
    return {
        "year": view.year,
        "term": view.term,
        "opens_on": view.opens_on.isoformat(),
        "due_on": view.due_on.isoformat(),
        "closes_on": view.closes_on.isoformat(),
    }


def stored_people_facts(known: Iterable[PersonView], people: People) -> Facts:
    """What the database holds of the people whom a file names."""
    return {
        f"people.{people.ref_of(row)}": {
            "name": row.name,
            "email": row.email,
            "slack": row.slack_id,
            "phone": row.phone,
        }
        for row in known
        if people.ref_of(row) == ref_of(row)
    }


def _unique(refs: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(refs))
