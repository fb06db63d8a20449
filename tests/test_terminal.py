"""bpdebug in a real terminal: what a person who sits at one meets."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bpdebug.scenario.bundled import folder
from tests.terminals import START, Terminal, terminals


@pytest.fixture
def terminal() -> Iterator[type[Terminal]]:
    with terminals() as found:
        yield found


def test_without_a_scenario_one_is_chosen_by_number_or_name(terminal):
    run = terminal()
    run.wait_for("Open which one [three-layer]: ")
    assert re.search(r"\d  xor ", run.seen)
    run.type("three-layr\n")
    run.wait_for('did you mean "three-layer"?')
    run.seen = run.seen.partition("did you mean")[2]
    run.wait_for("Open which one [three-layer]: ")
    assert re.search(r"\d  xor ", run.seen)
    run.type("missing.toml\n")

    assert run.left() == 2
    assert "missing.toml: there is no such file" in run.seen


def test_after_a_typo_at_the_choice_another_answer_opens(terminal):
    run = terminal()
    run.wait_for("Open which one")
    run.type("missing.toml\n")
    run.wait_for("missing.toml: there is no such file")
    run.seen = run.seen.partition("no such file")[2]
    run.wait_for("Open which one [three-layer]: ")
    run.type("1\n")
    run.wait_for("step 0 / ")
    run.type("q")

    assert run.left() == 0


def test_arrow_keys_edit_the_line_at_the_choice(terminal):
    pytest.importorskip("readline")
    run = terminal()
    run.wait_for("Open which one")
    run.type("xr\x1b[Do\n")
    run.wait_for("step 0 / ")
    run.type("q")

    assert run.left() == 0


def test_ctrl_c_at_the_choice_leaves(terminal):
    run = terminal()
    run.wait_for("Open which one")
    run.type("\x03")

    assert run.left() == 130
    assert "Traceback" not in run.seen


def test_a_terminal_that_cannot_draw_gets_lines(terminal):
    run = terminal("xor", TERM="dumb")
    run.wait_for("(bpdebug) ")
    run.type("s\n")
    run.wait_for("step 1 / ")
    run.type("q\n")

    assert run.left() == 0
    assert "\x1b" not in run.seen


def switches(process: int) -> int:
    """How often the threads of a process have woken up so far."""
    told = [each.read_text() for each in Path(f"/proc/{process}/task").glob("*/status")]
    return sum(int(line.split()[1]) for text in told for line in text.splitlines() if line.startswith("voluntary"))


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the system does not tell")
def test_the_screen_sleeps_while_nothing_is_pressed(terminal):
    run = terminal("three-layer")
    run.wait_for("step 0 / ")
    run.type("s")
    run.wait_for("step 1 / ")
    # escapes are looked out for a moment longer, and what is imported late is
    deadline, before = time.monotonic() + 20, -1
    while before != (before := switches(run.process.pid)):
        assert time.monotonic() < deadline, "it wakes up again and again"
        time.sleep(0.5)
    run.type("q")
    assert run.left() == 0


def test_lines_are_had_on_request(terminal):
    run = terminal("--plain", "logistic")
    run.wait_for("(bpdebug) ")
    run.type("\x04")

    assert run.left() == 0
    assert "\x1b" not in run.seen


@pytest.mark.parametrize("arguments", [("three-layer",), ("three-layer", "--ascii"), ("--no-mouse", "three-layer")])
def test_the_screen_opens_steps_and_leaves_the_terminal_as_it_was(arguments, terminal):
    run = terminal(*arguments)
    run.wait_for("step 0 / 62")
    run.type("s")
    run.wait_for("step 1 / 62")
    run.type("q")

    assert run.left() == 0
    assert run.seen.rstrip().endswith(("\x1b[?1049l", "h", "l")), "the last word is to the terminal, not to the reader"
    assert "\x1b[?1049l" in run.seen, "the other screen is gone"
    assert "\x1b[?25h" in run.seen, "the cursor is back"
    assert ("\x1b[?1000h" in run.seen) == ("--no-mouse" not in arguments)


def test_ctrl_c_leaves_the_screen(terminal):
    run = terminal("xor")
    run.wait_for("step 0 / ")
    run.type("\x03")

    assert run.left() == 130
    assert "\x1b[?1049l" in run.seen
    assert "Traceback" not in run.seen


def test_after_a_scenario_through_a_pipe_the_keys_still_work(terminal):
    with (folder() / "xor.toml").open("rb") as scenario:
        run = terminal("-", stdin=scenario)
    run.wait_for("step 0 / ")
    run.type("s")
    run.wait_for("step 1 / ")
    run.type("q")

    assert run.left() == 0


def test_a_mistake_of_our_own_gives_the_terminal_back(terminal, tmp_path):
    broken = "from bpdebug.tui.app import Debugger; Debugger.action_zoom = lambda self: 1 / 0; "
    run = terminal("xor", code=broken + START, XDG_STATE_HOME=str(tmp_path))
    run.wait_for("step 0 / ")
    run.type("z")

    assert run.left() == 3
    assert "Traceback" not in run.seen
    assert "internal error (ZeroDivisionError)" in run.seen.rpartition("\x1b[?1049l")[2]
    assert "ZeroDivisionError" in next((tmp_path / "bpdebug").iterdir()).read_text(encoding="utf-8")


def test_a_person_at_the_screen_draws_it_into_a_file(terminal, tmp_path):
    run = terminal("xor", HOME=str(tmp_path), XDG_STATE_HOME=str(tmp_path / "state"))
    run.wait_for("Matrices")
    run.type(":")
    run.wait_for("Esc goes back")
    run.type(f"snapshot {tmp_path}/a.txt\r")
    run.wait_for("a.txt shows")

    assert (tmp_path / "a.txt").read_text(encoding="utf-8").split()[:4] == ["1", "Program", "3", "Matrices"]
