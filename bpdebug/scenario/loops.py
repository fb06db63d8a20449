"""Loops over layers: for l in range(3, 0, -1) and for l = 3, 2, 1 run their lines once for each number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_WHOLE = r"[\w+\-*/ ]+?"
_RANGE = re.compile(
    rf"\s*for\s+(?P<name>\w+)\s+in\s+(?P<turned>reversed\s*\(\s*)?x?range\s*\(\s*(?P<ends>{_WHOLE}(?:,{_WHOLE}){{0,2}})\)"
)
_LISTED = re.compile(
    r"\s*for\s+(?:each\s+)?(?:layer\s+)?(?P<name>\w+)\s*(?:=|in)\s*[\[({]?\s*(?P<numbers>\d+(?:\s*,\s*\d+)+)\s*[\])}]?"
)
_COLON = re.compile(rf"\s*for\s+(?P<name>\w+)\s*=\s*\(?(?P<ends>{_WHOLE}(?::{_WHOLE}){{1,2}})\)?\s*(?:%.*)?$")
_KNOWN = re.compile(r"\s*(?P<name>[^\W\d]\w*)\s*=\s*(?P<value>\d{1,3})\s*(?:[;#%].*)?$")
_SUM = re.compile(r"\s*(?P<name>[^\W\d]\w*|\d{1,3})\s*(?:(?P<sign>[+-])\s*(?P<by>[^\W\d]\w*|\d{1,3})\s*)?")
MOST = 200
"""Lines that the loops of a block may come to."""

Numbers = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Turn:
    """A stretch of the block, and what the names of loops are while it runs."""

    start: int
    stop: int
    numbers: Numbers


def unrolled(code: str, spans: Sequence[tuple[int, int]], known: Numbers) -> Iterator[Turn]:
    """The statements of a block in the order in which they run; a loop whose numbers are not known runs once."""
    yield from _run(code, spans, dict(known), [MOST])


def _run(code: str, spans: Sequence[tuple[int, int]], numbers: dict[str, int], left: list[int]) -> Iterator[Turn]:
    at = 0
    while at < len(spans):
        start, stop = spans[at]
        text = code[start:stop]
        known = _KNOWN.match(text)
        if known:
            numbers[known["name"]] = int(known["value"])
        yield Turn(start, stop, numbers)
        at += 1
        loop = _loop(text, numbers)
        if loop is None:
            continue
        name, turns = loop
        inner = _body(code, spans, at, text)
        used = any(re.search(rf"\b{name}\b", code[begin:end]) for begin, end in inner)
        turns = turns if used else turns[:1]
        if len(inner) * len(turns) > left[0]:
            continue
        left[0] -= len(inner) * len(turns)
        for number in turns:
            yield from _run(code, inner, {**numbers, name: number}, left)
        at += len(inner)


def _body(code: str, spans: Sequence[tuple[int, int]], at: int, head: str) -> Sequence[tuple[int, int]]:
    """The statements that stand further to the right than the loop; where none does, all up to `end`."""
    stop, least = at, indent(head)
    while stop < len(spans) and indent(code[slice(*spans[stop])]) > least:
        stop += 1
    if stop == at:
        ends = (place for place in range(at, len(spans)) if code[slice(*spans[place])].strip().rstrip(";") == "end")
        stop = next(ends, len(spans))
    return spans[at:stop]


def indent(text: str) -> int:
    """How far to the right a statement begins."""
    line = text.lstrip("\n").expandtabs(4)
    return len(line) - len(line.lstrip(" "))


def _loop(text: str, numbers: Numbers) -> tuple[str, list[int]] | None:
    """The name that a loop counts with, and its numbers."""
    if found := _LISTED.match(text):
        return found["name"], [int(each) for each in found["numbers"].split(",")][:MOST]
    if found := _RANGE.match(text):
        ends = [value(each, numbers) for each in found["ends"].split(",")]
        turns = None if None in ends or ends[2:] == [0] else list(range(*(each or 0 for each in ends)))[:MOST]
        return None if turns is None else (found["name"], turns[::-1] if found["turned"] else turns)
    if found := _COLON.match(text.split("#", maxsplit=1)[0].rstrip().rstrip(":,")):
        first, *others = (value(each, numbers) for each in found["ends"].split(":"))
        by, last = others if len(others) == 2 else (1, others[0])
        if first is not None and last is not None and by:
            return found["name"], list(range(first, last + (1 if by > 0 else -1), by))[:MOST]
    return None


def value(text: str, numbers: Numbers) -> int | None:
    """The whole number that l, 3, l + 1 or -1 is."""
    negative = re.fullmatch(r"\s*-\s*(\d{1,3})\s*", text)
    if negative:
        return -int(negative[1])
    found = _SUM.fullmatch(text)
    if found is None:
        return None
    one, other = (int(each) if each.isdigit() else numbers.get(each) for each in (found["name"], found["by"] or "0"))
    if one is None or other is None:
        return None
    return one - other if found["sign"] == "-" else one + other
