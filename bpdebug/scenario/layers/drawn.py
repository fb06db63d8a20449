"""Layers that draw anew in each iteration, so that the network relies on no single number: dropout and noise."""

from __future__ import annotations

from bpdebug.language.expression import apply
from bpdebug.ops.shapes import shape_option
from bpdebug.scenario.amounts import ABOVE_ZERO, SHARE
from bpdebug.scenario.form import key
from bpdebug.scenario.layers.kind import Layer, kind
from bpdebug.scenario.layers.stack import LAYOUTS, Stack


@kind("dropout")
class Dropout(Layer):
    """Dropout: a share of what it reads is 0 in each iteration, another one each time; the rest counts for more."""

    READS = tuple(LAYOUTS)
    SOURCE = "N. Srivastava et al., JMLR 15, 2014"
    SAMPLE = '{ kind = "dropout", share = 0.2 }'

    share: float = key(SHARE, about="of its entries that are 0 in each iteration, others each time")

    def compute(self, stack: Stack) -> None:
        stack.drop(self.share)


@kind("noise")
class Noise(Layer):
    """Gaussian noise is added to what it reads, other noise in each iteration."""

    READS = tuple(LAYOUTS)
    SOURCE = "C. M. Bishop, Neural Computation 7, 1995"
    SAMPLE = '{ kind = "noise", deviation = 0.1 }'

    deviation: float = key(ABOVE_ZERO, about="the standard deviation of the noise")

    def compute(self, stack: Stack) -> None:
        deviation = stack.constant("deviation", self.deviation)
        noise = stack.define(stack.named("E"), deviation * apply("randn", shape=shape_option(stack.shape)))
        stack.let("H", stack.above + noise)
