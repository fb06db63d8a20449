"""What stands on the screen: the desk with all that is drawn, its colours, and what is said at its foot."""

from __future__ import annotations

import os
from collections.abc import Sequence

from textual.app import ComposeResult
from textual.filter import LineFilter, NoColor
from textual.screen import Screen
from textual.theme import Theme as TextualTheme

from bpdebug.tui.colours import look
from bpdebug.tui.configuration import Configuration
from bpdebug.tui.desk import Desk, Ground
from bpdebug.tui.stage import Stage
from bpdebug.tui.themes import DARK_SIXTEEN, LIGHT_SIXTEEN, THEMES, Theme, suited, worn
from bpdebug.tui.turns import Turns


class Surface(Turns):
    """A desk in the colours of a theme, drawn anew once for all that has changed."""

    def __init__(self, stage: Stage, configuration: Configuration) -> None:
        super().__init__()
        self.configuration, self.preferences = configuration, configuration.preferences
        self.keys = configuration.keys
        self.stage = stage
        self.desk = Desk(stage)
        self.animation_level = "none"
        for theme in (*THEMES.values(), DARK_SIXTEEN, LIGHT_SIXTEEN):
            self.register_theme(_textual(theme))
        self.usual = suited(os.environ, self.preferences.theme)
        """The theme where none was chosen by key."""
        self.dress(self.usual)

    def dress(self, theme: Theme) -> None:
        """Draw in the colours of a theme, as far as the terminal has any."""
        self.colours = theme
        system = None if self.no_color else self.console.color_system
        self.stage.look = look(theme, system)
        self.theme = _textual(worn(theme, system)).name

    def get_default_screen(self) -> Screen:
        return Ground(id="_default")

    def compose(self) -> ComposeResult:
        yield self.desk

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [NoColor()] if self.no_color else super().get_line_filters()

    def redraw(self) -> None:
        """Show what has changed, as soon as all is done that is under way."""
        if self.desk.is_attached and not self.desk.due:
            self.desk.due = True
            self.desk.call_later(self.desk.draw_due)

    def say(self, text: str, kind: str = "message") -> None:
        """Say something in place of the hints, until the next key."""
        self.stage.kind, self.stage.message = kind, text
        self.redraw()


def _textual(theme: Theme) -> TextualTheme:
    """The theme for the widgets that are Textual's own: the console's line."""
    return TextualTheme(
        name=f"bpdebug-{theme.name}",
        primary=theme.primary,
        secondary=theme.secondary,
        accent=theme.accent,
        foreground=theme.foreground,
        background=theme.background,
        surface=theme.background,
        panel=theme.panel,
        success=theme.success,
        warning=theme.warning,
        error=theme.error,
        dark=theme.dark,
    )
