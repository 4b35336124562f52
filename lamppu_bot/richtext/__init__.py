"""Texts of answers: the one form in which they are kept, and the ways into and out of it. Pure.

A `Document` is a list of the elements of one of Slack's rich_text blocks, reduced to sections, lists, quotes and
preformatted text holding plain runs and links. Everything else Slack knows (mentions, emoji, dates, colours) has become
the text a reader saw, so a Document never pings anyone and nothing in it is ever evaluated.
"""

from lamppu_bot.richtext.characters import clean, graphemes
from lamppu_bot.richtext.chunking import chunks
from lamppu_bot.richtext.normal import bullets, from_rich_text, link, section, text_run
from lamppu_bot.richtext.output import (
    as_input_value,
    is_empty,
    join,
    label_and_url,
    plain,
    rich_text_block,
    word_count,
)
from lamppu_bot.richtext.parsing import from_message, from_plain

__all__ = [
    "as_input_value",
    "bullets",
    "chunks",
    "clean",
    "from_message",
    "from_plain",
    "from_rich_text",
    "graphemes",
    "is_empty",
    "join",
    "label_and_url",
    "link",
    "plain",
    "rich_text_block",
    "section",
    "text_run",
    "word_count",
]
