"""A tour of about a minute: what is computed first, and then what. What is said and where is one table."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from bpdebug.language.names import write_name
from bpdebug.program.equations import Phase, Program
from bpdebug.program.work import Task, listed, order_of_work

LISTED = 12
"""Gradients that are named one after the other, at most."""


class Station(Struct, frozen=True):
    """One stop of the tour: where the run stands, which pane it is about, and what is said there."""

    title: str
    text: str
    place: str
    """What `goto` takes."""
    pane: str
    """By the name it has among the panes, in lower case."""


def stations(program: Program, iterations: int, notation: str = "unicode") -> tuple[Station, ...]:
    """The tour of a program, in its own names; what it does not have is left out, and so is what one can do then."""
    tour = _Tour(program, iterations, notation)
    return (*tour.forward(), *tour.backward(), *tour.update())


class _Tour(Struct, frozen=True, eq=False):
    program: Program
    iterations: int
    notation: str

    def _name(self, name: str) -> str:
        return write_name(name, self.notation)

    def _first(self, phase: Phase) -> str:
        """The first equation of a phase."""
        return next((each.name for each in self.program.equations if each.phase is phase), "")

    def forward(self) -> Iterator[Station]:
        """From the data to the cost."""
        yield Station(
            "One iteration of training is a program",
            "Forward computes a prediction, the cost says how wrong it is, backward finds how each value moves the "
            "cost, and the update takes a small step downhill. The program lists them, an equation a line. Then it "
            "all begins again.",
            "start",
            "program",
        )
        if self._first(Phase.BATCH):
            drawn = [each.name for each in self.program.equations if each.phase is Phase.BATCH]
            yield Station(
                "Before it, chance: what this iteration draws",
                "Which examples it sees, a mask, noise: each is drawn anew in every iteration, and comes out the same "
                "whenever you go back to it. Nothing of it is learned, so no gradient reaches it.",
                f"1:{drawn[-1]}",
                "program",
            )
        if first := self._first(Phase.FORWARD):
            yield Station(
                f"What is computed first? {self._name(first)}",
                "The matrices show what an operation takes and, behind the arrow, what it gives. Every line reads only "
                "what stands above it: data, parameters, and what was computed already.",
                f"1:{first}",
                "matrices",
            )
        cost = self.program.cost
        yield Station(
            f"Then the cost: {self._name(cost)} is one number",
            "It says how wrong the prediction is. Here backpropagation begins: for each quantity, how much does "
            f"{self._name(cost)} change when it does? That is its gradient.",
            f"1:{cost}",
            "operation",
        )

    def backward(self) -> Iterator[Station]:
        """From the cost back to every parameter."""
        tasks, cost = order_of_work(self.program), self._name(self.program.cost)
        names = [self._name(task.name) for task in tasks]
        if tasks:
            yield Station(
                f"What first, after the cost? {names[0]}",
                f"{self._why(tasks[0])}. The operation says what each gradient stands for, which forward equation it "
                "comes from, and why.",
                f"1:{tasks[0].name}",
                "operation",
            )
        if len(tasks) > 1:
            yield Station(
                f"And then what? {names[1]}",
                f"{self._why(tasks[1])}. So it goes back through the forward pass, its last equation first: by the "
                "chain rule a gradient is made from those of the quantities computed from it, so they must be "
                "there before.",
                f"1:{tasks[1].name}",
                "program",
            )
        own = next((task for task in tasks if task.of in self.program.parameters), None)
        if own is not None:
            yield Station(
                f"{self._name(own.name)} is what the update needs, and is it right?",
                f"{'' if own in tasks[:2] else f'{self._why(own)}. '}The check holds it against a numerical gradient, "
                f"which needs no calculus: it changes {self._name(own.of)} a little, by a complex step that loses "
                f"nothing to rounding, and looks at {cost}. It says match where both agree.",
                f"1:{own.name}",
                "check",
            )
        if len(tasks) > LISTED // 2:
            dots = "..." if self.notation == "ascii" else "…"
            shown = listed(names) if len(names) <= LISTED else f"{', '.join(names[:LISTED])} {dots}"
            yield Station(
                "So on to the first layer",
                f"The whole order: {shown}. Of every layer the same few lines, one layer further back each time.",
                f"1:{tasks[-1].name}",
                "program",
            )

    def update(self) -> Iterator[Station]:
        """The step downhill, and what it did."""
        cost = self._name(self.program.cost)
        if first := self._first(Phase.UPDATE):
            yield Station(
                f"Last the update: {self._name(first)}",
                "Each parameter moves a little against its gradient: where more of it would raise "
                f"{cost}, it becomes less.",
                f"1:{first}",
                "operation",
            )
        if self.iterations > 1:
            yield Station(
                "And all over again",
                f"The next iteration computes {cost} with the new parameters. Iteration after iteration it should "
                "fall, and its curve shows whether it does.",
                f"2:{self.program.cost}",
                "cost",
            )

    def _why(self, task: Task) -> str:
        """Why its turn comes just then, in a sentence that begins with a name."""
        return task.why(self.program.cost, self.notation)
