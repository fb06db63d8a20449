"""How the screen ends, or rests: by a key, by a signal, by a terminal that is gone, by a mistake of our own."""

from __future__ import annotations

import asyncio
import contextlib
import signal

from textual.driver import Driver

from bpdebug.tui.actions import Actions
from bpdebug.tui.driver import TerminalDriver

INTERRUPTED = 130


class Endings(Actions):
    """Leaves the terminal as it was, the session saved, with an exit code that says what happened."""

    def heed_signals(self) -> None:
        """Leave in order where the process is told to end, or its terminal is gone."""
        if isinstance(self._driver, TerminalDriver):
            self._driver.leave = self.leave
            for name in ("SIGINT", "SIGTERM", "SIGHUP"):
                if (number := getattr(signal, name, None)) is not None:
                    # where the system, or a thread that is not the main one, hears no signals, keys still leave
                    with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
                        asyncio.get_running_loop().add_signal_handler(number, self.leave, 128 + number)

    def get_driver_class(self) -> type[Driver]:
        found = super().get_driver_class()
        return TerminalDriver if found is TerminalDriver.__base__ else found

    def action_interrupt(self) -> None:
        """Ctrl+C: stop what runs; clear the console's line; leave when there is neither, or when asked again."""
        if self.dialogue.motion is not None and not self.dialogue.motion.stopping:
            self.action_stop()
        elif self.dialogue.motion is None and self.listener.reading is not None:
            self.listener.put_away()
        elif self.dialogue.motion is None and self.command_line.opened:
            if not self.command_line.clear():
                self.close_console()
        else:
            self.leave(INTERRUPTED)

    def action_suspend(self) -> None:
        """Stop in the background, where there is a shell that can bring it back."""
        if isinstance(self._driver, TerminalDriver) and self._driver.can_suspend:
            self.action_suspend_process()
        else:
            self.say("stopped in the background bpdebug would be lost: no shell waits here to bring it back", "refusal")

    async def action_quit(self) -> None:
        self.leave(0)

    def leave(self, code: int) -> None:
        if self.listener.card is not None:
            self.listener.put_away()
        self.dialogue.end()
        self.exit(code)

    def _fatal_error(self) -> None:
        """A mistake of our own: leave the screen, and let the error go on to whoever called."""
        self._close_messages_no_wait()

    def raise_crash(self) -> None:
        """Raise what ended the screen, if it was a mistake."""
        if self._exception is not None:
            raise self._exception
