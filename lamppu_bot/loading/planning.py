"""Planning a load: what a checked project file would change in the database. Reads only."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from lamppu_bot.clock import Now
from lamppu_bot.loading.compare import Outcome, Sides, compare
from lamppu_bot.loading.facts import Facts, definition_facts, stored_facts, stored_people_facts, template_digest
from lamppu_bot.loading.people import Mention, Merge, People, mentions_of, merges_of, ref_of
from lamppu_bot.loading.plan import Change, Kind, LoadPlan
from lamppu_bot.project_file import ProjectDefinition
from storage import projects
from storage.projects import StoredProject
from storage.values import PersonView, RoundState

# Dates that lie behind a round in this state, and why they stay.
_OPENED = {"opens_on": "the round has opened already"}
_CLOSED = dict.fromkeys(("opens_on", "due_on", "closes_on"), "the round is closed already")
_FIXED: Final = {RoundState.OPEN: _OPENED, RoundState.DUE: _OPENED, RoundState.CLOSED: _CLOSED}


def plan_load(session: Session, definition: ProjectDefinition, *, template: bytes | None, now: Now) -> LoadPlan:
    """Compares the file with what it said when last loaded and with the database; `apply_load` takes the outcome.

    `template` holds the file that `form_template` names, None where none is named. Until the end of the session's
    transaction no other load runs. Raises LoadError for what cannot be loaded.
    """
    projects.wait_for_other_loads(session)
    stored = projects.find_stored(session, definition.project.key)
    if (template is None) != (definition.project.form_template is None):
        raise ValueError("the template's content goes with its path in the definition")
    last = _last_definition(stored)
    mentions, earlier = list(mentions_of(definition)), list(mentions_of(last)) if last else []
    known = _known_people(session, [*mentions, *earlier])
    merges = merges_of(mentions, known)
    merged = {merge.gone.id: merge.kept for merge in merges}
    people = People(mentions, known, merged)
    sides = _sides(definition, template, stored, last, known, people, People(earlier, known, merged), now)
    outcome = compare(sides)
    _tell_return_and_merges(stored, merges, outcome)
    return _plan(definition, template, stored, outcome, sides, merges, known)


def _last_definition(stored: StoredProject | None) -> ProjectDefinition | None:
    file = stored.definition.get("file") if stored else None
    return ProjectDefinition.from_plain(file) if file else None


def _known_people(session: Session, mentions: Iterable[Mention]) -> list[PersonView]:
    emails = {person.email for person in mentions if person.email}
    slack_ids = {person.slack for person in mentions if person.slack}
    return projects.list_people(session, sorted(emails), sorted(slack_ids))


def _sides(
    definition: ProjectDefinition,
    template: bytes | None,
    stored: StoredProject | None,
    last: ProjectDefinition | None,
    known: list[PersonView],
    people: People,
    earlier_people: People,
    now: Now,
) -> Sides:
    file = definition_facts(definition, template_digest(template), people)
    there = stored_people_facts(known, people) | (stored_facts(stored, people) if stored else {})
    rounds = stored.rounds if stored else ()
    return Sides(
        last=_last_facts(stored.definition, last, earlier_people) if stored and last else {},
        file=file,
        database=there,
        archived=_archived(stored) if stored else frozenset(),
        names=_names(file, there),
        fixed={f"semesters.{found.view.key}": _FIXED.get(found.view.state, {}) for found in rounds},
        said=_said(definition, last, stored),
        past=_past(definition, now),
    )


def _last_facts(stored: Mapping[str, Any], last: ProjectDefinition, people: People) -> Facts:
    """What the file said when last loaded, but for the fields in conflict: those say what they said before."""
    facts = definition_facts(last, stored["template"], people)
    for path, value in stored["held"].items():
        entity, _, name = path.rpartition(".")
        if entity in facts:
            facts[entity][name] = value
    return facts


def _archived(stored: StoredProject) -> frozenset[str]:
    partners = {f"partners.{found.view.key}" for found in stored.partners if found.archived}
    objectives = {f"objectives.{found.view.key}" for found in stored.objectives if found.archived}
    return frozenset(
        partners | objectives | {f"semesters.{found.view.key}" for found in stored.rounds if found.archived}
    )


def _names(*sides: Facts) -> dict[str, str]:
    """The names of people by ref: the file's where it names them."""
    everyone = [(path, fields) for facts in reversed(sides) for path, fields in facts.items()]
    return {path.partition(".")[2]: fields["name"] for path, fields in everyone if path.startswith("people.")}


def _said(
    definition: ProjectDefinition, last: ProjectDefinition | None, stored: StoredProject | None
) -> frozenset[str]:
    """The semesters whose dates the file itself has changed, now or before without success."""
    before = {semester.key: semester for semester in last.semesters} if last else {}
    changed = {f"semesters.{new.key}" for new in definition.semesters if before.get(new.key, new) != new}
    held = stored.definition.get("held", {}) if stored else {}
    return frozenset(changed | {path.rpartition(".")[0] for path in held})


def _past(definition: ProjectDefinition, now: Now) -> frozenset[str]:
    ends = {semester.key: definition.round_dates(semester).closes_at for semester in definition.semesters}
    return frozenset(f"semesters.{key}" for key, closes_at in ends.items() if closes_at <= now.calendar)


def _tell_return_and_merges(stored: StoredProject | None, merges: Iterable[Merge], outcome: Outcome) -> None:
    if stored and stored.archived:
        outcome.restored.append("project")
        outcome.changes.append(Change("project", stored.view.name, stored.view.name, Kind.RESTORED))
    for merge in merges:
        gone, kept = (f"{person.name} <{ref_of(person)}>" for person in (merge.gone, merge.kept))
        outcome.changes.append(Change(f"people.{ref_of(merge.kept)}", gone, kept, Kind.CHANGED))


def _plan(
    definition: ProjectDefinition,
    template: bytes | None,
    stored: StoredProject | None,
    outcome: Outcome,
    sides: Sides,
    merges: Iterable[Merge],
    known: Iterable[PersonView],
) -> LoadPlan:
    loaded = {"file": definition.as_plain(), "template": template_digest(template), "held": outcome.held}
    if stored and "calendar" in outcome.writes:  # kept as one value
        outcome.writes["calendar"] = sides.database["calendar"] | outcome.writes["calendar"]
    gone = {merge.gone.id for merge in merges}
    return LoadPlan(
        project_key=definition.project.key,
        project_id=stored.view.id if stored else None,
        changes=tuple(outcome.changes),
        conflicts=tuple(outcome.conflicts),
        writes=outcome.writes,
        archived=tuple(outcome.archived),
        restored=tuple(outcome.restored),
        merges=tuple(merges),
        definition=loaded,
        is_new_definition=stored is None or stored.definition != loaded,
        template=template,
        ids={ref_of(person): person.id for person in known if person.id not in gone},
        people={path: fields for path, fields in sides.file.items() if path.startswith("people.")},
    )
