"""What a quantity is computed from, what reads it and what it is there for."""

from __future__ import annotations

from collections.abc import Iterator

from bpdebug.debugger.origins import reasons
from bpdebug.debugger.picture import Picture
from bpdebug.debugger.words import KEPT, named, number, shaped, shaped_by_name
from bpdebug.language.expression import names
from bpdebug.machine.timeline import Timeline
from bpdebug.ops import write_equation
from bpdebug.program.equations import Phase, Program
from bpdebug.program.work import listed


def inputs(picture: Picture, name: str, timeline: Timeline) -> str:
    """What a quantity is computed from: each with its shape, and where it comes from."""
    program, notation = picture.program, picture.notation
    found = [at for at, each in enumerate(program.equations) if each.name == name]
    if not found:
        label = f"{named(name, notation)} {shaped_by_name(program.shapes[name])}"
        return f"{label} is {kind(program, name, timeline)}: nothing computes it"
    lines = []
    for at in found:
        equation = program.equations[at]
        lines.append(f"{write_equation(name, equation.expr, notation)}  ({equation.phase}, step {last(program, at)})")
        lines += table([_row(picture, each, at, timeline) for each in names(equation.expr)])
        if not names(equation.expr):
            lines.append("  it reads no quantity")
    return "\n".join(lines)


def _row(picture: Picture, name: str, at: int, timeline: Timeline) -> tuple[str, str, str]:
    program = picture.program
    return named(name, picture.notation), shaped_by_name(program.shapes[name]), source(picture, name, at, timeline)


def source(picture: Picture, name: str, at: int, timeline: Timeline) -> str:
    """Where what an equation reads comes from, in the iteration that shows."""
    program = picture.program
    made = [number for number, each in enumerate(program.equations) if each.name == name and number < at]
    if not made:
        return kind(program, name, timeline, picture.first_steps[at])
    step = last(program, made[-1])
    by_hand = _written(name, timeline, step - 1, picture.first_steps[at])
    return f"{program.equations[made[-1]].phase}, step {step}{', then set by hand' if by_hand else ''}"


def kind(program: Program, name: str, timeline: Timeline, steps: int | None = None) -> str:
    """What a quantity is that no equation before computes, and whether it was written over by hand.

    It is so after `steps` steps of the iteration that shows; without them, here.
    """
    since = 0 if name in program.crossing else -timeline.position - 1
    by_hand = _written(name, timeline, since, timeline.step if steps is None else steps)
    if name in program.crossing:
        what = "a parameter" if name in program.parameters else KEPT
        return f"{what}, {'set by hand in this iteration' if by_hand else 'as the iteration began'}"
    said = "data"
    if name in program.constants:
        size = "the number of examples" if name == program.examples else "a constant"
        said = f"{size}, {number(timeline.here[name].item())}"
    return f"{said}, set by hand" if by_hand else said


def _written(name: str, timeline: Timeline, since: int, until: int) -> bool:
    """Whether something was set by hand, and shows, later than after `since` steps of this iteration up to `until`."""
    start = timeline.position - timeline.step
    found = (edit.position for edit in timeline.edits if edit.name == name)
    return any(since < position - start <= min(timeline.step, until) for position in found)


def last(program: Program, at: int) -> int:
    """After how many steps an equation is complete."""
    return max(number for number, step in enumerate(program.steps, start=1) if step.equation == at)


def uses(picture: Picture, name: str) -> str:
    """The equations that read a quantity, with their phases and steps."""
    program, notation = picture.program, picture.notation
    found = [at for at, each in enumerate(program.equations) if name in names(each.expr)]
    label = f"{named(name, notation)} {shaped(program.shapes[name])}" if program.shapes[name] else named(name, notation)
    if not found:
        end = "it is what the program is run for" if name == program.cost else "it is a result"
        return f"{label} is read by no equation: {end}"
    return "\n".join([f"{label} is read by", *table([_use(picture, at) for at in found])])


def _use(picture: Picture, at: int) -> tuple[str, str, str]:
    equation = picture.program.equations[at]
    written = write_equation(equation.name, equation.expr, picture.notation)
    return str(equation.phase), f"step {last(picture.program, at)}", written


def table(rows: list[tuple[str, str, str]]) -> Iterator[str]:
    """Rows of words in columns."""
    widths = [max(len(row[column]) for row in rows) for column in range(2)] if rows else []
    for first, second, third in rows:
        yield f"  {first:{widths[0]}}  {second:{widths[1]}}  {third}".rstrip()


def purpose(picture: Picture, name: str, timeline: Timeline) -> Iterator[str]:
    """What a quantity that is no gradient is there for, and who uses it."""
    program, notation = picture.program, picture.notation
    label, pairs = named(name, notation), program.gradients
    made = [(at, each) for at, each in enumerate(program.equations) if each.name == name]
    forward = [(at, each) for at, each in made if each.phase is not Phase.UPDATE or name not in program.crossing]
    if forward:
        at, equation = forward[0]
        yield f"{write_equation(name, equation.expr, notation)}  ({equation.phase}, step {last(program, at)})"
        read = [f"{named(each, notation)} ({source(picture, each, at, timeline)})" for each in names(equation.expr)]
        yield f"It is computed from {listed(read)}."
        yield from ([picture.origin(at)] if picture.origin(at) else reasons(program, at, notation))
    else:
        yield f"{label} {shaped_by_name(program.shapes[name])} is {kind(program, name, timeline)}"
    for at, equation in enumerate(program.equations):
        if name in names(equation.expr):
            written = write_equation(equation.name, equation.expr, notation)
            yield f"It is read by {written}  ({equation.phase}, step {last(program, at)})."
    if name != program.cost and not any(name in names(each.expr) for each in program.equations):
        yield "No formula reads it."
    if name == program.cost:
        yield "It is the cost, which training is to make small: backward finds how it changes with everything else."
    elif name in program.parameters and name in pairs:
        yield f"Training changes it, against {named(pairs[name], notation)}, so that {program.cost} falls."
    elif name in pairs:
        gradient = named(pairs[name], notation)
        yield f"How {program.cost} changes with it is {gradient}: why {pairs[name]} derives that."
