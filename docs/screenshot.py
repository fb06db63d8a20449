"""Draws docs/screenshot.svg from the program itself, without a terminal: python docs/screenshot.py [NAME PLACE]."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path

from bpdebug.debugger.session import Session
from bpdebug.scenario.load import load
from bpdebug.tui.app import Debugger

PICTURE = Path(__file__).parent / "screenshot.svg"
SIZE = (120, 40)


async def picture(name: str, place: str) -> str:
    """The screen at a place of a scenario, once its gradient is checked."""
    session = Session(load(name))
    session.execute(f"goto {place}")
    app = Debugger(session)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        while app.check_pane.check.status == "running":
            await pilot.pause(0.05)
        await pilot.pause()
        return local(app.export_screenshot(title=f"bpdebug {name}"))


def local(svg: str) -> str:
    """The picture without fonts from elsewhere, its blanks kept: whoever looks at it has a monospaced font."""
    svg = svg.replace("<svg ", '<svg xml:space="preserve" ', 1)
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)


if __name__ == "__main__":
    os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    for setting in ("NO_COLOR", "COLORFGBG"):
        os.environ.pop(setting, None)
    name, place = sys.argv[1:] or ("three-layer", "12:dA2")
    PICTURE.write_text(asyncio.run(picture(name, place)), encoding="utf-8")
