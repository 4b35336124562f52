"""Whether a text holds words of a language that its reader does not read."""

import re
from functools import cache

from lamppu_bot.texts import Texts, languages, texts_for


@cache
def phrases(texts: Texts) -> frozenset[str]:
    """What only this language says: the longer stretches of its texts between the values."""
    pieces = (piece for forms in texts.entries.values() for form in forms for piece in re.split(r"\{\w+\}|\n", form))
    return frozenset(piece.strip(" .:*") for piece in pieces if len(piece) > 14 and " " in piece.strip(" .:*"))


def foreign(text: str, texts: Texts) -> set[str]:
    """What stands in a text and belongs to a language other than this one."""
    others = frozenset().union(*(phrases(texts_for(one)) for one in languages())) - phrases(texts)
    return {phrase for phrase in others if phrase in text}
