"""What a user is told: large gradients along directions first, the culprit of a wrong one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bpdebug.check import full
from bpdebug.check.directions import along_directions
from bpdebug.check.full import check
from bpdebug.check.gradients import check_gradients
from bpdebug.check.iteration import trained
from bpdebug.check.verdict import Culprit, Verdict
from bpdebug.ops.table import Array
from bpdebug.program.equations import Program
from bpdebug.scenario.load import load
from tests.check.test_culprit import network, values
from tests.program.networks import draw, run


@pytest.fixture
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(full, "LARGE", 1)


def spoilt(program: Program, name: str, index: tuple[int, ...], factor: float) -> dict[str, Array]:
    found = values(program)
    wrong = found[name].copy()
    wrong[index] *= factor
    return {**found, name: wrong}


@pytest.mark.usefixtures("everything_is_large")
def test_right_gradients_are_accepted_along_directions() -> None:
    for seed in range(60):
        drawn = draw(seed)
        found = run(drawn)
        for each, every in zip(check(drawn.program, found), check_gradients(drawn.program, found), strict=True):
            assert each.ok, f"{drawn.description}: {each.name}"
            rounding = np.all(np.abs(each.analytic) < 1e-15)  # is all that is left of it: nothing to be accepted
            assert each.resolution is not None or every.rules or every.sides is not None or rounding
            assert each.counts[Verdict.UNTESTED] == every.counts[Verdict.UNTESTED]
            assert np.all(np.abs(each.numerical - every.numerical) <= each.bound)


@pytest.mark.usefixtures("everything_is_large")
def test_one_wrong_entry_is_found_and_named() -> None:
    program = network()
    (wrong,) = check(program, spoilt(program, "dW1", (3, 2), 1.001), ["dW1"])

    assert wrong.verdict is Verdict.WRONG
    assert wrong.counts[Verdict.WRONG] == 1
    assert wrong.worst == (3, 2)
    assert wrong.resolution is None
    assert wrong.culprit == Culprit("dW1", None)


@pytest.mark.usefixtures("everything_is_large")
def test_entries_are_gone_through_where_they_are_asked_for() -> None:
    program = network()

    assert all(each.resolution is None for each in check(program, values(program), entries=True))
    assert all(each.resolution is not None for each in check(program, values(program)))


def test_no_entry_is_off_by_more_than_the_resolution() -> None:
    program = network()
    found = values(program)
    resolution = along_directions(program, found, ["dW1"]).resolution
    for factor in (10.0, -10.0):
        moved = {**found, "dW1": found["dW1"] + factor * resolution * np.eye(*found["dW1"].shape)[::-1]}
        assert not along_directions(program, moved, ["dW1"]).accepted


def test_an_error_of_a_millionth_in_one_entry_is_not_accepted() -> None:
    program = network()
    found = values(program)
    for name in program.gradients.values():
        largest = np.unravel_index(int(np.argmax(np.abs(found[name]))), found[name].shape)
        assert not along_directions(program, spoilt(program, name, largest, 1 + 1e-6), [name]).accepted


@pytest.mark.parametrize("lie", [np.nan, np.inf])
def test_what_is_no_number_is_not_accepted(lie: float) -> None:
    program = network()
    found = values(program)

    assert not along_directions(program, {**found, "db2": np.full_like(found["db2"], lie)}).accepted


def test_the_culprit_stands_in_the_object() -> None:
    program = network()
    (wrong,) = check(program, spoilt(program, "db2", (1, 0), 2.0), ["db2"])

    assert wrong.json()["culprit"]["equation"] == "db2"
    assert wrong.json()["worst"]["index"] == [1, 0]
    assert [each.json()["culprit"] for each in check(program, values(program))] == [None] * len(program.gradients)


@pytest.mark.usefixtures("everything_is_large")
def test_a_gradient_is_not_accepted_in_the_shadow_of_a_larger_one(tmp_path: Path) -> None:
    path = tmp_path / "shadow.toml"
    path.write_text(
        "[data]\nX.values = [1.0, 2.0]\n[parameters]\nU.values = [0.5, -0.25]\nV.values = [0.3, -0.7]\n"
        '[network]\nforward = "J = 1e20 * sum(U * X) + sum(V * V)"\n'
    )
    program, found = load(str(path)).program, dict(trained(load(str(path)), 0))
    assert all(each.verdict is Verdict.MATCH for each in check(program, found))
    lies = {each.name: each for each in check(program, {**found, "dV": 1.5 * found["dV"]})}
    assert (lies["dU"].verdict, lies["dV"].verdict) == (Verdict.MATCH, Verdict.WRONG)
    assert lies["dV"].counts[Verdict.WRONG] == 2
