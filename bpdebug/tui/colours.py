"""Colours: what a number's cell looks like, and the few styles the panes write with.

Meaning never rests on them: every number has its sign, every verdict its mark and its word.
"""

from __future__ import annotations

from functools import cache, cached_property

from msgspec import Struct
from rich.style import Style

from bpdebug.export.maps import MANAGUA, VIK
from bpdebug.export.shading import STRANGE, contrast, ink, place
from bpdebug.tui.themes import DEEP, WHITE, Theme, worn

READABLE = 4.5
"""The least contrast of text on its ground (WCAG 2, level AA)."""
QUIET = 0.35
"""How far quiet words fade into the ground."""
LOUD, FAINT = 1 / 2, 1 / 8
"""Without colours the large entries of a matrix are bold and the small ones dim."""


class Palette(Struct, frozen=True, dict=True):
    """How entries are shaded: by a diverging map with zero in its middle, or without colours at all."""

    colours: tuple[str, ...] = ()
    signs: tuple[str, str] = ("", "")
    """Without a map: the colours of negative and of positive entries."""
    weighs: bool = True
    """Without a map: whether large entries are bold."""

    def shade(self, fraction: float) -> Style:
        """The style of an entry, given as a fraction of the largest one: -1 … 1."""
        if not self._shades:
            size, colour = abs(fraction), self.signs[fraction > 0] if fraction else ""
            return Style(
                bold=self.weighs and size > LOUD, dim=size < FAINT and not any(self.signs), color=colour or None
            )
        return self._shades[place(fraction, len(self._shades))]

    @cached_property
    def _shades(self) -> tuple[Style, ...]:
        return tuple(Style(color=ink(colour), bgcolor=colour) for colour in self.colours)

    @cached_property
    def strange(self) -> Style:
        """NaN and infinity."""
        return Style(bold=True, color=ink(STRANGE), bgcolor=STRANGE) if self.colours else Style(bold=True, reverse=True)


DARK, LIGHT, PLAIN = Palette(MANAGUA), Palette(VIK), Palette()


PLAINEST, BOLD, FADED = Style(), Style(bold=True), Style(dim=True)
REVERSE, UNDERLINED = Style(bold=True, reverse=True), Style(underline=True)


class Look(Struct, frozen=True):
    """The palette, and the styles that the screen is drawn in. Those without a default make words stand out."""

    palette: Palette
    quiet: Style
    strong: Style
    here: Style
    """The operation just executed, inside its equation."""
    good: Style
    odd: Style
    """What deserves a look: a kink, a remark."""
    bad: Style
    ground: Style = PLAINEST
    """What everything stands on."""
    bar: Style = PLAINEST
    """The ground of the line that says where we are."""
    accent: Style = BOLD
    """Headings, keys, the frame of the pane that has the focus, the curve."""
    frame: Style = FADED
    line: Style = BOLD
    """The equation at hand in the listing."""
    spot: Style = BOLD
    """Where we are, on a curve or along the run."""
    ahead: Style = FADED
    """What is still to come."""
    chosen: Style = REVERSE
    """The tab that shows, the entry under the cursor."""
    lit: Style = UNDERLINED
    """An entry that another one was made of."""


BARE = Look(PLAIN, quiet=FADED, strong=BOLD, here=REVERSE, good=PLAINEST, odd=BOLD, bad=REVERSE)
"""The look of a terminal without colours: weight alone."""


def look(theme: Theme, system: str | None) -> Look:
    """What a theme becomes in a terminal's colour system: truecolor, 256, standard, windows, or none."""
    if system is None:
        return BARE
    return coloured(theme) if system in DEEP else sixteen(worn(theme, system))


@cache
def sixteen(theme: Theme) -> Look:
    """The look in colours that have a name.

    Nothing is dim, which not every terminal knows, and on a light ground no colour is bold, which many make brighter.
    """
    ground, text, weight = theme.background, theme.foreground, theme.dark
    turned = Style(bold=weight, color=ground, bgcolor=text)
    where = Style(bold=weight, color=theme.accent)
    return Look(
        palette=Palette(signs=(theme.accent, theme.primary), weighs=weight),
        quiet=Style(color=text),
        strong=BOLD,
        here=turned,
        good=Style(color=theme.success),
        odd=Style(bold=weight, underline=True, color=theme.warning),
        bad=Style(bold=True, color=WHITE, bgcolor=theme.error),
        ground=Style(color=text, bgcolor=ground),
        bar=Style(color=text, bgcolor=theme.panel),
        accent=Style(bold=weight, color=theme.primary),
        frame=Style(color=theme.frame),
        line=where,
        spot=where,
        ahead=Style(color=theme.faded),
        chosen=turned,
        lit=UNDERLINED,
    )


@cache
def coloured(theme: Theme) -> Look:
    """The look in a theme's own colours."""
    ground, primary, accent = theme.background, theme.primary, theme.accent
    return Look(
        palette=DARK if theme.dark else LIGHT,
        quiet=Style(color=readable(mixed(theme.foreground, ground, QUIET), theme.panel)),
        strong=BOLD,
        here=Style(bold=True, color=ink(accent), bgcolor=accent),
        good=Style(color=readable(theme.success, ground)),
        odd=Style(bold=True, color=readable(theme.warning, ground)),
        bad=Style(bold=True, color=ink(theme.error), bgcolor=theme.error),
        ground=Style(color=theme.foreground, bgcolor=ground),
        bar=Style(color=theme.foreground, bgcolor=theme.panel),
        accent=Style(bold=True, color=primary),
        frame=Style(color=theme.frame),
        line=Style(bold=True, color=accent, bgcolor=theme.here),
        spot=Style(bold=True, color=accent),
        ahead=Style(color=theme.faded),
        chosen=Style(bold=True, color=ground, bgcolor=primary),
        lit=Style(underline=True),
    )


def readable(colour: str, ground: str) -> str:
    """The colour, moved towards black or white until it reads on a ground."""
    target = ink(ground)
    share = 0.0
    while contrast(moved := mixed(colour, target, share), ground) < READABLE and share < 1:
        share = min(1.0, share + 0.05)
    return moved


def mixed(one: str, other: str, share: float) -> str:
    """One colour with a share of another in it."""
    parts = (round(int(one[at : at + 2], 16) * (1 - share) + int(other[at : at + 2], 16) * share) for at in (1, 3, 5))
    return "#" + "".join(f"{part:02x}" for part in parts)
