"""Answering by writing: the thread's root, the replies in it, and the questions about messages that fit nowhere."""

from collections.abc import Sequence
from typing import Final

from slackblocks import Block

from lamppu_bot import richtext
from lamppu_bot.messages import blocks, ids, limits, wording
from lamppu_bot.messages.message import Message, compose
from lamppu_bot.messages.saved import saved_notes
from lamppu_bot.status import takes_changes, waiting_answers
from lamppu_bot.texts import Mrkdwn, Texts
from storage.values import Document, ObjectiveView, ProjectView, RoundSnapshot

_OBJECTIVE: Final = 2_000
_COLLECTED: Final = 3_500  # code points of what has been written; of more, the end is shown
_HEARD: Final = 1_500
_CHANGED: Final = 3_000

# One partner in one round, as a person's share of the asking.
Share = tuple[RoundSnapshot, int]


def build_conversation_root(
    snapshot: RoundSnapshot,
    partner_id: int,
    objective_id: int,
    *,
    conversation_id: int,
    texts: Texts,
    base: Document | None = None,
    is_over: bool = False,
) -> Message:
    """Opens the thread: which objective it is about, what is there so far (`base`), and how it works."""
    objective = _objective(snapshot, objective_id)
    return compose(
        f"talk-{conversation_id}",
        [
            *_place(snapshot, partner_id, objective, texts),
            *blocks.plain_sections(limits.clip(objective.text, _OBJECTIVE)),
            *_went_on(snapshot, partner_id, objective_id, texts),
            *_so_far(base or [], texts),
            *_onward(snapshot, partner_id, objective_id, conversation_id, texts, is_over=is_over),
        ],
    )


def build_burst_reply(
    snapshot: RoundSnapshot,
    partner_id: int,
    objective_id: int,
    *,
    conversation_id: int,
    collected: Document,
    count: int,
    texts: Texts,
) -> Message:
    """After a quiet while: everything collected so far as one text, from `count` messages, and the way on."""
    objective = _objective(snapshot, objective_id)
    heading = texts.plural("burst.collected", count, title=wording.objective_title(objective, texts))
    return compose(
        f"burst-{conversation_id}",
        [
            blocks.plain_section(heading),
            *_shown(collected, texts),
            blocks.context(_line(snapshot, partner_id, texts)),
            *_onward(snapshot, partner_id, objective_id, conversation_id, texts, in_reply=True),
        ],
    )


def build_superseded_reply(*, texts: Texts) -> Message:
    """What is left of a reply once a newer one shows the draft: one set of buttons is enough."""
    return compose("superseded", [blocks.context(texts.mrkdwn("burst.superseded"))])


def build_conversation_over(*, texts: Texts) -> Message:
    """What takes the place of the newest reply when the answer was given elsewhere meanwhile."""
    return compose("over", [blocks.section(texts.mrkdwn("talk.over"))])


def build_conversation_done(
    snapshot: RoundSnapshot, partner_id: int, objective_id: int, *, collected: Document, texts: Texts
) -> Message:
    """What takes the place of the newest reply once the person has said *done*."""
    objective = _objective(snapshot, objective_id)
    title = wording.objective_title(objective, texts)
    notes = saved_notes(snapshot, objective, snapshot.answers[partner_id, objective_id], texts)
    waiting = waiting_answers(snapshot, partner_id)
    place = ids.PartnerRef(snapshot.round.id, partner_id)
    onward = [blocks.actions(blocks.button(texts("card.next"), ids.ANSWER_NEXT, place, primary=True))]
    return compose(
        f"done-{snapshot.round.id}-{partner_id}-{objective_id}",
        [
            blocks.section(texts.mrkdwn("talk.done", title=title)),
            *_shown(collected, texts),
            *([blocks.plain_section("\n".join(notes))] if notes else []),
            blocks.context(_line(snapshot, partner_id, texts)),
            blocks.plain_section(
                texts.plural("talk.done.left", len(waiting)) if waiting else texts("talk.done.complete")
            ),
            *(onward if waiting else []),
        ],
    )


def build_stray_question(question_id: int, written: Sequence[str], shares: Sequence[Share], *, texts: Texts) -> Message:
    """Which objective do these messages answer? All that take changes are offered, those still open first."""
    choices = _choices(question_id, shares, texts)
    none = blocks.button(texts("stray.none"), ids.STRAY_NONE, ids.StrayRef(question_id))
    pick = [blocks.menu(texts("stray.choose"), ids.STRAY_PICK, choices)] if choices else []
    return compose(
        f"stray-{question_id}",
        [
            blocks.section(texts.mrkdwn("stray.question" if choices else "stray.kept")),
            *_quoted("\n".join(written)),
            *([blocks.actions(*pick, none)] if choices else []),
        ],
    )


def build_stray_settled(
    written: Sequence[str], place: tuple[RoundSnapshot, int, int] | None, *, texts: Texts
) -> Message:
    """What became of the messages; `place` is (snapshot, partner id, objective id), or None for no objective."""
    quote = _quoted("\n".join(written))
    if place is None:
        return compose("settled", [blocks.section(texts.mrkdwn("stray.settled.none")), *quote])
    snapshot, partner_id, objective_id = place
    title = wording.objective_title(_objective(snapshot, objective_id), texts)
    context = blocks.context(_line(snapshot, partner_id, texts))
    return compose("settled", [blocks.section(texts.mrkdwn("stray.settled", title=title)), *quote, context])


def build_deletion_question(
    snapshot: RoundSnapshot, partner_id: int, objective_id: int, *, question_id: int, written: str, texts: Texts
) -> Message:
    """A message was deleted after *done*: is it to leave the answer too?"""
    return _change_question("deleted", (snapshot, partner_id, objective_id), question_id, written, texts)


def build_edit_question(
    snapshot: RoundSnapshot, partner_id: int, objective_id: int, *, question_id: int, written: str, texts: Texts
) -> Message:
    """A message was edited after *done*: is the new wording to go into the answer?"""
    return _change_question("edited", (snapshot, partner_id, objective_id), question_id, written, texts)


def build_change_settled(
    snapshot: RoundSnapshot, partner_id: int, objective_id: int, *, taken: bool, texts: Texts
) -> Message:
    """What became of an edit or a deletion: the answer follows it, or stays as it was."""
    title = wording.objective_title(_objective(snapshot, objective_id), texts)
    said = texts.mrkdwn("change.taken" if taken else "change.left", title=title)
    return compose("change", [blocks.section(said), blocks.context(_line(snapshot, partner_id, texts))])


def build_unknown_person_reply(projects: Sequence[ProjectView], *, texts: Texts) -> Message:
    """To somebody who answers for no partner: their words are kept, and whom to ask."""
    return compose(
        "unknown", [blocks.section(texts.mrkdwn("unknown_person.reply", people=whom_to_ask(projects, texts)))]
    )


def whom_to_ask(projects: Sequence[ProjectView], texts: Texts) -> Mrkdwn:
    """The coordinators of each project, as lines; without any project, a word for the workspace's own people."""
    lines = [
        texts.mrkdwn("ask.line", project=project.short_name, people=wording.people(project.coordinators, texts))
        for project in projects
    ]
    kept, _ = limits.fitting(lines, limits.SECTION // 2)
    return Mrkdwn("\n".join(kept)) if kept else texts.mrkdwn("ask.nobody")


def _change_question(
    kind: str, place: tuple[RoundSnapshot, int, int], question_id: int, written: str, texts: Texts
) -> Message:
    snapshot, partner_id, objective_id = place
    title = wording.objective_title(_objective(snapshot, objective_id), texts)
    ref = ids.QuestionRef(question_id)
    return compose(
        f"change-{question_id}",
        [
            blocks.section(texts.mrkdwn(f"change.{kind}", title=title)),
            *_quoted(limits.clip(written, _CHANGED)),
            blocks.context(_line(snapshot, partner_id, texts)),
            blocks.actions(
                blocks.button(texts(f"change.{kind}.take"), ids.CHANGE_TAKE, ref),
                blocks.button(texts(f"change.{kind}.leave"), ids.CHANGE_LEAVE, ref),
            ),
        ],
    )


def _objective(snapshot: RoundSnapshot, objective_id: int) -> ObjectiveView:
    return next(objective for objective in snapshot.objectives if objective.id == objective_id)


def _line(snapshot: RoundSnapshot, partner_id: int, texts: Texts) -> Mrkdwn:
    partner = wording.partner_of(snapshot, partner_id)
    return wording.context_line(snapshot.project, partner, snapshot.round, texts)


def _place(snapshot: RoundSnapshot, partner_id: int, objective: ObjectiveView, texts: Texts) -> list[Block]:
    return [
        blocks.header(wording.objective_title(objective, texts)),
        blocks.context(_line(snapshot, partner_id, texts)),
    ]


def _went_on(snapshot: RoundSnapshot, partner_id: int, objective_id: int, texts: Texts) -> list[Block]:
    """Work that was said to go on is asked about here too; what is told of it becomes part of the answer."""
    earlier = snapshot.earlier.get((partner_id, objective_id))
    work = earlier.details.continuing if earlier else ""
    return [blocks.section(texts.mrkdwn("carrying.follow_up.talk", work=work))] if work else []


def _so_far(base: Document, texts: Texts) -> list[Block]:
    return [] if richtext.is_empty(base) else [blocks.section(texts.mrkdwn("talk.so_far")), *_shown(base, texts)]


def _shown(document: Document, texts: Texts) -> list[Block]:
    """The text as it was formatted; of a very long one the end, which is what was written last."""
    if richtext.is_empty(document):
        return [blocks.plain_section(texts("talk.empty"))]
    pieces = richtext.chunks(document, _COLLECTED)
    cut = [blocks.context(texts.mrkdwn("talk.earlier_left_out"))] if len(pieces) > 1 else []
    return [*cut, blocks.written(pieces[-1])]


def _quoted(text: str) -> list[Block]:
    return blocks.plain_sections(limits.clip(text, _HEARD))


def _onward(
    snapshot: RoundSnapshot,
    partner_id: int,
    objective_id: int,
    conversation_id: int,
    texts: Texts,
    *,
    is_over: bool = False,
    in_reply: bool = False,
) -> list[Block]:
    """How the writing goes on, with its buttons; or why it does not."""
    if not takes_changes(snapshot, snapshot.answers[partner_id, objective_id]):
        people = wording.people(snapshot.project.coordinators, texts)
        return [blocks.section(texts.mrkdwn("card.closed", people=people))]
    if is_over:
        return [blocks.section(texts.mrkdwn("talk.over"))]
    how = texts.mrkdwn("burst.how" if in_reply else "talk.how")
    return [blocks.section(how), _buttons(conversation_id, texts, form=in_reply)]


def _buttons(conversation_id: int, texts: Texts, *, form: bool) -> Block:
    ref = ids.TalkRef(conversation_id)
    done = blocks.button(texts("talk.button.done"), ids.TALK_DONE, ref, primary=True)
    return blocks.actions(done, *([blocks.button(texts("talk.button.form"), ids.TALK_FORM, ref)] if form else []))


def _choices(question_id: int, shares: Sequence[Share], texts: Texts) -> list[tuple[str, ids.Ref]]:
    several = len(shares) > 1
    found: list[tuple[bool, str, ids.Ref]] = []
    for snapshot, partner_id in shares:
        partner = wording.partner_of(snapshot, partner_id)
        for objective in snapshot.objectives_of(partner_id):
            answer = snapshot.answers[partner_id, objective.id]
            if takes_changes(snapshot, answer):
                title = wording.objective_title(objective, texts)
                label = texts("stray.choice", partner=partner.short_name, title=title) if several else title
                found.append((answer.state.is_final, label, ids.StrayRef(question_id, answer.id)))
    return [(label, ref) for _, label, ref in sorted(found, key=lambda choice: choice[0])]
