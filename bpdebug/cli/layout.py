"""Equations for examples in columns about a network with examples in rows, or the reverse: told once, for all lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from bpdebug.errors import BpdebugError

if TYPE_CHECKING:
    from bpdebug.check.claims import Judged
    from bpdebug.check.review import Review
    from bpdebug.scenario.record import Scenario

LAYOUT = (
    "These lines are written for examples in {there}; here each {here} of X is an example. There are two ways out: "
    "with --orientation {there} they are judged as they stand, or else they are mended as below, with the factors of "
    "the products the other way round and the sums along the other axis."
)
MANY = 2
"""Lines that must become right for the layout to be what is wrong."""


def laid_out(
    scenario: Scenario, review: Review, turned: Callable[[str], Scenario], judged: Callable[[Scenario], Review]
) -> tuple[Review, str]:
    """The review, and what is to be said of the layout.

    Where lines are of the other layout, what they denote is taken from there: here most of them have no value that
    could show it. `turned` gives the scenario in an orientation, `judged` the review of one.
    """
    here = scenario.program.orientation
    there = "rows" if here == "columns" else "columns"
    if sum(map(_of_another_shape, review.claims)) < MANY:
        return review, ""
    try:
        other = judged(replace(turned(there), claims=scenario.claims))
    except BpdebugError:
        return review, ""
    if _right(other) < _right(review) + MANY or 2 * _right(other) <= len(other.claims):
        return review, ""
    meant = {each.name: each.meaning.written for each in other.claims if each.meaning is not None}
    claims = tuple(replace(each, denotes=each.denotes or meant.get(each.name, "")) for each in scenario.claims)
    said = LAYOUT.format(there=there, here=here.removesuffix("s"))
    return judged(replace(scenario, claims=claims)), said


def _of_another_shape(claim: Judged) -> bool:
    """Whether a line has no value, or one of another shape than it should have."""
    if claim.value is None or claim.true is None:
        return bool(claim.reason)
    return bool(claim.value.shape != claim.true.shape)


def _right(review: Review) -> int:
    """How many lines are right by themselves."""
    from bpdebug.check.claims import Judgement

    return sum(each.local is Judgement.CORRECT for each in review.claims)
