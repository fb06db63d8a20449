"""bpdebug replay: what it prints, what it compares, what it writes, and with which code it ends."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bpdebug.debugger.files import bundled_scripts

SCRIPT = '# A walk.\n@ xor iterations=20\nstep\n! print J\nexpect text "no value yet"\n'
PRINTED = """\
# A walk.
@ xor iterations=20
> step
  iteration 1 / 20 · forward · step 1 / 46: W⁽¹⁾ · X (part 1 of 2 of Z⁽¹⁾), (3, 4)
> print J
! J has no value yet: step 16 of this iteration computes it
!   J
!   ^
> expect text "no value yet"
  holds
"""


@pytest.fixture
def walk(tmp_path, monkeypatch):
    """A script in the folder one works in."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "walk.replay"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


def test_a_script_is_printed_as_a_transcript(bpdebug, walk):
    assert bpdebug("replay", "walk.replay") == (0, PRINTED, "")


def test_standard_input_is_a_script(bpdebug, walk):
    assert bpdebug("replay", "-", stdin=SCRIPT).out == PRINTED


def test_a_bundled_walk_is_found_from_anywhere(bpdebug, walk):
    run = bpdebug("replay", "logistic.replay")
    assert (run.code, run.err) == (0, "")
    assert run.out.startswith("# One unit: ")


def test_a_failed_expectation_ends_with_1_and_its_place(bpdebug, walk):
    walk.write_text("@ xor\ngoto 2:J\nexpect J < 0.5\nstep\n", encoding="utf-8")
    run = bpdebug("replay", str(walk))

    assert run.code == 1
    assert run.err.splitlines() == [f"{walk}:3:8: expect J < 0.5: J < 0.5 does not hold", "    J = 0.7316433391"]
    assert run.out.endswith("> expect J < 0.5\n! J < 0.5 does not hold\n!   J = 0.7316433391\n")
    assert str(walk.parent) not in run.out


def test_commands_are_executed_at_the_end(bpdebug, walk):
    run = bpdebug("replay", "walk.replay", "-c", "goto 2:J", "-c", "# here", "-c", "! print dW1", "-c", "expect J > 5")

    assert run.code == 1
    assert run.out.startswith(PRINTED + "> goto 2:J\n")
    assert "# here\n> print dW1\n! dW1 has no value yet" in run.out
    assert run.err.startswith("-c:4:8: expect J > 5: J > 5 does not hold")


def test_a_scenario_takes_commands_alone(bpdebug, walk):
    run = bpdebug("replay", "xor", "-c", "print X[0, :]")
    assert run == (0, "@ xor\n> print X[0, :]\n  X[0, :] (4,)\n  [0. 0. 1. 1.]\n", "")

    (walk.parent / "mine.toml").write_text((bundled_scripts()["xor.replay"].parent / "xor.toml").read_text("utf-8"))
    assert bpdebug("replay", "mine.toml", "-c", "print 1").out == "@ mine.toml\n> print 1\n  1 = 1\n"
    assert "give some by -c COMMAND" in bpdebug("replay", "xor").err


def test_a_transcript_is_compared(bpdebug, walk):
    path = walk.with_name("walk.txt")
    path.write_text(PRINTED, encoding="utf-8")
    assert bpdebug("replay", "walk.txt") == (0, "", "walk.txt: 3 commands, every answer as written\n")
    assert bpdebug("replay", "walk.txt", "--quiet").err == ""

    path.write_text(PRINTED.replace("step 1 / 46", "step 2 / 46"), encoding="utf-8")
    run = bpdebug("replay", "walk.txt")
    assert run.code == 1
    assert run.err == "walk.txt:3:3: step: the answer is another one than is written\n"
    assert "\n-  iteration 1 / 20 · forward · step 2 / 46:" in run.out
    assert "\n+  iteration 1 / 20 · forward · step 1 / 46:" in run.out


def test_bless_writes_the_answers_of_now(bpdebug, walk):
    path = walk.with_name("walk.txt")
    path.write_text('# A walk.\n@ xor iterations=20\n> step\n  old\n> print J\n> expect text "no value yet"\n')

    assert bpdebug("replay", "--bless", "walk.txt") == (0, "", "walk.txt: written\n")
    assert path.read_text(encoding="utf-8") == PRINTED
    assert bpdebug("replay", "--bless", "walk.txt") == (0, "", "walk.txt: every answer as written\n")


def test_a_script_is_not_blessed(bpdebug, walk):
    run = bpdebug("replay", "--bless", "walk.replay")
    assert run.code == 2
    assert "bpdebug replay walk.replay > FILE.txt makes one" in run.err
    assert walk.read_text(encoding="utf-8") == SCRIPT


def test_json(bpdebug, walk):
    run = bpdebug("replay", "--json", "walk.replay")
    record = json.loads(run.out)

    assert record["schema"] == "bpdebug.replay/1"
    assert (record["file"], record["ok"], record["failure"]) == ("walk.replay", True, None)
    assert [each["command"] for each in record["commands"]] == ["step", "print J", 'expect text "no value yet"']
    assert record["commands"][1] == {
        "line": 4,
        "command": "print J",
        "ok": False,
        "text": "J has no value yet: step 16 of this iteration computes it\n  J\n  ^",
        "position": 1,
        "iteration": 1,
        "step": 1,
    }


def test_json_of_several_files_is_one_line_each(bpdebug, walk):
    walk.with_name("wrong.replay").write_text("@ xor\nexpect X == 0\n", encoding="utf-8")
    run = bpdebug("replay", "--json", "wrong.replay", "walk.replay")
    wrong, right = map(json.loads, run.out.splitlines())

    assert run.code == 1
    assert right["ok"]
    assert (wrong["ok"], wrong["failure"]["line"], wrong["failure"]["column"]) == (False, 2, 8)
    assert wrong["failure"]["message"].startswith("X == 0 does not hold in 4 of 8 entries; the first is [0, 2]: X 1\n")


def test_a_file_that_cannot_be_read_stops_no_other_one(bpdebug, walk):
    (walk.parent / "lost.replay").write_text("@ nowhere\nstep\n")
    run = bpdebug("replay", "--json", "nothing.replay", "walk.replay", "lost.replay")
    nothing, walk, lost = map(json.loads, run.out.splitlines())
    assert (run.code, walk["ok"]) == (2, True)
    assert (nothing["ok"], nothing["commands"], nothing["failure"]["line"]) == (False, [], 0)
    assert nothing["failure"]["message"].startswith('there is no file "nothing.replay"')
    assert (lost["ok"], lost["failure"]["line"], lost["failure"]["column"]) == (False, 1, 3)
    text = bpdebug("replay", "nothing.replay", "walk.replay")
    assert (text.code, text.out) == (2, PRINTED)
    assert text.err.startswith('there is no file "nothing.replay"')


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["three-layr.replay"], 'there is no file "three-layr.replay"; did you mean "three-layer.replay"?'),
        (["folder/nothing.replay"], "folder/nothing.replay: there is no such file"),
        (["."], ".: expected a file, found a directory"),
        (["nothing.toml", "-c", "step"], "no such file"),
        (["walk.replay", "--bless", "-c", "step"], "only the file of a transcript takes answers"),
        ([], "Missing argument 'FILE...'"),
    ],
)
def test_what_cannot_be_replayed_ends_with_2(arguments, message, bpdebug, walk):
    run = bpdebug("replay", *arguments)
    assert run.code == 2
    assert message in run.err
    assert run.out == ""


def test_operations_of_ones_own_are_brought_by_ops(tmp_path):
    """In a process of its own: they stay in the table."""
    examples = Path(__file__).parent.parent / "docs" / "examples"
    command = [sys.executable, "-m", "bpdebug", "replay", str(examples / "swish.toml"), "-c", "next"]
    environment = {**os.environ, "HOME": str(tmp_path), "PYTHONUTF8": "1"}
    run = subprocess.run([*command, "--ops", str(examples / "swish.py")], env=environment, check=True, timeout=60)
    assert run.returncode == 0
    assert subprocess.run(command, env=environment, capture_output=True, check=False, timeout=60).returncode == 2


def test_the_same_bytes_on_one_thread_and_on_two(tmp_path):
    """Of every bundled walk, run twice."""
    command = [sys.executable, "-m", "bpdebug", "replay", *bundled_scripts()]
    printed = []
    for threads in ("1", "2"):
        names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
        environment = {**os.environ, **dict.fromkeys(names, threads), "HOME": str(tmp_path), "PYTHONUTF8": "1"}
        run = subprocess.run(command, capture_output=True, env=environment, cwd=tmp_path, timeout=100, check=True)
        printed.append(run.stdout)
    assert printed[0] == printed[1]
    assert printed[0].count(b"\n@ ") == len(bundled_scripts())


def test_the_page_about_replay_says_what_happens(bpdebug, walk):
    page = (Path(__file__).parent.parent / "docs" / "replay.md").read_text(encoding="utf-8")
    script, transcript = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    walk.write_text(script, encoding="utf-8")

    assert bpdebug("replay", "walk.replay") == (0, transcript, "")
