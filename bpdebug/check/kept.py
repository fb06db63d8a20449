"""What a person keeps elsewhere beside the 1/m: a minus, a 2, a transpose; or the gradient of the next quantity.

A line alone is held to its name. Another reading is taken only where the lines that read it make up for it, so that
fewer lines are wrong: delta = Y - A with dW = -delta @ A.T is no mistake, delta alone is one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice, product
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from bpdebug.check.conventions import CHANGE, COUNTED
from bpdebug.check.forward import Forward
from bpdebug.check.meaning import Meaning
from bpdebug.check.scales import PLAIN, Scale, Scales
from bpdebug.language.expression import Name, names
from bpdebug.ops.table import Array
from bpdebug.program.equations import Phase, Program

if TYPE_CHECKING:
    from bpdebug.check.readings import Lined

UNUSUAL, CONFIRMED = 1.05, 0.1
"""What another reading must be worth, in lines that become right: more than the line that is read so itself; and what
it is worth beside that a line makes up for it."""
MOST_STATES, MOST_READ, BEAM = 10, 64, 48
"""States of one name, of all that one line reads, and readings of the derivation that are followed."""


class State(Struct, frozen=True):
    """What a name may hold: the gradient of a quantity, so many times."""

    of: str
    scale: Scale = PLAIN

    @property
    def meaning(self) -> Meaning:
        return self.scale.meaning(self.of)


def beside(program: Program) -> dict[str, tuple[str, ...]]:
    """For every quantity those before and after it with its shape, for whose gradients its own may be taken."""
    found: dict[str, list[str]] = {}
    made = {each.name: each for each in program.equations if each.phase is Phase.FORWARD}
    for name, equation in made.items():
        for other in names(equation.expr):
            if other in made and program.shapes[other] == program.shapes[name]:
                found.setdefault(name, []).append(other)
                found.setdefault(other, []).append(name)
    for name, into in unnamed(program).items():
        found.setdefault(name, []).append(into)
    return {name: tuple(others) for name, others in found.items()}


def unnamed(program: Program) -> dict[str, str]:
    """For what an activation makes of an expression without a name, the step that gives this: h = relu(X @ W + b)."""
    made = {step.out: step for step in program.steps}
    found = {}
    for each in program.equations:
        step = made.get(each.name)
        inner = step.inputs[0] if step is not None and step.op.family == "activations" else None
        if each.phase is Phase.FORWARD and isinstance(inner, Name) and inner.id in made and ":" in inner.id:
            found[each.name] = inner.id
    return found


class Kept(Struct, frozen=True, eq=False, dict=True):
    """The lines of a derivation of which at least two are wrong as their names are read so far."""

    forward: Forward
    true: Callable[[Meaning], Array]
    lines: Sequence[Lined]
    meanings: Mapping[str, Meaning]
    inner: Mapping[str, State]
    """The names that may be read otherwise, with their state so far."""
    scalable: Collection[str]
    """Those of them that may be m-fold."""
    unread: Collection[str] = ()
    """The names whose own lines could not be read."""
    _values: dict[tuple[str, tuple[State | None, ...]], Array | None] = field(default_factory=dict)

    def found(self) -> dict[str, Meaning]:
        """The readings that are better than those so far."""
        if all(len(states) == len(self._usual(name)) for name, states in self.states.items()):
            return {}
        best = max(self._followed(), key=lambda pair: pair[0], default=(0.0, dict(self.inner)))
        if best[0] <= sum(self._worth(each, self.inner) for each in self.lines) + 1e-9:
            return {}
        return {name: state.meaning for name, state in best[1].items() if state != self.inner[name]}

    @cached_property
    def scales(self) -> Scales:
        program = self.forward.program
        read = {name for each in program.equations if each.phase is Phase.COST for name in names(each.expr)}
        read |= {name for line in self.lines for each in (line.claim, *line.helpers) for name in names(each.expr)}
        counts = [name for name in program.constants if name in read and program.constants[name] not in (0, 1)]
        return Scales(program.constants, program.examples, counts)

    @cached_property
    def near(self) -> Mapping[str, tuple[str, ...]]:
        return beside(self.forward.program)

    @cached_property
    def states(self) -> Mapping[str, Sequence[State]]:
        """What each name may hold: what it is read as so far, what its line gives, and what is kept above it."""
        found = {name: dict.fromkeys((*self._usual(name), *self._untold(name))) for name in self.inner}
        for each in self.lines:
            name = each.claim.name
            if name not in self.inner:
                continue
            read = [found[n] for n in each.reads if n in found and n != name]
            others = [n for n in each.reads if n in found and n != name]
            for chosen in islice(product(*read), MOST_READ):
                value = self._value(each, dict(zip(others, chosen, strict=True)))
                given = None if value is None else self._state_of(value, self.inner[name].of)
                if given is not None:
                    found[name].setdefault(given)
            for state in (state for states in read for state in states):
                found[name].setdefault(State(self.inner[name].of, state.scale))
            found[name] = dict.fromkeys(islice(found[name], MOST_STATES))
        return {name: tuple(states) for name, states in found.items()}

    def _usual(self, name: str) -> tuple[State, ...]:
        own = self.inner[name]
        m = Scale(over=(self.forward.program.examples,))
        return (own, *(State(own.of, each) for each in (PLAIN, m) if name in self.scalable and each != own.scale))

    def _untold(self, name: str) -> Iterator[State]:
        """What a name may hold beside that whose own line could not be read: a minus, the gradient of what is near."""
        if name in self.unread:
            for each in self._usual(name):
                yield State(each.of, replace(each.scale, literal=-each.scale.literal))
                yield from (State(of, each.scale) for of in self.near.get(each.of, ()))

    def _state_of(self, value: Array, of: str) -> State | None:
        """What a value holds: so many times the gradient of the quantity, or of one beside it."""
        for each in (of, *self.near.get(of, ())):
            scale = self.scales.of(value, self.true(Scale().meaning(each)))
            if scale is not None:
                return State(each, scale)
        return None

    def _value(self, line: Lined, chosen: Mapping[str, State]) -> Array | None:
        key = (line.claim.name, tuple(chosen.get(name) for name in line.reads))
        if key not in self._values:
            self._values[key] = line.value({**self.meanings, **{name: state.meaning for name, state in chosen.items()}})
        return self._values[key]

    def _followed(self) -> Iterator[tuple[float, dict[str, State]]]:
        """Readings of the whole derivation with their worth, the best that line after line are left."""
        order = [*(name for name in self.inner if name not in self._written), *self._written]
        waiting = {each.claim.name: {each.claim.name, *each.reads} & set(self.inner) for each in self.lines}
        readings: list[tuple[float, dict[str, State]]] = [(0.0, {})]
        done = set[str]()
        settled = [each for each in self.lines if not waiting[each.claim.name]]
        for name in order:
            done.add(name)
            decided = [each for each in self.lines if name in waiting[each.claim.name] <= done]
            longer = [(worth, {**chosen, name: state}) for worth, chosen in readings for state in self.states[name]]
            valued = [(worth + sum(self._worth(each, c) for each in decided), c) for worth, c in longer]
            readings = sorted(valued, key=lambda pair: -pair[0])[:BEAM]
        same = sum(self._worth(each, {}) for each in settled)
        yield from ((worth + same, chosen) for worth, chosen in readings)

    @cached_property
    def _written(self) -> tuple[str, ...]:
        return tuple(each.claim.name for each in self.lines if each.claim.name in self.inner)

    def _worth(self, line: Lined, chosen: Mapping[str, State]) -> float:
        """How well a line fits: whether it is right, whether it has its count, and how unusual its reading is."""
        name, m = line.claim.name, self.forward.program.examples
        read = [chosen[each] for each in line.reads if each in chosen and each != name]
        own, above = chosen.get(name), {chosen[each].scale.without(m) for each in line.reads if each in chosen}
        worth = self._fit(line, chosen)
        if own is None:
            return worth + CONFIRMED * (worth == 1 and bool(above - {PLAIN}))
        held = own.scale.without(m)
        if own.of in self.forward.program.parameters:  # what is to be the gradient itself, whatever is kept above it
            worth -= CHANGE * (own.scale.power(m) != 0)
        else:
            worth -= CHANGE * sum(each.scale.power(m) != own.scale.power(m) for each in read)
        if own.of != self.inner[name].of:
            worth -= self._late(line)
        if held in (above or {PLAIN}):
            return worth
        return worth - CHANGE + CONFIRMED if held == PLAIN else worth - self._late(line)

    def _late(self, line: Lined) -> float:
        """What it takes from a line that its name is read otherwise: all that it is worth more as a right one."""
        usual = self._fit(line, self.inner)
        return UNUSUAL - (usual if usual < 1 else 0.0)

    def _fit(self, line: Lined, chosen: Mapping[str, State]) -> float:
        """1 for a line that is right, less for one that has at least its count where it should."""
        name, m = line.claim.name, self.forward.program.examples
        own = chosen.get(name)
        value = self._value(line, {n: chosen[n] for n in line.reads if n in chosen})
        if value is not None and line.gives(value, self.meanings[name] if own is None else own.meaning):
            return 1.0
        power = line.line.own if own is None else own.scale.power(m)
        read = [chosen[each].scale.power(m) for each in line.line.reads if each in chosen]
        return COUNTED * line.line.counts(power, read)
