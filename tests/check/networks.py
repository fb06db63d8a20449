"""Random networks in ten regimes, their backward pass by hand, and the mistakes people make in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from bpdebug.language.expression import Expr, Name, apply
from bpdebug.ops.table import Array
from bpdebug.program.equations import Phase, Program
from tests.check.lowering import Line, program, run

REGIMES = (
    "smooth",
    "relu",
    "near a kink",
    "on a kink",
    "dead units",
    "saturated",
    "tiny",
    "ties",
    "badly scaled",
    "deep",
)
CURVED = {
    "smooth": ("tanh", "sigmoid"),
    "saturated": ("tanh", "sigmoid"),
    "tiny": ("tanh", "sigmoid"),
    "ties": ("maxout", "tanh"),
    "badly scaled": ("relu", "tanh", "sigmoid"),
    "deep": ("tanh", "relu"),
}
BUGS = (
    "sign",
    "times m",
    "twice",
    "transposed",
    "no activation",
    "wrong layer",
    "wrong axis",
    "relu at zero",
    "one entry",
    "zero bias",
    "mean bias",
    "softmax diagonal",
    "updated weights",
    "both of a tie",
)
ENTRY = 1e-3
"""By how much the one wrong entry is wrong."""


@dataclass(frozen=True, eq=False)
class Network:
    """A multilayer perceptron with examples in rows: its numbers, and what it is made of."""

    sizes: tuple[int, ...]
    activations: tuple[str, ...]
    head: str
    leaves: dict[str, Array] = field(repr=False)

    @property
    def layers(self) -> int:
        return len(self.sizes) - 1

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(f"{kind}{layer}" for layer in range(1, self.layers + 1) for kind in "Wb")


class Bug(Struct, frozen=True):
    """One mistake in one layer of the backward pass."""

    kind: str
    layer: int = 0


NO_BUG = Bug("")


def draw(regime: str, random: np.random.Generator, *, square: bool, head: str = "") -> Network:
    """A network of the regime; a square one has as many examples as units in every layer."""
    width, examples = int(random.integers(3, 6)), int(random.integers(2, 7))
    depth = 8 if regime == "deep" else int(random.integers(2, 4))
    hidden = [width if square else int(random.integers(2, 6)) for _ in range(depth)]
    ends = (width, width) if square else (int(random.integers(2, 6)), int(random.integers(2, 5)))
    sizes = (ends[0], *hidden, ends[1])
    kinds = CURVED.get(regime, ("relu", "relu", "leaky_relu"))
    activations = [str(random.choice(kinds)) for _ in range(depth)]
    if regime in ("near a kink", "on a kink", "ties"):
        activations[0] = kinds[0]
    head = head or str(random.choice(["cross-entropy", "squares", "squares of softmax"]))
    leaves = numbers(sizes, tuple(activations), head, width if square else examples, random)
    special(regime, leaves, sizes, random)
    return Network(sizes, tuple(activations), head, leaves)


def numbers(
    sizes: tuple[int, ...], activations: tuple[str, ...], head: str, m: int, random: np.random.Generator
) -> dict[str, Array]:
    """Data and parameters without anything special."""
    classes = sizes[-1]
    leaves = {"m": np.asarray(float(m)), "scale": np.asarray(1.0), "X": random.normal(size=(m, sizes[0]))}
    leaves["T"] = (
        random.normal(size=(m, classes)) if head == "squares" else np.eye(classes)[random.integers(classes, size=m)]
    )
    for layer, (fan_in, fan_out) in enumerate(pairwise(sizes), start=1):
        activation = activations[layer - 1] if layer <= len(activations) else ""
        units = 2 * fan_out if activation == "maxout" else fan_out
        gain = 2.0 if "relu" in activation else 1.0
        leaves[f"W{layer}"] = random.normal(size=(fan_in, units)) * np.sqrt(gain / fan_in)
        leaves[f"b{layer}"] = random.normal(size=(1, units)) * 0.1
    return leaves


def special(regime: str, leaves: dict[str, Array], sizes: tuple[int, ...], random: np.random.Generator) -> None:
    """What makes the regime, done to the numbers in place."""
    X, W1, b1 = leaves["X"], leaves["W1"], leaves["b1"]
    hidden = range(1, len(sizes) - 1)
    if regime == "near a kink":
        for unit in np.flatnonzero(random.random(sizes[1]) < 0.7):
            example, side = int(random.integers(len(X))), random.choice([-1, 1])
            b1[0, unit] = side * 10.0 ** random.uniform(-12, -6) - X[example] @ W1[:, unit]
    elif regime == "on a kink":
        on_a_kink(leaves, random)
    elif regime == "dead units":
        for layer in hidden:
            leaves[f"b{layer}"][0, 1:][random.random(leaves[f"b{layer}"].size - 1) < 0.7] = -20.0
    elif regime == "saturated":
        for layer in hidden:
            b = leaves[f"b{layer}"]
            pushed = random.uniform(12, 34, b.shape) * random.choice([-1, 1], b.shape)
            b += np.where((random.random(b.shape) < 0.6) & (np.arange(b.size) > 0), pushed, 0.0)
    elif regime == "tiny" and random.random() < 0.5:
        leaves["scale"] = np.asarray(1e-9)
    elif regime == "tiny":
        for layer in range(2, len(sizes)):
            leaves[f"W{layer}"] *= 10.0 ** (-9.0 / (len(sizes) - 2))
    elif regime == "ties":
        for unit in np.flatnonzero((random.random(sizes[1]) < 0.7) | (np.arange(sizes[1]) == 0)):
            W1[:, 2 * unit + 1], b1[0, 2 * unit + 1] = W1[:, 2 * unit], b1[0, 2 * unit]
    elif regime == "badly scaled":
        X *= 10.0 ** random.uniform(1, 4, X.shape[1])
        leaves["T"] *= 1e3 if not np.isin(leaves["T"], (0, 1)).all() else 1.0


def on_a_kink(leaves: dict[str, Array], random: np.random.Generator) -> None:
    """Blank examples, small whole numbers, or units without weights: exact zeros."""
    X, W1, b1 = leaves["X"], leaves["W1"], leaves["b1"]
    how = random.random()
    if how < 0.5:
        X[: max(1, len(X) // 2)] = 0.0
        b1[:] = 0.0
    elif how < 0.8:
        X[:], W1[:], b1[:] = (
            random.integers(-2, 3, X.shape),
            random.integers(-1, 2, W1.shape),
            random.integers(-1, 2, b1.shape),
        )
    else:
        W1[:, : max(1, W1.shape[1] // 2)] = 0.0
        b1[:, : max(1, W1.shape[1] // 2)] = 0.0


def forward(net: Network) -> Iterator[Line]:
    """The forward pass and the cost."""
    previous: Expr = Name("X")
    for layer in range(1, net.layers + 1):
        yield f"Z{layer}", previous @ Name(f"W{layer}") + Name(f"b{layer}"), Phase.FORWARD
        if layer < net.layers:
            yield f"A{layer}", activated(net, layer), Phase.FORWARD
        previous = Name(f"A{layer}")
    Z, T, m, scale = Name(f"Z{net.layers}"), Name("T"), Name("m"), Name("scale")
    if net.head == "cross-entropy":
        yield "J", -apply("sum", T * apply("log_softmax", Z, axis=1)) / m * scale, Phase.COST
        return
    if net.head == "squares of softmax":
        yield "P", apply("softmax", Z, axis=1), Phase.FORWARD
        Z = Name("P")
    yield "J", apply("sum", (Z - T) ** 2.0) / (2 * m) * scale, Phase.COST


def activated(net: Network, layer: int) -> Expr:
    Z, kind = Name(f"Z{layer}"), net.activations[layer - 1]
    if kind != "maxout":
        return apply(kind, Z)
    return apply("max", paired(Z, net, layer), axis=2)


def paired(Z: Expr, net: Network, layer: int) -> Expr:
    return apply("reshape", Z, shape=(int(net.leaves["m"]), net.sizes[layer], 2))


def backward(net: Network, bug: Bug = NO_BUG) -> Iterator[Line]:
    """The backward pass as a person writes it, with at most one mistake."""
    last = net.layers
    yield f"dZ{last}", at_the_head(net, bug), Phase.BACKWARD
    for layer in range(last, 0, -1):
        dZ, here = Name(f"dZ{layer}"), bug.layer == layer
        source = layer - 2 if here and bug.kind == "wrong layer" else layer - 1
        A = Name(f"A{source}") if source else Name("X")
        dW: Expr = A.T @ dZ
        axis = 1 if here and bug.kind == "wrong axis" else 0
        db: Expr = apply("reshape", apply("sum", dZ, axis=axis), shape=np.shape(net.leaves[f"b{layer}"]))
        yield f"dW{layer}", slip(dW, bug, ("sign", "times m")) if here else dW, Phase.BACKWARD
        yield f"db{layer}", slip(db, bug, ("sign", "times m", "zero bias", "mean bias")) if here else db, Phase.BACKWARD
        if layer > 1:
            yield f"dA{layer - 1}", dZ @ used_weights(layer, bug), Phase.BACKWARD
            yield f"dZ{layer - 1}", through(net, layer - 1, bug), Phase.BACKWARD


def slip(right: Expr, bug: Bug, kinds: tuple[str, ...]) -> Expr:
    """The line with the mistake, if it is one of these kinds."""
    if bug.kind not in kinds:
        return right
    wrong = {"sign": -right, "times m": right * Name("m"), "zero bias": right * 0.0, "mean bias": right / Name("m")}
    return wrong[bug.kind]


def used_weights(layer: int, bug: Bug) -> Expr:
    W = Name(f"W{layer}")
    if bug.layer == layer and bug.kind == "transposed":
        return W
    if bug.layer == layer and bug.kind == "updated weights":
        return (W - 0.1 * Name(f"dW{layer}")).T
    return W.T


def at_the_head(net: Network, bug: Bug) -> Expr:
    Z, T, m = Name(f"Z{net.layers}"), Name("T"), Name("m")
    factor = 2 * Name("scale") if bug.kind == "twice" else Name("scale")
    if net.head == "cross-entropy":
        return (apply("softmax", Z, axis=1) - T) / m * factor
    if net.head == "squares":
        return (Z - T) / m * factor
    P, g = Name("P"), (Name("P") - T) / m
    if bug.kind == "softmax diagonal":
        return P * (1 - P) * g * factor
    return P * (g - apply("sum", P * g, axis=1, keepdims=True)) * factor


def through(net: Network, layer: int, bug: Bug) -> Expr:
    """dZ from dA."""
    dA, A, Z, kind = Name(f"dA{layer}"), Name(f"A{layer}"), Name(f"Z{layer}"), net.activations[layer - 1]
    if bug.kind == "no activation" and bug.layer == layer + 1:
        return dA * 1.0
    if kind == "maxout":
        pairs = paired(Z, net, layer)
        mask: Expr = apply("argmax_mask", pairs, axis=2)
        if bug.kind == "both of a tie":
            mask = apply("equal", pairs, apply("max", pairs, axis=2, keepdims=True))
        return apply(
            "reshape", apply("expand_dims", dA, axis=2) * mask, shape=(int(net.leaves["m"]), 2 * net.sizes[layer])
        )
    if kind == "tanh":
        return dA * (1 - A**2.0)
    if kind == "sigmoid":
        return dA * (A * (1 - A))
    slope = 0.0 if kind == "relu" else 0.01
    on = Z >= 0 if bug.kind == "relu at zero" else Z > 0
    return dA * apply("where", on, 1.0, slope)


def lowered(net: Network, bug: Bug = NO_BUG) -> tuple[Program, dict[str, Array]]:
    """The network's program with this backward pass, and the values of its iteration."""
    made = program([*forward(net), *backward(net, bug)], net.leaves, net.parameters)
    return made, run(made, net.leaves)


def possible(kind: str, net: Network, regime: str, random: np.random.Generator) -> Bug | None:
    """This bug somewhere in the network, None where it has no place."""
    layers = range(1, net.layers + 1)
    wanted: dict[str, Any] = {
        "transposed": [k for k in layers[1:] if net.leaves[f"W{k}"].shape[0] == net.leaves[f"W{k}"].shape[1]],
        "no activation": [k for k in layers[1:] if net.activations[k - 2] != "maxout"],
        "updated weights": layers[1:],
        "wrong layer": [k for k in layers[1:] if net.sizes[k - 1] == net.sizes[k - 2]],
        "wrong axis": [k for k in layers if net.leaves[f"b{k}"].size == net.leaves["m"]],
        "relu at zero": [0] if regime == "on a kink" else [],
        "both of a tie": [0] if regime == "ties" else [],
        "softmax diagonal": [0] if net.head == "squares of softmax" else [],
        "twice": [0],
        "one entry": [0],
    }
    places = wanted.get(kind, layers)
    return Bug(kind, int(random.choice(places))) if len(places) else None


@dataclass(frozen=True, eq=False)
class Pair:
    """A network with its right gradients, and the same with the wrong ones."""

    regime: str
    bug: Bug
    program: Program
    right: dict[str, Array]
    wrong: dict[str, Array]
    spoilt: dict[str, Array]
    """For each parameter's gradient, True where the mistake changes an entry for real."""


def pair(regime: str, kind: str, random: np.random.Generator) -> Pair | None:
    """One pair, drawn anew until the mistake has a place and an effect."""
    for _ in range(60):
        square = kind in ("transposed", "wrong layer", "wrong axis") or random.random() < 0.3
        net = draw(regime, random, square=square, head="squares of softmax" if kind == "softmax diagonal" else "")
        bug = possible(kind, net, regime, random)
        if bug is None:
            continue
        made, right = lowered(net)
        wrong = one_entry(net, right, random) if kind == "one entry" else lowered(net, bug)[1]
        spoilt = {f"d{name}": really(right[f"d{name}"], wrong[f"d{name}"], made, right) for name in net.parameters}
        finite = all(np.isfinite(wrong[f"d{name}"]).all() for name in net.parameters)
        if finite and any(each.any() for each in spoilt.values()):
            return Pair(regime, replace(bug), made, right, wrong, spoilt)
    return None


def one_entry(net: Network, right: dict[str, Array], random: np.random.Generator) -> dict[str, Array]:
    """The right values with one entry of one parameter's gradient off by a tenth of a percent."""
    top = max(np.abs(right[f"d{name}"]).max() for name in net.parameters)
    places = [(name, each) for name in net.parameters for each in np.argwhere(np.abs(right[f"d{name}"]) > 1e-6 * top)]
    if not places:
        return right
    name, place = places[int(random.integers(len(places)))]
    spoilt = right[f"d{name}"].copy()
    spoilt[tuple(place)] *= 1 + ENTRY
    return {**right, f"d{name}": spoilt}


def really(right: Array, wrong: Array, made: Program, values: dict[str, Array]) -> Array:
    """Where the two differ by more than any rounding: a millionth of the entry, a billionth of the largest."""
    gap, size = np.abs(wrong - right), np.maximum(np.abs(right), np.abs(wrong))
    top = max(np.abs(values[name]).max() for of, name in made.gradients.items() if of in made.parameters)
    return np.asarray((gap > 1e-6 * size) & (gap > 1e-9 * max(top, size.max(initial=0.0))))


def population(seed: int, repeats: int) -> Iterator[Pair]:
    """Pairs over all regimes and mistakes."""
    for regime_number, regime in enumerate(REGIMES):
        for bug_number, kind in enumerate(BUGS):
            for repeat in range(repeats * (6 if kind in ("relu at zero", "both of a tie") else 1)):
                drawn = pair(regime, kind, np.random.default_rng([seed, regime_number, bug_number, repeat]))
                if drawn is not None:
                    yield drawn
