"""How well mistakes are found in derivations of random networks: right ones with one edit, with two, with none, and
with one of the updates below them gone wrong.

    python -m benchmarks.claims_mutations [--singles 2000] [--doubles 500] [--right 500] [--updates 300] [--jobs 2]

Networks, lines, mistakes and spellings are drawn by themselves and know nothing of the table of repairs. Prints for
every class how many are detected, at the right line, by their name, and mended; exit 1 on any false alarm.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from benchmarks.claims_trials import KINDS, Trial
from bpdebug.check.called import RATE, RATES
from bpdebug.check.claims import Derivation, Judgement, judge
from bpdebug.check.diagnosis import Diagnosis, diagnose
from bpdebug.check.diagnosis.draws import Draw, draws
from bpdebug.check.diagnosis.evaluator import same
from bpdebug.language.expression import Name, substitute
from bpdebug.ops import parse
from bpdebug.scenario.record import Claim

MARKS = ("detected", "first", "main", "every", "mended")
"""Wrong at the right places; the first wrong line right; the main class; every class; the mended line is right."""


@dataclass(frozen=True)
class Outcome:
    """What came of one derivation.

    `state`: tried; equal, the edit changes nothing; masked, it changes nothing with these numbers; ambiguous, with
    the 1/m kept elsewhere as many lines are right as if the edits were the only mistakes.
    """

    kind: str
    classes: tuple[tuple[str, ...], ...]
    state: str
    marks: frozenset[str] = frozenset()
    alarms: int = 0
    milliseconds: float = 0.0
    """For each wrong line; for each line of a right derivation."""
    told: str = ""


def tried(kind: str, seed: int, number: int) -> Outcome:
    """One derivation judged and diagnosed."""
    trial = Trial((seed, KINDS.index(kind), number))
    edits, step = trial.edits(kind), trial.steps.wrong() if kind == "updates" else None
    classes = (*(each for edit in edits for each in edit.classes), *((step.classes,) if step else ()))
    states = [trial.state(edit) for edit in edits]
    state = next((each for each in states if each != "tried"), "tried")
    if state != "tried":
        return Outcome(kind, classes, state)
    claims = trial.claims(edits, step)
    own = {trial.writer.name(f"d{edit.line.of}") for edit in edits}
    own |= {claim.name for claim in claims if step is not None and claim.denotes and claim.of == step.of}
    wrong = [place for place, claim in enumerate(claims) if claim.name in own]
    start = time.perf_counter()
    found = judge(trial.program, trial.values, claims)
    diagnoses = diagnose(trial.program, trial.values, claims, found)
    wrong = [_to_blame(place, found) for place in wrong]
    if _ambiguous(trial, found, len(wrong)):
        return Outcome(kind, classes, "ambiguous")
    spent = 1e3 * (time.perf_counter() - start) / max(1, len(wrong) or len(claims))
    alarms = sum(each is not None for place, each in enumerate(diagnoses) if place not in wrong)
    outcome = Outcome(kind, classes, state, alarms=alarms, milliseconds=spent)
    if not wrong:
        return replace(outcome, told=_told(trial, claims, diagnoses))
    numbers = draws(trial.program, trial.values, claims, found)
    marks = frozenset(_marks(classes, wrong, found, diagnoses, numbers))
    return replace(outcome, marks=marks, told=_told(trial, claims, diagnoses))


def _ambiguous(trial: Trial, found: Derivation, wrong: int) -> bool:
    """Whether the lines are read otherwise than they were meant, and fit as well."""
    meant = trial.right.meanings
    read = {each.name: each.meaning for each in found.claims if each.meaning is not None}
    right = sum(each.local is Judgement.CORRECT for each in found.claims if each.meaning is not None)
    return any(meant.get(name, each) != each for name, each in read.items()) and right >= len(read) - wrong


def _marks(
    classes: tuple[tuple[str, ...], ...],
    wrong: Sequence[int],
    found: Derivation,
    diagnoses: Sequence[Diagnosis | None],
    numbers: Sequence[Draw],
) -> Iterator[str]:
    """What is right of one outcome."""
    mistakes = [each.mistakes if (each := diagnoses[place]) else () for place in wrong]
    meant = {name for each in classes for name in each}
    named = {name for each in mistakes for name in each}
    if all(diagnoses[place] is not None for place in wrong):
        yield "detected"
    if found.first_wrong is not None and found.first_wrong in _with_helpers(wrong[0], found):
        yield "first"
    if all(each and each[0] in meant for each in mistakes):
        yield "main"
    if all(named.intersection(each) for each in classes):
        yield "every"
    if all(_mended(diagnoses[place], found, place, numbers) for place in wrong):
        yield "mended"


def _with_helpers(place: int, found: Derivation) -> range:
    """A line and the helper lines just before it, which are part of it."""
    start = place
    while start and (found.claims[start - 1].meaning is None or found.claims[start - 1].makes_right):
        start -= 1
    return range(start, place + 1)


def _to_blame(place: int, found: Derivation) -> int:
    """A wrong line, or the helper line that is taken for a gradient and makes it right."""
    name = found.claims[place].name
    return next((each for each in _with_helpers(place, found) if name in found.claims[each].makes_right), place)


def _mended(diagnosis: Diagnosis | None, found: Derivation, place: int, numbers: Sequence[Draw]) -> bool:
    """Whether the mended line, read again from its text, is the true gradient on all draws."""
    own = found.claims[place].meaning
    if diagnosis is None or not diagnosis.mistakes or own is None:
        return False
    expr = parse(diagnosis.mended_text.partition("=")[2])
    expr = substitute(expr, {rate: Name(RATE) for rate in RATES})
    return all(same(draw.evaluator.value(expr), draw.true(own)) for draw in numbers)


def _told(trial: Trial, claims: Sequence[Claim], diagnoses: Sequence[Diagnosis | None]) -> str:
    """The derivation with what is said of it, for a person to look at."""
    lines = ["; ".join(trial.net.lines)]
    for claim, each in zip(claims, diagnoses, strict=True):
        lines.append(f"    {claim.text}")
        if each is not None:
            lines.append(f"  > {', '.join(each.mistakes) or 'not recognised'}: {each.mended_text}")
    return "\n".join(lines)


def all_tried(wanted: Sequence[tuple[str, int]], seed: int, jobs: int) -> Iterator[Outcome]:
    """The outcomes of so many derivations of each kind."""
    for kind, count in wanted:
        run = partial(tried, kind, seed)
        if jobs == 1:
            yield from map(run, range(count))
        else:
            with ProcessPoolExecutor(jobs) as pool:
                yield from pool.map(run, range(count), chunksize=10)


def report(kind: str, outcomes: Sequence[Outcome]) -> None:
    """The figures of one kind, a line for each class."""
    done = [each for each in outcomes if each.state == "tried"]
    dropped = Counter(each.state for each in outcomes)
    kept = ", ".join(f"{count} {state}" for state, count in dropped.items() if state != "tried")
    print(f"{kind}: {len(done)} tried; dropped: {kept or 'none'}")
    print(f"  false alarms {sum(each.alarms for each in outcomes)}")
    if kind != "right":
        print(f"  {'':38} {'tried':>6} " + " ".join(f"{mark:>9}" for mark in MARKS))
        _row("all", done)
        for name in sorted({each.classes[0][0] for each in done}):
            _row(name, [each for each in done if each.classes[0][0] == name])
    times = [each.milliseconds for each in done]
    if times:
        middle, late = np.percentile(times, (50, 95))
        print(f"  per line: median {middle:.1f} ms, p95 {late:.0f} ms, worst {max(times):.0f} ms")


def _row(name: str, outcomes: Sequence[Outcome]) -> None:
    shares = (100 * sum(mark in each.marks for each in outcomes) / max(1, len(outcomes)) for mark in MARKS)
    print(f"  {name:38} {len(outcomes):6} " + " ".join(f"{share:8.1f}%" for share in shares))


def failures(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """The derivations of which something is not right, to look at."""
    for each in outcomes:
        missed = [mark for mark in MARKS if mark not in each.marks and mark != "every"]
        if each.state == "tried" and (each.alarms or (missed and each.kind != "right")):
            meant = " and ".join("|".join(names) for names in each.classes)
            yield f"{'FALSE ALARM ' * each.alarms}not {', '.join(missed)}: {meant}\n{each.told}\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    for kind, count in zip(KINDS, (2000, 500, 500, 300), strict=True):
        parser.add_argument(f"--{kind}", type=int, default=count)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--verbose", action="store_true", help="show the derivations of which something is not right")
    options = parser.parse_args()
    wanted = [(kind, getattr(options, kind)) for kind in KINDS]
    outcomes = list(all_tried(wanted, options.seed, options.jobs))
    if options.verbose:
        print("\n".join(failures(outcomes)))
    for kind in KINDS:
        report(kind, [each for each in outcomes if each.kind == kind])
    return 1 if any(each.alarms for each in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
