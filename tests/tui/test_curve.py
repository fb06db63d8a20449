"""The curve: every value has a dot, whatever their number; clicks find the iteration they mean."""

from __future__ import annotations

import numpy as np
import pytest
from rich.text import Text

from bpdebug.tui.colours import BARE
from bpdebug.tui.curve import DOTS, Curve, Frame, rounded_up


def whole(values: np.ndarray, frame: Frame, last: int, *, ascii: bool = False) -> Curve:
    """The curve over an axis from the first iteration to the last."""
    return Curve.of(values, frame, (1, last), ascii=ascii)


def lines(curve: Curve, here: int = 1) -> list[Text]:
    return curve.lines(here, BARE)


@pytest.mark.parametrize("frame", [Frame(20, 4), Frame(30, 9), Frame(60, 13), Frame(150, 40), Frame(18, 1)])
@pytest.mark.parametrize("count", [1, 2, 7, 200, 12_345])
def test_the_picture_fits_its_frame(frame: Frame, count: int):
    values = 1 / np.arange(1.0, count + 1)
    drawn = lines(whole(values, frame, 20_000), here=count)
    assert len(drawn) <= max(4, frame.height)
    assert all(line.cell_len <= frame.width for line in drawn)


@pytest.mark.parametrize("count", [1, 3])
def test_where_all_values_are_one_the_curve_is_at_half_its_height_and_so_is_its_label(count: int):
    curve = whole(np.full(count, 0.75), Frame(60, 10), 200)
    drawn = lines(curve)
    assert [at for at, line in enumerate(drawn) if "●" in line.plain] == [4]
    assert drawn[4].plain.startswith("0.75 ┤")
    assert ("the first point of the curve" in drawn[0].plain) == (count == 1)


def test_a_falling_curve_falls():
    drawn = whole(np.linspace(1, 0, 100), Frame(60, 12), 100)
    first = [next(at for at, letter in enumerate(row) if letter != " ") for row in drawn.rows]
    assert first == sorted(first)
    assert drawn.labels == ("1", "0")


def test_a_single_spike_among_a_million_is_drawn():
    values = np.zeros(1_000_000)
    values[777_777] = 1.0
    drawn = whole(values, Frame(80, 12), 1_000_000)
    assert drawn.rows[0].strip()
    assert abs(drawn.rows[0].index(drawn.rows[0].strip()) - 0.777 * drawn.columns) < 2


@pytest.mark.parametrize("ends", [(1, 1), (1, 40), (1, 997), (300, 640), (900, 5_000)])
@pytest.mark.parametrize("strange", [False, True])
def test_every_value_has_its_dot(ends: tuple[int, int], strange: bool):
    random = np.random.default_rng(0)
    values = np.where(random.random(997) < (0.3 if strange else 0), np.nan, random.normal(size=997))
    curve = whole(values, Frame(50, 12), ends[1]) if ends[0] == 1 else Curve.of(values, Frame(50, 12), ends)
    shown = np.arange(ends[0] - 1, min(ends[1], 997))
    shown = shown[np.isfinite(values[shown])]
    for across, down in zip(curve.scales.across(shown), curve.scales.down(values[shown]), strict=True):
        cell = ord(curve.rows[down // 4][across // 2]) - 0x2800
        assert cell & int(DOTS[down % 4, across % 2])


def test_nan_and_infinity_leave_gaps():
    values = np.array([1.0, 0.5, np.nan, np.inf, 0.2, -np.inf])
    curve = whole(values, Frame(40, 8), 6)
    assert curve.labels == ("1", "0.2")
    assert "not yet" in lines(curve, here=7 - 4 + 0)[0].plain
    assert lines(whole(np.full(3, np.nan), Frame(40, 8), 6), here=2)


def test_values_that_differ_by_more_than_a_number_can_hold_are_drawn():
    assert whole(np.array([-1.7e308, 1.7e308]), Frame(40, 8), 2).rows[0].strip()


@pytest.mark.parametrize("last", [10, 200, 1_000_000])
def test_where_a_curve_is_clicked_is_where_it_goes(last: int):
    curve = whole(np.linspace(1, 0, last), Frame(70, 10), last)
    for column in range(curve.columns):
        iteration = curve.iteration_at(curve.left + column)
        assert iteration is not None
        assert 1 <= iteration <= last
        if last >= 2 * curve.columns:
            assert curve.column(iteration) == column
    assert curve.iteration_at(curve.left - 1) is None
    assert curve.iteration_at(curve.left + curve.columns) is None


def test_numbers_are_rounded_up_to_one_two_or_five():
    assert [rounded_up(count) for count in (1, 3, 10, 11, 60, 201, 999)] == [1, 5, 10, 20, 100, 500, 1000]


def test_the_curve_is_drawn_in_ascii_where_need_be():
    drawn = lines(whole(np.linspace(1, 0, 50), Frame(50, 9), 50, ascii=True), here=20)
    assert all(line.plain.isascii() for line in drawn)
    assert any("O" in line.plain for line in drawn)
