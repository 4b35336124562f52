"""Reading a project file: a checked definition, or everything that is wrong with it."""

from collections.abc import Iterator
from pathlib import Path

from lamppu_bot.project_file.checks import relation_problems
from lamppu_bot.project_file.date_checks import date_problems
from lamppu_bot.project_file.definition import LANGUAGES, ProjectDefinition
from lamppu_bot.project_file.problems import Problem, ProjectFileError
from lamppu_bot.project_file.toml_reading import TomlDocument, read_text, read_toml
from lamppu_bot.project_file.wording import PROJECT_EXAMPLES, value_problems
from lamppu_bot.texts import languages


def read_project(path: Path) -> ProjectDefinition:
    """The definition that the file holds. Raises ProjectFileError with all its problems at once.

    A form template that the file names must lie where it says, counted from the file's own folder.
    """
    document = read_toml(read_text(path), str(path))
    return _definition(document, [*_problems(document), *_template_problems(document, path.parent)])


def read_template(definition: ProjectDefinition, path: Path) -> bytes | None:
    """The Word form that the definition, read from that file, names; None where it names none."""
    name = definition.project.form_template
    return (path.parent / name).read_bytes() if name else None


def parse_project(text: str, file: str = "project.toml") -> ProjectDefinition:
    """As `read_project`, from a text; `file` is the name that its problems carry. Looks at no other file."""
    document = read_toml(text.replace("\r\n", "\n"), file)
    return _definition(document, list(_problems(document)))


def _definition(document: TomlDocument, problems: list[Problem]) -> ProjectDefinition:
    if problems:
        raise ProjectFileError(problems)
    return ProjectDefinition.model_validate(document.values)


def _problems(document: TomlDocument) -> Iterator[Problem]:
    yield from document.problems
    if document.whole:
        yield from value_problems(ProjectDefinition, document, PROJECT_EXAMPLES)
        yield from relation_problems(document)
        yield from date_problems(document)
        yield from _language_problems(document)


def _language_problems(document: TomlDocument) -> Iterator[Problem]:
    project = document.values.get("project")
    language = project.get("language") if isinstance(project, dict) else None
    if language in LANGUAGES and language not in languages():
        message = f'there are no texts in "{language}" yet: write one of {", ".join(languages())}'
        yield document.problem(("project", "language"), message)


def _template_problems(document: TomlDocument, folder: Path) -> Iterator[Problem]:
    """A template that is not there, or that Word or docxtpl cannot make a form of."""
    project = document.values.get("project")
    template = project.get("form_template") if isinstance(project, dict) else None
    if not isinstance(template, str):
        return
    where = ("project", "form_template")
    if not (folder / template).is_file():
        message = f"there is no file {folder / template}: put the template there, or leave the line out"
        yield document.problem(where, message)
        return
    # Imported here because Word's libraries take their time, and few projects have a template of their own.
    from lamppu_bot.report.form import TemplateError, check_template  # noqa: PLC0415

    try:
        check_template((folder / template).read_bytes())
    except TemplateError as error:
        yield document.problem(where, f"{folder / template}: {error}")
