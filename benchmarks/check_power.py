"""Whether one wrong entry among thousands is found and named, and whether right gradients raise an alarm.

python -m benchmarks.check_power [--trials 20] [--networks 60]
"""

from __future__ import annotations

import argparse
import sys

import numpy as np

from benchmarks.check_against_peers import NETWORKS, numbers, program, values_of
from bpdebug.check.directions import along_directions
from bpdebug.check.gradients import check_gradients
from bpdebug.check.verdict import Verdict

SLIGHTLY = 1.001


def found(trials: int, which: str) -> tuple[int, int]:
    """How often one entry of dW1, off by a tenth of a percent, is the one entry blamed, and is felt by direction."""
    sizes, head, m = NETWORKS[which]
    named = felt = 0
    for seed in range(trials):
        start = numbers(sizes, head, m, seed)
        made = program(sizes, head, m, start)
        values, random = values_of(made, start), np.random.default_rng(seed)
        gradient = values["dW1"].copy()
        entry = int(random.choice(np.flatnonzero(gradient)))
        gradient.reshape(-1)[entry] *= SLIGHTLY
        wrong = {**values, "dW1": gradient}
        (check,) = check_gradients(made, wrong, ["dW1"])
        named += list(np.flatnonzero(check.verdicts.reshape(-1) == Verdict.WRONG)) == [entry]
        felt += not along_directions(made, wrong, ["dW1"]).accepted
    return named, felt


def alarms(networks: int) -> int:
    """How many right networks are called anything but right."""
    raised = 0
    for seed in range(networks):
        sizes, head, m = NETWORKS["123"[seed % 3]]
        start = numbers(sizes, head, m, seed)
        made = program(sizes, head, m, start)
        values = values_of(made, start)
        raised += (
            not all(each.ok for each in check_gradients(made, values)) or not along_directions(made, values).accepted
        )
    return raised


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--networks", type=int, default=60)
    given = parser.parse_args()
    named, felt = found(given.trials, "3")
    raised = alarms(given.networks)
    print(f"one entry of 64-64-32-10's dW1 off by 0.1 %: named in {named} of {given.trials} trials, ", end="")
    print(f"felt along two directions in {felt}")
    print(f"{given.networks} right networks: {raised} alarms")
    return 0 if named == given.trials and not raised else 1


if __name__ == "__main__":
    sys.exit(main())
