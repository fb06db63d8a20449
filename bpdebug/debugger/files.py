"""Files of a person's own: what a script may open, and how a text is written so that it is never half there."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from msgspec.structs import replace

from bpdebug.debugger.words import quoted
from bpdebug.errors import ScenarioError, UsageError
from bpdebug.scenario import bundled


def inside(folder: Path, name: str) -> Path:
    """The file of this name in a folder or deeper; UsageError where the name, or a link, leads out of it."""
    parts = PurePosixPath(name).parts
    if not name or "\\" in name or not name.isprintable() or ".." in parts or PurePosixPath(name).is_absolute():
        raise UsageError(f"a script opens files of its own folder only, by their names in it; got {quoted(name)}")
    try:
        path, root = (folder / name).resolve(), folder.resolve()
    except (OSError, RuntimeError, ValueError):
        raise UsageError(f"{quoted(name)} cannot be opened") from None
    if not path.is_relative_to(root):
        raise UsageError(f"{quoted(name)} is a link that leads out of the script's folder")
    return path


def named(text: str) -> str:
    """The name of a file as it was typed: as it stands, in quotes, or with a backslash before each blank."""
    if text[0] not in "\"'":
        return text.replace("\\ ", " ")
    inner, last = text[1:-1], text[-1]
    if not inner or last != text[0] or last in inner:
        raise UsageError(f"expected a name in quotes, got {quoted(text)}")
    return inner


def bundled_scripts() -> dict[str, Path]:
    """The scripts that come with bpdebug, by name: xor.replay."""
    return {path.name: path for path in sorted(bundled.folder().glob("*.replay"))}


@contextmanager
def called(name: str) -> Iterator[None]:
    """What is told of a file within calls it by this name, not by where it lies."""
    try:
        yield
    except ScenarioError as error:
        raise ScenarioError(tuple(replace(each, file=name) for each in error.problems)) from None


def write(path: Path, text: str) -> None:
    """Write a file so that it holds either what it held or all of the text; UsageError where that cannot be done."""
    if not path.parent.is_dir():
        raise UsageError(f"{path.name} cannot be written: there is no folder {path.parent.name}")
    try:
        path = path.resolve()
        put(path, text.encode("utf-8", "backslashreplace"), mode=_mode(path))
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{path.name} cannot be written: {reason.lower()}") from None


PART = ".part"
"""What the name of a file ends in while it is being written."""


def put(path: Path, data: bytes, *, mode: int = 0o600, lasting: bool = False) -> None:
    """Put a file of these bytes in the place of another at once; `lasting`: power may fail from now on.

    OSError where that cannot be done; the file is as it was then.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=parts(path), suffix=PART)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            if lasting:
                stream.flush()
                os.fsync(stream.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise
    if lasting and os.name == "posix":
        _sync(path.parent)


def parts(path: Path) -> str:
    """What the names begin with that a file has while it is being written."""
    return f".{path.name[:100]}."


def _sync(folder: Path) -> None:
    """See to it that what was renamed in a folder stays renamed."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _mode(path: Path) -> int:
    """Who may read and write it: as before, or as is usual of a new file."""
    with contextlib.suppress(OSError):
        return stat.S_IMODE(path.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
