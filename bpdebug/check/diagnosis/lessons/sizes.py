"""Mistakes of number, sign, shape and order, told with the numbers and shapes of the network."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from bpdebug.check.diagnosis.graph import Kind
from bpdebug.check.diagnosis.lessons.lesson import Lesson, length_text, number, short
from bpdebug.check.diagnosis.lessons.slopes import passes
from bpdebug.language.expression import Apply, Expr, Name, Number, apply, names, walk
from bpdebug.ops.table import Shape
from bpdebug.program.work import listed


def missing_average(lesson: Lesson) -> str:
    """The 1/m is in neither of its two places, or an m takes it away."""
    m = lesson.m
    if lesson.old == Name(m) and lesson.new is None:
        return _times_the_count(lesson)
    start = f"{lesson.cost} averages over the {m} = {lesson.count} examples, so every gradient carries one 1/{m}. "
    if lesson.scaled:
        kept = listed(lesson.scaled)
        return start + f"{kept} {_is(lesson.scaled)} kept without it, so this line has to bring it."
    return start + "It may stand in dZ or in dW and db: in one of the two, not in neither."


def _times_the_count(lesson: Lesson) -> str:
    """A factor m that nothing asks for."""
    m = lesson.m
    return _once(lesson, m, f"no {m} belongs here", f"multiplying by {m} takes it away again")


def extra_average(lesson: Lesson) -> str:
    """The 1/m is there twice, or where the cost has none."""
    m = lesson.m
    return _once(lesson, f"1/{m}", f"it must not be divided by {m}", "here it is divided once more")


def _once(lesson: Lesson, factor: str, kept: str, brought: str) -> str:
    """Why a factor is too many: what follows where the gradient is kept without the 1/m, and where others bring it."""
    m, plain = lesson.m, _averaged(lesson)
    if not lesson.averages:
        never = f"{lesson.cost} adds the examples up and never divides by {m}"
        return f"{never}, so no {factor} belongs into its gradients."
    start = f"The average over {m} = {lesson.count} examples brings one 1/{m}, in one place of the chain. "
    if lesson.bench.scope.meaning.factors == (m,):
        return start + f"{lesson.bench.scope.claim.name} is kept without it already, so {kept}."
    if not plain:
        return start + f"{brought[0].upper()}{brought[1:]}."
    return start + f"{listed(plain)} {_has(plain)} it already; {brought}."


def _averaged(lesson: Lesson) -> list[str]:
    """The gradients in the line that have their 1/m."""
    read = (name for name in names(lesson.bench.expr) if name in lesson.bench.scope.meanings)
    return [name for name in read if name not in lesson.scaled]


def wrong_normaliser(lesson: Lesson) -> str:
    """Divided by another count than the cost is."""
    scope, repair = lesson.bench.scope, lesson.repair
    counts = [n for n in names(repair.mended) if scope.kind(n) is Kind.COUNT]
    own = [n for n in names(lesson.bench.expr) if scope.kind(n) is Kind.COUNT]
    wanted, wrong = ([f"{n} = {number(scope.program.constants[n])}" for n in each] for each in (counts, own))
    length = lesson.bench.value(repair.old) if isinstance(repair.old, Apply) else None
    if repair.old is not None and length is not None and not length.ndim:  # X.shape[0], m - 1
        told = f"{length_text(repair.old)} = {number(float(length))}"
        wrong = [told] if repair.new is not None else [*wrong, told]
    start = f"A gradient is divided by what {_divided(lesson, counts)} is divided by. "
    if wanted and wrong and wanted != wrong:
        return start + f"That is {listed(wanted)}; this line has {listed(wrong)}."
    return start + (f"That is {listed(wanted)}, which this line lacks." if wanted else "That is no count here.")


def _divided(lesson: Lesson, counts: Sequence[str]) -> str:
    """What is divided by a count: the cost, or what the forward pass makes an average of."""
    made = [name for name, expr in lesson.forward.items() if set(counts) & set(names(expr))]
    return lesson.cost if not made or lesson.cost in made else made[0]


def constant_factor(lesson: Lesson) -> str:
    """A number that no operation brings; in an update along a gradient, another rate than the others have."""
    scope = lesson.bench.scope
    if scope.meaning.updates and scope.meanings.keys() & names(lesson.bench.expr):
        return _another_rate(lesson)
    if lesson.squares():
        return (
            "The derivative of a square brings a 2, and a 1/2 before the square takes it away; count both where "
            f"{lesson.cost} is defined, once."
        )
    if lesson.used and any(isinstance(each, Number) for each in walk(lesson.forward[lesson.readers[0]])):
        return f"{lesson.of} enters {lesson.used}: a number there is a factor of the gradient too, once."
    return (
        f"Nothing on the way from {lesson.of} to {lesson.cost} brings a fixed number: no square is taken, whose "
        "derivative would bring a 2."
    )


def _another_rate(lesson: Lesson) -> str:
    """An update that does not go at the rate of the others."""
    usual, own = lesson.bench.scope.meaning.shown.partition("-")[2].strip(), short(lesson.old)
    instead = f", not of {own}" if own else ""
    return f"Most other updates go at one rate: for {lesson.of} that is a step of {usual}{instead}."


def sign_flipped(lesson: Lesson) -> str:
    """The line as a whole has the other sign, or the step of an update."""
    if lesson.bench.scope.meaning.updates:
        return f"The gradient says where {lesson.cost} grows; the update goes the other way, with a minus."
    if argument := _argument(lesson):
        return argument
    opposite = lesson.bench.ratios(lesson.bench.expr)
    whole = " Every entry of this line has the other sign." if opposite and np.allclose(opposite, -1) else ""
    if subtracted := _subtracted(lesson):
        return f"{lesson.of} enters {subtracted} with a minus, which its gradient has from there.{whole}"
    return (
        f"The gradient says where {lesson.cost} grows; the minus that goes downhill belongs into the update, "
        f"W = W - learning_rate * dW, once.{whole}"
    )


def _argument(lesson: Lesson) -> str:
    """A sign before the argument of a function: in an activation written out."""
    old, new = lesson.old, lesson.new
    if not (isinstance(old, Apply) and isinstance(new, Apply) and old.op == new.op) or len(old.inputs) != 1:
        return ""
    of = f"{passes(lesson.unit)} has" if lesson.unit is not None else "here stands"
    return f"The sign in {old.op} is the wrong one: {of} {short(new)} in it, not {short(old)}."


def _subtracted(lesson: Lesson) -> str:
    """The equation in which the quantity is subtracted."""
    for reader in lesson.readers:
        differences = (n for n in walk(lesson.forward[reader]) if isinstance(n, Apply) and n.op == "subtract")
        if any(each.inputs[1] == Name(lesson.of) for each in differences) and (text := lesson.equation(reader)):
            return text
    return ""


def sign_of_one_term(lesson: Lesson) -> str:
    """One summand has the other sign."""
    old = _term(lesson)
    swap = f"The term {short(old)} has the wrong sign. " if short(old) else "One term has the wrong sign. "
    read = set() if old is None else set(names(old))
    if read & lesson.bench.scope.penalties:
        return f"{swap}{lesson.cost} adds the penalty, and a gradient adds its derivative."
    differences = (each for each in walk(lesson.bench.expr) if isinstance(each, Apply) and each.op == "subtract")
    because = ", with the sign that it has in the cost"
    if any(each.inputs[0] == Number(1.0) for each in differences):
        because = ": what stands in a 1 - x gets a minus, by the chain rule"
    return f"{swap}Differentiate it by itself{because}."


def _term(lesson: Lesson) -> Expr | None:
    """The term whose sign is turned: of a sum its second one."""
    old, new = lesson.old, lesson.new
    if isinstance(old, Apply) and isinstance(new, Apply) and old.inputs == new.inputs and len(old.inputs) == 2:
        return old.inputs[1]
    return old if new is not None else None


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


def _is(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _has(names: Sequence[str]) -> str:
    return "has" if len(names) == 1 else "have"


SIZES: Mapping[str, Callable[[Lesson], str]] = {
    "missing-1/m": missing_average,
    "extra-1/m": extra_average,
    "wrong-normaliser": wrong_normaliser,
    "constant-factor": constant_factor,
    "sign-flipped": sign_flipped,
    "sign-of-one-term": sign_of_one_term,
    "transposed-operand": transposed,
    "operand-order": operand_order,
    "elementwise-vs-matrix": elementwise,
    "missing-sum": missing_sum,
    "wrong-reduction": wrong_reduction,
    "rows-columns-mixup": other_layout,
    "kernel-flip": kernel_flip,
    "shape-mismatch": shape_only,
}
