"""The speaking keys of the delivery ledger: kind, occasion, recipient. The same occasion gives the same key."""

from datetime import date
from typing import Final

# An occasion of an overview beside the days of the ladder.
CLOSED: Final = "closed"


def card(project: str, round_key: str, partner: str, person_id: int) -> str:
    return f"card:{project}:{round_key}:{partner}:{person_id}"


def reminder(rounds: str, person_id: int, day: date) -> str:
    return f"reminder:{rounds}:{person_id}:{day}"


def reminder_now(audit_id: int, person_id: int) -> str:
    return f"reminder-now:{audit_id}:{person_id}"


def steered(audit_id: int, person_id: int) -> str:
    return f"steered:{audit_id}:{person_id}"


def thanks(project: str, round_key: str, partner: str) -> str:
    return f"thanks:{project}:{round_key}:{partner}"


def thanks_form(project: str, round_key: str, partner: str) -> str:
    return f"thanks-form:{project}:{round_key}:{partner}"


def preview(project: str, round_key: str, opens_on: date) -> str:
    return f"preview:{project}:{round_key}:{opens_on}"


def overview(project: str, round_key: str, occasion: str) -> str:
    return f"overview:{project}:{round_key}:{occasion}"


def due(day: date) -> str:
    """An overview's occasion: the due day is over, which may be put off and come again."""
    return f"due-{day}"


def extended(day: date) -> str:
    """An overview's occasion: since that day partners with longer time of their own have none left."""
    return f"extended-{day}"


def completed(project: str, round_key: str) -> str:
    return f"completed:{project}:{round_key}"


def summary(project: str, round_key: str) -> str:
    return f"summary:{project}:{round_key}"


def summary_page(project: str, round_key: str, page: int) -> str:
    return f"summary-page:{project}:{round_key}:{page}"


def summary_part(project: str, round_key: str, objective: str, part: int) -> str:
    return f"summary-part:{project}:{round_key}:{objective}:{part}"


def files(project: str, round_key: str, day: date, batch: int) -> str:
    return f"files:{project}:{round_key}:{day}:{batch}"


def evidence(project: str, round_key: str, evidence_id: int) -> str:
    return f"evidence:{project}:{round_key}:{evidence_id}"


def of_answer(kind: str, answer_id: int) -> str:
    """What the keys of all messages of a kind about an answer begin with."""
    return f"{kind}:{answer_id}:"


def returned(answer_id: int, version: int, person_id: int) -> str:
    return f"{of_answer('returned', answer_id)}{version}:{person_id}"


def entered(answer_id: int, version: int, person_id: int) -> str:
    return f"{of_answer('entered', answer_id)}{version}:{person_id}"


def came_back(answer_id: int, version: int) -> str:
    return f"{of_answer('came-back', answer_id)}{version}"


def lapsed(project: str, round_key: str, day: date) -> str:
    return f"lapsed:{project}:{round_key}:{day}"


def conversation(answer_id: int, number: int) -> str:
    return f"conversation:{answer_id}:{number}"


def burst(conversation_id: int, first_ts: str) -> str:
    return f"burst:{conversation_id}:{first_ts}"


def stray(channel: str, first_ts: str) -> str:
    return f"stray:{channel}:{first_ts}"


def changed_message(message_id: int, version: str) -> str:
    return f"changed-message:{message_id}:{version}"


def inquiry(origin: str) -> str:
    return f"inquiry:{origin}"[:255]


def inquiry_root(inquiry_id: int) -> str:
    return f"inquiry-root:{inquiry_id}"


def inquiry_further(inquiry_id: int) -> str:
    return f"inquiry-further:{inquiry_id}"


def inquiry_reply(message_id: int) -> str:
    return f"inquiry-reply:{message_id}"


def inquiry_confirm(inquiry_id: int, first_ts: str) -> str:
    return f"inquiry-confirm:{inquiry_id}:{first_ts}"


def handover(handover_id: int) -> str:
    return f"handover:{handover_id}"


def handover_kept(handover_id: int) -> str:
    return f"handover-kept:{handover_id}"


def handover_outcome(handover_id: int, state: str) -> str:
    return f"handover-outcome:{handover_id}:{state}"


def status(trigger_id: str) -> str:
    return f"status:{trigger_id}"


def partner_status(trigger_id: str, partner_id: int) -> str:
    return f"partner-status:{trigger_id}:{partner_id}"


def offer(trigger_id: str, round_id: int) -> str:
    return f"offer:{trigger_id}:{round_id}"


def offer_posted(trigger_id: str) -> str:
    return f"offer-posted:{trigger_id}"


def home(person_id: int) -> str:
    return f"home:{person_id}"


def problem(delivery_id: int, person_id: int | None = None) -> str:
    return f"problem:{delivery_id}" if person_id is None else f"problem:{delivery_id}:{person_id}"
