"""Scripts within a session: executed where it stands, and recorded from it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bpdebug.debugger import files
from bpdebug.debugger.commands.table import Quit, Say
from bpdebug.debugger.replay import answered, unmet
from bpdebug.debugger.script import Opening, Script, Setting, Typed, read
from bpdebug.debugger.words import quoted
from bpdebug.errors import UsageError
from bpdebug.scenario import bundled
from bpdebug.scenario.load import load
from bpdebug.scenario.record import Scenario
from bpdebug.scenario.source import LARGEST_FILE, text_of

if TYPE_CHECKING:
    from bpdebug.debugger.session import Session


def sourced(session: Session, name: str) -> Say | Quit:
    """Execute a script's commands in a session; UsageError at the first that is refused, or fails."""
    path = _found(session, name)
    with files.called(name):
        script = read(text_of(str(path)), name)
    _refuse_other(session, script)
    told: list[str] = []
    size = 0
    with session.recording.within(path):
        for part in script.commands:
            lines, quits = _executed(session, script, part, told)
            size += sum(len(line) + 1 for line in lines)
            told += lines
            if size > LARGEST_FILE:
                raise UsageError(f"the answers to {name} are longer than {LARGEST_FILE:,} characters")
            if quits:
                return Quit()
            if session.cancelled and session.cancelled():
                told.append(f"stopped at {name}:{part.line}: what follows is not executed")
                break
    return Say("\n".join(told))


def _executed(session: Session, script: Script, part: Typed, told: list[str]) -> tuple[list[str], bool]:
    """Execute one command of a script: the lines of the transcript, and whether it leaves the session."""
    session.recording.count()
    reply = session.execute(part.text, progress=session.progress, cancelled=session.cancelled)
    lines = [f"> {part.text}", *answered(reply)]
    failure = "" if script.transcript else unmet(part, reply)
    if failure:
        raise UsageError("\n".join([*told, lines[0], f"{script.file}:{part.line}:{part.column}: {failure}"]))
    return lines, reply.quit


def _found(session: Session, name: str) -> Path:
    """The file of a script: of the folder, where a script asks for it; or a bundled one."""
    folder = session.recording.folder
    try:
        path = files.inside(folder, name) if folder else Path(name).expanduser().resolve()
        known = path.exists()
    except (OSError, RuntimeError, ValueError):
        raise UsageError(f"{quoted(name)} cannot be opened") from None
    return path if known else files.bundled_scripts().get(name, path)


def _refuse_other(session: Session, script: Script) -> None:
    """A script of another scenario has no sense here."""
    for opening in script.parts:
        if isinstance(opening, Opening) and Path(opening.scenario).name.removesuffix(".toml") != session.scenario.name:
            here = f"{script.file} is of {opening.scenario}, this session of {session.scenario.name}"
            raise UsageError(f"{here}: bpdebug replay {script.file} replays it")


def recorded(session: Session, name: str) -> str:
    """Begin to record a session to a file; what to say of it."""
    if session.recording.folder is not None:
        raise UsageError("a script writes no file: record is for whoever types")
    path = Path(name).expanduser()
    try:
        if path.exists():
            raise UsageError(f"there is a file {quoted(name)} already: record to another one, or take it away first")
        folder = path.parent.resolve()
    except (OSError, RuntimeError, ValueError):
        raise UsageError(f"{quoted(name)} cannot be written") from None
    session.recording.start(path, f"@ {' '.join([_named(session, folder), *_settings(session)])}")
    return f"every command from now on is written to {path.name}; record off ends it"


def _named(session: Session, folder: Path) -> str:
    """The session's scenario as a script in a folder names it."""
    scenario = session.scenario
    if scenario.path in [each.path for each in bundled.bundled()]:
        return scenario.name
    if scenario.path in ("", "-"):
        raise UsageError("a script names its scenario by a file; this one came in without")
    path = Path(scenario.path).resolve()
    if not path.is_relative_to(folder) or len(str(path.relative_to(folder)).split()) != 1:
        raise UsageError(f"a script opens files of its own folder only: record it beside {path.name}, without blanks")
    return path.relative_to(folder).as_posix()


def _settings(session: Session) -> list[str]:
    """What was chosen beside the scenario's file, as an opening line says it."""
    scenario, program = session.opened, session.opened.program
    plain = load(scenario.path)
    chosen: dict[str, tuple[Setting, Setting]] = {
        "notation": (session.notation, "unicode"),
        "seed": (scenario.seed, plain.seed),
        "orientation": (program.orientation, plain.program.orientation),
        "bookkeeping": (program.bookkeeping, plain.program.bookkeeping),
        "iterations": (scenario.iterations, plain.iterations),
    }
    differing = {key: now for key, (now, before) in chosen.items() if now != before}
    return [f"{key}={value}" for key, value in {**differing, **_fused(scenario)}.items()]


def _fused(scenario: Scenario) -> dict[str, str]:
    """Whether the last layer and the cost were derived in one, where the file says otherwise."""
    program = scenario.program
    for fused in (None, True, False):
        other = load(scenario.path, orientation=program.orientation, bookkeeping=program.bookkeeping, fused=fused)
        if [each.name for each in other.program.equations] == [each.name for each in program.equations]:
            return {} if fused is None else {"fused": str(fused).lower()}
    return {}
