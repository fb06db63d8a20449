"""Entries of one position: of very many terms the largest, which operands they light up, whatever moves follow."""

from __future__ import annotations

from time import perf_counter

import numpy as np
import pytest

from bpdebug.debugger.entries import Entries, lit, uses, within
from bpdebug.debugger.largest import KEPT, MANY, _greatest
from bpdebug.debugger.session import Session
from tests.debugger.scenes import opened, said, small

RANDOM = np.random.default_rng(5)


def entries(session: Session) -> Entries:
    return Entries(session.program, session.timeline.shown, session.timeline.step)


def wide(length: int, formula: str = "sum(P * P) / m") -> Session:
    """A product with so many terms in each entry, and a cost that is a sum over all of them."""
    data = {"X": RANDOM.normal(size=(3, length))}
    return small({"P": "X @ W", "J": formula}, data, {"W": RANDOM.normal(size=(length, 2))}, m=3.0)


@pytest.mark.parametrize("length", [MANY - 1, MANY, MANY + 1, 5_000])
def test_of_very_many_terms_the_largest_are_told_and_the_rest_together(length: int) -> None:
    session = wide(length)
    said(session, "goto 1:P")
    found = entries(session).explained("P", (1, 1))
    terms = session.timeline.values["X"][1] * session.timeline.values["W"][:, 1]
    told = min(length, KEPT) if length > MANY else length
    assert sorted(map(abs, terms), reverse=True)[:told] == [abs(part.value) for part in found.parts]
    assert found.rest.count + len(found.parts) == length
    assert found.total == pytest.approx(found.value, rel=1e-12)


def test_what_is_no_number_is_told_first_and_zeros_are_counted() -> None:
    x = np.zeros((1, 1_000))
    x[0, 700], x[0, 5] = np.nan, 2.0
    session = small({"P": "X @ W", "J": "sum(P)"}, {"X": x}, {"W": np.ones((1_000, 1))})
    said(session, "goto 1:P")
    found = entries(session).explained("P", (0, 0))
    assert [part.factors[0].index for part in found.parts[:2]] == [(0, 700), (0, 5)]
    assert (found.rest.count, found.rest.zeros) == (0, 1_000 - KEPT)


@pytest.mark.parametrize(("formula", "axis", "index"), [("sum(A, axis=1)", 1, (2,)), ("mean(A, axis=0)", 0, (7,))])
def test_a_sum_of_very_many(formula: str, axis: int, index: tuple[int, ...]) -> None:
    x = RANDOM.normal(size=(400, 300))
    session = small({"A": "X * w", "S": formula, "J": "sum(S * S)"}, {"X": x}, {"w": 2.0})
    said(session, "goto 1:S")
    found = entries(session).explained("S", index)
    assert len(found.parts) == KEPT
    assert all(part.factors[0].index[1 - axis] == index[0] for part in found.parts)
    assert found.total == pytest.approx(found.value, rel=1e-9)
    assert list(lit(found, session.program.shapes)["A"]) == [(2, None) if axis else (None, 7)]


def test_an_entry_of_a_product_lights_a_row_and_a_column() -> None:
    session = opened("three-layer")
    said(session, "goto 1:Z2")
    said(session, "rs")
    here = entries(session)
    assert here.operands((1, 3)) == (((1, None),), ((None, 3),))
    said(session, "goto 1:dW2")
    found = entries(session).explained("dW2", (0, 2))
    assert lit(found, session.program.shapes) == {"dZ2": ((0, None),), "A1": ((2, None),)}
    assert entries(session).operands((0, 2)) == (((0, 2),), ((),))


def test_of_other_operations_the_entries_themselves_are_lit() -> None:
    session = opened("iris")
    said(session, "goto 1:A2")
    assert entries(session).operands((7, 1)) == (((7, None),),)
    said(session, "goto 1:A1")
    assert entries(session).operands((7, 1)) == (((7, 1),),)
    assert within([(7, None)], (7, 2))
    assert not within([(7, None), (6, 1)], (6, 2))


def test_it_stays_as_it_was_when_the_session_moves() -> None:
    session = opened("xor")
    said(session, "goto 2:dW1")
    here = entries(session)
    before = here.explained("dW1", (1, 1)), here.operands((1, 1))
    said(session, "goto 5:W1", "goto 2:Z1", "start")
    assert (here.explained("dW1", (1, 1)), here.operands((1, 1))) == before
    assert entries(session).operands((0, 0)) == ()


def test_what_has_no_value_is_not_taken_apart() -> None:
    session = opened("xor")
    with pytest.raises(KeyError):
        entries(session).explained("dW1", (0, 0))


def test_where_a_quantity_goes() -> None:
    program = opened("three-layer").program
    assert uses(program, "W2") == ("Z2", "dA1", "W2")
    assert uses(program, "dZ2") == ("dW2", "db2", "dA1")


def test_it_takes_no_longer_for_what_is_not_looked_at() -> None:
    session = wide(100_000)
    said(session, "goto 1:P")
    here = entries(session)
    begun = perf_counter()
    for _ in range(5):
        here.explained("P", (0, 0))
        here.operands((0, 0))
    assert perf_counter() - begun < 1.0


@pytest.mark.parametrize("most", [2, KEPT])
@pytest.mark.parametrize("size", [KEPT, 801, 10_000, 99_999])
@pytest.mark.parametrize(
    "make",
    [
        lambda size: RANDOM.normal(size=size),
        np.zeros,
        lambda size: np.where(RANDOM.random(size) < 0.01, np.nan, RANDOM.normal(size=size)),
        lambda size: np.resize([0.0] * 16 + [1.0], size),  # those looked at first tell little of the others
        lambda size: np.resize([9.0, *[0.0] * 15], size),
    ],
)
def test_the_greatest_are_the_greatest(make, size: int, most: int) -> None:
    sizes = np.abs(make(size))
    found = _greatest(sizes, most)
    ranked = np.nan_to_num(sizes, nan=np.inf)
    assert len({*found.tolist()}) == most
    assert sorted(ranked[found]) == sorted(ranked)[-most:]
