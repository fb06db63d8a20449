"""Homework in another dress than Python's: lists, LaTeX, arrows, MATLAB; each sign replaced by one of the same length.

No character changes its place, so that whatever is said of a line later points at what the person wrote.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from bpdebug.scenario.mathematics import as_typed
from bpdebug.scenario.matlab import without_matlab

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
    r"\\(?:begin|end)\s*\{[a-z]+\*?\}|\$\$?"
    r"|\\\[|\\\]|\\\(|\\\)|\\(?:left|right|bigl?|bigr?)(?![a-z])|\\[,;!]|&(?==)|\\\\[ \t]*$",
    re.MULTILINE,
)
_ARROW = re.compile(r":=|<-(?= )|←|≔|\\(?:leftarrow|gets)(?![a-z])")
_QUOTED = re.compile(r"(?<=[\w\]])\s*:\s*(?P<quote>[\"'])[\w.\[\], ]*(?P=quote)(?=\s*=)")
_COMMANDS = {r"\cdot": "·", r"\odot": "⊙", r"\circ": "⊙", r"\times": "*", r"\ast": "*", r"\top": "⊤", r"\prime": "′"}
_COMMAND = re.compile("|".join(map(re.escape, _COMMANDS)) + r"(?![a-z])")
_FRACTION = re.compile(r"\\[dt]?frac\s*\{(?P<over>[^{}]*)\}\s*\{(?P<under>[^{}]*)\}")
_MATLAB = re.compile(
    r"\.[*/^]|[\w)\]]'\s*[*;)/]|[\w)\]]'[ \t]*$|^[ \t]*function\b[^\n(]*=|^[ \t]*%\s|;\s*%"
    r"|\b(?:sum|mean)\([^()\n]*,\s*2\s*\)|\b(?:bsxfun|repmat)\(|~=|\bsize\(\s*\w+\s*,\s*[12]\s*\)"
    r"|(?<![\\\w])[A-Za-z]\w*\{[\w+\- ]+\}\s*="
    r"|\(\s*:\s*,|,\s*:\s*\)|[:(]\s*end\s*[,)]"
    r"|^[ \t]*for\s+\w+\s*=\s*\(?\s*\w[\w+\-]*\s*:\s*[\w-]|^[ \t]*end[ \t]*;?[ \t]*$",
    re.MULTILINE,
)
_PYTHON = re.compile(r"\b(?:np|numpy|torch|jnp|tf)\.|^[ \t]*(?:def|import|from)\s", re.MULTILINE)


def as_python(block: str, numbers: Collection[str]) -> str:
    """The block as Python would have it, character for character; `numbers` are the names of single numbers."""
    block = _TICKED.sub(_code_alone, block)
    for pattern in (_BULLET, _BOLD, _LEAD, _NUMBERED, _MATHS, _QUOTED):
        block = pattern.sub(_blank, block)
    block = _ARROW.sub(lambda found: "=".rjust(len(found[0])), block)
    block = _COMMAND.sub(lambda found: _COMMANDS[found[0]].ljust(len(found[0])), block)
    block = _FRACTION.sub(_divided, as_typed(block))
    return without_matlab(block, numbers) if is_matlab(block) else block


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])


def _code_alone(found: re.Match[str]) -> str:
    """The code of a line in which words stand around it."""
    return f"{' ' * len(found['before'])} {found['code']} {' ' * len(found['after'])}"


def _divided(found: re.Match[str]) -> str:
    r"""\frac{1}{m} is as long as (1)/(m) and some blanks."""
    return f"({found['over']})/({found['under']})".ljust(len(found[0]))


def is_matlab(block: str) -> bool:
    """Whether a block is MATLAB: .* for entry by entry, an apostrophe for a transpose, its comments and calls."""
    texts = re.sub(r"\"[^\"\n]*\"|(?<![\w)\]])'[^'\n]*'|#[^\n]*|\b\d+\.(?=[*/^])", " ", block)
    return bool(_MATLAB.search(texts)) and not _PYTHON.search(texts)
