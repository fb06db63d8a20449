"""Work that must not hold up the screen: done in another thread, watched from outside."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from time import monotonic
from typing import Generic, TypeVar
from weakref import finalize

from bpdebug.debugger.keeping import Kept
from bpdebug.debugger.session import Session
from bpdebug.debugger.view import Reply

T = TypeVar("T")


Tasks = SimpleQueue[Callable[[], None] | None]


class Worker:
    """A thread that does one thing after another, ends with whoever has it, and keeps no program from ending."""

    def __init__(self) -> None:
        self._tasks = Tasks()
        threading.Thread(target=_work, args=(self._tasks,), daemon=True).start()
        finalize(self, self._tasks.put, None)

    def do(self, task: Callable[[], None]) -> None:
        self._tasks.put(task)


def _work(tasks: Tasks) -> None:
    """Do what is there to be done, up to a None; while nothing is, nothing of it is held."""
    for task in iter(tasks.get, None):
        task()
        del task


class Errand(Generic[T]):
    """A function done by a worker, and what came of it."""

    def __init__(self, worker: Worker, work: Callable[[], T]) -> None:
        self._future: Future[T] = Future()
        worker.do(lambda: self._run(work))

    def _run(self, work: Callable[[], T]) -> None:
        try:
            self._future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - raised again for whoever asks for the result
            self._future.set_exception(error)

    def ends_within(self, seconds: float | None) -> bool:
        """Whether it is done, after waiting for it no longer than so; None: as long as it takes."""
        try:
            self._future.exception(seconds)
        except TimeoutError:
            return False
        return True

    def when_done(self, tell: Callable[[], object]) -> None:
        """Call `tell`, in that thread, once it is done."""
        self._future.add_done_callback(lambda future: tell())

    @property
    def result(self) -> T:
        """What the function answered; what it raised is raised."""
        return self._future.result()


class Motion(Errand[Reply]):
    """A command line being executed; it can be stopped, and says how far it is."""

    def __init__(self, worker: Worker, session: Session | Kept, line: str) -> None:
        self.line = line
        self.begun = monotonic()
        self.done, self.total = 0, 0
        self._stop = threading.Event()
        super().__init__(worker, lambda: session.execute(line, progress=self._note, cancelled=self._stop.is_set))

    def _note(self, done: int, total: int) -> None:
        self.done, self.total = done, total

    def stop(self) -> None:
        self._stop.set()

    @property
    def stopping(self) -> bool:
        return self._stop.is_set()

    def words(self, now: float) -> str:
        """How far it is, how fast, and how long it will take."""
        if self.stopping:
            return f"{self.line}: stopping"
        if not self.done:
            return f"{self.line}: running; Esc stops"
        rate = self.done / max(now - self.begun, 1e-9)
        left = duration((self.total - self.done) / rate)
        far = f"{self.done:,} of {self.total:,} operations ({self.done / self.total:.0%})"
        return f"{self.line}: {far}, {rate:,.0f} a second, {left} left; Esc stops"


def duration(seconds: float) -> str:
    """A time to wait, in words."""
    if seconds < 1:
        return "less than a second"
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
