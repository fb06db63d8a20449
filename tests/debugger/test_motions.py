"""Where motions end: the same places forwards and back, whatever the count."""

from __future__ import annotations

import pytest

from bpdebug.debugger import motions
from bpdebug.debugger.motions import Rests
from tests.debugger.scenes import opened

SESSION = opened("xor", iterations=4)
STEPS = SESSION.timeline.steps
LAST = SESSION.timeline.last


def rests(kind: str) -> Rests:
    return {"s": motions.operations, "n": motions.equations, "f": motions.phases}[kind](SESSION.program)


def everywhere(kind: str) -> list[int]:
    """The places of a kind of motion over the whole run, found the slow way: 0, and every end."""
    program = SESSION.program
    key = {
        "s": lambda at: at,
        "n": lambda at: program.steps[at].equation,
        "f": lambda at: program.equations[program.steps[at].equation].phase,
    }[kind]
    ends = [at + 1 for at in range(STEPS) if at + 1 == STEPS or key(at) != key(at + 1)]
    return [0, *(iteration * STEPS + end for iteration in range(4) for end in ends)]


@pytest.mark.parametrize("kind", ["s", "n", "f"])
@pytest.mark.parametrize("count", [1, 2, 7])
def test_motions_rest_where_something_is_complete(kind: str, count: int) -> None:
    places = everywhere(kind)
    for position in range(LAST + 1):
        beyond = [place for place in places if place > position]
        before = [place for place in places if place < position]
        if len(beyond) >= count:
            assert rests(kind).after(position, count) == beyond[count - 1]
        assert rests(kind).before(position, count) == (before[-count] if len(before) >= count else 0)


@pytest.mark.parametrize(("on", "back"), [("s", "rs"), ("n", "rn"), ("f", "rf")])
def test_back_undoes_on(on: str, back: str) -> None:
    session = opened("xor", iterations=3)
    visited = [0]
    while session.timeline.position < session.timeline.last:
        session.execute(on)
        visited.append(session.timeline.position)
    assert visited == [place for place in everywhere(on) if place <= session.timeline.last]
    for place in reversed(visited[:-1]):
        session.execute(back)
        assert session.timeline.position == place


@pytest.mark.parametrize("line", ["s 3", "3 s", "3s", "s3", "step 3", "3 step", "ste 3", " step   3 "])
def test_counts_stand_before_or_after(line: str) -> None:
    session = opened("xor")
    assert session.execute(line).view.place.position == 3


def test_a_count_beyond_the_run_goes_to_its_end() -> None:
    session = opened("xor", iterations=2)
    session.execute("step 99999999999999999999999999")
    assert session.timeline.position == session.timeline.last
    session.execute("rn 99999999999999999999999999")
    assert session.timeline.position == 0
