"""Layers over images (m, c, h, w) and signals (m, c, l): filters that slide, pooling, and entries laid out anew."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from bpdebug.language.expression import Expr, apply
from bpdebug.ops.shapes import shape_option, show
from bpdebug.ops.table import Shape, Size
from bpdebug.scenario.amounts import COUNT, SIZE, SIZE_OR_NAME
from bpdebug.scenario.form import FLAG, MisfitError, checked, key, several
from bpdebug.scenario.layers.kind import Layer, Weighted, kind
from bpdebug.scenario.layers.stack import IMAGE, LAYOUTS, MATRIX, SEQUENCE, SIGNAL, Misfit, Parameter, Stack
from bpdebug.scenario.wording import quoted

SAME = "same"
SLID = {SIGNAL: 1, IMAGE: 2}
"""Along how many axes a window moves."""


def _padding(value: Any) -> Any:
    if value == SAME or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return value
    raise MisfitError(f'expected a whole number from 0, or "{SAME}", found {quoted(value)}')


class Convolution(Weighted):
    """Filters of `size` slide over what is read; each gives a map of its own."""

    COLUMNS = False
    filters: int | str = key(SIZE_OR_NAME, about="how many there are, and so how many maps")
    size: int = key(SIZE, about="how long a filter is along each axis that it slides along")
    stride: int = key(SIZE, 1, "how far it moves")
    padding: int | str = key(
        checked(_padding, type=["integer", "string"]), 0, 'how many zeros are put around; "same" keeps the lengths'
    )
    bias: bool = key(FLAG, True, "whether a bias is added")

    def compute(self, stack: Stack) -> None:
        axes = SLID[stack.layout]
        filters = stack.count(self.filters)
        init = self.init or ("he" if "relu" in self.activation else "xavier")
        shape = (filters, stack.width, *(self.size,) * axes)
        weights = stack.parameter(stack.named("W"), Parameter(shape, init, self.scale, weight=True))
        options = {"stride": (self.stride, 1), "padding": (self.padding, 0)}
        given = {name: said for name, (said, usual) in options.items() if said != usual}
        maps: Expr = apply(f"conv{axes}d", stack.above, weights, **given)
        if self.bias:
            maps = maps + stack.parameter(stack.named("b"), Parameter(stack.line(filters), "zeros"))
        stack.let("Z", maps)


@kind("conv1d")
class Conv1d(Convolution):
    """Convolution of signals: filters slide along them, and each gives a map of where it fits."""

    READS = (SIGNAL,)
    SOURCE = "A. Waibel et al., IEEE Trans. ASSP 37, 1989"
    SAMPLE = '{ kind = "conv1d", filters = 2, size = 3, padding = "same", activation = "relu" }'


@kind("conv2d")
class Conv2d(Convolution):
    """Convolution of images: filters slide over them, and each gives a map of where it fits."""

    READS = (IMAGE,)
    SOURCE = "Y. LeCun et al., Neural Comput. 1, 1989"
    SAMPLE = '{ kind = "conv2d", filters = 2, size = 3, activation = "relu" }'


class Pooling(Layer):
    """Of every window one number is left."""

    COLUMNS = False
    READS = (IMAGE, SIGNAL)
    WHAT: ClassVar[str]
    size: int | None = key(SIZE, None, "how long a window is along each axis; without it, it is all there is")
    stride: int | None = key(SIZE, None, "how far it moves; without it, as far as it is long")

    def compute(self, stack: Stack) -> None:
        lengths = tuple(map(int, stack.shape[2:]))
        window = self.size or (lengths if len(set(lengths)) > 1 else lengths[0])
        stride = {} if self.stride is None else {"stride": self.stride}
        stack.let("Z", apply(f"{self.WHAT}_pool{len(lengths)}d", stack.above, size=window, **stride))


@kind("max-pool")
class MaxPool(Pooling):
    """Of every window the largest number is left: whether something is there, wherever in the window."""

    WHAT = "max"
    SOURCE = "K. Yamaguchi et al., ICSLP 1990"
    SAMPLE = '{ kind = "max-pool", size = 2 }'


@kind("avg-pool")
class AvgPool(Pooling):
    """Of every window the mean is left."""

    WHAT = "avg"
    SOURCE = "Y. LeCun et al., NeurIPS 1989"
    SAMPLE = '{ kind = "avg-pool", size = 2 }'


class Laid(Layer):
    """The same entries of each example, laid out otherwise."""

    COLUMNS = False
    READS = tuple(LAYOUTS)

    def lay(self, stack: Stack, shape: Shape, layout: str) -> None:
        """Lay the entries of each example out in this shape."""
        whole = (stack.shape[0], *shape)
        stack.let("Z", apply("reshape", stack.above, shape=shape_option(whole)))
        stack.layout = layout


@kind("flatten")
class Flatten(Laid):
    """All that there is of an example is laid out in a row, for dense layers to read."""

    SAMPLE = '{ kind = "flatten" }'

    def compute(self, stack: Stack) -> None:
        self.lay(stack, (stack.count(math.prod(map(int, stack.shape[1:]))),), MATRIX)


@kind("reshape")
class Reshape(Laid):
    """The entries of an example are laid out in another shape: a row of pixels as an image."""

    SAMPLE = '{ kind = "reshape", shape = [1, 2, 2] }'

    shape: list[int] = key(several(COUNT), about="of an example: [n], [T, n] for a sequence, [c, h, w] for an image")

    def compute(self, stack: Stack) -> None:
        layout = {1: MATRIX, 2: SEQUENCE, 3: IMAGE}.get(len(self.shape))
        entries = math.prod(map(int, stack.shape[1:]))
        if layout is None:
            raise Misfit("shape", f"expected 1 to 3 lengths, found {len(self.shape)}")
        if math.prod(self.shape) != entries:
            message = f"{show(tuple(self.shape))} is {math.prod(self.shape)} entries, but an example has {entries}"
            raise Misfit("shape", message)
        at = 1 if layout == SEQUENCE else 0
        counted: list[int | Size] = [*self.shape]
        counted[at] = stack.count(counted[at])
        self.lay(stack, tuple(counted), layout)
