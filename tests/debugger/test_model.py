"""Commands of every kind, in any order, forwards and back, with edits and branches: what shows is what a straight run
of that branch has there, bit for bit.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from msgspec.structs import replace

from bpdebug.debugger import foresight, travel
from bpdebug.debugger.journal import journal
from bpdebug.debugger.records import read
from bpdebug.debugger.resuming import resumed
from bpdebug.debugger.session import Session
from bpdebug.ops.table import Array
from bpdebug.program.equations import Phase
from bpdebug.scenario.load import load
from bpdebug.scenario.record import Scenario
from tests.debugger.model import Model, same
from tests.machine.test_batches import CASES

SCENARIO = replace(load("xor"), iterations=5)
LENGTHY = replace(SCENARIO, iterations=40)
CONDITIONS = {
    "J < 0.7": ("J", lambda value: value < 0.7),
    "J > 0.65": ("J", lambda value: value > 0.65),
    "norm(dW1) < 0.05": ("dW1", lambda value: np.sqrt(np.sum(value**2)) < 0.05),
    "norm(dW1) > 0.1": ("dW1", lambda value: np.sqrt(np.sum(value**2)) > 0.1),
    "dW2 < 0.1": ("dW2", lambda value: np.all(value < 0.1)),
}
"""Conditions, and what they read."""
counts = st.integers(1, 4)
LONG = int(os.environ.get("BPDEBUG_COMMANDS", "1000"))
"""How many commands the slow test gives; 100000 to be thorough."""


class Debugging(RuleBasedStateMachine):
    """A session, and the model of it."""

    scenario = SCENARIO
    names: Sequence[str] = ("Z1", "A1", "J", "dW2", "dZ1", "W1", "b2")
    conditions: Mapping[str, tuple[str, Callable[[Array], bool]]] = CONDITIONS
    watched: Sequence[tuple[str, tuple[int, ...]]] = (
        ("W1", (0, 1)),
        ("Z1", (0, 1)),
        ("J", ()),
        ("dZ1", (0, 0)),
        ("learning_rate", ()),
    )
    edited: Sequence[tuple[str, tuple[int, ...]]] = (
        ("W1", (0, 1)),
        ("b2", (0, 0)),
        ("Z1", (0, 1)),
        ("dW2", (0, 1)),
        ("learning_rate", ()),
        ("X", (0, 1)),
    )

    def __init__(self) -> None:
        super().__init__()
        self.session = Session(self.scenario, budget=400_000)
        self.model = Model(self.scenario)
        self.said("disable health")

    def said(self, line: str) -> str:
        reply = self.session.execute(line)
        assert reply.ok, (line, reply.text)
        return reply.text

    def told(self, written: str) -> list[str]:
        """The lines of a journal."""
        return written.splitlines()

    @rule(kind=st.sampled_from(["step", "next", "finish"]), count=counts)
    def on(self, kind: str, count: int) -> None:
        self.said(f"{kind} {count}")
        self.model.forward(self.model.on(kind, count))

    @rule(kind=st.sampled_from(["step", "next", "finish"]), count=counts)
    def back(self, kind: str, count: int) -> None:
        self.said(f"reverse-{kind} {count}")
        self.model.back(self.model.behind(kind, count))

    @rule()
    def go_on(self) -> None:
        self.said("continue")
        self.model.forward(self.model.last)

    @rule()
    def go_back(self) -> None:
        self.said("rc")
        self.model.back(0)

    @rule(data=st.data())
    def go(self, data: st.DataObject) -> None:
        place = data.draw(st.integers(0, self.model.last))
        steps = self.model.steps
        self.said(f"goto {(place - 1) // steps + 1}:{(place - 1) % steps + 1}" if place else "start")
        self.model.run.position = place

    @rule(data=st.data())
    def until(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(self.names))
        step, place, steps = self.model.binding(name), self.model.run.position, self.model.steps
        target = max(0, place - 1) // steps * steps + step
        target += steps if target <= place else 0
        if target <= self.model.last:
            self.said(f"until {name}")
            self.model.forward(target)
        else:
            assert not self.session.execute(f"until {name}").ok

    @precondition(lambda self: len(self.model.stops) < 4)
    @rule(data=st.data(), once=st.booleans())
    def break_at(self, data: st.DataObject, once: bool) -> None:
        name = data.draw(st.sampled_from(self.names))
        iteration = data.draw(st.none() | st.integers(1, self.scenario.iterations))
        self.said(f"{'tbreak' if once else 'break'} {f'{iteration}:' if iteration else ''}{name}")
        self.model.stop(self.model.passing(name, iteration), temporary=once)

    @precondition(lambda self: len(self.model.stops) < 4)
    @rule()
    def break_if(self) -> None:
        self.said("break if J > previous(J)")
        self.model.stop(self.model.rising())

    @precondition(lambda self: len(self.model.stops) < 4)
    @rule(data=st.data(), once=st.booleans())
    def break_where_it_holds(self, data: st.DataObject, once: bool) -> None:
        condition = data.draw(st.sampled_from(sorted(self.conditions)))
        self.said(f"{'tbreak' if once else 'break'} if {condition}")
        self.model.stop(self.model.holding(*self.conditions[condition]), temporary=once)

    @precondition(lambda self: len(self.model.stops) < 4)
    @rule(data=st.data())
    def watch(self, data: st.DataObject) -> None:
        name, index = data.draw(st.sampled_from(self.watched))
        self.said(f"watch {name}{list(index) if index else ''}")
        self.model.stop(self.model.changing(name, index))

    @precondition(lambda self: self.model.stops)
    @rule(data=st.data(), what=st.sampled_from(["delete", "disable", "enable", "ignore"]))
    def change_a_stop(self, data: st.DataObject, what: str) -> None:
        number = data.draw(st.sampled_from(sorted(self.model.stops)))
        stop = self.model.stops[number]
        times = data.draw(st.integers(0, 3) | st.integers(20, 50)) if what == "ignore" else ""
        self.said(f"{what} {number} {times}")
        if what == "delete":
            del self.model.stops[number]
        elif what == "ignore":
            stop.ignored = int(times)
        else:
            stop.enabled = what == "enable"

    @precondition(lambda self: len(self.model.branches) < 6)
    @rule(data=st.data(), value=st.sampled_from([0.5, -2.0, 30.0]))
    def edit(self, data: st.DataObject, value: float) -> None:
        name, index = data.draw(st.sampled_from(self.edited))
        left = f"{name}{list(index) if index else ''}"
        if name not in self.model.state:
            assert not self.session.execute(f"set {left} = {value}").ok
            return
        self.said(f"set {left} = {value}")
        self.model.edit(name, index, value)

    @rule(data=st.data())
    def switch(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.model.branches)))
        self.said(f"branch {name}")
        self.model.current = name

    @rule(data=st.data())
    def delete_a_branch(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.model.branches)))
        done = self.session.execute(f"branch delete {name}").ok
        assert done == (name not in ("main", self.model.current))
        if done:
            del self.model.branches[name]

    @rule(name=st.sampled_from("abc"))
    def mark(self, name: str) -> None:
        self.said(f"mark {name}")
        self.model.marks[name] = self.model.current, self.model.run.position

    @rule(name=st.sampled_from("abc"))
    def go_to_mark(self, name: str) -> None:
        done = self.session.execute(f"goto @{name}").ok
        branch, place = self.model.marks.get(name, ("", 0))
        assert done == (branch in self.model.branches)
        if done:
            self.model.current = branch
            self.model.run.position = place

    @rule()
    def save_and_restore(self) -> None:
        written = journal(self.session)
        found = resumed(read(written), self.scenario)
        self.session = found.session
        assert self.told(journal(self.session)) == self.told(written)
        assert not found.parted

    @rule(
        line=st.sampled_from(["print J + mean(X)", "diff main", "info", "nonsense", "goto 99", "set m = 2", "break Q"])
    )
    def look(self, line: str) -> None:
        self.session.execute(line)

    @invariant()
    def what_shows_is_what_a_straight_run_has(self) -> None:
        session, model = self.session, self.model
        assert session.branches.current.name == model.current
        assert set(session.branches.names) == set(model.branches)
        assert session.view.place.position == session.timeline.position == model.run.position
        assert same(session.view.values, model.state)
        assert list(session.stops.own) == list(model.stops)


class DebuggingLong(Debugging):
    """The same of a run that is far longer than the stretches which are looked through at once."""

    scenario = LENGTHY

    def told(self, written: str) -> list[str]:
        """Without what was noted of steps: one run took each by itself, the other many iterations at once."""
        return [line for line in written.splitlines() if not line.startswith("computed ")]


def test_any_commands_show_what_straight_runs_do() -> None:
    run_state_machine_as_test(
        Debugging,
        settings=settings(
            max_examples=100, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_any_commands_show_what_straight_runs_do_however_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foresight, "NEAR", 3)
    monkeypatch.setattr(travel, "BLOCK", 4)
    run_state_machine_as_test(
        DebuggingLong,
        settings=settings(
            max_examples=15, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def of(scenario: Scenario) -> type[Debugging]:
    """The same of another scenario: some of its quantities, of every phase, and their first entries."""
    program = scenario.program
    by_phase = {phase: [each.name for each in program.equations if each.phase is phase] for phase in Phase}
    parameters = [*program.parameters[:1], *program.parameters[-1:]]
    computed = [name for phase in list(Phase)[:-1] for name in (*by_phase[phase][:1], *by_phase[phase][-1:])]
    entries = [(name, (0,) * len(program.shapes[name])) for name in dict.fromkeys((*computed, *parameters))]
    numbers = [("learning_rate", ()), (program.data[0], (0,) * len(program.shapes[program.data[0]]))]

    own = {
        "scenario": replace(scenario, iterations=5),
        "names": [name for name, _ in entries],
        "conditions": {"J > 0.8": ("J", lambda value: value > 0.8), "J < 1.5": ("J", lambda value: value < 1.5)},
        "watched": [*entries, numbers[0]],
        "edited": [*(each for each in entries if each[0] != "J"), *numbers],
    }
    return type("Other", (Debugging,), own)


@pytest.mark.parametrize("name", [name for name in CASES if name != "float32"])
def test_any_commands_show_what_straight_runs_do_whatever_is_trained(name: str, tmp_path: Path) -> None:
    path = tmp_path / "case.toml"
    path.write_text(CASES[name], encoding="utf-8")
    run_state_machine_as_test(
        of(load(str(path))),
        settings=settings(
            max_examples=2, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.mark.slow
@pytest.mark.timeout(36000)
@pytest.mark.parametrize("machine", [Debugging, DebuggingLong])
def test_very_many_commands_show_what_straight_runs_do(machine: type[RuleBasedStateMachine]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=max(1, LONG // 200),
            stateful_step_count=200,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
