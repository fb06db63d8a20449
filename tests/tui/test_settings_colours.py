"""How many colours a terminal has, and that what is written can be read in as many as there are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import fields
from rich.color import Color, ColorSystem
from rich.color_triplet import ColorTriplet
from rich.style import Style
from textual.geometry import Region

from bpdebug.export.shading import contrast
from bpdebug.tui.colours import Look, look
from bpdebug.tui.terminal import SYSTEM, depth, tell
from bpdebug.tui.themes import DARK, LIGHT, Theme, suited
from tests.tui.driving import debugger

XTERM = ("000000", "cd0000", "00cd00", "cdcd00", "0000ee", "cd00cd", "00cdcd", "e5e5e5")
VGA = ("000000", "aa0000", "00aa00", "aa5500", "0000aa", "aa00aa", "00aaaa", "aaaaaa")
XTERM_BRIGHT = ("7f7f7f", "ff0000", "00ff00", "ffff00", "5c5cff", "ff00ff", "00ffff", "ffffff")
VGA_BRIGHT = ("555555", "ff5555", "55ff55", "ffff55", "5555ff", "ff55ff", "55ffff", "ffffff")
LEGIBLE = 3.0
"""The least contrast of large or bold words (WCAG 2); the terminal chooses the colours, so no more can be promised."""


def test_a_setting_comes_before_what_the_terminal_says_of_its_ground():
    assert suited({"COLORFGBG": "0;15"}) is LIGHT
    assert suited({"COLORFGBG": "0;15"}, "dark") is DARK
    assert suited({}, "light") is LIGHT
    assert suited({"COLORFGBG": "15;default;0"}) is suited({}) is DARK


@pytest.mark.parametrize(
    ("environment", "found"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, "truecolor"),
        ({"TERM": "xterm-256color", "COLORTERM": "24bit", "NO_COLOR": "1"}, "none"),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, "256"),
        ({"TERM": "screen-256color"}, "256"),
        ({"TERM": "tmux-256color"}, "256"),
        ({"TERM": "xterm-kitty"}, "truecolor"),
        ({"TERM": "tmux-direct"}, "truecolor"),
        ({"TERM": "xterm"}, "16"),
        ({"TERM": "screen"}, "16"),
        ({"TERM": "linux"}, "16"),
        ({"TERM": "vt220"}, "none"),
        ({"TERM": "xterm-mono"}, "none"),
        ({}, "16"),
    ],
)
def test_how_many_colours_there_are(environment: dict[str, str], found: str):
    assert depth(environment) == found


@pytest.mark.parametrize(
    ("colours", "environment", "told"),
    [
        ("auto", {"TERM": "screen", "NO_COLOR": ""}, {"TERM": "screen", SYSTEM: "standard"}),
        ("auto", {"TERM": "vt100"}, {"TERM": "vt100", SYSTEM: "standard", "NO_COLOR": "1"}),
        ("auto", {}, {}),
        ("256", {"TERM": "xterm", "NO_COLOR": "1"}, {"TERM": "xterm", SYSTEM: "256"}),
        ("none", {"TERM": "xterm"}, {"TERM": "xterm", SYSTEM: "standard", "NO_COLOR": "1"}),
    ],
)
def test_textual_is_told_and_what_was_asked_for_counts_most(colours: str, environment: dict[str, str], told):
    tell(colours, environment)
    assert environment == told


def styles(worn: Look) -> Iterator[tuple[str, Style, Style]]:
    """Everything that is written with, and on which ground."""
    own = [(field.name, getattr(worn, field.name)) for field in fields(Look) if field.name not in ("palette", "bar")]
    shades = [(f"shade {each}", worn.palette.shade(each)) for each in (-1.0, -0.3, -0.1, 0.0, 0.1, 0.3, 1.0)]
    for name, style in (*own, *shades, ("strange", worn.palette.strange)):
        yield name, style, worn.ground + style
    for name in ("bar", "quiet", "strong", "accent"):
        yield f"{name} of bar", getattr(worn, name), worn.bar + getattr(worn, name)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_in_256_colours_words_can_be_read(theme: Theme):
    for name, _, style in styles(look(theme, "256")):
        if name != "frame":
            colour, ground = (each.downgrade(ColorSystem.EIGHT_BIT) for each in (style.color, style.bgcolor))
            assert contrast(colour.get_truecolor().hex, ground.get_truecolor().hex) >= LEGIBLE, name


@pytest.mark.parametrize("colours", [(XTERM, XTERM_BRIGHT), (VGA, VGA_BRIGHT), (VGA, VGA)])
@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_in_sixteen_colours_words_can_be_read_whichever_they_are(theme: Theme, colours):
    for name, _, style in styles(look(theme, "standard")):
        ink, ground = _named(style.color), _named(style.bgcolor)
        shown = colours[bool(style.bold)][ink], colours[0][ground]
        if style.reverse:
            shown = shown[::-1]
        assert contrast(*(f"#{each}" for each in shown)) >= LEGIBLE, (name, shown)
        assert not style.dim, name


def _named(colour: Color | None) -> int:
    """The number of a colour among the sixteen, which it is exactly."""
    assert colour is not None
    number = colour.downgrade(ColorSystem.STANDARD).number
    assert number is not None
    assert number < 8, "bright ones are not known everywhere"
    assert colour.triplet == ColorTriplet(*bytes.fromhex(VGA[number]))
    return number


def test_in_sixteen_colours_the_sign_has_a_colour_and_meaning_a_weight_beside_it():
    for theme in (DARK, LIGHT):
        worn = look(theme, "standard")
        assert worn.palette.shade(-0.3).color != worn.palette.shade(0.3).color
        assert worn.palette.shade(0.0).color is None
        assert worn.odd.underline
        assert worn.bad.bgcolor
        assert worn.here.bgcolor == worn.ground.color


async def test_without_colours_the_console_has_none_either(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("colon", *"step")
        await pilot.pause()
        written = app.command_line.input.render_lines(Region(0, 0, 20, 1))[0]
        found = written.apply_filter(app.get_line_filters()[0], app.background_colors[0])
        styles = [segment.style for segment in found if segment.style is not None]
        assert {colour.name for style in styles for colour in (style.color, style.bgcolor)} == {"default"}
        assert any(style.reverse for style in styles), "the cursor"
