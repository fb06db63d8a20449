"""What is known of a matrix as a whole, and how its entries stand under one another."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from bpdebug.tui.numbers import CHUNK, summary
from bpdebug.tui.writing import chosen

SHAPES = arrays.array_shapes(min_dims=2, max_dims=2, max_side=7)
MATRICES = arrays.arrays(np.float64, SHAPES, elements=st.floats(width=64, allow_nan=True, allow_infinity=True))


@given(MATRICES)
@settings(max_examples=150, deadline=None)
def test_a_summary_says_what_numpy_says(table: np.ndarray) -> None:
    found, finite = summary(table), table[np.isfinite(table)]
    assert found.entries == table.size
    assert found.nans == np.isnan(table).sum()
    assert found.infinities == np.isinf(table).sum()
    assert found.zeros == (table == 0).sum()
    assert found.finite == finite.size
    if finite.size:
        assert (found.smallest, found.largest) == (finite.min(), finite.max())
        assert found.greatest == np.abs(finite).max()
        with np.errstate(all="ignore"):
            scaled = finite / (found.greatest or 1.0)
        assert found.norm == pytest.approx(float(np.linalg.norm(scaled)) * (found.greatest or 1.0), rel=1e-9)


def test_a_large_matrix_is_summed_up_in_parts() -> None:
    table = np.random.default_rng(0).normal(size=(3, CHUNK + 5))
    table[1, 7], table[2, -1] = np.nan, 0.0
    found, rest = summary(table), table[~np.isnan(table)]
    assert (found.nans, found.zeros, found.entries) == (1, 1, table.size)
    assert found.mean == pytest.approx(rest.mean())
    assert found.norm == pytest.approx(np.linalg.norm(rest))


def column(values: list[float], digits: int = 4) -> list[str]:
    table = np.array(values)[None]
    form = chosen(summary(table), digits)
    return [form(value) for value in values]


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([0.5, -1.25, 0.0], ["+0.500", "−1.250", "     0"]),
        ([123.456, -0.001], ["+123.5", "  −0.0"]),
        ([0.0284, 0.00217, 0.0], ["+0.0284", "+0.0022", "      0"]),
        ([1.0, 0.0, -12.0], [" +1", "  0", "−12"]),
        ([0.0, 0.0], ["0", "0"]),
        ([3e-7, -2.5e-12, 0.0], ["+3.000e−7 ", "−2.500e−12", "         0"]),
        ([1.5e9, -2.0], ["+1.500e9", "−2.000e0"]),
        ([math.nan, math.inf, -math.inf, 0.25], ["   NaN", "  +inf", "  −inf", "+0.250"]),
        ([math.nan], ["NaN"]),
        ([5e-324], ["+4.941e−324"]),
        ([1.7976931348623157e308], ["+1.798e308"]),
    ],
)
def test_points_stand_under_points_and_zero_at_the_right_edge(values: list[float], texts: list[str]) -> None:
    assert column(values) == texts


def test_a_few_large_entries_do_not_make_zeros_of_the_others() -> None:
    assert column([0.0158, *[3.5e-5] * 9])[:2] == ["+1.580e−2", "+3.500e−5"]
    assert column([0.0102, *[7.1e-4] * 9])[:2] == ["+0.01020", "+0.00071"]
    assert column([0.9, *[3e-7] * 9])[:2] == ["+9.000e−1", "+3.000e−7"]


@given(MATRICES, st.integers(2, 10))
@settings(max_examples=150, deadline=None)
def test_every_entry_is_as_wide_as_the_others_and_has_its_sign(table: np.ndarray, digits: int) -> None:
    form = chosen(summary(table), digits, "-")
    for value in table.ravel().tolist():
        text = form(value)
        assert len(text) == form.width
        if value == 0:
            assert text.strip() == "0"
        elif math.isnan(value):
            assert text.strip() == "NaN"
        else:
            assert text.strip()[0] == ("-" if value < 0 else "+")


@given(MATRICES)
@settings(max_examples=100, deadline=None)
def test_the_largest_entry_shows_at_least_two_digits(table: np.ndarray) -> None:
    finite = table[np.isfinite(table)]
    greatest = float(np.abs(finite).max(initial=0.0))
    if 0 < greatest < 1e308:
        text = chosen(summary(table), 2, "-")(greatest)
        assert float(text) == pytest.approx(greatest, rel=0.051)
