"""A report in parts that a PDF file can be made of: making one takes memory by its text. Pure."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import Final

from lamppu_bot import richtext
from lamppu_bot.report.compile import Report, Volume
from lamppu_bot.report.entries import Entry

LARGEST: Final = 750_000
"""Characters of a part: some 250 partners with ten answers of 250 characters, which take 600 MB and 10 s to set."""

_AROUND: Final = 50  # characters around an answer: whose it is, and what it answers


def volumes(report: Report) -> tuple[Report, ...]:
    """Partners stay together and in their order. What is added up over all of them stands in the first part."""
    parts = list(_parts(report))
    if len(parts) == 1:
        return (report,)
    return tuple(_volume(report, part, Volume(number, len(parts))) for number, part in enumerate(parts, start=1))


def _volume(report: Report, entries: list[Entry], volume: Volume) -> Report:
    own = {entry.partner.id for entry in entries}
    return replace(
        report,
        partners=tuple(partner for partner in report.partners if partner.id in own),
        entries=tuple(entries),
        indicators=report.indicators if volume.number == 1 else (),
        volume=volume,
    )


def _parts(report: Report) -> Iterator[list[Entry]]:
    part: list[Entry] = []
    size = 0
    for _, group in groupby(report.entries, key=lambda entry: entry.partner.id):
        own = list(group)
        width = sum(_AROUND + len(richtext.plain(entry.document)) for entry in own)
        if part and size + width > LARGEST:
            yield part
            part, size = [], 0
        part += own
        size += width
    yield part
