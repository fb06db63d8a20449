"""The commands that move: all of them choose a position to go to, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpdebug.debugger import motions, places
from bpdebug.debugger.commands.table import Go, Say, command
from bpdebug.debugger.commands.understand import count
from bpdebug.debugger.formulas import formula
from bpdebug.debugger.triggers import Changing
from bpdebug.debugger.words import quoted
from bpdebug.errors import UsageError

if TYPE_CHECKING:
    from bpdebug.debugger.session import Session


@command("step [COUNT]", "s")
def step(session: Session, argument: str) -> Go:
    """Execute the next operation, or the next COUNT of them.

    step 3   three of them; so 3 step and s3
    """
    return _on(session, motions.operations(session.program), argument)


@command("next [COUNT]", "n")
def next_(session: Session, argument: str) -> Go:
    """Go on to the end of the equation, or of the next one where this one is complete.

    next 2   to the end of the second from here
    """
    return _on(session, motions.equations(session.program), argument)


@command("finish [COUNT]", "f")
def finish(session: Session, argument: str) -> Go:
    """Go on to the end of the phase: forward, cost, backward or update.

    finish 2   of the next one too: from the start, to where backpropagation begins
    """
    return _on(session, motions.phases(session.program), argument)


@command("continue [COUNT]", "c")
def continue_(session: Session, argument: str) -> Go:
    """Go on to the next stop, or to the end of the run where there is none.

    continue 3   to the third stop from here, whichever those before it are
    """
    return Go(session.timeline.last, heeding=True, times=count(argument))


@command("reverse-step [COUNT]", "rs")
def reverse_step(session: Session, argument: str) -> Go:
    """Go back by one operation, or by COUNT of them: what they computed is undone.

    reverse-step 3   by three of them
    """
    return _back(session, motions.operations(session.program), argument)


@command("reverse-next [COUNT]", "rn")
def reverse_next(session: Session, argument: str) -> Go:
    """Go back to before the equation: what it computed is undone.

    reverse-next 2   to before the second on the way back
    """
    return _back(session, motions.equations(session.program), argument)


@command("reverse-finish [COUNT]", "rf")
def reverse_finish(session: Session, argument: str) -> Go:
    """Go back to before the phase: what it computed is undone.

    reverse-finish 2   to before the phase before it too
    """
    return _back(session, motions.phases(session.program), argument)


@command("reverse-continue [COUNT]", "rc")
def reverse_continue(session: Session, argument: str) -> Go:
    """Go back to the last stop, or to the start of the run where there is none.

    reverse-continue 3   to the third stop on the way back

    It ends before the operation of the stop, which is undone.
    """
    return Go(0, heeding=True, times=count(argument))


@command("goto PLACE", "g")
def goto(session: Session, argument: str) -> Go:
    """Go to a place anywhere in the run, forwards or back.

    goto 12            iteration 12, after its first operation
    goto 12:dW2        where iteration 12 has computed dW2
    goto 12:19         after step 19 of iteration 12
    goto 12:backward   where the backward phase of iteration 12 begins, its first operation next
    goto dW2           the same place in this iteration; so :19 and backward
    goto epoch 3       where epoch 3 begins, with its first batch
    goto +2, goto -1   so many iterations on, or back
    goto start         the start of the run; goto end its end
    goto @1            a mark
    """
    if argument.startswith("@"):
        branch, position = session.marks.at(argument[1:].strip())
        if branch != session.branches.current.name:
            session.show(branch)
        return Go(position)
    position = places.position(argument, session.timeline)
    phase = places.beginning(argument, position, session.timeline)
    return Go(position, note=f"The {phase} phase begins next." if phase else "")


@command("until PLACE", "u")
def until(session: Session, argument: str) -> Go:
    """Go on to a place, unless a stop comes first: until dW2 goes to where dW2 is computed next.

    until backward   to where the next backward phase begins
    until 40:dW2     to where iteration 40 computes it
    until +2         two iterations on; until end to the end of the run, until @1 to a mark
    """
    timeline = session.timeline
    if not argument:
        raise UsageError("expected a place after until: until dW2, until backward, until 40, until 40:dW2")
    target = _marked(session, argument) if argument.startswith("@") else places.ahead(argument, timeline)
    if not timeline.position < target <= timeline.last:
        raise UsageError(f"{quoted(argument)} does not lie ahead of here: goto {argument} goes there")
    return Go(target, heeding=True)


def _marked(session: Session, argument: str) -> int:
    """Where a mark of this branch is."""
    branch, position = session.marks.at(argument[1:].strip())
    if branch != session.branches.current.name:
        raise UsageError(f"{argument} is on branch {branch}: goto {argument} goes there")
    return position


@command("last NAME")
def last(session: Session, argument: str) -> Go:
    """Go back to what last changed a quantity or an entry of it; again, to what changed it before that.

    last W1[0,1]   the update that gave this entry its value
    last dW2       where dW2 was computed
    """
    if not argument:
        raise UsageError("expected a quantity after last: last W1, last W1[0,1]")
    timeline = session.timeline
    found = formula(session.evaluator, argument, timeline.dtype)
    if found.earlier:
        raise UsageError("last looks back by itself: name the quantity alone")
    changing = Changing(found, session.program, made=True)
    begun = any(edit.position == 0 < timeline.position and edit.name in found.reads for edit in timeline.edits)
    if begun:
        return Go(0, search=changing, note=f"{argument} was written over here, where nothing later changed it")
    if not changing.looks(timeline):
        raise UsageError(f"{argument} is given, nothing computes it")
    return Go(0, search=changing, vain=f"nothing has changed {argument} before here")


@command("mark [NAME]")
def mark(session: Session, argument: str) -> Say:
    """Give this place a name, or a number, to come back to: goto @NAME.

    mark before   goto @before comes back, from wherever one is then
    """
    name = session.marks.put(argument)
    return Say(f"@{name} is {session.view.place.words}: goto @{name} comes back")


@command("start")
def start(session: Session, argument: str) -> Go:
    """Go to the start of the run, where nothing is computed yet.

    start   the stops stay: continue then goes to the first of them
    """
    _nothing(argument, "start")
    return Go(0)


@command("end")
def end(session: Session, argument: str) -> Go:
    """Go to the end of the run.

    end   past all stops; continue heeds them
    """
    _nothing(argument, "end")
    return Go(session.timeline.last)


def _on(session: Session, rests: motions.Rests, argument: str) -> Go:
    timeline = session.timeline
    return Go(min(timeline.last, rests.after(timeline.position, count(argument))), heeding=True)


def _back(session: Session, rests: motions.Rests, argument: str) -> Go:
    return Go(rests.before(session.timeline.position, count(argument)), heeding=True)


def _nothing(argument: str, name: str) -> None:
    if argument:
        raise UsageError(f"expected nothing after {name}, got {quoted(argument)}")
