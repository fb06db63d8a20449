"""Every key is a command of the session's language, and the screen shows what the session answers."""

from __future__ import annotations

import pytest
from textual import constants

from bpdebug.debugger import keeping
from bpdebug.debugger.commands import COMMANDS
from bpdebug.debugger.commands.understand import understand
from bpdebug.debugger.session import Session
from bpdebug.tui.app import Debugger
from bpdebug.tui.colours import look
from bpdebug.tui.keymap import KEYMAP
from bpdebug.tui.keys import GROUPS, INSPECTING, MOVING, PANES, Key
from bpdebug.tui.panes.base import Pane
from bpdebug.tui.panes.cost import CostPane
from bpdebug.tui.panes.matrices import MatricesPane
from bpdebug.tui.panes.program import ProgramPane
from bpdebug.tui.themes import DARK, LIGHT
from tests.tui import staging
from tests.tui.driving import debugger, grounds, place, rows, said, scenario, settled, shown, until

KEYS = [key for group in GROUPS.values() for key in group]
MOTIONS = [(name, key) for key in MOVING if key.action.startswith("execute") for name in key.keys]


def line_of(key: Key) -> str:
    return key.action.removeprefix("execute('").removesuffix("')")


async def test_a_key_goes_where_its_command_does():
    reference, app = Session(scenario()), debugger()
    assert len(MOTIONS) > 12
    async with app.run_test(size=(80, 24)) as pilot:
        for name, key in MOTIONS:
            for line in ("goto 3:dZ3", line_of(key)):
                reference.execute(line)
            app.perform("goto 3:dZ3")
            await until(pilot, lambda: app.motion is None)
            await pilot.press(name)
            await settled(pilot)
            assert app.view.place.words == reference.view.place.words, name
            assert app.view.place.words in place(app), name


def test_no_key_has_two_meanings_at_once_and_every_one_is_explained():
    for keys in (list(KEYMAP.bound()), INSPECTING):
        names = [name for key in keys for name in key.keys]
        assert len(names) == len(set(names))
    assert all(key.help.rstrip("…").strip() for key in KEYS)
    app = debugger()
    first = {key: {each.action for each in found} for key, found in app._bindings.key_to_bindings.items()}
    for key in KEYMAP.bound():
        assert all(key.action in first[name] if key.urgent else app.keys.heard[name] is key for name in key.keys)


def test_a_pane_is_called_by_its_key_and_its_key_by_the_pane():
    panes = debugger().stage.panes
    assert [key.help for key in PANES[: len(panes)]] == [f"Go to the pane {pane.heading}." for pane in panes]
    assert [key.keys for key in PANES] == [(str(number % 10),) for number in range(1, len(PANES) + 1)]


@pytest.mark.parametrize("key", [key for key in KEYS if key.action.startswith("execute")], ids=lambda key: key.action)
def test_what_can_be_pressed_can_be_scripted(key: Key):
    assert understand(line_of(key)).command.name in COMMANDS


async def test_right_and_left_step_through_an_operation_and_undo_it():
    app = debugger()
    async with app.run_test(size=(120, 40)) as pilot:
        assert "step 0 / 62" in place(app)
        await pilot.press("right", "right")
        assert "step 2 / 62" in place(app)
        await pilot.press("left")
        assert "step 1 / 62" in place(app)


def test_the_first_screen_says_what_comes_first_and_what_to_press():
    text = staging.shown(staging.staged(debugger().session))
    assert "▶ Z⁽¹⁾ = W⁽¹⁾ · X + b⁽¹⁾" in text
    assert "next: W⁽¹⁾ · X  of Z⁽¹⁾" in text
    assert "→ step" in text
    assert "? help" in text


async def test_what_cannot_be_done_is_said_until_the_next_key():
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("left")
        assert "this is the start of the run" in said(app)
        await pilot.press("left_square_bracket")
        assert "there is no place 1 iteration before here" in said(app)
        assert "there is no place" in rows(app)[-1]
        await pilot.press("right")
        assert said(app) == ""
        assert "→ step" in rows(app)[-1]


async def test_k_checks_all_that_is_computed_and_marks_it_in_the_program():
    app = debugger(lines=["goto dW2"])
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("k")
        await until(pilot, lambda: len(app.check_pane.check.checks) == 7)
        await pilot.pause()
        assert "7 gradients tested" in said(app)
        marked = [row for row in rows(app) if row.startswith("│ ✓ d") and row[48] == "✓"]
        assert len(marked) == 6
        assert sum(row.startswith("│ ▶ dW⁽²⁾") for row in rows(app)) == 1


async def test_g_asks_where_to():
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("g", *"3:dW2", "enter")
        await settled(pilot)
        assert app.view.place.words == "iteration 3 / 200 · backward · step 39 / 62"
        await pilot.press("escape", "n")
        await settled(pilot)
        assert "step 41 / 62" in app.view.place.words


async def test_digits_tab_and_zoom_choose_the_pane():
    app = debugger()
    async with app.run_test(size=(120, 40)) as pilot:
        assert isinstance(at_hand(app), MatricesPane)
        await pilot.press("1")
        assert isinstance(at_hand(app), ProgramPane)
        await pilot.press("shift+tab")
        last = app.stage.panes[-1]
        assert at_hand(app) is last
        await pilot.press("z")
        await pilot.pause()
        assert last.room.width > 110
        await pilot.press("tab")
        await pilot.pause()
        assert isinstance(at_hand(app), ProgramPane)
        assert at_hand(app).room.width > 110
        await pilot.press("escape")
        await pilot.pause()
        assert at_hand(app).room.width < 60


def at_hand(app: Debugger) -> Pane:
    """The pane that has the focus."""
    return app.stage.arrangement.current


async def test_arrows_and_page_keys_scroll_the_pane_that_has_the_focus():
    app = debugger(lines=["goto dW2"])
    async with app.run_test(size=(60, 16)) as pilot:
        await pilot.press("2")
        await pilot.pause()
        pane = at_hand(app)
        assert pane.bounds.height > 3
        await pilot.press("down", "down")
        assert pane.down == 2
        await pilot.press("up")
        assert pane.down == 1
        await pilot.press("pagedown")
        assert pane.down == min(pane.bounds.height, 1 + pane.room.height - 1)
        await pilot.press("pageup", "pageup")
        assert pane.down == 0


async def test_up_and_down_choose_an_equation_in_the_program_and_enter_goes_there():
    app = debugger()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("1", "down", "down")
        assert app.stage.pane(ProgramPane).at_hand == "Z2"
        await pilot.press("b", "up", "enter")
        await settled(pilot)
        assert app.view.operation.equation.name == "A1"
        assert [app.view.rows[index].equation.name for index in app.view.stops] == ["Z2"]
        await pilot.press("down", "down", "t")
        await settled(pilot)
        assert app.view.operation.equation.name == "Z2", "where the stop is"


async def test_the_current_equation_stays_in_sight():
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("1", "end")
        await settled(pilot)
        assert "▶ b⁽³⁾ = b⁽³⁾ − learning_rate * db⁽³⁾" in shown(app)
        await pilot.press("home")
        await settled(pilot)
        assert "▶ Z⁽¹⁾ = W⁽¹⁾ · X + b⁽¹⁾" in shown(app)


async def test_another_theme_reaches_every_line(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(constants, "COLOR_SYSTEM", "truecolor")
    app = debugger()
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("T")
        await settled(pilot)
        await pilot.pause()
        assert LIGHT.background in grounds(app)
        assert DARK.background not in grounds(app)
        assert not app.current_theme.dark
        await pilot.press("T")
        await settled(pilot)
        assert DARK.background in grounds(app)
        assert LIGHT.background not in grounds(app)
        assert app.current_theme.dark


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
async def test_q_leaves_without_a_question(key: str):
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(key)
    assert app.return_value == 0


async def test_ctrl_c_leaves_as_interrupted():
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+c")
    assert app.return_value == 130


async def test_the_hints_can_be_clicked():
    app = debugger()
    async with app.run_test(size=(120, 40)) as pilot:
        at = rows(app)[-1].index("n equation")
        await pilot.click(offset=(at, 39))
        await settled(pilot)
        assert "step 2 / 62" in place(app)


async def test_a_click_on_an_equation_goes_there():
    app = debugger()
    async with app.run_test(size=(120, 40)) as pilot:
        row = next(at for at, text in enumerate(rows(app)) if "dZ⁽²⁾ = dA⁽²⁾" in text)
        await pilot.click(offset=(10, row))
        await settled(pilot)
        assert app.view.operation.equation.name == "dZ2"


async def test_a_click_on_the_curve_travels_to_that_iteration():
    app = debugger(lines=["end"])
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        pane = app.stage.pane(CostPane)
        region = next(place.region for place in app.stage._places if place.pane is pane)
        first = region.x + 2 + pane._curve.left
        await pilot.click(offset=(first + pane._curve.columns // 2, region.y + 4))
        await settled(pilot)
        assert 90 <= app.view.place.iteration <= 110
        assert app.view.operation.equation.name == "J"


async def test_the_theme_chosen_with_the_key_is_there_again_and_the_usual_one_is_not_noted():
    kept = keeping.opened(scenario("xor"), {}, "xor")
    assert kept.execute("goto 2:J").ok
    app = Debugger(kept.session, kept=kept)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.ready)
        await pilot.press("T")
        await settled(pilot)
    kept.leave()
    found = keeping.opened(scenario("xor"), {}, "xor")
    again = Debugger(found.session, kept=found)
    async with again.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: again.ready)
        assert again.colours is LIGHT
        assert again.stage.look == look(LIGHT, None if again.no_color else again.console.color_system)
        await pilot.press("T")
        assert "theme" not in found.screen()
