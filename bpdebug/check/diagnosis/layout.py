"""Rows and columns mixed up: number for number a wrong order of factors, but of most lines of a derivation at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bpdebug.check.claims import Judged, Judgement, Written
from bpdebug.check.diagnosis.bench import Repair
from bpdebug.language.expression import Apply, walk

MIXED = "rows-columns-mixup"


def told(
    claims: Sequence[Written], judged: Sequence[Judged], repairs: Sequence[Repair | None]
) -> tuple[Repair | None, ...]:
    """The repairs, those that turn the textbook line of the other layout into that of this one called so."""
    turned = sum(each is not None and of_layout(each) for each in repairs)
    right = sum(
        state.local is Judgement.CORRECT and any(isinstance(e, Apply) and e.op == "matmul" for e in walk(claim.expr))
        for claim, state in zip(claims, judged, strict=True)
    )
    if not turned or turned < right:
        return tuple(repairs)
    return tuple(
        replace(each, mistakes=(MIXED, *each.mistakes)) if each is not None and of_layout(each) else each
        for each in repairs
    )


def of_layout(repair: Repair) -> bool:
    """Whether a repair only exchanges the factors of a product, or the axis of a sum."""
    old, new = repair.old, repair.new
    if not isinstance(old, Apply) or not isinstance(new, Apply) or old.op != new.op:
        return False
    if old.op == "matmul":
        return old.inputs == new.inputs[::-1]
    return (
        old.op == "sum" and old.inputs == new.inputs and old.option("axis") in (0, 1) and new.option("axis") in (0, 1)
    )
