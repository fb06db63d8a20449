"""Formulas as MathML: read off their LaTeX, so that whatever has a LaTeX form has one for pages too.

Only what bpdebug itself writes is read: groups, scripts, fractions, roots, fences, names and signs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from bpdebug.language.names import GREEK

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
LETTERS = {command: letter for letter, command in GREEK.items() if len(letter) == 1}
SIGNS = {
    r"\cdot": "·", r"\odot": "⊙", r"\times": "×", r"\ge": "≥", r"\le": "≤", r"\ne": "≠", r"\top": "⊤",
    r"\partial": "∂", r"\sum": "Σ", r"\sim": "∼", r"\backslash": "\\", "-": "−", "'": "′",
    r"\rightarrow": "→", r"\lbrace": "{", r"\rbrace": "}",
}  # fmt: skip
FUNCTIONS = {rf"\{name}": name for name in ("exp", "log", "tanh", "cos", "sin", "max", "min")} | {r"\ell": "ℓ"}
"""What is written upright before its argument."""
SPACES = {r"\,": "0.167em", r"\quad": "1em", r"\ ": "0.25em", "~": "0.25em"}
APPLY = "<mo>\u2061</mo>"
"""The invisible sign between a function and what it is applied to."""
SUM = '<mo largeop="false" movablelimits="false">Σ</mo>'

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|\s+|.", re.DOTALL)
_RAW = {r"\text": "mtext", r"\mathrm": "mi", r"\operatorname": "mi", r"\mathtt": "mtext"}
_ESCAPED = re.compile(r"\\(?:([_{}#$%&])|backslash ?|hat\{\})")


def mathml(latex: str, *, display: bool = False) -> str:
    """The `<math>` element of a formula that bpdebug wrote; ValueError where it holds what is not read."""
    block = ' display="block"' if display else ""
    return f'<math xmlns="{NAMESPACE}"{block}>{_Reader(latex).whole()}</math>'


class _Reader:
    """Reads a formula from left to right."""

    def __init__(self, latex: str) -> None:
        self.tokens: list[str] = _TOKEN.findall(latex)
        self.latex = latex
        self.at = 0

    def whole(self) -> str:
        found = "".join(self._row(""))
        if self.at < len(self.tokens):
            raise ValueError(f"{self.tokens[self.at]!r} has no place in {self.latex!r}")
        return f"<mrow>{found}</mrow>"

    def _row(self, end: str) -> Iterator[str]:
        """Everything up to the piece that ends it, each with its scripts."""
        while (piece := self._peek()) != end and piece:
            if piece in ("}", r"\right"):
                return
            yield self._scripted(self._atom())

    def _peek(self) -> str:
        while self.at < len(self.tokens) and self.tokens[self.at].isspace():
            self.at += 1
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def _take(self, expected: str = "") -> str:
        piece = self._peek()
        if not piece or (expected and piece != expected):
            raise ValueError(f"expected {expected or 'more'!r} in {self.latex!r}")
        self.at += 1
        return piece

    def _scripted(self, base: str) -> str:
        """The atom with what stands above and below on its right."""
        lower = upper = ""
        while (piece := self._peek()) in ("^", "_", "'"):
            self.at += 1
            if piece == "_":
                lower = self._atom()
            else:
                upper = self._atom() if piece == "^" else _sign("'")
        if lower and upper:
            base = f"<msubsup>{base}{lower}{upper}</msubsup>"
        elif lower or upper:
            tag = "msub" if lower else "msup"
            base = f"<{tag}>{base}{lower or upper}</{tag}>"
        return base + APPLY if self._peek() == r"\left" and _applicable(base) else base

    def _atom(self) -> str:
        piece = self._take()
        if piece == "{":
            return self._group()
        if piece in _RAW:
            return _upright(_RAW[piece], self._words())
        if piece == r"\frac":
            return f"<mfrac>{self._atom()}{self._atom()}</mfrac>"
        if piece == r"\sqrt":
            return f"<msqrt>{self._atom()}</msqrt>"
        if piece == r"\underset":
            below, base = self._atom(), self._atom()
            return f"<munder>{base}{below}</munder>"
        if piece == r"\left":
            return self._fenced()
        return _single(piece, self.latex)

    def _group(self) -> str:
        found = [*self._row("}")]
        self._take("}")
        return found[0] if len(found) == 1 else f"<mrow>{''.join(found)}</mrow>"

    def _fenced(self) -> str:
        left = self._take()
        found = "".join(self._row(r"\right"))
        self._take(r"\right")
        right = self._take()
        return f"<mrow>{_sign(left, 'prefix')}{found}{_sign(right, 'postfix')}</mrow>"

    def _words(self) -> str:
        """What stands in a group as it is written, blanks too."""
        self._take("{")
        depth, begin = 1, self.at
        while self.at < len(self.tokens):
            depth += {"{": 1, "}": -1}.get(self.tokens[self.at], 0)
            self.at += 1
            if not depth:
                return "".join(self.tokens[begin : self.at - 1])
        raise ValueError(f"a group is never closed in {self.latex!r}")


def _upright(tag: str, latex: str) -> str:
    """Words, which stand upright also where they are a single letter."""
    words = _ESCAPED.sub(lambda found: found[1] or ("\\" if "back" in found[0] else "^"), latex)
    normal = ' mathvariant="normal"' if tag == "mi" and len(words) == 1 else ""
    return f"<{tag}{normal}>{escape(words, quote=False)}</{tag}>"


def _applicable(base: str) -> bool:
    """Whether brackets behind it are what it is applied to."""
    return base.startswith(("<mi", "<msup><mi", "<msub><mi", SUM))


def _single(piece: str, latex: str) -> str:
    if piece in SPACES:
        return f'<mspace width="{SPACES[piece]}"/>'
    if piece in FUNCTIONS:
        return _upright("mi", FUNCTIONS[piece])
    if piece in LETTERS or piece.isalpha():
        return f"<mi>{escape(LETTERS.get(piece, piece))}</mi>"
    if piece[0].isdigit():
        return f"<mn>{piece}</mn>"
    if piece in SIGNS or not piece.startswith("\\"):
        return _sign(piece)
    if len(piece) == 2:
        return f"<mi>{escape(piece[1], quote=False)}</mi>"
    raise ValueError(f"{piece} is not read, in {latex!r}")


def _sign(piece: str, form: str = "") -> str:
    sign = escape(SIGNS.get(piece, piece), quote=False)
    if form:
        return f'<mo form="{form}" fence="true">{sign}</mo>'
    return SUM if sign == "Σ" else f"<mo>{sign}</mo>"
