"""Answering by writing: the chosen objective's thread, bursts of messages, edits, deletions, *done*, and strays."""

from lamppu_bot.conversation.changes import settle_changed
from lamppu_bot.conversation.drafts import collected
from lamppu_bot.conversation.incoming import Heard, find_thread, forget, hear
from lamppu_bot.conversation.replies import add_reply
from lamppu_bot.conversation.strays import settle_stray
from lamppu_bot.conversation.threads import answer_of, begin, finish

__all__ = [
    "Heard",
    "add_reply",
    "answer_of",
    "begin",
    "collected",
    "find_thread",
    "finish",
    "forget",
    "hear",
    "settle_changed",
    "settle_stray",
]
