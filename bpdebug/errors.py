"""What a user can cause. Everything here reaches the edge as a message, never as a traceback."""

from __future__ import annotations

from dataclasses import dataclass, field

from msgspec import Struct


class Span(Struct, frozen=True):
    """A stretch of a text: characters from `start` up to, not including, `end`."""

    start: int
    end: int


class BpdebugError(Exception):
    """Any mistake that is the user's to mend."""


class UsageError(BpdebugError):
    """A word on the command line or at the console that means nothing here."""


@dataclass(eq=False)
class ExpressionError(BpdebugError):
    """A text that is not an expression or an equation of the language.

    `text` is what was read, `span` the part at fault, `hint` the way out.
    """

    message: str
    text: str = ""
    span: Span | None = None
    hint: str = ""

    def __str__(self) -> str:
        lines = [self.message]
        if self.text and self.span is not None:
            lines += ["  " + line for line in caret(self.text, self.span)]
        if self.hint:
            lines.append(self.hint)
        return "\n".join(lines)


@dataclass(eq=False)
class ProgramError(BpdebugError):
    """Equations that parse but do not make a program: shapes, names, order.

    `equation` is the place in the list of equations (None: the program as a whole), `span` the part
    of that equation's own text at fault.
    """

    message: str
    equation: int | None = None
    span: Span | None = None
    hint: str = ""

    def __str__(self) -> str:
        return self.message + (f"\n{self.hint}" if self.hint else "")


class Problem(Struct, frozen=True):
    """One thing wrong with a file. Lines and columns count from 1; 0 means: the file as a whole."""

    file: str
    line: int
    column: int
    path: str
    message: str
    source: str = ""
    width: int = 1
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        lines = [": ".join(part for part in (place, self.path, self.message) if part)]
        if self.source:
            lines += ["  " + line for line in caret(self.source, Span(self.column - 1, self.column - 1 + self.width))]
        if self.hint:
            lines.append(f"  {self.hint}")
        return "\n".join(lines)


SHOWN_PROBLEMS = 20


@dataclass(eq=False)
class ScenarioError(BpdebugError):
    """All that is wrong with one scenario file, sorted by place."""

    problems: tuple[Problem, ...] = field(default=())

    def __str__(self) -> str:
        shown = [str(problem) for problem in self.problems[:SHOWN_PROBLEMS]]
        rest = len(self.problems) - len(shown)
        return "\n".join(shown + ([f"… and {rest} more"] if rest > 0 else []))


def printable(text: str) -> str:
    """The text with everything but its line ends and visible characters escaped: no data moves the cursor."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text)


CARET_WIDTH = 100


def caret(text: str, span: Span) -> tuple[str, str]:
    """The line of `text` that holds the span's start, cut to a readable width, and a line of ^ beneath it."""
    begin = text.rfind("\n", 0, span.start) + 1
    stop = text.find("\n", begin)
    line = text[begin : stop if stop >= 0 else len(text)]
    column = span.start - begin
    width = max(1, min(span.end, begin + len(line)) - span.start)
    if len(line) > CARET_WIDTH:
        cut = max(0, min(column - CARET_WIDTH // 2, len(line) - CARET_WIDTH))
        line, column = line[cut : cut + CARET_WIDTH], column - cut
        width = max(1, min(width, CARET_WIDTH - column))
    line = "".join(c if c.isprintable() else " " for c in line)
    return line, " " * column + "^" * width
