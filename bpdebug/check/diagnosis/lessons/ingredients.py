"""Mistakes of what stands in a line, told with the equations of the network: operands, paths, cost, penalty."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from bpdebug.check.diagnosis.lessons.lesson import Lesson, number, numbers, placed, short
from bpdebug.check.diagnosis.scope import Kind
from bpdebug.language.expression import Name, names
from bpdebug.program.work import listed


def wrong_operand(lesson: Lesson) -> str:
    """Another quantity than the other factor, or one that belongs to no factor at all."""
    gone, come = _exchanged(lesson)
    if gone and not come:
        way = f"{lesson.of} enters {lesson.used}, and nothing" if lesson.used else "nothing"
        between = f"between {lesson.of} and {lesson.cost} multiplies by it"
        return f"{listed(gone)} {'does' if len(gone) == 1 else 'do'} not belong into this line: {way} {between}."
    used = f"{lesson.of} enters {lesson.used}. " if lesson.used else ""
    return (
        f"{used}The gradient of one factor is made with the other factor, at its value of the forward pass"
        f"{_instead(lesson)}."
    )


def other_layer(lesson: Lesson) -> str:
    """The right kind of quantity from another layer."""
    used = f"{lesson.of} enters {lesson.used}, so its gradient" if lesson.used else f"The gradient of {lesson.of}"
    return f"This is the right kind of quantity from the wrong layer. {used} takes what stands there{_instead(lesson)}."


def other_time(lesson: Lesson) -> str:
    """The right kind of quantity from another time step."""
    used = f" {lesson.of} enters {lesson.used}." if lesson.used else ""
    return f"This is the right quantity from the wrong time step.{used} Each step has its own values{_instead(lesson)}."


def updated(lesson: Lesson) -> str:
    """A parameter after its update."""
    return (
        f"{lesson.cost} was computed with the parameters as they were before the update, and its gradient is made "
        f"with the same{_instead(lesson)}. The updated ones give the gradient of something else."
    )


def value_for_derivative(lesson: Lesson) -> str:
    """A value, not how it changes."""
    return (
        f"A value stands where its derivative belongs{_instead(lesson)}. A gradient asks how much {lesson.cost} "
        f"changes with {lesson.of}, not how large something is."
    )


def missing_factor(lesson: Lesson) -> str:
    """A factor of the chain is left out."""
    ways = [text for name in lesson.readers if (text := lesson.equation(name))]
    between = f" ({'; '.join(ways[:2])})" if ways else ""
    return (
        f"By the chain rule every operation between {lesson.of} and {lesson.cost} gives a factor{between}, times what "
        f"arrives from behind it. One of them is missing here{_added(lesson)}."
    )


def missing_path(lesson: Lesson) -> str:
    """One of several ways to the cost is left out."""
    readers = [name for name in lesson.readers if name != lesson.of]
    uses = f"{lesson.of} enters {listed(readers)}" if len(readers) > 1 else f"{lesson.of} is used more than once"
    return (
        f"{uses}. A change of it reaches {lesson.cost} in each of these ways, and the gradient is the sum over all of "
        f"them; one is left out{_added(lesson)}."
    )


def cost_derivative(lesson: Lesson) -> str:
    """The derivative of another cost."""
    cost = lesson.equation(lesson.cost)
    stated = f"The cost here is {cost}. " if cost else "This is the derivative of another cost than the one stated. "
    pair = _pair(lesson)
    return f"{stated}{pair}"


def _pair(lesson: Lesson) -> str:
    """When A - Y is right."""
    units = [u for u in lesson.bench.slopes.units if isinstance(u.out, Name) and lesson.cost in _ends(lesson, u.out.id)]
    own = f" The last activation is {units[0].function}." if units and units[0].function else ""
    return (
        "A - Y is the gradient by Z for two pairs only, sigmoid with binary cross-entropy and softmax with "
        f"cross-entropy: there the activation's slope cancels.{own}"
    )


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
        f"{_instead(lesson)}."
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
    """The penalty is differentiated wrongly."""
    start = "In a penalty's derivative every weight feels its own size only, with the factor that the square leaves"
    both = None if lesson.old is None or lesson.new is None else lesson.pair(lesson.old, lesson.new)
    if both is None:
        return f"{start}{_instead(lesson)}."
    index, first, second = both
    own, right = numbers(first, second)
    return f"{start}{_instead(lesson)}. At {list(index)} that is {right}, not {own}."


def missing_mask(lesson: Lesson) -> str:
    """A mask, or its scale, is left out."""
    used = f" in {lesson.used}" if lesson.used else ""
    gone = [n for n in names(lesson.repair.mended) if n not in names(lesson.bench.expr)]
    return (
        f"What the forward pass multiplied by{used}, the mask and its scale, the gradient is multiplied by too: units "
        f"that were dropped get none, those that stayed count for more.{f' Missing: {listed(gone)}.' if gone else ''}"
    )


def _instead(lesson: Lesson) -> str:
    """: w2, not grad_w2."""
    old, new = short(lesson.old), short(lesson.new)
    if not (old and new):
        gone, come = _exchanged(lesson)
        old, new = (each[0] if len(each) == 1 else "" for each in (gone, come))
    return f": {new}, not {old}" if old and new else ""


def _exchanged(lesson: Lesson) -> tuple[list[str], list[str]]:
    """The names that the mended line has no longer, and those that it has besides; counts apart."""
    before, after = names(lesson.bench.expr), names(lesson.repair.mended)
    kind = lesson.bench.scope.kind
    gone = [name for name in before if name not in after and kind(name) is not Kind.COUNT]
    return gone, [name for name in after if name not in before and kind(name) is not Kind.COUNT]


def _added(lesson: Lesson) -> str:
    """: what the mended line has more than the other."""
    new = "" if lesson.old is not None else short(lesson.new)
    if new:
        return f": {new}"
    more = [n for n in names(lesson.repair.mended) if n not in names(lesson.bench.expr)]
    gone = [n for n in more if lesson.bench.scope.kind(n) is not Kind.COUNT]
    return f": the one with {listed(gone)}" if gone else ""


INGREDIENTS: Mapping[str, Callable[[Lesson], str]] = {
    "wrong-operand": wrong_operand,
    "stale-layer-index": other_layer,
    "wrong-time-index": other_time,
    "uses-updated-parameter": updated,
    "value-vs-derivative": value_for_derivative,
    "missing-chain-factor": missing_factor,
    "missing-path": missing_path,
    "wrong-cost-derivative": cost_derivative,
    "differentiates-wrong-function": other_function,
    "missing-regularisation": missing_penalty,
    "wrong-regularisation": wrong_penalty,
    "missing-mask-or-scale": missing_mask,
}
