"""What a person new to it stumbled over: each a step that has to go on as it began."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from textual import events

from bpdebug.check.telling import MARKS as CLAIMED
from bpdebug.debugger.journal import journal
from bpdebug.debugger.records import read
from bpdebug.tui.bars import hinted
from bpdebug.tui.colours import BARE
from bpdebug.tui.help import pane_page
from bpdebug.tui.keymap import KEYMAP
from bpdebug.tui.network import network_lines
from bpdebug.tui.panes.base import Pane
from bpdebug.tui.panes.cost import CostPane
from bpdebug.tui.panes.matrices import MatricesPane
from bpdebug.tui.panes.program import ProgramPane
from bpdebug.tui.prose import sentence
from bpdebug.tui.signs import signs
from bpdebug.tui.snapshot import drawing
from bpdebug.tui.snapshot import shown as told
from bpdebug.tui.verdicts import MARKS as VERDICTS
from tests.debugger.scenes import small
from tests.tui.driving import debugger, place, settled, shown
from tests.tui.driving import rows as rows_of
from tests.tui.staging import rows, staged
from tests.tui.staging import shown as shown_on


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


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_the_transcript_of_a_script_is_read_in_order(size: tuple[int, int], tmp_path: Path):
    script = tmp_path / "walk.replay"
    script.write_text("@ three-layer\necho hi\ngoto J\n!expect J < 0.1\ngoto 1:dW2\n")
    app = debugger()
    async with app.run_test(size=size) as pilot:
        await pilot.press("colon", *f"source {script}", "enter")
        await settled(pilot)
        told = [line for line, _ in app.command_line.answers]
        assert told == [f"> source {script}", *app.session.recording.answer.split("\n")]
        assert told[1:3] == ["> echo hi", "  hi"]
        assert [line for line in told if line.startswith("> ")][1:] == [
            "> echo hi",
            "> goto J",
            "> expect J < 0.1",
            "> goto 1:dW2",
        ]
        assert "> goto 1:dW2" in shown(app)
        assert "step 39 / 62" in place(app)
        assert app.stage.message == ""


async def test_a_line_that_a_key_began_is_open_until_esc_once_it_was_refused():
    app = debugger()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("B", *"nothing", "enter")
        await settled(pilot)
        assert app.command_line.opened
        await pilot.press(*"switch orientation rows", "enter")
        await settled(pilot)
        assert app.view.orientation == "rows"
        await pilot.press(*"shape X", "enter")
        await settled(pilot)
        assert "> shape X" in shown(app)
        await pilot.press("escape", "B", *"orientation columns", "enter")
        await settled(pilot)
        assert not app.command_line.opened


@pytest.mark.parametrize(("name", "at"), [("dW2", "step 38 / 62"), ("db2", "step 40 / 62")])
async def test_enter_goes_to_where_a_part_without_a_name_was_made(name: str, at: str):
    app = debugger(lines=[f"goto 3:{name}"])
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("e", "tab")
        assert app.stage.pane(MatricesPane).spot.sheet.name.startswith(f"{name}:")
        await pilot.press("enter")
        await settled(pilot)
        assert place(app).lstrip().startswith(f"iteration 3 / 200 · backward · {at}")


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_a_zoomed_matrix_makes_room_for_the_entry_until_it_is_left(size: tuple[int, int]):
    app = debugger(lines=["goto dW2"])
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        await pilot.press("3", "z")
        before = rows_of(app)
        await pilot.press("e")
        await settled(pilot)
        assert "dW⁽²⁾[0, 0] =" in shown(app)
        await pilot.press("escape")
        await settled(pilot)
        assert rows_of(app) == before
        await pilot.press("e", "z", "z", "escape")
        await settled(pilot)
        assert not app.stage.arrangement.zoomed, "what was zoomed meanwhile by hand stays so"


async def test_hiding_a_pane_says_which_key_brings_it_back():
    app = debugger()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("3", "x")
        assert rows_of(app)[-1].strip() == "3 brings Matrices back"
        await pilot.press("3")
        await settled(pilot)
        assert "3 Matrices" in shown(app)


@pytest.mark.parametrize("key", ["tour", "help"])
async def test_what_is_read_over_the_panes_has_its_own_keys_only(key: str):
    app = debugger()
    async with app.run_test(size=(120, 40)) as pilot:
        assert "n equation" in rows_of(app)[-1]
        app.perform("tour") if key == "tour" else app.action_help()
        await settled(pilot)
        assert rows_of(app)[-1].strip() == ""
        await pilot.press("escape")
        await settled(pilot)
        assert "n equation" in rows_of(app)[-1]


@pytest.mark.parametrize("width", [60, 66, 72, 80, 100])
@pytest.mark.parametrize("ascii", [False, True])
def test_how_an_entry_is_left_is_the_last_hint_to_go(width: int, ascii: bool):
    told = hinted(KEYMAP.hints(inspecting=True), width, BARE, ascii=ascii).text
    assert told.cell_len <= width
    assert told.plain.rstrip().endswith("Esc back to stepping")
    assert ("Enter where made" in told.plain) == (width >= 66)


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40), (200, 60)])
@pytest.mark.parametrize("lines", [1, 2, 3])
def test_what_is_said_in_several_lines_leaves_the_frames_of_panes_closed(size: tuple[int, int], lines: int):
    app = debugger(lines=["goto 3:dW2"])
    stage = staged(app.session, size)
    stage.arrangement.focus(stage.pane(CostPane))
    stage.message = "  ".join("x" * (size[0] - 5) for _ in range(lines))
    shown_rows = rows(stage)
    at = next(number for number, row in enumerate(shown_rows) if " iteration 3 / 200" in row)
    assert size[1] - at - 1 == lines
    beneath = shown_rows[at - 1] if lines > 1 or size[1] < 28 else shown_rows[at - 2]
    assert beneath[0] + beneath[-1] == "╰╯"


def test_a_name_cut_short_says_so():
    given = {"X": np.ones((2, 4))}
    long = "a_quantity_with_a_very_long_name"
    session = small({long: "sqrt(X)", "J": f"sum({long})"}, given, {}, notation="unicode")
    lines = [line.plain for line in network_lines(session.view, 34, 12, BARE)]
    assert any(line.startswith("a_quantity") and "…" in line for line in lines)


@pytest.mark.parametrize(
    ("name", "line", "legend"),
    [
        ("three-layer", "goto 1:J", ""),
        ("three-layer", "goto 1:dW2", "left executed, right check"),
        ("gradient-checking", "goto 1:J", "left executed, right yours"),
        ("gradient-checking", "goto 1:dW2", "left executed, right yours, check"),
    ],
)
def test_the_columns_of_marks_are_named_once_there_are_several(name: str, line: str, legend: str):
    app = debugger(name, lines=[line])
    stage = staged(app.session)
    told(stage, app.session)
    upper = rows(stage)[0]
    assert upper.startswith("╭─ 1 Program ─")
    assert (f" {legend} ─╮" if legend else "──╮") in upper
    assert ("left executed" in upper) == bool(legend)


def test_the_marks_of_entries_are_named_where_there_are_any():
    app = debugger(lines=["goto 1:Z1"])
    stage = staged(app.session)
    assert "changed by the last move" not in shown_on(stage)
    stage.show(app.session.execute("goto 2:Z1").view)
    assert "• changed by the last move ─╮" in shown_on(stage)
    stage.show(app.session.execute("step").view)
    assert "•" not in shown_on(stage)


@pytest.mark.parametrize("kind", [ProgramPane, MatricesPane])
@pytest.mark.parametrize("ascii", [False, True])
def test_the_page_of_a_pane_explains_every_mark(kind: type[Pane], ascii: bool):
    notation = "ascii" if ascii else "unicode"
    page = sentence(" ".join(text for text, _ in pane_page(kind(), ascii=ascii)), notation)
    own = signs(notation)
    marks = {
        ProgramPane: [*(each[ascii] for each in VERDICTS.values()), "yours", *CLAIMED[notation].values()],
        MatricesPane: [own.changed, own.differs],
    }
    lines = " ".join(page.split())
    missing = [each for each in marks[kind] if each not in lines and each.upper() not in lines]
    assert [each for each in missing if each != CLAIMED[notation]["helper"]] == []
    assert page.isascii() or not ascii
