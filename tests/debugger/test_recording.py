"""Scripts within a session: executed where it stands, and recorded so that they lead there again."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from bpdebug.debugger.replay import Replay
from bpdebug.debugger.script import read
from bpdebug.debugger.session import Session
from bpdebug.scenario.load import load
from tests.debugger.scenes import opened, refused, said


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """The folder one works in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def replayed(path: Path) -> Session:
    """The session that a recorded script leads to."""
    run = Replay(read(path.read_text(encoding="utf-8"), path.name), path.parent)
    *_, last = run.told()
    assert last.failure is None, last.failure
    assert run.session is not None
    return run.session


def test_a_recording_leads_to_the_same_place(folder):
    session = opened("three-layer", iterations=20, notation="ascii", seed=3, orientation="rows")
    said(session, "goto 2:dW3", "", "set learning_rate = 1", "break dW1")
    said(session, "record walk.replay", "continue", "", "echo done", "# a remark")
    session.execute("stpe")
    said(session, "print J", "record off", "step 3")

    assert (folder / "walk.replay").read_text(encoding="utf-8").splitlines() == [
        "@ three-layer notation=ascii seed=3 orientation=rows iterations=20",
        "goto 2:dW3",
        "goto 2:dW3",
        "set learning_rate = 1",
        "break dW1",
        "continue",
        "continue",
        "echo done",
        "# a remark",
        "! stpe",
        "print J",
    ]
    again = replayed(folder / "walk.replay")
    assert again.view.place.words == said(session, "rs 3").split(": ")[0]
    assert all((again.timeline.values[name] == value).all() for name, value in session.timeline.values.items())


@pytest.mark.parametrize("setting", [{"bookkeeping": "total"}, {"fused": True}, {}])
def test_what_was_chosen_beside_the_file_is_recorded(folder, setting):
    session = opened("logistic", iterations=100, **setting)
    said(session, "record walk.replay", "next")
    words = [f"{key}={str(value).lower()}" for key, value in setting.items()]
    assert (folder / "walk.replay").read_text(encoding="utf-8") == " ".join(["@ logistic", *words]) + "\nnext\n"
    replayed(folder / "walk.replay")


def test_a_motion_that_was_stopped_is_recorded_as_where_it_stopped(folder):
    session = opened("xor", iterations=100_000)
    said(session, "record walk.replay")
    asked = iter([False] * 3 + [True] * 1000)
    session.execute("end", cancelled=lambda: next(asked))

    assert 0 < session.timeline.position < session.timeline.last
    assert replayed(folder / "walk.replay").timeline.position == session.timeline.position


def test_recording_overwrites_nothing_and_ends_where_it_cannot_go_on(folder, monkeypatch):
    (folder / "mine.txt").write_text("precious", encoding="utf-8")
    session = opened("xor")
    assert "there is a file 'mine.txt' already" in refused(session, "record mine.txt")
    assert "cannot be written: there is no folder nowhere" in refused(session, "record nowhere/walk.replay")
    assert "nothing is being recorded" in refused(session, "record off")

    said(session, "record walk.replay")
    assert said(session, "record") == "recording to walk.replay"

    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert said(session, "step").splitlines()[-1] == (
        "The recording has ended: walk.replay cannot be written: no space left on device"
    )
    assert (folder / "walk.replay").read_text(encoding="utf-8") == "@ xor iterations=20\n"
    assert said(session, "record") == "nothing is recorded: record walk.replay begins"


def test_a_script_could_not_open_a_scenario_elsewhere(folder):
    scenario = load("xor")
    elsewhere = Session(replace(scenario, path=str(folder / "mine.toml")))
    (folder / "deeper").mkdir()
    assert "record it beside mine.toml" in refused(elsewhere, "record deeper/walk.replay")
    assert "this one came in without" in refused(Session(replace(scenario, path="-")), "record walk.replay")


def test_a_script_is_executed_where_the_session_stands(folder):
    (folder / "walk.replay").write_text("# …\n@ xor\nstep\nsource deeper.replay\n", encoding="utf-8")
    (folder / "deeper.replay").write_text("@ xor\nnext 2\n! print Q\n", encoding="utf-8")
    session = opened("xor")
    said(session, "goto 3:Z1", "record mine.replay")

    answer = said(session, "source walk.replay")

    assert "  > next 2\n" in answer
    assert session.view.place.words.startswith("iteration 3 / 20 · forward · step 6")
    assert (folder / "mine.replay").read_text(encoding="utf-8").splitlines()[1:] == [
        "goto 3:Z1",
        "step",
        "next 2",
        "! print Q",
    ]


def test_what_a_script_calls_lies_in_its_folder(folder):
    inside = folder / "inside"
    inside.mkdir()
    (folder / "secret.replay").write_text("@ xor\necho secret\n", encoding="utf-8")
    (inside / "walk.replay").write_text("@ xor\nsource ../secret.replay\n", encoding="utf-8")
    (inside / "absolute.replay").write_text(f"@ xor\nsource {folder}/secret.replay\n", encoding="utf-8")
    (inside / "writes.replay").write_text("@ xor\nrecord mine.replay\n", encoding="utf-8")
    session = opened("xor")

    for name in ("walk", "absolute"):
        reply = session.execute(f"source inside/{name}.replay")
        assert "a script opens files of its own folder only" in reply.text
    assert "a script writes no file" in session.execute("source inside/writes.replay").text
    assert sorted(each.name for each in inside.iterdir()) == ["absolute.replay", "walk.replay", "writes.replay"]
    assert "secret" in said(session, "source secret.replay")


def test_scripts_that_call_one_another_are_bounded(folder):
    """Each calls the next a hundred times: 100 ** 8 commands, of which ten thousand are executed."""
    for depth in range(9):
        lines = [f"source {depth + 1}.replay"] * 100 if depth < 8 else []
        (folder / f"{depth}.replay").write_text("\n".join(["@ xor", *lines]) + "\n", encoding="utf-8")
    session = opened("xor")
    assert "deep" in refused(session, "source 0.replay")
    (folder / "7.replay").write_text("@ xor\n" + "echo\n" * 100, encoding="utf-8")
    assert "more than 10,000 commands by one line" in refused(session, "source 0.replay")


def test_quit_and_ctrl_c_end_a_script(folder):
    (folder / "walk.replay").write_text("@ xor\nstep\nquit\nstep\n", encoding="utf-8")
    session = opened("xor")
    assert session.execute("source walk.replay").quit
    assert session.timeline.position == 1
    (folder / "long.replay").write_text("@ xor\nend\nstart\nend\n", encoding="utf-8")
    assert "stopped at long.replay:2" in session.execute("source long.replay", cancelled=lambda: True).text


def test_a_bundled_walk_is_sourced_by_name():
    assert "> expect at A3" in said(opened("three-layer", iterations=200), "source three-layer.replay")
