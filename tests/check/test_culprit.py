"""The equation that broke a gradient is named, and the rule if a rule is wrong."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from bpdebug.check.culprit import culprit
from bpdebug.check.gradients import check_gradients
from bpdebug.check.verdict import Culprit, Verdict
from bpdebug.language.expression import Expr, Name, apply
from bpdebug.ops import OPS
from bpdebug.ops.table import Array, Op
from bpdebug.program.equations import Program
from tests.program.networks import draw, run
from tests.program.written import built, labels, run_once

NETWORK = """
Z1 = W1 @ X + b1
A1 = tanh(Z1)
Z2 = W2 @ A1 + b2
A2 = softplus(Z2)
Z3 = W3 @ A2 + b3
A3 = sigmoid(Z3)
J = -sum(Y * log(A3) + (1 - Y) * log(1 - A3)) / m
"""
SIZES = {"n0": 4, "n1": 5, "n2": 3, "n3": 2, "m": 6}
PARAMETERS = {
    "W1": ("n1", "n0"), "b1": ("n1", 1), "W2": ("n2", "n1"), "b2": ("n2", 1), "W3": ("n3", "n2"), "b3": ("n3", 1)
}  # fmt: skip


def network(bookkeeping: str = "per-example", fused: bool = False) -> Program:
    data = {"X": ("n0", "m"), "Y": ("n3", "m")}
    return built(NETWORK, data, PARAMETERS, SIZES, bookkeeping=bookkeeping, fused=fused)


def values(program: Program) -> dict[str, Array]:
    return run_once(program, labels(program))


LIES = {
    "tanh": lambda g, out, x: (g * (1 - out),),
    "softplus": lambda g, out, x: (g * apply("dsigmoid", x),),
    "sigmoid": lambda g, out, x: (2 * g * apply("dsigmoid", x),),
    "log": lambda g, out, x: (-g / x,),
}
BROKEN = {"tanh": "dZ1", "softplus": "dZ2", "sigmoid": "dZ3", "log": "dA3"}


@pytest.fixture
def lying(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Op:
    name = request.param
    lie = replace(OPS[name], vjp=LIES[name])
    monkeypatch.setitem(OPS, name, lie)
    return lie


@pytest.mark.parametrize("lying", LIES, indirect=True)
@pytest.mark.parametrize("bookkeeping", ["total", "per-example"])
def test_the_first_broken_rule_is_named(lying: Op, bookkeeping: str) -> None:
    program = network(bookkeeping)
    found = values(program)
    wrong = [each.name for each in check_gradients(program, found) if each.verdict is Verdict.WRONG]

    assert BROKEN[lying.name] in wrong
    for name in wrong:
        assert culprit(program, found, name) == Culprit(BROKEN[lying.name], lying.name)


def test_the_rules_of_products_are_tried_too(monkeypatch: pytest.MonkeyPatch) -> None:
    right = OPS["matmul"].vjp

    def twice(g: Expr, out: Expr, a: Expr, b: Expr, **options: object) -> tuple[Expr, ...]:
        left, other = right(g, out, a, b, **options)
        return 2 * left, other

    monkeypatch.setitem(OPS, "matmul", replace(OPS["matmul"], vjp=twice))
    program = network()

    assert culprit(program, values(program), "dW1") == Culprit("dW1", "matmul")


SLIPS = {
    "dZ2": Name("dA2") * apply("dsoftplus", Name("A2")),
    "dW2": Name("dZ2") @ (Name("A1") * Name("A1")).T / Name("m"),
    "dA1": -(Name("W2").T @ Name("dZ2")),
    "db3": apply("sum", Name("dZ3"), axis=1, keepdims=True),
}


@pytest.mark.parametrize("name", SLIPS)
def test_a_wrong_equation_of_right_rules_is_called_wrongly_put_together(name: str) -> None:
    program, found = slipped(network(), name)
    wrong = [each.name for each in check_gradients(program, found) if each.verdict is Verdict.WRONG]

    assert wrong
    for each in wrong:
        assert culprit(program, found, each) == Culprit(name, None)


def slipped(program: Program, name: str) -> tuple[Program, dict[str, Array]]:
    """The program with one backward equation written wrongly, and its values."""
    from bpdebug.program.lowering import lower

    equations = tuple(replace(each, expr=SLIPS[name]) if each.name == name else each for each in program.equations)
    shapes = {key: shape for key, shape in program.shapes.items() if ":" not in key}
    changed = replace(program, equations=equations, steps=lower(equations, shapes, program.constants), shapes=shapes)
    return changed, values(changed)


def test_where_all_is_right_nobody_is_blamed() -> None:
    for fused in (False, True):
        program = network(fused=fused)
        found = values(program)
        assert [culprit(program, found, name) for name in program.gradients.values()] == [None] * len(program.gradients)
    for seed in range(16):
        drawn = draw(seed)
        found = run(drawn)
        for name in drawn.program.gradients.values():
            assert culprit(drawn.program, found, name) is None, f"{drawn.description}: {name}"


def test_a_second_rule_that_lies_is_told_with_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("tanh", "softplus"):
        monkeypatch.setitem(OPS, name, replace(OPS[name], vjp=LIES[name]))
    program = network()
    found = culprit(program, values(program), "dW1")

    assert found == Culprit("dZ2", "softplus", ("dZ1",))
    assert str(found).endswith("not what it says. Wrong by itself too: dZ1")


def test_what_is_said() -> None:
    assert str(Culprit("dZ2", "relu")) == "dZ2 is the first to go wrong: the derivative of relu is not what it says"
    assert Culprit("dW1", None).json()["wiring"] is True
