"""The gradient checks of the screen: begun beside it, told in their pane, noted in the listing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeAlias

from textual.message import Message

from bpdebug.debugger.session import Session
from bpdebug.debugger.view import View
from bpdebug.tui.beside import Beside, failure
from bpdebug.tui.motion import Errand
from bpdebug.tui.panes.check import CheckPane, CheckState, samples
from bpdebug.tui.panes.program import ProgramPane
from bpdebug.tui.stage import Stage

if TYPE_CHECKING:
    from bpdebug.check.verdict import GradientCheck, Verdict
    from bpdebug.tui.verdicts import Sample

Of = tuple[View, str]
"""The view that a check belongs to, and the gradient; none where several are checked."""
Found: TypeAlias = "tuple[tuple[GradientCheck, ...], tuple[Sample, ...]]"
"""Checks, and the entries of them that are to be listed."""


class Checks:
    """What was checked so far. All that takes time is done in a thread, the listed central differences too."""

    class Checked(Message):
        """The check of a view is done; who receives it knows whether it comes too late."""

        def __init__(self, view: View, name: str, errand: Errand[Found]) -> None:
            super().__init__()
            self.view = view
            self.name = name
            self.errand = errand

    def __init__(self, session: Session, stage: Stage, post: Callable[[Message], object]) -> None:
        self.session = session
        self.pane = stage.pane(CheckPane)
        self.listing = stage.pane(ProgramPane)
        self.verdicts: dict[tuple[int, int, str], Verdict] = {}
        """By run, iteration and gradient: the same iteration of the same run has the same verdicts."""
        self._shown: View | None = None
        self._begun = -1
        """The serial of the view whose gradient was checked last."""
        self._told: Errand[Found] | None = None
        """What was waited for, and is told already."""
        self._beside = Beside[Of, Found](lambda of, errand: post(self.Checked(*of, errand)))

    def show(self, view: View) -> None:
        """Suit a view: the gradient that it completes is to be checked, unless nothing has moved."""
        moved = not self._shows(view)
        self._shown = view
        self._mark(view)
        if moved:
            name = view.checked
            self.pane.told(CheckState("none" if name is None else "running", name or "", view.serial))

    def begin(self, view: View, patience: float | None = 0) -> None:
        """Check the gradient that a view completes, once; wait so many seconds for it, or (None) until it is done."""
        if view.checked is None or view.serial == self._begun:
            return
        self._begun = view.serial
        try:
            check = self.session.checking([view.checked])
        except Exception as error:  # noqa: BLE001 - told in the pane, and the session goes on
            self._failed(view, view.checked, error)
        else:
            errand = self._beside.do((view, view.checked), lambda: _listed(check()))
            if errand is not None and errand.ends_within(patience):
                self._told = errand
                self._tell(view, view.checked, errand)

    def asked(self, view: View, found: tuple[GradientCheck, ...]) -> None:
        """A check that was asked for is there; what is to be listed of it is still to be computed."""
        self._note(view, found)
        name = found[0].name if len(found) == 1 else ""
        self.pane.told(CheckState("running", name, view.serial))
        self._beside.do((view, name), lambda: _listed(found))

    def take(self, message: Checked) -> None:
        """Note what was found, and show it where it belongs to what shows."""
        self._beside.done()
        if message.errand is not self._told:
            self._tell(message.view, message.name, message.errand)

    def _tell(self, view: View, name: str, errand: Errand[Found]) -> None:
        try:
            found, listed = errand.result
        except Exception as error:  # noqa: BLE001 - told in the pane, and the session goes on
            self._failed(view, name, error)
            return
        self._note(view, found)
        if self._awaits(view, name):
            self.pane.told(CheckState("done", name, view.serial, found, samples=listed))

    def _shows(self, view: View) -> bool:
        return self._shown is not None and view.serial == self._shown.serial

    def _awaits(self, view: View, name: str) -> bool:
        """Whether the pane says of this very check that it is running."""
        return self._shows(view) and self.pane.check.name == name

    def _failed(self, view: View, name: str, error: Exception) -> None:
        """A check that came to no verdict, by whatever mistake."""
        if self._awaits(view, name):
            self.pane.told(CheckState("failed", name, view.serial, message=failure(error)))

    def _note(self, view: View, found: Iterable[GradientCheck]) -> None:
        self.verdicts |= {(view.run, view.place.iteration, each.name): each.verdict for each in found}
        if self._shown is not None:
            self._mark(self._shown)

    def _mark(self, view: View) -> None:
        """Mark in the listing what was checked in the iteration that shows."""
        here = view.run, view.place.iteration
        marks = {name: verdict for (*at, name), verdict in self.verdicts.items() if tuple(at) == here}
        self.listing.told(marks)


def _listed(found: tuple[GradientCheck, ...]) -> Found:
    return found, samples(found)
