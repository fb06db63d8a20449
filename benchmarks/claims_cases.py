"""How well wrong claims are diagnosed: a folder of scenario files with claims and an expected.json.

    python -m benchmarks.claims_cases FOLDER [--verbose]

Prints verdicts, first wrong lines, classes, mended lines, false alarms and times; exit 1 on any false alarm.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from bpdebug.check.claims import Judged, judge
from bpdebug.check.diagnosis import Diagnosis, diagnose
from bpdebug.check.diagnosis.draws import draws
from bpdebug.check.diagnosis.evaluator import Evaluator, same
from bpdebug.check.iteration import trained
from bpdebug.errors import BpdebugError
from bpdebug.ops import parse
from bpdebug.scenario.load import load

RIGHT = ("correct", "auxiliary")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    expected = json.loads((options.folder / "expected.json").read_text(encoding="utf-8"))
    counts, times = Counter[str](), Times()
    for path in sorted(options.folder.glob("*.toml")):
        score(path, expected[path.stem], counts, times, verbose=options.verbose)
    report(counts, times)
    return 1 if counts["false alarms"] else 0


@dataclass
class Times:
    """Seconds: of each wrong claim and of each right one, and of everything but loading."""

    wrong: list[float] = field(default_factory=list)
    right: list[float] = field(default_factory=list)
    total: float = 0.0


def score(path: Path, expected: dict[str, Any], counts: Counter[str], times: Times, *, verbose: bool) -> None:
    """Judge and diagnose one file, and count what is right."""
    try:
        scenario = load(str(path))
    except BpdebugError as error:
        counts["not loaded"] += 1
        print(f"{path.stem}: {str(error).splitlines()[0]}")
        return
    values = trained(scenario, 0)
    start = time.perf_counter()
    derivation = judge(scenario.program, values, scenario.claims)
    judging = (time.perf_counter() - start) / len(scenario.claims)
    found = diagnose(scenario.program, values, scenario.claims, derivation)
    spent = time.perf_counter() - start
    wrong = sum(each is not None for each in found)
    right = len(found) - wrong
    times.wrong += [(spent - judging * right) / max(wrong, 1)] * wrong
    times.right += [judging] * right
    times.total += spent
    counts["cases"] += 1
    counts["first wrong right"] += derivation.first_wrong == expected["first_wrong"]
    numbers = draws(scenario.program, values, scenario.claims, derivation)[0].evaluator
    for place, want in enumerate(expected["claims"]):
        for line in Marked(derivation.claims[place], found[place], want, numbers).counted(counts, verbose=verbose):
            print(f"{path.stem}: {line}")


@dataclass(frozen=True)
class Marked:
    """One claim, what was found and what should have been."""

    claim: Judged
    found: Diagnosis | None
    want: dict[str, Any]
    numbers: Evaluator

    def counted(self, counts: Counter[str], *, verbose: bool) -> Iterator[str]:
        """Count what is right; the lines to print of what is not."""
        local = self.want.get("local", self.want["verdict"])
        counts["claims"] += 1
        counts["verdicts right"] += (self.claim.verdict, self.claim.local) == (self.want["verdict"], local)
        found, expected = self.found, self.want.get("mistakes", [])
        if local in RIGHT:
            counts["false alarms"] += bool(found and found.mistakes)
            return
        mistakes = found.mistakes if found else ()
        main, mended = bool(mistakes) and mistakes[0] == expected[0], self.mended()
        counts["wrong claims"] += 1
        counts["main class right"] += main
        counts["any class right"] += bool(set(mistakes) & set(expected))
        counts["mended right"] += mended
        counts["nothing small found"] += not mistakes
        if verbose or not main or not mended:
            yield f"{self.claim.text}: expected {expected}, found {list(mistakes)}"
            yield f"    {found.mended_text}   [{found.offending} -> {found.should_be}]" if found else "    nothing"

    def mended(self) -> bool:
        """Whether the mended line, read again from its text, has the true value."""
        if self.found is None or self.found.mended is None:
            return False
        return same(self.numbers.value(parse(self.found.mended_text.partition("=")[2])), self.claim.true)


def report(counts: Counter[str], times: Times) -> None:
    """The figures, one a line."""
    for name, count in counts.items():
        print(f"{name:22} {count}")
    print(f"{'false alarms':22} {counts['false alarms']}")
    for name, spent in (("wrong", times.wrong), ("right", times.right)):
        if spent:
            middle, late = 1e3 * np.percentile(spent, (50, 95))
            print(f"a {name} claim: median {middle:.1f} ms, p95 {late:.0f} ms, worst {1e3 * max(spent):.0f} ms")
    print(f"all together: {times.total:.2f} s")


if __name__ == "__main__":
    sys.exit(main())
