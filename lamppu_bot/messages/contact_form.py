"""The form that changes a partner's contact and deputy, and what is said when it is done."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zlib import crc32

from slackblocks import Block, EmailInput, InputBlock, PlainText, PlainTextInput

from lamppu_bot.messages import blocks, ids, limits
from lamppu_bot.messages.ids import MalformedPayloadError, Tool, ToolRef
from lamppu_bot.messages.message import View
from lamppu_bot.messages.tool_forms import build_tool_done, build_tool_form, parse_partner_ref, parse_seen, partner_line
from lamppu_bot.texts import Texts
from storage.values import PartnerView, PersonView, RoundSnapshot

ROLES: Final = ("contact", "deputy")
FIELDS: Final = ("name", "email", "phone")
_LONGEST: Final = {"name": 200, "phone": 40}

# What stands in the fields, by role and field.
Written = Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class ContactSubmission:
    """What was written, and who answered when the form was opened; both by role and field."""

    ref: ToolRef
    partner_id: int
    seen: Written
    written: Written


def build_contact_form(snapshot: RoundSnapshot, partner: PartnerView, *, typed: str, texts: Texts) -> View:
    """Who answers now stands in it; after the word a new contact's name and e-mail may have been `typed`."""
    said = [blocks.section(texts.mrkdwn("contact_form.said"))]
    return _form(snapshot, partner, {**known_people(partner), **_typed(typed)}, said, texts)


def build_contact_conflict(snapshot: RoundSnapshot, partner: PartnerView, written: Written, *, texts: Texts) -> View:
    """Somebody else has changed the same people since the form was opened: who answers now, and what was `written`."""
    said = [
        blocks.section(texts.mrkdwn("contact_form.moved")),
        *(blocks.plain_section(one) for one in _now(partner, texts)),
        blocks.section(texts.mrkdwn("contact_form.moved.yours")),
    ]
    return _form(snapshot, partner, written, said, texts)


def _form(snapshot: RoundSnapshot, partner: PartnerView, written: Written, said: Sequence[Block], texts: Texts) -> View:
    ref, seen = ToolRef(Tool.CONTACT, snapshot.round.id, partner.id), known_people(partner)
    inputs = [_input(ref, seen, role, field, written[role, field], texts) for role in ROLES for field in FIELDS]
    return build_tool_form(
        ref,
        texts("contact_form.title"),
        [partner_line(snapshot, partner.id, texts), *said, *inputs],
        callback_id=ids.CONTACT_FORM,
        submit=texts("contact_form.submit"),
        texts=texts,
        seen=_encoded(seen),
    )


def parse_contact_form(view: Mapping[str, Any]) -> ContactSubmission:
    """What was sent in; raises MalformedPayloadError for a view that is not one of ours."""
    ref, partner_id = parse_partner_ref(view)
    written = {
        (role, field): str(ids.input_state(view, _id(role, field)).get("value") or "").strip()
        for role in ROLES
        for field in FIELDS
    }
    return ContactSubmission(ref, partner_id, _decoded(parse_seen(view)), written)


def build_contact_errors(
    submission: ContactSubmission, problems: Sequence[tuple[str, str]], texts: Texts
) -> dict[str, str]:
    """What is wrong beside each field, all at once."""
    found = {}
    for role, field in problems:
        where = "email" if field == "same" else field
        found[_block(submission.ref, submission.seen, role, where)] = texts(f"contact_form.wrong.{field}")
    return found


def build_contact_refusal(submission: ContactSubmission, said: str) -> dict[str, str]:
    """Why it cannot be done, beside the first field."""
    return {_block(submission.ref, submission.seen, "contact", "name"): said}


def build_contact_done(partner: PartnerView, *, texts: Texts) -> View:
    """Who answers now."""
    title, following = texts("contact_form.title"), texts("contact_form.done.next")
    return build_tool_done(title, *_now(partner, texts), following, texts=texts)


def _now(partner: PartnerView, texts: Texts) -> tuple[str, str]:
    deputy = partner.deputy
    return (
        texts("contact_form.done.contact", partner=partner.name, contact=_shown(partner.contact)),
        texts("contact_form.done.deputy", deputy=_shown(deputy)) if deputy else texts("contact_form.done.no_deputy"),
    )


def _shown(person: PersonView) -> str:
    name = limits.clip(person.name, limits.CELL)
    return f"{name} ({person.email})" if person.email else name


def known_people(partner: PartnerView) -> Written:
    """Who answers for the partner, as the form shows them; empty fields where there is no deputy."""
    return {(role, field): said for role in ROLES for field, said in _known(getattr(partner, role)).items()}


def _known(person: PersonView | None) -> dict[str, str]:
    if person is None:
        return dict.fromkeys(FIELDS, "")
    return {"name": person.name, "email": person.email or "", "phone": person.phone or ""}


def _typed(typed: str) -> Written:
    """A new contact's name and e-mail in any order; nothing for nothing."""
    words = typed.split()
    emails = [word.strip("<>,;()") for word in words if "@" in word]
    name = " ".join(word for word in words if "@" not in word)
    found = {"name": name, "email": emails[0] if emails else "", "phone": ""} if words else {}
    return {("contact", field): value for field, value in found.items()}


def _encoded(people: Written) -> str:
    return json.dumps([people[role, field] for role in ROLES for field in FIELDS], ensure_ascii=False)


def _decoded(seen: str) -> Written:
    places = [(role, field) for role in ROLES for field in FIELDS]
    try:
        found = json.loads(seen)
    except ValueError:
        found = None
    if not isinstance(found, list) or len(found) != len(places):
        raise MalformedPayloadError("the form does not say who answered when it was opened")
    return {place: str(said) for place, said in zip(places, found, strict=True)}


def _input(ref: ToolRef, seen: Written, role: str, field: str, value: str, texts: Texts) -> Block:
    action_id = _id(role, field)
    if field == "email":
        written: EmailInput | PlainTextInput = EmailInput(action_id, initial_value=value or None)
    else:
        longest = _LONGEST[field]
        written = PlainTextInput(action_id, initial_value=value[:longest] or None, max_length=longest)
    return InputBlock(
        PlainText(texts(f"contact_form.{role}.{field}")),
        written,
        block_id=_block(ref, seen, role, field),
        hint=PlainText(texts(f"contact_form.hint.{role}.{field}")),
        optional=role == "deputy" or field == "phone",
    )


def _block(ref: ToolRef, seen: Written, role: str, field: str) -> str:
    """Another one where others answered when the form was opened: Slack would keep what stood in the old one."""
    return f"{ids.input_block(_id(role, field), ref)}:{crc32(_encoded(seen).encode())}"


def _id(role: str, field: str) -> str:
    return f"{ids.CONTACT_FIELD}_{role}_{field}"
