"""Keys, clicks, the wheel and other sizes in any order: the screen never fails, never sticks, and says where we are."""

from __future__ import annotations

import os
import random
import sys

import pytest

from bpdebug.scenario.bundled import bundled
from bpdebug.tui.keys import GROUPS
from tests.tui.driving import debugger, place, settled

EVENTS = int(os.environ.get("BPDEBUG_EVENTS", "0"))
"""How many there are together, in the long run."""
FEW = 40
"""Of each scenario otherwise."""
LEAVING = {"q", "ctrl+c", "ctrl+q"}
KEYS = sorted({key for group in GROUPS.values() for each in group for key in each.keys} - LEAVING)
TYPED = (
    "print W1",
    "goto 3:dW2",
    "12 step",
    "nonsense",
    "break dW1",
    "watch J",
    "set W1[0, 0] = nan",
    "diff",
    "tour",
    "",
)
SIZES = ((80, 24), (120, 40), (200, 60), (60, 16), (50, 10), (110, 34))


def drawn(chance: random.Random) -> str:
    """What happens next."""
    return chance.choices(("key", "click", "wheel", "size", "line"), (80, 8, 6, 2, 4))[0]


async def happen(pilot, chance: random.Random, said: list[str]) -> None:
    app = pilot.app
    what = drawn(chance)
    if what == "key":
        key = chance.choice(
            KEYS if chance.random() < 0.5 else ["right", "left", "n", "N", "up", "down", "escape", "enter"]
        )
        said.append(key)
        await pilot.press(key)
    elif what == "click":
        spot = chance.randrange(app.size.width), chance.randrange(app.size.height - 1)  # the last line has quit
        said.append(f"click {spot}")
        await pilot.click(offset=spot)
    elif what == "wheel":
        x, y, by = chance.randrange(app.size.width), chance.randrange(app.size.height), chance.choice((-1, 1))
        said.append(f"wheel {x} {y} {by}")
        app.listener.rolled(x, y, by, across=chance.random() < 0.2)
    elif what == "size":
        size = chance.choice(SIZES)
        said.append(f"size {size}")
        await pilot.resize_terminal(*size)
    else:
        line = chance.choice(TYPED)
        said.append(f":{line}")
        await pilot.press("escape", "escape", "colon", *line, "enter")


async def agreed(pilot) -> None:
    """The session and the screen say the same."""
    app = pilot.app
    assert app.is_running
    await settled(pilot)
    words = app.session.view.place.words
    assert app.view.place.words == words
    if not app.stage.arrangement.tiny and app.stage.page is None and len(app.screen_stack) == 1:
        line = place(app).strip()
        assert line.startswith(words) or words.startswith(line.removesuffix("…").strip()), (line, words)


async def released(pilot) -> None:
    """Esc leads out of everything, and a key then steps."""
    app = pilot.app
    await pilot.press(*["escape"] * 4)
    await settled(pilot)
    assert app.motion is None
    assert not app.command_line.opened
    assert app.stage.page is None
    assert not app.player.playing
    app.predict.on = False
    await pilot.press("home")
    await settled(pilot)
    await pilot.press("s")
    await settled(pilot)
    assert app.session.view.place.position == 1


async def run(name: str, seed: int, count: int) -> None:
    chance, said = random.Random(seed), list[str]()
    app = debugger(name)
    async with app.run_test(size=(120, 40)) as pilot:
        try:
            for number in range(count):
                await happen(pilot, chance, said)
                if number % 5 == 4:
                    await agreed(pilot)
            await pilot.resize_terminal(120, 40)
            await released(pilot)
        except BaseException:
            sys.stderr.write(f"{name} {seed}: {' '.join(said[-60:])}\n")
            raise


@pytest.mark.parametrize("name", ["three-layer", "iris", "gradient-checking"])
async def test_whatever_is_pressed_the_screen_goes_on(name: str):
    await run(name, 1, FEW)


@pytest.mark.slow
@pytest.mark.timeout(0)
@pytest.mark.skipif(not EVENTS, reason="BPDEBUG_EVENTS says how many")
async def test_whatever_is_pressed_for_long_the_screen_goes_on():
    names = [each.name for each in bundled()]
    for seed in range(EVENTS // 500):
        await run(names[seed % len(names)], seed, 500)
