"""The laws of the op table. Each takes a record, inputs and options, and asserts what the record claims of itself."""

from __future__ import annotations

from itertools import islice
from typing import Any

import numpy as np

from bpdebug.language.expression import Name
from bpdebug.machine.kernels import protected
from bpdebug.machine.plan import into
from bpdebug.ops.table import UNIT, Array, Op
from tests.ops.evaluate import (
    STEP,
    evaluate,
    forward,
    jacobian,
    recorded,
    resolved,
    size_values,
    unbroadcast,
    with_names,
)

Inputs = tuple[Array, ...]
Options = dict[str, Any]

SMALL = 64
"""Inputs with more entries than this are tested in random directions, not entry by entry."""


def ranks_of(inputs: Inputs) -> tuple[int, ...]:
    return tuple(np.ndim(each) for each in inputs)


def plain(op: Op, inputs: Inputs, options: Options) -> Array:
    return forward(op, inputs, ranks_of(inputs), options)


def shape_is_right(op: Op, inputs: Inputs, written: Options) -> None:
    options = resolved(op, inputs, written)
    out = plain(op, inputs, options)
    assert out.dtype == np.float64
    assert op.shape(*(with_names(np.shape(each)) for each in inputs), **options) == out.shape
    assert op.shape(*(np.shape(each) for each in inputs), **op.resolve(*map(np.shape, inputs), **written)) == out.shape


def vjp_is_right(op: Op, inputs: Inputs, written: Options) -> None:
    options = resolved(op, inputs, written)
    out = plain(op, inputs, options)
    g = np.random.default_rng(1).normal(size=out.shape)
    names = [f"x{number}" for number in range(len(inputs))]
    values = {"g": g, "out": out, **dict(zip(names, inputs, strict=True)), **size_values(*map(np.shape, inputs))}
    gradients = op.vjp(Name("g"), Name("out"), *map(Name, names), **options)
    assert len(gradients) == len(inputs)
    for which, gradient in enumerate(gradients):
        if np.size(inputs[which]) > SMALL:
            directions_agree(op, which, inputs, options, g, None if gradient is None else evaluate(gradient, values))
            continue
        slopes = jacobian(op, which, inputs, recorded(op, inputs, options))
        if gradient is None:
            assert not slopes.any(), f"{op.name}: no gradient for input {which}, which moves the output"
            continue
        with np.errstate(all="ignore"):
            found = unbroadcast(evaluate(gradient, values), np.shape(inputs[which])).reshape(-1)
        axes = tuple(range(out.ndim))
        expected = np.sum(g[..., None] * slopes, axis=axes)
        scale = np.sum(np.abs(g[..., None] * slopes), axis=axes)
        close = np.abs(found - expected) <= 1e-12 * scale + 1e-14 * np.max(np.abs(g), initial=0.0)
        assert np.all(close | (np.isnan(found) & np.isnan(expected))), (
            f"{op.name}: input {which}: {found} instead of {expected}"
        )


def directions_agree(op: Op, which: int, inputs: Inputs, options: Options, g: Array, gradient: Array | None) -> None:
    """The gradient of a large input, in eight random directions."""
    x = inputs[which]
    directions = np.random.default_rng(2).normal(size=(8, *x.shape))
    stepped = (*inputs[:which], x + 1j * STEP * directions, *inputs[which + 1 :])
    slopes = np.imag(forward(op, stepped, ranks_of(inputs), recorded(op, inputs, options))) / STEP
    expected = [np.sum(g * slope) for slope in np.broadcast_to(slopes, (8, *g.shape))]
    whole = np.zeros(x.shape) if gradient is None else unbroadcast(gradient, x.shape)
    found = [np.sum(whole * direction) for direction in directions]
    np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-11 * np.linalg.norm(whole))


def leading_axes_change_nothing(op: Op, inputs: Inputs, written: Options) -> None:
    options = resolved(op, inputs, written)
    ranks = ranks_of(inputs)
    factors = np.array([1.0, 0.75, 0.96875])
    stacks = [np.multiply.outer(factors, x).reshape(3, *np.shape(x)) for x in inputs]
    everything = [tuple(range(len(inputs)))] if inputs else []
    for stacked in [*everything, *((which,) for which in range(len(inputs)) if len(inputs) > 1)]:
        together = tuple(stacks[k] if k in stacked else x for k, x in enumerate(inputs))
        out = forward(op, together, ranks, options)
        for copy in range(3):
            alone = plain(op, tuple(stacks[k][copy] if k in stacked else x for k, x in enumerate(inputs)), options)
            same(op, np.broadcast_to(out, (3, *alone.shape))[copy], alone)
    if inputs:
        two = forward(op, tuple(stack[None] for stack in stacks), ranks, options)
        same(op, two[0] if two.ndim else two, forward(op, tuple(stacks), ranks, options))


def same(op: Op, found: Array, expected: Array) -> None:
    """Equal bits for an elementwise op, equal to the last digits for others."""
    if op.elementwise:
        np.testing.assert_array_equal(found, expected)
    else:
        scale = np.max(np.abs(expected), initial=0.0)
        np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-13 * scale if np.isfinite(scale) else 0.0)


def complex_input_keeps_the_value(op: Op, inputs: Inputs, written: Options) -> None:
    options = resolved(op, inputs, written)
    out = plain(op, inputs, options)
    scale = np.where(np.isfinite(out), np.abs(out), 0.0)
    for which in range(len(inputs)):
        stepped = (*inputs[:which], inputs[which] + 1j * STEP * np.ones(np.shape(inputs[which])), *inputs[which + 1 :])
        found = np.real(plain(op, stepped, recorded(op, inputs, options)))
        with np.errstate(all="ignore"):
            close = np.abs(found - out) <= 1e-12 * scale + 1e-15 * np.max(scale, initial=STEP)
        assert np.all(close | (found == out) | (np.isnan(found) & np.isnan(out))), f"{op.name}: {found} is not {out}"


def branches_are_consistent(op: Op, inputs: Inputs, written: Options) -> None:
    options = resolved(op, inputs, written)
    if op.branch is None:
        return
    branch = op.branch(*inputs, **options)
    np.testing.assert_array_equal(plain(op, inputs, {**options, "branch": branch}), plain(op, inputs, options))
    random = np.random.default_rng(3)
    for _ in range(4):
        ways = tuple(
            random.choice([-1.0, 1.0], size=np.shape(x)) * random.uniform(1, 2, size=np.shape(x)) for x in inputs
        )
        ahead = op.branch(*(x + 2.0**-30 * way for x, way in zip(inputs, ways, strict=True)), **options)
        stepped = op.branch(*(x + 1j * STEP * way for x, way in zip(inputs, ways, strict=True)), **options)
        np.testing.assert_array_equal(stepped, ahead, f"{op.name}: a complex step takes another branch than a real one")


def kinks_are_where_slopes_jump(op: Op, inputs: Inputs, written: Options) -> None:
    options = resolved(op, inputs, written)
    if op.kink is None:
        return
    assert op.tie, f"{op.name}: has kinks and does not say what it does there"
    kink = op.kink(*inputs, **options)
    if op.branch is None:
        assert kink.shape == plain(op, inputs, options).shape
        return
    here = op.branch(*inputs, **options)
    assert kink.shape == here.shape
    assert kink.dtype == np.bool_
    random = np.random.default_rng(4)
    ways = tuple(random.normal(size=np.shape(x)) for x in inputs)
    sides = [
        op.branch(*(x + side * 2.0**-30 * way for x, way in zip(inputs, ways, strict=True)), **options)
        for side in (-1, 1)
    ]
    moved = (sides[0] != here) | (sides[1] != here)
    assert not np.any(moved & ~kink & leaves_a_mark(op, inputs, ways, options, [here, *sides])), (
        f"{op.name}: a kink not told"
    )
    assert np.any(moved) or not np.any(kink), f"{op.name}: {kink} tells of kinks where there are none"


def leaves_a_mark(op: Op, inputs: Inputs, ways: Inputs, options: Options, sides: list[Array]) -> bool:
    """Whether value or slope along `ways` differ from one of the branches to another."""
    stepped = tuple(x + 1j * STEP * way for x, way in zip(inputs, ways, strict=True))
    here, *others = (plain(op, stepped, {**options, "branch": side}) for side in sides)
    same_value = (np.allclose(np.real(here), np.real(other), rtol=1e-12, atol=1e-30) for other in others)
    same_slope = (np.allclose(np.imag(here) / STEP, np.imag(other) / STEP, rtol=1e-9) for other in others)
    return not (all(same_value) and all(same_slope))


def contributions_add_up(op: Op, inputs: Inputs, written: Options) -> None:
    options = resolved(op, inputs, written)
    out = plain(op, inputs, options)
    if not np.all(np.isfinite(out)):
        return
    bound = op.rounding(out, *inputs, **options)
    small = all(np.size(x) <= SMALL for x in inputs)
    slopes = [jacobian(op, k, inputs, recorded(op, inputs, options)) for k in range(len(inputs))] if small else []
    for index in islice(np.ndindex(*out.shape), 0, None, 3):
        with np.errstate(all="ignore"):
            terms = op.contributions(index, out, *inputs, **options)
        total, size = sum(term.value for term in terms), sum(abs(term.value) for term in terms)
        assert abs(total - out[index]) <= 2 * bound[index] + len(terms) * UNIT * size, f"{op.name}{index}: {total}"
        told = {entry for term in terms for entry in term.entries}
        for which, place in told:
            assert len(place) == np.ndim(inputs[which])
            assert all(0 <= k < length for k, length in zip(place, np.shape(inputs[which]), strict=True))
        for which, slope in enumerate(slopes):
            for flat in np.flatnonzero(slope[index]):
                place = tuple(int(k) for k in np.unravel_index(flat, np.shape(inputs[which])))
                assert (which, place if np.ndim(inputs[which]) else ()) in told, f"{op.name}{index}: {place} not told"


def products_are_the_contributions(op: Op, inputs: Inputs, written: Options) -> None:
    if op.products is None:
        return
    options = resolved(op, inputs, written)
    out = plain(op, inputs, options)
    for index in np.ndindex(*out.shape):
        values, entries = op.products(index, *inputs, **options)
        told = {term.entries: term.value for term in op.contributions(index, out, *inputs, **options)}
        assert {entries(number): value for number, value in enumerate(values.tolist())} == told


def spread_is_the_first_order(op: Op, inputs: Inputs, written: Options) -> None:
    options = resolved(op, inputs, written)
    if any(np.size(x) > SMALL for x in inputs):
        return
    out = plain(op, inputs, options)
    random = np.random.default_rng(5)
    deltas = tuple(
        np.asarray(random.uniform(0, 1, size=np.shape(x)) * random.integers(0, 2, np.shape(x))) for x in inputs
    )
    with np.errstate(all="ignore"):
        found = op.spread(deltas, out, *inputs, **options)
    expected = np.zeros(out.shape)
    for which, delta in enumerate(deltas):
        expected += np.abs(jacobian(op, which, inputs, recorded(op, inputs, options))) @ delta.reshape(-1)
    assert np.shape(found) == out.shape
    np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-15 * np.nanmax(expected, initial=0.0))


def rounding_is_a_bound(op: Op, inputs: Inputs, written: Options) -> None:
    """Against the same rule in extended precision; and no larger than a change of the inputs by 1e-11 would explain."""
    options = resolved(op, inputs, written)
    out = plain(op, inputs, options)
    with np.errstate(all="ignore"):
        bound = op.rounding(out, *inputs, **options)
        loose = 1e-11 * (op.spread(tuple(np.abs(x) for x in inputs), out, *inputs, **options) + np.abs(out)) + 1e-300
        loose = np.where(np.isnan(loose), np.inf, loose)
    finite = np.isfinite(out)
    assert np.shape(bound) == out.shape
    assert np.all(bound[finite] >= 0)
    assert np.all((bound <= loose)[finite]), f"{op.name}: {bound} is too large to be of use"
    exact = plain(op, tuple(np.asarray(x, dtype=np.longdouble) for x in inputs), options)
    assert np.all((np.abs(out - exact) <= bound)[finite]), f"{op.name}: {np.abs(out - exact)} exceeds {bound}"


def examples_lie_inside(op: Op, inputs: Inputs, written: Options) -> None:
    options = resolved(op, inputs, written)
    if op.domain is not None:
        outside = op.domain(*inputs, **options)
        assert outside.shape == plain(op, inputs, options).shape
        assert not outside.any()


def domain_tells_what_fails(op: Op, inputs: Inputs, written: Options) -> None:
    """On whole numbers from -2 to 2, an entry comes out finite wherever the domain has no objection."""
    options = resolved(op, inputs, written)
    random = np.random.default_rng(6)
    for _ in range(5):
        whole = tuple(np.asarray(random.integers(-2, 3, size=np.shape(x)), dtype=float) for x in inputs)
        out = plain(op, whole, options)
        outside = op.domain(*whole, **options) if op.domain else np.zeros(out.shape, dtype=bool)
        assert np.all(np.isfinite(out) | outside), f"{op.name}: {out} on {whole}"


def degree_is_the_degree(op: Op, inputs: Inputs, written: Options) -> None:
    """Linear rules add up, in all inputs but those that only guide; and what says it is not linear shows it."""
    if not op.degree or not inputs:
        assert not op.degree, f"{op.name}: nothing to be linear in"
        return
    options = resolved(op, inputs, written)
    random = np.random.default_rng(7)
    others = tuple(random.normal(size=np.shape(x)) for x in inputs)
    if op.degree == 1:
        others = tuple(x if at in op.guides else y for at, (x, y) in enumerate(zip(inputs, others, strict=True)))
        pairs = enumerate(zip(inputs, others, strict=True))
        together = plain(op, tuple(x if at in op.guides else 2 * x - 3 * y for at, (x, y) in pairs), options)
        apart = 2 * plain(op, inputs, options) - 3 * plain(op, others, options)
        np.testing.assert_allclose(together, apart, rtol=1e-11, atol=1e-11)
        return
    assert len(inputs) == op.degree
    for which in range(2):
        mixed = tuple(2 * x - 3 * y if at == which else x for at, (x, y) in enumerate(zip(inputs, others, strict=True)))
        replaced = tuple(y if at == which else x for at, (x, y) in enumerate(zip(inputs, others, strict=True)))
        apart = 2 * plain(op, inputs, options) - 3 * plain(op, replaced, options)
        np.testing.assert_allclose(plain(op, mixed, options), apart, rtol=1e-11, atol=1e-11)


STRANGE = (0.0, -0.0, np.nan, np.inf, -np.inf, 1e308, -1e308, 5e-324, -745.2, 709.9)
"""Numbers at which forms that are equal on paper part."""


def written_into_is_the_same_to_the_bit(op: Op, inputs: Inputs, written: Options) -> None:
    options = resolved(op, inputs, written)
    for dtype in (np.float64, np.float32):
        for strange in (False, True):
            arrays = tuple(_with(STRANGE, each, dtype) if strange else np.array(each, dtype) for each in inputs)
            with np.errstate(all="ignore"):
                wanted = protected(op.forward(*arrays, **options), dtype)
                out = np.full_like(wanted, 7.0)
                calls = into(op, out, arrays, options)
                for _ in range(2):
                    for each in calls:
                        each()
                    assert out.tobytes() == wanted.tobytes()


def what_is_not_finite_shows(op: Op, inputs: Inputs, written: Options) -> None:
    options = resolved(op, inputs, written)
    for which in range(op.shows):
        for entry in range(np.size(inputs[which])):
            for strange in (np.nan, np.inf, -np.inf):
                arrays = [np.array(each, dtype=float) for each in inputs]
                arrays[which].reshape(-1)[entry] = strange
                with np.errstate(all="ignore"):
                    out = op.forward(*arrays, **options)
                assert not np.isfinite(out).all(), f"{op.name}: {strange} at {entry} of input {which} does not show"
                assert not any(np.may_share_memory(out, each) for each in arrays)


def _with(strange: tuple[float, ...], array: Array, dtype: type) -> Array:
    """The array with some of its entries replaced."""
    found = np.array(array, dtype)
    with np.errstate(all="ignore"):
        found.reshape(-1)[:: 2 if found.size > 1 else 1] = np.resize(strange, -(-found.size // 2)).astype(dtype)
    return found


def straight_is_linear_on_a_branch(op: Op, inputs: Inputs, written: Options) -> None:
    if not op.straight:
        return
    options = recorded(op, inputs, resolved(op, inputs, written))
    assert "branch" in options, f"{op.name}: makes no choices that could be recorded"
    random = np.random.default_rng(8)
    moved = [place for place in range(len(inputs)) if place not in op.guides]
    one, other = (
        tuple(random.normal(size=np.shape(x)) if at in moved else x for at, x in enumerate(inputs)) for _ in "ab"
    )
    mixed = tuple(2 * x - 3 * y if at in moved else x for at, (x, y) in enumerate(zip(one, other, strict=True)))
    apart = 2 * plain(op, one, options) - 3 * plain(op, other, options)
    np.testing.assert_allclose(plain(op, mixed, options), apart, rtol=1e-11, atol=1e-11)


def guides_have_no_gradient(op: Op, inputs: Inputs, written: Options) -> None:
    options = resolved(op, inputs, written)
    gradients = op.vjp(Name("g"), Name("out"), *(Name(f"x{k}") for k in range(len(inputs))), **options)
    assert all(gradients[place] is None for place in op.guides)
    others = [place for place in range(len(inputs)) if place not in op.guides]
    assert not op.guides or any(gradients[place] is not None for place in others)


LAWS = (
    shape_is_right,
    vjp_is_right,
    leading_axes_change_nothing,
    complex_input_keeps_the_value,
    branches_are_consistent,
    kinks_are_where_slopes_jump,
    contributions_add_up,
    products_are_the_contributions,
    spread_is_the_first_order,
    rounding_is_a_bound,
    examples_lie_inside,
    domain_tells_what_fails,
    degree_is_the_degree,
    straight_is_linear_on_a_branch,
    guides_have_no_gradient,
    written_into_is_the_same_to_the_bit,
    what_is_not_finite_shows,
)
