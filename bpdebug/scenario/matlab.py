"""MATLAB's signs and calls as Python's, character for character: .* and ', % comments, sum(x, 2), size(x, 1).

What depends on shapes is only marked here, by a letter that names have nowhere else: see `totals`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from bpdebug.check.called import RATES
from bpdebug.scenario.brackets import parts
from bpdebug.scenario.places import FAR, closed, with_slices, with_stacks

ADDED_UP = {"_um": "sum", "_ean": "mean"}
"""How sum(x) and mean(x) are marked: they go along the columns of a matrix, and along a vector however it lies."""
_TURNED = re.compile(r"(?<=[\w)\]])\.?'(?!\()")
_DIMS = re.compile(r"\bdims\s*=\s*(?P<axis>[12])\b")
"""Julia's axis, which it keeps as well."""
_ALONG = {"1": "①", "2": "②"}
"""MATLAB's axes, which it counts from 1 and keeps."""
_LENGTH = {"1": "③", "2": "④"}
"""The same where it asks for the length along one."""
_CALLED = re.compile(r"(?<![\w.])(?P<name>sum|mean|size)\s*\(")
_NUMBER = re.compile(r"^\s*(\w+)\s*=\s*[\d.+\-*/ ()]*(?:\de-?)?\d[\d.+\-*/ ()]*;?\s*(?:%.*)?$", re.MULTILINE)
_COMMENT = re.compile(r"(?<=[(,=\s])'[^'\n]*'|\"[^\"\n]*\"|(?P<comment>%[^\n]*|//[^\n]*)")
_CELL = re.compile(r"(?<=[A-Za-z0-9])\{(?P<place>[^{}\n=]*)\}")
_FROM_THE_END = re.compile(r"end(?P<back>\s*-\s*\d{1,2})?\Z")
_CONTINUED = re.compile(r"\.\.\.[^\n]*$", re.MULTILINE)
_OPERAND = re.compile(r"[\w.'ᵀ]+\Z")
_SIGNS = {".*": " *", "./": " /", ".^": "**", ".+": " +", ".-": " -", ".>": " >", ".<": " <"}
_PRODUCT = re.compile(r"\.[*/^+\-<>]|\*(?!\*)")


def without_matlab(block: str, numbers: Collection[str]) -> str:
    """The block in Python's signs; `numbers` are the names of single numbers, to which a block may add its own."""
    single = {*numbers, *RATES, *_NUMBER.findall(block)}
    block = _COMMENT.sub(lambda found: "#" + found[0][1:] if found["comment"] else found[0], block)
    block = _CONTINUED.sub(lambda found: "\\".rjust(len(found[0])), block)
    block = _DIMS.sub(lambda found: _ALONG[found["axis"]].rjust(len(found[0])), block)
    block = _CELL.sub(lambda found: f"[{_place(found['place'])}]", block)
    block = _TURNED.sub(lambda found: "ᵀ".rjust(len(found[0])), with_slices(block))
    block = with_stacks(block)
    letters = list(block)
    for place, letter in _marks(block):
        letters[place] = letter
    block = "".join(letters)
    return _PRODUCT.sub(lambda found: _SIGNS.get(found[0]) or _product(block, found, single), block)


def _place(written: str) -> str:
    """The place in a list, as Python counts it from its end: -1 for end."""
    found = _FROM_THE_END.match(written.strip())
    back = found and re.sub(r"\D", "", found["back"] or "")
    return written if found is None else f"-{int(back or 0) + 1}".rjust(len(written))


def _marks(block: str) -> Iterator[tuple[int, str]]:
    """The letters that stand for axes, and for a sum whose axis the shape decides."""
    whole = set[int]()
    for found in _CALLED.finditer(block):
        stop = closed(block, found.end()) or found.end()
        given = [(found.end() + a, found.end() + b) for a, b in parts(block[found.end() : stop], ",")]
        last = block[slice(*given[-1])] if given else ""
        if len(given) == 2 and last.strip() in _ALONG:
            place = given[1][0] + last.index(last.strip())
            yield place, (_LENGTH if found["name"] == "size" else _ALONG)[last.strip()]
        elif len(given) == 1 and found["name"] != "size":
            begin, inner = given[0][0], _CALLED.match(block, given[0][0])
            if (
                inner
                and inner["name"] == found["name"]
                and not block[(closed(block, inner.end()) or inner.end()) + 1 : stop].strip()
            ):
                whole.add(begin)  # sum(sum(x)) adds up everything
            elif last.rstrip().endswith("(:)"):
                yield from ((begin + at, " ") for at in range(last.rindex("(:)"), len(last.rstrip())))
            elif found.start() not in whole:
                yield found.start(), "_"


def _product(block: str, found: re.Match[str], numbers: Collection[str]) -> str:
    """The matrix product, unless one side is a single number."""
    before = block[max(0, found.start() - FAR) : found.start()].rstrip()
    after = block[found.end() : found.end() + FAR].lstrip()
    if block[found.start() - 1 : found.start()] == "*":
        return "*"
    left = _bracketed(before) if before.endswith(")") else (_OPERAND.search(before) or [""])[0]
    right = re.match(r"[\w.]*", after)
    return "*" if _is_number(left, numbers) or (right and _is_number(right[0], numbers)) else "@"


def _bracketed(before: str) -> str:
    """The bracket with which a text ends."""
    depth = 0
    for at in range(len(before) - 1, -1, -1):
        depth += (before[at] == ")") - (before[at] == "(")
        if not depth:
            return before[at:]
    return before[-1:]


def _is_number(operand: str, numbers: Collection[str]) -> bool:
    words = re.findall(r"[^\W\d]\w*", operand)
    return bool(operand) and all(word in numbers for word in words)
