"""A program as a page to read: its phases, and for each equation the shape, the formula and what it means."""

from __future__ import annotations

from bpdebug.export.paper.formulas import BOOKKEEPINGS, ORIENTATIONS, meaning
from bpdebug.language.expression import Name
from bpdebug.ops import write, write_equation
from bpdebug.ops.table import Shape
from bpdebug.program.equations import Equation, Phase, Program
from bpdebug.scenario.record import Scenario


def listing(scenario: Scenario, notation: str) -> str:
    """The whole page."""
    program = scenario.program
    parts = [_heading(scenario, notation)]
    width = max(len(_shape(program.shapes[equation.name])) for equation in program.equations)
    for phase in Phase:
        equations = [equation for equation in program.equations if equation.phase is phase]
        if equations:
            lines = [_line(equation, program, notation, width) for equation in equations]
            parts.append("\n".join([str(phase), *lines]))
    return "\n\n".join(parts)


def _heading(scenario: Scenario, notation: str) -> str:
    program = scenario.program
    lines = [
        scenario.title,
        scenario.summary,
        "",
        f"orientation  {program.orientation}: {ORIENTATIONS[program.orientation]}",
        f"bookkeeping  {program.bookkeeping}: {BOOKKEEPINGS[program.bookkeeping]}",
        *(["numbers      float32"] if scenario.dtype == "float32" else []),
        "data         " + _names(program.data, program, notation),
        "parameters   " + _names(program.parameters, program, notation),
        *(["kept         " + _names(program.states, program, notation)] if program.states else []),
        "constants    " + ", ".join(f"{name} = {value:g}" for name, value in program.constants.items()),
    ]
    return "\n".join(line for i, line in enumerate(lines) if line or i == 2)


def _names(names: tuple[str, ...], program: Program, notation: str) -> str:
    return ", ".join(f"{write(Name(name), notation)} {_shape(program.shapes[name])}" for name in names)


def _line(equation: Equation, program: Program, notation: str, width: int) -> str:
    shape = _shape(program.shapes[equation.name])
    formula = write_equation(equation.name, equation.expr, notation)
    denotes = f"   [{meaning(equation.denotes, notation)}]" if equation.denotes else ""
    return f"  {shape:{width}}  {formula}{denotes}"


def _shape(shape: Shape) -> str:
    if not shape:
        return "number"
    return "(" + ", ".join(str(int(size)) for size in shape) + ("," if len(shape) == 1 else "") + ")"
