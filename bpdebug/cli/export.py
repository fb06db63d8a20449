"""bpdebug export: one iteration of a scenario as a handout on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from bpdebug.cli.commands import commands, completed, opened
from bpdebug.cli.group import everywhere, overriding
from bpdebug.cli.progress import training
from bpdebug.errors import UsageError


@commands.command(short_help="Write an iteration as a handout: HTML, LaTeX or Markdown.")
@click.argument("scenario", shell_complete=completed)
@click.option("-o", "file", metavar="FILE", help="Into this file: .html, .tex or .md.")
@click.option("--iteration", type=click.IntRange(1), default=1, metavar="N", help="Which iteration; the first.")
@click.option("--digits", type=click.IntRange(2, 17), default=4, metavar="N", help="Digits of the largest entry; 4.")
@overriding
@everywhere
def export(scenario: str, *, file: str | None, iteration: int, digits: int, **overrides: Any) -> None:
    """Write one whole iteration as a handout: every formula with its shapes, where it comes from and why, its matrices.

    A page of HTML needs nothing else and is ready to be printed; LaTeX compiles with pdflatex; Markdown is GitHub's.
    """
    from bpdebug.debugger.files import write
    from bpdebug.export.paper.formats import format_of
    from bpdebug.export.paper.trained import trained
    from bpdebug.export.paper.walk import handout

    if file is None:
        raise UsageError(f"expected a file to write: bpdebug export {scenario} -o walk.html, walk.tex or walk.md")
    written = format_of(file)
    loaded = opened(scenario, overrides)
    with training() as progress:
        run = trained(loaded, iteration, digits, progress)
    write(Path(file), written(handout(run)))
