"""Draws docs/screenshot.svg from the program itself, without a terminal: python docs/screenshot.py [NAME PLACE]."""

from __future__ import annotations

import sys
from pathlib import Path

from bpdebug.debugger.session import Session
from bpdebug.scenario.load import load
from bpdebug.tui.snapshot import drawn, save

PICTURE = Path(__file__).parent / "screenshot.svg"


if __name__ == "__main__":
    name, place = sys.argv[1:] or ("three-layer", "12:dA2")
    session = Session(load(name))
    session.execute(f"goto {place}")
    save(drawn(session), PICTURE)
