"""Finding people's names in what was written, in whatever case they stand: Niemelä, Niemelän, Virtasella, Mäestä."""

import re
from collections.abc import Iterable, Iterator

from storage.addresses import EMAIL
from storage.values import PersonView

# Of Finnish cases, and the genitive of Swedish and English; a particle may follow.
_CASES = (
    *(
        "n",
        "a",
        "ä",
        "ta",
        "tä",
        "tta",
        "ttä",
        "ssa",
        "ssä",
        "sta",
        "stä",
        "lla",
        "llä",
        "lta",
        "ltä",
        "lle",
        "na",
        "nä",
    ),
    *("ksi", "s", *(f"{h}{vowel}n" for h in ("", "h") for vowel in "aeiouyäö")),
)
_PARTICLES = ("kin", "kaan", "kään", "ko", "kö", "han", "hän")
_ENDINGS = {"", *_CASES, *(case + particle for case in ("", *_CASES) for particle in _PARTICLES)}
_LONGEST = max(map(len, _ENDINGS))
# The last consonants of a stem before an ending that closes its syllable: Pekka, Pekan; Korpi, Korven.
_GRADATION = (
    *(("kk", "k"), ("pp", "p"), ("tt", "t"), ("nk", "ng"), ("nt", "nn"), ("lt", "ll"), ("rt", "rr"), ("mp", "mm")),
    *(("t", "d"), ("p", "v"), ("k", "")),
)
_SHORTEST = 3  # letters; initials, and words such as "af", say nothing
_WORD = re.compile(r"[^\W\d_]+(?:[:'’][^\W\d_]+)?")
_ID = re.compile(r"\b[UW][A-Z0-9]{7,}\b")
_PHONE = re.compile(r"\+?\d(?:[\s()/-]*\d){5,}")
_DIGITS = 7  # at the end of a telephone number: with or without the country's code


class Names:
    """What leads to these people: the parts of their names, addresses, telephone numbers and Slack ids.

    A part of a name may be a word like any other (Vaara), or that of somebody else: a person has to look.
    """

    def __init__(self, people: Iterable[PersonView]) -> None:
        self._stems: set[str] = set()
        self._others: set[str] = set()
        for person in people:
            for part in _WORD.findall(person.name):
                self._stems |= _stems(part.casefold())
            self._others |= {text.casefold() for text in (person.email, person.slack_id) if text}
            if person.phone and (digits := _end_of(person.phone)):
                self._others.add(digits)

    def found_in(self, text: str) -> list[tuple[int, int]]:
        """Where they stand in the text, in its order; words beside each other are one."""
        spans = [found.span() for found in _WORD.finditer(text) if self._is_name(found[0].casefold())]
        for pattern in (_ID, EMAIL):
            spans += [found.span() for found in pattern.finditer(text) if found[0].casefold() in self._others]
        spans += [found.span() for found in _PHONE.finditer(text) if _end_of(found[0]) in self._others]
        return _joined(text, sorted(spans))

    def _is_name(self, word: str) -> bool:
        word = re.sub("[:'’]", "", word)
        cuts = range(max(_SHORTEST, len(word) - _LONGEST), len(word) + 1)
        return any(word[:cut] in self._stems and word[cut:] in _ENDINGS for cut in cuts)


def _stems(name: str) -> set[str]:
    """What endings are added to."""
    if len(name) < _SHORTEST:
        return set()
    stems = {name, f"{name}i"}
    if name.endswith("nen"):
        stems |= {f"{name[:-3]}se", f"{name[:-3]}s"}
    if name.endswith("i"):
        stems.add(f"{name[:-1]}e")
    if name.endswith("e"):
        stems.add(f"{name}e")
    if name.endswith("s"):
        stems |= {f"{name[:-1]}kse", f"{name[:-1]}{name[-2]}"}
    return stems | {weak for stem in stems for weak in _weakened(stem) if len(weak) >= _SHORTEST}


def _weakened(stem: str) -> Iterator[str]:
    body, vowel = stem[:-1], stem[-1]
    for strong, weak in _GRADATION:
        if body.endswith(strong):
            yield body.removesuffix(strong) + weak + vowel
            return


def _end_of(phone: str) -> str:
    return re.sub(r"\D", "", phone)[-_DIGITS:]


def _joined(text: str, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in spans:
        if found and not text[found[-1][1] : start].strip():
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
