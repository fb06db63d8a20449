"""The two themes, dark and light: blue and orange on quiet grounds, told apart by colour-blind eyes too."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct


class Theme(Struct, frozen=True):
    """The colours that the screen is drawn in, each as #rrggbb."""

    name: str
    dark: bool
    foreground: str
    background: str
    panel: str
    """The ground of the line that says where we are."""
    primary: str
    """Headings, keys, the pane that has the focus, the curve."""
    secondary: str
    """Words beside others."""
    accent: str
    """Where we are."""
    here: str
    """The ground of the line at hand."""
    faded: str
    """What is still to come."""
    frame: str
    success: str
    warning: str
    error: str


DARK = Theme(
    name="dark",
    dark=True,
    foreground="#d7dae0",
    background="#15171c",
    panel="#1e2128",
    primary="#6cb6ff",
    secondary="#8b95a5",
    accent="#ffb454",
    here="#33291c",
    faded="#8f959f",
    frame="#3f4550",
    success="#59c2ff",
    warning="#e6c35c",
    error="#ff8f7e",
)
LIGHT = Theme(
    name="light",
    dark=False,
    foreground="#23272e",
    background="#fcfcfa",
    panel="#eceef1",
    primary="#0b5cad",
    secondary="#5b6470",
    accent="#a04a00",
    here="#fdebd3",
    faded="#656c76",
    frame="#c3c8cf",
    success="#0b5cad",
    warning="#7a5b00",
    error="#b3261e",
)
THEMES = {each.name: each for each in (DARK, LIGHT)}
BLACK, RED, BROWN, BLUE, CYAN, WHITE = "#000000", "#aa0000", "#aa5500", "#0000aa", "#00aaaa", "#aaaaaa"
"""Of the sixteen colours that have a name in every terminal those that are used: Rich knows them by these values, and
asks for them by name. How they look is the terminal's affair, so each is set on a ground that is one of them too.
"""
DARK_SIXTEEN = Theme(
    name="dark-16",
    dark=True,
    foreground=WHITE,
    background=BLACK,
    panel=BLUE,
    primary=CYAN,
    secondary=WHITE,
    accent=BROWN,
    here=BLACK,
    faded=WHITE,
    frame=WHITE,
    success=CYAN,
    warning=BROWN,
    error=RED,
)
LIGHT_SIXTEEN = Theme(
    name="light-16",
    dark=False,
    foreground=BLACK,
    background=WHITE,
    panel=WHITE,
    primary=BLUE,
    secondary=BLACK,
    accent=RED,
    here=WHITE,
    faded=BLACK,
    frame=BLACK,
    success=BLUE,
    warning=RED,
    error=RED,
)
DEEP = ("truecolor", "256")
"""The colour systems with room for a theme."""


def worn(theme: Theme, system: str | None) -> Theme:
    """The theme in a terminal's colour system: truecolor, 256, standard, windows, or none."""
    if system in DEEP:
        return theme
    return DARK_SIXTEEN if theme.dark else LIGHT_SIXTEEN


def suited(environment: Mapping[str, str], asked: str = "auto") -> Theme:
    """The theme that was asked for, or the one for a terminal that says (by COLORFGBG, as some do) whether its ground
    is light.
    """
    if asked in THEMES:
        return THEMES[asked]
    ground = environment.get("COLORFGBG", "").rpartition(";")[2]
    return LIGHT if ground in ("7", "15") else DARK
