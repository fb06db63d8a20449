"""Layers on their way to equations: what the next one reads, its shape, and what those before it gave."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct, field

from bpdebug.language.expression import Expr, Name, apply
from bpdebug.ops.shapes import shape_option
from bpdebug.ops.table import Shape, Size
from bpdebug.program.shapes import Known, ShapeError

ALONG_UNITS = ("softmax", "log-softmax")
"""Activations that go along the units of each example."""


STEPS = "T"
"""What the number of steps of a sequence is called."""


MATRIX, SEQUENCE, SIGNAL, IMAGE = "matrix", "sequence", "signal", "image"
LAYOUTS = {MATRIX: "(m, n)", SEQUENCE: "(m, T, n)", SIGNAL: "(m, c, l)", IMAGE: "(m, c, h, w)"}
"""How layers may find what they read laid out: m examples, n features or units, T steps, c channels."""
RANKS = {2: (MATRIX,), 3: (SEQUENCE, SIGNAL), 4: (IMAGE,)}
"""How many axes tell it; of two that are alike the first layer says which it is."""


class Misfit(Exception):
    """What a layer cannot do with what reaches it: the key at fault ("": the layer itself), and the way out."""

    def __init__(self, key: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.path, self.message, self.hint = (key,) if key else (), message, hint


class Parameter(Struct, frozen=True):
    """What a layer learns: its shape, and how it begins."""

    shape: Shape
    init: str
    scale: float | None = None
    value: float | None = None
    weight: bool = False
    """Whether the penalties count it."""


class Line(NamedTuple):
    """An equation, and the layer, from 0, that it belongs to."""

    name: str
    expr: Expr
    layer: int


class Stack(Struct):
    """The equations and parameters of the layers so far. Shapes are those of X and of all that was given a name."""

    above: Name
    """What the next layer reads."""
    shapes: dict[str, Shape]
    columns: bool
    examples: Size
    layout: str = MATRIX
    """How what the next layer reads is laid out."""
    several: bool = False
    """Whether more than one layer is recurrent: then the numbers of its steps do not tell which one is meant."""
    steps: tuple[Name, ...] = ()
    """The state at each step, where the layer before is recurrent."""
    number: int = 0
    """Which layer this is, from 1."""
    lines: list[Line] = field(default_factory=list)
    parameters: dict[str, Parameter] = field(default_factory=dict)
    constants: dict[str, float] = field(default_factory=dict)
    numbers: dict[str, float] = field(default_factory=dict)
    """Constants and sizes, which expressions may read."""
    entered: dict[int, Name] = field(default_factory=dict)
    """What each layer read."""
    units: dict[str, int] = field(default_factory=dict)
    """The sizes that layers gave names to: n1, n2 …"""
    misfits: list[Misfit] = field(default_factory=list)
    """What is wrong with this layer though it has a result."""

    def __post_init__(self) -> None:
        for name, shape in [*self.shapes.items()]:
            self._know(name, shape)

    @property
    def shape(self) -> Shape:
        """The shape of what the next layer reads."""
        return self.shapes[self.above.id]

    @property
    def rank(self) -> int:
        return len(self.shape)

    @property
    def units_axis(self) -> int:
        """The axis that counts the units of an example, or its channels."""
        return 0 if self.columns else 2 if self.layout == SEQUENCE else 1

    @property
    def width(self) -> int:
        """How many units there are."""
        return self.shape[self.units_axis]

    def named(self, stem: str) -> str:
        """A name of this layer: W2."""
        return f"{stem}{self.number}"

    def whole(self, name: str) -> str:
        """A name of a recurrent layer: with its number only where there are more of them."""
        return self.named(name) if self.several else name

    def step(self, stem: str, at: int) -> str:
        """A name of a recurrent layer at a step: h2, or h1_2."""
        return f"{self.whole(stem)}{'_' if self.several else ''}{at}"

    def enter(self) -> None:
        """Go on to the next layer."""
        self.number += 1
        self.entered[self.number] = self.above

    def let(self, stem: str, expr: Expr) -> Name:
        """Give an expression a name of this layer; from now on it is what is read."""
        self.above = self.define(self.named(stem), expr)
        return self.above

    def define(self, name: str, expr: Expr) -> Name:
        """Give an expression a name; Misfit where its parts do not go together."""
        try:
            self._know(name, Known(self.shapes, self.numbers).shape(expr))
        except ShapeError as error:
            raise Misfit("", error.message, error.hint) from None
        self.lines.append(Line(name, expr, self.number - 1))
        return Name(name)

    def _know(self, name: str, shape: Shape) -> None:
        self.shapes[name] = shape
        for length in shape:
            if isinstance(length, Size):
                self._count(length)

    def _count(self, size: Size) -> None:
        self.numbers[size.symbol], self.shapes[size.symbol] = int(size), ()

    def drop(self, share: float) -> None:
        """Let a share of all entries be 0 in each iteration; the others count for more, so that the mean stays.

        The mask D is an equation of its own, and what is left is called H (N. Srivastava et al., JMLR 15, 2014).
        """
        keep = self.constant("keep_prob", 1.0 - share)
        mask = self.define(self.named("D"), apply("less", apply("rand", shape=shape_option(self.shape)), keep))
        self.let("H", self.above * mask / keep)

    def suppose(self, shape: Shape) -> None:
        """Let the next layer read something of this shape, though no equation gives it."""
        self.above = Name(self.named("Z"))
        self._know(self.above.id, shape)

    def parameter(self, name: str, begins: Parameter) -> Name:
        """Something to be learnt."""
        self.parameters[name] = begins
        self._know(name, begins.shape)
        return Name(name)

    def count(self, size: int | str) -> Size:
        """The number of units of this layer, by its name: n2."""
        name = self.named("n")
        self.units[name] = int(size)
        self._count(Size(int(size), name))
        return Size(int(size), name)

    def constant(self, name: str, value: float) -> Name:
        """A named number: one for all layers that give it the same value."""
        if self.constants.get(name, value) != value:
            name = self.named(name)
        self.constants[name] = self.numbers[name] = value
        self.shapes[name] = ()
        return Name(name)

    def matrix(self, out: int, given: int) -> Shape:
        """The shape of weights from `given` units to `out`."""
        return (out, given) if self.columns else (given, out)

    def line(self, size: int) -> Shape:
        """The shape of what is one number for each unit, the same for every example."""
        return tuple(size if axis == self.units_axis else 1 for axis in range(self.rank))

    def weighted(self, weight: Expr, given: Expr) -> Expr:
        """The product of weights and what they weigh."""
        return weight @ given if self.columns else given @ weight

    def activation(self, word: str, given: Expr) -> Expr:
        """The expression of an activation."""
        op = word.replace("-", "_")
        return apply(op, given, axis=self.units_axis) if word in ALONG_UNITS else apply(op, given)
