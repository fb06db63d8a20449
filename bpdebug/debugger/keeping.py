"""When a session is saved and brought back: quitting loses nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from msgspec.structs import replace

from bpdebug.debugger.journal import journal, settings
from bpdebug.debugger.places import TRUNK
from bpdebug.debugger.records import Changed, JournalError, read
from bpdebug.debugger.session import Session
from bpdebug.debugger.store import ASIDE, Store, clear, place
from bpdebug.debugger.view import Reply
from bpdebug.machine.timeline import Cancelled, Progress
from bpdebug.scenario.record import Scenario

PAUSE = 2.0
"""Seconds after which a mere move is saved too, by a timer that runs once."""
OLD, BAD = ASIDE


class Kept:
    """A session that is saved: after every command that changes more than its place, a little after every other one,
    and when it is left.
    """

    def __init__(self, session: Session, store: Store, *, screen: str = "", saved: str = "") -> None:
        self.session = session
        self.screen: Callable[[], str] = lambda: screen
        """How the screen is arranged."""
        self.notes: tuple[str, ...] = ()
        """What is to be told at the beginning, a line each."""
        self._store = store
        self._saved = saved
        self._state = self._now
        self._told = self._untold = ""
        self._timer: threading.Timer | None = None
        self._busy = False
        """Whether a command is being executed: the session is not to be looked at then."""
        self._guard = threading.Lock()
        """Whoever has it may look at the session, or begin to change it."""
        self._writing = threading.RLock()

    def execute(self, line: str, *, progress: Progress | None = None, cancelled: Cancelled | None = None) -> Reply:
        """What `Session.execute` does. The answer comes once what was changed is saved, or says that it is not."""
        with self._guard:
            self._busy = True
        try:
            reply = self.session.execute(line, progress=progress, cancelled=cancelled)
        finally:
            self._busy = False
        said = self._save() if self._now != self._state else self._later()
        return replace(reply, text="\n".join(filter(None, [reply.text, said])))

    def leave(self) -> str:
        """Save where the session stands, and let others have it; what is to be told, if it could not be saved."""
        self._told = ""
        said = self._save()
        with self._guard, self._writing:
            self._store.release()
        return said

    def _later(self) -> str:
        """Have it saved soon, in another thread; what is still to be told of the last time."""
        if self._timer is None and self._store.writable:
            self._timer = threading.Timer(PAUSE, self._late)
            self._timer.daemon = True
            self._timer.start()
        said, self._untold = self._untold, ""
        return said

    def _late(self) -> None:
        """Save after a while; a command that is being executed sees to it at its end."""
        self._timer = None
        self._untold = self._save(waiting=False) or self._untold

    @property
    def _now(self) -> tuple[object, ...]:
        """What is saved at once where it changes."""
        session = self.session
        return session.form, session.claims, tuple(session.replaced.items()), settings(session)

    def _save(self, *, waiting: bool = True) -> str:
        """Save what there is to be saved, or not while a command is executed. A failure is told once."""
        with self._guard:
            if not self._store.writable or (self._busy and not waiting):
                return ""
            timer, self._timer = self._timer, None
            if timer is not None:
                timer.cancel()
            self._state = self._now
            text, said = self._text()
            self._writing.acquire()  # what was looked at first is written first
        try:
            if not said:
                self._write(text)
        except OSError as error:
            said = (error.strerror or str(error)).lower()
        finally:
            self._writing.release()
        if said == self._told:
            return ""
        self._told = said
        return f"this session cannot be saved: {said}; what was saved before is as it was" if said else ""

    def _text(self) -> tuple[str, str]:
        """What is to be saved, empty where nothing was done yet; and why it cannot be, if it cannot."""
        session = self.session
        try:
            begun = session.timeline.position or session.form or session.replaced or settings(session)
            return journal(session, self.screen()) if begun else "", ""
        except JournalError as error:
            return "", str(error)

    def _write(self, text: str) -> None:
        if not text:
            self._store.remove()
        elif text != self._saved:
            self._store.write(text)
        self._saved = text


def opened(
    scenario: Scenario,
    overrides: Mapping[str, object],
    called: str,
    *,
    fresh: bool = False,
    notation: str = "unicode",
    progress: Progress | None = None,
) -> Kept:
    """The session of a scenario as it was left, or a fresh one. `called` is what opened it, for what is told of it."""
    store = Store(place(scenario, overrides))
    store.claim()
    clear()
    found, notes = None, []
    if fresh:
        kept = store.aside(OLD) if store.writable else ""
        notes += [f"the session that was saved is kept as {kept}"] if kept else []
    else:
        found, notes = _found(store, scenario, called, notation, progress)
    if not store.writable:
        notes.append(f"what you do in this session is not saved: {store.refused}")
    if found is None:
        found = Kept(Session(scenario, notation=notation), store)
    found.notes = tuple(notes)
    return found


def _found(
    store: Store, scenario: Scenario, called: str, notation: str, progress: Progress | None
) -> tuple[Kept | None, list[str]]:
    """What was saved, brought back, and what is to be told of it."""
    try:
        text = store.read()
        if text is None:
            return None, []
        from bpdebug.debugger.resuming import resumed

        found = resumed(read(text), scenario, notation=notation, progress=progress)
    except Changed as error:
        return None, [_aside(store, OLD, str(error))]
    except JournalError as error:
        return None, [_aside(store, BAD, str(error))]
    here = found.session.view.place
    branch = f" of branch {here.branch}" if here.branch != TRUNK else ""
    where = f"iteration {here.iteration:,} / {here.iterations:,}, step {here.step:,}{branch}"
    where = where if here.iterations else "the start of a run of no iterations"
    notes = [f"resumed at {where}; bpdebug {called} --fresh starts anew"]
    if found.parted:
        notes.append(
            f"these numbers are not those of the saved session: they part at {found.parted}; "
            "the session goes on with those of this machine"
        )
    return Kept(found.session, store, screen=found.screen, saved=text), notes


def _aside(store: Store, suffix: str, why: str) -> str:
    kept = store.aside(suffix) if store.writable else ""
    where = f"it is kept as {kept}, and a fresh one begins" if kept else "a fresh one begins"
    return f"the saved session is not resumed: {why}; {where}"
