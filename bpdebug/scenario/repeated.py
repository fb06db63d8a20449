"""Loops whose elements are not known: which of their statements depend on them, so that nothing is half read."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from msgspec import Struct

from bpdebug.scenario.brackets import assignment, parts
from bpdebug.scenario.heads import first_word, split

_WORD = re.compile(r"[^\W\d]\w*")
_KEY = re.compile(r"[\"']\s*([^\W\d]\w*)")
_TWICE = 2
"""Passes through a body: what a statement gives, one before it may read in the next turn."""


class Given(Struct, frozen=True):
    """One assignment: the names that it gives, the words that it reads, whether it changes what there is."""

    names: frozenset[str]
    reads: frozenset[str]
    changes: bool


def dependent(
    code: str, body: Sequence[tuple[int, int]], over: Collection[str], parameters: Collection[str]
) -> Iterator[tuple[int, int]]:
    """The statements of a body that depend on the names that its loop gives, or that add something up in it.

    A parameter that is changed in every turn is updated, which is the same in each.
    """
    unknown, found = set(over), set[tuple[int, int]]()
    for _ in range(_TWICE):
        begun = set[str]()
        for span in body:
            each = _given(code[slice(*span)])
            if each is None:
                continue
            adds = each.changes and not each.names <= begun | {*parameters}
            if adds or each.reads & unknown:
                unknown |= each.names
                found.add(span)
            elif not each.changes:
                unknown -= each.names
                begun |= each.names
    return iter(sorted(found))


def _given(text: str) -> Given | None:
    text = re.sub(r"#[^\n]*", "", text)
    if first_word(text) in ("if", "elif", "else", "for", "while"):
        inline = split(text)[1]
        text = text[inline:] if inline is not None else ""
    found = [_assigned(text[start:stop]) for start, stop in parts(text, ";")]
    given = [each for each in found if each is not None]
    if not given:
        return None
    names = frozenset(name for each in given for name in each.names)
    reads = frozenset(word for each in given for word in each.reads)
    return Given(names, reads, any(each.changes for each in given))


def _assigned(text: str) -> Given | None:
    equals = assignment(text)
    if equals is None:
        return None
    left, right = text[: equals.start()].strip("() \n\t"), text[equals.end() :]
    names = [_named(left[start:stop]) for start, stop in parts(left, ",")]
    inside = "".join(re.findall(r"\[[^\[\]]*\]", left))
    return Given(frozenset(names), frozenset(_WORD.findall(right + inside)), bool(equals["sign"]))


def _named(left: str) -> str:
    """What an assignment gives: dW of self.dW[l], dW2 of grads["dW2"]."""
    if key := _KEY.search(left):
        return key[1]
    words = _WORD.findall(left.split("[", maxsplit=1)[0])
    return words[-1] if words else ""
