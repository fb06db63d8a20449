"""One matrix as lines of text: its label and shape, its indices, its entries as a heatmap with numbers.

A line is made when it is asked for, and only for the rows and columns that show: a matrix of any size is drawn in
the time its window takes. Whole entries are shown or none: what is left out is always said.
"""

from __future__ import annotations

import math
from functools import cached_property

from msgspec import Struct, field
from rich.style import Style
from rich.text import Span, Text

from bpdebug.debugger.layout import Place
from bpdebug.debugger.words import sized
from bpdebug.tui import headings
from bpdebug.tui.colours import BARE, Look
from bpdebug.tui.formats import AUTO, Writing
from bpdebug.tui.lines import cut
from bpdebug.tui.ruler import Ruler
from bpdebug.tui.sheet import Sheet
from bpdebug.tui.signs import UNICODE, Signs
from bpdebug.tui.writing import Format

LONGEST_LABEL = 28
"""Cells of a label, or for a number by itself half of all there are; a temporary's formula may be longer, and stands
in full in the operation pane."""
LEFT = 1
"""A cell before each number: empty, or the mark of an entry that changed."""
MARGIN = 2
"""Cells on either side of a matrix that shows in part, for the marks of what is left out."""
TALL = 12
"""A matrix with more rows is drawn wide enough to say which of them show."""
BESIDE = 2
"""Cells between a title and what stands beside it."""
UNDERLINE = Style(underline=True)


class Window(Struct, frozen=True):
    """How much of a matrix shows, and from where."""

    row: int
    rows: int
    column: int
    columns: int


class Marks(Struct, frozen=True):
    """Entries of a matrix that are pointed at: the one under the cursor, and those that such a one was made of."""

    cursor: tuple[int, int] | None = None
    """Row and column."""
    made: frozenset[Place] = frozenset()
    """Rows and columns, None for all of them."""

    def at(self, row: int, column: int) -> str:
        """What an entry is marked as: cursor, made, or nothing."""
        if (row, column) == self.cursor:
            return "cursor"
        here = (row, column), (row, None), (None, column), (None, None)
        return "" if self.made.isdisjoint(here) else "made"


UNMARKED = Marks()


class Block(Struct, frozen=True, eq=False, dict=True):
    """A sheet drawn with so many digits, in at most so many cells across.

    The lines are: title, indices of the columns (where it is headed), rows; where not all rows or columns fit, a
    last one says which show.
    """

    sheet: Sheet
    digits: int
    room: int
    signs: Signs = UNICODE
    look: Look = BARE
    writing: Writing = AUTO
    named: bool = False
    """Whether there is room for the names of the rows."""
    titles: dict[Sheet, Text] = field(default_factory=dict)
    """The titles of the sheets in this room, which are the same whatever the digits."""

    @cached_property
    def format(self) -> Format:
        return self._format()

    def _format(self) -> Format:
        usual = self.writing.format(self.sheet.scale, self.digits, self.signs.minus)
        return usual.telling(*self.sheet.nearest) if self.sheet.nearest else usual

    @property
    def outgrown(self) -> bool:
        """Whether the entries would be written otherwise, with what is known of them by now."""
        return self._format() != self.format

    @cached_property
    def flat(self) -> bool:
        """One line says it all: a number, nothing, or not computed yet."""
        return self.sheet.table is None or self.sheet.shape == () or not self.sheet.table.size

    @cached_property
    def ruler(self) -> Ruler:
        """Where the rows and columns stand."""
        return Ruler(self.sheet.layout, self.sheet.columns, self.cell, self._row_names)

    @property
    def gutter(self) -> int:
        """Cells of the indices of the rows."""
        return self.ruler.gutter

    @cached_property
    def _row_names(self) -> tuple[str, ...]:
        return self.sheet.axes[0].names if self.named else ()

    @cached_property
    def _column_names(self) -> tuple[str, ...]:
        names = self.sheet.axes[1].names
        room = self.cell - LEFT - len(str(max(0, len(names) - 1))) - 1
        return headings.told_apart(names, room, self.signs.dots) if names and room > headings.LEAST else names

    @cached_property
    def cell(self) -> int:
        """Cells of one entry, the mark before it included."""
        return LEFT + max(self.format.width, len(str(max(0, self.sheet.layout.width - 1))))

    @cached_property
    def columns(self) -> int:
        """How many columns show at a time."""
        whole = self.gutter + self.ruler.cells(self.sheet.columns)
        return self.sheet.columns if whole <= self.room else self.ruler.fitting(self.room - self.gutter - 2 * MARGIN)

    @cached_property
    def hidden_columns(self) -> int:
        return 0 if self.flat else self.sheet.columns - self.columns

    @cached_property
    def width(self) -> int:
        """Cells across: never more than there is room for, but for a label that cannot be shorter."""
        title = self.title.cell_len
        if self.flat:
            return title
        cells = self.gutter + self.ruler.cells(self.columns) + (2 * MARGIN if self.hidden_columns else 0)
        last = self.sheet.rows - 1
        foot = len(self._left_out(Window(last, 1, 0, self.columns), self.room)) if last >= TALL else 0
        return max(title, cells, foot)

    @cached_property
    def title(self) -> Text:
        """Label and shape, or for a single number all there is to say."""
        if self.sheet not in self.titles:
            self.titles[self.sheet] = self._titled()
        return self.titles[self.sheet]

    def _titled(self) -> Text:
        sheet = self.sheet
        label = Text.assemble((self.label, self.look.quiet if sheet.quiet else self.look.strong))
        if sheet.table is None:
            return Text.assemble(label, " ", (self._shape(), self.look.quiet), (" not computed yet", self.look.odd))
        if sheet.shape == ():
            return self._single(label)
        title = Text.assemble(label, " ", (self._shape(), self.look.quiet))
        if not sheet.table.size:
            title.append(" no entries", self.look.quiet)
        return title

    def _pointed(self) -> Text:
        """The single line of a number under the cursor."""
        title = self.title.copy()
        start = title.plain.rfind(" ") + 1
        title.stylize(self.look.chosen, start)
        return title

    @cached_property
    def label(self) -> str:
        """The label, shortened where it is long."""
        label = self.sheet.label
        longest = max(LONGEST_LABEL, self.room // 2) if self.flat else LONGEST_LABEL
        return cut(label, max(8, min(longest, self.room - 8)), self.signs.dots)

    def _shape(self) -> str:
        return sized(self.sheet.shape, self.signs.times)

    def _single(self, label: Text) -> Text:
        assert self.sheet.table is not None
        value = float(self.sheet.table[0, 0])
        if self.sheet.number:
            return label
        moved = self.sheet.changed is not None and bool(self.sheet.changed[0, 0])
        style = self.look.strong if math.isfinite(value) else self.look.palette.strange
        said = Text.assemble(label, " = ", (single(value, self.signs), style + UNDERLINE if moved else style))
        return said.append(self.sign if moved else "", self.look.strong)

    def line(self, at: int, window: Window, room: int, marks: Marks = UNMARKED, *, headed: bool = True) -> Text:
        """One line of the drawing, as far as the window shows it; empty below the last. `room` is the foot's."""
        if at == 0:
            return self._headed(room) if not self.flat or marks.cursor is None else self._pointed()
        if self.flat:
            return Text()
        at -= 1 + headed
        if at < 0:
            return self._indices(window)
        if at < window.rows:
            return self._row(window.row + at, window, marks)
        partial = window.rows < self.sheet.rows or self.hidden_columns
        return (
            Text.assemble((self._left_out(window, room), self.look.quiet)) if partial and at == window.rows else Text()
        )

    def _headed(self, room: int) -> Text:
        """The title, and behind it what the rows and columns are, where there is room for it."""
        for caption in headings.captions(*self.sheet.axes, self.signs) if not self.flat else ():
            if self.title.cell_len + BESIDE + len(caption) <= room:
                return Text.assemble(self.title, " " * BESIDE, (caption, self.look.quiet))
        return self.title

    def _indices(self, window: Window) -> Text:
        names, dots = self._column_names, self.signs.dots
        before, after = self._ends(window)
        line, end = (" " * self.gutter + before).rstrip(), self.gutter + len(before)
        for column in self._shown(window):
            end += self.ruler.before(column, window.column) + self.cell
            room = end - len(line)
            head, own = self.ruler.column_head(column, window.column)
            if names:
                own = headings.above(column, names[column], self.cell - 1, dots)
            whole = f"{head} {own}" if head else own
            if head and column == window.column and len(whole) >= room:
                line, room = "", end  # the rows say that columns are left out before it
            line += (whole if len(whole) <= room - bool(line) else own).rjust(room)
        return Text.assemble((line + after, self.look.quiet))

    def _shown(self, window: Window) -> range:
        return range(window.column, window.column + window.columns)

    def _ends(self, window: Window) -> tuple[str, str]:
        """The marks of columns left out before and after."""
        if not self.hidden_columns:
            return "", ""
        before = self.signs.dots if window.column else ""
        after = self.signs.dots if window.column + window.columns < self.sheet.columns else ""
        return before.ljust(MARGIN), after.rjust(MARGIN)

    def _row(self, row: int, window: Window, marks: Marks) -> Text:
        assert self.sheet.table is not None
        before, after = self._ends(window)
        name = self._row_names[row] if self._row_names else ""
        head = self.ruler.row_head(row, window.row)
        pieces = [headings.before(head, name, self.gutter - 1, self.signs.dots) + " " + before]
        spans = [Span(0, len(pieces[0]), self.look.quiet)]
        columns = slice(window.column, window.column + window.columns)
        values = self.sheet.table[row, columns].tolist()
        at, width = len(pieces[0]), self.cell - LEFT
        changed = self._changed(row, columns, len(values))
        for column, (value, moved) in enumerate(zip(values, changed, strict=True), start=window.column):
            number, style = self._written(value, (row, column), moved).rjust(width), self._shade(value)
            mark = marks.at(row, column) if marks is not UNMARKED else ""
            if mark:
                lit = self.look.lit if math.isfinite(value) else style
                style = self.look.chosen if mark == "cursor" else lit
            gap = " " * self.ruler.before(column, window.column)
            at += len(gap)
            sign = self.sign if moved else " "
            cell = {"cursor": self.signs.cursor, "made": self.signs.made}.get(mark, sign) + number
            pieces.append(gap + cell)
            if moved:
                number = number.strip()
                start = cell.index(number, LEFT)
                spans.append(Span(at, at + start, style))
                spans.append(Span(at + start, at + start + len(number), style + UNDERLINE))
                spans.append(Span(at + start + len(number), at + self.cell, style))
            else:
                spans.append(Span(at, at + self.cell, style))
            at += len(cell)
        spans.append(Span(at, at + len(after), self.look.quiet))
        return Text("".join([*pieces, after]), spans=spans)

    def _written(self, value: float, at: tuple[int, int], moved: bool) -> str:
        """An entry; one that is not what it should be is written so that it shows."""
        wanted = self.sheet.wanted
        return self.format(value) if wanted is None or not moved else self.format.apart(value, float(wanted[at]))

    def column_at(self, x: int, window: Window) -> int | None:
        """The column whose entries stand at a cell of the matrix."""
        return self.ruler.column_at(x - self.gutter - len(self._ends(window)[0]), window.column, window.columns)

    @property
    def sign(self) -> str:
        """The mark before an entry."""
        return self.signs.differs if self.sheet.differs else self.signs.changed

    def _changed(self, row: int, columns: slice, count: int) -> list[bool]:
        changed = self.sheet.changed
        return [False] * count if changed is None else changed[row, columns].tolist()

    def _shade(self, value: float) -> Style:
        if self.sheet.quiet:
            return self.look.quiet
        if not math.isfinite(value):
            return self.look.palette.strange
        share = value / self._scale if self._scale else math.copysign(bool(value), value)
        return self.look.palette.shade(share if -1 <= share <= 1 else math.copysign(1, share))

    @cached_property
    def _scale(self) -> float:
        return self.sheet.scale.greatest

    def _left_out(self, window: Window, room: int) -> str:
        """Which rows and columns show; where there is little room without the shape, which the title has."""
        axes = [("rows", window.row, window.rows, self.sheet.rows)] * (window.rows < self.sheet.rows)
        axes += [("columns", window.column, window.columns, self.sheet.columns)] * bool(self.hidden_columns)
        parts = [(axis, f"{first}{self.signs.to}{first + count - 1}", whole) for axis, first, count, whole in axes]
        full = f"{self.signs.down} {', '.join(f'{axis} {part} of {whole:,}' for axis, part, whole in parts)}"
        return full if len(full) <= room else f"{self.signs.down} {', '.join(part for _, part, _ in parts)}"


def single(value: float, signs: Signs = UNICODE) -> str:
    """A number by itself: ten digits, a sign where it is negative."""
    return "NaN" if math.isnan(value) else f"{value + 0.0:.10g}".replace("-", signs.minus)
