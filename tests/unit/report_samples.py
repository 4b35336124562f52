"""Snapshots for report tests: the example project as played, and small rounds of any states."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from lamppu_bot import richtext
from lamppu_bot.project_file import read_answers, read_project
from lamppu_bot.report.compile import Report, compile_report
from lamppu_bot.texts import texts_for
from storage.values import (
    AnswerDetails,
    AnswerState,
    AnswerView,
    Carried,
    Document,
    EarlierAnswer,
    EvidenceKind,
    EvidenceView,
    IndicatorView,
    ObjectiveView,
    PartnerView,
    PersonView,
    ProjectView,
    RoundSnapshot,
    RoundState,
    RoundView,
)

EXAMPLES = Path(__file__).parents[2] / "examples"
NOW = datetime(2013, 1, 7, 7, 0, tzinfo=UTC)
WRITTEN_AT = datetime(2012, 5, 30, 22, 30, tzinfo=UTC)  # the 31st by Finnish clocks
KATRI = PersonView(1, "Katri Koordinaattori", "katri@example.org", None)
OONA = PersonView(2, "Oona Ojala", "oona.ojala@example.org", None, phone="020 000 0001")

PROJECT = ProjectView(
    1, "lamppu", "Laatua pohjoiseen (LAMPPU)", "LAMPPU", "fi", "Europe/Helsinki", "FI", "C1", {}, (KATRI,)
)


def round_view(term: str, state: RoundState = RoundState.CLOSED, year: int = 2012) -> RoundView:
    day = date(year, 5, 31) if term == "spring" else date(year, 12, 14)
    return RoundView(1 if term == "spring" else 2, f"{year}-{term}", year, term, state, day, day, day)


def partners(count: int) -> tuple[PartnerView, ...]:
    return tuple(PartnerView(n, f"osahanke-{n}", f"Osahanke {n}", f"Osa {n}", OONA) for n in range(1, count + 1))


def objectives(count: int) -> tuple[ObjectiveView, ...]:
    return tuple(
        ObjectiveView(n, f"tavoite-{n}", n, f"Tavoite {n}", f"Tavoitteen {n} teksti.") for n in range(1, count + 1)
    )


def answer(
    partner_id: int, objective_id: int, state: AnswerState = AnswerState.ANSWERED, document: Document | str = "Tulos."
) -> AnswerView:
    kept = richtext.from_plain(document) if isinstance(document, str) else document
    answer_id = partner_id * 1000 + objective_id
    if state is AnswerState.MISSING:
        return AnswerView(answer_id, partner_id, objective_id, state, 0, "", [])
    return AnswerView(answer_id, partner_id, objective_id, state, 1, richtext.plain(kept), kept, WRITTEN_AT, OONA.name)


def snapshot(*answers: AnswerView, term: str = "spring", **changes: object) -> RoundSnapshot:
    """A closed round of 2012 that holds these answers, with as many partners and objectives as they name."""
    values = RoundSnapshot(
        project=PROJECT,
        round=round_view(term),
        partners=partners(max((found.partner_id for found in answers), default=1)),
        objectives=objectives(max((found.objective_id for found in answers), default=1)),
        answers={(found.partner_id, found.objective_id): found for found in answers},
        due_on={},
        reminded_at={},
    )
    return replace(values, **changes)


def compiled(*snapshots: RoundSnapshot, language: str = "fi") -> Report:
    return compile_report(snapshots, texts_for(language), NOW)


def report_with(document: Document | str, state: AnswerState = AnswerState.ANSWERED) -> Report:
    """A report of one partner whose only answer, to the only objective, is this."""
    return compiled(snapshot(answer(1, 1, state, document)))


def report_of_every_state(language: str) -> Report:
    """Two partners in spring and autumn with answers in every state, in a project of this language."""
    spring = snapshot(
        answer(1, 1),
        answer(1, 2, AnswerState.NOTHING, "Alkaa syksyllä."),
        answer(2, 1, AnswerState.DRAFT, "Kesken."),
        answer(2, 2, AnswerState.MISSING),
    )
    autumn = snapshot(answer(1, 1, document="Lisää."), answer(2, 1, AnswerState.RETURNED, "Entinen."), term="autumn")
    own = {"project": replace(PROJECT, language=language), "objectives": objectives(2)}
    return compiled(replace(spring, **own), replace(autumn, **own), language=language)


TRAINED = IndicatorView("koulutetut", "Koulutukseen osallistuneet", "henkilöä", Decimal(40))
MEETINGS = IndicatorView("tapaamiset", "Tapaamisia", "kertaa")
PAGE = EvidenceView(1, EvidenceKind.LINK, "https://example.org/malli?a=1&b=2", "Toimintamalli")
PICTURE = EvidenceView(2, EvidenceKind.FILE, "F0KUVA", "Kuva tapaamisesta", 204_800, "image/png")


def figures(**given: str) -> AnswerDetails:
    return AnswerDetails(figures={key: Decimal(number) for key, number in given.items()})


def report_with_indicators(language: str = "fi") -> Report:
    """Three partners in two semesters: figures given, missing and unconfirmed; work carried on; evidence; a skip."""
    own = {
        "project": replace(PROJECT, language=language),
        "partners": partners(3),
        "objectives": _counted(objectives(2)),
    }
    spring = snapshot(
        with_details(answer(1, 1), figures(koulutetut="12", tapaamiset="2.5")),
        with_details(answer(2, 1, document="Vuoden alussa."), figures(koulutetut="2")),
        with_details(answer(3, 1, AnswerState.DRAFT, "Kesken."), figures(koulutetut="5")),
        answer(1, 2, document="Aina sama."),
        **own,
    )
    told = AnswerDetails(Carried.CONTINUES, "Mallin käyttöönotto", richtext.from_plain("Malli on kuvattu."))
    autumn = snapshot(
        with_details(answer(1, 1, document="Lisää."), replace(told, figures={"koulutetut": Decimal(20)})),
        answer(2, 1),
        answer(3, 1, AnswerState.MISSING),
        answer(1, 2, document="Aina sama."),
        term="autumn",
        earlier={
            (1, 1): EarlierAnswer(AnswerState.ANSWERED, [], AnswerDetails(continuing="Mallin kuvaus")),
            (1, 2): EarlierAnswer(AnswerState.ANSWERED, richtext.from_plain("Aina sama.")),
        },
        evidence={1001: (PAGE, PICTURE)},
        skipped={3: "Yhdistyy toiseen oppilaitokseen"},
        **own,
    )
    return compiled(spring, autumn, language=language)


def with_details(found: AnswerView, details: AnswerDetails) -> AnswerView:
    return replace(found, details=details)


def _counted(found: tuple[ObjectiveView, ...]) -> tuple[ObjectiveView, ...]:
    return (replace(found[0], indicators=(TRAINED, MEETINGS)), *found[1:])


def example_report() -> Report:
    """The examples' year 2012, both rounds closed, as a rehearsal plays it."""
    file = read_project(EXAMPLES / "lamppu-2012.toml")
    ids = {partner.key: number for number, partner in enumerate(file.partners, start=1)}
    numbers = {objective.key: number for number, objective in enumerate(file.objectives, start=1)}
    shared = {
        "project": replace(PROJECT, name=file.project.name, short_name=file.project.short_name),
        "partners": tuple(
            PartnerView(ids[p.key], p.key, p.name, p.short_name, PersonView(ids[p.key], **_person(p.contact)))
            for p in file.partners
        ),
        "objectives": tuple(
            ObjectiveView(numbers[o.key], o.key, numbers[o.key], o.title, o.text, ids.get(o.partner))
            for o in file.objectives
        ),
    }
    asked = [(ids[p.key], numbers[o.key]) for p in file.partners for o in file.objectives_of(p.key)]
    snapshots = []
    for semester in file.semesters:
        answers = {place: answer(*place, AnswerState.MISSING) for place in asked}
        for played in read_answers(EXAMPLES / "lamppu-2012-answers.toml", file):
            if played.semester == semester.key:
                place = ids[played.partner], numbers[played.objective]
                state = AnswerState.ANSWERED if played.text else AnswerState.NOTHING
                answers[place] = answer(*place, state, played.text or played.nothing_to_report)
        snapshots.append(snapshot(*answers.values(), term=semester.term, **shared))
    return compiled(*snapshots)


def _person(contact: object) -> dict[str, str | None]:
    return {"name": contact.name, "email": contact.email, "slack_id": None, "phone": contact.phone}
