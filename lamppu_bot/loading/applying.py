"""Applying a planned load, in the transaction that it was planned in."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from lamppu_bot import under_way
from lamppu_bot.clock import Now
from lamppu_bot.loading.facts import Fields
from lamppu_bot.loading.plan import LoadPlan
from storage import projects, queries
from storage import rounds as rows
from storage.projects import Part
from storage.values import IndicatorView

_ROLES = ("contact", "deputy")


def apply_load(session: Session, plan: LoadPlan, now: Now) -> None:
    """Writes what the plan says, and what follows from it for rounds under way. An empty plan writes nothing."""
    if plan.is_empty:
        return
    before = under_way.look(session, plan.project_id) if plan.project_id else under_way.UnderWay({}, {})
    load = _Load(session, plan)
    load.write(now)
    if plan.changes:
        under_way.catch_up(session, queries.get_project(session, load.project_id), before, now)
        changes = [f"{change.kind.value} {change.path}" for change in plan.changes]
        conflicts = [conflict.path for conflict in plan.conflicts]
        rows.add_audit(session, load.project_id, None, "load", now.calendar, changes=changes, conflicts=conflicts)


class _Load:
    """The writes of one plan; people are added when something is given to them to do."""

    def __init__(self, session: Session, plan: LoadPlan) -> None:
        self.session = session
        self.plan = plan
        self.ids = dict(plan.ids)
        self.project_id = plan.project_id or 0

    def write(self, now: Now) -> None:
        self._write_people()
        self._write_project()
        self._put("partners", {key: self._partner_columns(fields) for key, fields in self._section("partners")}, now)
        partner_ids = projects.list_keys(self.session, "partners", self.project_id)
        known = projects.list_indicators(self.session, self.project_id)
        objectives = {
            key: _objective_columns(fields, partner_ids, known.get(key, ()))
            for key, fields in self._section("objectives")
        }
        self._put("objectives", objectives, now)
        self._put("semesters", {key: _round_columns(fields) for key, fields in self._section("semesters")}, now)

    def _section(self, section: str) -> list[tuple[str, Fields]]:
        """What is written to the things of one kind, by key."""
        named = [(path.partition("."), fields) for path, fields in self.plan.writes.items()]
        return [(key, fields) for (kind, _, key), fields in named if kind == section]

    def _write_people(self) -> None:
        for merge in self.plan.merges:
            projects.merge_people(self.session, merge.kept.id, merge.gone.id)
        for ref, fields in self._section("people"):
            projects.set_person(self.session, self.ids[ref], **_person_columns(fields))
        new = [ref for ref in self._needed() if ref not in self.ids]
        columns = [_person_columns(self.plan.people[f"people.{ref}"]) for ref in new]
        self.ids.update(zip(new, projects.add_people(self.session, columns), strict=True))

    def _needed(self) -> list[str]:
        """The refs of those who are given something to do."""
        coordinators = self.plan.writes.get("project", {}).get("coordinators", [])
        partners = [fields for _, fields in self._section("partners")]
        return list(dict.fromkeys([*coordinators, *(f[role] for f in partners for role in _ROLES if f.get(role))]))

    def _write_project(self) -> None:
        columns = dict(self.plan.writes.get("project", {}))
        coordinators = columns.pop("coordinators", None)
        if "calendar" in self.plan.writes:
            columns["calendar"] = self.plan.writes["calendar"]
        if "form_template" in columns:
            columns["form_template"] = self.plan.template
        columns |= {"definition": dict(self.plan.definition), "archived_at": None}
        if self.plan.project_id is None:
            self.project_id = projects.add_project(self.session, key=self.plan.project_key, **columns)
        else:
            projects.set_project(self.session, self.project_id, **columns)
        if coordinators is not None:
            projects.set_coordinators(self.session, self.project_id, [self.ids[ref] for ref in coordinators])

    def _put(self, part: Part, columns: dict[str, dict[str, Any]], now: Now) -> None:
        for paths, archived_at in ((self.plan.restored, None), (self.plan.archived, now.calendar)):
            for kind, _, key in (path.partition(".") for path in paths):
                if kind == part:
                    columns.setdefault(key, {})["archived_at"] = archived_at
        projects.put(self.session, part, self.project_id, columns)

    def _partner_columns(self, fields: Fields) -> dict[str, Any]:
        columns = {name: value for name, value in fields.items() if name not in _ROLES}
        people = {f"{role}_id": fields[role] and self.ids[fields[role]] for role in _ROLES if role in fields}
        return columns | people


def _person_columns(fields: Fields) -> dict[str, Any]:
    return {("slack_id" if name == "slack" else name): value for name, value in fields.items()}


def _objective_columns(fields: Fields, partner_ids: dict[str, int], known: Iterable[IndicatorView]) -> dict[str, Any]:
    """Of the indicators that are known, those that have left the file stay, archived: figures were given for them."""
    columns = {name: value for name, value in fields.items() if name != "partner"}
    if "partner" in fields:
        columns["partner_id"] = partner_ids[fields["partner"]] if fields["partner"] else None
    if "indicators" in fields:
        asked = [IndicatorView.from_plain(plain) for plain in fields["indicators"]]
        left = [found for found in known if found.key not in {one.key for one in asked}]
        columns["indicators"] = (*asked, *(replace(one, is_archived=True) for one in left))
    return columns


def _round_columns(fields: Fields) -> dict[str, Any]:
    return {name: date.fromisoformat(value) if name.endswith("_on") else value for name, value in fields.items()}
