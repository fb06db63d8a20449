"""The matrices pane in an app: it fits, it scrolls, and it draws no more than what shows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from textual.app import App, ComposeResult
from textual.geometry import Size

from bpdebug.debugger.session import Session
from bpdebug.debugger.view import Matrix, View
from bpdebug.language.expression import Name
from bpdebug.tui import spread
from bpdebug.tui.panes.matrices import MatricesPane
from tests.debugger.scenes import opened, said
from tests.tui.drawn import plain


class Alone(App[None]):
    """The pane and nothing else."""

    CSS = "MatricesPane { scrollbar-size: 1 1; }"

    def __init__(self, view: View) -> None:
        super().__init__()
        self.shown = view

    def compose(self) -> ComposeResult:
        yield MatricesPane()

    def on_mount(self) -> None:
        self.pane.view = self.shown

    @property
    def pane(self) -> MatricesPane:
        return self.query_one(MatricesPane)

    @property
    def rows(self) -> list[str]:
        return [self.pane.render_line(y).text.rstrip() for y in range(self.pane.size.height)]


@pytest.fixture
def session() -> Session:
    found = opened("three-layer")
    said(found, "goto 1:Z1")
    return found


@pytest.fixture
def huge(session: Session) -> View:
    """A result of a hundred million entries, which take no memory."""
    value = np.broadcast_to(np.arange(1000.0), (100_000, 1000))
    operation = replace(session.view.operation, operands=(), result=Matrix(Name("Z1"), value.shape, value))
    return replace(session.view, operation=operation)


async def test_operands_and_result(session: Session) -> None:
    async with Alone(session.view).run_test(size=(78, 20)) as pilot:
        rows = pilot.app.rows
        assert rows[0].startswith("W⁽¹⁾ · X 5×8")
        assert "b⁽¹⁾ 5×1" in rows[0]
        assert rows[8].startswith("→ Z⁽¹⁾ 5×8")
        assert not pilot.app.pane.show_vertical_scrollbar
        assert not pilot.app.pane.show_horizontal_scrollbar


async def test_not_computed_yet_is_said_in_words() -> None:
    async with Alone(opened().view).run_test(size=(100, 20)) as pilot:
        assert "→ W⁽¹⁾ · X 5×8 not computed yet" in "\n".join(pilot.app.rows)


async def test_a_huge_matrix_scrolls_to_its_last_entry(huge: View) -> None:
    async with Alone(huge).run_test(size=(60, 12)) as pilot:
        pane = pilot.app.pane
        await pilot.pause()
        assert "⋮ rows 0–6 of 100,000, columns 0–8 of 1,000" in pilot.app.rows
        pane.scroll_to(10**9, 10**9, animate=False)
        await pilot.pause()
        rows = pilot.app.rows
        assert rows[0].startswith("→ Z⁽¹⁾ 100000×1000")
        assert rows[8].split()[0] == "99999"
        assert rows[8].split()[-1] == "+999"


async def test_only_lines_that_show_are_made(huge: View, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    line = spread.Spread.line

    def counted(self: spread.Spread, at: int, down: int = 0, across: int = 0):  # type: ignore[no-untyped-def]
        made.append(at)
        return line(self, at, down, across)

    monkeypatch.setattr(spread.Spread, "line", counted)
    async with Alone(huge).run_test(size=(60, 12)) as pilot:
        made.clear()
        pilot.app.pane.scroll_to(0, 5000, animate=False)
        await pilot.pause()
        assert 0 < len(made) <= 3 * 12
        assert set(made) <= set(range(12))


async def test_a_matrix_is_looked_through_once_whatever_the_size_of_the_pane(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[object] = []
    from bpdebug.tui.panes import matrices

    sheets = matrices.sheets
    monkeypatch.setattr(matrices, "sheets", lambda view, claims: looked.append(view) or sheets(view, claims))
    async with Alone(session.view).run_test(size=(78, 20)) as pilot:
        await pilot.resize_terminal(50, 12)
        await pilot.resize_terminal(120, 30)
        assert looked == [session.view]


@pytest.mark.parametrize("size", [(58, 11), (45, 11), (20, 8), (24, 6)])
async def test_every_corner_is_within_reach(size: tuple[int, int]) -> None:
    session = opened("iris")
    said(session, "goto 1:dW1")
    table = np.arange(150.0 * 40).reshape(150, 40)
    operation = replace(session.view.operation, operands=(), result=Matrix(Name("A"), table.shape, table))
    async with Alone(replace(session.view, operation=operation)).run_test(size=size) as pilot:
        pane = pilot.app.pane
        await pilot.pause()
        pane.scroll_to(pane.max_scroll_x, pane.max_scroll_y, animate=False)
        await pilot.pause()
        assert "+5999" in " ".join(pilot.app.rows).split()
        assert pane.show_vertical_scrollbar
        assert pane.show_horizontal_scrollbar


@pytest.mark.parametrize("size", [(20, 5), (40, 8), (60, 10), (120, 30)])
async def test_bars_come_to_rest(session: Session, size: tuple[int, int]) -> None:
    async with Alone(session.view).run_test(size=size) as pilot:
        pane = pilot.app.pane
        before: tuple[Size, bool] | None = None
        for _ in range(4):
            await pilot.pause()
            state = (pane.virtual_size, pane.show_vertical_scrollbar)
            assert before in (None, state)
            before = state


async def test_the_next_view_is_drawn(session: Session) -> None:
    async with Alone(session.view).run_test(size=(78, 20)) as pilot:
        said(session, "s")
        pilot.app.pane.view = session.view
        await pilot.pause()
        assert pilot.app.rows[0].startswith("Z⁽¹⁾ 5×8")


def test_a_pane_without_an_app_draws_the_same(session: Session) -> None:
    assert plain(MatricesPane().lines(session.view, 120))[0].startswith("W⁽¹⁾ · X 5×8")
