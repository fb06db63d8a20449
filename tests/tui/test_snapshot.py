"""The screen without a terminal: what is drawn is what the screen shows, the same wherever it is drawn."""

from __future__ import annotations

import asyncio
import gc
import threading

import pytest
from msgspec.structs import replace
from textual import constants

from bpdebug.debugger.session import Session
from bpdebug.errors import UsageError
from bpdebug.export.drawing import text
from bpdebug.export.svg import svg
from bpdebug.tui.panes.check import CheckPane
from bpdebug.tui.snapshot import drawing, drawn, kind, pane, save
from bpdebug.tui.stage import KINDS
from tests.tui.driving import debugger, rows, scenario, settled


def session(name: str = "three-layer", *lines: str) -> Session:
    found = Session(scenario(name))
    for line in lines:
        assert found.execute(line).ok, line
    return found


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_what_is_drawn_is_what_the_screen_shows(size):
    app = debugger("gradient-checking", lines=["goto dW2"])
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        shown = rows(app)
    assert text(drawn(session("gradient-checking", "goto dW2"), size)).splitlines() == shown


def test_the_gradient_is_checked_before_it_is_drawn():
    assert "dW⁽³⁾ agrees with the numerical gradient" in text(
        drawn(session("three-layer", "goto dW3"), (80, 24), focus="gradient")
    )
    assert "wrong first" in text(drawn(session("gradient-checking", "goto dW2")))


@pytest.mark.parametrize(
    ("variable", "value"), [("NO_COLOR", "1"), ("COLORFGBG", "0;15"), ("TERM", "dumb"), ("COLUMNS", "30")]
)
def test_the_environment_changes_no_byte(variable, value, monkeypatch):
    before = svg(drawn(session("xor", "goto dW2")))
    monkeypatch.setenv(variable, value)
    monkeypatch.setattr(constants, "COLOR_SYSTEM", "standard")
    assert svg(drawn(session("xor", "goto dW2"))) == before


def test_drawn_again_it_is_the_same_and_the_session_as_it_was():
    found = session("xor", "goto 3:dW1")
    before = found.view
    assert drawn(found) == drawn(found)
    assert found.view is before


async def test_it_is_drawn_from_within_a_loop_too():
    here = asyncio.get_running_loop()
    assert "iteration 1 / 500" in text(drawn(session("xor", "step")))
    assert asyncio.get_running_loop() is here


def test_themes_and_focus_are_to_be_seen():
    dark, light = (drawn(session("xor", "goto dW2"), theme=theme) for theme in ("dark", "light"))
    assert text(dark) == text(light)
    assert dark.ink.ground < light.ink.ground
    assert "─ 5 Cost ─" in text(drawn(session("xor"), (80, 24), focus="cost"))
    assert "─ 3 Matrices ─" in text(drawn(session("xor"), (80, 24)))
    for number, each in enumerate(KINDS, start=1):
        assert pane(str(number % 10)) == pane(each.heading.lower()) == number
    assert drawn(session("xor"), focus="5") == drawn(session("xor"), focus="cost") != drawn(session("xor"))


def test_ascii_is_ascii():
    assert text(drawn(Session(scenario("xor"), notation="ascii"))).isascii()


@pytest.mark.parametrize("size", [(59, 40), (120, 15), (501, 40), (120, 201), (0, 0)])
def test_a_size_that_no_screen_has_is_refused(size):
    with pytest.raises(UsageError, match=r"expected a size from 60x16 to 500x200, got \d+x\d+"):
        drawn(session(), size)


@pytest.mark.parametrize("word", ["11", "-1", "matrixes", "c"])
def test_a_pane_that_is_none_or_not_clear_is_refused(word):
    with pytest.raises(UsageError, match="expected a pane by its number or name"):
        drawn(session(), focus=word)


@pytest.mark.parametrize("name", ["a.png", "a", "svg", ""])
def test_another_kind_of_file_is_refused(name):
    with pytest.raises(UsageError, match=r"expected a file ending in \.txt, \.svg or \.html"):
        kind(name)


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    picture = drawn(session("xor"))
    save(picture, tmp_path / "xor.SVG")
    assert (tmp_path / "xor.SVG").read_text(encoding="utf-8") == svg(picture)
    with pytest.raises(UsageError, match=r"xor\.svg cannot be written: there is no folder nowhere"):
        save(picture, tmp_path / "nowhere" / "xor.svg")
    (tmp_path / "folder.svg").mkdir()
    with pytest.raises(UsageError, match=r"folder\.svg cannot be written"):
        save(picture, tmp_path / "folder.svg")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["folder.svg", "xor.SVG"]


def test_a_mistake_of_our_own_is_raised_and_hangs_nothing(monkeypatch):
    def broken(*given: object) -> None:
        raise ZeroDivisionError("a mistake")

    monkeypatch.setattr(CheckPane, "lines", broken)
    with pytest.raises(ZeroDivisionError, match="a mistake"):
        drawn(session("xor", "goto dW2"))


async def test_an_open_screen_is_drawn_in_its_size_and_focus(tmp_path):
    app = debugger("xor", lines=["goto dW2"])
    app.session.draw = drawing(app)
    async with app.run_test(size=(90, 30)) as pilot:
        await settled(pilot)
        await pilot.press("5")
        await settled(pilot)
        shown = rows(app)
        reply = await asyncio.to_thread(app.session.execute, f"snapshot {tmp_path}/cost.txt")
    assert reply.text == "cost.txt shows iteration 1 / 500 · backward · step 27 / 46"
    assert (tmp_path / "cost.txt").read_text(encoding="utf-8").splitlines() == shown


def test_a_screen_too_small_to_be_drawn_says_so(tmp_path):
    found = replace_draw(session("xor"))
    reply = found.execute(f"snapshot {tmp_path}/small.txt")
    assert not reply.ok
    assert reply.text == "expected a size from 60x16 to 500x200, got 40x10"


def replace_draw(found: Session) -> Session:
    found.draw = lambda path: save(drawn(found, (40, 10)), path)
    return found


def test_a_session_without_a_screen_says_how_one_is_drawn():
    reply = session("xor").execute("snapshot a.svg")
    assert not reply.ok
    assert "bpdebug snapshot SCENARIO --at PLACE -o FILE draws one" in reply.text


def test_a_long_run_is_drawn_where_it_stands():
    found = Session(replace(scenario("xor"), iterations=5_000))
    found.execute("goto 4000:dW2")
    assert "iteration 4,000 / 5,000" in text(drawn(found))


def test_no_thread_is_left_of_what_was_drawn():
    found, before = session(), set(threading.enumerate())
    drawn(found)
    left = set(threading.enumerate()) - before
    gc.collect()
    for thread in left:
        thread.join(10)
        assert not thread.is_alive()
