"""Products and the shapes of linear algebra: matmul, transpose, outer, diag."""

from __future__ import annotations

from typing import Any

import numpy as np

from bpdebug.language.expression import Expr, Slice, apply
from bpdebug.language.vocabulary import POSTFIX, PRODUCT, UNARY, Form
from bpdebug.ops import inplace
from bpdebug.ops.forms import call, infix
from bpdebug.ops.rules import Index, entry, exact, gamma, ulps
from bpdebug.ops.samples import normal
from bpdebug.ops.shapes import broadcast, named, product, shape_option, show
from bpdebug.ops.table import Array, Gradient, Op, Shape, ShapeMismatch, Term, register


def ranks(*shapes: Shape, **options: Any) -> dict[str, Any]:
    """The options with the number of axes of each input, without leading ones."""
    return {**options, "ranks": tuple(len(shape) for shape in shapes)}


def shapes_too(*shapes: Shape, **options: Any) -> dict[str, Any]:
    """The options with the shape of each input, without leading axes."""
    return {**options, "shapes": shapes}


def _matmul_shape(a: Shape, b: Shape, **options: Any) -> Shape:
    if not a or not b:
        which = "left" if not a else "right"
        raise ShapeMismatch(
            f"matmul: expected vectors or matrices, got {show(a)} · {show(b)}: the {which} one is a scalar (use *)"
        )
    inner = b[-2] if len(b) > 1 else b[0]
    if a[-1] != inner:
        left = "columns on the left" if len(a) > 1 else "entries on the left"
        right = "rows on the right" if len(b) > 1 else "entries on the right"
        raise ShapeMismatch(
            f"matmul: expected as many {left} as {right}, got {show(a)} · {show(b)}: {a[-1]:d} ≠ {inner:d}"
        )
    return (*_stacked(a, b), *a[-2:-1], *(b[-1:] if len(b) > 1 else ()))


def _stacked(a: Shape, b: Shape) -> Shape:
    """How many matrices are multiplied, of arrays with more than two axes: each with its own, or all with one."""
    try:
        return broadcast("matmul", a[:-2], b[:-2])
    except ShapeMismatch:
        raise ShapeMismatch(
            f"matmul: expected as many matrices on both sides (or one), got {show(a)} · {show(b)}: "
            f"{show(a[:-2])} ≠ {show(b[:-2])}"
        ) from None


def _widened(a: Shape, b: Shape, **options: Any) -> tuple[Shape, Shape]:
    """The operands with the matrices repeated that meet several, and a vector for each row of a stack."""
    stack = _stacked(a, b)
    return (*stack, *a[-2:]), (*(a[:-1] if len(b) == 1 and len(a) > 2 else stack), *b[-2:])


def _as_matrices(a: Array, b: Array, ranks: tuple[int, int]) -> tuple[Array, Array]:
    """Vectors as matrices; extra leading axes are kept apart from stacks of different depth."""
    a, b = (a[..., None, :] if ranks[0] == 1 else a), (b[..., None] if ranks[1] == 1 else b)
    own = max(2, ranks[0]), max(2, ranks[1])
    return _deep(a, own[0], max(own)), _deep(b, own[1], max(own))


def _deep(x: Array, own: int, rank: int) -> Array:
    lead = x.ndim - own
    return x.reshape(*x.shape[:lead], *(1,) * (rank - own), *x.shape[lead:]) if lead and rank > own else x


def _drop(out: Array, ranks: tuple[int, int]) -> Array:
    out = out[..., 0] if ranks[1] == 1 else out
    if ranks[0] == 1:
        out = out[..., 0] if ranks[1] == 1 else out[..., 0, :]
    return np.asarray(out)


def _matmul(a: Array, b: Array, *, ranks: tuple[int, int]) -> Array:
    return _drop(np.matmul(*_as_matrices(np.asarray(a), np.asarray(b), ranks)), ranks)


def _matmul_vjp(g: Expr, out: Expr, a: Expr, b: Expr, *, ranks: tuple[int, int]) -> tuple[Gradient, ...]:
    if ranks == (1, 1):
        return g * b, g * a
    if ranks == (2, 1):
        return apply("outer", g, b), a.T @ g
    if ranks == (1, 2):
        return g @ b.T, apply("outer", a, g)
    if ranks[1] == 1:
        column = apply("expand_dims", g, axis=-1)
        return column * b, a * column
    if ranks[0] == 1:
        row = apply("expand_dims", g, axis=-2)
        return apply("sum", b * row, axis=-1), apply("expand_dims", a, axis=-1) * row
    return g @ turned(b, ranks[1]), turned(a, ranks[0]) @ g


def turned(x: Expr, rank: int) -> Expr:
    """A matrix transposed, or every matrix of a stack."""
    return x.T if rank == 2 else apply("swapaxes", x, axis1=-2, axis2=-1)


def met(index: Index, a: Shape, b: Shape) -> tuple[Index, tuple[Index, Index]]:
    """Where the products of an entry come from: the row of the left, and what stands beside the row of the right."""
    row, column = index[: len(index) - (len(b) > 1)], index[len(index) - (len(b) > 1) :]
    row, stack = (row[-1:], row[:-1]) if len(a) > 1 else ((), row)
    return (*entry(stack, a[:-2]), *row), (entry(stack, b[:-2]), column)


def _matmul_terms(index: Index, out: Array, a: Array, b: Array, *, ranks: tuple[int, int]) -> tuple[Term, ...]:
    row, (stack, column) = met(index, a.shape, b.shape)
    places = [((*row, k), (*stack, k, *column)) for k in range(a.shape[-1])]
    return tuple(Term(float(a[left] * b[right]), ((0, left), (1, right))) for left, right in places)


def _matmul_lanes(axes: tuple[int | None, ...], *, ranks: tuple[int, int]) -> int | None:
    """Rows of the left keep apart, columns of the right, and the matrices of a stack."""
    left, right = axes
    if (left, right) == (-2, None):
        return -2 if ranks[1] > 1 else -1
    if (left, right) == (None, -1) and ranks[1] > 1:
        return -1
    axis = left if left is not None else right
    together = left == right or left is None or right is None
    return axis + (1 in ranks) if axis is not None and axis < -2 and together else None


def _matmul_spread(deltas: tuple[Array, ...], out: Array, a: Array, b: Array, *, ranks: tuple[int, int]) -> Array:
    left = _matmul(deltas[0], np.abs(b), ranks=ranks) if deltas[0].any() else np.zeros(())
    right = _matmul(np.abs(a), deltas[1], ranks=ranks) if deltas[1].any() else np.zeros(())
    both = left + right
    return both if both.shape == out.shape else np.zeros(out.shape)


def _matmul_rounding(out: Array, a: Array, b: Array, *, ranks: tuple[int, int]) -> Array:
    return gamma(a.shape[-1] + 1) * _matmul(np.abs(a), np.abs(b), ranks=ranks) + ulps(out, 1)


STACKS: list[tuple[Shape, Shape]] = [
    ((2, 3, 4), (2, 4, 3)),
    ((2, 3, 4), (4, 5)),
    ((3, 4), (2, 4, 3)),
    ((2, 1, 3, 2), (3, 2, 4)),
    ((2, 3, 4), (4,)),
    ((4,), (2, 4, 3)),
    ((1, 3, 2), (4, 2, 3)),
]
"""Arrays of more axes, which are stacks of matrices: each with its own, or several with one."""

register(
    Op(
        name="matmul",
        inputs=("u", "v"),
        aliases=("dot",),
        family="linear",
        shows=2,
        degree=2,
        **infix("@", PRODUCT, (PRODUCT, UNARY), unicode="·", latex=r"\cdot", apart=("multiply",)),
        does="Row i of the first meets column j of the second, term by term, and the products added up make entry [i, "
        "j].",
        why="Entry u[i, k] reaches every column j of output row i, each time weighted by v[k, j], so its gradient is "
        "Σⱼ g[i, j]·v[k, j]: the transpose is there because the sum now runs over the columns of v, not its rows.",
        why_second="Entry v[k, j] reaches every row i of output column j, each time weighted by u[i, k], so its "
        "gradient is Σᵢ u[i, k]·g[i, j]: the transpose is there because the sum now runs over the rows of u, not its "
        "columns.",
        resolve=ranks,
        shape=_matmul_shape,
        forward=_matmul,
        terms=lambda a, b, **options: int(a[-1]),
        widened=_widened,
        lanes=_matmul_lanes,
        into=inplace.product,
        vjp=_matmul_vjp,
        contributions=_matmul_terms,
        spread=_matmul_spread,
        rounding=_matmul_rounding,
        examples=lambda random: [
            ((normal(random, left), normal(random, right)), {})
            for left, right in [
                ((3, 4), (4, 5)),
                ((3, 4), (4,)),
                ((4,), (4, 5)),
                ((4,), (4,)),
                ((2, 700), (700, 3)),
                *STACKS,
            ]
        ],
    )
)


def _transposed(x: Array, *, ranks: tuple[int]) -> Array:
    lead = np.ndim(x) - ranks[0]
    return np.transpose(x, (*range(lead), *reversed(range(lead, np.ndim(x)))))


register(
    Op(
        name="transpose",
        inputs=("x",),
        family="linear",
        degree=1,
        ascii=Form("{0}.T", POSTFIX, (POSTFIX,)),
        unicode=Form("{0}ᵀ", POSTFIX, (POSTFIX,)),
        latex=Form(r"{{{0}}}^{{\top}}", POSTFIX, (POSTFIX,)),
        does="Rows become columns: entry [i, j] goes to [j, i].",
        why="Transposing only moves entries to other places; the gradient moves back the same way.",
        resolve=ranks,
        shape=lambda shape, **options: shape[::-1],
        forward=_transposed,
        vjp=lambda g, out, x, *, ranks: (
            (g.T if ranks[0] <= 2 else apply("permute", g, axes=tuple(reversed(range(ranks[0])))),)
        ),
        lanes=lambda axes, *, ranks: -1 - ranks[0] - axes[0],
        contributions=lambda index, out, x, **options: (Term(float(x[index[::-1]]), ((0, index[::-1]),)),),
        spread=lambda deltas, out, x, **options: np.transpose(deltas[0]),
        rounding=exact,
        examples=lambda random: [((normal(random, shape),), {}) for shape in [(3, 4), (5,), (), (2, 3, 4)]],
    )
)


def _flat(x: Array, shape: Shape) -> Array:
    return np.reshape(x, (*np.shape(x)[: np.ndim(x) - len(shape)], product(shape)))


def _outer(a: Array, b: Array, *, shapes: tuple[Shape, Shape]) -> Array:
    return np.asarray(_flat(a, shapes[0])[..., :, None] * _flat(b, shapes[1])[..., None, :])


def _outer_vjp(g: Expr, out: Expr, a: Expr, b: Expr, *, shapes: tuple[Shape, Shape]) -> tuple[Gradient, ...]:
    flat = [
        each if len(shape) == 1 else apply("reshape", each, shape=shape_option((product(shape),)))
        for each, shape in zip((a, b), shapes, strict=True)
    ]
    back = [g @ flat[1], g.T @ flat[0]]
    return tuple(
        each if len(shape) == 1 else apply("reshape", each, shape=shape_option(shape))
        for each, shape in zip(back, shapes, strict=True)
    )


def _outer_terms(index: Index, out: Array, a: Array, b: Array, **options: Any) -> tuple[Term, ...]:
    entries = tuple(
        (
            number,
            tuple(int(place) for place in np.unravel_index(index[number], np.shape(each))) if np.ndim(each) else (),
        )
        for number, each in enumerate((a, b))
    )
    return (Term(float(out[index]), entries),)


register(
    Op(
        name="outer",
        inputs=("u", "v"),
        family="linear",
        degree=2,
        **call("outer"),
        does="Every entry of the first is multiplied by every entry of the second.",
        why="Entry u[i] is multiplied by every v[j] to make row i, so its gradient gathers that row: Σⱼ g[i, j]·v[j].",
        resolve=shapes_too,
        shape=lambda a, b, **options: (product(a), product(b)),
        forward=_outer,
        vjp=_outer_vjp,
        contributions=_outer_terms,
        spread=lambda deltas, out, a, b, *, shapes: (
            _outer(deltas[0], np.abs(b), shapes=shapes) + _outer(np.abs(a), deltas[1], shapes=shapes)
        ),
        rounding=lambda out, a, b, **options: ulps(out, 1),
        examples=lambda random: [
            ((normal(random, left), normal(random, right)), {})
            for left, right in [((3,), (4,)), ((3, 1), (1, 4)), ((3,), (2, 2))]
        ],
    )
)


def _diag_shape(shape: Shape, **options: Any) -> Shape:
    if len(shape) not in (1, 2):
        raise ShapeMismatch(f"diag: expected a vector or a matrix, got shape {show(shape)}")
    if len(shape) == 1:
        return (shape[0], shape[0])
    return (named(*shape) if shape[0] == shape[1] else min(shape),)


def _diag(x: Array, *, shapes: tuple[Shape]) -> Array:
    if len(shapes[0]) == 2:
        return np.array(np.diagonal(x, axis1=-2, axis2=-1))
    return np.asarray(np.where(np.eye(shapes[0][0], dtype=bool), np.asarray(x)[..., None, :], 0.0))


def _diag_vjp(g: Expr, out: Expr, x: Expr, *, shapes: tuple[Shape]) -> tuple[Gradient, ...]:
    if len(shapes[0]) == 1 or shapes[0][0] == shapes[0][1]:
        return (apply("diag", g),)
    square = (Slice(None, min(shapes[0])),) * 2
    return (apply("pad_index", apply("diag", g), index=square, shape=shape_option(shapes[0])),)


def _diag_terms(index: Index, out: Array, x: Array, **options: Any) -> tuple[Term, ...]:
    if np.ndim(x) == 2:
        return (Term(float(out[index]), ((0, (index[0], index[0])),)),)
    return (Term(float(out[index]), ((0, (index[0],)),)),) if index[0] == index[1] else ()


register(
    Op(
        name="diag",
        inputs=("x",),
        family="linear",
        degree=1,
        **call("diag"),
        does="A vector becomes the diagonal of a matrix of zeros, or a matrix gives up its diagonal.",
        why="Only the entries on the diagonal come through, each unchanged, so only they receive their gradient.",
        resolve=shapes_too,
        shape=_diag_shape,
        forward=_diag,
        vjp=_diag_vjp,
        contributions=_diag_terms,
        spread=lambda deltas, out, x, *, shapes: _diag(deltas[0], shapes=shapes),
        rounding=exact,
        examples=lambda random: [((normal(random, shape),), {}) for shape in [(4,), (3, 3), (3, 5), (5, 3)]],
    )
)
