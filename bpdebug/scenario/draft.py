"""A scenario on its way to a program: what `build` is called with, and where each equation was written."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from bpdebug.errors import Problem, ProgramError, Span
from bpdebug.ops import write
from bpdebug.ops.shapes import show
from bpdebug.ops.table import Array, Shape
from bpdebug.program.batch import WHOLE, Batch
from bpdebug.program.build import DESCENT, build
from bpdebug.program.equations import Equation, Program
from bpdebug.program.update import Update
from bpdebug.scenario import text
from bpdebug.scenario.arrays import MOST_ENTRIES, entries
from bpdebug.scenario.failure import failure
from bpdebug.scenario.given import Called
from bpdebug.scenario.positions import Path
from bpdebug.scenario.source import Source
from bpdebug.scenario.values import too_large

FORWARD: Path = ("network", "forward")


class Written(Struct, frozen=True):
    """Where an equation stands in the file: a line of a block, or a key (a layer, the cost)."""

    path: Path
    line: text.Line | None = None


class Draft(Struct, frozen=True):
    """All that `build` is called with, and where each equation was written."""

    source: Source
    equations: tuple[Equation, ...]
    written: tuple[Written, ...]
    data: Mapping[str, Shape]
    parameters: Mapping[str, Shape]
    constants: Mapping[str, float]
    values: Mapping[str, Array]
    cost: str
    examples: str
    orientation: str
    bookkeeping: str
    fused: bool
    update: Update = DESCENT
    iterations: int = 1
    seed: int = 0
    batch_size: int | None = None
    """How many examples an iteration sees, where that is not all of them."""
    shuffle: bool = True
    batch: Batch | None = None
    """How the examples come in batches, once `batched` has seen to that."""
    test: Mapping[str, Array] = {}
    """What of the data is there of the examples that are set aside to test with."""
    called: Called | None = None
    """What a data set or a file says of X and Y."""

    @property
    def columns(self) -> bool:
        return self.orientation == "columns"


def built(draft: Draft) -> Program:
    """The program of a draft; what the builder refuses is a ScenarioError with its place."""
    program = _built(draft)
    _refuse_sizes(program, draft)
    if draft.batch is None:
        return program
    rest = _rest(draft, program) if draft.batch.rest else None
    return replace(program, batches=draft.batch.batches, rest=rest)


def _rest(draft: Draft, program: Program) -> Program:
    """The program of the last batch of an epoch, which has fewer examples than the others."""
    batch = draft.batch
    assert batch is not None
    rest = _built(replace(draft, constants={**draft.constants, batch.symbol: float(batch.rest)}))
    if [each.out for each in rest.steps] != [each.out for each in program.steps]:
        count = "1 example" if batch.rest == 1 else f"{batch.rest} examples"
        message = f"the last batch of an epoch has {count}, and other equations than the others"
        hint = f"Choose a batch_size that leaves more of the {batch.examples} examples for it, or none."
        raise failure([draft.source.at_value(("training", "batch_size"), message, hint)])
    return replace(rest, batches=batch.batches)


def _built(draft: Draft) -> Program:
    try:
        return build(
            draft.equations,
            data=draft.data,
            parameters=draft.parameters,
            constants=draft.constants,
            cost=draft.cost,
            examples=draft.examples,
            orientation=draft.orientation,
            bookkeeping=draft.bookkeeping,
            fused=draft.fused,
            update=draft.update,
            seed=draft.seed,
            one_hot=frozenset(
                name.removesuffix(WHOLE) for name in draft.data if one_hot(draft.values[name], draft.columns)
            ),
        )
    except ProgramError as error:
        raise failure([_placed(draft, error.equation, error.span, error.message, error.hint)]) from None


def _placed(draft: Draft, equation: int | None, span: Span | None, message: str, hint: str) -> Problem:
    if equation is None or not 0 <= equation < len(draft.written):
        path: Path = FORWARD if ("network", "forward") in draft.source.index.places else ("network",)
        return draft.source.at_key(path, message, hint)
    place = draft.written[equation]
    if place.line is None:
        return draft.source.at_value(place.path, message, hint)
    return draft.source.inside(place.path, place.line.placed(span), message, hint)


def _refuse_sizes(program: Program, draft: Draft) -> None:
    """Refuse quantities with no entries, and more of them than can be looked at."""
    numbers = {equation.name: i for i, equation in enumerate(draft.equations)}
    total = 0
    for name, shape in program.shapes.items():
        total += entries(shape)
        if not entries(shape):
            message, hint = (
                f"nothing is left: its shape is {show(shape)}",
                "A slice lies outside of what it is cut from.",
            )
        elif entries(shape) > MOST_ENTRIES or total > 10 * MOST_ENTRIES:
            message, hint = too_large(shape)
        else:
            continue
        owner = name.split(":")[0]
        part = next((write(step.whole, "ascii") for step in program.steps if step.out == name != owner), name)
        raise failure([_placed(draft, numbers.get(owner), None, f"{part}: {message}", hint)])


def refuse_beyond_float32(draft: Draft) -> None:
    """Refuse numbers that a float32 run could begin with only as infinity, and constants that would be 0."""
    numbers = {**draft.values, **{name: np.asarray(value) for name, value in draft.constants.items()}}
    limit = float(np.finfo(np.float32).max)
    nothing = float(np.finfo(np.float32).smallest_subnormal) / 2  # rounded to 0, as all below it
    found = [
        draft.source.at_value(
            ("training", "dtype"),
            f"{name} holds {float(np.max(np.abs(array))):.3g}, more than float32 can: it ends at 3.4e38",
            'With dtype = "float64" there is room up to 1.8e308.',
        )
        for name, array in numbers.items()
        if array.size and np.max(np.abs(array)) > limit
    ]
    found += [
        draft.source.at_value(
            ("training", "dtype"),
            f"{name} is {value:.3g}, too small for float32, where it would be 0",
            'With dtype = "float64" there is room down to 4.9e-324.',
        )
        for name, value in draft.constants.items()
        if 0 < abs(value) <= nothing
    ]
    if found:
        raise failure(found)


def one_hot(array: Array, columns: bool) -> bool:
    """True where every example is a single 1 among zeros."""
    if array.ndim != 2 or array.shape[0 if columns else 1] < 2:
        return False
    return bool(np.isin(array, (0.0, 1.0)).all() and (array.sum(axis=0 if columns else 1) == 1).all())
