"""The screen in all sizes, notations and colours."""

from __future__ import annotations

import pytest

from bpdebug.tui.panes.program import ProgramPane
from bpdebug.tui.themes import DARK, LIGHT, suited
from tests.tui.driving import debugger, rows, settled, shown


def visible(app) -> list[int]:
    return [number for number, pane in enumerate(app.arrangement.panes, start=1) if pane.display]


async def test_a_large_screen_shows_everything_and_a_small_one_the_operation_and_one_more():
    app = debugger()
    async with app.run_test(size=(120, 40)) as pilot:
        assert visible(app) == [1, 2, 3, 4, 5, 6]
        await pilot.resize_terminal(80, 24)
        assert visible(app) == [2, 3]
        assert "3 Matrices" in rows(app)[0]
        await pilot.press("1")
        assert visible(app) == [1, 2]
        await pilot.press("2")
        assert visible(app) == [1, 2]
        await pilot.resize_terminal(200, 60)
        assert visible(app) == [1, 2, 3, 4, 5, 6]
        assert all(len(row) <= 200 for row in rows(app))


async def test_below_the_smallest_size_the_screen_says_what_it_needs():
    app = debugger()
    async with app.run_test(size=(59, 15)) as pilot:
        assert "bpdebug needs 60 columns and 16 lines" in shown(app)
        assert "59 and 15" in shown(app)
        await pilot.press("right")
        await pilot.resize_terminal(60, 16)
        await settled(pilot)
        assert "step 1 / 62" in shown(app)
        assert "bpdebug needs" not in shown(app)


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (109, 50), (110, 34), (120, 40), (200, 60)])
async def test_the_position_and_the_hints_are_always_there(size: tuple[int, int]):
    app = debugger(lines=["goto dW2"])
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        last = rows(app)[-2:]
    assert last[0].startswith(" iteration 1 / 200 · backward · step 39 / 62")
    assert "? help" in last[1]
    assert "q quit" in last[1]


@pytest.mark.parametrize("size", [(60, 16), (120, 40)])
async def test_every_pane_can_have_the_whole_screen(size: tuple[int, int]):
    app = debugger(lines=["goto dW2"])
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        before = shown(app)
        for number, pane in enumerate(app.arrangement.panes, start=1):
            await pilot.press(str(number), "z")
            assert visible(app) == [number]
            assert pane.outer_size.height >= size[1] - 3
            assert pane.outer_size.width == size[0]
            await pilot.press("z")
        await pilot.press("3")
        await pilot.pause()
        assert shown(app) == before


async def test_at_80_columns_the_console_and_the_zoom_are_among_the_hints():
    app = debugger()
    async with app.run_test(size=(80, 24)):
        assert ": console" in rows(app)[-1]
        assert "z zoom" in rows(app)[-1]


@pytest.mark.parametrize("width", [80, 100, 120])
async def test_a_long_message_goes_on_in_another_line(width: int):
    app = debugger()
    async with app.run_test(size=(width, 34)) as pilot:
        app.say(
            "J fell from 0.7777617669 (iteration 1) to 0.02314322474 (iteration 200).  Stopped on the way to there."
        )
        await pilot.pause()
        assert "(iteration 200)." in shown(app)
        assert "Stopped on the way to there." in shown(app)
        app.say("")
        await pilot.pause()
        assert "→ step" in rows(app)[-1]
        assert rows(app)[-2].startswith(" iteration 1")


async def test_a_tab_can_be_clicked():
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click(offset=(rows(app)[0].index("5 Cost"), 0))
        assert visible(app) == [2, 5]


async def test_the_ascii_notation_draws_in_ascii_alone():
    app = debugger(notation="ascii", lines=["goto 30:dW2"])
    for size in ((80, 24), (120, 40)):
        async with app.run_test(size=size) as pilot:
            await settled(pilot)
            await pilot.press("1")
            text = shown(app)
        assert text.isascii(), {character for character in text if not character.isascii()}
        app = debugger(notation="ascii", lines=["goto 30:dW2"])


async def test_the_help_and_the_console_are_drawn_in_ascii_too():
    app = debugger(notation="ascii")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("question_mark")
        await pilot.pause()
        assert shown(app).isascii()
        await pilot.press("escape", "colon", *"print W1", "enter")
        await pilot.pause()
        assert shown(app).isascii()


async def test_data_is_never_markup_and_moves_no_cursor():
    title = "[b]bold[/b] [@click=app.quit]x[/] \x1b[31mred"
    app = debugger(title=title, summary=title)
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        text = shown(app)
    assert "[b]bold[/b] [@click=app.quit]x[/]" in text
    assert "\x1b" not in text
    assert "\\x1b[31mred" in text


async def test_without_colours_everything_is_still_told(monkeypatch):
    coloured = debugger(lines=["goto dW3"])
    async with coloured.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        expected = shown(coloured)
    monkeypatch.setenv("NO_COLOR", "1")
    app = debugger(lines=["goto dW3"])
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        assert app.no_color
        assert shown(app) == expected
        strips = app.screen._compositor.render_strips()
        colours = {
            part for strip in strips for each in strip for part in (each.style.color, each.style.bgcolor) if part
        }
        assert all(len(set(colour.get_truecolor())) == 1 for colour in colours)


@pytest.mark.parametrize(("said", "theme"), [("15;0", DARK), ("0;15", LIGHT), ("0;default;7", LIGHT), ("", DARK)])
def test_the_theme_suits_the_ground_that_the_terminal_tells(said: str, theme):
    assert suited({"COLORFGBG": said}) is theme


async def test_equations_that_are_too_long_go_on_in_the_next_line():
    app = debugger()
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        at = next(at for at, row in enumerate(rows(app)) if "J = −Σ(Y ⊙ log(A⁽³⁾)" in row)
        assert rows(app)[at + 1].startswith("│      ⊙ log(1 − A⁽³⁾)) / m")
        width = app.query_one(ProgramPane).scrollable_content_region.width
        assert all(line.cell_len <= width for line in app.query_one(ProgramPane)._lines)
