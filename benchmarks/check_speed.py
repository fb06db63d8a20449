"""How long the full check takes, every entry of every gradient, on networks from small to middling.

python -m benchmarks.check_speed [--rounds 5]
"""

from __future__ import annotations

import argparse
import time
from statistics import median

import numpy as np

from bpdebug.check.gradients import check_gradients
from tests.check.networks import Network, lowered, numbers

NETWORKS = {
    "three-layer": ((4, 5, 3, 1), 8),
    "iris": ((4, 10, 3), 150),
    "20-32-16-1": ((20, 32, 16, 1), 32),
    "64-64-32-10": ((64, 64, 32, 10), 32),
}


def network(sizes: tuple[int, ...], examples: int) -> Network:
    """A relu network of this size."""
    activations = ("relu",) * (len(sizes) - 2)
    head = "cross-entropy" if sizes[-1] > 1 else "squares"
    return Network(sizes, activations, head, numbers(sizes, activations, head, examples, np.random.default_rng(1)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    print(f"{'network':14} {'examples':>8} {'entries':>8} {'all (ms)':>10} {'slowest gradient (ms)':>22}")
    for title, (sizes, examples) in NETWORKS.items():
        program, values = lowered(network(sizes, examples))
        names = list(program.gradients.values())
        entries = sum(values[name].size for name in names)
        whole = median(timed(lambda p=program, v=values: check_gradients(p, v)) for _ in range(rounds))
        single = {name: timed(lambda p=program, v=values, n=name: check_gradients(p, v, [n])) for name in names}
        slowest = max(single, key=lambda name: single[name])
        print(f"{title:14} {examples:8d} {entries:8d} {whole:10.1f} {single[slowest]:16.1f} {slowest}")


def timed(work: object) -> float:
    """Milliseconds of one call."""
    assert callable(work)
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    main()
