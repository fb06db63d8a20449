"""The pane of one number: its terms, largest first, with the share so far, within any width."""

from __future__ import annotations

from itertools import pairwise
from time import perf_counter

import numpy as np
import pytest
from textual.geometry import Size

from bpdebug.debugger.session import Session
from bpdebug.tui.colours import BARE
from bpdebug.tui.entry import MOST, entry_lines
from bpdebug.tui.panes.entry import EntryPane
from bpdebug.tui.pointing import Spot
from bpdebug.tui.sheet import sheet
from tests.debugger.scenes import opened, said, small
from tests.tui.drawn import plain


def drawn(session: Session, name: str, *index: int, width: int = 76) -> list[str]:
    lines = entry_lines(session.view, name, index, width, BARE)
    assert all(line.cell_len <= width for line in lines)
    return plain(lines)


def at(motion: str, name: str = "three-layer", notation: str = "unicode") -> Session:
    session = opened(name, notation=notation)
    said(session, motion)
    return session


def test_a_product() -> None:
    assert drawn(at("goto 2:dW2"), "dW2", 0, 2) == [
        "dW⁽²⁾[0, 2] = 0.005256720996",
        "dW⁽²⁾ = dZ⁽²⁾ · A⁽¹⁾ᵀ / m (step 39; unit 0, unit 2)",
        "8 terms added up, the largest first, and the share so far:",
        " +0.005751   109%  dZ⁽²⁾[0, 7] · A⁽¹⁾[2, 7] / m = 0.07206 · 0.6386 / 8",
        "−0.0004948   100%  dZ⁽²⁾[0, 6] · A⁽¹⁾[2, 6] / m = −0.09646 · 0.04103 / 8",
        "and 6 terms more: 0",
        "goes into W⁽²⁾",
    ]


def test_the_example_is_named_where_there_is_room() -> None:
    assert any(line.endswith("/ 8  example 7") for line in drawn(at("goto 2:dW2"), "dW2", 0, 2, width=90))


def test_what_a_term_is_made_of_stands_beneath_its_value_where_it_is_narrow() -> None:
    lines = drawn(at("goto 2:dW2"), "dW2", 0, 2, width=30)
    place = lines.index(" +0.005751   109%")
    assert lines[place + 1 : place + 3] == ["  dZ⁽²⁾[0, 7] · A⁽¹⁾[2, 7] / m", "  = 0.07206 · 0.6386 / 8"]


def test_a_function_says_what_it_does() -> None:
    assert drawn(at("goto 2:A1"), "A1", 0, 2) == [
        "A⁽¹⁾[0, 2] = 0",
        "A⁽¹⁾ = relu(Z⁽¹⁾) (step 3; unit 0, example 2)",
        "0  relu of Z⁽¹⁾[0, 2] = −2.623",
        "relu: A unit passes on what is positive and turns everything else into 0.",
        "goes into Z⁽²⁾, dW⁽²⁾",
    ]


def test_a_parameter_before_and_after_its_update() -> None:
    assert any("before" in line for line in drawn(at("goto 2:W1"), "W1", 0, 2))
    assert drawn(at("goto 2:Z1"), "W1", 0, 2)[1] == "a parameter, given to this iteration: unit 0, feature 2"


def test_data_a_constant_and_a_number() -> None:
    session = at("goto 1:J", "xor")
    assert drawn(session, "X", 0, 2)[1:] == [
        "data, given to this iteration: feature 0, example 2",
        "goes into Z⁽¹⁾, dW⁽¹⁾",
    ]
    assert drawn(session, "learning_rate")[1].startswith("a constant")
    assert drawn(session, "J")[0].startswith("J = 0.8803")


@pytest.mark.parametrize(
    ("index", "told"), [((0, 1), "is not computed yet."), ((0, 99), "no such entry."), ((1,), "no")]
)
def test_what_is_not_there_is_said(index: tuple[int, ...], told: str) -> None:
    assert told in " ".join(drawn(at("goto 1:Z1"), "dW1", *index))


def test_what_was_written_over_is_said() -> None:
    session = at("goto 2:Z1")
    said(session, "set Z1[0,0] = 5")
    assert "The value was written over by hand." in drawn(session, "Z1", 0, 0)


def test_nan_shows() -> None:
    session = at("goto 1:Z1")
    said(session, "set Z1[0,0] = nan", "next")
    assert drawn(session, "A1", 0, 0)[0] == "A⁽¹⁾[0, 0] = nan"


@pytest.mark.parametrize("name", ["three-layer", "iris", "xor", "linear-regression"])
def test_every_quantity_fits_and_is_ascii_in_ascii(name: str) -> None:
    session = at("goto 2:1", name, "ascii")
    said(session, "finish", "finish", "finish", "finish")
    for quantity, value in session.view.values.items():
        for width in (24, 50):
            lines = drawn(session, quantity, *(0,) * value.ndim, width=width)
            assert all(line.isascii() for line in lines)


def test_of_very_many_terms_some_are_listed_and_in_no_time() -> None:
    random = np.random.default_rng(1)
    data = {"X": random.normal(size=(2, 100_000))}
    session = small({"P": "X @ W", "J": "sum(P * P)"}, data, {"W": random.normal(size=(100_000, 1))})
    said(session, "goto 1:P")
    session.view.entries.explained("P", (0, 0))
    begun = perf_counter()
    lines = drawn(session, "P", 1, 0)
    assert perf_counter() - begun < 0.5
    assert f"and {100_000 - MOST:,} smaller terms, together " in " ".join(lines)
    values = [abs(float(line.split()[0])) for line in lines if "% " in line]
    assert len(values) == MOST
    assert all(one >= other for one, other in pairwise(values))


def test_more_terms_are_listed_once_somebody_scrolls_to_them() -> None:
    session = small({"J": "sum(w * w)"}, {}, {"w": np.arange(1.0, 41.0)})
    said(session, "goto 1:J")
    pane = EntryPane()
    pane.show(session.view)
    pane.suit(Size(60, 8), BARE)
    pane.told(Spot(sheet(session.view.operation.result, "unicode"), 0, 0))
    assert "30 smaller terms" in "\n".join(line.plain for line in pane.content)
    pane.scroll(1)
    assert len(pane.content) > 40
    assert "smaller terms" not in "\n".join(line.plain for line in pane.content)


def test_a_class_and_a_feature_are_called_by_their_names() -> None:
    session = at("goto 1:W1", "iris")
    for name, index, words in (
        ("Y", (3, 0), "example 3, class setosa"),
        ("W1", (2, 4), "feature petal length, unit 4"),
        ("dA1", (0, 0), "class versicolor"),
    ):
        assert words in " ".join(drawn(session, name, *index, width=90))
