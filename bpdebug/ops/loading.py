"""Operations from files and installed packages: only what the person in front of the screen names is ever imported."""

from __future__ import annotations

import importlib.util
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType

from bpdebug.errors import BpdebugError, printable
from bpdebug.ops.supplied import OperationError, nearby
from bpdebug.ops.table import OPS

GROUP = "bpdebug.operations"
"""Where an installed package says which of its modules, or functions, registers operations."""

_loaded: dict[str, tuple[str, ...]] = {}


def load(source: str) -> tuple[str, ...]:
    """The names of the operations that a Python file, or an installed collection of this name, registers."""
    if source.endswith(".py") or Path(source).exists():
        return load_file(source)
    return load_installed(source)


def load_file(path: str | Path) -> tuple[str, ...]:
    """Run a Python file that registers operations; their names. A file that fails registers nothing."""
    file = Path(path)
    if not file.is_file():
        raise OperationError(f"{printable(str(path))}: there is no such file")
    key = str(file.resolve())
    return _once(key, str(path), lambda: _run(file, str(path)))


def load_installed(name: str | None = None) -> tuple[str, ...]:
    """Load the operations of an installed collection, or of all; the names of what they register."""
    found = {each.name: each for each in entry_points(group=GROUP)}
    if name is None:
        return tuple(word for each in found.values() for word in _installed(each))
    if name not in found:
        there = f"installed: {', '.join(sorted(found))}" if found else "none is installed"
        raise OperationError(f"{printable(name)}: neither a Python file nor an installed collection ({there})")
    return _installed(found[name])


def _installed(entry: EntryPoint) -> tuple[str, ...]:
    def run() -> None:
        found = entry.load()
        if callable(found) and not isinstance(found, ModuleType):
            found()

    return _once(f"{GROUP}:{entry.name}", f"{entry.name} ({entry.value})", run)


def _once(key: str, shown: str, run: Callable[[], None]) -> tuple[str, ...]:
    """What loading registers; a second time it is there already."""
    if key not in _loaded:
        before = set(OPS)
        with _whole(shown):
            run()
            names = tuple(name for name, op in OPS.items() if name not in before and op.family != "derivatives")
            if not names:
                raise OperationError(f"{printable(shown)}: registers no operation; call bpdebug.operation(…) in it")
        _loaded[key] = names
    return _loaded[key]


@contextmanager
def _whole(shown: str) -> Iterator[None]:
    """All that is registered within, or none of it; every failure is told with its place."""
    before = dict(OPS)
    try:
        yield
    except (Exception, SystemExit) as error:  # whatever a file of someone else does when it is run
        OPS.clear()
        OPS.update(before)
        if isinstance(error, BpdebugError):
            raise
        raise OperationError(printable(_told(error, shown))) from error


def _told(error: BaseException, shown: str) -> str:
    if isinstance(error, SyntaxError):
        return f"{nearby(error.filename or shown)}:{error.lineno}: {error.msg}"
    file = str(Path(shown).absolute())
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename in (shown, file)]
    where = f"{shown}:{lines[-1]}" if lines else shown
    if isinstance(error, SystemExit):
        return f"{where}: ends the program (sys.exit) where it was to register operations; nothing of it is used"
    return f"{where}: {type(error).__name__}: {error}"


def _run(file: Path, shown: str) -> None:
    name = f"_bpdebug_operations_{file.stem}_{len(_loaded)}"
    spec = importlib.util.spec_from_file_location(name, shown)
    if spec is None or spec.loader is None:
        raise OperationError(f"{printable(shown)}: expected a Python file, whose name ends in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
