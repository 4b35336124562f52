"""The answers of a rehearsal: what each partner will have written, semester by semester."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from lamppu_bot.given import link_of
from lamppu_bot.project_file.checks import entries, text_at
from lamppu_bot.project_file.definition import ProjectDefinition, Table
from lamppu_bot.project_file.fields import Figure, one_line, prose, wrong
from lamppu_bot.project_file.problems import Problem, ProjectFileError, closest, spoken
from lamppu_bot.project_file.toml_lines import Path
from lamppu_bot.project_file.toml_reading import TomlDocument, read_text, read_toml
from lamppu_bot.project_file.wording import value_problems

ANSWERS_EXAMPLES: Mapping[str, str] = {
    "project": '"lamppu"',
    "answers": "",
    "answers.semester": '"2012-spring"',
    "answers.partner": '"rovaniemi"',
    "answers.objective": '"mittarit"',
    "answers.text": '"Mittarit on valittu."',
    "answers.nothing_to_report": '"Työ alkaa vasta syksyllä."',
    "answers.carried": '"continues"',
    "answers.follow_up": '"Mittarit otettiin käyttöön."',
    "answers.continuing": '"Mittarien käyttöönotto"',
    "answers.figures": "{ koulutetut = 24 }",
    "answers.links": '["https://www.example.org/muistio Muistio"]',
}
"""An example of every field an answers file may hold; the list of the names that are known."""

Words = Annotated[str, AfterValidator(prose)]


def _link(line: str) -> str:
    if link_of(line) is None:
        raise wrong(f'"{line}" is no link: write one address such as "https://www.example.org/muistio", and its title')
    return line


Link = Annotated[str, AfterValidator(_link)]


@dataclass(frozen=True, slots=True)
class PlayedAnswer:
    """What a partner answers to an objective in a semester, all three by their keys in the project file.

    Exactly one of `text` and `nothing_to_report` (the reason) is given. Paragraphs stand apart by an empty line. The
    rest stands beside it: `figures` by the keys of the objective's indicators, `links` with their titles if they have
    one.
    """

    semester: str
    partner: str
    objective: str
    text: str | None = None
    nothing_to_report: str | None = None
    carried: str | None = None
    follow_up: str | None = None
    continuing: str | None = None
    figures: Mapping[str, Decimal] = field(default_factory=dict)
    links: tuple[str, ...] = ()


class _AnswerTable(Table):
    semester: str
    partner: str
    objective: str
    text: Words | None = None
    nothing_to_report: Words | None = None
    carried: Literal["continues", "changed", "finished"] | None = None
    follow_up: Words | None = None
    continuing: Annotated[str, AfterValidator(one_line), Field(max_length=300)] | None = None
    figures: dict[str, Figure] = Field(default_factory=dict)
    links: tuple[Link, ...] = ()

    @model_validator(mode="after")
    def _one_of_two(self) -> "_AnswerTable":
        if (self.text is None) == (self.nothing_to_report is None):
            raise wrong('write either text = "…" or nothing_to_report = "…" with the reason')
        return self


class _AnswersFile(Table):
    project: str
    answers: tuple[_AnswerTable, ...] = Field(min_length=1)


def read_answers(path: FilePath, project: ProjectDefinition) -> tuple[PlayedAnswer, ...]:
    """The answers in the order of the file. Raises ProjectFileError with all problems at once.

    Every semester, partner and objective must be the project's, and the objective must concern the partner.
    """
    document = read_toml(read_text(path), str(path))
    problems = list(document.problems)
    if document.whole:
        problems += value_problems(_AnswersFile, document, ANSWERS_EXAMPLES)
        problems += [document.problem(where, message) for where, message in _strangers(document, project)]
        problems += _repeated(document)
        problems += [document.problem(where, message) for where, message in _not_asked(document, project)]
    if problems:
        raise ProjectFileError(problems)
    played = _AnswersFile.model_validate(document.values).answers
    return tuple(PlayedAnswer(**answer.model_dump()) for answer in played)


def _strangers(document: TomlDocument, project: ProjectDefinition) -> Iterator[tuple[Path, str]]:
    """Keys that are not the project's, and objectives that are not the partner's."""
    named = text_at(document.values, "project")
    if named and named != project.project.key:
        yield ("project",), f'these are answers for "{named}": write "{project.project.key}", or take its own file'
    known = {
        "semester": [semester.key for semester in project.semesters],
        "partner": [partner.key for partner in project.partners],
        "objective": [objective.key for objective in project.objectives],
    }
    objectives = {objective.key: objective for objective in project.objectives}
    for path, entry in entries(document, "answers"):
        for name, keys in known.items():
            if (key := text_at(entry, name)) and key not in keys:
                instead = f'"{meant}"' if (meant := closest(key, keys)) else f"one of {', '.join(keys)}"
                yield (*path, name), f'the project has no {name} with the key "{key}": write {instead}'
        partner, objective = text_at(entry, "partner"), objectives.get(text_at(entry, "objective") or "")
        if partner in known["partner"] and objective and not objective.concerns(str(partner)):
            yield (*path, "objective"), f'"{objective.key}" concerns "{objective.partner}" alone: leave this answer out'


def _repeated(document: TomlDocument) -> Iterator[Problem]:
    first: dict[tuple[str | None, str | None, str | None], Path] = {}
    for path, entry in entries(document, "answers"):
        question = _question(entry)
        earlier = first.setdefault(question, path)
        if None not in question and earlier != path:
            line = document.lines.line_of(earlier)
            yield document.problem(path, f"answers the same as {spoken(earlier)} in line {line}: keep one of the two")


def _not_asked(document: TomlDocument, project: ProjectDefinition) -> Iterator[tuple[Path, str]]:
    """What no form will have a field for: figures without an indicator, news of work that nobody told of before."""
    earlier_of = {after.key: earlier.key for earlier, after in pairwise(project.semesters)}
    indicators = {objective.key: [one.key for one in objective.indicators] for objective in project.objectives}
    said = {_question(entry): entry for _, entry in entries(document, "answers")}
    for path, entry in entries(document, "answers"):
        semester, partner, objective = _question(entry)
        for key in entry.get("figures", ()) if isinstance(entry.get("figures"), dict) else ():
            if key not in indicators.get(objective or "", ()):
                yield (*path, "figures"), f'the objective has no indicator with the key "{key}": leave it out'
        last = said.get((earlier_of.get(semester or ""), partner, objective), {})
        if "carried" in entry and "text" not in last:
            yield (*path, "carried"), "there is no answer in the semester before: leave it out"
        if "follow_up" in entry and "continuing" not in last:
            yield (*path, "follow_up"), "nothing was said to go on in the semester before: write continuing there"


def _question(entry: Mapping[str, Any]) -> tuple[str | None, str | None, str | None]:
    semester, partner, objective = (text_at(dict(entry), name) for name in ("semester", "partner", "objective"))
    return semester, partner, objective
