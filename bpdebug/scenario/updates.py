"""Updates among pasted lines: W = W - learning_rate * dW is judged by the step it takes, whatever its rate."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec import Struct

from bpdebug.check.called import RATE, RATES
from bpdebug.language.expression import Apply, Expr, Name, names, substitute, walk
from bpdebug.program.equations import Phase, Program
from bpdebug.scenario.constants import worked_out
from bpdebug.scenario.naming import Naming
from bpdebug.scenario.optimizers import bent, downhill
from bpdebug.scenario.owners import ERROR
from bpdebug.scenario.terms import along_itself, number_in, parts, step_of, terms

SCALING = frozenset({"add", "subtract", "multiply", "divide", "negate", "power"})
"""The operations of a decay."""
PRODUCT = frozenset({"multiply", "divide", "negate", "matmul", "transpose"})
SUMMING = frozenset({"matmul", "sum", "mean"})
"""The operations that scale or multiply out a gradient, and those of them that add up what examples give."""


class Update(Struct, frozen=True):
    """The update of a parameter and what it should give: W - learning_rate * dJ(W).

    Where the rate stands in the line of the gradient that it reads, that line is `carrier`: its expression is `carried`
    and gives so many times the gradient as `holds` says.
    """

    expr: Expr
    denotes: str
    carrier: str = ""
    carried: Expr | None = None
    holds: str = ""


def descends(program: Program, of: str) -> bool:
    """Whether a parameter is moved by a plain step along its gradient, if the program moves it."""
    gradient = program.gradients.get(of)
    found = [each.expr for each in program.equations if each.phase is Phase.UPDATE and each.name == of]
    return gradient is None or found in ([], [Name(of) - Name(RATE) * Name(gradient)])


class Updates(Struct, frozen=True):
    """What is known where an update stands: what the lines before it give, and the names of the program."""

    lines: Mapping[str, Expr]
    numbers: Collection[str]
    """The person's own names for single numbers."""
    naming: Naming

    def judged(self, of: str, expr: Expr) -> Update | None:
        """The update that a line is, where what it reads is known to be of this step alone; else None.

        It is that of gradient descent: where the program moves the parameter otherwise, a line is none of this kind.
        """
        if not descends(self.naming.program, of):
            return None
        found = self.read(of, expr)
        step = step_of(of, expr)
        prepares = isinstance(step, Name) and self.naming.forward(step.id)  # X -= mu, which no gradient enters
        if found is None or prepares or bent(of, found.expr, self._rated_lines, self.naming):
            return None
        along = self._gradient_in(of, expr)
        if all(name == along or self.naming.usual(name) or self._spells(name) for name in names(found.expr)):
            return found
        return found if whole(found.expr, of, self.naming, self.lines) else None

    def other(self, of: str, expr: Expr, sign: str) -> Update | None:
        """A step by another rule than along the gradient, judged where it goes uphill alone; None of what is no step.

        `sign` is what stands before the equals sign.
        """
        expr, read = self.rated(expr), set[str]()
        left = {*names(expr)} - {of}
        while left:
            name = left.pop()
            read.add(name)
            left |= {*names(self.lines.get(name, Name(name)))} - read
        moves = sign in ("+", "-") or not read.isdisjoint(RATES) or any(map(self.naming.of, read))
        known = {*self.naming.every, *self.naming.program.constants, *self.numbers} - {*self.lines}
        moves = moves or (step_of(of, expr) is not None and not read <= known)
        if moves and sign not in ("*", "/"):
            return Update(expr, downhill(of, expr, self._rated_lines, self.naming))
        return Update(expr, "") if self._decays(of, expr) else None

    @property
    def _rated_lines(self) -> Mapping[str, Expr]:
        """What the lines above give, with the program's name for the rate."""
        return {name: self.with_rate(each) for name, each in self.lines.items()}

    def _decays(self, of: str, expr: Expr) -> bool:
        """Whether a line makes so many times a parameter of it, below its gradient: above, that begins its values."""
        nodes = {each.op for each in walk(expr) if isinstance(each, Apply)}
        known = {of, RATE, *self.numbers, *self.naming.program.constants}
        scales = of in names(expr) and known.issuperset(names(expr)) and {*nodes} <= SCALING
        return scales and bool(nodes) and any(self.naming.of(name) == of for name in self.lines)

    def read(self, of: str, expr: Expr) -> Update | None:
        """The update that a line is; None where it is no plain step of a parameter along a gradient."""
        along = self._gradient_in(of, expr)
        expr = self.rated(expr, along)
        if self._crossed(of, expr):
            return Update(expr, f"{of} - {RATE} * dJ({of})")
        step = step_of(of, expr)
        own = step is not None and of in names(step)  # W - rate * 0.1 * W is a decay; W - rate * W has W as gradient
        if step is None or (own and not along_itself(of, step) and not self._worked_out(of, step)):
            return self._mixed(of, expr)
        read = names(step)
        numbers = [name for name in read if name in self.numbers and name != along]
        if not read or not all(map(self._counts, numbers)):
            return None
        by, rate = abs(number_in(step)), f"{RATE} * " if RATE in read else ""
        if not 0 < by < float("inf"):
            return None
        by_number = "" if by == 1 else f"{by!r} * "
        carrier = next((name for name in read if name in self.lines and name not in numbers), "")
        carried = self.rated(self.lines[carrier]) if carrier else None
        if carried is None or RATE not in names(carried) or rate:
            return Update(expr, f"{of} - {by_number}{rate}dJ({of})")
        minus = "-" if isinstance(expr, Apply) and expr.op == "add" else ""
        return Update(expr, f"{of} - {by_number}{RATE} * dJ({of})", carrier, carried, f"{minus}{RATE} * dJ({of})")

    def _mixed(self, of: str, expr: Expr) -> Update | None:
        """An update that forgets its parameter, rate * dW, or decays it, where the cost has a term of it: W is judged.

        Where the cost has none, a decay is a rule of the person's own.
        """
        known = {of, RATE, *self.numbers, *self.naming.program.constants}
        varying = [each for each in terms(expr) if not known.issuperset(names(each))]
        if len(varying) != 1 or any(name in self.numbers for name in names(expr)):
            return None
        (term,) = varying
        moving, by = [name for name in names(term) if name not in known], abs(number_in(term))
        if of not in names(expr):
            usual = RATE in names(term) and all(self.naming.of(name) == of for name in moving)
        else:
            usual = penalised(of, self.naming.program)
        if not usual or not 0 < by < float("inf"):
            return None
        factors = [f"{by!r} * "] * (by != 1) + [f"{RATE} * "] * (RATE in names(term))
        return Update(expr, f"{of} - {''.join(factors)}dJ({of})")

    def _worked_out(self, of: str, step: Expr) -> bool:
        """Whether a step reads its parameter as the forward pass does: X.T @ (X @ w - y), and no decay or norm of it.

        All that is added up to the step has to read what the program computes or is given, beside parameters.
        """
        numbers = {RATE, *self.numbers, *self.naming.program.constants}
        fixed = numbers.union(self.naming.program.parameters)

        def plain(part: Expr) -> bool:
            if not isinstance(part, Apply) or of not in names(part) or part.op in ("transpose", "index"):
                return True
            return not numbers.union({of}).issuperset(names(part)) and all(map(plain, part.inputs))

        def moves(name: str) -> bool:
            return name not in fixed and (name in self.naming.every or self._spells(name))

        own = [part for part in parts(step, numbers) if of in names(part)]
        return plain(step) and all(any(map(moves, names(part))) for part in own)

    def _spells(self, name: str) -> bool:
        """Whether a name that no line gives is the program's in another spelling."""
        return name not in self.lines and self.naming.spells(name)

    def _crossed(self, of: str, expr: Expr) -> bool:
        """Whether parameter and gradient have changed places: dW - rate * W, rate * dW - W."""
        if not isinstance(expr, Apply) or expr.op not in ("add", "subtract"):
            return False
        first, second = (frozenset(names(each)) for each in expr.inputs)
        own, other = (first, second) if of in first else (second, first)
        if own | other != {of, RATE, *(gradient := other - {RATE})} or len(gradient) != 1:
            return False
        swapped = own == {of, RATE} and RATE not in other
        return self.naming.of(*gradient) == of and (swapped or (own is second and expr.op == "subtract"))

    def _gradient_in(self, of: str, expr: Expr) -> str:
        """The one number that a step goes along: worked out of the network's values, with nothing but a rate beside it.

        What stands times a rate is the gradient, and the numbers in its line are none of the rate's. Else "".
        """
        step = step_of(of, expr)
        varying = [name for name in names(step) if not self._settled(name)] if step is not None else []
        if len(varying) != 1 or varying[0] not in self.numbers:
            return ""
        program, made = self.naming.program, [n for n in names(self.lines[varying[0]]) if not self._settled(n)]
        inner = {*self.naming.every}.difference(program.parameters, program.data)
        return varying[0] if all(map(self.naming.given, made)) and not inner.isdisjoint(made) else ""

    def _settled(self, name: str) -> bool:
        """Whether a name is a rate, a constant, or a number that the network's values have no part in."""
        if self._is_rate(name) or name in self.naming.program.constants:
            return True
        if name not in self.numbers:
            return False
        return self._counts(name) or all(self._settled(each) for each in names(self.lines[name]) if each != name)

    def rated(self, expr: Expr, kept: str = "") -> Expr:
        """An expression with the program's name for the rate, and the values of the person's own numbers but `kept`."""
        worth = {name: self._worth(name) for name in names(expr) if name != kept}
        return substitute(expr, {name: each for name, each in worth.items() if each != Name(name)})

    def with_rate(self, expr: Expr) -> Expr:
        """An expression with the program's name for a rate that no line gives."""
        rates = filter(self._is_rate, names(expr))
        return substitute(expr, {name: Name(RATE) for name in rates if name not in self.numbers})

    def _worth(self, name: str, within: frozenset[str] = frozenset()) -> Expr:
        """What a name stands for: the learning rate, the number that a line gives it; itself for any other."""
        if name not in self.numbers or name in within:
            return Name(RATE if self._is_rate(name) else name)
        if self._counts(name):
            return Name(name)
        expr = self.lines[name]
        return substitute(expr, {each: self._worth(each, within | {name}) for each in names(expr)})

    def _is_rate(self, name: str) -> bool:
        """Whether a name is called like a learning rate, and is nothing that the network itself reads."""
        program = self.naming.program
        phases = (Phase.FORWARD, Phase.COST)
        idle = name in program.constants and not any(
            name in names(each.expr) for each in program.equations if each.phase in phases
        )
        return name.lower() in RATES and (idle or not self.naming.given(name))

    def _counts(self, name: str) -> bool:
        """Whether one of the person's own numbers is that of the examples, or a length: it may be meant for an 1/m."""
        expr, program = self.lines[name], self.naming.program
        length = isinstance(expr, Apply) and expr.op == "size"
        return length or worked_out(expr) == program.constants.get(program.examples)


def penalised(of: str, program: Program) -> bool:
    """Whether the cost has a term of a parameter itself, beside the layer that it is of, as a penalty is."""
    phases = {each.phase for each in program.equations if of in names(each.expr)}
    return {Phase.FORWARD, Phase.COST} <= phases


def whole(expr: Expr, of: str, naming: Naming, lines: Mapping[str, Expr]) -> bool:
    """Whether a step is worked out where it is taken: a line above is summed along an axis, or meets an activation.

    Or that line is called a gradient, and is one of this step alone. A velocity, or what Adam keeps, is not. `lines`
    are what lines above give.
    """
    others = [name for name in names(expr) if not naming.usual(name)]
    summed = any(isinstance(each, Apply) and each.op in ("sum", "mean") and each.options for each in walk(expr))
    if not set(others) <= {*lines}:
        return False
    computed = summed or any(_computed(name, of, naming, lines) for name in names(expr))
    if computed or all(_of_now(name, of, naming, lines) for name in others):
        return True
    scaled = _operations(expr) <= PRODUCT | {"add", "subtract"}
    return scaled and all(_multiplied_out(name, of, naming, lines) for name in others)


def _computed(name: str, of: str, naming: Naming, lines: Mapping[str, Expr]) -> bool:
    """Whether a name is the program's, beside the parameter itself, or a line above computes it on the way forward."""
    program = naming.program
    if name in {*program.shapes, *program.data}.difference(program.constants):
        return name != of
    read = names(lines[name]) if name in lines else ()
    inner = {*naming.every}.difference(program.parameters)
    return all(map(naming.given, read)) and not inner.isdisjoint(read)


def _of_now(
    name: str, of: str, naming: Naming, lines: Mapping[str, Expr], within: frozenset[str] = frozenset()
) -> bool:
    """Whether a line is made of this step alone: it is called a gradient, or is the rate times one and no more."""
    if name not in lines or name in within:
        return False
    expr, single = lines[name], naming.single
    read = names(expr)
    if ERROR.fullmatch(name):
        own = within | {name}
        known = (each in single or naming.usual(each) or _of_now(each, of, naming, lines, own) for each in read)
        return of not in read and all(known)
    nodes, parameters = _operations(expr), naming.program.parameters
    product = nodes <= PRODUCT and not RATES.isdisjoint(read)
    return product and all((each in single or naming.usual(each)) and each not in parameters for each in read)


def _multiplied_out(
    name: str, of: str, naming: Naming, lines: Mapping[str, Expr], within: frozenset[str] = frozenset()
) -> bool:
    """Whether a line adds up over an axis what the network's values give, or lines of errors: G = delta @ A.T / m."""
    if name not in lines or name in within:
        return False
    read, nodes, own = names(lines[name]), _operations(lines[name]), within | {name}
    return (
        not nodes.isdisjoint(SUMMING)
        and nodes <= PRODUCT | SUMMING
        and of not in read
        and all(
            naming.usual(each) or _of_now(each, of, naming, lines, own) or _multiplied_out(each, of, naming, lines, own)
            for each in read
        )
    )


def _operations(expr: Expr) -> set[str]:
    return {each.op for each in walk(expr) if isinstance(each, Apply)}
