"""What is said to the session and what it answers: one line at a time, in a thread, watched while it runs."""

from __future__ import annotations

from collections import deque
from time import monotonic
from typing import TYPE_CHECKING

from textual.message import Message
from textual.timer import Timer

from bpdebug.debugger.commands.understand import understand
from bpdebug.debugger.view import Reply
from bpdebug.debugger.words import counted
from bpdebug.errors import UsageError
from bpdebug.tui.beside import failure
from bpdebug.tui.console import EDGES
from bpdebug.tui.motion import Motion, Worker
from bpdebug.tui.tour import asked_for

if TYPE_CHECKING:
    from bpdebug.tui.app import Debugger

PATIENCE = 0.05
"""Seconds for which a key waits for its command before the screen says that it is running."""
YOUNG = 0.5
"""Seconds for which the keys pressed behind a command wait for its end; after that they are not heard."""
BURST = 0.01
"""Seconds between keys that nobody pressed one after the other: a script or a paste sent them."""
PARTING = 1.0
"""Seconds for which leaving waits for a motion to stop."""
TOLD = 0.1
"""Seconds between two words on how far a long motion is."""


class Dialogue:
    """Gives lines to the session, and its answers to the screen."""

    class Ended(Message):
        """A motion that took long is over."""

        def __init__(self, motion: Motion, *, typed: bool) -> None:
            super().__init__()
            self.motion = motion
            self.typed = typed

    def __init__(self, app: Debugger) -> None:
        self.app = app
        self.worker = Worker()
        self.motion: Motion | None = None
        self.script: deque[str] | None = None
        """Lines that were entered, pasted together or while one was executed, and are still to be executed."""
        self.waiting: deque[str] = deque()
        """What keys asked for while a command that has run for a moment only was not done."""
        self._asked = 0.0
        """When a key asked for something last while a command ran."""
        self.ignored = False
        """Whether a key was pressed in vain while the motion ran."""
        self._ticks: Timer | None = None

    def perform(self, line: str, *, typed: bool = False) -> None:
        """Execute one line of the session's language; `typed` says that it came from the console."""
        if self.motion is not None or (self.script is not None and not typed):
            self._put_off(line)
            return
        self.app.say("")
        if asked_for(line):
            self.script = None  # what was entered behind it would change what the tour shows
            self.app.tour.begin()
            return
        self.app.session.columns = self.app.size.width - EDGES
        motion = Motion(self.worker, self.app.kept or self.app.session, line)
        if motion.ends_within(PATIENCE):
            self._answered(motion, typed=typed)
            return
        self.motion, self.ignored, self._asked = motion, False, monotonic()
        self.app.command_line.uncover()
        self._ticks = self.app.set_interval(TOLD, self.tick)
        self.tick()
        motion.when_done(lambda: self.app.post_message(self.Ended(motion, typed=typed)))

    def _put_off(self, line: str) -> None:
        """Let a line wait for the end of what has just begun; behind what takes long it is not heard.

        A key that is held is heard once more, not as often as it repeats; of keys that come all at once none is lost.
        """
        if self._young:
            held = monotonic() - self._asked > BURST
            if not held or line not in list(self.waiting)[-1:]:
                self.waiting.append(line)
            self._asked = monotonic()
        else:
            self.ignored = True
            self.tick()

    @property
    def _young(self) -> bool:
        """Whether what runs was begun just now."""
        return self.motion is not None and self.script is None and monotonic() - self.motion.begun < YOUNG

    def perform_all(self, lines: tuple[str, ...]) -> None:
        """Execute what was typed: each line once the one before is answered, up to the first refusal."""
        if self.motion is not None or self.script is not None:
            self.script = deque([*(self.script or ()), *lines])
            self.tick()
        elif len(lines) == 1:
            self.perform(lines[0], typed=True)
        else:
            self.script = deque(lines)
            self._run_script()

    def end(self) -> None:
        """Stop what runs, and wait a little until it has stopped."""
        if self.stop() and self.motion is not None:
            self.motion.ends_within(PARTING)

    def stop(self) -> bool:
        """Stop what runs, where it is; whether anything did."""
        if self.motion is None:
            return False
        self.motion.stop()
        self.tick()
        return True

    def tick(self) -> None:
        """Say how far the motion is."""
        if self.motion is not None:
            if self.waiting and not self._young:
                self.waiting.clear()
                self.ignored = True
            then = f"; then {self.script[0]}" if self.script else ""
            unheard = "; keys that move are not heard meanwhile" if self.ignored else ""
            self.app.say(self.motion.words(monotonic()) + unheard + then, "refusal" if self.ignored else "progress")

    def ended(self, message: Ended) -> None:
        """A motion that took long is over."""
        if self._ticks is not None:
            self._ticks.stop()
        self.motion = None
        self.app.say("")
        if message.motion.stopping:
            self.waiting.clear()
        self._answered(message.motion, typed=message.typed)
        while self.waiting and self.motion is None:
            self.perform(self.waiting.popleft())

    def _answered(self, motion: Motion, *, typed: bool) -> None:
        reply = self._reply(motion)
        if reply.quit:
            self.app.exit(0)
            return
        moved = reply.view.serial != self.app.view.serial
        if reply.view is not self.app.view:
            self.app.show(reply.view)
        whole = typed and transcribed(motion.line)
        if moved:
            self.app.command_line.uncover()
            self.app.say("" if whole else remarks(reply))
        self.app.heard(reply)
        self.app.command_line.once &= reply.ok or not typed
        if typed and reply.ok and self.script is None and self.app.command_line.once:
            self.app.close_console()
            typed = False
        if self.script is not None:
            self._go_on(self.script, motion.line, reply, stopped=motion.stopping)
        elif reply.copied and not typed:
            self.app.say(copied(motion.line, reply.copied))
        elif typed and reply.text and (whole or not moved):
            self.app.command_line.answer(motion.line.strip() or self.app.session.again, reply.text)
        elif not moved:
            self.app.say(reply.text.splitlines()[-1] if reply.text else "", "message" if reply.ok else "refusal")

    def _reply(self, motion: Motion) -> Reply:
        """What the session answered; a mistake of our own is told as a refusal, for the session is as it was."""
        try:
            return motion.result
        except Exception as error:  # noqa: BLE001 - told, and the session goes on
            text = f"{motion.line} could not be done, by a mistake of bpdebug's own: {failure(error)}"
            return Reply(text, self.app.session.view, ok=False)

    def _run_script(self) -> None:
        if self.script:
            self.perform(self.script.popleft(), typed=True)
        else:
            self.script = None

    def _go_on(self, script: deque[str], line: str, reply: Reply, *, stopped: bool) -> None:
        """After one of several lines: the next, or, after a refusal or a stop, what is not executed any more."""
        if reply.text:
            self.app.command_line.answer(line, reply.text)
        if reply.ok and not stopped:
            self.app.call_later(self._run_script)
            return
        self.script = None
        if script:
            left = f"not executed, nor what follows: {counted(len(script), 'line')}"
            self.app.command_line.answer(script[0], left)


def copied(line: str, text: str) -> str:
    """What was copied; a terminal may not let it through, which nobody can tell from here."""
    what = line.removeprefix("copy ")
    return (
        f"{what}: {counted(len(text), 'character')} sent to the clipboard; {line} as csv, latex or text gives "
        f"another form.  If nothing can be pasted, your terminal refuses it: {line} to FILE"
    )


def transcribed(line: str) -> bool:
    """Whether the answer to a line is a transcript: to be read as a whole and in order, wherever it led."""
    try:
        return understand(line).command.name == "source"
    except UsageError:
        return False


def remarks(reply: Reply) -> str:
    """What the answer to a motion says beyond the place: that it was stopped, what the cost did."""
    notes = {f"{note}." for note in reply.view.operation.notes}
    displays = {line for each in reply.view.displays for line in each.splitlines()}
    told = [line for line in reply.text.splitlines() if not line.startswith(reply.view.place.words)]
    lines = [line for line in reversed(told) if line not in notes | displays]
    return "  ".join([*lines, *(" ".join(each.split()) for each in reply.view.displays)])
