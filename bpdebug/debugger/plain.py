"""The line mode: commands in, sentences out, on the same engine as the screen. For pipes and screen readers."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from bpdebug.debugger.arrival import computed
from bpdebug.debugger.heard import heard
from bpdebug.debugger.keeping import Kept
from bpdebug.debugger.prompting import Ask, asking
from bpdebug.debugger.session import Session
from bpdebug.errors import printable


def run(session: Session, stdin: TextIO, stdout: TextIO, kept: Kept | None = None) -> int:
    """Answer every line until one says quit or there are no more; the exit code. `kept` saves the session.

    Ctrl+C stops a motion where it is. At the prompt it discards the line; without one it ends the program.
    """
    try:
        _say(stdout, _greeting(session))
        for note in kept.notes if kept else ():
            _say(stdout, note)
        with asking(session, stdin, stdout) as asked, heard(asked) as ask:
            return _answer(kept or session, ask, stdout, prompted=stdin.isatty() and stdout.isatty())
    except BrokenPipeError:
        return 0


def _greeting(session: Session) -> str:
    view = session.view
    heading = ". ".join(part.rstrip(".") for part in (view.title, view.summary) if part)
    executes = "s executes it, " if view.place.last else ""
    return f"{heading}.\n{view.place.words}: {computed(view)}\n{executes}help lists the commands, q quits."


def _answer(session: Session | Kept, ask: Ask, stdout: TextIO, *, prompted: bool) -> int:
    while True:
        try:
            line = ask()
        except KeyboardInterrupt:
            if not prompted:
                return 130
            stdout.write("\n")
            continue
        except UnicodeDecodeError:
            _say(stdout, "expected commands in UTF-8; this input is in another encoding")
            return 2
        if not line:
            stdout.write("\n" if prompted else "")
            return 0
        with _interrupted() as cancelled:
            reply = session.execute(line, cancelled=cancelled)
        if reply.text:
            _say(stdout, reply.text)
        if reply.quit:
            return 0


def _say(stdout: TextIO, text: str) -> None:
    stdout.write(printable(text) + "\n")
    stdout.flush()


@contextmanager
def _interrupted() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl+C was pressed meanwhile, which then raises nothing."""
    pressed: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return

    def note(number: int, frame: Any) -> None:
        pressed.append(number)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: bool(pressed)
    finally:
        signal.signal(signal.SIGINT, before)
