"""A program as a page to read: its phases, and for each equation the shape, the formula and what it means."""

from __future__ import annotations

from bpdebug.language.expression import Name
from bpdebug.ops import write, write_equation
from bpdebug.ops.table import Shape
from bpdebug.program.equations import Denotes, Equation, Phase, Program
from bpdebug.scenario.record import Scenario

_ORIENTATIONS = {"columns": "each column of X is an example", "rows": "each row of X is an example"}
_BOOKKEEPINGS = {"total": "dZ means ∂J/∂Z", "per-example": "dZ means m·∂J/∂Z, and dW, db divide by m"}


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
        f"orientation  {program.orientation}: {_ORIENTATIONS[program.orientation]}",
        f"bookkeeping  {program.bookkeeping}: {_BOOKKEEPINGS[program.bookkeeping]}",
        *(["numbers      float32"] if scenario.dtype == "float32" else []),
        "data         " + _names(program.data, program, notation),
        "parameters   " + _names(program.parameters, program, notation),
        "constants    " + ", ".join(f"{name} = {value:g}" for name, value in program.constants.items()),
    ]
    return "\n".join(line for i, line in enumerate(lines) if line or i == 2)


def _names(names: tuple[str, ...], program: Program, notation: str) -> str:
    return ", ".join(f"{write(Name(name), notation)} {_shape(program.shapes[name])}" for name in names)


def _line(equation: Equation, program: Program, notation: str, width: int) -> str:
    shape = _shape(program.shapes[equation.name])
    formula = write_equation(equation.name, equation.expr, notation)
    meaning = f"   [{_meaning(equation.denotes, notation)}]" if equation.denotes else ""
    return f"  {shape:{width}}  {formula}{meaning}"


def _meaning(denotes: Denotes, notation: str) -> str:
    """What a gradient stands for: ∂J/∂W2, or m·∂J/∂Z2."""
    of, cost = write(Name(denotes.of), notation), write(Name(denotes.cost), notation)
    if notation == "unicode":
        return (f"{denotes.factor}·" if denotes.factor else "") + f"∂{cost}/∂{of}"
    if notation == "latex":
        return (rf"{denotes.factor}\," if denotes.factor else "") + rf"\partial {cost} / \partial {of}"
    return str(denotes)


def _shape(shape: Shape) -> str:
    if not shape:
        return "number"
    return "(" + ", ".join(str(int(size)) for size in shape) + ("," if len(shape) == 1 else "") + ")"
