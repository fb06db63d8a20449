"""Functions, methods and attributes: np.sum(x, axis=1), x.sum(1), x.T are all operations of the vocabulary."""

from __future__ import annotations

import ast
from math import e, pi

from msgspec.structs import replace

from bpdebug.errors import ExpressionError
from bpdebug.language.arguments import Arguments, applied
from bpdebug.language.expression import Expr, Number, apply
from bpdebug.language.lexicon import ELSEWHERE, heads, nearest, signature
from bpdebug.language.reading import Reading, is_module
from bpdebug.language.respelled import RESPELLED
from bpdebug.language.shorthand import SHORT

CONSTANTS = {"pi": pi, "e": e}
VALUES = {"T": apply("transpose"), "mT": apply("swapaxes", axis1=-2, axis2=-1), "size": apply("size")}
"""What attributes of arrays stand for, without the array."""
ATTRIBUTES = ("T", "mT", "size", "shape")
WITHOUT_EFFECT = frozenset({"dtype", "copy"})
"""Keywords that say how numbers are stored; here they are always float64, and never overwritten."""


def attribute(reading: Reading, node: ast.Attribute) -> Expr:
    """X.T, X.mT, X.size, np.pi."""
    if node.attr in VALUES:
        return replace(VALUES[node.attr], inputs=(reading.read(node.value),), span=reading.span(node))
    if is_module(node.value) and node.attr in CONSTANTS:
        return Number(CONSTANTS[node.attr], span=reading.span(node))
    raise _unknown_attribute(reading, node)


def _unknown_attribute(reading: Reading, node: ast.Attribute) -> ExpressionError:
    name, of = node.attr, reading.written(node.value)
    word = reading.lexicon.words.get(name)
    if word:
        return reading.refusal(
            node, f"'{name}' is a function: expected '(' after it", f"It is written {signature(word)}."
        )
    if is_module(node.value):
        return reading.refusal(node, f"'{of}.{name}' is no constant of the language", f"There are {of}.pi and {of}.e.")
    if name == "shape":
        return reading.refusal(node, "a shape is no value", f"Name one of its lengths: {of}.shape[0].")
    return reading.refusal(node, f"unknown attribute '{name}'{nearest(name, ATTRIBUTES)}", f"{of}.T is known.")


def call(reading: Reading, node: ast.Call) -> Expr:
    """A function of the vocabulary, or one that stands for something in it."""
    arguments = _arguments(reading, node)
    if arguments.name in RESPELLED:
        return RESPELLED[arguments.name](reading, arguments)
    word = reading.lexicon.words.get(arguments.name)
    if word is None and arguments.name in SHORT:
        return SHORT[arguments.name](reading, arguments)
    if word is None:
        raise _unknown(reading, node, arguments.name)
    return applied(reading, word, arguments)


def _arguments(reading: Reading, node: ast.Call) -> Arguments:
    keywords = {str(each.arg): each.value for each in node.keywords}
    if len(keywords) < len(node.keywords):
        raise reading.refusal(node, "an option is given twice")
    keywords = {key: value for key, value in keywords.items() if key not in WITHOUT_EFFECT}
    match node.func:
        case ast.Name(id=name):
            return Arguments(node, name, tuple(node.args), keywords)
        case ast.Attribute(value=value, attr=name) if is_module(value):
            return Arguments(node, name, tuple(node.args), keywords)
        case ast.Attribute(value=value, attr=name):
            return Arguments(node, name, (value, *_spread(name, node.args)), keywords)
    raise reading.refusal(node, "only a function can be called", "For a product write '*' or '@' between the two.")


def _spread(name: str, arguments: list[ast.expr]) -> list[ast.expr]:
    """The arguments of a method; x.reshape(n, m) and x.permute(0, 2, 1) may have theirs without brackets."""
    if name not in ("reshape", "view", "permute") or len(arguments) < 2:
        return arguments
    first, last = arguments[0], arguments[-1]
    lengths = ast.Tuple(arguments, ast.Load())
    ast.copy_location(lengths, first)
    lengths.end_col_offset = last.end_col_offset
    return [lengths]


def _unknown(reading: Reading, node: ast.Call, name: str) -> ExpressionError:
    if name == "shape":
        of = reading.written(node.args[0]) if node.args else "X"
        return reading.refusal(node, "a shape is no value", f"Name one of its lengths: {of}.shape[0].")
    if name in ATTRIBUTES:
        return reading.refusal(node, f"'.{name}' is no function", f"It is written without brackets: X.{name}.")
    guess = reading.lexicon.nearest(name, {**RESPELLED, **SHORT})
    slope = reading.lexicon.words.get(f"{name.removesuffix('_backward')}_prime")
    if slope and name.endswith("_backward"):
        hint = f"Write what it computes: dA * {heads(slope)[0]}(Z)."
        return reading.refusal(node.func, f"unknown function '{name}'", hint)
    product = f"For a product write {name} * (…) or {name} @ (…)." if isinstance(node.func, ast.Name) else ""
    hint = ELSEWHERE.get(name, "" if guess else product)
    return reading.refusal(node.func, f"unknown function '{name}'{'' if name in ELSEWHERE else guess}", hint)
