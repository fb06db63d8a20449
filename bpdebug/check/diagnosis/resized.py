"""The same network with other sizes, all different and none 1: what holds there does not hold by a coincidence."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace

from bpdebug.check.diagnosis.draws import mirrored, symmetric
from bpdebug.check.forward import Forward, Values
from bpdebug.check.usable import leaves
from bpdebug.errors import BpdebugError
from bpdebug.language.expression import names
from bpdebug.ops.table import Array, Shape, Size
from bpdebug.program.build import Given
from bpdebug.program.equations import Phase, Program, Step
from bpdebug.program.lowering import lower

LENGTHS = (5, 3, 7, 4, 6, 9, 8, 11, 10, 13, 12, 14)
"""The sizes that are given out, in this order."""
LARGEST = 2.0
"""How large a weight may be, times the root of how many meet in a sum."""
ALIKE = ("sum", "mean", "max", "min", "softmax", "log_softmax", "transpose", "identity", "argmax_mask", "any", "all")
"""Operations that look at no length."""


class Rigid(Exception):
    """A network whose sizes cannot be changed."""


class Lengths(Struct, eq=False):
    """Which lengths of a network must be equal: found by going through its operations."""

    program: Program
    shapes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Every name's lengths as numbers of classes; 0 for one that is 1 for good."""
    _joined: list[int] = field(default_factory=lambda: [0])
    _values: list[int] = field(default_factory=lambda: [1])
    _symbols: dict[str, int] = field(default_factory=dict)

    def classes(self) -> dict[str, tuple[int, ...]]:
        """The lengths of all that the forward pass begins with; Rigid where they cannot be told apart."""
        program = self.program
        for name in (*program.data, *program.parameters):
            shape = program.shapes[name]
            repeated = self._repeated(name, len(shape))
            self.shapes[name] = tuple(
                0 if length == 1 and axis == repeated else self._new(length) for axis, length in enumerate(shape)
            )
        for step in program.steps:
            if program.equations[step.equation].phase in (Phase.FORWARD, Phase.COST):
                self.shapes[step.out] = self._through(step)
        return {name: self._found(self.shapes[name]) for name in (*program.data, *program.parameters)}

    def symbols(self) -> dict[str, int]:
        """The class of every named size."""
        return {name: self._root(each) for name, each in self._symbols.items()}

    def length(self, each: int) -> int:
        return self._values[each]

    def _repeated(self, name: str, rank: int) -> int | None:
        """The axis of the examples, along which a parameter is used again; a single example stays a single one."""
        if rank < 2:
            return None
        return rank - 1 if self.program.orientation == "columns" else 0

    def _new(self, length: int) -> int:
        symbol = length.symbol if isinstance(length, Size) else ""
        if symbol in self._symbols:
            return self._symbols[symbol]
        self._joined.append(len(self._joined))
        self._values.append(int(length))
        if symbol in self.program.constants:
            self._symbols[symbol] = len(self._joined) - 1
        return len(self._joined) - 1

    def _root(self, each: int) -> int:
        while self._joined[each] != each:
            each = self._joined[each]
        return each

    def _found(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(self._root(each) for each in shape)

    def _equal(self, one: int, other: int) -> int:
        a, b = self._root(one), self._root(other)
        self._joined[max(a, b)] = min(a, b)
        return min(a, b)

    def _through(self, step: Step) -> tuple[int, ...]:
        given = [self.shapes.get(getattr(each, "id", ""), ()) for each in step.inputs]
        if step.op.elementwise:
            return self._broadcast(given)
        if step.op.name == "matmul":
            a, b = given
            self._equal(a[-1], b[0])
            return (*a[:-1], *b[1:])
        if step.op.name == "transpose":
            return given[0][::-1]
        if step.op.name in ("softmax", "log_softmax", "argmax_mask"):
            return given[0]
        if step.op.name in ALIKE:
            return self._reduced(step, given[0])
        raise Rigid

    def _broadcast(self, given: list[tuple[int, ...]]) -> tuple[int, ...]:
        result: list[int] = []
        for place in range(1, max(map(len, given), default=0) + 1):
            found = [shape[-place] for shape in given if len(shape) >= place]
            wide = [each for each in found if self._root(each) and self._values[each] != 1]
            ones = [each for each in found if self._root(each) and self._values[each] == 1]
            chosen = (wide or ones or [0])[0]
            for each in wide or ones:
                chosen = self._equal(chosen, each)
            fixed = any(not self._root(each) for each in found)
            for each in ones if wide or fixed else ():
                self._equal(each, 0)
            result.insert(0, chosen)
        return tuple(result)

    def _reduced(self, step: Step, shape: tuple[int, ...]) -> tuple[int, ...]:
        axes = {axis % len(shape) for axis in step.options.get("axis", ())} if shape else set()
        if step.options.get("keepdims"):
            return tuple(0 if place in axes else each for place, each in enumerate(shape))
        return tuple(each for place, each in enumerate(shape) if place not in axes)


def resized(program: Program, values: Values, only: int = 0) -> Forward | None:
    """A forward run of the network with other sizes; None where its sizes cannot be changed.

    `only` is the one class of lengths that is to change; 0 for all.
    """
    try:
        lengths = Lengths(program)
        classes = lengths.classes()
        every = sorted({c for s in classes.values() for c in s} - {0})
        given = dict(zip(every, LENGTHS, strict=False))
        if only:
            given = {c: lengths.length(c) for c in every}
            given[only] = max(given.values()) + 1
        shapes = {name: tuple(given.get(c, 1) for c in shape) for name, shape in classes.items()}
        made = _rebuilt(program, shapes, {name: given[c] for name, c in lengths.symbols().items() if c in given})
        with np.errstate(all="ignore"):
            return Forward.of(made, _grown(program, made, values))
    except (Rigid, BpdebugError, ValueError, KeyError, IndexError):
        return None


def mistakable(program: Program) -> dict[int, str]:
    """The lengths that may be taken for others, 1 or equal to another, each with what it is."""
    try:
        lengths = Lengths(program)
        classes = lengths.classes()
    except (Rigid, IndexError, KeyError):
        return {}
    names = {each: name for name, each in lengths.symbols().items()}
    for name, shape in classes.items():
        for axis, each in enumerate(shape):
            names.setdefault(each, f"the number of {('rows', 'columns')[axis]} of {name}" if len(shape) == 2 else "")
    own = {each: lengths.length(each) for shape in classes.values() for each in shape if each}
    told: dict[int, str] = {}
    for each, length in own.items():
        others = [names[other] for other, n in own.items() if n == length and other != each]
        if length == 1:
            told[each] = f"{names[each]} is 1"
        elif others:
            told[each] = f"{names[each]} and {others[0]} are both {length}"
    return told


def _rebuilt(program: Program, shapes: Mapping[str, Shape], sizes: Mapping[str, int]) -> Program:
    """The forward pass alone, on other shapes."""
    forward = [each for each in program.equations if each.phase in (Phase.FORWARD, Phase.COST)]
    read = {name for each in forward for name in names(each.expr)} & set(program.constants)
    lengths = {n for shape in program.shapes.values() for n in shape if n > 1}
    nameless = {int(n) for n in lengths if not isinstance(n, Size)} | {a * b for a in lengths for b in lengths}
    if any(program.constants[name] in nameless and name not in sizes for name in read):
        raise Rigid  # a number that may be a size, and nothing says of what
    constants = {name: float(sizes.get(name, value)) for name, value in program.constants.items()}
    data, parameters = ({name: shapes[name] for name in names} for names in (program.data, program.parameters))
    given = Given(data, parameters, constants, program.cost, program.orientation)
    known = given.checked(forward)
    steps = lower(forward, known, constants)
    return replace(program, equations=tuple(forward), steps=steps, shapes=known, constants=constants, gradients={})


def _grown(program: Program, made: Program, values: Values) -> dict[str, Array]:
    """Numbers of the same kind for the new shapes."""
    random = np.random.default_rng(77)
    start = leaves(program, values)
    units = (0, 1) if program.orientation == "columns" else (1, 0)
    grown = {name: np.asarray(value) for name, value in made.constants.items()}
    for name in (*program.data, *program.parameters):
        value = _alike(start[name], tuple(int(n) for n in made.shapes[name]), units, random)
        value = _tamed(value) if name in program.parameters else value
        square = symmetric(start[name]) and value.shape[0] == value.shape[1]
        grown[name] = mirrored(value) if square else value
    return grown


def _tamed(value: Array) -> Array:
    """Weights so small that their sums, of more products than before, leave the last activation its digits."""
    largest = float(np.max(np.abs(value), initial=0.0)) * np.sqrt(min(value.shape, default=1))
    return value * min(1.0, LARGEST / largest) if largest else value


def _alike(value: Array, shape: Shape, axes: tuple[int, ...], random: np.random.Generator) -> Array:
    """Numbers of the same kind; along the first of the axes that adds up to one, if any does, they do again."""
    if not value.size or np.isin(value, (0, 1)).all():
        return _marks(value, shape, axes, random)
    spread = random.uniform(0.7, 1.3, size=shape)
    if (value >= 0).all() and (value <= 1).all():
        for axis in axes if value.ndim == len(axes) else range(value.ndim):
            if value.shape[axis] > 1 and np.allclose(value.sum(axis=axis), 1):
                return np.asarray(spread / spread.sum(axis=axis, keepdims=True))
    drawn = random.choice(np.ravel(value), size=shape)
    return np.asarray(drawn**spread if (value > 0).all() and (value < 1).all() else drawn * spread)


def _marks(value: Array, shape: Shape, axes: tuple[int, ...], random: np.random.Generator) -> Array:
    """Zeros and ones: one of them in every line where that was so."""
    for axis in axes if value.ndim == len(axes) else range(value.ndim):
        if value.shape[axis] > 1 and (value.sum(axis=axis) == 1).all():
            order = np.argsort(random.random(shape), axis=axis)
            return np.asarray((order == 0) * 1.0)
    drawn = (random.random(shape) < 0.5) * 1.0
    return drawn if value.any() and not value.all() else np.full(shape, float(value.all()))
