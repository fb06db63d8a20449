"""Shape and order: transposes, the order of a product, * for @, sums left out or over the wrong axis."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from msgspec.structs import replace

from bpdebug.check.diagnosis.bench import Bench, Repair
from bpdebug.check.diagnosis.edits.slopes import in_slope
from bpdebug.check.diagnosis.evaluator import alike
from bpdebug.check.diagnosis.trees import Part, at, is_name, places, replaced, turned
from bpdebug.language.expression import Apply, Expr, Name, Slice, apply, names
from bpdebug.ops.table import Shape

TRANSPOSED, ORDER, PRODUCT = ("transposed-operand",), ("operand-order",), ("elementwise-vs-matrix",)


def transposed(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """A transpose too many or too few."""
    for part in places(expr):
        if _inside_transpose(expr, part) or _summed_otherwise(expr, part):
            continue
        value = bench.value(part.node)
        if value is not None and value.ndim < 2:
            continue
        new = turned(part.node)
        product = isinstance(part.node, Apply) and part.node.op == "matmul"
        cost = 1.0 if is_name(part.node) else 1.45 if product else 1.3
        yield Repair(replaced(expr, part.path, new), cost, TRANSPOSED, part.node, new, part.path)


def _inside_transpose(expr: Expr, part: Part) -> bool:
    node = expr
    for place in part.path[:-1]:
        assert isinstance(node, Apply)
        node = node.inputs[place]
    return bool(part.path) and isinstance(node, Apply) and node.op == "transpose"


def _summed_otherwise(expr: Expr, part: Part) -> bool:
    """Whether turning a part only exchanges the axis that is added up: then the axis is wrong and no transpose."""
    above = at(expr, part.path[:-1]) if part.path else None
    reduced = isinstance(above, Apply) and above.op in ("sum", "mean") and "axis" in dict(above.options)
    return reduced and not (isinstance(part.node, Apply) and part.node.op == "transpose")


def products(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """The factors of a product in another order, turned, or in a product of the other kind."""
    for part in places(expr):
        node = part.node
        if not isinstance(node, Apply) or node.op not in ("matmul", "multiply", "outer"):
            continue
        a, b = node.inputs
        if node.op == "outer":
            other = apply("outer", b, a)
            yield Repair(replaced(expr, part.path, other), 1.1, ORDER, node, other, part.path)
            continue
        options = _of_matmul(a, b, bench) if node.op == "matmul" else _of_multiply(a, b, bench)
        for new, cost, mistakes in options:
            yield Repair(replaced(expr, part.path, new), cost, mistakes, node, new, part.path)


def _of_matmul(a: Expr, b: Expr, bench: Bench) -> Iterator[tuple[Expr, float, tuple[str, ...]]]:
    left, right = bench.value(a), bench.value(b)
    widened = left is not None and right is not None and left.shape != right.shape
    yield b @ a, 1.1, ORDER
    yield turned(b) @ a, 1.25, ORDER + TRANSPOSED
    yield b @ turned(a), 1.25, ORDER + TRANSPOSED
    yield turned(b) @ turned(a), 1.4, ORDER + TRANSPOSED
    yield turned(a) @ turned(b), 1.4, TRANSPOSED
    yield a * b, 1.6 if widened else 1.05, PRODUCT
    yield turned(a) * b, 1.3, PRODUCT + TRANSPOSED
    yield a * turned(b), 1.3, PRODUCT + TRANSPOSED
    yield apply("outer", a, b), 1.3, ORDER
    yield apply("outer", b, a), 1.4, ORDER


def _of_multiply(a: Expr, b: Expr, bench: Bench) -> Iterator[tuple[Expr, float, tuple[str, ...]]]:
    left, right = bench.value(a), bench.value(b)
    if left is None or right is None or not left.ndim or not right.ndim:
        return
    yield a @ b, 1.0, PRODUCT
    yield a @ turned(b), 1.2, PRODUCT + TRANSPOSED
    yield turned(a) @ b, 1.2, PRODUCT + TRANSPOSED
    yield b @ a, 1.2, PRODUCT + ORDER
    yield turned(b) @ a, 1.3, PRODUCT + ORDER
    yield b @ turned(a), 1.3, PRODUCT + ORDER
    yield apply("outer", a, b), 1.3, PRODUCT
    yield apply("outer", b, a), 1.35, PRODUCT


def regrouped(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """A factor that belongs inside a matrix product and stands outside, or the reverse."""
    for part in places(expr):
        node = part.node
        if not isinstance(node, Apply) or node.op not in ("matmul", "multiply"):
            continue
        a, b = node.inputs
        for new in _regroupings(node.op, a, b):
            yield Repair(replaced(expr, part.path, new), 1.5, ORDER, node, new, part.path)


def _regroupings(op: str, a: Expr, b: Expr) -> Iterator[Expr]:
    if op == "multiply":
        for one, other in ((a, b), (b, a)):
            if isinstance(one, Apply) and one.op == "matmul":
                yield one.inputs[0] @ (one.inputs[1] * other)
                yield (one.inputs[0] * other) @ one.inputs[1]
        return
    if isinstance(b, Apply) and b.op == "multiply":
        yield (a @ b.inputs[0]) * b.inputs[1]
        yield (a @ b.inputs[1]) * b.inputs[0]
    if isinstance(a, Apply) and a.op == "multiply":
        yield (a.inputs[0] @ b) * a.inputs[1]
        yield (a.inputs[1] @ b) * a.inputs[0]


def summed(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """A sum that is missing."""
    cost = 1.7 if bench.scope.in_product else 1.1
    product = any(isinstance(part.node, Apply) and part.node.op == "matmul" for part in places(expr))
    by_entry = bench.scope.in_product and not product
    mistakes = ("elementwise-vs-matrix", "missing-sum") if by_entry else ("missing-sum",)
    own = bench.value(expr)
    if own is not None and alike(own, bench.target):
        cost += 0.8  # a sum that is missing shows in the shape
    for part in places(expr):
        value = bench.value(part.node)
        if value is None or not value.ndim or value.size == 1 or _is_sum(part.node) or in_slope(expr, part):
            continue
        if bench.scope.program.constants.keys() >= set(names(part.node)):
            continue  # ones(m) is there to add up, and not to be added up
        for new in _sums(part.node, value.shape):
            extra = 0.0 if not part.path or len(part.path) < 3 else 0.1
            yield Repair(replaced(expr, part.path, new), cost + extra, mistakes, part.node, new, part.path)


def _sums(node: Expr, shape: Shape) -> Iterator[Expr]:
    for axis in reversed(range(len(shape))):
        yield apply("sum", node, axis=axis, keepdims=True)
        if shape[axis] > 1:  # of a single entry nothing is added up
            yield apply("sum", node, axis=axis)
    for axes in _several(len(shape)):
        yield apply("sum", node, axis=axes, keepdims=True)
        yield apply("sum", node, axis=axes)
    yield apply("sum", node)


def _several(rank: int) -> Iterator[tuple[int, ...]]:
    """Axes that may be added up together, but not all of them."""
    yield from (axes for count in range(2, rank) for axes in combinations(range(rank), count))


def _is_sum(node: Expr) -> bool:
    return isinstance(node, Apply) and node.op in ("sum", "mean")


def reduced_otherwise(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """A sum or mean that is there, over another axis, or the other of the two, or not at all."""
    for part in places(expr):
        node = part.node
        if not isinstance(node, Apply) or node.op not in ("sum", "mean"):
            continue
        inner, other = node.inputs[0], "sum" if node.op == "mean" else "mean"
        yield _reduction(expr, part, replace(node, op=other), 0.9 if other == "sum" else 1.15)
        yield _reduction(expr, part, inner, 1.0)
        if node.op == "mean" and bench.scope.program.examples in bench.scope.counts:
            yield _reduction(expr, part, inner / Name(bench.scope.program.examples), 1.0)
        value = bench.value(inner)
        rank = 0 if value is None else value.ndim
        for axis in (*range(rank), *_several(rank)):
            for keepdims in (True, False):
                options = {"axis": axis, **({"keepdims": True} if keepdims else {})}
                for op in dict.fromkeys((node.op, "sum")):
                    new = apply(op, inner, **options)
                    if new != node:
                        yield _reduction(expr, part, new, 1.0 + 0.1 * (op != node.op))
        if node.options:
            yield _reduction(expr, part, apply("sum", inner), 1.0)


def _reduction(expr: Expr, part: Part, new: Expr, cost: float) -> Repair:
    return Repair(replaced(expr, part.path, new), cost, ("wrong-reduction",), part.node, new, part.path)


def correlated(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """A filter reversed, or a correlation with its arguments exchanged, or of another extent."""
    for part in places(expr):
        node = part.node
        if not isinstance(node, Apply) or node.op != "correlate":
            continue
        a, b = node.inputs
        found = [replace(node, inputs=(b, a), span=None)]
        for x, y in ((a, b), (b, a)):
            for one in (x, _reversed(x)):
                for two in (y, _reversed(y)):
                    found += [apply("correlate", one, two), apply("correlate", one, two, mode="full")]
        for new in found:
            plain = new.inputs in ((a, b), (b, a))
            yield Repair(replaced(expr, part.path, new), 1.0 if plain else 1.1, ("kernel-flip",), node, new, part.path)
    yield from _turned_signals(bench, expr)


def rejoined(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """Two of the pieces that are put together exchanged."""
    for part in places(expr):
        node = part.node
        if not isinstance(node, Apply) or node.op != "concatenate":
            continue
        for one, other in combinations(range(len(node.inputs)), 2):
            pieces = list(node.inputs)
            pieces[one], pieces[other] = pieces[other], pieces[one]
            new = replace(node, inputs=tuple(pieces), span=None)
            mistakes = ("wrong-operand", *ORDER)
            yield Repair(replaced(expr, part.path, new), 1.3, mistakes, node, new, part.path)


def _turned_signals(bench: Bench, expr: Expr) -> Iterator[Repair]:
    if not any(isinstance(part.node, Apply) and part.node.op == "correlate" for part in places(expr)):
        return
    for part in places(expr):
        value = bench.value(part.node)
        if value is not None and value.ndim == 1:
            new = _reversed(part.node)
            yield Repair(replaced(expr, part.path, new), 1.0, ("kernel-flip",), part.node, new, part.path)


def _reversed(node: Expr) -> Expr:
    back = (Slice(None, None, -1),)
    if isinstance(node, Apply) and node.op == "index" and node.option("index") == back:
        return node.inputs[0]
    return apply("index", node, index=back)


EDITS = (
    (reduced_otherwise, 0.9),
    (transposed, 1.0),
    (products, 1.0),
    (correlated, 1.0),
    (summed, 1.1),
    (rejoined, 1.3),
    (regrouped, 1.5),
)
