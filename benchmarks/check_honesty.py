"""How often the check accepts a right gradient and refuses a wrong one, over pairs of both in ten regimes.

python -m benchmarks.check_honesty [--seed 1] [--repeats 2]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from bpdebug.check.gradients import check_gradients
from bpdebug.check.verdict import GradientCheck, Verdict
from tests.check.networks import REGIMES, Pair, population


@dataclass
class Tally:
    """What was seen of one regime."""

    counts: Counter[str] = field(default_factory=Counter)

    def add(self, pair: Pair) -> None:
        names = [f"d{name}" for name in pair.program.parameters]
        right = check_gradients(pair.program, pair.right, names)
        wrong = check_gradients(pair.program, pair.wrong, names)
        self.counts["pairs"] += 1
        self.counts["accepted"] += not any(refused(each) for each in right)
        self.counts["refused"] += any(refused(each) for each in wrong)
        self.counts["entries"] += sum(each.verdicts.size for each in right)
        self.counts["cannot tell"] += sum(each.counts[Verdict.CANNOT_TELL] for each in right)
        for each in wrong:
            bad, spoilt = each.verdicts == Verdict.WRONG, pair.spoilt[each.name]
            self.counts["spoilt"] += int(spoilt.sum())
            self.counts["found"] += int((bad & spoilt).sum())
            self.counts["blamed"] += int((bad & (pair.right[each.name] == pair.wrong[each.name])).sum())

    def line(self, title: str) -> str:
        c = self.counts
        return (
            f"{title:14} {c['pairs']:5d} {share(c['accepted'], c['pairs'])} {share(c['refused'], c['pairs'])} "
            f"{share(c['found'], c['spoilt'])} {c['blamed']:7d} {share(c['cannot tell'], c['entries'])}"
        )


def refused(check: GradientCheck) -> bool:
    return check.verdict is Verdict.WRONG


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:9.2f} %" if whole else f"{'-':>11}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=2)
    given = parser.parse_args()
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    began = time.perf_counter()
    for pair in population(given.seed, given.repeats):
        tallies[pair.regime].add(pair)
    whole = Tally(sum((tally.counts for tally in tallies.values()), Counter()))
    print(
        f"{'regime':14} {'pairs':>5} {'accepted':>11} {'refused':>11} {'found':>11} {'blamed':>7} {'cannot tell':>11}"
    )
    for regime in REGIMES:
        print(tallies[regime].line(regime))
    print(whole.line("all"))
    print(f"{time.perf_counter() - began:.1f} s")
    pairs = whole.counts["pairs"]
    return 0 if whole.counts["accepted"] == whole.counts["refused"] == pairs and not whole.counts["blamed"] else 1


if __name__ == "__main__":
    sys.exit(main())
