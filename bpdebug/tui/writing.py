"""Numbers in columns: how the entries of a matrix are written under one another."""

from __future__ import annotations

import math

from msgspec import Struct
from msgspec.structs import replace

from bpdebug.tui.numbers import Summary

ROUGH = len("+1e-10")
"""Cells in which any number shows at least its size."""
MOST_DECIMALS = 5
"""Digits behind the point: where the usual entry needs more for two of its own, powers of ten are written."""
LARGE, SMALL, LARGEST_WHOLE = 1e5, 1e-3, 1e6
"""Beyond these the largest entry of a matrix is written with a power of ten."""


class Format(Struct, frozen=True):
    """How all entries of a matrix are written: always with their sign, points under points.

    Zero is a bare 0 at the right edge, where the index of its column stands.

    What is not zero never looks like it: a small entry may be rounded to +0.00, but keeps its sign and its point.
    What was not known of when the width was chosen is written with fewer digits or a power of ten, never cut.
    """

    decimals: int
    scientific: bool = False
    width: int = 0
    minus: str = "−"

    def __call__(self, value: float) -> str:
        """One entry, as wide as all others."""
        text = self.text(value)
        if len(text) > self.width or (not self.decimals and self._hides(value)):
            text = squeezed(value, self.width).replace("-", self.minus)
        return text.rjust(self.width)

    def _hides(self, value: float) -> bool:
        """Whether the format is that of whole numbers, and this is none."""
        return not self.scientific and math.isfinite(value) and value != math.trunc(value)

    def text(self, value: float) -> str:
        """One entry, as wide as it comes."""
        if value == 0:
            return "0"
        if not math.isfinite(value):
            return ("NaN" if math.isnan(value) else f"{value:+}").replace("-", self.minus)
        return self.finite(value).replace("-", self.minus)

    def finite(self, value: float) -> str:
        """A number that is not zero, with a plain minus."""
        if self.scientific:
            return shortened(f"{value:+.{self.decimals}e}").ljust(self.width)
        return f"{value:+.{self.decimals}f}"

    def fitted(self, values: tuple[float, ...]) -> Format:
        """The same, wide enough for these."""
        return replace(self, width=max((len(self.text(value)) for value in values), default=1))

    def telling(self, value: float, other: float) -> Format:
        """The same, with room to write one number otherwise than another."""
        return self if self(value) != self(other) else replace(self, width=max(self.width, ROUGH))

    def apart(self, value: float, other: float) -> str:
        """One entry; where it would read like another number that it is not, with a power of ten if that shows it."""
        text = self(value)
        if text != self(other) or value == other:
            return text
        powers = ((_power(each, digits) for each in (value, other)) for digits in range(self.width - 4, -1, -1))
        found = (own for own, their in powers if own != their and len(own) <= self.width)
        return next(found, text).replace("-", self.minus).rjust(self.width)


def chosen(found: Summary, digits: int, minus: str = "−") -> Format:
    """The format of a matrix: so many digits of its largest entry, a 0 before the point among them, and wide enough
    for every other entry.
    """
    greatest = found.greatest
    if found.whole and greatest < LARGEST_WHOLE:
        wanted = Format(0, minus=minus)
    elif greatest >= LARGE or greatest < SMALL or _second(found.typical) > MOST_DECIMALS:
        wanted = Format(digits - 1, scientific=True, minus=minus)
    else:
        usual = _second(found.typical) - (digits == 2)
        wanted = Format(max(_decimals(greatest, digits), usual), minus=minus)
    return wanted.fitted(extremes(found))


def extremes(found: Summary) -> tuple[float, ...]:
    """The entries of a matrix that take the most room, whatever the format."""
    known = [each for each in (found.smallest, found.largest, found.least) if math.isfinite(each)]
    known += [0.0] * (found.zeros > 0) + [math.nan] * (found.nans > 0) + [-math.inf] * (found.infinities > 0)
    return tuple(known)


def _power(value: float, digits: int) -> str:
    return shortened(f"{value:+.{digits}e}")


def squeezed(value: float, width: int) -> str:
    """A number in so many cells, with as many digits as fit."""
    texts = (shortened(f"{value:+.{digits}g}") for digits in range(width - 1, 0, -1))
    return next((text for text in texts if len(text) <= width), f"{value:+.0e}")


def _decimals(greatest: float, digits: int) -> int:
    """Digits behind the point: one at least, and enough that a small entry shows one digit less than a large one."""
    power = math.floor(math.log10(greatest))
    return max(1, digits - 1 - max(0, power), max(2, digits - 1) - 1 - power)


def _second(size: float) -> int:
    """The decimal at which the second digit of a number stands."""
    return 1 - math.floor(math.log10(size)) if size else 0


def shortened(text: str) -> str:
    """1e-05 as 1e-5."""
    digits, _, power = text.partition("e")
    return f"{digits}e{int(power)}" if power else text
