"""An entry taken apart: the terms add up to it, of every equation of every scenario, and lead back to the data."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from bpdebug.debugger.entry import Explained, Part
from bpdebug.debugger.explanation import explained
from bpdebug.debugger.session import Session
from tests.bundled import TURNED
from tests.debugger.scenes import opened, refused, said, small

FEW = 40
"""Matrices with more entries are taken apart in some of them."""


def entries(session: Session, count: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Entries of every quantity and part of a formula there is: all of small ones, else first, last and some."""
    random = np.random.default_rng(0)
    for name, value in session.timeline.values.items():
        if value.size:
            places = {0, value.size - 1, *random.integers(value.size, size=count).tolist()}
            places = set(range(value.size)) if value.size <= FEW else places
            yield from ((name, tuple(map(int, np.unravel_index(place, value.shape)))) for place in sorted(places))


@pytest.mark.parametrize(("name", "orientation"), TURNED)
def test_the_terms_add_up_to_the_entry(name: str, orientation: str) -> None:
    session = opened(name, iterations=4, orientation=orientation)
    said(session, "disable health", "goto 3:1", "finish", "finish", "finish", "finish")
    for quantity, index in entries(session, 4):
        found = explained(session, quantity, index)
        assert found.value == session.timeline.values[quantity][index]
        if found.parts:
            weight = sum(abs(part.value) for part in found.parts) + abs(found.rest.value)
            assert abs(found.total - found.value) <= 1e-12 * weight + 1e-300
            assert all(_made_of_what_it_says(session, found, part) for part in found.parts)
            sizes = [abs(part.value) for part in found.parts]
            assert sizes == sorted(sizes, reverse=True)


def _made_of_what_it_says(session: Session, found: Explained, part: Part) -> bool:
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
    assert f"W⁽¹⁾[0, 1] before = {before:.10g}" in text
    assert said(session, "explain 1") == f"W⁽¹⁾[0, 1] = {before:.10g} is a parameter, as this iteration began"
    assert "given" in refused(session, "explain 1")
    assert said(session, "explain up") == text
    assert said(session, "explain 2").startswith("dW⁽¹⁾[0, 1] = ")
    said(session, "goto 3:Z1")
    assert "is a parameter" in said(session, "explain W1[0,1]")
    said(session, "goto 3:62")
    assert f"{session.timeline.inputs['W1'][0, 1]:.6g} · " in said(session, "explain Z1[0,0]")


OTHERS = {
    "Z": "X @ W",
    "M": "max(Z, axis=1, keepdims=True)",
    "S": "softmax(Z, axis=1)",
    "K": "maximum(0, Z)",
    "C": "clip(Z, -0.5, 0.5)",
    "G": "Z[1, :]",
    "H": "where(Z > 0, Z, 2 * Z)",
    "Q": "concatenate((Z, K), axis=0)",
    "V": "mean(Z ** 2, axis=0)",
    "P": "Z * K - Z / (1 + K) + 3",
    "O": "log_softmax(Z, axis=1)",
    "J": "sum(M) + sum(S) + sum(K) + sum(C) + sum(G) + sum(H) + sum(Q) + sum(V) + sum(P) + sum(O)",
}


def others() -> Session:
    return small(OTHERS, {"X": [[1, 2], [3, -1], [0.5, 2]]}, {"W": [[1, -1, 2], [0.5, 0.3, -0.2]]}, iterations=2)


def test_the_terms_of_other_operations_add_up_too() -> None:
    session = others()
    session.timeline.seek(session.timeline.steps)
    for quantity, index in entries(session, 4):
        found = explained(session, quantity, index)
        assert found.value == session.timeline.values[quantity][index]
        assert not found.parts or np.isclose(sum(part.value for part in found.parts), found.value, rtol=1e-12)


@pytest.mark.parametrize(
    ("entry", "row"),
    [
        ("M[0,0]", "max of Z[0, 0] = 2: 2, taken as it is"),
        ("K[0,1]", "maximum of 0: 0, taken as it is"),
        ("C[1,1]", "clip of -0.5: -0.5, taken as it is"),
        ("G[1]", "Z[1, 1] = -3.3"),
        ("H[0,1]", "where of (Z > 0)[0, 1] = 0, (2 * Z)[0, 1] = -0.8: -0.8"),
        ("Q[4,2]", "K[1, 2] = 6.2"),
        ("P[0,0]", "-Z[0, 0] / (1 + K)[0, 0] = -2 / 3 = -0.6666666667"),
        ("V[0]", "power of Z[1, 0] = 2.5, 2, * 0.333333: 2.083333333   50%"),
        ("S[0,0]", "softmax of Z[0, 0] = 2, Z[0, 1] = -0.4, Z[0, 2] = 1.6: 0.5678469178"),
    ],
)
def test_what_an_operation_took(entry: str, row: str) -> None:
    session = others()
    assert any(line.endswith(row) for line in said(session, "goto J", f"explain {entry}").splitlines())


def test_one_gets_through_a_part_of_a_formula() -> None:
    session = opened("three-layer", notation="ascii")
    text = said(session, "goto J", "explain J", "explain 1")
    assert text.startswith("log(1 - A3)[0, ")
    assert "a part of J = " in text
    assert said(session, "explain 1").startswith("(1 - A3)[0, ")
    assert said(session, "explain 2").startswith("A3[0, ")


def test_nan_comes_first() -> None:
    equations = {"L": "log(X - X)", "J": "sum(W) + 0 * sum(L)"}
    session = small(equations, {"X": [1.0, 2.0]}, {"W": [5.0, 6.0]})
    assert "1  L[0] * 0 = -inf * 0 = nan" in said(session, "goto J", "explain J")


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


def test_of_very_many_places_of_a_filter_the_largest_terms_are_told_and_all_are_lit() -> None:
    random = np.random.default_rng(0)
    session = small(
        {"Z": "conv2d(X, W)", "J": "sum(Z * Z)"},
        {"X": random.normal(size=(9, 1, 8, 8))},
        {"W": random.normal(size=(2, 1, 3, 3))},
        m=9,
    )
    said(session, "goto 1:dW")
    found = session.view.entries.explained("dW", (1, 0, 2, 0))
    assert len(found.parts) == 50
    assert found.rest.count + len(found.parts) == 9 * 6 * 6
    assert np.isclose(found.total, found.value, rtol=1e-12)
    gradient, data = session.view.entries.operands((1, 0, 2, 0))
    assert gradient == ((None, 1, None, None),)
    assert data == ((None, 0, None, None),)
