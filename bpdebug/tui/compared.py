"""A matrix of here beside the same one of another place, with the same digits and shades, and how they differ."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from msgspec.structs import replace

from bpdebug.debugger.elsewhere import Elsewhere
from bpdebug.debugger.picture import changes
from bpdebug.debugger.view import Matrix, View
from bpdebug.tui.sheet import Sheet, comparable, sheet
from bpdebug.tui.signs import signs

FEW = 2**20
"""Entries of a matrix whose difference from another is computed to be drawn."""


def compared(view: View, there: Elsewhere, name: str) -> Iterator[Sheet]:
    """The matrix of that name, or where the operation has none of it the one it gives; the other; the difference."""
    operation, notation = view.operation, view.notation
    named = [each for each in operation.operands if each.name == name]
    here = named[0] if named else operation.result
    arrow = f"{signs(notation).arrow} " * (here is operation.result)
    own = sheet(here, notation, prefix=arrow, axes=view.axes)
    value = (there.given if named else there.values).get(here.name)
    if here.value is None or value is None or np.shape(value) != np.shape(here.value):
        yield own
        yield _titled(sheet(replace(here, value=None, changed=None), notation), there)
        return
    other = replace(here, value=value, changed=changes(value, here.value))
    yield from comparable(own, _titled(sheet(other, notation, axes=view.axes), there, differs=True))
    if value.size <= FEW:
        with np.errstate(all="ignore"):
            difference = Matrix(here.label, here.shape, np.asarray(here.value - value))
        yield replace(sheet(difference, notation, axes=view.axes), label="difference", name="")


def _titled(of: Sheet, there: Elsewhere, *, differs: bool = False) -> Sheet:
    """The same, called what it is of, and no matrix of the program at this place."""
    return replace(of, label=f"{of.label} of {there.words}", name="", differs=differs)
