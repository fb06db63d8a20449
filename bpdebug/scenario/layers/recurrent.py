"""Recurrent layers, unrolled: the equations of every step, all with the same parameters.

The numbers of quantities are those of steps, h1, h2 …; where several layers are recurrent, that of the layer stands
before them: h1_2 is layer 1 at step 2. The state before the first step is 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from bpdebug.language.expression import Expr, Name, Slice, apply
from bpdebug.ops.shapes import shape_option
from bpdebug.ops.table import Size
from bpdebug.scenario.amounts import ACTIVATIONS, INIT, REAL, SIZE_OR_NAME
from bpdebug.scenario.form import FLAG, key, word
from bpdebug.scenario.layers.kind import UNITS, Layer, kind
from bpdebug.scenario.layers.stack import MATRIX, SEQUENCE, Parameter, Stack


class Recurrent(Layer):
    """Reads one step of a sequence after the other, and keeps a state between them."""

    READS = (SEQUENCE,)
    COLUMNS = False
    RECURRENT = True
    GATES: ClassVar[str]
    """What has weights of its own, by its letter: i of an input gate, whose weights are Wxi and Whi."""

    units: int | str = key(SIZE_OR_NAME, about=UNITS)
    init: str | None = key(INIT, None, "how the weights begin; without it xavier")
    scale: float | None = key(REAL, None, "multiplies what the weights begin with")
    every: bool = key(FLAG, False, "whether the next layer reads the states of every step, or that of the last alone")

    def reads(self, stack: Stack) -> bool:
        """States of the layer before, sequences, or an X whose every row is a sequence of single numbers."""
        return bool(stack.steps) or super().reads(stack) or (stack.layout == MATRIX and stack.number == 1)

    def compute(self, stack: Stack) -> None:
        steps = stack.steps or tuple(self._steps(stack))
        size = stack.count(self.units)
        for gate in self.GATES:
            self.gate(stack, gate, stack.shapes[steps[0].id][-1], size)
        state = {each: self._start(stack, each, size) for each in self.states()}
        found: list[Name] = []
        for at, given in enumerate(steps, start=1):
            state = self.step(stack, at, given, state)
            found.append(state["h"])
        stack.steps, stack.above, stack.layout = tuple(found), found[-1], MATRIX
        if self.every:
            stack.layout = SEQUENCE
            joined = (apply("expand_dims", each, axis=1) for each in found)
            stack.let("H", apply("concatenate", *joined, axis=1))

    def states(self) -> str:
        """What is kept from step to step, by its letters."""
        return "h"

    def step(self, stack: Stack, at: int, given: Name, state: dict[str, Name]) -> dict[str, Name]:
        """The equations of a step that reads `given`; what it keeps."""
        raise NotImplementedError

    def gate(self, stack: Stack, gate: str, features: int, size: Size) -> None:
        """The weights of what is read, of the state before, and the bias."""
        begins = self.init or "xavier"
        for read, rows in (("x", features), ("h", size)):
            shape = (rows, size)
            stack.parameter(stack.whole(f"W{read}{gate}"), Parameter(shape, begins, self.scale, weight=True))
        stack.parameter(stack.whole(f"b{gate}"), self.bias(gate, size))

    def bias(self, gate: str, size: Size) -> Parameter:
        """How a bias begins."""
        return Parameter((1, size), "zeros")

    def summed(self, stack: Stack, gate: str, given: Expr, state: Expr) -> Expr:
        """What is read and the state before, weighted for a gate."""
        read, kept = (Name(stack.whole(f"W{each}{gate}")) for each in "xh")
        return given @ read + state @ kept + Name(stack.whole(f"b{gate}"))

    def opened(self, stack: Stack, at: int, gate: str, summed: Expr, word: str = "sigmoid") -> Name:
        """A gate at a step: the sum, and what an activation makes of it."""
        before = stack.define(stack.step(f"a{gate}", at), summed)
        return stack.define(stack.step(gate, at), stack.activation(word, before))

    def _steps(self, stack: Stack) -> Iterator[Name]:
        """The steps of what is read, each under a name."""
        for at in range(int(stack.shape[1])):
            picked = Slice(at, at + 1) if stack.layout == MATRIX else at
            yield stack.define(stack.step("X", at + 1), apply("index", stack.above, index=(Slice(), picked)))

    def _start(self, stack: Stack, letter: str, size: Size) -> Name:
        shape = shape_option((stack.examples, size))
        return stack.define(stack.step(letter, 0), apply("zeros", shape=shape))


@kind("rnn")
class Rnn(Recurrent):
    """Recurrent: the state is an activation of what is read and of the state before, both weighted."""

    GATES = "h"
    SOURCE = "J. L. Elman, Cogn. Sci. 14, 1990"
    SAMPLE = '{ kind = "rnn", units = 4 }'

    activation: str = key(word(*ACTIVATIONS, hyphens=True), "tanh", "what makes the state")

    def step(self, stack: Stack, at: int, given: Name, state: dict[str, Name]) -> dict[str, Name]:
        summed = stack.define(stack.step("a", at), self.summed(stack, "h", given, state["h"]))
        return {"h": stack.define(stack.step("h", at), stack.activation(self.activation, summed))}


@kind("lstm")
class Lstm(Recurrent):
    """Long short-term memory: a cell c that gates i and f write and clear, and of which gate o shows a part."""

    GATES = "ifog"
    SOURCE = "S. Hochreiter and J. Schmidhuber, Neural Comput. 9, 1997; F. A. Gers et al., Neural Comput. 12, 2000"
    SAMPLE = '{ kind = "lstm", units = 4 }'

    forget: float = key(REAL, 1.0, "what the bias of the forget gate f begins with")

    def states(self) -> str:
        return "hc"

    def bias(self, gate: str, size: Size) -> Parameter:
        return Parameter((1, size), "constant", value=self.forget) if gate == "f" else super().bias(gate, size)

    def step(self, stack: Stack, at: int, given: Name, state: dict[str, Name]) -> dict[str, Name]:
        sums = {gate: self.summed(stack, gate, given, state["h"]) for gate in self.GATES}
        i, f, o = (self.opened(stack, at, gate, sums[gate]) for gate in "ifo")
        g = self.opened(stack, at, "g", sums["g"], "tanh")
        cell = stack.define(stack.step("c", at), f * state["c"] + i * g)
        return {"c": cell, "h": stack.define(stack.step("h", at), o * apply("tanh", cell))}


@kind("gru")
class Gru(Recurrent):
    """Gated recurrent unit: gate z keeps the state or takes the candidate g, for which gate r resets it."""

    GATES = "rzg"
    SOURCE = "K. Cho et al., EMNLP 2014"
    SAMPLE = '{ kind = "gru", units = 4 }'

    reset_after: bool = key(FLAG, False, "whether r stands after the weights of the state, as in PyTorch, or before")

    def step(self, stack: Stack, at: int, given: Name, state: dict[str, Name]) -> dict[str, Name]:
        before = state["h"]
        r, z = (self.opened(stack, at, gate, self.summed(stack, gate, given, before)) for gate in "rz")
        g = self.opened(stack, at, "g", self._candidate(stack, given, before, r), "tanh")
        return {"h": stack.define(stack.step("h", at), z * before + (1 - z) * g)}

    def gate(self, stack: Stack, gate: str, features: int, size: Size) -> None:
        super().gate(stack, gate, features, size)
        if gate == "g" and self.reset_after:
            stack.parameter(stack.whole("bhg"), Parameter((1, size), "zeros"))

    def _candidate(self, stack: Stack, given: Name, before: Name, r: Name) -> Expr:
        if not self.reset_after:
            return self.summed(stack, "g", given, r * before)
        read, kept, bias, inner = (Name(stack.whole(name)) for name in ("Wxg", "Whg", "bg", "bhg"))
        return given @ read + r * (before @ kept + inner) + bias
