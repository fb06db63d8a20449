"""The heads of loops and conditions: for l in range(3, 0, -1), for l = 3:-1:1, while l > 0, if l == L."""

from __future__ import annotations

import ast
import re

from bpdebug.scenario.counting import Numbers, expression, value

LONGEST = 200
"""Turns of a loop that are looked at."""
_ENDS = r"(?:[^(),\[\]]|\([^()]*\))+?"
_RANGE = re.compile(
    rf"\s*for\s+(?P<name>\w+)\s+in\s+(?P<turned>reversed\s*\(\s*)?x?range\s*\(\s*(?P<ends>{_ENDS}(?:,{_ENDS}){{0,2}})\)"
)
_LISTED = re.compile(
    r"\s*for\s+(?:each\s+)?(?:layer\s+)?(?P<name>\w+)\s*(?:=|in)\s*[\[({]?\s*(?P<numbers>\d+(?:\s*,\s*\d+)+)\s*[\])}]?"
)
_WHOLE = r"[\w+\-*/ ]+?"
_COLON = re.compile(rf"\s*for\s+(?P<name>\w+)\s*=\s*\(?(?P<ends>{_WHOLE}(?::{_WHOLE}){{1,2}})\)?\s*(?:%.*)?$")
_OVER = re.compile(r"\s*(?:par)?for\s+(?P<names>[^=\n]{1,200}?)(?:\s+in\b|\s*=)")
_OVER_NAMES = re.compile(
    r"\s*for\s+\(?(?P<names>\w+(?:\s*,\s*\w+)*)\)?\s+in\s+(?P<list>(?:[\[(]|zip\b|reversed\b)[^\n:]*[\])])\s*:"
)
_WORD = re.compile(r"\s*(?P<word>[A-Za-z]+)\b")
_COUNTS = re.compile(r"\s*for\s+(?:each\s+)?(?:layer\s+)?\(?\w+\s*=")
_NAME = re.compile(r"[^\W\d]\w*")


def first_word(text: str) -> str:
    """The word that a statement begins with."""
    found = _WORD.match(text)
    return found["word"] if found else ""


def indent(text: str) -> int:
    """How far to the right a statement begins."""
    line = text.lstrip("\n").expandtabs(4)
    return len(line) - len(line.lstrip(" "))


def loop(text: str, numbers: Numbers) -> tuple[str, list[int]] | None:
    """The name that a loop counts with, and its numbers; None where they are not known."""
    if found := _LISTED.match(text):
        return found["name"], [int(each) for each in found["numbers"].split(",")][:LONGEST]
    if found := _RANGE.match(text):
        ends = [value(each, numbers) for each in found["ends"].split(",")]
        turns = None if None in ends or ends[2:] == [0] else list(range(*(each or 0 for each in ends))[:LONGEST])
        return None if turns is None else (found["name"], turns[::-1] if found["turned"] else turns)
    if found := _COLON.match(text.split("#", maxsplit=1)[0].rstrip().rstrip(":,")):
        first, *others = (value(each, numbers) for each in found["ends"].split(":"))
        by, last = others if len(others) == 2 else (1, others[0])
        if first is not None and last is not None and by:
            return found["name"], list(range(first, last + (1 if by > 0 else -1), by)[:LONGEST])
    return None


def named(text: str) -> list[dict[str, str]]:
    """What the names of a loop stand for in each turn, where these are written out; empty where they are not.

    For x, s in [(X2, S2), (X1, S1)], and for zip([X2, X1], [S2, S1]). A key, as in ["W1", "b1"], stays in its quotes.
    """
    found = _OVER_NAMES.match(text)
    tree = expression(found["list"]) if found else None
    if found is None or tree is None:
        return []
    names, rows = _NAME.findall(found["names"]), _rows(tree)
    if not rows or len(rows) > LONGEST or any(len(row) != len(names) for row in rows):
        return []
    return [dict(zip(names, row, strict=True)) for row in rows]


def _rows(node: ast.expr) -> list[tuple[str, ...]]:
    """The names in a list of names, or of tuples of them; empty where it is none."""
    match node:
        case ast.Call(func=ast.Name(id="zip"), args=lists, keywords=[]):
            columns = [[name for row in _rows(each) for name in row] for each in lists]
            even = len({len(each) for each in columns}) == 1
            return [*zip(*columns, strict=True)] if even else []
        case ast.Call(func=ast.Name(id="reversed"), args=[inner], keywords=[]):
            return _rows(inner)[::-1]
        case ast.List(elts=entries) | ast.Tuple(elts=entries):
            rows = [each.elts if isinstance(each, ast.Tuple | ast.List) else [each] for each in entries]
            names = [tuple(map(_name, row)) for row in rows]
            return names if all(each for row in names for each in row) else []
    return []


def _name(node: ast.expr) -> str:
    """A name, or a key in quotes; "" for anything else."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Constant(value=str() as key) if _NAME.fullmatch(key):
            return repr(key)
    return ""


def runs_over(text: str) -> frozenset[str]:
    """The names that a loop gives: x and y of for x, y in zip(X, Y)."""
    found = _OVER.match(text)
    return frozenset(_NAME.findall(found["names"])) if found else frozenset()


def split(text: str) -> tuple[str, int | None]:
    """The condition of if, elif or while, and where on the same line the statements of the head begin, if they do."""
    word = first_word(text)
    begin = len(text) - len(text.lstrip()) + len(word)
    counts = word == "for" and _COUNTS.match(text) is not None
    end = None if counts else _outside(text, begin, ":")
    if end is None:
        end = _outside(text, begin, ",")
    if end is None:
        return text[begin:].split("#", maxsplit=1)[0].strip().rstrip(";"), None
    rest = text[end + 1 :].split("#", maxsplit=1)[0].strip()
    return text[begin:end].strip(), end + 1 if rest and not (counts and rest[0].isdigit()) else None


def _outside(text: str, begin: int, sign: str) -> int | None:
    """Where a sign stands outside of brackets, before any comment."""
    depth = 0
    for at in range(begin, len(text)):
        letter = text[at]
        depth += (letter in "([{") - (letter in ")]}")
        if depth == 0 and letter == sign:
            return at
        if letter == "#":
            break
    return None
