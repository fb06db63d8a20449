"""The values of a scenario: nested lists, drawn parameters, what is read; refused before they fill the memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct, field

from bpdebug.errors import Problem
from bpdebug.ops.table import Array, Shape, Size
from bpdebug.scenario.arrays import MOST_AXES, MOST_ENTRIES, BadValueError, drawn, entries, fans, from_lists
from bpdebug.scenario.given import Called
from bpdebug.scenario.positions import Path
from bpdebug.scenario.schema import ScenarioFile, Tensor
from bpdebug.scenario.source import Source
from bpdebug.scenario.wording import guessed, listed


class Values(Struct):
    """Collects the arrays of one scenario, their symbolic shapes, and what is wrong with them."""

    source: Source
    sizes: dict[str, int]
    seed: int
    columns: bool
    lost: frozenset[str] = frozenset()
    """Names of which nothing is known, as what gives them is wrong."""
    arrays: dict[str, Array] = field(default_factory=dict)
    shapes: dict[str, Shape] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    test: dict[str, Array] = field(default_factory=dict)
    """X and Y of the examples that are set aside."""
    called: Called | None = None
    """What a data set or a file says of X and Y."""

    def tensor(self, room: str, name: str, tensor: Tensor) -> None:
        """One entry of [data] or [parameters]."""
        path: Path = (room, name)
        if tensor.values is not None:
            self._listed(path, name, tensor)
        elif tensor.shape is None:
            hint = f'{name} = {{ values = [[1, 2], [3, 4]] }} or {{ shape = [3, "m"], init = "normal" }}'
            self.problems.append(self.source.at_key(path, "expected values, or a shape and how to fill it", hint))
        else:
            self._drawn(path, name, tensor)

    def _listed(self, path: Path, name: str, tensor: Tensor) -> None:
        for key in ("init", "scale", "value"):
            if getattr(tensor, key) is not None:
                self.problems.append(self.source.at_key((*path, key), f"{key} says nothing where values are given"))
        try:
            array = from_lists(tensor.values)
        except BadValueError:
            return  # told when the file's values were read
        shape = None if tensor.shape is None else self._shape(tensor.shape, (*path, "shape"))
        if shape is not None and shape != array.shape:
            message = f"the shape is said to be {_text(shape)}, the values are {_text(array.shape)}"
            self.problems.append(self.source.at_value((*path, "shape"), message))
            shape = None
        self.put(name, array, shape)

    def _drawn(self, path: Path, name: str, tensor: Tensor) -> None:
        shape = self._shape(tensor.shape or [], (*path, "shape"))
        if shape is None:
            return
        if len(shape) > MOST_AXES:
            message = f"expected at most {MOST_AXES} axes, found {len(shape)}"
            self.problems.append(self.source.at_value((*path, "shape"), message))
        elif tensor.init is None:
            hint = 'For example init = "normal" or init = "zeros".'
            self.problems.append(self.source.at_key(path, "the shape is given, but not how to fill it: init", hint))
        elif not self.too_large(shape, (*path, "shape")):
            self.fill(name, shape, tensor.init, tensor.scale, tensor.value)

    def fill(self, name: str, shape: Shape, init: str, scale: float | None, value: float | None = None) -> None:
        """Draw one array."""
        whole = tuple(int(each) for each in shape)
        turned = len(whole) == 2 and not self.columns
        fan_in, fan_out = fans(whole, self.columns)
        array = drawn(
            init,
            whole[::-1] if turned else whole,
            self.seed,
            name,
            fan_in=fan_in,
            fan_out=fan_out,
            scale=1.0 if scale is None else scale,
            value=0.0 if value is None else value,
        )
        self.put(name, array.T if turned else array, shape)

    def put(self, name: str, array: Array, shape: Shape | None = None) -> None:
        """Keep an array; its shape's lengths get the names that fit them without doubt."""
        self.arrays[name] = array
        self.shapes[name] = shape if shape is not None else tuple(self.named(each) for each in array.shape)

    def named(self, length: int) -> int:
        """A length with the name of the one size that has it."""
        names = [name for name, size in self.sizes.items() if size == length]
        return Size(length, names[0]) if len(names) == 1 and length > 1 else length

    def size(self, size: Any, path: Path) -> int | None:
        """A size given as a number or by name."""
        if isinstance(size, int):
            return size
        if size in self.sizes:
            return Size(self.sizes[size], size)
        if size in self.lost:
            return None
        message = guessed(f'there is no size "{size}"', size, self.sizes)
        self.problems.append(self.source.at_value(path, message, f"Sizes: {listed(self.sizes) or 'none are given'}."))
        return None

    def _shape(self, sizes: list[Any], path: Path) -> Shape | None:
        known = [self.size(each, (*path, i)) for i, each in enumerate(sizes)]
        return tuple(each for each in known if each is not None) if None not in known else None

    def too_large(self, shape: Shape, path: Path) -> bool:
        """Whether an array of this shape is more than a scenario may hold; then that is told."""
        total = sum(map(entries, self.shapes.values())) + entries(shape)
        if total <= MOST_ENTRIES:
            return False
        self.problems.append(self.source.at_value(path, *too_large(shape)))
        return True


def declared(file: ScenarioFile) -> set[str]:
    """The names of the data and parameters that a file gives, whether they can be used or not."""
    fed = file.data.dataset is not None or file.data.file is not None
    return {*file.data.others, *file.parameters, *(("X", "Y") if fed else ())}


def too_large(shape: Shape) -> tuple[str, str]:
    """What is said of a shape that will not be allocated, and the way out."""
    return (
        f"{_text(shape)} is {entries(shape):,} entries; a scenario may hold {MOST_ENTRIES:,} in all",
        "Make the sizes smaller; every step must be looked at.",
    )


def _text(shape: Shape) -> str:
    return "(" + ", ".join(str(int(each)) for each in shape) + ("," if len(shape) == 1 else "") + ")"


def read_lists(raw: Mapping[str, Any], source: Source) -> list[Problem]:
    """What is wrong with the lists of numbers of a file, whatever else may be wrong with it."""
    found: list[Problem] = []
    each_value(raw, lambda path, values: found.extend(_list_problem(path, values, source)))
    return found


def each_value(raw: Mapping[str, Any], do: Callable[[Path, Any], None]) -> None:
    """Call `do` with the place and the content of every `values`."""
    for room in ("data", "parameters"):
        table = raw.get(room)
        for name, entry in table.items() if isinstance(table, dict) else ():
            if isinstance(entry, dict) and "values" in entry:
                do((room, name, "values"), entry["values"])


def _list_problem(path: Path, values: Any, source: Source) -> list[Problem]:
    try:
        from_lists(values)
    except BadValueError as error:
        return [source.at_value((*path, *error.path), error.message, error.hint)]
    return []
