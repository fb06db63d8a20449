"""Pooling as torch has it, with its gradients; ties, NaN, and windows that do not fill."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bpdebug.check.gradients import check_gradients
from bpdebug.check.verdict import Verdict
from bpdebug.language.expression import Apply, Name, apply
from bpdebug.ops import OPS, parse, write
from bpdebug.ops.table import Outside, ShapeMismatch
from bpdebug.program.build import build
from bpdebug.program.equations import Equation
from tests.check.lowering import run
from tests.ops.evaluate import evaluate

X = Name("x")
WAYS: list[dict[str, Any]] = [{"size": 2}, {"size": 3}, {"size": 3, "stride": 2}, {"size": (2, 3), "stride": (1, 2)}]


@pytest.mark.parametrize("ways", WAYS, ids=str)
@pytest.mark.parametrize("rank", [1, 2])
@pytest.mark.parametrize("kind", ["max", "avg"])
def test_it_is_torchs_and_so_is_its_gradient(kind: str, rank: int, ways: dict[str, Any]) -> None:
    torch = pytest.importorskip("torch")
    ways = {key: each[-1] if rank == 1 and isinstance(each, tuple) else each for key, each in ways.items()}
    x = np.random.default_rng(0).normal(size=(3, 2, *(8, 7)[:rank]))
    images = torch.tensor(x, requires_grad=True)
    expected = getattr(torch.nn.functional, f"{kind}_pool{rank}d")(images, ways["size"], ways.get("stride"))
    found = evaluate(apply(f"{kind}_pool{rank}d", X, **ways), {"x": x})
    np.testing.assert_allclose(found, expected.detach().numpy(), rtol=0, atol=1e-14)

    g = np.random.default_rng(1).normal(size=found.shape)
    expected.backward(torch.tensor(g))
    op = OPS[f"{kind}_pool{rank}d"]
    (rule,) = op.vjp(Name("g"), Name("out"), X, **op.resolve(x.shape, **ways))
    np.testing.assert_allclose(evaluate(rule, {"g": g, "x": x}), images.grad.numpy(), rtol=0, atol=1e-14)


def test_of_equal_entries_the_first_one_takes_the_gradient_and_nan_beats_all() -> None:
    x = np.array([[[[1.0, 3.0, 2.0, np.nan], [3.0, 0.0, np.nan, 9.0]]]])
    found = evaluate(apply("max_pool2d", X, size=2), {"x": x})
    np.testing.assert_array_equal(found, [[[[3.0, np.nan]]]])

    back = evaluate(apply("max_pool2d_input", Name("g"), X, size=2), {"g": np.array([[[[5.0, 7.0]]]]), "x": x})
    np.testing.assert_array_equal(back, [[[[0, 5, 0, 7], [0, 0, 0, 0]]]])


@pytest.mark.parametrize("overlap", [False, True])
def test_the_check_knows_a_tie_for_a_kink(overlap: bool) -> None:
    x = np.array([[[1.0, 2.0, 2.0, 0.5, 0.25, 4.0]]])
    formula = "max_pool1d(X, 3, stride=1)" if overlap else "max_pool1d(X, 3)"
    program = build(
        [Equation("P", parse(formula)), Equation("J", parse("sum(P * P * P)"))],
        data={},
        parameters={"X": x.shape},
        constants={"m": 1.0, "learning_rate": 0.0},
        cost="J",
    )
    checks = check_gradients(program, run(program, {"X": x, "m": np.asarray(1.0), "learning_rate": np.asarray(0.0)}))
    (of_x,) = (each for each in checks if each.of == "X")

    assert [Verdict(int(each)).name for each in of_x.verdicts[0, 0, [1, 2, 5]]] == ["KINK", "KINK", "MATCH"]
    assert of_x.rules


@pytest.mark.parametrize(
    "text",
    [
        "max_pool2d(A1, 2)",
        "avg_pool2d(A1, (2, 3), stride=1)",
        "avg_pool1d_input(dP1, 6, 2)",
        "max_pool2d_input(dP1, A1, n)",
    ],
)
def test_it_is_written_as_it_is_read(text: str) -> None:
    assert write(parse(text), "ascii") == text


def test_other_words_for_the_window_are_read() -> None:
    expected = Apply("max_pool2d", (Name("X"),), (("size", 2), ("stride", 1)))

    assert parse("torch.nn.functional.max_pool2d(X, kernel_size=2, stride=1)") == expected
    assert parse("max_pool2d(X, 2, 1)") == expected
    assert parse("max_pool2d(X, pool_size=2, strides=1)") == expected


@pytest.mark.parametrize(
    ("name", "shapes", "options", "error", "message"),
    [
        ("max_pool2d", ((8, 6),), {"size": 2}, ShapeMismatch, "max_pool2d: expected images (m, c, h, w), got (8, 6)"),
        (
            "avg_pool1d",
            ((8, 2, 3),),
            {"size": 4},
            ShapeMismatch,
            "avg_pool1d: a window of (4,) does not fit into (3,)",
        ),
        (
            "max_pool2d",
            ((8, 2, 4, 4),),
            {"size": (2, 2, 2)},
            ShapeMismatch,
            "max_pool2d: expected 2 lengths of at least 1 for size, got (2, 2, 2)",
        ),
        (
            "max_pool2d",
            ((8, 2, 4, 4),),
            {"size": 2, "stride": 0},
            Outside,
            "max_pool2d: expected stride of at least 1, got 0",
        ),
        (
            "max_pool2d_input",
            ((8, 2, 3, 3), (8, 2, 4, 4)),
            {"size": 2},
            ShapeMismatch,
            "max_pool2d_input: a window of (2, 2) over (4, 4) stands in (2, 2) places, got (3, 3)",
        ),
        (
            "max_pool2d_at",
            ((8, 2, 4, 5), (8, 2, 4, 4)),
            {"size": 2},
            ShapeMismatch,
            "max_pool2d_at: expected two arrays of one shape, got (8, 2, 4, 5) and (8, 2, 4, 4)",
        ),
    ],
)
def test_what_cannot_be_is_told(
    name: str, shapes: Any, options: dict[str, Any], error: type[Exception], message: str
) -> None:
    op = OPS[name]
    with pytest.raises(error) as caught:
        op.shape(*shapes, **op.resolve(*shapes, **options))
    assert str(caught.value) == message
