"""What there is to say of a right line: another convention, another form, right only on these sizes or numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from msgspec import Struct

from bpdebug.check.claims import Derivation, Judgement, Written
from bpdebug.check.diagnosis.canonical import canonical, freed
from bpdebug.check.diagnosis.draws import Draw, compared, draws, redrawn, symmetric
from bpdebug.check.diagnosis.evaluator import same
from bpdebug.check.diagnosis.helpers import WrittenOut
from bpdebug.check.diagnosis.measured import measured
from bpdebug.check.diagnosis.reference import Reference, derived
from bpdebug.check.diagnosis.resized import mistakable, resized
from bpdebug.check.diagnosis.slopes import Slopes
from bpdebug.check.diagnosis.trees import terms
from bpdebug.check.forward import Forward, Values
from bpdebug.check.meaning import SLOT, Meaning, called
from bpdebug.check.rates import WHOLE, says_rate, step_of, usual_step
from bpdebug.check.usable import leaves, usable
from bpdebug.language.expression import Apply, Expr, Name, names, substitute, walk
from bpdebug.ops import write
from bpdebug.ops.table import Array, Size
from bpdebug.program.equations import Phase, Program
from bpdebug.program.work import listed

KINDS = ("masked-by-dimensions", "masked-by-data", "layout-convention", "convention-only", "equivalent-form")
TINY = 1e-12
LONGEST = 100
"""Characters up to which the line of the chain rule is shown beside one in another form."""


class Remark(Struct, frozen=True):
    """Something to say of a right line; `kind` is one of KINDS, and none of them is a mistake."""

    kind: str
    text: str
    quiet: bool = False
    """Whether it is nothing that a report has to say: the same formula in other words."""


def remarks(
    program: Program, values: Values, claims: Sequence[Written], derivation: Derivation
) -> tuple[Remark | None, ...]:
    """For each claim that is right by itself what should be said of it, if anything."""
    with np.errstate(all="ignore"):
        own = tuple(claims)
        numbers = draws(program, values, own, derivation)
        forward = resized(program, values)
        other = None if forward is None else Draw(forward, own, derivation.meanings)
        unlike = special(program, values, own, derivation)
        viewer = Viewer(program, values, own, derivation, numbers, other, unlike)
        return tuple(viewer.remark(place) for place in range(len(own)))


class Viewer(Struct, frozen=True, eq=False, dict=True):
    """Right lines looked at on other sizes, other numbers and in another writing."""

    program: Program
    values: Values
    claims: tuple[Written, ...]
    derivation: Derivation
    numbers: Sequence[Draw]
    other: Draw | None
    """The network with other sizes."""
    unlike: Sequence[tuple[str, Draw]]
    """Numbers without something that those of the case have, and what that is."""

    @cached_property
    def slopes(self) -> Slopes:
        made = (each.name for each in self.program.equations if each.phase in (Phase.FORWARD, Phase.COST))
        return Slopes(self.program, self.numbers[0].evaluator, (*self.program.data, *self.program.parameters, *made))

    def remark(self, place: int) -> Remark | None:
        """What there is to say of one line."""
        claim, judged = self.claims[place], self.derivation.claims[place]
        if judged.local is not Judgement.CORRECT or judged.meaning is None:
            return None
        start = f"{claim.name} is right here only because"
        reason = next((why for why, draw in self.unlike if off(draw, claim, judged.meaning)), None)
        if reason is not None:
            return Remark("masked-by-data", f"{start} {reason}.")
        if self.other is not None and masked(self.program, claim, judged.meaning, self.numbers[0], self.other):
            return Remark("masked-by-dimensions", f"{start} {self._sizes(claim, judged.meaning)}.")
        if judged.meaning.updates:
            return stepping(judged.meaning, claim.expr, usual_step(self.derivation.meanings))
        return self._convention(place, judged.meaning) or self._other_form(place)

    def _convention(self, place: int, meaning: Meaning) -> Remark | None:
        """What a name holds in the place of the gradient that it speaks of, and where that is made up for."""
        claim, own, m = self.claims[place], self.derivation.meanings, self.program.examples
        said = claim.of or claim.name[1:]
        if meaning.of != said and said in self.program.shapes and not claim.denotes:
            other = f", whose value it has: it is the gradient by {called(meaning.of)} and not by {said}"
            return Remark("convention-only", f"{claim.name} is read as {meaning.shown}{other}.")
        if claim.denotes or meaning.usual(m):
            return convention(meaning, claim.name, m)
        makers = [
            each.name
            for each in self.claims
            if claim.name in names(each.expr) and each.name in own and own[each.name].expr != meaning.expr
        ]
        if not makers:
            return convention(meaning, claim.name, m)
        turned = any(isinstance(node, Apply) and node.op == "transpose" for node in walk(meaning.expr))
        kind = "layout-convention" if turned else "convention-only"
        minus = any(isinstance(node, Apply) and node.op == "negate" for node in walk(meaning.expr))
        up = f"{listed(makers)} {'keep' if minus else 'make'}{'s' * (len(makers) == 1)} "
        up += "the minus that undoes its own" if minus else "up for it"
        return Remark(kind, f"{claim.name} is read as {meaning.shown}, and {up}.")

    def _sizes(self, claim: Written, meaning: Meaning) -> str:
        """Which sizes make a line right that is wrong with others."""
        found = []
        for each, told in mistakable(self.program).items():
            forward = resized(self.program, self.values, each)
            draw = None if forward is None else Draw(forward, self.claims, self.derivation.meanings)
            if draw is not None and fails(self.program, draw, claim, meaning):
                found.append(told)
        return found[0] if found else "some sizes of this network agree"

    def _other_form(self, place: int) -> Remark | None:
        """That a line looks otherwise than the one in the book, and is the same."""
        claim, judged = self.claims[place], self.derivation.claims[place]
        gone = next((part.node for part in terms(claim.expr) if self._vanishes(part.node)), None)
        if gone is not None and len(terms(claim.expr)) > 1:
            return Remark("equivalent-form", f"{write(gone, 'ascii')} is always 0: the line is right without it too.")
        read = self.derivation.meanings
        if not all(
            read[name].usual(self.program.examples) for name in (*names(claim.expr), claim.name) if name in read
        ):
            return None
        lines = tuple(self._book(place))
        helpers = [each for each in self.claims[:place] if each.name not in self.derivation.meanings]
        out = WrittenOut.of(claim, helpers)
        own = self._canonical(claim.expr if out is None else out.expr)
        if judged.meaning is None or not lines or any(self._canonical(line) == own for line in lines):
            return None
        known = {*self.numbers[0].given, *(each.name for each in self.claims[:place])}
        right = min((write(line, "ascii") for line in lines if known.issuperset(names(line))), key=len, default="")
        shown = f": {claim.name} = {right}" if 0 < len(right) <= LONGEST else ""
        return Remark(
            "equivalent-form",
            f"{claim.name} looks otherwise than the line of the chain rule{shown}. They are the same.",
            quiet=True,
        )

    def _book(self, place: int) -> Iterator[Expr]:
        """The line as it is derived, from the gradients before it and from as few as can be."""
        claim, meaning = self.claims[place], self.derivation.claims[place].meaning
        assert meaning is not None
        m = self.program.examples
        before = {each.name: each.meaning for each in self.derivation.claims[:place] if each.meaning is not None}
        before |= self.derivation.beside
        read = {name: each for name, each in before.items() if name in names(claim.expr)}
        for meanings in (before, read):
            own = {each.of: name for name, each in meanings.items() if each.of != meaning.of}
            line = Reference(self.program, own, meanings, meaning.times(m)).line(claim.name, meaning)
            if line is not None:
                yield line
        usual = {name: each for name, each in before.items() if each.times(m) or each.expr == Name(SLOT)}
        scaled = {each.of for each in usual.values() if each.times(m)} - {meaning.of}
        scaled |= {meaning.of} if meaning.times(m) else set()
        gradients = self.program.gradients
        fused = derived(self.program, frozenset(scaled), fused=True).get(gradients.get(meaning.of, ""))
        if fused is not None and (meaning.of in scaled or meaning.expr == Name(SLOT)):
            yield substitute(
                fused, {gradients[each.of]: Name(name) for name, each in usual.items() if each.of in gradients}
            )

    def _canonical(self, expr: Expr) -> Any:
        return canonical(freed(expr, self.program.constants), self._known)

    def _vanishes(self, expr: Expr) -> bool:
        """Whether an expression with a name in it is zero on all numbers, and there are some where it could not be."""
        value = [draw.evaluator.value(expr) for draw in self.numbers]
        return bool(names(expr)) and all(each is not None and np.abs(each).max(initial=0.0) < TINY for each in value)

    def _known(self, expr: Expr) -> Expr | None:
        """The slope that an expression is, as it is written most."""
        if not isinstance(expr, Apply) or expr.op == "transpose":
            return None
        found = self.slopes.recognised(self.numbers[0].evaluator.value(expr))
        return None if found is None or not found.right else found.unit.slope


def special(
    program: Program, values: Values, claims: tuple[Written, ...], derivation: Derivation
) -> tuple[tuple[str, Draw], ...]:
    """Numbers without what is special about those of the case, and what that is."""
    start, found = leaves(program, values), list[tuple[str, Draw]]()
    labels = {name for name in program.data if compared(program, name)}
    random = np.random.default_rng(8)
    for name in (*program.data, *program.parameters):
        value, new = start[name], start[name]
        if value.ndim and not value.any():
            told, new = f"{name} is 0 everywhere", np.asarray(random.normal(size=value.shape))
        elif name in program.data and name not in labels and (axis := adds_up(value)) is not None:
            told = f"every {('column', 'row')[axis]} of {name} adds up to 1"
            new = np.asarray(value + random.uniform(0.2, 1.0, size=value.shape))
        elif symmetric(value):
            told, new = f"{name} is symmetric", np.asarray(value + np.std(value) * random.normal(size=value.shape))
        else:
            continue
        found += _drawn(program, {**start, name: new}, told, claims, derivation)
    return (*found, *_drawn(program, redrawn(program, start, 2), "of these numbers", claims, derivation))


def _drawn(
    program: Program, given: dict[str, Array], told: str, claims: tuple[Written, ...], derivation: Derivation
) -> list[tuple[str, Draw]]:
    forward = Forward.of(program, given)
    if not usable(forward) or forward.kinks:  # where there is no derivative, two rules for it may differ and be right
        return []
    return [(told, Draw(forward, claims, derivation.meanings))]


def adds_up(value: Array) -> int | None:
    """The axis along which an array adds up to one."""
    axes = (axis for axis in range(value.ndim) if value.ndim == 2 and value.shape[axis] > 1)
    return next((axis for axis in axes if np.allclose(value.sum(axis=axis), 1)), None)


def masked(program: Program, claim: Written, meaning: Meaning, own: Draw, other: Draw) -> bool:
    """Whether a right line is wrong with other sizes. One that cannot be evaluated there says nothing."""
    if any(isinstance(node, Apply) and node.op == "index" for node in walk(meaning.expr)):
        return False
    lengths = [length for shape in program.shapes.values() for length in shape]
    known, nameless = (
        {n.symbol for n in lengths if isinstance(n, Size)},
        {n for n in lengths if not isinstance(n, Size)},
    )
    if any(program.constants.get(name) in nameless and name not in known for name in names(claim.expr)):
        return False  # of which lengths a count speaks that are equal here, nobody can say
    return not off(own, claim, meaning) and fails(program, other, claim, meaning)


def fails(program: Program, draw: Draw, claim: Written, meaning: Meaning) -> bool:
    """Whether a line is wrong with other sizes, or has no value there, however its numbers are read as sizes."""
    readings = measured(program, claim.expr)
    return bool(readings) and all(_fails(draw, each, meaning) for each in readings)


def _fails(draw: Draw, expr: Expr, meaning: Meaning) -> bool:
    value, target = draw.evaluator.value(expr), draw.true(meaning)
    if value is not None:
        return target is not None and bool(np.isfinite(target).all()) and not same(value, target)
    options = {key for node in walk(expr) if isinstance(node, Apply) for key, _ in node.options}
    return target is not None and options <= {"axis", "keepdims"}


def off(draw: Draw, claim: Written, meaning: Meaning) -> bool:
    """Whether a line has another value than it should have on a draw; one that has none, or no truth, says nothing."""
    value, target = draw.evaluator.value(claim.expr), draw.true(meaning)
    if value is None or target is None or not np.isfinite(target).all():
        return False
    return not same(value, target)


def stepping(own: Meaning, expr: Expr, usual: Expr | None) -> Remark | None:
    """That a step has no rate, or another one than most; `expr` is the line."""
    step, of = step_of(own), own.of
    if step == WHOLE and not says_rate(expr):
        return Remark("convention-only", f"This step has no learning rate: {of} moves by its whole gradient at once.")
    if usual is None or step is None or step == usual:
        return None
    taken, others = (Meaning(of, each).shown for each in (step, usual))
    text = f"{of} steps by {taken}, at another rate than most: theirs would be {others}. Right, if that is meant."
    return Remark("convention-only", text)


def convention(meaning: Meaning, name: str, examples: str) -> Remark | None:
    """What a name holds in the place of the gradient itself."""
    expr = meaning.expr
    if expr == Name(SLOT):
        return None
    if meaning.times(examples):
        text = f"{name} is read as {examples}·∂J/∂{meaning.of}: the 1/{examples} comes in later, once."
        return Remark("convention-only", text)
    turned = isinstance(expr, Apply) and expr.op == "transpose"
    held = write(expr, "unicode").replace(SLOT, f"∂J/∂{meaning.of}")
    return Remark("layout-convention" if turned else "convention-only", f"{name} holds {held}.")
