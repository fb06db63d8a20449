"""A block of equations, one a line, each kept with its place in the block."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import NoReturn

from msgspec import Struct

from bpdebug import ops
from bpdebug.errors import ExpressionError, Span
from bpdebug.language.expression import Apply, Expr, walk
from bpdebug.language.parser import parse_name
from bpdebug.language.tokens import LONGEST

NAME = re.compile(r"[^\W\d]\w*\Z")
MOST_OPEN = 20
"""Brackets left open in a block past which the rest is read as one line."""
_ASSIGN = re.compile(r"(?<![=<>!+\-*/@])=(?!=)")
_GIVEN = re.compile(r"^[ \t]*(?P<name>[^\W\d][^\s=]*)[ \t]*=(?!=)", re.MULTILINE)
_AUGMENTED = re.compile(r"[+\-*/@]=(?!=)")

__all__ = ["LONGEST", "NAME", "Line", "given", "line", "lines", "spelled"]


class Line(Struct, frozen=True):
    """`name = expression` as written. Spans count from the start of the block."""

    name: str
    name_span: Span
    text: str
    offset: int
    """Where `text`, the expression, begins in the block."""
    expr: Expr

    def placed(self, span: Span | None) -> Span:
        """A span of the expression's own text, in the block."""
        if span is None:
            return Span(self.offset, self.offset + len(self.text))
        return Span(self.offset + span.start, self.offset + span.end)


def lines(block: str, bound: Iterable[str] = ()) -> tuple[list[Line], list[ExpressionError]]:
    """The equations of a block and every error in it; an error's span counts from the start of the block.

    `bound` are the names that are given beside it.
    """
    found: list[Line] = []
    errors: list[ExpressionError] = []
    names = {*bound, *given(block)}
    for start, stop in _logical(block):
        try:
            found.append(line(block, start, stop, names))
        except ExpressionError as error:
            errors.append(error)
    return found, errors


def given(block: str) -> Iterator[str]:
    """The names on the left sides of a block."""
    return (spelled(found["name"]) for found in _GIVEN.finditer(block))


def _logical(block: str) -> list[tuple[int, int]]:
    """Where each equation stands: a line, or several while a bracket is open; comments and blank lines left out.

    A bracket that is never closed ends with its line: what comes after is read all the same.
    """
    spans: list[tuple[int, int]] = []
    at = 0
    for _ in range(MOST_OPEN):
        found, opened = _closed(block, at)
        spans += found
        if opened is None:
            return spans
        end = block.find("\n", opened)
        at = (end if end >= 0 else len(block)) + 1
        spans.append((opened, at - 1))
    return [*spans, (at, len(block))] if block[at:].strip() else spans


def _closed(block: str, at: int) -> tuple[list[tuple[int, int]], int | None]:
    """The equations from a place on, and where one begins whose brackets are still open at the end."""
    spans: list[tuple[int, int]] = []
    start, depth = at, 0
    for line in block[at:].split("\n"):
        code = line.split("#", 1)[0]
        begin = start if depth else at
        depth = max(0, depth + sum(code.count(c) for c in "([{") - sum(code.count(c) for c in ")]}"))
        if not depth and block[begin : at + len(code)].strip():
            spans.append((begin, at + len(code)))
        start = begin
        at += len(line) + 1
    return spans, start if depth else None


def line(block: str, start: int = 0, stop: int | None = None, bound: Collection[str] = ()) -> Line:
    """The one equation between two places of a block; ExpressionError where it is none.

    `bound` are the names of quantities: they may be those of functions, too.
    """
    stop = len(block) if stop is None else stop
    text = re.sub("#[^\n]*", lambda comment: " " * len(comment[0]), block[start:stop])
    equals = _ASSIGN.search(text)
    left = text[: equals.start()] if equals else text
    name = left.strip()
    at = start + len(left) - len(left.lstrip())
    span = Span(at, at + max(1, len(name)))
    if not equals:
        _refuse_line(text, block, start, span)
    name = spelled(name)
    if not NAME.match(name):
        raise ExpressionError(
            f"expected a name before '=', found '{' '.join(name.split()):.40}'",
            block,
            span,
            "Write: name = expression.",
        )
    _refuse_unclosed(text, block, start)
    right = text[equals.end() :]
    offset = start + equals.end() + len(right) - len(right.lstrip())
    try:
        expr = ops.parse(right.strip(), bound)
        _finite(expr)
    except ExpressionError as error:
        where = error.span or Span(0, max(1, len(right.strip())))
        placed = Span(offset + where.start, offset + where.end)
        raise ExpressionError(error.message, block, placed, _way_out(error)) from None
    return Line(name, span, right.strip(), offset, expr)


def _way_out(error: ExpressionError) -> str:
    """The hint of an error; for a function that nobody knows it names the way to bring one's own."""
    if error.message.startswith("unknown function") and "did you mean" not in error.message:
        return f"{error.hint} An operation of your own is brought by --ops FILE.py.".strip()
    return error.hint


def _refuse_unclosed(text: str, block: str, start: int) -> None:
    """An equation ends where its brackets close, or with its line."""
    opened: list[int] = []
    for offset, letter in enumerate(text):
        if letter in "([{":
            opened.append(offset)
        elif letter in ")]}" and opened:
            opened.pop()
    if opened:
        at = start + opened[0]
        raise ExpressionError(f"'{block[at]}' is never closed", block, Span(at, at + 1))


def spelled(name: str) -> str:
    """The name that is meant, whichever notation it is written in: dW⁽²⁾ is dW2."""
    try:
        return parse_name(name)
    except ExpressionError:
        return name


def _refuse_line(text: str, block: str, start: int, span: Span) -> NoReturn:
    augmented = _AUGMENTED.search(text)
    if augmented:
        place = Span(start + augmented.start(), start + augmented.end())
        hint = "Write the whole sum in one equation, or give the new value a name of its own."
        raise ExpressionError(f"'{augmented[0]}' changes a value; every name is bound once", block, place, hint)
    raise ExpressionError("expected an equation: name = expression", block, span, "There is no '=' in this line.")


def _finite(expr: Expr) -> None:
    """Refuse constants that are no finite number once worked out: 9**9**9."""
    from bpdebug.scenario.constants import worked_out

    for node in walk(expr):
        value = worked_out(node)
        if value is None or abs(value) < float("inf"):
            continue
        if isinstance(node, Apply) and node.op == "divide" and worked_out(node.inputs[1]) == 0:
            raise ExpressionError("this divides by 0 and is no number", span=node.span)
        hint = "Constants become float64, which ends at 1.8e308."
        raise ExpressionError("this constant is too large to be a number", span=node.span, hint=hint)
