"""MATLAB's spelling for people who write it: lines are read as Python has them, and shown as they would run there."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from bpdebug.check.called import WORD
from bpdebug.errors import BpdebugError
from bpdebug.language.expression import Apply, Expr, names, walk
from bpdebug.ops import parse

ENTRYWISE = {"multiply": ("*", ".*"), "divide": ("/", "./"), "power": ("**", ".^")}
SUMS = ("sum", "mean")
_WORDS = (
    (re.compile(r"(?<=[\w)\]])(?:\.T\b|ᵀ)"), "'"),
    (re.compile(r"\*\*"), ".^"),
    (re.compile(r"(?<![.*])\*(?!\*)"), ".*"),
    (re.compile(r"@"), "*"),
    (re.compile(r"\baxis (?P<axis>[01])\b"), lambda found: f"dimension {int(found['axis']) + 1}"),
    (re.compile(r", axis=(?P<axis>[01])(?:, keepdims=True)?(?=\))"), lambda found: f", {int(found['axis']) + 1}"),
)


def as_matlab(line: str, numbers: Collection[str]) -> str:
    """An equation in MATLAB's spelling; `numbers` are the names of single numbers, which scale with a plain sign."""
    left, equals, right = line.partition("=")
    text = right.strip()
    try:
        expr = parse(text, WORD.findall(text))
    except BpdebugError:
        return line
    for start, stop, new in sorted(_changes(expr, text, numbers), reverse=True):
        text = text[:start] + new + text[stop:]
    return f"{left}{equals} {' '.join(text.split())}"


def sentence(told: str) -> str:
    """A text with formulas in it, these as MATLAB has them."""
    for pattern, new in _WORDS:
        told = pattern.sub(new, told)
    return told


def _changes(expr: Expr, text: str, numbers: Collection[str]) -> Iterator[tuple[int, int, str]]:
    """What is written otherwise, by its place in the text."""
    for node in walk(expr):
        if not isinstance(node, Apply) or node.span is None or any(each.span is None for each in node.inputs):
            continue
        spans = [each.span for each in node.inputs if each.span is not None]
        if not spans:  # ones((m, 1)), which is made of nothing
            continue
        end = spans[0].end
        if node.op == "transpose":
            yield end + text[end : node.span.end].rfind(")") + 1, node.span.end, "'"
        elif node.op in SUMS and node.option("axis") in (0, 1) and text[node.span.start :].startswith(f"{node.op}("):
            yield end, node.span.end, f", {int(str(node.option('axis'))) + 1})"
        elif node.op == "matmul" and "@" in text[end : spans[1].start]:
            at = text.index("@", end)
            yield at, at + 1, "*"
        elif node.op in ENTRYWISE and not _scales(node, numbers):
            old, new = ENTRYWISE[node.op]
            at = text.find(old, end, spans[1].start)
            if at >= 0:
                yield at, at + len(old), new


def _scales(node: Apply, numbers: Collection[str]) -> bool:
    """Whether one side is a single number by its looks, of a quotient or power the second."""
    first, second = (set(names(each)) <= set(numbers) for each in node.inputs)
    return second if node.op == "divide" else first if node.op == "power" else first or second
