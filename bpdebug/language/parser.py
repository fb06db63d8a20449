"""Text to expressions: Python's own reader cuts the text up, and a few kinds of its nodes are let through."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable
from typing import Any

from bpdebug.errors import ExpressionError, Span
from bpdebug.language.calls import attribute, call
from bpdebug.language.expression import Apply, Expr, Name, Number
from bpdebug.language.lexicon import Lexicon, signature
from bpdebug.language.options import subscript
from bpdebug.language.order import DEEPEST, check_order
from bpdebug.language.reading import Reading
from bpdebug.language.tokens import Kind, tokens
from bpdebug.language.vocabulary import Vocabulary

BINARY: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "divide",
    ast.Pow: "power",
    ast.MatMult: "matmul",
}
COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Gt: "greater",
    ast.GtE: "greater_equal",
    ast.Lt: "less",
    ast.LtE: "less_equal",
    ast.Eq: "equal",
    ast.NotEq: "not_equal",
}
NOT_FINITE = frozenset({"nan", "inf", "infinity"})


def parse(text: str, vocabulary: Vocabulary, bound: Collection[str] = ()) -> Expr:
    """The expression that a text stands for. Nothing is ever evaluated; all that is refused is an ExpressionError.

    `bound` are names that quantities have: l1 is one of them where no bracket follows, l1(W) is always the function.
    """
    found = tokens(text)
    lexicon = Lexicon.of(vocabulary)
    check_order(text, found, lexicon.words.keys() - bound if bound else lexicon.words)
    reading = Reading(text, found, lexicon, _expression, bound)
    return reading.read(_tree(reading))


def parse_name(text: str) -> str:
    """The name that a text spells, in either notation: dW⁽²⁾ is dW2."""
    found = tokens(text)
    if [token.kind for token in found] != [Kind.NAME, Kind.END] or not found[0].python.isidentifier():
        raise ExpressionError(f"expected a name, found '{text.strip():.40}'", text, Span(0, max(1, len(text))))
    return found[0].python


def _tree(reading: Reading) -> ast.expr:
    try:
        return ast.parse(reading.python, mode="eval").body
    except SyntaxError as error:
        raise _no_formula(reading, error) from None
    except (RecursionError, MemoryError):
        message = f"a formula may be nested {DEEPEST} deep, this one goes deeper"
        hint = "Give its parts equations of their own."
        raise ExpressionError(message, reading.text, Span(0, len(reading.text)), hint) from None


def _no_formula(reading: Reading, error: SyntaxError) -> ExpressionError:
    """What the order of the tokens lets through and Python does not."""
    if error.msg.startswith("positional argument follows keyword"):
        hint = "Options come last: sum(x, axis=1). To compare, write '=='."
        place = next(token.span for token in reading.tokens if token.kind is Kind.EQUALS)
        return ExpressionError("an option stands before an input", reading.text, place, hint)
    place = reading.token(len(reading.python[: max(0, (error.offset or 1) - 1)].encode())).span
    return ExpressionError("this is no formula", reading.text, place, "Read it again around this place.")


def _expression(reading: Reading, node: ast.expr) -> Expr:
    read = READERS.get(type(node))
    if read is None:
        raise _misplaced(reading, node)
    return read(reading, node)


def _misplaced(reading: Reading, node: ast.expr) -> ExpressionError:
    return reading.refusal(node, f"'{reading.written(node):.40}' has no place in a formula")


def _binary(reading: Reading, node: ast.BinOp) -> Apply:
    if type(node.op) not in BINARY:
        raise _misplaced(reading, node)
    inputs = reading.read(node.left), reading.read(node.right)
    return Apply(BINARY[type(node.op)], inputs, span=reading.span(node))


def _unary(reading: Reading, node: ast.UnaryOp) -> Expr:
    if isinstance(node.op, ast.UAdd):
        return reading.read(node.operand)
    if not isinstance(node.op, ast.USub):
        raise _misplaced(reading, node)
    return Apply("negate", (reading.read(node.operand),), span=reading.span(node))


def _several(reading: Reading, node: ast.Tuple | ast.List) -> Expr:
    hint = "Several arrays belong into concatenate([a, b], axis=0)."
    raise reading.refusal(node, "expected one value here, found several", hint)


def _constant(reading: Reading, node: ast.Constant) -> Number:
    if isinstance(node.value, bool) or not isinstance(node.value, int | float):
        raise reading.refusal(
            node, f"expected a value, found '{reading.written(node)}'", "In a formula true is 1 and false is 0."
        )
    return Number(reading.finite(node, node.value), span=reading.span(node))


def _name(reading: Reading, node: ast.Name) -> Name:
    name = node.id
    word = reading.lexicon.words.get(name)
    if word and name in (word.name, *word.aliases) and name not in reading.bound:
        raise reading.refusal(
            node, f"'{name}' is a function: expected '(' after it", f"It is written {signature(word)}."
        )
    if name.lower() in NOT_FINITE:
        raise reading.refusal(node, f"'{name}' is no number to reckon with", "Only finite numbers are constants.")
    return Name(name, span=reading.span(node))


def _comparison(reading: Reading, node: ast.Compare) -> Apply:
    names = [COMPARISONS.get(type(sign)) for sign in node.ops]
    operands = [node.left, *node.comparators]
    if len(names) > 1:
        pairs = zip(names, operands, operands[1:], strict=False)
        raise reading.refusal(node, "comparisons cannot be chained", f"Multiply them: {_conditions(reading, pairs)}.")
    if names[0] is None:
        raise _misplaced(reading, node)
    return Apply(names[0], (reading.read(node.left), reading.read(operands[1])), span=reading.span(node))


def _conditions(reading: Reading, pairs: Iterable[tuple[str | None, ast.expr, ast.expr]]) -> str:
    """Comparisons written one by one, as factors."""
    words = reading.lexicon.words
    forms = [(words[name].ascii.template, left, right) for name, left, right in pairs if name in words]
    texts = [form.format(reading.written(left), reading.written(right)) for form, left, right in forms]
    return " * ".join(f"({text})" for text in texts)


READERS: dict[type[ast.expr], Callable[[Reading, Any], Expr]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.Compare: _comparison,
    ast.Attribute: attribute,
    ast.Call: call,
    ast.Subscript: subscript,
    ast.Tuple: _several,
    ast.List: _several,
}
"""The nodes that are let through, and who reads each."""
