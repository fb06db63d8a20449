"""Where sessions are saved: a file for each scenario, written whole or not at all, and by one process at a time."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from types import ModuleType

from bpdebug.debugger import files
from bpdebug.debugger.records import LARGEST, JournalError
from bpdebug.scenario import bundled
from bpdebug.scenario.record import Scenario

fcntl: ModuleType | None = None
"""Where there is no such lock, the last one to write is right."""
with contextlib.suppress(ImportError):
    fcntl = import_module("fcntl")

STATE = "BPDEBUG_STATE"
"""The variable of the environment that names another folder."""
SUFFIX = ".journal"
MOST = 100
"""Sessions that are kept aside of one scenario and kind; another one takes the place of the last."""
ASIDE = (".old", ".bad")
"""What the names of journals end in that are kept but not resumed: of another program, or not to be read."""
LOCK = ".lock"
SEEN = "seen"
"""A file that says that a screen was opened before."""


def folder() -> Path:
    """Where the journals lie."""
    named = os.environ.get(STATE)
    if named:
        return Path(named)
    import platformdirs

    return platformdirs.user_state_path("bpdebug") / "sessions"


def first_time() -> bool:
    """Whether a screen is opened here for the first time, which it is but once; never where that cannot be noted."""
    try:
        folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder() / SEEN).touch(exist_ok=False)
    except OSError:
        return False
    return True


def place(scenario: Scenario, overrides: Mapping[str, object]) -> Path:
    """The file of a scenario; `overrides` are what was given beside it and makes another program of it."""
    path = Path(scenario.path).resolve()
    own = f"bundled {path.name}" if path.parent == bundled.folder().resolve() else str(path)
    given = sorted((key, value) for key, value in overrides.items() if value is not None)
    told = sha256(f"{own}\n{given}".encode("utf-8", "surrogateescape")).hexdigest()[:10]
    return folder() / f"{re.sub(r'[^A-Za-z0-9_-]+', '_', scenario.name)[:40]}-{told}{SUFFIX}"


class Store:
    """The file of one session, and the right to write it, which one process has at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.refused = ""
        """Why this process may not write."""
        self._handle: int | None = None
        self._lock = path.with_name(path.name + LOCK)

    def claim(self) -> None:
        """Take the right to write, if it is to be had, and clear away what was not written to its end."""
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            holder = self._taken()
        except OSError as error:
            self.refused = f"{error.filename or self.path.parent}: {_reason(error)}"
            return
        if holder is None:
            self._clear()
        else:
            self.refused = f"it is open in another process{holder}"

    def _taken(self) -> str | None:
        """Lock the file; who has it locked where that is another process."""
        while True:
            handle = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                if fcntl is not None:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if self._same(handle):
                    self._handle = handle
                    with contextlib.suppress(OSError):  # where there is no room for it, others are told less
                        os.truncate(handle, 0)
                        os.write(handle, str(os.getpid()).encode())
                    return None
            except BlockingIOError:
                holder = os.read(handle, 20).decode("ascii", "replace")
                os.close(handle)
                return f" ({holder})" if holder.isdecimal() else ""
            except BaseException:
                os.close(handle)
                raise
            os.close(handle)

    def _same(self, handle: int) -> bool:
        """Whether what is locked is still the lock: whoever had it may have taken it away meanwhile."""
        try:
            return os.path.samestat(os.fstat(handle), self._lock.stat())
        except FileNotFoundError:
            return False

    def _clear(self) -> None:
        """Remove what processes left that were killed while they wrote."""
        for part in self.path.parent.glob(f"{files.parts(self.path)}*{files.PART}"):
            with contextlib.suppress(OSError):
                part.unlink()

    def release(self) -> None:
        """Give back the right to write."""
        if self._handle is None:
            return
        with contextlib.suppress(OSError):
            self._lock.unlink()
        os.close(self._handle)
        self._handle = None

    @property
    def writable(self) -> bool:
        return self._handle is not None

    def read(self) -> str | None:
        """What was saved, None where nothing was; JournalError where it is no text or too large."""
        try:
            with self.path.open("rb") as stream:
                data = stream.read(LARGEST + 1)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise JournalError(_reason(error)) from None
        if len(data) > LARGEST:
            raise JournalError(f"it has more than {LARGEST:,} bytes")
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            raise JournalError("it is not in UTF-8") from None

    def write(self, text: str) -> None:
        """Save; once this returns it is saved. OSError where it cannot be, and then what was saved before still is."""
        files.put(self.path, text.encode("utf-8"), lasting=True)

    def remove(self) -> None:
        """Forget what was saved."""
        self.path.unlink(missing_ok=True)

    def forget(self) -> str:
        """Delete what was saved, and what was kept of it under other names; why it cannot be, where it cannot."""
        self.claim()
        if not self.writable:
            return self.refused
        try:
            kept = (path for suffix in ASIDE for path in self.path.parent.glob(f"{self.path.stem}{suffix}*"))
            for path in (self.path, *kept):
                path.unlink(missing_ok=True)
        except OSError as error:
            return _reason(error)
        finally:
            self.release()
        return ""

    def aside(self, suffix: str) -> str:
        """Keep what was saved under another name that is free; that name, or nothing where it stays."""
        names = (self.path.with_suffix(suffix), *(self.path.with_suffix(f"{suffix}{at}") for at in range(2, MOST)))
        other = next((each for each in names if not each.exists()), names[-1])
        try:
            self.path.replace(other)
        except OSError:
            return ""
        return other.name


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def modified(path: Path) -> float:
    """When a journal was saved, in seconds since 1970; 0 where that cannot be told."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def stored() -> Iterator[Path]:
    """Every journal there is, by name."""
    with contextlib.suppress(OSError):
        yield from sorted(folder().glob(f"*{SUFFIX}"))


def clear() -> None:
    """Remove what killed processes left of journals that nobody has open."""
    with contextlib.suppress(OSError):
        for part in sorted(folder().glob(f".*{SUFFIX}.*{files.PART}")):
            store = Store(folder() / (part.name[1:].partition(SUFFIX)[0] + SUFFIX))
            store.claim()
            store.release()
