"""What an answer says beside its text: to JSON and back, and nothing else taken in."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamppu_bot import richtext
from storage.plain import PlainError
from storage.values import NO_DETAILS, AnswerDetails, Carried, IndicatorView

NUMBERS = st.decimals(min_value=0, max_value=10**9, places=3)
DETAILS = st.builds(
    AnswerDetails,
    carried=st.none() | st.sampled_from(Carried),
    continuing=st.text(max_size=20),
    follow_up=st.sampled_from([[], richtext.from_plain("Saatiin valmiiksi.")]),
    figures=st.dictionaries(st.text(max_size=5), NUMBERS, max_size=3),
)


@given(DETAILS)
def test_details_come_back_from_json_as_they_were(details):
    back = AnswerDetails.from_plain(json.loads(json.dumps(details.as_plain())))
    assert back == details
    assert {key: str(number) for key, number in back.figures.items()} == {
        key: str(number) for key, number in details.figures.items()
    }


def test_details_that_say_nothing_are_an_empty_object():
    assert AnswerDetails().as_plain() == {}
    assert AnswerDetails.from_plain({}) == NO_DETAILS


@pytest.mark.parametrize(
    "plain",
    [
        None,
        [],
        {"carried": "perhaps"},
        {"carried": 1},
        {"continuing": 5},
        {"follow_up": "text"},
        {"figures": ["koulutetut"]},
        {"figures": {"koulutetut": 24}},
        {"figures": {"koulutetut": "paljon"}},
        {"figures": {"koulutetut": "NaN"}},
        {"unknown": ""},
    ],
)
def test_details_of_another_making_are_refused(plain):
    with pytest.raises(PlainError):
        AnswerDetails.from_plain(plain)


@given(
    st.builds(
        IndicatorView, key=st.text(), title=st.text(), unit=st.text(), target=st.none() | NUMBERS, is_archived=...
    )
)
def test_indicator_comes_back_from_json_as_it_was(indicator):
    assert IndicatorView.from_plain(json.loads(json.dumps(indicator.as_plain()))) == indicator


@pytest.mark.parametrize("plain", [{"key": "a", "title": "A"}, {"key": "a", "title": "A", "unit": "u", "target": 5}])
def test_indicator_of_another_making_is_refused(plain):
    with pytest.raises(PlainError):
        IndicatorView.from_plain(plain)
