"""Sessions on the command line: one goes on where it was left, whatever ended it; bpdebug sessions lists them."""

from __future__ import annotations

import json
import os
import re
import signal
from pathlib import Path

import pytest

from tests.test_terminal import Terminal, terminal  # noqa: F401 - a fixture

ARRANGED = r"^screen cost cost .* zoomed$"
"""How the journal says that the cost has the whole screen."""

RESUMED = "resumed at iteration 3 / 200, step 4; bpdebug three-layer --fresh starts anew"


@pytest.fixture(name="bpdebug")
def going_on(bpdebug):
    """A command line; what is opened with commands from a pipe goes on where it was left."""

    def run(*arguments: str, stdin: str = ""):
        opens = arguments[0] not in ("check", "show", "claims", "replay", "list", "sessions", "open", "-")
        return bpdebug(*arguments, *(["--resume"] if opens and "--fresh" not in arguments else []), stdin=stdin)

    return run


def stepped(run: Terminal) -> None:
    """Take one step on the screen."""
    run.wait_for("step 0 / 62")
    run.type("s")
    run.wait_for("step 1 / 62")


def journals(state: Path) -> list[Path]:
    return sorted(state.glob("*.journal"))


def test_opening_goes_on_where_it_was_left(bpdebug) -> None:
    first = bpdebug("three-layer", stdin="break dW2 if norm(dW2) < 1e-6\ngoto 3:4\nq\n")
    second = bpdebug("three-layer", "--plain", stdin="info breakpoints\nq\n")

    assert (first.code, second.code) == (0, 0)
    assert "resumed" not in first.out
    assert second.out.splitlines()[1].startswith("iteration 3 / 200 · forward · step 4 / 62: ")
    assert second.out.splitlines()[3:] == [RESUMED, "1  break dW2 if norm(dW2) < 1e-6"]


def test_commands_from_a_pipe_alone_start_anew(bpdebug, state) -> None:
    for _ in range(2):
        run = bpdebug("open", "three-layer", stdin="goto 3:4\n")
        assert "iteration 1 / 200 · forward · step 0 / 62" in run.out
    assert not state.exists()


def test_fresh_starts_anew(bpdebug) -> None:
    bpdebug("three-layer", stdin="goto 3:4\n")
    run = bpdebug("three-layer", "--fresh", stdin="s\n")
    assert "iteration 1 / 200 · forward · step 0 / 62" in run.out
    assert "resumed at iteration 1 / 200, step 1" in bpdebug("three-layer", stdin="").out


def test_quiet_says_nothing_of_it(bpdebug) -> None:
    bpdebug("three-layer", stdin="goto 3:4\n")
    run = bpdebug("three-layer", "--quiet", stdin="")
    assert "step 4 / 62" in run.out
    assert "resumed" not in run.out + run.err


def test_the_end_of_the_input_saves_as_quit_does(bpdebug) -> None:
    bpdebug("three-layer", stdin="goto 3:4\n")
    assert RESUMED in bpdebug("three-layer", stdin="q\n").out


def test_another_seed_is_another_session(bpdebug, state) -> None:
    bpdebug("three-layer", stdin="goto 3:4\n")
    assert "resumed" not in bpdebug("three-layer", "--seed", "9", stdin="s\n").out
    assert len(journals(state)) == 2


def test_a_changed_file_begins_afresh_and_the_old_session_is_kept(bpdebug, state, tmp_path) -> None:
    file = tmp_path / "mine.toml"
    text = Path("scenarios/xor.toml").read_text(encoding="utf-8")
    file.write_text(text, encoding="utf-8")
    bpdebug(str(file), stdin="goto 3:4\n")
    file.write_text(text.replace("learning_rate = ", "learning_rate = 1"), encoding="utf-8")

    run = bpdebug(str(file), stdin="s\n")

    assert "the saved session is not resumed: the scenario has changed since; it is kept as mine-" in run.out
    assert len(list(state.glob("*.old"))) == len(journals(state)) == 1


def test_what_is_no_debugging_touches_no_session(bpdebug, state) -> None:
    text = Path("scenarios/xor.toml").read_text(encoding="utf-8")
    for arguments in (
        ("check", "xor"),
        ("show", "xor"),
        ("claims", "gradient-checking"),
        ("replay", "xor", "-c", "step 5"),
        ("list",),
        ("sessions",),
    ):
        bpdebug(*arguments)
    bpdebug("-", stdin=text)
    assert not state.exists()


def test_they_are_listed_and_deleted(bpdebug, state) -> None:
    assert bpdebug("sessions") == (0, "", "no session is saved\n")
    bpdebug("three-layer", stdin="goto 3:4\nset W1 = 0\n")
    bpdebug("xor", stdin="s\n")
    bpdebug("xor", "--seed", "7", stdin="s\n")
    first, *others = bpdebug("sessions").out.splitlines()
    assert first.startswith("three-layer  branch try1, iteration 3, step 4  20")
    assert first.endswith(journals(state)[0].name)
    assert len(others) == 2

    assert len(bpdebug("sessions", "xor").out.splitlines()) == 2
    for mistaken in (["--delete"], ["--all"], ["--delete", "--all", "xor"], ["--delete", "nobody"], ["nobody"]):
        assert bpdebug("sessions", *mistaken).code == 2
    assert len(journals(state)) == 3

    last = journals(state)[2].name
    assert bpdebug("sessions", "--delete", last) == (0, "", f"{last} is deleted\n")
    assert bpdebug("sessions", "--delete", "three-layer").code == 0
    assert len(journals(state)) == 1
    bpdebug("xor", "--fresh", stdin="s\n")
    assert bpdebug("sessions", "--delete", "--all").code == 0
    assert list(state.iterdir()) == []


def test_they_are_listed_as_json(bpdebug, state) -> None:
    bpdebug("three-layer", stdin="goto 3:4\nset W1 = 0\n")
    (state / "xor-0123456789.journal").write_text("nonsense")

    found = json.loads(bpdebug("sessions", "--json").out)

    assert found["schema"] == "bpdebug.sessions/1"
    assert found["folder"] == str(state)
    good, bad = found["sessions"]
    assert (good["scenario"], good["branch"], good["iteration"], good["step"]) == ("three-layer", "try1", 3, 4)
    assert good["path"].endswith("three-layer.toml")
    assert set(good) == {"scenario", "path", "branch", "iteration", "step", "file", "saved"}
    assert (bad["scenario"], bad["file"]) == (None, "xor-0123456789.journal")
    assert bad["error"] == "expected 'bpdebug journal 1' in its first line, got 'nonsense'"
    assert "cannot be read: expected" in bpdebug("sessions").out


def test_an_open_session_is_not_deleted(bpdebug, terminal) -> None:  # noqa: F811
    run = terminal("three-layer", "--plain")
    run.wait_for("(bpdebug) ")
    run.type("break dW2\n")
    run.wait_for("stop 1")

    refused = bpdebug("sessions", "--delete", "--all")

    assert refused.code == 1
    assert f"is not deleted: it is open in another process ({run.process.pid})" in refused.err
    other = bpdebug("three-layer", stdin="info breakpoints\ndelete 1\nq\n").out
    assert f"what you do in this session is not saved: it is open in another process ({run.process.pid})" in other
    assert "1  break dW2" in other
    run.type("q\n")
    assert run.left() == 0
    assert "1  break dW2" in bpdebug("three-layer", stdin="info breakpoints\n").out


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("plain", [True, False])
def test_a_signal_to_leave_saves_where_it_stands(bpdebug, terminal, number, plain) -> None:  # noqa: F811
    run = terminal("three-layer", *(["--plain"] if plain else []))
    if plain:
        run.wait_for("(bpdebug) ")
        run.type("s\n")
        run.wait_for("step 1 / 62")
    else:
        stepped(run)
    os.kill(run.process.pid, number)

    assert run.left() == 128 + number
    assert "resumed at iteration 1 / 200, step 1;" in bpdebug("three-layer", stdin="").out


def test_a_terminal_that_is_closed_saves_where_it_stands(bpdebug, terminal) -> None:  # noqa: F811
    run = terminal("three-layer", "--plain")
    run.wait_for("(bpdebug) ")
    run.type("goto 3:4\n")
    run.wait_for("step 4 / 62")
    spare = os.dup(run.master)
    os.close(run.master)
    run.master = os.open(os.devnull, os.O_RDONLY)
    os.close(spare)

    run.process.wait(timeout=30)
    assert RESUMED in bpdebug("three-layer", stdin="").out


def test_ctrl_c_saves_where_it_stands(bpdebug, terminal) -> None:  # noqa: F811
    run = terminal("three-layer")
    stepped(run)
    run.type("\x03")

    assert run.left() == 130
    assert "resumed at iteration 1 / 200, step 1;" in bpdebug("three-layer", stdin="").out


def test_the_screen_comes_back_as_it_was(bpdebug, terminal, state) -> None:  # noqa: F811
    run = terminal("three-layer")
    stepped(run)
    run.type("5z")
    run.type("q")
    assert run.left() == 0
    assert re.search(ARRANGED, journals(state)[0].read_text(encoding="utf-8"), re.MULTILINE)

    bpdebug("three-layer", stdin="s\n")
    assert re.search(ARRANGED, journals(state)[0].read_text(encoding="utf-8"), re.MULTILINE)

    again = terminal("three-layer")
    again.wait_for("resumed at iteration 1 / 200, step 2;")
    assert "5 Cost" in again.seen
    again.type("q")
    assert again.left() == 0
