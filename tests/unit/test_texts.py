"""The texts people read: dates in sentences, numbers, lists, plurals, escaping."""

import re
from datetime import UTC, date, datetime

import pytest

from lamppu_bot.texts import MissingTextError, Mrkdwn, escape, texts_for, texts_of
from storage.values import PersonView

FI = texts_for("fi")
SV = texts_for("sv")
EN = texts_for("en")


def test_day_stands_in_a_sentence_in_the_right_case() -> None:
    assert FI.day(date(2012, 5, 31)) == "torstaina 31. toukokuuta"
    assert FI.day(date(2012, 12, 9)) == "sunnuntaina 9. joulukuuta"
    assert SV.day(date(2012, 5, 31)) == "torsdagen den 31 maj"
    assert SV.day(date(2012, 12, 9)) == "söndagen den 9 december"
    assert EN.day(date(2012, 5, 31)) == "Thursday 31 May"
    assert EN.day(date(2012, 12, 9)) == "Sunday 9 December"


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_and_weekday_has_a_name(month: int) -> None:
    for day in range(1, 8):
        assert re.fullmatch(r"\w+na \d\. \w+kuuta", FI.day(date(2012, month, day)))
        assert re.fullmatch(r"\w+dagen den \d [a-z]+", SV.day(date(2012, month, day)))
        assert re.fullmatch(r"[A-Z]\w+day \d [A-Z][a-z]+", EN.day(date(2012, month, day)))


def test_date_is_short() -> None:
    assert FI.date(date(2012, 5, 3)) == "3.5.2012"
    assert SV.date(date(2012, 5, 3)) == "3.5.2012"
    assert EN.date(date(2012, 5, 3)) == "3 May 2012"


def test_clock_has_two_digits_of_minutes() -> None:
    assert FI.clock(datetime(2012, 5, 3, 9, 5, tzinfo=UTC)) == "klo 9.05"
    assert SV.clock(datetime(2012, 5, 3, 9, 5, tzinfo=UTC)) == "kl. 9.05"
    assert EN.clock(datetime(2012, 5, 3, 9, 5, tzinfo=UTC)) == "9:05"


def test_moment_is_told_in_the_project_s_time_zone() -> None:
    moment = datetime(2012, 5, 31, 22, 30, tzinfo=UTC)
    assert FI.moment(moment, "Europe/Helsinki") == "1.6.2012 klo 1.30"
    assert SV.moment(moment, "Europe/Helsinki") == "1.6.2012 kl. 1.30"
    assert EN.moment(moment, "Europe/Helsinki") == "1 Jun 2012 at 1:30"


def test_number_has_the_language_s_separator_between_thousands() -> None:
    assert FI.number(12_345) == SV.number(12_345) == "12\N{NO-BREAK SPACE}345"
    assert EN.number(12_345) == "12,345"
    assert FI.number(999) == SV.number(999) == EN.number(999) == "999"


@pytest.mark.parametrize(
    ("items", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a ja b"), (["a", "b", "c"], "a, b ja c")]
)
def test_list_reads_as_a_sentence(items: list[str], said: str) -> None:
    assert FI.listed(items) == said
    assert SV.listed(items) == said.replace(" ja ", " och ")
    assert EN.listed(items) == said.replace(" ja ", " and ")


def test_list_keeps_braces_as_they_were_written() -> None:
    assert FI.listed(["{0}", "{1}", "{x}"]) == "{0}, {1} ja {x}"


def test_plural_goes_with_the_number() -> None:
    assert FI.plural("due.near", 1, day="x").endswith("Aikaa on 1 päivä.")
    assert FI.plural("due.near", 2, day="x").endswith("Aikaa on 2 päivää.")
    assert FI.plural("due.near", 0, day="x").endswith("Aikaa on 0 päivää.")


def test_dates_among_the_values_come_out_short() -> None:
    assert "31.5.2012" in FI("refused.opening_day", due=date(2012, 5, 31))


def test_values_are_never_formatted_again() -> None:
    assert FI("objective.title", number=1, title="{number} {0} {x!r}") == "Tavoite 1: {number} {0} {x!r}"


def test_mrkdwn_escapes_what_people_wrote() -> None:
    assert FI.mrkdwn("stray.settled", title="<!channel> & <@U1>").endswith("*&lt;!channel&gt; &amp; &lt;@U1&gt;*")


def test_mrkdwn_does_not_escape_twice() -> None:
    assert FI.mrkdwn("objective.title", number=1, title=escape("a & b")).endswith("a &amp; b")


def test_escaped_text_is_mrkdwn() -> None:
    assert isinstance(escape("x"), Mrkdwn)
    assert isinstance(FI.mrkdwn("objective.title", number=1, title="x"), Mrkdwn)


def test_missing_key_names_key_and_language() -> None:
    with pytest.raises(MissingTextError, match=r"'no\.such\.key'.*'fi'"):
        FI("no.such.key")


def test_missing_value_names_key_and_value() -> None:
    with pytest.raises(MissingTextError, match=r"'date\.day'.*'weekday'"):
        FI("date.day", date="x")


@pytest.mark.parametrize("language", ["xx", "", "../fi", "fi/.."])
def test_language_without_texts_is_refused(language: str) -> None:
    with pytest.raises(MissingTextError, match="language"):
        texts_for(language)


@pytest.mark.parametrize(
    ("chosen", "locale", "project", "read"),
    [
        ("en", "sv-SE", "fi", "en"),
        (None, "sv-SE", "fi", "sv"),
        (None, "en_US", "fi", "en"),
        ("de", "de-DE", "sv", "sv"),
        (None, None, "sv", "sv"),
        (None, "", "en", "en"),
        (None, "de-DE", None, "fi"),
        (None, "de-DE", "de", "fi"),
    ],
)
def test_person_reads_what_they_chose_else_slack_s_language_else_the_project_s(
    chosen: str | None, locale: str | None, project: str | None, read: str
) -> None:
    person = PersonView(1, "Aino", None, None, locale=locale, language=chosen)
    assert texts_of(person, project).language == read


def test_stranger_reads_the_project_s_language_or_finnish() -> None:
    assert texts_of(None, "sv") is SV
    assert texts_of(None) is FI


def test_texts_are_read_once() -> None:
    assert texts_for("fi") is FI
