"""How parameters begin: each kind by what it is for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bpdebug.scenario.arrays import drawn
from bpdebug.scenario.load import load

SHAPES = [(6, 6), (3, 8), (8, 3), (1, 5), (5, 1)]


def begun(init: str, shape: tuple[int, ...], *, seed: int = 1, scale: float = 1.0) -> np.ndarray:
    first, last = (*shape, 1)[0], (1, *shape)[-1]
    return drawn(init, shape, seed, "W1", fan_in=last, fan_out=first, scale=scale, value=0.3)


@pytest.mark.parametrize("shape", SHAPES)
def test_orthogonal_keeps_lengths(shape: tuple[int, int]) -> None:
    weights = begun("orthogonal", shape)
    smaller = min(shape)
    product = weights @ weights.T if shape[0] <= shape[1] else weights.T @ weights
    np.testing.assert_allclose(product, np.eye(smaller), atol=1e-14)
    np.testing.assert_allclose(begun("orthogonal", shape, scale=0.5), 0.5 * weights)


def test_orthogonal_matrices_lean_to_no_side() -> None:
    """Without the sign of R the diagonal would be of one sign."""
    found = np.array([begun("orthogonal", (4, 4), seed=seed) for seed in range(2_000)])
    assert np.all(np.abs(found.mean(axis=0)) < 0.05)
    np.testing.assert_allclose((found**2).mean(axis=0), 0.25, atol=0.03)


@pytest.mark.parametrize("shape", [(5,), ()])
def test_what_is_no_matrix_has_length_1(shape: tuple[int, ...]) -> None:
    assert np.linalg.norm(begun("orthogonal", shape)) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("init", "variance"),
    [("normal", 1.0), ("xavier", 2 / 700), ("he", 2 / 400), ("lecun", 1 / 400), ("uniform", 1 / 3)],
)
def test_the_spread_of_what_is_drawn(init: str, variance: float) -> None:
    weights = begun(init, (300, 400))
    assert weights.var() == pytest.approx(variance, rel=0.02)
    assert abs(weights.mean()) < 0.01


@pytest.mark.parametrize(("init", "value"), [("zeros", 0.0), ("ones", 1.0), ("constant", 0.3)])
def test_what_is_not_drawn(init: str, value: float) -> None:
    assert np.all(begun(init, (2, 3)) == value)


@pytest.mark.parametrize(("init", "variance"), [("he", 2 / 75), ("lecun", 1 / 75), ("xavier", 2 / (75 + 1000))])
def test_filters_count_what_lies_under_them(init: str, variance: float, tmp_path: Path) -> None:
    path = tmp_path / "filters.toml"
    path.write_text(
        "[data]\nX = { shape = [2, 3, 5, 5], init = 'normal' }\n"
        f"[parameters]\nW = {{ shape = [40, 3, 5, 5], init = '{init}' }}\n"
        "[network]\norientation = 'rows'\nforward = 'J = sum(conv2d(X, W) ** 2)'\n",
        encoding="utf-8",
    )
    assert load(str(path)).values["W"].var() == pytest.approx(variance, rel=0.1)
