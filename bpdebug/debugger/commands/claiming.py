"""The commands that judge equations of the user's own: claim and claims."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bpdebug.check.review import Review, review
from bpdebug.check.telling import lacking, lines, summary, verdict, widest
from bpdebug.debugger.commands.table import Say, command
from bpdebug.errors import UsageError
from bpdebug.scenario.pasted import MOST, pasted

if TYPE_CHECKING:
    from bpdebug.debugger.session import Session

EXPECTED = "expected an equation: claim dW2 = dZ2 @ A1.T / m"
NOTHING = "no equation of yours is here yet: claim dZ3 = A3 - Y adds one, formula dZ3 shows the program's own"


@command("claim NAME = EXPR")
def claim(session: Session, argument: str) -> Say:
    """Judge an equation of your own for a gradient, on the values of this iteration.

    claim dW2 = dZ2 @ A1.T / m        is it ∂J/∂W2?
    claim dW2 = np.dot(dZ2, A1.T)/m   NumPy's spelling, and that of code: grads["dW2"] = …

    Names like dZ2 in it stand for your own line, where you have claimed one, or else for the true gradient. The same
    name again replaces the line; claims judges all of them together.
    """
    found = pasted(argument, session.program)
    if found.errors:
        raise found.errors[0]
    if len(found.claims) != 1:
        raise UsageError(found.notes[0] if found.notes else EXPECTED)
    before = judged(session)
    (new,) = found.claims
    kept = [each for each in session.claims if each.name != new.name]
    if len(kept) == MOST:
        raise UsageError(f"{MOST} equations are judged together, and there are as many")
    at = next((i for i, each in enumerate(session.claims) if each.name == new.name), len(kept))
    session.claims = (*kept[:at], new, *kept[at:])
    after = judged(session)
    told = [*lines(after, at, session.notation), *_changed(before, after, new.name)]
    told += [lacking(each, after) for each in after.lacking if each.reader == new.name]
    return Say("\n".join([*told, *([summary(after)] if len(session.claims) > 1 else [])]))


@command("claims")
def claims(session: Session, argument: str) -> Say:
    """Judge all equations of your own together: those of the scenario, and those of claim.

    A line that is right by itself and wrong only through an earlier one is said to inherit; what is missing between
    them is told with its line.
    """
    if argument:
        raise UsageError("claims takes nothing after it: claim NAME = EXPR adds an equation")
    if not session.claims:
        raise UsageError(NOTHING)
    found = judged(session)
    told = [line for place in range(len(found.claims)) for line in lines(found, place, session.notation, widest(found))]
    told += [lacking(each, found) for each in found.lacking]
    return Say("\n".join([f"iteration {session.view.place.iteration}", *told, summary(found)]))


def judged(session: Session) -> Review:
    """The claims of a session on the iteration that shows, with the parameters as it found them."""
    values = {**session.timeline.values, **session.timeline.inputs}
    return review(session.program, values, session.claims)


def _changed(before: Review, after: Review, name: str) -> Iterator[str]:
    """The other lines of which another thing is said now."""
    said = {each.name: verdict(before, place).kind for place, each in enumerate(before.claims)}
    for place, each in enumerate(after.claims):
        now = verdict(after, place)
        if each.name != name and now.kind != said.get(each.name):
            yield f"  with it {each.name} is {now.words}"
