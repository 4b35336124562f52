"""The line of every key, header and list position of a TOML text."""

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamppu_bot.project_file.toml_lines import Kind, locate

DOCUMENT = '''\
# a comment with [brackets] and = signs
[project]
key = "a # no comment" # a comment
text = """
[[partners]] is text here, and so is key = 1
a quote at the end""""
literal = \'\'\'
it's raw \\\'\'\'
after = 1

[[partners]]
key = "one"
contact = { name = "x # y", email = "a]b" } # inline
[[partners]]
key = "two"
[partners.contact]
name = "n"
address.town = "Kemi"
"quoted . key" = [ 1, # first
  "]", [2,
  3], { z = 3 },
]
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("project",), 2),
        (("project", "key"), 3),
        (("project", "text"), 4),
        (("project", "literal"), 7),
        (("project", "after"), 9),
        (("partners",), 11),
        (("partners", 0), 11),
        (("partners", 0, "contact", "email"), 13),
        (("partners", 1), 14),
        (("partners", 1, "contact"), 16),
        (("partners", 1, "contact", "address", "town"), 18),
        (("partners", 1, "contact", "quoted . key", 1), 20),
        (("partners", 1, "contact", "quoted . key", 2, 1), 21),
        (("partners", 1, "contact", "quoted . key", 3, "z"), 21),
    ],
)
def test_line_of_what_is_there(path, line):
    assert locate(DOCUMENT).lines[path] == line


def test_line_of_what_is_missing_is_that_of_the_nearest_thing_around():
    lines = locate(DOCUMENT)
    assert lines.line_of(("partners", 1, "contact", "email")) == 16
    assert lines.line_of(("partners", 0, "deputy", "email")) == 11
    assert lines.line_of(("semesters",)) is None


def test_statements_cover_their_lines():
    statements = locate(DOCUMENT).statements
    assert [(s.kind, s.first_line, s.last_line) for s in statements][:4] == [
        (Kind.TABLE, 2, 2),
        (Kind.VALUE, 3, 3),
        (Kind.VALUE, 4, 6),
        (Kind.VALUE, 7, 8),
    ]
    assert statements[1].value == '"a # no comment"'
    assert statements[-1].last_line == 22


@pytest.mark.parametrize(
    ("broken", "line_of_next"),
    [
        ('a = "no end', 2),
        ("a = bare words here", 2),
        ("a", 2),
        ("a = ]", 2),
        ("a = { b = 1 } }", 2),
        ("= 1", 2),
        ("a = [1, }, 2]", 2),
        ("[a", 2),
        ("ä ö = 1", 2),
        ('"a\\q" = 1', 2),
        ('a = """x""" y', 2),
    ],
)
def test_lines_go_on_behind_what_is_not_valid(broken, line_of_next):
    statements = locate(f"{broken}\nnext = 1\n").statements
    assert (statements[-1].path[-1], statements[-1].first_line) == ("next", line_of_next)


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet="a=\"'[]{}.,#\\ \n\t1", max_size=60))
def test_lines_of_any_text_cover_it_in_order(text):
    statements = locate(text).statements
    numbers = [number for statement in statements for number in (statement.first_line, statement.last_line)]
    assert numbers == sorted(numbers)
    assert all(1 <= number <= text.count("\n") + 1 for number in numbers)


names = st.text(alphabet="abcde-_", min_size=1, max_size=6)
values = st.sampled_from(['"x"', "1", "[1, 2]", '"""\ntwo\nlines"""', "{ a = 1, b = [2] }", "[\n1,\n]", "'''\n'''"])


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(names, st.dictionaries(names, values, max_size=4), max_size=4))
def test_lines_agree_with_tomllib(tables):
    text = "".join(
        f"[{table}]\n" + "".join(f"{key} = {value}\n" for key, value in fields.items())
        for table, fields in tables.items()
    )
    lines = locate(text)
    rows = text.split("\n")
    for table, fields in tomllib.loads(text).items():
        assert rows[lines.lines[(table,)] - 1] == f"[{table}]"
        for key in fields:
            assert rows[lines.lines[(table, key)] - 1].startswith(f"{key} = ")
