"""Sessions in files: whole or not at all, one process at a time, and a trouble is told in a line."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from bpdebug.debugger import keeping
from bpdebug.debugger.keeping import Kept, opened
from bpdebug.debugger.records import LARGEST, JournalError
from bpdebug.debugger.store import Store, folder, place, stored
from bpdebug.debugger.view import Reply
from bpdebug.scenario.load import load

SCENARIO = replace(load("xor"), iterations=6)
KILLS = int(os.environ.get("BPDEBUG_KILLS", "12"))
"""How often a process is killed while it saves; 1000 to be thorough."""


def session(*lines: str, fresh: bool = False) -> Kept:
    kept = opened(SCENARIO, {}, "xor", fresh=fresh)
    for line in lines:
        assert kept.execute(line).ok, line
    return kept


def names(state: Path) -> list[str]:
    return sorted(each.name for each in state.iterdir())


def left(*lines: str) -> Path:
    """The file of a session that was left after these lines."""
    assert session(*lines).leave() == ""
    return place(SCENARIO, {})


def test_what_was_left_is_there_again(state: Path) -> None:
    path = left("break dW2", "goto 3:dZ2")

    assert names(state) == [path.name]
    assert path.stat().st_mode & 0o777 == 0o600
    assert state.stat().st_mode & 0o777 == 0o700
    kept = session()
    assert kept.notes == ("resumed at iteration 3 / 6, step 24; bpdebug xor --fresh starts anew",)
    assert kept.execute("info breakpoints").text == "1  break dW2"


def test_a_command_is_saved_before_it_is_answered_and_a_mere_move_when_it_is_left(state: Path) -> None:
    kept = session("s")
    path = place(SCENARIO, {})
    assert not path.exists()

    assert kept.execute("break dW2").ok
    before = path.read_text()
    assert "stop 1: break dW2" in before
    kept.execute("print W1")
    kept.execute("s")
    assert path.read_text() == before
    kept.leave()
    assert "run main at 1:2" in path.read_text()


def test_a_mere_move_is_saved_too_after_a_while_and_nothing_runs_then(monkeypatch) -> None:
    monkeypatch.setattr(keeping, "PAUSE", 0.02)
    kept = session("break dW2")
    before = set(threading.enumerate())
    kept.execute("s")
    kept.execute("s")
    (timer,) = set(threading.enumerate()) - before
    timer.join(5)
    assert "run main at 1:2" in place(SCENARIO, {}).read_text()
    assert set(threading.enumerate()) <= before
    kept.leave()


def test_nothing_is_saved_while_a_command_is_executed_but_soon_after(monkeypatch) -> None:
    monkeypatch.setattr(keeping, "PAUSE", 0.01)
    kept = session("break J")
    path, execute = place(SCENARIO, {}), kept.session.execute
    during: list[str] = []

    def slow(line: str, **given: Any) -> Reply:
        reply = execute(line, **given)
        time.sleep(0.05)
        during.append(path.read_text())
        return reply

    kept.execute("s")
    monkeypatch.setattr(kept.session, "execute", slow)
    kept.execute("s")
    assert "run main at 1:2" not in during[0]
    time.sleep(0.1)
    assert "run main at 1:2" in path.read_text()
    kept.leave()


def test_what_cannot_be_saved_after_a_while_is_told_with_the_next_answer(monkeypatch) -> None:
    monkeypatch.setattr(keeping, "PAUSE", 0.01)
    kept = session("break dW2")
    monkeypatch.setattr(Store, "write", _full)
    assert "cannot be saved" not in kept.execute("s").text
    time.sleep(0.1)
    assert "this session cannot be saved: no space left on device" in kept.execute("s").text
    kept.leave()


def _full(store: Store, text: str) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_where_nothing_was_done_nothing_is_saved(state: Path) -> None:
    left("s", "rs")
    assert names(state) == []
    left("break dW2", "s")
    left("start", "delete 1", "s")
    assert len(names(state)) == 1


def test_a_fresh_one_keeps_the_other_aside(state: Path) -> None:
    path = left("goto 3:dZ2")
    kept = session(fresh=True)
    old = path.with_suffix(".old")
    assert kept.notes == (f"the session that was saved is kept as {old.name}",)
    assert kept.session.timeline.position == 0
    kept.leave()
    assert names(state) == [old.name]
    assert session(fresh=True).notes == ()


def test_what_is_kept_aside_is_never_written_over(state: Path) -> None:
    path = left("goto 3:dZ2")
    session("goto 5:J", fresh=True).leave()
    second = session(fresh=True)
    assert second.notes == (f"the session that was saved is kept as {path.stem}.old2",)
    second.leave()
    assert names(state) == [f"{path.stem}.old", f"{path.stem}.old2"]
    assert path.with_suffix(".old").read_bytes() != path.with_suffix(".old2").read_bytes()
    assert Store(path).forget() == ""
    assert names(state) == []


def test_each_program_has_a_session_of_its_own() -> None:
    left("goto 3:dZ2")
    files = [place(SCENARIO, given) for given in ({}, {"seed": None}, {"seed": 1}, {"seed": 2}, {"fused": False})]
    assert files[0] == files[1]
    assert len(set(files)) == 4
    assert opened(SCENARIO, {"seed": 2}, "xor").notes == ()


def test_a_scenario_that_has_changed_begins_afresh(state: Path) -> None:
    path = left("goto 3:dZ2")
    kept = opened(replace(SCENARIO, iterations=7), {}, "xor")
    old = path.with_suffix(".old").name
    assert kept.notes == (
        "the saved session is not resumed: the scenario has changed since; "
        f"it is kept as {old}, and a fresh one begins",
    )
    kept.execute("break dW2")
    kept.leave()
    assert names(state) == sorted([path.name, old])


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe", b"\0" * 100, b"nonsense\n", b"x" * (LARGEST + 1), b"bpdebug journal 1\nsource x\n"]
)
def test_what_cannot_be_read_is_kept_aside(state: Path, data: bytes) -> None:
    path = left("goto 3:dZ2")
    path.write_bytes(data)
    kept = session("break dW2")
    (note,) = kept.notes
    assert note.startswith("the saved session is not resumed: ")
    assert note.endswith(f"; it is kept as {path.stem}.bad, and a fresh one begins")
    assert "\n" not in note
    kept.leave()
    assert path.with_suffix(".bad").read_bytes() == data
    assert session().notes[0].startswith("resumed")


def test_a_machine_that_computes_other_bits_is_told(monkeypatch) -> None:
    path = left("goto 3:dZ2")
    text = path.read_text()
    digest = text.splitlines()[-1].split()[-1]
    path.write_text(text.replace(digest, f"{int(digest, 16) ^ 1:08x}"))
    assert session().notes[1] == (
        "these numbers are not those of the saved session: they part at iteration 3, step 24 (dZ2); "
        "the session goes on with those of this machine"
    )


def test_the_second_process_is_told_and_never_writes(state: Path) -> None:
    first = session("goto 3:dZ2", "break dW2")
    before = place(SCENARIO, {}).read_bytes()

    second = session("break dW1", "end", fresh=False)

    assert second.notes[-1] == (
        f"what you do in this session is not saved: it is open in another process ({os.getpid()})"
    )
    assert second.session.stops.own[1].words == "break dW2"
    assert second.leave() == ""
    assert session("end", fresh=True).leave() == ""
    assert place(SCENARIO, {}).read_bytes() == before
    assert first.execute("break dZ2").ok
    assert first.leave() == ""
    assert len(names(state)) == 1
    assert session().notes[0].startswith("resumed")


def test_the_lock_of_a_process_that_ended_is_no_lock(state: Path) -> None:
    code = "import tests.debugger.test_store as t, os; t.session('break dW2'); os._exit(1)"
    subprocess.run([sys.executable, "-c", code], check=False, timeout=60)
    assert [each.partition(".")[2] for each in names(state)] == ["journal", "journal.lock"]

    kept = session("s")

    assert kept.notes == ("resumed at iteration 1 / 6, step 0; bpdebug xor --fresh starts anew",)
    kept.leave()
    assert [each.partition(".")[2] for each in names(state)] == ["journal"]


def test_what_a_killed_process_left_is_cleared_away(state: Path) -> None:
    path = left("break dW2")
    (state / f".{path.name}.abc.part").write_text("bpdebug jour")
    (state / ".other-0123456789.journal.xyz.part").write_text("")
    kept = session()
    assert names(state) == [path.name, f"{path.name}.lock"]
    kept.leave()


def test_another_open_session_keeps_what_it_is_writing(state: Path) -> None:
    other = opened(load("three-layer"), {}, "three-layer")
    part = state / f".{place(load('three-layer'), {}).name}.abc.part"
    part.write_text("")
    left("break dW2")
    assert part.exists()
    other.leave()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS])
@pytest.mark.parametrize("function", ["fsync", "replace"])
def test_where_there_is_no_room_the_old_file_stays_and_it_is_told_once(
    state: Path, monkeypatch, code: int, function: str
) -> None:
    path = left("break dW2")
    before, kept = path.read_bytes(), session()
    there = monkeypatch.context()

    def fails(*given: object, **named: object) -> None:
        raise OSError(code, os.strerror(code))

    with there as patch:
        patch.setattr(os, function, fails)
        if function == "replace":
            patch.setattr(Path, "replace", fails)
        first, second = kept.execute("break dW1"), kept.execute("break dZ1")
    why = os.strerror(code).lower()
    assert first.ok
    assert first.text == f"stop 2 (break dW1)\nthis session cannot be saved: {why}; what was saved before is as it was"
    assert second.text == "stop 3 (break dZ1)"
    assert path.read_bytes() == before
    assert names(state) == [path.name, f"{path.name}.lock"]
    assert kept.leave() == ""
    assert b"break dZ1" in path.read_bytes()


def test_a_disk_that_takes_no_more_bytes_leaves_the_old_file(state: Path) -> None:
    path = left("break dW2")
    before = path.read_bytes()
    code = (
        "import resource, tests.debugger.test_store as t\n"
        "kept = t.session()\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
        "print(kept.execute('break dW1').text)\n"
        "print(kept.execute('goto 2:dW1').ok)\n"
        "print(kept.leave())"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert run.stdout.splitlines() == [
        "stop 2 (break dW1)",
        "this session cannot be saved: file too large; what was saved before is as it was",
        "True",
        "this session cannot be saved: file too large; what was saved before is as it was",
    ]
    assert path.read_bytes() == before
    assert names(state) == [path.name]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_to_is_told(state: Path) -> None:
    path = left("break dW2")
    before = path.read_bytes()
    state.chmod(0o500)
    try:
        kept = session("break dW1")
        told = f"what you do in this session is not saved: {state / path.name}.lock: permission denied"
        assert kept.notes[-1] == told
        assert kept.leave() == ""
    finally:
        state.chmod(0o700)
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("BPDEBUG_STATE", str(tmp_path / "file" / "sessions"))
    kept = session("break dW1")
    told = f"what you do in this session is not saved: {tmp_path / 'file' / 'sessions'}: not a directory"
    assert kept.notes == (told,)
    assert kept.leave() == ""
    assert list(stored()) == []


def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "sessions").write_text("")
    monkeypatch.setenv("BPDEBUG_STATE", str(tmp_path / "sessions"))
    told = f"what you do in this session is not saved: {tmp_path / 'sessions'}: file exists"
    assert session("break dW1").notes == (told,)


def test_a_session_too_long_to_be_saved_is_told(monkeypatch) -> None:
    path = left("break dW2")
    before, kept = path.read_bytes(), session()

    def fails(*given: object) -> str:
        raise JournalError("it has more than 2 lines")

    monkeypatch.setattr(keeping, "journal", fails)
    assert "this session cannot be saved: it has more than 2 lines" in kept.execute("break dW1").text
    kept.leave()
    assert path.read_bytes() == before


def test_the_folder_is_the_users_own_where_none_is_named(monkeypatch, tmp_path) -> None:
    monkeypatch.delenv("BPDEBUG_STATE")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert folder() == tmp_path / "bpdebug" / "sessions"


def test_a_store_that_is_not_claimed_is_not_writable() -> None:
    assert not Store(place(SCENARIO, {})).writable


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_a_process_killed_while_it_saves_loses_nothing_it_said_was_saved() -> None:
    command = [sys.executable, "-m", "tests.debugger.killed", str(KILLS)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["rounds"] == KILLS
