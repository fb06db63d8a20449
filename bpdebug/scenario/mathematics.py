"""Lines of mathematics as people type them: W³ for a layer, factors side by side, sums over the examples.

As in the other dialects, no character changes its place.
"""

from __future__ import annotations

import re

from bpdebug.scenario.anylayer import as_superscripts

_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_LAYER = re.compile(r"(?<=[^\W\d_])[¹²³⁴⁵⁶⁷⁸⁹]")
_NAMED = re.compile(r"^[^=\n]*[^\W\d_][¹²³⁴⁵⁶⁷⁸⁹][ \t]*=|[¹²³⁴⁵⁶⁷⁸⁹]⁽[ⁱʲᵏ]⁾", re.MULTILINE)
_SUM = re.compile(r"\\sum(?:\s*_\s*(?:\{[^{}]*\}|\w))?(?:\s*\^\s*(?:\{[^{}]*\}|\w))?(?![a-z])|∑")
_EXAMPLE = re.compile(
    r"(?<=[\])])\([ijk]\)(?=\s*\})|(?<=\^\d)_(?:\{[ijk]\}|[ijk]\b)|(?<=[^\W\d])_(?:\{[ijk]\}|[ijk])(?=\s*\^)|(?<=[)\]]\})_(?:\{[ijk]\}|[ijk]\b)|(?<=[Σ∑²³⁴⁾\d])[ᵢⱼ]|⁽[ⁱʲᵏ]⁾"
)
_PRIMED = re.compile(
    r"(?<![\w\\])(?P<name>[gfhσφ])\s*(?:\^\s*\{\s*(?:[\[(]\w+[\])])?\s*['′]\s*\}|['′]\s*\^\s*\{\s*[\[(]?\w[\])]?\s*\})"
)
_LOWERED = re.compile(r"(?P<name>(?<![\w\\])d?[^\W\d_]+)_\s*\{\s*[\[(]?(?P<number>\d)[\])]?\s*\}")
_TIGHT = re.compile(r"\^\s*\{(?P<layer>[\[(]\w+[\])])\s*\^?(?P<turned>T|⊤|\{T\})?\}(?=[^\W\d_]|\(\s*[^\W\d_]+\^)")
"""W^{[2]T} with the next factor right behind it."""
_MATHS = re.compile(
    r"\^\{?[\[lL]|\\frac|·|∂|∇|δ|ᵀ|⊤|⊙|\^\s*\{?\s*T\b|\b1[ \t]*/[ \t]*m[ \t]+[A-Za-z]"
    r"|[ηα][ \t]*(?:/[ \t]*\w)?[ \t]+[A-Za-z(]"
)
_TERM = re.compile(r"(?:[^=+\-−\n(){}\[\]]|\((?:[^()\n]|\([^()\n]*\))*\)|\{[^{}\n]*\}|\[[^\[\]\n]*\])+")
_FACTOR = r"δ\d|d?[A-Za-zδ](?:\d(?![A-Za-z0-9_])|[₀-₉]|[²³⁴⁽]|_\{?\d|\^\{?[\[(lL])"
_SIDE_BY_SIDE = re.compile(
    rf"(?<=[\w)}}\]ᵀ⊤²³⁾])(?<!Σ)[ \t]+(?=\(?[ \t]*(?:{_FACTOR}|delta_?\d)"
    r"|∂|d?[A-Zδ]\[[\w+\- ]{1,9}\]|[XYxy](?![A-Za-z0-9_])|(?:np\.)?(?:sum|dot)\()"
    r"|(?<=/[mnN])[ \t]+(?=\()|(?<=[ηα])[ \t]+(?=[A-Za-z])"
)
_SCALING = re.compile(r"[\s\d./()]*(?:/\s*\(?\s*[mnN]\s*\)?\s*)?(?=\*)")
"""A number or 1/m: with the star behind it nothing is multiplied entry by entry."""
_ENTRYWISE = re.compile(r"⊙|\\odot|\\circ|\*|∘")


def as_typed(block: str, *, latex: bool = False) -> str:
    """The block with layers for superscripts, and a dot between factors side by side."""
    numbered = _NAMED.search(block)
    block = _PRIMED.sub(lambda found: f"{found['name']}'".rjust(len(found[0])), block)
    block = _SUM.sub(lambda found: "Σ".rjust(len(found[0])), _EXAMPLE.sub(lambda found: " " * len(found[0]), block))
    if numbered:  # no power stands on the left of an equals sign, or before the index of an example
        block = _LAYER.sub(lambda found: found[0].translate(_DIGITS), block)
    block = _LOWERED.sub(lambda found: f"{found['name']}_{found['number']}".rjust(len(found[0])), block)
    block = as_superscripts(_TIGHT.sub(_apart, block))
    return "\n".join(_multiplied(line) if latex or _MATHS.search(line) else line for line in block.split("\n"))


def _apart(found: re.Match[str]) -> str:
    """W^[2]T and blanks for the braces of W^{[2]T}."""
    turned = "T" if found["turned"] else ""
    return f"^{found['layer']}{turned}".ljust(len(found[0]))


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
