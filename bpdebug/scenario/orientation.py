"""A draft turned to the other orientation: values transposed, equations and claims rewritten for the transposes."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec.structs import replace

from bpdebug.errors import ExpressionError
from bpdebug.ops import write
from bpdebug.program.equations import Equation
from bpdebug.scenario.draft import Draft, Written
from bpdebug.scenario.failure import failure
from bpdebug.scenario.record import Claim
from bpdebug.scenario.transpose import rank_of, transposed

_ENTRY = re.compile(r"\[([^,\[\]]*),([^,\[\]]*)\]")
_HINT = "Leave --orientation out, or write the equations with matrices throughout."


def turned(draft: Draft, claims: tuple[Claim, ...]) -> tuple[Draft, tuple[Claim, ...]]:
    """The same network, data and claims with examples the other way round."""
    ranks = {name: len(shape) for name, shape in {**draft.data, **draft.parameters}.items()}
    equations: list[Equation] = []
    for equation, place in zip(draft.equations, draft.written, strict=True):
        try:
            equations.append(replace(equation, expr=transposed(equation.expr, ranks), written=""))
            ranks[equation.name] = rank_of(equation.expr, ranks)
        except ExpressionError as error:
            raise _refusal(draft, place, error) from None
    other = replace(
        draft,
        equations=tuple(equations),
        data={name: shape[::-1] for name, shape in draft.data.items()},
        parameters={name: shape[::-1] for name, shape in draft.parameters.items()},
        values={name: array.T for name, array in draft.values.items()},
        test={name: array.T for name, array in draft.test.items()},
        orientation="rows" if draft.columns else "columns",
    )
    return other, tuple(_turned_claim(claim, ranks, draft) for claim in claims)


def _refusal(draft: Draft, place: Written, error: ExpressionError) -> Exception:
    if place.line is None:
        return failure([draft.source.at_value(place.path, error.message, _HINT)])
    return failure([draft.source.inside(place.path, place.line.placed(error.span), error.message, _HINT)])


def _turned_claim(claim: Claim, ranks: dict[str, int], draft: Draft) -> Claim:
    try:
        found = turned_claim(claim, ranks)
        ranks[claim.name] = rank_of(claim.expr, ranks)
    except ExpressionError as error:
        problem = replace(draft.source.whole(f"claim {claim.name}: {error.message}", _HINT), line=claim.line, column=1)
        raise failure([problem]) from None
    return found


def turned_claim(claim: Claim, ranks: Mapping[str, int]) -> Claim:
    """A claim over the transposes of quantities with so many axes; ExpressionError where there is none."""
    expr = transposed(claim.expr, ranks)
    denotes = _ENTRY.sub(lambda found: f"[{found[2].strip()}, {found[1].strip()}]", claim.denotes)
    return replace(claim, text=f"{claim.said} = {write(expr, 'ascii')}", expr=expr, denotes=denotes)
