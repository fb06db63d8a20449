"""Expressions to text, in three notations: Unicode for the screen, ASCII, which is Python's spelling, and LaTeX."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from string import Formatter

from msgspec import Struct

from bpdebug.errors import Span
from bpdebug.language.expression import Apply, Expr, Name, Number, Option, Slice
from bpdebug.language.names import is_factor, write_latex_number, write_name, write_number
from bpdebug.language.options import PICKER
from bpdebug.language.vocabulary import ATOM, COMPARISON, PRODUCT, REQUIRED, Form, Vocabulary, Word

NOTATIONS = ("unicode", "ascii", "latex")
MARKED = "marked"
"""LaTeX between the marks BEGIN and END: what sentences that are typeset are written in, so that formulas are found."""
BEGIN, END = "\x02", "\x03"
BESIDE = ("before", "behind")
LAST_TWO = -2, -1
MOST_AXES = 8
"""Axes that an index written with ':' may have."""

__all__ = ["BEGIN", "END", "MARKED", "NOTATIONS", "Written", "write", "write_equation", "write_name", "write_spans"]


class Written(Struct, frozen=True):
    """An expression as text, and where in it each sub-expression stands: the whole first, then from left to right.

    The brackets around a sub-expression do not belong to it.
    """

    text: str
    parts: tuple[tuple[Expr, Span], ...]


def write(expr: Expr, vocabulary: Vocabulary, notation: str = "unicode") -> str:
    """An expression in one of the notations, with no bracket more than the tree needs, or its reader does."""
    if notation == MARKED:
        return f"{BEGIN}{write(expr, vocabulary, 'latex')}{END}"
    return write_spans(expr, vocabulary, notation).text


def write_equation(name: str, expr: Expr, vocabulary: Vocabulary, notation: str = "unicode") -> str:
    """`name = expression` in one of the notations."""
    return f"{write(Name(name), vocabulary, notation)} = {write(expr, vocabulary, notation)}"


def write_spans(expr: Expr, vocabulary: Vocabulary, notation: str = "unicode") -> Written:
    """An expression in one of the notations, with the place of each of its parts."""
    if notation not in NOTATIONS:
        raise ValueError(f"no notation {notation!r}; there are {', '.join(NOTATIONS)}")
    piece = _Writer(vocabulary, notation).write(expr)
    return Written(piece.text, tuple((part, Span(start, start + length)) for part, start, length in piece.parts))


class _Piece(Struct, frozen=True):
    """A written part: how tightly it holds together, and (part, start, length) of all that is in it."""

    text: str
    precedence: int = ATOM
    parts: tuple[tuple[Expr, int, int], ...] = ()


class _Writer:
    def __init__(self, vocabulary: Vocabulary, notation: str) -> None:
        self.vocabulary = vocabulary
        self.notation = notation
        self.latex = notation == "latex"

    def write(self, expr: Expr) -> _Piece:
        if isinstance(expr, Apply):
            piece = self._applied(expr)
        elif isinstance(expr, Number):
            text = (write_latex_number if self.latex else write_number)(expr.value)
            piece = _Piece(text, PRODUCT if r"\times" in text else ATOM)
        else:
            assert isinstance(expr, Name)
            piece = _Piece(write_name(expr.id, self.notation))
        return _Piece(piece.text, piece.precedence, ((expr, 0, len(piece.text)), *piece.parts))

    def _applied(self, expr: Apply) -> _Piece:
        word = self.vocabulary[expr.op]
        form = {"unicode": word.unicode, "ascii": word.ascii, "latex": word.latex}[self.notation]
        pieces: list[_Piece] = []
        axes = self._axes(expr) if form.short else None
        template = form.scaling if form.scaling and any(map(is_factor, expr.inputs)) else form.template
        for literal, field in fields(form.short if axes else template):
            pieces.append(_Piece(literal))
            if field == "args":
                pieces += self._arguments(expr, word)
            elif field in BESIDE and axes:
                pieces.append(_Piece(axes[BESIDE.index(field)]))
            elif field.isdigit():
                pieces.append(self._operand(expr.inputs[int(field)], form, int(field)))
            elif field:
                pieces.append(_Piece(self._picks(expr.option(field))))
        return joined(pieces, form.precedence)

    def _axes(self, expr: Apply) -> tuple[str, str] | None:
        """What stands before and behind the picks of E[:, picked]; None where it is to be written as a call."""
        if len(expr.inputs) == 1:
            return ("", "") if (expr.option("axis1"), expr.option("axis2")) == LAST_TWO else None
        axis, picked = expr.option("axis"), expr.inputs[1]
        literal = picked.inputs[0] if isinstance(picked, Apply) and picked.op == "negate" else picked
        condition = isinstance(picked, Apply) and self.vocabulary[picked.op].ascii.precedence == COMPARISON
        if isinstance(literal, Number) or condition or not isinstance(axis, int) or not -MOST_AXES <= axis < MOST_AXES:
            return None
        if axis >= 0:
            return ":, " * axis, ""
        return ("…, " if self.notation == "unicode" else "..., "), ", :" * (-1 - axis)

    def _operand(self, expr: Expr, form: Form, place: int) -> _Piece:
        piece = self.write(expr)
        point = piece.text.isdigit() and form.template.startswith("{0}.")  # 2.T would be 2. and T
        apart = place == 0 and self._apart(expr, form)
        if point or piece.precedence < form.needs[place] or apart:
            left, right = (r"\left(", r"\right)") if self.latex else "()"
            return joined([_Piece(left), piece, _Piece(right)])
        return piece

    def _apart(self, expr: Expr, form: Form) -> bool:
        return isinstance(expr, Apply) and expr.op in form.apart and not any(map(is_factor, expr.inputs))

    def _arguments(self, expr: Apply, word: Word) -> Iterator[_Piece]:
        """The inputs, the options that must be there, and the others by keyword."""
        inputs = separated([self.write(each) for each in expr.inputs])
        options = list(self._options(expr, word))
        if word.variadic and word.options:
            inputs = [_Piece("["), *inputs, _Piece("]")]
        yield from inputs
        yield from (_Piece(", " * bool(place or inputs) + text) for place, text in enumerate(options))

    def _options(self, expr: Apply, word: Word) -> Iterator[str]:
        given = dict(expr.options)
        by_place = True
        for key in (*word.options, *(key for key in given if key not in word.options)):
            by_place = by_place and key in given and key != "axis" and word.options.get(key) == REQUIRED
            if key in given:
                yield self._value(given[key]) if by_place else f"{self._upright(key)}={self._value(given[key])}"

    def _value(self, option: Option) -> str:
        if isinstance(option, tuple):
            if any(isinstance(each, Slice) for each in option):
                return f"[{self._picks(option)}]" if self.latex else f"{PICKER}[{self._picks(option)}]"
            return f"({', '.join(map(self._value, option))}{',' * (len(option) == 1)})"
        if isinstance(option, Expr):
            return self.write(option).text
        if isinstance(option, float):
            return write_number(option)
        if isinstance(option, str):
            return rf"\text{{{option}}}" if self.latex else f'"{option}"'
        return self._upright(str(option)) if option is None or isinstance(option, bool) else str(option)

    def _picks(self, option: Option) -> str:
        """An index, as it stands between square brackets."""
        picks = option if isinstance(option, tuple) else (option,)
        return ", ".join(_slice(each) if isinstance(each, Slice) else self._value(each) for each in picks) or "()"

    def _upright(self, word: str) -> str:
        return rf"\mathrm{{{word}}}" if self.latex else word


def _slice(part: Slice) -> str:
    bounds = ["" if bound is None else str(bound) for bound in (part.start, part.stop, part.step)]
    return ":".join(bounds if part.step is not None else bounds[:2])


@cache
def fields(template: str) -> tuple[tuple[str, str], ...]:
    """The pieces of a template: text, and the field behind it."""
    return tuple((literal, field or "") for literal, field, _, _ in Formatter().parse(template))


def separated(pieces: Iterable[_Piece]) -> list[_Piece]:
    """The pieces with commas between them."""
    listed: list[_Piece] = []
    for piece in pieces:
        listed += [_Piece(", "), piece] if listed else [piece]
    return listed


def joined(pieces: Iterable[_Piece], precedence: int = ATOM) -> _Piece:
    """One piece out of several, the places of their parts moved along."""
    text, parts = "", []
    for piece in pieces:
        parts += [(part, start + len(text), length) for part, start, length in piece.parts]
        text += piece.text
    return _Piece(text, precedence, tuple(parts))
