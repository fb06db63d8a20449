"""The matrices of a claimed line: what it should give and what it gives, with what differs marked."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from msgspec.structs import replace

from bpdebug.check.claims import CLOSE, FLOOR, Judged, Judgement, verdict_of
from bpdebug.check.meaning import SLOT
from bpdebug.check.telling import denoted
from bpdebug.debugger.layout import table
from bpdebug.debugger.view import Matrix, View
from bpdebug.language.expression import Name
from bpdebug.ops.table import Array
from bpdebug.tui.claimed import ClaimsState
from bpdebug.tui.sheet import Sheet, comparable, sheet


def scaled(judged: Judged) -> bool:
    """Whether a line stands for something else than the gradient itself, such as m times it."""
    return judged.meaning is not None and judged.meaning.expr != Name(SLOT)


def differing(judged: Judged) -> Array | None:
    """Where a line's value is not what it should be; None where the two cannot be compared entry by entry.

    Two entries that are no numbers do not differ.
    """
    value, true = judged.value, judged.true
    if value is None or true is None or np.shape(value) != np.shape(true):
        return None
    with np.errstate(all="ignore"):
        size = np.max(np.abs(true), initial=0.0, where=np.isfinite(true))
        far = ~(np.abs(value - true) <= CLOSE * size + FLOOR)
        return np.asarray(far & ~((value == true) | (np.isnan(value) & np.isnan(true))))


def compared(judged: Judged, notation: str) -> Iterator[Sheet]:
    """The matrix that a line should give, and the one that it gives, differing entries marked."""
    if judged.value is None or judged.true is None:
        return
    true = sheet(Matrix(Name(judged.name), np.shape(judged.true), judged.true), notation)
    true = replace(true, label=f"true {denoted(judged, notation) if scaled(judged) else true.label}")
    yield from comparable(true, claimed(judged, notation))


def claimed(judged: Judged, notation: str) -> Sheet:
    """The matrix that a line gives, where it differs marked."""
    value = np.asarray(judged.value)
    wrong = differing(judged)
    given = Matrix(Name(judged.name), value.shape, value, wrong)
    wanted = None if wrong is None or judged.true is None else table(np.asarray(judged.true))
    return replace(sheet(given, notation, prefix="yours "), differs=True, wanted=wanted)


def beside(result: Sheet, view: View, claims: ClaimsState) -> Iterator[Sheet]:
    """The result, and of a gradient just completed the matrices of wrong lines for it.

    Where a line stands for another multiple of the gradient, its own true matrix stands there too.
    """
    judged = [claims.judged(row) for row in claims.at_hand(view) if row.kind == "wrong"]
    wrong = [(each, each.true) for each in judged if each is not None and each.true is not None]
    alike = [each for each, true in wrong if verdict_of(view.operation.result.value, true) is Judgement.CORRECT]
    yield from comparable(result, *(claimed(each, view.notation) for each in alike))
    for each, _ in wrong:
        if each not in alike:
            yield from compared(each, view.notation)
