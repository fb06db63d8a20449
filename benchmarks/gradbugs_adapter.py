"""bpdebug's check as a column of the gradbugs benchmark: `python gradbugs.py --plugin gradbugs_adapter.py:check`.

The case's network is written as equations, differentiated by nobody: the gradient under test is held against the
forward equations alone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bpdebug.check.gradients import check_gradients
from bpdebug.check.verdict import GradientCheck, Verdict
from bpdebug.language.expression import Expr, Name, apply
from bpdebug.machine.kernels import run_step
from bpdebug.ops.table import Array, Shape
from bpdebug.program.build import build
from bpdebug.program.equations import Equation, Phase, Program


class Answer(NamedTuple):
    """What the benchmark reads: the verdict, the entries called wrong, those that rounding hides."""

    ok: bool
    flags: Array
    unsure: Array
    note: str = ""


def check(case: Any) -> Answer:
    """Hold the case's gradient against its forward pass."""
    program = equations(case.net)
    values = forward(program, case)
    names = [f"d{name}" for name in program.parameters]
    for name, gradient in zip(names, case.net.unflatten(np.asarray(case.claim, dtype=float)), strict=True):
        values[name] = gradient
    found = {each.name: each for each in check_gradients(program, values, names, by_hand=True)}
    return Answer(
        ok=not any(each.verdict is Verdict.WRONG for each in found.values()),
        flags=flat(found, names, Verdict.WRONG),
        unsure=flat(found, names, Verdict.CANNOT_TELL),
    )


def flat(found: dict[str, GradientCheck], names: list[str], verdict: Verdict) -> Array:
    return np.concatenate([(found[name].verdicts == verdict).ravel() for name in names])


def equations(net: Any) -> Program:
    """The benchmark's network in the words of bpdebug, one example a row."""
    m, shapes = len(net.X), net.shapes
    names = [f"{kind}{layer}" for layer in range(1, len(shapes) // 2 + 1) for kind in "Wb"]
    parameters: dict[str, Shape] = dict(zip(names, shapes, strict=True))
    return build(
        [*layers(net, m), Equation("J", cost(net))],
        data={"X": net.X.shape, "T": net.T.shape},
        parameters=parameters,
        constants={"m": float(m), "scale": float(net.scale), "learning_rate": 0.1},
        cost="J",
        orientation="rows",
    )


def layers(net: Any, m: int) -> Iterator[Equation]:
    A: Expr = Name("X")
    for layer in range(1, len(net.shapes) // 2 + 1):
        yield Equation(f"Z{layer}", A @ Name(f"W{layer}") + Name(f"b{layer}"))
        if layer <= len(net.acts):
            yield Equation(f"A{layer}", activation(net.acts[layer - 1], Name(f"Z{layer}"), m))
        A = Name(f"A{layer}")


def activation(kind: str, Z: Expr, m: int) -> Expr:
    if kind == "maxout":
        return apply("max", apply("reshape", Z, shape=(m, -1, 2)), axis=2)
    return apply({"leaky": "leaky_relu"}.get(kind, kind), Z)


def cost(net: Any) -> Expr:
    Z, T, m, scale = Name(f"Z{len(net.shapes) // 2}"), Name("T"), Name("m"), Name("scale")
    if net.head == "ce":
        return -apply("sum", T * apply("log_softmax", Z, axis=1)) / m * scale
    output = Z if net.head == "mse" else apply("softmax", Z, axis=1)
    return apply("sum", (output - T) ** 2) / (2 * m) * scale


def forward(program: Program, case: Any) -> dict[str, Array]:
    """The values of the forward pass at the case's point."""
    values = {name: np.asarray(value) for name, value in program.constants.items()}
    values |= {"X": np.asarray(case.net.X, dtype=float), "T": np.asarray(case.net.T, dtype=float)}
    values |= dict(zip(program.parameters, case.net.unflatten(np.asarray(case.theta, dtype=float)), strict=True))
    for step in program.steps:
        if program.equations[step.equation].phase in (Phase.FORWARD, Phase.COST, Phase.BACKWARD):
            values[step.out] = run_step(step, values)
    return values
