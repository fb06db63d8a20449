"""A few screens as they are to be seen: their text, and a digest of their styles."""

from __future__ import annotations

import pytest
from textual import constants

from tests.tui.driving import debugger, settled, shown, styles


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
@pytest.mark.parametrize(
    ("lines", "keys"),
    [
        ([], []),
        (["goto dZ2"], ["n"]),
        (["goto 200:dW1"], ["n", "T"]),
        (["goto 3:dW2"], ["question_mark"]),
    ],
    ids=["start", "backward", "end-light", "help"],
)
async def test_screen(size: tuple[int, int], lines: list[str], keys: list[str], snapshot, monkeypatch):
    monkeypatch.setattr(constants, "COLOR_SYSTEM", "truecolor")
    app = debugger(lines=lines)
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        for key in keys:
            await pilot.press(key)
            await settled(pilot)
        assert f"{shown(app)}\nstyles {styles(app)}" == snapshot
