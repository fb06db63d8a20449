"""The command that steps through the textbook's numerical check."""

from __future__ import annotations

import re
from math import isfinite
from typing import TYPE_CHECKING

from bpdebug.debugger.commands.looking import known
from bpdebug.debugger.commands.table import Say, command
from bpdebug.debugger.words import named, number, quoted, shaped
from bpdebug.errors import UsageError
from bpdebug.language.expression import names
from bpdebug.program.equations import Phase
from bpdebug.program.work import listed

if TYPE_CHECKING:
    from bpdebug.check.nudge import Nudge
    from bpdebug.check.verdict import GradientCheck
    from bpdebug.debugger.session import Session

WIDTH = 1e-4
FORM = re.compile(r"(?P<name>[^\[\]\s]+)\s*(?:\[(?P<place>[^\[\]]*)\])?\s*(?P<width>\S*)")
EXPECTED = "expected an entry, and after it h if you like: nudge W1[0, 2], nudge W1[0, 2] 1e-3"


@command("nudge NAME[i,j] [H]", repeats=True)
def nudge(session: Session, argument: str) -> Say:
    """Measure one entry's gradient as the textbook does: J with a little more, J with a little less, the slope.

    nudge W2[0, 3]         what W2[0, 3] + h and W2[0, 3] - h change on the way to J, with h = 1e-4
    nudge W2[0, 3] 1e-7    the same with another h
    nudge Z2[0, 3]         an intermediate quantity: only what comes after it is computed again
    nudge dW2[0, 3]        the same as nudge W2[0, 3]

    Beside the slope stand the program's own gradient and a complex step, below it what other h would have given.
    """
    from bpdebug.check.nudge import Nudge
    from bpdebug.check.patience import patient
    from bpdebug.debugger.nudged import Teller

    found = FORM.fullmatch(argument)
    if found is None:
        raise UsageError(EXPECTED)
    name = _quantity(session, found["name"])
    place = _place(session, name, found["place"])
    here = Nudge(session.forward, name, place)
    _reaches(session, here)
    width = _width(found["width"], here)
    with patient(session.cancelled):
        check, uncomputed = _own(session, name)
        lines = [*Teller(here, width, session.notation).lines(check, uncomputed)]
    heading = [f"iteration {session.view.place.iteration}"]
    gradient = session.program.gradients.get(name, "")
    if name != found["name"] and gradient == known(session, found["name"]):
        asked, moved = (named(each, session.notation) for each in (gradient, name))
        heading.append(f"{asked} is the slope by {moved}, so {moved} is what is moved.")
    return Say("\n".join([*heading, *lines]), (check,) if check else ())


def _quantity(session: Session, text: str) -> str:
    """The quantity to be moved: W2, also where its gradient dW2 was named."""
    name = known(session, text)
    owners = {gradient: of for of, gradient in session.program.gradients.items()}
    name = owners.get(name, name)
    if name not in session.timeline.values:
        raise UsageError(session.evaluator.missing(name))
    return name


def _place(session: Session, name: str, text: str | None) -> tuple[int, ...]:
    shape = session.program.shapes[name]
    words = [word.strip() for word in (text or "").split(",")] if (text or "").strip() else []
    if not all(re.fullmatch(r"-?\d{1,18}", word, re.ASCII) for word in words):
        raise UsageError(f"expected whole numbers in the brackets, got {quoted(text or '')}")
    if len(words) != len(shape):
        example = f"{name}[{', '.join('0' * len(shape))}]" if shape else name
        raise UsageError(f"{name} is {shaped(shape)}: expected one entry of it, as in nudge {example}")
    place = tuple(int(word) for word in words)
    for each, length in zip(place, shape, strict=True):
        if not -length <= each < length:
            raise UsageError(f"{name} is {shaped(shape)}: it has no entry [{', '.join(words)}]")
    return tuple(each % length for each, length in zip(place, shape, strict=True))


def _reaches(session: Session, here: Nudge) -> None:
    """Refuse what has no way to the cost, or one through the batch alone."""
    cost = here.forward.program.cost
    if here.name == cost:
        raise UsageError(f"{cost} is the cost itself: nudge what it is computed from")
    made = [] if here.steps else [each for each in _of_batch(session, here.name) if each in here.forward.program.data]
    if made:
        there = f"nudge what is made of it there, {listed(made)}"
        raise UsageError(f"{here.name} goes into the batch, which stays as it was drawn: {there}")
    if not here.steps:
        raise UsageError(f"{here.name} is not on the way to {cost}: {cost} stays the same whatever it is")


def _of_batch(session: Session, name: str) -> list[str]:
    """What the batch makes of a quantity, directly or through something else of it."""
    found = [name]
    for each in session.program.equations:
        if each.phase is Phase.BATCH and not set(found).isdisjoint(names(each.expr)):
            found.append(each.name)
    return found[1:]


def _width(text: str, here: Nudge) -> float:
    """The step h: a number that moves the entry."""
    try:
        width = float(text) if text else WIDTH
    except ValueError:
        raise UsageError(f"expected a number for h, got {quoted(text)}") from None
    if not (isfinite(width) and width > 0):
        raise UsageError(f"expected an h above 0, got {quoted(text)}")
    entry = here.entry
    if entry + width == entry or entry - width == entry:
        raise UsageError(f"h = {width:g} is too small: {number(entry)} + h is {number(entry)} again in float64")
    return width


def _own(session: Session, name: str) -> tuple[GradientCheck | None, str]:
    """The check of the program's own gradient, or why there is none."""
    gradient = session.program.gradients.get(name)
    if gradient is None:
        return None, f"The program computes no gradient of {name}."
    if gradient not in session.timeline.values:
        return None, f"The program's own: {session.evaluator.missing(gradient)}."
    return session.checking([gradient])()[0], ""
