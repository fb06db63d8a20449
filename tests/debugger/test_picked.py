"""Rows picked by an array: explained, written over, and told where an index names none."""

from __future__ import annotations

import numpy as np

from bpdebug.debugger.session import Session
from tests.debugger.scenes import refused, said, small

WORDS = np.array([[0.0, 2.0], [-1.0, 1.0]])


def session() -> Session:
    return small(
        {"H": "tanh(E[words])", "J": "sum(H * H)"},
        {"words": WORDS},
        {"E": np.random.default_rng(0).normal(size=(3, 2))},
        m=2,
    )


def test_an_entry_leads_to_the_row_it_was_picked_from_and_to_the_index() -> None:
    found = said(session(), "goto 1:H", "explain H[1,0,1]", "explain 1")

    assert "E[words][1, 0, 1]" in found
    assert "take of E[2, 1]" in found
    assert "words[1, 0] = -1" in found
    assert "explain 1 goes on to E[2, 1]" in found


def test_a_row_is_gathered_from_the_places_it_went_to() -> None:
    found = said(session(), "goto 1:dE", "explain dE[2,0]")

    assert "words[0, 1] = 2" in found
    assert "words[1, 0] = -1" in found
    assert "words[0, 0]" not in found


def test_what_an_array_picks_can_be_written_over() -> None:
    changed = session()
    before = changed.timeline.values["E"]
    said(changed, "set E[words[1]] = 5")
    np.testing.assert_array_equal(changed.timeline.values["E"], [before[0], [5, 5], [5, 5]])

    said(changed, "set E[words[0, 0], 1] = 7", "set E[m - 1, 0] = 8")
    np.testing.assert_array_equal(changed.timeline.values["E"], [[before[0, 0], 7], [8, 5], [5, 5]])
    assert "no place" in refused(changed, "set E[words + 9] = 0")


def test_an_index_beside_the_rows_is_named() -> None:
    changed = session()
    said(changed, "set words[0,1] = 3", "disable health")
    stood = said(changed, "step")
    assert "2 entries, [0, 1, 0] the first of them, lie outside the domain of take, which was given 3 there" in stood

    told = said(changed, "goto 1:J", "origin nan")
    assert "take was given words[0, 1] = 3, and an index is a whole number" in told

    back = said(changed, "goto 1:dE", "rs", "step")
    assert "lie outside the domain of add_at, which was given 3 there" in back
