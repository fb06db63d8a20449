"""One equation on paper: its formula, what it means, where it comes from, why, its matrices, its check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from bpdebug.check.verdict import GradientCheck
from bpdebug.check.verdict import Verdict as Judged
from bpdebug.debugger.origins import reasons
from bpdebug.debugger.words import index
from bpdebug.export.paper.document import (
    Block,
    Display,
    Grids,
    Listing,
    Math,
    Paragraph,
    Part,
    Parts,
    Section,
    Table,
    Verdict,
)
from bpdebug.export.paper.formulas import by, meaning, named, shaped, typeset
from bpdebug.export.paper.grids import grid, single
from bpdebug.export.paper.trained import Trained
from bpdebug.language.expression import names
from bpdebug.language.notation import MARKED
from bpdebug.ops import write
from bpdebug.program.equations import Denotes

KINDS = {
    Judged.MATCH: "good", Judged.KINK: "odd", Judged.UNTESTED: "odd", Judged.CANNOT_TELL: "odd", Judged.WRONG: "bad"
}  # fmt: skip


def anchor(equation: int) -> str:
    """What leads to the equation of this number."""
    return f"equation-{equation + 1}"


def section(run: Trained, at: int) -> Section:
    """Everything about one equation of the program."""
    equation = run.program.equations[at]
    return Section(anchor(at), (Math(named(equation.name)),), tuple(_blocks(run, at)))


def _blocks(run: Trained, at: int) -> Iterator[Block]:
    equation, program = run.program.equations[at], run.program
    yield Display(shaped(equation, program.shapes))
    if equation.denotes is not None:
        yield Paragraph(_stands(equation.denotes, program.cost), "means")
    if origin := run.picture.origin(at):
        yield Paragraph(typeset(origin), "comes" if origin.startswith("from ") else "in words")
    told = reasons(program, at, MARKED)
    if equation.origin is not None:
        yield from (Paragraph(typeset(each), "why") for each in told)
    yield from _operations(run, at, {} if equation.origin else dict(each.split(": ", 1) for each in told))
    yield from _matrices(run, at)
    if equation.name in run.checks:
        yield from _checked(run.checks[equation.name])


def _stands(denotes: Denotes, cost: str) -> Parts:
    """What a gradient says, in words."""
    said: Parts = (
        Math(meaning(denotes, "latex")),
        ": how ",
        Math(named(cost)),
        " changes with each entry of ",
    )
    factor: Parts = (", times ", Math(named(denotes.factor))) if denotes.factor else ()
    return (*said, Math(named(denotes.of)), *factor)


def _operations(run: Trained, at: int, does: Mapping[str, str]) -> Iterator[Block]:
    """The operations in their order, where they are several; each says once what it does, if that is to be said."""
    steps = [run.program.steps[number] for number in run.steps(at)]
    if len(steps) == 1:
        yield from (Paragraph((f"{name}: {each}",), "does") for name, each in does.items())
        return
    seen: set[str] = set()
    items: list[Parts] = []
    for step in steps:
        name = step.op.name
        said = f": {does[name]}" if name in does and name not in seen else ""
        items.append((Math(write(step.whole, "latex")), f" ({by(step.shape)}), {name}{said}"))
        seen.add(name)
    yield Listing(tuple(items), term="in steps")


def _matrices(run: Trained, at: int) -> Iterator[Block]:
    """The operands and the result; mere numbers in a line."""
    equation, found, result = run.program.equations[at], run.found(at), run.result(at)
    given = [(name, found[name]) for name in names(equation.expr) if name in found]
    grids = [grid(named(name), value, run.digits) for name, value in given if value.ndim]
    numbers = [(named(name), single(float(value), run.digits)) for name, value in given if not value.ndim]
    if numbers:
        yield Paragraph(tuple(_listed(numbers)), "with")
    if result.ndim:
        grids.append(grid(named(equation.name), result, run.digits, result=True))
    if grids:
        yield Grids(tuple(grids))
    if not result.ndim:
        value = single(float(result), max(run.digits, 6))
        yield Paragraph((Math(named(equation.name)), f" = {value}"), "gives")


def _listed(numbers: list[tuple[str, str]]) -> Iterator[Part]:
    for place, (latex, value) in enumerate(numbers):
        yield from (", " * bool(place), Math(latex), f" = {value}")


def _checked(check: GradientCheck) -> Iterator[Block]:
    """The gradient beside the numerical one, at the entry where they agree least."""
    yield Table(("gradient check", "backward", "numerical", "entries"), (row(check),))


def row(check: GradientCheck, latex: str = "") -> tuple[Parts, ...]:
    """One check in a line; the name before it where there are several."""
    verdict = Verdict(KINDS[check.verdict], check.verdict.word)
    name: Parts = (Math(latex), " ") if latex else ()
    entries = ", ".join(f"{count:,} {each.word}" for each, count in check.counts.items() if count) or "none"
    if check.resolution is not None:
        words = f"no entry is off by more than {check.resolution:.1e}"
        return ((*name, verdict), ("along two random directions",), (words,), (entries,))
    if not check.verdicts.size:
        return ((*name, verdict), ("–",), ("–",), (entries,))
    worst = _telling(check)
    place = f" at {index(worst)}" if worst else ""
    backward, numerical = (single(float(each[worst]), 10) for each in (check.analytic, check.numerical))
    return ((*name, verdict, place), (backward,), (numerical,), (entries,))


def _telling(check: GradientCheck) -> tuple[int, ...]:
    """The entry where the two agree least; where that one was not tested, the largest."""
    worst = check.worst
    if check.verdicts[worst] != Judged.UNTESTED:
        return worst
    return tuple(int(each) for each in np.unravel_index(int(np.argmax(np.abs(check.analytic))), check.shape))
