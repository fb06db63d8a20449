"""Answers that are written in part."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpdebug.debugger.elided import alike
from bpdebug.debugger.replay import Replay
from bpdebug.debugger.script import read

ANSWER = ["  one", "  two", "  three 3.1", "  four"]


@pytest.mark.parametrize(
    "written",
    [
        ["  one", "  two", "  three 3.1", "  four"],
        ["  …"],
        ["  ..."],
        ["  one", "  …"],
        ["  …", "  four"],
        ["  one", "  …", "  four"],
        ["  …", "  two", "  …"],
        ["  …", "  two", "  …", "  three …", "  …"],
        ["  one", "  two", "  three …", "  four"],
        ["  one", "  two", "  three ...", "  …", "  four"],
    ],
)
def test_what_stands_for_an_answer(written: list[str]) -> None:
    assert alike(written, ANSWER)


@pytest.mark.parametrize(
    "written",
    [
        [],
        ["  one", "  two", "  three 3.1"],
        ["  one", "  two", "  three 3.2", "  four"],
        ["  two", "  …"],
        ["  …", "  three 3.1"],
        ["  one", "  …", "  two", "  …", "  two", "  …"],
        ["  …", "  three …", "  …", "  two", "  …"],
        ["  one", "  two", "  three 3.1", "  …", "  three 3.1", "  four"],
        ["  one", "  two", "  thr 3…", "  four"],
        ["  one", "  two", "  three 3.1", "  four", "  five", "  …"],
    ],
)
def test_what_does_not(written: list[str]) -> None:
    assert not alike(written, ANSWER)


def test_many_gaps_take_no_time() -> None:
    """A file cannot keep the one who compares it busy."""
    lines = ["  a"] * 3_000
    assert not alike(["  …", "  a"] * 1_000 + ["  b"], lines)
    assert alike(["  …", "  a"] * 1_000, lines)


def test_an_answer_in_part_passes_fails_and_stays_as_it_is() -> None:
    text = "@ xor iterations=20\n> goto dZ2\n  iteration 1 / 20 · backward · …\n> goto dW2\n  iteration 2 / 20 …\n"
    passed, failed = (told for told in Replay(read(text, "walk.txt"), Path()).told() if told.place)
    assert passed.failure is None
    assert passed.written == ("> goto dZ2", "  iteration 1 / 20 · backward · …")
    assert failed.failure is not None
    assert failed.written == failed.lines
