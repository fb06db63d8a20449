"""What MATLAB's sum(x), mean(x), ones(1, m) come to with the shapes of a program."""

from __future__ import annotations

import re

import numpy as np

from bpdebug.errors import ExpressionError, Span
from bpdebug.program.equations import Program
from bpdebug.scenario.calls import Call, first_call
from bpdebug.scenario.matlab import ADDED_UP
from bpdebug.scenario.naming import quantities
from bpdebug.scenario.owners import ERROR, meant, owner
from bpdebug.scenario.respelling import Respelled, joined

MOST = 20
"""Calls that are written out in one line."""
_FILLED = frozenset({"ones", "zeros"})
_ENTRYWISE = re.compile(r"[\w\s.+\-*/()]*")
_TURNED = re.compile(r"\(?\s*(?P<name>\w+)\s*\)?(?:\s*ᵀ|\.T)\s*\Z")
_BELOW = (2, 2)
"""As good as the shape of an error of which the examples stand below each other, however many entries they have."""
_NAME = re.compile(r"[^\W\d]\w*")


def with_axes(text: Respelled, program: Program) -> Respelled:
    """The text with the axis of each of MATLAB's sums; ExpressionError where what is added up has an unknown shape."""
    at = 0
    for _ in range(MOST):
        call = first_call(text.text, {*ADDED_UP, *_FILLED}, at)
        if call is None:
            break
        before, after = text.part(0, call.start, bare=False), text.part(call.stop, len(text.text), bare=False)
        new = _filled(text, call) if call.name in _FILLED else _added_up(text, call, program)
        text, at = joined(before, new, after), call.start + (len(new.text) if call.name in _FILLED else 3)
    return text


def _filled(text: Respelled, call: Call) -> Respelled:
    """ones((1, m)) for ones(1, m)."""
    if len(call.arguments) != 2 or "=" in text.text[call.start : call.stop]:
        return text.part(call.start, call.stop)
    inner = text.part(call.arguments[0][0], call.arguments[1][1])
    return joined(text.part(call.start, call.arguments[0][0]), "(", inner, "))")


def _added_up(text: Respelled, call: Call, program: Program) -> Respelled:
    """sum(x) along the columns, or along a single row."""
    name, inner = ADDED_UP[call.name], text.part(*call.arguments[0])
    shape = _shape(inner.text, program)
    if shape is None:
        message, hint = f"along which axis this {name} goes is not seen here", f"Write {name}(…, 1) or {name}(…, 2)."
        raise ExpressionError(message, text.text, Span(call.start, call.stop), hint)
    axis = f", axis={int(shape[0] == 1)}, keepdims=True" if len(shape) == 2 else ""
    return joined(placed_name(text, call, name), "(", inner, f"{axis})")


def placed_name(text: Respelled, call: Call, name: str) -> Respelled:
    """The name of a call in another spelling, where it stood."""
    where = text.placed(Span(call.start, call.start + len(call.name)))
    return Respelled(name, tuple(min(where.start + at, where.end - 1) for at in range(len(name))))


def _shape(text: str, program: Program) -> tuple[int, ...] | None:
    """The shape of a name, turned or not, or of what is made of names entry by entry."""
    turned = _TURNED.fullmatch(text)
    name = turned["name"] if turned else text.strip()
    shape = _of_name(name, program)
    if shape is None and ERROR.fullmatch(name) and (turned is None) is (program.orientation == "rows"):
        return _BELOW
    if turned:
        return None if shape is None else shape[::-1]
    if not _ENTRYWISE.fullmatch(text) or re.search(r"\w\s*\(", text):
        return None
    shapes = [_of_name(name, program) for name in _NAME.findall(text)]
    if not shapes or None in shapes:
        return None
    try:
        return np.broadcast_shapes(*(shape for shape in shapes if shape is not None))
    except ValueError:
        return None


def _of_name(name: str, program: Program) -> tuple[int, ...] | None:
    every = quantities(program)
    of = name if name in every else owner(name, every) or meant(name, every)
    if of:
        return tuple(map(int, program.shapes[of]))
    return () if name in program.constants else None
