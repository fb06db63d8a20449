"""Of a line only the stretch is repainted that is another than before."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from bpdebug.debugger.session import Session
from bpdebug.tui.strips import NARROW, Cells, changed, width
from tests.tui.driving import scenario
from tests.tui.staging import staged

BOLD = Style(bold=True)


def line(*words: str) -> Cells:
    return [Segment(word, BOLD if at % 2 else None) for at, word in enumerate(words)]


@pytest.mark.parametrize(
    ("before", "now", "cells"),
    [
        (("ab", "cd", "ef"), ("ab", "xy", "ef"), (2, 4)),
        (("ab", "cd", "ef"), ("ab", "cd", "xy"), (4, 6)),
        (("ab", "cd", "ef"), ("xy", "cd", "zz"), (0, 6)),
        (("abc", "d", "ef"), ("ab", "cd", "ef"), (0, 4)),
        (("世", "cd", "ef"), ("世", "xy", "ef"), (2, 4)),
        (("ab", "ab", "ab"), ("ab", "abab"), (2, 6)),
    ],
)
def test_what_changed_lies_between_what_did_not(before, now, cells):
    assert changed(line(*before), line(*now)) == cells


def test_another_style_is_a_change():
    assert changed([Segment("ab"), Segment("cd")], [Segment("ab"), Segment("cd", BOLD)]) == (2, 4)


def test_a_cursor_repaints_a_few_stretches_alone():
    stage = staged(Session(scenario()))
    pane = next(each for each in stage.panes if each.id == "matrices")
    pane.point(pane.spot)
    stage.draw()
    pane.turn(1, 0)
    regions = stage.draw()
    assert regions
    assert sum(region.area for region in regions) < stage.size.width * 4


def test_what_is_taken_to_be_narrow_takes_one_cell():
    assert [each for each in NARROW if cell_len(each) != 1] == []


@pytest.mark.parametrize("text", ["", "dW⁽³⁾ = −0.5", "世界 A₃ᵀ", "e\u0301", "👩‍🚀 J"])
def test_a_width_is_that_of_the_terminal(text):
    assert width(text) == cell_len(text)
