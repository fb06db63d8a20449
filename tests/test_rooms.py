"""Who may import whom: each room from those before it, and Textual belongs to the screen alone."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import bpdebug

ORDER = (
    "errors < language < ops < program < machine < check < scenario < debugger < export < tui < "
    "python < pytest_plugin < cli < __main__"
)
ROOMS = ORDER.split(" < ")
CARD = "bpdebug.debugger.card"
"""Imports Rich where Rich asks it for something to print, and so is there."""
PACKAGE = Path(bpdebug.__file__).parent
FILES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}
HEAVY = ("textual", "numpy", "rich")


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


@cache
def imports(module: str) -> tuple[str, ...]:
    """Every module that a module imports: at its head, within functions, for types alone."""
    return tuple(_imports(module))


def _imports(module: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(FILES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} has a relative import"
            assert node.module is not None
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (each if each in FILES else node.module for each in inner)


def loaded(code: str) -> set[str]:
    """The modules in a fresh interpreter after some code."""
    code += "\nimport sys\nprint('\\n' + ' '.join(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return set(run.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("module", FILES)
def test_a_module_imports_only_from_the_rooms_before_its_own(module: str):
    here = room(module)
    assert here in ("", *ROOMS), f"{here} is no room of the design"
    # The package itself is the door to what a program may import, opened when it is asked for and not before.
    allowed = ROOMS if here == "__main__" else ROOMS[: ROOMS.index(here or "python") + 1]
    for each in imports(module):
        if each.split(".")[0] == "bpdebug" and room(each):
            assert room(each) in allowed, f"{module} imports {each}"


@pytest.mark.parametrize("module", [each for each in FILES if room(each) != "tui"])
def test_textual_is_imported_by_the_screen_alone(module: str):
    assert not {"textual", "textual_plot"} & {each.split(".")[0] for each in imports(module)}
    assert room(module) == "cli" or module == CARD or "rich" not in {each.split(".")[0] for each in imports(module)}


def test_what_runs_without_a_screen_loads_no_textual():
    headless = [each for each in FILES if room(each) not in ("tui", "__main__")]
    assert not {"textual", "textual_plot"} & loaded("\n".join(f"import {each}" for each in headless))


def test_rich_is_loaded_where_it_asks_and_not_before():
    assert "rich" not in loaded("import bpdebug; str(bpdebug.open('xor')); bpdebug.open('xor')._repr_html_()")


def test_reading_and_writing_formulas_loads_no_numpy():
    texts = [each for each in FILES if room(each) in ("errors", "language")]
    assert not set(HEAVY) & loaded("\n".join(f"import {each}" for each in texts))


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["--version"], ["list"], ["chek"]])
def test_what_can_be_answered_at_once_loads_nothing_heavy(arguments: list[str]):
    code = f"from bpdebug.cli import main\ntry: main({arguments!r})\nexcept SystemExit: pass"
    assert not set(HEAVY) & loaded(code)
