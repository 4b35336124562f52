"""Reading back what was written to a JSON column, and saying no to anything else."""

from collections.abc import Set as AbstractSet
from decimal import Decimal, InvalidOperation
from typing import Any


class PlainError(ValueError):
    """A JSON column holds what nothing of ours writes there."""


def mapping_of(value: Any, known: AbstractSet[str] | None = None) -> dict[str, Any]:
    """The value, which must be an object, with none but the known names where they are given."""
    if not isinstance(value, dict) or (known is not None and not value.keys() <= known):
        raise PlainError(f"{value!r} is no object, or has names that are not known")
    return value


def text_of(value: Any) -> str:
    if not isinstance(value, str):
        raise PlainError(f"{value!r} is no text")
    return value


def number_of(value: Any) -> Decimal:
    """A decimal number that was written as text, so that no digit of it is lost."""
    try:
        number = Decimal(text_of(value))
    except InvalidOperation:
        raise PlainError(f"{value!r} is no number") from None
    if not number.is_finite():
        raise PlainError(f"{value!r} is no finite number")
    return number
