"""Where a gradient went wrong: each backward equation held against the forward steps it differentiates, and no others.

A gradient can be wrong because its own equation is, or because it was handed a wrong one. So every equation on the
way is checked alone, on the gradients it was really given; the first that fails broke the chain. If an operation's
rule fails by itself, the rule is at fault; if every rule in it is right, what the equation is put together from is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

import numpy as np
from msgspec.structs import replace

from bpdebug.check.alone import between, wrong_alone
from bpdebug.check.directions import along_directions
from bpdebug.check.forward import Values
from bpdebug.check.gradients import check_gradients
from bpdebug.check.paths import paths
from bpdebug.check.verdict import Culprit, Verdict
from bpdebug.language.expression import Name, apply
from bpdebug.machine.kernels import run_step
from bpdebug.program.build import build
from bpdebug.program.equations import Equation, Phase, Program, Step


def culprit(program: Program, values: Values, name: str) -> Culprit | None:
    """What broke a gradient that is wrong; None where every equation on its way is right by itself."""
    computed = {step.out for step in paths(program).computing((name,))}
    owner = {gradient: of for of, gradient in program.gradients.items()}
    way = [each for each in program.equations if each.name in computed.intersection(owner)]
    wrong = wrong_alone(program, values, [owner[each.name] for each in way], some=True)
    broken = [each for each in way if owner[each.name] in wrong]
    if not broken:
        return None
    first, *others = broken
    rule = next(wrong_rules(program, values, first, owner[first.name]), None)
    return Culprit(first.name, rule, tuple(each.name for each in others))


def wrong_rules(program: Program, values: Values, equation: Equation, of: str) -> Iterator[str]:
    """The operations on an equation's way whose own derivative is wrong, tried by themselves on their own inputs."""
    used = equation.origin.rules if equation.origin is not None else ()
    known = frozenset(each for each, name in program.gradients.items() if name in values)
    for step in between(program, of, known):
        if step.op.name in used and not rule_is_right(program, values, step):
            yield step.op.name


def rule_is_right(program: Program, values: Values, step: Step) -> bool:
    """Whether one operation's rule agrees with complex steps through the operation alone."""
    single, renamed = by_itself(program, step.out)
    found = {name: np.asarray(value) for name, value in program.constants.items()}
    found |= {new: values[name] for name, new in renamed.items()}
    found["g"] = np.random.default_rng(0).normal(size=step.shape)
    for each in single.steps:
        if single.equations[each.equation].phase is not Phase.UPDATE:
            found[each.out] = run_step(each, found)
    if along_directions(single, found).accepted:
        return True
    return all(check.verdict is not Verdict.WRONG for check in check_gradients(single, found))


@lru_cache(maxsize=256)
def by_itself(program: Program, out: str) -> tuple[Program, Mapping[str, str]]:
    """The program of the one operation that computes this, and what its inputs are called there."""
    step = next(step for step in program.steps if step.out == out)
    moving = {each.id: program.shapes[each.id] for each in step.inputs if isinstance(each, Name)}
    renamed = {name: f"x{number}" for number, name in enumerate(moving)}
    inputs = tuple(Name(renamed[each.id]) if isinstance(each, Name) else each for each in step.inputs)
    single = build(
        [Equation("y", replace(step.expr, inputs=inputs)), Equation("J", apply("sum", Name("g") * Name("y")))],
        data={"g": step.shape},
        parameters={renamed[name]: shape for name, shape in moving.items()},
        constants=program.constants,
        cost="J",
    )
    return single, renamed
