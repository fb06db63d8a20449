"""Searches back through a long history: what the search alone takes, and the whole command."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Iterator
from time import perf_counter
from typing import NamedTuple

from msgspec.structs import replace

from bpdebug.debugger.foreseen import Foreseen
from bpdebug.debugger.session import Session
from bpdebug.scenario.record import Scenario

HISTORY, SEARCH = 100_000, 1.0
"""Iterations that are searched through, and the milliseconds it may take."""
SOUGHT = (
    "break if J > 1e9",
    "break if J > 2 * previous(J)",
    "break if norm(dW1) > 1e9",
    "break W1 if norm(dW1) > 1e9 * norm(W1)",
    "break if largest_update > 1e9",
    "watch J > 1e9",
    "break 7:dW2",
)
"""What is met nowhere, or far back: all of the history has to be looked through."""
FAR = 1_000
"""The iteration to which a search leads whose whole command is timed."""


class Searched(NamedTuple):
    """What a search through a long history takes, in milliseconds."""

    stop: str
    search: float
    command: float
    """All that the command does: the search, the jump to what it found, the view of it."""


def searched(made: Scenario) -> Iterator[Searched]:
    """Searches back from the end of a run that nobody had asked for anything before."""
    session = Session(replace(made, iterations=HISTORY))
    session.execute("disable health")
    session.execute("end")
    for stop in (*SOUGHT, f"break if J >= {float(session.timeline.costs[FAR])!r}"):
        times, commands = list[float](), list[float]()
        for _ in range(5):
            session.execute("end")
            session.execute("delete all")
            session.execute(stop)
            own = list(session.stops.own.values())
            timeline = session.timeline
            times.append(timed(lambda: Foreseen.of(timeline, own, timeline.last, 0).nearest))  # noqa: B023
            commands.append(timed(lambda: session.execute("reverse-continue")))
        yield Searched(stop, 1e3 * statistics.median(times), 1e3 * statistics.median(commands))


def search_bars(found: Iterable[Searched]) -> Iterator[str]:
    """Searches that take too long."""
    for each in found:
        if each.search > SEARCH:
            yield f"the search for {each.stop} takes {each.search:.2f} ms, at most {SEARCH}"


def row(title: str, found: Searched) -> tuple[str, ...]:
    """A line of the table."""
    return title, f"`{found.stop}`", f"{found.search:.2f} ms", f"{found.command:.1f} ms"


def timed(act: Callable[[], object]) -> float:
    """Seconds that something takes."""
    begun = perf_counter()
    act()
    return perf_counter() - begun
