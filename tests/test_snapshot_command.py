"""bpdebug snapshot: files by their suffix, text on stdout, one line and exit code 2 where it cannot be."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bpdebug.tui.stage import KINDS

PANES = len(KINDS)


def test_without_a_file_the_screen_is_printed_as_text(bpdebug):
    run = bpdebug("snapshot", "three-layer", "--at", "dW3", "--iteration", "12", "--size", "80x24")
    assert (run.code, run.err) == (0, "")
    lines = run.out.splitlines()
    assert len(lines) == 24
    assert [each for each in lines[0].split() if each.isdigit()] == [str(key % 10) for key in (1, *range(3, PANES + 1))]
    assert lines[0].split()[:4] == ["1", "Program", "3", "Matrices"]
    assert lines[22].startswith(" iteration 12 / 200 · backward · step 30 / 62 │ J 0.606303")


@pytest.mark.parametrize(
    ("suffix", "start"), [(".txt", "╭─ 1 Program"), (".svg", "<svg xmlns="), (".html", "<!DOCTYPE html>")]
)
def test_the_suffix_says_what_is_written(bpdebug, tmp_path, suffix, start):
    file = tmp_path / f"shot{suffix}"
    assert bpdebug("snapshot", "xor", "--at", "dW2", "-o", str(file)) == (0, "", "")
    assert file.read_text(encoding="utf-8").startswith(start)
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == [file.name]


def test_commands_are_executed_at_the_place(bpdebug):
    run = bpdebug("snapshot", "xor", "--at", "3:dW2", "-c", "claim dW2 = dZ2 @ A1.T", "-c", "step", "--focus", "claims")
    assert run.code == 0
    assert "1 of 1 right" in run.out
    assert "step 28 / 46" in run.out


def test_ascii_and_a_narrow_encoding(bpdebug, tmp_path):
    run = bpdebug("snapshot", "xor", "--ascii", "--iteration", "2", "-o", str(tmp_path / "a.txt"))
    assert run.code == 0
    assert (tmp_path / "a.txt").read_text(encoding="utf-8").isascii()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--size", "12"], 'expected a size in columns and lines such as 120x40, got "12"'),
        (["--size", "99999999x40"], 'expected a size in columns and lines such as 120x40, got "99999999x40"'),
        (["--size", "9999x40"], "expected a size from 60x16 to 500x200, got 9999x40"),
        (["--at", "dW9"], "goto dW9: there is no 'dW9' here. Did you mean dW2?"),
        (["--iteration", "501"], "goto 501: expected an iteration from 1 to 500, got '501'"),
        (["--at", "3:dW1", "--iteration", "3"], "--at 3:dW1 says the iteration already: leave out --iteration 3"),
        (["-o", "/nowhere/a.svg"], "a.svg cannot be written: there is no folder nowhere"),
        (["-o", "a.png"], "expected a file ending in .txt, .svg or .html, got 'a.png'"),
        (["--focus", "nothing"], None),
        (["-c", "snapshot b.svg"], None),
    ],
)
def test_what_cannot_be_ends_with_2_and_one_line(bpdebug, arguments, said):
    run = bpdebug("snapshot", "xor", *arguments)
    assert (run.code, run.out) == (2, "")
    assert len(run.err.splitlines()) == 1
    assert said is None or run.err == f"{said}\n"


def test_a_process_draws_what_another_drew(tmp_path):
    for number in ("1", "2"):
        line = ["-m", "bpdebug", "snapshot", "iris", "--at", "dW1", "-o", f"{number}.svg"]
        subprocess.run([sys.executable, *line], cwd=tmp_path, check=True, timeout=60, capture_output=True)
    assert (tmp_path / "1.svg").read_bytes() == (tmp_path / "2.svg").read_bytes()


def test_line_by_line_a_session_draws_the_screen_it_would_have(bpdebug, tmp_path):
    run = bpdebug("--plain", "xor", stdin=f"goto dW2\nsnapshot {tmp_path}/a.svg\nsnapshot {tmp_path}/a.png\n")
    assert run.code == 0
    assert "a.svg shows iteration 1 / 500 · backward · step 27 / 46" in run.out
    assert "expected a file ending in .txt, .svg or .html, got 'a.png'" in run.out
    assert (tmp_path / "a.svg").is_file()
