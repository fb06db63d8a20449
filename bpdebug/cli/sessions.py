"""Saved sessions: one brought back and saved while it is debugged; bpdebug sessions lists and deletes them."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bpdebug.cli.commands import commands
from bpdebug.cli.group import Settings, everywhere
from bpdebug.cli.output import data, json_data, message
from bpdebug.cli.progress import training

if TYPE_CHECKING:
    from bpdebug.debugger.keeping import Kept
    from bpdebug.debugger.records import Journal
    from bpdebug.scenario.record import Scenario

SCHEMA = "bpdebug.sessions/1"
ENDING = ("SIGTERM", "SIGHUP")
"""The signals that ask a program to leave."""


@contextmanager
def kept(
    scenario: Scenario, overrides: Mapping[str, Any], called: str, *, fresh: bool, notation: str
) -> Iterator[Kept]:
    """The session of a scenario as it was left, saved while it is debugged and at the end, however that comes.

    `called` is what names the scenario on the command line.
    """
    import shlex

    from bpdebug.debugger.keeping import opened

    with training() as progress:
        found = opened(scenario, overrides, shlex.quote(called), fresh=fresh, notation=notation, progress=progress)
    if Settings.current().quiet:
        found.notes = found.notes[:0]
    with ExitStack() as handlers:
        try:
            for name in ENDING:
                handlers.enter_context(_handled(name, _end))
            yield found
        finally:
            for name in (*ENDING, "SIGINT"):
                handlers.enter_context(_handled(name, signal.SIG_IGN))
            if said := found.leave():
                message(said)


def _end(number: int, frame: Any) -> None:
    raise SystemExit(128 + number)


@contextmanager
def _handled(name: str, handler: Any) -> Iterator[None]:
    """Answer a signal in another way; where there is no such signal, or no way to, as before."""
    try:
        before = signal.signal(getattr(signal, name), handler)
    except (AttributeError, ValueError):
        yield
        return
    try:
        yield
    finally:
        signal.signal(getattr(signal, name), before)


@commands.command("sessions", short_help="List the sessions that are saved, or delete them.")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--delete", is_flag=True, help="Delete the sessions of these names.")
@click.option("--all", "every", is_flag=True, help="With --delete: all of them.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@everywhere
def sessions_(names: tuple[str, ...], delete: bool, every: bool, as_json: bool) -> int:
    """List the sessions that are saved: of which scenario, where it stands, when it was saved.

    NAME is that of a scenario, or of a file in the list. Opening a scenario takes its session up again; bpdebug
    SCENARIO --fresh starts anew. They lie in one folder, which the variable BPDEBUG_STATE may name.
    """
    from bpdebug.debugger.store import folder, stored

    if bool(names) == every if delete else every:
        raise click.UsageError("--delete takes the names of sessions, or --all")
    paths = _chosen(list(stored()), names) if names else list(stored())
    if delete:
        return _deleted(paths)
    found = [_record(path) for path in paths]
    if as_json:
        json_data({"schema": SCHEMA, "folder": str(folder()), "sessions": found})
    else:
        _list(found)
    return 0


def _record(path: Path) -> dict[str, Any]:
    """What is told of a saved session; "error" where it cannot be read."""
    from datetime import datetime

    from bpdebug.debugger.store import modified

    found, error = _read(path)
    saved = datetime.fromtimestamp(modified(path)).astimezone()
    record: dict[str, Any] = {"file": path.name, "saved": saved.isoformat(timespec="seconds")}
    if found is None:
        return {"scenario": None, "error": error, **record}
    branch, iteration, step = found.stands
    where = {"branch": branch, "iteration": iteration, "step": step}
    return {"scenario": found.scenario, "path": found.file, **where, **record}


def _read(path: Path) -> tuple[Journal | None, str]:
    from bpdebug.debugger.records import JournalError, read
    from bpdebug.debugger.store import Store

    try:
        text = Store(path).read()
        return (None, "it is gone") if text is None else (read(text), "")
    except JournalError as error:
        return None, str(error)


def _list(found: list[dict[str, Any]]) -> None:
    if not found:
        if not Settings.current().quiet:
            message("no session is saved")
        return
    rows = [
        (each["scenario"] or "?", _stands(each), each["saved"][:16].replace("T", " "), each["file"]) for each in found
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for *cells, file in rows:
        data("  ".join([*(f"{cell:{width}}" for cell, width in zip(cells, widths, strict=True)), file]))


def _stands(record: dict[str, Any]) -> str:
    if "error" in record:
        return f"cannot be read: {record['error']}"
    branch = f"branch {record['branch']}, " if record["branch"] != "main" else ""
    return f"{branch}iteration {record['iteration']}, step {record['step']}"


def _chosen(paths: list[Path], names: tuple[str, ...]) -> list[Path]:
    """The files that are meant by names of scenarios or of files."""
    scenarios = {path: _read(path)[0] for path in paths}
    chosen: list[Path] = []
    for name in names:
        found = [
            path for path, journal in scenarios.items() if name == path.name or (journal and name == journal.scenario)
        ]
        if not found:
            raise click.UsageError(f'no session of "{name}" is saved; bpdebug sessions lists them')
        chosen += found
    return list(dict.fromkeys(chosen))


def _deleted(paths: list[Path]) -> int:
    """Delete journals; 1 where one is open."""
    from bpdebug.debugger.store import Store

    code = 0
    for path in paths:
        if refused := Store(path).forget():
            message(f"{path.name} is not deleted: {refused}")
            code = 1
        elif not Settings.current().quiet:
            message(f"{path.name} is deleted")
    return code
