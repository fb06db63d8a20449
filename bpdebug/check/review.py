"""A derivation reviewed: judged in the order of work whatever order it is written in, diagnosed, completed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from bpdebug.check.called import WORD, spoken
from bpdebug.check.claims import Derivation, Judge, Judged, Judgement, Written, verdict_of
from bpdebug.check.completion import Completion, Lacking, kept_per_example
from bpdebug.check.diagnosis import Diagnosis, diagnose
from bpdebug.check.diagnosis.reference import derived
from bpdebug.check.diagnosis.remarks import Remark, remarks
from bpdebug.check.forward import Values
from bpdebug.check.meaning import Meaning, plain
from bpdebug.check.wording import Wording
from bpdebug.language.expression import names
from bpdebug.ops.table import Array
from bpdebug.program.equations import Program
from bpdebug.program.work import Task, first, order_of_work


class Review(Struct, frozen=True, eq=False, dict=True):
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
        """Whether every line is right and every gradient that is needed has one."""
        return self.derivation.ok and not any(each.reader for each in self.lacking)

    @property
    def claims(self) -> tuple[Judged, ...]:
        return self.derivation.claims

    @cached_property
    def unread(self) -> Collection[str]:
        """The quantities whose gradients stand in lines that could not be read."""
        owners = {gradient: of for of, gradient in self.program.gradients.items()}
        assumed = {each.of for each in self.derivation.assumed.values()}
        return assumed.union(owners[name] for name in self.derivation.unread if name in owners)

    @property
    def first_wrong(self) -> int | None:
        """The place of the first line to be mended: the first wrong one, or the helper line through which it is."""
        place = self.derivation.first_wrong
        diagnosis = None if place is None else self.diagnoses[place]
        through = "" if diagnosis is None else diagnosis.through
        return next((at for at, each in enumerate(self.claims) if each.name == through), place)

    def told(self, place: int) -> Diagnosis | None:
        """What is wrong with a line and is to be said of it: nothing where that is told of a helper line it reads."""
        found = self.diagnoses[place]
        return None if found is None or found.through else found

    def through(self, helper: str) -> tuple[str, ...]:
        """The lines that are wrong through a helper line."""
        pairs = zip(self.claims, self.diagnoses, strict=True)
        return tuple(self.spoken(each.name) for each, said in pairs if said is not None and said.through == helper)

    def inherited(self, place: int) -> tuple[str, ...]:
        """The lines from which a claim has its error, through helper lines or directly."""
        where = {each.name: at for at, each in enumerate(self.claims)}
        read, found = [*self.reads[place]], dict[str, None]()
        for name in read:
            verdict = self.claims[where[name]].verdict if name in where else Judgement.CORRECT
            if verdict is Judgement.AUXILIARY:
                read += [each for each in self.reads[where[name]] if each not in read]
            elif verdict is not Judgement.CORRECT:
                found.setdefault(self.spoken(name))
        return tuple(found)

    @cached_property
    def work(self) -> tuple[Task, ...]:
        """The order of work, with the 1/m where the person keeps it."""
        if not self.claims:
            return order_of_work(self.program)
        own = list(self.derivation.meanings.values())
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
    diagnoses = with_helpers(ordered, diagnose(program, values, ordered, derivation))
    alike = tuple(Likeness(judge, derivation.meanings).of(each) for each in ordered)
    back = sorted(range(len(places)), key=places.__getitem__)
    wording = Wording.of(claims, unread, program.constants)
    shown = replace(derivation, claims=tuple(wording.claim(derivation.claims[each]) for each in back))

    def remarked() -> tuple[Remark | None, ...]:
        found = remarks(program, values, ordered, derivation)
        return tuple(found[each] for each in back)

    return Review(
        program,
        shown,
        tuple(wording.diagnosis(ordered[each], diagnoses[each]) for each in back),
        tuple(map(wording.lacking, still_lacking(Completion(judge, derivation).lacking(), ordered, diagnoses))),
        tuple(names(claim.expr) for claim in claims),
        tuple(alike[each] for each in back),
        remarked,
        wording.called,
    )


def with_helpers(claims: Sequence[Written], found: Sequence[Diagnosis | None]) -> tuple[Diagnosis | None, ...]:
    """The diagnoses, with those of the helper lines through which others are wrong."""
    helpers: dict[str, Diagnosis] = {}
    for each in found:
        if each is not None and each.helper is not None:
            helpers.setdefault(each.through, each.helper)
    return tuple(helpers.get(claim.name, own) for claim, own in zip(claims, found, strict=True))


def still_lacking(
    lacking: Sequence[Lacking], claims: Sequence[Written], found: Sequence[Diagnosis | None]
) -> Iterator[Lacking]:
    """What is lacking, but for what only wrong lines read that do not once they are mended."""
    exprs = [
        claim.expr if own is None or own.mended is None else own.mended
        for claim, own in zip(claims, found, strict=True)
    ]
    needed = {name for each in exprs for name in names(each)}
    written = {name for claim in claims for name in names(claim.expr)}
    return (each for each in lacking if each.name in needed or each.name not in written)


def in_order(claims: Sequence[Written]) -> tuple[int, ...]:
    """The places of claims such that each comes after those it reads; otherwise as they are written."""
    where = {claim.name: place for place, claim in enumerate(claims)}
    reads = [{where[n] for n in names(claim.expr) if n in where} - {i} for i, claim in enumerate(claims)]
    done: dict[int, None] = {}
    while len(done) < len(claims):
        waiting = [place for place in range(len(claims)) if place not in done]
        done[next((place for place in waiting if reads[place] <= done.keys()), waiting[0])] = None
    return tuple(done)


def begun_anew(claim: Written) -> bool:
    """Whether a line is written to read its own name, and is judged with what it begins with in its place."""
    left, _, right = claim.text.partition("=")
    said = left.strip()
    reads = any(name == said or name.startswith(f"{said}_") for name in names(claim.expr))
    return said in WORD.findall(right) and not reads


class Likeness(Struct, frozen=True, eq=False):
    """Which gradient a line has the value of, whose name does not say so."""

    judge: Judge
    meanings: Mapping[str, Meaning]

    def of(self, claim: Written) -> Meaning | None:
        """The one gradient that the line equals, itself or m-fold; None where its name says what it is.

        What is kept from step to step, v = beta * v + dW, has that value in the first step alone.
        """
        if claim.name in self.meanings or begun_anew(claim):
            return None
        value = self.judge.local(claim, self.meanings)
        if value is None:
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
