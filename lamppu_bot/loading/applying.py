"""Applying a planned load, in the transaction that it was planned in."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from lamppu_bot.clock import Now
from lamppu_bot.loading import under_way
from lamppu_bot.loading.facts import Facts, Fields
from lamppu_bot.loading.plan import LoadPlan
from storage import projects, queries
from storage import rounds as rows
from storage.projects import Part


def apply_load(session: Session, plan: LoadPlan, now: Now) -> None:
    """Writes what the plan says, and what follows from it for rounds under way. An empty plan writes nothing."""
    if plan.is_empty:
        return
    before = under_way.look(session, plan.project_id) if plan.project_id else under_way.UnderWay({}, {})
    load = _Load(session, plan)
    load.write(now)
    if plan.changes:
        under_way.catch_up(session, queries.get_project(session, load.project_id), before, now)
        told = {"changes": [f"{change.kind.value} {change.path}" for change in plan.changes]}
        conflicts = [conflict.path for conflict in plan.conflicts]
        rows.add_audit(session, load.project_id, None, "load", now.calendar, **told, conflicts=conflicts)


class _Load:
    """The writes of one plan; people are added the first time they are needed."""

    def __init__(self, session: Session, plan: LoadPlan) -> None:
        self.session = session
        self.plan = plan
        self.ids = dict(plan.ids)
        self.project_id = plan.project_id or 0

    def write(self, now: Now) -> None:
        for merge in self.plan.merges:
            projects.merge_people(self.session, merge.kept.id, merge.gone.id)
        for ref, fields in self._section("people"):
            projects.set_person(self.session, self.ids[ref], **_person_columns(fields))
        self._write_project()
        for key, fields in self._section("partners"):
            self._put("partners", key, self._partner_columns(fields))
        partner_ids = projects.list_keys(self.session, "partners", self.project_id)
        for key, fields in self._section("objectives"):
            self._put("objectives", key, _objective_columns(fields, partner_ids))
        for key, fields in self._section("semesters"):
            self._put("semesters", key, _round_columns(fields))
        for path in self.plan.archived:
            part, key = _part_of(path)
            projects.put(self.session, part, self.project_id, key, archived_at=now.calendar)

    def _section(self, section: str) -> Iterator[tuple[str, Fields]]:
        """What is written to the things of one kind; something restored as it was is written to with nothing."""
        untouched: Facts = {path: {} for path in self.plan.restored if path not in self.plan.writes}
        for path, fields in {**self.plan.writes, **untouched}.items():
            kind, _, key = path.partition(".")
            if kind == section and key:
                yield key, fields

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
            projects.set_coordinators(self.session, self.project_id, [self._person(ref) for ref in coordinators])

    def _put(self, part: Part, key: str, columns: dict[str, Any]) -> None:
        back = {"archived_at": None} if f"{part}.{key}" in self.plan.restored else {}
        projects.put(self.session, part, self.project_id, key, **columns, **back)

    def _partner_columns(self, fields: Fields) -> dict[str, Any]:
        columns = {name: value for name, value in fields.items() if name not in ("contact", "deputy")}
        for role in ("contact", "deputy"):
            if role in fields:
                columns[f"{role}_id"] = self._person(fields[role]) if fields[role] else None
        return columns

    def _person(self, ref: str) -> int:
        if ref not in self.ids:
            columns = _person_columns(self.plan.people[f"people.{ref}"])
            self.ids[ref] = projects.add_person(self.session, **columns)
        return self.ids[ref]


def _part_of(path: str) -> tuple[Part, str]:
    section, _, key = path.partition(".")
    parts: dict[str, Part] = {"partners": "partners", "objectives": "objectives", "semesters": "semesters"}
    return parts[section], key


def _person_columns(fields: Fields) -> dict[str, Any]:
    return {("slack_id" if name == "slack" else name): value for name, value in fields.items()}


def _objective_columns(fields: Fields, partner_ids: dict[str, int]) -> dict[str, Any]:
    columns = {name: value for name, value in fields.items() if name != "partner"}
    if "partner" in fields:
        columns["partner_id"] = partner_ids[fields["partner"]] if fields["partner"] else None
    return columns


def _round_columns(fields: Fields) -> dict[str, Any]:
    return {name: date.fromisoformat(value) if name.endswith("_on") else value for name, value in fields.items()}
