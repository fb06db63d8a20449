"""Fixtures for pytest: sessions opened in a test, and screens held against what they showed before."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from difflib import unified_diff
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bpdebug.errors import BpdebugError

if TYPE_CHECKING:
    from bpdebug.debugger.api import OpenSession

FOLDER = "snapshots"
"""Beside the file of a test: what its screens are to look like, in a folder of that file's name."""
UPDATE = "--bpdebug-update"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the option that writes snapshots."""
    group = parser.getgroup("bpdebug", "debugging of neural-network training")
    group.addoption(UPDATE, action="store_true", help="Write what bpdebug_snapshot sees, instead of comparing it.")


@pytest.fixture
def bpdebug_session(request: pytest.FixtureRequest) -> Callable[..., OpenSession]:
    """Open a session: bpdebug_session("three-layer"), or a scenario file, which is looked for beside the test.

    Settings (seed, orientation, bookkeeping, fused, notation) are those of bpdebug.open.
    """
    folder = request.path.parent

    def opened(scenario: str | Path, **settings: Any) -> OpenSession:
        import bpdebug

        beside = folder / scenario if isinstance(scenario, str | os.PathLike) else None
        return bpdebug.open(beside if beside and beside.is_file() else scenario, **settings)

    return opened


@pytest.fixture
def bpdebug_snapshot(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., None]:
    """Hold the screen of a session against its snapshot: bpdebug_snapshot(session), as often as a test likes.

    A name tells several of one test apart, else they are numbered. `size` is in columns and lines, `focus` a pane by
    its number or its name, `theme` dark or light; TypeError and ValueError say what is none of these.
    Where the screen is another one the test fails, shows the lines that differ, and leaves a picture of what it is now.
    """
    update, taken = request.config.getoption(UPDATE), set[str]()

    def compare(
        session: OpenSession,
        name: str = "",
        *,
        size: tuple[int, int] = (120, 40),
        focus: str | int = "",
        theme: str = "dark",
    ) -> None:
        __tracebackhide__ = True
        _refuse_other(session, name, size, theme)
        name = name or (f"{len(taken) + 1}" if taken else "")
        if name in taken:
            pytest.fail(f"there are two snapshots {name!r} in this test: give each a name of its own", pytrace=False)
        taken.add(name)
        found = Snapshot(_golden(request.node, name), tmp_path)
        try:
            found.draw(session, size, focus=str(focus), theme=theme)
            difference = found.write() if update else found.difference()
        except BpdebugError as error:
            difference = str(error)
        if difference:
            pytest.fail(difference, pytrace=False)

    return compare


def _refuse_other(session: object, name: object, size: object, theme: object) -> None:
    """Refuse what no screen can be drawn of, with the words of how it is meant."""
    from bpdebug.debugger.api import OpenSession
    from bpdebug.tui.themes import THEMES

    if not isinstance(session, OpenSession):
        raise TypeError(f"expected a session of bpdebug_session or bpdebug.open, got {session!r}")
    if not isinstance(name, str):
        raise TypeError(f"name: expected a string, got {name!r}")
    if not (isinstance(size, tuple) and len(size) == 2 and all(isinstance(each, int) for each in size)):
        raise TypeError(f"size: expected columns and lines, such as (120, 40), got {size!r}")
    if theme not in list(THEMES):
        raise ValueError(f"theme: expected {' or '.join(THEMES)}, got {theme!r}")


class Snapshot:
    """One screen, and the file it is held against."""

    def __init__(self, golden: Path, pictures: Path) -> None:
        self.golden = golden
        self.picture = pictures / f"{golden.stem}.svg"
        self.text = ""
        self._paint: Callable[[], None] = lambda: None

    def draw(self, session: OpenSession, size: tuple[int, int], *, focus: str, theme: str) -> None:
        """Draw the screen of a session."""
        from bpdebug.export.drawing import text
        from bpdebug.tui.snapshot import drawn, save

        drawing = drawn(session.session, size, focus=focus, theme=theme)
        self.text = text(drawing)
        self._paint = lambda: save(drawing, self.picture)

    def write(self) -> str:
        """Put the screen into the file, if it is not there yet; nothing is to be said then."""
        from bpdebug.debugger.files import write

        if self._expected() != self.text:
            self.golden.parent.mkdir(parents=True, exist_ok=True)
            write(self.golden, self.text)
        return ""

    def difference(self) -> str:
        """What is to be said of a screen that is not the expected one; a picture of it is left then."""
        expected = self._expected()
        if expected == self.text:
            return ""
        self._paint()
        if expected is None:
            told = f"there is no snapshot {self.golden} yet"
        else:
            lines = unified_diff(
                expected.splitlines(), self.text.splitlines(), "as it was", "as it is", n=1, lineterm=""
            )
            told = "\n".join([f"the screen is not that of {self.golden}", "", *lines, ""])
        return f"{told}\na picture of the screen as it is: {self.picture}\npytest {UPDATE} takes it for right"

    def _expected(self) -> str | None:
        try:
            return self.golden.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except UnicodeDecodeError:
            return ""


def _golden(test: pytest.Item, name: str) -> Path:
    """The file of a snapshot: of its own for every test, every set of its parameters, and every name."""
    classes = [each.name for each in test.listchain() if isinstance(each, pytest.Class)]
    whole = ".".join([*classes, test.name]) + (f"-{name}" if name else "")
    plain = re.sub(r"[^\w.=\[\]-]+", "_", whole, flags=re.ASCII)[:100]
    if plain != whole:
        plain += f"-{sha256(whole.encode()).hexdigest()[:6]}"
    return test.path.parent / FOLDER / test.path.stem / f"{plain}.txt"
