"""Lines that only begin what the next one of their name finishes: dW2 = dZ2 @ A1.T, and then dW2 = dW2 / m."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from msgspec.structs import replace

from bpdebug.check.claims import Judge
from bpdebug.check.forward import Values
from bpdebug.check.judgement import Judgement
from bpdebug.language.expression import names, substitute
from bpdebug.program.equations import Program
from bpdebug.scenario.record import Claim

MOST = 20
"""Lines that are put together in one block."""


def finished(claims: Sequence[Claim], program: Program, values: Callable[[], Values]) -> tuple[Claim, ...]:
    """The claims, those put together of which the first is read by nothing but the next, where fewer are wrong then.

    A first line that is right stays where the next one spoils it: then that one has to be told so.
    """
    pairs = _pairs(claims)[:MOST]
    if not pairs:
        return tuple(claims)

    def count(taken: Sequence[tuple[str, str]]) -> int:
        return wrong(_together(claims, taken), program, values())

    apart, taken = count(()), pairs
    least = count(taken)
    for pair in pairs:
        fewer = [each for each in taken if each != pair]
        if (found := count(fewer)) <= least:
            taken, least = fewer, found
    return _together(claims, taken if least < apart else ())


def _together(claims: Sequence[Claim], pairs: Sequence[tuple[str, str]]) -> tuple[Claim, ...]:
    """The claims with the first of each pair put into the second."""
    found = {each.name: each for each in claims}
    for name, reader in pairs:
        first, then = found.pop(name), found[reader]
        found[reader] = replace(then, of=then.of or first.of, expr=substitute(then.expr, {name: first.expr}))
    return tuple(found.values())


def wrong(claims: tuple[Claim, ...], program: Program, values: Values) -> int:
    """How many lines are wrong by themselves."""
    with np.errstate(all="ignore"):
        judged = Judge(program, values, claims).derivation().claims
    return sum(each.local is Judgement.WRONG for each in judged)


def _pairs(claims: Sequence[Claim]) -> list[tuple[str, str]]:
    """The lines that nothing reads but one of the same name, each with that one."""
    pairs = []
    for first in claims:
        readers = [each for each in claims if first.name in names(each.expr)]
        if len(readers) == 1 and first.of and not first.denotes and not readers[0].denotes:
            then = readers[0]
            if then.of in (first.of, "") and then is not first and then.said == first.said:
                pairs.append((first.name, then.name))
    return pairs
