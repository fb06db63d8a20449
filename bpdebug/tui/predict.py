"""Predict, then see: before an equation is executed the screen asks what comes, and tells why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpdebug.debugger.words import counted
from bpdebug.tui.page import Line, Page, Reading
from bpdebug.tui.prose import sentence

if TYPE_CHECKING:
    from bpdebug.debugger.quiz import Question
    from bpdebug.tui.app import Debugger

ASKED = ("step", "next")
"""The commands that are asked about first."""
BEGUN = "Predict, then see: {next-equation} or {step} asks what comes before it shows it.  {predict} asks no more"
ASKING, ANSWERED = "1, 2, 3 answer  Esc leaves it  {predict} asks no more", "Enter goes on"
ON = ("enter", "space", "right", "n", "s")
LEAVING = ("escape", "q")
FIRST = 2
"""The line of the card on which the first answer stands."""


class Predict:
    """Whether the screen asks, what it asks just now, and how many answers were right."""

    def __init__(self, app: Debugger) -> None:
        self.app = app
        self.on = False
        self.right = self.given = 0
        self._left: list[Question] = []
        self._known: tuple[str, ...] = ()
        """What there is to answer with."""
        self._tried: int | None = None
        """A wrong answer to the first of them, by its place: there is a second try."""
        self._chosen: int | None = None
        """The answer that it was left at."""

    @property
    def asking(self) -> bool:
        return bool(self._left)

    def toggle(self) -> None:
        """Ask from now on, or no more."""
        self.on = not self.on
        if self.on:
            self.right = self.given = 0
            self.app.say(self._told(BEGUN))
        else:
            self.app.say(f"No more questions.  {self._tally}" if self.given else "No more questions.")

    def _told(self, text: str) -> str:
        return self.app.keys.told(text, ascii=self.app.stage.ascii)

    def begin(self, line: str) -> bool:
        """Ask before a line is executed, if there is anything to ask."""
        if not self.on or line not in ASKED or self.app.motion is not None:
            return False
        from bpdebug.debugger.quiz import known, questions

        session = self.app.session
        self._left, self._known = list(questions(session)), known(session)
        self._tried = self._chosen = None
        if self._left:
            self._show()
        return self.asking

    def taken(self, key: str) -> bool:
        """A key while something is asked; whether it does anything."""
        if key in (*LEAVING, *self.app.keys.named["predict"].keys):
            self._close()
            if key not in LEAVING:
                self.toggle()
        elif self._chosen is None and key.isdecimal() and 1 <= int(key) <= len(self._left[0].answers):
            self._answer(int(key) - 1)
        elif self._chosen is not None and key in ON:
            self._go_on()
        else:
            return False
        return True

    def pressed(self, line: int | None) -> None:
        """A click on a line of the card: it chooses the answer there, or goes on."""
        if self._chosen is not None:
            self._go_on()
        elif line is not None and FIRST <= line < FIRST + len(self._left[0].answers):
            self._answer(line - FIRST)

    def _answer(self, place: int) -> None:
        """The first answer counts; after a wrong one there is a second try."""
        if place == self._tried:
            return
        right = self._left[0].answers[place].right
        if self._tried is None:
            self.given += 1
            self.right += right
        if right or self._tried is not None:
            self._chosen = place
        else:
            self._tried = place
        self._show()

    def _go_on(self) -> None:
        """To the next question, or to what was asked about."""
        del self._left[0]
        self._tried = self._chosen = None
        if self._left:
            self._show()
            return
        self._close()
        self.app.perform("next")
        self.app.say("  ".join(part for part in (self._tally, self.app.stage.message) if part))

    def _close(self) -> None:
        self._left = []
        self.app.listener.close()

    @property
    def _tally(self) -> str:
        return f"{self.right} of {counted(self.given, 'answer')} right at the first try."

    def _show(self) -> None:
        """Lay the question over all that would tell the answer."""
        foot = self._told(ASKING if self._chosen is None else ANSWERED)
        lines = [*self._asked(), ("", "words"), ("What there is by now", "heading")]
        lines += [(each, "words") for each in self._known]
        content = tuple((sentence(text, self.app.session.notation), kind) for text, kind in lines)
        self.app.stage.page = Page(Reading("Predict, then see", foot, content, "whole"))
        self.app.redraw()

    def _asked(self) -> list[Line]:
        """The question and its answers, and what is to be said of those that were chosen."""
        question, marks = self._left[0], ("✗", "✓") if not self.app.stage.ascii else ("X", "+")
        lines: list[Line] = [(question.text, "heading"), ("", "words")]
        if self._chosen is None:
            lines += [self._offered(place, answer.text, marks[0]) for place, answer in enumerate(question.answers)]
            return lines if self._tried is None else [*lines, ("", "words"), (self._hint(question), "heading")]
        for place, answer in enumerate(question.answers):
            shown = answer.right or place in (self._tried, self._chosen)
            mark = marks[answer.right] if shown else " "
            lines.append((f"{mark} {place + 1}  {answer.text}", "heading" if answer.right else "words"))
            if shown:
                lines.append((f"     {answer.why}", "words"))
        said = "Right." if question.answers[self._chosen].right else f"No: it is {question.right + 1}."
        return [*lines, ("", "words"), (said, "heading")]

    def _offered(self, place: int, text: str, mark: str) -> Line:
        """An answer to choose, or the one that was wrong."""
        tried = "" if self._tried is None else f"{mark} " if place == self._tried else "  "
        return f"{tried}{place + 1}  {text}", "words"

    def _hint(self, question: Question) -> str:
        """What helps, before the second try."""
        assert self._tried is not None
        return f"Not {self._tried + 1}: {question.hint or question.answers[self._tried].why}. Try once more."
