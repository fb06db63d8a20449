"""How the lines of the screen are shared out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpdebug.tui.heights import Heights, Wants, kept, shared
from bpdebug.tui.panes.check import CheckPane
from bpdebug.tui.panes.matrices import MatricesPane
from bpdebug.tui.panes.operation import OperationPane
from tests.debugger.scenes import opened
from tests.tui.staging import shown, staged

LINES = st.integers(1, 60)


def wants(operation: int, matrices: int) -> Wants:
    return Wants((operation, operation + 1), (matrices - 2, matrices, matrices))


def test_a_short_text_leaves_its_lines_to_the_matrices() -> None:
    assert shared(21, wants(4, 30), (0, 0)) == Heights(6, 15, 0)


def test_a_long_text_takes_what_the_matrices_leave() -> None:
    assert shared(21, wants(10, 7), (0, 0)) == Heights(12, 9, 0)


def test_the_row_beneath_gives_some_of_its_lines_to_matrices_that_need_them() -> None:
    assert shared(38, wants(7, 20), (7, 9)).rest == 7
    assert shared(38, wants(7, 10), (7, 9)).rest == 9


@given(st.integers(13, 80), LINES, LINES.map(lambda each: each + 2), st.booleans())
def test_all_lines_are_shared_out(lines: int, operation: int, matrices: int, wide: bool) -> None:
    rest = (7, 9) if wide and lines >= 30 else (0, 0)
    found = shared(lines, wants(operation, matrices), rest)
    assert found.operation + found.matrices + found.rest == lines
    assert found.operation >= 6
    assert found.matrices >= 3
    assert rest[0] <= found.rest <= rest[1]


def test_heights_stay_while_all_fits() -> None:
    before = Heights(8, 13, 0)
    assert kept(before, Heights(6, 15, 0), wants(4, 9)) == before
    assert kept(before, Heights(10, 11, 0), wants(8, 9)) == Heights(10, 11, 0)


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (120, 40)])
def test_the_first_product_shows_whole(size: tuple[int, int]) -> None:
    stage = staged(opened(), size)
    stage.pane(MatricesPane).send("step")
    assert "step 1 / 62" in shown(stage)
    assert "rows 0" not in shown(stage)
    assert stage.pane(MatricesPane).bounds.height == 0


def test_within_the_forward_phase_the_layout_comes_to_rest() -> None:
    stage = staged(opened())
    heights = []
    for _ in range(9):
        stage.pane(MatricesPane).send("step")
        stage.draw()
        heights.append(stage.pane(OperationPane).room.height)
    assert len(set(heights)) == 1


def test_a_tall_screen_gives_the_row_beneath_what_small_matrices_leave() -> None:
    stage = staged(opened(), (200, 60))
    stage.pane(MatricesPane).send("goto 1:dW1")
    stage.draw()
    assert stage.pane(CheckPane).room.height >= 24
    assert stage.pane(MatricesPane).bounds.height == 0


def test_large_matrices_leave_the_row_beneath_a_quarter_of_a_tall_screen() -> None:
    stage = staged(opened("iris"), (200, 60))
    stage.pane(MatricesPane).send("goto 1:dW1")
    stage.draw()
    assert stage.pane(MatricesPane).bounds.height > 0
    assert stage.pane(CheckPane).room.height == 12
