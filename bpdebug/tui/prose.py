"""Sentences in a pane: wrapped to its width, beside a quiet word that says what they are about."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from rich.cells import cell_len, chop_cells
from rich.style import Style
from rich.text import Text

from bpdebug.errors import printable
from bpdebug.program.equations import Denotes
from bpdebug.tui.colours import Look

SPELLED = {
    "·": "*", "−": "-", "×": "x", "→": "->", "±": "+-", "√": "sqrt", "∂": "d", "Σᵢ": "sum_i ", "Σⱼ": "sum_j ",
    "Σ": "sum", "π": "pi", "σ": "sigmoid", "ᵀ": ".T", "′": "'", "⁻¹": "^-1", "ᵛ": "^v", "²": "^2", "³": "^3",
    "…": "...", "⊙": "*", "●": "*", "○": "o", "✓": "+", "✗": "X", "∅": "o", "▶": ">", "•": "*", "≠": "!",
}  # fmt: skip
"""What sentences are made of beyond ASCII, as it is spelled within."""
LABEL = 9
"""Cells of the column of labels."""
NARROW = 40
"""Below this width the label stands at the head of its sentence."""


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of at most so many cells; only a word that is too long by itself is broken."""
    lines = [""]
    for word in printable(text).split():
        for piece in chop_cells(word, max(1, width)):
            joined = f"{lines[-1]} {piece}" if lines[-1] else piece
            if cell_len(joined) <= width:
                lines[-1] = joined
            else:
                lines.append(piece)
    return lines


def section(label: str, text: str, width: int, look: Look, style: Style | str = "") -> tuple[Text, ...]:
    """A labelled sentence: the label in a column of its own where the width allows."""
    return _section(label, text, width, (look.quiet, style))


@lru_cache(maxsize=512)
def _section(label: str, text: str, width: int, styles: tuple[Style, Style | str]) -> tuple[Text, ...]:
    """The lines of it, the same for the same: an equation has as many operations as it is shown with them."""
    quiet, style = styles
    if width < NARROW:
        head, *rest = wrapped(f"{label}: {text}", width)
        first = Text.assemble((head[: len(label) + 1], quiet), (head[len(label) + 1 :], style))
        return first, *(Text.assemble((line, style)) for line in rest)
    lines = enumerate(wrapped(text, width - LABEL))
    return tuple(Text.assemble((("" if place else label).ljust(LABEL), quiet), (line, style)) for place, line in lines)


def plain(text: str, width: int, style: Style | str = "") -> Iterator[Text]:
    """A sentence across the whole width."""
    yield from (Text.assemble((line, style)) for line in wrapped(text, width))


def derivative(denotes: Denotes, notation: str, names: tuple[str, str, str]) -> str:
    """What a gradient stands for, m · ∂J/∂Z⁽²⁾, given how its factor, the cost and the quantity are written."""
    factor, cost, of = names
    sign, times = {"unicode": ("∂", " · "), "ascii": ("d", " * ")}.get(notation, (r"\partial ", r" \cdot "))
    return (f"{factor}{times}" if denotes.factor else "") + f"{sign}{cost}/{sign}{of}"


def sentence(text: str, notation: str) -> str:
    """A sentence as a notation allows it: in ASCII every sign is spelled out, and what has no spelling is escaped."""
    if notation != "ascii":
        return text
    for sign, spelling in SPELLED.items():
        text = text.replace(sign, spelling)
    return text.encode("ascii", "backslashreplace").decode("ascii")


def dense(lines: list[Text], height: int) -> list[Text]:
    """The lines; without the empty ones where there are more than fit."""
    return lines if len(lines) <= height else [line for line in lines if line.plain]
