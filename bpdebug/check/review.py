"""A derivation reviewed: judged in the order of work whatever order it is written in, diagnosed, completed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from bpdebug.check.called import called, spoken
from bpdebug.check.claims import Derivation, Judge, Judged, Judgement, Missing, Written, verdict_of
from bpdebug.check.diagnosis import Diagnosis, diagnose
from bpdebug.check.diagnosis.reference import Reference, derived
from bpdebug.check.diagnosis.remarks import Remark, remarks
from bpdebug.check.formulas import NotEvaluable
from bpdebug.check.forward import Values
from bpdebug.check.meaning import Meaning, plain
from bpdebug.language.expression import Expr, Name, names, substitute
from bpdebug.ops import write
from bpdebug.ops.table import Array
from bpdebug.program.equations import Phase, Program
from bpdebug.program.work import Task, first, order_of_work

LONGEST = 500
"""Characters that a missing line may take."""


@dataclass(frozen=True, slots=True)
class Lacking:
    """A gradient that is not in the derivation: its line in the person's names, and after which line it goes.

    `reader` is the first line that reads it; None where only the update needs it.
    """

    name: str
    of: str
    expr: Expr | None
    after: str | None
    reader: str | None

    @property
    def mended(self) -> str:
        """The line that is missing."""
        return "" if self.expr is None else f"{self.name} = {write(self.expr, 'ascii')}"


@dataclass(frozen=True, eq=False)
class Review:
    """Claims as they were written, and of each what is to be said."""

    program: Program
    derivation: Derivation
    diagnoses: tuple[Diagnosis | None, ...]
    lacking: tuple[Lacking, ...]
    reads: tuple[tuple[str, ...], ...]
    """The names that each claim reads."""
    alike: tuple[Meaning | None, ...]
    """For each line whose name says of no quantity that it is its gradient: of which one it has the value."""
    remarked: Callable[[], tuple[Remark | None, ...]]
    called: Mapping[str, str]
    """What the person calls names that are others here."""

    def spoken(self, text: str) -> str:
        """A text with every name as the person calls it."""
        return spoken(text, self.called)

    @cached_property
    def remarks(self) -> tuple[Remark | None, ...]:
        """For each right line what else is to be said: masked by sizes or numbers, another convention or form."""
        return self.remarked()

    @property
    def ok(self) -> bool:
        """Whether every line is right and every gradient that a line reads has one."""
        return self.derivation.ok

    @property
    def claims(self) -> tuple[Judged, ...]:
        return self.derivation.claims

    @cached_property
    def unread(self) -> frozenset[str]:
        """The quantities whose gradients stand in lines that could not be read."""
        owners = {gradient: of for of, gradient in self.program.gradients.items()}
        return frozenset(owners[name] for name in self.derivation.unread if name in owners)

    def inherited(self, place: int) -> tuple[str, ...]:
        """The lines from which a claim has its error."""
        bad = [each.name for each in self.claims if each.verdict not in (Judgement.CORRECT, Judgement.AUXILIARY)]
        return tuple(dict.fromkeys(self.spoken(name) for name in self.reads[place] if name in bad))

    @cached_property
    def work(self) -> tuple[Task, ...]:
        """The order of work, with the 1/m where the person keeps it."""
        if not self.claims:
            return order_of_work(self.program)
        own = list(meanings_of(self.derivation).values())
        begun = {each.of for each in own}.intersection(first(self.program))
        scaled = kept_per_example(self.program, own)
        return order_of_work(self.program, derived(self.program, scaled, fused=bool(own) and not begun))


def review(program: Program, values: Values, claims: Sequence[Written], unread: Collection[str] = ()) -> Review:
    """All there is to say of claims on the values of one iteration (parameters as it found them).

    `unread` are names whose own lines could not be read.
    """
    places = in_order(claims)
    ordered = tuple(claims[place] for place in places)
    judge = Judge(program, values, ordered, frozenset(unread))
    derivation = judge.derivation()
    diagnoses = diagnose(program, values, ordered, derivation)
    alike = tuple(Likeness(judge, meanings_of(derivation)).of(each) for each in ordered)
    back = sorted(range(len(places)), key=places.__getitem__)
    own = called(claims, unread)
    judged = (derivation.claims[each] for each in back)
    shown = replace(derivation, claims=tuple(replace(each, reason=spoken(each.reason, own)) for each in judged))

    def remarked() -> tuple[Remark | None, ...]:
        found = remarks(program, values, ordered, derivation)
        return tuple(found[each] for each in back)

    return Review(
        program,
        shown,
        tuple(as_said(ordered[each], diagnoses[each], own) for each in back),
        tuple(placed(each, own) for each in Completion(judge, derivation).lacking()),
        tuple(names(claim.expr) for claim in claims),
        tuple(alike[each] for each in back),
        remarked,
        own,
    )


def meanings_of(derivation: Derivation) -> dict[str, Meaning]:
    """What every name of a gradient stands for, claimed or missing."""
    claimed = {each.name: each.meaning for each in derivation.claims if each.meaning is not None}
    return claimed | {each.name: each.meaning for each in derivation.missing if each.meaning is not None}


def as_said(claim: Written, diagnosis: Diagnosis | None, own: Mapping[str, str]) -> Diagnosis | None:
    """The diagnosis with all names, and the left side, as the person wrote them."""
    if diagnosis is None:
        return None
    said, mended = claim.text.partition("=")[0].strip(), diagnosis.mended_text
    if mended.startswith(f"{claim.name} ="):
        mended = f"{said}{mended.removeprefix(claim.name)}"
    return replace(
        diagnosis,
        mended_text=spoken(mended, own),
        offending=spoken(diagnosis.offending, own),
        should_be=spoken(diagnosis.should_be, own),
        explanation=spoken(diagnosis.explanation, own),
    )


def placed(lacking: Lacking, own: Mapping[str, str]) -> Lacking:
    """A line that is missing, in the names that the person uses."""
    expr = lacking.expr and substitute(lacking.expr, {name: Name(said) for name, said in own.items()})
    return replace(lacking, expr=expr, after=lacking.after and own.get(lacking.after, lacking.after))


def in_order(claims: Sequence[Written]) -> tuple[int, ...]:
    """The places of claims such that each comes after those it reads; otherwise as they are written."""
    where = {claim.name: place for place, claim in enumerate(claims)}
    reads = [{where[n] for n in names(claim.expr) if n in where} - {i} for i, claim in enumerate(claims)]
    done: dict[int, None] = {}
    while len(done) < len(claims):
        waiting = [place for place in range(len(claims)) if place not in done]
        done[next((place for place in waiting if reads[place] <= done.keys()), waiting[0])] = None
    return tuple(done)


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


@dataclass(frozen=True, eq=False)
class Likeness:
    """Which gradient a line has the value of, whose name does not say so."""

    judge: Judge
    meanings: Mapping[str, Meaning]

    def of(self, claim: Written) -> Meaning | None:
        """The one gradient that the line equals, itself or m-fold; None where its name says what it is."""
        if claim.name in self.meanings:
            return None
        try:
            value = self.judge.formulas.value(claim.expr, self.judge.upstream(claim, self.meanings))
        except NotEvaluable:
            return None
        found = [each for each in self._possible(np.shape(value)) if self._equal(value, each)]
        return found[0] if len({each.of for each in found}) == 1 else None

    def _possible(self, shape: tuple[int, ...]) -> Iterator[Meaning]:
        program = self.judge.program
        for of in program.gradients:
            if tuple(program.shapes[of]) == shape:
                yield plain(of)
                if program.examples in program.constants:
                    yield plain(of, program.examples)

    def _equal(self, value: Array, meaning: Meaning) -> bool:
        true = self.judge.true(meaning)
        return bool(np.any(true)) and verdict_of(value, true) is Judgement.CORRECT


@dataclass(frozen=True, eq=False)
class Completion:
    """What a derivation leaves out, and the lines that complete it."""

    judge: Judge
    derivation: Derivation

    @cached_property
    def meanings(self) -> dict[str, Meaning]:
        return meanings_of(self.derivation)

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
        return tuple(map(self._read, read)) + tuple(map(self.line, self.unclaimed))

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
