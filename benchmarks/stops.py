"""What stops cost: a run over many iterations with conditional stops that never fire, beside the same run without.

    python -m benchmarks.stops [--iterations 10000] [--rounds 5] [SCENARIO ...]

The bar: three conditional stops cost at most 1.3 times the run without them.
"""

from __future__ import annotations

import argparse
from time import perf_counter

from msgspec.structs import replace

from bpdebug.debugger.session import Session
from bpdebug.scenario.load import load

CONDITIONS = ("any(isnan(Z2))", "norm(dW1) < 1e-300", "J > 100 + previous(J)")
NONE: tuple[str, ...] = ()


def seconds(scenario, conditions: tuple[str, ...], *, health: bool = True) -> float:
    """One run to its end."""
    session = Session(scenario)
    for each in ["disable rising", *(f"break if {condition}" for condition in conditions)]:
        assert session.execute(each).ok, each
    if not health:
        session.execute("disable health")
    begun = perf_counter()
    while session.timeline.position < session.timeline.last:
        session.execute("continue")
    return perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scenarios", nargs="*", default=["three-layer", "xor", "iris"])
    parser.add_argument("--iterations", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    print(f"{'scenario':14} {'without':>9} {'3 stops':>9} {'ratio':>6}   {'no health':>9} {'health costs':>12}")
    for name in given.scenarios:
        scenario = replace(load(name), iterations=given.iterations)
        times = [
            (seconds(scenario, NONE), seconds(scenario, CONDITIONS), seconds(scenario, NONE, health=False))
            for _ in range(given.rounds)
        ]
        plain, stopped, bare = (min(column) for column in zip(*times, strict=True))
        print(f"{name:14} {plain:8.2f}s {stopped:8.2f}s {stopped / plain:6.2f}   {bare:8.2f}s {plain / bare:12.2f}")


if __name__ == "__main__":
    main()
