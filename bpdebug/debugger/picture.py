"""The view of a position: what a program looks like, worked out once, and the numbers of here and now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from msgspec import Struct, field

from bpdebug.debugger.differences import Changed, differing
from bpdebug.debugger.entries import Entries
from bpdebug.debugger.general import general, used
from bpdebug.debugger.measures import Named, measures
from bpdebug.debugger.measures import named as named_cost
from bpdebug.debugger.metrics import Judge, Judged
from bpdebug.debugger.notes import notes
from bpdebug.debugger.origins import origin, why
from bpdebug.debugger.places import TRUNK, place
from bpdebug.debugger.view import EquationRow, Marked, Matrix, OperationView, Place, View
from bpdebug.language.expression import Expr, Name, Number
from bpdebug.machine.kernels import operand, precision
from bpdebug.machine.timeline import Timeline
from bpdebug.ops.table import Array
from bpdebug.program.equations import Equation, Program, Step
from bpdebug.program.settled import at_rest
from bpdebug.program.work import order_of_work
from bpdebug.scenario.record import Scenario

Values = Mapping[str, Array]
FEW = 2**12
"""Entries of an array that are all compared with what they were before the move."""


class Picture(Struct, frozen=True, eq=False, dict=True):
    """A scenario as it is shown, in one notation."""

    scenario: Scenario
    notation: str
    texts: dict[int, str] = field(default_factory=dict)
    """Where each equation came from, once it was asked for."""
    rules: dict[int, str] = field(default_factory=dict)
    """The rule in general form that tells most of each step, likewise."""

    @property
    def program(self) -> Program:
        return self.scenario.program

    @cached_property
    def first_steps(self) -> tuple[int, ...]:
        """For each equation the index of its first step."""
        indices = [step.equation for step in self.program.steps]
        return tuple(indices.index(number) for number in range(len(self.program.equations)))

    @cached_property
    def gradient_of(self) -> Mapping[str, str]:
        """Of each gradient, the quantity it belongs to."""
        return {gradient: of for of, gradient in self.program.gradients.items()}

    @cached_property
    def labels(self) -> Mapping[str, Expr]:
        """What is written for a value that has no name of its own: the formula it stands for."""
        equations = self.program.equations
        return {step.out: step.whole for step in self.program.steps if step.out != equations[step.equation].name}

    @cached_property
    def rebound(self) -> Mapping[str, int]:
        """The step that gives each parameter, and what the update keeps, its new value."""
        return {step.out: at for at, step in enumerate(self.program.steps) if step.out in self.program.crossing}

    @cached_property
    def rows(self) -> tuple[Mapping[str, EquationRow], ...]:
        """Each equation's line of the listing, in every state."""
        last = {step.equation: number for number, step in enumerate(self.program.steps, start=1)}
        return tuple(
            {
                state: EquationRow(number, equation, state, self.gradient_of.get(equation.name), last.get(number, 0))
                for state in ("done", "current", "ahead")
            }
            for number, equation in enumerate(self.program.equations)
        )

    def view(self, timeline: Timeline, seen: Values, serial: int, branch: str = TRUNK) -> View:
        """Everything to show where the timeline stands; `seen` is what each name last stood for before the move."""
        values, here = timeline.values, place(timeline, self.notation, branch)
        current = self.program.steps[max(0, timeline.step - 1)]
        following = self._following(timeline)
        cost = values.get(self.program.cost)
        return View(
            title=self.scenario.title,
            summary=self.scenario.summary,
            scenario=self.scenario.name,
            place=here,
            rows=self._listing(here),
            operation=self._operation(here, timeline, seen),
            following=following.whole if following else None,
            following_name=self.program.equations[following.equation].name if following else "",
            following_why=self._turn(following),
            checked=current.out if here.step and current.out in self.gradient_of else None,
            costs=timeline.costs,
            cost=None if cost is None else float(cost.item()),
            values=values,
            shapes=self.program.shapes,
            notation=self.notation,
            bookkeeping=self.program.bookkeeping,
            orientation=self.program.orientation,
            serial=serial,
            notes=(*self.program.notes, *self.scenario.aside.brief),
            axes=self.scenario.axes,
            entries=Entries(self.program, timeline.shown, timeline.step, self.scenario.axes),
            judged=Judged(self.judge, values),
        )

    @cached_property
    def judge(self) -> Judge:
        """What says how well the network does."""
        return Judge(self.program, self.scenario.test, at_rest(self.program))

    @cached_property
    def _turns(self) -> Mapping[str, str]:
        """Why the turn of each gradient comes when it does."""
        return {task.name: task.why(self.program.cost, self.notation) for task in order_of_work(self.program)}

    def _turn(self, step: Step | None) -> str:
        """Why the turn of an equation comes, of which this is the first step."""
        if step is None or self.program.steps[self.first_steps[step.equation]] is not step:
            return ""
        return self._turns.get(self.program.equations[step.equation].name, "")

    def _following(self, timeline: Timeline) -> Step | None:
        if timeline.position == timeline.last:
            return None
        return self.program.steps[timeline.step % timeline.steps]

    def _listing(self, here: Place) -> tuple[EquationRow, ...]:
        current = self.program.steps[max(0, here.step - 1)].equation
        return tuple(
            row["done" if number < current else "current" if number == current else "ahead"]
            for number, row in enumerate(self.rows)
        )

    def _operation(self, here: Place, timeline: Timeline, seen: Values) -> OperationView:
        at = max(0, here.step - 1)
        step, executed = self.program.steps[at], here.step > 0
        equation = self.program.equations[step.equation]
        found = timeline.found(at)
        given = tuple(operand(each, found, precision(found)) for each in step.inputs)
        out = timeline.here[step.out] if executed else None
        whole = step.out not in self.labels
        before = self._scaled(at) if executed and whole else ()
        return OperationView(
            executed=executed,
            equation=equation,
            step_expr=step.whole,
            step_out=Name(step.out) if whole else step.whole,
            part=at - self.first_steps[step.equation] + 1,
            parts=len(self.opened[step.equation]),
            rule=step.op.name,
            operands=tuple(self._matrix(each, value, seen) for each, value in zip(step.inputs, given, strict=True)),
            result=self._matrix(Name(step.out), out, seen),
            origin=self.origin(step.equation),
            general=self.general(at),
            opened=self.opened[step.equation],
            why=why(self.program, equation, step, self.notation),
            scaled=tuple(self._matrix(each, operand(each, found, precision(found)), seen) for each in before),
            measures=self._measures(equation, timeline.here),
            notes=(*(notes(step, given, timeline.results[at]) if executed else ()), *_by_hand(timeline)),
        )

    def _scaled(self, at: int) -> tuple[Name | Number, ...]:
        """What the operation took whose matrix a step multiplies or divides by a single number, and does no more."""
        step, shapes = self.program.steps[at], self.program.shapes
        if step.op.name not in ("multiply", "divide") or not shapes[step.out]:
            return ()
        matrices = [each.id for each in step.inputs if isinstance(each, Name) and shapes[each.id]]
        if len(matrices) != 1 or matrices[0] not in self.labels:
            return ()
        return next(each.inputs for each in self.program.steps if each.out == matrices[0])

    @cached_property
    def _named_cost(self) -> Named | None:
        """The cost of the program if it is one that has a name."""
        return named_cost(self.program)

    def _measures(self, equation: Equation, values: Values) -> str:
        if equation.name != self.program.cost or self._named_cost is None:
            return ""
        found, value = self._named_cost, values.get(equation.name)
        return measures(found.cost, values[found.labels], self.program, None if value is None else float(value.item()))

    def _matrix(self, each: Name | Number, value: Array | None, seen: Values) -> Matrix:
        if isinstance(each, Number):
            return Matrix(each, (), value)
        label = self.labels.get(each.id, each)
        return Matrix(label, self.program.shapes[each.id], value, changes(value, seen.get(each.id)), each.id)

    @cached_property
    def opened(self) -> tuple[tuple[Expr, ...], ...]:
        """The operations of each equation, with temporaries written out."""
        steps = self.program.steps
        return tuple(
            tuple(each.whole for each in steps if each.equation == number)
            for number in range(len(self.program.equations))
        )

    def general(self, at: int) -> str:
        """The rule in general form that tells most of a step."""
        if at not in self.rules:
            step = self.program.steps[at]
            rule = used(self.program, self.program.equations[step.equation], step)
            self.rules[at] = "" if rule is None else general(rule, self.notation)
        return self.rules[at]

    def origin(self, equation: int) -> str:
        """Where an equation came from."""
        if equation not in self.texts:
            self.texts[equation] = origin(self.program, self.program.equations[equation], self.notation)
        return self.texts[equation]


def changes(value: Array | None, earlier: Array | None) -> Marked | None:
    """Where an entry is another than it was, of a large array only once it is asked for; None: nothing to mark."""
    if value is None or earlier is None or earlier is value or earlier.shape != value.shape:
        return None
    if value.size > FEW:
        return Changed(value, earlier)
    changed = differing(value, earlier)
    return changed if changed.any() else None


def _by_hand(timeline: Timeline) -> Iterator[str]:
    """What was written over where a run stands."""
    for edit in timeline.edits:
        if edit.position == timeline.position:
            yield f"set by hand here: {edit.words or edit.name}"
