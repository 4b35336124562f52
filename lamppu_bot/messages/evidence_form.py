"""The form for an answer's links and files, which opens over the form of the answer; and what comes back from it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from slackblocks import (
    Block,
    FileInput,
    InputBlock,
    Option,
    PlainText,
    PlainTextInput,
    StaticMultiSelectMenu,
)

from lamppu_bot import richtext
from lamppu_bot.given import file_of, link_of
from lamppu_bot.messages import blocks, ids, limits, wording
from lamppu_bot.messages.blocks import RenderedBlock
from lamppu_bot.messages.ids import AnswerRef
from lamppu_bot.messages.message import View, modal
from lamppu_bot.texts import Texts
from storage.values import EvidenceKind, EvidenceView, NewEvidence, RoundSnapshot

_SHOWN: Final = 50
_FILES: Final = 10  # as many as Slack takes at once
_KEPT: Final = 64


@dataclass(frozen=True, slots=True)
class EvidenceSubmission:
    """What was sent in. `ref` names the answer and how often its form has been sent; `wrong` is the first line that is
    no link, counted from 1."""

    ref: AnswerRef
    given: tuple[NewEvidence, ...]
    removed: frozenset[int]
    wrong: int | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.given or self.removed)


def evidence_button(snapshot: RoundSnapshot, answer_id: int, texts: Texts) -> Block:
    """Opens the form of links and files; says how many there are."""
    count = len(snapshot.evidence.get(answer_id, ()))
    label = texts("evidence.open.some", count=count) if count else texts("evidence.open")
    block = _opening(label)
    button = {**block["elements"][0], "value": AnswerRef(answer_id, 0).encode()}
    return RenderedBlock({**block, "elements": [button]})


@lru_cache(_KEPT)
def _opening(label: str) -> dict[str, Any]:
    return blocks.rendered(blocks.actions(blocks.button(label, ids.EVIDENCE_OPEN, AnswerRef(0, 0))))


def build_evidence_form(
    snapshot: RoundSnapshot, partner_id: int, objective_id: int, *, texts: Texts, sent: int = 0
) -> View:
    """The links and files of an answer; `sent` counts how often this form has been sent in before."""
    objective = next(found for found in snapshot.objectives if found.id == objective_id)
    answer = snapshot.answers[partner_id, objective_id]
    ref, found = AnswerRef(answer.id, sent), snapshot.evidence.get(answer.id, ())
    line = wording.context_line(snapshot.project, wording.partner_of(snapshot, partner_id), snapshot.round, texts)
    return modal(
        f"evidence-{answer.id}-{sent}",
        texts("evidence.title"),
        [
            *([blocks.section(texts.mrkdwn("evidence.saved"))] if sent else []),
            blocks.context(line),
            blocks.header(wording.objective_title(objective, texts)),
            *_listed(found, texts),
            _links_input(ref, texts),
            _files_input(ref, texts),
            *_removing(ref, found, texts),
        ],
        close=texts("evidence.back"),
        submit=texts("answer_form.save"),
        callback_id=ids.EVIDENCE_FORM,
        private_metadata=ref.encode(),
    )


def parse_evidence_form(view: Mapping[str, Any]) -> EvidenceSubmission:
    """Raises MalformedPayloadError for a view that is not one of ours."""
    ref = AnswerRef.decode(view.get("private_metadata"))
    lines = str(ids.input_state(view, ids.EVIDENCE_LINKS).get("value") or "").splitlines()
    links = [(number, link_of(line)) for number, line in enumerate(lines, start=1) if line.strip()]
    files = [file_of(file) for file in ids.input_state(view, ids.EVIDENCE_FILES).get("files") or ()]
    chosen = (ids.find_input_state(view, ids.EVIDENCE_REMOVED) or {}).get("selected_options") or ()
    return EvidenceSubmission(
        ref,
        tuple(found for found in (*(link for _, link in links), *files) if found),
        frozenset(int(option["value"]) for option in chosen if str(option.get("value")).isdecimal()),
        wrong=next((number for number, link in links if link is None), None),
    )


def build_links_error(submission: EvidenceSubmission, texts: Texts, *, most: int | None = None) -> dict[str, str]:
    """What is wrong with the lines or, with `most`, that there are too many links and files; by block id."""
    said = texts("evidence.many", most=most) if most else texts("evidence.links.wrong", line=submission.wrong)
    return {ids.input_block(ids.EVIDENCE_LINKS, submission.ref): said}


def _listed(found: Sequence[EvidenceView], texts: Texts) -> Iterator[Block]:
    if not found:
        yield blocks.plain_section(texts("evidence.none"))
        return
    items = [richtext.section([_run(one, texts)]) for one in found[:_SHOWN]]
    yield blocks.written([{"type": "rich_text_list", "style": "bullet", "indent": 0, "elements": items}])
    if len(found) > _SHOWN:
        yield blocks.plain_section(texts.plural("cut.more", len(found) - _SHOWN))


def _run(evidence: EvidenceView, texts: Texts) -> dict[str, Any]:
    if evidence.kind is EvidenceKind.LINK:
        return richtext.link(evidence.address, evidence.title)
    return richtext.text_run(texts("evidence.file", title=evidence.title))


def _links_input(ref: AnswerRef, texts: Texts) -> Block:
    label, hint = PlainText(texts("evidence.links")), PlainText(texts("evidence.links.hint"))
    element = PlainTextInput(ids.EVIDENCE_LINKS, multiline=True, max_length=limits.SECTION)
    return InputBlock(label, element, block_id=ids.input_block(ids.EVIDENCE_LINKS, ref), hint=hint, optional=True)


def _files_input(ref: AnswerRef, texts: Texts) -> Block:
    label, hint = PlainText(texts("evidence.files")), PlainText(texts("evidence.files.hint"))
    element = FileInput(ids.EVIDENCE_FILES, max_files=_FILES)
    return InputBlock(label, element, block_id=ids.input_block(ids.EVIDENCE_FILES, ref), hint=hint, optional=True)


def _removing(ref: AnswerRef, found: Sequence[EvidenceView], texts: Texts) -> Iterator[Block]:
    if not found:
        return
    options = [Option(PlainText(limits.clip(one.title, limits.OPTION)), str(one.id)) for one in found[: limits.OPTIONS]]
    label, hint = PlainText(texts("evidence.removed")), PlainText(texts("evidence.removed.hint"))
    menu = StaticMultiSelectMenu(ids.EVIDENCE_REMOVED, options, placeholder=PlainText(texts("evidence.removed.choose")))
    yield InputBlock(label, menu, block_id=ids.input_block(ids.EVIDENCE_REMOVED, ref), hint=hint, optional=True)
