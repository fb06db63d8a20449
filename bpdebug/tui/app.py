"""The screen: it gives keys and clicks to the session as commands, and the session's views to the panes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.filter import LineFilter, NoColor
from textual.screen import Screen
from textual.theme import Theme as TextualTheme

from bpdebug.debugger.keeping import Kept
from bpdebug.debugger.session import Session
from bpdebug.debugger.store import first_time
from bpdebug.debugger.view import Reply, View
from bpdebug.ops import write
from bpdebug.tui.checks import Checks
from bpdebug.tui.claims import Claims
from bpdebug.tui.colours import look
from bpdebug.tui.configuration import DEFAULTS, Configuration
from bpdebug.tui.console import Console
from bpdebug.tui.counting import Counting
from bpdebug.tui.desk import Desk, Ground
from bpdebug.tui.dialogue import Dialogue
from bpdebug.tui.driver import TerminalDriver
from bpdebug.tui.finder import Finder
from bpdebug.tui.formats import Writing
from bpdebug.tui.keymap import KEYMAP
from bpdebug.tui.keys import Key
from bpdebug.tui.motion import Motion
from bpdebug.tui.page import Page, Reading
from bpdebug.tui.panes.base import Pane
from bpdebug.tui.panes.check import CheckPane
from bpdebug.tui.panes.claims import ClaimsPane
from bpdebug.tui.panes.cost import CostPane
from bpdebug.tui.panes.entry import EntryPane
from bpdebug.tui.panes.history import HistoryPane
from bpdebug.tui.panes.matrices import MatricesPane
from bpdebug.tui.panes.operation import OperationPane
from bpdebug.tui.panes.program import ProgramPane
from bpdebug.tui.player import Player
from bpdebug.tui.predict import Predict
from bpdebug.tui.prose import sentence
from bpdebug.tui.search import Search
from bpdebug.tui.stage import Stage
from bpdebug.tui.themes import DARK, DARK_SIXTEEN, LIGHT, LIGHT_SIXTEEN, THEMES, Theme, suited, worn
from bpdebug.tui.tour import Tour
from bpdebug.tui.turns import Turns

INTERRUPTED = 130
PROMPT = 0.012
"""Seconds for which a frame waits for the check that belongs to it."""
READING = {
    "up": ("turn", -1),
    "down": ("turn", 1),
    "pageup": ("page", -1),
    "pagedown": ("page", 1),
    "space": ("page", 1),
    "home": ("edge", -1),
    "end": ("edge", 1),
}
"""What keys do while a page is read; others close it."""
BESIDE = {"up": (-1, 0), "down": (1, 0), "left": (0, -1), "right": (0, 1)}
BESIDE |= {letter: BESIDE[name] for letter, name in zip("kjhl", BESIDE, strict=True)}
"""Where the entry beside stands, in rows and columns."""


class Debugger(Turns):
    """One session on one screen."""

    TITLE = "bpdebug"
    CSS = "Screen { layers: base above; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(each.keys), each.action, show=False, priority=True) for each in KEYMAP.bound() if each.urgent
    ]
    ENABLE_COMMAND_PALETTE = False
    """There is one that is drawn like all else here."""
    AUTO_FOCUS = "Desk"
    ALLOW_SELECT = False

    def __init__(
        self,
        session: Session,
        *,
        ascii: bool = False,
        kept: Kept | None = None,
        configuration: Configuration = DEFAULTS,
    ) -> None:
        super().__init__()
        self.configuration, self.preferences = configuration, configuration.preferences
        self.keys = configuration.keys
        self.session = session
        self.kept = kept
        """What saves the session, if it is saved."""
        self.view: View = session.view
        self.stage = Stage(self.perform, ascii=ascii or session.notation == "ascii", keys=self.keys)
        self.stage.pane(MatricesPane).write(Writing(self.preferences.format, self.preferences.digits))
        self.desk = Desk(self.stage)
        self.dialogue = Dialogue(self)
        self.command_line = Console(self)
        self.player = Player(self)
        self.predict = Predict(self)
        self.tour = Tour(self)
        self.finder = Finder(self)
        self.search = Search(self)
        self.checks = Checks(session, self.check_pane, self.stage.pane(ProgramPane), self.post_message)
        showing = self.claims_pane, self.stage.pane(OperationPane), self.stage.pane(MatricesPane)
        self.claims = Claims(session, showing, self.stage.pane(ProgramPane), self.post_message)
        self.counting = Counting(self.stage.pane(MatricesPane), self.post_message)
        self.ready = False
        """Whether the screen stands as it was left, and keys can be heard."""
        self.animation_level = "none"
        for theme in (*THEMES.values(), DARK_SIXTEEN, LIGHT_SIXTEEN):
            self.register_theme(_textual(theme))
        self.dress(suited(os.environ, self.preferences.theme))

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

    def on_mount(self) -> None:
        self.show(self.view)
        self._heed_signals()
        self.app_resume_signal.subscribe(self, lambda app: app.refresh(layout=True))
        self.say("\n".join(self.configuration.told))
        if self.kept:
            self._take_up(self.kept)
        self.call_after_refresh(self._hear)

    def _heed_signals(self) -> None:
        """Leave in order where the process is told to end, or its terminal is gone."""
        if isinstance(self._driver, TerminalDriver):
            self._driver.leave = self._leave
            for name in ("SIGINT", "SIGTERM", "SIGHUP"):
                if (number := getattr(signal, name, None)) is not None:
                    # where the system, or a thread that is not the main one, hears no signals, keys still leave
                    with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
                        asyncio.get_running_loop().add_signal_handler(number, self._leave, 128 + number)

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [NoColor()] if self.no_color else super().get_line_filters()

    def get_driver_class(self) -> type[Driver]:
        found = super().get_driver_class()
        return TerminalDriver if found is TerminalDriver.__base__ else found

    async def _hear(self) -> None:
        """Give out the keys, those too that came earlier."""
        self.ready = True
        await self.go_on()

    def _take_up(self, kept: Kept) -> None:
        """Arrange the screen as it was left, and say what there is to be told of the session."""
        self.stage.arrangement.take_up(kept.screen())
        kept.screen = lambda: self.stage.arrangement.words
        told = "\n".join([*self.configuration.told, *kept.notes])
        self.say(told or (self.tour.offer if self.preferences.tour and first_time() else ""))

    # from a key or a click to the session, and its answer to the panes

    def perform(self, line: str, *, typed: bool = False) -> None:
        """Execute one line of the session's language; `typed` says that it came from the console."""
        self.dialogue.perform(line, typed=typed)

    @property
    def motion(self) -> Motion | None:
        """What runs just now, if it takes long."""
        return self.dialogue.motion

    def on_dialogue_ended(self, message: Dialogue.Ended) -> None:
        self.dialogue.ended(message)

    def show(self, view: View) -> None:
        """Give a view to everything that draws it."""
        self.view = view
        self.stage.show(view, self.session.history.done)
        self.claims.show(view)
        self.checks.show(view)
        self._begin(view)

    def heard(self, reply: Reply) -> None:
        """What an answer says beside its text: what was checked, which equations are claimed now."""
        if reply.copied:
            self.copy_to_clipboard(reply.copied)
        if reply.check:
            self.checks.asked(self.view, reply.check)
            self.stage.arrangement.show(self.check_pane)
        self.stage.pane(HistoryPane).told(tuple(self.session.history.done))
        self.claims.show(self.view)
        self._begin(self.view)

    def _begin(self, view: View) -> None:
        """Begin what is done beside the screen; what is soon done is in the same frame."""
        if self.motion is None:
            self.checks.begin(view, PROMPT)
            self.claims.begin()
            self.counting.begin()
        self.redraw()

    def redraw(self) -> None:
        """Show what has changed, as soon as all is done that is under way."""
        if self.desk.is_attached and not self.desk.due:
            self.desk.due = True
            self.desk.call_later(self.desk.draw_due)

    def say(self, text: str, kind: str = "message") -> None:
        """Say something in place of the hints, until the next key."""
        self.stage.kind, self.stage.message = kind, text
        self.redraw()

    def on_checks_checked(self, message: Checks.Checked) -> None:
        self.checks.take(message)
        self.redraw()

    def on_claims_judged(self, message: Claims.Judged) -> None:
        self.claims.take(message)
        self.redraw()

    def on_counting_counted(self) -> None:
        self.counting.take()
        self.redraw()

    @property
    def check_pane(self) -> CheckPane:
        return self.stage.pane(CheckPane)

    @property
    def claims_pane(self) -> ClaimsPane:
        return self.stage.pane(ClaimsPane)

    @property
    def answering(self) -> bool:
        return not self.ready or not self.screen_stack

    # the mouse

    async def clicked(self, x: int, y: int) -> None:
        """A click: on a key, on the name of a pane, or on something in a pane."""
        if self._reading is not None:
            if (card := self._card) is None:
                self.close_page()
            else:
                card.pressed(self._reading.at(y))
            return
        pane, asked = self.stage.at(x, y)
        if isinstance(asked, Key):
            await self.run_action(asked.action)
        elif isinstance(asked, Pane):
            self._focus(asked)
        elif isinstance(asked, str):
            self.perform(f"goto {asked}")
        elif pane is not None:
            self._focus(pane)
            pane.press(*self.stage.within(pane, x, y))
            self.redraw()

    def rolled(self, x: int, y: int, by: int, *, across: bool) -> None:
        """The wheel: it turns the page, or the pane beneath the mouse."""
        over = self.stage.page or self.stage.at(x, y)[0]
        if over is not None:
            over.scroll(across=4 * by) if across else over.scroll(by)
            self.redraw()

    # what is read over the panes

    @property
    def _reading(self) -> Page | None:
        page = self.stage.page
        return page if page is not None and page.reading.modal else None

    def read(self, title: str, content: Iterable[tuple[str, str]]) -> None:
        """Lay lines over the panes, until a key closes them."""
        notation = "ascii" if self.stage.ascii else "unicode"
        lines = tuple((sentence(text, notation), kind) for text, kind in content)
        self.stage.page = Page(Reading(title, "Esc closes", lines))
        self.redraw()

    @property
    def _card(self) -> Tour | Predict | None:
        """What has laid a card over the panes that is answered with keys, if anything has."""
        return self.tour if self.tour.on else self.predict if self.predict.asking else None

    def _put_away(self) -> None:
        """Close what is read, as Esc does."""
        if (card := self._card) is None:
            self.close_page()
        else:
            card.taken("escape")

    def close_page(self) -> None:
        self.stage.page = None
        self.redraw()

    async def on_paste(self, event: events.Paste) -> None:
        """What is pasted over the panes goes to the console's line, as equations of the user's own if it is such."""
        if self.focused is self.desk and self._reading is None and event.text.strip():
            await self.action_console("claim " if "=" in event.text else "")
            assert self.command_line.input is not None
            self.command_line.input.write("")
            self.command_line.input.on_paste(event)
            if self.command_line.opened and len(event.text.splitlines()) == 1:
                self.command_line.input.write(event.text.strip())

    async def taken(self, event: events.Key) -> bool:
        """While something is read, or an entry is chosen, keys go there first."""
        if event.key == "ctrl+c":
            return False
        if event.key in self.keys.named["suspend"].keys:
            self.action_suspend()
            return True
        page = self._reading
        if self.finder.on:
            await self.finder.taken(event)
            return True
        if (card := self._card) is not None and card.taken(event.key):
            return True
        if page is None:
            return self.focused is self.desk and await self._pressed(event)
        if card is None and self.keys.closing(event.key):
            self.close_page()
        elif event.key in READING:
            name, by = READING[event.key]
            getattr(page, name)(by)
            self.redraw()
        return True

    async def _pressed(self, event: events.Key) -> bool:
        """A key of the table, done and shown at once; whether it is one."""
        if self.stage.inspecting and self._inspected(event.key):
            return True
        found = next((key for name in event.aliases if (key := self.keys.heard.get(name))), None)
        if found is None:
            return False
        await self.run_action(found.action)
        self.desk.draw_due()
        return True

    async def on_key(self, event: events.Key) -> None:
        """A key that the console's line has no use for."""
        if self.focused is not self.desk and event.key not in self.active_bindings:
            await self._pressed(event)

    def _inspected(self, key: str) -> bool:
        """A key while an entry is chosen."""
        pane, found = self.stage.pane(MatricesPane), self.keys.inspecting(key)
        if found is None:
            return False
        if found.action == "walk":
            pane.turn(*BESIDE[key])
        elif found.action == "release" and pane.afar and key != "escape":
            pane.enter()
        elif found.action == "release":
            self.action_release()
        else:
            getattr(pane, found.action)()
        self.redraw()
        return True

    def action_help(self) -> None:
        from bpdebug.tui.help import help_page

        self.read("Help", help_page(self.keys, ascii=self.stage.ascii))

    def action_explain_pane(self) -> None:
        from bpdebug.tui.help import pane_page

        pane = self.stage.arrangement.current
        self.read(pane.heading, pane_page(pane, self.keys, ascii=self.stage.ascii))

    # what the keys do

    def action_execute(self, line: str) -> None:
        self.player.stop()
        if not self.predict.begin(line):
            self.perform(line)

    async def action_console(self, text: str) -> None:
        self.say("")
        self.stage.covered = True
        await self.command_line.open(text)

    def close_console(self) -> None:
        self.command_line.close()
        self.stage.covered = False
        self.screen_stack[0].set_focus(self.desk, scroll_visible=False)
        self.redraw()

    def action_break(self) -> None:
        """Stop at the equation at hand, or where one stands there already, no more."""
        program = self.stage.pane(ProgramPane)
        here = next((row.index for row in self.view.rows if row.state == "current"), None)
        at = here if program.chosen is None else program.chosen
        self.perform(f"{'clear' if at in self.view.stops else 'break'} {program.at_hand}".strip())

    async def action_until(self) -> None:
        """Run to the equation chosen in the program, or to a place that is typed."""
        chosen = self.stage.pane(ProgramPane).at_hand
        if chosen:
            self.perform(f"until {chosen}")
        else:
            await self.action_console("until ")

    def action_copy(self) -> None:
        """Copy the matrix under the cursor, or the result of the operation."""
        spot, operation = self.stage.pane(MatricesPane).spot, self.view.operation
        shown = (*operation.operands, operation.result)
        label = next((each.label for each in shown if spot and each.name == spot.sheet.name), operation.result.label)
        self.perform(f"copy {write(label, 'ascii')}")

    def action_predict(self) -> None:
        """Ask what comes before it shows, or no more."""
        self.predict.toggle()

    def action_play(self) -> None:
        """Step by itself, or stop doing so."""
        self.player.toggle()

    def action_zoom_in(self, by: int) -> None:
        """While it plays, faster or slower; in the cost, closer or farther."""
        if self.player.playing:
            self.player.turn(by)
        else:
            pane = self.stage.pane(CostPane)
            self.stage.arrangement.show(pane)
            pane.zoom(by)
            self.redraw()

    async def action_claim(self) -> None:
        """Put the line at hand into the console, to be changed or written."""
        await self.action_console(f"claim {self.claims_pane.draft}")

    def action_mend(self, command: str) -> None:
        """Take the mended line over, or back: of the claim that is unfolded."""
        row = self.claims_pane.selected
        known = row is not None and (command == "mend" or row.name in self.claims.state.replaced)
        self.perform(f"{command} {row.name}" if row is not None and known else command)

    def action_stop(self) -> None:
        """Esc: stop what runs; else close the console, or what is said or zoomed."""
        if self.player.stop() or self.dialogue.stop():
            return
        if self.command_line.opened:
            self.close_console()
        elif self.stage.message:
            self.say("")
        elif self.stage.pane(MatricesPane).release():
            self.redraw()
        elif self.view.elsewhere is not None:
            self.perform("beside off")
        else:
            self.stage.arrangement.zoomed = False
            self.redraw()

    def action_interrupt(self) -> None:
        """Ctrl+C: stop what runs; clear the console's line; leave when there is neither, or when asked again."""
        if self.motion is not None and not self.motion.stopping:
            self.action_stop()
        elif self.motion is None and self._reading is not None:
            self._put_away()
        elif self.motion is None and self.command_line.opened:
            if not self.command_line.clear():
                self.close_console()
        else:
            self._leave(INTERRUPTED)

    def action_suspend(self) -> None:
        """Stop in the background, where there is a shell that can bring it back."""
        if isinstance(self._driver, TerminalDriver) and self._driver.can_suspend:
            self.action_suspend_process()
        else:
            self.say("stopped in the background bpdebug would be lost: no shell waits here to bring it back", "refusal")

    async def action_quit(self) -> None:
        self._leave(0)

    def _leave(self, code: int) -> None:
        if self._card is not None:
            self._put_away()
        self.dialogue.end()
        self.exit(code)

    def _focus(self, pane: Pane) -> None:
        self.stage.arrangement.focus(pane)
        self.redraw()

    def action_pane(self, number: int) -> None:
        self._focus(self.stage.panes[number - 1])

    def action_focus_next(self) -> None:
        self.stage.arrangement.turn(1)
        self.redraw()

    def action_focus_previous(self) -> None:
        self.stage.arrangement.turn(-1)
        self.redraw()

    def action_zoom(self) -> None:
        self.stage.arrangement.zoomed = not self.stage.arrangement.zoomed
        self.redraw()

    def action_hide(self) -> None:
        self.stage.arrangement.hide()
        self.redraw()

    def action_turn(self, down: int, across: int) -> None:
        self.stage.arrangement.current.turn(down, across)
        self.redraw()

    def action_page(self, by: int) -> None:
        self.stage.arrangement.current.page(by)
        self.redraw()

    def action_inspect(self) -> None:
        """Let the arrow keys choose an entry, and show how it was made."""
        pane = self.stage.pane(MatricesPane)
        self._focus(pane)
        self.stage.arrangement.show(self.stage.pane(EntryPane))
        self.stage.arrangement.current = pane if self.stage.arrangement.wide else self.stage.arrangement.current
        self.say("")
        self.stage.inspecting = True
        pane.turn()

    def action_overview(self) -> None:
        """See the matrices from afar, or their numbers again."""
        pane = self.stage.pane(MatricesPane)
        self.stage.arrangement.show(pane)
        pane.see(afar=not pane.afar)
        self.redraw()

    def action_format(self) -> None:
        """Write the numbers of the matrices in the format that follows."""
        pane = self.stage.pane(MatricesPane)
        pane.write(pane.writing.next)
        self.redraw()

    def action_digits(self, by: int) -> None:
        """Write the numbers of the matrices with more digits, or with fewer."""
        pane = self.stage.pane(MatricesPane)
        pane.write(pane.writing.finer(by))
        self.redraw()

    def action_release(self) -> None:
        """Let the arrow keys step again."""
        self.stage.inspecting = False
        self.stage.pane(MatricesPane).release()
        self.redraw()

    def action_enter(self) -> None:
        if self.stage.message == self.tour.offer:
            self.tour.begin()
            return
        self.stage.arrangement.current.enter()
        self.redraw()

    def action_theme(self) -> None:
        self.dress(LIGHT if self.colours.dark else DARK)
        self.redraw()

    def action_find(self) -> None:
        """Find a key or a command by its words."""
        self.finder.open()

    # the end

    def _fatal_error(self) -> None:
        """A mistake of our own: leave the screen, and let the error go on to whoever called."""
        self._close_messages_no_wait()

    def raise_crash(self) -> None:
        """Raise what ended the screen, if it was a mistake."""
        if self._exception is not None:
            raise self._exception


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
