"""bpdebug run: train without a screen, at full speed, to the next stop or the end; the session is kept."""

from __future__ import annotations

import math
import signal
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click

from bpdebug.cli.commands import chosen_notation, commands, completed, opened
from bpdebug.cli.group import everywhere, overriding
from bpdebug.cli.output import data, json_data
from bpdebug.cli.progress import training
from bpdebug.errors import UsageError

if TYPE_CHECKING:
    from bpdebug.debugger.keeping import Kept
    from bpdebug.debugger.session import Session
    from bpdebug.debugger.view import Reply

SCHEMA = "bpdebug.run/1"


@commands.command("run", short_help="Train without a screen, to the next stop or the end.")
@click.argument("scenario", shell_complete=completed)
@click.option("--iterations", type=click.IntRange(1), metavar="N", help="So many iterations; without it, to the end.")
@click.option("--break", "stops", multiple=True, metavar="PLACE", help="Stop there: dW2, or 'if J < 0.1'.")
@click.option("--fresh", is_flag=True, help="From the start, without the stops of the session that was left.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@overriding
@everywhere
def run_(
    scenario: str, iterations: int | None, stops: tuple[str, ...], fresh: bool, as_json: bool, **overrides: Any
) -> int:
    """Train a scenario without a screen, from where its session was left, to the next stop or the end of the run.

    The stops of the session are heeded, and the signs of ill health. `bpdebug SCENARIO` goes on where this ended. Exits
    with 1 where a stop ended it.
    """
    if scenario == "-":
        raise UsageError("run keeps its session, and one of standard input is not kept: write the scenario to a file")
    loaded = opened(scenario, overrides)
    from bpdebug.cli.sessions import kept

    with kept(loaded, overrides, scenario, fresh=fresh, notation=chosen_notation()) as found:
        for each in stops:
            _asked(found, f"break {each}")
        return _run(found, iterations, as_json=as_json)


def _asked(found: Kept, line: str) -> None:
    """Execute a line that the command line asks for; UsageError where it is refused."""
    reply = found.execute(line)
    if not reply.ok:
        raise UsageError(reply.text)


def _run(found: Kept, iterations: int | None, *, as_json: bool) -> int:
    """Train, and say where that ended; the exit code."""
    session = found.session
    begin, last = session.timeline.position, _end(session, iterations)
    asked, begun = _Interrupt(), perf_counter()
    with training() as progress, asked:
        line = "continue" if iterations is None else f"until {last // session.timeline.steps}:{session.timeline.steps}"
        reply = found.execute(line, progress=progress, cancelled=lambda: bool(asked.heard)) if begin < last else None
    took = perf_counter() - begun
    reached = session.timeline.position
    if as_json:
        json_data(_record(session, reply, begin, last, took))
    else:
        data(_words(session, reply, begin, took))
    if asked.heard:
        return 128 + asked.heard
    return 0 if reached >= last else 1


def _end(session: Session, iterations: int | None) -> int:
    """The position to run to: the end, or that of the iteration which lies so many further on."""
    timeline = session.timeline
    if iterations is None:
        return timeline.last
    return min(timeline.last, (timeline.position // timeline.steps + iterations) * timeline.steps)


def _words(session: Session, reply: Reply | None, begin: int, took: float) -> str:
    done = session.timeline.position - begin
    if reply is None:
        return f"{session.view.place.words}: this is the end of the run; --fresh begins anew"
    rate = f"{done:,} operations in {took:.1f} s" + (f", {done / took:,.0f} a second" if took > 0.05 else "")
    return "\n".join(filter(None, [reply.text, _scored(session), rate]))


def _scored(session: Session) -> str:
    """How well the network does where this ended; nothing where that cannot be told."""
    from bpdebug.debugger.telling import sentence

    judged = session.view.judged
    scores = None if judged is None else judged.scores
    return sentence(scores, ascii=session.notation == "ascii") if scores else ""


def _record(session: Session, reply: Reply | None, begin: int, last: int, took: float) -> dict[str, Any]:
    from bpdebug.debugger.telling import record

    place, cost, judged = session.view.place, session.view.cost, session.view.judged
    scores = judged.scores if judged else None
    return {
        "schema": SCHEMA,
        "scenario": session.scenario.name,
        "iteration": place.iteration,
        "iterations": place.iterations,
        "step": place.step,
        "stopped": place.position < last,
        "text": reply.text if reply else "",
        "cost": cost if cost is None or math.isfinite(cost) else str(cost),
        "metrics": record(scores) if scores else None,
        "operations": place.position - begin,
        "seconds": round(took, 3),
    }


class _Interrupt:
    """Ctrl+C, or being told to end, while a run goes on: it ends where it is, and the session is kept."""

    def __init__(self) -> None:
        self.heard = 0
        """The number of the signal; 0 where there was none."""
        self._before: dict[int, Any] = {}

    def __enter__(self) -> None:
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            if (number := getattr(signal, name, None)) is not None:
                self._before[number] = signal.signal(number, self._hear)

    def __exit__(self, *raised: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _hear(self, number: int, frame: object) -> None:
        self.heard = number
