"""What runs, but hardly as it was meant, is noted: labels, costs and activations that do not suit each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpdebug.errors import ScenarioError
from bpdebug.scenario.bundled import bundled
from bpdebug.scenario.load import load


def network(folder: Path, cost: str, layers: str, labels: str = "[[0, 1, 1]]") -> str:
    path = folder / "net.toml"
    path.write_text(
        f'[data]\nX.values = [[1, 2, 3]]\nY.values = {labels}\n[network]\nlayers = [{layers}]\ncost = "{cost}"\n',
        encoding="utf-8",
    )
    return str(path)


@pytest.mark.parametrize(
    ("cost", "activation", "labels", "note"),
    [
        (
            "binary-cross-entropy",
            "linear",
            "[[0, 1, 1]]",
            "the cost takes the logarithm of the last layer's output, which is linear and may be 0 or negative: "
            'log of a negative number is likely; binary-cross-entropy goes with activation = "sigmoid"',
        ),
        (
            "binary-cross-entropy",
            "sigmoid",
            "[[0, 2, 1]]",
            "binary-cross-entropy is made for labels from 0 to 1, but Y holds 2: the cost has no lowest point there",
        ),
        (
            "mean-squared-error",
            "softmax",
            "[[0, 2, 1]]",
            "layer 1: softmax over a single unit is always 1, so nothing before it learns; "
            'for one unit there is activation = "sigmoid"',
        ),
        ("hinge", "linear", "[[1, 0, -1]]", "hinge is made for the labels -1 and 1, but Y holds 0"),
        ("binary-cross-entropy", "sigmoid", "[[0, 0.5, 1]]", ""),
        ("mean-squared-error", "linear", "[[0, 7, 1]]", ""),
    ],
)
def test_notes(tmp_path: Path, cost: str, activation: str, labels: str, note: str) -> None:
    path = network(tmp_path, cost, f'{{units = 1, activation = "{activation}"}}', labels)
    assert load(path).program.notes == ((note,) if note else ())


@pytest.mark.parametrize("name", [each.name for each in bundled()])
def test_bundled_scenarios_suit(name: str) -> None:
    assert load(name).program.notes == ()


def test_a_last_layer_that_does_not_fit_says_how_it_would(tmp_path: Path) -> None:
    path = network(tmp_path, "mean-squared-error", '{units = 2, activation = "linear"}')
    with pytest.raises(ScenarioError) as found:
        load(path)
    assert "the last layer has 2 units, but Y has 1 value for each example" in str(found.value)
    assert "Set units = 1 here, or give Y as many rows as units." in str(found.value)


def test_numbers_that_may_be_classes_are_said_to_be(tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text("1,0\n2,1\n3,2\n", encoding="utf-8")
    path = network(tmp_path, "categorical-cross-entropy", '{units = 3, activation = "softmax"}')
    text = Path(path).read_text(encoding="utf-8")
    given = 'file = "points.csv"\n[network]\norientation = "rows"'
    Path(path).write_text(f"[data]\n{given}{text.partition('[network]')[2]}", encoding="utf-8")
    with pytest.raises(
        ScenarioError, match='Where the numbers of Y are classes, say so for the data: labels = "one-hot"'
    ):
        load(path)
