"""The two themes, dark and light: blue and orange on quiet grounds, told apart by colour-blind eyes too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Theme:
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


def suited(environment: Mapping[str, str], asked: str = "auto") -> Theme:
    """The theme that was asked for, or the one for a terminal that says (by COLORFGBG, as some do) whether its ground
    is light.
    """
    if asked in THEMES:
        return THEMES[asked]
    ground = environment.get("COLORFGBG", "").rpartition(";")[2]
    return LIGHT if ground in ("7", "15") else DARK
