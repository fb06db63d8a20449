"""Calls of functions that a person defined, each replaced by what it returns, in the person's own words."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Collection, Container, Mapping, Sequence

from msgspec import Struct

from bpdebug.errors import ExpressionError, Span
from bpdebug.language.tokens import LONGEST
from bpdebug.scenario.bodies import NotPlain, returned
from bpdebug.scenario.brackets import CLOSE, OPEN, listed
from bpdebug.scenario.functions import Function
from bpdebug.scenario.lists import entry
from bpdebug.scenario.names import is_operation
from bpdebug.scenario.owners import LAYERED, owner
from bpdebug.scenario.respelling import Around, Respelled, joined, placed_over, respelled
from bpdebug.scenario.states import GRADIENTS

MOST = 100
"""Calls that are replaced in one line; a function that calls itself would have no end."""
CALLED = re.compile(r"(?<!def )(?<![\w.])(?:self\.|cls\.)?([A-Za-z_]\w*)\s*\(")
_GIVEN = re.compile(r"\barg_(\d+)_\b")
"""Stands for an argument while a function's body is put together."""
_NAMED = re.compile(r"\s*([A-Za-z_]\w*)\s*=(?!=)")
_SIMPLE = re.compile(r"\s*(?:[\w.]+|\([^()]*\))\s*\Z")
_BOUND = re.compile(r"(\w+)[\"']?\]?\s*[+\-*/]?=(?!=)")
_COUNTED = re.compile(r"""(\w+)\[f?[\"'](\w+)(?:[\"']\s*\+\s*str\(|\{)[^=\n]*(?<![=<>!])=(?!=)""")
"""grads["dW" + str(l)] = … and grads[f"dW{l}"] = …"""
_FILLED = re.compile(r"""(\w+)\[\s*[\"'](\w+)[\"']\s*\]\s*[+\-*/]?=(?!=)""")
"""grads["W2"] = …"""
_KEYED = re.compile(r"""[{,]\s*[\"'](\w+)[\"']\s*:""")
"""{"dW2": …, "db2": …}"""
_LISTED = re.compile(r"(\w+)\s*\[[^\[\]=\"']*\]\s*[+\-*/]?=(?!=)")
"""nabla_w[-l] = …"""
_ATOMS = (ast.Name, ast.Call, ast.Constant, ast.Attribute, ast.Subscript)
HINT = "Write what it computes in the line itself."


class Call(Struct, frozen=True):
    """A call in a text: its name, and where it and each of its arguments stand."""

    name: str
    start: int
    stop: int
    arguments: tuple[tuple[int, int], ...]


def first_call(text: str, names: Container[str], start: int = 0) -> Call | None:
    """The first call of one of the functions from a place on; one whose bracket stays open is none."""
    for found in CALLED.finditer(text, start):
        if found[1] in names:
            call = _call(text, found)
            if call is not None:
                return call
    return None


def _call(text: str, found: re.Match[str]) -> Call | None:
    depth, begin, arguments = 1, found.end(), list[tuple[int, int]]()
    for at in range(found.end(), len(text)):
        depth += (text[at] in OPEN) - (text[at] in CLOSE)
        if not depth or (depth == 1 and text[at] == ","):
            arguments += [(begin, at)] if text[begin:at].strip() else []
            begin = at + 1
        if not depth:
            return Call(found[1], found.start(1), at + 1, tuple(arguments))
    return None


def helpers(code: str, functions: Mapping[str, Function], quantities: Collection[str]) -> list[Function]:
    """The functions that are called by others and do not hold the derivation themselves; in their order.

    One that nobody calls is such where it gives no gradient, and other lines do or it is named like an operation; one
    that fills a dictionary with gradients is none, however few they are.
    """
    called, given = set(), _gradients(code, quantities) if functions else []
    for found in CALLED.finditer(code) if functions else ():
        function = functions.get(found[1])
        if function and not function.start <= found.start() < function.stop:
            called.add(function.name)

    def helps(each: Function) -> bool:
        most = 1 if each.name in called and not each.filled else 0
        named = is_operation(each.name.removesuffix("_backward"))
        return (bool(most or given) or named) and not _gives_more(each, given, most)

    return sorted(filter(helps, functions.values()), key=lambda each: each.start)


def _gradients(code: str, quantities: Collection[str]) -> list[tuple[int, str]]:
    """Where a block gives a gradient, and of which quantity; grads["dW" + str(l)] is of some W."""
    rows = [layer[1] for each in quantities if (layer := LAYERED.fullmatch(each))]
    found = [(each.start(), owner(each[1], quantities)) for each in _BOUND.finditer(code)]
    found += [(each.start(), owner(each[1], quantities)) for each in _KEYED.finditer(code)]
    found += [(each.start(), owner(_key(each, quantities), quantities)) for each in _FILLED.finditer(code)]
    found += [(each.start(), owner(_key(each, rows), rows) and each[0]) for each in _COUNTED.finditer(code)]
    found += [(each.start(), owner(entry(each[1], 1, quantities), quantities)) for each in _LISTED.finditer(code)]
    return sorted(each for each in found if each[1])


def derivations(code: str, functions: Collection[Function], quantities: Collection[str]) -> list[Function]:
    """Those of the functions that fill a dictionary with gradients and return it."""
    filled = [each for each in functions if each.filled]
    given = _gradients(code, quantities) if filled else []
    return [each for each in filled if _gives_more(each, given, 0)]


def _key(found: re.Match[str], names: Collection[str]) -> str:
    """The name of what stands under a key: of W2 in a dictionary of gradients it is dW2."""
    return f"d{found[2]}" if found[2] in names and GRADIENTS.fullmatch(found[1]) else found[2]


def _gives_more(function: Function, gradients: Sequence[tuple[int, str]], most: int) -> bool:
    """Whether a body gives the gradients of more quantities than that: its lines are what is to be judged."""
    given = set[str]()
    for at in range(bisect_left(gradients, (function.start, "")), len(gradients)):
        place, of = gradients[at]
        if place >= function.stop or len(given) > most:
            break
        given.add(of)
    return len(given) > most


def put_in(
    text: Respelled, functions: Mapping[str, Function], block: str, around: Around, results: int = 1
) -> Respelled:
    """The text with the person's own functions worked out, until it calls none of them.

    Where it is nothing but a call it may return several `results`: they come as (a, b).
    """
    for _ in range(MOST):
        call = first_call(text.text, functions) if functions else None
        if call is None:
            return text
        place = text.placed(Span(call.start, call.stop))
        function, whole = functions[call.name], call.start == 0 and call.stop == len(text.text)
        try:
            new = _worked_out(functions, call, text, around, results if whole else 1)
        except (NotPlain, RecursionError) as error:
            reason = error if isinstance(error, NotPlain) else "it is nested too deep"
            line = block.count("\n", 0, function.start + _blank(block, function)) + 1
            message = f"'{call.name}' is the function defined on line {line}; it cannot be put in here: {reason}"
            raise ExpressionError(message, block, place, HINT) from None
        parts = (new,) if whole else ("(", new, ")")
        if not whole and isinstance(_tree(new.text), _ATOMS):
            parts = (new,)
        text = joined(text.part(0, call.start, bare=False), *parts, text.part(call.stop, len(text.text), bare=False))
        if len(text.text) > LONGEST:
            break
    message = f"the line is too long, or without end, once '{call.name if call else ''}' is put in"
    raise ExpressionError(message, block, text.placed(None), HINT)


def _blank(block: str, function: Function) -> int:
    text = block[function.start : function.stop]
    return len(text) - len(text.lstrip())


def _tree(text: str) -> ast.expr | None:
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _worked_out(
    functions: Mapping[str, Function], call: Call, text: Respelled, around: Around, results: int
) -> Respelled:
    """What a call returns, its arguments as they stand in the text."""
    given: list[ast.expr] = []
    named: dict[str, ast.expr] = {}
    values: list[Respelled] = []
    for start, stop in call.arguments:
        keyword = _NAMED.match(text.text, start, stop)
        value = text.part(keyword.end() if keyword else start, stop)
        if value.text.startswith("*"):
            raise NotPlain("how many arguments it is given is not seen here")
        node = _standing_for(value, values)
        if keyword:
            named[keyword[1]] = node
        else:
            given.append(node)
    body = respelled(ast.unparse(returned(functions[call.name], given, named, results, functions)), 0, around).text
    return _filled(body, values, text.placed(Span(call.start, call.stop)))


def _standing_for(value: Respelled, values: list[Respelled]) -> ast.expr:
    """What stands for an argument while a body is put together: a name, or a tuple of such for (A1, W2, b2)."""
    inner = listed(value)
    if len(inner) > 1:
        return ast.Tuple([_standing_for(each, values) for each in inner], ast.Load())
    values.append(value)
    return _literal(value.text) or ast.Name(f"arg_{len(values) - 1}_", ast.Load())


def _literal(text: str) -> ast.Constant | None:
    """An argument that decides something: True, None, 'relu'."""
    node = _tree(text) if len(text) < 40 else None
    return node if isinstance(node, ast.Constant) and isinstance(node.value, bool | str | None) else None


def _filled(body: str, values: list[Respelled], place: Span) -> Respelled:
    """A body with the arguments in it, in brackets where they are more than one word."""
    parts, at = list[Respelled](), 0
    for found in _GIVEN.finditer(body):
        value = values[int(found[1])]
        alone = body[: found.start()].endswith(("(", ", ")) and body[found.end() :].startswith((")", ","))
        bare = alone or _SIMPLE.match(value.text) or len(body) == len(found[0])
        parts += [placed_over(body[at : found.start()] + "(" * (not bare), place), value]
        at = found.end()
        if not bare:
            parts.append(placed_over(")", place))
    return joined(*parts, placed_over(body[at:], place))
