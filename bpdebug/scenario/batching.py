"""A draft whose examples come in batches, or that draws by chance: what is drawn gets equations of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from msgspec.structs import replace

from bpdebug.errors import Problem
from bpdebug.language.chance import COUNT
from bpdebug.ops.table import Array, Shape, Size
from bpdebug.program.batch import BATCHES, EPOCH, PICKED, SIZE, WHOLE, Batch, counted, draws, hoisted
from bpdebug.scenario.draft import Draft, Written
from bpdebug.scenario.failure import failure
from bpdebug.scenario.positions import Path

BATCH: Path = ("training", SIZE)


def batched(draft: Draft) -> Draft:
    """The draft with equations for all that is drawn; ScenarioError where batches cannot be made of its data."""
    if draft.batch_size is not None:
        draft = _in_batches(draft, draft.batch_size)
    elif not any(draws(each.expr) for each in draft.equations):
        return draft
    if COUNT in _names(draft):
        raise failure([_taken(draft, COUNT)])
    axes = draft.batch.axes if draft.batch else ()
    found = hoisted(draft.equations, draft.constants, [*draft.data, *axes], _names(draft))
    batch = [counted(), *(draft.batch.equations() if draft.batch else ())]
    return replace(
        draft,
        equations=(*batch, *(equation for equation, _ in found)),
        written=(*[Written(BATCH)] * len(batch), *(draft.written[number] for _, number in found)),
    )


def _in_batches(draft: Draft, size: int) -> Draft:
    """The draft with the data called X_all, of which the equations see batches called X."""
    symbol = draft.examples
    examples = int(draft.constants.get(symbol, 0))
    axes = dict(_axes(draft.data, symbol))
    problems = [*_unsuited(draft, size, examples, axes)]
    added = {EPOCH, PICKED, BATCHES, SIZE, symbol + WHOLE, *(name + WHOLE for name in axes)}
    problems += [_taken(draft, name) for name in sorted(added & {*_names(draft)})]
    if problems:
        raise failure(problems)
    batch = Batch(symbol, examples, size, axes, draft.shuffle)
    whole = Size(examples, symbol + WHOLE)
    data = {
        (name + WHOLE if name in axes else name): (
            tuple(whole if at == axes[name] else each for at, each in enumerate(shape)) if name in axes else shape
        )
        for name, shape in draft.data.items()
    }
    counts = {symbol: size, symbol + WHOLE: examples, SIZE: size, BATCHES: batch.batches}
    return replace(
        draft,
        data=data,
        values=_renamed(draft.values, axes),
        test=_renamed(draft.test, axes),
        constants={**draft.constants, **{name: float(count) for name, count in counts.items()}},
        batch=batch,
    )


def _renamed(arrays: Mapping[str, Array], batched: Collection[str]) -> dict[str, Array]:
    return {(name + WHOLE if name in batched else name): array for name, array in arrays.items()}


def _axes(data: Mapping[str, Shape], symbol: str) -> Iterator[tuple[str, int]]:
    """The data that have an axis for the examples, each with that axis."""
    for name, shape in data.items():
        along = [at for at, each in enumerate(shape) if isinstance(each, Size) and each.symbol == symbol]
        if along:
            yield name, along[-1]


def _unsuited(draft: Draft, size: int, examples: int, axes: Mapping[str, int]) -> Iterator[Problem]:
    source, symbol = draft.source, draft.examples
    if not axes:
        hint = f"Say in [sizes] how many there are, {symbol} = …, and use it in the shapes of the data."
        yield source.at_value(BATCH, f"no data has an axis of {symbol} examples to take batches of", hint)
    elif size > examples:
        hint = f"Take at most {examples}, or leave batch_size out to see all examples in each iteration."
        yield source.at_value(BATCH, f"a batch of {size} is more than the {examples} examples there are", hint)
    for name, shape in draft.parameters.items():
        if any(isinstance(each, Size) and each.symbol == symbol for each in shape):
            message = f"{name} has an axis of {symbol}, the number of examples, which is another in every batch"
            yield source.at_value(BATCH, message, "A parameter belongs to no example; or leave batch_size out.")


def _names(draft: Draft) -> set[str]:
    return {*draft.data, *draft.parameters, *draft.constants, *(each.name for each in draft.equations)}


def _taken(draft: Draft, name: str) -> Problem:
    path: Path = BATCH if draft.batch_size is not None else ("network",)
    what = "the number of the iteration" if name == COUNT else "something of the batch"
    message = f"{name} is the name of {what} where examples or numbers are drawn"
    return draft.source.at_key(path, message, "Choose another name for yours.")
