"""What else is said of a network of layers: penalties, the target, how parameters begin, what sizes are called."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest

from bpdebug.check.iteration import trained
from bpdebug.errors import ScenarioError
from bpdebug.ops import write
from bpdebug.program.equations import Phase
from bpdebug.scenario.layers import LAYERS
from bpdebug.scenario.load import load
from bpdebug.scenario.problems import formed
from bpdebug.scenario.record import Scenario
from bpdebug.scenario.source import Source


def network(
    folder: Path, layers: str, *, x: str = "[7, 3]", y: str = "[7, 2]", network: str = "", more: str = ""
) -> Scenario:
    """Layers with examples in rows."""
    path = folder / "net.toml"
    path.write_text(
        f'[data]\nX = {{ shape = {x}, init = "normal" }}\nY = {{ shape = {y}, init = "normal" }}\n'
        f'[network]\norientation = "rows"\ncost = "mean-squared-error"\nlayers = [{layers}]\n{network}\n{more}\n',
        encoding="utf-8",
    )
    return load(str(path))


def formulas(scenario: Scenario, phase: Phase) -> dict[str, str]:
    return {each.name: write(each.expr, "ascii") for each in scenario.program.equations if each.phase is phase}


def test_penalties_may_be_used_together(tmp_path: Path) -> None:
    both = network(tmp_path, '{ units = 4, activation = "tanh" }, { units = 2 }', network="l1 = 0.3\nl2 = 0.7")

    assert (both.program.constants["lambd"], both.program.constants["lambd1"]) == (0.7, 0.3)
    assert formulas(both, Phase.COST)["J"] == (
        "sum((Z2 - Y) ** 2) / m + lambd / (2 * m) * (sum(W1 ** 2) + sum(W2 ** 2))"
        " + lambd1 / m * (sum(abs(W1)) + sum(abs(W2)))"
    )
    assert formulas(both, Phase.BACKWARD)["dW2"] == "A1.T @ dZ2 + lambd / m * W2 + lambd1 / m * sign(W2)"

    values = trained(both, 0)
    plain = trained(network(tmp_path, '{ units = 4, activation = "tanh" }, { units = 2 }'), 0)
    added = sum(0.7 / 14 * np.sum(values[w] ** 2) + 0.3 / 7 * np.sum(np.abs(values[w])) for w in ("W1", "W2"))
    assert values["J"] == pytest.approx(plain["J"] + added, rel=1e-12)


def test_weights_that_are_used_twice_are_penalized_once_and_biases_never(tmp_path: Path) -> None:
    tied = network(
        tmp_path,
        '{ units = 4, bias = false }, { kind = "batch-norm" }, { units = 3, weights = "W1.T" }',
        y="[7, 3]",
        network="l2 = 1",
    )
    assert formulas(tied, Phase.COST)["J"].endswith("+ lambd / (2 * m) * sum(W1 ** 2)")


def test_an_autoencoder_is_held_against_what_it_was_given(tmp_path: Path) -> None:
    file = (
        "[data]\nX = {{ shape = [3, 7], init = 'uniform' }}\n[network]\ntarget = 'X'\ncost = 'mean-squared-error'\n"
        "layers = [{{ units = 2 }}, {{ units = {}, weights = 'W1.T' }}]\n"
    )
    path = tmp_path / "net.toml"
    path.write_text(file.format(3), encoding="utf-8")
    scenario = load(str(path))
    assert scenario.program.data == ("X",)
    assert formulas(scenario, Phase.COST) == {"J": "sum((Z2 - X) ** 2) / m"}

    path.write_text(file.format(4).replace(", weights = 'W1.T'", ""), encoding="utf-8")
    with pytest.raises(ScenarioError, match="the last layer has 4 units, but X has 3 values for each example"):
        load(str(path))


def test_how_parameters_begin(tmp_path: Path) -> None:
    scenario = network(
        tmp_path,
        '{ kind = "lstm", units = 4, forget = 2 }, { kind = "batch-norm" }, { units = 2, init = "zeros" }',
        x="[7, 3, 5]",
        more="[parameters]\nb2.values = [[1, 2, 3, 4]]",
    )
    assert {name for name, array in scenario.values.items() if not array.any()} == {"bi", "bo", "bg", "W3", "b3"}
    assert (scenario.values["bf"] == 2).all()
    assert (scenario.values["gamma2"] == 1).all()
    assert scenario.values["b2"].tolist() == [[1, 2, 3, 4]]


def test_what_axes_are_called(tmp_path: Path) -> None:
    scenario = network(
        tmp_path, '{ kind = "rnn", units = 4, every = true }, { units = 2 }', x="[7, 3, 5]", y="[7, 3, 2]"
    )
    assert [each.symbol for each in scenario.program.shapes["X"]] == ["m", "T", "n0"]  # type: ignore[attr-defined]
    assert {symbol: axis.kind for symbol, axis in scenario.axes.items()} == {
        "m": "examples", "T": "steps", "n0": "features", "n1": "units of layer 1", "n2": "outputs"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("size", "message"),
    [("T = 4", "T = 4, but the number of steps is 3"), ("n1 = 3", "n1 = 3, but layer 1 has 4"), ("n0 = 9", "X has 5")],
)
def test_sizes_that_contradict(size: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=message):
        network(tmp_path, '{ kind = "rnn", units = 4 }, { units = 2 }', x="[7, 3, 5]", more=f"[sizes]\n{size}")


@pytest.mark.parametrize("name", LAYERS)
def test_a_kind_says_what_it_is_and_how_it_is_written(name: str) -> None:
    kind = LAYERS[name]
    text = f"[network]\nlayers = [{kind.SAMPLE}]\n"

    assert formed(tomllib.loads(text), Source("net.toml", text))[1] == []
    assert tomllib.loads(f"layer = {kind.SAMPLE}")["layer"].get("kind", "dense") == name
    assert (kind.__doc__ or "").endswith(".")
    assert all(each.about for key, each in kind.KEYS.items() if key != "kind"), "every key says what it is"
