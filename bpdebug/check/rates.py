"""Updates go together: one without a rate is held against the others, one at a rate of its own is meant so.

A number in a step may belong to its rate or to its gradient: of a squared error comes a 2.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations
from math import inf, prod

from bpdebug.check.amounts import size_of
from bpdebug.check.called import RATE
from bpdebug.check.meaning import SLOT, Meaning
from bpdebug.language.expression import Apply, Expr, Name, Number, names, walk
from bpdebug.program.equations import Phase, Program

LEAST = 2
"""Updates that must agree before another can be said to differ from them."""
WHOLE = Name(SLOT)
"""The step of an update without a rate."""
MOST = 4
"""Numbers in one step of which each may be the rate's or the gradient's."""


def at_one_rate(program: Program, meanings: Mapping[str, Meaning], exprs: Mapping[str, Expr]) -> dict[str, Meaning]:
    """The meanings of lines, every step that has lost its rate at that of the others; `exprs` are what the lines say.

    Lost it has where it is the only one without, or where another parameter of its kind has one: all biases alike are
    meant so. Another rate is never a mistake, nor is a rate of 1 that is written down.
    """
    usual, steps = usual_step(meanings), _steps(meanings)
    whole = {name for name, step in steps.items() if step == WHOLE and not says_rate(exprs[name])}
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


def says_rate(expr: Expr) -> bool:
    """Whether a number is written before the step of an update, be it 1: that of 1 / m is none."""
    products = (each for each in walk(expr) if isinstance(each, Apply) and each.op == "multiply")
    return any(_is_number(each) for product in products for each in product.inputs)


def uses(program: Program, of: str) -> frozenset[str]:
    """The operations that a quantity enters going forward: those of weights are others than those of biases."""
    return frozenset(
        step.op.name
        for step in program.steps
        if program.equations[step.equation].phase is Phase.FORWARD and Name(of) in step.inputs
    )


def at_other_rates(own: Meaning, expr: Expr, usual: float | None) -> tuple[Meaning, ...]:
    """What an update may denote beside the step that all its numbers make: some are its rate, or the `usual` is."""
    step = step_of(own)
    if step is None or not isinstance(expr, Apply):
        return ()
    found = [*_numbers(expr.inputs[1] if expr.inputs[0] == Name(own.of) else expr.inputs[0])][:MOST]
    named = RATE in names(step)
    sizes = range(0 if named else 1, len(found) + 1)
    rates = [abs(prod(chosen)) for size in sizes for chosen in combinations(found, size)]
    if found and not named and usual is not None:
        rates.append(usual)
    steps = (_at(rate, named) for rate in dict.fromkeys(rates))
    return tuple(Meaning(own.of, Name(own.of) - each) for each in steps if each != step)


def _at(rate: float, named: bool) -> Expr:
    """A step along the gradient so many times, and times the learning rate where that is `named`."""
    factors: list[Expr] = [Number(rate)] * (rate != 1) + [Name(RATE)] * named
    step: Expr | None = None
    for each in (*factors, WHOLE):
        step = each if step is None else step * each
    return WHOLE if step is None else step


def _numbers(expr: Expr, below: bool = False) -> Iterator[float]:
    """The numbers that scale an expression; what it is divided by stands `below`."""
    if isinstance(expr, Apply) and expr.op in ("multiply", "matmul", "divide", "negate"):
        for place, each in enumerate(expr.inputs):
            yield from _numbers(each, below != (expr.op == "divide" and place == 1))
    elif _is_number(expr):
        value = size_of(expr, {})
        if 0 < abs(value) < inf:
            yield 1 / value if below else value


def _is_number(expr: Expr) -> bool:
    """Whether an expression is a number, or made of such alone: 10**-2, 1 - 0.1."""
    if isinstance(expr, Apply) and expr.op in ("add", "subtract", "power", "negate"):
        return all(map(_is_number, expr.inputs))
    return isinstance(expr, Number)
