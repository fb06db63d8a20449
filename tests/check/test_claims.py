"""Claims are judged twice, and the convention they keep is found from how they fit together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from bpdebug.check.claims import Derivation, Judgement, judge
from bpdebug.check.meaning import meaning
from bpdebug.errors import ExpressionError
from bpdebug.language.expression import Expr
from bpdebug.ops import parse
from bpdebug.ops.table import Array
from bpdebug.program.equations import Program
from tests.program.test_listing import LAYERS, PARAMETERS, SHAPES, SIZES
from tests.program.written import built, labels, run_once

COURSE = """
dA3 = -(np.divide(Y, A3) - np.divide(1 - Y, 1 - A3))
dZ3 = dA3 * dsigmoid(Z3)
dW3 = 1 / m * np.dot(dZ3, A2.T)
db3 = 1 / m * np.sum(dZ3, axis=1, keepdims=True)
dA2 = np.dot(W3.T, dZ3)
dZ2 = dA2 * drelu(Z2)
dW2 = 1 / m * np.dot(dZ2, A1.T)
db2 = 1 / m * np.sum(dZ2, axis=1, keepdims=True)
dA1 = np.dot(W2.T, dZ2)
dZ1 = dA1 * drelu(Z1)
dW1 = 1 / m * np.dot(dZ1, X.T)
db1 = 1 / m * np.sum(dZ1, axis=1, keepdims=True)
"""


@dataclass(frozen=True)
class Line:
    name: str
    text: str
    expr: Expr
    of: str = ""
    denotes: str = ""
    matlab: bool = False
    slope: str = "d"


def lines(text: str) -> list[Line]:
    pairs = (line.partition(" = ") for line in text.strip().splitlines())
    return [Line(name.strip(), f"{name} = {right}", parse(right)) for name, _, right in pairs]


def network() -> tuple[Program, dict[str, Array]]:
    program = built(LAYERS, SHAPES, PARAMETERS, {**SIZES, "n3": 2})
    return program, run_once(program, labels(program))


def judged(text: str, **changed: str) -> Derivation:
    swapped = [
        f"{name} = {changed.get(name, right)}"
        for name, _, right in (s.partition(" = ") for s in text.strip().splitlines())
    ]
    return judge(*network(), lines("\n".join(swapped)))


def states(derivation: Derivation) -> dict[str, tuple[str, str]]:
    return {each.name: (each.verdict.value, each.local.value) for each in derivation.claims}


def test_the_course_is_right_per_example() -> None:
    derivation = judged(COURSE)

    assert derivation.ok
    assert {each.name for each in derivation.claims if each.meaning and each.meaning.factors} == {
        "dA3", "dZ3", "dA2", "dZ2", "dA1", "dZ1"
    }  # fmt: skip


def test_the_same_with_the_1_over_m_at_the_top_is_right_too() -> None:
    total = COURSE.replace("1 / m * ", "").replace("dA3 = -(", "dA3 = -1 / m * (")
    derivation = judged(total)

    assert derivation.ok
    assert not [each.name for each in derivation.claims if each.meaning and each.meaning.factors]


def test_the_1_over_m_twice_or_nowhere_is_wrong() -> None:
    nowhere = judged(COURSE.replace("1 / m * ", ""))
    twice = judged(COURSE.replace("dA3 = -(", "dA3 = -1 / m * ("))

    assert not nowhere.ok
    assert not twice.ok


def test_without_its_start_every_line_is_right_and_the_start_is_missing() -> None:
    derivation = judged(COURSE.strip().split("\n", 1)[1])

    assert {each.verdict for each in derivation.claims} == {Judgement.CORRECT}
    assert [(each.name, each.of, each.reader) for each in derivation.missing] == [("dA3", "A3", "dZ3")]
    assert not derivation.ok


def test_what_is_wrong_first_and_what_only_inherits() -> None:
    derivation = judged(COURSE, dZ2="dA2 * dsigmoid(Z2)")
    found = states(derivation)

    assert derivation.first_wrong == 5
    assert found["dZ2"] == ("wrong", "wrong")
    for name in ("dW2", "db2", "dA1", "dZ1", "dW1", "db1"):
        assert found[name] == ("wrong", "correct")
    for name in ("dA3", "dZ3", "dW3", "db3", "dA2"):
        assert found[name] == ("correct", "correct")
    assert [each.name for each in derivation.claims if each.inherits] == ["dW2", "db2", "dA1", "dZ1", "dW1", "db1"]


def test_shapes_that_do_not_fit_are_not_evaluable_with_the_reason() -> None:
    derivation = judged(COURSE, dA2="np.dot(W3, dZ3)")
    claim = derivation.claims[4]

    assert claim.local is Judgement.NOT_EVALUABLE
    assert claim.reason.startswith("W3 @ dZ3: matmul: expected as many columns")
    assert states(derivation)["dZ2"] == ("not-evaluable", "correct")


def test_another_shape_is_wrong() -> None:
    assert states(judged(COURSE, db2="dZ2 / m"))["db2"] == ("wrong", "wrong")


def test_planted_factors_are_found_and_nothing_else() -> None:
    derivation = judged(COURSE, dW2="2 / m * np.dot(dZ2, A1.T)", db1="4 / m * np.sum(dZ1, axis=1, keepdims=True)")

    assert [each.name for each in derivation.claims if each.verdict is not Judgement.CORRECT] == ["dW2", "db1"]
    np.testing.assert_allclose(derivation.claims[6].value, 2 * derivation.claims[6].true)


def test_what_is_no_gradient_is_auxiliary() -> None:
    derivation = judge(*network(), lines("on = Z2 > 0\ndZ2 = W3.T @ (A3 - Y) * on"))

    assert states(derivation) == {"on": ("auxiliary", "auxiliary"), "dZ2": ("correct", "correct")}


@pytest.mark.parametrize(
    ("denotes", "right"),
    [
        ("-dJ(W3)", "-(A3 - Y) @ A2.T / m"),
        ("dJ(W3).T", "A2 @ (A3 - Y).T / m"),
        ("dJ(W3)[0, 1]", "((A3 - Y) @ A2.T / m)[0, 1]"),
        ("dJ(W3)/2", "(A3 - Y) @ A2.T / m / 2"),
        ("m*dJ(W3)", "(A3 - Y) @ A2.T"),
    ],
)
def test_what_a_left_side_denotes_may_be_declared(denotes: str, right: str) -> None:
    line = Line("step", f"step = {right}", parse(right), "W3", denotes)

    assert judge(*network(), [line]).ok


@pytest.mark.parametrize("text", ["", "W2", "dJ(W1) + dJ(W2)", "dJ(W2"])
def test_a_meaning_names_one_gradient(text: str) -> None:
    with pytest.raises(ExpressionError):
        meaning(text)


@pytest.mark.parametrize("scale", [20.0, 200.0, 1e4])
def test_saturated_numbers_call_no_right_line_wrong(scale: float) -> None:
    program, values = network()
    values = run_once(
        program, {n: values[n] * (scale if n[0] == "W" else 1) for n in (*program.data, "W1", "W2", "W3")}
    )
    derivation = judge(program, values, lines(COURSE))

    assert derivation.ok
    assert derivation.elsewhere
    assert not judge(program, values, lines(COURSE.replace("np.dot(W2.T, dZ2)", "np.dot(W2.T, dZ2) / m"))).ok


def test_a_mistake_in_a_helper_line_is_one_of_the_line_that_reads_it() -> None:
    derivation = judged(COURSE.replace("dW2 =", "half = dZ2 @ A1.T * 2\ndW2 ="), dW2="half / m")
    found = states(derivation)

    assert found["half"] == ("auxiliary", "auxiliary")
    assert found["dW2"] == ("wrong", "wrong")


def test_deep_derivations_keep_one_convention() -> None:
    depth = 9
    forward = "\n".join(
        f"Z{n} = W{n} @ {'X' if n == 1 else f'A{n - 1}'}\nA{n} = tanh(Z{n})" for n in range(1, depth + 1)
    )
    program = built(
        f"{forward}\nJ = sum((A{depth} - Y)**2) / (2*m)",
        {"X": ("n", "m"), "Y": ("n", "m")},
        {f"W{n}": ("n", "n") for n in range(1, depth + 1)},
        {"n": 3, "m": 4},
    )
    text = [f"dA{depth} = A{depth} - Y"]
    for n in range(depth, 0, -1):
        text += [f"dZ{n} = dA{n} * (1 - A{n}**2)", f"dW{n} = dZ{n} @ {'X' if n == 1 else f'A{n - 1}'}.T / m"]
        text += [f"dA{n - 1} = W{n}.T @ dZ{n}"] if n > 1 else []
    wrong = [line.replace("dZ4 = dA4", "dZ4 = 2 * dA4") for line in text]

    assert judge(program, run_once(program), lines("\n".join(text))).ok
    found = judge(program, run_once(program), lines("\n".join(wrong)))
    assert [each.name for each in found.claims if each.local is not Judgement.CORRECT] == ["dZ4"]
