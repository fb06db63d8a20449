"""The laws themselves, tested by lying to them: every record, falsified in one place, has to be caught."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from bpdebug.language.expression import Name, number
from bpdebug.ops import OPS
from bpdebug.ops.table import Array, Op, Shape
from tests.ops import laws


def holds(law: Callable[..., None], op: Op) -> bool:
    """Whether the law lets every example of the record pass."""
    for seed in range(3):
        for inputs, options in op.examples(np.random.default_rng(seed)):
            try:
                law(op, inputs, options)
            except AssertionError:
                return False
    return True


def differentiable() -> list[Op]:
    inputs = {op.name: op.examples(np.random.default_rng(0))[0] for op in OPS.values()}
    return [op for op in OPS.values() if any(gradients(op, *inputs[op.name]))]


def gradients(op: Op, inputs: tuple[Array, ...], written: dict[str, Any]) -> tuple[Any, ...]:
    options = op.resolve(*map(np.shape, inputs), **written)
    return op.vjp(Name("g"), Name("out"), *(Name(f"x{k}") for k in range(len(inputs))), **options)


def by_name(ops: list[Op]) -> Any:
    return pytest.mark.parametrize("op", ops, ids=lambda op: op.name)


SMOOTH = differentiable()
CHOOSING = [op for op in OPS.values() if op.branch]
INEXACT = ["add", "multiply", "divide", "matmul", "sum", "mean", "exp", "log", "tanh", "sigmoid", "softmax", "gelu"]


@by_name(SMOOTH)
def test_a_gradient_one_part_in_a_million_off_is_caught(op: Op) -> None:
    def vjp(g: Any, out: Any, *inputs: Any, **options: Any) -> tuple[Any, ...]:
        return tuple(each and each * number(1.000001) for each in op.vjp(g, out, *inputs, **options))

    assert not holds(laws.vjp_is_right, replace(op, vjp=vjp))


@by_name(SMOOTH)
def test_a_gradient_left_out_is_caught(op: Op) -> None:
    silent = replace(op, vjp=lambda g, out, *inputs, **options: (None,) * len(inputs))

    assert not holds(laws.vjp_is_right, silent)


def test_a_gradient_of_the_wrong_factor_is_caught() -> None:
    crossed = replace(OPS["multiply"], vjp=lambda g, out, a, b: (g * a, g * b))

    assert not holds(laws.vjp_is_right, crossed)


@by_name(list(OPS.values()))
def test_a_shape_with_an_axis_too_many_is_caught(op: Op) -> None:
    def shape(*shapes: Shape, **options: Any) -> Shape:
        return (*op.shape(*shapes, **options), 1)

    assert not holds(laws.shape_is_right, replace(op, shape=shape))


@by_name([op for op in OPS.values() if op.inputs])
def test_leading_axes_that_leak_are_caught(op: Op) -> None:
    def forward(*arrays: Array, **options: Any) -> Array:
        out = np.asarray(op.forward(*arrays, **options))
        return out + 0.001 * sum(np.nanmax(np.where(np.isfinite(x), x, 0)) for x in arrays)

    assert not holds(laws.leading_axes_change_nothing, replace(op, forward=forward))


@by_name(SMOOTH)
def test_a_complex_value_that_strays_is_caught(op: Op) -> None:
    def forward(*arrays: Array, **options: Any) -> Array:
        stray = any(np.iscomplexobj(x) for x in arrays)
        return np.asarray(op.forward(*arrays, **options)) * (1 + 1e-9 * stray)

    assert not holds(laws.complex_input_keeps_the_value, replace(op, forward=forward))


@by_name(CHOOSING)
def test_a_branch_that_is_not_followed_is_caught(op: Op) -> None:
    def branch(*arrays: Array, **options: Any) -> Array:
        recorded = op.branch(*arrays, **options) if op.branch else np.zeros(())
        return ~recorded if recorded.dtype == np.bool_ else -recorded - (recorded == 0)

    assert not holds(laws.branches_are_consistent, replace(op, branch=branch))


def test_numpys_order_of_complex_numbers_is_caught_where_it_is_not_the_real_one() -> None:
    careless = replace(OPS["abs"], branch=lambda x: np.sign(np.real(x)).astype(np.int8))

    assert not holds(laws.branches_are_consistent, careless)


@pytest.mark.parametrize("name", ["elu", "softmax", "matmul"])
def test_what_is_not_straight_on_a_branch_is_caught(name: str) -> None:
    assert not holds(laws.straight_is_linear_on_a_branch, replace(OPS[name], straight=True))


@pytest.mark.parametrize("name", ["take", "add_at", "max_pool2d_input"])
def test_what_is_said_to_guide_and_does_not_is_caught(name: str) -> None:
    assert not holds(laws.guides_have_no_gradient, replace(OPS[name], guides=(0,)))


def test_what_guides_and_is_not_said_to_is_caught() -> None:
    assert not holds(laws.degree_is_the_degree, replace(OPS["max_pool2d_input"], guides=()))


@by_name([op for op in CHOOSING if op.kink])
def test_kinks_kept_quiet_or_made_up_are_caught(op: Op) -> None:
    def kinks(truth: bool) -> Callable[..., Array]:
        return lambda *arrays, **options: np.full(np.shape(op.kink and op.kink(*arrays, **options)), truth)

    assert not holds(laws.kinks_are_where_slopes_jump, replace(op, kink=kinks(False)))
    assert not holds(laws.kinks_are_where_slopes_jump, replace(op, kink=kinks(True)))
    assert not holds(laws.kinks_are_where_slopes_jump, replace(op, tie=""))


@by_name([op for op in OPS.values() if op in SMOOTH or op in CHOOSING])
def test_contributions_left_out_are_caught(op: Op) -> None:
    def contributions(index: Any, out: Array, /, *arrays: Array, **options: Any) -> Any:
        terms = op.contributions(index, out, *arrays, **options)
        return terms[:-1]

    assert not holds(laws.contributions_add_up, replace(op, contributions=contributions))


@by_name(SMOOTH)
def test_contributions_that_do_not_say_where_from_are_caught(op: Op) -> None:
    def contributions(index: Any, out: Array, /, *arrays: Array, **options: Any) -> Any:
        return tuple(replace(term, entries=()) for term in op.contributions(index, out, *arrays, **options))

    assert not holds(laws.contributions_add_up, replace(op, contributions=contributions))


@by_name(SMOOTH)
@pytest.mark.parametrize("factor", [0.999, 1.001])
def test_a_spread_too_small_or_too_large_is_caught(op: Op, factor: float) -> None:
    def spread(*arguments: Any, **options: Any) -> Array:
        return op.spread(*arguments, **options) * factor

    assert not holds(laws.spread_is_the_first_order, replace(op, spread=spread))


@by_name([OPS[name] for name in INEXACT])
def test_rounding_denied_is_caught(op: Op) -> None:
    exact = replace(op, rounding=lambda out, *arrays, **options: np.zeros(np.shape(out)))

    assert not holds(laws.rounding_is_a_bound, exact)


@by_name(SMOOTH)
def test_rounding_that_excuses_anything_is_caught(op: Op) -> None:
    vague = replace(op, rounding=lambda out, *arrays, **options: 1e-6 * np.abs(out))

    assert not holds(laws.rounding_is_a_bound, vague)


@by_name([op for op in OPS.values() if op.domain and op.name != "clip"])
def test_a_domain_kept_quiet_is_caught(op: Op) -> None:
    assert not holds(laws.domain_tells_what_fails, replace(op, domain=None))


@by_name([op for op in OPS.values() if op.domain])
def test_a_domain_that_shuts_out_the_examples_is_caught(op: Op) -> None:
    shut = replace(op, domain=lambda *arrays, **options: np.ones(np.broadcast_shapes(*map(np.shape, arrays)), bool))

    assert not holds(laws.examples_lie_inside, shut)
