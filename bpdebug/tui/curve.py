"""A curve in a few characters: braille dots on axes, for any number of points."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from rich.text import Text

from bpdebug.ops.table import Array
from bpdebug.tui.colours import Look
from bpdebug.tui.strips import runs

DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
"""The bit of each dot of a braille character, four rows of two."""
ACROSS, DOWN = 2, 4
FIRST = "  the first point of the curve"
STEPS = (1, 2, 5, 10)


class Frame(Struct, frozen=True):
    """The room for the whole picture, in characters."""

    width: int
    height: int


class Scales(Struct, frozen=True):
    """The plot's two axes: how many characters each has, and which values."""

    columns: int
    rows: int
    first: int
    """Where the horizontal axis begins, from 1."""
    last: int
    """Where it ends."""
    low: float
    high: float

    def across(self, indices: Array) -> Array:
        """Which dot, from the left, belongs to each index (from 0)."""
        share = (self.columns * ACROSS - 1) / max(1, self.last - self.first)
        return np.rint((indices - (self.first - 1)) * share).astype(int)

    @property
    def starts(self) -> Array:
        """The index with which the column of each dot begins, from the left; the last stands for behind them all."""
        dots, share = np.arange(self.columns * ACROSS + 1), (self.columns * ACROSS - 1) / max(1, self.last - self.first)
        found = np.ceil((dots - 0.5) / share).astype(int) + self.first - 1
        found -= self.across(found - 1) >= dots  # the division may have been rounded the other way
        found += self.across(found) < dots
        return np.maximum(found, self.first - 1)

    def down(self, values: Array) -> Array:
        """Which dot, from the top, belongs to each value."""
        if self.low == self.high:
            return np.full(len(values), (self.rows * DOWN - 1) // 2)
        share = (values / 2 - self.low / 2) / (self.high / 2 - self.low / 2)
        return np.rint((1 - np.clip(share, 0, 1)) * (self.rows * DOWN - 1)).astype(int)


class Curve(Struct, frozen=True, eq=False):
    """Values over 1, 2, 3 …, drawn."""

    values: Array
    scales: Scales
    labels: tuple[str, str]
    """Of the vertical axis, at its top and its foot."""
    rows: tuple[str, ...]
    others: tuple[tuple[str, ...], ...]
    """Curves beside it, in the same axes."""
    ascii: bool
    lowest: int | None
    """The index of the least of its values, if one is finite."""

    @classmethod
    def of(
        cls, values: Array, frame: Frame, ends: tuple[int, int], others: Sequence[Array] = (), *, ascii: bool = False
    ) -> Curve:
        """The curve of `values` in a frame, from one iteration to another, with others in the same axes."""
        first, last = ends
        shown = [_finite(each[first - 1 : last]) for each in (values, *others)]
        low = min((float(each.min()) for each in shown if each.size), default=0.0)
        high = max((float(each.max()) for each in shown if each.size), default=1.0)
        labels = (label(high), label(low))
        columns = max(1, frame.width - max(map(len, labels)) - 2)
        scales = Scales(columns, max(1, frame.height - 3), first, last, low, high)
        curves = [drawn(each, scales, ascii=ascii) for each in (values, *others)]
        return cls(values, scales, labels, curves[0], tuple(curves[1:]), ascii, _lowest(values))

    @property
    def columns(self) -> int:
        return self.scales.columns

    @property
    def left(self) -> int:
        """Where the first column of the plot stands."""
        return max(map(len, self.labels)) + 2

    def column(self, iteration: int) -> int:
        """The column of an iteration."""
        return int(self.scales.across(np.array([iteration - 1]))[0]) // ACROSS

    def iteration_at(self, x: int) -> int | None:
        """The iteration whose place is nearest to a column of the whole picture; None beside the plot."""
        column = x - self.left
        if not 0 <= column < self.columns:
            return None
        share = (column + 0.5) * ACROSS / max(1, self.columns * ACROSS - 1)
        first, last = self.scales.first, self.scales.last
        return max(first, min(last, round(share * (last - first)) + first))

    def lines(self, here: int, look: Look) -> list[Text]:
        """The picture, with the place where we are."""
        return [self._words(here, look), *self._plot(here, look), *self._axis(here, look)]

    def _words(self, here: int, look: Look) -> Text:
        """The cost here, and where it is lowest, as far as there is room."""
        room = self.left + self.columns
        known = here <= self.values.size and not np.isnan(self.values[here - 1])
        value = f"{self.values[here - 1]:.6g}" if known else "not yet"
        now = f"J {value} in iteration {here:,}"
        text = Text(end="").append(now if len(now) <= room else f"J {value}")
        if self.values.size == 1:
            more = FIRST if text.cell_len + len(FIRST) <= room else ""
            text.append(more, look.quiet)
        elif self.lowest is not None:
            more = f"  lowest {self.values[self.lowest]:.6g} in {self.lowest + 1:,}"
            text.append(more if text.cell_len + len(more) <= room else "", look.quiet)
        return text

    def _plot(self, here: int, look: Look) -> list[Text]:
        column, row = self.column(here), self._row(here)
        lines = []
        for number, dots in enumerate(self.rows):
            name = self._label(number)
            tick = ("|" if self.ascii else "┤") if name else ("|" if self.ascii else "│")
            beneath = [other[number] for other in self.others]
            cells = [(f"{name:>{self.left - 2}} {tick}", look.quiet)]
            for at, dot in enumerate(dots):
                if (at, number) == (column, row):
                    cells.append(("O" if self.ascii else "●", look.spot))
                elif dot != " " or not beneath:
                    cells.append((dot, look.accent))
                else:
                    cells.append((next((each[at] for each in beneath if each[at] != " "), " "), look.quiet))
            lines.append(runs(cells))
        return lines

    def _label(self, row: int) -> str:
        """What stands beside a row of the plot; where all values are one, that one at its height."""
        if self.scales.low == self.scales.high:
            return self.labels[0] if row == (len(self.rows) * DOWN - 1) // 2 // DOWN else ""
        if row == len(self.rows) - 1:
            return self.labels[1]
        return self.labels[0] if row == 0 else ""

    def _row(self, iteration: int) -> int | None:
        """The row of the value of an iteration."""
        if not self.scales.first <= iteration <= self.scales.last:
            return None
        if iteration > self.values.size or not np.isfinite(self.values[iteration - 1]):
            return None
        return int(self.scales.down(self.values[iteration - 1 : iteration])[0]) // DOWN

    def _axis(self, here: int, look: Look) -> list[Text]:
        corner, dash, arrow = ("+", "-", "^") if self.ascii else ("└", "─", "▲")
        column = self.column(here)
        line = Text(" " * (self.left - 1) + corner, look.quiet)
        if self.scales.first <= here <= self.scales.last:
            line.append(dash * column, look.quiet)
            line.append(arrow, look.spot)
            line.append(dash * (self.columns - column - 1), look.quiet)
        else:
            line.append(dash * self.columns, look.quiet)
        begin, last = f"{self.scales.first:,}", f"{self.scales.last:,}"
        first = f"iteration {begin}"
        first = first if len(first) + len(last) < self.columns else begin
        gap = max(1, self.columns - len(first) - len(last))
        return [line, Text(" " * self.left + first + " " * gap + last, look.quiet)]


def label(value: float) -> str:
    """A number beside an axis."""
    return f"{value:.4g}"


def rounded_up(count: int) -> int:
    """The next of 1, 2, 5, 10, 20, 50 …"""
    power = 10 ** (len(str(count)) - 1)
    return next(step * power for step in STEPS if step * power >= count)


def drawn(values: Array, scales: Scales, *, ascii: bool) -> tuple[str, ...]:
    """The plot as rows of characters. Where several values share a column of dots, their whole range is drawn."""
    grid = np.zeros((scales.rows * DOWN, scales.columns * ACROSS), dtype=bool)
    starts = np.minimum(scales.starts, min(scales.last, len(values)))
    begin = int(starts[0])
    finite = np.isfinite(values[begin : starts[-1]])
    found, starts = values[begin : starts[-1]], starts - begin
    if not finite.all():
        found, starts = found[finite], np.searchsorted(np.flatnonzero(finite), starts)
    filled = np.flatnonzero(starts[:-1] < starts[1:])
    if filled.size:
        first, last = starts[filled], starts[filled + 1] - 1
        extremes = np.maximum.reduceat(found, first), np.minimum.reduceat(found, first)
        top, foot, *ends = (scales.down(each) for each in (*extremes, found[first], found[last]))
        _strokes(grid, filled, (top, foot), (ends[0], ends[1]))
    return tuple(_row(grid[at : at + DOWN], ascii) for at in range(0, scales.rows * DOWN, DOWN))


def _finite(values: Array) -> Array:
    finite = np.isfinite(values)
    return values if finite.all() else values[finite]


def _lowest(values: Array) -> int | None:
    finite = np.isfinite(values)
    if not finite.any():
        return None
    return int(np.argmin(values if finite.all() else np.where(finite, values, np.inf)))


def _strokes(grid: Array, across: Array, ranges: tuple[Array, Array], ends: tuple[Array, Array]) -> None:
    """In each column of dots the range of its values, and from one such column a line to the next."""
    (top, foot), (first, last) = ranges, ends
    for number, column in enumerate(across):
        grid[top[number] : foot[number] + 1, column] = True
        if number + 1 < len(across):
            begin, end = int(last[number]), int(first[number + 1])
            span = int(across[number + 1] - column)
            for part in range(1, max(span, abs(end - begin)) + 1):
                share = part / max(span, abs(end - begin))
                grid[round(begin + (end - begin) * share), round(column + span * share)] = True


def _row(dots: Array, ascii: bool) -> str:
    cells = dots.reshape(DOWN, -1, ACROSS)
    if ascii:
        return "".join("*" if filled else " " for filled in np.any(cells, axis=(0, 2)).tolist())
    codes = np.einsum("rcd,rd->c", cells.astype(int), DOTS).tolist()
    return "".join(chr(0x2800 + code) if code else " " for code in codes)
