"""Scroll bars without the eighths of blocks that only Unicode has."""

from __future__ import annotations

from typing import ClassVar

from textual.scrollbar import ScrollBarRender
from textual.widget import Widget

BLANKS = [" "] * 8


class PlainBar(ScrollBarRender):
    """Drawn by its ground alone."""

    VERTICAL_BARS: ClassVar[list[str]] = BLANKS
    HORIZONTAL_BARS: ClassVar[list[str]] = BLANKS


def suit(widget: Widget) -> None:
    """Where the screen is drawn in ASCII, its scroll bars are too."""
    if widget.app.has_class("ascii"):
        for bar in (widget.vertical_scrollbar, widget.horizontal_scrollbar):
            bar.renderer = PlainBar  # type: ignore[misc]
