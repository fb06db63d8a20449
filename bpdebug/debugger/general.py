"""The rule of an operation in general: what it gives, and what of a gradient it hands on to each input."""

from __future__ import annotations

from bpdebug.language.expression import Apply, Expr, Name
from bpdebug.language.names import write_name
from bpdebug.ops import write, write_equation
from bpdebug.program.equations import Equation, Phase, Program, Step

ONE, SEVERAL = ("u",), ("U", "V", "S", "T")
"""What the inputs are called: letters that networks seldom use."""
ADDING = frozenset({"add", "subtract"})
"""Of these a gradient's own rule says nothing: what arrives is handed on."""


def general(step: Step, notation: str) -> str:
    """`R = U · V ⇒ dU = dR · Vᵀ, dV = Uᵀ · dR`: each d is the gradient of the cost by what follows it.

    Empty for an operation with more inputs than can be told so, or one that hands no gradient on.
    """
    count = len(step.inputs)
    if count > len(SEVERAL):
        return ""
    inputs = tuple(Name(each) for each in (ONE if count == 1 else SEVERAL[:count]))
    out = Name("r" if count == 1 else "R")
    rules = step.op.vjp(Name(f"d{out.id}"), out, *inputs, **step.options)
    forward = write_equation(out.id, Apply(step.op.name, inputs, step.expr.options), notation)
    back = [
        f"{write_name(f'd{each.id}', notation)} = {write(rule, notation)}"
        for each, rule in zip(inputs, rules, strict=True)
        if isinstance(rule, Expr)
    ]
    arrow = "=>" if notation == "ascii" else "⇒"
    return f"{forward} {arrow} {', '.join(back)}" if back else ""


def used(program: Program, equation: Equation, step: Step) -> Step | None:
    """The operation whose rule tells most: of a gradient the one that it goes back through, otherwise the step's.

    None where no rule tells anything: of an update nothing is differentiated.
    """
    if equation.phase in (Phase.UPDATE, Phase.BATCH):
        return None
    if equation.origin is None or not equation.origin.rules:
        return step
    rule, forward = equation.origin.rules[0], equation.origin.equations
    found = (
        each for each in program.steps if each.op.name == rule and program.equations[each.equation].name in forward
    )
    through = next(found, step)
    return None if through.op.name in ADDING else through
