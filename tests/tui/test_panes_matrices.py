"""The matrices pane: it fits, it scrolls, and it draws no more than what shows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from msgspec.structs import replace
from rich.text import Text
from textual.geometry import Size

from bpdebug.debugger.session import Session
from bpdebug.debugger.view import Matrix, View
from bpdebug.language.expression import Name
from bpdebug.tui import spread
from bpdebug.tui.claimed import ClaimsState
from bpdebug.tui.colours import BARE
from bpdebug.tui.matrix import Marks
from bpdebug.tui.panes import matrices
from bpdebug.tui.panes.matrices import MatricesPane, scaled
from bpdebug.tui.sheet import Sheet
from tests.debugger.scenes import opened, said
from tests.tui.drawn import plain
from tests.tui.staging import seen, shown, staged


def pane(view: View, size: tuple[int, int]) -> MatricesPane:
    """The pane and nothing else, in a room of so many cells and lines."""
    made = MatricesPane()
    made.show(view)
    made.suit(Size(*size), BARE)
    made.see(afar=False)
    return made


@pytest.fixture
def session() -> Session:
    found = opened("three-layer")
    said(found, "goto 1:Z1")
    return found


def with_result(view: View, rows: int, columns: int) -> View:
    """The view with a large result, which takes no memory."""
    value = np.broadcast_to(np.arange(float(columns)), (rows, columns))
    operation = replace(view.operation, operands=(), result=Matrix(Name("Z1"), value.shape, value))
    return replace(view, operation=operation)


def test_operands_and_result(session: Session) -> None:
    made = pane(session.view, (78, 20))
    rows = seen(made)
    assert rows[0].startswith("W⁽¹⁾ · X 5×8")
    assert "b⁽¹⁾ 5×1" in rows[0]
    assert rows[8].startswith("→ Z⁽¹⁾ 5×8")
    assert made.bounds == Size(0, 0)


def test_not_computed_yet_is_said_in_words() -> None:
    assert "→ W⁽¹⁾ · X 5×8 not computed yet" in "\n".join(seen(pane(opened().view, (100, 20))))


def test_a_huge_matrix_scrolls_to_its_last_entry(session: Session) -> None:
    made = pane(with_result(session.view, 100_000, 1000), (59, 11))
    assert "⋮ rows 0–6 of 100,000, columns 0–8 of 1,000" in seen(made)
    made.scroll(10**9, 10**9)
    rows = seen(made)
    assert rows[0].startswith("→ Z⁽¹⁾ 100000×1000")
    assert rows[8].split()[0] == "99999"
    assert rows[8].split()[-1] == "+999"
    assert made.bounds == Size(made.across, made.down)


def test_only_lines_that_show_are_made(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    line = spread.Spread.line

    def counted(self: spread.Spread, at: int, down: int, across: int, marks: Mapping[Sheet, Marks]) -> Text:
        asked.append(at)
        return line(self, at, down, across, marks)

    stage = staged(session, (64, 34))
    stage.show(with_result(session.view, 10_000, 100))
    stage.draw()
    made = stage.pane(MatricesPane)
    made.see(afar=False)
    monkeypatch.setattr(spread.Spread, "line", counted)
    made.scroll(5000)
    assert "5001" in shown(stage)
    assert asked == list(range(made.room.height))
    shown(stage)
    assert len(asked) == made.room.height


def test_a_matrix_is_looked_through_once_whatever_the_size_of_the_pane(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[View] = []
    sheets = matrices.sheets

    def counted(view: View, claims: ClaimsState, pointed: str) -> tuple[Sheet, ...]:
        looked.append(view)
        return sheets(view, claims, pointed)

    monkeypatch.setattr(matrices, "sheets", counted)
    made = pane(session.view, (78, 20))
    for size in ((78, 20), (50, 12), (120, 30)):
        made.suit(Size(*size), BARE)
        assert any(seen(made))
    assert looked == [session.view]


@pytest.mark.parametrize("size", [(58, 11), (45, 11), (20, 8), (24, 6)])
def test_every_corner_is_within_reach(size: tuple[int, int]) -> None:
    session = opened("iris")
    said(session, "goto 1:dW1")
    table = np.arange(150.0 * 40).reshape(150, 40)
    operation = replace(session.view.operation, operands=(), result=Matrix(Name("A"), table.shape, table))
    made = pane(replace(session.view, operation=operation), size)
    made.settle()
    assert min(made.bounds) > 0
    made.scroll(made.bounds.height, made.bounds.width)
    assert "+5999" in " ".join(seen(made)).split()


@pytest.mark.parametrize("size", [(20, 5), (40, 8), (60, 10), (120, 30)])
def test_what_is_drawn_is_at_rest_at_once(session: Session, size: tuple[int, int]) -> None:
    made = pane(session.view, size)
    before, bounds, version = seen(made), made.bounds, made.version
    made.suit(Size(*size), BARE)
    assert (seen(made), made.bounds, made.version) == (before, bounds, version)


def test_the_next_view_is_drawn(session: Session) -> None:
    made = pane(session.view, (78, 20))
    assert seen(made)[0].startswith("W⁽¹⁾ · X 5×8")
    said(session, "s")
    made.show(session.view)
    assert seen(made)[0].startswith("Z⁽¹⁾ 5×8")


def test_a_pane_without_a_room_of_its_own_draws_the_same(session: Session) -> None:
    assert plain(MatricesPane().lines(session.view, 120))[0].startswith("W⁽¹⁾ · X 5×8")


def test_where_a_product_is_merely_divided_its_factors_stand_before_it_if_there_is_room() -> None:
    session = opened("three-layer")
    said(session, "goto 1:dW2")
    wide, narrow = staged(session, (200, 60)).pane(MatricesPane), staged(session, (80, 24)).pane(MatricesPane)
    first = "\n".join(seen(wide)).splitlines()[0]

    assert first.index("dZ⁽²⁾ 3×8") < first.index("A⁽¹⁾ᵀ 8×5")
    assert "A⁽¹⁾ᵀ 8×5" not in "\n".join(seen(narrow))
    wide.point(wide.spot)
    for _ in range(40):
        wide.turn(across=-1)
    assert wide.spot.sheet.name == "dZ2"
    wide.enter()
    said(session, "rs")
    assert "dZ⁽²⁾ · A⁽¹⁾ᵀ / m" not in "\n".join(seen(staged(session, (200, 60)).pane(MatricesPane)))


def test_what_is_no_mere_scaling_shows_what_it_takes_alone() -> None:
    session = opened("three-layer")
    for place in ("dZ2", "dA2", "W1", "J"):
        said(session, f"goto 1:{place}")
        assert not scaled(session.view)
