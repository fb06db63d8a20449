"""The screen: it gives keys and clicks to the session as commands, and the session's views to the panes."""

from __future__ import annotations

import gc
import os
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from time import monotonic
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import App, ComposeResult, SystemCommand
from textual.binding import BindingType
from textual.containers import Container
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Static

from bpdebug.check.verdict import GradientCheck, Verdict
from bpdebug.debugger.session import Session
from bpdebug.debugger.view import Reply, View
from bpdebug.debugger.words import counted
from bpdebug.errors import BpdebugError
from bpdebug.tui.arrangement import ALWAYS, Arrangement
from bpdebug.tui.bars import HintBar, PositionBar, TabBar
from bpdebug.tui.checker import Checker
from bpdebug.tui.console import Console
from bpdebug.tui.help import Reading, help_page, pane_page
from bpdebug.tui.keys import GROUPS, Key, bindings
from bpdebug.tui.motion import Motion, Worker
from bpdebug.tui.panes.base import Pane
from bpdebug.tui.panes.check import CheckPane, CheckState
from bpdebug.tui.panes.cost import CostPane
from bpdebug.tui.panes.matrices import MatricesPane
from bpdebug.tui.panes.operation import OperationPane
from bpdebug.tui.panes.program import ProgramPane
from bpdebug.tui.themes import DARK, LIGHT, suited

INTERRUPTED = 130
PATIENCE = 0.05
"""Seconds for which a key waits for its command before the screen says that it is running."""
TOLD = 0.1
"""Seconds between two words on how far a long motion is."""


class Debugger(App[int]):
    """One session on one screen."""

    TITLE = "bpdebug"
    CSS_PATH = "app.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings()]
    AUTO_FOCUS = "#matrices"
    ALLOW_SELECT = False
    PANES: ClassVar = (ProgramPane, OperationPane, MatricesPane, CheckPane, CostPane)
    """In the order of their numbers."""

    class Ended(Message):
        """A motion that took long is over."""

        def __init__(self, motion: Motion, *, typed: bool) -> None:
            super().__init__()
            self.motion = motion
            self.typed = typed

    def __init__(self, session: Session, *, ascii: bool = False) -> None:
        super().__init__()
        self.session = session
        self.view: View = session.view
        self.ascii = ascii or session.notation == "ascii"
        self.worker = Worker()
        self.set_class(self.ascii, "ascii")
        self.motion: Motion | None = None
        self.script: deque[str] | None = None
        """Lines that were pasted together and are still to be executed."""
        self.ignored = False
        """Whether a key was pressed in vain while the motion ran."""
        self.verdicts: dict[tuple[int, str], Verdict] = {}
        """What was checked so far, by iteration and gradient: the same iteration has the same verdicts."""
        self.checker = Checker(self.post_message)
        self._ticks: Timer | None = None
        self.composed = False
        """Whether the panes exist: the terminal may tell its size earlier."""
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
        yield Container(*panes, id="panes")
        yield Static(id="too-small", markup=False)
        yield PositionBar()
        yield HintBar(ascii=self.ascii)
        console = Console(lambda: [name for name in self.view.shapes if name.isidentifier()])
        yield console
        yield console.page

    def on_mount(self) -> None:
        base = self.screen_stack[0]
        self.composed = True
        self.arrangement = Arrangement(base, tuple(base.query_one(pane) for pane in self.PANES))
        self.arrangement.fit(self.size.width, self.size.height)
        self._show(self.view)

    def on_resize(self, event: events.Resize) -> None:
        if self.composed:
            self.arrangement.fit(event.size.width, event.size.height)

    # from a key or a click to the session, and its answer to the panes

    def perform(self, line: str, *, typed: bool = False) -> None:
        """Execute one line of the session's language; `typed` says that it came from the console."""
        if self.motion is not None or (self.script is not None and not typed):
            self.ignored = True
            self._tick()
            return
        self.say("")
        motion = Motion(self.worker, self.session, line)
        if motion.ends_within(PATIENCE):
            self._answered(motion, typed=typed)
            return
        self.motion, self.ignored = motion, False
        self._ticks = self.set_interval(TOLD, self._tick)
        self._tick()
        motion.when_done(lambda: self.post_message(self.Ended(motion, typed=typed)))

    def _tick(self) -> None:
        if self.motion is not None:
            self.say(self.motion.words(monotonic()), "refusal" if self.ignored else "progress")

    def on_debugger_ended(self, message: Ended) -> None:
        if self._ticks is not None:
            self._ticks.stop()
        self.motion = None
        self.say("")
        self._answered(message.motion, typed=message.typed)

    def _answered(self, motion: Motion, *, typed: bool) -> None:
        reply, moved = motion.result, motion.result.view is not self.view
        if reply.quit:
            self.exit(0)
        elif moved:
            self._show(reply.view)
            if self.script is None:
                self._close_console()
            self.say(remarks(reply))
        elif reply.check:
            self._checked(reply.check)
        if typed and self.script is not None:
            self._go_on(self.script, motion)
        elif not moved and typed and reply.text:
            self.console_widget.answer(motion.line, reply.text)
        elif not moved and not reply.quit:
            self.say(reply.text.splitlines()[-1] if reply.text else "", "message" if reply.ok else "refusal")

    def _show(self, view: View) -> None:
        """Give a view to everything that draws it."""
        self.view = view
        base = self.screen_stack[0]
        base.query_one(PositionBar).view = view
        self._mark()
        for pane in self.arrangement.panes:
            pane.view = view
        self.arrangement.suit()
        if view.checked is None:
            self.check_pane.check = CheckState("none", "", view.serial)
        else:
            self.check_pane.check = CheckState("running", view.checked, view.serial)
            self.call_after_refresh(self._begin_check, view)

    def say(self, text: str, kind: str = "message") -> None:
        """Say something in place of the hints, until the next key."""
        bar = self.screen_stack[0].query_one(HintBar)
        bar.kind, bar.message = kind, text

    # checks

    def _begin_check(self, view: View) -> None:
        """Check the gradient just completed, unless the user has moved on before the frame was drawn."""
        if view is self.view and view.checked is not None and self.motion is None:
            try:
                check = self.session.checking([view.checked])
            except Exception as error:  # noqa: BLE001 - told in the pane, and the session goes on
                self._failed(view, error)
            else:
                self.checker.check(view, check)

    def on_checker_checked(self, message: Checker.Checked) -> None:
        self.checker.done()
        view = message.view
        try:
            found = message.errand.result
        except Exception as error:  # noqa: BLE001 - told in the pane, and the session goes on
            self._failed(view, error)
            return
        self._note(view.place.iteration, found)
        self._mark()
        if view.serial == self.view.serial:
            self.check_pane.check = CheckState("done", view.checked or "", view.serial, found)

    def _failed(self, view: View, error: Exception) -> None:
        """A check that came to no verdict, by whatever mistake: said in its pane, where it belongs to what shows."""
        if view.serial == self.view.serial:
            said = str(error) if isinstance(error, BpdebugError) else f"{type(error).__name__}: {error}"
            self.check_pane.check = CheckState("failed", view.checked or "", view.serial, message=said)

    def _checked(self, found: tuple[GradientCheck, ...]) -> None:
        """A check that was asked for."""
        self._note(self.view.place.iteration, found)
        self._mark()
        name = found[0].name if len(found) == 1 else ""
        self.check_pane.check = CheckState("done", name, self.view.serial, found)
        self.arrangement.show(self.check_pane)

    def _note(self, iteration: int, found: Iterable[GradientCheck]) -> None:
        self.verdicts |= {(iteration, each.name): each.verdict for each in found}

    def _mark(self) -> None:
        here = self.view.place.iteration
        marks = {name: verdict for (iteration, name), verdict in self.verdicts.items() if iteration == here}
        pane = self.screen_stack[0].query_one(ProgramPane)
        if marks != pane.verdicts:
            pane.verdicts = marks

    @property
    def check_pane(self) -> CheckPane:
        return self.screen_stack[0].query_one(CheckPane)

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

    def on_console_typed(self, message: Console.Typed) -> None:
        """Execute what was typed; of several lines each once the one before is answered, up to the first refusal."""
        if len(message.lines) > 1 and self.motion is None:
            self.script = deque(message.lines)
            self._run_script()
        else:
            self.perform(message.lines[0], typed=True)

    def _run_script(self) -> None:
        if self.script:
            self.perform(self.script.popleft(), typed=True)
        else:
            self.script = None

    def _go_on(self, script: deque[str], motion: Motion) -> None:
        """After one of several lines: the next, or, after a refusal or a stop, what is not executed any more."""
        if motion.result.text:
            self.console_widget.answer(motion.line, motion.result.text)
        if motion.result.ok and not motion.stopping:
            self.call_later(self._run_script)
            return
        self.script = None
        if script:
            self.console_widget.answer(script[0], f"not executed, nor what follows: {counted(len(script), 'line')}")

    def on_console_closed(self) -> None:
        self.screen_stack[0].query_one(HintBar).remove_class("covered")
        self.arrangement.refocus()

    def _close_console(self) -> None:
        if self.console_widget.opened:
            self.console_widget.close()

    # what the keys do

    def action_execute(self, line: str) -> None:
        self.perform(line)

    def action_console(self, text: str) -> None:
        self.say("")
        self.screen_stack[0].query_one(HintBar).add_class("covered")
        self.console_widget.open(text)

    def action_stop(self) -> None:
        """Esc: stop what runs; else close what is said or zoomed."""
        if self.motion is not None:
            self.motion.stop()
            self._tick()
        elif self.screen_stack[0].query_one(HintBar).message:
            self.say("")
        else:
            self.arrangement.unzoom()

    def action_interrupt(self) -> None:
        """Ctrl+C: stop what runs; leave when nothing does, or when asked again."""
        if self.motion is not None and not self.motion.stopping:
            self.action_stop()
        else:
            self._leave(INTERRUPTED)

    async def action_quit(self) -> None:
        self._leave(0)

    def _leave(self, code: int) -> None:
        if self.motion is not None:
            self.motion.stop()
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
        """The palette lists what the keys do."""
        for group in GROUPS.values():
            for key in group:
                if not key.action.startswith(("scroll", "page")):
                    yield SystemCommand(f"{key.label(ascii=self.ascii)}  {key.help}", "", self._runner(key))

    def _runner(self, key: Key) -> Callable[[], Awaitable[None]]:
        async def run() -> None:
            await self.run_action(key.action)

        return run

    # the end

    def _fatal_error(self) -> None:
        """A mistake of our own: leave the screen, and let the error go on to whoever called."""
        self._close_messages_no_wait()

    def raise_crash(self) -> None:
        """Raise what ended the screen, if it was a mistake."""
        if self._exception is not None:
            raise self._exception


def remarks(reply: Reply) -> str:
    """What the answer to a motion says beyond the place: that it was stopped, what the cost did."""
    notes = {f"{note}." for note in reply.view.operation.notes}
    return "  ".join(line for line in reversed(reply.text.splitlines()[1:]) if line not in notes)


def run(session: Session, *, ascii: bool = False, mouse: bool = True) -> int:
    """Open the screen on a session; the exit code. A mistake of bpdebug's own is raised once the screen is closed."""
    app = Debugger(session, ascii=ascii)
    gc.freeze()  # what is loaded by now stays: looking through it for garbage would stop a key for 80 ms now and then
    code = app.run(mouse=mouse)
    app.raise_crash()
    return 0 if code is None else code
