"""Every cell can be read, in every map, by everyone."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from rich.style import Style
from textual.app import App
from textual.theme import BUILTIN_THEMES

from bpdebug.export.maps import MANAGUA, VIK
from bpdebug.export.shading import STRANGE, contrast, ink, luminance
from bpdebug.tui.colours import (
    BARE,
    DARK,
    LIGHT,
    PLAIN,
    READABLE,
    Look,
    Palette,
    look,
    readable,
)

MAPS = {"managua": MANAGUA, "vik": VIK}


def hexes(style: Style) -> tuple[str, str]:
    assert style.color is not None
    assert style.bgcolor is not None
    return style.color.get_truecolor().hex, style.bgcolor.get_truecolor().hex


@pytest.mark.parametrize("name", MAPS)
def test_a_map_has_33_entries_and_zero_in_the_middle(name: str) -> None:
    colours = MAPS[name]
    assert len(colours) == len(set(colours)) == 33
    brightness = [luminance(colour) for colour in colours]
    extreme = min if name == "managua" else max
    assert abs(brightness.index(extreme(brightness)) - 16) <= 2
    red, blue = ([int(colour[at : at + 2], 16) for colour in colours] for at in (1, 5))
    assert all(r > b for r, b in zip(red[:14], blue[:14], strict=True)), "what is negative is warm"
    assert all(r < b for r, b in zip(red[19:], blue[19:], strict=True)), "what is positive is cold"


@pytest.mark.parametrize("colour", [*MANAGUA, *VIK, STRANGE])
def test_the_text_of_every_entry_stands_out(colour: str) -> None:
    assert contrast(ink(colour), colour) >= READABLE


@pytest.mark.parametrize("palette", [DARK, LIGHT])
def test_every_shade_that_is_drawn_stands_out(palette: Palette) -> None:
    for step in range(-100, 101):
        assert contrast(*hexes(palette.shade(step / 100))) >= READABLE
    assert contrast(*hexes(palette.strange)) >= READABLE


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("palette", [DARK, LIGHT])
def test_only_zero_has_the_middle_colour_and_the_scale_is_symmetric(palette: Palette) -> None:
    middle = palette.shade(0.0)
    assert hexes(middle)[1] == palette.colours[16]
    assert palette.shade(1e-300) != middle != palette.shade(-1e-300)
    assert (hexes(palette.shade(-1.0))[1], hexes(palette.shade(1.0))[1]) == (palette.colours[0], palette.colours[-1])


def test_without_colours_weight_tells_large_from_small() -> None:
    assert PLAIN.shade(0.9).bold
    assert PLAIN.shade(-0.05).dim
    assert PLAIN.shade(0.3) == Style(bold=False, dim=False)
    assert PLAIN.strange.reverse


@pytest.mark.parametrize("name", [name for name in BUILTIN_THEMES if not name.startswith("ansi")])
def test_words_can_be_read_in_every_theme(name: str) -> None:
    drawn = look(pane(name))
    ground = BUILTIN_THEMES[name].to_color_system().generate()["background"]
    for style in (drawn.quiet, drawn.good, drawn.odd):
        assert style.color is not None
        assert contrast(style.color.get_truecolor().hex, ground) >= READABLE
    for style in (drawn.here, drawn.bad):
        assert contrast(*hexes(style)) >= READABLE


def test_no_colours_where_there_are_none() -> None:
    assert look(pane("textual-dark")).palette is DARK
    assert look(pane("textual-light")).palette is LIGHT
    assert look(pane("textual-dark", no_color=True)) is BARE
    assert look(pane("textual-dark", color_system="standard")) is BARE
    assert look(pane("textual-dark", color_system=None)) is BARE
    assert look(pane("ansi-dark")) is BARE


def pane(theme: str, *, color_system: str | None = "truecolor", no_color: bool = False) -> App[None]:
    """What `look` asks of a pane."""
    from textual.color import Color

    chosen = BUILTIN_THEMES[theme]
    variables = chosen.to_color_system().generate()
    app = SimpleNamespace(
        current_theme=chosen,
        theme_variables=variables,
        console=SimpleNamespace(color_system=color_system),
        no_color=no_color,
    )
    ground = Color.parse(variables["background"])
    return SimpleNamespace(app=app, background_colors=(ground, ground))  # type: ignore[return-value]


def test_a_colour_is_moved_no_further_than_it_must() -> None:
    assert readable("#ffffff", "#000000") == "#ffffff"
    assert contrast(readable("#808080", "#7f7f7f"), "#7f7f7f") >= READABLE
    assert isinstance(BARE, Look)
