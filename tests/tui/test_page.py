"""A page over the panes: within the screen, wrapped to it, and every line of it within reach."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.geometry import Size

from bpdebug.tui.colours import BARE, coloured
from bpdebug.tui.help import help_page
from bpdebug.tui.page import Page, Reading
from bpdebug.tui.themes import DARK
from tests.debugger.scenes import opened
from tests.tui.staging import rows, staged

HELP = tuple(help_page(ascii=False))
LONG = tuple((f"line {number}", "words") for number in range(100))


def page(content: tuple[tuple[str, str], ...] = LONG, *, place: str = "middle", begin: int = 0) -> Page:
    return Page(Reading("Title", "Esc closes", content, place), begin)


def texts(made: Page) -> list[str]:
    return [line.plain for line in made.lines()]


@pytest.mark.parametrize("place", ["middle", "head", "foot", "console"])
@given(st.integers(60, 220), st.integers(16, 70))
@settings(max_examples=30, deadline=None)
def test_it_stands_within_the_screen_and_no_line_is_cut(place: str, width: int, height: int) -> None:
    made = page(HELP, place=place)
    region = made.suit(Size(width, height), BARE)
    assert Size(width, height).region.contains_region(region)
    assert len(texts(made)) == region.height - 2 == made.room.height
    assert all(line.cell_len <= made.room.width == region.width - 4 for line in made._lines)


def test_its_lines_are_turned_by_line_page_and_edge_and_no_farther() -> None:
    made = page()
    made.suit(Size(80, 24), BARE)
    height = made.room.height
    assert texts(made) == [f"line {number}" for number in range(height)]
    made.turn(1)
    assert texts(made)[0] == "line 1"
    made.page(1)
    assert texts(made)[0] == f"line {height}", "one line is seen again"
    made.edge(1)
    assert texts(made)[-1] == "line 99"
    assert made.rest == 0
    made.page(1)
    assert texts(made)[-1] == "line 99"
    made.page(-1)
    made.edge(-1)
    made.turn(-1)
    assert texts(made)[0] == "line 0"
    assert made.rest == 100 - height


def test_what_was_answered_last_shows_from_its_beginning_and_stays_so_in_another_size() -> None:
    made = page(place="console", begin=40)
    made.suit(Size(80, 24), BARE)
    assert texts(made)[0] == "line 40"
    made.turn(2)
    made.suit(Size(80, 20), BARE)
    assert texts(made)[0] == "line 42"
    last = page(place="console", begin=98)
    last.suit(Size(80, 24), BARE)
    assert texts(last)[-1] == "line 99"


def test_a_row_of_a_table_is_not_folded_and_can_be_seen_to_its_end() -> None:
    made = page((("1 " * 100, "table"), ("a word " * 40, "words")))
    made.suit(Size(60, 20), BARE)
    assert len(texts(made)) > 5
    assert made._lines[0].cell_len == 200
    made.scroll(across=1000)
    assert made.across == 200 - made.room.width
    made.scroll(across=-1000)
    assert made.across == 0


@pytest.mark.parametrize("text", ["数据" * 70, "数据 词 " * 30, "α数" * 70 + " " + "x" * 90, "e\u0301 " * 90])
def test_wide_characters_are_folded_by_the_cells_they_take(text: str) -> None:
    made = page(((text, "words"), (f"column    {text}", "words")))
    made.suit(Size(60, 40), BARE)
    lines = texts(made)
    assert all(line.cell_len <= made.room.width for line in made._lines)
    assert "".join("".join(lines).split()) == "".join(f"{text}column{text}".split())


def test_a_line_of_the_screen_leads_back_to_the_line_it_is_part_of() -> None:
    made = page((("first " * 30, "words"), ("second", "words")), place="whole")
    region = made.suit(Size(80, 24), BARE)
    assert region == Size(80, 24).region
    assert [made.at(y) for y in range(7)] == [None, 0, 0, 0, 1, None, None]


def test_the_panes_make_room_for_a_card_beneath_them() -> None:
    for size in ((60, 16), (80, 24), (120, 40), (200, 60)):
        stage = staged(opened(), size)
        stage.arrangement.zoomed = not stage.arrangement.wide
        before = rows(stage)
        stage.page = page((("Card", "heading"), ("a word " * 20, "words")), place="foot")
        rows(stage)
        assert not [
            place for place in stage._places if place.region.translate((0, stage._top)).overlaps(stage.page.region)
        ]
        assert stage.page.region.height <= size[1] // 2
        stage.page = None
        assert rows(stage) == before


def test_in_another_size_or_look_it_is_folded_anew() -> None:
    made = page((("Heading", "heading"), ("a word " * 40, "words")))
    made.suit(Size(60, 20), BARE)
    before = texts(made)
    look = coloured(DARK)
    made.suit(Size(60, 20), look)
    assert texts(made) == before
    assert made._lines[0].style == look.accent
    made.suit(Size(120, 20), look)
    assert len(texts(made)) < len(before)


def test_data_is_never_markup_and_moves_no_cursor() -> None:
    made = page((("[b]x[/b] \x1b[31mred", "words"),))
    made.suit(Size(80, 24), BARE)
    assert texts(made) == ["[b]x[/b] \\x1b[31mred"]


def test_the_panes_are_as_they_were_once_it_is_closed() -> None:
    stage = staged(opened(), (80, 24))
    before = rows(stage)
    stage.page = page()
    shown = rows(stage)
    assert any("Title" in row for row in shown)
    assert f"↓ {stage.page.rest} more  Esc closes" in "\n".join(shown)
    assert all(len(row) <= 80 for row in shown)
    stage.page = None
    assert rows(stage) == before
