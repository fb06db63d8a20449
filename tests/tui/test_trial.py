"""What a person new to it stumbled over: each a step that has to go on as it began."""

from __future__ import annotations

from textual import events

from bpdebug.debugger.journal import journal
from bpdebug.debugger.records import read
from bpdebug.tui.snapshot import drawing
from bpdebug.tui.snapshot import shown as told
from tests.tui.driving import debugger, place, settled, shown
from tests.tui.staging import rows, staged


async def test_however_the_screen_is_arranged_the_session_is_read_again():
    app = debugger(lines=["goto dW2"])
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("v", "full_stop", "5", "x", "3", "z")
        await settled(pilot)
        words = app.stage.arrangement.words
    assert "-cost" in words
    assert f"screen {words}" in journal(app.session, words)
    assert read(journal(app.session, words))


async def test_a_screen_is_drawn_whichever_pane_has_the_focus(tmp_path):
    app = debugger()
    async with app.run_test(size=(120, 40)) as pilot:
        for pane in app.stage.panes:
            app.stage.arrangement.focus(pane)
            drawing(app)(tmp_path / f"{pane.id}.txt")
            await pilot.pause()
    assert len(list(tmp_path.iterdir())) == len(app.stage.panes)


async def test_a_line_that_a_key_began_closes_once_it_is_done_and_stays_where_it_is_refused():
    app = debugger()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("g", *"dW2", "enter")
        await settled(pilot)
        assert not app.command_line.opened
        await pilot.press("s")
        await settled(pilot)
        assert "step 40 / 62" in place(app)
        await pilot.press("g", *"nowhere", "enter")
        await settled(pilot)
        assert app.command_line.opened
        assert "nowhere" in shown(app)


async def test_what_is_pasted_over_the_panes_is_not_lost():
    app = debugger()
    async with app.run_test(size=(120, 40)) as pilot:
        app.post_message(events.Paste("dZ3 = A3 - Y\ndW3 = dZ3 @ A2.T / m"))
        await settled(pilot)
        assert [claim.name for claim in app.session.claims] == ["dZ3", "dW3"]
        await pilot.press("escape")
        app.post_message(events.Paste("db3 = dZ3"))
        await settled(pilot)
        assert app.command_line.input is not None
        assert app.command_line.input.value == "db3 = dZ3"


def test_a_wrong_line_is_told_in_the_listing_however_long_its_equation():
    app = debugger("gradient-checking", lines=["goto db1"])
    stage = staged(app.session)
    told(stage, app.session)
    line = next(row for row in rows(stage) if "▶ db⁽¹⁾ = Σ" in row)
    assert "y✗" in line or "yours ✗" in line
