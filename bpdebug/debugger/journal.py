"""The journal of a session: the text it is saved as, which `resuming` reads again.

    bpdebug journal 1
    scenario three-layer
    file /home/ada/three-layer.toml
    program 5f0c…                                of all that decides what the run computes
    begins X=0a1b2c3d W1=…                       and of the numbers that it begins with
    form rows total on 5f0c…                     another form of it that `switch` shows, and its program
    claim dW2 at 3 of W2: dW2 = dZ2 @ A1.T / m   an equation of the user's own
    before: as written                           and what stood in its place, here the scenario's own
    stop 2 off passes 3 met 1: break dW2 if norm(dW2) < 1e-6
    display 1: norm(dW1)
    branch try1 from main by 1                     and beneath it the edits it rests on, the last one its own
    set 3:17 W1[0,2] = 0.5
    mark here try1 4:1
    shows try1
    typed 3: next                                what was typed, for `record`; on the way back it is not executed
    run try1 at 9:2 reached 12 of 200              where a branch stands, and how far its costs are known
    computed 1:1 00000000 5f3a90c1 …             what its steps computed, in short: of some iterations every step

It holds no numbers of the run: these are computed again, and held against the digests.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import sha256
from itertools import groupby
from zlib import crc32

import numpy as np

from bpdebug.debugger.evidence import evidence
from bpdebug.debugger.places import TRUNK
from bpdebug.debugger.records import LARGEST, MOST_LINES, VERSION, JournalError, escaped
from bpdebug.debugger.session import Session
from bpdebug.debugger.stops import Stop
from bpdebug.language.expression import Expr
from bpdebug.ops import write
from bpdebug.program.equations import Equation, Program
from bpdebug.scenario.record import Claim, Scenario

MOST_TYPED = 5_000
"""Lines that a person typed which are kept, to record a script of them."""
KEPT = 100
"""How many earlier forms of one claim are remembered."""


def journal(session: Session, screen: str = "") -> str:
    """The whole journal of a session; `screen` says how its screen is arranged. JournalError where it is too long."""
    lines = [*heading(session.opened), *form(session), *claims(session), *settings(session)]
    lines += [*([f"screen {screen}"] if screen else []), *_typed(session.recording.lines), *runs(session)]
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
    yield f"begins {' '.join(f'{name}={each:08x}' for name, each in beginnings(scenario).items())}"


def form(session: Session) -> Iterator[str]:
    """The form of the scenario that the session shows, where it is not the one it was opened in."""
    if session.form is not None:
        fused = "on" if session.form.fused else "off"
        program = fingerprint(session.scenario)
        yield f"form {session.form.orientation} {session.form.bookkeeping} {fused} {program}"


def fingerprint(scenario: Scenario) -> str:
    """64 bits of everything that decides what a run of the scenario computes, but for the numbers it begins with."""
    program = scenario.program
    told = sha256()
    for each in (
        *_written(program.equations),
        f"{program.orientation} {program.bookkeeping} {program.cost} {program.examples}",
        f"{scenario.dtype} {scenario.iterations} {scenario.seed}",
        repr(sorted((name, float(value).hex()) for name, value in program.constants.items())),
    ):
        told.update(f"{each}\n".encode("utf-8", "backslashreplace"))
    shapes = [(name, np.shape(scenario.values[name])) for name in (*program.data, *program.parameters)]
    told.update(repr(shapes).encode("utf-8", "backslashreplace"))
    return told.hexdigest()[:16]


@lru_cache(maxsize=16)
def _written(equations: tuple[Equation, ...]) -> tuple[str, ...]:
    """The equations of a program in words; each time a session is saved they are the same."""
    return tuple(f"{each.phase} {each.name} = {write(each.expr, 'ascii')}" for each in equations)


def beginnings(scenario: Scenario) -> dict[str, int]:
    """32 bits of the numbers that each matrix of the data, and each parameter, has at the start of a run."""
    names = (*scenario.program.data, *scenario.program.parameters)
    return {name: crc32(np.ascontiguousarray(scenario.values[name]).tobytes()) for name in names}


def settings(session: Session) -> list[str]:
    """Everything of a session but its claims and where its branches stand; nothing where nothing was done yet."""
    return [*_stops(session), *_branches(session)]


def claims(session: Session) -> Iterator[str]:
    """The lines that are not those of the scenario, beneath each those that stood in its place."""
    places = {each.name: place for place, each in enumerate(session.claims)}
    for name, before in session.replaced.items():
        place = places[name]
        yield from _claim(session, f"claim {name} at {place}", session.claims[place])
        for each in before[-KEPT:]:
            yield from _claim(session, "before", each)


def _claim(session: Session, words: str, claim: Claim | None) -> Iterator[str]:
    if claim is None:
        yield f"{words}: nothing"
    elif claim in session.scenario.claims:
        yield f"{words}: as written"
    else:
        line, of = f" line {claim.line}" if claim.line else "", f" of {claim.of}" if claim.of else ""
        yield f"{words}{line}{of}: {escaped(claim.text)}"
        if claim.denotes:
            yield f"denotes {escaped(claim.denotes)}"
        if right_side(claim.text, session.program) != claim.expr:
            yield f"means {escaped(write(claim.expr, 'ascii'))}"


def right_side(line: str, program: Program) -> Expr | None:
    """The right side of an equation as a person may write it; None where the line is no single equation."""
    from bpdebug.scenario.pasted import pasted

    found = pasted(line, program)
    return found.claims[0].expr if len(found.claims) == 1 and not found.errors else None


def _stops(session: Session) -> Iterator[str]:
    stops = session.stops
    for stop in stops.own.values():
        yield f"stop {stop.number}{_marks(stop)}: {escaped(stop.words)}"
    if stops.last:
        yield f"stops {stops.last}"
    for stop in stops.health.values():
        if marks := _marks(stop):
            yield f"health {stop.name}{marks}"
    for number, text in session.displays.own.items():
        yield f"display {number}: {escaped(text)}"
    if session.displays.last:
        yield f"displays {session.displays.last}"


def _marks(stop: Stop) -> str:
    """What is to be said of a stop beside its words."""
    off = "" if stop.enabled else " off"
    passes = f" passes {stop.ignored}" if stop.ignored else ""
    return f"{off}{passes}{f' met {stop.hits}' if stop.hits else ''}"


def _branches(session: Session) -> Iterator[str]:
    branches, steps = session.branches, session.timeline.steps
    for branch in branches:
        if branch.parent:
            yield f"branch {branch.name} from {branch.parent} by {len(branch.words)}"
            for edit in branch.timeline.edits:
                yield f"set {spelled(edit.position, steps)} {escaped(edit.words)}"
    if branches.made:
        yield f"branches {branches.made}"
    for name, (where, position) in session.marks.kept.items():
        yield f"mark {name} {where} {spelled(position, steps)}"
    if branches.current.name != TRUNK:
        yield f"shows {branches.current.name}"


def _typed(lines: Sequence[str] | None) -> list[str]:
    """What a recording would begin with, the same line several times being one; of very many nothing is kept."""
    if lines is None:
        return ["forgotten"]
    found = [f"typed {len(list(same))}: {escaped(line)}" for line, same in groupby(lines)]
    return found if len(found) <= MOST_TYPED and sum(map(len, found)) <= LARGEST // 4 else ["forgotten"]


def runs(session: Session) -> Iterator[str]:
    """Where every branch stands, and what was computed on the way there."""
    for branch in session.branches:
        timeline = branch.timeline
        steps = timeline.steps
        place = spelled(timeline.position, steps)
        yield f"run {branch.name} at {place} reached {len(timeline.costs)} of {timeline.iterations}"
        for stretch in evidence(timeline):
            digests = " ".join(f"{each:08x}" for each in (stretch.between, *stretch.digests))
            yield f"computed {spelled(stretch.first, steps)} {digests}"


def spelled(position: int, steps: int) -> str:
    """A position as ITERATION:STEP; the start is 1:0."""
    run = max(0, position - 1) // steps
    return f"{run + 1}:{position - run * steps}"
