"""Rows and columns mixed up: number for number a wrong order of factors, but of most lines of a derivation at once."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from bpdebug.check.claims import Judged, Judgement, Written
from bpdebug.check.diagnosis.bench import Repair
from bpdebug.language.expression import Apply, Expr, walk

MIXED = "rows-columns-mixup"
FITTING = (Judgement.CORRECT, Judgement.AUXILIARY)
"""The verdicts of lines that keep to the layout of this network."""


def named(
    claims: Sequence[Written], judged: Sequence[Judged], repairs: Sequence[Repair | None]
) -> tuple[Repair | None, ...]:
    """The repairs, those that turn the textbook line of the other layout into that of this one called so."""
    turned = [each is not None and of_layout(each) for each in repairs]
    rivals = {state.of for state, each in zip(judged, turned, strict=True) if each}
    right = sum(
        state.local in FITTING and state.of not in rivals and any(map(_has_layout, walk(claim.expr)))
        for claim, state in zip(claims, judged, strict=True)
    )
    products = any(each and _of_product(repair) for each, repair in zip(turned, repairs, strict=True))
    if sum(turned) <= right or not products:
        return tuple(repairs)
    return tuple(
        replace(each, mistakes=(MIXED, *each.mistakes)) if each is not None and of_layout(each) else each
        for each in repairs
    )


def _of_product(repair: Repair | None) -> bool:
    return repair is not None and isinstance(repair.old, Apply) and repair.old.op == "matmul"


def _has_layout(node: Expr) -> bool:
    """Whether an operation looks otherwise in the other layout: a matrix product, a sum along an axis."""
    return isinstance(node, Apply) and (node.op == "matmul" or (node.op in ("sum", "mean") and bool(node.options)))


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
