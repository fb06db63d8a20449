"""Claims judged: each equation a person wrote, on their own upstream values and on the true ones.

A line that is right on true values and wrong as written only inherits. What the left side denotes is taken from the
file, or else inferred for all lines together: where a person keeps the 1/m shows in how their lines fit one another.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from bpdebug.check.adopted import Adopted, Adoption
from bpdebug.check.derivatives import Derivatives
from bpdebug.check.formulas import Formulas, NotEvaluable
from bpdebug.check.forward import Forward, Values
from bpdebug.check.judgement import CLOSE, FLOOR, Judgement, Written, verdict_of
from bpdebug.check.meaning import SLOT, Meaning
from bpdebug.check.readings import Readings
from bpdebug.check.untested import untested
from bpdebug.check.usable import milder, usable
from bpdebug.language.expression import names
from bpdebug.ops.table import Array
from bpdebug.program.equations import Program

__all__ = ["CLOSE", "FLOOR", "Derivation", "Judge", "Judged", "Judgement", "Missing", "Written", "judge", "verdict_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """One claim with its two verdicts. On true upstream values the line gives `value`, and should give `true`."""

    name: str
    text: str
    of: str
    meaning: Meaning | None
    verdict: Judgement
    local: Judgement
    reason: str = ""
    """Why it cannot be evaluated, if it cannot."""
    unread: str = ""
    """The name in it whose own line could not be read, so that nothing can be said of this one."""
    value: Array | None = None
    true: Array | None = None
    makes_right: tuple[str, ...] = ()
    """The lines that are right with this one's gradient in its place, where only that tells which gradient it is."""

    @property
    def inherits(self) -> bool:
        """Right by itself, and wrong only through an earlier line."""
        return self.local is Judgement.CORRECT and self.verdict is not Judgement.CORRECT


@dataclass(frozen=True, slots=True)
class Missing:
    """A gradient that the derivation reads and never computes (`reader`: where first), or needs and never claims."""

    name: str
    of: str
    reader: str | None
    meaning: Meaning | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Derivation:
    """All claims judged, and what is missing between them."""

    claims: tuple[Judged, ...]
    missing: tuple[Missing, ...]
    unread: tuple[str, ...] = ()
    """Names whose lines could not be read."""
    elsewhere: bool = False
    """Whether the verdicts come from milder numbers, the own ones leaving gradients no digits."""
    untested: str = ""
    """What of the parameters' gradients these numbers cannot tell, and why, in a sentence."""

    @property
    def first_wrong(self) -> int | None:
        """The first line that is not right by itself, of those of which that can be said."""
        bad = (Judgement.WRONG, Judgement.NOT_EVALUABLE)
        return next((i for i, each in enumerate(self.claims) if each.local in bad and not each.unread), None)

    @property
    def judged(self) -> bool:
        """Whether anything was judged at all."""
        return any(each.meaning is not None and not each.unread for each in self.claims)

    @property
    def ok(self) -> bool:
        """Whether there are lines, every one is read and right, and nothing is missing."""
        right = all(each.verdict in (Judgement.CORRECT, Judgement.AUXILIARY) for each in self.claims)
        return right and not self.missing and not self.unread and (self.judged or not self.claims)


def judge(program: Program, values: Values, claims: Sequence[Written], unread: Collection[str] = ()) -> Derivation:
    """Judge claims on the values of one iteration (parameters as it found them).

    `unread` are names whose own lines could not be read.
    """
    return Judge(program, values, tuple(claims), frozenset(unread)).derivation()


@dataclass(frozen=True, eq=False)
class Judge:
    """One derivation under judgement."""

    program: Program
    values: Values
    claims: tuple[Written, ...]
    unread: frozenset[str] = frozenset()
    """Names whose own lines could not be read."""
    _true: dict[Meaning, Array] = field(default_factory=dict)
    adopted: dict[str, Adopted] = field(default_factory=dict)
    """The helper lines that are taken for gradients."""

    @cached_property
    def forward(self) -> Forward:
        return Forward.of(self.program, self.values)

    @cached_property
    def given(self) -> dict[str, Array]:
        """What every line may read: the forward pass, and nothing that is being claimed."""
        steps = {step.out for step in self.forward.steps}
        kept = {*self.program.data, *self.program.parameters, *self.program.constants, *steps}
        return {name: np.asarray(value) for name, value in self.forward.values.items() if name in kept}

    @cached_property
    def derivatives(self) -> Derivatives:
        return Derivatives(self.forward)

    @cached_property
    def formulas(self) -> Formulas:
        return Formulas(self.program.constants)

    @cached_property
    def unclaimed(self) -> Mapping[str, str]:
        """Gradients that lines read without a claim of that name before them, and what they are gradients of."""
        found: dict[str, str] = {}
        claimed: set[str] = set()
        for claim in self.claims:
            for name in names(claim.expr):
                of = self.quantity(name)
                if name not in claimed and name not in self.given and of:
                    found.setdefault(name, of)
            claimed.add(claim.name)
        return found

    def quantity(self, name: str) -> str:
        """What a name says it is the gradient of: dW2 belongs to W2."""
        of = name[1:].removeprefix("_") if name.startswith("d") else ""
        return of if of in self.given and of not in self.program.constants else ""

    def derivation(self) -> Derivation:
        """All claims judged; on milder numbers where these leave gradients no digits."""
        other = self._milder()
        meanings = (other or self).meanings()
        found = self.judged(meanings)
        if other is not None:
            found = tuple(
                replace(own, verdict=each.verdict, local=each.local, reason=each.reason)
                for own, each in zip(found, other.judged(meanings), strict=True)
            )
        adopted = (other or self).adopted
        found = tuple(
            replace(each, makes_right=adopted[each.name].readers) if each.name in adopted else each for each in found
        )
        told = untested(self.program, self.given, found)
        return Derivation(found, self._missing(meanings), tuple(sorted(self.unread)), other is not None, told)

    def _milder(self) -> Judge | None:
        if usable(self.forward):
            return None
        found = milder(self.program, self.values)
        return None if found is None else Judge(self.program, found.values, self.claims, self.unread)

    def judged(self, meanings: Mapping[str, Meaning]) -> tuple[Judged, ...]:
        """Every claim judged, on these numbers."""
        written = self.given | {name: self.true(meanings[name]) for name in self.unclaimed}
        with np.errstate(all="ignore"):
            return tuple(self._judged(claim, meanings, written) for claim in self.claims)

    def _judged(self, claim: Written, meanings: Mapping[str, Meaning], written: dict[str, Array]) -> Judged:
        own = meanings.get(claim.name)
        blocked = self.blocked(claim, meanings)
        if blocked:
            self._take_for_right(claim.name, own, written)
            state = Judgement.NOT_EVALUABLE if own else Judgement.AUXILIARY
            reason = f"{blocked} could not be read"
            return Judged(claim.name, claim.text, own.of if own else "", own, state, state, reason, blocked)
        reason = ""
        try:
            written[claim.name] = self.formulas.value(claim.expr, written)
        except NotEvaluable as error:
            written.pop(claim.name, None)
            reason = str(error)
        if own is None:
            state = Judgement.NOT_EVALUABLE if reason else Judgement.AUXILIARY
            return Judged(claim.name, claim.text, "", None, state, state, reason)
        true = self.true(own)
        verdict = verdict_of(written.get(claim.name), true)
        try:
            value = self.formulas.value(claim.expr, self.upstream(claim, meanings))
        except NotEvaluable as error:
            return Judged(claim.name, claim.text, own.of, own, verdict, Judgement.NOT_EVALUABLE, str(error), true=true)
        return Judged(
            claim.name, claim.text, own.of, own, verdict, verdict_of(value, true), reason, value=value, true=true
        )

    def _take_for_right(self, name: str, own: Meaning | None, written: dict[str, Array]) -> None:
        """Go on from a line of which nothing can be said as if it were right: what reads it inherits no error."""
        written.pop(name, None)
        if own is not None:
            written[name] = self.true(own)

    def blocked(self, claim: Written, meanings: Collection[str]) -> str:
        """The name that keeps a line from being judged: a line of its own, or of what it reads, could not be read."""
        lines = (*self.helpers(claim, meanings), claim)
        read = (claim.name, *(name for each in lines for name in names(each.expr)))
        return next((name for name in read if name in self.unread and name not in self.given), "")

    def true(self, own: Meaning) -> Array:
        """The value of what a left side denotes."""
        if own not in self._true:
            self._true[own] = self.formulas.value(own.expr, {**self.given, SLOT: self.derivatives.of(own.of)})
        return self._true[own]

    def upstream(self, claim: Written, meanings: Mapping[str, Meaning]) -> dict[str, Array]:
        """What a claim reads, every earlier gradient with its right value."""
        helpers = self.helpers(claim, meanings)
        read = {name for each in (claim, *helpers) for name in names(each.expr)}
        found = self.given | {name: self.true(meanings[name]) for name in read if name in meanings}
        for each in helpers:
            try:
                found[each.name] = self.formulas.value(each.expr, found)
            except NotEvaluable:
                continue
        return found

    def helpers(self, claim: Written, meanings: Collection[str]) -> tuple[Written, ...]:
        """The lines of no gradient that a claim needs before it, in their order."""
        before = self.claims[: self.claims.index(claim)] if claim in self.claims else self.claims
        needed, found = set(names(claim.expr)), list[Written]()
        for each in reversed(before):
            if each.name in needed and each.name not in meanings:
                found.insert(0, each)
                needed.update(names(each.expr))
        return tuple(found)

    def _missing(self, meanings: Mapping[str, Meaning]) -> tuple[Missing, ...]:
        return tuple(
            Missing(name, of, next(claim.name for claim in self.claims if name in names(claim.expr)), meanings[name])
            for name, of in self.unclaimed.items()
            if name not in self.unread
        )

    def meanings(self) -> dict[str, Meaning]:
        """What every left side denotes: as declared, or as the lines fit together best."""
        named = {claim.name: claim.of or self.quantity(claim.name) for claim in self.claims}
        named = {name: of for name, of in named.items() if of} | dict(self.unclaimed)
        readings = Readings(self.forward, self.given, self.true, self.claims, self.helpers)
        found = readings.meanings(named)
        self.adopted.clear()
        self.adopted.update(Adoption(self, found).found())
        if not self.adopted:
            return found
        return readings.meanings(named, {name: each.meaning for name, each in self.adopted.items()})
