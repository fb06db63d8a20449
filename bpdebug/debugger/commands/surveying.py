"""The commands that say how things stand: the training's health, and what the session holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bpdebug.debugger.body import Body
from bpdebug.debugger.commands.table import Say, command
from bpdebug.debugger.health import SIGNS, explained
from bpdebug.debugger.stops import listed
from bpdebug.debugger.telling import NONE, table
from bpdebug.debugger.words import quoted
from bpdebug.errors import UsageError

if TYPE_CHECKING:
    from bpdebug.debugger.session import Session


@command("health [NAME]", repeats=True)
def health(session: Session, argument: str) -> Say:
    """Say how the training is, and which health conditions stop it.

    Each of them stops a motion where it shows first: NaN or infinity, dead units, saturation, vanishing and exploding
    gradients, weights that do not change, a cost that rises, updates larger than the weight.

    health dead   explains one
    disable dead silences it, disable health all of them.
    """
    if argument:
        if argument not in SIGNS:
            raise UsageError(f"there is no health condition {quoted(argument)}; there are {', '.join(SIGNS)}")
        return Say(explained(SIGNS[argument]))
    body = Body(session.program)
    known = session.timeline.step == session.timeline.steps
    called = {name: name if session.stops.health[name].enabled else f"{name} (off)" for name in SIGNS}
    wide = max(14, *map(len, called.values()))
    lines = []
    for sign in SIGNS.values():
        with np.errstate(all="ignore"):
            found = list(dict.fromkeys(sign.found(body, session.timeline).values())) if known else []
        lines.append(f"{called[sign.name]:{wide}} {sign.summary}")
        lines += [f"{'':{wide}} here: {words}" for words in found[:3]]
        if len(found) > 3:
            lines.append(f"{'':{wide}} and {len(found) - 3} more")
    if not known:
        steps = session.timeline.steps
        lines.append(f"What of it shows is told at the end of an iteration: goto :{steps} goes there.")
    elif not any("here: " in line for line in lines):
        lines.append("Nothing of it shows here.")
    return Say("\n".join(lines))


@command("metrics", repeats=True)
def metrics(session: Session, argument: str) -> Say:
    """Say how well the network does with the parameters of here: its accuracy, or R², and the cost.

    metrics   accuracy  0.9667 on the test examples, 0.9833 on those trained on

    The examples to test with are those that test = 0.2 under [data] sets aside. What is predicted is what the cost
    compares with the labels: the class with the largest output, or for a single output from 0 to 1 the side of 0.5 it
    lies on. Where labels are numbers, R² and the mean squared error say how near the outputs are.
    """
    if argument:
        raise UsageError(f"expected nothing after metrics, got {quoted(argument)}")
    judged = session.view.judged
    scores = None if judged is None else judged.scores
    return Say(NONE if scores is None else table(scores, session.program.cost, ascii=session.notation == "ascii"))


@command("info [breakpoints | display | marks | branches]", "i", repeats=True)
def info(session: Session, argument: str) -> Say:
    """List the stops, what is displayed, the marks and the branches, or one of these.

    info breakpoints
    """
    kinds = {
        "breakpoints": [listed(stop) for stop in session.stops.own.values()],
        "display": session.displays.shown(session),
        "marks": [f"@{name}  {words}" for name, words in session.marks.listed()],
        "branches": session.branched(),
    }
    if not argument:
        found = [f"{kind}:\n" + "\n".join(f"  {line}" for line in lines) for kind, lines in kinds.items() if lines]
        return Say("\n".join(found))
    chosen = [kind for kind in kinds if kind.startswith(argument) or (kind, argument) == ("breakpoints", "watch")]
    if not chosen:
        raise UsageError(f"expected one of {', '.join(kinds)}, got {quoted(argument)}")
    none = "nothing is displayed" if chosen == ["display"] else f"there are no {chosen[0]}"
    return Say("\n".join(kinds[chosen[0]]) or none)
