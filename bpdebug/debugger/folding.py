"""Texts laid out within so many columns: sentences folded at their spaces, and columns of names and what they do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

PAGE = 80
"""Columns that an answer takes at most, wherever there is room for more."""
NAMES = 28
"""Columns for a name with two spaces behind it; a longer one has a line of its own."""


def folded(text: str, width: int, fitting: Callable[[str, int], int] = lambda text, width: width) -> list[str]:
    """A line folded at spaces; what goes on stands beneath where it began, or the last column two spaces set off.

    `fitting` says how many characters of a text fit into so many columns, where some take two.
    """
    own = len(text) - len(text.lstrip())
    indent = text.rfind("  ") + 2 if "  " in text.strip() and text.rfind("  ") < width // 2 else own
    lines = []
    while len(text) > (most := fitting(text, width)) and width > indent + 1:
        at = text.rfind(" ", indent + 1, most + 1)
        at = at if at > 0 else most
        lines.append(text[:at])
        text = " " * indent + text[at:].lstrip()
    return [*lines, text]


def reflowed(text: str) -> str:
    """A text with each paragraph in one line, but for those in columns: they have wide gaps in their lines."""
    paragraphs = text.split("\n\n")
    return "\n\n".join(each if "  " in each else " ".join(each.split("\n")) for each in paragraphs)


def listed(rows: Iterable[tuple[str, str]], width: int) -> Iterator[str]:
    """Names and beside them what they do, each folded within its column."""
    for name, said in rows:
        beside = len(name) + 2 <= NAMES
        if not beside:
            yield from folded(name, width)
        yield from folded(f"{name if beside else '':{NAMES}}{said}", width)
