"""The pane of the gradient check: whether the gradient just computed agrees with the numerical one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct
from rich.text import Text

from bpdebug.debugger.view import EquationRow, View
from bpdebug.debugger.words import counted
from bpdebug.language.names import write_name
from bpdebug.program.equations import Phase
from bpdebug.tui.colours import Look
from bpdebug.tui.keymap import KEYMAP, Keymap
from bpdebug.tui.panes.base import Pane
from bpdebug.tui.prose import dense, plain, sentence

if TYPE_CHECKING:
    from bpdebug.check.verdict import GradientCheck
    from bpdebug.tui.verdicts import Sample


class CheckState(Struct, frozen=True):
    """How far the check of a position has come: none · running · done · failed."""

    status: str = "none"
    name: str = ""
    """The gradient under check; empty for all of an iteration."""
    serial: int = 0
    """The view it belongs to."""
    checks: tuple[GradientCheck, ...] = ()
    message: str = ""
    samples: tuple[Sample, ...] = ()
    """The entries of them that are listed: their central differences took some forward passes."""


class CheckPane(Pane):
    """The check of the gradient just computed; it is told how far that is."""

    heading = "Gradient check"
    short = "Check"
    about = (
        "Whether the gradient just computed agrees with one found through the forward pass alone, entry by entry. "
        "{check} checks it again, or all of the iteration."
    )

    def __init__(self, send: Callable[[str], object] = lambda line: None) -> None:
        super().__init__(send)
        self.check = CheckState()

    @property
    def mark(self) -> str:
        """The sign of the worst verdict, once there is one here."""
        if self.view is None or self.check.status != "done" or self.check.serial != self.view.serial:
            return ""
        from bpdebug.tui.verdicts import mark

        worst = max((each.verdict for each in self.check.checks), default=None)
        return "" if worst is None else mark(worst, self.view.notation)

    def told(self, check: CheckState) -> None:
        """How far the check of a position has come."""
        self.check = check
        self.stale()

    def lines(self, view: View, width: int) -> list[Text]:
        return dense(check_lines(view, self.check, width, self.look, self.keys), self.room.height)


def samples(checks: tuple[GradientCheck, ...]) -> tuple[Sample, ...]:
    """The entries to be listed of what was checked: of each gradient that is not all right, or of the only one."""
    from bpdebug.tui.verdicts import sample

    listed = checks if len(checks) == 1 else tuple(each for each in checks if not each.ok)
    return tuple(sample(each) for each in listed)


def check_lines(view: View, state: CheckState, width: int, look: Look, keys: Keymap = KEYMAP) -> list[Text]:
    """What the check of this position says, or what would be checked and when."""
    name = write_name(state.name, view.notation) if state.name else "every gradient"
    if state.serial != view.serial or state.status == "none":
        return list(plain(_offer(view, keys), width))
    if state.status == "running":
        return list(plain(sentence(f"checking {name} …", view.notation), width, look.quiet))
    if state.status == "failed":
        return list(plain(f"The check of {name} came to no verdict. {state.message}", width, look.odd))
    return list(_done(view, state, width, look))


def _done(view: View, state: CheckState, width: int, look: Look) -> Iterator[Text]:
    from bpdebug.tui.verdicts import overview, report

    if len(state.checks) != 1:
        good = sum(check.ok for check in state.checks)
        yield from plain(f"{good} of {counted(len(state.checks), 'gradient')} all right", width, look.strong)
        yield from overview(state.checks, view.notation, width, look)
    for place, found in enumerate(state.samples):
        if place or len(state.checks) != 1:
            yield Text()
        yield from report(found, view.notation, width, look)


def _offer(view: View, keys: Keymap) -> str:
    """One sentence: what would be checked, and when."""
    notation = view.notation
    check = keys.named["check"].first(ascii=notation == "ascii") or "the palette"
    if view.checked:
        return f"{check} checks {write_name(view.checked, notation)} against the numerical gradient."
    gradients = [row for row in view.rows if row.gradient and row.equation.phase is Phase.BACKWARD]
    coming = next((row for row in gradients if row.state != "done"), None)
    if coming is None:
        done = f"All gradients of this iteration are computed: {check} checks them."
        if view.place.phase == Phase.UPDATE:
            done = f"An update is a rule, not a slope: only its gradients can be checked. {done}"
        return done if gradients else "There is no gradient."
    return f"{_way(view, coming.equation.name, keys)} leads to {_which(coming, gradients)}: it is checked there."


def _way(view: View, name: str, keys: Keymap) -> str:
    """What leads to the end of an equation: a key where it is the next to be completed, else a command and its key."""
    near, far = (keys.named[each].first(ascii=view.notation == "ascii") for each in ("next-equation", "goto"))
    if near and view.following_name == name:
        return near
    return f"goto {name}{f' ({far})' if far else ''}"


def _which(coming: EquationRow, gradients: list[EquationRow]) -> str:
    return "the first gradient" if coming is gradients[0] else "the next gradient"
