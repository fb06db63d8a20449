"""The formats a user may choose: fixed, scientific, significant digits, fractions of the number of examples."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.geometry import Size

from bpdebug.tui.colours import BARE
from bpdebug.tui.formats import AUTO, KINDS, MANY, Writing
from bpdebug.tui.numbers import summary
from bpdebug.tui.panes.matrices import MatricesPane
from tests.debugger.scenes import opened, said
from tests.tui.staging import seen, staged


def column(writing: Writing, values: list[float]) -> list[str]:
    form = writing.format(summary(np.array(values)[None]), writing.choices[0], "-")
    return [form(value) for value in values]


@pytest.mark.parametrize(
    ("writing", "values", "texts"),
    [
        (Writing("fixed", 2), [3.14159, -20.0, 0.0], [" +3.14", "-20.00", "     0"]),
        (Writing("fixed", 2), [1e308, -2.5, 0.0], ["+1.00e308", "    -2.50", "        0"]),
        (Writing("fixed", 4), [-1234567.0, 123456.5], ["-1.2346e6", "+123456.5000"]),
        (Writing("scientific", 3), [31.4159, -0.002, 0.0], ["+3.14e1 ", "-2.00e-3", "       0"]),
        (Writing("significant", 3), [31.4159, -0.00271828, 1.0], ["+31.4    ", " -0.00272", " +1.00   "]),
        (Writing("significant", 3), [9.9996, 123456.0], ["    +10.0", "+123456  "]),
        (Writing("significant", 2), [3e-9, 2e9], ["+3.0e-9", " +2.0e9"]),
        (Writing("fraction", parts=8), [0.375, -0.25, 1.0, 1.375, 0.0], [" +3/8", " -1/4", "   +1", "+11/8", "    0"]),
        (Writing("fraction", parts=8), [0.375, 0.3], ["  +3/8", "+0.300"]),
        (Writing("fraction", parts=3), [1 / 3, 2 / 3 + 1e-16, math.nan], ["+1/3", "+2/3", " NaN"]),
    ],
)
def test_numbers_are_written_as_asked(writing: Writing, values: list[float], texts: list[str]) -> None:
    assert [each.strip() for each in column(writing, values)] == [each.strip() for each in texts]
    assert len({len(each) for each in column(writing, values)}) == 1


def test_points_stand_under_points() -> None:
    texts = column(Writing("significant", 3), [31.4159, -0.00271828, 1.0, 123.456])
    assert len({text.index(".") for text in texts if "." in text}) == 1


NUMBERS = st.lists(st.floats(width=64, allow_nan=True, allow_infinity=True), min_size=1, max_size=6)


@given(NUMBERS, st.sampled_from(KINDS), st.integers(1, MANY), st.integers(1, 150))
@settings(max_examples=200, deadline=None)
def test_every_number_has_its_sign_and_none_is_cut(values: list[float], kind: str, digits: int, parts: int) -> None:
    writing = Writing(kind, digits, parts)
    form = writing.format(summary(np.array(values)[None]), digits, "-")
    for value in values:
        text = form(value)
        bare = text.strip()
        assert bare == form.text(value).strip() or "e" in bare
        if value == 0:
            assert bare == "0"
        elif not math.isnan(value):
            assert bare[0] == ("-" if value < 0 else "+")
            if math.isfinite(value) and "/" in bare:
                over, under = bare.split("/")
                assert int(over) / int(under) == pytest.approx(value, rel=1e-14)


def test_the_kinds_follow_one_another_and_are_kept_in_a_word() -> None:
    writing, seen_kinds = AUTO, []
    for _ in KINDS:
        writing = writing.next
        seen_kinds.append(writing.kind)
    assert writing == AUTO
    assert sorted(seen_kinds) == sorted(KINDS)
    assert Writing("fixed").finer(1).words == "fixed:5"
    for each in (Writing("fixed", 3), Writing("fraction"), Writing("significant", 12)):
        assert Writing.named(each.words) == each
    for nonsense in ("", "roman", "fixed:", "fixed:0", "fixed:99", "fixed:x", "fixed:²"):
        assert Writing.named(nonsense) is None
    assert Writing("fixed", MANY).finer(1).digits == MANY
    assert Writing("fixed", 1).finer(-1).digits == 1


def test_the_pane_writes_so_and_the_arrangement_remembers_it() -> None:
    session = opened("three-layer")
    said(session, "goto 1:Z1")
    stage = staged(session)
    pane = stage.pane(MatricesPane)
    pane.write(Writing("scientific", 3))
    assert pane.title == "Matrices · scientific 3"
    assert any("e−" in row for row in seen(pane))
    other = staged(session)
    other.arrangement.take_up(stage.arrangement.words)
    assert other.pane(MatricesPane).writing == Writing("scientific", 3)
    other.arrangement.take_up("matrices operation matrices=nonsense nowhere=fixed")
    assert other.pane(MatricesPane).writing == Writing("scientific", 3)


def test_fractions_are_of_as_many_parts_as_there_are_examples() -> None:
    session = opened("three-layer")
    said(session, "goto 1:Z1")
    pane = MatricesPane()
    pane.show(session.view)
    pane.suit(Size(78, 20), BARE)
    pane.write(Writing("fraction"))
    assert pane._asked.parts == 8
