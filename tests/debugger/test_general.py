"""The rule of an operation in general form: written for every op of the table, in both notations, and true."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from bpdebug.debugger.general import ONE, SEVERAL, general, used
from bpdebug.language.expression import Apply, Name
from bpdebug.ops import parse
from bpdebug.ops.table import OPS, Op
from bpdebug.program.equations import Step
from tests.debugger.scenes import opened
from tests.ops.evaluate import evaluate, resolved, size_values
from tests.ops.laws import Inputs, Options, plain

EXAMPLES = {name: op.examples(np.random.default_rng(0)) for name, op in OPS.items()}


def step(op: Op, inputs: Inputs, written: Options) -> Step:
    """The op applied to inputs of these shapes, as a program would hold it."""
    names = tuple(Name(each) for each in (ONE if len(inputs) == 1 else SEVERAL)[: len(inputs)])
    expr = Apply(op.name, names or (Name("U"),) * len(inputs), tuple(written.items()))
    found = SimpleNamespace(op=op, inputs=inputs, options=resolved(op, inputs, written), expr=expr)
    return cast(Step, found)


def rules(text: str) -> dict[str, str]:
    """The gradients that a rule in ASCII tells, by the inputs they are of."""
    _, _, told = text.partition(" => ")
    found = {}
    for each in ONE + SEVERAL:
        head = f"d{each} = "
        if head in told:
            rest = told.partition(head)[2]
            ends = [at for other in ONE + SEVERAL if (at := rest.find(f", d{other} = ")) >= 0]
            found[each] = rest[: min(ends, default=len(rest))]
    return found


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_is_written_for_every_op_in_both_notations(name: str) -> None:
    for inputs, options in EXAMPLES[name]:
        applied = step(OPS[name], inputs, options)
        told, plain_ = general(applied, "unicode"), general(applied, "ascii")
        assert plain_.isascii()
        assert bool(told) == bool(plain_)
        assert "\n" not in told
        assert len(inputs) <= len(SEVERAL) or not told


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_it_tells_is_the_gradient(name: str) -> None:
    """Read back from ASCII and evaluated, it is what the op's own rule gives."""
    op = OPS[name]
    for inputs, written in EXAMPLES[name][:3]:
        applied = step(op, inputs, written)
        told = rules(general(applied, "ascii"))
        if len(inputs) > len(SEVERAL):
            assert not told
            continue
        letters, out = (ONE, "r") if len(inputs) == 1 else (SEVERAL, "R")
        value = plain(op, inputs, dict(applied.options))
        values: dict[str, Any] = {
            out: value,
            f"d{out}": np.random.default_rng(1).normal(size=value.shape),
            **dict(zip(letters, inputs, strict=False)),
            **size_values(*map(np.shape, inputs)),
        }
        own = op.vjp(Name(f"d{out}"), Name(out), *map(Name, letters[: len(inputs)]), **applied.options)
        for letter, rule in zip(letters, own, strict=False):
            assert (rule is None) == (letter not in told)
            if rule is not None:
                with np.errstate(all="ignore"):
                    assert np.array_equal(evaluate(parse(told[letter]), values), evaluate(rule, values), equal_nan=True)


def test_that_of_a_product() -> None:
    session = opened(notation="ascii")
    session.execute("goto 1:dW2")
    assert session.view.operation.general == "R = U @ V => dU = dR @ V.T, dV = U.T @ dR"


def test_of_a_gradient_it_is_the_rule_of_what_it_goes_back_through() -> None:
    program = opened().program
    told = {}
    for at, equation in enumerate(program.equations):
        steps = [each for each in program.steps if each.equation == at]
        rule = used(program, equation, steps[-1])
        told[equation.name] = None if rule is None else rule.op.name
    assert (told["dZ3"], told["dZ2"], told["dW2"], told["dA2"]) == ("sigmoid", "relu", "matmul", "matmul")
    assert told["A1"] == "relu"
    assert told["db2"] is told["W2"] is None, (
        "what is added hands on what arrives, and an update differentiates nothing"
    )
