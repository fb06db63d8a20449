"""Large arrays: what is found out of them is found out once, and nothing of them is missed."""

from __future__ import annotations

import gc

import numpy as np
import pytest

from bpdebug.debugger import notes
from bpdebug.debugger.largest import SMALL
from bpdebug.debugger.remembered import Remembered
from bpdebug.ops.table import Array
from tests.debugger.scenes import said, small


def test_of_each_array_once_for_as_long_as_it_lives() -> None:
    found, asked = Remembered[int](), list[int]()

    def find() -> int:
        asked.append(0)
        return len(asked)

    array = np.zeros(3)
    assert [found.of(array, find), found.of(array, find), found.of(np.zeros(3), find)] == [1, 1, 2]
    del array
    gc.collect()
    assert not found._found


@pytest.mark.parametrize("odd", [np.nan, np.inf])
def test_a_single_entry_that_is_no_number_is_told_of_a_large_array_scanned_once(
    monkeypatch: pytest.MonkeyPatch, odd: float
) -> None:
    x = np.ones((300, 301))
    x[-1, -1] = odd
    looked = list[int]()
    scan = notes._all_finite

    def counted(array: Array) -> bool:
        looked.append(array.size)
        return scan(array)

    monkeypatch.setattr(notes, "_all_finite", counted)
    session = small({"A": "X * w", "B": "A + X", "J": "sum(B)"}, {"X": x}, {"w": 2.0})
    said(session, "goto 1:A")
    word = "NaN" if np.isnan(odd) else "infinity"
    assert f"{word} is passed on here, in entry [299, 300]" in session.view.operation.notes
    said(session, "goto 1:B")
    assert f"{word} is passed on here, in entry [299, 300]" in session.view.operation.notes
    assert looked == [x.size] * 3


def test_the_columns_of_a_large_matrix_are_its_own() -> None:
    random = np.random.default_rng(2)
    side = int(SMALL**0.5) + 5
    x, y = random.normal(size=(side, side)), random.normal(size=(side, side))
    session = small({"A": "X @ Y", "B": "Y @ X", "J": "sum(A * B) * w"}, {"X": x, "Y": y}, {"w": 1.0})
    said(session, "goto 1:B")
    for column in (0, 1, 7, 8, side - 1, 0):
        for name, first, second in (("A", x, y), ("B", y, x)):
            entries = session.view.entries
            assert entries is not None
            found = entries.explained(name, (3, column))
            terms = first[3] * second[:, column]
            assert abs(found.parts[0].value) == np.abs(terms).max()
            assert found.total == pytest.approx(terms.sum())
