"""An answers file: the answers it holds, and what is wrong with it."""

import re
from decimal import Decimal
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


BESIDE = '''\
project = "lamppu"

[[answers]]
semester = "2012-spring"
partner = "kemi"
objective = "verkosto"
text = "Kokoonnuttiin."
continuing = "Kokoukset"
figures = { koulutetut = 12.5 }
links = ["https://www.example.org/muistio Muistio"]

[[answers]]
semester = "2012-autumn"
partner = "kemi"
objective = "verkosto"
text = "Kokoonnuttiin taas."
carried = "finished"
follow_up = """
Kokouksia oli
kolme.
"""
'''
TWO_SEMESTERS = (
    PROJECT.replace(
        'text = "Verkosto toimii."\n',
        'text = "Verkosto toimii."\n[[objectives.indicators]]\nkey = "koulutetut"\ntitle = "K"\nunit = "kpl"\n',
    )
    + '[[semesters]]\nkey = "2012-autumn"\nterm = "autumn"\nyear = 2012\nends = 2012-12-15\n'
)


@pytest.fixture
def two_semesters(tmp_path: Path):
    def read(text: str) -> tuple[PlayedAnswer, ...]:
        file = tmp_path / "answers.toml"
        file.write_text(text, "utf-8")
        return read_answers(file, parse_project(TWO_SEMESTERS))

    return read


def test_answers_with_what_stands_beside_them(two_semesters):
    spring, autumn = two_semesters(BESIDE)
    assert (spring.continuing, spring.figures) == ("Kokoukset", {"koulutetut": Decimal("12.5")})
    assert spring.links == ("https://www.example.org/muistio Muistio",)
    assert (autumn.carried, autumn.follow_up) == ("finished", "Kokouksia oli kolme.")


@pytest.mark.parametrize(
    ("before", "after", "field", "message"),
    [
        ("{ koulutetut", "{ muut", "answers[1].figures", 'no indicator with the key "muut": leave it out'),
        ("12.5", '"12"', "answers[1].figures.koulutetut", "must be a number without quotes"),
        ("12.5", "-1", "answers[1].figures.koulutetut", "must be 0 or more"),
        ('"https://www.example.org/muistio Muistio"', '"muistio"', "answers[1].links[1]", '"muistio" is no link'),
        ('"finished"', '"perhaps"', "answers[2].carried", 'must be "continues", "changed" or "finished"'),
        ('continuing = "Kokoukset"\n', "", "answers[2].follow_up", "nothing was said to go on in the semester before"),
        (
            'text = "Kokoonnuttiin."',
            'nothing_to_report = "Ei."',
            "answers[2].carried",
            "no answer in the semester before",
        ),
    ],
)
def test_answers_problem_beside_the_text(two_semesters, before, after, field, message):
    assert before in BESIDE
    with pytest.raises(ProjectFileError) as caught:
        two_semesters(BESIDE.replace(before, after, 1))
    assert [problem.field for problem in caught.value.problems] == [field]
    assert message in caught.value.problems[0].message


def test_answers_empty_file(answers_of):
    with pytest.raises(ProjectFileError) as caught:
        answers_of("")
    assert [problem.field for problem in caught.value.problems] == ["answers", "project"]


def test_answers_no_such_file(tmp_path):
    with pytest.raises(ProjectFileError, match="there is no such file"):
        read_answers(tmp_path / "nowhere.toml", parse_project(PROJECT))
