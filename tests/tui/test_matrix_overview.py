"""Matrices seen from afar: as heatmaps, with a frame around what the numbers show, and down to the numbers."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace
from rich.style import Style
from textual.geometry import Size

from bpdebug.debugger.view import Matrix
from bpdebug.language.expression import Name
from bpdebug.tui.colours import BARE, DARK, Look
from bpdebug.tui.heat import Heat
from bpdebug.tui.matrix import Block
from bpdebug.tui.overview import Overview
from bpdebug.tui.panes.matrices import MatricesPane
from bpdebug.tui.signs import UNICODE
from tests.debugger.scenes import opened
from tests.tui.drawn import COLOURED, made
from tests.tui.staging import seen, staged


def pane(*tables: np.ndarray, size: tuple[int, int] = (60, 16), look: Look = BARE, notation: str = "") -> MatricesPane:
    view = opened("xor", notation=notation or "unicode").view
    named = [(f"A{number}", each) for number, each in enumerate(tables)]
    operands = tuple(Matrix(Name(name), each.shape, each, name=name) for name, each in named)
    result = Matrix(Name("J"), (), np.asarray(1.0))
    found = MatricesPane()
    found.show(replace(view, operation=replace(view.operation, operands=operands, result=result)))
    found.suit(Size(*size), look)
    found.settle()
    return found


def heat(table: object, width: int = 20, height: int = 6, look: Look = COLOURED) -> Heat:
    return Heat(np.asarray(table, dtype=float), width, height, look, UNICODE)


def halves(drawn: Heat, at: int = 0) -> list[tuple[str, str]]:
    return [(style.color.name, style.bgcolor.name) for _, style in drawn.line(at) if style.color and style.bgcolor]


LARGE = np.random.default_rng(0).normal(size=(400, 300))


def test_a_cell_holds_two_spots_in_the_colours_of_the_map() -> None:
    upper, lower = (DARK.shade(fraction).bgcolor for fraction in (1.0, -0.5))
    assert upper is not None
    assert lower is not None
    drawn = heat([[2.0], [-1.0]], 1, 1)
    assert drawn.cells == (1, 1)
    assert halves(drawn) == [(upper.name, lower.name)]


def test_a_spot_of_a_large_matrix_is_the_mean_of_what_it_stands_for() -> None:
    table = np.zeros((100, 100))
    table[:50, :50], table[50:, 50:] = 3, -6
    drawn = heat(table, 2, 1)
    zero, half, least = (DARK.shade(fraction).bgcolor for fraction in (0.0, 0.5, -1.0))
    assert zero
    assert half
    assert least
    assert halves(drawn) == [(half.name, zero.name), (zero.name, least.name)]
    assert drawn.means


def test_what_is_no_number_is_seen_from_afar_too() -> None:
    table = np.ones((8, 8))
    table[:4, :4] = np.nan
    assert next(heat(table, 2, 1).line(0)) == ("!", DARK.strange)
    plain = list(heat(table, 4, 2, BARE).line(0))
    assert plain[:2] == [("!", BARE.palette.strange)] * 2
    assert plain[2:] == [("+", Style.null()), ("@", Style.null())]


@pytest.mark.parametrize("shape", [(60, 60), (600, 500)])
def test_a_single_entry_that_is_no_number_is_seen_from_afar_once_all_are_counted(shape: tuple[int, int]) -> None:
    table = np.ones(shape)
    table[47, 31] = -np.inf
    made = pane(table)
    made.count()
    made.see(afar=True)
    assert made.overview is not None
    tile = made.overview.tiles[-1]
    assert tile.heat is not None
    x, y = tile.heat.cell(47, 31)
    rows = [[sign for sign, _ in tile.heat.line(at)] for at in range(tile.heat.cells[0])]
    assert [(at, row.index("!")) for at, row in enumerate(rows) if "!" in row] == [(y, x)]


@pytest.mark.parametrize("everywhere", [False, True])
def test_what_changed_is_seen_from_afar_one_by_one_or_by_the_title(*, everywhere: bool) -> None:
    changed = np.full((8, 8), everywhere)
    changed[0, 0] = True
    drawn = Overview([Block(made(np.ones((8, 8)), changed=changed), 3, 40, look=COLOURED)], 40, 12)
    title, first, *rest = (drawn.line(at, {}, {}).plain for at in range(drawn.height))
    assert ("•" in title) == everywhere
    assert first.startswith("•") != everywhere
    assert "•" not in first[8:] + rest[-1]


def test_without_colours_the_sign_and_how_dark_it_is_are_written() -> None:
    assert "".join(sign for sign, _ in heat([[4.0, -4.0, 0.0, 1.0]], 8, 1, BARE).line(0)) == "+@−@  +:"


@pytest.mark.parametrize("shape", [(1, 1), (3, 5), (400, 300), (1, 5000), (5000, 1)])
@pytest.mark.parametrize("look", [BARE, COLOURED])
def test_every_entry_has_a_cell_and_every_cell_an_entry(shape: tuple[int, int], look: Look) -> None:
    drawn = heat(np.zeros(shape), 20, 6, look)
    lines, across = drawn.cells
    assert lines <= 6
    assert across <= 20
    assert [len(list(drawn.line(at))) for at in range(lines)] == [across] * lines
    for row, column in ((0, 0), (shape[0] - 1, shape[1] - 1), (shape[0] // 2, shape[1] // 3)):
        x, y = drawn.cell(row, column)
        assert 0 <= x < across
        assert 0 <= y < lines
        found = drawn.entry(x, y)
        assert all(abs(a - b) <= c for a, b, c in zip(found, (row, column), drawn.apart, strict=True))


def test_numbers_show_first_and_from_afar_it_goes_down_to_the_entry() -> None:
    made = pane(LARGE)
    assert made.title == "Matrices"
    made.see(afar=True)
    assert made.title == "Matrices · overview"
    rows = seen(made)
    assert rows[0].startswith("J = 1") or "J = 1" in " ".join(rows)
    assert "A⁽⁰⁾, 1,024 entries sampled: min" in rows[-1]
    made.turn()
    made.turn(3, 4)
    made.settle()
    assert any("▸" in row for row in seen(made))
    assert made.spot is not None
    row, column = made.spot.row, made.spot.column
    assert row > 30
    assert column > 20
    made.enter()
    assert made.title == "Matrices"
    number = f"▸{LARGE[row, column]:+.3f}".replace("-", "−")
    assert number in " ".join(seen(made))


def test_small_matrices_show_their_numbers_unless_they_are_asked_for_as_a_whole() -> None:
    made = pane(np.eye(4))
    assert made.title == "Matrices"
    made.see(afar=True)
    assert "+@" in seen(made)[2]
    made.see(afar=False)
    assert "+1" in " ".join(seen(made))


def test_a_frame_stands_around_what_the_numbers_show_and_moves_with_it() -> None:
    made = pane(np.zeros((60, 40)), size=(60, 16), look=COLOURED)
    made.see(afar=True)
    before = seen(made)
    assert "┌" in before[2]
    made.scroll(20, 100)
    after = seen(made)
    assert before != after
    assert "┌" in "".join(after)
    assert "┌" not in after[2]


def test_a_click_goes_down_to_the_numbers_there() -> None:
    made = pane(LARGE, look=COLOURED)
    made.press(10, 8)
    assert made.pointing
    assert not made.afar
    assert made.spot is not None
    assert f"{LARGE[made.spot.row, made.spot.column]:+.3f}".replace("-", "−") in " ".join(seen(made))


@pytest.mark.parametrize("size", [(24, 4), (40, 8), (60, 16), (120, 40)])
@pytest.mark.parametrize("notation", ["unicode", "ascii"])
def test_it_fits_into_any_room(size: tuple[int, int], notation: str) -> None:
    made = pane(LARGE, np.zeros((400, 1)), LARGE.T, np.ones((2, 2)), size=size, notation=notation)
    made.see(afar=True)
    made.turn()
    made.settle()
    for at in range(size[1]):
        line = made.line(at)
        assert line.cell_len <= size[0]
        assert notation == "unicode" or line.plain.isascii()


def test_from_afar_nothing_is_out_of_sight_so_the_border_says_of_no_more() -> None:
    stage = staged(opened("iris"))
    pane = stage.pane(MatricesPane)
    pane.send("goto 1:dW1")
    stage.draw()
    assert pane.bounds.height > 0
    assert "more" in stage.framed._rest(pane, stage.look).plain
    pane.see(afar=True)
    stage.draw()
    assert stage.framed._rest(pane, stage.look).plain == ""
