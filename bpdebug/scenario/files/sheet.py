"""A CSV file of examples, one a line: every mistake in it is told with its line and column."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import chain
from operator import itemgetter
from typing import BinaryIO

import numpy as np

from bpdebug.scenario.arrays import MOST_ENTRIES
from bpdebug.scenario.files.cells import MISSING, REMOVE, CellError, TextError, cells, is_text, number, numbers, texts
from bpdebug.scenario.files.classes import Classes
from bpdebug.scenario.files.columns import Columns, columns
from bpdebug.scenario.files.faults import Faults, Line
from bpdebug.scenario.files.lines import lines
from bpdebug.scenario.given import CLASSES, NUMBER, Examples, brief
from bpdebug.scenario.schema import File


def sheet(stream: BinaryIO, shown: str, file: File) -> Examples:
    """The examples of a file; ScenarioError with all that is wrong in it, OptionError with what the scenario says."""
    faults = Faults(shown)
    found = lines(stream, faults)
    first = next(found, None)
    if first is None:
        faults.refuse("the file holds no examples", "Each of its lines holds one: the features and the label.")
    table = columns(first, file, faults)
    rows = Rows(table, file, faults)
    for line in found if table.names else chain((first,), found):
        rows.add(line)
    faults.done()
    if not rows.count:
        faults.refuse("the file holds no examples, only the names of its columns")
    return rows.examples()


class Rows:
    """What the lines of a file hold."""

    def __init__(self, table: Columns, file: File, faults: Faults) -> None:
        self.count = 0
        self._table, self._faults = table, faults
        self._x, self._y = array("d"), array("d")
        self._texts: set[int] = set()
        """Columns in which texts stand from the first example on: that is told once."""
        self._classes = Classes(file.classes) if file.classes is not None or file.labels in CLASSES else None
        self._decided = self._classes is not None or file.labels == NUMBER or len(table.labels) > 1

    def add(self, line: Line) -> None:
        """One line; what is wrong with it is noted."""
        row = self._cells(line)
        if row is None:
            return
        if not self._decided and (text := row[self._table.labels[0]].strip()).lower() not in MISSING:
            self._decided, self._classes = True, Classes(None) if is_text(text) else None
        self._x.extend(self._numbers(line, row, self._table.features))
        if self._classes is None:
            self._y.extend(self._numbers(line, row, self._table.labels))
        else:
            self._y.append(self._class(line, row, self._classes))
        self.count += 1
        if len(self._x) + len(self._y) > MOST_ENTRIES:
            message = f"up to this line there are more than {MOST_ENTRIES:,} numbers, the most that a scenario may hold"
            self._faults.refuse(message, "Make the file shorter, or name fewer columns: features = […].", line.number)

    def examples(self) -> Examples:
        """All of them."""
        table = self._table
        x = np.array(self._x).reshape(self.count, len(table.features))
        y = np.array(self._y).reshape(self.count, -1)
        features = tuple(brief(table.names[at]) for at in table.features) if table.names else ()
        if self._classes is not None:
            return self._classes.examples(x, y[:, 0].astype(np.intp), features)
        outputs = tuple(brief(table.names[at]) for at in table.labels) if table.names else ()
        return Examples(x, y, 0, features, outputs)

    def _cells(self, line: Line) -> list[str] | None:
        """What stands in the cells of a line; None where they are not as many as in the first."""
        width = self._table.width
        try:
            row = texts(line.text, self._table.separator)
        except CellError as error:
            self._faults.error(line, error)
            return None
        if len(row) == width:
            return row
        found = cells(line.text, self._table.separator)
        at = found[min(len(row) - 1, width)]
        hint = "A text with a separator in it stands in double quotes." if len(row) > width else ""
        message = f"expected {width} cells, as in the first line, found {len(row)}"
        self._faults.note(line, at.start, at.end - at.start, message, hint)
        return None

    def _numbers(self, line: Line, row: Sequence[str], of: Sequence[int]) -> list[float]:
        """The numbers in some columns; what is none is noted."""
        found = numbers(itemgetter(*of)(row) if len(of) > 1 else (row[of[0]],), line.text)
        return [self._number(line, row, at) for at in of] if found is None else found

    def _number(self, line: Line, row: Sequence[str], column: int) -> float:
        try:
            return number(row[column].strip())
        except TextError as error:
            if column not in self._texts:
                self._wrong(line, column, error.message, self._meant(column))
            if not self.count:
                self._texts.add(column)
        except CellError as error:
            self._wrong(line, column, error.message, REMOVE if column in self._table.labels else error.hint)
        return 0.0

    def _meant(self, column: int) -> str:
        """The way out where there is text in a column of numbers."""
        if column in self._table.labels:
            return 'Where it is a class, say how classes are written: labels = "one-hot".'
        if not self._table.names and not self.count:
            return "Where this line names the columns, say so: header = true."
        return "Name the columns that are to be read: features = […]."

    def _class(self, line: Line, row: Sequence[str], classes: Classes) -> int:
        column = self._table.labels[0]
        try:
            return classes.code(row[column].strip())
        except CellError as error:
            self._wrong(line, column, error.message, error.hint)
            return 0

    def _wrong(self, line: Line, column: int, message: str, hint: str) -> None:
        """Something is wrong with a cell."""
        cell = cells(line.text, self._table.separator)[column]
        message = f"{self._table.called(column)}: {message}"
        self._faults.note(line, cell.start, cell.end - cell.start, message, hint)
