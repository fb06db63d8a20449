"""What a session must do, by the plainest means: every state of every branch in a list, every stop a list of places."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np

from bpdebug.machine.kernels import run_step
from bpdebug.ops.table import Array
from bpdebug.scenario.record import Scenario

State = dict[str, Array]
Change = tuple[int, str, tuple[int, ...], float]
"""At a position, an entry of a quantity, and its new value."""


@dataclass(eq=False)
class Run:
    """One branch: the states after every step of a run from the start, edits written over where they stand."""

    scenario: Scenario
    changes: tuple[Change, ...] = ()
    begun: int = -1
    position: int = 0

    @cached_property
    def states(self) -> list[State]:
        whole = self.scenario.program
        lasting = {name: np.asarray(value, dtype=float) for name, value in whole.constants.items()}
        lasting |= {name: np.array(self.scenario.values[name]) for name in (*whole.data, *whole.parameters)}
        lasting |= {name: np.zeros(whole.shapes[name]) for name in whole.states}
        states = [self._changed(0, lasting)]
        for iteration in range(self.scenario.iterations):
            program = whole.of(iteration)
            values = {name: np.array(states[-1][name], order="C") for name in lasting}
            if whole.rest is not None:  # the last batch of an epoch is smaller
                values[whole.examples] = np.asarray(program.constants[whole.examples])
            for at, step in enumerate(program.steps, start=1):
                values[step.out] = run_step(step, values)
                values = self._changed(iteration * len(program.steps) + at, values)
                states.append(dict(values))
        return states

    def _changed(self, position: int, values: State) -> State:
        after = dict(values)
        for at, name, index, value in self.changes:
            if at == position:
                after[name] = np.array(after[name], order="C")
                after[name][index] = value
        return after


@dataclass(eq=False)
class StopModel:
    """A stop as the places at which it fires, and how often it is still passed over."""

    fires: Callable[[Run, int], bool]
    temporary: bool = False
    enabled: bool = True
    ignored: int = 0


@dataclass(eq=False)
class Model:
    """A session: branches, stops, marks, and where it stands."""

    scenario: Scenario
    branches: dict[str, Run] = field(default_factory=dict)
    current: str = "main"
    stops: dict[int, StopModel] = field(default_factory=dict)
    marks: dict[str, tuple[str, int]] = field(default_factory=dict)
    made: int = 0
    numbered: int = 0

    def __post_init__(self) -> None:
        self.branches["main"] = Run(self.scenario)

    @property
    def run(self) -> Run:
        return self.branches[self.current]

    @property
    def steps(self) -> int:
        return len(self.scenario.program.steps)

    @property
    def last(self) -> int:
        return self.steps * self.scenario.iterations

    @property
    def state(self) -> State:
        return self.run.states[self.run.position]

    def forward(self, target: int) -> None:
        """Go on to a place, or to the first stop before it."""
        for place in range(self.run.position + 1, min(target, self.last) + 1):
            if self._heeded(place):
                self.run.position = place
                return
        self.run.position = min(target, self.last)

    def back(self, target: int) -> None:
        """Go back to a place, or to before the first operation on the way that a stop stands at."""
        for place in range(self.run.position, target, -1):
            if self._heeded(place):
                self.run.position = place - 1
                return
        self.run.position = target

    def _heeded(self, place: int) -> bool:
        met = [number for number, stop in self.stops.items() if stop.enabled and stop.fires(self.run, place)]
        heeded = False
        for number in met:
            stop = self.stops[number]
            if stop.ignored:
                stop.ignored -= 1
                continue
            heeded = True
            if stop.temporary:
                del self.stops[number]
        return heeded

    def rests(self, kind: str) -> list[int]:
        """The places of a run at which an operation, an equation or a phase is complete."""
        program = self.scenario.program
        whose: list[object] = list(range(self.steps))
        if kind == "next":
            whose = [step.equation for step in program.steps]
        if kind == "finish":
            whose = [program.equations[step.equation].phase for step in program.steps]
        ends = [at for at, (here, then) in enumerate(pairwise(whose), start=1) if here != then] + [self.steps]
        return [0, *(k * self.steps + end for k in range(self.scenario.iterations) for end in ends)]

    def on(self, kind: str, count: int) -> int:
        """Where so many of these end, from here."""
        ahead = [place for place in self.rests(kind) if place > self.run.position]
        return ahead[count - 1] if count <= len(ahead) else self.last

    def behind(self, kind: str, count: int) -> int:
        before = [place for place in self.rests(kind) if place < self.run.position]
        return before[-count] if count <= len(before) else 0

    def edit(self, name: str, index: tuple[int, ...], value: float) -> None:
        """Write over an entry here: on a branch of its own, unless this one was made at this very place."""
        run, place = self.run, self.run.position
        again = run.begun == place
        kept = tuple(change for change in run.changes if change[0] <= place)
        new = Run(self.scenario, (*kept, (place, name, index, value)), place, place)
        if not again:
            self.made += 1
            self.current = f"try{self.made}"
        self.branches[self.current] = new

    def binding(self, name: str) -> int:
        """After which step a quantity is complete."""
        return next(at for at, step in enumerate(self.scenario.program.steps, start=1) if step.out == name)

    def stop(self, fires: Callable[[Run, int], bool], *, temporary: bool = False) -> int:
        self.numbered += 1
        self.stops[self.numbered] = StopModel(fires, temporary)
        return self.numbered

    def passing(self, name: str, iteration: int | None = None) -> Callable[[Run, int], bool]:
        step = self.binding(name)
        return lambda run, place: (
            (place - 1) % self.steps + 1 == step and (iteration is None or (place - 1) // self.steps + 1 == iteration)
        )

    def rising(self) -> Callable[[Run, int], bool]:
        """J > previous(J)"""
        passing = self.passing("J")
        return lambda run, place: (
            passing(run, place)
            and place > self.steps
            and bool(run.states[place]["J"] > run.states[place - self.steps]["J"])
        )

    def holding(self, name: str, condition: Callable[[Array], bool]) -> Callable[[Run, int], bool]:
        """A condition of one computed quantity, wherever it is computed anew or written over."""
        passing = self.passing(name)
        return lambda run, place: (
            (passing(run, place) or any((place, name) == change[:2] for change in run.changes))
            and name in run.states[place]
            and condition(run.states[place][name])
        )

    def changing(self, name: str, index: tuple[int, ...]) -> Callable[[Run, int], bool]:
        """The entry is another than it was where last it had a value."""

        def fires(run: Run, place: int) -> bool:
            if name not in run.states[place]:
                return False
            earlier = (run.states[at] for at in range(place - 1, -1, -1))
            before = next((state for state in earlier if name in state), None)
            if before is None:
                return False
            old, new = before[name][index], run.states[place][name][index]
            return bool(old != new) and not (np.isnan(old) and np.isnan(new))

        return fires


def same(values: Mapping[str, Array], state: State) -> bool:
    """Whether a session shows these values, to the last bit, and no others."""
    return values.keys() == state.keys() and all(values[name].tobytes() == state[name].tobytes() for name in state)
