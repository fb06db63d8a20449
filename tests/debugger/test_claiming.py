"""Lines typed one after the other are judged as the same lines are that come together, from a file."""

from __future__ import annotations

import pytest

from bpdebug.check.telling import summary, verdict
from bpdebug.cli.claims import claimed, reviewed
from bpdebug.cli.submitted import Submitted
from bpdebug.debugger.judging import judged
from bpdebug.debugger.session import Session
from bpdebug.scenario.load import load

BACKWARD = ("dZ3 = A3 - Y", "dA2 = W3.T @ dZ3", "dZ2 = dA2 * (A2 > 0)", "dA1 = W2.T @ dZ2", "dZ1 = dA1 * (A1 > 0)")


@pytest.mark.parametrize(
    "lines",
    [
        (*BACKWARD, "dA0 = W1.T @ dZ1", "dZ0 = dA0 * (1 - A0**2)"),
        ("g = W3.T @ (A3 - Y)", "q = g * 2", "dA2 = q / 2"),
    ],
    ids=["a name that spells another where no line gives it", "helpers of helpers"],
)
def test_what_lines_above_give_is_known_below_them(lines: tuple[str, ...]) -> None:
    scenario = load("three-layer")
    session = Session(scenario)
    told = [session.execute(f"claim {line}") for line in lines]
    together = reviewed(claimed(scenario, Submitted("claims.txt", "\n".join(lines)))[0], 0)

    assert all(reply.ok for reply in told)
    one_by_one = judged(session)
    assert [verdict(one_by_one, at) for at in range(len(lines))] == [verdict(together, at) for at in range(len(lines))]
    assert summary(one_by_one) == summary(together)
    assert not any(each.reader for each in one_by_one.lacking)
