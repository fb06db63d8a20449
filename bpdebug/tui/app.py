"""The screen: it gives keys and clicks to the session as commands, and the session's views to the panes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Iterable
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult, SystemCommand
from textual.binding import BindingType
from textual.containers import Container
from textual.screen import Screen
from textual.widgets import Static

from bpdebug.debugger.completion import completions
from bpdebug.debugger.keeping import Kept
from bpdebug.debugger.session import Session
from bpdebug.debugger.view import Reply, View
from bpdebug.tui.arrangement import ALWAYS, Arrangement
from bpdebug.tui.bars import HintBar, PositionBar, TabBar
from bpdebug.tui.checks import Checks
from bpdebug.tui.claims import Claims
from bpdebug.tui.console import Console
from bpdebug.tui.dialogue import Dialogue
from bpdebug.tui.help import Reading, help_page, pane_page
from bpdebug.tui.keys import bindings, palette
from bpdebug.tui.motion import Motion
from bpdebug.tui.panes.base import Pane
from bpdebug.tui.panes.check import CheckPane
from bpdebug.tui.panes.claims import ClaimsPane
from bpdebug.tui.panes.cost import CostPane
from bpdebug.tui.panes.matrices import MatricesPane
from bpdebug.tui.panes.operation import OperationPane
from bpdebug.tui.panes.program import ProgramPane
from bpdebug.tui.themes import DARK, LIGHT, suited
from bpdebug.tui.turns import Turns

INTERRUPTED = 130


class Debugger(Turns):
    """One session on one screen."""

    TITLE = "bpdebug"
    CSS_PATH = "app.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings()]
    AUTO_FOCUS = "#matrices"
    ALLOW_SELECT = False
    PANES: ClassVar = (ProgramPane, OperationPane, MatricesPane, CheckPane, CostPane, ClaimsPane)
    """In the order of their numbers."""

    def __init__(self, session: Session, *, ascii: bool = False, kept: Kept | None = None) -> None:
        super().__init__()
        self.session = session
        self.kept = kept
        """What saves the session, if it is saved."""
        self.view: View = session.view
        self.ascii = ascii or session.notation == "ascii"
        self.set_class(self.ascii, "ascii")
        self.dialogue = Dialogue(self)
        self.composed = False
        """Whether the panes exist: the terminal may tell its size earlier."""
        self.ready = False
        """Whether the screen stands as it was left, and keys can be heard."""
        self.animation_level = "none"
        for theme in (DARK, LIGHT):
            self.register_theme(theme)
        self.theme = suited(os.environ).name

    # what stands where

    def compose(self) -> ComposeResult:
        panes = [pane(id=pane.__name__.removesuffix("Pane").lower(), classes="pane") for pane in self.PANES]
        for number, pane in enumerate(panes, start=1):
            pane.border_title = Text(f"{number} {pane.heading}")
        titles = tuple((number, pane.heading) for number, pane in enumerate(panes, start=1) if number != ALWAYS + 1)
        yield TabBar(titles)
        program, *others, claims = panes
        yield Container(Container(program, claims, id="listings"), *others, id="panes")
        yield Static(id="too-small", markup=False)
        yield PositionBar()
        yield HintBar(ascii=self.ascii)
        console = Console(lambda line: completions(self.session, line))
        yield console
        yield console.page

    def on_mount(self) -> None:
        base = self.screen_stack[0]
        self.composed = True
        self.arrangement = Arrangement(base, tuple(base.query_one(pane) for pane in self.PANES))
        self.checks = Checks(self.session, self.check_pane, base.query_one(ProgramPane), self.post_message)
        showing = self.claims_pane, base.query_one(OperationPane), base.query_one(MatricesPane)
        self.claims = Claims(self.session, showing, self.post_message)
        self.arrangement.fit(self.size.width, self.size.height)
        self.show(self.view)
        if self.kept:
            self._take_up(self.kept)
        self.call_after_refresh(self._hear)

    async def _hear(self) -> None:
        """Give out the keys, those too that came earlier."""
        self.ready = True
        await self.go_on()

    def _take_up(self, kept: Kept) -> None:
        """Arrange the screen as it was left, and say what there is to be told of the session."""
        self.call_after_refresh(self.arrangement.take_up, kept.screen())
        kept.screen = lambda: self.arrangement.words
        self.say("\n".join(kept.notes))
        for name in ("SIGTERM", "SIGHUP"):
            if (number := getattr(signal, name, None)) is not None:
                with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
                    asyncio.get_running_loop().add_signal_handler(number, self._leave, 128 + number)

    def on_resize(self, event: events.Resize) -> None:
        if self.composed:
            self.arrangement.fit(event.size.width, event.size.height)

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
        self.screen_stack[0].query_one(PositionBar).view = view
        self.claims.show(view)
        for pane in self.arrangement.panes:
            pane.view = view
        self.arrangement.suit()
        self.checks.show(view)
        self.call_after_refresh(self._begin, view)

    def heard(self, reply: Reply) -> None:
        """What an answer says beside its text: what was checked, which equations are claimed now."""
        if reply.check:
            self.checks.asked(self.view, reply.check)
            self.arrangement.show(self.check_pane)
        self.claims.show(self.view)
        self.arrangement.suit()
        self.call_after_refresh(self._begin, self.view)

    def _begin(self, view: View) -> None:
        """Begin what is done beside the screen, unless the user has moved on before the frame was drawn."""
        if view is self.view and self.motion is None:
            self.checks.begin(view)
            self.claims.begin()

    def say(self, text: str, kind: str = "message") -> None:
        """Say something in place of the hints, until the next key."""
        bar = self.screen_stack[0].query_one(HintBar)
        bar.kind, bar.message = kind, text

    def on_checks_checked(self, message: Checks.Checked) -> None:
        self.checks.take(message)

    def on_claims_judged(self, message: Claims.Judged) -> None:
        self.claims.take(message)
        self.arrangement.suit()

    @property
    def check_pane(self) -> CheckPane:
        return self.screen_stack[0].query_one(CheckPane)

    @property
    def claims_pane(self) -> ClaimsPane:
        return self.screen_stack[0].query_one(ClaimsPane)

    @property
    def console_widget(self) -> Console:
        return self.screen_stack[0].query_one(Console)

    # what the panes and bars say

    def on_pane_command(self, message: Pane.Command) -> None:
        self.perform(message.line)

    async def on_hint_bar_pressed(self, message: HintBar.Pressed) -> None:
        await self.run_action(message.key.action)

    def on_tab_bar_chosen(self, message: TabBar.Chosen) -> None:
        self.action_pane(message.number)

    async def on_console_typed(self, message: Console.Typed) -> None:
        self.dialogue.perform_all(message.lines)
        self.console_widget.taken()
        await self.go_on()

    @property
    def answering(self) -> bool:
        return not self.ready or not self.screen_stack or self.console_widget.handing

    def close_console(self) -> None:
        if self.console_widget.opened:
            self.console_widget.close()
            self.screen_stack[0].query_one(HintBar).remove_class("covered")
            self.arrangement.refocus()

    # what the keys do

    def action_execute(self, line: str) -> None:
        self.perform(line)

    def action_console(self, text: str) -> None:
        self.say("")
        self.screen_stack[0].query_one(HintBar).add_class("covered")
        self.console_widget.open(text)

    def action_break(self) -> None:
        """Stop at the equation at hand, or where one stands there already, no more."""
        here = next((row.index for row in self.view.rows if row.state == "current"), None)
        self.perform("clear" if here in self.view.stops else "break")

    def action_claim(self) -> None:
        """Put the line at hand into the console, to be changed or written."""
        self.action_console(f"claim {self.claims_pane.line}")

    def action_mend(self, command: str) -> None:
        """Take the mended line over, or back: of the claim that is unfolded."""
        row = self.claims_pane.selected
        known = row is not None and (command == "mend" or row.name in self.claims.state.replaced)
        self.perform(f"{command} {row.name}" if row is not None and known else command)

    def action_stop(self) -> None:
        """Esc: stop what runs; else close the console, or what is said or zoomed."""
        if self.dialogue.stop():
            return
        if self.console_widget.opened:
            self.close_console()
        elif self.screen_stack[0].query_one(HintBar).message:
            self.say("")
        else:
            self.arrangement.unzoom()

    def action_interrupt(self) -> None:
        """Ctrl+C: stop what runs; clear the console's line; leave when there is neither, or when asked again."""
        if self.motion is not None and not self.motion.stopping:
            self.action_stop()
        elif self.motion is None and self.console_widget.opened:
            if not self.console_widget.clear():
                self.close_console()
        else:
            self._leave(INTERRUPTED)

    async def action_quit(self) -> None:
        self._leave(0)

    def _leave(self, code: int) -> None:
        self.dialogue.end()
        self.exit(code)

    def action_pane(self, number: int) -> None:
        self.arrangement.focus(self.arrangement.panes[number - 1])

    def action_focus_next(self) -> None:
        self.arrangement.turn(1)

    def action_focus_previous(self) -> None:
        self.arrangement.turn(-1)

    def action_zoom(self) -> None:
        self.arrangement.zoom()

    def action_theme(self) -> None:
        self.theme = (LIGHT if self.current_theme.dark else DARK).name

    def action_help(self) -> None:
        self.push_screen(Reading("Help", help_page(ascii=self.ascii)))

    def action_explain_pane(self) -> None:
        pane = self.arrangement.current
        self.push_screen(Reading(pane.heading, pane_page(pane)))

    def get_system_commands(self, screen: Screen) -> Iterable[SystemCommand]:
        return (
            SystemCommand(title, "", partial(self.run_action, action)) for title, action in palette(ascii=self.ascii)
        )

    # the end

    def _fatal_error(self) -> None:
        """A mistake of our own: leave the screen, and let the error go on to whoever called."""
        self._close_messages_no_wait()

    def raise_crash(self) -> None:
        """Raise what ended the screen, if it was a mistake."""
        if self._exception is not None:
            raise self._exception
