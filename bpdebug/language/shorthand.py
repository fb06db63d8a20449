"""Functions of NumPy, SciPy and torch that are short for a formula: var, std, logsumexp, silu, trace, ones_like."""

from __future__ import annotations

import ast
from collections.abc import Callable
from math import log

from msgspec.structs import replace

from bpdebug.language.arguments import Arguments, applied
from bpdebug.language.expression import Apply, Expr, Options, Slice, apply, number
from bpdebug.language.options import literal_value
from bpdebug.language.reading import Reading

Short = Callable[[Reading, Arguments], Expr]
_BACKWARD = Slice(None, None, -1)


def _of_one(formula: Callable[[Expr], Expr]) -> Short:
    """A function of one array, entry by entry or of the whole."""

    def read(reading: Reading, arguments: Arguments) -> Expr:
        (array,) = _given(reading, arguments, 1)
        return _placed(reading, arguments, formula(array))

    return read


def _of_two(formula: Callable[[Expr, Expr], Expr]) -> Short:
    def read(reading: Reading, arguments: Arguments) -> Expr:
        one, two = _given(reading, arguments, 2)
        return _placed(reading, arguments, formula(one, two))

    return read


def _along(formula: Callable[[Expr, Options], Expr]) -> Short:
    """A function along an axis, which has the options of a sum."""

    def read(reading: Reading, arguments: Arguments) -> Expr:
        total = applied(reading, reading.lexicon.words["sum"], replace(arguments, name="sum"))
        return _placed(reading, arguments, formula(total.inputs[0], total.options))

    return read


def _norm(array: Expr, options: Options) -> Expr:
    return apply("sqrt", Apply("sum", (array**2.0,), options))


def norm(reading: Reading, arguments: Arguments) -> Expr:
    """norm(x), the Euclidean length of all entries, or of those along an axis; no other norm."""
    if len(arguments.positional) != 1:
        hint = "Write norm(x), norm(x, axis=1), or what another norm is: sum(abs(x))."
        raise reading.refusal(arguments.node, "only the Euclidean norm is known, of one array", hint)
    return _along(_norm)(reading, arguments)


def _variance(array: Expr, options: Options) -> Expr:
    mean = apply("mean", array, **({**dict(options), "keepdims": True} if options else {}))
    return Apply("mean", ((array - mean) ** 2.0,), options)


def _logsumexp(array: Expr, options: Options) -> Expr:
    return apply("log", Apply("sum", (apply("exp", array),), options))


def _logaddexp(one: Expr, two: Expr) -> Expr:
    """log(exp(a) + exp(b)) without large numbers in between."""
    return apply("softplus", two) if one == number(0.0) else one + apply("softplus", two - one)


def _like(value: float) -> Short:
    """zeros_like(x) and ones_like(x)."""
    return _of_one(lambda array: _shaped(array, number(value)))


def filled(value: float | None) -> Short:
    """zeros(…), ones(…) and full(…, value), whose shape may be that of an array: ones(X.shape)."""

    def read(reading: Reading, arguments: Arguments) -> Expr:
        given, inputs = arguments.positional, 1 if value is not None else 2
        if value is None and len(given) != inputs:
            raise reading.refusal(arguments.node, "full takes a shape and a number", "Write full((2, 3), 0.5).")
        by = reading.read(given[1]) if value is None else number(value)
        if len(given) == inputs and isinstance(given[0], ast.Attribute) and given[0].attr == "shape":
            return _placed(reading, arguments, _shaped(reading.read(given[0].value), by))
        name = arguments.name if value is not None else "ones"
        ones = applied(reading, reading.lexicon.words[name], replace(arguments, name=name, positional=given[:1]))
        return ones if value is not None else _placed(reading, arguments, by * ones)

    return read


def _shaped(array: Expr, value: Expr) -> Expr:
    """A number in every entry of an array of the shape of another."""
    return 0.0 * array if value == number(0.0) else 0.0 * array + value


def _flipped(axis: int | None = None) -> Short:
    """flipud(x), fliplr(x), flip(x, axis=0): the entries along an axis in the other order."""

    def read(reading: Reading, arguments: Arguments) -> Expr:
        given, along = arguments.positional, arguments.keywords.get("axis")
        along = given[1] if len(given) == 2 and along is None else along
        at = axis if axis is not None else along and literal_value(reading, along)
        if not given or not isinstance(at, int) or at < 0 or len(given) + len(arguments.keywords) > 2:
            hint = "Write flip(x, axis=0), or x[::-1] of a vector."
            raise reading.refusal(arguments.node, f"{arguments.name}: expected an array and one of its axes", hint)
        places = (*[Slice(None, None, None)] * at, _BACKWARD)
        turned = Apply("index", (reading.read(given[0]),), (("index", places),))
        return _placed(reading, arguments, turned)

    return read


def _convolved(reading: Reading, arguments: Arguments) -> Expr:
    """convolve(x, k, mode): the filter turned round, "full" where no mode is given.

    With "same" NumPy lets the longer one of the two be the signal, which is not seen here.
    """
    word = reading.lexicon.words["correlate"]
    mode = ast.copy_location(ast.Constant("full"), arguments.node)
    keywords = arguments.keywords if len(arguments.positional) > 2 else {"mode": mode, **arguments.keywords}
    found = applied(reading, word, replace(arguments, name="correlate", keywords=keywords))
    if found.option("mode") == "same":
        hint = 'Write correlate(x, k[::-1], mode="same"), x the longer one.'
        raise reading.refusal(arguments.node, 'convolve is read with mode "full" or "valid" only', hint)
    signal, filter_ = found.inputs
    return replace(found, inputs=(signal, Apply("index", (filter_,), (("index", (_BACKWARD,)),))))


def _one_hot(reading: Reading, arguments: Arguments) -> Expr:
    """one_hot(labels, classes): the row of the unit matrix that each label picks."""
    labels, *rest = arguments.positional or (None,)
    rest += [arguments.keywords[key] for key in ("num_classes", "classes") if key in arguments.keywords]
    if labels is None or len(rest) != 1 or len(arguments.positional) + len(arguments.keywords) != 2:
        hint = "Write one_hot(labels, 3), which is eye(3)[labels]."
        raise reading.refusal(arguments.node, "one_hot takes labels and how many classes there are", hint)
    unit = Apply("eye", (), (("n", literal_value(reading, rest[0])),))
    return _placed(reading, arguments, apply("take", _placed(reading, arguments, unit), reading.read(labels), axis=0))


def _given(reading: Reading, arguments: Arguments, count: int) -> tuple[Expr, ...]:
    if len(arguments.positional) != count or arguments.keywords:
        said = "one array" if count == 1 else f"{count} arrays"
        raise reading.refusal(arguments.node, f"'{arguments.name}' takes {said} and nothing else")
    return tuple(map(reading.read, arguments.positional))


def _placed(reading: Reading, arguments: Arguments, found: Expr) -> Expr:
    return replace(found, span=reading.span(arguments.node))


SHORT: dict[str, Short] = {
    "log1p": _of_one(lambda x: apply("log", 1 + x)),
    "expm1": _of_one(lambda x: apply("exp", x) - 1),
    "log2": _of_one(lambda x: apply("log", x) / log(2)),
    "log10": _of_one(lambda x: apply("log", x) / log(10)),
    "trace": _of_one(lambda x: apply("sum", apply("diag", x))),
    **dict.fromkeys(("silu", "swish"), _of_one(lambda x: x * apply("sigmoid", x))),
    "logaddexp": _of_two(_logaddexp),
    "var": _along(_variance),
    "std": _along(lambda x, options: apply("sqrt", _variance(x, options))),
    "logsumexp": _along(_logsumexp),
    "zeros_like": _like(0.0),
    "ones_like": _like(1.0),
    "full_like": _of_two(_shaped),
    "full": filled(None),
    "flip": _flipped(),
    "flipud": _flipped(0),
    "fliplr": _flipped(1),
    "convolve": _convolved,
    "one_hot": _one_hot,
}
"""Every such function, by its name there; an operation that a person registers may have one of these names."""
