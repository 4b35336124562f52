"""The choice of language in a person's Home."""

from typing import Final

from babel import Locale
from slackblocks import Block, Option, PlainText, StaticSelectMenu

from lamppu_bot.messages import blocks, ids
from lamppu_bot.messages.ids import MalformedPayloadError
from lamppu_bot.texts import Texts, languages, texts_of
from storage.values import PersonView

_AS_IN_SLACK: Final = "slack"


def build_language(person: PersonView, texts: Texts) -> list[Block]:
    """What they read now, and what else there is, each language by its own name."""
    options = [Option(PlainText(_named(choice, person, texts)), choice) for choice in (_AS_IN_SLACK, *languages())]
    chosen = person.language if person.language in languages() else _AS_IN_SLACK
    now = next(option for option in options if option.value == chosen)
    menu = StaticSelectMenu(
        ids.LANGUAGE_PICK, options=options, initial_option=now, placeholder=PlainText(texts("home.language.choose"))
    )
    # A new id for a new choice, or Slack may keep showing the old one.
    return [blocks.section(texts.mrkdwn("home.language"), menu, block_id=f"language-{chosen}")]


def parse_language(value: object) -> str | None:
    """The language chosen, None for that of their Slack; raises MalformedPayloadError for what is no choice of ours."""
    if value == _AS_IN_SLACK:
        return None
    if isinstance(value, str) and value in languages():
        return value
    raise MalformedPayloadError("not a language")


def _named(choice: str, person: PersonView, texts: Texts) -> str:
    if choice != _AS_IN_SLACK:
        return _name_of(choice).capitalize()
    if person.locale is None:  # people of another organisation have none
        return texts("home.language.unknown")
    as_in_slack = PersonView(person.id, person.name, person.email, person.slack_id, locale=person.locale)
    return texts("home.language.slack", language=_name_of(texts_of(as_in_slack).language))


def _name_of(language: str) -> str:
    return str(Locale(language).get_display_name())
