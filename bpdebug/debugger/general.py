"""The rule of an operation in general: what it gives, and what of a gradient it hands on to each input."""

from __future__ import annotations

from bpdebug.language.expression import Apply, Expr, Name
from bpdebug.language.names import write_name
from bpdebug.ops import write, write_equation
from bpdebug.program.equations import Equation, Program, Step

ONE, SEVERAL = ("x",), ("A", "B", "C", "D")
"""What the inputs are called."""


def general(step: Step, notation: str) -> str:
    """`Y = A · B ⇒ dA = dY · Bᵀ, dB = Aᵀ · dY`: each d is the gradient of the cost by what follows it.

    Empty for an operation with more inputs than can be told so, or one that hands no gradient on.
    """
    count = len(step.inputs)
    if count > len(SEVERAL):
        return ""
    inputs = tuple(Name(each) for each in (ONE if count == 1 else SEVERAL[:count]))
    out = Name("y" if count == 1 else "Y")
    rules = step.op.vjp(Name(f"d{out.id}"), out, *inputs, **step.options)
    forward = write_equation(out.id, Apply(step.op.name, inputs, step.expr.options), notation)
    back = [
        f"{write_name(f'd{each.id}', notation)} = {write(rule, notation)}"
        for each, rule in zip(inputs, rules, strict=True)
        if isinstance(rule, Expr)
    ]
    arrow = "=>" if notation == "ascii" else "⇒"
    return f"{forward} {arrow} {', '.join(back)}" if back else ""


def used(program: Program, equation: Equation, step: Step) -> Step:
    """The operation whose rule tells most: of a gradient the one that it goes back through, otherwise the step's."""
    if equation.origin is None or not equation.origin.rules:
        return step
    rule, forward = equation.origin.rules[0], equation.origin.equations
    found = (
        each for each in program.steps if each.op.name == rule and program.equations[each.equation].name in forward
    )
    return next(found, step)
