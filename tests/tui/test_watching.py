"""The pane of what is watched: stops and displays with their values here."""

from __future__ import annotations

from time import perf_counter

import pytest

from bpdebug.debugger.session import Session
from bpdebug.tui.colours import BARE
from bpdebug.tui.watching import watch_lines
from tests.debugger.scenes import opened, said
from tests.tui.drawn import plain, styled


def drawn(session: Session, width: int = 50) -> list[str]:
    lines = watch_lines(session.view, width, BARE)
    assert all(line.cell_len <= width for line in lines)
    return plain(lines)


def test_where_nothing_is_watched_the_ways_are_told() -> None:
    assert " ".join(drawn(opened())).startswith("Nothing is watched: b stops at the equation at hand, w watches")


def test_stops_with_their_values_and_how_often_they_were_met() -> None:
    session = opened()
    said(session, "break dW2 if norm(dW2) < 0.04", "break dZ1", "watch W1[0,1]", "watch W1", "ignore 2 3")
    said(session, "tbreak 5:J", "disable 5", "c", "c", "c")
    assert drawn(session) == [
        "● 1 break dW2 if norm(dW2) < 0.04",
        "   holds here, met 1 time",
        "● 2 break dZ1",
        "   met 2 times, passes over 1 time",
        "● 3 watch W1[0,1]",
        "   0.5751622323, met 2 times",
        "● 4 watch W1",
        "   5×4, largest 1.467, met 2 times",
        "○ 5 tbreak 5:J",
        "   off",
    ]
    assert "bold" in " ".join(styled(watch_lines(session.view, 50, BARE)[0], "break"))


def test_what_is_not_computed_or_does_not_hold() -> None:
    session = opened()
    said(session, "watch dW1", "break if J > 5", "break if J > previous(J)")
    assert [line for line in drawn(session) if line.startswith("   ")] == ["   not computed yet"] * 2
    said(session, "goto 1:J")
    assert [line for line in drawn(session) if line.startswith("   ")] == [
        "   not computed yet",
        "   does not hold here",
    ]


def test_displays_stand_below() -> None:
    session = opened()
    said(session, "goto 2:dW1", "break", "display norm(dW1)", "display W1[:2,:2]")
    lines = drawn(session)
    assert lines[1:3] == ["", "1: norm(dW1) = 0.05956139594"]
    assert lines[3].startswith("2: W1[:2,:2]")
    said(session, "undisplay", "delete 1")
    assert lines != drawn(session)
    assert drawn(session)[0].startswith("Nothing is watched")


def test_conditions_of_health_show_where_they_are_off_or_were_met() -> None:
    session = opened()
    said(session, "disable dead")
    assert drawn(session, 80) == ["○ dead: a relu unit became 0 for every example", "   off"]


@pytest.mark.parametrize("width", [24, 50])
def test_ascii_is_ascii_and_everything_fits(width: int) -> None:
    session = opened(notation="ascii")
    said(session, "goto 2:dW1", "watch norm(W1 @ X) + norm(W2) + norm(W3)", "disable 1", "display W1", "display b1.T")
    assert all(line.isascii() for line in drawn(session, width))
    assert all(line.isascii() for line in drawn(opened(notation="ascii"), width))


def test_a_step_with_stops_stays_quick() -> None:
    session = opened()
    said(session, "disable health", *(f"watch W1[{each},0]" for each in range(5)))
    said(session, *(f"break {each}:dW1" for each in range(1, 20)))
    begun = perf_counter()
    for _ in range(100):
        said(session, "s")
    assert perf_counter() - begun < 1.0
