"""Lines that only begin what the next one of their name finishes: dW2 = dZ2 @ A1.T, and then dW2 = dW2 / m."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from bpdebug.check.claims import Judge
from bpdebug.check.forward import Values
from bpdebug.check.judgement import Judgement
from bpdebug.language.expression import names, substitute
from bpdebug.program.equations import Program
from bpdebug.scenario.record import Claim

MOST = 20
"""Lines that are put together in one block."""


def finished(claims: Sequence[Claim], program: Program, values: Callable[[], Values]) -> tuple[Claim, ...]:
    """The claims, those put together of which the first is wrong and nothing but the next of its name reads it.

    A first line that is right stays: then the next one spoils it, and has to be told so.
    """
    found = list(claims)
    for _ in range(MOST):
        pairs = _pairs(found)
        if not pairs:
            break
        with np.errstate(all="ignore"):
            judged = {each.name: each for each in Judge(program, values(), tuple(found)).derivation().claims}
        begun = next((pair for pair in pairs if judged[pair[0].name].local is Judgement.WRONG), None)
        if begun is None:
            break
        first, then = begun
        whole = replace(then, of=then.of or first.of, expr=substitute(then.expr, {first.name: first.expr}))
        found = [whole if each is then else each for each in found if each is not first]
    return tuple(found)


def _pairs(claims: Sequence[Claim]) -> list[tuple[Claim, Claim]]:
    """The lines that nothing reads but one of the same name, each with that one."""
    pairs = []
    for first in claims:
        readers = [each for each in claims if first.name in names(each.expr)]
        if len(readers) == 1 and first.of and not first.denotes and not readers[0].denotes:
            then = readers[0]
            if then.of in (first.of, "") and then is not first and _said(then) == _said(first):
                pairs.append((first, then))
    return pairs


def _said(claim: Claim) -> str:
    return claim.text.partition("=")[0].strip()
