"""The journal of a session: the text it is saved as, which `resuming` reads again.

    bpdebug journal 1
    scenario three-layer
    file /home/ada/three-layer.toml
    program 5f0c…                                of everything that decides what the run computes
    claim dW2 at 3 of W2: dW2 = dZ2 @ A1.T / m   an equation of the user's own; `before` what stood in its place
    stop 2 off passes 3 met 1: break dW2 if norm(dW2) < 1e-6
    display norm(dW1)
    branch b1 from main at 3:17 by 1             and beneath it the edits it rests on, the last one its own
    set 3:17 W1[0,2] = 0.5
    mark here b1 4:1
    shows b1
    run b1 at 9:2 reached 12 of 200              where a branch stands, and how far its costs are known
    computed 1:1 00000000 5f3a90c1 …             what its steps computed, in short: of some iterations every step

It holds no numbers of the run: these are computed again, and held against the digests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256

import numpy as np

from bpdebug.debugger.branches import Branch
from bpdebug.debugger.places import TRUNK
from bpdebug.debugger.session import Session
from bpdebug.debugger.stops import Stop
from bpdebug.errors import BpdebugError, ExpressionError
from bpdebug.machine.timeline import Timeline
from bpdebug.ops import expand, parse, write
from bpdebug.scenario.pasted import pasted
from bpdebug.scenario.record import Claim, Scenario

VERSION = "bpdebug journal 1"
LARGEST = 2**20
"""Bytes of a journal."""
MOST_LINES = 10_000
SAMPLES = 64
"""Iterations of a run whose steps are held against those of the saved one, at most,"""
DIGESTS = 1_500
"""and how many steps they have together, unless two iterations have more."""
KEPT = 100
"""How many earlier forms of one claim are remembered."""


class JournalError(BpdebugError):
    """A journal that cannot be written or read."""


def journal(session: Session, screen: str = "") -> str:
    """The whole journal of a session; `screen` says how its screen is arranged. JournalError where it is too long."""
    lines = [*heading(session.scenario), *state(session), *([f"screen {screen}"] if screen else []), *runs(session)]
    text = "\n".join(lines) + "\n"
    if len(lines) > MOST_LINES or len(text.encode()) > LARGEST:
        raise JournalError(f"it has more than {MOST_LINES:,} lines or {LARGEST:,} bytes")
    return text


def heading(scenario: Scenario) -> Iterator[str]:
    """Which scenario a journal belongs to."""
    yield VERSION
    yield f"scenario {escaped(scenario.name)}"
    yield f"file {escaped(scenario.path)}"
    yield f"program {fingerprint(scenario)}"


def fingerprint(scenario: Scenario) -> str:
    """64 bits of everything that decides what a run of the scenario computes."""
    program = scenario.program
    told = sha256()
    for each in (
        *(f"{equation.phase} {equation.name} = {write(equation.expr, 'ascii')}" for equation in program.equations),
        f"{program.orientation} {program.bookkeeping} {program.cost} {program.examples}",
        f"{scenario.dtype} {scenario.iterations} {scenario.seed}",
        repr(sorted((name, float(value).hex()) for name, value in program.constants.items())),
    ):
        told.update(f"{each}\n".encode("utf-8", "backslashreplace"))
    for name in (*program.data, *program.parameters):
        array = np.ascontiguousarray(scenario.values[name])
        told.update(f"{name} {array.shape} {array.dtype.str}\n".encode() + array.tobytes())
    return told.hexdigest()[:16]


def state(session: Session) -> list[str]:
    """Everything of a session but where its branches stand; nothing of one in which nothing was done yet."""
    return [*_claims(session), *_stops(session), *_branches(session)]


def _claims(session: Session) -> Iterator[str]:
    """The lines that are not those of the scenario, each behind those that stood in its place."""
    places = {each.name: place for place, each in enumerate(session.claims)}
    for name, before in session.replaced.items():
        place = places[name]
        yield from _claim(session, f"claim {escaped(name)} at {place}", session.claims[place])
        for each in before[-KEPT:]:
            yield from _claim(session, "before", each)


def _claim(session: Session, words: str, claim: Claim | None) -> Iterator[str]:
    if claim is None:
        yield f"{words}: nothing"
    elif claim in session.scenario.claims:
        yield f"{words}: as written"
    else:
        of = f" of {escaped(claim.of)}" if claim.of else ""
        denotes = f" denotes {escaped(claim.denotes)}" if claim.denotes else ""
        yield f"{words}{of}{denotes}: {escaped(claim.text)}"
        if read(session, claim.text) != claim.expr:
            yield f"means {write(claim.expr, 'ascii')}"


def read(session: Session, text: str) -> object:
    """The right side of a line as a person may write it; None where it is no single equation."""
    try:
        found = pasted(text, session.program)
    except ExpressionError:
        return None
    return found.claims[0].expr if len(found.claims) == 1 and not found.errors else None


def meant(session: Session, text: str) -> object:
    """The expression of the language that a text is."""
    return expand(parse(text), session.program.examples)


def _stops(session: Session) -> Iterator[str]:
    stops = session.stops
    for stop in stops.own.values():
        yield f"stop {stop.number}{_marks(stop)}: {escaped(stop.words)}"
    if stops.last:
        yield f"stops {stops.last}"
    for stop in stops.health.values():
        if marks := _marks(stop):
            yield f"health {stop.name}{marks}"
    for text in session.displays:
        yield f"display {escaped(text)}"


def _marks(stop: Stop) -> str:
    """What is to be said of a stop beside its words."""
    off = "" if stop.enabled else " off"
    passes = f" passes {stop.ignored}" if stop.ignored else ""
    return f"{off}{passes}{f' met {stop.hits}' if stop.hits else ''}"


def _branches(session: Session) -> Iterator[str]:
    branches, steps = session.branches, session.timeline.steps
    for branch in branches:
        if branch.parent:
            begun = spelled(branch.begun, steps)
            yield f"branch {branch.name} from {branch.parent} at {begun} by {len(branch.words)}"
            for edit in branch.timeline.edits:
                yield f"set {spelled(edit.position, steps)} {escaped(edit.words)}"
    if branches.made:
        yield f"branches {branches.made}"
    for name, (where, position) in session.marks.kept.items():
        yield f"mark {name} {where} {spelled(position, steps)}"
    if branches.current.name != TRUNK:
        yield f"shows {branches.current.name}"


def runs(session: Session) -> Iterator[str]:
    """Where every branch stands, and what was computed on the way there."""
    for branch in session.branches:
        timeline = branch.timeline
        place = spelled(timeline.position, timeline.steps)
        yield f"run {branch.name} at {place} reached {len(timeline.costs)} of {timeline.iterations}"
        yield from _computed(branch)


def _computed(branch: Branch) -> Iterator[str]:
    timeline, before = branch.timeline, 0
    for first, last in sampled(timeline):
        found = [timeline.digest(position) for position in range(first, last + 1)]
        between = timeline.digest_over(before + 1, first - 1) if first > before + 1 else 0
        if between is None or None in found:  # of very long runs not all are known
            return
        digests = " ".join(f"{each:08x}" for each in found)
        yield f"computed {spelled(first, timeline.steps)} {between:08x} {digests}"
        before = last


def furthest(timeline: Timeline, reached: int) -> int:
    """The position that a run has to be executed to, for so many costs to be known and for it to stand where it does."""
    if not reached:
        return timeline.position
    outs = [step.out for step in timeline.program.steps]
    cost = outs.index(timeline.program.cost) + 1
    return max(timeline.position, min((reached - 1) * timeline.steps + cost, timeline.last))


def sampled(timeline: Timeline) -> Iterator[tuple[int, int]]:
    """From which position to which every step is told: the first iterations, the last, and evenly between."""
    far, steps = furthest(timeline, len(timeline.costs)), timeline.steps
    last = (far - 1) // steps
    count = max(2, min(SAMPLES, DIGESTS // steps))
    chosen = {last * each // (count - 1) for each in range(count)} | {(timeline.position - 1) // steps}
    for iteration in sorted(each for each in chosen if far and each >= 0):
        yield iteration * steps + 1, min((iteration + 1) * steps, far)


def spelled(position: int, steps: int) -> str:
    """A position as ITERATION:STEP; the start is 1:0."""
    run = max(0, position - 1) // steps
    return f"{run + 1}:{position - run * steps}"


def escaped(text: str) -> str:
    """A text in one line of printable characters."""
    return "".join(
        each if each.isprintable() and each != "\\" else each.encode("unicode_escape").decode("ascii") for each in text
    )


_ESCAPE = re.compile(r"\\(?:[\\ntr]|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})")


def unescaped(text: str) -> str:
    """What `escaped` made a line of; JournalError where it cannot have."""
    if "\\" in _ESCAPE.sub("", text):
        raise JournalError("expected \\n, \\t, \\r, \\x.., \\u.... or two backslashes after a backslash")
    try:
        return _ESCAPE.sub(lambda found: found[0].encode().decode("unicode_escape"), text)
    except UnicodeDecodeError:
        raise JournalError("there is no such character") from None
