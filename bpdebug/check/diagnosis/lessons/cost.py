"""Mistakes at the cost: its derivative, its penalty, or that of something else, told with its formula."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from bpdebug.check.diagnosis.evaluator import ratio
from bpdebug.check.diagnosis.graph import Kind
from bpdebug.check.diagnosis.lessons.exchanged import added, instead, turned_over
from bpdebug.check.diagnosis.lessons.lesson import Lesson
from bpdebug.check.diagnosis.lessons.slopes import cancels
from bpdebug.check.diagnosis.lessons.words import number, numbers, operations, placed, short
from bpdebug.check.diagnosis.slopes import Unit
from bpdebug.check.diagnosis.trees import terms
from bpdebug.language.expression import Apply, Expr, Name, names, walk
from bpdebug.ops import write


def cost_derivative(lesson: Lesson) -> str:
    """The derivative of another cost, or of a part of this one."""
    cost = lesson.equation(lesson.cost)
    stated = f"The cost here is {cost}. " if cost else ""
    return f"{stated}{_difference(lesson) or _of_terms(lesson)}"


def _of_terms(lesson: Lesson) -> str:
    """What a line that is no difference of output and label has of the cost's derivative."""
    cost, of = lesson.cost, lesson.of
    mistakes = lesson.repair.mistakes
    if over := turned_over(lesson):
        return over
    if "missing-path" in mistakes:
        return f"{of} stands in more than one term of it, and each gives a derivative; one is left out{added(lesson)}."
    if "value-vs-derivative" in mistakes and _is_value(lesson):
        rule = " The derivative of log(x) is 1 / x." if "log" in operations(lesson.bench.expr) else ""
        asks = f"A gradient asks how much {cost} changes with {of}, not how large it is."
        return f"This line has a value of {cost} where its derivative by {of} belongs{instead(lesson)}.{rule} {asks}"
    return f"This is not its derivative by {of}, taken term by term{instead(lesson)}."


def _is_value(lesson: Lesson) -> bool:
    """Whether a term of the line is a part of the cost as it stands there."""
    of_cost = {node for expr in lesson.costs for node in walk(expr) if isinstance(node, Apply)}
    return any(part.node in of_cost and lesson.of in names(part.node) for part in terms(lesson.bench.expr))


def _difference(lesson: Lesson) -> str:
    """When the plain difference of output and label is right, where the line has it."""
    found = _compares(lesson)
    if found is None:
        return ""
    unit, label = found
    difference, name = write(unit.out - label, "ascii"), unit.function or "the activation"
    into = write(unit.into, "ascii")
    if cancels(lesson, unit):
        because = f"{difference} is the gradient by {into}, where the slope of {name} has cancelled"
        if lesson.of in names(unit.out):
            alone = f"the gradient by {lesson.of} itself is the derivative of {lesson.cost} alone, before that slope"
            return f"{_squared(lesson, unit.out - label)}{because} already; {alone}."
        if unit.into == Name(lesson.of):
            return f"{because} already, and nothing else is done to it{instead(lesson)}."
        return f"{because}; what stands here is another thing{instead(lesson)}."
    pairs = "sigmoid with binary cross-entropy and softmax with cross-entropy"
    here = f" The last activation is {unit.function}." if unit.function else ""
    return (
        f"{difference} is the gradient by {into} for two pairs only, {pairs}: there the activation's slope "
        f"cancels.{here}"
    )


def _squared(lesson: Lesson, difference: Expr) -> str:
    """That a multiple of the difference is the derivative of another cost."""
    value, own = lesson.bench.value(difference), lesson.bench.value(lesson.bench.expr)
    by = None if own is None or value is None else ratio(own, value)
    text = short(lesson.bench.expr)
    multiple = by is not None and abs(abs(by) - 1) > 1e-9
    return f"{text} is the derivative of a squared error. " if multiple and text else ""


def _compares(lesson: Lesson) -> tuple[Unit, Name] | None:
    """The last activation and the label, where the line takes their difference."""
    kind = lesson.bench.scope.kind
    units = {u.out: u for u in lesson.bench.slopes.units if lesson.cost in _ends(lesson, getattr(u.out, "id", ""))}
    for node in walk(lesson.bench.expr):
        if isinstance(node, Apply) and node.op == "subtract":
            for out, label in (node.inputs, node.inputs[::-1]):
                if out in units and isinstance(label, Name) and kind(label.id) is Kind.LABEL:
                    return units[out], label
    return None


def _ends(lesson: Lesson, name: str) -> tuple[str, ...]:
    """What a quantity enters, through single numbers up to the cost."""
    graph, shapes = lesson.bench.scope.graph, lesson.bench.scope.program.shapes
    found = list(graph.readers.get(name, ()))
    for each in found:
        if shapes[each] == () and each != lesson.cost:
            found += [more for more in graph.readers.get(each, ()) if more not in found]
    return tuple(found)


def other_function(lesson: Lesson) -> str:
    """The derivative of something else than the cost."""
    cost = lesson.equation(lesson.cost)
    stated = f", {cost}," if cost else ""
    return (
        f"This is the derivative of something else than {lesson.cost}. What training makes small is {lesson.cost}"
        f"{stated} and a gradient by {lesson.of} says how fast that one number changes with {lesson.of}"
        f"{instead(lesson)}."
    )


def missing_penalty(lesson: Lesson) -> str:
    """The penalty is left out."""
    new = short(lesson.new)
    start = f"{lesson.cost} has a penalty on {lesson.of}, and its derivative belongs into this line too"
    return f"{start}: {new}{_at(lesson)}." if new else f"{start}."


def _at(lesson: Lesson) -> str:
    """The number of what is added, at the largest entry of it."""
    value = None if lesson.new is None else lesson.bench.value(lesson.new)
    if value is None or not value.size or lesson.old is not None:
        return ""
    index = tuple(int(i) for i in np.unravel_index(int(np.argmax(np.abs(value))), value.shape))
    return f", which is {number(float(value[index]))} at {placed(lesson.of, index)}"


def wrong_penalty(lesson: Lesson) -> str:
    """The penalty is differentiated wrongly, or the cost has none, or an update takes it off once more."""
    if lesson.bench.scope.meaning.updates and lesson.bench.scope.penalties:
        return _wrong_decay(lesson)
    if lesson.old is not None and lesson.new is None:
        cost = lesson.equation(lesson.cost) or lesson.cost
        if lesson.of not in names(lesson.old):
            return f"The penalty in {cost} knows no {short(lesson.old)}, and neither does its derivative."
        return (
            f"{short(lesson.old) or 'One term'} is the derivative of a penalty on {lesson.of}, and {cost} adds none: "
            "what is not in the cost is not in its gradient."
        )
    start = "In a penalty's derivative every weight feels its own size only, with the factor that the square leaves"
    both = None if lesson.old is None or lesson.new is None else lesson.pair(lesson.old, lesson.new)
    if both is None:
        return f"{start}{instead(lesson)}."
    index, first, second = both
    own, right = numbers(first, second)
    return f"{start}{instead(lesson)}. At {list(index)} that is {right}, not {own}."


def _wrong_decay(lesson: Lesson) -> str:
    """What an update takes off a parameter beside its gradient."""
    of, old, new = lesson.of, short(lesson.old), short(lesson.new)
    if lesson.new is None or lesson.new == Name(of):
        held = f"{lesson.gradient} holds the derivative of the penalty on {of} already"
        return f"{held}: with {old or 'this term'} the update takes a part of {of} off once more."
    start = f"What this update takes off {of} for the penalty, which {lesson.gradient} leaves out, is its derivative"
    return f"{start}: {new}, not {old}." if old and new else f"{start}, no more and no less."


OF_COST: Mapping[str, Callable[[Lesson], str]] = {
    "wrong-cost-derivative": cost_derivative,
    "differentiates-wrong-function": other_function,
    "missing-regularisation": missing_penalty,
    "wrong-regularisation": wrong_penalty,
}
