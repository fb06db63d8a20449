"""Checks beside the screen: one at a time in a thread, the newest first, never in the way of a key."""

from __future__ import annotations

from collections.abc import Callable

from textual.message import Message

from bpdebug.check.verdict import GradientCheck
from bpdebug.debugger.view import View
from bpdebug.tui.motion import Errand, Worker

Check = Callable[[], tuple[GradientCheck, ...]]


class Checker:
    """Runs the check of a view, and of those asked for meanwhile only the last."""

    class Checked(Message):
        """The check of a view is done; who receives it knows whether it comes too late."""

        def __init__(self, view: View, errand: Errand[tuple[GradientCheck, ...]]) -> None:
            super().__init__()
            self.view = view
            self.errand = errand

    def __init__(self, post: Callable[[Message], object]) -> None:
        self._post = post
        self._worker = Worker()
        self._running: Errand[tuple[GradientCheck, ...]] | None = None
        self._waiting: tuple[View, Check] | None = None

    def check(self, view: View, check: Check) -> None:
        """Check now, or as soon as the check that runs is done."""
        if self._running is not None:
            self._waiting = (view, check)
            return
        errand = Errand(self._worker, check)
        self._running = errand
        errand.when_done(lambda: self._post(self.Checked(view, errand)))

    def done(self) -> None:
        """One is over: begin what waits."""
        self._running = None
        if self._waiting is not None:
            (view, check), self._waiting = self._waiting, None
            self.check(view, check)
