"""Tab: the commands, and behind each what it takes."""

from __future__ import annotations

import pytest

from bpdebug.debugger.completion import completions
from tests.debugger.scenes import opened, said


@pytest.mark.parametrize(
    ("line", "word", "found"),
    [
        ("brea", "brea", ["break"]),
        ("3 rev", "rev", ["reverse-continue", "reverse-finish", "reverse-next", "reverse-step"]),
        ("print dW", "dW", ["dW1", "dW2", "dW3"]),
        ("p W1 @ A", "A", ["A1", "A2", "A3"]),
        ("goto 12:dW", "dW", ["dW1", "dW2", "dW3"]),
        ("goto back", "back", ["backward"]),
        ("goto @h", "@h", ["@here"]),
        ("break dA", "dA", ["dA1", "dA2", "dA3"]),
        ("disable ris", "ris", ["rising"]),
        ("health v", "v", ["vanishing"]),
        ("branch ", "", ["delete", "main", "rename", "try1"]),
        ("help unt", "unt", ["until"]),
        ("nonsense W", "W", []),
        ("", "", None),
    ],
)
def test_what_a_line_may_become(line, word, found) -> None:
    session = opened("three-layer")
    said(session, "mark here", "set b1[0,0] = 1", "branch main")
    got = completions(session, line)
    assert got[0] == word
    assert found is None or got[1] == found
