"""Why an equation is so, in numbered sentences: forward equation, chain rule, the op's rule, shapes, sums, 1/m."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from bpdebug.debugger.beginning import Way, beginning, ways
from bpdebug.debugger.evaluate import Evaluator
from bpdebug.debugger.origins import PLAIN, noted, reason, repeated
from bpdebug.debugger.picture import Picture
from bpdebug.debugger.relations import purpose
from bpdebug.debugger.words import named, shaped
from bpdebug.language.expression import Apply, Expr, Name, names, walk
from bpdebug.machine.timeline import Timeline
from bpdebug.ops import OPS, write, write_equation
from bpdebug.ops.arithmetic import constant
from bpdebug.ops.table import Op, Shape, Size
from bpdebug.program.equations import Denotes, Equation, Origin, Phase
from bpdebug.program.terms import undone
from bpdebug.program.work import listed

ARRIVING, RESULT = Name("g"), Name("out")
LONGEST = 5
"""A way through more operations is not told one by one."""
MOST = 4
"""Nor are more ways through one equation."""


def derivation(picture: Picture, name: str, timeline: Timeline) -> str:
    """Why a quantity is what it is: of a gradient how its equation follows, of any other what it is there for."""
    found = next((each for each in picture.program.equations if each.name == name and each.denotes is not None), None)
    told = Derivation(picture, found).lines() if found is not None else purpose(picture, name, timeline)
    head, *sentences = told
    return "\n".join([head, *(f"{number}. {sentence}" for number, sentence in enumerate(sentences, start=1))])


class Derivation(Struct, frozen=True, eq=False, dict=True):
    """The derivation of one gradient."""

    picture: Picture
    equation: Equation

    @cached_property
    def denotes(self) -> Denotes:
        assert self.equation.denotes is not None
        return self.equation.denotes

    @cached_property
    def origin(self) -> Origin:
        assert self.equation.origin is not None
        return self.equation.origin

    @cached_property
    def evaluator(self) -> Evaluator:
        return Evaluator(self.picture.program)

    def lines(self) -> Iterator[str]:
        """The equation, and the sentences that lead to it."""
        program, of = self.picture.program, self._named(self.denotes.of)
        factor = f"{self.denotes.factor} times " if self.denotes.factor else ""
        yield self._written(self.equation)
        found = [each for each in program.equations if each.name in self.origin.equations and self._reads(each)]
        yield self._used(found)
        yield f"{self._named(self.equation.name)} is {factor}how {program.cost} changes with {of}, entry by entry."
        if self.fused:
            yield from self._fused(found)
        else:
            for each in found:
                yield from self._through(each, alone=len(found) == 1)
        yield from self._sums()
        yield from self._scaling(found)
        count = sum(len(list(ways(each.expr, self.denotes.of))) for each in found)
        if count > 1:
            yield f"{of} reaches {program.cost} in {count} ways at once: what they bring adds up."
        yield f"Together: {self._written(self.equation)}."

    def _named(self, name: str) -> str:
        return named(name, self.picture.notation)

    def _write(self, expr: Expr) -> str:
        return write(expr, self.picture.notation)

    def _written(self, equation: Equation) -> str:
        return write_equation(equation.name, equation.expr, self.picture.notation)

    def _reads(self, equation: Equation) -> bool:
        return self.denotes.of in names(equation.expr)

    def _used(self, found: list[Equation]) -> str:
        """Where the quantity is used on the way to the cost."""
        of, cost = self._named(self.denotes.of), self.picture.program.cost
        between = [self._named(each.name) for each in found if each.name != cost]
        ways_ = [f"through {listed(between)}"] * bool(between) + ["directly"] * (len(between) < len(found))
        only = " only" if len(found) == 1 else ""
        reached = f": it can change {cost} {' and '.join(ways_)}{only}" if between else ""
        return f"{of} is used in {listed([self._written(each) for each in found])}{reached}."

    @property
    def fused(self) -> bool:
        """Whether the gradient of the equation in between was left out."""
        between = set(self.origin.equations) - {self.picture.program.cost}
        return any(name in between and self._gradient(name) is None for name in self.origin.equations)

    def _gradient(self, name: str) -> Equation | None:
        """The equation of a quantity's gradient."""
        gradient = self.picture.program.gradients.get(name)
        return next((each for each in self.picture.program.equations if each.name == gradient), None)

    def _fused(self, found: list[Equation]) -> Iterator[str]:
        """What a known pair of activation and cost comes to."""
        program, (use, *_) = self.picture.program, found
        cost = next(each for each in program.equations if each.name == program.cost)
        yield f"{self._named(use.name)} is used in {self._written(cost)}."
        full = Equation(
            f"d{use.name}",
            use.expr,
            Phase.BACKWARD,
            replace(self.denotes, of=use.name),
            Origin((program.cost,), self.origin.rules),
        )
        yield (
            f"In full there are two steps. The first is the slope of {program.cost} with {self._named(use.name)}: "
            f"{beginning(program, full, self.picture.notation)}."
        )
        yield f"The second goes on from there through {self._written(use)}."
        yield from self._rules(use, None)
        yield f"Here they are taken as one: {self.origin.note}."

    def _through(self, use: Equation, alone: bool) -> Iterator[str]:
        """The chain rule through one equation that reads the quantity."""
        program, of = self.picture.program, self._named(self.denotes.of)
        if use.name == program.cost:
            single = replace(self.equation, origin=replace(self.origin, equations=(program.cost,)))
            said = beginning(program, single, self.picture.notation)
            yield f"{'' if alone else f'Through {self._named(use.name)}: '}{said}."
            return
        gradient = self._gradient(use.name)
        assert gradient is not None
        between = self._named(use.name)
        known = f"{self._named(gradient.name)}, computed before, tells how {program.cost} changes with {between}"
        yield f"Chain rule through {between}: {known}; it is taken on by how {between} changes with {of}."
        yield from self._rules(use, Name(gradient.name))

    def _rules(self, use: Equation, arriving: Expr | None) -> Iterator[str]:
        """The rule of each operation on the way from an equation down to the quantity, from the outside in."""
        found = list(ways(use.expr, self.denotes.of))
        for way in found:
            if len(way) > LONGEST or len(found) > MOST:
                yield f"The rules on the way: {', '.join(node.op for node, _ in way)}."
                continue
            g: Expr = ARRIVING if arriving is None else arriving
            yield from self._way(way, g, use)

    def _way(self, way: Way, g: Expr, use: Equation) -> Iterator[str]:
        for node, place in way:
            result: Expr = Name(use.name) if node == use.expr else node
            handed = OPS[node.op].vjp(g, result, *node.inputs, **self._options(node))[place]
            if handed is None:
                return
            handed = undone(handed)
            yield from self._rule(node, place, g, handed)
            g = handed if _size(handed) <= LONGEST else ARRIVING

    def _options(self, node: Apply) -> dict[str, object]:
        """The options of an operation as its rules take them."""
        step = next(each for each in self.picture.program.steps if each.whole == node)
        return dict(step.options)

    def _rule(self, node: Apply, place: int, g: Expr, handed: Expr) -> Iterator[str]:
        """The rule of an operation in general, why it is so, and what it comes to here."""
        op, given = OPS[node.op], node.inputs[place]
        here = f"{self._write(given)} receives {self._write(handed)}"
        if node.op in PLAIN:
            yield f"{op.name}: {here}. {op.why}"
            return
        letters = _letters(op, node)
        yield f"{op.name} in general: {self._general(node, place, letters)}. {reason(op, place)}"
        meant = zip(letters, node.inputs, strict=True)
        stand = [f"{self._write(letter)} is {self._write(each)}" for letter, each in meant if letter != each]
        arrives = "g what arrives" if g == ARRIVING else f"g is {self._write(g)}"
        yield f"Here {listed([*stand, arrives])}: {here}."
        yield from self._shapes(node, place, g, handed)

    def _general(self, node: Apply, place: int, letters: tuple[Expr, ...]) -> str:
        """The rule with letters: when g arrives at u · v, u receives g · vᵀ."""
        handed = OPS[node.op].vjp(ARRIVING, RESULT, *letters, **self._options(node))[place]
        assert handed is not None
        general = self._write(Apply(node.op, letters, node.options))
        out = ", out being the result" if RESULT.id in names(handed) else ""
        return f"when g arrives at {general}, {self._write(letters[place])} receives {self._write(handed)}{out}"

    def _shapes(self, node: Apply, place: int, g: Expr, handed: Expr) -> Iterator[str]:
        """Why a factor is transposed, by the shapes of a product of matrices."""
        shape = self._shape
        if node.op != "matmul" or not isinstance(handed, Apply) or any(len(shape(each)) != 2 for each in node.inputs):
            return
        other = node.inputs[1 - place]
        left, right = (shape(each) for each in handed.inputs)
        met = [f"{self._write(each)} is {shaped(shape(each))}" for each in (g, other, node.inputs[place])]
        square = shape(other)[0] == shape(other)[1]
        turned = (
            f"{self._write(other)} is square and would fit untransposed too: the rule decides, not the shapes"
            if square
            else f"only transposed does {self._write(other)} fit"
        )
        product = f"{shaped(left)} {self._times} {shaped(right)} gives {shaped(shape(handed))}"
        yield (
            f"The shapes agree: {listed(met)}. {product}; {turned}. "
            f"The length that vanishes, {_length(left[1])}, is what the product adds up over"
            f"{': the examples' if _symbol(left[1]) == self.picture.program.examples else ''}."
        )

    @property
    def _times(self) -> str:
        return "@" if self.picture.notation == "ascii" else "·"

    def _shape(self, expr: Expr) -> Shape:
        return self.evaluator.shape_of(expr, "")

    def _sums(self) -> Iterator[str]:
        """Why a gradient is summed: the quantity was repeated."""
        program, notation = self.picture.program, self.picture.notation
        found = list(repeated(program, self.equation, notation))
        yield from found
        if not found and "repeated" in self.origin.note:
            yield f"{noted(self.equation, notation)}."

    def _scaling(self, found: list[Equation]) -> Iterator[str]:
        """Where the 1/m is."""
        program, m = self.picture.program, self.picture.program.examples
        me = self._named(self.equation.name)
        before = [each for use in found for each in [self._gradient(use.name)] if each is not None]
        if self.denotes.factor:
            kept = f"the 1/{m} of the cost is left out until the parameters, whose gradients divide by {m}"
            yield f"{me} stands for {m} times the derivative: {kept}."
        elif before and before[0].denotes is not None and before[0].denotes.factor:
            arrived = (
                f"{self._named(before[0].name)} stands for {m} times the derivative, without the 1/{m} of the cost"
            )
            yield f"{arrived}; {me} is the derivative itself, so here it is divided by {m}."
        elif before and m in names(self._cost.expr):
            begins = [
                each
                for each in program.equations
                if each.origin and program.cost in each.origin.equations and each is not self.equation
            ]
            came = listed([self._named(each.name) for each in begins])
            yield f"No 1/{m} is needed here: that of the cost came in with {came} and has been there since."

    @property
    def _cost(self) -> Equation:
        return next(each for each in self.picture.program.equations if each.name == self.picture.program.cost)


def _symbol(length: int) -> str:
    return length.symbol if isinstance(length, Size) else ""


def _size(expr: Expr) -> int:
    return sum(isinstance(each, Apply) for each in walk(expr))


def _length(length: int) -> str:
    """8 = m, or the number alone where it has no name."""
    return f"{int(length)} = {_symbol(length)}" if _symbol(length) else str(int(length))


def _letters(op: Op, node: Apply) -> tuple[Expr, ...]:
    """The operands by the letters of the operation; numbers as they are."""
    letters = [*op.inputs, *(f"u{number}" for number in range(len(op.inputs), len(node.inputs)))]
    return tuple(
        each if constant(each) is not None else Name(letter) for letter, each in zip(letters, node.inputs, strict=False)
    )
