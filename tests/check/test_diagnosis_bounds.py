"""However long and however wrong, a derivation is diagnosed in bounded time."""

from __future__ import annotations

import time
import tracemalloc

import numpy as np
import pytest

from bpdebug.check.claims import Judgement, judge
from bpdebug.check.diagnosis import diagnose
from bpdebug.check.review import review
from bpdebug.ops.table import Array
from bpdebug.program.equations import Program
from bpdebug.scenario.pasted import pasted
from bpdebug.scenario.record import MOST_CLAIMS
from tests.check.test_claims import COURSE, lines
from tests.program.test_listing import LAYERS, PARAMETERS, SHAPES
from tests.program.written import built, labels, run_once

LINES = {
    "a sum": " + ".join(f"dZ2@A1.T/(m+{i})" for i in range(55)),
    "a product": "dZ2 * (" + " * ".join(f"(Z2-{i})" for i in range(50)) + ") @ A1.T",
    "one name": " + ".join(["W2*m"] * 55),
}
WRONG = (
    "dZ3 = (A3 - Y) * A3\ndW3 = dZ3 @ A2 / m\ndb3 = np.sum(dZ3) * 3\ndA2 = np.dot(W3, dZ3)\ndZ2 = dA2 * A2 * Z2 * A2\n"
    "dW2 = A1.T @ dZ3 * dZ2\ndA1 = np.dot(W2.T, dA2) / 5\ndZ1 = dA1 * (Z2 > 0)\ndW1 = dZ1 @ A1.T * 2\n"
)


def network(width: int, examples: int) -> tuple[Program, dict[str, Array]]:
    """The course's network, as wide as wanted everywhere."""
    sizes = {"n0": width, "n1": width, "n2": width, "n3": 2, "m": examples}
    program = built(LAYERS, SHAPES, PARAMETERS, sizes)
    random = np.random.default_rng(5)
    weights = {n: random.normal(size=program.shapes[n]) / np.sqrt(width) for n in program.parameters}
    return program, run_once(program, weights | labels(program))


@pytest.mark.parametrize("right", LINES.values(), ids=LINES)
def test_the_longest_lines_there_may_be_take_seconds(right: str) -> None:
    made = network(8, 8)
    claims = lines(COURSE.replace("1 / m * np.dot(dZ2, A1.T)", right))
    start = time.perf_counter()
    found = review(*made, claims)

    assert time.perf_counter() - start < 15
    assert [each is not None for each in found.diagnoses] == [claim.name == "dW2" for claim in claims]


def test_helpers_that_double_each_other_are_not_written_out() -> None:
    doubling = "\n".join(f"h{i} = h{i - 1} + h{i - 1}" for i in range(1, 40))
    claims = lines(f"{COURSE.partition('dW2')[0].strip()}\nh0 = dZ2 @ A1.T\n{doubling}\ndW2 = h39")
    start = time.perf_counter()
    found = review(*network(8, 8), claims)

    assert time.perf_counter() - start < 15
    assert found.derivation.first_wrong is not None
    assert found.claims[found.derivation.first_wrong].name == "dW2"


def test_thousands_of_parameters_are_diagnosed_in_seconds() -> None:
    made = network(60, 50)
    claims = lines(COURSE.replace("np.dot(dZ2, A1.T)", "np.dot(dZ1, A1.T)").replace("dA2 * drelu(Z2)", "dA2"))
    start = time.perf_counter()
    derivation = judge(*made, claims)
    found = diagnose(*made, claims, derivation)

    assert time.perf_counter() - start < 15
    mistakes = {claim.name: each.mistakes[0] for claim, each in zip(claims, found, strict=True) if each is not None}
    assert mistakes == {"dZ2": "missing-activation-derivative", "dW2": "stale-layer-index"}


@pytest.mark.slow
def test_very_many_wrong_lines_are_told_each() -> None:
    made, count = network(6, 8), MOST_CLAIMS // 10
    text = "".join(WRONG.replace("\n", f" * {1 + i / 7:.3f}\n") for i in range(count // 9 + 1))
    claims = pasted("\n".join(text.splitlines()[:count]), made[0]).claims
    start = time.perf_counter()
    found = review(*made, claims)

    assert time.perf_counter() - start < 30
    assert len(claims) == count
    assert all(each.local is not Judgement.CORRECT for each in found.claims)
    assert None not in found.diagnoses


def test_a_line_whose_values_would_fill_the_memory_is_refused_with_its_size() -> None:
    huge = "np.outer(np.outer(Z1, Z1), np.outer(Z1, Z1))"
    claims = lines(COURSE.replace("dA1 * drelu(Z1)", huge))
    tracemalloc.start()
    found = review(*network(8, 8), claims)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    (claim,) = [each for each in found.claims if each.local is Judgement.NOT_EVALUABLE]

    assert claim.name == "dZ1"
    assert claim.reason == "it would have 16,777,216 entries; 200,000 are enough for this network"
    assert most < 200e6
