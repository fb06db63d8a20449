"""300 random networks: every gradient of every quantity against complex steps, and against another library."""

from __future__ import annotations

import numpy as np
import pytest

from bpdebug.check.gradients import check_gradients
from bpdebug.check.verdict import GradientCheck, Verdict
from bpdebug.ops.table import Array
from tests.program.networks import draw, run

NETWORKS = 300
CHUNK = 10
CHUNKS = pytest.mark.parametrize("first", range(0, NETWORKS, CHUNK))
LARGEST_ERROR = 1e-10
SMALLEST_SHARE = 1e-12


def relative_error(analytic: Array, reference: Array, bound: Array) -> float:
    """The largest relative error of the entries that exceed 1e-12 of their matrix's scale.

    A matrix that is zero up to rounding in every entry has no scale: softmax does not feel a common bias.
    """
    scale = np.max(np.abs(reference), initial=0.0)
    if scale <= np.max(bound, initial=0.0):
        return 0.0
    tested = np.abs(reference) > SMALLEST_SHARE * scale
    return float(np.max(np.abs(analytic - reference)[tested] / np.abs(reference)[tested], initial=0.0))


@CHUNKS
def test_gradients_agree_with_complex_steps(first: int) -> None:
    for seed in range(first, first + CHUNK):
        network = draw(seed)
        checks = check_gradients(network.program, run(network))

        assert {each.name for each in checks} == set(network.program.gradients.values())
        for each in checks:
            where = f"{network.description}: {each.name}"
            assert each.verdict not in (Verdict.WRONG, Verdict.CANNOT_TELL), where
            assert relative_error(each.analytic, each.numerical, each.bound) <= LARGEST_ERROR, where


@CHUNKS
def test_gradients_agree_with_another_library(first: int) -> None:
    torch = pytest.importorskip("torch")
    from tests.program.torch_oracle import gradients

    for seed in range(first, first + CHUNK):
        network = draw(seed)
        values = run(network)
        given = {name: values[name] for name in (*network.program.data, *network.program.parameters)}
        found = gradients(torch, network.program, {**network.program.constants, **given})
        for check in check_gradients(network.program, values):
            error = relative_error(check.analytic, factor(check, values) * found[check.of], check.bound)
            assert error <= 1e-8, f"{network.description}: {check.name}"  # its own 1 - tanh² cancels


def factor(check: GradientCheck, values: dict[str, Array]) -> Array:
    """What the gradient is taken times: m in m*dJ(Z1)."""
    times, _, rest = check.denotes.partition("*")
    return values[times] if rest else np.asarray(1.0)


def test_the_networks_are_as_varied_as_they_should_be() -> None:
    networks = [draw(seed) for seed in range(NETWORKS)]
    words = {word for each in networks for word in each.description.split()}
    shared = [each for each in networks if any(name not in each.program.parameters for name in layers(each.values))]

    assert words >= {
        *("relu", "leaky_relu", "elu", "gelu", "softplus", "sigmoid", "tanh", "arctanh", "softmax", "log_softmax"),
        *("skip", "l1", "l2", "binary_cross_entropy", "categorical_cross_entropy", "mean_squared_error", "hinge"),
    }
    assert {(each.program.orientation, each.program.bookkeeping) for each in networks} == {
        (orientation, bookkeeping) for orientation in ("rows", "columns") for bookkeeping in ("total", "per-example")
    }
    assert len(shared) > 20


def layers(values: object) -> list[str]:
    """The names that the weights would have if none were shared."""
    biases = [name for name in values if name.startswith("b")]  # type: ignore[attr-defined]
    return [f"W{name[1:]}" for name in biases]
