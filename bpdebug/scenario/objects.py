"""Objects of classes that people write for a layer, l3 = Dense(W3, b3): what they keep and do is not followed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from bpdebug.scenario.calls import CALLED, first_call
from bpdebug.scenario.functions import Function
from bpdebug.scenario.heads import indent

HINT = "Write what they compute as lines of their own, one for each layer: dW2 = dZ2 @ A1.T / m."
_CLASS = re.compile(r"^[ \t]*class\s+(?P<name>[^\W\d]\w*)", re.MULTILINE)
_MADE = re.compile(r"^[ \t]*(?P<names>[^\W\d][\w, ]*?)[ \t]*=(?!=)(?P<right>[^\n]{1,500})", re.MULTILINE)
_WORD = re.compile(r"[^\W\d]\w*")


def refusal(text: str, block: str) -> tuple[str, str] | None:
    """What is said of a line that asks an object of a class for something, as l3.dW does, and the way out; or None."""
    for name in _objects(block):
        if re.search(rf"(?<![\w.]){name}\s*(?:\[[^\[\]]*\]\s*)?\.\s*[^\W\d]", text):
            return f"{name} is an object of a class: what it keeps and does is not followed", HINT
    return None


@lru_cache(maxsize=1)
def _objects(block: str) -> tuple[str, ...]:
    """The names of what a block makes of its classes, lists of them among it."""
    classes = {found["name"] for found in _CLASS.finditer(block)}
    made = [found for found in _MADE.finditer(block) if first_call(found["right"], classes)] if classes else []
    return tuple(dict.fromkeys(name for found in made for name in _WORD.findall(found["names"])))


def owned(functions: Sequence[Function], code: str) -> frozenset[str]:
    """The functions of classes that only objects are asked for: no line calls them by their name, or of self."""
    first = _CLASS.search(code)
    if first is None:
        return frozenset()
    inside = {each.name for each in functions if each.start > first.start() and indent(code[each.start : each.stop])}
    return frozenset(inside.difference(found[1] for found in CALLED.finditer(code)))
