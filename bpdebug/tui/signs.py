"""The characters that are neither numbers nor words, in each notation."""

from __future__ import annotations

from msgspec import Struct


class Signs(Struct, frozen=True):
    """The characters that are not numbers."""

    times: str = "×"
    dots: str = "…"
    down: str = "⋮"
    changed: str = "•"
    differs: str = "≠"
    cursor: str = "▸"
    """Before the entry under the cursor."""
    made: str = "·"
    """Before the entries that it was made of."""
    arrow: str = "→"
    minus: str = "−"
    between: str = " · "
    to: str = "–"


UNICODE = Signs()
ASCII = Signs(
    times="x",
    dots="~",
    down=":",
    changed="*",
    differs="!",
    cursor=">",
    made=".",
    arrow="->",
    minus="-",
    between=", ",
    to="-",
)


def signs(notation: str) -> Signs:
    """The characters a notation allows."""
    return ASCII if notation == "ascii" else UNICODE
