"""An iteration compiled: calls without arguments that compute over and over into the same arrays.

A plan is made from an iteration that was executed step by step. Its arrays have the layout that the steps gave theirs,
and it is used only if it computes the very bits they did. What depends on nothing that changes is computed once, what
only looks at other entries of an array stays a look at it, and parameters are written into one of two states that take
turns, so that what an iteration began with is still there when it ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

import numpy as np

from bpdebug.language.expression import Name
from bpdebug.machine.iteration import Iteration
from bpdebug.machine.kernels import Precision, operand
from bpdebug.machine.state import Layout
from bpdebug.ops.table import Array, Call, Op
from bpdebug.program.equations import Program, Step

Calls: TypeAlias = tuple[Call, ...]


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
    """The steps of a program as calls, for iterations of which nothing but the parameters is another."""

    def __init__(self, program: Program, done: Iteration, dtype: Precision) -> None:
        self.program = program
        self.layout = Layout({name: program.shapes[name] for name in program.parameters}, dtype)
        self.rooms = self.layout.room(), self.layout.room()
        """The two states, in one stretch each."""
        self._dtype = dtype
        self._given = {name: value for name, value in done.inputs.items() if name not in program.parameters}
        views = [self.layout.views(room) for room in self.rooms]
        self._buffers: dict[int, Array] = {}
        self._steady: set[str] = set(self._given)
        """Names of what is the same in every iteration."""
        self.turns = [Turn(views[at], views[1 - at], self._given) for at in (0, 1)]
        last = {step.out: number for number, step in enumerate(program.steps)}
        for turn in self.turns:
            for number, step in enumerate(program.steps):
                crossing = turn.after.get(step.out) if last[step.out] == number else None
                self._compile(turn, number, step, done.record[number], crossing)

    def fits(self, inputs: Mapping[str, Array]) -> bool:
        """Whether an iteration that begins with these values is one of the plan's: nothing given is another."""
        return all(inputs[name] is value for name, value in self._given.items())

    def _compile(self, turn: Turn, number: int, step: Step, wanted: Array, crossing: Array | None) -> None:
        arrays = [operand(each, turn.bound, self._dtype) for each in step.inputs]
        read = {each.id for each in step.inputs if isinstance(each, Name)}
        calls: Calls = ()
        if read <= self._steady and crossing is None:
            out = wanted
            self._steady.add(step.out)
        elif (looked := self._look(step, wanted, arrays)) is not None and crossing is None:
            out = looked
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
            self._buffers[number] = np.empty_like(wanted, order="K", subok=False)
        return self._buffers[number]


def into(op: Op, out: Array, arrays: Sequence[Array], options: Mapping[str, Any]) -> Calls:
    """Calls that leave in `out` what an operation computes from these arrays."""
    if op.into is not None:
        return tuple(op.into(out, *arrays, **options))
    if isinstance(op.forward, np.ufunc) and not options:
        return (partial(op.forward, *arrays, out),)

    def call() -> None:
        out[...] = op.forward(*arrays, **options)

    return (call,)


def _alike(one: Array, other: Array) -> bool:
    """Whether two arrays of one shape lie in memory in the same order."""
    return one.flags.c_contiguous and other.flags.c_contiguous


def flat(calls: Iterable[Calls]) -> Calls:
    """The calls of several steps, one after the other."""
    return tuple(call for each in calls for call in each)
