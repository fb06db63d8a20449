"""What every left side denotes: as declared, or as the lines of a derivation fit together best."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property

from msgspec import Struct, field

from bpdebug.check.called import RATE
from bpdebug.check.conventions import Conventions, Line, Scaled, power
from bpdebug.check.formulas import NotEvaluable
from bpdebug.check.forward import Forward, Values
from bpdebug.check.judgement import Judgement, Written, verdict_of
from bpdebug.check.kept import Kept, State
from bpdebug.check.meaning import Meaning, meaning, plain
from bpdebug.check.prepared import Prepared
from bpdebug.check.rates import at_one_rate, at_other_rates
from bpdebug.check.scales import PLAIN, Scale
from bpdebug.language.expression import Apply, Name, names, walk
from bpdebug.ops.table import Array, Shape
from bpdebug.program.build import sizes_in
from bpdebug.program.equations import Phase

FORWARD = (Phase.FORWARD, Phase.COST)
NONE: Mapping[str, Meaning] = {}


class Lined(Struct, frozen=True, eq=False):
    """One line that is judged: what it reads and gives, ready to be evaluated under every reading of its names."""

    line: Line
    claim: Written
    helpers: Sequence[Written]
    reads: tuple[str, ...]
    """The gradients among the names in it."""
    given: Values
    constants: Mapping[str, float]
    true: Callable[[Meaning], Array]
    rates: tuple[Meaning, ...] = ()
    """What else it may denote, an update at another rate."""
    _ready: dict[tuple[Shape, ...], Prepared | None] = field(default_factory=dict)

    def value(self, meanings: Mapping[str, Meaning]) -> Array | None:
        """Its value with every gradient that it reads as these meanings have it."""
        known = {name: self.true(meanings[name]) for name in self.reads}
        shapes = tuple(each.shape for each in known.values())
        if shapes not in self._ready:
            self._ready[shapes] = self._formula({**self.given, **known})
        formula = self._ready[shapes]
        if formula is None:
            return None
        return formula.value({name: known[name] if name in known else self.given[name] for name in formula.reads})

    def right(self, meanings: Mapping[str, Meaning]) -> bool:
        """Whether it gives what its name holds."""
        value = self.value(meanings)
        return value is not None and self.gives(value, meanings[self.claim.name])

    def gives(self, value: Array, own: Meaning) -> bool:
        """Whether a value is what a name holds, an update at whatever rate."""
        return any(verdict_of(value, self.true(each)) is Judgement.CORRECT for each in (own, *self.rates))

    def held(self, meanings: Mapping[str, Meaning]) -> Meaning:
        """What it denotes: an update at the rate at which it is right, where there is one."""
        own, value = meanings[self.claim.name], self.value(meanings) if self.rates else None
        fitting = (
            each
            for each in (own, *self.rates)
            if value is not None and verdict_of(value, self.true(each)) is Judgement.CORRECT
        )
        return next(fitting, own)

    def _formula(self, known: Values) -> Prepared | None:
        helpers = [(each.name, each.expr) for each in self.helpers]
        try:
            return Prepared.of(self.claim.expr, helpers, known, self.constants)
        except NotEvaluable:
            return None


class Readings(Struct, frozen=True, eq=False, dict=True):
    """The lines of one derivation, to be read so that they fit together."""

    forward: Forward
    given: Values
    true: Callable[[Meaning], Array]
    claims: Sequence[Written]
    helpers: Callable[[Written, Collection[str]], tuple[Written, ...]]
    """The lines of no gradient that a claim needs before it; the names given are of gradients."""
    unread: Collection[str] = ()
    """The names whose own lines could not be read."""

    def meanings(self, named: Mapping[str, str], adopted: Mapping[str, Meaning] = NONE) -> dict[str, Meaning]:
        """What each name of a gradient holds; `named` says of what those are whose meaning nobody declares.

        What helper lines hold that stand for gradients is `adopted`.
        """
        known = {claim.name: meaning(claim.denotes) for claim in self.claims if claim.denotes} | {**adopted}
        open_ = {name: of for name, of in named.items() if name not in known}
        settled = {name: plain(of) for name, of in open_.items() if not self._scalable(of)}
        loose = {name: of for name, of in open_.items() if name not in settled}
        fixed = known | settled
        lines = self._lines(fixed, loose)
        scaled = self._fitted(fixed, loose, lines)
        found = {name: plain(of, self._examples if scaled[name] else None) for name, of in loose.items()}
        meanings = fixed | found
        wrong = {each.claim.name for each in lines if not each.right(meanings)}
        rated = [wrong.intersection(each.reads) for each in lines if each.rates]
        if len(wrong) > 1 or (rated and all(rated)):  # a number in every update may be that of its gradient
            meanings |= self._kept(meanings, open_, loose, lines)
        held = {each.claim.name: each.held(meanings) for each in lines}
        return at_one_rate(self.forward.program, meanings | held, {each.name: each.expr for each in self.claims})

    def _kept(
        self, meanings: Mapping[str, Meaning], open_: Collection[str], loose: Collection[str], lines: Sequence[Lined]
    ) -> dict[str, Meaning]:
        """What names hold beside what they say, where that makes lines right."""
        updates = [each for each in lines if meanings[each.claim.name].updates]
        stepped = {name for each in updates for name in each.reads}
        final = (
            {*self.forward.program.parameters} if not updates else {meanings[each.claim.name].of for each in updates}
        )
        inner = {name: self._state(each) for name, each in meanings.items() if name in open_}
        inner = {name: state for name, state in inner.items() if name in stepped or state.of not in final}
        return Kept(self.forward, self.true, lines, meanings, inner, set(loose), self.unread).found()

    def _state(self, own: Meaning) -> State:
        return State(own.of, Scale(over=own.factors) if own.factors else PLAIN)

    @property
    def _examples(self) -> str:
        return self.forward.program.examples

    def _scalable(self, of: str) -> bool:
        """Whether a person may keep its gradient m-fold: an intermediate value that examples reach."""
        inner = of not in self.forward.program.parameters and of in self.forward.paths.with_data
        return inner and self.averages

    @cached_property
    def averages(self) -> bool:
        """Whether the cost is an average over the examples, whose 1/m can be kept in one place or another."""
        program = self.forward.program
        if program.examples not in program.constants:
            return False
        forward = (each.expr for each in program.equations if each.phase in FORWARD)
        nodes = [node for expr in forward for node in walk(expr)]
        counted = any(isinstance(node, Name) and node.id == program.examples for node in nodes)
        return counted or any(isinstance(node, Apply) and node.op in ("mean", "size") for node in nodes)

    @cached_property
    def _counts(self) -> tuple[str, ...]:
        """The examples' count, and the sizes that the network never computes with: in a line they stand for it."""
        program = self.forward.program
        sizes = sizes_in(program.shapes, program.constants, self._examples)
        read = {name for each in program.equations if each.phase in FORWARD for name in names(each.expr)}
        return (self._examples, *sorted(sizes - read - {self._examples}))

    def _lines(self, fixed: Mapping[str, Meaning], loose: Mapping[str, str]) -> list[Lined]:
        titled = {*fixed, *loose}
        return [self._lined(claim, titled, fixed, loose) for claim in self.claims if claim.name in titled]

    def _lined(
        self, claim: Written, titled: Collection[str], fixed: Mapping[str, Meaning], loose: Collection[str]
    ) -> Lined:
        helpers = self.helpers(claim, titled)
        read = dict.fromkeys(name for each in (*helpers, claim) for name in names(each.expr))
        line = Line(
            claim.name,
            tuple(name for name in read if name in loose),
            self._power(claim, helpers, titled),
            self._counted(fixed[claim.name]) if claim.name in fixed else 0,
            tuple(self._counted(fixed[name]) for name in read if name in fixed),
        )
        reads = tuple(name for name in read if name in titled)
        constants = self.forward.program.constants
        usual = None if reads else constants.get(RATE)
        rates = at_other_rates(fixed[claim.name], claim.expr, usual) if claim.name in fixed else ()
        return Lined(line, claim, helpers, reads, self.given, constants, self.true, rates)

    def _counted(self, own: Meaning) -> int:
        return int(self._examples in own.factors)

    def _power(self, claim: Written, helpers: Sequence[Written], titled: Collection[str]) -> int | None:
        """The exponent of the examples' count in a line, its helpers written out."""
        powers: dict[str, int | None] = dict.fromkeys(self._counts, 1)
        carrying = set(titled)
        for each in helpers:
            powers[each.name] = power(each.expr, powers, carrying)
            carrying |= {each.name} if carrying.intersection(names(each.expr)) else set()
        return power(claim.expr, powers, carrying)

    def _fitted(
        self, fixed: Mapping[str, Meaning], loose: Mapping[str, str], lines: Sequence[Lined]
    ) -> Mapping[str, bool]:
        """Which gradients are kept m-fold."""
        by_name = {each.line.name: each for each in lines}

        def right(line: Line, scaled: Scaled) -> bool:
            trial = {name: plain(loose[name], self._examples if by else None) for name, by in scaled.items()}
            return by_name[line.name].right({**fixed, **trial})

        return Conventions(tuple(loose), [each.line for each in lines], right).fitted()
