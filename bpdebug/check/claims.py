"""Claims judged: each equation a person wrote, on their own upstream values and on the true ones.

A line that is right on true values and wrong as written only inherits. What the left side denotes is taken from the
file, or else inferred for all lines together: where a person keeps the 1/m shows in how their lines fit one another.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property

import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace

from bpdebug.check.adopted import Adopted, Adoption
from bpdebug.check.derivation import Derivation, Judged, Missing
from bpdebug.check.derivatives import Derivatives
from bpdebug.check.formulas import Formulas, NotEvaluable
from bpdebug.check.forward import Forward, Values
from bpdebug.check.judgement import CLOSE, FLOOR, Judgement, Written, verdict_of
from bpdebug.check.meaning import SLOT, Meaning
from bpdebug.check.readings import Readings
from bpdebug.check.scales import Scales
from bpdebug.check.unseen import doubted
from bpdebug.check.untested import untested
from bpdebug.check.usable import milder, usable
from bpdebug.language.expression import names
from bpdebug.ops.table import Array
from bpdebug.program.equations import Program
from bpdebug.program.targets import targets

__all__ = ["CLOSE", "FLOOR", "Derivation", "Judge", "Judged", "Judgement", "Missing", "Written", "judge", "verdict_of"]


def judge(program: Program, values: Values, claims: Sequence[Written], unread: Collection[str] = ()) -> Derivation:
    """Judge claims on the values of one iteration (parameters as it found them).

    `unread` are names whose own lines could not be read.
    """
    return Judge(program, values, tuple(claims), frozenset(unread)).derivation()


class Judge(Struct, frozen=True, eq=False, dict=True):
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
        known = of in self.given and of not in self.program.constants and of not in self.targets
        return of if known else ""

    @cached_property
    def targets(self) -> frozenset[str]:
        """The labels, which no gradient is taken by."""
        return targets(self.program)

    def derivation(self) -> Derivation:
        """All claims judged; on milder numbers where these leave gradients no digits."""
        other = self._milder()
        meanings = (other or self).meanings()
        found = self.judged(meanings)
        if other is not None:
            found = tuple(
                replace(
                    own,
                    verdict=each.verdict,
                    local=each.local,
                    reason=each.reason,
                    unread=each.unread,
                    assumed=each.assumed,
                )
                for own, each in zip(found, other.judged(meanings), strict=True)
            )
        adopted = (other or self).adopted
        found = tuple(
            replace(each, makes_right=adopted[each.name].readers) if each.name in adopted else each for each in found
        )
        told = untested(self.program, self.given, found)
        missing, unread = self._missing(meanings), tuple(sorted(self.unread))
        return Derivation(found, missing, unread, other is not None, self.assumed(meanings), told)

    def _milder(self) -> Judge | None:
        if usable(self.forward):
            return None
        found = milder(self.program, self.values)
        return None if found is None else Judge(self.program, found.values, self.claims, self.unread)

    def judged(self, meanings: Mapping[str, Meaning]) -> tuple[Judged, ...]:
        """Every claim judged, on these numbers."""
        with np.errstate(all="ignore"):
            found = self._all_judged(meanings, {})
            doubts = doubted(self, meanings, found)
            return self._all_judged(meanings, doubts) if doubts else found

    def _all_judged(self, meanings: Mapping[str, Meaning], doubts: Mapping[str, str]) -> tuple[Judged, ...]:
        """Every claim judged; `doubts` are those of which nothing can be said, and the unread name that is why."""
        held = {**self.unclaimed, **self.assumed(meanings)}
        written = self.given | {name: self.true(meanings[name]) for name in held}
        return tuple(self._judged(claim, meanings, written, doubts.get(claim.name, "")) for claim in self.claims)

    def _judged(
        self, claim: Written, meanings: Mapping[str, Meaning], written: dict[str, Array], doubted: str
    ) -> Judged:
        own = meanings.get(claim.name)
        if blocked := doubted or self.blocked(claim, meanings):
            self._take_for_right(claim.name, own, written)
            state = Judgement.NOT_EVALUABLE if own else Judgement.AUXILIARY
            reason = f"{blocked} could not be read"
            return Judged(claim.name, claim.text, own.of if own else "", own, state, state, reason, blocked)
        reason = ""
        try:
            written[claim.name] = self.formulas.value(claim.expr, written)
        except NotEvaluable as error:
            written.pop(claim.name, None)
            reason = self._because(claim, written, error)
        if own is None:
            state = Judgement.NOT_EVALUABLE if reason else Judgement.AUXILIARY
            return Judged(claim.name, claim.text, "", None, state, state, reason)
        assumed, true = self._unread_in(claim, meanings), self.true(own)
        verdict = verdict_of(written.get(claim.name), true)
        judged = Judged(claim.name, claim.text, own.of, own, verdict, verdict, reason, true=true, assumed=assumed)
        try:
            value = self.formulas.value(claim.expr, self.upstream(claim, meanings))
        except NotEvaluable as error:
            return replace(judged, local=Judgement.NOT_EVALUABLE, reason=str(error))
        return replace(judged, local=verdict_of(value, true), value=value)

    def _because(self, claim: Written, written: Mapping[str, Array], error: NotEvaluable) -> str:
        """Why a line has no value: because one above it has none, where that is so."""
        above = {each.name for each in self.claims[: self.claims.index(claim)]}
        lacking = next((name for name in names(claim.expr) if name in above and name not in written), "")
        return f"{lacking} above has no value" if lacking and lacking != claim.name else str(error)

    def _take_for_right(self, name: str, own: Meaning | None, written: dict[str, Array]) -> None:
        """Go on from a line of which nothing can be said as if it were right: what reads it inherits no error."""
        written.pop(name, None)
        if own is not None:
            written[name] = self.true(own)

    def blocked(self, claim: Written, meanings: Collection[str]) -> str:
        """The name that keeps a line from being judged: nobody knows what it holds, as a line of it is unread."""
        if claim.name in self.unread:
            return claim.name
        return next((name for name in self._unread_in(claim, meanings) if name not in meanings), "")

    def assumed(self, meanings: Mapping[str, Meaning]) -> dict[str, Meaning]:
        """What names are taken for whose lines could not be read."""
        claimed = {claim.name for claim in self.claims}
        return {name: own for name, own in meanings.items() if name in self.unread and name not in claimed}

    def _unread_in(self, claim: Written, meanings: Collection[str]) -> tuple[str, ...]:
        """The names in a line, or in the helpers it reads, whose own lines could not be read."""
        lines = (*self.helpers(claim, meanings), claim)
        read = dict.fromkeys(name for each in lines for name in names(each.expr))
        return tuple(name for name in read if name in self.unread and name not in self.given)

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

    def local(self, claim: Written, meanings: Mapping[str, Meaning]) -> Array | None:
        """The value of a claim with every earlier gradient right; None where it has none."""
        try:
            return self.formulas.value(claim.expr, self.upstream(claim, meanings))
        except NotEvaluable:
            return None

    @cached_property
    def scales(self) -> Scales:
        """What a line may be off by that is right but for a factor."""
        return Scales(self.program.constants, self.program.examples, ())

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
        named = {**{name: self.quantity(name) for name in self.unread}, **named, **self.unclaimed}
        named = {name: of for name, of in named.items() if of}
        readings = Readings(self.forward, self.given, self.true, self.claims, self.helpers, self.unread)
        found = readings.meanings(named)
        self.adopted.clear()
        self.adopted.update(Adoption(self, found).found())
        if not self.adopted:
            return found
        return readings.meanings(named, {name: each.meaning for name, each in self.adopted.items()})
