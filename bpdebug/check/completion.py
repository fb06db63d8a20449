"""What a derivation leaves out, and the lines that complete it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from bpdebug.check.claims import Derivation, Judge, Judgement, Missing, verdict_of
from bpdebug.check.diagnosis.reference import Reference, derived
from bpdebug.check.formulas import NotEvaluable
from bpdebug.check.meaning import Meaning, plain
from bpdebug.check.rates import uses
from bpdebug.language.expression import Expr, Name, names, substitute
from bpdebug.ops import write
from bpdebug.program.equations import Phase, Program

LONGEST = 500
"""Characters that a missing line may take."""


class Lacking(Struct, frozen=True):
    """A gradient that is not in the derivation: its line in the person's names, and after which line it goes.

    `reader` is the first line that reads it, or the update where the derivation has the like of it; None where only the
    update needs it and the derivation may not have come so far.
    """

    name: str
    of: str
    expr: Expr | None
    after: str | None
    reader: str | None
    text: str = ""
    """The line in the person's own spelling, where that is known."""

    @property
    def mended(self) -> str:
        """The line that is missing."""
        return self.text or ("" if self.expr is None else f"{self.name} = {write(self.expr, 'ascii')}")


def kept_per_example(program: Program, meanings: Sequence[Meaning]) -> frozenset[str]:
    """The quantities whose gradients a person keeps m-fold: those said, and where any is, all that examples reach."""
    own = {each.of: each.times(program.examples) for each in meanings}
    if not any(own.values()):
        return frozenset()
    reached = set(program.data)
    for equation in program.equations:
        if equation.phase is Phase.FORWARD and reached.intersection(names(equation.expr)):
            reached.add(equation.name)
    return frozenset(name for name in reached if own.get(name, True))


class Completion(Struct, frozen=True, eq=False, dict=True):
    """What a derivation leaves out, and the lines that complete it."""

    judge: Judge
    derivation: Derivation

    @cached_property
    def meanings(self) -> dict[str, Meaning]:
        return self.derivation.meanings

    @cached_property
    def reference(self) -> Reference:
        own: dict[str, str] = {}
        for name, meaning in self.meanings.items():
            own.setdefault(meaning.of, name)
        return Reference(self.judge.program, own, self.meanings)

    def lacking(self) -> tuple[Lacking, ...]:
        """First what lines read and nobody gives, then what only the update needs; each in the order of work."""
        place = {of: number for number, of in enumerate(self.judge.program.gradients)}
        read = sorted(self.derivation.missing, key=lambda each: place.get(each.of, len(place)))
        return tuple(map(self._read, read)) + tuple(map(self._unclaimed, self.unclaimed))

    @property
    def unclaimed(self) -> tuple[str, ...]:
        """Parameters whose gradient is not claimed, though another's that enters the same equation is."""
        program = self.judge.program
        claimed = {meaning.of for meaning in self.meanings.values()}
        together: set[str] = set()
        for equation in program.equations:
            members = set(names(equation.expr)) & set(program.parameters)
            if equation.phase is Phase.FORWARD and members & claimed:
                together |= members
        unread = {self.judge.quantity(name) for name in self.judge.unread}
        return tuple(of for of in program.gradients if of in together - claimed - unread)

    def _unclaimed(self, of: str) -> Lacking:
        return replace(self.line(of), reader=f"the update of {of}" if self._passed_over(of) else None)

    def _passed_over(self, of: str) -> bool:
        """Whether training needs a gradient that the derivation passes over: it has one of its kind further on, or has
        one of its kind and all of the other kinds. Where updates stand below it, it has all others of its kind.
        """
        program = self.judge.program
        if not any(each.name == of and each.phase is Phase.UPDATE for each in program.equations):
            return False
        claimed = {meaning.of for meaning in self.meanings.values()}
        order = [each for each in program.gradients if each in program.parameters]
        kind = [each for each in order if uses(program, each) == uses(program, of)]
        if any(meaning.updates for meaning in self.meanings.values()):
            return len(kind) > 1 and claimed.issuperset({*kind} - {of})
        further = kind[kind.index(of) :]
        others_done = all(each in claimed or each in kind for each in order)
        return bool(claimed.intersection(further)) or (others_done and bool(claimed.intersection(kind)))

    def _read(self, missing: Missing) -> Lacking:
        expr = None if missing.meaning is None else self._line(missing.name, missing.meaning)
        return Lacking(missing.name, missing.of, expr, self._after(expr), missing.reader)

    def line(self, of: str) -> Lacking:
        """The line for the gradient of a quantity, with the 1/m where the person keeps it."""
        program = self.judge.program
        name, scaled = program.gradients[of], of in kept_per_example(program, list(self.meanings.values()))
        expr = self._line(name, plain(of, program.examples if scaled else None))
        return Lacking(name, of, expr, self._after(expr), None)

    def _after(self, expr: Expr | None) -> str | None:
        """The last line that it reads itself."""
        read = () if expr is None else names(expr)
        return next((name for name in reversed(self.meanings) if name in read), None)

    def _line(self, name: str, meaning: Meaning) -> Expr | None:
        """The right line: of those that have the right value, the shortest to write."""
        lines = [self.reference.line(name, meaning), *(self._derived(meaning, fused=each) for each in (False, True))]
        right = [line for line in lines if line is not None and self._right(line, meaning)]
        return min(right, key=lambda line: len(write(line, "ascii")), default=None)

    def _right(self, line: Expr, meaning: Meaning) -> bool:
        known = self.judge.given | {name: self.judge.true(each) for name, each in self.meanings.items()}
        try:
            value = self.judge.formulas.value(line, known)
        except NotEvaluable:
            return False
        return verdict_of(value, self.judge.true(meaning)) is Judgement.CORRECT

    def _derived(self, meaning: Meaning, *, fused: bool) -> Expr | None:
        """The line as differentiating gives it, with what the person has no name for written out.

        Fused, the last layer and the cost are derived in one: dZ3 = A3 - Y.
        """
        program, own = self.judge.program, self.reference.own
        lines = derived(program, kept_per_example(program, [*self.meanings.values(), meaning]), fused=fused)
        line = lines.get(program.gradients.get(meaning.of, ""))
        owners = {gradient: of for of, gradient in program.gradients.items()}
        inner = {name: Name(own[owners[name]]) if owners.get(name) in own else each for name, each in lines.items()}
        for _ in lines:
            if line is None or len(write(line, "ascii")) > LONGEST:
                return None
            other = {name: inner[name] for name in names(line) if name in inner and inner[name] != Name(name)}
            if not other:
                break
            line = substitute(line, other)
        return line
