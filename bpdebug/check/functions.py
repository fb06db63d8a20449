"""A hand-written gradient of a NumPy function, held against slopes of the function itself.

A slope is a complex step where the function takes one: it has to give the same value on complex numbers, and slopes
that agree with real evaluations along random directions. Otherwise it is found by Ridders' method, which estimates its
own error. How far rounding may part the two numbers is found from evaluations too: from what the function does around.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from msgspec.structs import replace

from bpdebug.check.arguments import ArgumentError, Arguments, kind
from bpdebug.check.evaluation import WRITING, Function
from bpdebug.check.judging import MANY, Judge
from bpdebug.check.narrowing import Narrowing
from bpdebug.check.report import ArgumentCheck, Report
from bpdebug.check.surroundings import Surroundings
from bpdebug.check.verdict import Verdict
from bpdebug.ops.table import Array

COMPLEX, RIDDERS = "complex step", "Ridders' method"
EVALUATIONS = 8_192
BESIDE = "x is on a kink. A little off it, where there is no choice, the gradient is wrong: these are the numbers there"
ROOM = "x is on a kink, where more than one number is right. Given as a function, the gradient is tried off it too"
RIDDERS_COST = 20
"""Evaluations that a slope by Ridders' method takes, or a little more."""


def check_gradient(
    f: Callable[..., Any],
    x: Any,
    grad: Any,
    *,
    entries: bool | None = None,
    evaluations: int = EVALUATIONS,
    seed: int = 0,
) -> Report:
    """Whether `grad` is the gradient of `f` at `x`, entry by entry.

    `x` is an array, a tuple or list of arrays (then f(*x) is called), or a dict of arrays (f(x)); all float64, or
    whole numbers, which become float64. `f` gives one number. `grad` has the structure of `x`, or is a function that is
    called like `f` and gives it. Where a look at every entry would take more than so many `evaluations` of f, random
    directions tell first whether anything is wrong, and halving then where; `entries` = True looks at all the same,
    False never before that. The arrays that f and grad are given cannot be written to.
    """
    _refuse_settings(f, entries, evaluations, seed)
    arguments = Arguments.of(f, x)
    given = None if callable(grad) else arguments.gradient(grad)
    function = Function(f, arguments)
    around = Surroundings(function, _again(grad, arguments), np.random.default_rng(seed))
    if given is None:
        given = arguments.gradient(_called(grad, arguments, arguments.vector.copy()))
    judge = Judge(function, given, around)
    report = _report(judge, entries, evaluations)
    if not judge.kinked or report.wrong:
        return report
    beside = tuple(_beside(judge))
    if not beside:
        return replace(report, note=" ".join(filter(None, (report.note, ROOM)))) if report.ok else report
    for each in beside:
        found = _report(each, entries if arguments.vector.size <= MANY else False, evaluations)
        if found.wrong:
            return replace(found, note=BESIDE)
    return replace(report, evaluations=function.evaluations)


def _report(judge: Judge, entries: bool | None, evaluations: int) -> Report:
    """The check of one gradient at one point.

    Among many entries at kinks random directions are cheaper, but they do not tell of every choice.
    """
    judge.choose()
    count = len(judge.analytic)
    if entries is not None:
        return _entry_by_entry(judge) if entries else _by_direction(judge, evaluations)
    if count * (1 if judge.complex_step else RIDDERS_COST) > evaluations:
        return _by_direction(judge, evaluations)
    if judge.kinked and count * RIDDERS_COST > evaluations:
        report = _by_direction(judge, evaluations)
        if report.ok or report.wrong:
            return report
    return _entry_by_entry(judge)


def _entry_by_entry(judge: Judge) -> Report:
    found = judge.judge(np.arange(len(judge.analytic)))
    open_ = np.isin(found.verdicts, (Verdict.KINK, Verdict.CANNOT_TELL))
    proof = Narrowing(judge, 0)
    if judge.kinked and np.any(open_) and not np.any(found.verdicts == Verdict.WRONG) and proof.proves():
        found = replace(found, verdicts=np.where(open_, np.int8(Verdict.KINK), found.verdicts))
        return replace(_told(judge, found.checks(judge.function.arguments)), note=proof.note)
    return _told(judge, judge.together(found).checks(judge.function.arguments))


def _by_direction(judge: Judge, evaluations: int) -> Report:
    narrowing = Narrowing(judge, judge.function.evaluations + evaluations)
    return replace(_told(judge, narrowing.run()), note=narrowing.note, by_direction=True)


def _told(judge: Judge, checks: tuple[ArgumentCheck, ...]) -> Report:
    method = COMPLEX if judge.complex_step else RIDDERS
    return Report(checks, method, judge.reason, by_direction=False, evaluations=judge.function.evaluations)


def _beside(judge: Judge) -> Iterator[Judge]:
    """The same function and gradient a little off a kink, to both sides: there every choice at the kink is made.

    Not where that tells nothing: the function has no value there, or its gradient stays what it is, as arrays do that
    were computed before.
    """
    around, again = judge.around, judge.around.again
    if again is None:
        return
    for point in (around.beside, 2 * judge.function.base - around.beside):
        moved = judge.function.moved_to(point)
        given = again(point)
        if np.isfinite(moved.value) and not np.array_equal(given, judge.analytic, equal_nan=True):
            yield Judge(moved, given, Surroundings(moved, again, around.random))


def _refuse_settings(f: Any, entries: Any, evaluations: Any, seed: Any) -> None:
    """Settings that mean nothing."""
    if not callable(f):
        raise ArgumentError(f"f is {kind(f)}; expected the function itself, to be called as f(x)")
    if not (entries is None or isinstance(entries, (bool, np.bool_))):
        raise ArgumentError(f"entries = {entries!r}; expected True, False or None")
    for name, value, least in (("evaluations", evaluations, 1), ("seed", seed, 0)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
            raise ArgumentError(f"{name} = {value!r}; expected a whole number, {least} or more")


def _called(grad: Callable[..., Any], arguments: Arguments, point: Array) -> Any:
    """What the gradient's function gives; told so if it works in place."""
    try:
        return arguments.call(grad, point)
    except ValueError as error:
        if not any(each in str(error) for each in WRITING):
            raise
        raise ArgumentError(f"grad writes into its argument ({error}): let it work on a copy") from error


def _again(grad: Any, arguments: Arguments) -> Callable[[Array], Array] | None:
    """The gradient at other points, where it is a function."""
    if not callable(grad):
        return None
    return lambda point: arguments.gradient(_called(grad, arguments, point))
