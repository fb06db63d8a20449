"""Notebooks: what their code cells hold, as text; nothing in them is ever run."""

from __future__ import annotations

import json
from typing import Any

from bpdebug.errors import UsageError

ENDING = ".ipynb"
LARGEST = 30_000_000
"""Bytes that a notebook may have, with the pictures in it."""


def code_of(file: str, text: str) -> str:
    """The code cells of a notebook one below the other, a blank line between them; UsageError where it is none."""
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = f"line {error.lineno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else "it cannot be read"
        raise UsageError(f"{file}: this is no notebook: {reason}") from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise UsageError(f"{file}: this is no notebook of today: it has no list of cells. Save its code as a .py file")
    code = [_source(cell) for cell in cells if isinstance(cell, dict) and cell.get("cell_type") == "code"]
    if not any(map(str.strip, code)):
        raise UsageError(f"{file}: there is nothing in the code cells of this notebook")
    return "\n\n".join(code)


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    lines = source if isinstance(source, list) else [source]
    return "".join(each for each in lines if isinstance(each, str))
