"""Opening and closing a round by hand: the forms that ask once more, and what is said when it is done."""

from lamppu_bot.messages import blocks, ids, wording
from lamppu_bot.messages.ids import Tool, ToolRef
from lamppu_bot.messages.message import Message, View, compose
from lamppu_bot.messages.tool_forms import build_tool_done, build_tool_form, round_line
from lamppu_bot.texts import Texts
from storage.values import RoundSnapshot


def build_open_form(snapshot: RoundSnapshot, *, texts: Texts) -> View:
    """Who is asked when, before it happens."""
    asked = len(snapshot.partners) - len(snapshot.skipped)
    said = [
        blocks.section(texts.mrkdwn("open_form.said", due=texts.day(snapshot.round.due_on))),
        blocks.plain_section(texts.plural("open_form.asked", asked)),
    ]
    ref = ToolRef(Tool.OPEN_ROUND, snapshot.round.id)
    return build_tool_form(
        ref,
        texts("open_form.title"),
        [round_line(snapshot, texts), *said],
        callback_id=ids.OPEN_FORM,
        submit=texts("open_form.submit"),
        texts=texts,
    )


def build_opened(snapshot: RoundSnapshot, *, texts: Texts) -> View:
    """What happens next."""
    asked = len(snapshot.partners) - len(snapshot.skipped)
    said = texts.plural("open_form.done", asked, day=texts.day(snapshot.round.due_on))
    return build_tool_done(texts("open_form.title"), said, texts=texts)


def build_opened_preview(snapshot: RoundSnapshot, *, texts: Texts) -> Message:
    """What takes the preview's place once the round is open: nothing can be postponed any more."""
    heading = wording.semester_of(snapshot.round, texts)
    said = texts.mrkdwn("preview.opened", project=snapshot.project.short_name, semester=heading)
    return compose(f"preview-opened-{snapshot.round.id}", [blocks.section(said)])
