"""The claims of a session judged: each set of them once an iteration, in whatever thread asks first."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from bpdebug.machine.drawn import found
from bpdebug.program.equations import Program
from bpdebug.scenario.record import Claim

if TYPE_CHECKING:
    from bpdebug.check.claims import Derivation
    from bpdebug.check.forward import Values
    from bpdebug.check.review import Review
    from bpdebug.debugger.session import Session

KEPT = 32
"""Reviews that are remembered."""

Claims = tuple[Claim, ...]
Key = TypeVar("Key")


class Judging(Struct, eq=False):
    """Answers with a review, and diagnoses the same lines anew only where an iteration gives them other verdicts."""

    unread: tuple[str, ...] = ()
    """The names whose own lines could not be read."""
    _reviews: dict[tuple[Claims, int], Review] = field(default_factory=dict)
    _diagnosed: dict[Claims, Review] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def known(self, claims: Claims, iteration: int) -> Review | None:
        """The review, if it is there already."""
        return self._reviews.get((claims, iteration))

    def review(self, program: Program, claims: Claims, iteration: int, values: Values) -> Review:
        """All there is to say of claims at an iteration, given its values (parameters as it found them)."""
        with self._lock:
            known = self._reviews.get((claims, iteration)) or self._made(program, claims, values)
            _keep(self._reviews, (claims, iteration), known)
            return known

    def _made(self, program: Program, claims: Claims, values: Values) -> Review:
        earlier = self._diagnosed.get(claims)
        if earlier is not None:
            now = self._judged(program, claims, values)
            if _verdicts(now) == _verdicts(earlier.derivation):
                return replace(earlier, derivation=now, remarked=lambda: earlier.remarks)
        from bpdebug.check.review import review

        made = review(program, values, claims, self.unread)
        _keep(self._diagnosed, claims, made)
        return made

    def _judged(self, program: Program, claims: Claims, values: Values) -> Derivation:
        """The claims judged in the order of work, and answered in the order they are written in."""
        from bpdebug.check.claims import Judge
        from bpdebug.check.review import in_order

        places = in_order(claims)
        ordered = tuple(claims[place] for place in places)
        judged = Judge(program, values, ordered, frozenset(self.unread)).derivation()
        back = sorted(range(len(places)), key=places.__getitem__)
        return replace(judged, claims=tuple(judged.claims[each] for each in back))


def _verdicts(derivation: Derivation) -> list[tuple[object, ...]]:
    """What a diagnosis rests on."""
    return [(each.verdict, each.local, each.meaning) for each in derivation.claims]


def _keep(kept: dict[Key, Review], key: Key, value: Review) -> None:
    """Remember a review as the newest, and forget the oldest of too many."""
    kept.pop(key, None)
    kept[key] = value
    while len(kept) > KEPT:
        del kept[next(iter(kept))]


def judged(session: Session, claims: tuple[Claim, ...] | None = None) -> Review:
    """The claims of a session, or others in their place, on the iteration that shows."""
    return judging(session, claims)()


def judging(session: Session, claims: tuple[Claim, ...] | None = None) -> Callable[[], Review]:
    """The same, to be done in any thread: it rests on the values of now, with the parameters as the iteration found
    them.
    """
    program, here = session.settled, values(session)
    iteration, given = session.view.place.iteration, session.claims if claims is None else claims
    review = session.judging.review  # of the run that shows now
    return lambda: review(program, given, iteration, here)


def values(session: Session) -> Values:
    """The values of the iteration that shows, with the parameters as it found them."""
    return found(session.timeline)
