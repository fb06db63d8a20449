"""A session: one debugging of one scenario. It executes commands and answers with views."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from bpdebug.check.forward import Forward
from bpdebug.check.full import check
from bpdebug.check.telling import WIDTH
from bpdebug.check.verdict import GradientCheck
from bpdebug.debugger.arrival import arrival
from bpdebug.debugger.commands import Go, Say, understand
from bpdebug.debugger.evaluate import Evaluator
from bpdebug.debugger.judging import Judging
from bpdebug.debugger.picture import Picture
from bpdebug.debugger.travel import Stop, Travel
from bpdebug.debugger.view import Reply, View
from bpdebug.errors import BpdebugError, UsageError
from bpdebug.machine.kernels import PRECISIONS
from bpdebug.machine.timeline import BUDGET, Cancelled, Progress, Timeline
from bpdebug.ops.table import Array
from bpdebug.program.equations import Program
from bpdebug.scenario.record import Claim, Scenario

LONGEST = 2_000
"""Characters of a command line."""


class Session:
    """What can be pressed can be scripted: every key, click and script line goes through `execute`.

    `stops` are asked while a motion runs; where one says so, the motion ends.
    """

    def __init__(self, scenario: Scenario, *, notation: str = "unicode", budget: int = BUDGET) -> None:
        self.scenario = scenario
        self.notation = notation
        self.columns = WIDTH
        """Characters across, into which explanations are broken."""
        self.timeline = Timeline(
            scenario.program,
            scenario.values,
            iterations=scenario.iterations,
            budget=budget,
            dtype=PRECISIONS[scenario.dtype],
        )
        self.picture = Picture(scenario, notation)
        self.stops: list[Stop] = []
        self.claims = scenario.claims
        """The equations of the user's own: those of the scenario, and those of `claim`."""
        self.judging = Judging(scenario.program)
        self.replaced: dict[str, tuple[Claim | None, ...]] = {}
        """What stood in place of each line that was changed, the latest last; None where nothing did."""
        self._seen: Mapping[str, Array] = {}
        self._serial = 0
        self._view: View | None = None
        self._motion = ""

    @property
    def program(self) -> Program:
        return self.scenario.program

    @property
    def view(self) -> View:
        """The picture of this position: the same one until the next move."""
        if self._view is None:
            self._view = self.picture.view(self.timeline, self._seen, self._serial)
        return self._view

    @cached_property
    def evaluator(self) -> Evaluator:
        """What reads the user's expressions."""
        return Evaluator(self.program)

    def execute(self, line: str, *, progress: Progress | None = None, cancelled: Cancelled | None = None) -> Reply:
        """Do what one command line says. An empty one repeats the last motion.

        What is not understood, or cannot be done, changes nothing.
        """
        try:
            return self._execute(line.strip(), progress, cancelled)
        except BpdebugError as error:
            return Reply(str(error), self.view, ok=False)
        except MemoryError:
            return Reply("there is not enough memory for that", self.view, ok=False)

    def _execute(self, line: str, progress: Progress | None, cancelled: Cancelled | None) -> Reply:
        if len(line) > LONGEST:
            raise UsageError(f"expected at most {LONGEST:,} characters, got {len(line):,}")
        line = line or self._motion
        if not line:
            return Reply("nothing to repeat yet: s executes one operation, help lists the commands", self.view)
        found = understand(line)
        did = found.command.run(self, found.argument)
        if isinstance(did, Go):
            self._motion = line
            travel = Travel(progress, cancelled, self.stops if did.heeding else ())
            return Reply(self._move(did.position, travel), self.view)
        if isinstance(did, Say):
            return Reply(did.text, self.view, check=did.check)
        return Reply("", self.view, quit=True)

    def _move(self, target: int, travel: Travel) -> str:
        left, values = self.view.place, self.timeline.values
        try:
            travel.go(self.timeline, target)
        finally:
            if self.timeline.position != left.position:
                self._seen = {**self._seen, **values}
                self._serial += 1
                self._view = None
        return arrival(self.picture, left, self.view, target)

    @property
    def forward(self) -> Forward:
        """The forward run of the iteration that shows, with the parameters as the iteration found them."""
        return Forward.of(self.program, {**self.timeline.values, **self.timeline.inputs})

    def checking(self, names: Iterable[str] | None = None) -> Callable[[], tuple[GradientCheck, ...]]:
        """The check of the iteration that shows (or of these of its gradients: dW2), to be run in any thread.

        It rests on the values of now, with the parameters as the iteration found them.
        """
        program, asked = self.program, None if names is None else tuple(names)
        values = {**self.timeline.values, **self.timeline.inputs}
        return lambda: check(program, values, asked)
