"""Search: / chooses in the program the next equation that contains what is typed."""

from __future__ import annotations

import pytest

from bpdebug.tui.app import Debugger
from bpdebug.tui.panes.program import ProgramPane
from bpdebug.tui.search import matching
from tests.debugger.scenes import opened
from tests.tui.driving import burst, debugger, place, said, settled, until

ROWS = opened().view.rows
NAMES = [row.equation.name for row in ROWS]


def names(text: str) -> list[str]:
    return [NAMES[index] for index in matching(ROWS, text)]


def chosen(app: Debugger) -> str:
    return app.stage.pane(ProgramPane).at_hand


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("dZ3", ["dZ3", "dW3", "db3", "dA2"]),
        ("dZ⁽³⁾", ["dZ3", "dW3", "db3", "dA2"]),
        ("A1.T", ["dW2"]),
        ("A⁽¹⁾ᵀ", ["dW2"]),
        ("dz3 @ a2.t", ["dW3"]),
        ("dZ3@A2.T/m", ["dW3"]),
        ("relu(", ["A1", "A2", "dZ2", "dZ1"]),
        ("dz3 @ A2.t", []),
        ("", []),
        ("[b]", []),
    ],
)
def test_an_equation_is_found_by_its_name_and_formula_in_both_notations(text: str, found: list[str]) -> None:
    assert names(text) == found


async def test_what_is_typed_chooses_the_next_and_enter_goes_there() -> None:
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash", *"db")
        assert (chosen(app), app.command_line.opened) == ("db3", True)
        await pilot.press("2")
        assert chosen(app) == "db2"
        await pilot.press("backspace")
        assert chosen(app) == "db3", "it is looked for from the beginning again"
        await pilot.press("enter")
        assert (chosen(app), app.command_line.opened) == ("db3", False)
        assert said(app) == "1 of 6 with 'db': Enter goes there; / and Enter look farther on"
        assert "step 0 / 62" in place(app)
        await pilot.press("enter")
        await settled(pilot)
        assert app.view.operation.equation.name == "db3"


async def test_an_empty_one_looks_farther_on_and_begins_anew_at_the_end() -> None:
    app = debugger(lines=["goto dW2"])
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("slash", *"db", "enter")
        met = [chosen(app)]
        for _ in range(6):
            await pilot.press("slash", "enter")
            met.append(chosen(app))
        assert met == ["db2", "db1", "b1", "b2", "b3", "db3", "db2"]
        burst(pilot, "/J\n\n")
        await until(pilot, lambda: app.view.operation.equation.name == "J")


async def test_what_is_not_found_is_said_and_nothing_is_chosen() -> None:
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash", "enter")
        assert said(app) == "nothing was looked for yet"
        await pilot.press("slash", *"W9")
        assert said(app) == "no equation contains 'W9'"
        assert chosen(app) == ""
        await pilot.press("backspace")
        assert chosen(app) == "Z2"
        await pilot.press("escape")
        await pilot.pause()
        assert (said(app), chosen(app), app.focused) == ("", "", app.desk)
        await pilot.press("slash", *"W9", "enter")
        assert said(app) == "no equation contains 'W9'"
        assert app.session.view.place.position == 0
        assert not app.command_line.history


async def test_a_line_of_the_console_that_begins_so_is_one_too() -> None:
    app = debugger(notation="ascii")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("colon", *"/A2.T", "enter")
        await pilot.pause()
        assert chosen(app) == "dW3"
        assert said(app).isascii()
