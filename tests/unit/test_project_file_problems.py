"""A project file that is wrong: each mistake at its line, with what to write instead, and all of them at once."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamppu_bot.project_file import Problem, ProjectDefinition, ProjectFileError, parse_project
from lamppu_bot.project_file.wording import PROJECT_EXAMPLES
from tests.unit.test_project_file import PROJECT

LATER = '[[semesters]]\nkey = "{key}"\nterm = "{term}"\nyear = {year}\nends = {ends}\n'
AUTUMN = LATER.format(key="2012-autumn", term="autumn", year=2012, ends="2012-12-15")


def problems_of(text: str) -> list[str]:
    with pytest.raises(ProjectFileError) as caught:
        parse_project(text, "x.toml")
    assert str(caught.value).split("\n") == [str(problem) for problem in caught.value.problems]
    return [str(problem) for problem in caught.value.problems]


def with_calendar(line: str) -> str:
    return f"{PROJECT}[calendar]\n{line}\n"


def line_of(text: str, start: str) -> int:
    """The number of the last line that starts so."""
    return max(number for number, line in enumerate(text.split("\n"), 1) if line.startswith(start))


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ('key = "kemi"', 'key = "Kemi ä"', '21: partners[2].key: "Kemi ä" is no key: *for example "kemi-a"'),
        ('key = "kemi"', 'key = ""', '21: partners[2].key: "" is no key: *'),
        ('key = "kemi"', f'key = "{"k" * 41}"', "21: partners[2].key: *at most 40*"),
        ('key = "kemi"', 'key = "rovaniemi"', '21: partners[2].key: "rovaniemi" is taken by partners[1] in line 15: *'),
        ('short_name = "Kemi"', 'short_name = "redu"', "23: partners[2].short_name: *taken by partners[1]*"),
        ('short_name = "Kemi"\n', "", "20: partners[2].short_name: is missing: write for example short_name = *"),
        ('short_name = "Kemi"', 'short_name = "Kemi"\nshortname = 1', '24: partners[2].shortname: *mean "short_name"?'),
        (
            'short_name = "Kemi"',
            'short_name = "Kemi"\nfoo = 1',
            "24: partners[2].foo: is not known here: leave it out*",
        ),
        ('short_name = "Kemi"', f'short_name = "{"k" * 41}"', "23: partners[2].short_name: *41 *at most 40"),
        ('short_name = "LAMPPU"', f'short_name = "{"k" * 25}"', "4: project.short_name: *at most 24"),
        ('title = "Verkosto"', f'title = "{"ä" * 61}"', "33: objectives[1].title: is 61 characters long*at most 60"),
        ('title = "Oma tavoite"', 'title = "verkosto"', "38: objectives[2].title: *taken by objectives[1]*"),
        ('"Verkosto toimii."', '"  "', "34: objectives[1].text: is empty: *"),
        ('"Verkosto toimii."', '"a\\u0000b"', "34: objectives[1].text: holds the control character U+0000: *"),
        ('language = "fi"', 'language = "de"', '5: project.language: must be "fi", "sv" or "en", not the text "de": *'),
        ("Europe/Helsinki", "Europe/Helsingi", '6: project.time_zone: *for example "Europe/Helsinki"'),
        ("Europe/Helsinki", "europe", "6: project.time_zone: *is no time zone*"),
        ('holidays = "FI"', 'holidays = "Sweden"', '7: project.holidays: *two letters, such as "SE"'),
        ('holidays = "FI"', 'holidays = "QQ"', '7: project.holidays: "QQ" is no country*'),
        ('"C0123456789"', '"#lamppu"', '8: project.channel: "#lamppu" is no channel id: *"C0123456789"'),
        ('"U0123456789"', '"@katri"', '12: coordinators[1].slack: "@katri" is no member id: *"U0123456789"'),
        ('slack = "U0123456789"\n', "", "10: coordinators[1]: cannot be found in Slack: *email*slack*"),
        ('"Oona.Ojala@Example.org"', '"oona.ojala"', '18: partners[1].contact.email: "oona.ojala" is no e-mail *'),
        ('"Oona.Ojala@Example.org"', '"oona@kemi"', "18: partners[1].contact.email: *no e-mail*"),
        (', email = "Oona.Ojala@Example.org"', "", "18: partners[1].contact.email: is missing: *"),
        (
            'Veikko Vaara"\nemail = "veikko.vaara@',
            'Oona Ojala"\nemail = "Oona.Ojala@',
            "29: partners[2].deputy.email: is the contact: *",
        ),
        (
            '[partners.contact]\nname = "Oona Ojala"',
            '[partners.contact]\nname = "Ona"',
            "25: partners[2].contact.name: *",
        ),
        ('partner = "rovaniemi"', 'partner = "rovanieme"', '40: objectives[2].partner: *mean "rovaniemi"?'),
        ('partner = "rovaniemi"', 'partner = "x"', "40: objectives[2].partner: *one of rovaniemi, kemi,*"),
        (
            'text = "Verkosto',
            'partner = "rovaniemi"\ntext = "Verkosto',
            '20: partners[2]: no objective concerns "kemi": *',
        ),
        (
            'title = "Verkosto"',
            'title = "Verkosto"\nroom = 49',
            "34: objectives[1].room: must be 50 or more, not *49: *",
        ),
        ('title = "Verkosto"', 'title = "Verkosto"\nroom = "700"', "34: objectives[1].room: must be a whole number*"),
        ('language = "fi"', 'language = "fi"\nroom = 20001', "6: project.room: must be 20000 or less*"),
        ("year = 2012", 'year = "2012"', '45: semesters[1].year: must be a whole number, not the text "2012": *'),
        ("year = 2012", "year = true", "45: semesters[1].year: *not true or false: *"),
        ("year = 2012", "year = 1912", "45: semesters[1].year: must be 2000 or more, not the number 1912: *"),
        ('term = "spring"', 'term = "kevät"', '44: semesters[1].term: must be "spring" or "autumn", *'),
        ("ends = 2012", "ends = 2013", "46: semesters[1].ends: 2013-05-31 is no end of spring 2012: *2012-05-31"),
        ("2012-05-31", '"2012-05-31"', "46: semesters[1].ends: must be a date without quotes, *ends = 2012-05-31"),
        ("2012-05-31", "2012-05-31T00:00:00", "46: semesters[1].ends: *not a date with a time: *"),
        ("2012-05-31", "09:00:00", "46: semesters[1].ends: *not a time of day: *"),
        ('name = "Laatua pohjoisessa"', "name = 5", "3: project.name: must be text in quotes, not the number 5: *"),
        ("{ name", "[1] #{ name", "18: partners[1].contact: must be a table, not a list: *contact = {*"),
    ],
)
def test_problem_one_mistake_is_told_at_its_place(before, after, problem):
    assert before in PROJECT
    (told,) = problems_of(PROJECT.replace(before, after, 1))
    expected = ".*".join(re.escape(part) for part in f"x.toml:{problem}".split("*"))
    assert re.fullmatch(expected, told)


@pytest.mark.parametrize(
    ("statement", "instead"),
    [
        ("ends = 2012-02-30", "this date does not exist, the month has 29 days: write for example ends = 2012-02-29"),
        ("ends = 2012-13-01", "this date does not exist: write year-month-day, for example ends = 2012-05-31"),
        ("ends = 2012-5-3", "a date is written year-month-day: write ends = 2012-05-03"),
        ("ends = 31.5.2012", "a date is written year-month-day: write ends = 2012-05-31"),
        (
            "ends = 31.4.2012 # oops",
            "this date does not exist, the month has 30 days: write for example ends = 2012-04-30",
        ),
        ("ends = toukokuu", 'text stands in quotes: write ends = "toukokuu"'),
        ('ends = "2012', 'the closing quote is missing: write ends = "2012"'),
        ("ends =", 'a line reads key = value: write for example ends = "…"'),
        ("ends", 'a line reads key = value: write for example ends = "…"'),
    ],
)
def test_problem_statement_that_is_no_toml(statement, instead):
    assert problems_of(PROJECT.replace("ends = 2012-05-31", statement)) == [f"x.toml:46: semesters[1].ends: {instead}"]


def test_problem_other_syntax_keeps_toml_s_own_words():
    (told,) = problems_of(PROJECT.replace("ends = 2012-05-31", "ends = [1,, 2]"))
    assert re.fullmatch(r"x\.toml:46: semesters\[1\]\.ends: is no valid TOML \(.+\): check its quotes, .*", told)


def test_problem_field_twice_in_one_table():
    (told,) = problems_of(PROJECT.replace('key = "kemi"', 'key = "kemi"\nkey = "tornio"'))
    assert told == "x.toml:22: partners[2].key: stands twice, first in line 21: keep one of the two"


def test_problem_table_twice():
    assert problems_of(f"{PROJECT}\n[project]\n") == [
        "x.toml:48: project: the table stands twice, first in line 1: join the two"
    ]


def test_problem_list_in_single_brackets():
    told = problems_of(PROJECT.replace("[[partners]]", "[partners]"))
    assert told == ["x.toml:20: partners: is a list: write [[partners]] in double brackets before each entry"]
    told = problems_of(PROJECT.replace("[[coordinators]]", "[coordinators]"))
    assert [line.partition(": write [[coordinators]]")[0] for line in told] == [
        "x.toml:10: coordinators: must be a list, not a table"
    ]


def test_problem_header_without_its_bracket():
    (told,) = problems_of(PROJECT.replace("[[objectives]]", "[[objectives]", 1))
    assert told.startswith("x.toml:31: objectives[1]: a header stands alone on its line: ")


def test_problem_text_without_an_end_hides_what_it_swallows():
    (told,) = problems_of(PROJECT.replace('"Verkosto toimii."', '"""Verkosto toimii.'))
    assert told.startswith("x.toml:34: objectives[1].text: ")


def test_problem_inside_a_statement_of_several_lines_is_told_at_its_own_line():
    text = f"{PROJECT}[calendar]\nremind_days_before = [\n  10,\n  ,\n]\nhour = 9\n"
    first, second = problems_of(text)
    assert first.startswith("x.toml:50: calendar.remind_days_before: is no valid TOML (")
    assert second.startswith("x.toml:52: calendar.hour: ")


@pytest.mark.parametrize("before", ["", PROJECT])
def test_problem_control_character_in_a_comment(before):
    told = problems_of(f"{before}# a \x07 bell\n")
    assert f"x.toml:{before.count(chr(10)) + 1}: holds a control character: leave it out" in told


def test_problem_brackets_without_end():
    (told,) = problems_of("a = " + "[" * 100_000)
    assert "too deep" in told


def test_problem_empty_file_names_all_that_is_missing():
    told = problems_of("")
    assert [line.split(": ")[1] for line in told] == ["coordinators", "objectives", "partners", "project", "semesters"]
    assert all(line.startswith("x.toml: ") and ": is missing: write [" in line for line in told)


@pytest.mark.parametrize("name", ["coordinators", "partners", "objectives", "semesters"])
def test_problem_empty_list(name):
    without = re.sub(rf"\[\[{name}\]\].*?(?=\n\[\[(?!{name})|\Z)", "", PROJECT, flags=re.DOTALL)
    told = problems_of(f"{name} = []\n{without}")
    assert any(line.startswith(f"x.toml:1: {name}: is missing: write [[{name}]]") for line in told)


@pytest.mark.parametrize(
    ("line", "field", "message"),
    [
        ("remind_days_before = [2, 5, 10]", "remind_days_before", "write [10, 5, 2]"),
        ("remind_days_before = [5, 5]", "remind_days_before", "write [5]"),
        ("remind_days_before = [15, 5]", "remind_days_before", "nobody can be reminded 15 working days before"),
        ("remind_days_before = [5, 0]", "remind_days_before[2]", "must be 1 or more, not the number 0"),
        ("remind_days_before = 5", "remind_days_before", "must be a list, not the number 5"),
        ("open_days_before = 10", "remind_days_before", "the round opens 10 before it"),
        ("open_days_before = 1000", "open_days_before", "must be 90 or less"),
        ("closes_days_after = 0", "closes_days_after", "must be 1 or more"),
        ('hour = "9"', "hour", '"9" is no time of day: write hours and minutes, for example "09:00"'),
        ('hour = "25:00"', "hour", "is no time of day"),
        ("hour = 09:00:30", "hour", "is no time of day"),
        ("hour = 9", "hour", '"9" is no time of day'),
        ('hour = "07:59"', "hour", 'from "08:00" to "15:59"'),
        ('hour = "16:00"', "hour", 'from "08:00" to "15:59"'),
        ("open_day_before = 10", "open_day_before", 'did you mean "open_days_before"?'),
    ],
)
def test_problem_calendar(line, field, message):
    text = with_calendar(line)
    (told,) = problems_of(text)
    place = line_of(text, line.partition(" = ")[0] if field.startswith(line.partition(" = ")[0]) else "[calendar]")
    assert told.startswith(f"x.toml:{place}: calendar.{field}: ")
    assert message in told


INDICATOR = """
[[objectives.indicators]]
key = "koulutetut"
title = "Koulutetut"
unit = "henkilöä"
target = 120
"""


def with_indicators(*indicators: str) -> str:
    """The project, its first objective with these indicators from line 35 on, seven lines each."""
    return PROJECT.replace('text = "Verkosto toimii."\n', f'text = "Verkosto toimii."\n{"".join(indicators)}')


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ('"henkilöä"', f'"{"h" * 21}"', "39: objectives[1].indicators[1].unit: is 21 characters long: *at most 20"),
        ('unit = "henkilöä"\n', "", "36: objectives[1].indicators[1].unit: is missing: write for example unit = *"),
        ("target", "goal", "40: objectives[1].indicators[1].goal: is not known here: *"),
        ("120", '"120"', "40: objectives[1].indicators[1].target: must be a number without quotes: *120*"),
        ("120", "true", "40: objectives[1].indicators[1].target: must be a number without quotes: *"),
        ("120", "nan", "40: objectives[1].indicators[1].target: must be a number without quotes: *"),
        ("120", "0", "40: objectives[1].indicators[1].target: must be more than 0: *"),
        ("120", "1_000_000_000", "40: objectives[1].indicators[1].target: *less than 1,000,000,000*"),
        ("120", "1.234", "40: objectives[1].indicators[1].target: *at most 2 decimals"),
        ("koulutetut", "Koulutetut!", '37: objectives[1].indicators[1].key: *for example "koulutetut"'),
    ],
)
def test_problem_indicator(before, after, problem):
    (told,) = problems_of(with_indicators(INDICATOR.replace(before, after, 1)))
    assert re.fullmatch(".*".join(re.escape(part) for part in f"x.toml:{problem}".split("*")), told)


def test_problem_indicators_of_the_same_name_are_told_within_an_objective_alone():
    (told,) = problems_of(with_indicators(INDICATOR, INDICATOR.replace('"koulutetut"', '"muut"')))
    assert told.startswith('x.toml:44: objectives[1].indicators[2].title: "Koulutetut" is taken by objectives[1].ind')
    assert told.endswith("in line 38: write another")
    twice = with_indicators(INDICATOR).replace('partner = "rovaniemi"\n', f'partner = "rovaniemi"\n{INDICATOR}')
    assert [len(objective.indicators) for objective in parse_project(twice).objectives] == [1, 1]


def test_problem_too_many_indicators():
    four = [INDICATOR.replace("oulutetut", f"oulutetut{number}") for number in range(4)]
    (told,) = problems_of(with_indicators(*four))
    assert told.startswith("x.toml:36: objectives[1].indicators: has 4 indicators: keep at most 3")
    assert len(parse_project(with_indicators(*four[:3])).objectives[0].indicators) == 3


def test_problem_indicators_in_single_brackets():
    (told,) = problems_of(with_indicators(INDICATOR, INDICATOR.replace("[[", "[").replace("]]", "]")))
    assert told.endswith(": is a list: write [[objectives.indicators]] in double brackets before each entry")


@pytest.mark.parametrize(
    ("later", "line", "field", "message"),
    [
        (("2011-autumn", "autumn", 2011, "2011-12-15"), 47, "semesters[2]", "comes before semesters[1] in line 42"),
        (("again", "spring", 2012, "2012-06-01"), 49, "semesters[2].term", "spring 2012 is already semesters[1]"),
        (("2012-autumn", "autumn", 2012, "2013-03-01"), 51, "semesters[2].ends", "is no end of autumn 2012"),
        (("2012-spring", "autumn", 2012, "2012-12-15"), 48, "semesters[2].key", "is taken by semesters[1]"),
    ],
)
def test_problem_order_of_semesters(later, line, field, message):
    key, term, year, ends = later
    told = problems_of(PROJECT + LATER.format(key=key, term=term, year=year, ends=ends))
    assert told[0].startswith(f"x.toml:{line}: {field}: ")
    assert message in told[0]


@pytest.mark.parametrize(
    ("line", "field", "message"),
    [
        ("opens = 2012-05-31", "opens", "the round is due on 2012-05-31: write a working day before that"),
        ("closes = 2012-05-31", "closes", "the round is due on 2012-05-31: write a working day after that"),
        ("due = 2012-06-08\ncloses = 2012-06-10", "closes", "the round is due on 2012-06-08"),  # a Sunday: the 8th
        ("due = 2012-05-05\nopens = 2012-05-06", "opens", "the round is due on 2012-05-04"),
        ("due = 2013-05-31", "due", "more than half a year from the semester's end"),
    ],
)
def test_problem_dates_of_a_semester_s_own(line, field, message):
    (told,) = problems_of(f"{PROJECT}{line}\n")
    assert told.startswith(f"x.toml:{line_of(PROJECT + line, field)}: semesters[1].{field}: ")
    assert message in told


def test_problem_rounds_that_overlap():
    text = PROJECT + "closes = 2012-11-23\n" + AUTUMN
    (told,) = problems_of(text)
    assert told.startswith("x.toml:48: semesters[2]: its round opens on 2012-11-22, while that of semesters[1] is open")
    assert parse_project(text.replace("2012-11-23", "2012-11-21")).semesters[1].key == "2012-autumn"


def test_problem_one_person_under_two_member_ids():
    text = PROJECT.replace('"Oona.Ojala@Example.org"', '"Oona.Ojala@Example.org", slack = "U0000000001"').replace(
        'email = "oona', 'slack = "U0000000002"\nemail = "oona'
    )
    (told,) = problems_of(text)
    assert told.startswith('x.toml:26: partners[2].contact.slack: the person with the email "oona.ojala@example.org"')


def test_problem_two_people_under_one_member_id():
    text = PROJECT.replace('"Oona.Ojala@Example.org"', '"Oona.Ojala@Example.org", slack = "U0000000001"').replace(
        'email = "veikko', 'slack = "U0000000001"\nemail = "veikko'
    )
    (told,) = problems_of(text)
    assert told.startswith('x.toml:30: partners[2].deputy.email: the person with the slack "U0000000001"')


def test_problems_all_at_once_whatever_their_kind():
    text = (
        PROJECT.replace('language = "fi"', "language = fi")
        .replace("Europe/Helsinki", "Europe/Helsinkki")
        .replace('key = "kemi"', 'key = "kemi"\nkey = "tornio"')
        .replace("veikko.vaara@example.org", "veikko")
        .replace('partner = "rovaniemi"', 'partner = "levi"')
        .replace("2012-05-31", "2012-02-30")
        + "[calendar]\nremind_days_before = [20]\n"
    )
    places = [line.split(": ")[:2] for line in problems_of(text)]
    assert places == [
        ["x.toml:5", "project.language"],
        ["x.toml:6", "project.time_zone"],
        ["x.toml:22", "partners[2].key"],
        ["x.toml:30", "partners[2].deputy.email"],
        ["x.toml:41", "objectives[2].partner"],
        ["x.toml:47", "semesters[1].ends"],
        ["x.toml:49", "calendar.remind_days_before"],
    ]


def test_problem_examples_cover_every_field_and_are_right():
    def fields(schema: dict, around: str) -> set[str]:
        found = set()
        for name, field in schema.get("properties", {}).items():
            found.add(around + name)
            for option in (field, *field.get("anyOf", ()), field.get("items", {})):
                inner = option.get("$ref", "").rpartition("/")[2]
                found |= fields(definitions.get(inner, {}), f"{around}{name}.")
        return found

    whole = ProjectDefinition.model_json_schema()
    definitions = whole["$defs"]
    assert fields(whole, "") == set(PROJECT_EXAMPLES)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(PROJECT)), st.integers(0, 60), st.text(alphabet="\"'[]{}=,.#\n\\\x07 a1", max_size=3))
def test_problem_of_any_damage_is_told_and_nothing_else_raised(position, removed, added):
    text = PROJECT[:position] + added + PROJECT[position + removed :]
    told: tuple[Problem, ...] = ()
    try:
        parse_project(text)
    except ProjectFileError as error:
        told = error.problems or (Problem("", None, "", ""),)
    assert all(problem.message for problem in told)
    assert all(problem.line is None or 1 <= problem.line <= text.count("\n") + 1 for problem in told)
