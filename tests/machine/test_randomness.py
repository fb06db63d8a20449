"""Random numbers belong to a place in the run, not to the order in which it is visited."""

from __future__ import annotations

import numpy as np

from bpdebug.machine.randomness import generator


def draw(seed: int, iteration: int, op: str) -> bytes:
    return generator(seed, iteration, op).random(5).tobytes()


def test_the_same_place_draws_the_same() -> None:
    assert draw(1, 7, "D1") == draw(1, 7, "D1")


def test_every_place_draws_its_own() -> None:
    places = [(seed, iteration, op) for seed in (0, 1, 2**63) for iteration in (0, 1, 10**6) for op in ("D1", "D2")]
    assert len({draw(*place) for place in places}) == len(places)


def test_neighbours_have_nothing_in_common() -> None:
    drawn = np.stack([generator(3, iteration, "D1").normal(size=2000) for iteration in range(20)])
    between = np.corrcoef(drawn)[np.triu_indices(20, 1)]
    assert np.abs(between).max() < 0.1


def test_a_known_draw_stays_what_it_was() -> None:
    assert generator(1, 2, "D1").integers(1000, size=4).tolist() == [955, 846, 996, 339]
