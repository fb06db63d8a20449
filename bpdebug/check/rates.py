"""Updates go together: one without a rate is held against the others, one at a rate of its own is meant so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from bpdebug.check.meaning import SLOT, Meaning
from bpdebug.language.expression import Apply, Expr, Name
from bpdebug.program.equations import Phase, Program

LEAST = 2
"""Updates that must agree before another can be said to differ from them."""
WHOLE = Name(SLOT)
"""The step of an update without a rate."""


def at_one_rate(program: Program, meanings: Mapping[str, Meaning]) -> dict[str, Meaning]:
    """The meanings of lines, every step that has lost its rate at that of the others.

    Lost it has where it is the only one without, or where another parameter of its kind has one: all biases alike are
    meant so. Another rate is never a mistake.
    """
    usual, steps = usual_step(meanings), _steps(meanings)
    whole = {name for name, step in steps.items() if step == WHOLE}
    if usual is None or usual == WHOLE:
        return dict(meanings)
    rated = {uses(program, meanings[name].of) for name in steps if name not in whole}
    lost = {name for name in whole if len(whole) == 1 or uses(program, meanings[name].of) in rated}
    moved = {name: Meaning(of, Name(of) - usual) for name in lost for of in (meanings[name].of,)}
    return {**meanings, **moved}


def usual_step(meanings: Mapping[str, Meaning]) -> Expr | None:
    """What more than half of the updates subtract, in terms of the gradient; None where there is no such thing."""
    steps = _steps(meanings)
    often = Counter(steps.values())
    usual, count = next(iter(often.most_common(1)), (None, 0))
    return usual if count >= LEAST and 2 * count > len(steps) else None


def step_of(own: Meaning) -> Expr | None:
    """What an update subtracts from its parameter, in terms of the gradient; None of what is no update."""
    expr = own.expr
    if isinstance(expr, Apply) and expr.op == "subtract" and expr.inputs[0] == Name(own.of):
        return expr.inputs[1]
    return None


def _steps(meanings: Mapping[str, Meaning]) -> dict[str, Expr]:
    return {name: step for name, each in meanings.items() if (step := step_of(each)) is not None}


def uses(program: Program, of: str) -> frozenset[str]:
    """The operations that a quantity enters going forward: those of weights are others than those of biases."""
    return frozenset(
        step.op.name
        for step in program.steps
        if program.equations[step.equation].phase is Phase.FORWARD and Name(of) in step.inputs
    )
