"""A person's App Home: what they are asked for, what they coordinate, and which language they read.

It holds 100 blocks: what somebody answers themselves comes first, and of very much the rest stands on cards and pages.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from slackblocks import Block

from lamppu_bot.messages import blocks, home_coordinating, limits
from lamppu_bot.messages.conversation import whom_to_ask
from lamppu_bot.messages.home_answering import Asked, Own, build_answering
from lamppu_bot.messages.home_coordinating import Coordinated
from lamppu_bot.messages.home_language import build_language
from lamppu_bot.messages.message import View, home
from lamppu_bot.texts import Texts
from storage.queries import Earlier
from storage.values import HandoverView, PersonView, ProjectView

_ROOM: Final = limits.VIEW_BLOCKS - 4  # the language takes the rest
_BESIDE: Final = 40  # blocks of one's own answers where one coordinates too


@dataclass(frozen=True, slots=True)
class HomeContents:
    """What one person's Home is made of.

    `shares` are what they are to answer now, what they have taken over included; `asked` all partners they answer for;
    `requests` are those of others to take something over. `projects` are all there are, for whoever takes part in none.
    """

    shares: Sequence[Own] = ()
    asked: Sequence[Asked] = ()
    earlier: Sequence[Earlier] = ()
    requests: Sequence[HandoverView] = ()
    coordinated: Sequence[Coordinated] = ()
    projects: Sequence[ProjectView] = ()


def build_home(contents: HomeContents, person: PersonView, *, today: date, texts: Texts, page: int = 0) -> View:
    """The Home of somebody whom the bot knows; `page` is that of the coordinator's part, counted from 0."""
    own = _own(contents, today, texts) if contents.asked or contents.shares or contents.requests else []
    coordinating = home_coordinating.build_coordinating(contents.coordinated, page=page, today=today, texts=texts)
    parts = [*own, *coordinating] or _stranger(contents.projects, texts)
    return home(f"home-{person.id}", [*parts, blocks.divider(), *build_language(person, texts)])


def build_stranger_home(projects: Sequence[ProjectView], *, texts: Texts) -> View:
    """To somebody of whom the bot knows nothing: what this is, and whom to ask."""
    return home("home-stranger", _stranger(projects, texts))


def _own(contents: HomeContents, today: date, texts: Texts) -> list[Block]:
    room = _BESIDE if contents.coordinated else _ROOM
    about = (contents.shares, contents.asked, contents.earlier, contents.requests)
    return build_answering(*about, room=room, today=today, texts=texts)


def _stranger(projects: Sequence[ProjectView], texts: Texts) -> list[Block]:
    return [
        blocks.header(texts("home.stranger.heading")),
        blocks.section(texts.mrkdwn("home.stranger.what")),
        blocks.section(texts.mrkdwn("home.stranger.ask", people=whom_to_ask(projects, texts))),
    ]
