"""Layers of weights between all units: with weights of their own, or with those of a layer before."""

from __future__ import annotations

from bpdebug.language.expression import Expr, Name
from bpdebug.ops.shapes import show
from bpdebug.ops.table import Size
from bpdebug.scenario.amounts import SIZE_OR_NAME
from bpdebug.scenario.form import FLAG, TEXT, key
from bpdebug.scenario.layers.kind import UNITS, Weighted, kind
from bpdebug.scenario.layers.stack import MATRIX, SEQUENCE, Misfit, Parameter, Stack
from bpdebug.scenario.wording import guessed, listed

TURNED = ".T"


@kind("dense")
class Dense(Weighted):
    """Fully connected: every unit weighs all units of the layer before, and adds its bias; the same at every step."""

    READS = (MATRIX, SEQUENCE)
    SOURCE = "F. Rosenblatt, Psychol. Rev. 65, 1958"
    SAMPLE = '{ units = 3, activation = "relu" }'

    units: int | str = key(SIZE_OR_NAME, about=UNITS)
    bias: bool = key(FLAG, True, "whether a bias is added")
    weights: str | None = key(TEXT, None, "those of a layer before, W1, or turned, W1.T, instead of its own")

    def compute(self, stack: Stack) -> None:
        size = stack.count(self.units)
        product = stack.weighted(self._weights(stack, size), stack.above)
        if self.bias:
            product = product + stack.parameter(stack.named("b"), Parameter(stack.line(size), "zeros"))
        stack.let("Z", product)

    def _weights(self, stack: Stack, size: Size) -> Expr:
        wanted = stack.matrix(size, stack.width)
        if self.weights is not None:
            return self._tied(stack, wanted)
        init = self.init or ("he" if "relu" in self.activation else "xavier")
        return stack.parameter(stack.named("W"), Parameter(wanted, init, self.scale, weight=True))

    def _tied(self, stack: Stack, wanted: tuple[int, ...]) -> Expr:
        """The weights of another layer, which has to have as many rows and columns as this one needs."""
        assert self.weights is not None
        name = self.weights.removesuffix(TURNED)
        known = [each for each, begins in stack.parameters.items() if begins.weight and len(begins.shape) == 2]
        if name not in known:
            message = guessed(f"no layer before has weights {name}", name, known)
            raise Misfit("weights", message, f"There are {listed(known) or 'none'}; turned they are W1.T.")
        for word in ("init", "scale"):
            if getattr(self, word) is not None:
                stack.misfits.append(Misfit(word, f"{word} says nothing where the weights are those of another layer"))
        shape, turned = stack.shapes[name], self.weights != name
        if tuple(shape[::-1] if turned else shape) == tuple(wanted):
            return Name(name).T if turned else Name(name)
        other = name if turned else f"{name}{TURNED}"
        fits = tuple(shape if turned else shape[::-1]) == tuple(wanted)
        has = show(shape[::-1] if turned else shape)
        message = f"{self.weights} is {has}, but this layer needs weights {show(wanted)}"
        raise Misfit("weights", message, f"{other} would fit." if fits else "")

    def supposed(self, stack: Stack) -> bool:
        if stack.layout not in self.READS:
            return False
        width = {stack.units_axis: int(self.units)}
        stack.suppose(tuple(width.get(axis, length) for axis, length in enumerate(stack.shape)))
        return True
