"""Derivatives as a person writes them, named sizes kept, and what is said when shapes do not fit."""

from __future__ import annotations

from typing import Any

import pytest

from bpdebug.language.expression import Expr, Name, Number, Slice, apply
from bpdebug.ops import OPS
from bpdebug.ops.table import Outside, Shape, ShapeMismatch, Size

G, OUT, A, B = Name("g"), Name("out"), Name("a"), Name("b")
M, N1 = Size(8, "m"), Size(5, "n1")
W, X = (3, N1), (N1, M)
ZERO = Number(0.0)


def MT(x: Expr) -> Expr:
    """Every matrix of a stack transposed."""
    return apply("swapaxes", x, axis1=-2, axis2=-1)


def gradient(name: str, *inputs: Shape | Number, **written: Any) -> tuple[Expr | None, ...]:
    """The gradients of inputs a and b of these shapes; a number stands for itself."""
    op = OPS[name]
    shapes = [() if isinstance(each, Number) else each for each in inputs]
    exprs = [each if isinstance(each, Number) else name for each, name in zip(inputs, (A, B), strict=False)]
    return op.vjp(G, OUT, *exprs, **op.resolve(*shapes, **written))


LINES: list[tuple[tuple[Expr | None, ...], tuple[Expr | None, ...]]] = [
    (gradient("matmul", W, X), (G @ B.T, A.T @ G)),
    (gradient("matmul", W, (N1,)), (apply("outer", G, B), A.T @ G)),
    (gradient("matmul", (N1,), X), (G @ B.T, apply("outer", A, G))),
    (gradient("matmul", (N1,), (N1,)), (G * B, G * A)),
    (gradient("matmul", (M, *W), X), (G @ B.T, MT(A) @ G)),
    (gradient("matmul", (M, *W), (M, *X)), (G @ MT(B), MT(A) @ G)),
    (gradient("take", X, (4,), axis=1), (apply("add_at", G, B, shape=(Name("n1"), Name("m")), axis=1), None)),
    (
        gradient("conv2d", (M, 1, 6, 6), (2, 1, 3, 3)),
        (apply("conv2d_input", G, B, shape=(6, 6)), apply("conv2d_filter", G, A, shape=(3, 3))),
    ),
    (gradient("max_pool2d", (M, 2, 4, 4), size=2), (apply("max_pool2d_input", G, A, size=2),)),
    (gradient("cumsum", X, axis=1), (apply("cumsum", G, axis=1, reverse=True),)),
    (gradient("add", W, W), (G, G)),
    (gradient("subtract", W, W), (G, -G)),
    (gradient("multiply", W, W), (G * B, G * A)),
    (gradient("divide", W, W), (G / B, -G * A / B**2)),
    (gradient("power", W, Number(2.0)), (G * (2 * A), None)),
    (gradient("power", W, Number(3.0)), (G * (3 * A**2), None)),
    (gradient("log", W), (G / A,)),
    (gradient("exp", W), (G * OUT,)),
    (gradient("relu", W), (G * apply("drelu", A),)),
    (gradient("leaky_relu", W), (G * apply("dleaky_relu", A),)),
    (gradient("leaky_relu", W, slope=0.2), (G * apply("dleaky_relu", A, slope=0.2),)),
    (gradient("sigmoid", W), (G * apply("dsigmoid", A),)),
    (gradient("tanh", W), (G * apply("dtanh", A),)),
    (gradient("sum", X), (G,)),
    (gradient("sum", X, axis=1, keepdims=True), (G,)),
    (gradient("sum", X, axis=1), (apply("expand_dims", G, axis=1),)),
    (gradient("mean", X, axis=1, keepdims=True), (G / Name("m"),)),
    (gradient("mean", X), (G / (Name("n1") * Name("m")),)),
    (gradient("mean", (4, 1)), (G / Number(4.0),)),
    (gradient("max", X, axis=0, keepdims=True), (G * apply("argmax_mask", A, axis=0),)),
    (gradient("maximum", ZERO, X), (G * (ZERO >= B), G * (B > ZERO))),
    (gradient("softmax", X, axis=0), (OUT * (G - apply("sum", G * OUT, axis=0, keepdims=True)),)),
    (gradient("reshape", X, shape=(40,)), (apply("reshape", G, shape=(Name("n1"), Name("m"))),)),
    (
        gradient("index", X, index=(0, Slice())),
        (apply("pad_index", G, index=(0,), shape=(Name("n1"), Name("m"))),),
    ),
    (gradient("greater", W, W), (None, None)),
]


@pytest.mark.parametrize(("found", "expected"), LINES, ids=range(len(LINES)))
def test_rules_are_the_lines_of_the_textbook(found: tuple[Expr | None, ...], expected: tuple[Expr | None, ...]) -> None:
    assert found == expected


@pytest.mark.parametrize(
    ("name", "shapes", "options", "expected"),
    [
        ("matmul", (W, X), {}, [3, "m"]),
        ("add", ((N1, M), (N1, 1)), {}, ["n1", "m"]),
        ("add", ((5, 1), (1, M)), {}, [5, "m"]),
        ("multiply", ((5, 8), (N1, M)), {}, ["n1", "m"]),
        ("transpose", (X,), {}, ["m", "n1"]),
        ("sum", (X,), {"axis": 0}, ["m"]),
        ("sum", (X,), {"axis": 1, "keepdims": True}, ["n1", 1]),
        ("softmax", (X,), {"axis": 0}, ["n1", "m"]),
        ("concatenate", ((2, M), (3, M)), {"axis": 0}, [5, "m"]),
        ("index", (X,), {"index": (Slice(0, 2), Slice())}, [2, "m"]),
        ("diag", ((M,),), {}, ["m", "m"]),
        ("outer", ((N1,), (M,)), {}, ["n1", "m"]),
        ("zeros", (), {"shape": (N1, 2)}, ["n1", 2]),
    ],
)
def test_sizes_keep_their_names(name: str, shapes: Any, options: dict[str, Any], expected: list[object]) -> None:
    shape = OPS[name].shape(*shapes, **OPS[name].resolve(*shapes, **options))

    assert [getattr(length, "symbol", length) for length in shape] == expected


@pytest.mark.parametrize(
    ("name", "shapes", "options", "message"),
    [
        (
            "matmul",
            ((4, 3), (2, 5)),
            {},
            "matmul: expected as many columns on the left as rows on the right, got (4, 3) · (2, 5): 3 ≠ 2",
        ),
        (
            "matmul",
            ((3,), (4, 2)),
            {},
            "matmul: expected as many entries on the left as rows on the right, got (3,) · (4, 2): 3 ≠ 4",
        ),
        (
            "matmul",
            ((2, 5, 4), (3, 4, 2)),
            {},
            "matmul: expected as many matrices on both sides (or one), got (2, 5, 4) · (3, 4, 2): (2,) ≠ (3,)",
        ),
        (
            "matmul",
            ((), (4, 2)),
            {},
            "matmul: expected vectors or matrices, got () · (4, 2): the left one is a scalar (use *)",
        ),
        (
            "add",
            ((4, 3), (4, 5)),
            {},
            "add: expected equal lengths (or 1) along each axis, got (4, 3) and (4, 5): along axis 1, 3 ≠ 5",
        ),
        (
            "where",
            ((2, 3), (3,), (4, 1)),
            {},
            "where: expected equal lengths (or 1) along each axis, got (2, 3), (3,) and (4, 1): along axis 0, 2 ≠ 4",
        ),
        (
            "concatenate",
            ((2, 3), (2, 4)),
            {"axis": 0},
            "concatenate: expected equal lengths along every axis but axis 0, got (2, 3) and (2, 4): "
            "along axis 1, 3 ≠ 4",
        ),
        (
            "reshape",
            ((2, 3),),
            {"shape": (4, 2)},
            "reshape: expected as many entries as before, got (2, 3) into (4, 2): 6 ≠ 8",
        ),
        ("reshape", ((2, 3),), {"shape": (4, -1)}, "reshape: (2, 3) cannot be cut into (4, -1)"),
        ("diag", ((),), {}, "diag: expected a vector or a matrix, got shape ()"),
        ("mean", ((0, 3),), {}, "mean: expected at least one entry to take the mean of, got shape (0, 3)"),
        ("max", ((0,),), {}, "max: expected at least one entry to choose from, got shape (0,)"),
        (
            "pad_index",
            ((3,),),
            {"index": (0,), "shape": (2, 2)},
            "pad_index: expected (2,) to be put in its place, got (3,)",
        ),
    ],
)
def test_shapes_that_do_not_fit_are_named(name: str, shapes: Any, options: dict[str, Any], message: str) -> None:
    op = OPS[name]
    with pytest.raises(ShapeMismatch) as caught:
        op.shape(*shapes, **op.resolve(*shapes, **options))
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("name", "shapes", "options", "message"),
    [
        ("sum", ((2, 3),), {"axis": 2}, "sum: there is no axis 2: the input has 2 axes, 0 to 1"),
        ("softmax", ((3,),), {"axis": 1}, "softmax: there is no axis 1: the input has one axis, axis 0"),
        ("mean", ((),), {"axis": 0}, "mean: there is no axis 0: the input is a scalar"),
        ("sum", ((2, 3),), {"axis": (0, -2)}, "sum: an axis is named twice in (0, -2)"),
        ("sum", ((2, 3),), {"axis": 0.5}, "sum: expected a whole number for axis, got 0.5"),
        ("index", ((2, 3),), {"index": (2,)}, "index: there is no entry 2 along axis 0 of shape (2, 3)"),
        ("index", ((2,),), {"index": (0, 0)}, "index: expected at most 1 index for shape (2,), got 2"),
        ("index", ((2,),), {"index": (Slice(0, 2, 0),)}, "index: expected a step other than 0 along axis 0"),
        ("zeros", (), {"shape": (2, -1)}, "zeros: expected lengths of at least 0, got (2, -1)"),
        ("permute", ((2, 3),), {"axes": (0, 0)}, "permute: expected each of the 2 axes once, got (0, 0)"),
        ("take", ((2, 3), (4,)), {"axis": 2}, "take: there is no axis 2: the input has 2 axes, 0 to 1"),
        ("eye", (), {"n": -1}, "eye: expected a length of at least 0, got -1"),
        ("leaky_relu", ((2,),), {"slope": "steep"}, "leaky_relu: expected a number for slope, got 'steep'"),
        ("sum", ((2,),), {"keepdims": "yes"}, "sum: expected True or False for keepdims, got 'yes'"),
    ],
)
def test_options_that_make_no_sense_are_named(name: str, shapes: Any, options: dict[str, Any], message: str) -> None:
    op = OPS[name]
    with pytest.raises(Outside) as caught:
        op.shape(*shapes, **op.resolve(*shapes, **options))
    assert str(caught.value) == message
