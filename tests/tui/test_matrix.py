"""Matrices as text: aligned, signed, never cut off in silence, whatever their size and the room there is."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from bpdebug.language.expression import Number, apply
from bpdebug.tui.strips import strip
from tests.tui.drawn import COLOURED, lines, made, picture, shown, styled

SMALL = [[0.5, -1.25], [0, 3]]


def test_operands_and_result_stand_side_by_side() -> None:
    operands = made(SMALL, "W1"), made([[1, 2, 3], [0, -1, 0]])
    assert shown(*operands, made([[0.5, 2.25, 1.5], [0, -3, 0]], "Z1", prefix="→ ")) == [
        "W⁽¹⁾ 2×2          X 2×3        → Z⁽¹⁾ 2×3",
        "        0      1      0  1  2          0      1      2",
        "0  +0.500 −1.250  0  +1 +2 +3  0  +0.500 +2.250 +1.500",
        "1       0 +3.000  1   0 −1  0  1       0 −3.000      0",
    ]


def test_what_does_not_fit_beside_stands_beneath() -> None:
    assert shown(made(SMALL, "W1"), made(SMALL, "W2"), width=30) == [
        "W⁽¹⁾ 2×2",
        "        0      1",
        "0  +0.500 −1.250",
        "1       0 +3.000",
        "",
        "W⁽²⁾ 2×2",
        "        0      1",
        "0  +0.500 −1.250",
        "1       0 +3.000",
    ]


def test_digits_are_given_up_before_matrices_are_torn_apart() -> None:
    sheets = [made(np.full((4, 5), 1 / 3), name) for name in ("W1", "W2")]
    assert shown(*sheets, width=78, height=6)[2].startswith("0  +0.333")
    assert shown(*sheets, width=66, height=6)[2].startswith("0  +0.33 ")
    assert len(shown(*sheets, width=66, height=20)) == 13, "where there is room beneath, no digit is given up"


def test_what_is_not_computed_says_so() -> None:
    (line,) = shown(made(None, "Z1", shape=(2, 3), prefix="→ "))
    assert line == "→ Z⁽¹⁾ 2×3 not computed yet"
    assert shown(made(None, "J")) == ["J number not computed yet"]


def test_zero_is_never_what_is_not_zero() -> None:
    drawn = shown(made([[0.0, 1e-9, -1e-9, 5.0, 6.0]]))
    assert drawn[2].split() == ["0", "0", "+0.000", "−0.000", "+5.000", "+6.000"]


def test_numbers_and_vectors_and_more_axes() -> None:
    numbers = made(3.25, "J"), made(np.nan, "K"), made(-np.inf, "L"), made(8, "m")
    assert shown(*numbers) == ["J = 3.25  K = NaN  L = −inf  m = 8"]
    assert shown(made([1, 2.5, 0], "v")) == ["v (3,)", "       0      1      2", "  +1.000 +2.500      0"]
    assert shown(made(np.arange(8.0).reshape(2, 2, 2), "T")) == [
        "T 2×2×2",
        "[0] 0  1 [1] 0  1",
        "0   0 +1    +4 +5",
        "1  +2 +3    +6 +7",
    ]
    assert shown(made(np.zeros((0, 3)), "E")) == ["E 0×3 no entries"]


def test_a_number_of_the_formula_needs_no_label() -> None:
    from bpdebug.debugger.view import Matrix
    from bpdebug.tui.sheet import sheet

    assert shown(sheet(Matrix(Number(1.0), (), np.asarray(1.0)), "unicode")) == ["1"]


def test_a_number_by_itself_has_half_the_width_for_its_label() -> None:
    label = "a" * 45
    assert shown(made(2.0, label), width=130) == [f"{label} = 2"]
    assert shown(made(2.0, label), width=60) == [f"{label[:29]}… = 2"]
    assert shown(made(SMALL, label), width=130)[0] == f"{label[:27]}… 2×2"


def test_all_zero_and_constant_matrices() -> None:
    assert shown(made(np.zeros((1, 3)), "Z"))[2] == "0  0 0 0"
    drawn = picture(made(np.zeros((1, 3)), "Z"), made(np.full((1, 2), -7.0), "C"), look=COLOURED).line(2)
    palette = COLOURED.palette
    assert styled(drawn, " 0") == [str(palette.shade(0.0))]
    assert styled(drawn, " −7") == [str(palette.shade(-1.0))]


def test_the_scale_is_symmetric_around_zero() -> None:
    drawn = picture(made([[2.0, -1.0, 0.0]]), look=COLOURED).line(2)
    shades = [str(COLOURED.palette.shade(fraction)) for fraction in (1.0, -0.5, 0.0)]
    assert [styled(drawn, text)[0] for text in ("+2", "−1", " 0")] == shades


def test_nan_and_infinity_are_unmistakable() -> None:
    drawn = picture(made([[np.nan, np.inf], [-np.inf, 1.5]], "N"), look=COLOURED)
    assert lines(drawn)[2:] == ["0     NaN   +inf", "1    −inf +1.500"]
    strange = str(COLOURED.palette.strange)
    assert styled(drawn.line(2), "NaN") == styled(drawn.line(2), "+inf") == styled(drawn.line(3), "−inf") == [strange]


def test_changed_entries_are_underlined_and_have_a_dot() -> None:
    drawn = picture(made(SMALL, "W1", changed=[[0, 1], [0, 1]]), made(8, "m", changed=True))
    assert lines(drawn) == [
        "W⁽¹⁾ 2×2          m = 8•",
        "        0      1",
        "0  +0.500•−1.250",
        "1       0•+3.000",
    ]
    assert "underline" in styled(drawn.line(2), "−1.250")[0]
    assert "underline" not in styled(drawn.line(2), "+0.500")[0]
    assert "underline" in styled(drawn.line(0), "8")[0]


def test_ascii_draws_ascii() -> None:
    given = {"notation": "ascii"}
    sheets = made(np.linspace(-9, 9, 400).reshape(20, 20), "W1", changed=np.eye(20), **given), made(None, "J", **given)
    drawn = picture(*sheets, made(-1.5, "k", prefix="-> ", **given), width=40, height=9, notation="ascii")
    assert all(line.isascii() for line in lines(drawn))
    assert lines(drawn)[2] == " 0   *-9.000 -8.955 -8.910 -8.865 ~"


def test_a_long_formula_is_shortened_and_its_shape_is_not() -> None:
    name = "a_name_that_is_longer_than_any_label_may_be"
    assert shown(made(SMALL, name))[0] == "a_name_that_is_longer_than_… 2×2"


def test_data_is_never_markup() -> None:
    from bpdebug.debugger.view import Matrix
    from bpdebug.language.expression import Name
    from bpdebug.tui.sheet import sheet

    label = apply("add", Name("[b]"), Name("\x1b[31m"))
    (line,) = shown(sheet(Matrix(label, (), np.asarray(2.0)), "unicode"))
    assert line == "[b] + \\x1b[31m = 2"


TALL = np.arange(60.0).reshape(20, 3)


def test_a_tall_matrix_shows_a_window_and_its_statistics() -> None:
    drawn = picture(made(TALL, "A1"), width=70, height=8)
    top = lines(drawn)
    assert top == [
        "A⁽¹⁾ 20×3",
        "      0   1   2",
        " 0    0  +1  +2",
        " 1   +3  +4  +5",
        " 2   +6  +7  +8",
        " 3   +9 +10 +11",
        "⋮ rows 0–3 of 20",
        "A⁽¹⁾: min 0 · max +59 · mean +29.5 · norm 265 · 1 zero",
    ]
    assert lines(drawn, drawn.down)[2:7] == [
        "16  +48 +49 +50",
        "17  +51 +52 +53",
        "18  +54 +55 +56",
        "19  +57 +58 +59",
        "⋮ rows 16–19 of 20",
    ]
    assert lines(drawn, drawn.down + 50) == lines(drawn, drawn.down)


def test_a_wide_matrix_shows_whole_columns_and_marks_what_is_left_out() -> None:
    drawn = picture(made(TALL.T, "A1"), width=30, height=8)
    assert lines(drawn)[1:5] == [
        "       0   1   2   3   4   5 …",
        "0      0  +3  +6  +9 +12 +15 …",
        "1     +1  +4  +7 +10 +13 +16 …",
        "2     +2  +5  +8 +11 +14 +17 …",
    ]
    assert lines(drawn, across=1)[2] == "0 …   +3  +6  +9 +12 +15 +18 …"
    assert lines(drawn, across=drawn.across)[2] == "0 …  +42 +45 +48 +51 +54 +57"


def test_matrices_of_the_same_rows_scroll_together() -> None:
    drawn = picture(made(TALL, "X"), made(TALL + 0.5, "Z", prefix="→ "), width=78, height=8)
    row = lines(drawn, 7)[2]
    assert row.startswith(" 7  +21 +22 +23")
    assert " 7  +21.50 +22.50 +23.50" in row


def test_where_lines_are_few_the_indices_of_the_columns_go_first() -> None:
    wide = np.arange(40.0).reshape(5, 8)
    sheets = made(wide, "A1"), made(wide, "A2", prefix="→ ")
    assert shown(*sheets, width=45, height=12) == [
        "A⁽¹⁾ 5×8",
        *(row for row in shown(made(wide))[2:]),
        "→ A⁽²⁾ 5×8",
        *(row for row in shown(made(wide))[2:]),
    ]


def test_where_they_are_fewer_all_matrices_still_show() -> None:
    wide = np.arange(40.0).reshape(5, 8)
    drawn = picture(made(wide, "A1"), made(wide, "A2", prefix="→ "), width=45, height=11)
    assert drawn.overflow == 0
    assert [line for line in lines(drawn) if "rows" in line] == ["⋮ rows 0–1 of 5", "⋮ rows 0–2 of 5"]


def test_where_not_even_that_fits_the_picture_itself_moves() -> None:
    drawn = picture(*(made(SMALL, name) for name in ("W1", "W2", "W3")), width=20, height=5)
    assert drawn.overflow == 4
    assert lines(drawn, drawn.down)[-4:] == ["1       0 +3.000", "W⁽³⁾ 2×2", *shown(made(SMALL))[2:]]


SIDES = st.integers(1, 30)


@given(st.lists(st.tuples(SIDES, SIDES), min_size=1, max_size=3), st.integers(24, 130), st.integers(4, 40))
@settings(max_examples=60, deadline=None)
@example([(1, 1), (4, 1)], 24, 4)
def test_no_number_is_cut_whatever_the_room(shapes: list[tuple[int, int]], width: int, height: int) -> None:
    random = np.random.default_rng(0)
    sheets = [made(random.normal(size=shape), "A1") for shape in shapes]
    drawn = picture(*sheets, width=width, height=height)
    blocks = [block for band in drawn.bands for _, block in band.blocks]
    whole = {block.format(value).strip() for block in blocks for value in block.sheet.table.ravel().tolist()}
    for down, across in ((0, 0), (drawn.down // 2, drawn.across // 2), (drawn.down, drawn.across)):
        for at in range(drawn.height):
            line = drawn.line(at, down, across)
            assert line.cell_len <= width
            if "A⁽¹⁾:" not in line.plain:
                assert {word for word in line.plain.split() if word[0] in "+−"} <= whole


@given(SIDES, SIDES, st.integers(16, 60), st.integers(4, 20))
@settings(max_examples=60, deadline=None)
def test_every_entry_can_be_scrolled_to(rows: int, columns: int, width: int, height: int) -> None:
    table = np.arange(rows * columns, dtype=float).reshape(rows, columns) + 1
    drawn = picture(made(table, "A"), width=width, height=height)
    last = " ".join(lines(drawn, drawn.down, drawn.across))
    first = " ".join(lines(drawn))
    assert f"+{rows * columns}" in last.split()
    assert "+1" in first.split()


def test_a_huge_matrix_is_drawn_in_the_time_of_what_shows() -> None:
    table = np.broadcast_to(np.random.default_rng(0).normal(size=1000), (2000, 1000))
    small, huge = (made(each) for each in (table[:200], table))

    def seconds(sheet: object, down: int) -> float:
        drawn = picture(sheet, width=118, height=24, look=COLOURED)  # type: ignore[arg-type]
        best = 1.0
        for _ in range(5):
            start = time.perf_counter()
            for at in range(24):
                strip(drawn.line(at, down, 3000), Style())
            best = min(best, time.perf_counter() - start)
        return best

    assert seconds(huge, 1000) < 3 * seconds(small, 100)


@pytest.mark.parametrize("text", ["plain", "overlap"])
def test_a_strip_holds_what_the_line_holds(text: str) -> None:
    line = picture(made(SMALL, "W1"), look=COLOURED).line(2)
    if text == "overlap":
        line.stylize("bold")
    drawn = strip(line, Style(color="red"))
    assert drawn.text == line.plain
    assert drawn.cell_length == cell_len(line.plain)
    styles = {segment.text.strip(): segment.style for segment in drawn if segment.style}
    assert styles["−1.250"].bgcolor == COLOURED.palette.shade(-1.25 / 3).bgcolor
