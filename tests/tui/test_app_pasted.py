"""Several lines at once: pasted, or entered while one is executed, they are executed one after the other."""

from __future__ import annotations

import pytest
from textual import events

from bpdebug.tui import dialogue
from tests.tui.driving import burst, debugger, place, settled, shown, typed, until


async def test_lines_entered_while_one_is_executed_wait_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialogue, "PATIENCE", 0)
    app = debugger(iterations=20_000)
    async with app.run_test(size=(80, 24)) as pilot:
        burst(pilot, ":goto 15000\nstep\nstpe\nstep\nprint J")
        await until(pilot, lambda: "not executed, nor what follows: 1 line" in shown(app))
        assert "iteration 15,000 / 20,000 · forward · step 2 / 62" in place(app)
        await until(pilot, lambda: typed(app) == "print J")


async def test_empty_lines_that_are_pasted_are_none() -> None:
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("colon")
        app.post_message(events.Paste("\n\n"))
        await pilot.press(*"step", "enter")
        await settled(pilot)
        assert "step 1 / 62" in place(app)


async def test_lines_that_are_pasted_are_executed_in_order():
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("colon")
        app.command_line.input.post_message(events.Paste("goto J\nprint J\n\nshape W1\n"))
        await until(pilot, lambda: "> shape W1" in shown(app))
        await settled(pilot)
        assert [text for text, kind in app.command_line.answers if kind == "heading"] == [
            "> goto J",
            "> print J",
            "> shape W1",
        ]
        assert "J = 0.7777617669" in shown(app)
        await until(pilot, lambda: app.dialogue.script is None)
        await pilot.press("escape", "right")
        await settled(pilot)
        assert not app.command_line.opened


async def test_after_a_refusal_the_rest_of_what_was_pasted_is_told_not_executed():
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("colon")
        app.command_line.input.post_message(events.Paste("step\nstpe\nstep\nprint J"))
        await until(pilot, lambda: "not executed" in shown(app))
        await settled(pilot)
        assert "step 1 / 62" in place(app)
        assert "> step" in shown(app)
        assert "not executed, nor what follows: 2 lines" in shown(app)


async def test_one_line_is_pasted_to_be_gone_on_with():
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("colon")
        app.command_line.input.post_message(events.Paste("print J\n"))
        await until(pilot, lambda: typed(app) == "print J")
