"""Mistakes of shape and order, told with the shapes of the network."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from bpdebug.check.diagnosis.lessons.lesson import Lesson
from bpdebug.check.diagnosis.lessons.words import short
from bpdebug.language.expression import Apply, Expr, Name, apply
from bpdebug.ops.table import Shape


def transposed(lesson: Lesson) -> str:
    """A transpose too many or too few."""
    return _shapes(lesson, f"A transpose is in the wrong place. {lesson.of} is {lesson.of_shape}, so is its gradient")


def operand_order(lesson: Lesson) -> str:
    """The factors of a product exchanged."""
    return _shapes(lesson, f"The factors of a matrix product cannot change places. {lesson.of} is {lesson.of_shape}")


def _shapes(lesson: Lesson, start: str) -> str:
    """Which product has the shapes, and which as written has not."""
    refused = f" As written, {lesson.refused} does not fit." if lesson.refused else ""
    return f"{start}{': ' + lesson.product if lesson.product else ''}.{refused}"


def elementwise(lesson: Lesson) -> str:
    """One kind of product for the other."""
    start = "* multiplies entry by entry; @ adds up over the axis that both have. "
    node = lesson.new
    if isinstance(node, Apply) and node.op == "multiply":
        return start + f"Here every entry has a factor of its own{_within(lesson)}, and nothing is added up."
    product = f": {lesson.product}" if lesson.product else ""
    own, other = lesson.summed(lesson.of), next(filter(None, map(lesson.summed, lesson.factors)), "")
    if own:
        return start + f"In {own}, each entry of {lesson.of} enters many sums, so its gradient is a sum too{product}."
    forward = f"{other} adds up on the way forward, so" if other else "Here"
    return start + f"{forward} sums are taken on the way back to {lesson.of}{product}."


def _within(lesson: Lesson) -> str:
    return f" in {lesson.used}" if lesson.used else ""


def missing_sum(lesson: Lesson) -> str:
    """What is used many times gets a gradient from each use."""
    shapes = lesson.bench.scope.program.shapes
    for reader in lesson.readers:
        wide = shapes[reader]
        axes = repeated(shapes[lesson.of], wide)
        if len(axes) == 1:
            axis, many = axes[0], int(wide[axes[0]])
            word = ("rows", "columns")[axis] if len(wide) == 2 else f"places along axis {axis}"
            each = ", one for each example," if _counts_examples(lesson, many) else ""
            return (
                f"{lesson.of} is {lesson.of_shape} and enters all {many} {word} of {reader}{each} so its gradient "
                f"adds up what comes back from all {many} of them: the sum over axis {axis}."
            )
    return f"{lesson.of} is {lesson.of_shape}{_one_each(lesson)}."


def _one_each(lesson: Lesson) -> str:
    """How many numbers the gradient has, and what they add up, where no axis tells it."""
    own, shapes = lesson.summed(lesson.of), lesson.bench.scope.program.shapes
    if own:
        return f", one number for each entry: in {own} it is a factor of a product, and so is its gradient"
    if any(repeated(shapes[lesson.of], shapes[reader]) for reader in lesson.readers):
        return " and is used many times; its gradient adds up what comes from each use"
    return ", and its gradient has one number for each entry"


def repeated(own: Shape, wide: Shape) -> list[int]:
    """The axes along which a smaller array was used again and again in a larger one."""
    offset = len(wide) - len(own)
    return [axis for axis in range(len(wide)) if wide[axis] > 1 and (axis < offset or own[axis - offset] == 1)]


def _counts_examples(lesson: Lesson, many: int) -> bool:
    return lesson.bench.scope.program.constants.get(lesson.m) == many


def wrong_reduction(lesson: Lesson) -> str:
    """Added up too much, or along another axis."""
    node = lesson.old
    if not (isinstance(node, Apply) and node.op in ("sum", "mean")):
        return missing_sum(lesson)
    inner = node.inputs[0]
    if lesson.new == apply(node.op, inner, **{**dict(node.options), "keepdims": True}):
        return (
            f"The {node.op} is the right one, but without keepdims=True its axis is gone: {lesson.of} is "
            f"{lesson.of_shape}, and {lesson.shape(node)} beside it is repeated along another axis."
        )
    if lesson.new in (inner, inner / Name(lesson.m)):
        part, over = short(inner) or "this part", lesson.product and _over_examples(lesson, inner)
        summed = f" {part} adds up over the examples already." if over else ""
        return (
            f"Nothing is to be added up here: {lesson.of} is {lesson.of_shape}, and each of its entries needs its "
            f"own number from {part} {lesson.shape(inner)}. "
            f"The {node.op} makes {_fewer(lesson)} out of all of them.{summed}"
        )
    divided = node.op == "mean" and not (isinstance(lesson.new, Apply) and lesson.new.op == "mean")
    return missing_sum(lesson) + (" A mean divides by their number as well." if divided else "")


def _fewer(lesson: Lesson) -> str:
    """What a reduction leaves."""
    value = None if lesson.old is None else lesson.bench.value(lesson.old)
    return "one number" if value is None or value.size == 1 else f"{value.size} numbers"


def _over_examples(lesson: Lesson, node: Expr) -> bool:
    """Whether an expression is a matrix product whose inner axis is that of the examples."""
    if not (isinstance(node, Apply) and node.op == "matmul"):
        return False
    left = lesson.bench.value(node.inputs[0])
    return left is not None and _counts_examples(lesson, left.shape[-1])


def other_layout(lesson: Lesson) -> str:
    """The line of the other orientation."""
    rows = lesson.bench.scope.program.orientation == "rows"
    here, there = ("rows", "columns") if rows else ("columns", "rows")
    start = f"This is the textbook's line for examples in {there}; here they are {here}, and"
    node = lesson.new
    if isinstance(node, Apply) and node.op in ("sum", "mean"):
        return f"{start} what comes from all examples is added up along axis {node.option('axis')}."
    return f"{start} the factors stand the other way round{': ' + lesson.product if lesson.product else ''}."


def kernel_flip(lesson: Lesson) -> str:
    """A filter read in the wrong direction."""
    return (
        "A filter slides over its input going forward. Its own gradient slides the incoming gradient over the same "
        "input in the same direction; only the gradient of the input reads the filter backwards."
    )


def shape_only(lesson: Lesson) -> str:
    """The shape is another, whatever the cause."""
    value = lesson.bench.value(lesson.bench.expr)
    found = "" if value is None else f"; this line gives {tuple(int(n) for n in np.shape(value))}"
    return f"A gradient has the shape of what it is the gradient of: {lesson.of} is {lesson.of_shape}{found}."


SIZES: Mapping[str, Callable[[Lesson], str]] = {
    "transposed-operand": transposed,
    "operand-order": operand_order,
    "elementwise-vs-matrix": elementwise,
    "missing-sum": missing_sum,
    "wrong-reduction": wrong_reduction,
    "rows-columns-mixup": other_layout,
    "kernel-flip": kernel_flip,
    "shape-mismatch": shape_only,
}
