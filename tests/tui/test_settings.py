"""The settings on the screen: what the file says holds, and a broken file is told and stops nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bpdebug.debugger.session import Session
from bpdebug.tui.app import Debugger
from bpdebug.tui.configuration import DEFAULTS, Configuration, configured
from bpdebug.tui.formats import FEW, KINDS, MANY, Writing
from bpdebug.tui.keymap import KEYMAP
from bpdebug.tui.panes.matrices import MatricesPane
from bpdebug.tui.settings import SETTINGS, SPEEDS
from bpdebug.tui.themes import LIGHT
from tests.tui.driving import rows, said, scenario


def written(text: str, **options: object) -> Configuration:
    """What holds where the file says this."""
    path = Path(os.environ["BPDEBUG_CONFIG"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return configured(**options)


def test_without_a_file_all_is_as_it_comes():
    assert configured() == DEFAULTS
    assert not DEFAULTS.told


def test_what_is_right_holds_beside_what_is_wrong():
    found = written('theme = "light"\nspeed = "fast"\n[keys]\nstep = ["q"]\nzoom = ["Z"]\n')
    assert found.preferences.theme == "light"
    assert found.preferences.speed == 2.0
    assert found.keys is KEYMAP
    assert len(found.problems) == 2


def test_an_option_comes_before_the_file():
    assert written('notation = "unicode"\nmouse = true', notation="ascii", mouse=False).preferences.notation == "ascii"


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_takes_what_is_allowed_and_nothing_else(name: str):
    setting = SETTINGS[name]
    assert all(setting.taken(each) == each for each in setting.allowed)
    for value in ("", "x", -3, 1.25, [], {}, None, not setting.default if name not in ("mouse", "tour") else 1):
        assert setting.taken(value) is None, value
    assert setting.default in setting.allowed


def test_every_format_of_the_matrices_can_be_set():
    assert SETTINGS["format"].allowed == KINDS
    assert SETTINGS["digits"].allowed == (0, *range(FEW, MANY + 1))


async def test_the_screen_is_as_the_settings_say():
    app = Debugger(
        Session(scenario()), configuration=written('theme = "light"\nspeed = 8\nformat = "fixed"\ndigits = 6\n')
    )
    async with app.run_test(size=(80, 24)):
        assert app.colours is LIGHT
        assert app.stage.pane(MatricesPane).writing == Writing("fixed", 6)
        assert SPEEDS[app.player.speed] == 8.0
        assert said(app) == ""


async def test_a_broken_file_is_told_in_the_last_lines_and_the_screen_opens():
    app = Debugger(Session(scenario()), configuration=written('theme = "drak"\n[keys]\nstep = ["q"]\n'))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        told = " ".join(row.strip() for row in rows(app)[-3:])
        assert (
            'config.toml:1: theme: expected auto, dark or light, got "drak"; did you mean "dark"?; 1 mistake more'
            in told
        )
        assert "`bpdebug config show` tells all" in told
        await pilot.press("right")
        assert app.view.place.step == 1


def test_a_needed_key_that_was_taken_away_is_told():
    assert written("[keys]\nquit = []").told == ("quit is never left without a key, and keeps q",)
