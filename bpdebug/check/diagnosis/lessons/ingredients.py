"""Mistakes of what stands in a line, told with the equations of the network: operands, paths, masks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bpdebug.check.diagnosis.bench import DIAGONAL, OTHERS
from bpdebug.check.diagnosis.edits.diagonal import normalised
from bpdebug.check.diagnosis.lessons.exchanged import added, exchanged, instead, turned_over
from bpdebug.check.diagnosis.lessons.lesson import Lesson
from bpdebug.check.diagnosis.lessons.slopes import passes, sloped
from bpdebug.check.diagnosis.lessons.words import operations, short
from bpdebug.check.diagnosis.trees import terms
from bpdebug.language.expression import Apply, Name, Number, names, walk
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
    if over := turned_over(lesson):
        return over
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
    if lesson.slopes is not None and lesson.unit is not None:
        passed = f"On its way back to {lesson.of} the gradient passes {passes(lesson.unit)}"
        return (
            f"This is the slope of another layer's activation. {passed}: it takes the slope of that{instead(lesson)}."
        )
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
    if lesson.slopes is not None and lesson.unit is not None:
        slope = f"its slope {sloped(lesson.unit)}, which says how fast it changes, and not by its value"
        return f"On its way back the gradient passes {passes(lesson.unit)} and is multiplied by {slope}."
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


def missing_mask(lesson: Lesson) -> str:
    """A mask, or its scale, is left out."""
    used = f" in {lesson.used}" if lesson.used else ""
    here = {write(each, "ascii") for each in walk(lesson.bench.expr)}
    leaves = [write(each, "ascii") for each in walk(lesson.repair.mended) if isinstance(each, (Name, Number))]
    gone = [each for each in dict.fromkeys(leaves) if each not in here]
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
    "missing-mask-or-scale": missing_mask,
}
