"""How many colours a terminal has, by what it says of itself; and telling Textual, which asks no further."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping

TRUECOLOR, MANY, SIXTEEN, NONE = "truecolor", "256", "16", "none"
SYSTEMS = {TRUECOLOR: "truecolor", MANY: "256", SIXTEEN: "standard", NONE: "standard"}
"""What Rich calls them. Without colours words are still bold, dim or reversed."""
SYSTEM = "TEXTUAL_COLOR_SYSTEM"
DEEP = ("xterm-kitty", "alacritty", "foot", "wezterm", "xterm-ghostty", "contour", "rio")
"""Terminals that have all colours and may not say so: how their TERM begins."""
BARE = ("vt", "dumb", "xterm-mono", "lpterm")
"""Those without any."""


def depth(environment: Mapping[str, str]) -> str:
    """How many colours there are: truecolor, 256, 16 or none."""
    term = environment.get("TERM", "").strip().lower()
    if environment.get("NO_COLOR") or term.startswith(BARE) or term.endswith(("-m", "-mono")):
        return NONE
    if environment.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return TRUECOLOR
    if term.startswith(DEEP) or term.endswith("-direct"):
        return TRUECOLOR
    return MANY if "256color" in term else SIXTEEN


def tell(colours: str, environment: MutableMapping[str, str]) -> None:
    """Let Textual, once it is loaded, use so many colours; `auto`: as many as there are.

    An empty NO_COLOR says nothing, and colours that were asked for count more than it.
    """
    found = depth(environment) if colours == "auto" else colours
    if found == NONE:
        environment["NO_COLOR"] = "1"
    else:
        environment.pop("NO_COLOR", None)
    if colours != "auto" or environment.get("TERM"):
        environment[SYSTEM] = SYSTEMS[found]
