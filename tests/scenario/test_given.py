"""Examples that are set aside to test with: drawn by the seed, of every class its share, never part of the data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpdebug.scenario.given import Examples, parted
from bpdebug.scenario.load import load
from tests.scenario.fed import fed, refused

FLOWERS = 'dataset = "iris"\n'


@given(st.lists(st.integers(0, 4), min_size=2, max_size=60), st.data())
def test_every_example_is_on_one_side_and_every_class_on_both_by_its_share(classes: list[int], data) -> None:
    count = data.draw(st.integers(1, len(classes) - 1))
    y = np.array(classes)
    kept, aside = parted(Examples(y[:, None], y, 5), count, np.random.default_rng(1))
    assert sorted([*kept, *aside]) == list(range(len(classes)))
    assert len(aside) == count
    assert (np.diff(kept) > 0).all()
    assert (np.diff(aside) > 0).all()
    members, drawn = np.bincount(y, minlength=5), np.bincount(y[aside], minlength=5)
    assert (np.abs(drawn - members * count / len(classes)) <= 1).all()


def test_a_class_is_not_given_away_whole_where_another_can_spare_one() -> None:
    y = np.array([0, 1, 1, 1])
    for seed in range(10):
        _, aside = parted(Examples(y[:, None], y, 2), 1, np.random.default_rng(seed))
        assert y[aside].tolist() == [1]


@pytest.mark.parametrize(("test", "count"), [("0.2", 30), ("30", 30), ("0.01", 2), ("149", 149)])
def test_a_share_or_a_number_is_set_aside(tmp_path: Path, test: str, count: int) -> None:
    scenario = fed(tmp_path, f"{FLOWERS}test = {test}")
    assert scenario.test["X"].shape == (count, 4)
    assert scenario.values["X"].shape == (150 - count, 4)
    rows = [tuple(row) for side in (scenario.test, scenario.values) for row in np.c_[side["X"], side["Y"]]]
    assert sorted(rows) == sorted(tuple(row) for row in np.c_[tuple(fed(tmp_path, FLOWERS).values[k] for k in "XY")])


def test_of_every_class_as_many_as_its_share(tmp_path: Path) -> None:
    assert fed(tmp_path, f"{FLOWERS}test = 0.2").test["Y"].sum(axis=0).tolist() == [10, 10, 10]


def test_the_seed_draws_them(tmp_path: Path) -> None:
    one, again, other = (fed(tmp_path, f"{FLOWERS}test = 0.2", seed=seed).test["X"] for seed in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_scales_are_those_of_the_examples_that_are_trained_on(tmp_path: Path) -> None:
    plain = fed(tmp_path, f"{FLOWERS}test = 0.2")
    for how, begin, width in (("standardize", np.mean, np.std), ("min-max", np.min, np.ptp)):
        found = fed(tmp_path, f'dataset = {{ name = "iris", scale = "{how}" }}\ntest = 0.2')
        train = plain.values["X"]
        for got, raw in ((found.values["X"], train), (found.test["X"], plain.test["X"])):
            np.testing.assert_allclose(got, (raw - begin(train, axis=0)) / width(train, axis=0))


def test_there_is_nothing_to_test_with_where_nobody_asked_for_it(tmp_path: Path) -> None:
    assert dict(fed(tmp_path, FLOWERS).test) == {}


def test_they_are_laid_out_as_the_data_in_each_orientation_and_nobody_can_write_to_them(tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text(
        '[data]\ndataset = "iris"\ntest = 0.2\n[network]\nlayers = [{ units = 3, activation = "softmax" }]\n'
        'cost = "categorical-cross-entropy"\norientation = "rows"\n',
        encoding="utf-8",
    )
    rows, columns = (load(str(path), orientation=each) for each in ("rows", "columns"))
    for name in ("X", "Y"):
        assert np.array_equal(rows.test[name], columns.test[name].T)
        assert not rows.test[name].flags.writeable
    assert rows.program.constants["m"] == 120


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (FLOWERS + "test = 0.001", "scenario.toml:4:8: 0.001 of 150 examples is 0"),
        (FLOWERS + "test = 0.999", "scenario.toml:4:8: 0.999 of 150 examples is 150"),
        (FLOWERS + "test = 150", "scenario.toml:4:8: 150 of 150 examples is 150"),
        (
            FLOWERS + "test = 1",
            "scenario.toml:4:8: expected a share between 0 and 1, or a whole number above 1, found 1",
        ),
        (FLOWERS + "test = -0.5", "scenario.toml:4:8: expected a share"),
        (FLOWERS + "test = nan", "scenario.toml:4:8: expected a share"),
        (FLOWERS + 'test = "some"', "scenario.toml:4:8: expected a share"),
        ("X.values = [[1]]\nY.values = [[1]]\ntest = 0.2", "scenario.toml:5:1: there are no examples to set aside"),
    ],
)
def test_what_cannot_be_set_aside(tmp_path: Path, data: str, said: str) -> None:
    assert refused(tmp_path, data)[0].startswith(said)


@pytest.mark.parametrize("how", ["standardize", "min-max"])
def test_numbers_too_large_to_be_scaled(tmp_path: Path, how: str) -> None:
    text = "1e308,1\n-1e308,2\n"
    assert refused(tmp_path, f'file = {{ path = "points.csv", scale = "{how}" }}', text) == [
        "scenario.toml:3:39: the features are too large to be scaled: nothing finite is left of them"
    ]
