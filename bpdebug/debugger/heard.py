"""Signals that end a wait for a line, those too that come just before it begins."""

from __future__ import annotations

import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import sleep
from typing import Any, TypeVar

PAUSE = 0.05
"""Seconds for which Python may answer a signal by itself."""
ENDING = ("SIGHUP", "SIGINT", "SIGTERM")
"""Signals that are answered by an exception."""
MANY = 4096
"""Signals heard of at once."""

T = TypeVar("T")


@contextmanager
def heard(wait: Callable[..., T]) -> Iterator[Callable[..., T]]:
    """What waits as `wait` does in the main thread, but hears signals whenever they come.

    Python notes a signal and answers it before its next instruction. One that comes when the thread is just going to
    wait inside the system would be answered when that wait ends, at the next key: so another thread sends it again.
    On Windows and outside the main thread it is `wait` itself.
    """
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        yield wait
        return
    told, teller = socket.socketpair()
    with told, teller:
        teller.setblocking(False)
        again = _Again(told)
        before = signal.set_wakeup_fd(teller.fileno(), warn_on_full_buffer=False)
        again.start()
        try:
            yield lambda *given, **named: again.during(wait, *given, **named)
        finally:
            signal.set_wakeup_fd(before)
            teller.close()
            again.forget()
            again.join()


class _Again(threading.Thread):
    """Sends the main thread the signals again that have not ended its wait."""

    def __init__(self, told: socket.socket) -> None:
        super().__init__(daemon=True)
        self.told = told
        """Where the system tells of each signal."""
        self.waiting = False

    def during(self, wait: Callable[..., T], *given: Any, **named: Any) -> T:
        """Wait; whatever came before has been answered."""
        self.forget()
        self.waiting = True
        try:
            return wait(*given, **named)
        finally:
            self.waiting = False

    def forget(self) -> None:
        """Leave nothing of what was told."""
        with suppress(BlockingIOError):
            while self.told.recv(MANY, socket.MSG_DONTWAIT):
                pass

    def run(self) -> None:
        ending = {getattr(signal, name) for name in ENDING}
        while self.told.recv(MANY, socket.MSG_PEEK):
            sleep(PAUSE)
            with suppress(BlockingIOError):
                for number in ending.intersection(self.told.recv(MANY, socket.MSG_PEEK | socket.MSG_DONTWAIT)):
                    if self.waiting:
                        signal.pthread_kill(threading.main_thread().ident or 0, number)
