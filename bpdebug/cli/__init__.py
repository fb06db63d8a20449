"""The command line: what a run ends with, whatever happens. Heavy modules are imported where they are used."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from bpdebug.cli.commands import commands
from bpdebug.cli.output import flushed, message, prepare, silenced, unwritable
from bpdebug.errors import BpdebugError

THREADS = ("OPENBLAS_NUM_THREADS", "1")
"""For matrices of this size more threads than one bring nothing, and to begin them takes NumPy a third of its start."""
OK, FAILED, MISUSED, INTERNAL, INTERRUPTED = 0, 1, 2, 3, 130


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command line and leave with its exit code."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    os.environ.setdefault(*THREADS)
    prepare()
    code = _code(given)
    try:
        flushed()
    except OSError as error:
        code = _unwritten(error)
    sys.exit(code)


def _code(arguments: list[str]) -> int:
    try:
        answer = commands.main(arguments, prog_name="bpdebug", standalone_mode=False)
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except click.ClickException as error:
        message(_said(error, arguments))
        return MISUSED
    except BpdebugError as error:
        message(str(error))
        return MISUSED
    except BrokenPipeError:
        silenced(sys.stdout)
        return OK
    except Exception as error:  # noqa: BLE001 - whatever it is, a user reads a message and no traceback
        if isinstance(error, OSError) and unwritable(error):
            return _unwritten(error)
        from bpdebug.cli.report import reported

        message(reported(error, arguments))
        return INTERNAL
    return answer if isinstance(answer, int) else OK


def _unwritten(error: OSError) -> int:
    """What was asked for has no room where it should go."""
    silenced(sys.stdout)
    with contextlib.suppress(OSError):
        message(f"bpdebug: cannot write: {(error.strerror or str(error)).lower()}")
        sys.stderr.flush()
    return MISUSED


def _said(error: click.ClickException, arguments: Sequence[str]) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context and context.parent and all(each.startswith("-") for each in arguments):
        context = context.parent  # no command was named, so none is to be asked for help
    hint = f"\nSee `{context.command_path} --help`." if context else ""
    return f"bpdebug: {error.format_message()}{hint}"
