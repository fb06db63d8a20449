"""The g of a textbook: g'(Z2) is the slope of whatever the program computes from Z2."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bpdebug.language.expression import Apply, Name
from bpdebug.ops import VOCABULARY
from bpdebug.program.equations import Phase, Program
from bpdebug.scenario.owners import meant
from bpdebug.scenario.respelling import Respelled, joined
from bpdebug.scenario.text import spelled

_SLOPE = re.compile(
    r"(?<![\w.])(?P<name>(?:g|f|h|φ|phi|act|activation)_?(?:\d+|⁽\w+⁾|[\[(]\w+[\])])?(?:'|′|’|_prime|_derivative|_deriv)"
    r"|d_?(?:g|f|act|activation))(?P<open>\s*\(\s*)(?P<of>[^\W\d]\w*(?:⁽\w+⁾)?)(?=\s*\))"
)


def with_slopes(text: Respelled, program: Program) -> tuple[Respelled, Mapping[str, str]]:
    """The text with the slope of the program's activation for each g', and what was read as what."""
    of = activations(program)
    read: dict[str, str] = {}
    parts, at = list[Respelled | str](), 0
    for found in _SLOPE.finditer(text.text):
        said = spelled(found["of"])
        quantity = said if said in of else meant(said, list(of))
        if quantity:
            parts += [_cut(text, at, found.start()), f"d{of[quantity]}"]
            read[found[0].strip() + ")"] = f"d{of[quantity]}({quantity})"
            at = found.end("name")
    return (joined(*parts, _cut(text, at, len(text.text))), read) if read else (text, read)


def _cut(text: Respelled, start: int, stop: int) -> Respelled:
    return Respelled(text.text[start:stop], text.places[start:stop])


def activations(program: Program) -> dict[str, str]:
    """For each quantity that goes into an activation whose slope has a name: the activation."""
    found: dict[str, str] = {}
    for equation in program.equations:
        expr = equation.expr
        if equation.phase is Phase.FORWARD and isinstance(expr, Apply) and f"d{expr.op}" in VOCABULARY:
            (into, *_) = expr.inputs
            if isinstance(into, Name):
                found.setdefault(into.id, expr.op)
    return found
