"""Mistakes of number and sign, told with the numbers of the network."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from bpdebug.check.diagnosis.graph import Kind
from bpdebug.check.diagnosis.lessons.lesson import Lesson
from bpdebug.check.diagnosis.lessons.slopes import passes
from bpdebug.check.diagnosis.lessons.words import length_text, number, short
from bpdebug.check.diagnosis.trees import terms
from bpdebug.language.expression import Apply, Expr, Name, Number, names, walk
from bpdebug.ops import write
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
    own = [n for n in own if n not in counts] or own
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
    made = made or [name for name, expr in lesson.forward.items() if _averages(lesson, expr, counts)]
    return lesson.cost if not made or lesson.cost in made else made[0]


def _averages(lesson: Lesson, expr: Expr, counts: Sequence[str]) -> bool:
    """Whether an equation takes a mean of so many numbers as a count says."""
    lengths = {float(lesson.bench.scope.program.constants[each]) for each in counts}
    means = (each for each in walk(expr) if isinstance(each, Apply) and each.op == "mean")
    pairs = ((lesson.bench.value(each.inputs[0]), lesson.bench.value(each)) for each in means)
    return any(whole is not None and mean is not None and whole.size / mean.size in lengths for whole, mean in pairs)


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
    if leading := _leading(lesson):
        return f"{leading}, and its derivative keeps that minus.{whole}"
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
    differences = (each for each in walk(old) if isinstance(each, Apply) and each.op == "subtract") if old else ()
    inner = any(each.inputs[0] == Number(1.0) and lesson.of in names(each.inputs[1]) for each in differences)
    because = ": what stands in a 1 - x gets a minus, by the chain rule" if inner else _as_in_the_cost(lesson)
    return f"{swap}Differentiate it by itself{because}."


def _as_in_the_cost(lesson: Lesson) -> str:
    """Where the sign of a term comes from that has no minus of its own inside."""
    leading = _leading(lesson)
    return f": {leading}, and it keeps that" if leading else ", with the sign that it has in the cost"


def _leading(lesson: Lesson) -> str:
    """That the cost begins with a minus, where the line is its derivative."""
    cost = lesson.forward[lesson.cost]
    begins = write(cost, "ascii").startswith("-") and len(terms(cost)) == 1
    text = lesson.equation(lesson.cost) or lesson.cost
    return f"{text} begins with a minus" if begins and lesson.of in names(cost) else ""


def _term(lesson: Lesson) -> Expr | None:
    """The term whose sign is turned: of a sum its second one."""
    old, new = lesson.old, lesson.new
    if isinstance(old, Apply) and isinstance(new, Apply) and old.inputs == new.inputs and len(old.inputs) == 2:
        return old.inputs[1]
    return old if new is not None else None


def _is(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _has(names: Sequence[str]) -> str:
    return "has" if len(names) == 1 else "have"


COUNTS: Mapping[str, Callable[[Lesson], str]] = {
    "missing-1/m": missing_average,
    "extra-1/m": extra_average,
    "wrong-normaliser": wrong_normaliser,
    "constant-factor": constant_factor,
    "sign-flipped": sign_flipped,
    "sign-of-one-term": sign_of_one_term,
}
