"""How entries of a matrix are shaded: their place on a diverging map, and ink that reads on it."""

from __future__ import annotations

import math

BLACK, WHITE = "#000000", "#ffffff"
STRANGE = "#ff5fd7"
"""The ground of NaN and infinity: a colour of neither map."""


def place(fraction: float, colours: int) -> int:
    """Where on a map of so many colours an entry stands, given as a fraction of the largest one: -1 … 1."""
    middle = colours // 2
    distance = math.ceil(abs(fraction) * middle)
    return middle + distance if fraction > 0 else middle - distance


def luminance(colour: str) -> float:
    """The relative luminance of #rrggbb, from 0 (black) to 1 (white)."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def ink(ground: str) -> str:
    """Black or white, whichever reads better on a colour."""
    return max(BLACK, WHITE, key=lambda colour: contrast(colour, ground))
