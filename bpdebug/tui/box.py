"""A pane in its frame: lines of text to what Textual draws."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from bpdebug.tui.strips import Cells, filled, strip

BORDER = 2
"""Lines above and below, and cells at both sides."""
MARGIN = 1
"""Cells between the border and the text."""


class Box(Struct, frozen=True):
    """The characters of a frame: its corners, from the upper left to the lower right, and its sides."""

    corners: tuple[str, str, str, str]
    across: str
    down: str


ROUND, PLAIN = Box(("╭", "╮", "╰", "╯"), "─", "│"), Box(("+",) * 4, "-", "|")


class Inside(Struct, frozen=True):
    """What stands in a frame: lines, from a cell on, the title, what stands in the lower border, and at the end of the
    upper one, where there is room."""

    lines: Sequence[Text]
    across: int
    title: Text
    foot: Text
    legend: Text = field(default_factory=Text)


class Pen(Struct, frozen=True):
    """What a frame is drawn with: how wide, on which ground, in which style, of which characters."""

    width: int
    ground: Style
    style: Style
    box: Box

    def row(self, line: Text, across: int) -> Cells:
        """A line between the sides."""
        inner = filled(line, self.ground, across, self.width - BORDER - 2 * MARGIN)
        side, style = self.box.down, self._edge
        return [Segment(f"{side} ", style), *inner, Segment(f" {side}", style)]

    def upper(self, title: Text, legend: Text) -> Cells:
        """The border above, a title near its beginning, and a legend near its end if there is room for all of it."""
        left, right = self.box.corners[:2]
        words, rest = self._words(title)
        between = len(rest.text) - legend.cell_len - 2
        if not legend.plain or between < 1:
            return self._joined(left, [*words, rest], right)
        told, _ = self._words(legend)
        return self._joined(left, [*words, Segment(rest.text[:between], rest.style), *told], right)

    def lower(self, foot: Text) -> Cells:
        """The border beneath, words near its end."""
        left, right = self.box.corners[2:]
        words, rest = self._words(foot)
        return self._joined(left, [rest, *words], right)

    def _joined(self, left: str, inner: Cells, right: str) -> Cells:
        fill, style = self.box.across, self._edge
        return [Segment(left + fill, style), *inner, Segment(fill + right, style)]

    def _words(self, label: Text) -> tuple[Cells, Segment]:
        """The words of a border, and the line beside them."""
        fill, style, room = self.box.across, self._edge, self.width - 4
        if not label.plain:
            return [], Segment(fill * room, style)
        blank, words = Segment(" ", self.ground), strip(label, self.ground).crop(0, max(0, room - 2))
        return [blank, *words, blank], Segment(fill * (room - 2 - words.cell_length), style)

    @property
    def _edge(self) -> Style:
        return self.style if self.style.bgcolor else self.ground + self.style


class Frame:
    """Draws one pane again and again, of each line only what is another than before."""

    def __init__(self) -> None:
        self._drawn: list[tuple[Text, int, Cells]] = []
        """The borders and, between them, the lines, each with what it was drawn from."""
        self._pen: Pen | None = None
        self._legend = Text()

    def drawn(self, inside: Inside, pen: Pen) -> list[Cells]:
        """The lines in a frame, its title above and what there is to say beneath."""
        if self._pen != pen or self._legend != inside.legend:
            self._pen, self._legend, self._drawn = pen, inside.legend, []
        wanted = [(inside.title, 0), *((line, inside.across) for line in inside.lines), (inside.foot, 0)]
        if len(self._drawn) != len(wanted):
            self._drawn = self._drawn[: len(wanted) - 1]  # the border beneath is another line now
        last, found = len(wanted) - 1, []
        for at, (line, across) in enumerate(wanted):
            old = self._drawn[at] if at < len(self._drawn) else None
            if old is None or not _same(old, line, across):
                within = 0 < at < last
                cells = pen.row(line, across) if within else pen.lower(line) if at else pen.upper(line, inside.legend)
                old = line, across, cells
            found.append(old)
        self._drawn = found
        return [cells for _, _, cells in found]


def _same(old: tuple[Text, int, Cells], line: Text, across: int) -> bool:
    """Whether a line is drawn already."""
    text, moved, _ = old
    return moved == across and (text is line or (text == line and text.style == line.style))
