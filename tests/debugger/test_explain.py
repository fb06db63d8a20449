"""An entry taken apart: the terms add up to it, of every equation of every scenario, and lead back to the data."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from bpdebug.debugger.commands.explaining import explained
from bpdebug.debugger.entry import Explained
from bpdebug.debugger.session import Session
from tests.debugger.scenes import opened, refused, said

SCENARIOS = ("three-layer", "xor", "logistic", "linear-regression", "iris", "two-moons", "gradient-checking")


def entries(session: Session, count: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Some entries of every quantity that has a value, among them the first and the last."""
    random = np.random.default_rng(0)
    for name, value in session.timeline.values.items():
        if name.isidentifier() and value.size:
            places = {0, value.size - 1, *random.integers(value.size, size=count).tolist()}
            yield from ((name, tuple(map(int, np.unravel_index(place, value.shape)))) for place in sorted(places))


@pytest.mark.parametrize("orientation", ["columns", "rows"])
@pytest.mark.parametrize("name", SCENARIOS)
def test_the_terms_add_up_to_the_entry(name: str, orientation: str) -> None:
    session = opened(name, iterations=4, orientation=orientation)
    said(session, "disable health", "goto 3:1", "finish", "finish", "finish", "finish")
    for quantity, index in entries(session, 4):
        found = explained(session, quantity, index)
        assert found.value == session.timeline.values[quantity][index]
        if found.parts:
            weight = sum(abs(part.value) for part in found.parts)
            assert abs(sum(part.value for part in found.parts) - found.value) <= 1e-12 * weight + 1e-300
            assert all(_made_of_what_it_says(session, found, part) for part in found.parts)
            sizes = [abs(part.value) for part in found.parts]
            assert sizes == sorted(sizes, reverse=True)


def _made_of_what_it_says(session: Session, found: Explained, part) -> bool:
    """Whether a product is that of the entries it names, each of which is what it was when the step was executed."""
    for each in part.factors:
        if each.name:
            now, then = session.timeline.values[each.name][each.index], session.timeline.inputs.get(each.name)
            assert each.value == now or (then is not None and each.value == then[each.index])
    if part.op not in ("multiply", "matmul"):
        return True
    return bool(np.isclose(np.prod([each.value for each in part.factors]) * part.scale, part.value, rtol=1e-12))


def test_one_gets_from_a_gradient_to_the_data_and_back() -> None:
    session = opened("three-layer")
    said(session, "goto 3:dW1", "explain dW1[1,2]")
    assert said(session, "explain 1.2").startswith("X[2, ")
    assert said(session, "explain up").startswith("dW⁽¹⁾[1, 2] = ")
    said(session, "e 1", "e 1")
    assert said(session, "e up", "e up").startswith("dW⁽¹⁾[1, 2] = ")
    assert "no entry to go back to" in refused(session, "e up")


def test_an_updated_parameter_is_made_of_what_it_was() -> None:
    session = opened("three-layer")
    said(session, "goto 2:W1")
    before, after = session.timeline.inputs["W1"][0, 1], session.timeline.values["W1"][0, 1]
    text = said(session, "explain W1[0,1]")
    assert f"{after:.10g}" in text
    assert f"W⁽¹⁾[0, 1] = {before:.10g}" in text
    said(session, "goto 3:Z1")
    assert "is a parameter" in said(session, "explain W1[0,1]")
    said(session, "goto 3:62")
    assert f"{session.timeline.inputs['W1'][0, 1]:.6g} · " in said(session, "explain Z1[0,0]")


def test_what_was_written_over_is_not_explained_away() -> None:
    session = opened("three-layer")
    said(session, "goto 2:Z1", "set Z1[0,0] = 7")
    assert "written over by hand" in said(session, "explain Z1[0,0]")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("explain", "expected an entry"),
        ("explain Q[0,0]", "there is no 'Q'"),
        ("explain W1", "explain W1[4, 3]"),
        ("explain W1[0]", "explain W1[4, 3]"),
        ("explain W1[0,:]", "explain W1[4, 3]"),
        ("explain W1[5,0]", "there is no entry"),
        ("explain dW1[0,0]", "dW1 has no value yet"),
        ("explain 1", "nothing is explained yet"),
        ("explain W1[0,0]]", "expected an entry"),
    ],
)
def test_what_is_no_entry_is_refused(line: str, words: str) -> None:
    session = opened("three-layer")
    said(session, "goto Z1")
    assert words in refused(session, line)
