"""An answers file: the answers it holds, and what is wrong with it."""

import re
from pathlib import Path

import pytest

from lamppu_bot.project_file import PlayedAnswer, ProjectFileError, parse_project, read_answers
from tests.unit.test_project_file import PROJECT

ANSWERS = '''\
project = "lamppu"

[[answers]]
semester = "2012-spring"
partner = "rovaniemi"
objective = "oma"
text = """
Kaksi riviä
samaa kappaletta.

Toinen kappale.
"""

[[answers]]
semester = "2012-spring"
partner = "kemi"
objective = "verkosto"
nothing_to_report = "Alkaa  syksyllä."
'''


@pytest.fixture
def answers_of(tmp_path: Path):
    def read(text: str) -> tuple[PlayedAnswer, ...]:
        file = tmp_path / "answers.toml"
        file.write_text(text, "utf-8")
        return read_answers(file, parse_project(PROJECT))

    return read


def test_answers_in_the_order_of_the_file(answers_of):
    assert answers_of(ANSWERS) == (
        PlayedAnswer("2012-spring", "rovaniemi", "oma", text="Kaksi riviä samaa kappaletta.\n\nToinen kappale."),
        PlayedAnswer("2012-spring", "kemi", "verkosto", nothing_to_report="Alkaa syksyllä."),
    )


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ('"lamppu"', '"toinen"', '1: project: these are answers for "toinen": write "lamppu", *'),
        ('project = "lamppu"', "", ": project: is missing: write for example project = *"),
        ('"2012-spring"', '"2012-sprig"', '4: answers[1].semester: *key "2012-sprig": write "2012-spring"'),
        ('"rovaniemi"', '"x"', '5: answers[1].partner: the project has no partner with the key "x": *rovaniemi, kemi'),
        ('"oma"', '"muu"', "6: answers[1].objective: *write one of verkosto, oma"),
        ('"kemi"\nobjective = "verkosto"', '"kemi"\nobjective = "oma"', '17: *"oma" concerns "rovaniemi" alone: *'),
        ("nothing_to_report = ", 'text = "a"\nnothing_to_report = ', "14: answers[2]: write either text*or nothing*"),
        ('nothing_to_report = "Alkaa  syksyllä."\n', "", "14: answers[2]: write either text*or nothing*"),
        ('"Alkaa  syksyllä."', '" "', "18: answers[2].nothing_to_report: is empty*"),
        ("nothing_to_report", "nothing_to_rapport", '18: *mean "nothing_to_report"?'),
        (
            '"kemi"\nobjective = "verkosto"',
            '"rovaniemi"\nobjective = "oma"',
            "14: answers[2]: *as answers[1] in line 3*",
        ),
        ('"verkosto"', "verkosto", '17: answers[2].objective: text stands in quotes: write objective = "verkosto"'),
    ],
)
def test_answers_problem_is_told_at_its_place(answers_of, tmp_path, before, after, problem):
    assert before in ANSWERS
    with pytest.raises(ProjectFileError) as caught:
        answers_of(ANSWERS.replace(before, after, 1))
    told = [
        str(found).removeprefix(str(tmp_path / "answers.toml")).removeprefix(":") for found in caught.value.problems
    ]
    expected = ".*".join(re.escape(part) for part in problem.removeprefix(":").split("*"))
    assert any(re.fullmatch(expected, line) for line in told), told


def test_answers_empty_file(answers_of):
    with pytest.raises(ProjectFileError) as caught:
        answers_of("")
    assert [problem.field for problem in caught.value.problems] == ["answers", "project"]


def test_answers_no_such_file(tmp_path):
    with pytest.raises(ProjectFileError, match="there is no such file"):
        read_answers(tmp_path / "nowhere.toml", parse_project(PROJECT))
