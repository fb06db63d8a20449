"""Predict, then see: before an equation is executed the screen asks what comes, and tells why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpdebug.tui.page import Line, Page, Reading
from bpdebug.tui.prose import sentence

if TYPE_CHECKING:
    from bpdebug.debugger.quiz import Question
    from bpdebug.tui.app import Debugger

ASKED = ("step", "next")
"""The commands that are asked about first."""
BEGUN = "Predict, then see: {next-equation} or {step} asks what comes before it shows it.  {predict} asks no more"
LEAVING = ("escape", "q")


class Predict:
    """Whether the screen asks, what it asks just now, and how many answers were right."""

    def __init__(self, app: Debugger) -> None:
        self.app = app
        self.on = False
        self.right = self.given = 0
        self._line = ""
        """What is to be executed once all is answered."""
        self._left: list[Question] = []
        self._chosen: int | None = None
        """The answer to the first of them, by its place."""

    @property
    def asking(self) -> bool:
        return bool(self._left)

    def toggle(self) -> None:
        """Ask from now on, or no more."""
        self.on = not self.on
        if self.on:
            self.right = self.given = 0
            self.app.say(self.app.keys.told(BEGUN, ascii=self.app.stage.ascii))
        else:
            self.app.say(f"No more questions. {self._tally}" if self.given else "No more questions.")

    def begin(self, line: str) -> bool:
        """Ask before a line is executed, if there is anything to ask."""
        if not self.on or line not in ASKED:
            return False
        from bpdebug.debugger.quiz import questions

        self._left, self._line, self._chosen = list(questions(self.app.session)), line, None
        if self._left:
            self._show()
        return self.asking

    def taken(self, key: str) -> None:
        """A key while something is asked."""
        question = self._left[0]
        if key in (*LEAVING, *self.app.keys.named["predict"].keys):
            self._end()
        elif self._chosen is None and key.isdecimal() and 1 <= int(key) <= len(question.answers):
            self._chosen = int(key) - 1
            self.given += 1
            self.right += question.answers[self._chosen].right
            self._show()
        elif self._chosen is not None and key in ("enter", "space", "right", "n", "s"):
            del self._left[0]
            self._chosen = None
            if self._left:
                self._show()
            else:
                self._end()
                self.app.perform("next")
                self.app.say(self._tally)

    def _end(self) -> None:
        self._left = []
        self.app.close_page()

    @property
    def _tally(self) -> str:
        return f"{self.right} of {self.given} answers were right."

    def _show(self) -> None:
        foot = "1, 2, 3 answer  Esc leaves it" if self._chosen is None else "Enter goes on"
        content = tuple((sentence(text, self.app.session.notation), kind) for text, kind in self._lines())
        self.app.stage.page = Page(Reading("Predict, then see", foot, content))
        self.app.redraw()

    def _lines(self) -> list[Line]:
        question, marks = self._left[0], ("✗", "✓") if not self.app.stage.ascii else ("X", "+")
        lines: list[Line] = [(question.text, "heading"), ("", "words")]
        for place, answer in enumerate(question.answers):
            if self._chosen is None:
                lines.append((f"{place + 1}  {answer.text}", "words"))
                continue
            shown = answer.right or place == self._chosen
            mark = marks[answer.right] if shown else " "
            lines.append((f"{mark} {place + 1}  {answer.text}", "heading" if answer.right else "words"))
            if shown:
                lines.append((f"     {answer.why}", "words"))
        if self._chosen is not None:
            said = "Right." if question.answers[self._chosen].right else f"No: it is {question.right + 1}."
            lines += [("", "words"), (said, "heading")]
        return lines
