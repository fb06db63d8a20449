"""Random networks for claims: what a course sets as homework, one to four layers deep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from bpdebug.ops import expand, parse
from bpdebug.ops.table import Array, Shape, Size
from bpdebug.program.build import build
from bpdebug.program.equations import Equation, Program

HIDDEN = ("sigmoid", "tanh", "relu", "leaky_relu", "linear")
HEADS: Mapping[str, tuple[str, ...]] = {
    "binary": ("sigmoid",),
    "categorical": ("softmax",),
    "squares": ("linear", "sigmoid", "tanh", "softmax"),
}
"""What each kind of cost is taken of."""
AVERAGES = ("examples", "examples", "sum")
KEEP = 0.8


@dataclass(eq=False)
class Network:
    """One network: its program, its numbers, and what it is made of layer by layer (1 is the first)."""

    random: np.random.Generator
    rows: bool
    depth: int
    head: str
    average: str
    """What the cost is divided by: the examples; all entries ("entries"); nothing ("sum")."""
    half: bool
    """Whether squares are halved."""
    bias: bool
    penalty: str
    """The weight of the squared parameters in the cost; "" for none."""
    activations: list[str] = field(default_factory=list)
    units: list[int] = field(default_factory=list)
    masked: set[int] = field(default_factory=set)
    skipping: set[int] = field(default_factory=set)
    lines: list[str] = field(default_factory=list)
    data: dict[str, Shape] = field(default_factory=dict)
    parameters: dict[str, Shape] = field(default_factory=dict)
    constants: dict[str, float] = field(default_factory=dict)

    def activation(self, layer: int) -> str:
        return self.activations[layer - 1]

    def out(self, layer: int) -> str:
        """What a layer hands on."""
        if layer == 0:
            return "X"
        if layer in self.masked:
            return f"D{layer}"
        if layer in self.skipping:
            return f"S{layer}"
        return f"{'Z' if self.activation(layer) == 'linear' else 'A'}{layer}"

    @property
    def final(self) -> str:
        return self.out(self.depth)

    @property
    def units_axis(self) -> int:
        """The axis of the units."""
        return 1 if self.rows else 0

    def matrix(self, units: int, others: int) -> Shape:
        return (others, units) if self.rows else (units, others)

    def build(self) -> Program:
        return build(
            [Equation(left, expand(parse(right))) for left, _, right in (each.partition(" = ") for each in self.lines)],
            data=self.data,
            parameters=self.parameters,
            constants=self.constants,
            cost="J",
            orientation="rows" if self.rows else "columns",
        )

    def values(self) -> dict[str, Array]:
        """Numbers for data, parameters and constants."""
        found: dict[str, Array] = {name: np.asarray(value) for name, value in self.constants.items()}
        for name, shape in (self.data | self.parameters).items():
            found[name] = self.random.normal(size=shape) * (0.4 if name.startswith("b") else 1.0)
        for layer in self.masked:
            found[f"M{layer}"] = (self.random.random(self.data[f"M{layer}"]) < KEEP) * 1.0
        found["Y"] = self._labels(self.data["Y"], found["Y"])
        return found

    def _labels(self, shape: Shape, drawn: Array) -> Array:
        if self.head == "squares":
            return drawn
        if self.head == "binary":
            return (drawn > 0) * 1.0
        units, m = int(shape[self.units_axis]), int(shape[1 - self.units_axis])
        marks = np.eye(units)[:, self.random.integers(units, size=m)]
        return marks.T if self.rows else marks


def draw(random: np.random.Generator) -> Network:
    """A random network."""
    head = str(random.choice(list(HEADS)))
    average = str(random.choice((*AVERAGES, "entries") if head == "squares" else AVERAGES))
    penalties = ("lambd/2",) if average == "sum" else ("lambd/(2*m)", "lambd/2", "lambd")
    made = Network(
        random=random,
        rows=bool(random.random() < 0.4),
        depth=int(random.integers(1, 5)),
        head=head,
        average=average,
        half=bool(random.random() < 0.6),
        bias=bool(random.random() < 0.8),
        penalty=str(random.choice(penalties)) if random.random() < 0.3 else "",
    )
    _sized(made)
    for layer in range(1, made.depth + 1):
        _layer(made, layer)
    made.lines.append(f"J = {_cost(made)}")
    return made


def _sized(made: Network) -> None:
    random = made.random
    m = int(random.integers(2, 9))
    square = bool(random.random() < 0.3)
    width = int(random.integers(2, 6))
    made.units = [int(random.integers(2, 6))]
    made.units += [width if square else int(random.integers(2, 6)) for _ in range(made.depth - 1)]
    made.units.append(int(random.integers(2, 5)) if made.head == "categorical" else int(random.integers(1, 4)))
    made.constants = {"m": float(m), "learning_rate": 0.1}
    made.constants |= {f"n{layer}": float(count) for layer, count in enumerate(made.units)}
    if made.penalty:
        made.constants["lambd"] = 0.3
    made.data = {"X": made.matrix(_size(made, 0), Size(m, "m"))}
    made.data["Y"] = made.matrix(_size(made, made.depth), Size(m, "m"))
    final = HEADS[made.head]
    made.activations = [str(random.choice(HIDDEN, p=(0.25, 0.25, 0.25, 0.15, 0.1))) for _ in range(made.depth - 1)]
    made.activations.append(str(random.choice(final if made.units[-1] > 1 else [f for f in final if f != "softmax"])))


def _size(made: Network, layer: int) -> Size:
    return Size(made.units[layer], f"n{layer}")


def _layer(made: Network, layer: int) -> None:
    below, kind, random = made.out(layer - 1), made.activation(layer), made.random
    made.parameters[f"W{layer}"] = made.matrix(_size(made, layer), _size(made, layer - 1))
    product = f"{below} @ W{layer}" if made.rows else f"W{layer} @ {below}"
    if made.bias:
        made.parameters[f"b{layer}"] = made.matrix(_size(made, layer), 1)
        product += f" + b{layer}"
    made.lines.append(f"Z{layer} = {product}")
    if kind != "linear":
        call = f"softmax(Z{layer}, axis={made.units_axis})" if kind == "softmax" else f"{kind}(Z{layer})"
        made.lines.append(f"A{layer} = {call}")
    if layer == made.depth or kind == "linear":
        return
    chance = random.random()
    if chance < 0.1:
        made.masked.add(layer)
        made.constants["keep"] = KEEP
        made.data[f"M{layer}"] = made.matrix(_size(made, layer), made.data["X"][1 - made.units_axis])
        made.lines.append(f"D{layer} = A{layer} * M{layer} / keep")
    elif chance < 0.4 and layer > 1 and made.units[layer] == made.units[layer - 1]:
        made.skipping.add(layer)
        made.lines.append(f"S{layer} = A{layer} + {below}")


def _cost(made: Network) -> str:
    A, by = made.final, {"examples": "/m", "sum": "", "entries": f"/(m*n{made.depth})"}[made.average]
    if made.head == "binary":
        total = f"-sum(Y * log({A}) + (1 - Y) * log(1 - {A})){by}"
    elif made.head == "categorical":
        total = f"-sum(Y * log({A})){by}"
    else:
        total = f"sum(({A} - Y)**2){by}" + ("/2" if made.half else "")
    if made.penalty:
        weights = " + ".join(f"sum(W{layer}**2)" for layer in range(1, made.depth + 1))
        total += f" + {made.penalty} * ({weights})"
    return total
