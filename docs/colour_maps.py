"""Writes bpdebug/export/maps.py from Crameri's own tables, which the package cmcrameri carries as text.

    pip download --no-deps cmcrameri && unzip cmcrameri-*.whl && python docs/colour_maps.py cmcrameri/cmaps

Each table has 256 colours; about every eighth is kept, so that zero falls on the very middle one. vik is turned
round: in both maps what is warm is negative and what is cold is positive.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

ENTRIES = 33
MAPS = {"managua": 1, "vik": -1}
TARGET = Path(__file__).parent.parent / "bpdebug" / "export" / "maps.py"
HEAD = '''"""The colour maps, from the most negative to the most positive: made by docs/colour_maps.py, see NOTICE."""

from __future__ import annotations
'''


def resampled(path: Path, direction: int) -> list[str]:
    """The colours of a map at equal distances, as #rrggbb."""
    table = np.loadtxt(path)[::direction]
    at = np.linspace(0, len(table) - 1, ENTRIES)
    channels = [np.interp(at, np.arange(len(table)), channel) for channel in table.T]
    return ["#" + "".join(f"{round(255 * part):02x}" for part in colour) for colour in zip(*channels, strict=True)]


def written(name: str, colours: list[str]) -> str:
    rows = [", ".join(f'"{colour}"' for colour in colours[at : at + 9]) for at in range(0, len(colours), 9)]
    body = "\n".join(f"    {row}," for row in rows)
    return f"\n{name.upper()} = (\n{body}\n)  # fmt: skip\n"


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    tables = [written(name, resampled(folder / f"{name}.txt", direction)) for name, direction in MAPS.items()]
    TARGET.write_text(HEAD + "".join(tables), encoding="utf-8")
