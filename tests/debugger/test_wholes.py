"""Numbers of an iteration as a whole: known where it ends, readable wherever a formula is."""

from __future__ import annotations

import numpy as np

from bpdebug.debugger.completion import completions
from tests.debugger.scenes import opened, refused, said, small


def test_the_largest_update_is_the_largest_change_of_any_entry() -> None:
    session = opened("three-layer")
    said(session, "goto 3:62")
    before, after = session.timeline.inputs, session.timeline.values
    wanted = max(np.abs(after[name] - before[name]).max() for name in session.program.parameters)
    assert said(session, "print largest_update") == f"largest_update = {wanted:.10g}"
    assert "holds" in said(session, "expect largest_update > 0")
    said(session, "display largest_update")
    assert f"1: largest_update = {wanted:.10g}" in said(session, "info display")


def test_it_is_known_where_an_iteration_ends_and_not_before() -> None:
    session = opened("three-layer", iterations=3)
    assert "step 62 of this iteration computes it" in refused(session, "print largest_update")
    assert "step 62 of this iteration computes it" in refused(session, "break J if largest_update > 1")
    said(session, "disable health", "break if largest_update > 0")
    for iteration in (1, 2, 3):
        assert said(session, "c").startswith(f"iteration {iteration} / 3 · update · step 62 / 62")
    assert "holds here" in session.view.watching[0].value


def test_it_can_be_watched_compared_and_taken_along() -> None:
    session = opened("xor", iterations=60)
    said(session, "disable health", "watch largest_update > 0.1", "c")
    assert "stop 1 (watch largest_update > 0.1): 1 → 0" in said(session, "rc", "c")
    said(session, "switch orientation rows")
    assert [stop.words for stop in session.stops.own.values()] == ["watch largest_update > 0.1"]
    said(session, "goto 9:46")
    assert said(session, "print largest_update - previous(largest_update)")
    assert completions(session, "watch larg") == ("larg", ["largest_update"])


def test_a_quantity_of_the_same_name_is_the_programs_own() -> None:
    own = {"largest_update": "W1 * X", "J": "sum(largest_update ** 2)"}
    session = small(own, {"X": [1.0, 2.0]}, {"W1": [3.0, 4.0]})
    assert said(session, "goto 1:1", "print largest_update[1]") == "largest_update[1] = 8"
    said(session, "break if largest_update > 2", "start", "c")
    assert session.timeline.position == 1
