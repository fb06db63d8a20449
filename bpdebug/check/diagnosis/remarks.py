"""What there is to say of a right line: another convention, or right only because of these sizes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bpdebug.check.claims import Derivation, Judged, Judgement, Written
from bpdebug.check.diagnosis.draws import Draw, denoted, draws
from bpdebug.check.diagnosis.evaluator import Evaluator, same
from bpdebug.check.diagnosis.resized import resized
from bpdebug.check.forward import Values
from bpdebug.check.meaning import SLOT, Meaning
from bpdebug.language.expression import Apply, Name, Number, walk
from bpdebug.ops import write
from bpdebug.program.equations import Program


@dataclass(frozen=True, slots=True)
class Remark:
    """`kind` is convention-only, layout-convention or masked-by-dimensions; none of them is a mistake."""

    kind: str
    text: str


def remarks(
    program: Program, values: Values, claims: Sequence[Written], derivation: Derivation
) -> tuple[Remark | None, ...]:
    """For each claim that is right by itself what should be said of it, if anything."""
    with np.errstate(all="ignore"):
        numbers = draws(program, values, tuple(claims), derivation)[0]
        forward = resized(program, values)
        other = None if forward is None else Draw(forward, tuple(claims), denoted(derivation))
        pairs = zip(claims, derivation.claims, strict=True)
        return tuple(_remark(program, claim, judged, numbers.evaluator, other) for claim, judged in pairs)


def _remark(program: Program, claim: Written, judged: Judged, numbers: Evaluator, other: Draw | None) -> Remark | None:
    if judged.local is not Judgement.CORRECT or judged.meaning is None:
        return None
    if other is not None and masked(program, claim, judged.meaning, numbers, other):
        return Remark(
            "masked-by-dimensions",
            f"{claim.name} is right here only because some sizes of this network agree; with other sizes it is wrong.",
        )
    return convention(judged.meaning, claim.name, program.examples)


def masked(program: Program, claim: Written, meaning: Meaning, numbers: Evaluator, other: Draw) -> bool:
    """Whether a right line is wrong with other sizes. One that cannot be evaluated there says nothing."""
    if any(isinstance(node, Apply) and node.op == "index" for node in walk(meaning.expr)):
        return False
    written = {node.value for node in walk(claim.expr) if isinstance(node, Number)}
    lengths = {float(n) for shape in program.shapes.values() for n in shape if n > 1}
    if written & lengths or not same(numbers.value(claim.expr), numbers.values.get(claim.name)):
        return False
    value, target = other.evaluator.value(claim.expr), other.true(meaning)
    if value is None or target is None or not np.isfinite(target).all():
        return False
    return not same(value, target)


def convention(meaning: Meaning, name: str, examples: str) -> Remark | None:
    """What a name holds in the place of the gradient itself."""
    expr = meaning.expr
    if expr == Name(SLOT):
        return None
    if meaning.factors == (examples,):
        text = f"{name} is read as {examples}·∂J/∂{meaning.of}: the 1/{examples} comes in later, once."
        return Remark("convention-only", text)
    turned = isinstance(expr, Apply) and expr.op == "transpose"
    held = write(expr, "unicode").replace(SLOT, f"∂J/∂{meaning.of}")
    return Remark("layout-convention" if turned else "convention-only", f"{name} holds {held}.")
