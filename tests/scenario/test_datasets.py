"""Data sets: as many examples, classes and columns as asked for, the same for the same seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bpdebug.scenario.datasets import DATASETS, FOLDER
from bpdebug.scenario.given import CLASSES, NUMBER, scaled, written
from tests.scenario.fed import fed, refused

EVERY = pytest.mark.parametrize("dataset", DATASETS.values(), ids=lambda dataset: dataset.name)
GENERATED = [each for each in DATASETS.values() if each.samples is not None]
SCATTERED = [each for each in GENERATED if each.noise is not None]


def drawn(name, samples=None, noise=None, classes=None, seed=1):
    return DATASETS[name].examples(samples, noise, classes, seed)


@EVERY
def test_a_data_set_has_a_label_for_each_example(dataset):
    found = drawn(dataset.name)
    assert len(found.x) == len(found.y) == (dataset.samples or len(found.x))
    assert np.isfinite(found.x).all()
    assert bool(found.count) == (dataset.labels in CLASSES)
    assert (dataset.labels == NUMBER) == (not found.count)
    if found.count:
        assert sorted(set(found.y.tolist())) == list(range(found.count))
    assert len(found.features) in (0, found.x.shape[1])
    assert len(found.outputs) in (0, found.count or found.y.shape[1])
    assert dataset.about


@EVERY
def test_a_scenario_has_it_by_its_name_in_its_own_orientation(dataset, tmp_path: Path):
    values = fed(tmp_path, f'dataset = "{dataset.name}"').values
    found = drawn(dataset.name)
    assert np.array_equal(values["X"], found.x)
    assert np.array_equal(values["Y"], written(found, dataset.labels))


@pytest.mark.parametrize("dataset", GENERATED, ids=lambda dataset: dataset.name)
def test_as_many_samples_as_asked_for(dataset):
    for samples in (1, 2, 7, 50):
        found = drawn(dataset.name, samples)
        assert len(found.x) == len(found.y) == samples
        assert np.isfinite(found.x).all()


@pytest.mark.parametrize("dataset", SCATTERED, ids=lambda dataset: dataset.name)
def test_the_same_seed_draws_the_same(dataset):
    first, again, other = (drawn(dataset.name, noise=0.1, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(np.c_[first.x, first.y], np.c_[again.x, again.y])
    assert not np.array_equal(np.c_[first.x, first.y], np.c_[other.x, other.y])


@pytest.mark.parametrize("dataset", SCATTERED, ids=lambda dataset: dataset.name)
def test_noise_moves_the_points_and_no_noise_leaves_them(dataset):
    clean, noisy = (np.c_[found.x, found.y] for found in (drawn(dataset.name, 200, noise) for noise in (0.0, 0.1)))
    moved = (noisy - clean)[:, (noisy != clean).any(axis=0)]
    assert 0.08 < moved.std() < 0.12


def test_what_is_generated_without_noise_is_where_it_should_be():
    assert drawn("xor").x.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    circles = drawn("circles", 30, 0.0)
    np.testing.assert_allclose(np.hypot(*circles.x.T), np.where(circles.y == 0, 1, 0.5))
    line, waves = drawn("line", noise=0.0), drawn("waves", noise=0.0)
    np.testing.assert_allclose(line.y, 2 * line.x + 1)
    np.testing.assert_allclose(waves.y, np.sin(waves.x))
    spirals = drawn("spirals", 30, 0.0, 3)
    turned = np.unwrap(np.arctan2(*spirals.x[spirals.y == 1].T[::-1]))
    assert (np.diff(turned) > 0).all()
    assert (np.diff(np.hypot(*spirals.x[spirals.y == 1].T)) > 0).all()


@pytest.mark.parametrize("name", [each.name for each in DATASETS.values() if each.classes is not None])
def test_there_are_as_many_classes_as_asked_for(name):
    found = drawn(name, 10, 0.0, 5)
    assert written(found, "one-hot").shape == (10, 5)
    assert np.bincount(found.y).tolist() == [2] * 5


@pytest.mark.parametrize(
    ("labels", "columns", "values"), [("one-hot", 3, {0, 1}), ("zero-one", 1, {0, 1}), ("plus-minus", 1, {-1, 1})]
)
def test_labels_are_written_as_asked_for(labels, columns, values, tmp_path: Path):
    y = fed(tmp_path, f'dataset = {{ name = "iris", labels = "{labels}" }}').values["Y"]
    assert y.shape == (150, columns)
    assert set(y.ravel().tolist()) == values
    if columns == 3:
        assert (y.sum(axis=1) == 1).all()


@pytest.mark.parametrize("name", [each.name for each in DATASETS.values() if each.samples is None])
def test_of_real_examples_some_are_drawn_alike_from_every_class(name):
    every, some, other = drawn(name), drawn(name, 60), drawn(name, 60, seed=2)
    assert len(some.x) == 60
    assert not np.array_equal(some.x, other.x)
    share = np.bincount(every.y) * (60 / len(every.y))
    assert (np.abs(np.bincount(some.y) - share) < 1).all()
    assert {tuple(row) for row in some.x} <= {tuple(row) for row in every.x}
    assert len(drawn(name, 10**6).x) == len(every.x)


def test_standardized_features_have_mean_0_and_deviation_1_and_others_lie_between_0_and_1(tmp_path: Path):
    x = fed(tmp_path, 'dataset = { name = "iris", scale = "standardize" }').values["X"]
    np.testing.assert_allclose(x.mean(axis=0), 0, atol=1e-14)
    np.testing.assert_allclose(x.std(axis=0), 1)
    x = fed(tmp_path, 'dataset = { name = "iris", scale = "min-max" }').values["X"]
    assert x.min(axis=0).tolist() == [0] * 4
    assert x.max(axis=0).tolist() == [1] * 4


@pytest.mark.parametrize("how", ["standardize", "min-max"])
def test_a_feature_that_is_always_the_same_becomes_0(how):
    x = np.array([[3.0, 1.0], [3.0, 2.0]])
    found = scaled(x, x, how)
    assert found[:, 0].tolist() == [0, 0]
    assert np.isfinite(found).all()


@pytest.mark.parametrize("how", ["standardize", "min-max"])
def test_a_feature_that_is_always_the_same_becomes_0_where_its_mean_is_rounded(how):
    x = np.column_stack([np.full(30, 0.1), np.arange(30.0)])
    assert x.mean(axis=0)[0] != 0.1
    assert not scaled(x, x, how)[:, 0].any()
    assert scaled(np.array([[0.2, 3.0]]), x, how)[0, 0] == pytest.approx(0.1)


def test_the_irises_are_fishers():
    iris = drawn("iris")
    assert iris.x.shape == (150, 4)
    assert np.bincount(iris.y).tolist() == [50, 50, 50]
    assert np.round(iris.x.mean(axis=0), 2).tolist() == [5.84, 3.06, 3.76, 1.2]
    assert iris.x[34].tolist() == [4.9, 3.1, 1.5, 0.2]  # the flower that the UCI file has wrong


def test_the_digits_are_those_of_the_repository():
    digits = drawn("digits")
    assert digits.x.shape == (1797, 64)
    assert np.bincount(digits.y).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert (digits.x.min(), digits.x.max(), digits.x.sum()) == (0, 16, 561718)
    assert digits.y[:12].tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]
    assert digits.x[0, :16].tolist() == [0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0]
    assert (FOLDER / "digits.npz").stat().st_size < 100_000


@pytest.mark.parametrize(
    ("dataset", "said"),
    [
        ('{ name = "iris", noise = 0.1 }', "scenario.toml:3:28: iris has no noise"),
        ('{ name = "xor", classes = 3 }', "scenario.toml:3:27: xor has the classes that it has"),
        ('{ name = "line", labels = "one-hot" }', "scenario.toml:3:37: the labels are numbers, and no classes: "),
        ('{ name = "xor", labels = "number" }', "scenario.toml:3:36: the labels are classes: "),
        ('{ name = "blobs", samples = 10000000 }', "scenario.toml:3:39: (10000000, 3) is 30,000,000 entries"),
        ('{ name = "blobs", samples = 100000, classes = 1000 }', "scenario.toml:3:39: (100000, 1000) is 100,000,000"),
        ('{ name = "blobs", samples = "k" }', 'scenario.toml:3:39: there is no size "k"'),
        ('{ name = "iris", standardize = true }', 'scenario.toml:3:28: unknown key "standardize"'),
        ('"irsi"', 'scenario.toml:3:11: "irsi" is not known here; did you mean "iris"?'),
        ('"iris"\nfile = "points.csv"', "scenario.toml:4:1: expected either a data set or a file, found both"),
    ],
)
def test_what_a_data_set_has_not(dataset: str, said: str, tmp_path: Path):
    assert refused(tmp_path, f"dataset = {dataset}")[0].startswith(said)
