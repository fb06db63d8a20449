"""What claim, claims, mend and unmend do: equations of the user's own written, judged, mended and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from bpdebug.check.claims import Judge
from bpdebug.check.completion import Completion, Lacking
from bpdebug.check.meaning import meaning
from bpdebug.check.review import Review
from bpdebug.check.telling import lacking, lines, one_line, summary, verdict, widest
from bpdebug.debugger.commands.table import Say
from bpdebug.debugger.judging import judged, values
from bpdebug.debugger.words import quoted
from bpdebug.errors import UsageError
from bpdebug.language.expression import Expr, Name, substitute
from bpdebug.program.work import listed
from bpdebug.scenario.pasted import pasted
from bpdebug.scenario.record import MOST_CLAIMS, Claim
from bpdebug.scenario.tied import errors_tied

if TYPE_CHECKING:
    from bpdebug.debugger.session import Session

EXPECTED = "expected an equation: claim dW2 = dZ2 @ A1.T / m"
NOTHING = "no equation of yours is here yet: claim dZ3 = A3 - Y adds one, formula dZ3 shows the program's own"
FULL = f"{MOST_CLAIMS} equations are judged together, and there are as many"


def claim(session: Session, argument: str) -> Say:
    """Judge an equation of your own for a gradient, on the values of this iteration."""
    found = pasted(argument, session.settled, [each.said for each in session.claims])
    if found.errors:
        raise found.errors[0]
    if len(found.claims) > 1:
        raise UsageError(
            f"claim takes one equation at a time; this gives {listed([each.name for each in found.claims])}"
        )
    if not found.claims:
        raise UsageError(found.notes[0] if found.notes else EXPECTED)
    (new,) = found.claims
    at = _place(session.claims, new.name)
    if at is None:
        at = len(session.claims)
    else:
        old = session.claims[at]
        new = replace(new, of=old.of or new.of, denotes=old.denotes)
    new, notes = _tied(session, new)
    new = _below_updates(session, new, at)
    before, after = _written(session, new, at)
    told = [*found.notes, *notes, *_lines(session, after, at), *_changed(before, after, new.name)]
    told += [lacking(each, after) for each in after.lacking if each.reader == new.name]
    return Say("\n".join([*told, *([summary(after)] if len(session.claims) > 1 else [])]))


def claims(session: Session, argument: str) -> Say:
    """Judge all equations of your own together: those of the scenario, and those of claim."""
    if argument:
        raise UsageError("claims takes nothing after it: claim NAME = EXPR adds an equation")
    if not session.claims:
        raise UsageError(NOTHING)
    found = judged(session)
    told = [line for place in range(len(found.claims)) for line in _lines(session, found, place, widest(found))]
    told += [lacking(each, found) for each in found.lacking]
    return Say("\n".join([f"iteration {session.view.place.iteration}", *told, summary(found)]))


def mend(session: Session, argument: str) -> Say:
    """Put the mended line in place of your own, or write the one that is missing."""
    if not session.claims:
        raise UsageError(NOTHING)
    found = judged(session)
    name = _named(session.claims, argument, found) or _first(found)
    at = _place(session.claims, name)
    old = None if at is None else session.claims[at]
    if at is None or old is None:
        new, at = _lacked(session, found, name)
    else:
        new = _mended(found, old, at)
    before, after = _written(session, new, at)
    told = [*_lines(session, after, at), *_changed(before, after, name)]
    return Say("\n".join([*told, f"unmend {after.spoken(name)} takes it back", summary(after)]))


def unmend(session: Session, argument: str) -> Say:
    """Take back the last change of a line, by mend or by claim."""
    name = _changed_as(session, argument) or next(reversed(session.replaced), "")
    at = _place(session.claims, name)
    if name not in session.replaced or at is None:
        raise UsageError(f"{quoted(argument)} was not changed here" if argument else "nothing was changed here yet")
    *earlier, old = session.replaced[name]
    kept = (*session.claims[:at], *([old] if old else []), *session.claims[at + 1 :])
    del session.replaced[name]
    if earlier:
        session.replaced = {name: tuple(earlier), **session.replaced}
    before = judged(session)
    gone = session.claims[at]
    session.claims = kept if old else _without_update(session, gone, kept)
    after = judged(session)
    told = list(_lines(session, after, at)) if old else [f"{gone.said} is not claimed any more"]
    told += _changed(before, after, name)
    return Say("\n".join([*told, *([summary(after)] if session.claims else [])]))


def _lines(session: Session, review: Review, place: int, width: int = 0) -> Iterator[str]:
    return lines(review, place, session.notation, width, session.columns)


def _tied(session: Session, new: Claim) -> tuple[Claim, tuple[str, ...]]:
    """A claim with the quantity that it is found to be about, if its name does not say it; and what tells so."""
    others = (each for each in session.claims if each.name != new.name)
    every, notes = errors_tied((*others, new), session.settled, lambda: values(session))
    return every[-1], tuple(note for note in notes if note.startswith(f"{new.name} "))


def _below_updates(session: Session, new: Claim, at: int) -> Claim:
    """A line at a place with every parameter as an update that was typed above it leaves it."""
    typed = (each for each in session.claims[:at] if session.replaced.get(each.name, (each,))[0] is None)
    updated: dict[str, Expr] = {each.of: Name(each.name) for each in typed if _is_update(each)}
    return replace(new, expr=substitute(new.expr, updated))


def _without_update(session: Session, gone: Claim, kept: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """Lines for which a parameter is no longer the updated one; so it is for those that may stand again."""

    def read(each: Claim) -> Claim:
        return replace(each, expr=substitute(each.expr, {gone.name: Name(gone.of)}))

    if not _is_update(gone):
        return kept
    for name, before in session.replaced.items():
        session.replaced[name] = tuple(each and read(each) for each in before)
    return tuple(map(read, kept))


def _is_update(claim: Claim) -> bool:
    """Whether a line gives a parameter after a step along its gradient."""
    return bool(claim.denotes) and meaning(claim.denotes).updates


def _place(claims: tuple[Claim, ...], name: str) -> int | None:
    """Where the line of a name stands."""
    return next((place for place, each in enumerate(claims) if each.name == name), None)


def _named(claims: tuple[Claim, ...], said: str, review: Review) -> str:
    """The name here of the line that a user calls so: of several the first that is wrong, or else the last."""
    places = [place for place, each in enumerate(claims) if said in (each.name, _left(each))]
    wrong = (place for place in places if review.diagnoses[place] is not None)
    place = next(wrong, places[-1] if places else None)
    return said if place is None else claims[place].name


def _changed_as(session: Session, said: str) -> str:
    """The name here of the changed line that a user calls so, the one changed last."""
    own = {each.name: _left(each) for each in session.claims}
    return next((name for name in reversed(session.replaced) if said in (name, own.get(name))), said)


def _left(claim: Claim) -> str:
    """The left side of a line as it is written."""
    return claim.text.partition("=")[0].strip()


def _written(session: Session, new: Claim, at: int) -> tuple[Review, Review]:
    """Write a line in the place of the one with its name, or as a further one; the reviews before and after."""
    before = judged(session)
    old = next((each for each in session.claims if each.name == new.name), None)
    if old is None and len(session.claims) == MOST_CLAIMS:
        raise UsageError(FULL)
    kept = (*session.claims[:at], new, *session.claims[at + (old is not None) :])
    after = judged(session, kept)
    session.claims = kept
    if new != old:
        session.replaced[new.name] = (*session.replaced.pop(new.name, ()), old)
    return before, after


def _first(review: Review) -> str:
    """The first line that is to be mended: wrong, or else missing, or else what only the update needs."""
    place = review.first_wrong
    if place is not None:
        return review.claims[place].name
    if not review.lacking:
        raise UsageError(f"there is nothing to mend: {summary(review)}")
    return review.lacking[0].name


def _mended(review: Review, old: Claim, at: int) -> Claim:
    """A line with its mistake repaired."""
    said, diagnosis = verdict(review, at), review.diagnoses[at]
    if diagnosis is None or diagnosis.mended is None or diagnosis.through:
        if said.kind == "inherits":
            raise UsageError(f"{_left(old)} is {said.words}: that is what is to be mended")
        if said.kind in ("right", "helper"):
            raise UsageError(f"there is nothing to mend in {_left(old)}: it is {said.words}")
        raise UsageError(f"no right line for {_left(old)} is known in your names: it is {said.words}")
    return replace(old, text=one_line(diagnosis.mended_text), expr=diagnosis.mended)


def _lacked(session: Session, review: Review, name: str) -> tuple[Claim, int]:
    """A line that is missing, or not there yet, and the place where it goes."""
    found = next((each for each in review.lacking if each.name == name), None) or _further(session, review, name)
    names = [each.name for each in review.claims]
    if found is None:
        missing = [each.name for each in review.lacking]
        also = f"; missing {'is' if len(missing) == 1 else 'are'} {listed(missing)}" if missing else ""
        raise UsageError(
            f"{quoted(name)} is not claimed: there are {listed([review.spoken(each) for each in names])}{also}"
        )
    if found.expr is None:
        raise UsageError(f"no right line for {name} is known in your names")
    return Claim(name, found.mended, found.expr, found.of, "", 0), _after(found, names)


def _further(session: Session, review: Review, name: str) -> Lacking | None:
    """The line of a gradient that no line reads yet."""
    of = next((of for of, gradient in session.program.gradients.items() if gradient == name), None)
    judge = Judge(session.settled, values(session), session.claims)
    return None if of is None else Completion(judge, review.derivation).line(of)


def _after(found: Lacking, names: list[str]) -> int:
    """Behind the last line that it reads."""
    return names.index(found.after) + 1 if found.after in names else 0


def _changed(before: Review, after: Review, name: str) -> Iterator[str]:
    """The other lines of which another thing is said now."""
    said = {each.name: verdict(before, place).kind for place, each in enumerate(before.claims)}
    for place, each in enumerate(after.claims):
        now = verdict(after, place)
        if each.name != name and now.kind != said.get(each.name):
            yield f"  with it {after.spoken(each.name)} is {now.words}"
