"""The program in words: one quantity and where it comes from, and the listing of the equations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bpdebug.debugger.origins import reasons
from bpdebug.debugger.picture import Picture
from bpdebug.debugger.view import EquationRow, View
from bpdebug.debugger.words import KEPT, named, number, quoted, shaped, shaped_by_name
from bpdebug.errors import UsageError
from bpdebug.language.expression import names
from bpdebug.ops import write_equation
from bpdebug.program.equations import Denotes, Phase, Program

AROUND = 3
"""Equations listed on either side of the current one."""
MARKS = {"unicode": {"current": "▶", "done": "✓"}, "ascii": {"current": ">", "done": "+"}}


def described(picture: Picture, name: str) -> str:
    """A quantity: its formulas, shapes, what it stands for, where it comes from and why."""
    program = picture.program
    found = [at for at, equation in enumerate(program.equations) if equation.name == name]
    return "\n".join([*_given(picture, name), *(line for at in found for line in _equation(picture, at))])


def _given(picture: Picture, name: str) -> Iterator[str]:
    """What is known of a quantity before anything is computed."""
    program, label = picture.program, named(name, picture.notation)
    shape = shaped_by_name(program.shapes[name])
    if name in program.constants:
        kind = "the number of examples" if name == program.examples else "a constant"
        yield f"{label} = {number(program.constants[name])}, {kind}"
    elif name in program.data:
        yield f"{label} is data, {shape}"
    elif name in program.states:
        zero = "zeros" if program.shapes[name] else "0"
        yield f"{label} is {KEPT}, {shape}; it begins as {zero}:"
    elif name in program.parameters:
        updated = name in program.gradients
        yield f"{label} is a parameter, {shape}{'; an iteration ends with its update:' if updated else ''}"


def _equation(picture: Picture, at: int) -> Iterator[str]:
    program, notation = picture.program, picture.notation
    equation = program.equations[at]
    yield write_equation(equation.name, equation.expr, notation)
    shapes = [f"{named(each, notation)} {shaped(program.shapes[each])}" for each in names(equation.expr)]
    yield f"  {', '.join(shapes)} give {shaped_by_name(program.shapes[equation.name])}"
    yield f"  {equation.phase}, {_steps(picture, at)}"
    if equation.denotes is not None:
        yield f"  it stands for {_denoted(equation.denotes, notation)}"
    if picture.origin(at):
        yield f"  {picture.origin(at)}"
    yield from (f"  {reason}" for reason in reasons(program, at, notation))


def _steps(picture: Picture, at: int) -> str:
    first, last = picture.first_steps[at] + 1, _last(picture.program, at)
    count = len(picture.program.steps)
    return f"step {last} of {count}" if first == last else f"steps {first} to {last} of {count}"


def _last(program: Program, at: int) -> int:
    """After how many steps an equation is complete."""
    return max(number for number, step in enumerate(program.steps, start=1) if step.equation == at)


def _denoted(denotes: Denotes, notation: str) -> str:
    if notation == "ascii":
        return str(denotes)
    factor = f"{denotes.factor}·" if denotes.factor else ""
    return f"{factor}∂{denotes.cost}/∂{named(denotes.of, notation)}"


def listed(view: View, argument: str) -> tuple[EquationRow, ...]:
    """The rows that `list` was asked for: all, those of a phase, those around the current one."""
    if not argument:
        return view.rows
    if argument == "around":
        here = next(row.index for row in view.rows if row.state == "current")
        return view.rows[max(0, here - AROUND) : here + AROUND + 1]
    phases = list(dict.fromkeys(row.equation.phase for row in view.rows))
    if argument not in phases:
        places = f"a phase ({', '.join(phases)}) or around, for the equations near the current one"
        raise UsageError(f"expected {places}, got {quoted(argument)}")
    return tuple(row for row in view.rows if row.equation.phase == argument)


def listing(rows: Iterable[EquationRow], view: View, program: Program) -> str:
    """The rows as lines under their phases."""
    lines: list[str] = []
    phase: Phase | None = None
    for row in rows:
        if row.equation.phase is not phase:
            phase = row.equation.phase
            lines.append(str(phase))
        lines.append(_line(row, view, program))
    return "\n".join(lines)


def _line(row: EquationRow, view: View, program: Program) -> str:
    mark = MARKS["unicode" if view.notation == "unicode" else "ascii"].get(row.state, " ")
    width = len(str(len(program.steps)))
    text = write_equation(row.equation.name, row.equation.expr, view.notation)
    return f" {mark} {_last(program, row.index):{width}}  {text}  {shaped(view.shapes[row.equation.name])}"
