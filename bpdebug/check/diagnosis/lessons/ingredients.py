"""Mistakes of what stands in a line, told with the equations of the network: operands, paths, cost, penalty."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from bpdebug.check.diagnosis.bench import DIAGONAL, OTHERS
from bpdebug.check.diagnosis.edits.diagonal import normalised
from bpdebug.check.diagnosis.evaluator import ratio
from bpdebug.check.diagnosis.graph import Kind
from bpdebug.check.diagnosis.lessons.exchanged import added, exchanged, instead
from bpdebug.check.diagnosis.lessons.lesson import Lesson, number, numbers, operations, placed, short
from bpdebug.check.diagnosis.lessons.slopes import cancels, sloped
from bpdebug.check.diagnosis.slopes import Unit
from bpdebug.check.diagnosis.trees import terms
from bpdebug.language.expression import Apply, Expr, Name, names, walk
from bpdebug.ops import write
from bpdebug.program.work import listed

FACTORS = frozenset({"matmul", "multiply"})
"""The operations in which one factor's gradient is made with the other."""


def wrong_operand(lesson: Lesson) -> str:
    """Another quantity than the other factor, or one that belongs to no factor at all."""
    gone, come = exchanged(lesson)
    scope, old, new = lesson.bench.scope, lesson.old, lesson.new
    if isinstance(old, Name) and isinstance(new, Name) and not scope.known(old.id):
        return f"{old.id} is not defined; {new.id} is, and with it the line is right."
    if (
        isinstance(old, Apply)
        and isinstance(new, Apply)
        and old.inputs == new.inputs
        and new.op in ("multiply", "divide")
    ):
        verb, other = ("divided", "multiplied") if new.op == "divide" else ("multiplied", "divided")
        return f"{lesson.way}Here it is {verb} by {short(new.inputs[1]) or 'the second part'}, not {other}."
    if gone and not come and not _in_place(lesson):
        verb = "does" if len(gone) == 1 else "do"
        return f"{listed(gone)} {verb} not belong into this line: {_no_factor(lesson, gone)}."
    unit = next((each for each in lesson.bench.slopes.units if each.into == Name(lesson.of)), None)
    own = set() if unit is None else {*names(unit.into), *names(unit.out)}
    if unit is not None and lesson.used and not set(come) - own:
        return f"{lesson.of} enters {lesson.used}, whose slope is {sloped(unit)}{instead(lesson)}."
    behind = [name for name in come if name in scope.meanings and scope.meanings[name].of in lesson.readers]
    if behind:
        rule = f"Its gradient is made from the gradient of {listed([scope.meanings[name].of for name in behind])}"
    elif (operations(lesson.forward[lesson.met]) if lesson.met else scope.graph.uses.get(lesson.of, set())) & FACTORS:
        rule = "The gradient of one factor is made with the other factor, at its value of the forward pass"
    else:
        rule = "What stands in its gradient are derivatives at the values of the forward pass"
    return f"{lesson.way}{rule}{instead(lesson)}."


def along_its_own(lesson: Lesson) -> str:
    """The gradient along which a parameter moves."""
    own, read = lesson.gradient, names(lesson.repair.mended)
    gone = [name for name in names(lesson.bench.expr) if name not in read]
    if lesson.old == Name(lesson.of):
        gone = [lesson.of]
    along = f"{lesson.of} moves along its own gradient, {own}"
    stays = any(part.node == Name(lesson.of) and not part.negative for part in terms(lesson.bench.expr))
    if lesson.old is lesson.bench.expr and {lesson.of, own} <= {*names(lesson.old)} and not stays:
        return f"{along}: here the two have changed places. The parameter stays, a part of its gradient is subtracted."
    return f"{along}, not along {listed(gone)}." if gone else f"{along}: by the learning rate times it, no more."


def _in_place(lesson: Lesson) -> bool:
    """Whether something else belongs where the part at fault stands, and not nothing."""
    old, new = lesson.old, lesson.new
    return old is not None and new is not None and not set(names(new)) <= set(names(old))


def _no_factor(lesson: Lesson, gone: Sequence[str]) -> str:
    """Why a name is no factor of a gradient: nothing on the way multiplies by it."""
    way = f"{lesson.of} enters {lesson.used}, and" if lesson.used else ""
    graph = lesson.bench.scope.graph
    behind = [name for name in graph.equations if lesson.of in graph.ancestors[name]]
    met = [name for name in behind if set(gone) & set(graph.equations[name])]
    if not met:
        return f"{way} nothing between {lesson.of} and {lesson.cost} multiplies by it".strip()
    added = graph.uses.get(lesson.of, frozenset()) <= {"add", "subtract"}
    if added and set(met) <= set(lesson.readers):
        return f"{way} {lesson.of} is only added there".strip()
    return f"{way} its gradient has no such factor".strip()


def other_layer(lesson: Lesson) -> str:
    """The right kind of quantity from another layer."""
    start = f"This is the right kind of quantity from the wrong layer. {lesson.way}"
    return f"{start}The gradient of {lesson.of} takes what stands there{instead(lesson)}."


def other_time(lesson: Lesson) -> str:
    """The right kind of quantity from another time step."""
    start = f"This is the right quantity from the wrong time step. {lesson.way}"
    return f"{start}Each step has its own values{instead(lesson)}."


def updated(lesson: Lesson) -> str:
    """A parameter after its update."""
    return (
        f"{lesson.cost} was computed with the parameters as they were before the update, and its gradient is made "
        f"with the same{instead(lesson)}. The updated ones give the gradient of something else."
    )


def value_for_derivative(lesson: Lesson) -> str:
    """A value, not how it changes."""
    return (
        f"A value stands where its derivative belongs{instead(lesson)}. A gradient asks how much {lesson.cost} "
        f"changes with {lesson.of}, not how large something is."
    )


def missing_factor(lesson: Lesson) -> str:
    """A factor of the chain is left out."""
    ways = [text for name in lesson.readers if (text := lesson.equation(name))]
    between = f" ({'; '.join(ways[:2])})" if ways else ""
    return (
        f"By the chain rule every operation between {lesson.of} and {lesson.cost} gives a factor{between}, times what "
        f"arrives from behind it. One of them is missing here{added(lesson)}."
    )


def missing_path(lesson: Lesson) -> str:
    """One of several ways to the cost is left out."""
    if lesson.repair.why in (DIAGONAL, OTHERS):
        return _by_entry(lesson)
    return (
        f"{_uses(lesson)}. A change of it reaches {lesson.cost} in each of these ways, and the gradient is the sum "
        f"over all of them; {_left_out(lesson)}{added(lesson)}."
    )


def _by_entry(lesson: Lesson) -> str:
    """What a line has of a derivative that is a matrix, where every entry depends on many."""
    out = next(normalised(lesson.bench))
    graph, shapes = lesson.bench.scope.graph, lesson.bench.scope.program.shapes
    between = [n for n in graph.equations if n in graph.ancestors[out] and lesson.of in graph.ancestors[n]]
    shared = [name for name in between if shapes[name] != shapes[lesson.of]]
    through = f", through {listed(shared)}" if shared else ""
    own, others = f"to its own entry of {out}", f"to the other entries of {out}"
    has, lacks = f"what an entry of {lesson.of} does {others}", f"the diagonal, what it does {own},"
    if lesson.repair.why == DIAGONAL:
        has, lacks = f"the diagonal, what an entry of {lesson.of} does {own}", f"what it does {others}"
    start = f"Every entry of {out} depends on many entries of {lesson.of}{through}, so its derivative is a matrix"
    return f"{start}. Of that this line has only {has}; {lacks} is left out."


def _left_out(lesson: Lesson) -> str:
    """How many of the ways are left out."""
    count = len(terms(lesson.new)) if lesson.old is None and lesson.new is not None else 1
    return "one is left out" if count == 1 else f"{count} are left out"


def _uses(lesson: Lesson) -> str:
    """What the quantity enters; or where the ways part, when it enters one thing alone."""
    graph, told, name = lesson.bench.scope.graph, list[str](), lesson.of
    while len(readers := [each for each in graph.readers.get(name, ()) if each != name]) == 1:
        (reader,) = readers
        text = lesson.equation(reader) or reader
        if sum(each == Name(name) for each in walk(lesson.forward[reader])) > 1:
            return ", ".join([*told, f"{name} is used more than once in {text}"])
        told.append(f"{name} enters {reader} alone")
        name = reader
    if not readers:
        return f"{lesson.of} reaches {lesson.cost} in more than one way"
    way = told if len(told) < 3 else [f"{lesson.of} enters {name} in the end"]
    return ", and ".join([*way, f"{name} enters {listed(readers)}"])


def cost_derivative(lesson: Lesson) -> str:
    """The derivative of another cost, or of a part of this one."""
    cost = lesson.equation(lesson.cost)
    stated = f"The cost here is {cost}. " if cost else ""
    return f"{stated}{_difference(lesson) or _of_terms(lesson)}"


def _of_terms(lesson: Lesson) -> str:
    """What a line that is no difference of output and label has of the cost's derivative."""
    cost, of = lesson.cost, lesson.of
    mistakes = lesson.repair.mistakes
    if "missing-path" in mistakes:
        return f"{of} stands in more than one term of it, and each gives a derivative; one is left out{added(lesson)}."
    if "value-vs-derivative" in mistakes:
        rule = " The derivative of log(x) is 1 / x." if "log" in operations(lesson.bench.expr) else ""
        asks = f"A gradient asks how much {cost} changes with {of}, not how large it is."
        return f"This line has a value of {cost} where its derivative by {of} belongs{instead(lesson)}.{rule} {asks}"
    return f"This is not its derivative by {of}, taken term by term{instead(lesson)}."


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


def missing_mask(lesson: Lesson) -> str:
    """A mask, or its scale, is left out."""
    used = f" in {lesson.used}" if lesson.used else ""
    gone = [n for n in names(lesson.repair.mended) if n not in names(lesson.bench.expr)]
    return (
        f"What the forward pass multiplied by{used}, the mask and its scale, the gradient is multiplied by too: units "
        f"that were dropped get none, those that stayed count for more.{f' Missing: {listed(gone)}.' if gone else ''}"
    )


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
