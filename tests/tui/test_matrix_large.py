"""Large matrices: a frame looks at a sample and at what shows, and all entries are counted beside it."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace
from textual.geometry import Size
from textual.message import Message

from bpdebug.debugger.differences import Changed
from bpdebug.debugger.picture import FEW as COMPARED
from bpdebug.debugger.picture import changes
from bpdebug.debugger.view import Marked, Matrix
from bpdebug.language.expression import Name
from bpdebug.tui import numbers
from bpdebug.tui.colours import BARE
from bpdebug.tui.counting import Counting
from bpdebug.tui.numbers import FEW, sample
from bpdebug.tui.panes.matrices import MatricesPane
from bpdebug.tui.sheet import sheet
from tests.debugger.scenes import opened
from tests.tui.staging import seen

ROWS, COLUMNS = 300, 200


def pane(*tables: np.ndarray, size: tuple[int, int] = (60, 12), changed: Marked | None = None) -> MatricesPane:
    """The pane with these operands, and nothing else."""
    view = opened("xor").view
    operands = tuple(Matrix(Name("A"), each.shape, each, changed) for each in tables)
    result = Matrix(Name("J"), (), np.asarray(1.0))
    made = MatricesPane()
    made.show(replace(view, operation=replace(view.operation, operands=operands, result=result)))
    made.suit(Size(*size), BARE)
    made.see(afar=False)
    return made


def table() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(ROWS, COLUMNS))


def test_a_sample_has_an_entry_of_every_part_and_follows_no_pattern() -> None:
    rows, columns = np.indices((1000, 3000))
    assert sample(rows).size == numbers.SAMPLE
    for axis in (rows, columns):
        taken = np.unique(sample(axis) * numbers.SIDE // (axis.max() + 1))
        assert taken.tolist() == list(range(numbers.SIDE))
    assert 0.02 < sample(np.eye(1000) + (columns[:, :1000] % 8 == 0)).mean() < 0.4


@pytest.mark.parametrize("shape", [(3, 10**5), (10**5, 3), (1, 10**6), (65, 64)])
def test_a_long_or_wide_matrix_is_sampled_along_all_of_it(shape: tuple[int, int]) -> None:
    found = sample(np.broadcast_to(np.arange(float(shape[1])), shape))
    assert found.size <= numbers.SAMPLE
    assert found.max() > 0.9 * (shape[1] - 1)


def test_a_frame_looks_at_no_more_of_a_large_matrix_than_of_a_small_one(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    counted = numbers._of_chunk

    def looking(chunk: np.ndarray, *, whole: bool) -> numbers.Summary:
        looked.append(chunk.size)
        return counted(chunk, whole=whole)

    monkeypatch.setattr(numbers, "_of_chunk", looking)
    made = pane(np.broadcast_to(np.random.default_rng(0).normal(size=5000), (5000, 5000)))
    seen(made)
    made.scroll(2000, 9000)
    assert "2000" in " ".join(seen(made))
    assert sum(looked) < FEW


def test_until_all_entries_are_counted_it_says_of_how_many_it_speaks() -> None:
    made = pane(table())
    assert "A, 1,024 entries sampled: min" in "\n".join(seen(made))
    made.count()
    assert any(line.startswith("A: min") and "norm 2" in line for line in seen(made))


def test_what_is_too_large_for_its_column_widens_it_once_it_shows() -> None:
    outlier = table()
    outlier[250, 150] = -123456.789
    outlier[251, 150], outlier[252, 150] = np.nan, 1e-300
    made = pane(outlier)
    narrow = seen(made)
    made.scroll(248, 150 * 7)
    rows = seen(made)
    shown = " ".join(rows).split()
    assert {"−1.235e5", "NaN", "+1.000e−300"} <= set(shown)
    assert rows[1].split()[1] == "150", "the columns that show stay the same"
    assert "e" not in narrow[2]


def test_only_rows_that_show_are_compared_with_what_they_were() -> None:
    value = table()
    earlier = value.copy()
    earlier[1, 0] += 1
    changed = changes(value, earlier)
    assert isinstance(changed, Changed)
    assert value.size > COMPARED
    rows = [line for line in seen(pane(value, changed=changed)) if "•" in line]
    assert len(rows) == 1
    assert rows[0].split("•")[0].strip() == "1"


def test_a_value_is_counted_once_however_often_it_shows() -> None:
    value = table()
    first = sheet(Matrix(Name("A"), value.shape, value), "unicode")
    first.count(lambda: False)
    again = sheet(Matrix(Name("B"), value.shape, value), "unicode")
    assert again.exact
    assert again.summary == first.summary
    assert not sheet(Matrix(Name("A"), value.shape, value.copy()), "unicode").exact


def test_counting_goes_on_beside_the_screen_and_gives_up_what_shows_no_more() -> None:
    heard: list[Message] = []
    made = pane(table(), table())
    counting = Counting(made, heard.append)
    counting._count(made.uncounted)
    assert len([*made.uncounted]) == 2, "nobody waits for these"
    counting.begin()
    counting.begin()
    errand = counting._beside._running
    assert errand is not None
    assert errand.ends_within(10)
    counting.take()
    assert not [*made.uncounted]
    assert len(heard) == 1
