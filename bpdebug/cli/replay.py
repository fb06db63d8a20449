"""bpdebug replay: scripts executed, transcripts compared or written anew, commands executed on a scenario."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import asdict, replace

from bpdebug.cli.commands import commands, completed
from bpdebug.cli.group import Settings, everywhere, operations
from bpdebug.cli.output import data, json_data, message, speaks_unicode
from bpdebug.errors import BpdebugError, ScenarioError, UsageError

if TYPE_CHECKING:
    from bpdebug.debugger.replay import Failure, Replay, Told
    from bpdebug.debugger.script import Remark, Script, Typed

SCHEMA = "bpdebug.replay/1"


def _completed(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[Any]:
    """What a file begun to be typed may become: a bundled script, a scenario, a file."""
    from click.shell_completion import CompletionItem

    from bpdebug.debugger.files import bundled_scripts

    names = [CompletionItem(each) for each in bundled_scripts() if each.startswith(incomplete)]
    return [*names, *completed(context, parameter, incomplete)]


@commands.command(
    "replay", short_help="Execute a script of commands, or hold a transcript against what is answered now."
)
@click.argument("files", nargs=-1, required=True, metavar="FILE...", shell_complete=_completed)
@click.option("-c", "typed", multiple=True, metavar="COMMAND", help="Execute it at the end of each file; repeatable.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object, or one a line for several files.")
@click.option("--bless", is_flag=True, help="Write the answers as they are now into a transcript.")
@click.option(
    "--seconds", type=click.FloatRange(min=0, min_open=True), default=600.0, help="How long a file may take; 600."
)
@operations
@everywhere
def replay_(files: tuple[str, ...], typed: tuple[str, ...], as_json: bool, bless: bool, seconds: float) -> int:
    """Execute the commands of a file and print them with their answers.

    FILE is a script (commands, one a line), a transcript (commands behind >, their answers beneath), the name of a
    bundled script (three-layer.replay), or a scenario, of which only the -c commands are executed. Of a transcript
    the answers are compared with those of now. Exits with 1 where a command is refused, an expectation does not
    hold, or an answer is another one, and says where and why; with 2 where a file cannot be read. The files behind
    such a one are executed all the same.
    """
    commands, several = _commands(typed), len(files) > 1
    return max(_one(file, commands, seconds, bless=bless, as_json=as_json, several=several) for file in files)


def _one(
    file: str, commands: list[Typed | Remark], seconds: float, *, bless: bool, as_json: bool, several: bool
) -> int:
    """Replay one file: 0, 1 where not all is as it should be, 2 where it cannot be read."""
    told: list[Told] = []
    try:
        run = _replay(file, commands, seconds)
        if as_json:
            told.extend(run.told())
            return _as_json(run.script.file, told, told[-1].failure if told else None, several=several)
        ok = _bless(run, file) if bless else _as_text(run, file)
    except BpdebugError as error:
        message(str(error))
        if as_json:
            _as_json(file, told, _unread(file, error), several=several)
        return 2
    return 0 if ok else 1


def _unread(file: str, error: BpdebugError) -> Failure:
    """That a file cannot be read, or opens what is no scenario, as a failure; in line 0 where it is the whole file."""
    from bpdebug.debugger.replay import Failure

    first = error.problems[0] if isinstance(error, ScenarioError) and error.problems else None
    return Failure(file, first.line if first else 0, first.column if first else 0, "", str(error))


def _replay(file: str, commands: list[Typed | Remark], seconds: float) -> Replay:
    from bpdebug.debugger.replay import Replay

    path, script = _script(file, bool(commands))
    return Replay(script, path.parent, commands, seconds=seconds)


def _commands(typed: tuple[str, ...]) -> list[Typed | Remark]:
    from bpdebug.debugger.recording import MOST_LINES
    from bpdebug.debugger.script import typed as read

    if len(typed) > MOST_LINES:
        raise UsageError(f"at most {MOST_LINES:,} commands are executed")
    return [read(" ".join(text.split("\n")), number) for number, text in enumerate(typed, 1)]


def _script(file: str, commanded: bool) -> tuple[Path, Script]:
    """Where a file lies, and what it says."""
    from bpdebug.debugger.files import called
    from bpdebug.debugger.script import read
    from bpdebug.scenario.source import text_of

    if _is_scenario(file):
        if not commanded:
            raise UsageError(f"{file} is a scenario and has no commands: give some by -c COMMAND, or name a script")
        return _scenario(file)
    path = _path(file)
    with called("<stdin>" if file == "-" else file):
        return path, read(text_of(file if file == "-" else str(path)), "stdin" if file == "-" else path.name)


def _is_scenario(file: str) -> bool:
    from bpdebug.scenario.bundled import bundled

    return file.endswith(".toml") or (not Path(file).is_file() and file in [each.name for each in bundled()])


def _scenario(file: str) -> tuple[Path, Script]:
    """A scenario as a script that only opens it."""
    from bpdebug.debugger.script import Opening, Script

    path = Path(file).resolve()
    name = path.name if file.endswith(".toml") else file
    return path, Script(name, (Opening(1, f"@ {name}", name, {}),))


def _path(file: str) -> Path:
    """A script's file: the one that is there, or else a bundled one of that name."""
    import difflib

    from bpdebug.debugger.files import bundled_scripts

    if file == "-":
        return Path("-").absolute()
    if Path(file).exists():
        return Path(file).resolve()
    known = bundled_scripts()
    if file not in known and not set("/\\") & set(file):
        near = difflib.get_close_matches(file, known, n=1)
        guess = f'; did you mean "{near[0]}"?' if near else f". Bundled: {', '.join(known)}"
        raise UsageError(f'there is no file "{file}"{guess}')
    return known.get(file, Path(file))


def _as_text(run: Replay, file: str) -> bool:
    """Print the transcript of a script, or how a transcript differs; whether all is as it should be."""
    from bpdebug.debugger.script import Typed

    shown = not run.script.transcript
    count = 0
    for told in run.told():
        shown = shown or told.part in run.commands
        count += isinstance(told.part, Typed)
        if shown:
            data("\n".join(told.lines))
        if told.failure:
            _failed(told.failure, run, file)
            return False
    if run.script.transcript and not Settings.current().quiet:
        message(f"{run.script.file}: {count} command{'' if count == 1 else 's'}, every answer as written")
    return True


def _failed(failure: Failure, run: Replay, file: str) -> None:
    """Tell of a failure: on stdout how an answer differs, on stderr the place, the file called as it was given."""
    if failure.diff:
        data(failure.diff)
    sys.stdout.flush()
    message(str(replace(failure, file=file) if failure.file == run.script.file else failure))


def _as_json(file: str, told: list[Told], failure: Failure | None, *, several: bool) -> int:
    """Print what was answered as JSON: 0, or 1 where not all is as it should be."""
    import json

    record = {
        "schema": SCHEMA,
        "file": file,
        "ok": failure is None,
        "commands": list(_records(told)),
        "failure": asdict(failure) if failure else None,
    }
    if several:
        data(json.dumps(record, ensure_ascii=not speaks_unicode(sys.stdout), allow_nan=False))
    else:
        json_data(record)
    return 0 if failure is None else 1


def _records(told: list[Told]) -> Iterator[dict[str, Any]]:
    for each in told:
        if each.place is not None:
            yield {
                "line": each.part.line,
                "command": each.part.text,
                "ok": each.ok,
                "text": each.text,
                "position": each.place.position,
                "iteration": each.place.iteration,
                "step": each.place.step,
            }


def _bless(run: Replay, file: str) -> bool:
    """Write a transcript with the answers of now into its file; whether that could be done."""
    from bpdebug.debugger.files import write
    from bpdebug.scenario.source import text_of

    if not run.script.transcript or file == "-":
        raise UsageError(f"only the file of a transcript takes answers; bpdebug replay {file} > FILE.txt makes one")
    if run.commands:
        raise UsageError("--bless writes the answers to what stands in the file; -c COMMAND does not stand there")
    told = list(run.told(compared=False))
    if told[-1].failure:
        _failed(told[-1].failure, run, file)
        return False
    now = "\n".join(line for each in told for line in each.written) + "\n"
    changed = now != text_of(file)
    if changed:
        write(Path(file), now)
    if not Settings.current().quiet:
        message(f"{run.script.file}: {'written' if changed else 'every answer as written'}")
    return True
