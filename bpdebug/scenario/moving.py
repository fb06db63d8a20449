"""How parameters are moved, as [training] says it: optimizer and schedule, their numbers, weight decay, clipping."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bpdebug.errors import Problem
from bpdebug.program.update import (
    CLIP_NORM,
    CLIP_VALUE,
    DECAY,
    OPTIMIZERS,
    SCHEDULES,
    UPDATES,
    WARMUP,
    Optimizer,
    Update,
)
from bpdebug.program.update import Schedule as Course
from bpdebug.scenario.positions import Path
from bpdebug.scenario.schema import Schedule, Training
from bpdebug.scenario.source import Source

OWN = sorted({name for each in OPTIMIZERS.values() for name in each.numbers} - {DECAY})
"""Numbers that belong to certain optimizers."""
COURSES = sorted({name for each in SCHEDULES.values() for name in each.numbers})
"""Numbers that belong to certain schedules."""


USUAL = 100
"""Iterations where a file says nothing of them."""


def iterations(training: Training, examples: int) -> int:
    """How many iterations a run over so many examples has: as said, or so many epochs of them."""
    if training.epochs is None:
        return USUAL if training.iterations is None else training.iterations
    return training.epochs * -(-examples // (training.batch_size or examples))


def update(training: Training, iterations: int) -> tuple[Update, dict[str, float]]:
    """How parameters are moved in so many iterations, and the numbers that this takes, as the equations call them."""
    optimizer, schedule = OPTIMIZERS[training.optimizer], training.schedule or Schedule()
    course = SCHEDULES[schedule.name]
    given = _given(training, (*OWN, DECAY, CLIP_VALUE, CLIP_NORM))
    numbers = {**optimizer.numbers, **given, **course.numbers}
    if UPDATES in course.numbers:
        numbers[UPDATES] = float(max(1, iterations))
    found = Update(
        optimizer,
        course,
        warmup=schedule.warmup is not None,
        decay=DECAY in given,
        clip_value=CLIP_VALUE in given,
        clip_norm=CLIP_NORM in given,
    )
    return found, {**numbers, **_given(schedule, (*COURSES, WARMUP))}


def _given(table: Training | Schedule, names: Iterable[str]) -> dict[str, float]:
    """The numbers that a table says, by name."""
    return {name: float(value) for name in names if (value := getattr(table, name)) is not None}


def problems(training: Training, source: Source) -> list[Problem]:
    """Numbers that the optimizer or the schedule has no use for."""
    found: list[tuple[Path, str, str]] = []
    if training.epochs is not None and training.iterations is not None:
        message, hint = "iterations and epochs both say how long the run is", "Leave one of them out."
        found.append((("training", "epochs"), message, hint))
    found += [*_useless(training, OWN, OPTIMIZERS[training.optimizer], OPTIMIZERS)]
    if training.schedule is not None:
        found += _useless(training.schedule, COURSES, SCHEDULES[training.schedule.name], SCHEDULES)
    return [source.at_key(path, message, hint) for path, message, hint in found]


def _useless(
    table: Training | Schedule,
    names: Iterable[str],
    chosen: Optimizer | Course,
    every: Mapping[str, Optimizer] | Mapping[str, Course],
) -> Iterator[tuple[Path, str, str]]:
    """Where such a number stands, what is wrong with it, and the way out."""
    path: Path = ("training",) if isinstance(table, Training) else ("training", "schedule")
    for name in names:
        if getattr(table, name) is not None and name not in chosen.numbers:
            owners = [each.name for each in every.values() if name in each.numbers]
            message = f'{name} goes with {" or ".join(owners)}, not with "{chosen.name}"'
            yield (*path, name), message, f'Take "{owners[0]}", or leave it out.'
