"""What is said of a pasted block beside its claims: what is passed over, and what is read otherwise."""

from __future__ import annotations

from collections.abc import Iterable

from bpdebug.program.work import listed
from bpdebug.scenario.collected import Work

MOST = 8
"""Reasons that are told."""


def notes(work: Work) -> list[str]:
    """What was passed over, a line for each reason."""
    told: dict[str, list[int]] = {}
    for each in work.found.passed:
        told.setdefault(each.reason, []).append(work.found.line(each.place))
    reasons = sorted(told, key=lambda reason: reason.endswith("is no equation"))
    lines = [f"{_lines(dict.fromkeys(told[reason]))}: {reason}" for reason in reasons]
    passed = [f"passed over: {each}" for each in lines[:MOST]]
    if rest := sorted({number for reason in reasons[MOST:] for number in told[reason]}):
        passed.append(f"passed over, too: {_lines(rest)}")
    passed += [
        f"line {work.found.line(each.place)}: {each.said} is not what the program has under that name; the lines "
        f"below are judged with {each.said} as it stands there"
        for each in work.kept
        if work.naming.given(each.said) and each.said not in work.program.parameters
    ]
    called = [f"{name} is called {own} here: a formula keeps {name} for itself" for name, own in work.other.items()]
    spelled = listed([f"{name} as {own}" for name, own in {**work.found.spelled, **work.spelled}.items()])
    return passed + called + [f"read in the program's spelling: {spelled}"] * bool(spelled)


def _lines(given: Iterable[int]) -> str:
    numbers = list(given)
    shown = ", ".join(map(str, numbers[:6])) + (" …" if len(numbers) > 6 else "")
    return f"line{'s' * (len(numbers) > 1)} {shown}"
