"""The form that changes a partner's contact and deputy, and what is said when it is done."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from slackblocks import Block, EmailInput, InputBlock, PlainText, PlainTextInput

from lamppu_bot.messages import blocks, ids, limits
from lamppu_bot.messages.ids import Tool, ToolRef
from lamppu_bot.messages.message import View
from lamppu_bot.messages.tool_forms import build_tool_done, build_tool_form, partner_line
from lamppu_bot.texts import Texts
from storage.values import PartnerView, PersonView, RoundSnapshot

ROLES: Final = ("contact", "deputy")
FIELDS: Final = ("name", "email", "phone")
_LONGEST: Final = {"name": 200, "phone": 40}


def build_contact_form(snapshot: RoundSnapshot, partner: PartnerView, *, typed: str, texts: Texts) -> View:
    """Who answers now stands in it; after the word a new contact's name and e-mail may have been `typed`."""
    ref = ToolRef(Tool.CONTACT, snapshot.round.id, partner.id)
    people = {"contact": _typed(typed) or _known(partner.contact), "deputy": _known(partner.deputy)}
    inputs = [_input(ref, role, field, people[role][field], texts) for role in ROLES for field in FIELDS]
    return build_tool_form(
        ref,
        texts("contact_form.title"),
        [partner_line(snapshot, partner.id, texts), blocks.section(texts.mrkdwn("contact_form.said")), *inputs],
        callback_id=ids.CONTACT_FORM,
        submit=texts("contact_form.submit"),
        texts=texts,
    )


def parse_contact_form(view: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """What was written, by role and field; raises MalformedPayloadError for a view that is not one of ours."""
    return {
        (role, field): str(ids.input_state(view, _id(role, field)).get("value") or "").strip()
        for role in ROLES
        for field in FIELDS
    }


def build_contact_errors(ref: ToolRef, problems: Sequence[tuple[str, str]], texts: Texts) -> dict[str, str]:
    """What is wrong beside each field, all at once."""
    found = {}
    for role, field in problems:
        where = "email" if field == "same" else field
        found[ids.input_block(_id(role, where), ref)] = texts(f"contact_form.wrong.{field}")
    return found


def build_contact_refusal(ref: ToolRef, said: str) -> dict[str, str]:
    """Why it cannot be done, beside the first field."""
    return {ids.input_block(_id("contact", "name"), ref): said}


def build_contact_done(partner: PartnerView, *, texts: Texts) -> View:
    """Who answers now."""
    deputy = partner.deputy
    return build_tool_done(
        texts("contact_form.title"),
        texts("contact_form.done.contact", partner=partner.name, contact=_shown(partner.contact)),
        texts("contact_form.done.deputy", deputy=_shown(deputy)) if deputy else texts("contact_form.done.no_deputy"),
        texts("contact_form.done.next"),
        texts=texts,
    )


def _shown(person: PersonView) -> str:
    name = limits.clip(person.name, limits.CELL)
    return f"{name} ({person.email})" if person.email else name


def _known(person: PersonView | None) -> dict[str, str]:
    if person is None:
        return dict.fromkeys(FIELDS, "")
    return {"name": person.name, "email": person.email or "", "phone": person.phone or ""}


def _typed(typed: str) -> dict[str, str] | None:
    """A name and an e-mail in any order; None for nothing."""
    words = typed.split()
    emails = [word.strip("<>,;()") for word in words if "@" in word]
    name = " ".join(word for word in words if "@" not in word)
    return {"name": name, "email": emails[0] if emails else "", "phone": ""} if words else None


def _input(ref: ToolRef, role: str, field: str, value: str, texts: Texts) -> Block:
    action_id = _id(role, field)
    if field == "email":
        written: EmailInput | PlainTextInput = EmailInput(action_id, initial_value=value or None)
    else:
        longest = _LONGEST[field]
        written = PlainTextInput(action_id, initial_value=value[:longest] or None, max_length=longest)
    return InputBlock(
        PlainText(texts(f"contact_form.{role}.{field}")),
        written,
        block_id=ids.input_block(action_id, ref),
        hint=PlainText(texts(f"contact_form.hint.{role}.{field}")),
        optional=role == "deputy" or field == "phone",
    )


def _id(role: str, field: str) -> str:
    return f"{ids.CONTACT_FIELD}_{role}_{field}"
