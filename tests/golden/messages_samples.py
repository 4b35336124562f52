"""Values that message tests are made of: the real LAMPPU project of 2012, and rounds of any size."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from lamppu_bot import richtext
from storage.values import (
    NO_DETAILS,
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

LIISA = PersonView(1, "Liisa Lahti", "liisa.lahti@example.org", "U0LIISA")
AINO = PersonView(2, "Aino Kallio", "aino.kallio@example.org", "U0AINO", phone="020 000 0000")
AWAY = replace(AINO, away_until=date(2012, 6, 14))
PEKKA = PersonView(3, "Pekka Niemi", "pekka.niemi@example.org", "U0PEKKA")
MATTI = PersonView(4, "Matti Koski", "matti.koski@example.org", None)
MAIJA = PersonView(5, "Maija Mallikas", "maija.mallikas@example.org", "U0MAIJA")

PROJECT = ProjectView(
    id=1,
    key="lamppu",
    name="Laatua ammatilliseen koulutukseen pohjoisessa (LAMPPU-hanke)",
    short_name="LAMPPU",
    language="fi",
    time_zone="Europe/Helsinki",
    holidays="FI",
    channel="C0KOORD",
    calendar={},
    coordinators=(LIISA,),
)

ROVANIEMI = PartnerView(11, "rovaniemi", "Rovaniemen koulutuskuntayhtymä", "Rovaniemi", AINO, PEKKA)
KUUSAMO = PartnerView(12, "kuusamo", "Kuusamon ammattiopisto", "Kuusamo", MATTI)

_TITLES_AND_TEXTS = (
    (
        "Laatuverkosto",
        "Hankkeessa käynnistetään pohjoisen Suomen ammatillisen koulutuksen järjestäjien laatuverkostoyhteistyö sekä "
        "luodaan verkostotyöhön myös hankkeen päättymisen jälkeen toimiva toimintamalli.\n\nHanke tekee yhteistyötä ja "
        "verkostoituu myös muiden laatustrategian toimeenpanoa tukevien hankkeiden kanssa.",
    ),
    (
        "Mittarit",
        "Laadun ja tuloksellisuuden mittaamista ja ohjaamista ohjaavien mittareiden kehittäminen.",
    ),
    (
        "Laatujärjestelmän kuvaus",
        "Laatustrategian toimeenpanon tueksi hanke laatii kuvauksen tai mallin laatu- tai toimintajärjestelmästä "
        "(laadunhallintajärjestelmästä).",
    ),
    (
        "Laatuosaaminen",
        "Hanke kehittää mukana olevien järjestäjien yhteistyönä toimijoiden laatuosaamista.",
    ),
    (
        "Oma suunnitelma",
        "REDU laatii omaa organisaatiota koskevan laadunhallinta- tai toimintajärjestelmän laatimisen tai kehittämisen "
        "suunnitelman hankkeessa luodun mallin pohjalta.",
    ),
)
OBJECTIVES = tuple(
    ObjectiveView(100 + number, f"t{number}", number, title, text, ROVANIEMI.id if number == 5 else None)
    for number, (title, text) in enumerate(_TITLES_AND_TEXTS, start=1)
)

SPRING = RoundView(
    7, "2012-spring", 2012, "spring", RoundState.OPEN, date(2012, 5, 14), date(2012, 5, 31), date(2012, 6, 29)
)
AUTUMN = RoundView(
    8, "2012-autumn", 2012, "autumn", RoundState.OPEN, date(2012, 12, 3), date(2012, 12, 14), date(2013, 1, 31)
)
WRITTEN_AT = datetime(2012, 5, 22, 9, 5, tzinfo=UTC)
TODAY = date(2012, 5, 22)

TEXT = (
    "Rovaniemen koulutuskuntayhtymä on osallistunut aktiivisesti LAMPPU-hankkeen järjestämiin tapaamisiin:\n"
    "- KAO:n BM-vierailu\n- kansallisen laatuverkoston tapaaminen\nLisää: www.redu.fi"
)


EVIDENCE = (
    EvidenceView(1, EvidenceKind.LINK, "https://www.example.org/muistio", "Kokouksen muistio"),
    EvidenceView(2, EvidenceKind.FILE, "F0000000001", "osallistujat.pdf", 120_000, "application/pdf"),
)


def answer(
    answer_id: int, partner_id: int, objective_id: int, state: AnswerState = AnswerState.MISSING, text: str = ""
) -> AnswerView:
    """An answer in its second version where it has a text, else untouched."""
    document = richtext.from_plain(text) if text else []
    written = {"version": 2, "updated_at": WRITTEN_AT, "updated_by": PEKKA.name} if text else {"version": 0}
    is_returned = state is AnswerState.RETURNED
    asked = {"note": "Kerro myös, ketkä kuvauksen laativat.", "open_until": date(2012, 7, 6)} if is_returned else {}
    return AnswerView(answer_id, partner_id, objective_id, state, text=text, document=document, **asked, **written)


def snapshot(**changes: object) -> RoundSnapshot:
    """Spring 2012 of LAMPPU half-way: one objective in every state for Rovaniemi, nothing from Kuusamo."""
    states = (
        (AnswerState.ANSWERED, TEXT),
        (AnswerState.DRAFT, "Olemme tutustuneet muiden mittareihin."),
        (AnswerState.RETURNED, "Kuvaus on tekeillä."),
        (AnswerState.NOTHING, "Koulutus siirtyi syksyyn."),
        (AnswerState.MISSING, ""),
    )
    mine = [
        answer(1000 + objective.number, ROVANIEMI.id, objective.id, state, text)
        for objective, (state, text) in zip(OBJECTIVES, states, strict=True)
    ]
    theirs = [answer(2000 + o.number, KUUSAMO.id, o.id) for o in OBJECTIVES if o.partner_id is None]
    values = RoundSnapshot(
        project=PROJECT,
        round=SPRING,
        partners=(ROVANIEMI, KUUSAMO),
        objectives=OBJECTIVES,
        answers={(found.partner_id, found.objective_id): found for found in (*mine, *theirs)},
        due_on={KUUSAMO.id: date(2012, 6, 8)},
        reminded_at={KUUSAMO.id: datetime(2012, 5, 21, 6, 0, tzinfo=UTC)},
    )
    return replace(values, **changes)


def with_earlier(
    found: RoundSnapshot, objective_id: int, document: Document, details: AnswerDetails = NO_DETAILS
) -> RoundSnapshot:
    """The round, where Rovaniemi said this of an objective in the one before."""
    said = EarlierAnswer(AnswerState.ANSWERED, document, details)
    return replace(found, earlier={**found.earlier, (ROVANIEMI.id, objective_id): said})


def indicators_of(found: RoundSnapshot, objective_id: int) -> RoundSnapshot:
    """The round, with two numbers asked of an objective."""
    asked = (
        IndicatorView("koulutetut", "Laatukoulutukseen osallistuneet", "henkilöä", Decimal(120)),
        IndicatorView("kokoukset", "Kokoukset", "kpl"),
    )
    objectives = (replace(one, indicators=asked) if one.id == objective_id else one for one in found.objectives)
    return replace(found, objectives=tuple(objectives))


def second_semester() -> RoundSnapshot:
    """Autumn 2012, the fourth objective with all that carries over, and with figures."""
    before = AnswerDetails(continuing="Laatukoulutus koko verkostolle")
    autumn = replace(SPRING, id=11, key="2012-autumn", term="autumn")
    found = with_earlier(indicators_of(snapshot(round=autumn), 104), 104, richtext.from_plain(TEXT), before)
    details = AnswerDetails(
        Carried.CONTINUES,
        "Vertaisarvioinnit",
        richtext.from_plain("Koulutukseen osallistui kolme oppilaitosta."),
        {"koulutetut": Decimal("24.5")},
    )
    key = (ROVANIEMI.id, 104)
    answers = {**found.answers, key: replace(found.answers[key], details=details)}
    found = with_earlier(found, 101, found.answers[ROVANIEMI.id, 101].document)  # the same text again
    return replace(indicators_of(found, 101), answers=answers, evidence={1004: EVIDENCE})


def first_semester() -> RoundSnapshot:
    """Spring 2012, closed, with figures of both partners."""
    found = in_round(indicators_of(snapshot(), 104), RoundState.CLOSED)
    given = {
        ROVANIEMI.id: {"koulutetut": Decimal(30), "kokoukset": Decimal(4)},
        KUUSAMO.id: {"koulutetut": Decimal(12)},
    }
    answers = {
        (partner_id, 104): replace(
            found.answers[partner_id, 104], state=AnswerState.ANSWERED, details=AnswerDetails(figures=figures)
        )
        for partner_id, figures in given.items()
    }
    return replace(found, answers={**found.answers, **answers})


def in_round(found: RoundSnapshot, state: RoundState) -> RoundSnapshot:
    return replace(found, round=in_state(state, found.round))


def in_state(state: RoundState, round_: RoundView = SPRING) -> RoundView:
    return replace(round_, state=state)


def with_states(state: AnswerState, text: str = "Valmista tuli.") -> RoundSnapshot:
    """The round with every answer in one state."""
    found = snapshot()
    written = "" if state is AnswerState.MISSING else text
    answers = {key: answer(old.id, *key, state, written) for key, old in found.answers.items()}
    return replace(found, answers=answers)


def big(
    partners: int, objectives: int, *, name: str = "Osahanke", title: str = "Tavoite", text: str = ""
) -> RoundSnapshot:
    """A round of any size; every partner has every objective, answered where there is a text."""
    people = PersonView(1, name, None, "U0ONE")
    all_partners = tuple(
        PartnerView(n, f"p{n}", f"{name} {n}", f"{name} {n}"[:80], people) for n in range(1, partners + 1)
    )
    all_objectives = tuple(ObjectiveView(n, f"t{n}", n, title, "Tavoitteen teksti.") for n in range(1, objectives + 1))
    state = AnswerState.ANSWERED if text else AnswerState.MISSING
    answers = {
        (p.id, o.id): answer(p.id * 1000 + o.id, p.id, o.id, state, text) for p in all_partners for o in all_objectives
    }
    return RoundSnapshot(PROJECT, SPRING, all_partners, all_objectives, answers, {}, {})
