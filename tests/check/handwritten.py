"""Functions with gradients written by hand in plain NumPy, the way people write them: networks in every condition."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

ACTIVATIONS: dict[str, tuple[Any, Any]] = {
    "tanh": (np.tanh, lambda z, a: 1 - a**2),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z, a: a * (1 - a)),
    "relu": (lambda z: np.maximum(z, 0), lambda z, a: (z > 0) * 1.0),
    "where": (lambda z: np.where(z > 0, z, 0), lambda z, a: (z > 0) * 1.0),
    "softplus": (lambda z: np.log(1 + np.exp(z)), lambda z, a: 1 / (1 + np.exp(-z))),
    "abs": (np.abs, lambda z, a: np.sign(z)),
}
CONDITIONS: dict[str, dict[str, Any]] = {
    "ordinary": {},
    "saturated": {"weights": 6.0},
    "tiny": {"factor": 1e-9},
    "badly scaled": {"inputs": 1e4, "weights": 1e-2},
    "deep": {"depth": 3},
}


class Case(NamedTuple):
    """A function of a dict of parameters or of several arrays, where it is looked at, and its gradient."""

    f: Any
    x: Any
    gradient: Any

    def value(self) -> Any:
        with np.errstate(all="ignore"):
            return self.gradient(self.x) if isinstance(self.x, dict) else self.gradient(*self.x)


def network(random, activation="tanh", head="ce", factor=1.0, inputs=1.0, weights=1.0, depth=2, width=3, m=5) -> Case:
    """A network of fully connected layers; its biases are 0, so that dead units stand on kinks."""
    act, slope = ACTIVATIONS[activation]
    sizes = [2, *[width] * depth, 3]
    count = len(sizes) - 1
    X = random.normal(size=(m, 2)) * inputs
    T = np.eye(3)[random.integers(0, 3, size=m)] if head == "ce" else random.normal(size=(m, 3))
    P = {}
    for i in range(count):
        P[f"W{i}"] = random.normal(size=(sizes[i], sizes[i + 1])) * weights / np.sqrt(sizes[i])
        P[f"b{i}"] = np.zeros(sizes[i + 1])

    def forward(P):
        Z, A = [], [X]
        for i in range(count):
            Z.append(A[-1] @ P[f"W{i}"] + P[f"b{i}"])
            A.append(act(Z[-1]) if i < count - 1 else Z[-1])
        return Z, A

    def f(P):
        z = forward(P)[1][-1]
        if head == "mse":
            return factor * np.sum((z - T) ** 2) / m
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return -factor * np.sum(T * np.log(e / e.sum(axis=1, keepdims=True))) / m

    def gradient(P):
        (Z, A), G = forward(P), {}
        z = A[-1]
        e = np.exp(z - z.max(axis=1, keepdims=True))
        d = (2 * (z - T) if head == "mse" else e / e.sum(axis=1, keepdims=True) - T) * factor / m
        for i in reversed(range(count)):
            G[f"W{i}"], G[f"b{i}"] = A[i].T @ d, d.sum(axis=0)
            if i:
                d = (d @ P[f"W{i}"].T) * slope(Z[i - 1], A[i])
        return G

    return Case(f, P, gradient)


def logistic(random, weights=1.0, inputs=1.0, m=7, n=5) -> Case:
    """A logistic regression with the cost of the course, log(1 - A) and all."""
    X, Y = random.normal(size=(n, m)) * inputs, random.integers(0, 2, size=(1, m)).astype(float)

    def f(w, b):
        a = 1 / (1 + np.exp(-(w @ X + b)))
        return -np.mean(Y * np.log(a) + (1 - Y) * np.log(1 - a))

    def gradient(w, b):
        dz = (1 / (1 + np.exp(-(w @ X + b))) - Y) / m
        return dz @ X.T, dz.sum(axis=1, keepdims=True)

    return Case(f, (random.normal(size=(1, n)) * weights, np.zeros((1, 1))), gradient)


def population(seed: int) -> list[tuple[str, Case]]:
    """One of every kind, drawn anew; those whose function is no number there are left out."""
    random = np.random.default_rng(seed)
    cases = [(f"logistic, {w:g}, {x:g}", logistic(random, w, x)) for w, x in ((1, 1), (5, 1), (1e-6, 1e6), (1, 1e-6))]
    for activation in ACTIVATIONS:
        for condition, facts in CONDITIONS.items():
            head = "ce" if random.random() < 0.5 else "mse"
            cases.append((f"{activation}, {condition}, {head}", network(random, activation, head, **facts)))
    with np.errstate(all="ignore"):
        return [(name, case) for name, case in cases if np.isfinite(_value(case))]


def _value(case: Case) -> float:
    return float(case.f(case.x) if isinstance(case.x, dict) else case.f(*case.x))
