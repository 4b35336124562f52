"""Finding people's names in what was written."""

import pytest

from lamppu_bot.operating.naming import Names
from storage.values import PersonView

PEOPLE = (
    PersonView(1, "Niilo Niemelä", "niilo.niemela@example.org", "U0000000005", "040 123 4567"),
    PersonView(2, "Matti Virtanen", None, None),
    PersonView(3, "Liisa Korpi-Mäki", None, None),
    PersonView(4, "Göran af Svensson", None, None),
    PersonView(5, "Tuomas Laine", None, None),
    PersonView(6, "Pekka B. Lahti", None, None),
    PersonView(7, "Aki Ek", None, None),
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Verkosto kokoontui; Niilo Niemelä veti.", ["Niilo Niemelä"]),
        ("niilon mukaan NIEMELÄLLEKIN sopi", ["niilon", "NIEMELÄLLEKIN"]),
        ("Virtasen, Virtasella ja Virtasta, ei Virtanen", ["Virtasen", "Virtasella", "Virtasta", "Virtanen"]),
        ("Matin ja Pekan luona", ["Matin", "Pekan"]),
        ("Korven ja Mäestä, Korpeen", ["Korven", "Mäestä", "Korpeen"]),
        ("Lahdessa, Lahteen", ["Lahdessa", "Lahteen"]),
        ("Tuomaksen Laineelle, Tuomaan", ["Tuomaksen Laineelle", "Tuomaan"]),
        ("Svenssons bok, Svenssonilta, Göran's and Göran:n", ["Svenssons", "Svenssonilta", "Göran's", "Göran:n"]),
        ("Soita +358 40 1234567 tai (040) 123-4567.", ["+358 40 1234567", "040) 123-4567"]),
        ("Kysy: @U0000000005, Niilo.Niemela@example.org", ["U0000000005", "Niilo.Niemela@example.org"]),
        ("Akin ja Akille", ["Akin", "Akille"]),
        ("Aina koulussa, kevään määrä, af, b, eka, 040 765 4321", []),
        ("Niemelänkoski, niilomainen, U0000000006, lahdenperä", []),
        ("", []),
    ],
)
def test_names_are_found_in_any_case_and_nothing_else(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in Names(PEOPLE).found_in(text)] == found


def test_nobody_is_found_nowhere() -> None:
    assert Names([]).found_in("Niilo Niemelä") == []
