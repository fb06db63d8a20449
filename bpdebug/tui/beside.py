"""Work beside the screen: one thing at a time in a thread, the newest first, never in the way of a key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from bpdebug.errors import BpdebugError
from bpdebug.tui.motion import Errand, Worker

K = TypeVar("K")
T = TypeVar("T")


class Beside(Generic[K, T]):
    """Does what it is given, and of what is asked for meanwhile only the last.

    Each work comes with what it is for. `tell` is called in the thread of the work once it is over; who hears of it
    takes what came of it, and says `done`.
    """

    def __init__(self, tell: Callable[[K, Errand[T]], object]) -> None:
        self._tell = tell
        self._worker = Worker()
        self._running: Errand[T] | None = None
        self._waiting: tuple[K, Callable[[], T]] | None = None

    def do(self, given: K, work: Callable[[], T]) -> Errand[T] | None:
        """Do it now, or (None) as soon as what runs is done."""
        if self._running is not None:
            self._waiting = (given, work)
            return None
        errand = Errand(self._worker, work)
        self._running = errand
        errand.when_done(lambda: self._tell(given, errand))
        return errand

    def done(self) -> None:
        """One is over: begin what waits."""
        self._running = None
        if self._waiting is not None:
            (given, work), self._waiting = self._waiting, None
            self.do(given, work)


def failure(error: Exception) -> str:
    """What went wrong, in a sentence: a mistake of our own by its kind too."""
    return str(error) if isinstance(error, BpdebugError) else f"{type(error).__name__}: {error}"
