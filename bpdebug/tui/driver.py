"""What reads the terminal: bytes that are no text are passed over, and where no more come the screen is left."""

from __future__ import annotations

import os
import selectors
from codecs import getincrementaldecoder
from threading import Event
from typing import TYPE_CHECKING, Any

from textual._xterm_parser import XTermParser
from textual.constants import ESCAPE_DELAY
from textual.drivers.linux_driver import LinuxDriver

from bpdebug.tui.pasting import Pastes

if TYPE_CHECKING:
    from collections.abc import Callable

CHUNK = 4096
TICK = 0.1
"""Seconds after which a lone escape is looked at, whether it is a key."""
QUIET = 10
"""Ticks without input, and twice as long as an escape may be on its way, after which there is nothing to look at."""
HUNG_UP = 129


class Bell(Event):
    """An event that whoever waits for input hears too, so that nobody need look whether it is set."""

    def __init__(self) -> None:
        super().__init__()
        self.ear, self._mouth = os.pipe()

    def set(self) -> None:
        super().set()
        os.write(self._mouth, b".")

    def clear(self) -> None:
        if self.is_set():
            os.read(self.ear, CHUNK)
        super().clear()


class TerminalDriver(LinuxDriver):
    """Textual's driver, whose own reader ends with a traceback where a byte is no UTF-8 and spins at the end of input.

    Messages go the way that they go there.
    """

    leave: Callable[[int], object] = staticmethod(lambda code: None)
    """Leaves the screen with an exit code; set before it runs."""

    @property
    def can_suspend(self) -> bool:
        """Whether a shell waits that could go on with it: whoever started it shares its terminal session."""
        parent = os.getppid()
        return parent > 1 and os.getsid(parent) == os.getsid(0)

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.exit_event = self._bell = Bell()

    def run_input_thread(self) -> None:
        """Read until the screen is left, or nothing more can come; asleep while nothing does."""
        parser, decoder = XTermParser(self._debug), getincrementaldecoder("utf-8")(errors="ignore")
        pastes = Pastes(parser)
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            selector.register(self._bell.ear, selectors.EVENT_READ)
            quiet, most = 0, max(QUIET, 2 * ESCAPE_DELAY / TICK)
            while not self.exit_event.is_set():
                found = selector.select(TICK if quiet < most else None)
                quiet = 0 if found else quiet + 1
                if any(key.fd == self.fileno for key, _ in found):
                    data = self._read()
                    if not data:
                        return
                    for event in pastes.feed(decoder.decode(data)):
                        self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)

    def _read(self) -> bytes:
        """What has come; nothing where the terminal is gone or closed its end, and then the screen is left."""
        try:
            data, code = os.read(self.fileno, CHUNK), 0
        except OSError:
            data, code = b"", HUNG_UP
        if not data:
            self._app.call_later(self.leave, code)
        return data
