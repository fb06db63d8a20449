"""The mended line in the person's own spelling: only what changes is written anew."""

from __future__ import annotations

import re

from bpdebug.errors import BpdebugError
from bpdebug.language.expression import Apply, Expr, names, walk
from bpdebug.language.vocabulary import ATOM
from bpdebug.ops import OPS, parse, write

REDUCTIONS = {"sum", "mean"}
MODULE = re.compile(r"(\w+)\.(?:sum|mean)\(")


def spelled(mended: Expr, original: Expr, text: str) -> str:
    """A changed expression, its unchanged parts as they stand in the original's text."""
    found = _Speller(original, text).spelled(mended, original)
    try:
        if parse(found) == mended:
            return found
    except BpdebugError:
        pass
    return write(mended, "ascii")


class _Speller:
    def __init__(self, original: Expr, text: str) -> None:
        self.text = text
        self.own = {id(each): each for each in walk(original) if each.span is not None}

    def spelled(self, new: Expr, old: Expr) -> str:
        if id(new) in self.own:
            return self._source(new)
        if isinstance(new, Apply) and isinstance(old, Apply) and self._alike(new, old):
            return self._spliced(new, old)
        return self._called(new, old)

    def _called(self, new: Expr, old: Expr) -> str:
        """Written anew; np.sum for sum where the person wrote np.sum or np.mean there."""
        text = self._fresh(new)
        if not (isinstance(new, Apply) and isinstance(old, Apply) and {new.op, old.op} <= REDUCTIONS and old.span):
            return text
        module = MODULE.match(self._source(old))
        return f"{module[1]}.{text}" if module and module[1] not in names(old) else text

    def _source(self, expr: Expr) -> str:
        assert expr.span is not None
        return self.text[expr.span.start : expr.span.end]

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
            inner = self.spelled(a, b)
            if a is not b and self._needs_brackets(new, place, a, span.start, span.end):
                inner = f"({inner})"
            result += self.text[start : span.start] + inner
            start = span.end
        return result + self.text[start : old.span.end]

    def _needs_brackets(self, parent: Apply, place: int, child: Expr, start: int, end: int) -> bool:
        needs = OPS[parent.op].ascii.needs
        before, after = self.text[:start].rstrip()[-1:], self.text[end:].lstrip()[:1]
        if (before in ("(", ",") and after in (")", ",")) or not needs or place >= len(needs):
            return False
        return _precedence(child) < needs[place]

    def _fresh(self, expr: Expr) -> str:
        if not isinstance(expr, Apply):
            return write(expr, "ascii")
        form = OPS[expr.op].ascii
        if not form.needs:
            return write(expr, "ascii")
        parts = {}
        for place, each in enumerate(expr.inputs):
            inner = self.spelled(each, each)
            needs = form.needs[place] if place < len(form.needs) else 0
            parts[f"{{{place}}}"] = f"({inner})" if _precedence(each) < needs else inner
        text = form.template
        if "[" in text or "{args}" in text:
            return write(expr, "ascii")
        for key, value in parts.items():
            text = text.replace(key, value, 1)
        return text


def _precedence(expr: Expr) -> int:
    return OPS[expr.op].ascii.precedence if isinstance(expr, Apply) else ATOM
