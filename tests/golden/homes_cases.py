"""Every App Home and the windows of earlier answers, made of the LAMPPU samples; each is kept as a golden file."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from lamppu_bot import richtext
from lamppu_bot.messages.card_reading import Reading
from lamppu_bot.messages.earlier import build_earlier, build_earlier_answer
from lamppu_bot.messages.home import HomeContents, build_home, build_stranger_home
from lamppu_bot.messages.home_answering import Asked, Own
from lamppu_bot.messages.home_coordinating import Coordinated
from lamppu_bot.messages.message import View
from lamppu_bot.texts import Texts
from storage.queries import Earlier
from storage.values import AnswerState, HandoverState, HandoverView, RoundSnapshot, RoundState, RoundView
from tests.golden import messages_samples as samples
from tests.golden.messages_samples import AINO, AUTUMN, KUUSAMO, LIISA, MATTI, PROJECT, ROVANIEMI, SPRING, TODAY

HALF_WAY = samples.snapshot()
LATE = samples.snapshot(round=samples.in_state(RoundState.DUE), due_on={})
DONE = samples.with_states(AnswerState.ANSWERED)
COMING = replace(AUTUMN, state=RoundState.PLANNED)
AUTUMN_2011 = RoundView(
    6, "2011-autumn", 2011, "autumn", RoundState.CLOSED, date(2011, 11, 21), date(2011, 12, 15), date(2012, 1, 13)
)
LONG = richtext.from_plain("\n".join(f"Kävimme läpi mittarin numero {number}." for number in range(1, 41)))

OWN = HomeContents(
    shares=[Own(HALF_WAY, ROVANIEMI.id, Reading(AINO))],
    asked=[Asked(PROJECT, ROVANIEMI.id, ROVANIEMI.name, COMING)],
    earlier=[Earlier(AUTUMN_2011, ROVANIEMI.id, ROVANIEMI.short_name, PROJECT.short_name)],
    projects=[PROJECT],
)
QUIET = HomeContents(
    asked=[
        Asked(PROJECT, ROVANIEMI.id, ROVANIEMI.name, COMING),
        Asked(replace(PROJECT, id=2, short_name="LAIVA"), KUUSAMO.id, KUUSAMO.name),
    ],
    projects=[PROJECT],
)
COORDINATED = HomeContents(
    coordinated=[Coordinated(PROJECT, [AUTUMN_2011, LATE.round, COMING], [LATE])], projects=[PROJECT]
)
BETWEEN = HomeContents(coordinated=[Coordinated(PROJECT, [replace(SPRING, state=RoundState.CLOSED)], [])])
ASKED = HandoverView(5, 1, SPRING.id, ROVANIEMI.id, frozenset({1001}), AINO, MATTI, HandoverState.ASKED)
AFTER_DUE = date(2012, 6, 1)


def _with_long_answer() -> RoundSnapshot:
    place = (ROVANIEMI.id, 101)
    long = replace(HALF_WAY.answers[place], document=LONG)
    return replace(HALF_WAY, round=samples.in_state(RoundState.CLOSED), answers={**HALF_WAY.answers, place: long})


CASES: dict[str, Callable[[Texts], View]] = {
    "contact": lambda texts: build_home(OWN, AINO, today=TODAY, texts=texts),
    "contact_done": lambda texts: build_home(
        replace(OWN, shares=[Own(DONE, ROVANIEMI.id, Reading(AINO))]),
        replace(AINO, locale="sv-FI"),
        today=TODAY,
        texts=texts,
    ),
    "contact_between_rounds": lambda texts: build_home(
        QUIET, replace(AINO, language="fi", locale="en-GB"), today=TODAY, texts=texts
    ),
    "coordinator": lambda texts: build_home(COORDINATED, LIISA, today=AFTER_DUE, texts=texts),
    "coordinator_between_rounds": lambda texts: build_home(BETWEEN, LIISA, today=AFTER_DUE, texts=texts),
    "both": lambda texts: build_home(
        replace(OWN, coordinated=COORDINATED.coordinated), LIISA, today=AFTER_DUE, texts=texts
    ),
    "former": lambda texts: build_home(HomeContents(projects=[PROJECT]), AINO, today=TODAY, texts=texts),
    "asked_by_a_colleague": lambda texts: build_home(
        HomeContents(requests=[ASKED], projects=[PROJECT]), MATTI, today=TODAY, texts=texts
    ),
    "stranger": lambda texts: build_stranger_home([PROJECT], texts=texts),
    "earlier": lambda texts: build_earlier(_with_long_answer(), ROVANIEMI.id, texts=texts),
    "earlier_answer": lambda texts: build_earlier_answer(_with_long_answer(), ROVANIEMI.id, 101, texts=texts),
}
