"""Drawings to test: matrices made on the spot, lines as plain text, styles where they matter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from msgspec.structs import replace
from rich.text import Text

from bpdebug.check.gradients import check_gradients
from bpdebug.check.verdict import GradientCheck
from bpdebug.debugger.session import Session
from bpdebug.debugger.view import Matrix
from bpdebug.language.expression import Name
from bpdebug.tui.colours import BARE, DARK, Look
from bpdebug.tui.sheet import Sheet, sheet
from bpdebug.tui.signs import signs
from bpdebug.tui.spread import Spread, spread

COLOURED = replace(BARE, palette=DARK)


def made(value: Any, name: str = "X", *, changed: Any = None, shape: tuple[int, ...] = (), **given: Any) -> Sheet:
    """A matrix by its entries; None: not computed yet."""
    array = None if value is None else np.asarray(value, dtype=float)
    marks = None if changed is None else np.asarray(changed, dtype=bool)
    found = Matrix(Name(name), shape if array is None else array.shape, array, marks)
    return sheet(found, given.pop("notation", "unicode"), **given)


def picture(*sheets: Sheet, width: int = 78, height: int = 20, notation: str = "unicode", look: Look = BARE) -> Spread:
    return spread(sheets, (width, height), signs(notation), look)


def lines(drawn: Spread, down: int = 0, across: int = 0) -> list[str]:
    """What shows, line by line, without the blanks at the ends."""
    return [drawn.line(at, down, across).plain.rstrip() for at in range(min(drawn.lines, drawn.height))]


def shown(*sheets: Sheet, **room: Any) -> list[str]:
    return lines(picture(*sheets, **room))


def plain(texts: Iterable[Text]) -> list[str]:
    return [text.plain.rstrip() for text in texts]


def styled(text: Text, words: str) -> list[str]:
    """The styles on the first stretch of a line that reads so."""
    start = text.plain.index(words)
    end = start + len(words)
    return [str(span.style) for span in text.spans if span.start <= start and span.end >= end]


def checked(session: Session, spoilt: Sequence[tuple[tuple[int, ...], float]] = (), factor: float = 1) -> GradientCheck:
    """The check of the gradient computed here, after spoiling some of its entries, or all by a factor."""
    name = session.view.checked
    assert name is not None
    values = {**session.timeline.values, **session.timeline.inputs}
    gradient = factor * values[name]
    for place, value in spoilt:
        gradient[place] = value
    (found,) = check_gradients(session.program, {**values, name: gradient}, [name])
    return found
