"""Colours and their contrast, as WCAG 2.1 reckons it."""

Colour = tuple[float, float, float]
"""Red, green, blue; each 0 to 1."""

Pair = tuple[Colour, Colour]
"""Letters, and what is behind them."""

WHITE: Colour = (1, 1, 1)
BLACK: Colour = (0, 0, 0)


def of_hex(written: str) -> Colour:
    """EDEDED"""
    red, green, blue = (int(written[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red, green, blue


def contrast(ink: Colour, ground: Colour) -> float:
    """1 (the same) to 21 (black on white)."""
    light, dark = sorted((_luminance(ink), _luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
