"""A whole matrix in one line: its extremes, mean and norm, its zeros, and what is no number in it."""

from __future__ import annotations

from collections.abc import Iterator

from rich.style import Style
from rich.text import Text

from bpdebug.debugger.words import counted
from bpdebug.tui.matrix import Block


def statistics(block: Block, width: int) -> Text:
    """As much of it as the width allows; where not all entries are counted yet, it says of how many it is."""
    found, dots, look = block.sheet.summary, block.signs.dots, block.look
    head = block.label if block.sheet.exact else f"{block.label}, {found.entries:,} entries sampled"
    text = Text.assemble((f"{head}:", look.quiet))
    parts = list(_parts(block))
    for place, (part, style) in enumerate(parts):
        between = block.signs.between if place else " "
        last = place == len(parts) - 1
        if text.cell_len + len(between) + len(part) + (0 if last else 2) > width:
            return text.append(f" {dots}", look.quiet)
        text.append(between, look.quiet)
        text.append(part, style)
    return text


def _parts(block: Block) -> Iterator[tuple[str, Style]]:
    """One figure after the other; of a sample none that counts all entries, other than those that are no numbers."""
    found, look, exact = block.sheet.summary, block.look, block.sheet.exact
    for count, what in ((found.nans, "NaN"), (found.infinities, "infinite")):
        if count:
            yield f"{count:,} {what}", look.odd
    if found.finite:
        for what, value in (("min", found.smallest), ("max", found.largest), ("mean", found.mean)):
            yield f"{what} {_said(value, block.signs.minus)}", look.quiet
        if exact:
            yield f"norm {_said(found.norm, block.signs.minus).removeprefix('+')}", look.quiet
            yield counted(found.zeros, "zero"), look.quiet


def _said(value: float, minus: str) -> str:
    return f"{value:+.4g}".replace("-", minus) if value else "0"
