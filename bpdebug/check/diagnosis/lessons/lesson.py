"""What can be told of one mistake: the names around it, the shapes, one entry with its numbers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np
from msgspec import Struct

from bpdebug.check.diagnosis.bench import Bench, Repair
from bpdebug.check.diagnosis.evaluator import alike
from bpdebug.check.diagnosis.lessons.words import LONGEST, Index, differing, number, operations, text
from bpdebug.check.diagnosis.slopes import Unit
from bpdebug.check.diagnosis.trees import at, still
from bpdebug.language.expression import Apply, Expr, Name, Number, names, walk
from bpdebug.ops import write
from bpdebug.ops.shapes import show
from bpdebug.program.equations import Phase


class Lesson(Struct, frozen=True, eq=False, dict=True):
    """A wrong line with its repair, asked for what a sentence needs."""

    bench: Bench
    repair: Repair

    @property
    def of(self) -> str:
        return self.bench.scope.of

    @property
    def gradient(self) -> str:
        """What the mended line calls the gradient of the quantity."""
        meanings = self.bench.scope.meanings
        read = (name for name in names(self.repair.mended) if name in meanings)
        return next((name for name in read if meanings[name].of == self.of), f"d{self.of}")

    @property
    def cost(self) -> str:
        return self.bench.scope.program.cost

    @property
    def m(self) -> str:
        return self.bench.scope.program.examples

    @property
    def count(self) -> str:
        """How many examples there are."""
        return number(self.bench.scope.program.constants.get(self.m, 1))

    @property
    def averages(self) -> bool:
        """Whether the cost divides by the number of examples."""
        return any(self.m in names(each) or "mean" in operations(each) for each in self.costs)

    @cached_property
    def costs(self) -> tuple[Expr, ...]:
        """The formulas of single numbers, the cost among them."""
        program = self.bench.scope.program
        return tuple(each.expr for each in program.equations if program.shapes[each.name] == () and self._made(each))

    @staticmethod
    def _made(equation: object) -> bool:
        return getattr(equation, "phase", None) in (Phase.FORWARD, Phase.COST)

    @cached_property
    def forward(self) -> dict[str, Expr]:
        """The equations of the forward pass and the cost."""
        return {each.name: each.expr for each in self.bench.scope.program.equations if self._made(each)}

    @cached_property
    def readers(self) -> tuple[str, ...]:
        """What is computed from the quantity."""
        return self.bench.scope.graph.readers.get(self.of, ())

    @cached_property
    def scaled(self) -> tuple[str, ...]:
        """The gradients in the line that are kept m-fold."""
        meanings = self.bench.scope.meanings
        return tuple(n for n in names(self.bench.expr) if n in meanings and meanings[n].factors == (self.m,))

    @cached_property
    def old(self) -> Expr | None:
        return self.repair.old

    @cached_property
    def new(self) -> Expr | None:
        return self.repair.new

    def equation(self, name: str) -> str:
        """An equation of the forward pass, if it is short enough for a sentence."""
        expr = self.forward.get(name)
        text = "" if expr is None else f"{name} = {write(expr, 'ascii')}"
        return text if len(text) <= LONGEST else ""

    @cached_property
    def used(self) -> str:
        """The first equation that the quantity enters."""
        return next((text for name in self.readers if (text := self.equation(name))), "")

    @cached_property
    def met(self) -> str:
        """The quantity in whose equation that what belongs into the line meets the way to the cost; "" for none."""
        scope, before = self.bench.scope, names(self.bench.expr)
        come = {scope.quantity(name) for name in names(self.repair.mended) if name not in before}
        ancestors = scope.graph.ancestors
        own = [name for name, expr in self.forward.items() if come.intersection(names(expr))]
        near = (name for name in own if self.of in names(self.forward[name]))
        on_way = (name for name in own if any(self.of in ancestors.get(n, ()) for n in names(self.forward[name])))
        return next(iter((*near, *on_way)), "")

    @cached_property
    def way(self) -> str:
        """That equation, or the one that the quantity enters, for the beginning of a sentence."""
        text = self.equation(self.met) if self.met else ""
        if text and self.of not in names(self.forward[self.met]):
            return f"On the way from {self.of} to {self.cost} stands {text}. "
        text = text or self.used
        return f"{self.of} enters {text}. " if text else ""

    def summed(self, name: str) -> str:
        """The equation in which a quantity is a factor of a matrix product."""
        for made, expr in self.forward.items():
            if name in names(expr) and "matmul" in operations(expr):
                return self.equation(made)
        return ""

    @property
    def factors(self) -> tuple[str, ...]:
        """What the mended line has of the forward pass."""
        return tuple(name for name in names(self.repair.mended) if name not in self.bench.scope.meanings)

    def shape(self, expr: Expr) -> str:
        value = self.bench.value(expr)
        return "" if value is None else show(value.shape)

    @property
    def of_shape(self) -> str:
        """The shape of the quantity."""
        shape = self.bench.scope.program.shapes[self.of]
        return show(shape) if shape else "a single number"

    @cached_property
    def product(self) -> str:
        """The matrix product of the mended line, its shapes told: dZ2 (3, 8) @ A1.T (8, 5) gives (3, 5)."""
        found = self.new if self.new is not None else self.repair.mended
        node = next((e for e in _outside_in(found) if isinstance(e, Apply) and e.op == "matmul"), None)
        if node is None:
            node = self._above("matmul")
        if node is None:
            return ""
        a, b = (f"{text(each)} {self.shape(each)}" for each in node.inputs)
        return f"{a} @ {b} gives {self.shape(node)}"

    def _above(self, op: str) -> Apply | None:
        """The innermost operation of one kind around the place of the repair, in the mended line."""
        for length in range(len(self.repair.path), -1, -1):
            node = still(self.repair.mended, self.repair.path[:length])
            if isinstance(node, Apply) and node.op == op:
                return node
        return None

    @cached_property
    def refused(self) -> str:
        """The product as it was written, where its shapes do not fit: A1 (5, 8) @ dZ2 (3, 8)."""
        for node in _outside_in(self.bench.expr):
            if isinstance(node, Apply) and node.op in ("matmul", "multiply") and self.bench.value(node) is None:
                shapes = [self.shape(each) for each in node.inputs]
                if all(shapes):
                    sign = "@" if node.op == "matmul" else "*"
                    return f" {sign} ".join(f"{text(a)} {b}" for a, b in zip(node.inputs, shapes, strict=True))
        return ""

    @cached_property
    def unit(self) -> Unit | None:
        """The activation whose slope the mended line takes in the place of the mistake."""
        found = [unit for unit in self.bench.slopes.units if isinstance(unit.out, Name)]
        new, old = (() if each is None else names(each) for each in (self.new, self.old))
        into = [unit for named in ((self.of,), new) for unit in found if {*named} & {*names(unit.into)}]
        near = [unit for named in (new, old) for unit in found if {*named} & {*names(unit.into), *names(unit.out)}]
        own = [unit for unit in found if self.of in names(unit.out)]
        return next(iter((*into, *near, *own)), None)

    @cached_property
    def slopes(self) -> tuple[Expr, Expr] | None:
        """The slope as the line has it and as it should be: the smallest parts around the mistake that are one."""
        path = self.repair.path
        if self.old is None or self.new is None:
            return None
        for length in range(len(path), -1, -1):
            old, new = at(self.bench.expr, path[:length]), still(self.repair.mended, path[:length])
            found = None if new is None else self.bench.slopes.recognised(self.bench.value(new))
            if new is not None and found is not None and found.right:
                return old, new
        found = self.bench.slopes.recognised(self.bench.value(self.new))
        return (self.old, self.new) if found is not None and found.right else None

    def pair(self, old: Expr, new: Expr) -> tuple[Index, float, float] | None:
        """One entry in which two formulas differ, and what each is there."""
        first, second = self.bench.value(old), self.bench.value(new)
        if first is None or second is None:
            return None
        try:
            first, second = np.broadcast_arrays(first, second)
        except ValueError:
            return None
        return differing(first, second)

    @cached_property
    def own(self) -> tuple[Index, float, float] | None:
        """One entry of the line itself: where, what it comes out as, what it should be."""
        value, target = self.bench.value(self.bench.expr), self.bench.target
        if value is None or not alike(value, target):
            return None
        return differing(value.reshape(target.shape), target)

    def entry(self, expr: Expr, index: Index) -> float | None:
        """The number of a formula at an entry."""
        value = self.bench.value(expr)
        if value is None or len(index) != value.ndim or any(i >= n for i, n in zip(index, value.shape, strict=True)):
            return None
        return float(value[index])

    def squares(self) -> bool:
        """Whether a square of what the quantity makes is taken on the way to the cost."""
        ancestors = self.bench.scope.graph.ancestors
        made = {self.of, *(name for name in self.forward if self.of in ancestors.get(name, ()))}
        inner = (e for expr in self.forward.values() for e in walk(expr) if isinstance(e, Apply))
        squared = (e for e in inner if e.op == "power" and e.inputs[1] == Number(2.0))
        return any(made & set(names(e.inputs[0])) for e in squared)


def _outside_in(expr: Expr) -> Iterator[Expr]:
    """An operation before its operands."""
    yield expr
    if isinstance(expr, Apply):
        for each in expr.inputs:
            yield from _outside_in(each)
