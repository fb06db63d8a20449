"""The forms of a scenario: the same run with other bookkeeping, examples the other way round, derived in one or not."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from bpdebug.debugger.journal import beginnings, fingerprint
from bpdebug.errors import UsageError
from bpdebug.scenario.load import load
from bpdebug.scenario.record import Scenario


class Form(Struct, frozen=True):
    """What a program is made by beside the scenario's file."""

    orientation: str
    bookkeeping: str
    fused: bool


def formed(scenario: Scenario, form: Form) -> Scenario:
    """The scenario read again in another form; ScenarioError where it cannot have it."""
    found = load(
        scenario.path,
        orientation=form.orientation,
        bookkeeping=form.bookkeeping,
        fused=form.fused,
        seed=scenario.seed,
    )
    return replace(found, iterations=scenario.iterations)


def form_of(scenario: Scenario, likely: Form | None = None) -> Form:
    """The form that a scenario has; UsageError where its file does not give it any more."""
    if scenario.path in ("", "-"):
        raise UsageError("another form is read from the scenario's file, and this one came in without")
    program, first = scenario.program, likely is not None and likely.fused
    for fused in (first, not first):
        form = Form(program.orientation, program.bookkeeping, fused)
        if same(formed(scenario, form), scenario):
            return form
    raise UsageError("the scenario's file is not what it was when this session was opened: open it anew")


def same(one: Scenario, other: Scenario) -> bool:
    """Whether two scenarios compute the same from the same numbers."""
    return fingerprint(one) == fingerprint(other) and beginnings(one) == beginnings(other)
