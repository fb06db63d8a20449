"""Claims named after an error, not after a quantity: delta2 and error are tied to one by value, number and shape."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from bpdebug.check.claims import Judge
from bpdebug.check.formulas import NotEvaluable
from bpdebug.check.forward import Values
from bpdebug.check.review import Likeness, in_order
from bpdebug.language.expression import Apply, Name
from bpdebug.program.equations import Phase, Program
from bpdebug.scenario.decayed import decayed
from bpdebug.scenario.finished import finished
from bpdebug.scenario.owners import ERROR, LAYERED
from bpdebug.scenario.record import Claim


def errors_tied(
    claims: Sequence[Claim], program: Program, values: Callable[[], Values]
) -> tuple[tuple[Claim, ...], tuple[str, ...]]:
    """The claims with a quantity for delta2, error and the like, and what each of them is taken for.

    It is the one quantity whose gradient has their value; failing that, the one that goes into the activation of the
    layer with their number, where their shape is its own. Lines that only begin a gradient are taken into the ones
    that finish it, and what an update brings of a gradient is left out of that.
    """
    notes: list[str] = []
    if any(not each.of and ERROR.fullmatch(each.said) for each in claims):
        ties = _Ties(program, values(), {claims[place].name: claims[place] for place in in_order(claims)})
        with np.errstate(all="ignore"):
            notes += [note for name in tuple(ties.claims) for note in ties.tie(name)]
        claims = [ties.claims[each.name] for each in claims]
    found, more = decayed(finished(claims, program, values), program, values)
    return found, (*notes, *more)


@dataclass
class _Ties:
    """Claims on their way to their quantities, in the order of work."""

    program: Program
    values: Values
    claims: dict[str, Claim]
    ahead: int = 0
    """How much the numbers of the person are ahead of those of the program."""

    def tie(self, name: str) -> Iterator[str]:
        """Find the quantity of one claim; the note that says so."""
        claim = self.claims[name]
        said = ERROR.fullmatch(claim.said)
        if claim.of or not said:
            return
        number = said["number"] or said["layer"]
        judge = Judge(self.program, self.values, tuple(self.claims.values()))
        meanings = judge.meanings()
        found = Likeness(judge, meanings).of(claim)
        if found is not None and not (found.factors and found.of in self.program.parameters):
            self.claims[name] = replace(claim, of=found.of)
            layer = LAYERED.fullmatch(found.of)
            if number and layer:
                self.ahead = int(number) - int(layer[2])
            yield f"{name} is taken for {found.written}, whose value it has"
            return
        try:
            shape = np.shape(judge.formulas.value(claim.expr, judge.upstream(claim, meanings)))
        except NotEvaluable:
            return
        of = self.entering.get(int(number) - self.ahead) if number else None
        if of is not None and tuple(self.program.shapes[of]) == shape:
            self.claims[name] = replace(claim, of=of)
            yield f"{name} is taken for the gradient of {of}, by its number and its shape"

    @cached_property
    def entering(self) -> Mapping[int, str]:
        """For the number of each layer what its activation is a function of."""
        found: dict[int, str] = {}
        for equation in self.program.equations:
            expr = equation.expr
            if equation.phase is Phase.FORWARD and isinstance(expr, Apply) and len(expr.inputs) == 1:
                (into,) = expr.inputs
                layer = LAYERED.fullmatch(into.id) if isinstance(into, Name) else None
                if layer and isinstance(into, Name):
                    found.setdefault(int(layer[2]), into.id)
        return found
