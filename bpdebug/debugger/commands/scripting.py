"""The commands of scripts: what is expected to hold, scripts executed and recorded, words for whoever reads on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bpdebug.debugger import files
from bpdebug.debugger.commands.table import Quit, Say, command
from bpdebug.debugger.words import quoted
from bpdebug.errors import UsageError

if TYPE_CHECKING:
    from bpdebug.debugger.session import Session

KIND = re.compile(r"(?P<kind>text|at|iteration)\b\s*(?P<rest>.*)", re.DOTALL)
REST = {"text": r"[\"'\w].*", "at": r"@?[\w⁽⁾]+|\d*:\S+", "iteration": r"\d+"}
"""What follows the word where it says what kind of expectation this is, and is no quantity's name."""


@command("expect COND")
def expect(session: Session, argument: str) -> Say:
    """Demand that something holds here; where it does not, a script ends, and the values say why.

    expect J < 0.5                 of a matrix every entry has to fulfil it: any(…) asks for one
    expect J < previous(J)         compared with the iteration before, at the same step
    expect shape(dW2) == (3, 5)
    expect text "no value yet"     the answer before contains it, wherever its lines break
    expect at dW3                  goto dW3 would stay here; also 3:dW3, backward, @mark
    expect iteration 3
    """
    from bpdebug.debugger import expecting

    session.recording.unanswered()
    if not argument:
        raise UsageError('expected a condition after expect: expect J < 0.5, expect text "…", expect at dW3')
    kind, rest = _kind(argument)
    if kind == "text":
        return Say(expecting.text(session.recording.answer, rest))
    if kind == "at":
        return Say(expecting.at(session, rest))
    if kind == "iteration":
        return Say(expecting.iteration(session, rest))
    return Say(expecting.condition(session, argument))


def _kind(argument: str) -> tuple[str, str]:
    """Which kind of expectation a line is, and what follows the word that says so."""
    found = KIND.fullmatch(argument)
    if found and re.fullmatch(REST[found["kind"]], found["rest"], re.DOTALL):
        return found["kind"], found["rest"]
    if found and found["kind"] == "iteration" and re.fullmatch(r"[\w.]+", found["rest"]):
        raise UsageError(f"expected a number after expect iteration: expect iteration 3; got {quoted(found['rest'])}")
    return "", argument


@command("source FILE")
def source(session: Session, argument: str) -> Say | Quit:
    """Execute the commands of a script here, to the first that is refused or does not hold.

    source walk.replay
    source "my walk.replay"   a name with blanks, in quotes or as it stands

    What was executed before that one stays executed. FILE may be the script of a bundled scenario: xor.replay.
    A script that calls another one names it by its name in their folder.
    """
    from bpdebug.debugger.sourcing import sourced

    if not argument:
        raise UsageError("expected a file after source: source walk.replay")
    return sourced(session, files.named(argument))


@command("record FILE | off")
def record(session: Session, argument: str) -> Say:
    """Write every command from now on to a file, as a script that replays; record off ends it.

    record walk.replay   a file that is not there yet

    The script begins with what was executed so far, so that it leads to where you are. It replays with
    bpdebug replay FILE, and with source FILE. It is complete after every command.
    """
    from bpdebug.debugger.sourcing import recorded

    kept = session.recording
    kept.aside()
    if not argument:
        return Say(f"recording to {kept.on.name}" if kept.on else "nothing is recorded: record walk.replay begins")
    if argument != "off":
        return Say(recorded(session, files.named(argument)))
    if kept.on is None:
        raise UsageError("nothing is being recorded: record walk.replay begins")
    name = kept.on.name
    kept.stop()
    return Say(f"{name} is complete: bpdebug replay {quoted(name) if ' ' in name else name} replays it")


@command("echo TEXT")
def echo(session: Session, argument: str) -> Say:
    """Say a text: for whoever reads the transcript of a script.

    echo Here the backward pass begins.
    """
    return Say(argument)
