"""A network of a million parameters opened, stepped through, run, checked, gone back in: how long, in how much memory.

    python -m benchmarks.million [--rounds 5] [--write docs/performance.md]

64-960-960-10 over 256 examples, relu and softmax, on one thread: gradient descent, the same in float32, and Adam with
clipping. Times are medians of processor time, memory is what Python and NumPy hold at most beside what is loaded
anyway. Moves may take three times the parameters and all values of an iteration, and the budget of the time machine;
a check computes in float64, and may take four times. Leaves with 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time
from typing import NamedTuple

import numpy as np

from benchmarks import start, training
from benchmarks.pages import MILLION, before
from benchmarks.peers import plain
from bpdebug.debugger.session import Session
from bpdebug.machine.timeline import BUDGET
from bpdebug.ops.table import Array
from bpdebug.scenario.load import load

NET = training.Net((64, 960, 960, 10), 256, 50, 1.25, 0, 64, 0, 0)
VARIANTS = {
    "gradient descent": "",
    "float32": 'dtype = "float32"\n',
    "Adam": 'optimizer = "adam"\nclip_norm = 1.0\n',
}
"""What stands in the scenario beside the network, by name."""
MOVES, CHECK = 3, 4
"""How many times the parameters and an iteration's values may be in memory."""
STEP, WHOLE = 0.3, 3.0
"""Seconds that 95 of 100 steps may take, and a check of all gradients."""
TRIED = ("goto 1:dW2", "finish", "goto 2", "end", "goto 20:dW2", "reverse-finish", "end")
"""Moves whose memory is measured."""
SECTION = """{heading}
`python -m benchmarks.million --write docs/performance.md` writes this section. 64-960-960-10 over 256 examples, relu
and softmax, to its first screen in {frame:.1f} s (three-layer: {small:.1f} s); processor times on one thread, in
brackets how many times as long as plain NumPy. Memory is the most that is held at a time, and the bar it has to keep
to: {moves} times the parameters and all values of an iteration, and {budget} MiB for the time machine; {check} times
for a check.

{table}
"""
COLUMNS = ("", "load", "first view", "step, half and 95 of 100", "iteration", "back to another one")
COLUMNS += ("check of dW2", "check of all", "memory of moves", "of a check")


class Figures(NamedTuple):
    """Seconds, and bytes."""

    load: float
    view: float
    step: float
    slow: float
    iteration: float
    back: float
    check: float
    whole: float
    moves: int
    checked: int
    size: int
    """Of the parameters, of what is kept beside them, and of all values of an iteration."""


def timed(act: Callable[[], object]) -> float:
    """Seconds of processor time."""
    begun = process_time()
    act()
    return process_time() - begun


def figures(path: Path, rounds: int) -> Figures:
    """Everything that is measured of one scenario."""
    opening = statistics.median(timed(lambda: load(str(path))) for _ in range(rounds))
    session = Session(load(str(path)))
    view = timed(lambda: session.view)
    steps = sorted(timed(lambda: session.execute("step")) for _ in range(2 * session.timeline.steps))
    session.execute("goto 4")
    iteration = timed(lambda: session.execute("end")) / (NET.iterations - 4)
    session.execute(f"goto {NET.iterations}:dW2")
    one, every = (
        statistics.median(timed(lambda: session.execute(line)) for _ in range(rounds))  # noqa: B023
        for line in ("check dW2", "check all")
    )
    backs = [timed(lambda: session.execute(f"goto {at}")) for at in range(NET.iterations - 5, 5, -7)]  # noqa: B023
    size, moves, checked = held(path)
    return Figures(
        opening,
        view,
        statistics.median(steps),
        steps[int(0.95 * len(steps))],
        iteration,
        statistics.median(backs),
        one,
        every,
        moves,
        checked,
        size,
    )


def held(path: Path) -> tuple[int, int, int]:
    """Bytes of an iteration, and the most that is held while moving and while checking."""
    tracemalloc.start()
    session = Session(load(str(path)))
    for line in TRIED:
        session.execute(line)
    moves = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    session.execute("check all")
    checked = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    timeline = session.timeline
    states = (timeline.inputs[name].nbytes for name in timeline.program.crossing)
    owners = {id(owner): owner.nbytes for owner in map(owned, timeline.results)}
    return sum(states) + sum(owners.values()), moves, checked


def owned(array: Array) -> Array:
    """The array whose entries it shows."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def bars(found: Figures, base: float | None, single: bool) -> Iterator[str]:
    """What is missed."""
    if found.slow > STEP:
        yield f"95 of 100 steps take {found.slow:.2f} s, at most {STEP}"
    if found.whole > WHOLE:
        yield f"a check of all gradients takes {found.whole:.1f} s, at most {WHOLE}"
    if base is not None and found.iteration > NET.most * base:
        yield f"an iteration takes {found.iteration / base:.2f} times as long as in NumPy, at most {NET.most}"
    if found.moves > limit(found, MOVES):
        yield f"moves hold {mebi(found.moves)} MiB, at most {mebi(limit(found, MOVES))}"
    if found.checked > limit(found, CHECK, single):
        yield f"a check holds {mebi(found.checked)} MiB, at most {mebi(limit(found, CHECK, single))}"


def limit(found: Figures, times: int, single: bool = False) -> int:
    """The bytes that may be held; those of a float32 run as if it were float64."""
    return times * found.size * (2 if single else 1) + BUDGET


def mebi(size: int) -> str:
    return f"{size / 2**20:.0f}"


def row(name: str, found: Figures, base: float | None, single: bool) -> tuple[str, ...]:
    beside = "" if base is None else f" ({found.iteration / base:.2f})"
    return (
        name,
        *(f"{1e3 * each:.0f} ms" for each in (found.load, found.view)),
        f"{1e3 * found.step:.1f} ms, {1e3 * found.slow:.0f} ms",
        f"{1e3 * found.iteration:.0f} ms{beside}",
        f"{1e3 * found.back:.0f} ms",
        *(f"{each:.2f} s" for each in (found.check, found.whole)),
        f"{mebi(found.moves)} of {mebi(limit(found, MOVES))} MiB",
        f"{mebi(found.checked)} of {mebi(limit(found, CHECK, single))} MiB",
    )


def first_frame(scenario: str, rounds: int) -> float:
    """Seconds from the start of the process to the first screen, the least of some rounds."""
    return min(sum(start.phases(start.OPENED, scenario).values()) for _ in range(rounds)) / 1e3


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    if not training.THREADS.items() <= os.environ.items():  # NumPy reads them as it is loaded
        command = [sys.executable, "-m", "benchmarks.million", *sys.argv[1:]]
        os.execve(sys.executable, command, {**os.environ, **training.THREADS})
    rows, missed = [], list[str]()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["BPDEBUG_STATE"] = folder
        made = training.scenario(NET, Path(folder))
        path = Path(folder) / f"{NET.title}.toml"
        text, iterate = path.read_text(encoding="utf-8"), plain(made)
        base = statistics.median(timed(iterate) for _ in range(10 * given.rounds))
        frames = [first_frame(each, given.rounds) for each in (str(path), "three-layer")]
        for name, lines in VARIANTS.items():
            path.write_text(text + lines, encoding="utf-8")
            found, single = figures(path, given.rounds), "float32" in lines
            beside = None if lines else base
            rows.append(row(name, found, beside, single))
            missed += [f"{name}: {each}" for each in bars(found, beside, single)]
    section = SECTION.format(
        heading=MILLION,
        frame=frames[0],
        small=frames[1],
        moves=MOVES,
        check=CHECK,
        budget=mebi(BUDGET),
        table=training.table(COLUMNS, rows),
    )
    print(section)
    if given.write:
        given.write.write_text(before(given.write) + section, encoding="utf-8")
    print("\n".join(missed) or "every bar is met")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
