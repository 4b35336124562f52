"""Malformed blocks of any shape are refused in Slack's way and never break the workspace."""

import copy
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from lamppu_bot.workspace.errors import SlackError
from lamppu_bot.workspace.validation import check_message, check_view
from tests.workspace.test_limits import MESSAGE_LIMITS, MODAL_LIMITS

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 3) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["type", "text", "x"]), inner),
    max_leaves=4,
)


def places(value, path=()):
    """The paths of every part of a JSON value."""
    yield path
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from places(part, (*path, key))


def replaced(value, path, other):
    """A copy of the value with another part at the path."""
    if not path:
        return other
    changed = copy.copy(value)
    changed[path[0]] = replaced(value[path[0]], path[1:], other)
    return changed


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(MESSAGE_LIMITS)), st.data(), JSON)
def test_any_part_of_a_message_may_be_nonsense(name, data, nonsense):
    blocks = MESSAGE_LIMITS[name][1](2)
    broken = replaced(blocks, data.draw(st.sampled_from(list(places(blocks)))), nonsense)
    with suppress(SlackError):
        check_message(broken, set())


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(MODAL_LIMITS)), st.data(), JSON)
def test_any_part_of_a_modal_may_be_nonsense(name, data, nonsense):
    view = MODAL_LIMITS[name][1](2)
    broken = replaced(view, data.draw(st.sampled_from(list(places(view)))), nonsense)
    with suppress(SlackError):
        check_view(broken, "modal", set())
