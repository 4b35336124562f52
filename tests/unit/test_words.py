"""What was meant by the words after `/lamppu remind` and its like: project, partner, objective, and the rest."""

from dataclasses import replace
from datetime import date

import pytest

from lamppu_bot.messages.words import day_of, leading_objective, leading_partners, leading_project
from tests.golden.messages_samples import KUUSAMO, OBJECTIVES, PROJECT, ROVANIEMI

LAIVA = replace(PROJECT, id=2, key="laiva", short_name="Laiva ja laatu")
PARTNERS = (ROVANIEMI, KUUSAMO)


@pytest.mark.parametrize(
    ("said", "meant", "rest"),
    [
        ("LAMPPU Rovaniemi", PROJECT, "Rovaniemi"),
        ("lamppu", PROJECT, ""),
        ("laiva ja laatu  Kuusamo hei", LAIVA, "Kuusamo hei"),
        ("laiva", LAIVA, ""),
        ("lamppuna Rovaniemi", None, "lamppuna Rovaniemi"),
        ("", None, ""),
    ],
)
def test_project_is_named_first_by_key_or_short_name(said: str, meant: object, rest: str) -> None:
    assert leading_project(said, [PROJECT, LAIVA]) == (meant, rest)


@pytest.mark.parametrize(
    ("said", "meant", "rest"),
    [
        ("Rovaniemi Muista vielä tavoite 3!", (ROVANIEMI,), "Muista vielä tavoite 3!"),
        ("Rovaniemen koulutuskuntayhtymä  31.5.", (ROVANIEMI,), "31.5."),
        ("kuusamo ensimmäinen rivi\ntoinen  rivi", (KUUSAMO,), "ensimmäinen rivi\ntoinen  rivi"),
        ("rovan hei", (ROVANIEMI,), "hei"),
        ("ammattiopisto hei", (KUUSAMO,), "hei"),
        ("ni hei", (), "ni hei"),  # two letters of "Rovaniemi" mean nobody
        ("Muistattehan vastata", (), "Muistattehan vastata"),
        ("", (), ""),
    ],
)
def test_partner_is_the_longest_beginning_that_names_one(said: str, meant: object, rest: str) -> None:
    assert leading_partners(said, PARTNERS) == (meant, rest)


def test_several_partners_that_share_a_part_are_all_meant() -> None:
    other = replace(KUUSAMO, id=13, key="ranua", name="Ranuan ammattiopisto", short_name="Ranua")
    assert leading_partners("opisto hei", (*PARTNERS, other)) == ((KUUSAMO, other), "hei")


@pytest.mark.parametrize(
    ("said", "number", "rest"),
    [
        ("3 Kerro lisää", 3, "Kerro lisää"),
        ("3. Kerro", 3, "Kerro"),
        ("3", 3, ""),
        ("33 x", None, "33 x"),
        ("", None, ""),
    ],
)
def test_objective_is_named_by_its_number(said: str, number: int | None, rest: str) -> None:
    found, left = leading_objective(said, OBJECTIVES)
    assert (found.number if found else None, left) == (number, rest)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("14.6.", date(2012, 6, 14)),
        ("14.6", date(2012, 6, 14)),
        ("1. 7. 2012", date(2012, 7, 1)),
        ("14/6/2013", date(2013, 6, 14)),
        (" 2012-06-14 ", date(2012, 6, 14)),
        ("9.5.", date(2012, 5, 9)),
        ("8.5.", date(2013, 5, 8)),
        ("29.2.", date(2016, 2, 29)),
        ("31.4.", None),
        ("2012-13-01", None),
        ("0.0.", None),
        ("14", None),
        ("huomenna", None),
        ("", None),
    ],
)
def test_day_is_read_as_people_write_it(typed: str, meant: date | None) -> None:
    assert day_of(typed, date(2012, 5, 9)) == meant
