"""Another form of the program at the same place: bookkeeping, orientation, what is derived in one, switched live."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from bpdebug.debugger import carried
from bpdebug.debugger.alike import Side, alike
from bpdebug.debugger.arrival import computed
from bpdebug.debugger.carried import Claims, Ways
from bpdebug.debugger.commands.table import Say
from bpdebug.debugger.evidence import furthest
from bpdebug.debugger.forms import Form, form_of, formed, same
from bpdebug.debugger.words import closest, named, quoted
from bpdebug.errors import UsageError
from bpdebug.machine.timeline import Timeline
from bpdebug.scenario.record import Claim, Scenario

if TYPE_CHECKING:
    from bpdebug.debugger.session import Session

CHOICES = {
    "bookkeeping": ("total", "per-example"),
    "orientation": ("columns", "rows"),
    "fused": ("on", "off"),
}
ALIKE = {
    "bookkeeping": "no gradient of this program has a 1/m that could stand elsewhere",
    "orientation": "there is nothing here to be turned",
    "fused": "this program has no pair of an activation and a cost that is derived in one, such as sigmoid with "
    "binary cross-entropy",
}
"""Why a program may be the same in another form."""


class Left(NamedTuple):
    """A place that was left by a switch: coming back at once leads to it again."""

    form: Form
    position: int
    arrived: int


def switched(session: Session, argument: str) -> Say:
    """Switch to another form of the program, at the same place; UsageError, ScenarioError where that cannot be."""
    form = form_of(session.scenario, session.form)
    if not argument:
        return Say("\n".join(f"{what}: {_now(form, what)}, or {_other(form, what)}" for what in CHOICES))
    what, which = _understood(form, argument)
    if which == _now(form, what):
        raise UsageError(f"{what} is {which} already")
    if len(session.branches.names) > 1:
        raise UsageError(
            "values that were set by hand cannot be carried over: branch main and then branch delete NAME take the "
            f"branches away; there are {', '.join(session.branches.names)}"
        )
    other = _with(form, what, which)
    scenario = formed(session.scenario, other)
    if same(scenario, session.scenario):
        raise UsageError(f"{what} {which} makes no difference: {ALIKE[what]}")
    before, name = Side(session.program, session.timeline.values), session.view.operation.equation.name
    gone = turn(session, scenario, form, other)
    here = session.view
    lines = [f"{what} is {which} now. {here.place.words}: {computed(here)}"]
    if name not in session.program.shapes:
        lines.append(f"there is no {named(name, session.notation)} here: this is the nearest place")
    lines += alike(before, Side(session.program, session.timeline.values), session.notation)
    return Say("\n".join([*lines, *([f"not carried over: {'; '.join(gone)}"] if gone else [])]))


def _now(form: Form, what: str) -> str:
    return form.bookkeeping if what == "bookkeeping" else form.orientation if what == "orientation" else _fused(form)


def _with(form: Form, what: str, which: str) -> Form:
    if what == "fused":
        return replace(form, fused=which == "on")
    return replace(form, bookkeeping=which) if what == "bookkeeping" else replace(form, orientation=which)


def _fused(form: Form) -> str:
    return "on" if form.fused else "off"


def _other(form: Form, what: str) -> str:
    one, other = CHOICES[what]
    return other if _now(form, what) == one else one


def _understood(form: Form, argument: str) -> tuple[str, str]:
    """What is to be switched, and to which; without a word for it to the other one."""
    what, _, which = argument.partition(" ")
    found = [each for each in CHOICES if each.startswith(what)]
    if len(found) != 1:
        hint = closest(what, CHOICES)
        raise UsageError(f"expected {', '.join(CHOICES)} after switch, got {quoted(what)}. {hint}".rstrip())
    which = which.strip() or _other(form, found[0])
    if which not in CHOICES[found[0]]:
        raise UsageError(f"expected {' or '.join(CHOICES[found[0]])} after {found[0]}, got {quoted(which)}")
    return found[0], which


def turn(session: Session, scenario: Scenario, form: Form, other: Form) -> list[str]:
    """Debug the scenario in another form from now on, at the same place; what could not be carried over."""
    ways, old = Ways(session.program, scenario.program), session.timeline
    left = session.left
    back = left is not None and left.form == other and left.arrived == old.position
    position = left.position if left is not None and back else ways.position(old.position, ways.nearest)
    assert position is not None
    timeline = _run(session, scenario, position, len(old.costs))
    stops, displays, marks = session.stops, session.displays, session.marks
    claims, replaced, ours = session.claims, session.replaced, _paired(session.scenario, scenario)
    arrived = old.position
    opened = same(scenario, session.opened)
    session.take(session.opened if opened else scenario, timeline, None if opened else other)
    session.left = Left(form, arrived, position)
    return [
        *carried.stops(session, list(stops), stops.last, ways),
        *carried.displays(session, displays.own, displays.last, ways),
        *carried.marks(session, marks.kept, ways),
        *Claims(ways, ours, session.turned).carried(session, claims, replaced),
    ]


def _run(session: Session, scenario: Scenario, position: int, reached: int) -> Timeline:
    """The run of another form, executed as far as that of now was; UsageError where it is stopped on the way."""
    timeline = session.run_of(scenario)
    for target in (max(position, furthest(timeline, reached)), position):
        if timeline.seek(target, session.progress, session.cancelled) != target:
            raise UsageError("stopped on the way: nothing was switched")
    return timeline


def _paired(one: Scenario, other: Scenario) -> dict[Claim, Claim]:
    """The claims of a scenario's file in both forms."""
    names = [each.name for each in one.claims], [each.name for each in other.claims]
    return dict(zip(one.claims, other.claims, strict=True)) if names[0] == names[1] else {}
