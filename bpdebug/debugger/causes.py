"""Why NaN or infinity came about: in words, with the entries that did it and what made those."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
from msgspec import Struct

from bpdebug.debugger.ancestry import Index, Link, Tracing
from bpdebug.debugger.entry import written
from bpdebug.debugger.words import counted, number
from bpdebug.language.expression import Expr, Name
from bpdebug.ops.table import Array, Term
from bpdebug.program.equations import Step

FEW = 3
"""Entries that are told one by one."""
DEEP = 4
"""Operations back that tell why an entry is the number that did the harm."""
ROUNDED: Mapping[str, tuple[float, ...]] = {
    "sigmoid": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
    "softmax": (0.0, 1.0),
    "exp": (0.0,),
}
"""What an operation comes near without ever being it, but for rounding."""
OUTSIDE: Mapping[str, Callable[..., str]] = {
    "log": lambda x: (
        "the logarithm falls without bound towards 0" if x == 0 else "no power of e is negative, so it has no logarithm"
    ),
    "sqrt": lambda x: "no square is negative, so it has no square root",
    "divide": lambda u, v: (
        "0 / 0 has no value" if u == 0 else "a quotient grows without bound as its denominator nears 0"
    ),
    "power": lambda u, v: (
        "a negative power of 0 divides by 0" if u == 0 else "a negative number has no fractional power"
    ),
}
"""Why an operation has no number to give outside its domain."""
NOWHERE: Mapping[str, str] = dict.fromkeys(
    ("take", "add_at"), "an index is a whole number, from 0 to the last along its axis, or counted from the end"
)
"""The same of operations that do not work entry by entry."""
MIXED: Mapping[str, str] = {
    "multiply": "0 · infinity has no value",
    "divide": "infinity / infinity has no value",
    "matmul": "infinity - infinity and 0 · infinity have no value",
}
"""How infinity becomes NaN; elsewhere by infinity - infinity."""


class Causes(Struct, frozen=True, eq=False):
    """Tells of ways that `tracing` went."""

    tracing: Tracing
    labels: Mapping[str, Expr]
    """What is written for the parts of formulas."""
    notation: str

    def entry(self, name: str, place: Index) -> str:
        """An entry as it is written: A3[0, 2], (1 - A3)[0, 2]."""
        return written(self.labels.get(name, Name(name)), place, self.notation)

    def made(self, link: Link) -> Iterator[str]:
        """Why a step made this entry what it is, of inputs all of which were finite."""
        step, arrays, out = self.tracing.executed(link)
        with np.errstate(all="ignore"):
            terms = step.op.contributions(link.index, out, *arrays, **step.options)
        used = _used(terms)
        why = self._why(step, arrays, link, terms)
        yield f"{self.entry(link.name, link.index)} = {worded(link.value)}: {why}."
        told: dict[str, None] = {}
        for place, at in used[:2]:
            given = step.inputs[place]
            if isinstance(given, Name) and step.op.elementwise:
                told |= dict.fromkeys(self._because(given.id, at, link.writer.position - 1))
        yield from told

    def outside(self, link: Link) -> bool:
        """Whether what a step was given there lies outside its domain."""
        step, arrays, _ = self.tracing.executed(link)
        return step.op.domain is not None and bool(step.op.domain(*arrays, **step.options)[link.index])

    def turned(self, links: Sequence[Link]) -> Iterator[str]:
        """Where the infinity became NaN, if it did."""
        for later, earlier in pairwise(links):
            if np.isnan(later.value) and np.isinf(earlier.value):
                step, _, _ = self.tracing.executed(later)
                why = MIXED.get(step.op.name, "infinity - infinity has no value")
                yield f"It became NaN in {self.entry(later.name, later.index)}, {self.where(later)}: {why}."
                return

    def where(self, link: Link) -> str:
        """The step of a link, as the position line has it."""
        run, step = divmod(link.writer.position - 1, self.tracing.timeline.steps)
        return f"step {step + 1:,} of iteration {run + 1:,}"

    def _given(self, step: Step, arrays: Sequence[Array], used: Sequence[tuple[int, Index]]) -> str:
        """The entries with a name that went in, and their numbers."""
        texts = []
        for place, at in used[:FEW]:
            given, value = step.inputs[place], worded(float(arrays[place][at]))
            texts.append(f"{self.entry(given.id, at)} = {value}" if isinstance(given, Name) else value)
        return " and ".join(texts)

    def _why(self, step: Step, arrays: tuple[Array, ...], link: Link, terms: Sequence[Term]) -> str:
        op, given = step.op, self._given(step, arrays, _used(terms))
        if self.outside(link):
            reason = self._reason(step, arrays, link)
            return f"{op.name} was given {given}, and {reason}"
        largest = float(np.finfo(self.tracing.timeline.dtype).max)
        beyond = f"more than {largest:.3g}, the largest number there is"
        if not np.isinf(link.value):
            both = not op.elementwise and len(terms) > 1
            reason = "terms of both signs grow too large, and infinity - infinity has no value" if both else "no value"
            return f"{op.name} of {given}: {reason}"
        if op.elementwise or len(terms) == 1:
            return f"{op.name} of {given} is {beyond}"
        sums = f"the sum of {counted(len(terms), 'product' if op.terms else 'term')}"
        return f"{sums} is {beyond}; the largest is made of {given}"

    @staticmethod
    def _reason(step: Step, arrays: tuple[Array, ...], link: Link) -> str:
        """Why there is no number outside the domain."""
        if step.op.name not in OUTSIDE:
            return NOWHERE.get(step.op.name, "that lies outside its domain")
        shape = np.broadcast_shapes(*(each.shape for each in arrays))
        return OUTSIDE[step.op.name](*(float(np.broadcast_to(each, shape)[link.index]) for each in arrays))

    def _because(self, name: str, place: Index, position: int) -> Iterator[str]:
        """What made an entry the number it is, through operations of one entry each, within the iteration."""
        begin = (position - 1) // self.tracing.timeline.steps * self.tracing.timeline.steps
        for _ in range(DEEP):
            writer = self.tracing.writer(name, place, position)
            if writer.step is None or writer.position <= begin:
                return
            link = Link(name, place, self.tracing.value(name, place, writer.position), writer)
            step, arrays, out = self.tracing.executed(link)
            with np.errstate(all="ignore"):
                terms = step.op.contributions(place, out, *arrays, **step.options)
            if not step.op.elementwise:
                yield from self._gathered(step, link, terms)
                return
            used = _used(terms)
            named = [(step.inputs[at], each) for at, each in used if isinstance(step.inputs[at], Name)]
            if len(named) != 1:
                return
            yield self._made_of(step, arrays, link, used)
            (given, place), position = named[0], writer.position - 1
            assert isinstance(given, Name)
            name = given.id

    def _made_of(self, step: Step, arrays: Sequence[Array], link: Link, used: Sequence[tuple[int, Index]]) -> str:
        """Of what single entry an entry was made, and whether it was rounded."""
        said = f"{self.entry(link.name, link.index)} = {worded(link.value)}"
        named = [each for each in used if isinstance(step.inputs[each[0]], Name)]
        given = self._given(step, arrays, named)
        if step.op.family == "arithmetic":
            return f"{said}, as {given}."
        rounded = " rounds to it: saturated" if link.value in ROUNDED.get(step.op.name, ()) else ""
        return f"{said}: {step.op.name} of {given}{rounded}."

    def _gathered(self, step: Step, link: Link, terms: Sequence[Term]) -> Iterator[str]:
        """Of what is gathered from many entries: only that it rounds to a limit, or that all of them are 0."""
        said = f"{self.entry(link.name, link.index)} = {worded(link.value)}: "
        if link.value in ROUNDED.get(step.op.name, ()):
            yield f"{said}{step.op.name} rounds to it, so far apart are the scores."
        elif len(terms) > 1 and not any(term.value for term in terms):
            yield f"{said}all of its {len(terms):,} terms are 0."


def worded(value: float) -> str:
    """A number, or what it is where it is none."""
    if np.isnan(value):
        return "NaN"
    return f"{'-' * (value < 0)}infinity" if np.isinf(value) else number(value)


def _used(terms: Sequence[Term]) -> list[tuple[int, Index]]:
    """The entries that went in, those of the largest term first."""
    ordered = sorted(terms, key=lambda term: -abs(term.value) if np.isfinite(term.value) else -np.inf)
    return list(dict.fromkeys(each for term in ordered for each in term.entries))
