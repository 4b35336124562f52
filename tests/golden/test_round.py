"""The year 2012 in each language, as everybody reads it: every message when it comes, and what is new when it changes.

`GOLDEN_WRITE=1 pytest tests/golden/test_round.py` writes the files anew; read the difference before committing it.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from lamppu_bot.project_file import read_answers, read_project
from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.story import Arrival, Story
from lamppu_bot.texts import languages, texts_for
from tests.e2e.reading import in_language
from tests.languages import foreign
from tests.unit.report_samples import EXAMPLES

FOLDER = Path(__file__).parent / "round"


@pytest.mark.parametrize("language", languages())
@pytest.mark.usefixtures("steps_copied", "hasty_sqlite")
def test_round_reads_as_kept(language: str) -> None:
    told = "\n".join(year_in(language)) + "\n"
    path = FOLDER / f"{language}.txt"
    if os.environ.get("GOLDEN_WRITE"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(told, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == told
    assert not foreign(told, texts_for(language))


def test_there_is_a_round_in_every_language() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(languages())


def year_in(language: str) -> list[str]:
    """The example's two rounds in a project of this language, moment by moment."""
    project = in_language(read_project(EXAMPLES / "lamppu-2012.toml"), language)
    lines: list[str] = []
    with Rehearsal(project, say=lambda _: None) as house:
        told = Story(house.workspace, house.people, house.channel, zone=house.zone, say=lambda _: None)

        def note() -> None:
            lines.append(f"\n=== {house.clock.calendar.astimezone(house.zone):%Y-%m-%d %H:%M}")
            for arrival in told.news():
                lines.extend(read_out(arrival))

        house.play(read_answers(EXAMPLES / "lamppu-2012-answers.toml", project), after=note)
    return lines


def read_out(arrival: Arrival) -> Iterator[str]:
    """Whose it is, with ↳ in a thread and ± for a change; then what it says, files by their titles."""
    before = arrival.before
    yield f"\n--- {arrival.place}{' ↳' if arrival.is_reply else ''}{'' if before is None else ' ±'}"
    yield from (line for line in arrival.lines if before is None or line not in before)
