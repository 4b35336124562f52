"""How a person of the local workspace fills in the form of an answer that a rehearsal plays."""

from lamppu_bot.messages import ids
from lamppu_bot.project_file import PlayedAnswer
from lamppu_bot.texts import Texts
from lamppu_bot.workspace import Person
from storage.values import AnswerState


def fill_in(person: Person, answer: PlayedAnswer, texts: Texts) -> None:
    """Everything that the answer says, in the form that is open; sends nothing but its links, in their own form."""
    state = AnswerState.ANSWERED if answer.text else AnswerState.NOTHING
    if answer.carried:
        person.fill(ids.ANSWER_CARRIED, texts(f"carrying.carried.{answer.carried}"))
    if answer.follow_up:
        person.fill(ids.ANSWER_FOLLOW_UP, answer.follow_up)
    person.fill(ids.ANSWER_TEXT, answer.text or answer.nothing_to_report)
    for key, figure in answer.figures.items():
        person.fill(ids.figure_input(key), texts.typed(figure))
    if answer.continuing:
        person.fill(ids.ANSWER_CONTINUING, answer.continuing)
    person.fill(ids.ANSWER_CHOICE, texts(f"answer_form.choice.{state}"))
    if answer.links:
        _add_links(person, answer, texts)


def _add_links(person: Person, answer: PlayedAnswer, texts: Texts) -> None:
    person.click(texts("evidence.open"))
    person.fill(ids.EVIDENCE_LINKS, "\n".join(answer.links))
    person.submit()
    person.close_modal()
