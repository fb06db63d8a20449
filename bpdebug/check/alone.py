"""Each backward equation by itself: held against the forward steps it differentiates, on the gradients it was given.

The steps between a quantity and the nearest ones whose gradients are known are a small program, whose cost weighs
what they compute with the gradients that arrived there. All equations are tried at once: their small programs stand
beside each other, each on names of its own, under the sum of their costs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache, reduce
from operator import add

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from bpdebug.check.derivatives import Derivatives
from bpdebug.check.forward import Forward, Values
from bpdebug.check.gradients import check_gradients
from bpdebug.check.paths import paths, steps_of
from bpdebug.check.routes import reads
from bpdebug.check.verdict import Verdict
from bpdebug.check.wanted import denoted
from bpdebug.language.expression import Expr, Name, Number, apply
from bpdebug.ops.table import UNIT, Array
from bpdebug.program.equations import Equation, Phase, Program, Step
from bpdebug.program.lowering import lower

SURE = 4
"""Units of round-off that need no analysis to be believed."""
FAR = 1e-6
"""Of the largest entry: no rounding in these few steps is as large."""
COST = "the cost of these steps"
"""A name no quantity can have."""


def wrong_alone(
    program: Program, values: Values, quantities: Collection[str], *, some: bool = False
) -> tuple[str, ...]:
    """Of these quantities, those whose gradient's equation is wrong on the gradients it was given, in any entry.

    `some`: it is known that not all of them are right, so that the only one that is far off need not be tried twice.
    """
    unsure = _unsure(program, values, tuple(quantities))
    if some and len(unsure) == 1 and max(unsure.values()) > FAR:
        return tuple(unsure)
    return tuple(of for of in unsure if not _right(program, values, of))


def right_alone(program: Program, values: Values, of: str) -> bool:
    """Whether the equation of one quantity's gradient is right on the gradients it was given, in every entry."""
    return not wrong_alone(program, values, (of,))


@np.errstate(all="ignore")
def _unsure(program: Program, values: Values, quantities: tuple[str, ...]) -> dict[str, float]:
    """Those that do not agree with their complex steps to the last bits, and by what share of the largest entry."""
    trial = Trial.of(program, quantities, _known(program, values))
    sizes = {of: 1.0 if trial.costs(of) else _size(program, values, ends) for of, ends in trial.ends.items()}
    given = trial.values(program, values, sizes)
    # The derivative by an end is what arrives there: the cost was made so.
    arriving = {moved(end, of): given[weight(end, of)] for of, ends in trial.ends.items() for end in ends}
    derivatives = Derivatives(Forward.of(trial.program, given), arriving)
    derivatives.find(tuple(trial.program.parameters))
    found = {}
    for of in quantities:
        numerical = scale(program, values, of) * sizes[of] * derivatives.of(moved(of, of))
        gap, size = np.abs(values[program.gradients[of]] - numerical), np.abs(numerical)
        if not np.all(gap <= SURE * UNIT * size):
            found[of] = float(gap.max() / size.max())
    return found


def _right(program: Program, values: Values, of: str) -> bool:
    """One equation by itself, with all that rounding can do to it."""
    trial = Trial.of(program, (of,), _known(program, values))
    given = trial.values(program, values, {of: 1.0})
    (check,) = check_gradients(trial.program, given, [program.gradients[of]], by_hand=True)
    return check.verdict is not Verdict.WRONG


class Trial(Struct, frozen=True, eq=False):
    """The small programs of some backward equations, beside each other."""

    program: Program
    ends: Mapping[str, tuple[str, ...]]
    """For each quantity, the nearest ones on its way to the cost whose gradients are known."""
    resting: Mapping[str, str]
    """What the run calls each thing that these programs move."""
    cost: str
    """What the run calls its cost."""

    @staticmethod
    @lru_cache(maxsize=1024)
    def of(program: Program, quantities: tuple[str, ...], known: frozenset[str]) -> Trial:
        ends = {of: frontier(program, of, known) for of in quantities}
        steps, costs, resting = list[Step](), list[Equation](), dict[str, str]()
        for of in quantities:
            local = tuple(between(program, of, ends[of]))
            names = {name: moved(name, of) for name in (of, *(step.out for step in local))}
            resting |= {new: name for name, new in names.items()}
            read = {name: new for name, new in names.items() if name not in ends[of]}  # beyond an end, it rests
            steps += (replace(renamed(step, read), out=names[step.out]) for step in local)
            weighed: list[Expr] = [apply("sum", Name(weight(end, of)) * Name(names[end])) for end in ends[of]]
            weighed += [Name(names[program.cost])] if program.cost in names else []
            costs += [Equation(f"{COST} beyond {of}", reduce(add, weighed), Phase.COST)] if weighed else []
        costs.append(Equation(COST, reduce(add, (Name(each.name) for each in costs), Number(0)), Phase.COST))
        return Trial(_assembled(program, ends, steps, costs, resting), ends, resting, program.cost)

    def costs(self, of: str) -> bool:
        """Whether the cost itself is within reach of the quantity's own steps."""
        return moved(self.cost, of) in self.resting

    def values(self, program: Program, values: Values, sizes: Mapping[str, float]) -> dict[str, Array]:
        """The run's values by the names of these programs, with the gradients that arrived, in units of `sizes`."""
        given = dict(values)
        given |= {new: values[name] for new, name in self.resting.items() if name in values}
        for of, ends in self.ends.items():
            for end in ends:
                arriving = np.asarray(values[program.gradients[end]], dtype=np.float64)
                given[weight(end, of)] = arriving / (scale(program, values, end) * sizes[of])
        return given


def _assembled(
    program: Program,
    ends: Mapping[str, tuple[str, ...]],
    forward: list[Step],
    costs: list[Equation],
    resting: Mapping[str, str],
) -> Program:
    """One program of the forward steps, what weighs them, and the backward equations that are tried."""
    shapes = {**program.shapes, **{new: program.shapes[name] for new, name in resting.items()}}
    shapes |= {weight(end, of): program.shapes[end] for of, each in ends.items() for end in each}
    tried = {program.gradients[of] for of in ends}
    first = len(program.equations)
    added = lower(costs, shapes, program.constants)
    shapes |= {step.out: step.shape for step in added}
    backward = (step for step in steps_of(program, Phase.BACKWARD) if program.equations[step.equation].name in tried)
    steps = (*forward, *(replace(step, equation=first + step.equation) for step in added), *backward)
    bound = {step.out for step in steps} | {moved(of, of) for of in ends}
    return replace(
        program,
        equations=(*program.equations, *costs),
        steps=steps,
        shapes=shapes,
        data=tuple(name for name in shapes if name not in bound and name not in program.constants),
        parameters=tuple(moved(of, of) for of in ends),
        cost=COST,
        gradients={moved(of, of): program.gradients[of] for of in ends},
    )


def renamed(step: Step, names: Mapping[str, str]) -> Step:
    """The step with what it reads called so."""
    inputs = tuple(
        Name(names[each.id]) if isinstance(each, Name) and each.id in names else each for each in step.inputs
    )
    return replace(step, inputs=inputs)


def _known(program: Program, values: Values) -> frozenset[str]:
    """The quantities whose gradients there are."""
    return frozenset(of for of, name in program.gradients.items() if name in values)


@lru_cache(maxsize=1024)
def frontier(program: Program, of: str, known: frozenset[str]) -> tuple[str, ...]:
    """The quantities nearest to one on its way to the cost whose gradients are known."""
    return tuple(step.out for step in between(program, of, known) if step.out in known)


def between(program: Program, of: str, ends: Collection[str]) -> Iterator[Step]:
    """The forward steps that lead from a quantity to these ends, or to the cost, and not beyond."""
    reached = {of}
    for step in paths(program).forward:
        if reached.intersection(reads(step)):
            yield step
            if step.out not in ends:
                reached.add(step.out)


def weight(end: str, of: str) -> str:
    """What the gradient that arrives at an end is called in the small program of a quantity."""
    return f"what arrives at {end} for {of}"


def moved(name: str, of: str) -> str:
    """What something is called where the small program of a quantity computes it."""
    return f"{name} as {of} moves it"


def _size(program: Program, values: Values, ends: tuple[str, ...]) -> float:
    """A power of two near the largest gradient that arrives: in such units no equation hides another."""
    largest = max((float(np.abs(values[program.gradients[end]]).max(initial=0.0)) for end in ends), default=0.0)
    return float(2.0 ** np.frexp(largest)[1]) if 0 < largest < np.inf else 1.0


def scale(program: Program, values: Values, of: str) -> float:
    """What the gradient of a quantity is times ∂J: m, or 1."""
    factor = denoted(program, program.gradients[of], of).factor
    return 1.0 if factor is None else float(values[factor])
