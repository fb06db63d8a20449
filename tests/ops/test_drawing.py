"""Random numbers belong to a place in the run, not to the order in which it is visited."""

from __future__ import annotations

import numpy as np
import pytest

from bpdebug.ops import OPS
from bpdebug.ops.drawing import generator, stream
from bpdebug.ops.table import Outside


def draw(seed: int, iteration: int, op: str) -> bytes:
    return generator(stream(seed, op), iteration).random(5).tobytes()


def test_the_same_place_draws_the_same() -> None:
    assert draw(1, 7, "D1") == draw(1, 7, "D1")


def test_every_place_draws_its_own() -> None:
    places = [(seed, iteration, op) for seed in (0, 1, 2**63) for iteration in (0, 1, 10**6) for op in ("D1", "D2")]
    assert len({draw(*place) for place in places}) == len(places)


def test_neighbours_have_nothing_in_common() -> None:
    drawn = np.stack([generator(stream(3, "D1"), iteration).normal(size=2000) for iteration in range(20)])
    between = np.corrcoef(drawn)[np.triu_indices(20, 1)]
    assert np.abs(between).max() < 0.1


def test_a_known_draw_stays_what_it_was() -> None:
    assert generator(stream(1, "D1"), 2).integers(1000, size=4).tolist() == [61, 558, 910, 92]


def test_an_epoch_sees_every_example_once_in_an_order_of_its_own() -> None:
    op = OPS["pick_batch"]
    options = op.resolve(size=3, examples=8, stream=9)
    epochs = []
    for epoch in range(3):
        picked = [op.forward(np.asarray(1.0 + 3 * epoch + at), **options) for at in range(3)]
        epochs.append(np.concatenate(picked)[:8].tolist())
    assert all(sorted(each) == list(range(8)) for each in epochs)
    assert len({tuple(each) for each in epochs}) == 3


def test_the_last_batch_begins_where_the_others_end() -> None:
    op = OPS["pick_batch"]
    whole = op.forward(np.asarray(3.0), **op.resolve(size=3, examples=8, stream=9))
    rest = op.forward(np.asarray(3.0), **op.resolve(size=2, examples=8, every=3, stream=9))
    assert rest.tolist() == whole[:2].tolist()


def test_without_shuffling_examples_come_in_their_order() -> None:
    op = OPS["pick_batch"]
    assert op.forward(np.asarray(5.0), **op.resolve(size=3, examples=8, shuffle=False)).tolist() == [3, 4, 5]


def test_a_batch_has_at_most_all_examples() -> None:
    with pytest.raises(Outside, match="from 1 to the 8 examples, got 9"):
        OPS["pick_batch"].resolve(size=9, examples=8)
