"""A pane's frame: exact in width whatever stands in it, cut at the boundaries of cells."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from bpdebug.tui.box import PLAIN, ROUND, Box, Frame, Inside, Pen
from bpdebug.tui.colours import coloured
from bpdebug.tui.strips import Cells
from bpdebug.tui.themes import DARK

LOOK = coloured(DARK)
WORDS = st.text(alphabet="ab W⁽²⁾·Σ重み─", max_size=30)


def pen(width: int, box: Box = ROUND) -> Pen:
    return Pen(width, LOOK.ground, LOOK.frame, box)


def framed(lines: list[str], width: int, *, across: int = 0, title: str = "", foot: str = "", box: Box = ROUND):
    inside = Inside([Text(line) for line in lines], across, Text(title), Text(foot))
    return [told(row) for row in Frame().drawn(inside, pen(width, box))]


def told(cells: Cells) -> str:
    return "".join(segment.text for segment in cells)


def test_a_frame_has_the_title_at_its_beginning_and_what_is_beneath_at_its_end() -> None:
    assert framed(["one", ""], 20, title="1 Program", foot="↓ 3 more") == [
        "╭─ 1 Program ──────╮",
        "│ one              │",
        "│                  │",
        "╰─────── ↓ 3 more ─╯",
    ]
    assert framed(["one"], 9, box=PLAIN) == ["+-------+", "| one   |", "+-------+"]


def test_a_line_is_cut_where_the_frame_ends_and_shows_from_a_cell_on() -> None:
    assert framed(["0123456789"], 9)[1] == "│ 01234 │"
    assert framed(["0123456789"], 9, across=3)[1] == "│ 34567 │"
    assert framed(["0123456789"], 9, across=8)[1] == "│ 89    │"


def test_of_a_wide_character_at_an_edge_a_blank_is_left() -> None:
    assert framed(["重重重重"], 9)[1] == "│ 重重  │"
    assert framed(["重重重重"], 9, across=1)[1] == "│  重重 │"


@pytest.mark.parametrize("title", ["12345678", "a title that is too long", "重みの行列の名前", "重重重重重"])
def test_a_title_that_is_too_long_is_cut(title: str) -> None:
    upper, _, lower = framed([""], 14, title=title, foot=title)
    assert cell_len(upper) == cell_len(lower) == 14
    assert upper.startswith("╭─ " + title[:4])
    assert upper.endswith(" ─╮")
    assert lower.endswith(" ─╯")


@given(st.lists(WORDS, max_size=4), st.integers(6, 40), st.integers(0, 12), WORDS, WORDS)
@settings(max_examples=150, deadline=None)
def test_every_row_is_as_wide_as_the_frame(lines: list[str], width: int, across: int, title: str, foot: str) -> None:
    inside = Inside([Text(line) for line in lines], across, Text(title), Text(foot))
    drawn = Frame().drawn(inside, pen(width))
    assert len(drawn) == len(lines) + 2
    for row in drawn:
        assert sum(segment.cell_length for segment in row) == cell_len(told(row)) == width


def test_a_line_that_stays_is_drawn_once() -> None:
    frame, line = Frame(), Text("one")
    first = frame.drawn(Inside([line, Text("two")], 0, Text(), Text()), pen(12))
    again = frame.drawn(Inside([Text("one"), Text("three")], 0, Text("title"), Text()), pen(12))
    assert again[1] is first[1]
    assert told(again[2]) == "│ three    │"
    assert "title" in told(again[0])
    moved = frame.drawn(Inside([line, Text("three")], 1, Text(), Text()), pen(12))
    assert told(moved[1]) == "│ ne       │"
    other = frame.drawn(Inside([line], 1, Text(), Text()), pen(13))
    assert cell_len(told(other[1])) == 13


@pytest.mark.parametrize("style", [Style(bold=True), "bold"])
def test_another_style_is_another_line(style: Style | str) -> None:
    frame = Frame()
    frame.drawn(Inside([Text("one")], 0, Text(), Text()), pen(12))
    drawn = frame.drawn(Inside([Text("one", style)], 0, Text(), Text()), pen(12))
    assert any(segment.style and segment.style.bold for segment in drawn[1])


def test_everything_stands_on_the_ground_and_what_has_its_own_covers_it() -> None:
    lines = [Text.assemble("a", ("b", Style(bgcolor="#ff0000")))]
    drawn = Frame().drawn(Inside(lines, 0, Text("title"), Text()), pen(12))
    grounds = [
        segment.style.bgcolor.name for row in drawn for segment in row if segment.style and segment.style.bgcolor
    ]
    assert len(grounds) == sum(len(list(row)) for row in drawn)
    assert set(grounds) == {DARK.background, "#ff0000"}
