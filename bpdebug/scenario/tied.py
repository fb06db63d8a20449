"""Claims named after an error, not after a quantity: delta2 and error are tied to one by value, number and shape."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace

from bpdebug.check.claims import Judge
from bpdebug.check.forward import Values
from bpdebug.check.judgement import Judgement, verdict_of
from bpdebug.check.meaning import Meaning, plain
from bpdebug.check.review import in_order
from bpdebug.check.scales import Scale
from bpdebug.language.expression import Apply, Name, names
from bpdebug.program.equations import Phase, Program
from bpdebug.program.targets import targets
from bpdebug.scenario.decayed import decayed
from bpdebug.scenario.finished import finished
from bpdebug.scenario.owners import ERROR, LAYERED, owner
from bpdebug.scenario.record import Claim

_CALLED = re.compile(rf"{ERROR.pattern}|d[a-z]\w*")
"""What may be tied by its value: an error, and what begins as the name of a gradient does, dh and dscores."""


def errors_tied(
    claims: Sequence[Claim], program: Program, values: Callable[[], Values]
) -> tuple[tuple[Claim, ...], tuple[str, ...]]:
    """The claims with a quantity for delta2, error, dh and the like, and what each of them is taken for.

    It is the one quantity whose gradient has their value, m-fold or with the other sign; failing that, an error with a
    number is of the layer with that number, where their shape is its own. Lines that only begin a gradient are taken
    into the ones that finish it, and what an update brings of a gradient is left out of that.
    """
    notes: list[str] = []
    if any(not each.of and _open(each.said, program) for each in claims):
        ties = _Ties(program, values(), {claims[place].name: claims[place] for place in in_order(claims)})
        with np.errstate(all="ignore"):
            for name in tuple(ties.claims):
                ties.tie(name)
            ties.loosen()
            notes += ties.notes()
        claims = [ties.claims[each.name] for each in claims]
    found, more = decayed(finished(claims, program, values), program, values)
    return found, (*notes, *more)


def _open(name: str, program: Program) -> bool:
    """Whether a name may be tied by its value; dY of labels is of what is held against them."""
    return _CALLED.fullmatch(name) is not None or bool(owner(name, targets(program)))


class _Ties(Struct, dict=True):
    """Claims on their way to their quantities, in the order of work."""

    program: Program
    values: Values
    claims: dict[str, Claim]
    taken: dict[str, str] = field(default_factory=dict)
    """Those that are tied, and by what; "" for their value."""
    scaled: list[str] = field(default_factory=list)
    """Those that have the other sign, or are so many times the gradient."""
    ahead: int = 0
    """How much the numbers of the person are ahead of those of the program."""

    def tie(self, name: str) -> None:
        """Find the quantity of one claim."""
        claim = self.claims[name]
        if claim.of or claim.denotes or not _open(claim.said, self.program):
            return
        above = [*self.claims.items()][: [*self.claims].index(name) + 1]
        judge = self._judge(dict(above))
        said, meanings = ERROR.fullmatch(claim.said), judge.meanings()
        number = said and (said["number"] or said["layer"])
        if found := _alike(claim, judge, meanings):
            of, scale = found
            layer = LAYERED.fullmatch(of)
            if number and layer:
                self.ahead = int(number) - int(layer[2])
            self._take(name, of)
            self.scaled += [name] * (scale.literal < 0)
            return
        value = judge.local(claim, meanings)
        if not number or value is None:
            return
        layer_of = self.layers.get(int(number) - self.ahead, ())
        if fitting := [of for of in layer_of if tuple(self.program.shapes[of]) == np.shape(value)]:
            of = max(fitting, key=lambda each: self._made_right(name, each))
            self._take(name, of, "by its number and its shape")
            self.scaled += [name] * (judge.scales.of(value, judge.true(plain(of))) is not None)

    def loosen(self) -> None:
        """Leave alone what would only be told its sign or a factor, where its readers are no less right for that."""
        wrong = self._wrong(self.claims) if self.scaled else ()
        for name in self.scaled:
            loose = {**self.claims, name: replace(self.claims[name], of="")}
            read = any(name in names(each.expr) for each in loose.values())
            if read and name in wrong and len(other := self._wrong(loose)) <= len(wrong):
                self.claims, wrong = loose, other
                del self.taken[name]

    def _wrong(self, claims: Mapping[str, Claim]) -> Collection[str]:
        """The lines that are wrong by themselves."""
        judged = self._judge(claims).derivation().claims
        return {each.name for each in judged if each.local is Judgement.WRONG}

    def notes(self) -> Iterator[str]:
        """What each of those that are tied is taken for, the lines above it read as all fit together best."""
        judge = self._judge(self.claims)
        meanings = judge.meanings()
        for name, by in self.taken.items():
            claim, others = self.claims[name], {other: own for other, own in meanings.items() if other != name}
            found = None if by else _alike(claim, judge, others)
            if found is None:
                yield f"{name} is taken for the gradient of {claim.of}" + f", {by}" * bool(by)
            else:
                yield f"{name} is taken for {found[1].meaning(claim.of).written}, whose value it has"

    def _judge(self, claims: Mapping[str, Claim]) -> Judge:
        return Judge(self.program, self.values, tuple(claims.values()))

    def _take(self, name: str, of: str, by: str = "") -> None:
        self.claims[name] = replace(self.claims[name], of=of)
        self.taken[name] = by

    def _made_right(self, name: str, of: str) -> int:
        """How many lines that read one are right, or gradients whose value they have, where it is of a quantity."""
        claims = {**self.claims, name: replace(self.claims[name], of=of)}
        judge = self._judge(claims)
        meanings = judge.meanings()

        def right(reader: Claim) -> bool:
            if reader.name not in meanings:
                return _alike(reader, judge, meanings) is not None
            value, true = judge.local(reader, meanings), judge.true(meanings[reader.name])
            return verdict_of(value, true) is Judgement.CORRECT

        return sum(right(each) for each in claims.values() if name in names(each.expr))

    @cached_property
    def layers(self) -> Mapping[int, tuple[str, str]]:
        """For the number of each layer what its activation is a function of, and the activation."""
        found: dict[int, tuple[str, str]] = {}
        for equation in self.program.equations:
            expr = equation.expr
            if equation.phase is Phase.FORWARD and isinstance(expr, Apply) and len(expr.inputs) == 1:
                (into,) = expr.inputs
                layer = LAYERED.fullmatch(into.id) if isinstance(into, Name) else None
                if layer and isinstance(into, Name):
                    found.setdefault(int(layer[2]), (into.id, equation.name))
        return found


def _alike(claim: Claim, judge: Judge, meanings: Mapping[str, Meaning]) -> tuple[str, Scale] | None:
    """The one quantity whose gradient a line equals, itself or m-fold, whatever its sign; a parameter if no other is.

    For a single example the bias of a layer has the gradient of what it is added to.
    """
    value = None if claim.name in meanings else judge.local(claim, meanings)
    if value is None:
        return None
    program, found = judge.program, dict[str, Scale]()
    for of in program.gradients:
        alike = tuple(program.shapes[of]) == np.shape(value)
        scale = judge.scales.of(value, judge.true(plain(of))) if alike else None
        if scale and abs(scale.literal) == 1 and not scale.turned:
            found[of] = scale
    inner = {of: scale for of, scale in found.items() if of not in program.parameters}
    fitting = inner or {of: scale for of, scale in found.items() if not scale.over}
    return next(iter(fitting.items())) if len(fitting) == 1 else None
