"""What changed between two lines of a formula, and a line drawn with that marked: by carets, not by colour alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from bpdebug.errors import Span, printable
from bpdebug.tui.colours import Look
from bpdebug.tui.lines import pieces

TOKEN = re.compile(r"\.T\b|\d+\.?\d*(?:e[+-]?\d+)?|\w+|\*\*|[<>=!]=|\S")
"""What changes as a whole: a name, a number, a transpose, an operator."""


def changes(old: str, new: str) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """The stretches of the old line that are not in the new one, and those of the new one that were not there."""
    before, after = (list(TOKEN.finditer(text)) for text in (old, new))
    matcher = SequenceMatcher(None, [each[0] for each in before], [each[0] for each in after], autojunk=False)
    gone, come = list[Span](), list[Span]()
    for kind, first, last, start, stop in matcher.get_opcodes():
        if kind != "equal":
            gone += [Span(before[first].start(), before[last - 1].end())] if last > first else []
            come += [Span(after[start].start(), after[stop - 1].end())] if stop > start else []
    return tuple(gone), tuple(come)


def labelled(
    label: str, text: str, width: int, look: Look, *, column: int, marked: Sequence[Span] = (), style: Style | str = ""
) -> Iterator[Text]:
    """A formula beside its label, with carets beneath what is marked in it."""
    shown = text if text.isprintable() else printable(text)
    spans = marked if shown == text else ()
    for start, stop, indent in pieces(shown, max(8, width - column)):
        room = " " * indent
        line = Text.assemble((("" if start else label).ljust(column), look.quiet), (room + shown[start:stop], style))
        carets = ""
        for span in spans:
            begin, end = max(start, span.start), min(stop, span.end)
            if begin < end:
                at = column + indent
                line.stylize(look.odd, at + begin - start, at + end - start)
                before = cell_len(shown[start:begin]) + at
                carets += " " * (before - len(carets)) + "^" * cell_len(shown[begin:end])
        yield line
        if carets:
            yield Text.assemble((carets, look.odd))
