"""Data sets: as many examples, classes and columns as asked for, the same for the same seed."""

from __future__ import annotations

import numpy as np
import pytest

from bpdebug.scenario.datasets import examples
from bpdebug.scenario.schema import Dataset


@pytest.mark.parametrize("name", ["two-moons", "xor", "blobs"])
def test_as_many_samples_as_asked_for(name):
    for samples in (1, 2, 7, 50):
        x, y = examples(Dataset(name=name), samples, 1)
        assert x.shape == (samples, 2)
        assert len(y) == samples
        assert np.isfinite(x).all()


def test_the_same_seed_draws_the_same():
    first, again, other = (examples(Dataset(name="two-moons"), 40, seed)[0] for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_noise_moves_the_points_and_no_noise_leaves_them():
    clean = examples(Dataset(name="two-moons", noise=0.0), 40, 1)[0]
    noisy = examples(Dataset(name="two-moons", noise=0.1), 40, 1)[0]
    assert 0.05 < (noisy - clean).std() < 0.2
    assert examples(Dataset(name="xor"), 4, 1)[0].tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]


@pytest.mark.parametrize(
    ("labels", "columns", "values"), [("one-hot", 3, {0, 1}), ("zero-one", 1, {0, 1}), ("plus-minus", 1, {-1, 1})]
)
def test_labels_are_written_as_asked_for(labels, columns, values):
    y = examples(Dataset(name="iris", labels=labels), None, 1)[1]
    assert y.shape == (150, columns)
    assert set(y.ravel().tolist()) == values
    if columns == 3:
        assert (y.sum(axis=1) == 1).all()


def test_blobs_have_as_many_classes_as_asked_for():
    x, y = examples(Dataset(name="blobs", classes=5, noise=0.0), 10, 1)
    assert y.shape == (10, 5)
    assert len(np.unique(x.round(9), axis=0)) == 5


def test_standardized_measurements_have_mean_0_and_deviation_1():
    x = examples(Dataset(name="iris", standardize=True), None, 1)[0]
    np.testing.assert_allclose(x.mean(axis=0), 0, atol=1e-14)
    np.testing.assert_allclose(x.std(axis=0), 1)
