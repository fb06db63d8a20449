"""A few screens as they are to be seen: their text, and a digest of their styles."""

from __future__ import annotations

import pytest
from textual import constants

from tests.tui.driving import debugger, settled, shown, styles


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
@pytest.mark.parametrize(
    ("name", "lines", "keys"),
    [
        ("three-layer", [], []),
        ("three-layer", ["goto dZ2"], ["n"]),
        ("three-layer", ["goto 200:dW1"], ["n", "T"]),
        ("three-layer", ["goto 3:dW2"], ["question_mark"]),
        ("gradient-checking", ["goto dZ2"], ["n", "6"]),
    ],
    ids=["start", "backward", "end-light", "help", "claims"],
)
async def test_screen(size: tuple[int, int], name: str, lines: list[str], keys: list[str], snapshot, monkeypatch):
    monkeypatch.setattr(constants, "COLOR_SYSTEM", "truecolor")
    app = debugger(name, lines=lines)
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        for key in keys:
            await pilot.press(key)
            await settled(pilot)
        assert f"{shown(app)}\nstyles {styles(app)}" == snapshot
