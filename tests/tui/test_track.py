"""The line of the run: cells as many as there is room for, each of them a place that can be gone to."""

from __future__ import annotations

import re
from functools import cache

import pytest

from bpdebug.debugger.session import Session
from bpdebug.scenario.bundled import bundled
from bpdebug.tui.bars import Bar
from bpdebug.tui.colours import BARE, coloured
from bpdebug.tui.themes import DARK
from bpdebug.tui.track import ASCII, UNICODE, track
from tests.debugger.scenes import opened, said, small
from tests.tui.drawn import styled

NAMES = [each.name for each in bundled()]
WIDTHS = range(60, 201)
DRAWN = UNICODE.done + UNICODE.ahead + UNICODE.here


@cache
def session(name: str = "three-layer", notation: str = "unicode", at: str = "2:dW1") -> Session:
    found = opened(name, notation=notation)
    said(found, f"goto {at}")
    return found


def line(found: Session, width: int = 120) -> Bar[str]:
    return track(found.view, width, BARE)


@pytest.mark.parametrize("name", NAMES)
def test_its_cells_fill_any_width_and_each_is_a_place(name: str) -> None:
    found = opened(name)
    said(found, f"goto 2:{found.program.cost}")
    for width in WIDTHS:
        bar = line(found, width)
        assert bar.text.cell_len <= width
        assert bar.text.cell_len >= width - 2
        plain, spots = bar.text.plain, {begin: goes for begin, _, goes in bar.spots}
        assert all(end == begin + 1 and 0 <= begin < width for begin, end, _ in bar.spots)
        drawn = [at for at, sign in enumerate(plain) if sign in DRAWN]
        assert set(drawn) <= set(spots)
        assert plain.count(UNICODE.here) == 2, "one for the iteration, one for the step"


def test_a_click_on_every_cell_is_a_place_that_goto_takes() -> None:
    found = opened("xor", iterations=6)
    said(found, "goto 3:dW1", "break dW2")
    for width in (60, 80, 120, 200):
        for goes in {goes for *_, goes in line(found, width).spots}:
            iteration, step = map(int, goes.split(":"))
            said(found, f"goto {goes}")
            assert (found.view.place.iteration, found.view.place.step) == (iteration, step)
            said(found, "goto 3:dW1")


def test_a_click_on_where_we_are_goes_nowhere_else() -> None:
    found = session()
    for width in WIDTHS:
        bar = line(found, width)
        iterations, phases = (each.start() for each in re.finditer(UNICODE.here, bar.text.plain))
        assert bar.at(iterations) == f"{found.view.place.iteration}:{found.view.place.step}" or width < 100
        assert str(bar.at(phases)).startswith("2:")


def test_both_ends_of_the_run_and_every_phase_can_be_reached() -> None:
    found = session()
    places = {goes for *_, goes in line(found).spots}
    assert f"1:{found.view.place.step}" in places
    assert f"20:{found.view.place.step}" in places
    assert f"2:{found.view.place.steps}" in places
    firsts = {"2:1", *(f"2:{each.last + 1}" for each in found.view.rows if each.equation.name in ("A3", "J", "db1"))}
    assert firsts <= places, "the name of a phase goes to its first step"


def test_it_says_how_far_the_run_is_computed_and_where_we_are() -> None:
    found = opened()
    assert line(found).text.plain.startswith(" 1 ●──")
    said(found, "goto 10:J", "goto 5:J")
    plain = line(found).text.plain
    run = plain[: plain.index(" 20")]
    assert 0.15 < run.index("●") / len(run) < 0.3
    assert 0.4 < run.rindex("━") / len(run) < 0.6, "what is computed stays heavy"
    assert all(name in line(found, 160).text.plain for name in ("forward", "cost", "backward", "update"))
    assert "upd" in line(found, 80).text.plain, "shorter where there is little room"


def test_stops_are_marked_those_that_are_off_too() -> None:
    found = opened()
    said(found, "goto 1:dA3", "break Z2", "break dW1", "disable 2")
    drawn = track(found.view, 120, coloured(DARK)).text
    assert (drawn.plain.count(UNICODE.stop), drawn.plain.count(UNICODE.off)) == (1, 1)
    assert drawn.plain.index(UNICODE.stop) < drawn.plain.index(UNICODE.here, 60) < drawn.plain.index(UNICODE.off)
    assert styled(drawn, UNICODE.stop)
    said(found, f"goto {line(found).at(drawn.plain.index(UNICODE.stop))}")
    assert found.view.operation.equation.name == "Z2"


@pytest.mark.parametrize("name", NAMES)
def test_in_ascii_it_is_ascii_and_says_the_same(name: str) -> None:
    plain, signs = session(name, "ascii", "2:J"), session(name, at="2:J")
    strokes = {ord(getattr(UNICODE, each)): getattr(ASCII, each) for each in ("done", "ahead", "here", "stop", "off")}
    for width in (60, 79, 80, 120, 160, 200):
        text = line(plain, width).text.plain
        assert text.isascii()
        assert text == line(signs, width).text.plain.translate(strokes)
        assert line(plain, width).spots == line(signs, width).spots


def test_a_run_of_one_iteration_and_one_of_very_many_have_room() -> None:
    one = small({"J": "sum(X * w)"}, {"X": [[1.0]]}, {"w": [[1.0]]}, iterations=1, m=1)
    many = small({"J": "sum(X * w)"}, {"X": [[1.0]]}, {"w": [[1.0]]}, iterations=10**12, m=1)
    for found in (one, many):
        for width in WIDTHS:
            bar = line(found, width)
            assert bar.text.cell_len <= width
            assert bar.spots
    said(many, "step")
    assert line(many, 200).at(line(many, 200).text.plain.index("O")) == "1:1"
