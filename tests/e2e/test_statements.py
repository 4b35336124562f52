"""What a submission costs: as few statements as it takes, whatever the form asks and however much there is to show."""

import re

from lamppu_bot.rehearsal import Rehearsal
from tests.benchmarks.statements import traced
from tests.e2e.acting import CHOICE, NEXT, READY, TEXT, card_of
from tests.e2e.conftest import MERI
from tests.e2e.test_carrying import ON_IN_SPRING, answer_all, to_autumn

MOST = 8  # BEGIN and COMMIT among them


def test_submission_takes_no_statement_more_for_what_stands_beside_the_answer(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    answer_all(spring, niilo)
    to_autumn(spring)
    niilo.click(NEXT, card_of(niilo, "syksy"))
    niilo.fill(TEXT, "Tehty.")
    niilo.fill(CHOICE, READY)
    niilo.fill(ON_IN_SPRING, "Kokoukset")
    statements = traced(spring.database)
    niilo.submit()
    asked = [found for found in statements if not re.match("PRAGMA", found)]
    assert len(asked) <= MOST, asked
