"""One layer of every activation under every head, fused and not, far from zero and near it."""

from __future__ import annotations

import numpy as np
import pytest

from bpdebug.check.gradients import check_gradients
from bpdebug.check.verdict import Verdict
from bpdebug.language.expression import Expr, Name, apply
from bpdebug.ops.table import Array
from bpdebug.program.equations import Phase
from tests.check.lowering import Line, program, run

ACTIVATIONS = ("relu", "leaky_relu", "elu", "gelu", "softplus", "sigmoid", "tanh", "arctanh")
W, X, Y, Z, A, b, m = (Name(each) for each in ("W", "X", "Y", "Z", "A", "b", "m"))


def leaves(random: np.random.Generator, scale: float, classes: int = 3, examples: int = 7) -> dict[str, Array]:
    """Examples in columns."""
    return {
        "m": np.asarray(float(examples)),
        "X": random.normal(size=(4, examples)),
        "W": random.normal(size=(classes, 4)) * scale,
        "b": random.normal(size=(classes, 1)) * scale,
        "Y": np.eye(classes)[:, random.integers(classes, size=examples)],
    }


def layer(activation: Expr, cost: Expr, backward: list[tuple[str, Expr]]) -> list[Line]:
    gradients = [
        *backward,
        ("dW", Name("dZ") @ X.T),
        ("db", apply("sum", Name("dZ"), axis=1, keepdims=True)),
        ("dX", W.T @ Name("dZ")),
    ]
    return [
        ("Z", W @ X + b, Phase.FORWARD),
        ("A", activation, Phase.FORWARD),
        ("J", cost, Phase.COST),
        *((name, expr, Phase.BACKWARD) for name, expr in gradients),
    ]


def verdicts(lines: list[Line], given: dict[str, Array]) -> dict[str, Verdict]:
    made = program(lines, given, ["W", "b"])
    return {each.name: each.verdict for each in check_gradients(made, run(made, given))}


@pytest.mark.parametrize("scale", [1e-6, 0.05, 1.0, 30.0])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation(activation: str, scale: float) -> None:
    if activation == "arctanh":
        scale = min(scale, 0.05)
    for seed in range(3):
        given = leaves(np.random.default_rng(seed), scale)
        squares = apply("sum", (A - Y) ** 2.0) / m
        backward = [("dA", 2 * (A - Y) / m), ("dZ", Name("dA") * apply(f"d{activation}", Z))]
        seen = verdicts(layer(apply(activation, Z), squares, backward), given)
        assert max(seen.values()) < (Verdict.CANNOT_TELL if scale <= 1 else Verdict.WRONG), seen
        for bent in (backward[1][1] * 1.001, -backward[1][1], Name("dA") * apply(f"d{activation}", A * 0.5 + 0.1)):
            spoilt = verdicts(layer(apply(activation, Z), squares, [backward[0], ("dZ", bent)]), given)
            assert {spoilt[name] for name in ("dZ", "dW", "db", "dX")} <= {Verdict.WRONG, Verdict.UNTESTED}
            assert spoilt["dZ"] is Verdict.WRONG


@pytest.mark.parametrize("scale", [1e-3, 1.0, 2.0])
@pytest.mark.parametrize("fused", [False, True])
def test_sigmoid_and_binary_cross_entropy(fused: bool, scale: float) -> None:
    cost = -apply("sum", Y * apply("log", A) + (1 - Y) * apply("log", 1 - A)) / m
    full = [("dA", -(Y / A - (1 - Y) / (1 - A)) / m), ("dZ", Name("dA") * apply("dsigmoid", Z))]
    for seed in range(4):
        given = leaves(np.random.default_rng(seed), scale)
        backward = [("dZ", (A - Y) / m)] if fused else full
        seen = verdicts(layer(apply("sigmoid", Z), cost, backward), given)
        assert max(seen.values()) < Verdict.CANNOT_TELL, seen
        seen = verdicts(layer(apply("sigmoid", Z), cost, [("dZ", (A - Y) / m * 1.001)]), given)
        assert {seen[name] for name in ("dZ", "dW", "db", "dX")} == {Verdict.WRONG}


@pytest.mark.parametrize("scale", [1e-3, 1.0, 4.0])
@pytest.mark.parametrize("fused", [False, True])
def test_softmax_and_categorical_cross_entropy(fused: bool, scale: float) -> None:
    cost = -apply("sum", Y * apply("log", A)) / m
    dA = Name("dA")
    through = A * (dA - apply("sum", dA * A, axis=0, keepdims=True))
    for seed in range(4):
        given = leaves(np.random.default_rng(seed), scale)
        backward = [("dZ", (A - Y) / m)] if fused else [("dA", -Y / A / m), ("dZ", through)]
        seen = verdicts(layer(apply("softmax", Z, axis=0), cost, backward), given)
        assert max(seen.values()) < Verdict.CANNOT_TELL, seen
        seen = verdicts(layer(apply("softmax", Z, axis=0), cost, [("dZ", A * (1 - A) * (A - Y) / m)]), given)
        assert {seen[name] for name in ("dZ", "dW", "db", "dX")} == {Verdict.WRONG}


def test_shared_weights_a_skip_and_a_penalty() -> None:
    random = np.random.default_rng(3)
    given = {
        "m": np.asarray(5.0),
        "X": random.normal(size=(3, 5)),
        "W": random.normal(size=(3, 3)),
        "Y": random.normal(size=(3, 5)),
    }
    A1, A2, dA1, dA2, dZ1, dZ2 = (Name(each) for each in ("A1", "A2", "dA1", "dA2", "dZ1", "dZ2"))
    forward: list[Line] = [
        ("Z1", W @ X, Phase.FORWARD),
        ("A1", apply("tanh", Name("Z1")), Phase.FORWARD),
        ("Z2", W @ A1, Phase.FORWARD),
        ("A2", apply("tanh", Name("Z2")) + A1, Phase.FORWARD),
        ("J", apply("sum", (A2 - Y) ** 2.0) / m + 0.3 * apply("sum", W**2.0), Phase.COST),
    ]
    backward: list[Line] = [
        ("dA2", 2 * (A2 - Y) / m, Phase.BACKWARD),
        ("dZ2", dA2 * apply("dtanh", Name("Z2")), Phase.BACKWARD),
        ("dA1", W.T @ dZ2 + dA2, Phase.BACKWARD),
        ("dZ1", dA1 * apply("dtanh", Name("Z1")), Phase.BACKWARD),
    ]
    whole = dZ2 @ A1.T + dZ1 @ X.T + 0.6 * W
    seen = verdicts([*forward, *backward, ("dW", whole, Phase.BACKWARD)], given)
    assert set(seen.values()) == {Verdict.MATCH}
    for part in (dZ2 @ A1.T + 0.6 * W, dZ1 @ X.T + 0.6 * W, dZ2 @ A1.T + dZ1 @ X.T, whole + 0.3 * W):
        assert verdicts([*forward, *backward, ("dW", part, Phase.BACKWARD)], given)["dW"] is Verdict.WRONG


def test_lanes_are_the_same_as_one_entry_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    given = leaves(np.random.default_rng(0), 1.0, examples=40)
    cost = -apply("sum", Y * apply("log", A)) / m
    lines = layer(apply("softmax", Z, axis=0), cost, [("dZ", (A - Y) / m)])
    made = program(lines, given, ["W", "b"])
    values = run(made, given)
    together = check_gradients(made, values)
    monkeypatch.setattr("bpdebug.check.lanes.trace", lambda *anything: None)
    for lane, alone in zip(together, check_gradients(made, values), strict=True):
        assert np.all(np.abs(lane.numerical - alone.numerical) <= lane.bound)
        assert np.allclose(lane.central, alone.central, rtol=1e-6, atol=1e-9)


def test_a_probability_of_next_to_nothing_has_its_slope() -> None:
    """A step of 2⁻⁶⁰ is not small beside 1e-15: log(A + ih) would bend within it."""
    given = {"m": np.asarray(1.0), "A": np.array([1e-3, 1e-15, 1e-18, 1e-40])}
    lines: list[Line] = [
        ("J", -apply("sum", apply("log", A)), Phase.COST),
        ("dA", -1 / A, Phase.BACKWARD),
    ]
    assert verdicts(lines, given) == {"dA": Verdict.MATCH}


@pytest.mark.parametrize("fused", [False, True])
def test_sigmoid_and_binary_cross_entropy_far_out_is_never_called_wrong(fused: bool) -> None:
    cost = -apply("sum", Y * apply("log", A) + (1 - Y) * apply("log", 1 - A)) / m
    full = [("dA", -(Y / A - (1 - Y) / (1 - A)) / m), ("dZ", Name("dA") * apply("dsigmoid", Z))]
    for seed in range(6):
        given = leaves(np.random.default_rng(seed), 5.0)
        seen = verdicts(layer(apply("sigmoid", Z), cost, [("dZ", (A - Y) / m)] if fused else full), given)
        assert max(seen.values()) < Verdict.WRONG, seen
