"""What the keys do: one method for each action that the table of keys names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpdebug.ops import write
from bpdebug.tui.panes.claims import ClaimsPane
from bpdebug.tui.panes.cost import CostPane
from bpdebug.tui.panes.entry import EntryPane
from bpdebug.tui.panes.matrices import MatricesPane
from bpdebug.tui.panes.program import ProgramPane
from bpdebug.tui.surface import Surface
from bpdebug.tui.themes import DARK, LIGHT

if TYPE_CHECKING:
    from bpdebug.debugger.view import View
    from bpdebug.tui.claims import Claims
    from bpdebug.tui.console import Console
    from bpdebug.tui.dialogue import Dialogue
    from bpdebug.tui.finder import Finder
    from bpdebug.tui.listener import Listener
    from bpdebug.tui.panes.base import Pane
    from bpdebug.tui.player import Player
    from bpdebug.tui.predict import Predict
    from bpdebug.tui.tour import Tour


class Actions(Surface):
    """The screen as the keys know it."""

    view: View
    claims: Claims
    command_line: Console
    dialogue: Dialogue
    finder: Finder
    listener: Listener
    player: Player
    predict: Predict
    tour: Tour

    def perform(self, line: str, *, typed: bool = False) -> None:
        """Execute one line of the session's language; `typed` says that it came from the console."""
        self.dialogue.perform(line, typed=typed)

    def action_execute(self, line: str) -> None:
        self.player.stop()
        if not self.predict.begin(line):
            self.perform(line)

    async def action_console(self, text: str) -> None:
        self.say("")
        self.stage.covered = True
        await self.command_line.open(text)

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

    def action_closer(self, by: int) -> None:
        """In the cost closer, or farther; while it plays, faster or slower."""
        if self.player.playing:
            self.player.turn(by)
        else:
            pane = self.stage.pane(CostPane)
            self.stage.arrangement.show(pane)
            pane.zoom(by)
            self.redraw()

    async def action_claim(self) -> None:
        """Put the line at hand into the console, to be changed or written."""
        await self.action_console(f"claim {self.stage.pane(ClaimsPane).draft}")

    def action_mend(self, command: str) -> None:
        """Take the mended line over, or back: of the claim that is unfolded."""
        row = self.stage.pane(ClaimsPane).selected
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

    def action_pane(self, number: int) -> None:
        self.focus_pane(self.stage.panes[number - 1])

    def action_focus_next(self) -> None:
        self.stage.arrangement.turn(1)
        self.redraw()

    def action_focus_previous(self) -> None:
        self.stage.arrangement.turn(-1)
        self.redraw()

    def action_zoom(self) -> None:
        self.stage.arrangement.zoom()
        self.redraw()

    def action_hide(self) -> None:
        hidden = self.stage.arrangement.hide()
        if hidden is not None:
            back = self.keys.told(f"{{pane-{hidden.id}}}", ascii=self.stage.ascii)
            self.say(f"{back} brings {hidden.heading} back")
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
        self.stage.arrangement.narrow()
        self.stage.arrangement.pointing = True
        self.focus_pane(pane)
        if self.stage.arrangement.wide:
            self.stage.arrangement.show(self.stage.pane(EntryPane))
            self.stage.arrangement.current = pane
        self.say("")
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
        self.stage.arrangement.pointing = False
        self.stage.pane(MatricesPane).release()
        self.stage.arrangement.widen()
        self.redraw()

    def action_enter(self) -> None:
        if self.stage.message == self.tour.offer:
            self.tour.begin()
            return
        self.stage.arrangement.current.enter()
        self.redraw()

    def action_theme(self) -> None:
        self.dress(LIGHT if self.colours.dark else DARK)
        self.stage.arrangement.theme = "" if self.colours is self.usual else self.colours.name
        self.redraw()

    def action_find(self) -> None:
        """Find a key or a command by its words."""
        self.finder.open()

    def action_help(self) -> None:
        from bpdebug.tui.help import help_page

        self.listener.read("Help", help_page(self.keys, ascii=self.stage.ascii))

    def action_explain_pane(self) -> None:
        from bpdebug.tui.help import pane_page

        pane = self.stage.arrangement.current
        self.listener.read(pane.heading, pane_page(pane, self.keys, ascii=self.stage.ascii))

    def close_console(self) -> None:
        self.command_line.close()
        self.stage.covered = False
        self.screen_stack[0].set_focus(self.desk, scroll_visible=False)
        self.redraw()

    def focus_pane(self, pane: Pane) -> None:
        self.stage.arrangement.focus(pane)
        self.redraw()
