"""Figures as people write them: with a decimal comma or point, with spaces between thousands. Pure."""

import re
from decimal import Decimal
from typing import Final

# A comma or a point before three digits may part thousands or decimals, so neither is guessed.
_FIGURE: Final = re.compile(r"\d{1,9}(?:[.,]\d{1,2})?")


def figure_of(written: str) -> Decimal | None:
    """The number, below a milliard and with two decimals at most; None for anything else."""
    bare = "".join(written.split())
    if not _FIGURE.fullmatch(bare) or not bare.isascii():
        return None
    return Decimal(bare.replace(",", "."))
