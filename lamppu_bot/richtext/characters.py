"""Characters: what no text may hold is removed here and nowhere else, and where a text may be cut."""

import re
import unicodedata
from collections.abc import Iterator

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")

# XML 1.0 cannot carry C0 (but tab and newline), U+FFFE and U+FFFF, and Slack drops them; DEL and C1 are no text either.
_CONTROLS = "\x00-\x08\x0e-\x1f\x7f-\x9f\ufffe\uffff"
# Explicit directions (embeddings, overrides, isolates) are removed rather than balanced: they are invisible, an
# override shows words in an order nobody wrote, and one left open turns round everything behind it, the next partner's
# cell included. Hebrew and Arabic find their direction without them; the marks U+200E, U+200F and U+061C, which reach
# no further than their neighbours, stay.
_DIRECTIONS = "\u202a-\u202e\u2066-\u2069"
_FORBIDDEN = re.compile(f"[{_CONTROLS}{_DIRECTIONS}]")
_SURROGATE = re.compile("[\ud800-\udfff]")
# Of any of these; nearly no text has one.
_UNCLEAN = re.compile(f"[\r\v\f\u2028\u2029{_CONTROLS}{_DIRECTIONS}\ud800-\udfff]")

_JOINER = "\u200d"


def clean(text: str) -> str:
    """The text without what XML or Slack cannot carry; every kind of line end becomes a newline. Idempotent."""
    if not _UNCLEAN.search(text):
        return text
    text = _FORBIDDEN.sub("", _LINE_ENDS.sub("\n", text))
    if _SURROGATE.search(text):
        # Two halves that stand side by side become their character, a half alone vanishes.
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    return text


def is_blank(text: str) -> bool:
    """Whether a reader would see nothing: only spaces and invisible format characters."""
    return all(character.isspace() or unicodedata.category(character) == "Cf" for character in text)


def graphemes(text: str) -> Iterator[str]:
    """What a reader takes for single characters: an emoji with its skin tone, a flag, a letter with its accents.

    The rules of UAX #29 that matter for whole texts: combining marks, joiners, emoji modifiers, tags, pairs of
    regional indicators and Hangul syllables stay together.
    """
    start = 0
    for end in range(1, len(text)):
        if not _belongs_to_previous(text, start, end):
            yield text[start:end]
            start = end
    if text:
        yield text[start:]


def _belongs_to_previous(text: str, start: int, position: int) -> bool:
    character = text[position]
    if character < "\u0300":  # nothing before the combining marks extends what precedes it
        return False
    if text[position - 1] == _JOINER or _extends(character):
        return True
    return _is_regional(character) and position - start == 1 and _is_regional(text[start])


def _extends(character: str) -> bool:
    return (
        character == _JOINER
        or unicodedata.category(character) in ("Mn", "Mc", "Me")
        or "\U0001f3fb" <= character <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= character <= "\U000e007f"  # tags, as in the flag of Scotland
        or "\u1160" <= character <= "\u11ff"  # Hangul vowels and final consonants
    )


def _is_regional(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
