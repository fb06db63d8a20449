"""Copies on their way to the cost: together they find what each finds alone, whatever the network."""

from __future__ import annotations

import numpy as np
import pytest

from bpdebug.check import entries
from bpdebug.check.derivatives import Derivatives, journeys
from bpdebug.check.differences import Differences
from bpdebug.check.entries import by_entry
from bpdebug.check.forward import Forward
from bpdebug.check.paths import paths
from bpdebug.program.equations import Program
from tests.program.networks import draw, run


def moved(program: Program) -> tuple[str, ...]:
    """The quantities whose entries have to be moved."""
    known = paths(program)
    order = known.order(tuple(program.gradients), frozenset())
    return tuple(name for name in order if not known.gathers(name) and not known.keeps_to_itself(name))


def test_many_quantities_on_one_way_find_what_each_finds_alone() -> None:
    joined = 0
    for seed in range(60):
        drawn = draw(seed)
        derivatives = Derivatives(Forward.of(drawn.program, run(drawn)))
        for journey in journeys(drawn.program, moved(drawn.program)):
            joined += len(journey.joining)
            for name, found in journey.derivatives(derivatives.tangents).items():
                alone = by_entry(derivatives.tangents, paths(drawn.program).route(name))
                np.testing.assert_allclose(found, alone, rtol=1e-12, atol=1e-300, err_msg=f"{seed}: {name}")
    assert joined > 30


def test_every_quantity_is_on_one_way_and_no_more() -> None:
    for seed in range(60):
        program = draw(seed).program
        found = [
            route.name
            for journey in journeys(program, moved(program))
            for route in (journey.route, *journey.joining.values())
        ]
        assert sorted(found) == sorted(moved(program))


def test_chunks_find_what_all_copies_at_once_find(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = draw(3)
    forward = Forward.of(drawn.program, run(drawn))
    tangents = Derivatives(forward).tangents
    whole = {name: by_entry(tangents, paths(drawn.program).route(name)) for name in drawn.program.gradients}
    monkeypatch.setattr(entries, "CACHE", 1)
    for name, found in whole.items():
        chunked = by_entry(tangents, paths(drawn.program).route(name))
        np.testing.assert_allclose(chunked, found, rtol=1e-12, atol=1e-300, err_msg=name)


def test_what_is_put_together_is_what_moving_copies_of_everything_finds() -> None:
    for seed in range(20):
        drawn = draw(seed)
        forward = Forward.of(drawn.program, run(drawn))
        derivatives = Derivatives(forward)
        for name in drawn.program.parameters:
            evaluated = Differences(forward, name, forward.paths.to_cost(name)).one_sided()[1]
            if not forward.kinks:
                size = np.max(np.abs(evaluated), initial=1e-300)
                np.testing.assert_allclose(derivatives.of(name), evaluated, rtol=1e-9, atol=1e-12 * size)
