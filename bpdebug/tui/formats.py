"""The formats a user may choose for the entries of matrices: fixed, scientific, significant digits, fractions."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from math import isfinite

from msgspec import Struct
from msgspec.structs import replace

from bpdebug.tui.numbers import Summary
from bpdebug.tui.writing import Format, chosen, extremes, shortened

KINDS = ("auto", "fixed", "scientific", "significant", "fraction")
"""In the order in which they follow one another."""
MANY, FEW = 12, 1
"""Digits that can be asked for."""
USUAL = 4
"""Digits where none are asked for."""
AS_FIT = (4, 3, 2)
"""Significant digits of the largest entry: as many as fit, but no more."""
SMALLEST, LARGEST = -5, 6
"""The powers of ten between which significant digits are written without one."""
BEFORE = LARGEST + 2
"""Cells that a fixed entry may take up to its point: the sign, so many digits, the point."""
NEAR = 8 * 2.0**-52
"""How near to a fraction a number is one, as a share of it: what a few roundings do."""
MOST_PARTS = 1000
"""Fractions of more parts than so are none to read."""


class Writing(Struct, frozen=True):
    """What the user asks for: a kind, so many digits (0: as many as fit), and of how many parts fractions are."""

    kind: str = KINDS[0]
    digits: int = 0
    parts: int = 1

    @property
    def choices(self) -> tuple[int, ...]:
        """The digits to try, from the best."""
        return (self.digits,) if self.digits else AS_FIT

    @property
    def next(self) -> Writing:
        """The kind that follows."""
        return replace(self, kind=KINDS[(KINDS.index(self.kind) + 1) % len(KINDS)], digits=0)

    def finer(self, by: int) -> Writing:
        """The same with more digits, or with fewer."""
        return replace(self, digits=min(MANY, max(FEW, (self.digits or USUAL) + by)))

    @lru_cache(256)  # noqa: B019 - what is asked for is one of few, and as long as the program lives
    def format(self, found: Summary, digits: int, minus: str) -> Format:
        """The format of a matrix of which so much is known."""
        if self.kind == "auto":
            return chosen(found, max(2, digits), minus)
        if self.kind == "fixed":
            return Fixed(digits, minus=minus).fitted(extremes(found))
        if self.kind == "scientific":
            return Format(digits - 1, scientific=True, minus=minus).fitted(extremes(found))
        if self.kind == "significant":
            return Significant(digits, minus=minus).fitted(extremes(found))
        return _parts(found, digits, minus, self.parts)

    @property
    def words(self) -> str:
        """The format in a word, to be kept and to be shown: scientific:4; empty for the usual one."""
        return "" if self == Writing(parts=self.parts) else self.kind + (f":{self.digits}" if self.digits else "")

    @staticmethod
    def named(words: str) -> Writing | None:
        """What such a word says; None where it says nothing."""
        kind, colon, digits = words.partition(":")
        if kind not in KINDS or (colon and not (digits.isdecimal() and FEW <= int(digits) <= MANY)):
            return None
        return Writing(kind, int(digits) if colon else 0)


AUTO = Writing()


class Fixed(Format, frozen=True):
    """So many digits behind the point of every entry; one that is too long before it is written with a power of ten."""

    def finite(self, value: float) -> str:
        text = Format.finite(self, value)
        return text if len(text) <= self._longest else shortened(f"{value:+.{self.decimals}e}")

    @property
    def _longest(self) -> int:
        return BEFORE + self.decimals

    def fitted(self, values: tuple[float, ...]) -> Format:
        """Where the largest are written with a power of ten, those between may be as long as any."""
        found = super().fitted(values)
        longest = max((len(Format.finite(self, each)) for each in values if isfinite(each)), default=0)
        return replace(found, width=max(found.width, self._longest)) if longest > self._longest else found


class Significant(Format, frozen=True):
    """As many significant digits of every entry, points under points; `decimals` are the digits."""

    behind: int = 0
    """Cells from the point on."""

    def finite(self, value: float) -> str:
        mantissa, _, exponent = f"{value:+.{self.decimals - 1}e}".partition("e")
        power = int(exponent)
        if not SMALLEST <= power < LARGEST:
            return f"{mantissa}e{power}"
        behind = max(0, self.decimals - 1 - power)
        text = f"{value:+.{behind}f}"
        return text + " " * max(0, self.behind - (behind + 1 if behind else 0))

    def fitted(self, values: tuple[float, ...]) -> Format:
        texts = [self.text(value) for value in values]
        behind = max((len(text) - text.index(".") for text in texts if "." in text and "e" not in text), default=0)
        aligned = replace(self, behind=behind)
        return replace(aligned, width=max((len(aligned.text(value)) for value in values), default=1))


class Parts(Format, frozen=True):
    """Fractions of so many parts, shortened, where an entry is one but for rounding; others by their decimals."""

    parts: int = 1

    def finite(self, value: float) -> str:
        times = value * self.parts
        whole = round(times) if abs(times) < 2**31 else 0
        if not whole or abs(times - whole) > NEAR * abs(times):
            return Format.finite(self, value)
        share = Fraction(whole, self.parts)
        return f"{share.numerator:+}/{share.denominator}" if share.denominator > 1 else f"{share.numerator:+}"


def _parts(found: Summary, digits: int, minus: str, parts: int) -> Format:
    """Wide enough for any fraction up to the largest entry, and for what is none."""
    usual = chosen(found, max(2, digits), minus)
    if not 1 <= parts <= MOST_PARTS:
        return usual
    form = Parts(usual.decimals, usual.scientific, usual.width, minus, parts)
    longest = f"{round(min(found.greatest, 1e9) * parts) or 1:+}/{parts}" if not found.whole else ""
    return replace(form, width=max(usual.width, len(longest)))
