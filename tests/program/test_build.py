# ruff: noqa: E501
"""What does not make a program is refused, with the equation, the place, and the way out."""

from __future__ import annotations

from typing import Any

import pytest

from bpdebug.errors import ProgramError, Span
from bpdebug.ops import parse, write
from bpdebug.ops.table import OPS
from bpdebug.program.equations import Program
from bpdebug.program.shapes import Known, ShapeError
from tests.program.written import built

SIZES = {"n0": 4, "n1": 5, "m": 8}


def program(text: str, **options: Any) -> Program:
    data = options.pop("data", {"X": ("n0", "m"), "Y": (1, "m")})
    parameters = options.pop("parameters", {"W": ("n1", "n0"), "w": (1, "n1"), "b": ("n1", 1)})
    return built(text.replace("; ", "\n"), data, parameters, SIZES, **options)


def refusal(text: str, **options: Any) -> ProgramError:
    with pytest.raises(ProgramError) as caught:
        program(text, **options)
    return caught.value


def test_a_shape_error_names_both_shapes_the_axis_and_the_place() -> None:
    error = refusal("Z = W @ X; A = Z @ w; J = sum(A)")

    assert error.message == (
        "Z @ w: matmul: expected as many columns on the left as rows on the right, got (5, 8) · (1, 5): 8 ≠ 1"
    )
    assert (error.equation, error.span and (error.span.start, error.span.end)) == (1, (0, 5))
    assert error.hint == "These would fit: w @ Z, Z.T @ w.T."


def test_examples_the_wrong_way_round_are_told_as_that() -> None:
    error = refusal("Z = W @ X + b; J = sum(Z)", data={"X": ("m", "n0")})

    assert error.hint == (
        'X is (8, 4): one example per row, but W @ X needs one per column: set orientation = "rows" and write the '
        "product the other way round, or write X.T"
    )


def test_the_same_in_a_file_that_says_rows() -> None:
    error = refusal("Z = X @ W.T; J = sum(Z)", data={"X": ("n0", "m")}, orientation="columns")

    assert error.hint.startswith("X is (4, 8): one example per column, but X @ W.T needs one per row: set orientation")


@pytest.mark.parametrize(
    ("text", "message", "equation"),
    [
        ("Z = W @ X; J = Z", "the cost J must be a single number (a scalar), but it is (5, 8)", 1),
        ("Z = W @ X; Z = X; J = sum(Z)", "Z is defined twice", 1),
        ("W = X; J = sum(W)", "W is defined twice", 0),
        ("Z = A; A = X; J = sum(Z)", "A is used before it is defined", 0),
        ("Z = Q; J = sum(Z)", "Q is not defined", 0),
        ("dW = W; J = sum(dW)", "dW is the name that the gradient of W gets", 0),
        ("Z = W @ X; L = sum(Z)", "no equation defines the cost J", None),
        ("Z = X + W; J = sum(Z)", "X + W: add: expected equal lengths (or 1) along each axis, got (4, 8) and (5, 4): along axis 0, 4 ≠ 5", 0),
        ("Z = sum(X, axis=2); J = sum(Z)", "sum(X, axis=2): sum: there is no axis 2: the input has 2 axes, 0 to 1", 0),
        ("Z = X[9, 0]; J = Z", "X[9, 0]: index: there is no entry 9 along axis 0 of shape (4, 8)", 0),
        ("Z = ones((X, m)); J = sum(Z)", "expected a size here, which is known before the run; found X", 0),
    ],
)  # fmt: skip
def test_refusals(text: str, message: str, equation: int | None) -> None:
    error = refusal(text)

    assert error.message == message
    assert error.equation == equation


def test_the_cost_may_be_added_up() -> None:
    assert refusal("Z = W @ X; J = Z ** 2").hint == "Add it up: J = sum(Z ** 2)."


def test_a_row_against_a_column_is_pointed_out() -> None:
    notes = program("Z = w @ (W @ X); D = Z - Y.T; J = sum(D ** 2)").notes

    assert notes == (
        "b never reaches the cost: it has no gradient and is not updated",
        "D: Z - Y.T makes (8, 8) of a row and a column, every entry with every other; "
        "if that is not meant, transpose one of them",
    )


def test_steps_are_one_operation_each_and_bind_every_name_once() -> None:
    made = program("Z = W @ X + b; J = sum(Z ** 2) / m")
    forward = made.steps[:5]

    assert [each.out for each in forward] == ["Z:1", "Z", "J:1", "J:2", "J"]
    assert [write(each.expr, "ascii") for each in forward[:1]] == ["W @ X"]
    assert write(forward[1].whole, "ascii") == "W @ X + b"
    assert [each.equation for each in forward] == [0, 0, 1, 1, 1]
    bound = [each.out for each in made.steps if each.out not in made.parameters]
    assert len(set(bound)) == len(bound)
    assert all(each.op is OPS[each.expr.op] and made.shapes[each.out] == each.shape for each in made.steps)


def test_an_equation_that_passes_a_value_on_is_a_step() -> None:
    made = program("Z = W @ X; A = Z; J = sum(A)")

    assert [(each.out, each.op.name) for each in made.steps[:3]] == [("Z", "matmul"), ("A", "identity"), ("J", "sum")]


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("ones((n0, m + 1))", (4, 9)),
        ("zeros((X.shape[1], 2 * n1))", (8, 10)),
        ("reshape(X, (-1, 2))", (16, 2)),
        ("sum(W @ X, axis=1, keepdims=True)", (5, 1)),
        ("b * Y", (5, 8)),
        ("3", ()),
    ],
)
def test_shapes_are_known_before_anything_runs(text: str, shape: tuple[int, ...]) -> None:
    made = program("Z = W @ X; J = sum(Z)")

    assert Known(made.shapes, made.constants).shape(parse(text)) == shape


def test_a_huge_shape_costs_nothing_to_know() -> None:
    assert Known({}, {}).shape(parse("ones((1000000, 1000000))")) == (10**6, 10**6)


def test_an_unknown_name_is_a_shape_error_with_its_place() -> None:
    with pytest.raises(ShapeError, match="Q is not defined") as caught:
        Known({}, {}).shape(parse("1 + Q"))

    assert caught.value.span == Span(4, 5)


def test_constants_beyond_float64_are_refused() -> None:
    assert "more than float64 can hold" in refusal("J = sum(1e300 * (1e300 * W))").message
