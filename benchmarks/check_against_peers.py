# ruff: noqa: E402
"""How long a gradient check takes beside its peers, all in one run: torch and HIPS autograd where they are installed.

python -m benchmarks.check_against_peers [--networks 1,2,3] [--rounds 5]

Networks: (1) 4-5-3-1, (2) 20-32-16-1, (3) 64-64-32-10, (4) 784-128-10; relu, then sigmoid or softmax and cross-entropy.
Times are medians, ratios those of torch's check entry by entry to each row.
"""

from __future__ import annotations

import os

for _threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")

import argparse
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from statistics import median
from typing import Any

import numpy as np

from bpdebug.check.alone import wrong_alone
from bpdebug.check.derivatives import Derivatives
from bpdebug.check.directions import along_directions
from bpdebug.check.forward import Forward
from bpdebug.check.full import check
from bpdebug.check.gradients import check_gradients
from bpdebug.check.paths import paths
from bpdebug.language.expression import Name, apply
from bpdebug.machine.kernels import compute
from bpdebug.ops import expand
from bpdebug.ops.table import Array, Size
from bpdebug.program.build import build
from bpdebug.program.equations import Equation, Phase, Program

NETWORKS = {
    "1": ((4, 5, 3, 1), "sigmoid", 8),
    "2": ((20, 32, 16, 1), "sigmoid", 64),
    "3": ((64, 64, 32, 10), "softmax", 64),
    "4": ((784, 128, 10), "softmax", 64),
}
PEER = "torch gradcheck, entry by entry"
FORWARD = "one forward pass (for scale)"


def numbers(sizes: tuple[int, ...], head: str, m: int, seed: int = 0) -> dict[str, Array]:
    """Data, labels and parameters: examples in columns, He's initialisation."""
    random = np.random.default_rng(seed)
    values: dict[str, Array] = {"X": random.standard_normal((sizes[0], m))}
    for layer, (before, units) in enumerate(pairwise(sizes), start=1):
        values[f"W{layer}"] = random.standard_normal((units, before)) * np.sqrt(2 / before)
        values[f"b{layer}"] = random.standard_normal((units, 1)) * 0.1
    values["Y"] = random.integers(0, 2, (1, m)).astype(float)
    if head == "softmax":
        values["Y"] = np.eye(sizes[-1])[:, random.integers(0, sizes[-1], m)]
    return values


def program(sizes: tuple[int, ...], head: str, m: int, values: dict[str, Array]) -> Program:
    equations: list[Equation] = []
    A, last = Name("X"), len(sizes) - 1
    for layer in range(1, last + 1):
        Z, kind = Name(f"Z{layer}"), "relu" if layer < last else head
        equations.append(Equation(Z.id, Name(f"W{layer}") @ A + Name(f"b{layer}")))
        A = Name(f"A{layer}")
        equations.append(Equation(A.id, apply(kind, Z, axis=0) if kind == "softmax" else apply(kind, Z)))
    cost = {"sigmoid": "binary_cross_entropy", "softmax": "categorical_cross_entropy"}[head]
    equations.append(Equation("J", expand(apply(cost, A, Name("Y")))))
    columns = Size(m, "m")
    return build(
        equations,
        data={"X": (sizes[0], columns), "Y": (len(values["Y"]), columns)},
        parameters={name: value.shape for name, value in values.items() if name not in ("X", "Y")},
        constants={"m": float(m), "learning_rate": 0.1},
        cost="J",
        bookkeeping="per-example",
    )


def ours(made: Program, values: dict[str, Array]) -> dict[str, Callable[[], Any]]:
    """The ways through bpdebug's check."""
    names = [f"d{name}" for name in made.parameters]
    every = frozenset(made.parameters)

    def forward() -> None:
        known = dict(values)
        for step in paths(made).forward:
            known[step.out] = compute(step, known)

    return {
        FORWARD: forward,
        "complex steps, every parameter entry": lambda: Derivatives(Forward.of(made, values)).find(tuple(every)),
        "  the same with bounds and verdicts": lambda: check_gradients(made, values, names),
        "  every entry of all gradients": lambda: check_gradients(made, values),
        "each operation alone, every entry": lambda: wrong_alone(made, values, tuple(made.gradients)),
        "a right gradient, by direction": lambda: along_directions(made, values, names).accepted,
        "the same, with every entry's verdict": lambda: check(made, values, names),
        "one wrong entry among them, found": lambda: check(made, wrong(made, values), names),
        **{f"the check of {name} alone": partial(check, made, values, [name]) for name in ("dW1", "dZ1", "dA1")},
    }


def wrong(made: Program, values: dict[str, Array]) -> dict[str, Array]:
    """The same values with one entry of dW1 off by a thousandth."""
    lie = values["dW1"].copy()
    lie[1, 2] *= 1.001
    return {**values, "dW1": lie}


def peers(sizes: tuple[int, ...], head: str, values: dict[str, Array], slow: bool) -> dict[str, Callable[[], Any]]:
    found: dict[str, Callable[[], Any]] = {}
    try:
        import torch
        from torch.nn import functional
    except ImportError:
        return found
    torch.set_num_threads(1)
    X, Y = torch.tensor(values["X"].T.copy()), torch.tensor(values["Y"].T.copy())
    given = [
        torch.tensor(value.ravel() if name.startswith("b") else value, requires_grad=True)
        for name, value in values.items()
        if name not in ("X", "Y")
    ]

    def cost(*parameters: Any) -> Any:
        A = X
        for layer in range(len(sizes) - 1):
            Z = functional.linear(A, parameters[2 * layer], parameters[2 * layer + 1])
            A = functional.relu(Z)
        if head == "sigmoid":
            return functional.binary_cross_entropy(torch.sigmoid(Z), Y)
        return functional.cross_entropy(Z, Y)

    if slow:
        found[PEER] = lambda: torch.autograd.gradcheck(cost, given)
    found["torch gradcheck, one direction"] = lambda: torch.autograd.gradcheck(cost, given, fast_mode=True)
    return found


def timed(work: Callable[[], Any], rounds: int) -> float:
    """Milliseconds of one call, warm: the median of some rounds of at least 20 ms each."""
    work()
    began = time.perf_counter()
    work()
    calls = max(1, int(0.02 / max(1e-9, time.perf_counter() - began)))
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        for _ in range(calls):
            work()
        found.append(1000 * (time.perf_counter() - began) / calls)
    return median(found)


def values_of(made: Program, given: dict[str, Array]) -> dict[str, Array]:
    known = {name: np.asarray(value) for name, value in {**made.constants, **given}.items()}
    for step in made.steps:
        if made.equations[step.equation].phase is not Phase.UPDATE:
            known[step.out] = compute(step, known)
    return known


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--networks", default="1,2,3")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    for which in given.networks.split(","):
        sizes, head, m = NETWORKS[which]
        start = numbers(sizes, head, m)
        made = program(sizes, head, m, start)
        values = values_of(made, start)
        entries = sum(start[name].size for name in made.parameters)
        print(f"\n({which}) {'-'.join(map(str, sizes))}, m = {m}, {entries} parameter entries")
        work = {**ours(made, values), **peers(sizes, head, start, slow=which != "4")}
        times = {title: timed(each, given.rounds) for title, each in work.items()}
        peer, forward = times.get(PEER), times[FORWARD]
        print(f"  {'':40} {'ms':>10} {'times faster':>14} {'forward passes':>15}")
        for title, each in times.items():
            faster = f"{peer / each:14.1f}" if peer else f"{'-':>14}"
            print(f"  {title:40} {each:10.3f} {faster} {each / forward:15.1f}")


if __name__ == "__main__":
    main()
