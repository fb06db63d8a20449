"""The columns of a CSV file: what they are called, and which of them are features and labels."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from bpdebug.scenario.files.cells import Cell, CellError, cells, number_of, separator_of
from bpdebug.scenario.files.faults import Faults, Line, OptionError
from bpdebug.scenario.given import CLASSES
from bpdebug.scenario.positions import Path
from bpdebug.scenario.schema import File
from bpdebug.scenario.wording import guessed, listed, quoted

SHOWN_NAMES = 20
PANDAS = "pandas leaves the column of its index out with to_csv(…, index=False)."


class Columns(Struct, frozen=True):
    """How the lines of a file are parted, and what is read of each."""

    separator: str
    names: tuple[str, ...]
    """Nothing where the first line is an example."""
    width: int
    """How many cells a line has."""
    features: tuple[int, ...]
    labels: tuple[int, ...]

    def called(self, column: int) -> str:
        """A column in a message."""
        return self.names[column] if self.names else f"column {column}"


def columns(first: Line, file: File, faults: Faults) -> Columns:
    """The columns as the first line of a file and the scenario say; OptionError where the two do not agree."""
    separator = file.separator or separator_of(first.text)
    try:
        found = cells(first.text, separator)
    except CellError as error:
        faults.error(first, error)
        faults.done()
        raise
    named = file.header
    if named is None:
        named = not any(number_of(each.text) is not None for each in found)
    names = _names(found, first, faults) if named else ()
    labels = _labels(file, names, len(found))
    features = _features(file, names, len(found), labels)
    return Columns(separator, names, len(found), features, labels)


def _names(found: Sequence[Cell], first: Line, faults: Faults) -> tuple[str, ...]:
    known: dict[str, int] = {}
    for at, each in enumerate(found):
        message = hint = ""
        if not each.text:
            message, hint = f"column {at} has no name", "" if at else PANDAS
        elif not each.text.isprintable():
            message = f"the name of column {at} holds an invisible character: {quoted(each.text)}"
        elif each.text in known:
            message = f"column {known[each.text]} and column {at} are both called {quoted(each.text)}"
        if message:
            faults.note(first, each.start, each.end - each.start, message, hint)
        known.setdefault(each.text, at)
    faults.done()
    return tuple(known)


def _labels(file: File, names: Sequence[str], width: int) -> tuple[int, ...]:
    """The columns of labels: as said, or the last."""
    if file.label is None:
        return (width - 1,)
    if not isinstance(file.label, list):
        return (_column(file.label, ("label",), names, width),)
    if len(file.label) > 1 and (file.classes is not None or file.labels in CLASSES):
        raise OptionError(("label",), f"expected a single column of classes, found {len(file.label)}")
    return tuple(_column(each, ("label", i), names, width) for i, each in enumerate(file.label))


def _features(file: File, names: Sequence[str], width: int, labels: Sequence[int]) -> tuple[int, ...]:
    """The columns of features: as said, or all that are no labels."""
    if file.features is None:
        rest = tuple(each for each in range(width) if each not in labels)
        if not rest:
            message = f"the file has {width} column{'s' * (width > 1)}, and nothing is left beside the label"
            raise OptionError((), message, 'What stands between the columns is found out, or said: separator = ";".')
        return rest
    found: dict[int, int] = {}
    for i, each in enumerate(file.features):
        at = _column(each, ("features", i), names, width)
        if at in found or at in labels:
            what = "a feature already" if at in found else "the label"
            raise OptionError(("features", i), f"{quoted(each)} is {what}")
        found[at] = i
    return tuple(found)


def _column(said: str | int, path: Path, names: Sequence[str], width: int) -> int:
    """The place of a column, from 0, that is called by its name or its number."""
    if isinstance(said, int):
        if -width <= said < width:
            return said % width
        raise OptionError(path, f"there is no column {said}", f"The file has {width}: 0 to {width - 1}.")
    if said in names:
        return names.index(said)
    if not names:
        hint = "Columns are called by their numbers, from 0; where the first line names them, say header = true."
        raise OptionError(path, f"there is no column {quoted(said)}: the first line of the file holds numbers", hint)
    shown = [*names[:SHOWN_NAMES], *(["…"] if len(names) > SHOWN_NAMES else [])]
    raise OptionError(path, guessed(f"there is no column {quoted(said)}", said, names), f"Columns: {listed(shown)}.")
