"""What the report says beside the texts of answers: figures, evidence, work that goes on, and marks in words. Pure."""

from collections.abc import Iterator
from decimal import Decimal

from lamppu_bot import richtext
from lamppu_bot.report.entries import Entry
from lamppu_bot.report.headings import Texts
from lamppu_bot.semester import following
from storage.values import AnswerState, Document, EvidenceKind, EvidenceView, IndicatorView, RoundView


def one_line(text: str) -> str:
    """A name without line ends, nor anything that no file can carry."""
    return " ".join(richtext.clean(text).split())


def semester(asked: RoundView, texts: Texts) -> str:
    return texts(f"matrix.semester.{asked.term}", year=asked.year)


def state_of(entry: Entry, texts: Texts) -> str:
    """Where the answer stands; what is missing of a partner of whom nothing is asked is not missing."""
    is_spared = entry.state is AnswerState.MISSING and not entry.is_asked
    return texts("matrix.state.skipped" if is_spared else f"matrix.state.{entry.state}")


def marks_of(entry: Entry, texts: Texts) -> Iterator[str]:
    """What readers must know of an answer beside its state and its text."""
    if entry.skipped is not None:
        yield texts("mark.skipped", reason=one_line(entry.skipped))
    if entry.is_unchanged:
        yield texts("mark.unchanged")
    if entry.entered_by:
        yield texts("mark.entered", person=one_line(entry.entered_by))
    if entry.note and entry.state is AnswerState.RETURNED:
        yield texts("mark.returned", wish=one_line(entry.note))
    if entry.details.carried:
        yield texts(f"mark.carried.{entry.details.carried}")


def figures_of(entry: Entry, texts: Texts) -> Document:
    """The figures of an answer in one line: "Mittarit: koulutetut 12 henkilöä; tapaamiset 3 kertaa."."""
    given = entry.details.figures
    said = [figure(one, texts, given[one.key]) for one in entry.objective.indicators if one.key in given]
    return richtext.from_plain(texts("form.indicators", figures="; ".join(said))) if said else []


def figure(indicator: IndicatorView, texts: Texts, value: Decimal) -> str:
    title, unit = one_line(indicator.title), one_line(indicator.unit)
    return texts("form.indicator", title=title, unit=unit, value=texts.number(value))


def follow_up_of(entry: Entry, texts: Texts) -> Document:
    """What became of work that was said to go on, under a short heading of its own."""
    told = entry.details.follow_up
    if richtext.is_empty(told):
        return []
    work = one_line(entry.followed)
    heading = texts("form.follow_up", work=work) if work else texts("form.follow_up.unnamed")
    return [_bold(heading), *told]


def continuing_of(entry: Entry, texts: Texts) -> Document:
    work = one_line(entry.details.continuing)
    if not work:
        return []
    term, year = following(entry.round.term, entry.round.year)
    when = texts(f"semester.{term}.in", year=year)
    return richtext.from_plain(texts("carrying.line.continuing", when=when, text=work))


def evidence_of(entry: Entry, texts: Texts) -> Document:
    """A list of links, and of files by their names, under a short heading."""
    if not entry.evidence:
        return []
    items = [richtext.section([evidence_run(one, texts)]) for one in entry.evidence]
    return [_bold(texts("form.evidence")), richtext.bullets(items)]


def evidence_run(evidence: EvidenceView, texts: Texts) -> dict[str, object]:
    title = one_line(evidence.title)
    if evidence.kind is EvidenceKind.FILE:
        return richtext.text_run(texts("form.evidence.file", title=title))
    return richtext.link(evidence.address, title or evidence.address)


def _bold(words: str) -> dict[str, object]:
    return richtext.section([richtext.text_run(words, {"bold": True})])
