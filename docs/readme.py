"""Writes the tables of README.md from the program's own: python docs/readme.py."""

from __future__ import annotations

import re
from pathlib import Path

from bpdebug.debugger.commands import COMMANDS, FAMILIES

README = Path(__file__).parent.parent / "README.md"


def commands() -> str:
    """The commands: what is typed, the short form, what it does."""
    families = [module.__name__.rpartition(".")[2] for module in FAMILIES]
    rows = [
        f"| `{each.usage}` | {' '.join(f'`{word}`' for word in each.short)} | {each.summary} |"
        for each in sorted(COMMANDS.values(), key=lambda each: families.index(each.family))
    ]
    return "\n".join(["| command | short | does |", "|---|---|---|", *rows])


TABLES = {"commands": commands}


def written(text: str) -> str:
    """The text with every table as the program has it."""
    for name, table in TABLES.items():
        pattern = rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)"
        text = re.sub(pattern, lambda found, table=table: f"{found[1]}{table()}\n{found[2]}", text, flags=re.DOTALL)
    return text


if __name__ == "__main__":
    README.write_text(written(README.read_text(encoding="utf-8")), encoding="utf-8")
