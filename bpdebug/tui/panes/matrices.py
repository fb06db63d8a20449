"""The pane of the matrices: what the operation takes and what it gives, as heatmaps with numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
from msgspec.structs import replace
from rich.text import Text
from textual.geometry import Size

from bpdebug.debugger.view import View
from bpdebug.tui.claimed import ClaimsState
from bpdebug.tui.colours import BARE, Look
from bpdebug.tui.matrix import Marks
from bpdebug.tui.numbers import FEW
from bpdebug.tui.panes.sheets import SheetsPane
from bpdebug.tui.pointing import Spot, entry_at, revealing
from bpdebug.tui.sheet import Sheet, sheet
from bpdebug.tui.signs import signs
from bpdebug.tui.spread import Spread, spread

UNCLAIMED = ClaimsState()
AT_REST = 40
"""The height that a picture is made for where no pane says its own."""


def sheets(view: View, claims: ClaimsState = UNCLAIMED, pointed: str = "") -> tuple[Sheet, ...]:
    """The operands and the result of the operation, made ready to be drawn; beside a gradient, what was claimed.

    Where another place is held beside this one, only the matrix that is pointed at, by name, or the result; its like.
    """
    if view.elsewhere is not None and view.elsewhere.values:
        from bpdebug.tui.compared import compared

        return tuple(compared(view, view.elsewhere, pointed))
    operation, notation = view.operation, view.notation
    given = tuple(sheet(each, notation, axes=view.axes) for each in operation.operands)
    result = sheet(operation.result, notation, prefix=f"{signs(notation).arrow} ", axes=view.axes)
    if not view.checked or not claims.claims:
        return *given, result
    from bpdebug.tui.claim_sheets import beside

    return *given, *beside(result, view, claims)


def scaled(view: View) -> tuple[Sheet, ...]:
    """Where the operation merely scales what another gave: what that one took, but for single numbers."""
    if view.elsewhere is not None and view.elsewhere.values:
        return ()
    found = [each for each in view.operation.scaled if each.shape and each.value is not None and each.value.size <= FEW]
    return tuple(replace(sheet(each, view.notation, axes=view.axes), quiet=True, changed=None) for each in found)


def picture(view: View, width: int, height: int, look: Look = BARE) -> Spread:
    """Operands and result for a pane of this size."""
    return spread(sheets(view), (width, height), signs(view.notation), look)


class MatricesPane(SheetsPane):
    """Operands and result, and the entry of them that is pointed at."""

    heading = "Matrices"
    about = (
        "What the operation takes and, behind the arrow, what it gives. Cold colours are positive, warm ones negative; "
        "an entry that the last move changed is underlined, with • before it. Large matrices scroll together. Beside a "
        "gradient that you claimed wrongly stands the matrix that your line gives, with ≠ where it differs."
    )

    def __init__(self, send: Callable[[str], object] = lambda line: None) -> None:
        super().__init__(send)
        self.claims = UNCLAIMED
        """The user's own lines, whose matrices stand beside the true ones."""
        self.pointing = False
        """Whether an entry is pointed at: the arrow keys choose one, what it was made of is lit up."""
        self.spot: Spot | None = None
        """The entry under the cursor, whether it shows or not."""
        self.told_spot: Callable[[Spot | None], object] = lambda spot: None
        """Hears of another entry under the cursor."""
        self._marks: Mapping[Sheet, Marks] | None = None
        self._scaled: tuple[Sheet, ...] = ()
        """Where the operation merely scales what another gave, what that one took."""
        self._above: tuple[Sheet, ...] = ()
        """The same, where there is room for it."""

    def show(self, view: View) -> None:
        """Make the matrices ready once; how large the pane is changes nothing in them."""
        pointed = self.spot.sheet.name if self.spot is not None and self.pointing else ""
        self._sheets, self._laid = sheets(view, self.claims, pointed), None
        self._scaled, self._above = scaled(view), ()
        super().show(view)
        self._point(self._again())

    def told(self, claims: ClaimsState) -> None:
        """Look through the matrices anew where those of a claim are among them, or were."""
        self.claims = claims
        if self.view is not None and (self.view.checked or any(each.differs for each in self._sheets)):
            self.show(self.view)

    def lines(self, view: View, width: int) -> list[Text]:
        """The picture at rest, as a pane of a usual height shows it."""
        drawn = picture(view, width, AT_REST)
        return [drawn.line(at) for at in range(drawn.lines)]

    @property
    def legend(self) -> str:
        """What the marks of entries mean, of those that there are."""
        view = self.view
        if view is None or view.elsewhere is not None:
            return ""
        own = signs(view.notation)
        marked = [each for each in self._sheets if _marking(each)]
        told = ((own.changed, "changed by the last move", False), (own.differs, "differs from the true one", True))
        return "  ".join(
            f"{sign} {words}" for sign, words, differs in told if any(each.differs is differs for each in marked)
        )

    def _fitted(self, view: View, room: Size) -> Spread:
        """With what the operation before took, where this one only scales it, if that takes no room from the others."""
        found, self._above = super()._fitted(view, room), ()
        if self._scaled and found.whole:
            more = spread((*self._scaled, *self._sheets), room, signs(view.notation), self.look, self._asked)
            if more.whole and more.digits == found.digits:
                found, self._above = more, self._scaled
        if self.spot is not None and self.spot.sheet not in self._shown:
            self.spot = self._again()
        return found

    @property
    def _shown(self) -> tuple[Sheet, ...]:
        """The matrices from the first that shows to the last."""
        return (*self._above, *self._sheets)

    # the cursor

    def turn(self, down: int = 0, across: int = 0) -> None:
        """Point at the entry beside; past the first or the last column of a matrix, at one of the matrix beside."""
        if self.spot is None:
            return
        rows, columns = self.overview.apart(self.spot.sheet) if self.overview else (1, 1)
        moved = self.spot.moved(down * rows, across * columns)
        if self.pointing and across and moved.column == self.spot.column:
            moved = self._neighbour(self.spot, across)
        self.point(moved if self.pointing else self.spot)

    def page(self, by: int) -> None:
        if self.spot is None:
            return
        if self.pointing:
            self.point(self.spot.moved(by * max(1, self.room.height - 3), 0))
        else:
            super().page(by)

    def press(self, x: int, y: int) -> None:
        if self.overview is not None:
            spot = self.overview.entry_at(x, y)
        else:
            spot = None if self._spread is None else entry_at(self._spread, x, y, self.down, self.across)
        if spot is not None:
            self._afar = False
            self.point(spot)

    def enter(self) -> None:
        """Go to where the matrix under the cursor was computed; from afar, down to its numbers there."""
        if self.afar:
            self.see(afar=False)
        elif self.pointing and self.spot is not None and self.view is not None:
            made = _made(self.view, self.spot.sheet.name)
            if made:
                self.send(f"goto {made}")

    def point(self, spot: Spot) -> None:
        """Point at an entry from now on."""
        self.pointing = True
        self._point(spot)
        self._reveal()

    def release(self) -> bool:
        """Point at none; whether one was pointed at."""
        pointing, self.pointing, self._marks = self.pointing, False, None
        self.version += 1
        return pointing

    def _point(self, spot: Spot | None) -> None:
        self.spot, self._marks = spot, None
        self.version += 1
        self.told_spot(spot)

    def _reveal(self) -> None:
        if self.pointing and self.spot is not None and self._spread is not None:
            self.down, self.across = revealing(self._spread, self.spot, self.down, self.across)
        self._stay()

    @property
    def _pointable(self) -> list[Sheet]:
        """The matrices that have an entry."""
        return [each for each in self._shown if each.table is not None and each.rows and each.columns]

    def _again(self) -> Spot | None:
        """The same place in what shows now: in the result, or, if it was pointed at, in the same operand."""
        named = [each for each in self._pointable if each.name]
        if not named:
            return None
        before = self.spot
        kept = [each for each in named if before is not None and self.pointing and each.name == before.sheet.name]
        spot = Spot((kept or named)[-1], 0, 0)
        return spot if before is None else spot.moved(before.row, before.column)

    def turn_over(self) -> None:
        """Point at the same place in the next matrix."""
        sheets = self._pointable
        if self.spot is not None and self.spot.sheet in sheets:
            after = sheets[(sheets.index(self.spot.sheet) + 1) % len(sheets)]
            self.point(Spot(after, self.spot.row, self.spot.column).moved(0, 0))

    def _neighbour(self, spot: Spot, by: int) -> Spot:
        """The entry beside, in the matrix before or after."""
        sheets = self._pointable
        at = sheets.index(spot.sheet) + by
        if not 0 <= at < len(sheets):
            return spot
        return Spot(sheets[at], spot.row, 0 if by > 0 else sheets[at].columns - 1).moved(0, 0)

    @property
    def marks(self) -> Mapping[Sheet, Marks]:
        """The entry under the cursor, and in the operands what it was made of."""
        if self._marks is None:
            self._marks = dict(self._marked()) if self.pointing and self.spot is not None else {}
        return self._marks

    def _marked(self) -> Iterator[tuple[Sheet, Marks]]:
        spot, view = self.spot, self.view
        assert spot is not None
        assert view is not None
        if view.elsewhere is not None and view.elsewhere.values:
            yield from (
                (each, Marks((spot.row, spot.column))) for each in self._sheets if each.shape == spot.sheet.shape
            )
            return
        if spot.sheet.name == view.operation.result.name and view.entries is not None and view.operation.executed:
            found = view.entries.operands(spot.index)
            for each, regions in zip(self._sheets, found, strict=False):
                places = (place for region in regions for place in each.layout.places(region))
                yield each, Marks(made=frozenset(places))
        yield spot.sheet, Marks((spot.row, spot.column))


def _made(view: View, name: str) -> str:
    """Where a quantity is made, or a part of an equation that has no name of its own; empty where neither is."""
    if any(row.equation.name == name for row in view.rows):
        return name
    steps = view.entries.program.steps if view.entries is not None else ()
    found = next((number for number, step in enumerate(steps, start=1) if step.out == name), None)
    return "" if found is None else f"{view.place.iteration}:{found}"


def _marking(sheet: Sheet) -> bool:
    """Whether entries are marked: of a large matrix whether any may be."""
    changed = sheet.changed
    return bool(changed.any()) if isinstance(changed, np.ndarray) else changed is not None
