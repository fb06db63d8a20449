"""Lines beside the derivation, accuracies, histories, clocks: what no gradient reads need not be readable."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from bpdebug.language.expression import names
from bpdebug.scenario.lists import holds_parameters
from bpdebug.scenario.owners import ERROR
from bpdebug.scenario.record import Claim
from bpdebug.scenario.statements import Unread

MOST = 9
"""Names that one line gives; where more are left out at once, the block is too long."""
_GRADIENT = re.compile(
    r"d_?(?!ata|ate|ecay|ense|epth|ev|iff|im|ist|one|rop)[^\W\d]|∂|∇|nabla|grad|delta|δ|Δ", re.IGNORECASE
)


def apart(
    claims: Sequence[Claim], unread: Sequence[Unread], known: Callable[[str], bool]
) -> tuple[list[Claim], list[Unread]]:
    """The claims and the unread lines that are beside the derivation: no gradient reads what they give.

    Of the claims these are only such as read a name that nobody gives. `known` says whether a name is the program's,
    or that of a gradient of its quantities.
    """
    wanted = _wanted(claims, unread)
    lines = [
        each
        for each in unread
        if each.error and 0 < len(each.defines) <= MOST and not _moves(each) and not _serve(each.defines, wanted, known)
    ]
    kept, beside = list(claims), list[Claim]()
    while more := [each for each in kept if _is_beside(each, {other.name for other in kept}, wanted, known)]:
        beside += more
        kept = [each for each in kept if each not in more]
    return beside, lines


def _moves(unread: Unread) -> bool:
    """Whether lines that are not read, in a loop or behind a call, update what holds the parameters."""
    return bool(unread.begins) and any(map(holds_parameters, unread.defines))


def _is_beside(claim: Claim, given: Collection[str], wanted: Collection[str], known: Callable[[str], bool]) -> bool:
    """Whether a claim is of no gradient, read by none, and reads a name that nobody gives."""
    if claim.of or _serve([claim.name], wanted, known):
        return False
    unknown = [name for name in names(claim.expr) if name not in given and not known(name)]
    return bool(unknown) and not any(map(_is_gradient, unknown))


def _wanted(claims: Sequence[Claim], unread: Sequence[Unread]) -> Collection[str]:
    """What the gradients read, and what is read for that."""
    reads = {name: each.reads for each in unread for name in each.defines}
    reads |= {each.name: names(each.expr) for each in claims}
    found, left = set[str](), [each.name for each in claims if each.of or _is_gradient(each.said)]
    while left:
        new = set(reads.get(left.pop(), ())) - found
        found |= new
        left += new
    return found


def _serve(given: Collection[str], wanted: Collection[str], known: Callable[[str], bool]) -> bool:
    own = {re.sub(r"_\d+\Z", "", name) for name in given}  # W3_2 is what W3 is called from there on
    return any(name in wanted or known(name) or _is_gradient(name) for name in {*given, *own})


def _is_gradient(name: str) -> bool:
    return ERROR.fullmatch(name) is not None or _GRADIENT.match(name) is not None
