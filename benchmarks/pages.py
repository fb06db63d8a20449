"""The page of figures: what one benchmark writes, and what stays of another."""

from __future__ import annotations

from pathlib import Path

MILLION = "## A million parameters\n"
"""The heading of the last section, which a benchmark of its own writes."""


def behind(page: Path) -> str:
    """The last section of a page as it was written last; nothing if it has none."""
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    return text[text.index(MILLION) :] if MILLION in text else ""


def before(page: Path) -> str:
    """What stands before it."""
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    return text.removesuffix(behind(page)).rstrip() + "\n\n"
