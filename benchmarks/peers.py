"""One iteration of a network by its peers: NumPy as a textbook has it, NumPy into arrays of its own, torch, autograd.

Relu layers, then sigmoid and binary cross-entropy, or softmax and categorical cross-entropy; an example each column.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from bpdebug.scenario.record import Scenario

RATE = 1e-3
Iterate = Callable[[], object]


def plain(made: Scenario) -> Callable[[], object]:
    """One iteration in NumPy, as a textbook writes it."""
    values = made.values
    depth = sum(name.startswith("W") for name in made.program.parameters)
    weights = [values[f"W{at + 1}"].copy() for at in range(depth)]
    biases = [values[f"b{at + 1}"].copy() for at in range(depth)]
    x, y = values["X"], values["Y"]
    m, single = y.shape[1], y.shape[0] == 1

    def iterate() -> float:
        sums, outs = [], [x]
        for at in range(depth):
            z = weights[at] @ outs[-1] + biases[at]
            sums.append(z)
            if at < depth - 1:
                outs.append(np.maximum(z, 0.0))
            elif single:
                outs.append(1.0 / (1.0 + np.exp(-z)))
            else:
                grown = np.exp(z - z.max(axis=0, keepdims=True))
                outs.append(grown / grown.sum(axis=0, keepdims=True))
        last = outs[-1]
        told = y * np.log(last) + (1.0 - y) * np.log(1.0 - last) if single else y * np.log(last)
        cost = -np.sum(told) / m
        dz = last - y
        steps: list[Any] = [None] * depth
        for at in range(depth - 1, -1, -1):
            steps[at] = dz @ outs[at].T / m, dz.sum(axis=1, keepdims=True) / m
            if at:
                dz = (weights[at].T @ dz) * (sums[at - 1] > 0)
        for at in range(depth):
            weights[at] -= RATE * steps[at][0]
            biases[at] -= RATE * steps[at][1]
        return float(cost)

    return iterate


def preallocated(made: Scenario) -> Iterate:
    """The same into arrays that are there before, as a person in a hurry writes it."""
    values = made.values
    depth = sum(name.startswith("W") for name in made.program.parameters)
    weights = [values[f"W{at + 1}"].copy() for at in range(depth)]
    biases = [values[f"b{at + 1}"].copy() for at in range(depth)]
    x, y = values["X"], values["Y"]
    m, single = y.shape[1], y.shape[0] == 1
    sums = [np.empty((each.shape[0], m)) for each in weights]
    outs = [x, *map(np.empty_like, sums)]
    back = [*map(np.empty_like, sums)]
    steps, shifts = [*map(np.empty_like, weights)], [*map(np.empty_like, biases)]
    told, spare, row = np.empty_like(sums[-1]), np.empty_like(sums[-1]), np.empty((1, m))
    masks = [np.empty(each.shape, dtype=bool) for each in sums]

    def iterate() -> float:
        for at in range(depth):
            z, a = sums[at], outs[at + 1]
            np.matmul(weights[at], outs[at], out=z)
            np.add(z, biases[at], out=z)
            if at < depth - 1:
                np.maximum(z, 0.0, out=a)
            elif single:
                np.negative(z, out=a)
                np.exp(a, out=a)
                np.add(a, 1.0, out=a)
                np.divide(1.0, a, out=a)
            else:
                np.max(z, axis=0, keepdims=True, out=row)
                np.subtract(z, row, out=a)
                np.exp(a, out=a)
                np.sum(a, axis=0, keepdims=True, out=row)
                np.divide(a, row, out=a)
        last = outs[-1]
        np.log(last, out=told)
        np.multiply(y, told, out=told)
        if single:
            np.subtract(1.0, last, out=spare)
            np.log(spare, out=spare)
            np.multiply(1.0 - y, spare, out=spare)
            np.add(told, spare, out=told)
        cost = -told.sum() / m
        np.subtract(last, y, out=back[-1])
        for at in range(depth - 1, -1, -1):
            np.matmul(back[at], outs[at].T, out=steps[at])
            np.sum(back[at], axis=1, keepdims=True, out=shifts[at])
            if at:
                np.matmul(weights[at].T, back[at], out=back[at - 1])
                np.greater(sums[at - 1], 0.0, out=masks[at - 1])
                np.multiply(back[at - 1], masks[at - 1], out=back[at - 1])
        for at in range(depth):
            for held, step in ((weights[at], steps[at]), (biases[at], shifts[at])):
                np.multiply(step, RATE / m, out=step)
                np.subtract(held, step, out=held)
        return float(cost)

    return iterate


def eager(made: Scenario) -> Callable[[], object] | None:
    """One iteration of torch in eager mode, on one thread; None where it is not installed."""
    try:
        import torch
    except ImportError:
        return None
    torch.set_num_threads(1)
    values = made.values
    depth = sum(name.startswith("W") for name in made.program.parameters)
    x, y = (torch.tensor(values[name].T.copy()) for name in ("X", "Y"))
    single, labels = y.shape[1] == 1, y.argmax(dim=1)
    shaped = [np.array(values[name]) for at in range(depth) for name in (f"W{at + 1}", f"b{at + 1}")]
    parameters = [
        torch.tensor(each.ravel() if number % 2 else each, requires_grad=True) for number, each in enumerate(shaped)
    ]
    optimizer = torch.optim.SGD(parameters, lr=RATE)
    functional = torch.nn.functional

    def iterate() -> None:
        optimizer.zero_grad()
        out = x
        for at in range(depth):
            z = functional.linear(out, parameters[2 * at], parameters[2 * at + 1])
            out = functional.relu(z)
        told = functional.binary_cross_entropy(torch.sigmoid(z), y) if single else functional.cross_entropy(z, labels)
        told.backward()
        optimizer.step()

    return iterate


def differentiated(made: Scenario) -> Iterate | None:
    """One iteration of HIPS autograd, which records NumPy's calls and goes back over them; None where it is not
    installed."""
    try:
        import autograd.numpy as recorded
        from autograd import value_and_grad
    except ImportError:
        return None
    values = made.values
    depth = sum(name.startswith("W") for name in made.program.parameters)
    held = [values[name].copy() for at in range(depth) for name in (f"W{at + 1}", f"b{at + 1}")]
    x, y = values["X"], values["Y"]
    m, single = y.shape[1], y.shape[0] == 1

    def cost(parameters: list[Any]) -> Any:
        out = x
        for at in range(depth):
            z = recorded.dot(parameters[2 * at], out) + parameters[2 * at + 1]
            out = recorded.maximum(z, 0.0)
        if single:
            last = 1.0 / (1.0 + recorded.exp(-z))
            return -recorded.sum(y * recorded.log(last) + (1.0 - y) * recorded.log(1.0 - last)) / m
        grown = recorded.exp(z - recorded.max(z, axis=0, keepdims=True))
        return -recorded.sum(y * recorded.log(grown / recorded.sum(grown, axis=0, keepdims=True))) / m

    both = value_and_grad(cost)

    def iterate() -> float:
        found, gradients = both(held)
        for each, gradient in zip(held, gradients, strict=True):
            np.subtract(each, RATE * gradient, out=each)
        return float(found)

    return iterate
