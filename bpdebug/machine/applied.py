"""The forward pass on other examples than those of the run: the same equations, lowered for so many of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from math import prod

import numpy as np
from msgspec import Struct

from bpdebug.language.expression import Expr, Name, names, substitute
from bpdebug.machine.kernels import compute, precision
from bpdebug.ops.table import Array, Shape
from bpdebug.program.equations import Equation, Phase, Program, Step
from bpdebug.program.lowering import lower

PHASES = (Phase.FORWARD, Phase.COST)


class Applied(Struct, frozen=True, eq=False):
    """The steps from data and parameters to some quantities, for a number of examples."""

    steps: tuple[Step, ...]
    wanted: tuple[str, ...]
    reads: tuple[str, ...]
    """What has to be given: data, parameters."""
    constants: Mapping[str, float]
    examples: str
    """The name of the number of examples, which is not what it is in the run."""
    work: float
    """About how many multiplications it takes."""

    @classmethod
    def of(
        cls,
        program: Program,
        wanted: Sequence[str],
        given: Mapping[str, Shape],
        examples: int,
        standing: Mapping[str, Expr] | None = None,
    ) -> Applied:
        """The forward pass of a program to the quantities that are wanted, on data of these shapes.

        `standing` says which names are not computed, but stand for something else: what a dropout leaves of A1 for A1
        itself, what is drawn of X for all of X. A ProgramError, or a ShapeError, says that the equations do not hold
        for so many examples.
        """
        constants = {**program.constants, program.examples: float(examples)}
        shapes = {**{name: program.shapes[name] for name in program.parameters}, **given}
        equations = needed(program, wanted, standing or {})
        known = dict.fromkeys(constants, ()) | shapes
        steps = lower(equations, known, constants)
        computed = {step.out for step in steps}
        read = {each.id for step in steps for each in step.inputs if isinstance(each, Name)} - computed
        reads = tuple(name for name in (*program.data, *program.parameters) if name in read)
        work = sum(_work(step, known) for step in steps)
        return cls(steps, tuple(wanted), reads, constants, program.examples, work)

    def run(self, values: Mapping[str, Array]) -> dict[str, Array]:
        """What is wanted, computed from data and parameters; constants as they are among the values, if they are."""
        dtype = precision({name: values[name] for name in self.reads})
        given = {name: values.get(name, value) for name, value in self.constants.items()}
        given |= {name: values[name] for name in self.reads}
        given[self.examples] = self.constants[self.examples]
        known = {name: np.asarray(value, dtype=dtype) for name, value in given.items()}
        with np.errstate(all="ignore"):
            for step in self.steps:
                known[step.out] = compute(step, known, dtype)
        return {name: known[name] for name in self.wanted}


def needed(program: Program, wanted: Collection[str], standing: Mapping[str, Expr]) -> tuple[Equation, ...]:
    """The equations of the forward pass that some quantities are made by, with names that stand for something else."""
    left, found = set(wanted), list[Equation]()
    for equation in reversed(program.equations):
        if equation.phase in PHASES and equation.name in left and equation.name not in standing:
            expr = substitute(equation.expr, dict(standing))
            found.append(Equation(equation.name, expr, equation.phase))
            left |= set(names(expr))
    return tuple(reversed(found))


def _work(step: Step, shapes: Mapping[str, Shape]) -> float:
    """About how many multiplications a step takes: of a product of matrices n·k·m, of others the entries it makes."""
    sizes = [prod(map(float, shapes[each.id])) for each in step.inputs if isinstance(each, Name)]
    made = prod(map(float, step.shape))
    return made if step.op.elementwise or len(sizes) < 2 else (made * prod(sizes)) ** 0.5
