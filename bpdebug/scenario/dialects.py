"""Homework in another dress than Python's: lists, LaTeX, arrows, MATLAB; each sign replaced by one of the same length.

No character changes its place, so that whatever is said of a line later points at what the person wrote.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from bpdebug.errors import Span
from bpdebug.scenario.latex import divided, is_latex, without_latex
from bpdebug.scenario.mathematics import as_typed
from bpdebug.scenario.matlab import without_matlab
from bpdebug.scenario.worded import without_words

_ARROW = re.compile(r":=|<-(?= )|←|≔|\\(?:leftarrow|gets)(?![a-z])")
_QUOTED = re.compile(r"(?<=[\w\]])\s*:\s*(?P<quote>[\"'])[\w.\[\], ]*(?P=quote)(?=\s*=)")
_MATLAB = re.compile(
    r"\.[*/^]|[\w)\]]'\s*[*;)/]|[\w)\]]'[ \t]*$|^[ \t]*function\b[^\n(]*=|^[ \t]*%\s|;\s*%"
    r"|\b(?:sum|mean)\([^()\n]*,\s*2\s*\)|\b(?:bsxfun|repmat)\(|~=|\bsize\(\s*\w+\s*,\s*[12]\s*\)"
    r"|(?<![\\\w])[A-Za-z]\w*\{[\w+\- ]+\}\s*="
    r"|\(\s*:\s*,|,\s*:\s*\)|[:(]\s*end\s*[,)]"
    r"|^[ \t]*for\s+\w+\s*=\s*\(?\s*\w[\w+\-]*\s*:\s*[\w-]|^[ \t]*end[ \t]*;?[ \t]*$",
    re.MULTILINE,
)
_POWER = re.compile(r"(?<![\w.])[A-Z]\w*\s*\^\s*\d")
POWER = "read entry by entry, as with .^: in MATLAB ^ is a power of a square matrix"
_PYTHON = re.compile(r"\b(?:np|numpy|torch|jnp|tf)\.|^[ \t]*(?:def|import|from)\s", re.MULTILINE)


def as_python(block: str, numbers: Collection[str]) -> str:
    """The block as Python would have it, character for character; `numbers` are the names of single numbers."""
    latex, matlab = is_latex(block), is_matlab(block)
    block = _ARROW.sub(lambda found: "=".rjust(len(found[0])), block)
    block = without_words(without_latex(block))
    block = _QUOTED.sub(lambda found: " " * len(found[0]), block)
    block = divided(as_typed(block, latex=latex))
    return without_matlab(block, numbers) if matlab else block


def is_matlab(block: str) -> bool:
    """Whether a block is MATLAB: .* for entry by entry, an apostrophe for a transpose, its comments and calls."""
    texts = re.sub(r"\"[^\"\n]*\"|(?<![\w)\]])'[^'\n]*'|#[^\n]*|\b\d+\.(?=[*/^])", " ", block)
    return bool(_MATLAB.search(texts)) and not _PYTHON.search(texts) and not is_latex(block)


def powers(block: str) -> Iterator[Span]:
    """Where a block in MATLAB raises a whole array to a power, as in A1^2, which it does to square matrices alone."""
    for found in _POWER.finditer(block) if is_matlab(block) else ():
        yield Span(*found.span())
