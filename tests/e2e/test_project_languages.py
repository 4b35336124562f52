"""Projects in Swedish and English: all they say and write is in their language, for readers of another one too."""

from collections.abc import Callable
from io import BytesIO

import docx
import pytest
from openpyxl import load_workbook

from lamppu_bot.project_file import ProjectDefinition, read_answers
from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.texts import texts_for
from tests.e2e.conftest import EXAMPLES, MERI, at
from tests.e2e.looking import channel
from tests.e2e.reading import SV, card, in_language, said_to
from tests.e2e.talking import arrive
from tests.languages import foreign


@pytest.mark.parametrize("locale", ["de-DE", "", "x"])
def test_locale_without_texts_reads_the_project_s_language(
    rehearse: Callable[[ProjectDefinition], Rehearsal], project: ProjectDefinition, locale: str
) -> None:
    house = rehearse(in_language(project, "sv"))
    house.people[MERI].user.locale = locale
    house.move_to(at("2012-05-09 09:00"), "the opening")
    assert card(house.people[MERI], SV)


def test_stranger_reads_the_language_of_the_only_project(
    rehearse: Callable[[ProjectDefinition], Rehearsal], project: ProjectDefinition
) -> None:
    house = rehearse(in_language(project, "sv"))
    stranger = house.workspace.add_person("Sofia Sandberg", "sofia.sandberg@example.org")
    stranger.say("Hej?")
    arrive(house)
    assert SV("unknown_person.reply", people="").strip() in said_to(stranger)
    stranger.command("/lamppu", "help")
    assert SV("help.heading") in said_to(stranger)
    assert not foreign(said_to(stranger), SV)


@pytest.mark.parametrize(
    ("language", "files", "sheets", "heading"),
    [
        ("sv", "resultat", ["Resultat", "Jämförelse", "Läget", "Mål"], "Delprojektets genomförare"),
        ("en", "results", ["Results", "Comparison", "Status", "Objectives"], "Partner"),
    ],
)
def test_whole_project_in_another_language(
    rehearse: Callable[[ProjectDefinition], Rehearsal],
    project: ProjectDefinition,
    language: str,
    files: str,
    sheets: list[str],
    heading: str,
) -> None:
    """Played from the first preview to the last report, as `rehearse` does, and nothing of it in another language."""
    texts = texts_for(language)
    house = rehearse(in_language(project, language))
    house.play(read_answers(EXAMPLES / "lamppu-2012-answers.toml", project))
    posted = [one for message in channel(house) for one in (message, *message.thread)]
    assert not foreign("\n".join(one.text for one in posted), texts)
    for person in house.people.values():
        assert not foreign(said_to(person), texts)
    newest = {file.name: file.content for one in posted for file in one.files}
    assert set(sheets) <= set(load_workbook(BytesIO(newest[f"lamppu-2012-{files}.xlsx"])).sheetnames)
    form = docx.Document(BytesIO(next(content for name, content in newest.items() if name.endswith(".docx"))))
    assert form.core_properties.language == texts.tag
    assert heading in form.tables[0].rows[1].cells[0].text
