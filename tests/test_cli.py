"""The command line: what goes where, the exit codes, and what a terminal or a pipe is given."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from bpdebug import __version__
from bpdebug.check import iteration as checking
from bpdebug.check.verdict import Verdict
from bpdebug.cli import commands, progress, report
from bpdebug.ops import OPS
from bpdebug.scenario.bundled import bundled as scenarios
from bpdebug.scenario.bundled import folder
from bpdebug.scenario.load import load

COMMANDS = commands.list_commands(click.Context(commands))
NAMES = [each.name for each in scenarios()]


def test_help_names_every_command(bpdebug):
    run = bpdebug("--help")

    assert (run.code, run.err) == (0, "")
    assert all(f"  {name} " in run.out for name in COMMANDS)
    assert run.out.isascii()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_its_help(command, bpdebug):
    run = bpdebug(command, "--help")

    assert (run.code, run.err) == (0, "")
    assert f"Usage: bpdebug {command}" in run.out


def test_sentences_are_spelled_out_where_only_ascii_is_read():
    for sentence in (text for op in OPS.values() for text in (op.why, op.does)):
        assert "\\" not in sentence.encode("ascii", "bpdebug.spelled").decode()
    assert "so Σⱼ g[i, j] ≠ 0".encode("ascii", "bpdebug.spelled") == b"so sum_j g[i, j] != 0"


def test_the_version(bpdebug):
    assert bpdebug("--version") == (0, f"bpdebug {__version__}\n", "")


def test_the_list_is_data_and_the_advice_is_not(bpdebug):
    run = bpdebug("list")

    assert [line.split()[0] for line in run.out.splitlines()] == NAMES
    assert "bpdebug NAME" in run.err
    assert bpdebug("list", "--quiet") == (0, run.out, "")


def test_without_a_scenario_and_without_a_terminal_there_is_the_list(bpdebug):
    assert bpdebug().out == bpdebug("list").out
    assert bpdebug("--plain").out == bpdebug("list").out


def test_the_list_as_json(bpdebug):
    listed = json.loads(bpdebug("list", "--json").out)

    assert listed["schema"] == "bpdebug.list/1"
    assert [each["name"] for each in listed["scenarios"]] == NAMES
    assert all(each["title"] and each["summary"] for each in listed["scenarios"])


def test_the_schema_is_that_of_the_scenarios(bpdebug):
    from bpdebug.scenario.schema import json_schema

    assert json.loads(bpdebug("schema").out) == json_schema()


@pytest.mark.parametrize("name", NAMES)
def test_every_bundled_scenario_is_shown_and_right(name, bpdebug):
    assert bpdebug("show", name).code == 0
    run = bpdebug("check", name, "--json")
    assert run.code == 0
    assert json.loads(run.out)["ok"] is True


def test_show_lists_the_course_s_own_order(bpdebug):
    out = bpdebug("show", "three-layer", "--notation", "ascii").out
    names = [line.split(")  ")[1].split(" = ")[0] for line in out.splitlines() if line.startswith("  (")]

    backward = ["dA3", "dZ3", "dW3", "db3", "dA2", "dZ2", "dW2", "db2", "dA1", "dZ1", "dW1", "db1"]
    assert [each for each in names if each in backward] == backward
    assert "  (1, 3)  dW3 = dZ3 @ A2.T / m   [dJ(W3)]\n" in out
    assert "  (1, 8)  dZ3 = dA3 * dsigmoid(Z3)   [m*dJ(Z3)]\n" in out


def test_show_speaks_three_notations(bpdebug):
    assert "dW⁽³⁾ = dZ⁽³⁾ · A⁽²⁾ᵀ / m   [∂J/∂W⁽³⁾]" in bpdebug("show", "three-layer").out
    assert r"dA^{(3)} \odot" in bpdebug("show", "three-layer", "--notation", "latex").out
    assert bpdebug("show", "three-layer", "--ascii").out.isascii()


def test_show_as_json_says_what_the_program_is(bpdebug):
    shown = json.loads(bpdebug("show", "three-layer", "--json").out)

    assert shown["schema"] == "bpdebug.show/1"
    assert shown["data"] == {"X": [4, 8], "Y": [1, 8]}
    assert shown["constants"]["m"] == 8
    found = next(each for each in shown["equations"] if each["name"] == "dZ3")
    assert found["phase"] == "backward"
    assert found["shape"] == [1, 8]
    assert found["denotes"] == "m*dJ(Z3)"
    assert found["expression"]["ascii"] == "dA3 * dsigmoid(Z3)"
    assert found["from"] == ["A3"]


def test_overrides_stand_above_the_file(bpdebug):
    changed = ("--orientation", "rows", "--bookkeeping", "total", "--fused", "--seed", "9")
    shown = json.loads(bpdebug("show", "three-layer", "--json", *changed).out)

    assert (shown["orientation"], shown["bookkeeping"], shown["seed"]) == ("rows", "total", 9)
    assert shown["data"]["X"] == [8, 4]
    assert [each["expression"]["ascii"] for each in shown["equations"] if each["name"] == "dZ3"] == ["(A3 - Y) / m"]


def test_a_check_as_json_is_the_object_that_is_promised(bpdebug):
    checked = json.loads(bpdebug("check", "xor", "--json", "--at", "3", "--gradient", "dW1", "--gradient", "db1").out)

    found = checking.check_iteration(load("xor"), 3, ["dW1", "db1"])
    assert list(checked) == ["schema", "scenario", "iteration", "ok", "gradients"]
    assert checked["schema"] == "bpdebug.check/1"
    assert (checked["scenario"], checked["iteration"], checked["ok"]) == ("xor", 3, True)
    assert checked["gradients"] == [each.json() for each in found]


def test_a_check_as_a_table_has_a_line_for_each_gradient(bpdebug):
    lines = bpdebug("check", "logistic").out.splitlines()

    assert lines[0] == "Logistic regression: iteration 1 of 100 (after 0 updates)"
    assert [re.split(r"  +", line)[:4] for line in lines[3:7]] == [
        ["dA", "(1, 6)", "match", "6 match"],
        ["dZ", "(1, 6)", "match", "6 match"],
        ["dw", "(1, 3)", "match", "3 match"],
        ["db", "(1, 1)", "match", "1 match"],
    ]
    assert lines[-1] == "all right: 16 of 16 entries tested in 4 gradients"


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_a_gradient_that_is_wrong_is_told_and_exits_with_1(form, bpdebug, monkeypatch):
    true = checking.check_iteration

    def lied(*arguments, **options):
        found = true(*arguments, **options)
        found[2].verdicts.flat[1] = Verdict.WRONG
        return found

    monkeypatch.setattr(checking, "check_iteration", lied)
    run = bpdebug("check", "logistic", *form)

    assert run.code == 1
    if form:
        assert json.loads(run.out)["ok"] is False
    else:
        assert run.out.endswith("not all right: dw (16 of 16 entries tested in 4 gradients)\n")
        assert "1 wrong, 2 match  [1]" in re.sub(r"\[(\d), 0\]|\[0, (\d)\]", r"[\1\2]", run.out)


@pytest.mark.parametrize(
    ("updates", "place"),
    [(1, "iteration 2 of 500 (after 1 update)"), (499, "iteration 500 of 500 (after 499 updates)")],
)
def test_a_check_says_which_iteration_it_is_of(updates, place, bpdebug):
    assert bpdebug("check", "xor", "--at", str(updates)).out.startswith(f"XOR with a tanh layer: {place}\n")


def test_an_iteration_beyond_the_run_is_refused(bpdebug):
    run = bpdebug("check", "xor", "--at", "500")

    assert (run.code, run.out) == (2, "")
    assert "--at 500: the run has 500 iterations, so none begins after 500 updates" in run.err
    assert "ask for --at 499 at most, or set iterations in [training]" in run.err


DEAD = """
[data]
X.values = [[1, 2, 3]]
Y.values = [[0, 1, 1]]
[parameters]
b1.values = [[-50], [-50]]
[network]
layers = [{units = 2, activation = "relu"}, {units = 1, activation = "linear"}]
cost = "mean-squared-error"
"""


def test_what_was_hardly_tested_is_not_called_right(bpdebug):
    run = bpdebug("check", "-", "--gradient", "dW1", "--gradient", "db1", stdin=DEAD)

    assert run.code == 0
    assert "all right" not in run.out
    last = run.out.splitlines()[-1]
    assert last.startswith(
        "nothing found wrong, but nothing was tested: 0 of 4 entries tested in 2 gradients. An entry is"
    )


def test_what_cannot_be_told_was_not_tested(bpdebug):
    drowned = DEAD.replace("[[1, 2, 3]]", "[[1, 2, 1e300]]").replace("-50", "1e300")
    run = bpdebug("check", "-", "--gradient", "dW2", "--gradient", "db2", stdin=drowned)

    assert (run.code, run.err) == (1, "")
    assert run.out.endswith(
        "not all right: cannot tell whether dW2, db2 are right (0 of 3 entries tested in 2 gradients)\n"
    )


BENT = """
[data]
X.values = [[1, 2]]
[parameters]
w.values = [[0]]
[network]
forward = '''
A = abs(w @ X)
J = sum(3 * A)
'''
cost = "J"
"""


def test_at_a_kink_the_slopes_and_the_rule_are_told(bpdebug):
    lines = bpdebug("check", "-", "--gradient", "dw", "--gradient", "dA", stdin=BENT).out.splitlines()
    single, bent = json.loads(bpdebug("check", "-", "--json", stdin=BENT).out)["gradients"]

    rule = "at 0 the slope is taken as sign(0) = 0"
    assert lines[-2] == f"dw[0, 0] has no derivative: slope -9 to the left, 9 to the right; the rule used: {rule}"
    assert lines[-1] == "all right: 3 of 3 entries tested in 2 gradients, 1 of them at a kink"
    assert single["kinks"] is None
    assert bent["kinks"] == {"rules": [rule], "entries": [{"index": [0, 0], "left": -9.0, "right": 9.0}]}


def test_without_a_gradient_there_is_nothing_to_be_right(bpdebug):
    lost = '[data]\nX.values = [[1, 2]]\n[parameters]\nw.values = [[1]]\n[network]\nforward = "J = sum(X) / m"\n'

    assert (
        bpdebug("check", "-", stdin=lost)
        .out.splitlines()[-1]
        .endswith(
            "nothing was tested: 0 of 0 entries tested in 0 gradients. There is no gradient to check: "
            "no parameter reaches the cost"
        )
    )


def test_training_before_a_check_shows_how_far_it_is_on_a_terminal(bpdebug, monkeypatch, capsys):
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    monkeypatch.setattr(progress, "EVERY", 0.0)
    assert "training" not in bpdebug("check", "iris", "--at", "150").err
    with monkeypatch.context() as patched, click.Context(commands.commands["check"]):
        patched.setattr(progress.sys.stderr, "isatty", lambda: True)
        with progress.training() as tell:
            assert tell is not None
            tell(1, 4)
            tell(4, 4)

    assert capsys.readouterr().err == "\rtraining: 25 %\rtraining: 100 %\r" + " " * 15 + "\r"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("arguments", [("check", "xor", "--json"), ("list",), ("xor", "--plain")])
def test_a_full_disk_is_no_mistake_of_bpdebug(arguments):
    with Path("/dev/full").open("w") as full:
        run = subprocess.run(
            [sys.executable, "-m", "bpdebug", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )

    assert run.returncode == 2
    assert "bpdebug: cannot write: no space left on device\n" in run.stderr
    assert "mistake" not in run.stderr


def test_an_unknown_option_without_a_command_points_to_the_help_of_all(bpdebug):
    assert bpdebug("--frob").err.endswith("See `bpdebug --help`.\n")
    assert bpdebug("xor", "--frob").err.endswith("See `bpdebug open --help`.\n")


def test_what_is_no_gradient_is_misuse(bpdebug):
    run = bpdebug("check", "xor", "--gradient", "dW9")

    assert (run.code, run.out) == (2, "")
    assert "dW9 is no gradient of this program; it has dA2, dZ2, dW2" in run.err
    assert bpdebug("check", "xor", "--gradient", "dw2").err.endswith("; did you mean 'dW2'?\n")


@pytest.mark.parametrize("name", ["dW2", "dW⁽²⁾", "W2", "W⁽²⁾", "∂J/∂W⁽²⁾", "dJ/dW2"])
def test_a_gradient_is_named_in_either_notation_or_by_its_quantity(bpdebug, name):
    run = bpdebug("check", "xor", "--gradient", name, "--json")

    assert [each["name"] for each in json.loads(run.out)["gradients"]] == ["dW2"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("chek", "xor"), 'did you mean "check"?'),
        (("shwo",), 'did you mean "show"?'),
        (("nope",), f"Bundled: {', '.join(each.name for each in scenarios())}."),
        (("three-layr",), 'did you mean "three-layer"?'),
        (("check", "ixor"), 'did you mean "xor"?'),
        (("check",), "Missing argument 'SCENARIO'"),
        (("check", "xor", "--at", "-1"), "--at"),
        (("xor", "--orientation", "diagonal"), "'columns', 'rows'"),
        (("xor", "--bookkeping", "total"), "--bookkeeping"),
        (("xor", "iris"), "unexpected extra argument (iris)"),
        (("show", "xor", "--seed", "-3"), "--seed"),
        (("",), "there is no such scenario"),
        (("nul\0",), "there is no such scenario"),
    ],
)
def test_misuse_exits_with_2_and_says_what_was_meant(arguments, words, bpdebug):
    run = bpdebug(*arguments)

    assert (run.code, run.out) == (2, "")
    assert words in run.err


def test_notes_of_the_program_are_messages(bpdebug):
    lost = """
    [sizes]
    m = 3
    [data]
    X.values = [[1, 2, 3]]
    [parameters]
    w.values = [[2]]
    lost.values = [[3]]
    [network]
    forward = "J = sum(w @ X) / m"
    """
    run = bpdebug("show", "-", stdin=lost)

    assert run.code == 0
    assert run.err.startswith("note: ")
    assert "lost" in run.err
    assert bpdebug("show", "-", "--quiet", stdin=lost) == (0, run.out, "")


def test_a_mistake_of_our_own_is_a_report_and_no_traceback(bpdebug, monkeypatch, tmp_path):
    def broken(*_, **options):
        raise ZeroDivisionError("one of ours \x1b[2J")

    monkeypatch.setattr(checking, "check_iteration", broken)
    run = bpdebug("check", "xor")

    (written,) = (tmp_path / "state" / "bpdebug").glob("report-*.txt")
    assert (run.code, run.out) == (3, "")
    assert "Traceback" not in run.err
    assert str(written) in run.err
    text = written.read_text(encoding="utf-8")
    assert "ZeroDivisionError: one of ours" in text
    assert "arguments: ['check', 'xor']" in text


def test_a_report_that_cannot_be_written_is_told_in_a_line(bpdebug, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setattr(report, "_folders", lambda: [tmp_path / "file"])

    assert "could not be written anywhere; the error was: ValueError('x')" in report.reported(ValueError("x"), [])


def test_an_interruption_exits_with_130(bpdebug, monkeypatch):
    def interrupted(*_, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(checking, "check_iteration", interrupted)
    assert bpdebug("check", "xor") == (130, "", "\n")


def shell(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bpdebug", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        env={**os.environ, **environment},
        check=False,
    )


@pytest.mark.parametrize(
    "environment", [{"LC_ALL": "C"}, {"PYTHONIOENCODING": "latin-1"}, {"LC_ALL": "POSIX", "PYTHONUTF8": "1"}]
)
def test_where_the_locale_is_not_utf_8_all_is_ascii(environment):
    run = shell("show", "three-layer", **environment)
    assert run.returncode == 0
    assert (run.stdout + run.stderr).isascii()
    assert "dW3 = dZ3 @ A2.T / m" in run.stdout


def test_json_and_messages_are_ascii_there_too():
    shown = shell("show", "three-layer", "--json", LC_ALL="C").stdout
    assert shown.isascii()
    assert json.loads(shown)["equations"][0]["expression"]["unicode"].startswith("W⁽¹⁾")

    refused = shell("check", "xor", "--gradient", "∂", PYTHONIOENCODING="latin-1")
    assert refused.returncode == 2
    assert refused.stderr.startswith("d is no gradient")
    assert refused.stderr.isascii()


def test_a_reader_that_leaves_is_no_error():
    command = f"{sys.executable} -m bpdebug show three-layer --json | head -n 1; echo ${{PIPESTATUS[0]}}"
    run = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=True)

    assert run.stdout == "{\n0\n"
    assert run.stderr == ""


def test_a_closed_output_is_no_traceback():
    run = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m bpdebug list --quiet >&-"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")


def test_ctrl_c_ends_a_long_check_at_once():
    text = (folder() / "xor.toml").read_text(encoding="utf-8").replace("iterations = 500", "iterations = 10000000")
    text += "# more than a pipe holds\n" * 8000
    run = subprocess.Popen(
        [sys.executable, "-m", "bpdebug", "check", "-", "--at", "9999999"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert run.stdin is not None
    run.stdin.write(text.encode())  # ends only when bpdebug has begun to read
    run.stdin.close()
    time.sleep(0.5)
    run.send_signal(signal.SIGINT)

    with run.stdout, run.stderr:
        out, err = run.stdout.read(), run.stderr.read()
    assert run.wait(timeout=20) in (130, -signal.SIGINT), "a shell calls both 130"
    assert (out, err) == (b"", b"\n")


def test_a_check_of_a_file_with_claims_says_that_it_is_not_about_them(bpdebug) -> None:
    last = bpdebug("check", "gradient-checking").out.splitlines()[-1]
    assert "bpdebug claims gradient-checking judges them" in last
    assert "claim" not in bpdebug("check", "logistic").out
