"""Every kind of message that may wait for a person has a name by which the coordinators are told of it."""

from typing import Any, cast

import pytest

from lamppu_bot.clock import present
from lamppu_bot.slack.outbox import Outbox
from lamppu_bot.slack.services import Services
from lamppu_bot.texts import languages, texts_for
from storage.ledger import HOME

NOTHING = cast(Any, None)


@pytest.mark.parametrize("language", languages())
def test_every_kind_of_message_has_a_name_for_when_it_is_parked(language: str) -> None:
    texts = texts_for(language)
    kinds = set(Outbox(Services(NOTHING, present, NOTHING), NOTHING).kinds) - {HOME}  # a Home is never parked
    names = {kind: texts(f"parked.kind.{kind.replace('-', '_')}") for kind in kinds}
    assert len(set(names.values())) == len(kinds)
