"""How parameters are moved, as [training] says it: an optimizer and its numbers, weight decay, clipping."""

from __future__ import annotations

from bpdebug.errors import Problem
from bpdebug.program.update import CLIP_NORM, CLIP_VALUE, DECAY, OPTIMIZERS, Update
from bpdebug.scenario.schema import Training
from bpdebug.scenario.source import Source

OWN = sorted({name for each in OPTIMIZERS.values() for name in each.numbers} - {DECAY})
"""Numbers that belong to certain optimizers."""


def update(training: Training) -> tuple[Update, dict[str, float]]:
    """How parameters are moved, and the numbers that this takes, by the names they have in the equations."""
    optimizer = OPTIMIZERS[training.optimizer]
    numbers = {name: getattr(training, name) for name in (*OWN, DECAY, CLIP_VALUE, CLIP_NORM)}
    given = {name: value for name, value in numbers.items() if value is not None}
    found = Update(optimizer, decay=DECAY in given, clip_value=CLIP_VALUE in given, clip_norm=CLIP_NORM in given)
    return found, {**optimizer.numbers, **given}


def problems(training: Training, source: Source) -> list[Problem]:
    """Numbers that the optimizer has no use for."""
    optimizer = OPTIMIZERS[training.optimizer]
    found = []
    for name in OWN:
        if getattr(training, name) is not None and name not in optimizer.numbers:
            owners = [each.name for each in OPTIMIZERS.values() if name in each.numbers]
            message = f'{name} goes with {" or ".join(owners)}, not with "{optimizer.name}"'
            found.append(source.at_key(("training", name), message, f'Set optimizer = "{owners[0]}", or leave it out.'))
    return found
