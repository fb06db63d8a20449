"""bpdebug snapshot: the screen at a place of a scenario, drawn without a terminal."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bpdebug.cli.commands import chosen_notation, commands, completed, opened
from bpdebug.cli.group import Settings, everywhere, overriding
from bpdebug.cli.output import data
from bpdebug.cli.progress import training
from bpdebug.errors import UsageError

if TYPE_CHECKING:
    from bpdebug.debugger.session import Session
    from bpdebug.machine.timeline import Progress


@commands.command(short_help="Draw the screen at a place, as text, SVG or HTML.")
@click.argument("scenario", shell_complete=completed)
@click.option("--at", "place", metavar="PLACE", help="Go there first: dW3, backward, 12:dW3; as goto takes it.")
@click.option("--iteration", type=click.IntRange(1), metavar="N", help="Which iteration PLACE is in.")
@click.option("-c", "typed", multiple=True, metavar="COMMAND", help="Execute it there; may be repeated.")
@click.option("--size", default="120x40", metavar="WIDTHxHEIGHT", help="Of the screen, in columns and lines; 120x40.")
@click.option("--focus", default="", metavar="PANE", help="The pane in focus, by its number or name: claims.")
@click.option("--theme", type=click.Choice(["dark", "light"]), default="dark", help="On a dark or a light ground.")
@click.option("-o", "file", metavar="FILE", help="Into this file: .txt, .svg or .html; without it, text on stdout.")
@overriding
@everywhere
def snapshot(
    scenario: str,
    *,
    place: str | None,
    iteration: int | None,
    typed: tuple[str, ...],
    size: str,
    focus: str,
    theme: str,
    file: str | None,
    **overrides: Any,
) -> None:
    """Draw what the screen shows at a place of a scenario, once the gradient there is checked.

    The same command line draws the same bytes, with and without a terminal.
    """
    from bpdebug.export.drawing import text
    from bpdebug.tui import snapshot as shots

    columns, lines = _size(size)
    shots.room(columns, lines)
    shots.pane(focus)
    if file is not None:
        shots.kind(file)
    session = _session(scenario, overrides, in_file=file is not None)
    with training() as progress:
        for line in [*_ways(place, iteration), *typed]:
            _execute(session, line, progress)
    drawing = shots.drawn(session, (columns, lines), focus=focus, theme=theme)
    if file is None:
        data(text(drawing).removesuffix("\n"))
    else:
        shots.save(drawing, Path(file))


def _size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,4})x(\d{1,4})", text.strip(), re.ASCII | re.IGNORECASE)
    if found is None:
        raise UsageError(f'expected a size in columns and lines such as 120x40, got "{text}"')
    return int(found[1]), int(found[2])


def _session(scenario: str, overrides: dict[str, Any], *, in_file: bool) -> Session:
    """The session to draw: in a file in any characters, unless ASCII is asked for; else in those that arrive."""
    loaded = opened(scenario, overrides)
    from bpdebug.debugger.session import Session

    notation = ("ascii" if Settings.current().ascii else "unicode") if in_file else chosen_notation()
    return Session(loaded, notation=notation)


def _ways(place: str | None, iteration: int | None) -> list[str]:
    """The line that goes to the place."""
    if place is not None and iteration is not None:
        if ":" in place:
            raise UsageError(f"--at {place} says the iteration already: leave out --iteration {iteration}")
        return [f"goto {iteration}:{place}"]
    return [f"goto {each}" for each in (place, iteration) if each is not None]


def _execute(session: Session, line: str, progress: Progress | None) -> None:
    reply = session.execute(line, progress=progress)
    if not reply.ok:
        raise UsageError(f"{line}: {reply.text}")
