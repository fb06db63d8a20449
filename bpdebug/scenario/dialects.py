"""Homework in another dress than Python's: lists, LaTeX, arrows, MATLAB; each sign replaced by one of the same length.

No character changes its place, so that whatever is said of a line later points at what the person wrote.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from bpdebug.scenario.mathematics import as_typed

_BULLET = re.compile(
    r"^[ \t]*"
    r"(?:[-*+•‣–]|\(?\d{1,2}[.)]|\(?(?:[a-z]|[ivx]{1,4})\)|[Ss]tep[ \t]*\d{1,2}[:.)])[ \t]+"
    r"(?=(?:\*\*|__)?[^\W\d][^=\n]*=)",
    re.MULTILINE,
)
_BOLD = re.compile(r"^[ \t]*(?P<mark>\*\*|__)(?=[^\W\d][^=\n]*=)|(?:\*\*|__)[ \t]*$", re.MULTILINE)
_TICKED = re.compile(
    r"^(?P<before>[^`\n]*)`(?P<code>[^`\n]*[^`=<>!\n]=[^`=\n][^`\n]*)`(?P<after>[^`\n]*)$", re.MULTILINE
)
_LEAD = re.compile(
    r"^[ \t]*(?:(?:then|so|thus|hence|therefore|and|also|next|finally|first|now|we get|i get|gives?|let)\b[ ,:]*)+"
    r"(?=[^\W\d][^=\n]*=)",
    re.MULTILINE | re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?<=\S)[ \t]{2,}\(\d+(?:\.\d+)?\)[ \t]*$", re.MULTILINE)
_MATHS = re.compile(
    r"\$\$?|\\\[|\\\]|\\\(|\\\)|\\(?:left|right|bigl?|bigr?)(?![a-z])|\\[,;!]|&(?==)|\\\\[ \t]*$", re.MULTILINE
)
_ARROW = re.compile(r":=|<-(?= )|←|≔")
_QUOTED = re.compile(r"(?<=[\w\]])\s*:\s*(?P<quote>[\"'])[\w.\[\], ]*(?P=quote)(?=\s*=)")
_COMMANDS = {r"\cdot": "·", r"\odot": "⊙", r"\circ": "⊙", r"\times": "*", r"\ast": "*", r"\top": "⊤", r"\prime": "′"}
_COMMAND = re.compile("|".join(map(re.escape, _COMMANDS)) + r"(?![a-z])")
_FRACTION = re.compile(r"\\[dt]?frac\s*\{(?P<over>[^{}]*)\}\s*\{(?P<under>[^{}]*)\}")
_MATLAB = re.compile(r"\.[*/^]|[\w)\]]'\s*[*;)/]|[\w)\]]'\s*$", re.MULTILINE)
_TURNED = re.compile(r"(?<=[\w)\]])\.?'")
_SUMMED = re.compile(r"(?<=,)(?P<blank>\s*)(?P<axis>[12])(?=\s*\))")
_ALONG = {"1": "①", "2": "②"}
"""MATLAB's axes, which it counts from 1 and keeps."""
_COMMENT = re.compile(r"%[^\n]*|//[^\n]*")
_OPERAND = re.compile(r"[\w.'ᵀ]+\Z")
FAR = 200
"""Characters that the operand of a product is looked for in."""
_SIGNS = {".*": " *", "./": " /", ".^": "**", ".+": " +", ".-": " -", ".>": " >", ".<": " <"}


def as_python(block: str, numbers: Collection[str]) -> str:
    """The block as Python would have it, character for character; `numbers` are the names of single numbers."""
    block = _TICKED.sub(_code_alone, block)
    for pattern in (_BULLET, _BOLD, _LEAD, _NUMBERED, _MATHS, _QUOTED):
        block = pattern.sub(_blank, block)
    block = _ARROW.sub(lambda found: "=".rjust(len(found[0])), block)
    block = _COMMAND.sub(lambda found: _COMMANDS[found[0]].ljust(len(found[0])), block)
    block = _FRACTION.sub(_divided, as_typed(block))
    return _without_matlab(block, numbers) if _is_matlab(block) else block


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])


def _code_alone(found: re.Match[str]) -> str:
    """The code of a line in which words stand around it."""
    return f"{' ' * len(found['before'])} {found['code']} {' ' * len(found['after'])}"


def _divided(found: re.Match[str]) -> str:
    r"""\frac{1}{m} is as long as (1)/(m) and some blanks."""
    return f"({found['over']})/({found['under']})".ljust(len(found[0]))


def _is_matlab(block: str) -> bool:
    """Whether entry by entry is written .* here, or a transpose with an apostrophe."""
    texts = re.sub(r"\"[^\"\n]*\"|(?<![\w)\]])'[^'\n]*'|#[^\n]*|\b\d+\.(?=[*/^])", " ", block)
    return bool(_MATLAB.search(texts)) and "np." not in texts


def _without_matlab(block: str, numbers: Collection[str]) -> str:
    block = _COMMENT.sub(lambda found: "#" + found[0][1:], block)
    block = _TURNED.sub(lambda found: "ᵀ".rjust(len(found[0])), block)
    block = _SUMMED.sub(lambda found: found["blank"] + _ALONG[found["axis"]], block)
    product = re.compile(r"\.[*/^+\-<>]|\*(?!\*)")
    return product.sub(lambda found: _SIGNS.get(found[0]) or _product(block, found, numbers), block)


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
