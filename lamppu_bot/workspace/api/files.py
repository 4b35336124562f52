"""The files.* methods of an external upload, and files.info."""

from typing import Any

from lamppu_bot.workspace import conversation
from lamppu_bot.workspace.api.arguments import Args, number, required, structure
from lamppu_bot.workspace.api.chat import thread_of
from lamppu_bot.workspace.api.reaching import joined_channel
from lamppu_bot.workspace.describe import Json, file_json
from lamppu_bot.workspace.errors import SlackError
from lamppu_bot.workspace.records import StoredFile
from lamppu_bot.workspace.state import WorkspaceState


def get_upload_url(state: WorkspaceState, args: Args) -> Json:
    """files.getUploadURLExternal: an id and an address for `length` bytes."""
    name = required(args, "filename")
    length = number(args, "length", error="invalid_arguments")
    file = StoredFile(state.next_id("F"), name, name, length, state.identity.bot_user_id)
    state.files[file.id] = file
    return {"file_id": file.id, "upload_url": f"{state.url}/upload/{file.id}"}


def _uploaded(state: WorkspaceState, item: object) -> StoredFile:
    """A file whose bytes have arrived and that was not completed before: completing works only once."""
    file = state.files.get(str(item.get("id"))) if isinstance(item, dict) else None
    if file is None or file.content is None or file.completed:
        raise SlackError("file_not_found")
    return file


def complete_upload(state: WorkspaceState, args: Args) -> Json:
    """files.completeUploadExternal: shares the files in one message, whose ts it does not tell.

    The message carries no metadata. `channel_id` is a conversation, never a person; without it the files stay
    private.
    """
    items: Any = structure(args, "files", "invalid_arguments")
    if not isinstance(items, list) or not items:
        raise SlackError("invalid_arguments")
    files = [_uploaded(state, item) for item in items]
    channel = joined_channel(state, str(args["channel_id"])) if args.get("channel_id") else None
    if channel is not None and channel.archived:
        raise SlackError("is_archived")
    thread_ts = thread_of(channel, args) if channel else None
    for file, item in zip(files, items, strict=True):
        file.completed = True
        file.title = str(item.get("title") or file.name)
    if channel is not None:
        comment = str(args.get("initial_comment") or "")
        bot = state.identity
        conversation.share(state, channel, bot.bot_user_id, files, comment, bot_id=bot.bot_id, thread_ts=thread_ts)
    return {"files": [{"id": file.id, "title": file.title} for file in files]}


def info(state: WorkspaceState, args: Args) -> Json:
    """files.info: an upload exists for it once it is completed."""
    file = state.files.get(required(args, "file"))
    if file is None or not file.completed:
        raise SlackError("file_not_found")
    return {"file": file_json(state, file), "comments": [], "response_metadata": {"next_cursor": ""}}
