"""What a run to a breakpoint costs beside hand-written NumPy, and what a jump in time does: four networks.

python -m benchmarks.training [--nets 1,2,3,4] [--rounds 5] [--write docs/performance.md]

All in one process and on one thread, in turn: the peers of benchmarks/peers.py, as far as they are installed, and
bpdebug running to a breakpoint, with its checkpoints, its digests and its curve, without and with its signs of ill
health; then moves in time, and searches back through a long history. Leaves with 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import numpy as np

from benchmarks.pages import behind
from benchmarks.peers import RATE, differentiated, eager, plain, preallocated
from benchmarks.searches import FAR, HISTORY, row, search_bars, searched, timed
from bpdebug.debugger.session import Session
from bpdebug.machine.timeline import Timeline
from bpdebug.scenario.load import load
from bpdebug.scenario.record import Scenario

THREADS = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
SCENARIO = """
title = "{title}"
[data]
X = {{ shape = [{features}, {examples}], init = "normal" }}
Y = {{ values = {labels} }}
[network]
layers = [{layers}]
cost = "{cost}"
[training]
learning_rate = {rate}
iterations = {iterations}
fused = true
bookkeeping = "per-example"
"""


class Net(NamedTuple):
    """A network: its sizes, examples, and how it is timed."""

    sizes: tuple[int, ...]
    examples: int
    iterations: int
    most: float
    """How much longer than plain NumPy a run may take."""
    operations: int
    """Of the run that is travelled in."""
    budget: int
    jump: float
    """Milliseconds that 95 of 100 jumps may take."""
    torch: float
    """How many times as long torch is to take."""
    searched: bool = False
    """Whether a long history of it is searched."""

    @property
    def title(self) -> str:
        return "-".join(map(str, self.sizes))


NETS = {
    "1": Net((4, 5, 3, 1), 8, 20_000, 1.25, 10**6, 64, 12, 2.3, searched=True),
    "2": Net((20, 32, 16, 1), 64, 6_000, 1.1, 10**6, 64, 12, 2.3, searched=True),
    "3": Net((64, 64, 32, 10), 64, 3_000, 1.1, 10**6, 64, 12, 2.3),
    "4": Net((784, 128, 10), 64, 600, 1.1, 250_000, 256, 60, 0),
}


def scenario(net: Net, folder: Path) -> Scenario:
    """The network as a scenario: relu layers, then sigmoid or softmax."""
    classes = net.sizes[-1]
    labels = np.random.default_rng(0).integers(0, max(2, classes), net.examples)
    one_hot = (labels[None, :] == np.arange(classes)[:, None]).astype(int) if classes > 1 else labels[None, :]
    last, cost = ("softmax", "categorical-cross-entropy") if classes > 1 else ("sigmoid", "binary-cross-entropy")
    words = [*["relu"] * (len(net.sizes) - 2), last]
    layers = [f'{{ units = {units}, activation = "{word}" }}' for units, word in zip(net.sizes[1:], words, strict=True)]
    path = folder / f"{net.title}.toml"
    path.write_text(
        SCENARIO.format(
            title=net.title,
            features=net.sizes[0],
            examples=net.examples,
            labels=one_hot.tolist(),
            layers=", ".join(layers),
            cost=cost,
            rate=RATE,
            iterations=net.iterations,
        ),
        encoding="utf-8",
    )
    return load(str(path))


def run(made: Scenario, *, health: bool) -> float:
    """Seconds an iteration takes on the way to a breakpoint."""
    session = Session(made)
    session.execute("disable rising" if health else "disable health")
    last = made.iterations - 1
    session.execute(f"break {last}:J")
    begun = perf_counter()
    while (place := session.execute("continue").view.place).iteration < last:
        assert place.position < place.last
    return (perf_counter() - begun) / last


def looped(iterate: Callable[[], object], count: int) -> float:
    begun = perf_counter()
    for _ in range(count):
        iterate()
    return (perf_counter() - begun) / count


def speeds(made: Scenario, rounds: int) -> Mapping[str, float]:
    """Seconds an iteration takes, the median of several rounds in turn."""
    peers = {"NumPy": plain, "preallocated": preallocated, "torch": eager, "autograd": differentiated}
    made_ready = {name: peer(made) for name, peer in peers.items()}
    count = {"NumPy": made.iterations // 4, "preallocated": made.iterations // 4}
    acts: dict[str, Callable[[], float]] = {
        name: partial(looped, iterate, count.get(name, made.iterations // 8))
        for name, iterate in made_ready.items()
        if iterate is not None
    }
    acts |= {"bpdebug": lambda: run(made, health=False), "with health": lambda: run(made, health=True)}
    found: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(rounds):
        for name, act in acts.items():
            found[name].append(act())
    return {name: statistics.median(each) for name, each in found.items()}


class Travelled(NamedTuple):
    """Times of moves in a long run: seconds, or milliseconds, or microseconds."""

    record: float
    stored: float
    jump: float
    back: float
    slowest: float
    walk: float


def travelled(made: Scenario, net: Net) -> Travelled:
    """Jumps anywhere in a long run, steps back from its end, and a walk back beside the walk there."""
    steps = len(made.program.steps)
    line = Timeline(made.program, made.values, iterations=net.operations // steps, budget=net.budget * 2**20)
    record = timed(lambda: line.seek(line.last))
    chance = random.Random(0)
    jumps = sorted(timed(lambda: line.seek(chance.randrange(line.last))) for _ in range(200))
    line.seek(line.last)
    backs = sorted(timed(lambda: line.seek(line.position - 1)) for _ in range(20 * steps))
    line.seek(200 * steps)
    back = timed(lambda: [line.seek(line.position - 1) for _ in range(150 * steps)])
    fresh = Timeline(made.program, made.values, iterations=200)
    there = timed(lambda: [fresh.seek(fresh.position + 1) for _ in range(150 * steps)])
    return Travelled(
        record,
        line.stored / 2**20,
        1e3 * jumps[190],
        1e6 * backs[len(backs) // 2],
        1e6 * backs[int(0.99 * len(backs))],
        back / there,
    )


def bars(net: Net, times: Mapping[str, float], moved: Travelled) -> Iterator[str]:
    """What is missed."""
    ratio = times["bpdebug"] / times["NumPy"]
    if ratio > net.most:
        yield f"{ratio:.2f} times as long as NumPy, at most {net.most}"
    if net.torch and "torch" in times and times["torch"] < net.torch * times["bpdebug"]:
        yield f"torch takes {times['torch'] / times['bpdebug']:.2f} times as long, at least {net.torch}"
    if moved.jump > net.jump:
        yield f"a jump takes {moved.jump:.1f} ms, at most {net.jump}"
    if moved.back > 5 or moved.slowest > 500:
        yield f"a step back takes {moved.back:.1f} µs, one of a hundred {moved.slowest:.0f} µs; at most 5 and 500"
    if moved.walk > 3:
        yield f"a walk back takes {moved.walk:.2f} times as long as the walk there, at most 3"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--nets", default="1,2,3,4")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    if not THREADS.items() <= os.environ.items():  # NumPy reads them as it is loaded
        os.execve(
            sys.executable, [sys.executable, "-m", "benchmarks.training", *sys.argv[1:]], {**os.environ, **THREADS}
        )
    fast, far, back, missed = [], [], [], list[str]()
    with tempfile.TemporaryDirectory() as folder:
        for name in given.nets.split(","):
            net = NETS[name]
            made = scenario(net, Path(folder))
            times = speeds(made, given.rounds)
            moved = travelled(made, net)
            fast.append(_speed_row(net, len(made.program.steps), times))
            far.append(_travel_row(net, moved))
            missed += [f"{net.title}: {each}" for each in bars(net, times, moved)]
            if net.searched:
                found = list(searched(made))
                back += [row(net.title, each) for each in found]
                missed += [f"{net.title}: {each}" for each in search_bars(found)]
    text = page(fast, far, back)
    print(text)
    if given.write:
        last = behind(given.write)
        given.write.write_text(f"{text}\n{last}" if last else text, encoding="utf-8")
    print("\n".join(missed) or "every bar is met")
    return 1 if missed else 0


def _speed_row(net: Net, steps: int, times: Mapping[str, float]) -> tuple[str, ...]:
    base = times["NumPy"]
    ours = (f"{1e6 * times[name]:.0f} µs ({times[name] / base:.2f})" for name in ("bpdebug", "with health"))
    others = (
        f"{1e6 * times[name]:.0f} µs" if name in times else "not installed"
        for name in ("preallocated", "torch", "autograd")
    )
    return net.title, str(steps), f"{1e6 * base:.0f} µs", *ours, *others


def _travel_row(net: Net, moved: Travelled) -> tuple[str, ...]:
    return (
        net.title,
        f"{net.operations:,}",
        f"{moved.record:.1f} s",
        f"{moved.stored:.0f} of {net.budget} MiB",
        f"{moved.jump:.1f} ms",
        f"{moved.back:.1f} µs, {moved.slowest:.0f} µs",
        f"{moved.walk:.2f}",
    )


SPEED = (
    "network",
    "operations",
    "plain NumPy",
    "to a breakpoint",
    "with signs of ill health",
    "NumPy, preallocated",
    "torch, eager",
    "HIPS autograd",
)
TRAVEL = ("network", "operations", "run", "kept", "jump, 95 of 100", "step back, half and 99 of 100", "walk back")
BACK = ("network", "stop", "search alone", "whole command")
PAGE = """# Performance

`python -m benchmarks.training --write docs/performance.md` writes this page. Measured with NumPy {numpy} and Python
{python} on one thread ({machine}); the medians of several rounds in turn, in one process.

## A run to a breakpoint

An iteration of a run to a breakpoint with its checkpoints, digests and curve of costs, beside the same iteration in
plain NumPy as a textbook writes it; in brackets how many times as long as that. Beside them stand NumPy into arrays
that are there before, torch in eager mode and HIPS autograd.

{speed}

## Moves in time

A run of so many operations, jumps to any of them, single steps back, and a walk back beside the walk there.

{travel}

## Searches back

`reverse-continue` from the end of {history:,} iterations run without a stop. The cost of every iteration is recorded;
of networks with up to some two thousand weights the norms of weights and of their gradients and `largest_update` are
too. The last stop of each network is met in iteration {far:,}, the others nowhere or near the start. What is not
recorded is executed the first time, and known from then on.

{search}
"""


def page(fast: list[tuple[str, ...]], far: list[tuple[str, ...]], back: list[tuple[str, ...]]) -> str:
    """The page of figures."""
    return PAGE.format(
        numpy=np.__version__,
        python=platform.python_version(),
        machine=platform.machine(),
        speed=table(SPEED, fast),
        travel=table(TRAVEL, far),
        history=HISTORY,
        far=FAR + 1,
        search=table(BACK, back),
    )


def table(heading: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (heading, ("---",) * len(heading), *rows))


if __name__ == "__main__":
    raise SystemExit(main())
