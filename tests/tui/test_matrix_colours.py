"""Every cell can be read, in every map, by everyone."""

from __future__ import annotations

import math

import pytest
from msgspec.structs import fields
from rich.style import Style

from bpdebug.export.maps import MANAGUA, VIK
from bpdebug.export.shading import STRANGE, contrast, ink, luminance
from bpdebug.tui.colours import BARE, DARK, LIGHT, PLAIN, READABLE, Look, Palette, coloured, look, readable
from bpdebug.tui.matrix import Block, Marks, Window
from bpdebug.tui.themes import THEMES, Theme
from tests.tui.drawn import COLOURED, made, styled

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


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_words_can_be_read_in_every_theme(theme: Theme) -> None:
    drawn = coloured(theme)
    for style in (drawn.quiet, drawn.good, drawn.odd, drawn.accent, drawn.spot, drawn.ahead, drawn.ground):
        assert style.color is not None
        assert contrast(style.color.get_truecolor().hex, theme.background) >= READABLE
    for style in (drawn.here, drawn.bad, drawn.line, drawn.chosen, drawn.ground, drawn.bar):
        assert contrast(*hexes(style)) >= READABLE
    for style in (drawn.quiet, drawn.accent):
        assert style.color is not None
        assert contrast(style.color.get_truecolor().hex, theme.panel) >= READABLE, "in the line that says where we are"


def test_the_themes_are_dark_and_light() -> None:
    assert [(name, theme.dark) for name, theme in THEMES.items()] == [("dark", True), ("light", False)]
    for theme in THEMES.values():
        assert (luminance(theme.background) < luminance(theme.foreground)) == theme.dark


def test_no_colours_where_there_are_none() -> None:
    dark, light = THEMES["dark"], THEMES["light"]
    for system in ("truecolor", "256"):
        assert look(dark, system).palette is DARK
        assert look(light, system).palette is LIGHT
    assert look(dark, None) is look(light, None) is BARE
    styles = [getattr(BARE, field.name) for field in fields(BARE) if field.name != "palette"]
    assert not any(style.color or style.bgcolor for style in styles)


def test_a_colour_is_moved_no_further_than_it_must() -> None:
    assert readable("#ffffff", "#000000") == "#ffffff"
    assert contrast(readable("#808080", "#7f7f7f"), "#7f7f7f") >= READABLE
    assert isinstance(BARE, Look)


@pytest.mark.parametrize("colours", [BARE, COLOURED])
def test_what_is_no_number_stands_out_where_it_is_lit_and_what_changed_under_the_cursor_too(colours: Look) -> None:
    block = Block(made([[math.nan, -math.inf, 1.5]], changed=[[True, False, True]]), 3, 40, look=colours)
    marks = Marks((0, 2), frozenset({(0, None)}))
    line = block.line(2, Window(0, 1, 0, 3), 40, marks)
    odd, underlined = colours.palette.strange, Style(underline=True)
    assert styled(line, "NaN") == [str(odd + underlined)]
    assert styled(line, "−inf") == [str(odd)]
    assert styled(line, "+1.5") == [str(colours.chosen + underlined)]
