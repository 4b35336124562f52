"""Figures as people write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamppu_bot.figures import figure_of
from lamppu_bot.texts import languages, texts_for


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("0", "0"),
        ("24", "24"),
        ("12,5", "12.5"),
        ("12.5", "12.5"),
        (" 12,50 ", "12.5"),
        ("1 200", "1200"),
        ("1\u00a0200,25", "1200.25"),
        ("1\u202f200", "1200"),
        ("999999999.99", "999999999.99"),
    ],
)
def test_figure_is_read(written: str, meant: str) -> None:
    assert figure_of(written) == Decimal(meant)


@pytest.mark.parametrize(
    "written",
    ["", " ", "noin 20", "20 %", "-1", "1,200", "1.200", "1.2.3", ",5", "5,", "1e3", "٣", "²", "1000000000", "NaN"],
)
def test_what_is_no_figure_or_may_mean_two_is_not_guessed(written: str) -> None:
    assert figure_of(written) is None


@pytest.mark.parametrize("language", languages())
@given(number=st.decimals(min_value=0, max_value=999_999_999, places=2))
def test_figure_comes_back_from_what_a_form_shows(language: str, number: Decimal) -> None:
    assert figure_of(texts_for(language).typed(number)) == number
