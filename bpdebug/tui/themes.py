"""The two themes, dark and light: blue and orange on quiet grounds, told apart by colour-blind eyes too."""

from __future__ import annotations

from collections.abc import Mapping

from textual.theme import Theme

DARK = Theme(
    name="bpdebug-dark",
    primary="#6cb6ff",
    secondary="#8b95a5",
    accent="#ffb454",
    foreground="#d7dae0",
    background="#15171c",
    surface="#15171c",
    panel="#1e2128",
    success="#59c2ff",
    warning="#e6c35c",
    error="#ff8f7e",
    dark=True,
    variables={"here": "#33291c", "faded": "#8f959f", "frame": "#3f4550"},
)
LIGHT = Theme(
    name="bpdebug-light",
    primary="#0b5cad",
    secondary="#5b6470",
    accent="#a04a00",
    foreground="#23272e",
    background="#fcfcfa",
    surface="#fcfcfa",
    panel="#eceef1",
    success="#0b5cad",
    warning="#7a5b00",
    error="#b3261e",
    dark=False,
    variables={"here": "#fdebd3", "faded": "#656c76", "frame": "#c3c8cf"},
)


def suited(environment: Mapping[str, str]) -> Theme:
    """The theme for a terminal that says (by COLORFGBG, as some do) whether its ground is light."""
    ground = environment.get("COLORFGBG", "").rpartition(";")[2]
    return LIGHT if ground in ("7", "15") else DARK
