"""The pane of the matrices: what the operation takes and what it gives, as heatmaps with numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from rich.text import Text
from textual.geometry import Size

from bpdebug.debugger.view import View
from bpdebug.tui.claimed import ClaimsState
from bpdebug.tui.colours import BARE, Look
from bpdebug.tui.formats import AUTO, Writing
from bpdebug.tui.matrix import Marks, Window
from bpdebug.tui.overview import Overview
from bpdebug.tui.panes.base import EMPTY, Pane
from bpdebug.tui.pointing import Spot, entry_at, revealing, seen, windows
from bpdebug.tui.sheet import Sheet, sheet
from bpdebug.tui.signs import signs
from bpdebug.tui.spread import Laid, Spread, spread

UNCLAIMED = ClaimsState()
AT_REST = 40
"""The height that a picture is made for where no pane says its own."""


def sheets(view: View, claims: ClaimsState = UNCLAIMED) -> tuple[Sheet, ...]:
    """The operands and the result of the operation, made ready to be drawn; beside a gradient, what was claimed."""
    operation, notation = view.operation, view.notation
    given = tuple(sheet(each, notation) for each in operation.operands)
    result = sheet(operation.result, notation, prefix=f"{signs(notation).arrow} ")
    if not view.checked or not claims.claims:
        return *given, result
    from bpdebug.tui.claim_sheets import beside

    return *given, *beside(result, view, claims)


def picture(view: View, width: int, height: int, look: Look = BARE) -> Spread:
    """Operands and result for a pane of this size."""
    return spread(sheets(view), (width, height), signs(view.notation), look)


class MatricesPane(Pane):
    """Operands and result. It draws lines as they are asked for, and scrolls the matrices rather than the picture."""

    heading = "Matrices"
    about = (
        "What the operation takes and, behind the arrow, what it gives. Cold colours are positive, warm ones negative; "
        "an entry that the last move changed is underlined, with a dot. Large matrices scroll together. Beside a "
        "gradient that you claimed wrongly stands the matrix that your line gives, with a mark where it differs."
    )

    folds = False

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
        self._sheets: tuple[Sheet, ...] = ()
        self._spread: Spread | None = None
        self._marks: Mapping[Sheet, Marks] | None = None
        self._laid: Laid | None = None
        """The matrices laid out in so many cells."""
        self._seen: tuple[Spread | None, int, int] | None = None
        """The picture and its place of which all that shows is taken into account."""
        self.writing = AUTO
        """The format of the numbers."""
        self._afar: bool | None = None
        """Whether the matrices are to be seen as a whole, without numbers; None: where little of one would show."""
        self._overview: Overview | None = None
        self._frames: Mapping[Sheet, Window] = {}
        """What of the matrices the numbers show."""

    def show(self, view: View) -> None:
        """Make the matrices ready once; how large the pane is changes nothing in them."""
        self._sheets, self._laid = sheets(view, self.claims), None
        super().show(view)
        self._point(self._again())

    @property
    def uncounted(self) -> tuple[Sheet, ...]:
        """The matrices of which only a sample is known."""
        return tuple(each for each in self._sheets if not each.exact)

    def count(self) -> None:
        """Count them, however long it takes."""
        for each in self.uncounted:
            each.count(lambda: False)
        self.recounted()

    def recounted(self) -> None:
        """More is known of the matrices than was: they may be written otherwise, and show the same columns."""
        before, self._laid = self._spread, None
        self.stale()
        if before is not None and before.cell and self.drawn is not None:
            self.across = -(-self.across // before.cell) * self.drawn.cell
            self._stay()

    def told(self, claims: ClaimsState) -> None:
        """Look through the matrices anew where those of a claim are among them, or were."""
        self.claims = claims
        if self.view is not None and (self.view.checked or any(each.differs for each in self._sheets)):
            self.show(self.view)

    def suit(self, room: Size, look: Look) -> None:
        if look != self.look:
            self._laid = None
        super().suit(room, look)

    def stale(self) -> None:
        super().stale()
        self._spread = self._overview = None

    def wanted(self, width: int) -> tuple[int, int, int]:
        """Lines that it takes to show all rows in so many cells: at least, and ever more comfortably."""
        return (1, 1, 1) if self.view is None else self._in(self.view, width).needed

    def _in(self, view: View, width: int) -> Laid:
        """The matrices laid out in so many cells: once for what it takes and for what is drawn."""
        if self._laid is None or self._laid.width != width:
            self._laid = Laid(self._sheets, width, signs(view.notation), self.look, self._asked)
        return self._laid

    def lines(self, view: View, width: int) -> list[Text]:
        """The picture at rest, as a pane of a usual height shows it."""
        drawn = picture(view, width, AT_REST)
        return [drawn.line(at) for at in range(drawn.lines)]

    @property
    def drawn(self) -> Spread | None:
        """The matrices made for the room there is."""
        if self._spread is None and self.view is not None and self.room.width:
            self._spread = self._in(self.view, self.room.width).spread(self.room.height)
            self._reveal()
        return self._spread

    def settle(self) -> None:
        drawn, where = self.drawn, (self.down, self.across)
        if drawn is not None and self._seen != (drawn, *where):
            if not self.afar and seen(drawn, *where):
                self.recounted()
                drawn = self.drawn
            self._seen = drawn, self.down, self.across
            self._frames = {} if drawn is None else dict(windows(drawn, self.down, self.across))

    def line(self, at: int) -> Text:
        drawn = self.drawn
        if drawn is None:
            return EMPTY
        if self.overview is not None:
            return self.overview.line(at, self._frames, self.marks)
        return drawn.line(at, self.down, self.across, self.marks)

    # seen from afar, and the format of the numbers

    @property
    def afar(self) -> bool:
        """Whether the matrices show as a whole, without numbers."""
        drawn = self.drawn
        return drawn is not None and (drawn.little if self._afar is None else self._afar)

    @property
    def overview(self) -> Overview | None:
        """The matrices seen from afar, if they are."""
        drawn = self.drawn
        if not self.afar or drawn is None:
            return None
        if self._overview is None:
            blocks = [block for band in drawn.bands for _, block in band.blocks]
            self._overview = Overview(blocks, self.room.width, self.room.height)
        return self._overview

    def see(self, *, afar: bool) -> None:
        """Show the matrices as a whole from now on, or their numbers."""
        self._afar = afar
        self._seen = None
        self.version += 1
        self._reveal()

    def write(self, writing: Writing) -> None:
        """Write the numbers so from now on."""
        self.writing = writing
        self.recounted()

    @property
    def _asked(self) -> Writing:
        """The format, with the fractions of this run: so many parts as there are examples."""
        program = self.view.entries.program if self.view and self.view.entries else None
        count = program.constants.get(program.examples, 1) if program else 1
        return replace(self.writing, parts=int(count))

    @property
    def words(self) -> str:
        return self.writing.words

    def take_up(self, words: str) -> None:
        found = Writing.named(words)
        if found is not None:
            self.write(found)

    @property
    def title(self) -> str:
        kind = ["overview"] if self.afar else [self.writing.words.replace(":", " ")] if self.writing.words else []
        return " · ".join([self.heading, *kind])

    @property
    def bounds(self) -> Size:
        drawn = self._spread
        return Size(0, 0) if drawn is None else Size(drawn.across, drawn.down)

    def _stay(self) -> None:
        across, down = self.bounds
        self.down, self.across = max(0, min(self.down, down)), max(0, min(self.across, across))

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

    def scroll(self, down: int = 0, across: int = 0) -> None:
        super().scroll(down, across)
        self.version += 1

    def press(self, x: int, y: int) -> None:
        if self.overview is not None:
            spot = self.overview.entry_at(x, y)
        else:
            spot = None if self._spread is None else entry_at(self._spread, x, y, self.down, self.across)
        if spot is not None:
            self._afar = False if self.afar else self._afar
            self.point(spot)

    def enter(self) -> None:
        """Go to where the matrix under the cursor was computed; from afar, down to its numbers there."""
        if self.afar:
            self.see(afar=False)
        elif self.pointing and self.spot is not None and self.view is not None:
            names = {row.equation.name for row in self.view.rows}
            if self.spot.sheet.name in names:
                self.send(f"goto {self.spot.sheet.name}")

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

    def _again(self) -> Spot | None:
        """The same place in what shows now: in the result, or, if it was pointed at, in the same operand."""
        named = [each for each in self._sheets if each.table is not None and each.rows and each.columns and each.name]
        if not named:
            return None
        before = self.spot
        kept = [each for each in named if before is not None and self.pointing and each.name == before.sheet.name]
        spot = Spot((kept or named)[-1], 0, 0)
        return spot if before is None else spot.moved(before.row, before.column)

    def turn_over(self) -> None:
        """Point at the same place in the next matrix."""
        drawn = [each for each in self._sheets if each.table is not None and each.rows and each.columns]
        if self.spot is not None and self.spot.sheet in drawn:
            after = drawn[(drawn.index(self.spot.sheet) + 1) % len(drawn)]
            self.point(Spot(after, self.spot.row, self.spot.column).moved(0, 0))

    def _neighbour(self, spot: Spot, by: int) -> Spot:
        """The entry beside, in the matrix before or after."""
        drawn = [each for each in self._sheets if each.table is not None and each.rows and each.columns]
        at = drawn.index(spot.sheet) + by
        if not 0 <= at < len(drawn):
            return spot
        return Spot(drawn[at], spot.row, 0 if by > 0 else drawn[at].columns - 1).moved(0, 0)

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
        if spot.sheet.name == view.operation.result.name and view.entries is not None and view.operation.executed:
            found = view.entries.operands(spot.index)
            for each, regions in zip(self._sheets, found, strict=False):
                yield each, Marks(made=tuple(_row_and_column(region) for region in regions))
        yield spot.sheet, Marks((spot.row, spot.column))


def _row_and_column(region: Sequence[int | None]) -> tuple[int | None, int | None]:
    """Entries of an array of at most two axes, in its table; with more axes none are told."""
    if len(region) > 2:
        return -1, -1
    down, across = (0, 0, *region)[-2:]
    return down, across
