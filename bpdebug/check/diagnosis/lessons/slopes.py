"""Mistakes with the slope of an activation, told with its two values at one entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from bpdebug.check.diagnosis.bench import SEVERAL
from bpdebug.check.diagnosis.edits.conditions import STRICT
from bpdebug.check.diagnosis.graph import Kind
from bpdebug.check.diagnosis.lessons.lesson import Lesson
from bpdebug.check.diagnosis.lessons.words import number, numbers, placed, short
from bpdebug.check.diagnosis.slopes import Unit
from bpdebug.check.diagnosis.trees import factors
from bpdebug.language.expression import Apply, Name, names, walk
from bpdebug.ops import write
from bpdebug.program.work import listed

RULES = {
    "sigmoid": "sigmoid'(z) is a * (1 - a) with a = sigmoid(z): the formula in a takes a, sigmoid' itself takes z.",
    "tanh": "tanh'(z) is 1 - a**2 with a = tanh(z): the formula in a takes a, tanh' itself takes z.",
    "relu": "relu'(z) is 1 where z > 0, and so where a = relu(z) > 0.",
}


def missing(lesson: Lesson) -> str:
    """The slope of an activation is left out."""
    unit = _passed(lesson)
    if unit is None:
        return "On its way back the gradient passes an activation and is multiplied by its slope, entry by entry."
    return (
        f"On its way back the gradient passes {passes(unit)} and is multiplied by its slope, "
        f"{write(unit.slope, 'ascii')}, entry by entry{_there(lesson, unit)}.{_alone(lesson, unit)}"
    )


def _alone(lesson: Lesson, unit: Unit) -> str:
    """When the plain difference is all there is to the first gradient."""
    compared = [each for each in lesson.bench.scope.compared if set(names(unit.out)) & each]
    if unit.function not in ("sigmoid", "softmax") or not compared or lesson.bench.scope.enters_cost:
        return ""
    read = {each for each in names(lesson.bench.expr) if lesson.bench.scope.kind(each) is Kind.LABEL}
    out = write(unit.out, "ascii")
    return f" {out} - {min(read)} alone is right only where the cost is the cross-entropy of {out}." if read else ""


def _there(lesson: Lesson, unit: Unit) -> str:
    """What the slope is at the entry where leaving it out shows most."""
    both, value = lesson.own, lesson.bench.value(unit.slope)
    if both is None or value is None or value.shape != lesson.bench.target.shape or not np.ptp(value) > 0:
        return ""
    return f"; at {list(both[0])} it is {number(float(value[both[0]]))}"


def _passed(lesson: Lesson) -> Unit | None:
    """The activation whose slope the repair brings in."""
    text = write(lesson.repair.mended if lesson.new is None else lesson.new, "ascii")
    before = write(lesson.bench.expr, "ascii") if lesson.new is None else ""
    slopes = ((unit, write(unit.slope, "ascii")) for unit in lesson.bench.slopes.units)
    return next((unit for unit, slope in slopes if slope in text and slope not in before), lesson.unit)


def extra(lesson: Lesson) -> str:
    """A slope that has cancelled, or belongs to no activation on the way."""
    unit = next((each for each in lesson.bench.slopes.units if cancels(lesson, each)), None)
    if unit is not None and not _behind(lesson, unit):
        out = write(unit.out, "ascii")
        why = (
            f": {lesson.cost}'s derivative by {out} divides by {out} * (1 - {out}), the slope multiplies by it"
            if unit.function == "sigmoid"
            else ""
        )
        under = "its cross-entropy" if unit.function in ("sigmoid", "softmax") else lesson.cost
        called = unit.function or lesson.equation(out) or out
        return (
            f"For {called} under {under} this slope has cancelled already{why}. What is left is "
            "the plain difference of output and label."
        )
    read = [each.id for each in walk(lesson.bench.expr) if isinstance(each, Name)]
    behind = next((name for name in read if name in lesson.bench.scope.meanings), "")
    many = "These slopes are" if lesson.repair.why == SEVERAL else "This slope is one"
    if behind:
        return f"{many} too many: no activation stands between {lesson.of} and {behind}."
    passed = [passes(each) for each in lesson.bench.slopes.units if _between(lesson, each)]
    stand = f"stands {passed[0]} alone" if len(passed) == 1 else f"stand {listed(passed)}"
    between = f"between {lesson.of} and {lesson.cost}"
    return f"{many} too many: {between} {stand if passed else 'stands no activation'}."


def _between(lesson: Lesson, unit: Unit) -> bool:
    """Whether an activation is passed on the way from the quantity to the cost."""
    if not isinstance(unit.out, Name):
        return False
    ancestors = lesson.bench.scope.graph.ancestors
    on_way = unit.out.id in ancestors.get(lesson.cost, ()) and unit.out.id in lesson.forward
    return on_way and lesson.of in ancestors.get(unit.out.id, ())


def cancels(lesson: Lesson, unit: Unit) -> bool:
    """Whether the gradient by the activation's input is output less label, but for a number."""
    scope, draws = lesson.bench.scope, lesson.bench.draws
    if not isinstance(unit.into, Name) or unit.into.id not in draws[0].given:
        return False
    true = [draw.derivatives.of(unit.into.id) for draw in draws]
    labels = [name for name in scope.quantities if scope.kind(name) is Kind.LABEL]
    found = (lesson.bench.ratios(unit.out - Name(label), true) for label in labels)
    return any(bool(ratios) and np.allclose(ratios, ratios[0]) for ratios in found)


def _behind(lesson: Lesson, unit: Unit) -> bool:
    """Whether the line begins behind the activation, at a gradient that has passed it."""
    into = lesson.bench.scope.graph.ancestors.get(unit.into.id, ()) if isinstance(unit.into, Name) else ()
    return lesson.of in into and any(name in lesson.bench.scope.meanings for name in names(lesson.bench.expr))


def wrong_point(lesson: Lesson) -> str:
    """The right slope at the wrong argument."""
    name = lesson.unit.function if lesson.unit is not None and lesson.unit.function else "an activation"
    rule = RULES.get(name, "A slope formula in z takes z, one in a = f(z) takes a.")
    return f"The slope of {name} is taken at the wrong place. {rule} {_compared(lesson)}".strip()


def wrong_slope(lesson: Lesson) -> str:
    """The slope of another function."""
    unit = lesson.unit
    of = passes(unit) if unit is not None else "the activation that was used going forward"
    if unit is not None and _has_slope(lesson, unit):
        argument = f"the chain rule goes on to its argument, {write(unit.into, 'ascii')}"
        return f"The slope of {of} is there, {sloped(unit)}, but {argument}: what that brings is missing or wrong here."
    return f"This is not the slope of {of}. {_bound(lesson)}{_compared(lesson) or _slope(unit)}".strip()


def _bound(lesson: Lesson) -> str:
    """Why a condition on what an activation gives must not hold of 0 itself: A1 >= 0 for A1 > 0."""
    old, new, unit = lesson.repair.old, lesson.repair.new, lesson.unit
    if not isinstance(old, Apply) or not isinstance(new, Apply) or old.inputs != new.inputs or unit is None:
        return ""
    if STRICT.get(old.op) != new.op or unit.out not in old.inputs:
        return ""
    return f"Where it stops what arrives it gives 0 itself, and {write(old, 'ascii')} holds of 0 too. "


def _has_slope(lesson: Lesson, unit: Unit) -> bool:
    """Whether a line has the slope of an activation whose argument is worked out where it is passed."""
    inner = isinstance(unit.into, Apply) and lesson.of in names(unit.into)
    return inner and {each.node for each in factors(unit.slope)} <= {*walk(lesson.bench.expr)}


def _slope(unit: Unit | None) -> str:
    """Its slope is 1 - A1 ** 2."""
    return "" if unit is None else f"Its slope is {sloped(unit)}."


def sloped(unit: Unit) -> str:
    """The slope of an activation in words: 1 - A1 ** 2, or 1 where Z1 > 0 and 0 elsewhere."""
    slope, written = unit.slope, write(unit.slope, "ascii")
    compared = isinstance(slope, Apply) and slope.op in ("greater", "greater_equal")
    return f"1 where {written}, and 0 elsewhere" if compared else written


def _compared(lesson: Lesson) -> str:
    """The slope's two values at one entry."""
    both = lesson.slopes
    pair = None if both is None else lesson.pair(*both)
    if both is None or pair is None:
        return ""
    index, first, second = pair
    own, right = numbers(first, second)
    old, new = short(both[0]), short(both[1])
    at = f" at {list(index)}" if index else ""
    around = _point(lesson, index)
    return f"{around}{new or 'the right slope'} is {right}{at}, {old or 'the one here'} is {own}."


def _point(lesson: Lesson, index: tuple[int, ...]) -> str:
    """Where z and a = f(z) are at an entry."""
    unit = lesson.unit
    if unit is None:
        return ""
    told = [(write(each, "ascii"), lesson.entry(each, index)) for each in (unit.into, unit.out)]
    if any(value is None or len(name) > 20 for name, value in told):
        return ""
    (z, first), (a, second) = told
    assert first is not None
    assert second is not None
    z = z if isinstance(unit.into, Name) or not index else f"({z})"
    return f"With {placed(z, index)} = {number(first)} and {placed(a, index)} = {number(second)}, "


def softmax(lesson: Lesson) -> str:
    """Only the diagonal of a Jacobian."""
    unit = next((u for u in lesson.bench.slopes.units if u.axis is not None), None)
    value = None if unit is None else lesson.bench.value(unit.out)
    size = "" if unit is None or unit.axis is None or value is None else f" of {value.shape[unit.axis]}"
    out = "out" if unit is None else write(unit.out, "ascii")
    if unit is not None and unit.function == "log_softmax":
        return (
            f"Every output of log_softmax depends on every score{size}, so its derivative is a matrix. "
            f"1 - exp({out}) is only the diagonal of that matrix; the rest is the sum that the mended line subtracts."
        )
    return (
        f"Every output of softmax depends on every score{size}, so its derivative is a matrix for each example: "
        f"raising one score lowers the other outputs. {out} * (1 - {out}) is only the diagonal of that matrix; the "
        "rest is the sum that the mended line subtracts."
    )


def passes(unit: Unit) -> str:
    """A1 = tanh(Z1)."""
    out, into = write(unit.out, "ascii"), write(unit.into, "ascii")
    return f"{out} = {unit.function or 'f'}({into})" if len(into) < 30 else out


SLOPES: Mapping[str, Callable[[Lesson], str]] = {
    "missing-activation-derivative": missing,
    "extra-activation-derivative": extra,
    "activation-derivative-at-wrong-point": wrong_point,
    "wrong-activation-derivative": wrong_slope,
    "softmax-as-elementwise": softmax,
}
