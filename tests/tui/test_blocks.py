"""Arrays of more than two axes: in blocks, beside one another where they fit, each entry where it is said to be."""

from __future__ import annotations

from math import prod

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes
from textual.geometry import Size

from bpdebug.debugger.layout import MOST, layout, table
from bpdebug.tui.colours import BARE
from bpdebug.tui.entry import entry_lines
from bpdebug.tui.matrix import Marks
from bpdebug.tui.panes.matrices import MatricesPane
from bpdebug.tui.pointing import Spot, entry_at, revealing
from tests.debugger.scenes import opened, refused, said
from tests.tui.drawn import lines, made, picture, shown

SHAPES = array_shapes(min_dims=0, max_dims=5, min_side=1, max_side=5)


@settings(deadline=None)
@given(SHAPES)
def test_the_table_and_the_indices_are_of_the_same_entries(shape: tuple[int, ...]) -> None:
    array = np.arange(float(prod(shape))).reshape(shape)
    laid, found = layout(shape), table(array)

    assert found.size == array.size
    for (row, column), value in np.ndenumerate(found):
        assert array[laid.index(row, column)] == value
        assert list(laid.places(laid.index(row, column))) == [(row, column)]


@settings(deadline=None)
@given(SHAPES, st.data())
def test_a_region_is_all_its_entries_and_no_others(shape: tuple[int, ...], data: st.DataObject) -> None:
    region = tuple(data.draw(st.none() | st.integers(0, length - 1)) for length in shape)
    marks = Marks(made=frozenset(layout(shape).places(region)))
    marked = {place for place in np.ndindex(*table(np.zeros(shape)).shape) if marks.at(*place)}
    inside = tuple(slice(None) if at is None else slice(at, at + 1) for at in region)
    expected = np.zeros(shape)
    expected[inside] = 1

    assert marked == {(int(row), int(column)) for row, column in np.argwhere(table(expected))}


def test_maps_stand_beside_one_another_and_examples_beneath() -> None:
    array = np.arange(2 * 2 * 2 * 3.0).reshape(2, 2, 2, 3)
    assert shown(made(array, "Z1")) == [
        "Z⁽¹⁾ 2×2×2×3",
        "[0,0] 0   1   2 [0,1] 0   1   2 [1,0] 0   1   2 [1,1] 0   1   2",
        " 0    0  +1  +2      +6  +7  +8     +12 +13 +14     +18 +19 +20",
        " 1   +3  +4  +5      +9 +10 +11     +15 +16 +17     +21 +22 +23",
    ]
    assert shown(made(np.arange(3 * 2 * 2 * 4.0).reshape(3, 2, 2, 4), "Z1")) == [
        "Z⁽¹⁾ 3×2×2×4",
        "   [:,0] 0   1   2   3 [:,1] 0   1   2   3",
        "[0] 0    0  +1  +2  +3      +8  +9 +10 +11",
        "    1   +4  +5  +6  +7     +12 +13 +14 +15",
        "[1] 0  +16 +17 +18 +19     +24 +25 +26 +27",
        "    1  +20 +21 +22 +23     +28 +29 +30 +31",
        "[2] 0  +32 +33 +34 +35     +40 +41 +42 +43",
        "    1  +36 +37 +38 +39     +44 +45 +46 +47",
    ]


def test_wide_blocks_stand_beneath_one_another() -> None:
    rows = shown(made(np.arange(2 * 2 * 7.0).reshape(2, 2, 7), "H"))
    assert [row.split()[:2] for row in rows[2:]] == [["[0]", "0"], ["1", "+7"], ["[1]", "0"], ["1", "+21"]]
    large = (MOST, 2, 2)
    assert layout(large).down == 1
    array = np.broadcast_to(1.0, large).copy()
    assert np.shares_memory(table(array), array)


def test_the_first_row_and_column_that_show_say_which_block_they_are_of() -> None:
    drawn = picture(made(np.arange(6 * 3 * 3 * 4.0).reshape(6, 3, 3, 4), "Z1"), width=40, height=9)
    assert drawn.down
    assert drawn.across
    moved = lines(drawn, 4, 2 * drawn.cell)
    assert "[:,0] 2" in moved[1]
    assert moved[2].startswith("[1] 1")
    assert moved[3].startswith("    2")
    assert moved[4].startswith("[2] 0")


@settings(deadline=None)
@given(st.integers(20, 90), st.integers(3, 20), st.integers(0, 40), st.integers(0, 90))
def test_whatever_shows_is_pointed_at_where_it_stands(width: int, height: int, down: int, across: int) -> None:
    array = np.arange(5 * 2 * 3 * 5.0).reshape(5, 2, 3, 5) - 40
    drawn = picture(made(array, "Z1"), width=width, height=height)
    text = lines(drawn, down, across)
    for y, line in enumerate(text):
        for x in range(len(line)):
            spot = entry_at(drawn, x, y, down, across)
            if spot is not None and line[x].isdigit():
                start = line.rfind(" ", 0, x) + 1
                end = line.find(" ", x) if " " in line[x:] else len(line)
                assert float(line[start:end].replace("−", "-")) == array[spot.index]


def test_an_entry_is_scrolled_to_wherever_it_is() -> None:
    sheet = made(np.arange(9 * 3 * 4 * 4.0).reshape(9, 3, 4, 4), "Z1")
    drawn = picture(sheet, width=40, height=8)
    for row, column in np.ndindex(sheet.rows, sheet.columns):
        spot = Spot(sheet, row, column)
        down, across = revealing(drawn, spot, 0, 0)
        found = {
            found.index
            for y in range(8)
            for x in range(40)
            if (found := entry_at(drawn, x, y, down, across)) is not None
        }
        assert spot.index in found


def test_what_an_entry_was_made_of_is_lit_in_blocks_too() -> None:
    session = opened("convolution")
    said(session, "goto 1:Z1", "rs")
    pane = MatricesPane()
    pane.show(session.view)
    pane.suit(Size(110, 80), BARE)
    images, filters, result = pane._sheets
    row, column = next(result.layout.places((3, 1, 2, 0)))
    assert row is not None
    assert column is not None
    pane.point(Spot(result, row, column))
    lit = {
        each.label: {
            each.layout.index(*place)
            for place in np.ndindex(each.rows, each.columns)
            if pane.marks[each].at(*place) == "made"
        }
        for each in (images, filters)
    }
    assert lit["X"] == {(3, 0, y, x) for y in (2, 3, 4) for x in (0, 1, 2)}
    assert lit["W⁽¹⁾"] == {(1, 0, y, x) for y in range(3) for x in range(3)}


def test_an_entry_to_which_nothing_comes_says_so() -> None:
    session = opened("convolution")
    said(session, "goto 1:dZ1")
    empty = tuple(int(at) for at in np.argwhere(session.timeline.values["dZ1"] == 0)[0])
    text = [line.plain for line in entry_lines(session.view, "dZ1", empty, 60, BARE)]

    assert any("max_pool2d_input(dP⁽¹⁾, Z⁽¹⁾, 2)" in line for line in text)
    assert any("nothing comes here, so it stays 0" in line for line in text)
    assert "nothing comes here" in said(session, f"explain dZ1{list(empty)}")
    assert "nothing comes to this entry" in refused(session, "explain 1")
