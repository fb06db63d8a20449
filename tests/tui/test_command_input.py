"""The line that commands are typed on: a key that edits it, or enters it, does nothing else."""

from __future__ import annotations

from bpdebug.tui.panes.program import ProgramPane
from tests.tui.driving import debugger, place, said, settled


async def test_a_key_that_edits_the_line_does_not_move() -> None:
    app = debugger(lines=["goto 1:dZ3"])
    async with app.run_test(size=(80, 24)) as pilot:
        before = place(app)
        await pilot.press("colon", *"sape W1", "home", "right", "h", "end", "left", "left", "delete")
        await settled(pilot)
        assert app.command_line.input is not None
        assert app.command_line.input.value == "shape 1"
        assert place(app) == before


async def test_a_line_that_is_entered_goes_nowhere_else() -> None:
    app = debugger(lines=["goto 1:dZ3"])
    async with app.run_test(size=(80, 24)) as pilot:
        before = place(app)
        await pilot.press("1", "down")
        chosen = app.stage.pane(ProgramPane).chosen
        assert chosen is not None
        await pilot.press("colon", *"shape W1", "enter")
        await settled(pilot)
        assert (app.stage.pane(ProgramPane).chosen, place(app)) == (chosen, before)
        assert not said(app)
