"""The pane of the cost: which iterations it shows, and which one is gone to."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace
from textual.geometry import Size

from bpdebug.tui.colours import BARE
from bpdebug.tui.curve import Curve
from bpdebug.tui.panes.cost import CostPane
from tests.debugger.scenes import opened
from tests.tui.staging import seen

FALLING = np.linspace(1, 0, 200)


def looking(
    costs: np.ndarray, iteration: int = 1, *, iterations: int = 200, other: np.ndarray | None = None
) -> tuple[CostPane, list[str]]:
    """The pane of a run with these costs, and perhaps of a branch of it with others; and what it sends."""
    view, sent = opened().view, list[str]()
    place = replace(view.place, iteration=iteration, iterations=iterations)
    branches = {place.branch: costs} | ({} if other is None else {"other": other})
    pane = CostPane(sent.append)
    pane.show(replace(view, costs=costs, place=place, branches=branches, judged=None))
    pane.suit(Size(60, 10), BARE)
    return pane, sent


def curve(pane: CostPane) -> Curve:
    pane.settle()
    assert pane._curve is not None
    return pane._curve


def axis(pane: CostPane) -> tuple[int, int]:
    """The first iteration on the axis and the last."""
    return curve(pane).scales.first, curve(pane).scales.last


@pytest.mark.parametrize(("count", "last"), [(1, 10), (3, 10), (11, 20), (60, 100), (150, 160)])
def test_the_axis_ends_at_a_round_number_or_with_the_run(count: int, last: int):
    pane, _ = looking(np.ones(count), iterations=160)
    assert axis(pane) == (1, last)


def test_a_closer_look_shows_the_iterations_around_here_and_a_farther_one_all_of_them():
    pane, _ = looking(FALLING, 120)
    before = seen(pane)
    pane.zoom(1)
    assert axis(pane) == (70, 169)
    assert seen(pane)[-1].split() == ["iteration", "70", "169"]
    pane.zoom(40)
    first, last = axis(pane)
    assert first <= 120 <= last == first + 9
    pane.zoom(-40)
    assert seen(pane) == before


@pytest.mark.parametrize("iteration", [1, 70, 200])
def test_where_a_closer_look_is_clicked_is_where_it_goes(iteration: int):
    pane, sent = looking(FALLING, iteration)
    pane.zoom(2)
    first, last = axis(pane)
    for column in (0, curve(pane).columns - 1):
        pane.press(curve(pane).left + column, 3)
    assert sent == [f"goto {first}:J", f"goto {last}:J"]


def test_an_iteration_is_chosen_by_the_arrow_keys_and_gone_to_by_enter():
    pane, sent = looking(FALLING, 120)
    assert "in iteration 120" in seen(pane)[0]
    pane.enter()
    assert sent == []
    pane.turn(down=1)
    pane.turn(across=-2)
    assert "in iteration 115" in seen(pane)[0]
    pane.turn(down=-1000)
    pane.enter()
    assert sent == ["goto 1:J"]


def test_branches_are_drawn_quietly_beside_the_curve_in_the_same_axes():
    pane, _ = looking(np.ones(100), other=np.linspace(1, 3, 150))
    assert curve(pane).labels == ("3", "1")
    assert axis(pane) == (1, 200)
    top = pane.line(1)
    assert top.plain[curve(pane).left :].strip(), "where only the branch comes"
    assert {str(span.style) for span in top.spans} == {str(BARE.quiet)}


def test_how_well_the_network_does_is_told_where_there_is_room_for_it():
    session = opened("digits")
    pane = CostPane(lambda line: None)
    session.execute("goto 5:J")
    pane.show(session.view)
    told = "accuracy"
    for width, height, lines in ((60, 12, 1), (60, 9, 1), (18, 12, 2), (18, 9, 0), (60, 8, 0), (60, 3, 0)):
        pane.suit(Size(width, height), BARE)
        found = seen(pane)
        assert len(found) == height
        assert (told in "".join(found)) == bool(lines)
        if lines:
            words = " ".join("".join(found[1 : 1 + lines]).split())
            assert words.replace("test,", "test, ").split()[0] == told
            assert "train" in words
            assert curve(pane).rows


def test_nothing_is_told_of_a_network_that_takes_long(monkeypatch):
    monkeypatch.setattr("bpdebug.debugger.metrics.LIGHT", 1)
    session = opened("digits")
    session.execute("goto 1:J")
    pane = CostPane(lambda line: None)
    pane.show(session.view)
    pane.suit(Size(60, 12), BARE)
    assert "accuracy" not in "".join(seen(pane))
