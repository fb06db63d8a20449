"""The mended line in the person's own spelling: only what changes is written anew."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import zip_longest

from bpdebug.check.called import RATE
from bpdebug.check.diagnosis.hand import Hand
from bpdebug.errors import BpdebugError
from bpdebug.language.expression import Apply, Expr, Name, Number, names, substitute, walk
from bpdebug.language.vocabulary import ATOM, POSTFIX
from bpdebug.ops import OPS, parse, write

BRACKETS = (("(", ","), (")", ","))
"""What stands before and after an argument."""
WHOLE = re.compile(r"\d+(\.0?)")


def spelled(mended: Expr, original: Expr, text: str, others: Iterable[str] = ()) -> str:
    """A changed expression, its unchanged parts as they stand in the original's text.

    What is new is written as the person writes it there, or else in the `others` of their lines.
    """
    speller = _Speller(original, text, Hand.of(text, others))
    for found in (speller.spelled(mended, original), speller.fresh(mended)):
        try:
            if substitute(parse(found, names(mended)), dict[str, Expr](speller.said)) == mended:
                return found
        except BpdebugError:
            continue
    return write(mended, "ascii")


def anew(expr: Expr, texts: Iterable[str]) -> str:
    """An expression as the person who wrote other lines would write it."""
    found = _Speller(expr, "", Hand.of("", texts)).fresh(expr)
    return found if parse(found, names(expr)) == expr else write(expr, "ascii")


class _Speller:
    def __init__(self, original: Expr, text: str, hand: Hand) -> None:
        self.text = text
        self.hand = hand
        self.own = {id(each): each for each in walk(original) if text and each.span is not None}
        self.said = other_names(original, text)

    def spelled(self, new: Expr, old: Expr) -> str:
        if id(new) in self.own:
            return self._source(new)
        if id(old) in self.own and new == old:
            return self._source(old)
        if id(old) in self.own and isinstance(new, Apply) and isinstance(old, Apply) and self._alike(new, old):
            return self._spliced(new, old)
        if id(old) in self.own and isinstance(new, Number) and isinstance(old, Number):
            return f"{write(new, 'ascii')}{self._point(new, old)}"
        return self.fresh(new)

    def _source(self, expr: Expr) -> str:
        assert expr.span is not None
        return self.text[expr.span.start : expr.span.end]

    def _point(self, new: Number, old: Number) -> str:
        """The point behind a whole number, as in 1./m, where the number in whose place it comes has one."""
        pointed = WHOLE.fullmatch(self._source(old))
        return pointed[1] if pointed and new.value.is_integer() else ""

    def _alike(self, new: Apply, old: Apply) -> bool:
        same = new.op == old.op and new.options == old.options and len(new.inputs) == len(old.inputs)
        return same and old.span is not None and all(each.span is not None for each in old.inputs)

    def _spliced(self, new: Apply, old: Apply) -> str:
        """The text of the original with the operands that have changed put in."""
        assert old.span is not None
        result, start = "", old.span.start
        pairs = [
            (b.span, a, b, place) for place, (a, b) in enumerate(zip(new.inputs, old.inputs, strict=True)) if b.span
        ]
        for span, a, b, place in sorted(pairs, key=lambda pair: pair[0].start):
            inner, first, last = self.spelled(a, b), span.start, span.end
            if a is not b and closed(inner) and self._in_brackets(first, last):
                first, last = first - 1, last + 1
            if a is not b and not closed(inner) and self._needs_brackets(new, place, a, span.start, span.end):
                inner = f"({inner})"
            result += self.text[start:first] + inner
            start = last
        return result + self.text[start : max(start, old.span.end)]

    def _in_brackets(self, start: int, end: int) -> bool:
        """Whether a part stands in brackets that hold nothing else and are no call's."""
        before, after = self.text[:start], self.text[end:]
        called = re.search(r"[\w\])]\s*\($", before)
        return before.endswith("(") and after.startswith(")") and not called

    def _needs_brackets(self, parent: Apply, place: int, child: Expr, start: int, end: int) -> bool:
        needs = OPS[parent.op].ascii.needs
        before, after = self.text[:start].rstrip()[-1:], self.text[end:].lstrip()[:1]
        if after == ".":  # a method's own operand
            return _precedence(child) < POSTFIX
        if (before in BRACKETS[0] and after in BRACKETS[1]) or not needs or place >= len(needs):
            return False
        return _precedence(child) < needs[place]

    def fresh(self, expr: Expr) -> str:
        """An expression written anew, but for what stands in the original."""
        if not isinstance(expr, Apply):
            return self._name(expr) if isinstance(expr, Name) else write(expr, "ascii")
        form = OPS[expr.op].ascii
        text, needs = self.hand.form(expr) or (form.template, form.needs)
        if "[" in text or "{args}" in text:
            return self._call(expr)
        for place, each in enumerate(expr.inputs):
            inner = self.spelled(each, each)
            least = needs[place] if place < len(needs) else 0
            loose = _precedence(each) < least and not closed(inner)
            text = text.replace(f"{{{place}}}", f"({inner})" if loose else inner, 1)
        return text

    def _name(self, own: Name) -> str:
        """A name as they call it in the text, or write it in their lines."""
        return next((said for said, each in self.said.items() if each == own), self.hand.name(own.id))

    def _call(self, expr: Apply) -> str:
        if expr.options or not OPS[expr.op].ascii.template.endswith("({args})"):
            return write(expr, "ascii")
        args = ", ".join(self.spelled(each, each) for each in expr.inputs)
        return OPS[expr.op].ascii.template.replace("{args}", args)


def other_names(expr: Expr, text: str) -> dict[str, Name]:
    """What names of an expression are called in its text, yhat for A2, but for the rate.

    A number behind a name only tells two of that name apart.
    """
    try:
        pairs = [*zip_longest(walk(parse(text, names(expr))) if text else (), walk(expr))]
    except BpdebugError:
        return {}
    if any(getattr(read, "op", type(read)) != getattr(own, "op", type(own)) for read, own in pairs):
        return {}
    called = {read.id: own for read, own in pairs if isinstance(read, Name) and isinstance(own, Name)}
    return {said: own for said, own in called.items() if own.id != RATE and not f"{own.id}_".startswith(f"{said}_")}


def closed(text: str) -> bool:
    """Whether a formula holds together whatever stands beside it: a name, a call, something in brackets."""
    depth = 0
    for sign in text:
        depth += (sign in "([") - (sign in ")]")
        if not depth and not (sign.isalnum() or sign in "_.)]ᵀ"):
            return False
    return True


def _precedence(expr: Expr) -> int:
    return OPS[expr.op].ascii.precedence if isinstance(expr, Apply) else ATOM
