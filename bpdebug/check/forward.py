"""The forward half of a program as a check sees it: what was computed, which way it went, what a quantity reaches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TypeAlias

import numpy as np
from msgspec import Struct, field

from bpdebug.check.paths import Paths, paths, steps_of
from bpdebug.check.patience import pause
from bpdebug.language.expression import Name
from bpdebug.machine.kernels import compute, operand, precision, protected
from bpdebug.ops.table import Array, Shape
from bpdebug.program.equations import Phase, Program, Step

Values: TypeAlias = Mapping[str, Array]
Choose: TypeAlias = Callable[[Step, tuple[Array, ...]], "Array | None"]
"""Which recorded branch a step follows, given its aligned inputs; None: the step decides anew."""


def align(step: Step, arrays: tuple[Array, ...], ranks: tuple[int, ...]) -> tuple[Array, ...]:
    """The inputs with the axes of short ones filled up, so that extra leading axes meet where they should."""
    if not step.op.elementwise:
        return arrays
    full = max(ranks, default=0)
    return tuple(
        x
        if x.ndim == rank or rank == full
        else x.reshape(*x.shape[: x.ndim - rank], *(1,) * (full - rank), *x.shape[x.ndim - rank :])
        for x, rank in zip(arrays, ranks, strict=True)
    )


def summed_to(array: Array, shape: Shape) -> Array:
    """An array brought to the shape of the input it belongs to: summed where that was broadcast, else spread."""
    if array.shape == shape:
        return array
    extra = array.ndim - len(shape)
    if extra > 0:
        array = array.sum(axis=tuple(range(extra)))
    narrow = tuple(axis for axis in range(-array.ndim, 0) if shape[axis] == 1 and array.shape[axis] != 1)
    return np.broadcast_to(array.sum(axis=narrow, keepdims=True), shape)


class Forward(Struct, frozen=True, eq=False, dict=True):
    """One real forward run: the values it computed and the branches it took, which the check freezes.

    A float32 run is looked at in float64: `values` are computed again, gradients too, on the branches that it took.
    """

    program: Program
    values: Values
    single: Values | None = None
    """The values of a float32 run, which decided the branches; None where `values` did."""
    _operands: dict[str, tuple[Array, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, program: Program, values: Values) -> Forward:
        """The forward run behind these values; what of it is missing is computed again."""
        known, dtype = dict(values), precision(values)
        missing = [step for step in paths(program).forward if step.out not in known]
        if missing:
            with np.errstate(all="ignore"):
                for step in missing:
                    known[step.out] = compute(step, known, dtype)
        return cls(program, known) if dtype is np.float64 else cls._doubled(program, known)

    @classmethod
    def _doubled(cls, program: Program, single: Values) -> Forward:
        updates = {step.out for step in steps_of(program, Phase.UPDATE)} - {*program.crossing}
        known = {name: np.asarray(value, np.float64) for name, value in single.items() if name not in updates}
        again = cls(program, known, single)
        with np.errstate(all="ignore"):
            for step in steps_of(program, Phase.FORWARD, Phase.COST, Phase.BACKWARD):
                if step.out in single:
                    known[step.out] = again.compute(step, known)
        return again

    @cached_property
    def paths(self) -> Paths:
        return paths(self.program)

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.paths.forward

    @cached_property
    def branches(self) -> Values:
        """The branch each step took, by the name it computes."""
        return {step.out: branch for step in self.paths.branching if (branch := self.branch(step)) is not None}

    @cached_property
    def kinks(self) -> Mapping[str, str]:
        """The steps that stand on a point without derivative, by the name they compute, and the rule used there."""
        return {
            step.out: step.op.tie
            for step in self.steps
            if step.op.kink and np.any(step.op.kink(*self.deciding(step), **step.options))
        }

    def arrays(self, step: Step) -> tuple[Array, ...]:
        """The inputs the step had in the real run."""
        if step.out not in self._operands:
            self._operands[step.out] = tuple(operand(each, self.values) for each in step.inputs)
        return self._operands[step.out]

    def deciding(self, step: Step) -> tuple[Array, ...]:
        """The inputs by which the step chose its branch."""
        if self.single is None:
            return self.arrays(step)
        return tuple(operand(each, self.single, np.float32) for each in step.inputs)

    def branch(self, step: Step) -> Array | None:
        """The branch that the step took, if it had a choice; a backward step too."""
        return step.op.branch(*self.deciding(step), **step.options) if step.op.branch else None

    def compute(self, step: Step, values: Values) -> Array:
        """What the step computes from these values on the branch of the run: where these decided it, as they do.

        NumPy is to be silenced by the caller, once for all steps.
        """
        if self.single is None or step.op.branch is None:
            return compute(step, values)
        with np.errstate(all="ignore"):
            arrays = (operand(each, values) for each in step.inputs)
            return protected(step.op.forward(*arrays, **step.options, branch=self.branch(step)))

    def inputs(self, step: Step, moved: Values) -> tuple[Array, ...]:
        """The inputs of the step, aligned: moved values (with any leading axes) where there are some, or real ones."""
        inputs = tuple(
            moved[each.id] if isinstance(each, Name) and each.id in moved else operand(each, self.values)
            for each in step.inputs
        )
        return align(step, inputs, tuple(np.ndim(operand(each, self.values)) for each in step.inputs))

    def run(self, step: Step, moved: Values, choose: Choose) -> Array:
        """The step on moved values where there are some, on the real ones elsewhere."""
        pause()
        arrays = self.inputs(step, moved)
        branch = choose(step, arrays)
        chosen = {} if branch is None else {"branch": branch}
        return np.asarray(step.op.forward(*arrays, **step.options, **chosen))

    def sided(self, step: Step, arrays: tuple[Array, ...]) -> Array | None:
        """The branch of the real run, but at its kinks the one that a step in the direction of the input takes.

        The side is decided from the real run's own numbers: the last bit of a value computed again must not choose.
        """
        if step.op.branch is None or step.out not in self.kinks:
            return self.branches.get(step.out)
        deciding = self.deciding(step)
        reals = align(step, deciding, tuple(np.ndim(each) for each in deciding))
        stepped = (real + 1j * np.imag(moved) for real, moved in zip(reals, arrays, strict=True))
        return step.op.branch(*stepped, **step.options)

    def free(self, step: Step, arrays: tuple[Array, ...]) -> Array | None:
        """No recorded branch: each copy decides for itself, as a plain evaluation does."""
        return None
