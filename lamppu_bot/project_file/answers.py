"""The answers of a rehearsal: what each partner will have written, semester by semester."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from lamppu_bot.project_file.checks import entries, text_at
from lamppu_bot.project_file.definition import ProjectDefinition, Table
from lamppu_bot.project_file.fields import prose, wrong
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
}
"""An example of every field an answers file may hold; the list of the names that are known."""

Words = Annotated[str, AfterValidator(prose)]


@dataclass(frozen=True, slots=True)
class PlayedAnswer:
    """What a partner answers to an objective in a semester, all three by their keys in the project file.

    Exactly one of `text` and `nothing_to_report` (the reason) is given. Paragraphs stand apart by an empty line.
    """

    semester: str
    partner: str
    objective: str
    text: str | None = None
    nothing_to_report: str | None = None


class _AnswerTable(Table):
    semester: str
    partner: str
    objective: str
    text: Words | None = None
    nothing_to_report: Words | None = None

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
        for field, keys in known.items():
            if (key := text_at(entry, field)) and key not in keys:
                instead = f'"{meant}"' if (meant := closest(key, keys)) else f"one of {', '.join(keys)}"
                yield (*path, field), f'the project has no {field} with the key "{key}": write {instead}'
        partner, objective = text_at(entry, "partner"), objectives.get(text_at(entry, "objective") or "")
        if partner in known["partner"] and objective and not objective.concerns(str(partner)):
            yield (*path, "objective"), f'"{objective.key}" concerns "{objective.partner}" alone: leave this answer out'


def _repeated(document: TomlDocument) -> Iterator[Problem]:
    first: dict[tuple[str | None, ...], Path] = {}
    for path, entry in entries(document, "answers"):
        question = tuple(text_at(entry, field) for field in ("semester", "partner", "objective"))
        earlier = first.setdefault(question, path)
        if None not in question and earlier != path:
            line = document.lines.line_of(earlier)
            yield document.problem(path, f"answers the same as {spoken(earlier)} in line {line}: keep one of the two")
