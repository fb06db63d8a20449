"""What the number of examples is called, and which axis of the data it measures."""

from __future__ import annotations

import re

from bpdebug.ops.table import Array, Shape, Size
from bpdebug.scenario.schema import ScenarioFile
from bpdebug.scenario.values import Values

NEW = "m"
"""What it is called where no size of the file is it."""
_USUAL = ("m", "N")
_DIVIDED = r"/\s*\(?\s*(?:[\w.]+\s*\*\s*)?{}\b"
"""Something divided by a name, or by so many times it."""
_MULTIPLIED = re.compile(r"@|\bdot\s*\(|\bmatmul\s*\(")
"""A matrix product, which adds up over the entries of one example."""
_AVERAGED = re.compile(r"\bmean\s*\(")


def named(file: ScenarioFile, values: Values, data: list[str]) -> str:
    """The name of the number of examples; a new size m where no size is it."""
    written = file.network.examples
    if written is not None and written in values.sizes:
        return written
    if written is not None:
        values.size(written, ("network", "examples"))
        return NEW
    if file.network.layers is not None:
        return NEW
    usual = next((name for name in _USUAL if name in values.sizes), "")
    return usual or _counted(file, values, data) or NEW


def measured(examples: str, file: ScenarioFile, values: Values, data: list[str]) -> None:
    """Give the number of examples its value, and their axis its name, where the file has no size for it.

    An axis of a parameter that is as long is so by chance, if another size is as long, too.
    """
    array = _first(values, data, 2)
    if array is None or examples in {*values.arrays, *file.constants}:
        return
    length = int(array.shape[_axis(values, array)])
    if values.sizes.setdefault(examples, length) != length:
        return
    for name in values.arrays:
        tensor = file.parameters.get(name) or file.data.others.get(name)
        if tensor is None or tensor.shape is None:
            along = _axis(values, values.arrays[name]) if name in data else None
            values.shapes[name] = _told_apart(values.shapes[name], along, Size(length, examples), values)


def _told_apart(shape: Shape, along: int | None, count: Size, values: Values) -> Shape:
    """A shape whose names were given by lengths, with that of the examples where they stand and nowhere else.

    `along` is their axis: none in a parameter, unless no other size is as long. An array of one axis, or with another
    number there, stays as it is.
    """
    if count == 1 or len(shape) != 2 or (along is not None and shape[along] != count):
        return shape
    others = [name for name, size in values.sizes.items() if size == count and name != count.symbol]
    if along is None and not others:
        return shape
    other = Size(count, others[0]) if len(others) == 1 else int(count)
    return tuple(count if at == along else other if each == count else each for at, each in enumerate(shape))


def _counted(file: ScenarioFile, values: Values, data: list[str]) -> str:
    """The one size that is as long as the data has examples, which its name says or the equations divide by."""
    forward = file.network.forward or ""
    array = _first(values, data, 2)
    if array is None and not _MULTIPLIED.search(forward):
        array = _first(values, ["X", "x"], 1)
    if array is None:
        return ""
    alike = [name for name, size in values.sizes.items() if size == array.shape[_axis(values, array)]]
    from bpdebug.scenario.batches import counts_examples

    called = [name for name in alike if counts_examples(name)]
    if called or len(alike) != 1:
        return called[0] if len(called) == 1 else ""
    averages = re.search(_DIVIDED.format(alike[0]), forward) or _AVERAGED.search(forward)
    return alike[0] if averages or (array.ndim == 2 and array.shape[0] != array.shape[1]) else ""


def _first(values: Values, data: list[str], rank: int) -> Array | None:
    """The array that the examples stand in: X, or what comes first."""
    found = (values.arrays[each] for each in ("X", "x", *data) if each in values.arrays)
    return next((each for each in found if each.ndim == rank), None)


def _axis(values: Values, array: Array) -> int:
    """The axis along which one example follows the other."""
    return 1 if values.columns and array.ndim == 2 else 0
