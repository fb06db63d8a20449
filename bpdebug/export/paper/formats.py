"""The formats a handout is written in, by what the name of its file ends in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from bpdebug.debugger.words import quoted
from bpdebug.errors import UsageError
from bpdebug.export.paper.document import Handout
from bpdebug.export.paper.html import html
from bpdebug.export.paper.latex import latex
from bpdebug.export.paper.markdown import markdown

FORMATS: Mapping[str, Callable[[Handout], str]] = {".html": html, ".tex": latex, ".md": markdown}


def format_of(file: str) -> Callable[[Handout], str]:
    """What writes a file of this name; UsageError where its ending is none of those there are."""
    found = FORMATS.get(Path(file).suffix.lower())
    if found is None:
        raise UsageError(f"expected a file ending in .html, .tex or .md, got {quoted(Path(file).name)}")
    return found
