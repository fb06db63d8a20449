"""Names whose lines could not be read: they are taken for what they say, and no line is called wrong for that.

A wrong line that something else in such a name would make right is doubted: its name may hold just that, a minus or
an 1/m more, the gradient of the next quantity. Where more of the lines that read the name are right, it does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bpdebug.check.judgement import Judgement
from bpdebug.check.kept import beside
from bpdebug.check.meaning import Meaning, plain

if TYPE_CHECKING:
    from bpdebug.check.claims import Judge, Judged


def doubted(judge: Judge, meanings: Mapping[str, Meaning], found: Sequence[Judged]) -> dict[str, str]:
    """The wrong lines that may be right for all that is known, and for each the unread name that it hangs on."""
    doubts: dict[str, str] = {}
    for name, own in judge.assumed(meanings).items():
        readers = [each for each in found if name in each.assumed]
        right = sum(each.local is Judgement.CORRECT for each in readers)
        others = (own.of, *beside(judge.program).get(own.of, ()))
        wrong = (each for each in readers if each.local in (Judgement.WRONG, Judgement.NOT_EVALUABLE))
        open_ = [each.name for each in wrong if any(_fits(judge, meanings, each, name, of) for of in others)]
        doubts |= dict.fromkeys(open_, name) if right <= len(open_) else {}
    return doubts


def _fits(judge: Judge, meanings: Mapping[str, Meaning], line: Judged, name: str, of: str) -> bool:
    """Whether a line gives what it should, up to a factor, with the gradient of a quantity in a name.

    In the update of that quantity the name may hold whatever is to be subtracted.
    """
    if line.meaning is None or line.true is None or line.meaning.updates:
        return line.of == of
    claim = next(each for each in judge.claims if each.name == line.name)
    value = judge.local(claim, {**meanings, name: plain(of)})
    return value is not None and judge.scales.of(value, line.true) is not None
