"""One text being read: where its parts stand, what its words are, how deep and how large it has become."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Callable, Container, Sequence
from math import inf, isfinite

from bpdebug.errors import ExpressionError, Span
from bpdebug.language.expression import Expr
from bpdebug.language.lexicon import INNER_MODULES, MODULES, Lexicon
from bpdebug.language.order import DEEPEST
from bpdebug.language.spelling import PRIME
from bpdebug.language.tokens import Kind, Token
from bpdebug.language.underflow import SMALLEST, underflows
from bpdebug.language.vocabulary import Word

LARGEST = 500
"""How many parts a formula may have."""


class Reading:
    """A text on its way to an expression. `expression` reads one node of Python's tree; `read` counts on the way.

    What is `bound` is a name where it is not called, also if a function is called so.
    """

    def __init__(
        self,
        text: str,
        tokens: Sequence[Token],
        lexicon: Lexicon,
        expression: Callable[[Reading, ast.expr], Expr],
        bound: Container[str] = (),
    ) -> None:
        self.text = text
        self.lexicon = lexicon
        self.bound = bound
        self._expression = expression
        self.tokens = [token for token in tokens if token.kind is not Kind.END]
        self._depth = 0
        self._count = 0
        self.python, self._starts = self._joined()

    def _joined(self) -> tuple[str, list[int]]:
        """The text in Python's spelling, and where in it (in bytes, as ast counts) each token begins."""
        starts, pieces, at = [], [], 0
        for token in self.tokens:
            piece = token.python
            if token.kind is Kind.NAME and not piece.isidentifier():
                piece = self._function(token).name
            starts.append(at)
            pieces.append(piece)
            at += len(piece.encode()) + 1
        return " ".join(pieces), starts

    def _function(self, token: Token) -> Word:
        """The word that only a formula can spell: √, relu′."""
        word = self.lexicon.words.get(token.python)
        if word is None:
            name = token.python.rstrip(PRIME)
            hint = f"A derivative is relu'(Z), a transpose {name}.T."
            raise ExpressionError(f"no derivative of '{name}' is known", self.text, token.span, hint)
        return word

    def read(self, node: ast.expr) -> Expr:
        """The expression of a node, within the limits of size and depth."""
        self._depth += 1
        self._count += 1
        hint = "Give its parts equations of their own."
        if self._depth > DEEPEST:
            raise self.refusal(node, f"a formula may be nested {DEEPEST} deep, this one goes deeper", hint)
        if self._count > LARGEST:
            raise self.refusal(node, f"a formula may have {LARGEST} parts, this one has more", hint)
        expression = self._expression(self, node)
        self._depth -= 1
        return expression

    def span(self, node: ast.AST) -> Span:
        """Where a node stands in the text as given."""
        begin, end = getattr(node, "col_offset", 0), getattr(node, "end_col_offset", 1)
        return Span(self.token(begin).span.start, self.token(end - 1).span.end)

    def token(self, place: int) -> Token:
        """The token at a place of the Python text."""
        return self.tokens[max(0, bisect_right(self._starts, place) - 1)]

    def finite(self, node: ast.AST, value: float) -> float:
        """A number as float64, which has to hold it."""
        try:
            result = float(value)
        except OverflowError:
            result = inf
        if not isfinite(result):
            raise self.refusal(node, "this number is too large", "Numbers are float64, which ends at 1.8e308.")
        if not result and underflows(self.written(node)):
            raise self.refusal(node, "this number is too small and would be 0", SMALLEST)
        return result

    def written(self, node: ast.AST) -> str:
        """A node as it stands in the text."""
        span = self.span(node)
        return " ".join(self.text[span.start : span.end].split())

    def refusal(self, node: ast.AST, message: str, hint: str = "") -> ExpressionError:
        """What is said of a node that has no place in a formula."""
        return ExpressionError(message, self.text, self.span(node), hint)


def is_module(node: ast.expr) -> bool:
    """Whether a node names a library: np, torch.nn.functional."""
    while isinstance(node, ast.Attribute) and node.attr in INNER_MODULES:
        node = node.value
    return isinstance(node, ast.Name) and node.id in MODULES


def library_name(node: ast.expr) -> str:
    """The last word of np.sum, or the whole of sum; nothing for any other node."""
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) and is_module(node.value) else ""
