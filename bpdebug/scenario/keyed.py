"""What is done to every entry of a dictionary: {k: v / m for k, v in grads.items()}, for k in grads: grads[k] /= m."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from msgspec import Struct

from bpdebug.errors import ExpressionError, Span
from bpdebug.scenario.brackets import assignment
from bpdebug.scenario.heads import runs_over
from bpdebug.scenario.lists import holds_parameters
from bpdebug.scenario.owners import owner
from bpdebug.scenario.respelling import Around, Respelled, held, plain, renamed, rewritten
from bpdebug.scenario.statements import Homework, Statement, Unread

_KEYS = r"(?P<key>\w+)\s*(?:,\s*(?P<value>\w+)\s*)?\)?\s+in\s+(?:sorted|list|tuple)?\s*\(?\s*(?P<holder>[\w.]+?)"
_ITEMS = r"(?:\.\s*(?:keys|items)\s*\(\s*\))?\s*\)?\s*"
_LOOP = re.compile(rf"\s*for\s+\(?\s*{_KEYS}{_ITEMS}:")
_MADE = re.compile(rf"\{{\s*(?P<own>\w+)\s*:\s*(?P<right>.+?)\bfor\s+\(?\s*{_KEYS}{_ITEMS}\}}", re.DOTALL)
_LITERAL_KEY = re.compile(r"[\"'](\w+)[\"']\s*:|(?<=[(,])\s*(\w+)\s*=(?!=)")
HINT = "Write a line for each of them below it, as in dW2 = dW2 / m."


class Change(Struct, frozen=True):
    """What becomes of each entry: `right`, in which `entry` finds the entry itself."""

    holder: str
    sign: str
    right: Respelled
    key: str
    entry: re.Pattern[str]

    @classmethod
    def of(cls, found: re.Match[str], sign: str, right: Respelled) -> Change:
        """The change by a line, `found` being what runs over the dictionary's keys, or its keys and values."""
        holder, key, value = found["holder"], found["key"], found["value"]
        entry = rf"(?<![\w.]){re.escape(holder)}\s*\[\s*{key}\s*\]" + (rf"|(?<![\w.]){value}\b" if value else "")
        return cls(holder, sign, right, key, re.compile(entry))


def made_over(found: Homework, left: str, right: Respelled, place: Span, around: Around) -> bool:
    """Take grads = {k: v / m for k, v in grads.items()} as a line for each gradient in it; False of anything else."""
    made = _MADE.fullmatch(right.text)
    if made is None or made["own"] != made["key"] or left != made["holder"]:
        return False
    return _taken(found, Change.of(made, "", right.part(*made.span("right"))), place, around)


def updating(code: str, head: str, names: Collection[str]) -> tuple[str, ...]:
    """The parameters, or what holds them, that a line in a loop changes: params of for p in params: p -= lr * g."""
    equals = assignment(code)
    if equals is None:
        return ()
    left = code[: equals.start()].strip()
    if equals["sign"] not in ("+", "-") and left not in code[equals.end() :]:
        return ()
    over = re.findall(r"\w+", head) if runs_over(head) & {*names} else []
    return tuple(name for name in (*names, *over) if holds_parameters(name))


def changed_in_loop(found: Homework, head: str, whole: Respelled, around: Around) -> bool:
    """Take grads[k] /= m, in a loop over the keys of grads, as a line for each gradient; False of anything else."""
    loop, equals = _LOOP.match(renamed(plain(head), around.names).text), assignment(whole.text)
    if loop is None or equals is None:
        return False
    left, right = whole.text[: equals.start()].strip(), whole.part(equals.end(), len(whole.text))
    if not re.fullmatch(rf"{re.escape(loop['holder'])}\s*\[\s*{loop['key']}\s*\]", left):
        return False
    return _taken(found, Change.of(loop, equals["sign"], right), right.placed(Span(0, len(right.text))), around)


def _taken(found: Homework, change: Change, place: Span, around: Around) -> bool:
    """Take a change as a line for each gradient that the dictionary holds; False where none is known to be in it."""
    names = (*dict.fromkeys(_gradients(found, change.holder, place, around)),)
    if not names:
        return False
    lines = [rewritten(change.right, change.entry, lambda *_, name=name: [name]) for name in names]
    if any(re.search(rf"\b{change.key}\b", line.text) for line in lines):
        message = f"what becomes of each entry of {change.holder} here is not known"
        error = ExpressionError(message, found.block, place, HINT)
        found.unread.append(Unread(error, names, len(found.statements), changes=True))
    else:
        found.statements += [Statement(name, change.sign, line, place) for name, line in zip(names, lines, strict=True)]
    return True


def _gradients(found: Homework, holder: str, place: Span, around: Around) -> Iterator[str]:
    """The gradients that lines above put into a dictionary, one by one or when they make it."""
    entry = re.compile(rf"\s*(?:\w+\.)*{re.escape(holder)}\s*\[")
    given = {each.name for each in found.statements if owner(each.name, around.quantities)}
    for each in found.statements:
        if each.name in given and entry.match(found.block, each.place.start):
            yield each.name
    literal = rf"(?<![\w.]){re.escape(holder)}\s*=\s*(?P<held>\{{[^{{}}]*\}}|dict\s*\([^()]*\))"
    for made in re.finditer(literal, found.block[: place.start]):
        keys = (one or two for one, two in _LITERAL_KEY.findall(made["held"]))
        yield from (name for key in keys if (name := held(holder, key, around)) in given)
