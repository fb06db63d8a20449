"""Layers that bring what they read to mean 0 and variance 1: over the examples, or over the units of each."""

from __future__ import annotations

from typing import ClassVar

from bpdebug.language.expression import apply
from bpdebug.scenario.amounts import ABOVE_ZERO
from bpdebug.scenario.form import FLAG, key
from bpdebug.scenario.layers.kind import Activated, kind
from bpdebug.scenario.layers.stack import LAYOUTS, MATRIX, SEQUENCE, Parameter, Stack


class Normalizing(Activated):
    """Mean and variance are equations of their own, as in the papers, and gamma and b then scale and shift."""

    PER_EXAMPLE: ClassVar[bool]

    epsilon: float = key(ABOVE_ZERO, 1e-5, "what keeps the variance from being 0; in the equations eps")
    affine: bool = key(FLAG, True, "whether gamma and b, the beta of the papers, scale and shift the result")

    def compute(self, stack: Stack) -> None:
        given, eps = stack.above, stack.constant("eps", self.epsilon)
        axis = self._axis(stack)
        mean = stack.define(stack.named("mu"), apply("mean", given, axis=axis, keepdims=True))
        variance = stack.define(stack.named("var"), apply("mean", (given - mean) ** 2, axis=axis, keepdims=True))
        scaled = stack.let("Xhat", (given - mean) / apply("sqrt", variance + eps))
        if self.affine:
            gamma = stack.parameter(stack.named("gamma"), Parameter(stack.line(stack.width), "ones"))
            shift = stack.parameter(stack.named("b"), Parameter(stack.line(stack.width), "zeros"))
            stack.let("Z", gamma * scaled + shift)

    def _axis(self, stack: Stack) -> int | tuple[int, ...]:
        """The axes that mean and variance are taken over."""
        if self.PER_EXAMPLE:
            return stack.units_axis
        axes = tuple(axis for axis in range(stack.rank) if axis != stack.units_axis)
        return axes[0] if len(axes) == 1 else axes


@kind("batch-norm")
class BatchNorm(Normalizing):
    """Batch normalization: each unit is brought to mean 0 and variance 1 over the examples, then scaled and shifted."""

    READS = tuple(LAYOUTS)
    PER_EXAMPLE = False
    SOURCE = "S. Ioffe and C. Szegedy, ICML 2015"
    SAMPLE = '{ kind = "batch-norm", activation = "relu" }'


@kind("layer-norm")
class LayerNorm(Normalizing):
    """Layer normalization: each example is brought to mean 0 and variance 1 over its units, then scaled and shifted."""

    READS = (MATRIX, SEQUENCE)
    PER_EXAMPLE = True
    SOURCE = "J. L. Ba, J. R. Kiros and G. E. Hinton, arXiv:1607.06450"
    SAMPLE = '{ kind = "layer-norm" }'
