"""Lines of mathematics as people type them: W³ for a layer, factors side by side, ∂J/∂W as a LaTeX fraction.

As in the other dialects, no character changes its place.
"""

from __future__ import annotations

import re

_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_LAYER = re.compile(r"(?<=[^\W\d_])[¹²³⁴⁵⁶⁷⁸⁹]")
_NAMED = re.compile(r"^[^=\n]*[^\W\d_][¹²³⁴⁵⁶⁷⁸⁹][ \t]*=", re.MULTILINE)
_PARTIAL = re.compile(
    r"\\[dt]?frac\s*\{\s*\\partial\s*[A-Za-z]\s*\}\s*\{\s*\\partial\s*(?P<of>[A-Za-z](?:[\^_](?:\{[^{}]*\}|\w))*)\s*\}"
)
_GREEK = {r"\delta": "δ", r"\sigma": "σ", r"\lambda": "λ"}
_LETTER = re.compile("|".join(map(re.escape, _GREEK)) + r"(?![a-z])")
_SUM = re.compile(r"\\sum(?:\s*_\s*(?:\{[^{}]*\}|\w))?(?:\s*\^\s*(?:\{[^{}]*\}|\w))?(?![a-z])|∑")
_EXAMPLE = re.compile(r"(?<=\])\([ij]\)(?=\s*\})")
_MATHS = re.compile(r"\^\{?\[|\\frac|\\cdot|∂|δ|ᵀ|⊙")
_TERM = re.compile(r"(?:[^=+\-−\n(){}\[\]]|\([^()\n]*\)|\{[^{}\n]*\}|\[[^\[\]\n]*\])+")
_SIDE_BY_SIDE = re.compile(
    r"(?<=[\w)}\]ᵀ⊤²³⁾])(?<!Σ)[ \t]+"
    r"(?=\(?d?[A-Za-zδ](?:\d(?![A-Za-z0-9_])|[²³⁴⁽]|_\{?\d|\^\{?[\[(])|\\delta\b)"
)
_ENTRYWISE = re.compile(r"⊙|\\odot|\\circ|\*|∘")


def as_typed(block: str) -> str:
    """The block with layers for superscripts, dW for ∂J/∂W in LaTeX, and a dot between factors side by side."""
    block = _SUM.sub(lambda found: "Σ".rjust(len(found[0])), _EXAMPLE.sub("   ", block))
    block = _PARTIAL.sub(lambda found: f"d{found['of']}".rjust(len(found[0])), block)
    if _NAMED.search(block):  # no power stands on the left of an equals sign
        block = _LAYER.sub(lambda found: found[0].translate(_DIGITS), block)
    lines = (_multiplied(line) if _MATHS.search(line) else line for line in block.split("\n"))
    return _LETTER.sub(lambda found: _GREEK[found[0]].rjust(len(found[0])), "\n".join(lines))


def _multiplied(line: str) -> str:
    """A line with products of matrices for factors side by side.

    Behind a product entry by entry they are left alone: what A ⊙ B C means is for the person to say.
    """
    start = line.find("=") + 1
    parts, at = [line[:start]], start
    for term in _TERM.finditer(line, start):
        entrywise = _ENTRYWISE.search(term[0])
        stop = term.start() + entrywise.start() if entrywise else term.end()
        dotted = _SIDE_BY_SIDE.sub(lambda found: "·".ljust(len(found[0])), line[term.start() : term.end()])
        parts += [line[at : term.start()], dotted[: stop - term.start()], line[stop : term.end()]]
        at = term.end()
    return "".join([*parts, line[at:]])
