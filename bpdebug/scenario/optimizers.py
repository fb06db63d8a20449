"""Steps by what an optimizer keeps from step to step, v = 0.9 * v + dW: which way they move along the gradient.

What is kept begins with zeros, so that the first step tells the way: by momentum as by Adam each entry goes downhill.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

import numpy as np

from bpdebug.check.called import RATES
from bpdebug.check.formulas import Formulas, NotEvaluable
from bpdebug.check.meaning import SLOT
from bpdebug.language.expression import Apply, Expr, Name, names, substitute, walk
from bpdebug.ops import write
from bpdebug.ops.table import Array
from bpdebug.scenario.naming import Naming
from bpdebug.scenario.owners import ERROR

LARGEST = 500
"""Nodes that a step may have with the lines above put into it."""
DEEPEST = 9
"""Lines that one step may be made of, each read by the next."""
SIZES = (0.01, 1.0, 1000.0)
"""How large the gradients are along which a step is tried."""
USUAL_RATE = 0.1
USUAL = {
    **dict.fromkeys(("beta", "beta1", "beta_1", "mu", "momentum", "gamma", "rho"), 0.9),
    **dict.fromkeys(("beta2", "beta_2"), 0.999),
    **dict.fromkeys(("eps", "epsilon"), 1e-8),
    "t": 1.0,
}
"""What stands for the numbers of an optimizer that nobody gives, in its first step."""

Trial = tuple[Array, Array]
"""A gradient, and the step along it."""


def keeps(name: str, read: Collection[str], states: Collection[str], naming: Naming) -> bool:
    """Whether a line that changes a name which no line begins is of an optimizer: it mixes a gradient into it.

    `read` are the names in the line, `states` what other lines keep so.
    """
    if naming.usual(name) or ERROR.fullmatch(name):
        return False
    return any(each in states or naming.of(each) in naming.program.parameters for each in read if each != name)


def downhill(of: str, expr: Expr, lines: Mapping[str, Expr], naming: Naming) -> str:
    """What an update by another rule should give where it goes uphill, the step the other way; else "".

    It is "", too, of a step whose way is not known. `lines` are what the lines above give.
    """
    step = _along(of, expr, lines, naming)
    if step is None or not isinstance(expr, Apply) or any(map(naming.of, names(step))):
        return ""
    uphill = 1 if expr.op == "add" else -1
    if _signs(_tried(step, of, naming)) != {uphill}:
        return ""
    text = write(step, "ascii").replace(SLOT, f"dJ({of})")
    return f"{of} {'-' if uphill > 0 else '+'} ({text})"


def bent(of: str, expr: Expr, lines: Mapping[str, Expr], naming: Naming) -> bool:
    """Whether a step goes along its gradient, and not in proportion: it divides it by its size, or clips it."""
    step = _along(of, expr, lines, naming)
    found = [*_tried(step, of, naming)] if step is not None else []
    ratios = [value / gradient for gradient, value in found]
    return len(_signs(found)) == 1 and any(not np.allclose(each, ratios[0]) for each in ratios)


def _signs(found: Iterable[Trial]) -> set[float]:
    """Where steps have the sign of the gradient, 1, and where the other one, -1."""
    return {sign for gradient, value in found for sign in np.sign(value * gradient).flat}


def _along(of: str, expr: Expr, lines: Mapping[str, Expr], naming: Naming) -> Expr | None:
    """What an update adds or subtracts, over its gradient, written SLOT; None where that is not known.

    The lines above that it reads are put into it.
    """
    if not isinstance(expr, Apply) or expr.op not in ("add", "subtract") or Name(of) not in expr.inputs:
        return None
    step = expr.inputs[0] if expr.inputs[1] == Name(of) else expr.inputs[1]
    for _ in range(DEEPEST):
        inner = {name: lines[name] for name in names(step) if name in lines and not naming.usual(name)}
        if not inner:
            return substitute(step, {name: Name(SLOT) for name in names(step) if naming.of(name) == of})
        step = substitute(step, inner)
        if sum(1 for _ in walk(step)) > LARGEST:
            break
    return None


def _tried(step: Expr, of: str, naming: Naming) -> Iterator[Trial]:
    """Some gradients, small and large, and the step along each; none where it reads more than gradients and numbers.

    One that counts the examples may make up for what its gradient holds.
    """
    program = naming.program
    numbers = {**dict.fromkeys(RATES.difference(program.shapes), USUAL_RATE), **program.constants}
    numbers.pop(program.examples, None)
    gradients = {SLOT: of, **{name: naming.of(name) for name in names(step) if naming.of(name) in program.parameters}}
    if SLOT not in names(step) or not {*numbers, *gradients}.issuperset(names(step)):
        return
    chance = np.random.default_rng(0)
    for size in SIZES:
        values = {name: np.asarray(value) for name, value in numbers.items()}
        for name, each in gradients.items():
            shape = program.shapes[each]
            values[name] = size * chance.choice([-1.0, 1.0], shape) * chance.uniform(0.5, 1.5, shape)
        try:
            value = Formulas(program.constants).value(step, values)
        except NotEvaluable:
            return
        if value.shape == values[SLOT].shape:
            yield values[SLOT], value
