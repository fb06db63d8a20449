"""Random networks as a person would write them: layers, shared weights, skip connections, every activation and cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from bpdebug.language.expression import Apply, Expr, Name, apply
from bpdebug.machine.kernels import run_step
from bpdebug.ops import expand
from bpdebug.ops.table import Array, Shape, Size
from bpdebug.program.build import build
from bpdebug.program.equations import Equation, Phase, Program

ACTIVATIONS = (
    "relu", "leaky_relu", "elu", "gelu", "softplus", "sigmoid", "tanh", "arctanh", "softmax", "log_softmax", "linear"
)  # fmt: skip
COSTS = {
    "binary_cross_entropy": "sigmoid",
    "categorical_cross_entropy": "softmax",
    "mean_squared_error": "linear",
    "hinge": "linear",
}
"""Each cost with the activation it is usually taken of."""
ODDITIES = (
    "maximum",
    "clip",
    "where",
    "abs",
    "mean",
    "max",
    "slices",
    "exponents",
    "roots",
    "transposes",
    "none",
    "none",
)


@dataclass(eq=False)
class Draft:
    """A network while it is drawn."""

    random: np.random.Generator
    rows: bool
    bookkeeping: str
    fused: bool
    cost: str
    equations: list[Equation] = field(default_factory=list)
    shapes: dict[str, Shape] = field(default_factory=dict)
    values: dict[str, Array] = field(default_factory=dict)
    constants: dict[str, float] = field(default_factory=dict)
    parameters: dict[str, Shape] = field(default_factory=dict)

    def matrix(self, units: int, others: int) -> Shape:
        return (others, units) if self.rows else (units, others)

    def size(self, name: str, value: int) -> Size:
        self.constants[name] = float(value)
        return Size(value, name)

    def parameter(self, name: str, shape: Shape, scale: float) -> Name:
        self.parameters[name] = self.shapes[name] = shape
        self.values[name] = self.random.normal(size=tuple(int(n) for n in shape)) * scale
        return Name(name)

    def line(self, name: str, expr: Expr) -> Name:
        self.equations.append(Equation(name, expr))
        return Name(name)

    @property
    def units_axis(self) -> int:
        return 1 if self.rows else 0


@dataclass(frozen=True, eq=False)
class Network:
    """A program and what it is run on."""

    program: Program
    values: Mapping[str, Array]
    description: str


def draw(seed: int) -> Network:
    """The network of a seed."""
    random = np.random.default_rng(seed)
    costs = list(COSTS)
    draft = Draft(random, bool(seed & 1), ("total", "per-example")[seed >> 1 & 1], bool(seed >> 2 & 1), costs[seed % 4])
    draft.constants |= {"learning_rate": 0.1, "lambd": 0.3}
    depth = 1 + seed % 5
    m, n0 = draft.size("m", int(random.integers(3, 8))), draft.size("n0", int(random.integers(2, 5)))
    draft.shapes["X"] = draft.matrix(n0, m)
    draft.values["X"] = random.normal(size=draft.shapes["X"])
    outputs = draft.size(f"n{depth}", 3 if draft.cost == "categorical_cross_entropy" else int(random.integers(1, 4)))
    square = random.random() < 0.4
    width = int(random.integers(2, 6))
    above, below, before = Name("X"), n0, None
    kinds: list[str] = []
    for layer in range(1, depth + 1):
        units = outputs if layer == depth else draft.size(f"n{layer}", width if square else int(random.integers(2, 6)))
        kind = COSTS[draft.cost] if layer == depth else str(random.choice(ACTIVATIONS))
        kinds.append(kind)
        Z = linear(draft, layer, above, units, below)
        A = draft.line(f"A{layer}", activation(draft, kind, Z)) if kind != "linear" else Z
        if before is not None and layer < depth and units == below and random.random() < 0.6:
            A = draft.line(f"S{layer}", A + above)
            kinds.append("skip")
        if layer < depth and random.random() < 0.5:
            A = odd(draft, layer, A, kinds)
        before, above, below = above, A, units
    labels(draft, outputs, m)
    draft.line("J", cost(draft, above, kinds))
    program = build(
        [Equation(each.name, expand(each.expr)) for each in draft.equations],
        data={name: draft.shapes[name] for name in ("X", "Y")},
        parameters=draft.parameters,
        constants=draft.constants,
        cost="J",
        orientation="rows" if draft.rows else "columns",
        bookkeeping=draft.bookkeeping,
        fused=draft.fused,
        one_hot=frozenset({"Y"}),
    )
    return Network(program, draft.values, f"{seed}: {' '.join(kinds)} under {draft.cost}")


def linear(draft: Draft, layer: int, above: Expr, units: Size, below: Size) -> Expr:
    """A layer's weighted sum, with the weights of an earlier layer of the same shape now and then."""
    shape = (below, units) if draft.rows else (units, below)
    turned = shape[::-1]
    shared = [name for name, known in draft.parameters.items() if name.startswith("W") and known == shape]
    tied = [name for name, known in draft.parameters.items() if name.startswith("W") and known == turned]
    if shared and draft.random.random() < 0.5:
        W: Expr = Name(shared[0])
    elif tied and draft.random.random() < 0.3:
        W = Name(tied[0]).T
    else:
        W = draft.parameter(f"W{layer}", shape, float(np.sqrt(1.0 / below)))
    product = above @ W if draft.rows else W @ above
    if draft.random.random() < 0.1:
        return draft.line(f"Z{layer}", product)
    bias = draft.parameter(f"b{layer}", draft.matrix(units, 1) if draft.random.random() < 0.9 else (), 0.1)
    return draft.line(f"Z{layer}", product + bias)


def activation(draft: Draft, kind: str, Z: Expr) -> Apply:
    """The activation of a weighted sum."""
    if kind in ("softmax", "log_softmax"):
        return apply(kind, Z, axis=draft.units_axis)
    return apply(kind, 0.9 * apply("tanh", Z)) if kind == "arctanh" else apply(kind, Z)


def odd(draft: Draft, layer: int, A: Expr, kinds: list[str]) -> Name:
    """One of the operations that layers do not use."""
    kind = str(draft.random.choice(ODDITIES))
    kinds.append(kind)
    axis = draft.units_axis
    formulas = {
        "maximum": lambda: apply("maximum", A, 0.3 * A - 0.2),
        "clip": lambda: apply("clip", A, -0.8, 0.9),
        "where": lambda: apply("where", A > 0.1, 0.7 * A, apply("sigmoid", A)),
        "abs": lambda: apply("abs", A) - apply("minimum", A, 0.25),
        "mean": lambda: A - apply("mean", A, axis=axis, keepdims=True),
        "max": lambda: A - apply("max", A, axis=axis, keepdims=True),
        "slices": lambda: A * apply("sum", apply("index", A, index=(0, 0))) + A,
        "exponents": lambda: apply("exp", -(A**2)) * A / 2,
        "roots": lambda: A / apply("sqrt", 1 + apply("sum", apply("square", A), axis=axis, keepdims=True)),
        "transposes": lambda: (A.T * 2).T + A / (1 + A**2),
        "none": lambda: -A,
    }
    return draft.line(f"H{layer}", formulas[kind]())


def labels(draft: Draft, outputs: int, m: int) -> None:
    """The labels that the cost asks for."""
    shape = (int(outputs), int(m))
    if draft.cost == "categorical_cross_entropy":
        Y = np.eye(outputs)[:, draft.random.integers(outputs, size=m)]
    elif draft.cost == "binary_cross_entropy":
        Y = draft.random.integers(2, size=shape).astype(float)
    elif draft.cost == "hinge":
        Y = draft.random.integers(2, size=shape) * 2.0 - 1
    else:
        Y = draft.random.normal(size=shape)
    draft.values["Y"] = Y.T if draft.rows else Y
    draft.shapes["Y"] = draft.matrix(outputs, m)  # type: ignore[arg-type]


def cost(draft: Draft, A: Expr, kinds: list[str]) -> Expr:
    """The cost, with a penalty on the weights now and then."""
    total: Expr = apply(draft.cost, A, Name("Y"))
    if draft.cost in ("mean_squared_error", "binary_cross_entropy") and draft.random.random() < 0.4:
        kinds.append("averaged")
        total = averaged(draft, A)
    weights = [Name(name) for name in draft.parameters if name.startswith("W")]
    chance = draft.random.random()
    if chance < 0.25:
        kinds.append("l2")
        return total + Name("lambd") / (2 * Name("m")) * apply("l2", *weights)
    if chance < 0.4:
        kinds.append("l1")
        return total + Name("lambd") / Name("m") * apply("l1", *weights)
    return total


def averaged(draft: Draft, A: Expr) -> Expr:
    """A cost that is a mean over all there is, or a mean of each example's own mean."""
    Y = Name("Y")
    if draft.cost == "binary_cross_entropy":
        return -apply("mean", Y * apply("log", A) + (1 - Y) * apply("log", 1 - A))
    if draft.random.random() < 0.5:
        return apply("mean", apply("mean", (A - Y) ** 2, axis=draft.units_axis))
    return apply("mean", (A - Y) ** 2)


def run(network: Network) -> dict[str, Array]:
    """The values of one iteration, up to the update."""
    program = network.program
    values = {name: np.asarray(value) for name, value in {**program.constants, **network.values}.items()}
    for step in program.steps:
        if program.equations[step.equation].phase is not Phase.UPDATE:
            values[step.out] = run_step(step, values)
    return values
