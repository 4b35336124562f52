"""What stands beside an answer's text where coordinators read it: in the results, in a partner's status, as a count."""

from collections.abc import Iterator

from lamppu_bot import richtext
from lamppu_bot.report.entries import entries_of
from lamppu_bot.report.words import continuing_of, evidence_of, figures_of, follow_up_of
from lamppu_bot.status import RoundStatus, is_unchanged
from lamppu_bot.texts import Texts
from storage.values import AnswerState, AnswerView, Document, ObjectiveView, PartnerView, RoundSnapshot


def reported(snapshot: RoundSnapshot, partner: PartnerView, objective: ObjectiveView, texts: Texts) -> Document:
    """All that is reported of an objective, in the words and the order of the report's files."""
    [entry] = entries_of([snapshot], partner, [objective])
    carried = entry.details.carried
    return [
        *entry.document,
        *(_mark(texts("mark.unchanged")) if entry.is_unchanged else []),
        *(_mark(texts(f"mark.carried.{carried}")) if carried else []),
        *follow_up_of(entry, texts),
        *continuing_of(entry, texts),
        *figures_of(entry, texts),
        *evidence_of(entry, texts),
    ]


def _mark(said: str) -> Document:
    """A line of our own among the partner's words."""
    return [richtext.section([richtext.text_run(said, {"italic": True})])]


def notes(snapshot: RoundSnapshot, objective: ObjectiveView, answer: AnswerView, texts: Texts) -> Iterator[str]:
    """What a coordinator may want to look at in an answer with its last word."""
    if is_unchanged(snapshot, answer):
        yield texts("mark.unchanged")
    missing = [one.title for one in objective.asked_indicators if one.key not in answer.details.figures]
    if missing and answer.state is AnswerState.ANSWERED:
        yield texts("carrying.figures.missing", titles=texts.listed(missing))


def unchanged_count(status: RoundStatus, texts: Texts) -> list[str]:
    """How many answers are those of the round before; nothing where none is."""
    return [texts.plural("carrying.unchanged.count", status.unchanged)] if status.unchanged else []
