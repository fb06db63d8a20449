"""Attention of one head: every position asks all others, and gathers what they hold by how well they answer."""

from __future__ import annotations

from bpdebug.language.expression import Name, apply
from bpdebug.ops.shapes import shape_option
from bpdebug.ops.table import Size
from bpdebug.scenario.amounts import SIZE_OR_NAME
from bpdebug.scenario.form import FLAG, key
from bpdebug.scenario.layers.kind import UNITS, Weighted, kind
from bpdebug.scenario.layers.stack import MATRIX, SEQUENCE, Parameter, Stack

HIDDEN = -1e4
"""The score of a position that is not to be seen: e to it is 0, in float32 too."""


@kind("attention")
class Attention(Weighted):
    """Scaled dot-product attention over the positions of a sequence: queries Q meet keys K, and weigh the values V."""

    COLUMNS = False
    READS = (MATRIX, SEQUENCE)
    SOURCE = "A. Vaswani et al., NeurIPS 2017"
    SAMPLE = '{ kind = "attention", units = 3, causal = true }'

    units: int | str = key(SIZE_OR_NAME, about=UNITS)
    causal: bool = key(FLAG, False, "whether a position sees itself and those before it alone")

    def compute(self, stack: Stack) -> None:
        size, given = stack.count(self.units), stack.above
        q, k, v = (
            stack.define(stack.named(letter.upper()), given @ self._weights(stack, letter, size)) for letter in "qkv"
        )
        turned = k.T if stack.layout == MATRIX else apply("swapaxes", k, axis1=-2, axis2=-1)
        scores = stack.define(stack.named("S"), q @ turned / apply("sqrt", Name(size.symbol)))
        if self.causal:
            scores = stack.define(stack.named("C"), apply("where", self._seen(stack), scores, HIDDEN))
        weights = stack.define(stack.named("P"), apply("softmax", scores, axis=stack.rank - 1))
        stack.let("Z", weights @ v)

    def _weights(self, stack: Stack, letter: str, size: Size) -> Name:
        begins = Parameter(stack.matrix(size, stack.width), self.init or "xavier", self.scale, weight=True)
        return stack.parameter(stack.named(f"W{letter}"), begins)

    def _seen(self, stack: Stack) -> Name:
        """1 where a position, along the rows, sees another."""
        positions = stack.shape[-2]
        return stack.define(stack.named("M"), apply("tril", apply("ones", shape=shape_option((positions, positions)))))
