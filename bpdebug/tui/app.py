"""The screen: it gives keys and clicks to the session as commands, and the session's views to the panes."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from bpdebug.debugger.keeping import Kept
from bpdebug.debugger.session import Session
from bpdebug.debugger.store import first_time
from bpdebug.debugger.view import Reply, View
from bpdebug.tui.checks import Checks
from bpdebug.tui.claims import Claims
from bpdebug.tui.configuration import DEFAULTS, Configuration
from bpdebug.tui.console import Console
from bpdebug.tui.counting import Counting
from bpdebug.tui.dialogue import Dialogue
from bpdebug.tui.endings import Endings
from bpdebug.tui.finder import Finder
from bpdebug.tui.formats import Writing
from bpdebug.tui.keymap import KEYMAP
from bpdebug.tui.listener import Listener
from bpdebug.tui.motion import Motion
from bpdebug.tui.panes.check import CheckPane
from bpdebug.tui.panes.claims import ClaimsPane
from bpdebug.tui.panes.history import HistoryPane
from bpdebug.tui.panes.matrices import MatricesPane
from bpdebug.tui.player import Player
from bpdebug.tui.predict import Predict
from bpdebug.tui.search import Search
from bpdebug.tui.stage import Stage
from bpdebug.tui.themes import THEMES
from bpdebug.tui.tour import Tour

PROMPT = 0.012
"""Seconds for which a frame waits for the check that belongs to it."""


class Debugger(Endings):
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
        stage = Stage(self.perform, ascii=ascii or session.notation == "ascii", keys=configuration.keys)
        super().__init__(stage, configuration)
        self.session = session
        self.kept = kept
        """What saves the session, if it is saved."""
        self.view: View = session.view
        self.stage.pane(MatricesPane).write(Writing(self.preferences.format, self.preferences.digits))
        self.listener = Listener(self)
        self.dialogue = Dialogue(self)
        self.command_line = Console(self)
        self.player = Player(self)
        self.predict = Predict(self)
        self.tour = Tour(self)
        self.finder = Finder(self)
        self.search = Search(self)
        self.checks = Checks(session, stage, self.post_message)
        self.claims = Claims(session, stage, self.post_message)
        self.counting = Counting(self.stage.pane(MatricesPane), self.post_message)
        self.ready = False
        """Whether the screen stands as it was left, and keys can be heard."""

    def on_mount(self) -> None:
        self.show(self.view)
        self._follow()
        self.heed_signals()
        self.app_resume_signal.subscribe(self, lambda app: app.refresh(layout=True))
        self.say("\n".join(self.configuration.told))
        if self.kept:
            self._take_up(self.kept)
        self.call_after_refresh(self._hear)

    async def _hear(self) -> None:
        """Give out the keys, those too that came earlier."""
        self.ready = True
        await self.go_on()

    def _take_up(self, kept: Kept) -> None:
        """Arrange the screen as it was left, and say what there is to be told of the session."""
        self.stage.arrangement.take_up(kept.screen())
        if (chosen := THEMES.get(self.stage.arrangement.theme)) is not None:
            self.dress(chosen)
        kept.screen = lambda: self.stage.arrangement.words
        told = "\n".join([*self.configuration.told, *kept.notes])
        self.say(told or (self.tour.offer if self.preferences.tour and first_time() else ""))

    # the answers of the session to the panes

    @property
    def motion(self) -> Motion | None:
        """What runs just now, if it takes long."""
        return self.dialogue.motion

    def on_dialogue_ended(self, message: Dialogue.Ended) -> None:
        self.dialogue.ended(message)

    def show(self, view: View) -> None:
        """Give a view to everything that draws it."""
        self.view = view
        self.stage.show(view)
        self.checks.show(view)

    def heard(self, reply: Reply) -> None:
        """What an answer says beside its text and its view: what is to be copied, what was checked."""
        if reply.copied:
            self.copy_to_clipboard(reply.copied)
        self._follow()
        if reply.check:
            self.checks.asked(self.view, reply.check)
            self.stage.arrangement.show(self.check_pane)

    def _follow(self) -> None:
        """Tell what was done and what is claimed by now, and begin what is done beside the screen; what is soon done
        is in the same frame."""
        self.stage.pane(HistoryPane).told(tuple(self.session.history.done))
        self.claims.show(self.view)
        if self.motion is None:
            self.checks.begin(self.view, PROMPT)
            self.claims.begin()
            self.counting.begin()
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

    async def on_key(self, event: events.Key) -> None:
        """A key that the console's line has no use for."""
        if self.focused is not self.desk and event.key not in self.active_bindings:
            await self.listener.pressed(event)

    async def taken(self, event: events.Key) -> bool:
        return await self.listener.taken(event)

    async def on_paste(self, event: events.Paste) -> None:
        await self.listener.pasted(event)
