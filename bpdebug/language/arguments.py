"""The arguments of a call, each in its place: inputs first, then options, by position or by keyword."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from bpdebug.errors import ExpressionError
from bpdebug.language.expression import Apply, Option
from bpdebug.language.lexicon import heads, nearest, signature
from bpdebug.language.options import option
from bpdebug.language.reading import Reading
from bpdebug.language.vocabulary import REQUIRED, Word

OTHER_KEYWORDS = {
    "dim": "axis",
    "keepdim": "keepdims",
    "a_min": "low",
    "a_max": "high",
    "min": "low",
    "max": "high",
    "newshape": "shape",
    "kernel_size": "size",
    "pool_size": "size",
    "strides": "stride",
}
"""Keywords of other libraries and older versions, by what they are called here."""

AXES = " axis=0 runs down each column, axis=1 along each row."


class Arguments(Struct, frozen=True):
    """What stands in the brackets of a call; a method's own array comes first."""

    node: ast.Call
    name: str
    positional: tuple[ast.expr, ...]
    keywords: Mapping[str, ast.expr]


def applied(reading: Reading, word: Word, arguments: Arguments) -> Apply:
    """A word on its arguments, each in its place."""
    inputs, rest, keywords = _inputs(reading, word, arguments)
    options = _options(reading, word, replace(arguments, positional=rest, keywords=keywords))
    return Apply(word.name, tuple(map(reading.read, inputs)), options, span=reading.span(arguments.node))


Taken = tuple[tuple[ast.expr, ...], tuple[ast.expr, ...], dict[str, ast.expr]]
"""The nodes of the inputs, and the arguments that are left."""


def _inputs(reading: Reading, word: Word, arguments: Arguments) -> Taken:
    if word.variadic:
        return _listed(reading, word, arguments)
    keywords = {_own(word, key): value for key, value in arguments.keywords.items()}
    given = arguments.positional
    inputs = given[: len(word.inputs)]
    inputs += tuple(keywords.pop(key) for key in word.inputs[len(inputs) :] if key in keywords)
    if len(inputs) < len(word.inputs) or len(given) > len(word.inputs) + len(word.options):
        raise _miscounted(reading, word, arguments, len(inputs))
    return inputs, given[len(word.inputs) :], keywords


def _listed(reading: Reading, word: Word, arguments: Arguments) -> Taken:
    """One list of inputs or, where no option can follow, all that is given."""
    given = arguments.positional
    keywords = {_own(word, key): value for key, value in arguments.keywords.items()}
    inputs, rest = given, given[:0]
    if given and isinstance(given[0], ast.List | ast.Tuple):
        inputs, rest = tuple(given[0].elts), given[1:]
    elif word.options:
        hint = f"It is written {signature(word)}."
        raise reading.refusal(
            given[0] if given else arguments.node, f"{word.name}: expected a list of its inputs", hint
        )
    if not inputs or len(rest) > len(word.options):
        raise _miscounted(reading, word, arguments, len(inputs))
    return inputs, rest, keywords


def _miscounted(reading: Reading, word: Word, arguments: Arguments, inputs: int) -> ExpressionError:
    hint = f"It is written {signature(word)}."
    most, given = len(word.inputs) + len(word.options), len(arguments.positional)
    wanted = _count(most - len(word.options), "input") if not word.variadic else "at least 1 input"
    if word.options and given > most:
        wanted = f"at most {_count(most, 'argument')}"
    return reading.refusal(arguments.node, f"{word.name}: expected {wanted}, found {max(given, inputs)}", hint)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def _own(word: Word, keyword: str) -> str:
    """A keyword by the name it has here."""
    known = (*word.inputs, *word.options)
    other = OTHER_KEYWORDS.get(keyword, keyword)
    return other if keyword not in known and other in known else keyword


def _options(reading: Reading, word: Word, arguments: Arguments) -> tuple[tuple[str, Option], ...]:
    """The options of a word, from what its inputs have left of the arguments."""
    nodes = dict(zip(word.options, arguments.positional, strict=False))
    hint = f"It is written {signature(word)}."
    for key, node in arguments.keywords.items():
        if key not in word.options and key not in word.inputs:
            guess = nearest(key, (*word.inputs, *word.options))
            slope = reading.lexicon.words.get(f"{word.name}_prime")
            if slope and key.startswith(("der", "grad", "prime")):
                hint = f"Its derivative is a function of its own: {heads(slope)[0]}(z), at the z of {word.name}(z)."
            raise reading.refusal(_keyword(arguments, node), f"{word.name} has no option '{key}'{guess}", hint)
        if key in nodes or key in word.inputs:
            raise reading.refusal(_keyword(arguments, node), f"{word.name}: '{key}' is given twice", hint)
        nodes[key] = node
    missing = [key for key, default in word.options.items() if default == REQUIRED and key not in nodes]
    if missing:
        hint += AXES if missing[0] == "axis" else ""
        raise reading.refusal(arguments.node, f"{word.name}: '{missing[0]}' is missing", hint)
    return tuple(sorted((key, option(reading, word.name, key, node)) for key, node in nodes.items()))


def _keyword(arguments: Arguments, value: ast.expr) -> ast.AST:
    """The whole of `key=value`."""
    return next((each for each in arguments.node.keywords if each.value is value), value)
