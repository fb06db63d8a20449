"""Shapes before anything runs: what an expression will be, or where and why it cannot be."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from bpdebug.errors import BpdebugError, Span
from bpdebug.language.expression import Apply, Expr, Name, Number, Option, Slice, apply
from bpdebug.ops import OPS, write
from bpdebug.ops.shapes import show
from bpdebug.ops.table import Op, Outside, Shape, ShapeMismatch, Size


@dataclass(eq=False)
class ShapeError(BpdebugError):
    """An expression whose operands do not go together: the fact, the place in its text, the way out."""

    message: str
    span: Span | None = None
    hint: str = ""

    def __str__(self) -> str:
        return self.message + (f"\n{self.hint}" if self.hint else "")


class Known(Struct, frozen=True):
    """What is known of the quantities that expressions may read.

    `shapes` holds those of all names, `constants` the named numbers (a size among them may stand in an option),
    `data` the names of the inputs whose layout a person may have mixed up.
    """

    shapes: Mapping[str, Shape]
    constants: Mapping[str, float] = field(default_factory=dict)
    data: tuple[str, ...] = ()
    orientation: str = "columns"

    def shape(self, expr: Expr) -> Shape:
        """The shape of an expression; ShapeError where it has none."""
        if isinstance(expr, Number):
            return ()
        if isinstance(expr, Name):
            if expr.id not in self.shapes:
                raise ShapeError(f"{expr.id} is not defined", expr.span)
            return self.shapes[expr.id]
        assert isinstance(expr, Apply)
        return self.applied(expr, tuple(self.shape(each) for each in expr.inputs))[0]

    def applied(self, expr: Apply, given: tuple[Shape, ...]) -> tuple[Shape, Mapping[str, Any]]:
        """The shape of one operation on operands of these shapes, and its options made definite."""
        op = OPS.get(expr.op)
        if op is None:
            raise ShapeError(f"there is no operation {expr.op}", expr.span)
        try:
            options = op.resolve(*given, **{key: self.option(value) for key, value in expr.options})
            return tuple(op.shape(*given, **options)), options
        except ShapeMismatch as error:
            raise ShapeError(f"{write(expr, 'ascii')}: {error}", expr.span, self._way_out(op, expr, given)) from None
        except Outside as error:
            raise ShapeError(f"{write(expr, 'ascii')}: {error}", expr.span) from None

    def option(self, option: Option) -> Any:
        """An option with the sizes in it as numbers that know their names."""
        if isinstance(option, tuple):
            return tuple(self.option(each) for each in option)
        if isinstance(option, Slice) or not isinstance(option, Expr):
            return option
        return self._size(option)

    def _size(self, expr: Expr) -> float | int:
        if isinstance(expr, Number):
            return int(expr.value) if expr.value.is_integer() else expr.value
        if isinstance(expr, Name) and expr.id in self.constants:
            value = self.constants[expr.id]
            return Size(int(value), expr.id) if float(value).is_integer() else value
        if isinstance(expr, Apply) and expr.op == "size":
            size: int = self.applied(expr, (self.shape(expr.inputs[0]),))[1]["value"]
            return size
        if isinstance(expr, Apply) and expr.op in SIZES:
            values = [self._size(each) for each in expr.inputs]
            worked_out: float | int = SIZES[expr.op](*values)
            return worked_out
        raise ShapeError(
            f"expected a size here, which is known before the run; found {write(expr, 'ascii')}", expr.span
        )

    def _way_out(self, op: Op, expr: Apply, given: tuple[Shape, ...]) -> str:
        """What would make the operands of a product, or of an entrywise operation, go together."""
        ranks = {len(shape) for shape in given}
        stacks = op.name == "matmul" and min(ranks, default=0) > 1 and ranks != {2}
        if len(given) != 2 or not (stacks or (ranks == {2} and (op.elementwise or op.name == "matmul"))):
            return ""
        (left, right), (a, b) = expr.inputs, given
        turned = _turned(left, len(a)), _turned(right, len(b))
        across, down = (*a[:-2], a[-1], a[-2]), (*b[:-2], b[-1], b[-2])
        candidates = {(turned[0], right): (across, b), (left, turned[1]): (a, down)}
        if op.name == "matmul":
            candidates |= {(right, left): (b, a), turned: (across, down)}
        if stacks and isinstance(right, Apply) and right.op == "transpose":  # .T reverses all axes of a stack
            candidates[left, _turned(right.inputs[0], len(b))] = (a, (*b[:1:-1], b[0], b[1]))
        fitting = {pair: shapes for pair, shapes in candidates.items() if fits(op, shapes)}
        mixed = "" if stacks else self._mixed_up(expr, given, fitting)
        texts = [write(replace(expr, inputs=pair), "ascii") for pair in fitting]
        return mixed or (f"These would fit: {', '.join(texts)}." if texts else "")

    def _mixed_up(self, expr: Apply, given: tuple[Shape, ...], fitting: Collection[tuple[Expr, Expr]]) -> str:
        """Examples lie the other way round than the product needs: the commonest slip of all, told as what it is."""
        for place, each in enumerate(expr.inputs):
            turned = tuple(other.T if at == place else other for at, other in enumerate(expr.inputs))
            if expr.op != "matmul" or not isinstance(each, Name) or each.id not in self.data or turned not in fitting:
                continue
            has, needs = ("row", "column") if place == 1 else ("column", "row")
            way = f'set orientation = "{needs}s"'
            if self.orientation == f"{needs}s":
                way = f'set orientation = "{has}s" and write the product the other way round'
            return (
                f"{each.id} is {show(given[place])}: one example per {has}, but {write(expr, 'ascii')} needs one per "
                f"{needs}: {way}, or write {each.id}.T"
            )
        return ""


def fits(op: Op, shapes: tuple[Shape, ...]) -> bool:
    """Whether an operation takes operands of these shapes."""
    try:
        op.shape(*shapes, **op.resolve(*shapes))
    except (ShapeMismatch, Outside):
        return False
    return True


SIZES: Mapping[str, Any] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "negate": lambda a: -a,
}
"""The arithmetic that may stand where a size is expected."""


def outer_broadcast(expr: Expr, known: Known) -> Expr | None:
    """A column against a row in an entrywise operation, if there is one: every entry meets every other."""
    if not isinstance(expr, Apply):
        return None
    inner = next((found for each in expr.inputs if (found := outer_broadcast(each, known)) is not None), None)
    if inner is not None or not OPS[expr.op].elementwise:
        return inner
    shapes = [known.shape(each) for each in expr.inputs]
    matrices = [shape for shape in shapes if len(shape) == 2 and shape != (1, 1)]
    columns = [shape for shape in matrices if shape[1] == 1]
    rows = [shape for shape in matrices if shape[0] == 1]
    return expr if len(matrices) == 2 and columns and rows else None


def _turned(expr: Expr, rank: int) -> Expr:
    """The transpose, or that of every matrix of a stack; of a transpose what it is the transpose of."""
    turned = apply("transpose", expr) if rank == 2 else apply("swapaxes", expr, axis1=-2, axis2=-1)
    undone = isinstance(expr, Apply) and (expr.op, expr.options) == (turned.op, turned.options)
    return expr.inputs[0] if isinstance(expr, Apply) and undone else turned
