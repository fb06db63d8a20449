"""Lines of mathematics as people type them: W³ for a layer, factors side by side, ∂J/∂W as a LaTeX fraction.

As in the other dialects, no character changes its place.
"""

from __future__ import annotations

import re

from bpdebug.scenario.anylayer import as_superscripts

_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_LAYER = re.compile(r"(?<=[^\W\d_])[¹²³⁴⁵⁶⁷⁸⁹]")
_NAMED = re.compile(r"^[^=\n]*[^\W\d_][¹²³⁴⁵⁶⁷⁸⁹][ \t]*=|[¹²³⁴⁵⁶⁷⁸⁹]⁽[ⁱʲᵏ]⁾", re.MULTILINE)
_PARTIAL = re.compile(
    r"\\[dt]?frac\s*\{\s*\\partial\s*[A-Za-z]\s*\}\s*\{\s*\\partial\s*(?P<of>[A-Za-z](?:[\^_](?:\{[^{}]*\}|\w))*)\s*\}"
)
_GREEK = dict(
    zip(
        (r"\delta", r"\sigma", r"\lambda", r"\eta", r"\alpha", r"\varphi", r"\phi", r"\Theta", r"\theta", r"\Delta"),
        "δσληαφφΘθΔ",
        strict=True,
    )
)
_LETTER = re.compile(rf"(?:{'|'.join(map(re.escape, _GREEK))})(?![a-z])")
_SUM = re.compile(r"\\sum(?:\s*_\s*(?:\{[^{}]*\}|\w))?(?:\s*\^\s*(?:\{[^{}]*\}|\w))?(?![a-z])|∑")
_EXAMPLE = re.compile(r"(?<=[\])])\([ijk]\)(?=\s*\})|(?<=[)\]]\})_(?:\{[ijk]\}|[ijk]\b)|(?<=[Σ∑²³⁴⁾\d])[ᵢⱼ]|⁽[ⁱʲᵏ]⁾")
_PRIMED = re.compile(r"(?<![\w\\])(?P<name>[gfhσφ])\s*\^\s*\{\s*(?:[\[(]\w+[\])])?\s*(?:'|′)\s*\}")
_WORDED = re.compile(r"\\(?:text|mathrm|mathit|mathbf|mathcal|textbf|boldsymbol|operatorname)\s*\{(?P<word>[\w. ]*)\}")
_MATHS = re.compile(
    r"\^\{?[\[lL]|\\frac|\\cdot|∂|δ|ᵀ|⊙|\^\s*\{?\s*(?:T\b|⊤)|\b1[ \t]*/[ \t]*m[ \t]+[A-Za-z]"
    r"|[ηα][ \t]*(?:/[ \t]*\w)?[ \t]+[A-Za-z(]"
)
_TERM = re.compile(r"(?:[^=+\-−\n(){}\[\]]|\((?:[^()\n]|\([^()\n]*\))*\)|\{[^{}\n]*\}|\[[^\[\]\n]*\])+")
_SIDE_BY_SIDE = re.compile(
    r"(?<=[\w)}\]ᵀ⊤²³⁾])(?<!Σ)[ \t]+(?=\(?d?[A-Za-zδ](?:\d(?![A-Za-z0-9_])|[²³⁴⁽]|_\{?\d|\^\{?[\[(lL])"
    r"|∂|d?[A-Zδ]\[[\w+\- ]{1,9}\]|[XYxy](?![A-Za-z0-9_])|(?:np\.)?(?:sum|dot)\()"
    r"|(?<=/[mnN])[ \t]+(?=\()|(?<=[ηα])[ \t]+(?=[A-Za-z])"
)
_SCALING = re.compile(r"[\s\d./()]*(?:/\s*\(?\s*[mnN]\s*\)?\s*)?(?=\*)")
"""A number or 1/m: with the star behind it nothing is multiplied entry by entry."""
_ENTRYWISE = re.compile(r"⊙|\\odot|\\circ|\*|∘")


def as_typed(block: str) -> str:
    """The block with layers for superscripts, dW for ∂J/∂W in LaTeX, and a dot between factors side by side."""
    block = _LETTER.sub(lambda found: _GREEK[found[0]].rjust(len(found[0])), block)
    block = _WORDED.sub(lambda found: found["word"].rjust(len(found[0])), block)
    numbered = _NAMED.search(block)
    block = _PRIMED.sub(lambda found: f"{found['name']}'".rjust(len(found[0])), block)
    block = _SUM.sub(lambda found: "Σ".rjust(len(found[0])), _EXAMPLE.sub(lambda found: " " * len(found[0]), block))
    block = _PARTIAL.sub(lambda found: f"d{found['of']}".rjust(len(found[0])), block)
    if numbered:  # no power stands on the left of an equals sign, or before the index of an example
        block = _LAYER.sub(lambda found: found[0].translate(_DIGITS), block)
    block = as_superscripts(block)
    return "\n".join(_multiplied(line) if _MATHS.search(line) else line for line in block.split("\n"))


def _multiplied(line: str) -> str:
    """A line with products of matrices for factors side by side.

    Behind a product entry by entry they are left alone: what A ⊙ B C means is for the person to say.
    """
    start = line.find("=") + 1
    parts, at = [line[:start]], start
    for term in _TERM.finditer(line, start):
        scaling = _SCALING.match(term[0])
        entrywise = _ENTRYWISE.search(term[0], scaling.end() + 1 if scaling else 0)
        stop = term.start() + entrywise.start() if entrywise else term.end()
        dotted = _SIDE_BY_SIDE.sub(lambda found: "·".ljust(len(found[0])), line[term.start() : term.end()])
        parts += [line[at : term.start()], dotted[: stop - term.start()], line[stop : term.end()]]
        at = term.end()
    return "".join([*parts, line[at:]])
