"""What coordinators write in TOML: a project's definition, and answers to rehearse it with."""

from lamppu_bot.project_file.answers import PlayedAnswer, read_answers
from lamppu_bot.project_file.definition import (
    CalendarTable,
    ContactTable,
    CoordinatorTable,
    IndicatorTable,
    ObjectiveTable,
    PartnerTable,
    ProjectDefinition,
    ProjectTable,
    SemesterTable,
)
from lamppu_bot.project_file.problems import Problem, ProjectFileError
from lamppu_bot.project_file.reading import parse_project, read_project, read_template

__all__ = [
    "CalendarTable",
    "ContactTable",
    "CoordinatorTable",
    "IndicatorTable",
    "ObjectiveTable",
    "PartnerTable",
    "PlayedAnswer",
    "Problem",
    "ProjectDefinition",
    "ProjectFileError",
    "ProjectTable",
    "SemesterTable",
    "parse_project",
    "read_answers",
    "read_project",
    "read_template",
]
