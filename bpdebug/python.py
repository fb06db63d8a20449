"""bpdebug.open: a session in Python's hands, with a screen that it can draw."""

from __future__ import annotations

import os
from pathlib import Path

from bpdebug.debugger.api import OpenSession
from bpdebug.debugger.session import Session
from bpdebug.debugger.words import quoted
from bpdebug.errors import UsageError
from bpdebug.scenario.load import load

CHOICES = {
    "notation": ("unicode", "ascii", "latex"),
    "orientation": ("columns", "rows", None),
    "bookkeeping": ("total", "per-example", None),
    "fused": (True, False, None),
}
"""What may be chosen; None leaves it to the scenario."""


def open(  # noqa: A001 - bpdebug.open, as one says
    scenario: str | os.PathLike[str],
    *,
    seed: int | None = None,
    orientation: str | None = None,
    bookkeeping: str | None = None,
    fused: bool | None = None,
    notation: str = "unicode",
) -> OpenSession:
    """Open a bundled scenario by its name, or a scenario file; BpdebugError says what is wrong with it, TypeError that
    it is neither.

    What is given beside it stands above what the file says. `notation` is how formulas are written.
    """
    given = {"notation": notation, "orientation": orientation, "bookkeeping": bookkeeping, "fused": fused}
    for name, value in given.items():
        if value not in CHOICES[name]:
            raise UsageError(f"{name}: expected {_either(CHOICES[name])}, got {quoted(str(value))}")
    if seed is not None and not (isinstance(seed, int) and seed >= 0):
        raise UsageError(f"seed: expected a whole number from 0, got {quoted(str(seed))}")
    if not isinstance(scenario, str | os.PathLike):
        raise TypeError(
            f'expected the name of a scenario or the path of its file, got {scenario!r}: bpdebug.open("three-layer")'
        )
    loaded = load(os.fspath(scenario), orientation=orientation, bookkeeping=bookkeeping, fused=fused, seed=seed)
    return OpenSession(drawable(Session(loaded, notation=notation)))


def drawable(session: Session) -> Session:
    """The session, with the screen that it would have for `snapshot FILE` to draw."""

    def draw(path: Path) -> None:
        from bpdebug.tui.snapshot import drawn, save

        save(drawn(session), path)

    session.draw = draw
    return session


def _either(choices: tuple[object, ...]) -> str:
    return " or ".join(str(each) for each in choices if each is not None)
