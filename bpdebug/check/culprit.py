"""Where a gradient went wrong: each backward equation held against the forward steps it differentiates, and no others.

A gradient can be wrong because its own equation is, or because it was handed a wrong one. So every equation on the
way is checked alone, on the gradients it was really given; the first that fails broke the chain. If an operation's
rule fails by itself, the rule is at fault; if every rule in it is right, what the equation is put together from is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

import numpy as np

from bpdebug.check.derivatives import Derivatives
from bpdebug.check.directions import along_directions
from bpdebug.check.forward import Forward, Values
from bpdebug.check.gradients import check_gradients
from bpdebug.check.paths import paths, steps_of
from bpdebug.check.routes import reads
from bpdebug.check.verdict import Culprit, Verdict
from bpdebug.check.wanted import denoted
from bpdebug.language.expression import Expr, Name, apply
from bpdebug.machine.kernels import run_step
from bpdebug.ops.table import UNIT, Shape
from bpdebug.program.build import build
from bpdebug.program.equations import Equation, Phase, Program, Step
from bpdebug.program.lowering import lower

SURE = 4
"""Units of round-off that need no analysis to be believed."""
COST = "the cost of these steps"
"""A name no quantity can have."""


def culprit(program: Program, values: Values, name: str) -> Culprit | None:
    """What broke a gradient that is wrong; None where every equation on its way is right by itself."""
    computed = {step.out for step in paths(program).computing((name,))}
    owner = {gradient: of for of, gradient in program.gradients.items()}
    for equation in program.equations:
        if equation.name in computed and equation.name in owner and equation.phase is Phase.BACKWARD:
            of = owner[equation.name]
            if not right_alone(program, values, of):
                return Culprit(equation.name, next(wrong_rules(program, values, equation, of), None))
    return None


def right_alone(program: Program, values: Values, of: str) -> bool:
    """Whether the equation of a quantity's gradient is right on the gradients it was given, in every entry."""
    ends = frontier(program, of, frozenset(each for each, name in program.gradients.items() if name in values))
    local, name = alone(program, of, ends), program.gradients[of]
    arriving = {end: np.asarray(values[program.gradients[end]], dtype=np.float64) for end in ends}
    weights = {weight(end): each / scale(program, values, end) for end, each in arriving.items()}
    given = {**values, **weights}
    numerical = scale(program, values, of) * Derivatives(Forward.of(local, given)).of(of)
    with np.errstate(invalid="ignore"):
        gap = np.abs(given[name] - numerical)
        if np.all(gap <= SURE * UNIT * np.abs(numerical)):
            return True
    (check,) = check_gradients(local, given, [name], by_hand=True)
    return check.verdict is not Verdict.WRONG


@lru_cache(maxsize=1024)
def frontier(program: Program, of: str, known: frozenset[str]) -> tuple[str, ...]:
    """The quantities nearest to one on its way to the cost whose gradients are known."""
    return tuple(step.out for step in between(program, of, known) if step.out in known)


@lru_cache(maxsize=256)
def alone(program: Program, of: str, ends: tuple[str, ...]) -> Program:
    """The program of the forward steps from one quantity to the next ones, with one backward equation."""
    # An end is computed under another name, so that what reads it beyond reads it at rest.
    forward = tuple(
        replace(step, out=moved(step.out)) if step.out in ends else step for step in between(program, of, ends)
    )
    reached = {step.out for step in forward}
    total: list[Expr] = [apply("sum", Name(weight(end)) * Name(moved(end))) for end in ends]
    total += [Name(program.cost)] if program.cost in reached else []
    expr = total[0]
    for term in total[1:]:
        expr = expr + term
    shapes: dict[str, Shape] = dict(program.shapes)
    shapes |= {name: program.shapes[end] for end in ends for name in (weight(end), moved(end))}
    added = lower([Equation(COST, expr, Phase.COST)], shapes, program.constants)
    index = len(program.equations)
    backward = (
        step
        for step in steps_of(program, Phase.BACKWARD)
        if program.equations[step.equation].name == program.gradients[of]
    )
    steps = (*forward, *(replace(step, equation=index) for step in added), *backward)
    bound = {step.out for step in steps}
    return replace(
        program,
        equations=(*program.equations, Equation(COST, expr, Phase.COST)),
        steps=steps,
        shapes=shapes,
        data=tuple(name for name in shapes if name not in bound and name != of and name not in program.constants),
        parameters=(of,),
        cost=COST,
        gradients={of: program.gradients[of]},
    )


def between(program: Program, of: str, ends: Collection[str]) -> Iterator[Step]:
    """The forward steps that lead from a quantity to these ends, or to the cost, and not beyond."""
    reached = {of}
    for step in paths(program).forward:
        if reached.intersection(reads(step)):
            yield step
            if step.out not in ends:
                reached.add(step.out)


def weight(name: str) -> str:
    """What the gradient of an end is called in the small program."""
    return f"what arrives at {name}"


def moved(name: str) -> str:
    """What an end is called where the small program computes it."""
    return f"{name} as these steps move it"


def scale(program: Program, values: Values, of: str) -> float:
    """What the gradient of a quantity is times ∂J: m, or 1."""
    factor = denoted(program, program.gradients[of], of).factor
    return 1.0 if factor is None else float(values[factor])


def wrong_rules(program: Program, values: Values, equation: Equation, of: str) -> Iterator[str]:
    """The operations on an equation's way whose own derivative is wrong, tried by themselves on their own inputs."""
    used = equation.origin.rules if equation.origin is not None else ()
    known = frozenset(each for each, name in program.gradients.items() if name in values)
    for step in between(program, of, frontier(program, of, known)):
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
