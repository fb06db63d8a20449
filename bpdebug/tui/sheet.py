"""A matrix of the view made ready to be drawn, whatever is shown of it later."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from bpdebug.debugger.differences import Changed
from bpdebug.debugger.layout import Layout, layout, table
from bpdebug.debugger.view import Marked, Matrix
from bpdebug.errors import printable
from bpdebug.language.expression import Number
from bpdebug.ops import write
from bpdebug.ops.table import Array
from bpdebug.scenario.axes import Axis
from bpdebug.tui import headings
from bpdebug.tui.headings import UNKNOWN
from bpdebug.tui.known import Joint, Known, known
from bpdebug.tui.numbers import Summary

NOTHING = Summary()
UNNAMED: Mapping[str, Axis] = {}


class Sheet(Struct, frozen=True, eq=False, dict=True):
    """A matrix made ready to be drawn at any width."""

    label: str
    shape: tuple[int, ...]
    table: Array | None
    """The entries in rows and columns; None: not computed yet."""
    changed: Marked | None
    """The entries to be marked: those that the last move changed, or those that are not what they should be."""
    known: Known | None = None
    """What is known of all entries together; None where there are none."""
    number: bool = False
    """A bare number of the formula, which needs no label."""
    differs: bool = False
    """Whether the marked entries are those that are not what they should be."""
    wanted: Array | None = None
    """What the entries should be, in rows and columns, where that is known of all of them."""
    name: str = ""
    """What the program calls it; empty where it stands beside the program."""
    quiet: bool = False
    """Whether it stands there only to be looked up: the operation itself takes another."""
    axes: tuple[Axis, Axis] = (UNKNOWN, UNKNOWN)
    """What its rows and its columns are."""
    joint: Joint | None = None
    """Several matrices which are to be compared, and so have the same digits and shades."""

    @property
    def summary(self) -> Summary:
        return self.known.summary if self.known else NOTHING

    @property
    def scale(self) -> Summary:
        """What digits and shades are chosen by."""
        return self.joint.summary if self.joint else self.summary

    @property
    def exact(self) -> bool:
        """Whether all entries are counted, rather than a sample of them."""
        return self.known is None or self.known.exact

    def see(self, rows: slice, columns: slice) -> bool:
        """Take what shows of a large matrix into account; whether that says anything new of how entries are written."""
        return self.table is not None and self.known is not None and self.known.see(self.table[rows, columns])

    def count(self, stopped: Callable[[], bool]) -> None:
        """Count all entries of a large matrix, beside the screen, as long as nobody says to stop."""
        if self.known is not None and self.table is not None and not self.known.exact:
            self.known.count(self.table, stopped)

    @cached_property
    def nearest(self) -> tuple[float, float] | None:
        """Of the entries that are not what they should be the one that is nearest to it, and what it should be."""
        if self.table is None or self.wanted is None or not isinstance(marked := self.changed, np.ndarray):
            return None
        if not marked.any():
            return None
        found, wanted = self.table[marked], self.wanted[marked]
        with np.errstate(all="ignore"):
            gap = np.abs(found - wanted)
        at = int(np.argmin(np.where(np.isfinite(gap), gap, math.inf)))
        return float(found[at]), float(wanted[at])

    @cached_property
    def rows(self) -> int:
        return 0 if self.table is None else int(self.table.shape[0])

    @cached_property
    def columns(self) -> int:
        return 0 if self.table is None else int(self.table.shape[1])

    @cached_property
    def layout(self) -> Layout:
        """How the entries lie in rows and columns."""
        return layout(self.shape)


def sheet(matrix: Matrix, notation: str, prefix: str = "", axes: Mapping[str, Axis] = UNNAMED) -> Sheet:
    """A matrix of the view, made ready; one that is not computed yet has no entries."""
    label = prefix + printable(write(matrix.label, notation))
    shape, number = tuple(matrix.shape), isinstance(matrix.label, Number)
    if matrix.value is None:
        return Sheet(label, shape, None, None, number=number, name=matrix.name)
    value = np.asarray(matrix.value)
    rows = table(value)
    changed = None if matrix.changed is None else _marked(matrix.changed)
    along = headings.known(shape, axes)
    return Sheet(label, value.shape, rows, changed, known(value, rows), number, name=matrix.name, axes=along)


def comparable(*sheets: Sheet) -> Iterator[Sheet]:
    """The matrices with the same digits and shades."""
    joint = Joint(tuple(each.known for each in sheets if each.known is not None))
    return (replace(each, joint=joint) for each in sheets)


def _marked(changed: Marked) -> Marked:
    if isinstance(changed, Changed):
        return Changed(table(changed.value), table(changed.earlier))
    return table(changed)
