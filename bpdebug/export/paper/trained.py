"""One iteration of a run with everything that is printed of it: its values, what they were, its checks, its costs."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from bpdebug.check.forward import Values
from bpdebug.check.full import check
from bpdebug.check.verdict import GradientCheck
from bpdebug.debugger.picture import Picture
from bpdebug.errors import UsageError
from bpdebug.language.notation import MARKED
from bpdebug.machine.drawn import found
from bpdebug.machine.kernels import PRECISIONS
from bpdebug.machine.timeline import Progress, Timeline
from bpdebug.ops.table import Array
from bpdebug.program.equations import Program
from bpdebug.program.settled import settled
from bpdebug.scenario.record import Scenario


class Trained(Struct, frozen=True, eq=False):
    """An iteration, counted from 1, at its end."""

    scenario: Scenario
    iteration: int
    digits: int
    """Significant digits of what is printed."""
    picture: Picture
    """Its sentences are in the notation MARKED."""
    timeline: Timeline
    """It stands at the end of the iteration."""
    values: Values
    """What the iteration computed, its parameters as it found them."""
    checks: Mapping[str, GradientCheck]
    """By the names of the gradients."""
    following: float | None
    """The cost of the iteration after it, None where the run ends here."""

    @property
    def program(self) -> Program:
        return self.scenario.program

    @property
    def cost(self) -> float:
        return float(self.values[self.program.cost].item())

    def steps(self, equation: int) -> tuple[int, ...]:
        """The numbers of an equation's steps, from 0."""
        return tuple(at for at, step in enumerate(self.program.steps) if step.equation == equation)

    def found(self, equation: int) -> Mapping[str, Array]:
        """What the equation was given."""
        return self.timeline.found(self.steps(equation)[0])

    def result(self, equation: int) -> Array:
        """What it gave."""
        return self.timeline.results[self.steps(equation)[-1]]


def trained(scenario: Scenario, iteration: int, digits: int, progress: Progress | None = None) -> Trained:
    """The iteration of this number, from 1; UsageError where the run does not have it."""
    most = max(1, scenario.iterations)
    if not 1 <= iteration <= most:
        raise UsageError(f"expected an iteration from 1 to {most}, got {iteration}")
    timeline = Timeline(scenario.program, scenario.values, iterations=iteration + 1, dtype=PRECISIONS[scenario.dtype])
    timeline.seek(iteration * timeline.steps, progress)
    values = found(timeline)
    following = None if iteration == most else _following(timeline)
    checks = {each.name: each for each in check(settled(timeline.program), values)}
    scenario = replace(scenario, program=timeline.program)
    return Trained(scenario, iteration, digits, Picture(scenario, MARKED), timeline, values, checks, following)


def _following(timeline: Timeline) -> float:
    """The cost of the iteration after the one that shows."""
    on = timeline.fork()
    cost = timeline.program.cost
    at = next(at for at, step in enumerate(timeline.program.steps, start=1) if step.out == cost)
    on.seek(timeline.position + at)
    return float(on.here[cost].item())
