"""Answering by writing: a thread for the chosen objective, its draft, edits and deletions, *done*."""

from sqlalchemy import select

from lamppu_bot.rehearsal import Rehearsal
from storage.models import Answer
from tests.e2e.acting import FI, card_of
from tests.e2e.conftest import MERI
from tests.e2e.talking import (
    DONE,
    METERS,
    NETWORK,
    OVER,
    answers_of,
    count_revisions,
    press,
    repeat,
    replies,
    root_of,
    start_writing,
    write,
)


def test_writing_in_a_thread_becomes_the_answer(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    root = start_writing(spring, niilo, METERS)
    for shown in ("LAMPPU", "Perämeren koulutussäätiö", "ohjaavien mittareiden kehittäminen."):
        assert shown in root.text
    start_writing(spring, niilo, METERS)
    repeat(spring, "block_actions")
    assert len([m for m in niilo.messages() if m.lines[0] == METERS]) == 1, "one thread, however often it is asked for"

    press(spring, niilo, DONE, root)
    assert niilo.modal is not None
    assert FI("refused.nothing_written") in niilo.modal.text
    niilo.close_modal()

    write(spring, niilo, root, "Mittareita on nyt viisi:", "- läpäisy\n- palaute", "Katso https://redu.fi/laatu")
    [reply] = replies(root)
    assert "Luonnoksessa on nyt 3 viestiä" in reply.text
    assert "läpäisy" in reply.text
    assert FI("state.draft") in card_of(niilo).text
    assert "0/4" in card_of(niilo).text
    written = "Mittareita on nyt viisi:\n• läpäisy\n• palaute\nKatso https://redu.fi/laatu"
    assert answers_of(spring) == {"mittarit": ("draft", written)}

    write(spring, niilo, root, "Siinä kaikki.")
    first, second = replies(root)
    assert DONE not in first.buttons
    press(spring, niilo, DONE, second)
    assert answers_of(spring) == {"mittarit": ("answered", f"{written}\nSiinä kaikki.")}
    assert "1/4" in card_of(niilo).text
    assert OVER in root.text
    assert FI("talk.done", title=METERS).replace("*", "") in second.text.replace("*", "")
    assert FI("talk.done", title=METERS).replace("*", "") not in first.text.replace("*", "")
    assert [DONE in message.buttons for message in (root, first, second)] == [False, False, False]
    with spring.database.read() as session:
        [document] = session.scalars(select(Answer.document).where(Answer.state == "answered"))
    assert [block["type"] for block in document] == [
        "rich_text_section",
        "rich_text_list",
        "rich_text_section",
        "rich_text_section",
    ]
    assert document[2]["elements"][1] == {"type": "link", "url": "https://redu.fi/laatu"}

    before = (count_revisions(spring), len(root.thread), second.text)
    repeat(spring, "block_actions")
    assert (count_revisions(spring), len(root.thread), second.text) == before


def test_last_answer_by_writing_brings_thanks(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    root = start_writing(spring, niilo, NETWORK)
    answer_all_but_first(spring)
    assert FI("card.write") in card_of(niilo).buttons, "with one objective left it is a button, not a menu"
    write(spring, niilo, root_of(niilo, NETWORK), "Verkosto perustettiin.")
    press(spring, niilo, DONE, root)
    assert "4/4" in card_of(niilo).text
    thanks = niilo.messages()[-1]
    assert next(file.name for reply in thanks.thread for file in reply.files).endswith(".docx")


def answer_all_but_first(house: Rehearsal) -> None:
    """Answers all objectives with the form but the one that is being written."""
    niilo = house.people[MERI]
    for title in ("Mittarien kehittäminen", "Toimintajärjestelmän kuvaus", "Laatuosaamisen kehittäminen"):
        niilo.click("Vastaa", card_of(niilo), near=title)
        niilo.fill(FI("answer_form.text"), "Tehty.")
        niilo.fill(FI("answer_form.choice"), FI("answer_form.choice.answered"))
        niilo.submit()
        niilo.close_modal()
        house.settle()
