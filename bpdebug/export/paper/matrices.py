"""Matrices in LaTeX: what is left out of a large one as dots."""

from __future__ import annotations

from bpdebug.debugger.card import LEFT_OUT as DOTS
from bpdebug.export.paper.document import Cell, Grid


def bmatrix(grid: Grid) -> str:
    """The entries that show, between brackets; amsmath allows ten columns, and there are nine at most.

    Where there are several matrices in one, their indices stand before the rows and above the columns.
    """
    rows = [_row(grid, name == DOTS, cells) for name, cells in zip(grid.down, grid.rows, strict=True)]
    if rows and grid.blocks:
        return _headed(grid, rows)
    return "\\begin{bmatrix}\n" + " \\\\\n".join(rows) + "\n\\end{bmatrix}" if rows else r"\left[\,\right]"


def _headed(grid: Grid, rows: list[str]) -> str:
    heads = " & ".join(r"\cdots" if head == DOTS else _index(head) for head in grid.across)
    names = ("" if name == DOTS else _index(name) for name in grid.down)
    lines = " \\\\\n".join(f"{name} & {row}" for name, row in zip(names, rows, strict=True))
    columns = "r" * len(grid.across)
    return f"\\begin{{array}}{{r|{columns}}}\n& {heads} \\\\\n\\hline\n{lines}\n\\end{{array}}"


def _index(text: str) -> str:
    return rf"\texttt{{{text}}}"


def _row(grid: Grid, dots: bool, cells: tuple[Cell, ...]) -> str:
    across = [head == DOTS for head in grid.across]
    if dots:
        return " & ".join(r"\ddots" if each else r"\vdots" for each in across)
    return " & ".join(r"\cdots" if each else _entry(cell.text) for each, cell in zip(across, cells, strict=True))


def _entry(text: str) -> str:
    plain = text.replace("−", "-")
    if plain.lstrip("-").isalpha():
        return rf"\mathrm{{{plain.lstrip('-')}}}" if plain[0] != "-" else rf"-\mathrm{{{plain[1:]}}}"
    mantissa, _, exponent = plain.partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa
