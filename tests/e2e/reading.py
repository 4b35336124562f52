"""Who reads which language in these tests, and whether somebody is shown words of another."""

from lamppu_bot.project_file import ProjectDefinition
from lamppu_bot.texts import Texts, texts_for
from lamppu_bot.workspace import Person, VisibleMessage
from tests.e2e.conftest import KAARNIKKA, MERI, REDU, VARA

FI, SV, EN = (texts_for(language) for language in ("fi", "sv", "en"))
READERS = {REDU: FI, KAARNIKKA: SV, VARA: SV, MERI: EN}

CARDS = {
    FI: "LAMPPU: kevään 2012 tulokset",
    SV: "LAMPPU: resultaten för våren 2012",
    EN: "LAMPPU: results for spring 2012",
}


def in_language(project: ProjectDefinition, language: str) -> ProjectDefinition:
    return project.model_copy(update={"project": project.project.model_copy(update={"language": language})})


def card(person: Person, texts: Texts) -> VisibleMessage:
    return next(message for message in person.messages() if message.lines[0] == CARDS[texts])


def said_to(person: Person) -> str:
    """All that the bot shows a person in messages and by the command, and in the form that is open.

    Files are the project's: their titles are left out.
    """
    messages = [one for message in person.messages() for one in (message, *message.thread)] + list(person.ephemerals)
    shown = [f"{one.text}\n{one.fallback}\n{' '.join(one.buttons)}" for one in messages if one.message.bot_id]
    said = "\n".join([*shown, person.modal.text if person.modal else ""])
    for title in {file.title for one in messages for file in one.files}:
        said = said.replace(title, "")
    return said
