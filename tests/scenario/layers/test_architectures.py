"""Every kind of layer: the equations it stands for, their gradients against the complex step, and against torch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from bpdebug.check.iteration import check_iteration, trained
from bpdebug.check.verdict import Verdict
from bpdebug.ops import parse, write
from bpdebug.ops.table import Size
from bpdebug.program.equations import Phase
from bpdebug.program.settled import settled
from bpdebug.scenario.layers import LAYERS
from bpdebug.scenario.load import load
from bpdebug.scenario.record import Scenario
from tests.scenario.layers.architectures import CASES, Case

RIGHT = {Verdict.MATCH, Verdict.UNTESTED}
TURNED = [name for name in CASES if LAYERS[name.partition(",")[0]].COLUMNS and not CASES[name].draws]


def loaded(folder: Path, case: Case, *, columns: bool = False, **options: object) -> Scenario:
    """A case with parameters that are all drawn, so that none of them is 0 or 1."""
    path = folder / "case.toml"
    path.write_text(case.file(columns=columns), encoding="utf-8")
    scenario = load(str(path), **options)  # type: ignore[arg-type]
    random, values = np.random.default_rng(5), dict(scenario.values)
    turned = scenario.program.orientation == "columns"
    for name in scenario.program.parameters:
        shape = values[name].shape
        values[name] = random.normal(size=shape[::-1]).T if turned else random.normal(size=shape)
    return replace(scenario, values=values)


def test_every_kind_has_a_case() -> None:
    assert {name.partition(",")[0] for name in CASES} == set(LAYERS)


@pytest.mark.parametrize("name", CASES)
def test_layers_are_the_equations_a_person_writes(name: str, tmp_path: Path) -> None:
    scenario = loaded(tmp_path, CASES[name])
    written = [each for each in scenario.program.equations if each.phase is Phase.FORWARD]

    by_hand = [line.partition(" = ") for line in CASES[name].forward.strip().splitlines()]
    assert [(each.name, write(each.expr, "ascii")) for each in written] == [
        (left, write(parse(right), "ascii")) for left, _, right in by_hand
    ]


@pytest.mark.parametrize("name", CASES)
def test_the_same_equations_by_hand_give_the_same_numbers(name: str, tmp_path: Path) -> None:
    layers = loaded(tmp_path, CASES[name])
    path = tmp_path / "by-hand.toml"
    path.write_text(by_hand(layers, CASES[name].forward), encoding="utf-8")

    found, expected = trained(replace(load(str(path)), values=layers.values), 2), trained(layers, 2)
    for each in (*layers.program.gradients, *layers.program.gradients.values(), "J"):
        np.testing.assert_allclose(found[each], expected[each], rtol=1e-12, atol=1e-15)


def by_hand(layers: Scenario, forward: str) -> str:
    """The file of equations that say the same as layers."""
    program = layers.program
    sizes = {size.symbol: int(size) for shape in program.shapes.values() for size in shape if isinstance(size, Size)}
    known = {*sizes, "learning_rate", program.examples}
    rooms = {
        "sizes": [f"{each} = {size}" for each, size in sizes.items()],
        "constants": [f"{each} = {value}" for each, value in program.constants.items() if each not in known],
        "data": [f"{each} = {filled(layers, each)}" for each in program.data],
        "parameters": [f"{each} = {filled(layers, each)}" for each in program.parameters],
    }
    tables = "\n".join(f"[{room}]\n" + "\n".join(lines) for room, lines in rooms.items())
    batch = (each for each in program.equations if each.phase is Phase.BATCH and each.name not in program.states)
    drawn = "\n".join(f"{each.name} = {write(each.expr, 'ascii')}" for each in batch)  # a name draws the same again
    output = forward.strip().splitlines()[-1].partition(" = ")[0]
    equations = f"{drawn}{forward}J = mean_squared_error({output}, Y)"
    return f"{tables}\n[network]\norientation = 'rows'\nforward = '''{equations}'''\n"


def filled(scenario: Scenario, name: str) -> str:
    """An entry of the file for something of this shape."""
    return f"{{ shape = {[*map(int, scenario.values[name].shape)]}, init = 'zeros' }}"


@pytest.mark.parametrize("bookkeeping", ["total", "per-example"])
@pytest.mark.parametrize("name", CASES)
def test_every_gradient_agrees_with_the_complex_step(name: str, bookkeeping: str, tmp_path: Path) -> None:
    found = check_iteration(loaded(tmp_path, CASES[name], bookkeeping=bookkeeping), 0)

    assert {each.name: each.verdict for each in found if each.verdict not in RIGHT} == {}
    assert any(each.verdict is Verdict.MATCH for each in found)


@pytest.mark.parametrize("name", CASES)
def test_every_gradient_agrees_with_torch(name: str, tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    scenario = loaded(tmp_path, CASES[name])
    values = trained(scenario, 0)

    given = {**scenario.values, **{each: values[each] for each in settled(scenario.program).data}}
    tensors = {each: torch.tensor(np.array(value)) for each, value in given.items()}
    for each in scenario.program.parameters:
        tensors[each].requires_grad_(True)
    cost = ((CASES[name].output(torch, tensors) - tensors["Y"]) ** 2).sum() / len(values["X"])
    cost.backward()

    assert values["J"] == pytest.approx(cost.item(), rel=1e-12)
    for each in scenario.program.parameters:
        np.testing.assert_allclose(values[f"d{each}"], tensors[each].grad.numpy(), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("name", TURNED)
def test_examples_may_stand_in_columns(name: str, tmp_path: Path) -> None:
    given = loaded(tmp_path, CASES[name])
    rows = trained(given, 0)
    turned = {each: np.asarray(given.values[each]).T for each in given.program.data}
    for scenario in (
        loaded(tmp_path, CASES[name], columns=True),
        loaded(tmp_path, CASES[name], orientation="columns"),
    ):
        columns = trained(replace(scenario, values={**scenario.values, **turned}), 0)
        assert columns.keys() >= {*given.program.gradients.values()}
        for each in (*given.program.gradients, *given.program.gradients.values(), "J"):
            np.testing.assert_allclose(columns[each], rows[each].T, rtol=1e-9, atol=1e-12)
