"""Fresh numbers for a network: what holds on all of them holds because of the formula."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, partial

import numpy as np
from msgspec import Struct, field

from bpdebug.check.claims import Derivation, Written
from bpdebug.check.derivatives import Derivatives
from bpdebug.check.diagnosis.evaluator import LARGEST, TIMES, Evaluator
from bpdebug.check.forward import Forward, Values
from bpdebug.check.meaning import SLOT, Meaning
from bpdebug.check.usable import leaves, milder, usable
from bpdebug.language.expression import names
from bpdebug.ops.table import Array
from bpdebug.program.equations import Phase, Program

REDRAWS = 3
"""Beside the numbers of the case. Coincidences fall at the first, none was ever seen to fall later than the second."""
SPREAD = 0.4
"""How far a number is moved, relative to itself."""


def redrawn(program: Program, values: Mapping[str, Array], seed: int) -> dict[str, Array]:
    """Other numbers of the same kind: zeros and ones, probabilities and whole numbers stay what they are.

    Single inputs and weights are as good as any, 1 and 2 too; a constant that is whole may be a count. Every third set
    has nothing to do with the numbers given: signs and their order are others too, and what is learned and begins at
    zero, as biases do, has left it.
    """
    random = np.random.default_rng([seed, 2024])
    other, free = seed % 3 == 2, {*program.parameters, *(name for name in program.data if not compared(program, name))}
    found = {name: (_replaced if other else _moved)(value, random) for name, value in values.items()}
    found = {name: mirrored(value) if symmetric(values[name]) else value for name, value in found.items()}
    found |= {name: _single(values[name], random) for name in free if values[name].ndim == 0}
    begun = [name for name in program.parameters if other and not found[name].any()]
    return found | {name: np.asarray(random.normal(0, SPREAD, found[name].shape)) for name in begun}


def compared(program: Program, name: str) -> bool:
    """Whether data enters the cost alone: labels."""
    return not any(name in names(each.expr) for each in program.equations if each.phase is Phase.FORWARD)


def symmetric(value: Array) -> bool:
    """Whether a matrix is its own transpose, and neither a single number nor made of zeros and ones."""
    square = value.ndim == 2 and value.shape[0] == value.shape[1] > 1
    return square and bool((value == value.T).all()) and not np.isin(value, (0, 1)).all()


def mirrored(value: Array) -> Array:
    """A square matrix made symmetric."""
    return np.asarray((value + value.T) / 2)


def _single(value: Array, random: np.random.Generator) -> Array:
    return np.asarray(value * (1 + SPREAD * random.uniform(-1, 1)) if value else random.normal(0, SPREAD))


def _replaced(value: Array, random: np.random.Generator) -> Array:
    """Numbers as large as those given that keep no sign where there are both; zeros and ones in other places."""
    if value.ndim and np.isin(value, (0, 1)).all() and value.any():
        return _marked(value, random)
    if value.ndim and (value < 0).any() and (value > 0).any():
        return np.asarray(random.normal(size=value.shape) * np.sqrt(np.mean(value**2)) * (value != 0))
    return _moved(value, random)


def _marked(value: Array, random: np.random.Generator) -> Array:
    """Zeros and ones; one of them in every line where that was so, along both axes where along both."""
    single = [axis for axis in range(value.ndim) if value.shape[axis] > 1 and (value.sum(axis=axis) == 1).all()]
    if len(single) == 1:
        return np.asarray(random.permuted(value, axis=single[0]))
    if single:
        return np.asarray(random.permutation(value, axis=0))
    return np.asarray((random.random(value.shape) < 0.5) * 1.0)


def _moved(value: Array, random: np.random.Generator) -> Array:
    stretch = 1 + SPREAD * random.uniform(-1, 1, np.shape(value))
    if not value.size or np.isin(value, (0, 1)).all() or (value.ndim == 0 and float(value).is_integer()):
        return value
    if (value >= 0).all() and (value <= 1).all():
        return _probabilities(value, np.asarray(value**stretch))
    moved = value * stretch
    if (value < 0).any() and (value > 0).any():
        moved = moved + SPREAD * np.std(value) * random.uniform(-1, 1, np.shape(value)) * (value != 0)
    return np.asarray(moved)


def _probabilities(value: Array, moved: Array) -> Array:
    """Those that add up to one still do."""
    for axis in range(value.ndim):
        if value.shape[axis] > 1 and np.allclose(value.sum(axis=axis), 1):
            return np.asarray(moved / moved.sum(axis=axis, keepdims=True))
    return moved


class Late(Mapping[str, Array]):
    """Values of which some are computed when they are asked for: of many gradients a line reads a few."""

    def __init__(self, known: dict[str, Array], late: dict[str, Callable[[], Array | None]]) -> None:
        self._known, self._late = known, late

    def __getitem__(self, name: str) -> Array:
        if name not in self._known:
            value = self._late.pop(name)()
            if value is None:
                raise KeyError(name)
            self._known[name] = value
        return self._known[name]

    def __contains__(self, name: object) -> bool:
        return name in self._known or name in self._late

    def __iter__(self) -> Iterator[str]:
        return iter((*self._known, *self._late))

    def __len__(self) -> int:
        return len(self._known) + len(self._late)


class Draw(Struct, frozen=True, eq=False, dict=True):
    """One set of numbers with the true gradients, and with every name of the derivation at its right value."""

    forward: Forward
    claims: tuple[Written, ...]
    meanings: Mapping[str, Meaning]
    _true: dict[Meaning, Array | None] = field(default_factory=dict)

    @cached_property
    def derivatives(self) -> Derivatives:
        return Derivatives(self.forward)

    @cached_property
    def given(self) -> dict[str, Array]:
        """What the forward pass computes."""
        program = self.forward.program
        steps = {step.out for step in self.forward.steps}
        kept = {*program.data, *program.parameters, *program.constants, *steps}
        return {name: np.asarray(value) for name, value in self.forward.values.items() if name in kept}

    @cached_property
    def evaluator(self) -> Evaluator:
        """Evaluates formulas of the derivation, every gradient in them right."""
        late: dict[str, Callable[[], Array | None]] = {}
        most = max(LARGEST, TIMES * max(value.size for value in self.given.values()))
        values = Late(dict(self.given), late)
        for name, each in self.meanings.items():
            late[name] = partial(self.true, each)
        for claim in self.claims:
            if claim.name not in self.meanings:
                late[claim.name] = partial(
                    Evaluator(values, self.forward.program.constants, most=most).value, claim.expr
                )
        return Evaluator(values, self.forward.program.constants, most=most)

    def true(self, own: Meaning) -> Array | None:
        """The value of what a left side denotes."""
        if own not in self._true:
            values = {**self.given, SLOT: self.derivatives.of(own.of)}
            self._true[own] = Evaluator(values, self.forward.program.constants).value(own.expr)
        return self._true[own]


def draws(program: Program, values: Values, claims: tuple[Written, ...], derivation: Derivation) -> list[Draw]:
    """The numbers of the case, and others; milder ones where those leave gradients no digits."""
    meanings = derivation.meanings
    with np.errstate(all="ignore"):
        own = Forward.of(program, values)
        own = own if usable(own) else milder(program, values) or own
        start, found = leaves(program, own.values), [Draw(own, claims, meanings)]
        for seed in range(2 * REDRAWS):
            if len(found) <= REDRAWS:
                forward = Forward.of(program, redrawn(program, start, seed))
                if usable(forward):
                    found.append(Draw(forward, claims, meanings))
    return found
