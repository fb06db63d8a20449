"""The screen in all sizes, notations and colours."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from bpdebug.debugger.session import Session
from bpdebug.tui.colours import BARE, coloured
from bpdebug.tui.panes.matrices import MatricesPane
from bpdebug.tui.panes.program import ProgramPane
from bpdebug.tui.themes import DARK, LIGHT, suited
from tests.debugger.scenes import loaded, opened, said
from tests.tui import driving
from tests.tui.driving import debugger, settled
from tests.tui.staging import ids, resized, rows, shown, staged, visible

SIZES = [(60, 16), (80, 24), (109, 50), (110, 34), (120, 40), (200, 60)]


def at(motion: str, **given):
    session = opened(iterations=200, **given)
    said(session, motion)
    return session


def test_a_large_screen_shows_all_places_and_a_small_one_the_operation_and_one_more():
    stage = staged(opened())
    always = {"program", "operation", "matrices", "cost", "claims"}
    assert always <= set(visible(stage))
    assert visible(resized(stage, (80, 24))) == ["operation", "matrices"]
    assert "3 Matrices" in rows(stage)[0]
    for number, pane in enumerate(stage.panes, start=1):
        stage.arrangement.focus(pane)
        stage.draw()
        assert f"{number % 10} {pane.title}" in shown(stage)
        assert pane.id in visible(stage)
        assert len(visible(stage)) == (1 if pane.id == "claims" else 2)
    assert always <= set(visible(resized(stage, (200, 60)))) | {"check"}
    assert all(len(row) <= 200 for row in rows(stage))


def test_the_operation_stays_on_a_small_screen_with_the_pane_that_was_shown_last():
    stage = staged(opened(), (80, 24))
    stage.arrangement.focus(stage.pane(ProgramPane))
    stage.draw()
    assert visible(stage) == ["program", "operation"]
    stage.arrangement.focus(stage.arrangement.panes["operation"])
    stage.draw()
    assert visible(stage) == ["program", "operation"]


def test_below_the_smallest_size_the_screen_says_what_it_needs():
    session = opened()
    stage = staged(session, (59, 15))
    assert "bpdebug needs 60 columns and 16 lines" in shown(stage)
    assert "59 and 15" in shown(stage)
    said(session, "step")
    stage.show(session.view)
    resized(stage, (60, 16))
    assert "step 1 / 62" in shown(stage)
    assert "bpdebug needs" not in shown(stage)


@pytest.mark.parametrize("size", SIZES)
def test_the_position_and_the_hints_are_always_there(size: tuple[int, int]):
    place, hints = rows(staged(at("goto dW2"), size))[-2:]
    assert place.startswith(" iteration 1 / 200 · backward · step 39 / 62")
    assert "? help" in hints
    assert "q quit" in hints


@pytest.mark.parametrize("size", [(60, 16), (120, 40)])
def test_every_pane_can_have_the_whole_screen(size: tuple[int, int]):
    stage = staged(at("goto dW2"), size)
    before = shown(stage)
    for pane in stage.panes:
        stage.arrangement.focus(pane)
        stage.arrangement.zoomed = True
        stage.draw()
        assert visible(stage) == [pane.id]
        (place,) = stage._places
        assert place.region.height >= size[1] - 4
        assert place.region.width == size[0]
        stage.arrangement.zoomed = False
    for pane in reversed(ids(stage, "program", "operation", "matrices", "check", "cost", "claims")):
        stage.arrangement.focus(pane)
    stage.arrangement.focus(stage.pane(MatricesPane))
    assert shown(stage) == before


def test_at_80_columns_the_console_and_the_zoom_are_among_the_hints():
    hints = rows(staged(opened(), (80, 24)))[-1]
    assert ": console" in hints
    assert "z zoom" in hints


@pytest.mark.parametrize("width", [80, 100, 120])
def test_a_long_message_goes_on_in_another_line(width: int):
    stage = staged(opened(iterations=200), (width, 34))
    stage.message = (
        "J fell from 0.7777617669 (iteration 1) to 0.02314322474 (iteration 200).  Stopped on the way to there."
    )
    assert "(iteration 200)." in shown(stage)
    assert "Stopped on the way to there." in shown(stage)
    stage.message = ""
    assert "→ step" in rows(stage)[-1]
    assert rows(stage)[-2].startswith(" iteration 1")


async def test_a_tab_can_be_clicked():
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click(offset=(driving.rows(app)[0].index("5 Cost"), 0))
        await pilot.pause()
        assert visible(app.stage) == ["operation", "cost"]


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_the_ascii_notation_draws_in_ascii_alone(size: tuple[int, int]):
    stage = staged(at("goto 30:dW2", notation="ascii"), size)
    for pane in stage.panes:
        stage.arrangement.focus(pane)
        text = shown(stage)
        assert text.isascii(), {character for character in text if not character.isascii()}


async def test_the_help_the_panes_explanations_and_the_console_are_drawn_in_ascii_too():
    app = debugger(notation="ascii")
    async with app.run_test(size=(100, 60)) as pilot:
        for name in ("question_mark", *(f"{number % 10}" for number in range(1, len(app.stage.panes) + 1))):
            await pilot.press(name, *(["f1"] if name.isdigit() else []))
            assert app.stage.page is not None
            assert all(text.isascii() for text, _ in app.stage.page.reading.content)
            assert "Esc closes" in driving.shown(app)
            assert driving.shown(app).isascii()
            await pilot.press("escape")
        await pilot.press("colon", *"print W1", "enter")
        await pilot.pause()
        assert "> print W1" in driving.shown(app)
        assert driving.shown(app).isascii()


def test_data_is_never_markup_and_moves_no_cursor():
    title = "[b]bold[/b] [@click=app.quit]x[/] \x1b[31mred"
    session = driving.debugger(title=title, summary=title).session
    text = shown(staged(session))
    assert "[b]bold[/b] [@click=app.quit]x[/]" in text
    assert "\x1b" not in text
    assert "\\x1b[31mred" in text


def test_without_colours_the_same_is_told_as_with_them():
    session = at("goto dW3")
    plain = shown(staged(session, look=BARE))
    for theme in (DARK, LIGHT):
        assert shown(staged(session, look=coloured(theme))) == plain


async def test_where_the_terminal_has_no_colours_none_are_drawn(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    app = debugger(lines=["goto dW3"])
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        assert app.no_color
        assert app.stage.look is BARE
        strips = app.screen._compositor.render_strips()
        colours = {
            part
            for strip in strips
            for each in strip
            if each.style
            for part in (each.style.color, each.style.bgcolor)
            if part
        }
        assert all(len(set(colour.get_truecolor())) == 1 for colour in colours)


@pytest.mark.parametrize(("said", "theme"), [("15;0", DARK), ("0;15", LIGHT), ("0;default;7", LIGHT), ("", DARK)])
def test_the_theme_suits_the_ground_that_the_terminal_tells(said: str, theme):
    assert suited({"COLORFGBG": said}) is theme


def test_equations_that_are_too_long_go_on_in_the_next_line():
    stage = staged(opened())
    drawn = rows(stage)
    row = next(at for at, row in enumerate(drawn) if "J = −Σ(Y ⊙ log(A⁽³⁾)" in row)
    assert drawn[row + 1].startswith("│      ⊙ log(1 − A⁽³⁾)) / m")
    pane = stage.pane(ProgramPane)
    assert all(line.cell_len <= pane.room.width for line in pane.content)


def test_a_title_may_be_called_like_a_phase():
    stage = staged(Session(replace(loaded("three-layer"), title="forward")))
    title, blank, heading, *_ = stage.pane(ProgramPane).content
    assert (title.plain, blank.plain) == ("forward", "")
    assert heading.plain.startswith("forward  from the data")
