"""bpdebug run: to the end or to a stop, heard and kept."""

from __future__ import annotations

import json
import os
import re
import signal
import threading

import pytest

from bpdebug.cli import run as running

LONG = """
title = "A long run"
[data]
X.values = [[0.5, -1.2, 0.8, 1.5]]
Y.values = [[1, 0, 0, 1]]
[network]
layers = [{ units = 1, activation = "sigmoid" }]
cost = "binary-cross-entropy"
[training]
learning_rate = 1e-6
iterations = 10000000
"""


def test_it_runs_to_the_end_and_the_session_stands_there(bpdebug) -> None:
    run = bpdebug("run", "logistic")
    assert run.code == 0, run
    assert "iteration 100 / 100 · update" in run.out
    assert "J fell from" in run.out
    assert " operations in " in run.out
    assert "accuracy 1 on the 6 examples\n" in run.out
    again = bpdebug("run", "logistic")
    assert (again.code, again.out.splitlines()[0].partition(":")[2]) == (
        0,
        " this is the end of the run; --fresh begins anew",
    )
    opened = bpdebug("logistic", "--resume", stdin="where\nq\n")
    assert "iteration 100 / 100" in opened.out


def test_so_many_iterations_and_again_as_many(bpdebug) -> None:
    for reached in (20, 40):
        run = bpdebug("run", "two-moons", "--iterations", "20")
        assert run.code == 0
        assert f"iteration {reached} / 300 · update · step 62 / 62" in run.out
    assert "iteration 5 / 300" in bpdebug("run", "two-moons", "--fresh", "--iterations", "5").out


def test_a_stop_ends_it_with_1_and_is_kept(bpdebug) -> None:
    run = bpdebug("run", "two-moons", "--break", "if J < 0.4")
    assert run.code == 1
    assert "stop 1 (break if J < 0.4)" in run.out
    again = bpdebug("run", "two-moons", "--iterations", "2")
    assert again.code == 1
    assert "stop 1" in again.out


def test_as_json(bpdebug) -> None:
    run = bpdebug("run", "two-moons", "--iterations", "3", "--json")
    found = json.loads(run.out)
    assert found.pop("seconds") >= 0
    assert found.pop("text").startswith("iteration 3 / 300")
    assert 0 < found.pop("cost") < 1
    metrics = found.pop("metrics")
    assert (list(metrics), metrics["train"]["examples"], metrics["train"]["accuracy"]) == (["train"], 40, 0.725)
    assert found == {
        "schema": "bpdebug.run/1",
        "scenario": "two-moons",
        "iteration": 3,
        "iterations": 300,
        "step": 62,
        "stopped": False,
        "operations": 186,
    }


def test_what_was_set_aside_is_tested_at_the_end(bpdebug) -> None:
    run = bpdebug("run", "digits")
    assert run.code == 0
    (line,) = (each for each in run.out.splitlines() if each.startswith("accuracy"))
    found = re.fullmatch(r"accuracy (\S+) on 359 test examples, (\S+) on the 1,438 trained on", line)
    assert found is not None
    assert 0.96 < float(found[1]) < float(found[2]) <= 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("xor", "--break", "nonsense"), "there is no 'nonsense' here"),
        (("xor", "--iterations", "0"), "0 is not in the range x>=1"),
        (("-",), "write the scenario to a file"),
    ],
)
def test_what_is_refused(arguments, said, bpdebug) -> None:
    run = bpdebug("run", *arguments, stdin=LONG)
    assert run.code == 2
    assert said in run.err


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_where_it_is(number, code, bpdebug, tmp_path, monkeypatch) -> None:
    path = tmp_path / "long.toml"
    path.write_text(LONG, encoding="utf-8")
    enter = running._Interrupt.__enter__

    def pressed(self: running._Interrupt) -> None:
        enter(self)
        threading.Timer(0.2, lambda: os.kill(os.getpid(), number)).start()

    monkeypatch.setattr(running._Interrupt, "__enter__", pressed)
    run = bpdebug("run", str(path))
    assert run.code == code
    assert "Stopped on the way to the end of the run." in run.out
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    monkeypatch.setattr(running._Interrupt, "__enter__", enter)
    assert "iteration 1 / 10,000,000 · forward · step 0" not in bpdebug(str(path), "--resume", stdin="where\nq\n").out
