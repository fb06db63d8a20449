"""Numbers to be compared digit by digit."""

from __future__ import annotations

from decimal import Decimal
from math import isfinite

SIGNIFICANT = 17
"""Digits that tell any two float64 apart."""
PLAIN = range(-5, SIGNIFICANT)
"""The orders of magnitude that are written without an exponent."""


def lined_up(*values: float, digits: int = SIGNIFICANT) -> tuple[str, ...]:
    """The numbers with the same places after the point, as many as give the largest of them so many digits."""
    finite = [Decimal(value) for value in values if isfinite(value) and value]
    order = max((value.adjusted() for value in finite), default=0)
    return tuple(_written(value, order, digits) for value in values)


def _written(value: float, order: int, digits: int) -> str:
    if not isfinite(value):
        return str(value)
    if order in PLAIN:
        return f"{Decimal(value + 0.0):.{max(0, digits - 1 - order)}f}"
    return f"{Decimal(value + 0.0).scaleb(-order):.{digits - 1}f}e{order:+03d}"


def differing(one: str, other: str) -> tuple[int, int]:
    """From which character to which two lined-up numbers differ; after the first difference no digit is the same."""
    end = min(each.find("e") if "e" in each else len(each) for each in (one, other))
    start = next((at for at in range(end) if one[at] != other[at]), end)
    return start, end


def shared(one: str, other: str) -> int:
    """How many leading digits two lined-up numbers share, zeros at their head not counted."""
    start, _ = differing(one, other)
    return len(one[:start].lstrip("-0.").replace(".", ""))
