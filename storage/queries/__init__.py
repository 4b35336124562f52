"""Reading: rows in, the values of `storage.values` out. Every query here is constant in the number of partners."""

from storage.queries.columns import Contact, Deputy, IsAsked
from storage.queries.evidence import find_evidence
from storage.queries.homes import AnsweredFor, Earlier, answered_for, earlier_shares
from storage.queries.people import find_person, get_person, is_coordinator, person_view
from storage.queries.projects import (
    find_language,
    form_template,
    get_project,
    list_all_projects,
    list_coordinated,
    list_partners,
    list_projects,
    partner_view,
    partners_of,
)
from storage.queries.rounds import (
    SpringFirst,
    current_round,
    list_rounds,
    open_shares,
    round_view,
    rounds_of_year,
    shares_open_after_closing,
)
from storage.queries.share_answers import answers_of
from storage.queries.shares import AnswerPlace, find_answer_place, get_answer_place, hold_writers
from storage.queries.snapshots import expected_snapshot, outline, progress, snapshot, states

__all__ = [
    "AnswerPlace",
    "AnsweredFor",
    "Contact",
    "Deputy",
    "Earlier",
    "IsAsked",
    "SpringFirst",
    "answered_for",
    "answers_of",
    "current_round",
    "earlier_shares",
    "expected_snapshot",
    "find_answer_place",
    "find_evidence",
    "find_language",
    "find_person",
    "form_template",
    "get_answer_place",
    "get_person",
    "get_project",
    "hold_writers",
    "is_coordinator",
    "list_all_projects",
    "list_coordinated",
    "list_partners",
    "list_projects",
    "list_rounds",
    "open_shares",
    "outline",
    "partner_view",
    "partners_of",
    "person_view",
    "progress",
    "round_view",
    "rounds_of_year",
    "shares_open_after_closing",
    "snapshot",
    "states",
]
