"""Layers to equations: what `units = 5, activation = "relu"` means, written out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from bpdebug.language.expression import Apply, Expr, Name, apply
from bpdebug.ops.table import Shape
from bpdebug.scenario.schema import Layer

ALONG_UNITS = ("softmax", "log-softmax")


class Expansion(Struct, frozen=True):
    """The forward equations of some layers, the shapes of their parameters, and the name of the output."""

    equations: tuple[tuple[str, Expr, int], ...]
    """(name, expression, layer from 0)."""
    shapes: Mapping[str, Shape]
    output: str
    weights: tuple[str, ...]


def expand(layers: Sequence[Layer], units: Sequence[int], features: int, orientation: str) -> Expansion:
    """The equations of the layers on X. `units` are the layers' sizes as numbers, `features` the inputs of X."""
    columns = orientation == "columns"
    equations: list[tuple[str, Expr, int]] = []
    shapes: dict[str, Shape] = {}
    above, before = "X", features
    for i, (layer, size) in enumerate(zip(layers, units, strict=True)):
        number = i + 1
        weight, bias, sum_name = f"W{number}", f"b{number}", f"Z{number}"
        shapes[weight] = (size, before) if columns else (before, size)
        product = Name(weight) @ Name(above) if columns else Name(above) @ Name(weight)
        if layer.bias:
            shapes[bias] = (size, 1) if columns else (1, size)
        equations.append((sum_name, product + Name(bias) if layer.bias else product, i))
        above, before = sum_name, size
        if layer.activation != "linear":
            above = f"A{number}"
            equations.append((above, activation(layer.activation, Name(sum_name), columns), i))
    return Expansion(tuple(equations), shapes, above, tuple(f"W{i + 1}" for i in range(len(layers))))


def activation(word: str, z: Expr, columns: bool) -> Apply:
    """The expression of an activation; softmax goes along the units of each example."""
    op = word.replace("-", "_")
    return apply(op, z, axis=0 if columns else 1) if word in ALONG_UNITS else apply(op, z)


def cost(word: str, output: str, weights: Sequence[str], l2: bool, examples: str) -> Expr:
    """The cost of a network's output against Y, with the penalty on its weights if there is one."""
    expr: Expr = apply(word.replace("-", "_"), Name(output), Name("Y"))
    if l2:
        expr = expr + Name("lambd") / (2 * Name(examples)) * apply("l2", *map(Name, weights))
    return expr
