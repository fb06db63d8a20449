"""One random network with its derivation and its updates in one person's hand, and the edits made to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from benchmarks.claims_lines import Line, derivation
from benchmarks.claims_loops import FORM, OFTEN, loop, looped
from benchmarks.claims_mistakes import Mistake, mistakes
from benchmarks.claims_networks import Network, draw
from benchmarks.claims_spelling import Writer
from benchmarks.claims_steps import Step, Steps
from bpdebug.check.claims import Derivation, judge
from bpdebug.check.diagnosis.draws import Draw, draws
from bpdebug.check.diagnosis.evaluator import same
from bpdebug.language.expression import Expr, Name, substitute
from bpdebug.ops.table import Array
from bpdebug.program.equations import Program
from bpdebug.scenario.pasted import pasted
from bpdebug.scenario.record import Claim

KINDS = ("singles", "doubles", "right", "updates")


@dataclass(frozen=True)
class Edit:
    """A line of the derivation gone wrong; for each of its mistakes the names that are right."""

    line: Line
    classes: tuple[tuple[str, ...], ...]
    helper: tuple[str, Expr] | None = None

    @classmethod
    def of(cls, mistake: Mistake) -> Edit:
        return cls(mistake.line, (mistake.classes,), mistake.helper)


@dataclass(eq=False)
class Trial:
    """A network, its right lines, and the hand that writes them down."""

    seed: Sequence[int]
    net: Network = field(init=False)
    program: Program = field(init=False)
    values: dict[str, Array] = field(init=False)
    lines: list[Line] = field(init=False)
    writer: Writer = field(init=False)
    layers: list[list[Line]] = field(init=False)
    """The lines that are written in a loop, layer by layer."""

    def __post_init__(self) -> None:
        random = np.random.default_rng(self.seed)
        self.net = draw(random)
        self.program = self.net.build()
        self.values = self.net.values()
        self.lines = list(derivation(self.net))
        layers = range(1, self.net.depth + 1)
        self.writer = Writer(random, {f"A{n}": (self.net.activation(n), Name(f"Z{n}")) for n in layers})
        self.layers = looped(self.lines) if np.random.default_rng((*self.seed, 2)).random() < OFTEN else []
        if self.layers:
            self.writer.form = FORM

    def claims(self, edits: Sequence[Edit] = (), step: Step | None = None) -> tuple[Claim, ...]:
        """The derivation as it is handed in, with these lines and this update for the right ones."""
        own = {edit.line.of: edit for edit in edits}
        in_loop = [line for layer in self.layers for line in layer]
        in_loop = [] if any(line.of in own for line in in_loop) else in_loop
        block: list[str] = []
        for right in self.lines:
            if right in in_loop:
                block += loop(self.layers, self._written) if right is in_loop[0] else ()
                continue
            edit = own.get(right.of)
            if edit is not None and edit.helper is not None:
                name, expr = edit.helper
                block.append(f"{name} = {self.writer.text(self.writer.owned(expr))}")
            block += self._written(right if edit is None else edit.line)
        if self.steps.wanted or step is not None:
            block += self.steps.lines(step)
        found = pasted("\n".join(block), self.program)
        if found.errors:
            raise ValueError("\n".join((*block, *map(str, found.errors))))
        return found.claims

    def _written(self, line: Line) -> Iterator[str]:
        return self.writer.lines(f"d{line.of}", line.expr)

    @cached_property
    def steps(self) -> Steps:
        """The updates below the derivation."""
        random = np.random.default_rng((*self.seed, 1))  # of its own: what else is drawn stays the same
        return Steps.drawn(random, tuple(self.net.parameters), lambda of: self.writer.name(f"d{of}"))

    def edits(self, kind: str) -> tuple[Edit, ...]:
        """What goes wrong: every class as likely as every other; two edits are of one line as often as of two."""
        if kind in ("right", "updates"):
            return ()
        first = Edit.of(self._drawn(self.lines))
        if kind == "singles":
            return (first,)
        others = [line for line in self.lines if line.of != first.line.of]
        if others and self.writer.random.random() < 0.5:
            return (first, Edit.of(self._drawn(others)))
        second = self._drawn([first.line])
        return (Edit(second.line, (*first.classes, second.classes), second.helper or first.helper),)

    def _drawn(self, lines: Sequence[Line]) -> Mistake:
        random, found = self.writer.random, [each for line in lines for each in mistakes(self.net, line)]
        classes = sorted({each.classes[0] for each in found})
        chosen = classes[int(random.integers(len(classes)))]
        alike = [each for each in found if each.classes[0] == chosen]
        return alike[int(random.integers(len(alike)))]

    @cached_property
    def right(self) -> Derivation:
        """The right derivation, judged."""
        return judge(self.program, self.values, self.claims())

    @cached_property
    def numbers(self) -> list[Draw]:
        """The numbers of the case and others, with every gradient as the right derivation has it."""
        return draws(self.program, self.values, (), self.right)

    def state(self, edit: Edit) -> str:
        """Whether an edit changes the line's value: tried; equal where nowhere, masked where not with these numbers."""
        right = next(line.expr for line in self.lines if line.of == edit.line.of)
        helper = {} if edit.helper is None else {edit.helper[0]: edit.helper[1]}
        one, other = (self.writer.owned(each) for each in (right, substitute(edit.line.expr, helper)))
        alike = [same(draw.evaluator.value(other), draw.evaluator.value(one)) for draw in self.numbers]
        if not alike[0]:
            return "tried"
        return "equal" if all(alike) else "masked"
