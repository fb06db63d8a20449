"""Convolution as torch has it, with its gradients; what does not go together is told in words."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from bpdebug.language.expression import Apply, Name, apply
from bpdebug.ops import OPS, parse, write
from bpdebug.ops.table import Array, Outside, ShapeMismatch
from tests.ops.evaluate import evaluate

X, W = Name("x"), Name("w")
MOVES: list[dict[str, Any]] = [
    {},
    {"stride": 2},
    {"stride": 3, "padding": 2},
    {"padding": 1},
    {"padding": "same"},
    {"stride": (1, 2), "padding": (2, 0)},
]


def drawn(rank: int, seed: int = 0) -> tuple[Array, Array]:
    random = np.random.default_rng(seed)
    return random.normal(size=(4, 3, *(9, 8)[:rank])), random.normal(size=(5, 3, *(3, 4)[:rank]))


@pytest.mark.filterwarnings("ignore:Using padding='same'")
@pytest.mark.parametrize("moves", MOVES, ids=str)
@pytest.mark.parametrize("rank", [1, 2])
def test_it_is_torchs_and_so_are_its_gradients(rank: int, moves: dict[str, Any]) -> None:
    torch = pytest.importorskip("torch")
    moves = {key: each[-1] if rank == 1 and isinstance(each, tuple) else each for key, each in moves.items()}
    x, w = drawn(rank)
    images, filters = (torch.tensor(each, requires_grad=True) for each in (x, w))
    expected = getattr(torch.nn.functional, f"conv{rank}d")(images, filters, **moves)
    found = evaluate(apply(f"conv{rank}d", X, W, **moves), {"x": x, "w": w})
    np.testing.assert_allclose(found, expected.detach().numpy(), rtol=0, atol=1e-12)

    g = np.random.default_rng(1).normal(size=found.shape)
    expected.backward(torch.tensor(g))
    op = OPS[f"conv{rank}d"]
    rules = op.vjp(Name("g"), Name("out"), X, W, **op.resolve(x.shape, w.shape, **moves))
    for rule, of in zip(rules, (images, filters), strict=True):
        np.testing.assert_allclose(evaluate(rule, {"g": g, "x": x, "w": w}), of.grad.numpy(), rtol=0, atol=1e-12)


@pytest.mark.parametrize("moves", MOVES, ids=str)
def test_an_entry_is_the_sum_it_is_said_to_be(moves: dict[str, Any]) -> None:
    x, w = drawn(2)
    found = evaluate(apply("conv2d", X, W, **moves), {"x": x, "w": w})
    (before, behind), (above, below) = OPS["conv2d"].resolve(x.shape, w.shape, **moves)["found"].padding
    wide = np.pad(x, ((0, 0), (0, 0), (before, behind), (above, below)))
    down, along = moves.get("stride", 1) if isinstance(moves.get("stride"), tuple) else (moves.get("stride", 1),) * 2
    for m, f, i, j in product(*map(range, found.shape)):
        window = wide[m, :, i * down : i * down + 3, j * along : j * along + 4]
        assert found[m, f, i, j] == pytest.approx(np.sum(window * w[f]), rel=1e-12, abs=1e-12)


def test_a_filter_as_long_as_the_signal_is_a_product_of_matrices() -> None:
    x, w = np.arange(12.0).reshape(2, 3, 2), np.arange(24.0).reshape(4, 3, 2)
    found = evaluate(apply("conv1d", X, W), {"x": x, "w": w})

    np.testing.assert_array_equal(found[..., 0], x.reshape(2, -1) @ w.reshape(4, -1).T)


@pytest.mark.parametrize(
    "text",
    [
        "conv2d(X, W)",
        "conv2d(X, W, stride=2, padding=1)",
        'conv1d(X, W, padding="same")',
        "conv2d_input(dZ1, W1, (6, 6))",
        "conv2d_filter(dZ1, X, (3, 3), stride=(2, 1))",
    ],
)
def test_it_is_written_as_it_is_read(text: str) -> None:
    assert write(parse(text), "ascii") == text


def test_torchs_spelling_is_read() -> None:
    expected = Apply("conv2d", (Name("X"), Name("W")), (("padding", 1), ("stride", 2)))

    assert parse("torch.nn.functional.conv2d(X, W, stride=2, padding=1)") == expected


@pytest.mark.parametrize(
    ("name", "shapes", "options", "message"),
    [
        (
            "conv2d",
            ((8, 36), (2, 9)),
            {},
            "conv2d: expected images (m, c, h, w) and filters (f, c, kh, kw), got (8, 36) and (2, 9)",
        ),
        (
            "conv1d",
            ((8, 3, 6), (2, 1, 3)),
            {},
            "conv1d: expected as many channels on both sides, got (8, 3, 6) and (2, 1, 3): 3 ≠ 1",
        ),
        (
            "conv2d",
            ((8, 1, 4, 4), (2, 1, 5, 5)),
            {},
            "conv2d: a window of (5, 5) does not fit into (4, 4)",
        ),
        (
            "conv1d",
            ((8, 1, 4), (2, 1, 7)),
            {"padding": 1},
            "conv1d: a window of (7,) does not fit into (4,), (6,) with what is put around it",
        ),
        (
            "conv2d_input",
            ((8, 2, 4, 4), (2, 1, 3, 3)),
            {"shape": (7, 6)},
            "conv2d_input: a window of (3, 3) over (7, 6) stands in (5, 4) places, got (4, 4)",
        ),
        (
            "conv1d_filter",
            ((8, 2, 4), (7, 1, 6)),
            {"shape": 3},
            "conv1d_filter: expected as many examples on both sides, got (8, 2, 4) and (7, 1, 6): 8 ≠ 7",
        ),
        (
            "conv2d_filter",
            ((8, 2, 4, 4), (8, 1, 6, 6)),
            {"shape": (3,)},
            "conv2d_filter: expected 2 lengths of at least 1 for shape, got (3,)",
        ),
    ],
)
def test_what_does_not_go_together_is_told(name: str, shapes: Any, options: dict[str, Any], message: str) -> None:
    op = OPS[name]
    with pytest.raises(ShapeMismatch) as caught:
        op.shape(*shapes, **op.resolve(*shapes, **options))
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"stride": 0}, "conv2d: expected stride of at least 1, got 0"),
        ({"padding": -1}, "conv2d: expected padding of at least 0, got -1"),
        ({"stride": (1, 1, 1)}, "conv2d: expected stride as a whole number or 2 of them, got (1, 1, 1)"),
        ({"padding": 0.5}, "conv2d: expected a whole number for padding, got 0.5"),
        ({"padding": 3}, "conv2d: expected padding below the lengths of the window, (3, 3), got 3"),
        ({"padding": "full"}, "conv2d: expected a whole number for padding, got 'full'"),
        (
            {"padding": "same", "stride": 2},
            'conv2d: padding "same" keeps the lengths with stride 1 only, got stride (2, 2)',
        ),
    ],
)
def test_ways_there_are_not_are_told(options: dict[str, Any], message: str) -> None:
    with pytest.raises(Outside) as caught:
        OPS["conv2d"].resolve((8, 1, 6, 6), (2, 1, 3, 3), **options)
    assert str(caught.value) == message
