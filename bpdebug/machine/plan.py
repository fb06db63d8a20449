"""An iteration compiled: calls without arguments that compute over and over into the same arrays.

A plan is made from an iteration that was executed step by step. Its arrays have the layout that the steps gave theirs,
and it is used only if it computes the very bits they did. What depends on nothing that changes is computed once, what
only looks at other entries of an array stays a look at it, and parameters are written into one of two states that take
turns, so that what an iteration began with is still there when it ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from functools import partial
from typing import Any, TypeAlias

import numpy as np

from bpdebug.language.expression import Name
from bpdebug.machine.iteration import Iteration
from bpdebug.machine.kernels import Precision, compute, finite, operand
from bpdebug.machine.live import copied
from bpdebug.machine.state import LINE, Layout
from bpdebug.ops.table import Array, Call, Op
from bpdebug.program.equations import Program, Step

Calls: TypeAlias = tuple[Call, ...]
Rooms: TypeAlias = tuple[Array, Array]


class Kind(IntEnum):
    """What arrays lie together."""

    LOOKED_AT = 0
    OTHER = 1
    GRADIENT = 2


class Arena:
    """One stretch of memory for the arrays that steps compute into, so that all can be looked at together."""

    def __init__(self, record: Sequence[Array], dtype: Precision) -> None:
        layout = Layout({str(at): value.shape for at, value in enumerate(record)}, dtype)
        self._room, self._each, self._end = layout.room(), LINE // layout.dtype.itemsize, 0
        self.nbytes = layout.nbytes

    @property
    def next(self) -> int:
        """At which entry the next array begins."""
        return self._end

    def like(self, wanted: Array) -> Array:
        """The next array, in the shape and the layout of another."""
        order = sorted(range(wanted.ndim), key=lambda axis: -wanted.strides[axis])
        begin, self._end = self._end, -(-(self._end + wanted.size) // self._each) * self._each
        flat = self._room[begin : begin + wanted.size].reshape([wanted.shape[axis] for axis in order])
        return flat.transpose(np.argsort(order)) if wanted.ndim else flat

    @property
    def used(self) -> Array:
        """All entries of all of them; what lies between is 0."""
        return self._room[: self._end]


class Turn:
    """The calls of every other iteration, over the states in one of their two orders."""

    def __init__(self, before: Mapping[str, Array], after: Mapping[str, Array], given: Mapping[str, Array]) -> None:
        self.before, self.after = before, after
        """The parameters when an iteration begins, and when it ends."""
        self.bound: dict[str, Array] = {**given, **before}
        self.outs: list[Array] = []
        """What each step gives."""
        self.calls: list[Calls] = []
        """What each step does: nothing, if its value is there already."""


class Plan:
    """The steps of a program as calls, for iterations of which nothing but the parameters is another.

    Plans of programs that take turns share the `rooms` in which the states stand.
    """

    def __init__(self, program: Program, done: Iteration, dtype: Precision, rooms: Rooms | None = None) -> None:
        self.program = program
        self.layout = Layout({name: program.shapes[name] for name in program.crossing}, dtype)
        self.rooms = rooms or (self.layout.room(), self.layout.room())
        """The two states, in one stretch each."""
        self._dtype = dtype
        self._given = {name: value for name, value in done.inputs.items() if name not in program.crossing}
        views = [self.layout.views(room) for room in self.rooms]
        self._of_parameters = {program.gradients.get(name) for name in program.parameters}
        self.graded: dict[str, tuple[int, int]] = {}
        """Which entries of all gradients of parameters, in the order of memory, each of them has."""
        self._shown = shown(program)
        kinds = [self._kind(at) for at in range(len(program.steps))]
        self._looked_at, self._others, self._gradients = (
            Arena([value for value, own in zip(done.record, kinds, strict=True) if own == kind], dtype) for kind in Kind
        )
        """The arrays that tell whether all is finite, those that show in them where they are not, and of the latter
        those that are gradients of parameters."""
        self._buffers: dict[int, Array] = {}
        self._looks: set[int] = set()
        """The steps that only look at an array they are given."""
        self._bound: dict[tuple[int, int], Mapping[str, Array]] = {}
        self._steady: set[str] = set(self._given)
        """Names of what is the same in every iteration."""
        self.turns = [Turn(views[at], views[1 - at], self._given) for at in (0, 1)]
        last = {step.out: number for number, step in enumerate(program.steps)}
        for turn in self.turns:
            for number, step in enumerate(program.steps):
                crossing = turn.after.get(step.out) if last[step.out] == number else None
                self._compile(turn, number, step, done.record[number], crossing)
        steady = [out for out, calls in zip(self.turns[0].outs, self.turns[0].calls, strict=True) if not calls]
        self._constant = all(finite(out) for out in steady if not out.flags.writeable)
        """Whether what is computed once is finite."""
        self.costs = last.get(program.cost, -1) + 1
        """The step that computes the cost; 0 where none does."""
        self.cost = self.turns[0].outs[self.costs - 1] if self.costs else None
        """The cost of the iteration that was run last."""

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays that it computes into, the states aside."""
        return sum(each.nbytes for each in (self._looked_at, self._others, self._gradients))

    @property
    def gradients(self) -> Array:
        """The entries of the gradients, as the iteration that was run last computed them."""
        return self._gradients.used

    @property
    def direct(self) -> list[str]:
        """The parameters that are computed where they are when the next iteration begins."""
        turn, last = self.turns[0], {step.out: number for number, step in enumerate(self.program.steps)}
        outs = {name: turn.outs[last[name]] for name in self.program.parameters if name in last}
        return [name for name, out in outs.items() if out is turn.after[name]]

    def fits(self, inputs: Mapping[str, Array]) -> bool:
        """Whether an iteration that begins with these values is one of the plan's: nothing given is another."""
        return all(inputs[name] is value for name, value in self._given.items())

    def agrees(self, done: Iteration) -> bool:
        """Whether the calls compute, to the bit, what the steps of an iteration gave."""
        self.begin(done.number, done.inputs)
        turn = self.turns[done.number & 1]
        for call in flat(turn.calls):
            call()
        pairs = zip(turn.outs, done.record, strict=True)
        return all(_same(out, value) for out, value in pairs) and all(
            turn.after[name].tobytes() == np.ascontiguousarray(done.bound[name]).tobytes() for name in turn.after
        )

    def begin(self, number: int, inputs: Mapping[str, Array]) -> None:
        """Let the iteration of this number begin with these parameters."""
        self.layout.pack(inputs, self.rooms[number & 1])

    def room(self, number: int) -> Array:
        """What the iteration of this number begins with, or, if it has not begun, will."""
        return self.rooms[number & 1]

    def finite(self, number: int) -> bool:
        """Whether all that the iteration of this number, which was run last, computed is finite."""
        return self._constant and finite(self._looked_at.used) and finite(self.rooms[number + 1 & 1])

    def bound(self, number: int, step: int) -> Mapping[str, Array]:
        """Every value there is in an iteration after so many steps, by name; the arrays change with the run."""
        key = number & 1, step
        if key not in self._bound:
            turn = self.turns[number & 1]
            outs = {each.out: out for each, out in zip(self.program.steps[:step], turn.outs, strict=False)}
            self._bound[key] = {**self._given, **turn.before, **outs}
        return self._bound[key]

    def given(self, number: int, step: int) -> Sequence[Array]:
        """What so many steps of an iteration gave; the arrays change with the run."""
        outs = self.turns[number & 1].outs
        return outs if step == len(outs) else outs[:step]

    def iteration(self, number: int, step: int) -> Iteration:
        """The iteration that was run last, shown after so many steps, in arrays of its own."""
        turn = self.turns[number & 1]
        before = {name: copied(value) for name, value in turn.before.items()}
        found = Iteration(number, self.program.steps, {**self._given, **before}, {})
        for at, each in enumerate(self.program.steps[:step]):
            found.take(compute(each, found.bound, self._dtype) if at in self._looks else copied(turn.outs[at]))
        return found

    def cut(self, steps: Iterable[int]) -> tuple[Sequence[tuple[Calls, int]], Sequence[tuple[Calls, int]]]:
        """The calls of both turns in stretches, each with the step it leads to; the last ends the iteration."""
        ends = sorted({*steps, len(self.program.steps)} - {0})
        cuts = [list(zip([0, *ends], ends, strict=False)) for _ in self.turns]
        first, second = (
            [(flat(turn.calls[begin:end]), end) for begin, end in pairs]
            for turn, pairs in zip(self.turns, cuts, strict=True)
        )
        return first, second

    def _compile(self, turn: Turn, number: int, step: Step, wanted: Array, crossing: Array | None) -> None:
        arrays = [operand(each, turn.bound, self._dtype) for each in step.inputs]
        read = {each.id for each in step.inputs if isinstance(each, Name)}
        calls: Calls = ()
        if read <= self._steady and crossing is None:
            out = wanted
            self._steady.add(step.out)
        elif (looked := self._look(step, wanted, arrays)) is not None and crossing is None:
            out = looked
            self._looks.add(number)
        else:
            out = self._buffer(number, wanted) if crossing is None or not _alike(crossing, wanted) else crossing
            calls = into(step.op, out, arrays, step.options)
            if crossing is not None and out is not crossing:
                calls = (*calls, partial(np.copyto, crossing, out))
        turn.bound[step.out] = out
        turn.outs.append(out)
        turn.calls.append(calls)

    def _look(self, step: Step, wanted: Array, arrays: Sequence[Array]) -> Array | None:
        """What a step gives that only looks at an array it is given."""
        if wanted.base is None:
            return None
        value = np.asarray(step.op.forward(*arrays, **step.options))
        return value if any(np.may_share_memory(value, each) for each in arrays) else None

    def _buffer(self, number: int, wanted: Array) -> Array:
        """The array that a step computes into, the same in both turns."""
        if number not in self._buffers:
            kind = self._kind(number)
            arena = (self._looked_at, self._others, self._gradients)[kind]
            if kind == Kind.GRADIENT:
                self.graded[self.program.steps[number].out] = arena.next, arena.next + wanted.size
            self._buffers[number] = arena.like(wanted)
        return self._buffers[number]

    def _kind(self, number: int) -> Kind:
        """What is to be told by the array that a step computes into."""
        if number not in self._shown:
            return Kind.LOOKED_AT
        return Kind.GRADIENT if self.program.steps[number].out in self._of_parameters else Kind.OTHER


def into(op: Op, out: Array, arrays: Sequence[Array], options: Mapping[str, Any]) -> Calls:
    """Calls that leave in `out` what an operation computes from these arrays."""
    if op.into is not None:
        return tuple(op.into(out, *arrays, **options))
    if isinstance(op.forward, np.ufunc) and not options:
        return (partial(op.forward, *arrays, out),)

    def call() -> None:
        out[...] = op.forward(*arrays, **options)

    return (call,)


def shown(program: Program) -> frozenset[int]:
    """The steps whose output, where it is not finite, shows as such in what a later step gives, or in a state."""
    crossing, found = set(program.crossing), set[int]()
    for number, step in enumerate(program.steps):
        later = program.steps[number + 1 :]
        reads = (each.inputs[: each.op.shows] for each in later)
        if step.out not in crossing and any(Name(step.out) in each for each in reads):
            found.add(number)
    return frozenset(found)


def _alike(one: Array, other: Array) -> bool:
    """Whether two arrays of one shape lie in memory in the same order."""
    return one.flags.c_contiguous and other.flags.c_contiguous


def _same(one: Array, other: Array) -> bool:
    """Whether two arrays hold the same bits in the same order in memory."""
    return one.strides == other.strides and one.tobytes() == other.tobytes()


def flat(calls: Iterable[Calls]) -> Calls:
    """The calls of several steps, one after the other."""
    return tuple(call for each in calls for call in each)
