"""The console: a line to type commands on, until Esc closes it, and above it what they answered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bpdebug.debugger.words import counted
from bpdebug.tui.page import Line, Page, Reading
from bpdebug.tui.search import SIGN

if TYPE_CHECKING:
    from bpdebug.tui.app import Debugger
    from bpdebug.tui.command_input import CommandInput

KEPT = 1_000
"""Lines remembered, of what was typed and of what was answered."""
EDGES = 5
"""Columns of the answers' frame and the room beside them."""
ROW = re.compile(r"(?:.{1,40}? = )?(?:[\s\[\](),.…\d+-]|e[+-]|inf|nan)*")
"""A row of a matrix, the first behind its name."""
FOOT = "PgUp PgDn turn the page, Esc goes back to the panes"


class Console:
    """Closed until asked for; it gives what was typed to the dialogue, and shows on its page what was answered."""

    def __init__(self, app: Debugger) -> None:
        self.app = app
        self.input: CommandInput | None = None
        """Made when it is wanted first."""
        self.opened = False
        self.history: list[str] = []
        self.answers: list[Line] = []
        self._offered: Line | None = None
        """The words that were listed last, to complete one."""
        self.claiming = False
        """Whether an equation alone is a claim: the line was opened to write one."""
        self.once = False
        """Whether it was opened by a key to finish one line, and closes once that is done."""
        self._at = 0

    # the line

    async def open(self, text: str) -> None:
        """Show the line, with a text to go on from."""
        if self.input is None:
            from bpdebug.tui.command_input import CommandInput

            self.input = CommandInput(self)
            await self.app.screen_stack[0].mount(self.input)
        self.opened = True
        self.input.add_class("opened")
        self.claiming = text.startswith("claim ")
        self.once = bool(text) and not self.claiming
        self.input.write(text)
        self.app.screen_stack[0].set_focus(self.input, scroll_visible=False)

    def drafted(self, line: str) -> bool:
        """Whether a line is a claim of which the left side alone is there."""
        return self.claiming and line.rstrip().endswith("=")

    def close(self) -> None:
        self.opened = False
        self.uncover()
        if self.input is not None:
            self.input.remove_class("opened")
            self.input.value = ""

    def clear(self) -> bool:
        """Clear the line; whether there was anything on it."""
        if self.input is None:
            return False
        found, self.input.value = self.input.value, ""
        return bool(found)

    def entered(self, *lines: str) -> None:
        """Lines were entered: one, or several that were pasted."""
        if len(lines) == 1 and lines[0].startswith(SIGN):
            self.app.search.entered(lines[0])
            return
        self.once = self.once and len(lines) == 1
        given = self._given(lines)
        for line in given:
            self._remember(line)
        self.clear()
        if given:
            self.app.dialogue.perform_all(given)

    def _given(self, lines: tuple[str, ...]) -> tuple[str, ...]:
        """The commands that lines stand for: those that are equations, or come together in code, are claimed."""
        from bpdebug.debugger.commands.understand import equation
        from bpdebug.tui.derived import claimed, derivation

        if derivation(lines, claiming=self.claiming):
            self.once = False
            commands, said = claimed(lines, self.app.session.program)
            if said:
                more = f" and {counted(len(lines) - 1, 'more line')}" if len(lines) > 1 else ""
                self.answer(f"{lines[0].strip()}{more}", said)
            return commands
        claiming = self.claiming or len(lines) > 1
        given = (line for line in lines if line.strip() or len(lines) == 1)
        return tuple(f"claim {line.strip()}" if claiming and equation(line) else line for line in given)

    def _remember(self, line: str) -> None:
        """Keep a line for the up arrow."""
        if line.strip() and self.history[-1:] != [line]:
            self.history = [*self.history, line][-KEPT:]
        self._at = len(self.history)

    def recalled(self, direction: int) -> str:
        """What was typed before, or after that."""
        self._at = max(0, min(len(self.history), self._at + direction))
        return self.history[self._at] if self._at < len(self.history) else ""

    def completed(self, line: str) -> str:
        """The line with its last word as long as all that begin so agree; where that is no longer, they are listed."""
        from bpdebug.debugger.completion import completions

        word, candidates = completions(self.app.session, line)
        if not candidates or (not word and " " not in line):
            return line
        common = shared_beginning(candidates)
        if common == word and len(candidates) > 1:
            self._offer(("  ".join(candidates), "words"))
            return line
        return line.removesuffix(word) + common + (" " if len(candidates) == 1 else "")

    def _offer(self, candidates: Line) -> None:
        """List what a word may go on as, in the place of the list before, if that stands last."""
        if self._offered is not None and self.answers[-1:] == [self._offered]:
            self.answers = self.answers[:-1]
        self._offered = candidates
        self._show([candidates])

    # the answers

    def uncover(self) -> None:
        """Let the panes be seen: no answer stands over them, and the line may be open still."""
        page = self.app.stage.page
        if page is not None and not page.reading.modal:
            self.app.stage.page = None

    def answer(self, line: str, text: str) -> None:
        """Show what a command answered, below what others did."""
        self._show([(f"> {line}", "heading"), *((part, kind(part)) for part in text.split("\n"))])

    def _show(self, lines: list[Line]) -> None:
        self.answers = [*self.answers, *lines][-KEPT:]
        reading = Reading("Console", FOOT, tuple(self.answers), place="console")
        self.app.stage.page = Page(reading, len(self.answers) - len(lines))
        self.app.redraw()

    def turn(self, by: int) -> None:
        """Turn the page of the answers while typing."""
        page = self.app.stage.page
        if page is not None:
            page.page(by)
            self.app.redraw()


def shared_beginning(words: list[str]) -> str:
    """What all of the words begin with."""
    first, last = min(words), max(words)
    length = next((at for at, letter in enumerate(first) if last[at : at + 1] != letter), len(first))
    return first[:length]


def kind(line: str) -> str:
    """How a line of an answer is shown: sentences are wrapped, rows of numbers are not."""
    return "table" if ROW.fullmatch(line) else "words"
