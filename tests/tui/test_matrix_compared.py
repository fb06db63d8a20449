"""A matrix beside the same one at another place: what differs is marked, the difference stands there too."""

from __future__ import annotations

import numpy as np
import pytest

from bpdebug.debugger.session import Session
from bpdebug.tui.panes.matrices import MatricesPane, sheets
from tests.debugger.scenes import opened, said
from tests.tui.driving import debugger, settled
from tests.tui.staging import seen, shown, staged


@pytest.fixture
def session() -> Session:
    found = opened("xor")
    said(found, "goto 3:dW1", "beside")
    return found


def test_here_there_and_the_difference_with_the_same_digits(session: Session) -> None:
    here, there, difference = sheets(session.view)
    assert (here.label, there.label, difference.label) == ("→ dW⁽¹⁾", "dW⁽¹⁾ of iteration 2", "difference")
    assert here.scale == there.scale
    assert here.table is not None
    assert there.table is not None
    assert difference.table is not None
    assert np.array_equal(difference.table, here.table - there.table)
    assert there.differs
    assert there.changed is not None
    assert np.array_equal(there.changed[:, :], here.table != there.table)


def test_the_title_says_where_the_other_one_is_of(session: Session) -> None:
    screen = shown(staged(session, (120, 40)))
    assert "Matrices · beside iteration 2" in screen
    assert "≠" in screen
    said(session, "beside off")
    assert "beside" not in shown(staged(session, (120, 40)))


def test_the_matrix_that_is_pointed_at_is_the_one_compared(session: Session) -> None:
    said(session, "beside off", "goto 3:Z1")
    stage = staged(session, (120, 40))
    pane = stage.pane(MatricesPane)
    pane.turn_over()
    said(session, "beside")
    stage.show(session.view)
    stage.draw()
    assert pane.spot is not None
    name = pane.spot.sheet.name
    assert name == session.view.operation.operands[0].name
    assert "▸" in "\n".join(seen(pane))
    assert sheets(session.view, pointed=name)[0].name == name


def test_where_no_iteration_comes_before_the_matrices_show_as_ever_and_the_title_says_so(session: Session) -> None:
    said(session, "goto 1:Z1")
    without = opened("xor")
    said(without, "goto 1:Z1")
    assert [each.label for each in sheets(session.view)] == [each.label for each in sheets(without.view)]
    screen = shown(staged(session, (120, 40)))
    assert "Matrices · nothing beside: no iteration before this one" in screen
    assert "not computed yet" not in screen
    said(session, "beside off")
    assert said(session, "beside") == "nothing beside: no iteration before this one"


async def test_a_key_holds_the_iteration_before_beside_and_escape_ends_it() -> None:
    app = debugger(lines=["goto 3:dW2"])
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("D")
        await settled(pilot)
        assert app.stage.pane(MatricesPane).title == "Matrices · beside iteration 2"
        await pilot.press("escape", "escape")
        await settled(pilot)
        assert app.stage.pane(MatricesPane).title == "Matrices"
