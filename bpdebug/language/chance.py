"""Random numbers as NumPy writes them: np.random.rand(n1, m) < keep_prob, np.random.normal(0, 0.1, size=X.shape)."""

from __future__ import annotations

import ast
from collections.abc import Callable

from msgspec.structs import replace

from bpdebug.language.arguments import Arguments
from bpdebug.language.expression import Apply, Expr, Number, Option, number
from bpdebug.language.options import literal_value
from bpdebug.language.reading import Reading

COUNT = "t"
"""What the number of the iteration is called, from 1: what is drawn belongs to it."""
Drawn = Callable[[Reading, Arguments], Expr]
HINT = "The shape is written out: rand(n1, m), or rand(A1.shape[0], A1.shape[1])."


def drawn(name: str, shape: Option) -> Apply:
    """Random numbers in an array of this shape."""
    return Apply(name, (), (("shape", shape),))


def _by_lengths(name: str) -> Drawn:
    """rand(n1, m): every argument a length."""

    def read(reading: Reading, arguments: Arguments) -> Expr:
        if arguments.keywords:
            raise reading.refusal(arguments.node, f"{arguments.name} takes lengths and nothing else", HINT)
        lengths = arguments.positional
        if len(lengths) == 1 and isinstance(lengths[0], ast.Tuple):
            lengths = tuple(lengths[0].elts)
        shape = tuple(_length(reading, each) for each in lengths)
        return replace(drawn(name, shape), span=reading.span(arguments.node))

    return read


def _by_shape(name: str) -> Drawn:
    """random((n1, m)): one argument, the shape."""

    def read(reading: Reading, arguments: Arguments) -> Expr:
        (size,) = _taken(reading, arguments, "size")
        return replace(drawn(name, _shape(reading, size)), span=reading.span(arguments.node))

    return read


def _moved(name: str, first: str, second: str, formula: Callable[[Expr, Expr, Expr], Expr]) -> Drawn:
    """normal(mean, deviation, size) and uniform(low, high, size)."""

    def read(reading: Reading, arguments: Arguments) -> Expr:
        low, high, size = _taken(reading, arguments, first, second, "size")
        start, width = (number(at) if each is None else reading.read(each) for at, each in enumerate((low, high)))
        found = formula(start, width, drawn(name, _shape(reading, size)))
        return replace(found, span=reading.span(arguments.node))

    return read


def _moved_by(start: Expr, width: Expr, drawn: Expr) -> Expr:
    wide = drawn if width == number(1.0) else width * drawn
    return wide if start == number(0.0) else start + wide


def _less(high: Expr, low: Expr) -> Expr:
    """The difference of two expressions; of two numbers a number."""
    by, sign = (low.inputs[0], -1) if isinstance(low, Apply) and low.op == "negate" else (low, 1)
    return number(high.value - sign * by.value) if isinstance(high, Number) and isinstance(by, Number) else high - low


def _binomial(reading: Reading, arguments: Arguments) -> Expr:
    """binomial(1, p, size): 1 with probability p, else 0."""
    count, chance, size = _taken(reading, arguments, "n", "p", "size")
    if chance is None or not (isinstance(count, ast.Constant) and count.value == 1):
        raise reading.refusal(arguments.node, "binomial is known for one trial only", "Write rand(n1, m) < p.")
    found = Apply("less", (drawn("rand", _shape(reading, size)), reading.read(chance)))
    return replace(found, span=reading.span(arguments.node))


def _taken(reading: Reading, arguments: Arguments, *names: str) -> list[ast.expr | None]:
    """The arguments of these names, by place or by keyword."""
    given = dict(zip(names, arguments.positional, strict=False)) | dict(arguments.keywords)
    if len(arguments.positional) > len(names) or not given.keys() <= set(names):
        wanted = ", ".join(names)
        raise reading.refusal(arguments.node, f"{arguments.name}: expected {wanted}", HINT)
    return [given.get(name) for name in names]


def _shape(reading: Reading, node: ast.expr | None) -> Option:
    if node is None:
        return ()
    lengths = node.elts if isinstance(node, ast.Tuple | ast.List) else [node]
    return tuple(_length(reading, each) for each in lengths)


def _length(reading: Reading, node: ast.expr) -> Option:
    if isinstance(node, ast.Starred) or (isinstance(node, ast.Attribute) and node.attr == "shape"):
        raise reading.refusal(node, "how many lengths this shape has is not known here", HINT)
    return literal_value(reading, node)


DRAWN: dict[str, Drawn] = {
    "rand": _by_lengths("rand"),
    "randn": _by_lengths("randn"),
    "random": _by_shape("rand"),
    "random_sample": _by_shape("rand"),
    "standard_normal": _by_shape("randn"),
    "normal": _moved("randn", "loc", "scale", _moved_by),
    "uniform": _moved("rand", "low", "high", lambda low, high, drawn: _moved_by(low, _less(high, low), drawn)),
    "binomial": _binomial,
}
"""Every such function, by its name in NumPy."""
