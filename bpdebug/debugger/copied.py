"""Values to be taken elsewhere: as NumPy's own text, LaTeX, CSV or aligned text, every digit kept where it counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from bpdebug.debugger.words import counted, shaped
from bpdebug.errors import UsageError
from bpdebug.ops.table import Array

MOST = 100_000
"""Entries that are copied; a file holds more."""
MOST_IN_FILE = 1_000_000
DIGITS = 6
"""Significant digits of what is to be read: LaTeX and text. NumPy's text and CSV read back as the same bits."""


def copied(value: Array, form: str, label: str = "", *, most: int = MOST) -> str:
    """A value in one of FORMS; `label` names it where the form has a place for a name.

    UsageError where the form is none, cannot hold so many axes, or where there are more entries than `most`.
    """
    if form not in FORMS:
        raise UsageError(f"expected a form, {' or '.join([', '.join([*FORMS][:-1]), [*FORMS][-1]])}, got '{form}'")
    if value.size > most:
        size = counted(value.size, "entry", "entries")
        raise UsageError(f"{shaped(value.shape)} has {size}, more than {most:,}: {_way(most)}")
    return FORMS[form](value, label)


def _way(most: int) -> str:
    return (
        "copy a slice of it" if most >= MOST_IN_FILE else "copy a slice of it, or into a file: copy X as csv to X.csv"
    )


def numpy(value: Array, label: str = "") -> str:
    """An expression that gives the same array, bit for bit, once `import numpy as np` stands before it."""
    start = f"{label} = " if label else ""
    kind = "" if value.dtype == np.float64 else f", dtype=np.{value.dtype}"
    if not value.size:
        return f"{start}np.empty({tuple(map(int, value.shape))}{kind})"
    return f"{start}np.array({_nested(value, len(start) + len('np.array('))}{kind})"


def _nested(value: Array, indent: int) -> str:
    """The entries in their brackets, a row a line."""
    if not value.ndim:
        return exact(value.item())
    if value.ndim == 1:
        return f"[{', '.join(map(exact, value.tolist()))}]"
    between = "," + "\n" * (value.ndim - 1) + " " * (indent + 1)
    return f"[{between.join(_nested(each, indent + 1) for each in value)}]"


def exact(value: float) -> str:
    """The shortest text that gives the same number."""
    text = repr(value)
    return f"{'-' * (text[0] == '-')}np.{text.lstrip('-')}" if text.lstrip("-") in ("nan", "inf") else text


def latex(value: Array, label: str = "") -> str:
    """A matrix between brackets, for amsmath; a number by itself; of more than two axes each matrix of the last two."""
    start = f"{label} = " if label else ""
    if not value.ndim:
        return start + _set(value.item())
    if value.ndim > 2:
        return "\n".join(latex(each, f"{{{label}}}_{{{picked}}}" if label else "") for picked, each in _matrices(value))
    rows = " \\\\\n".join(" & ".join(map(_set, row)) for row in _rows(value))
    many = value.shape[-1]
    note = f"% \\setcounter{{MaxMatrixCols}}{{{many}}} before it: amsmath allows 10 columns\n" if many > 10 else ""
    return f"{note}{start}\\begin{{bmatrix}}\n{rows}\n\\end{{bmatrix}}"


def _set(value: float) -> str:
    mantissa, _, exponent = f"{value + 0.0:.{DIGITS}g}".partition("e")
    if mantissa.lstrip("-") in ("nan", "inf"):
        return {"nan": r"\mathrm{NaN}", "inf": r"\infty", "-inf": r"-\infty"}[mantissa]
    return rf"{mantissa} \times 10^{{{int(exponent)}}}" if exponent else mantissa


def csv(value: Array, label: str = "") -> str:
    """A line for each row, every digit of it."""
    return "\n".join(",".join(map(repr, row)) for row in _rows(value))


def text(value: Array, label: str = "") -> str:
    """Rows and columns under one another; of more than two axes each matrix of the last two."""
    if value.ndim > 2:
        return "\n".join(text(each, f"{label}{picked}") for picked, each in _matrices(value))
    start = f"{label} {shaped(value.shape)}\n" if label and value.ndim else f"{label} = " if label else ""
    rows = [[f"{each + 0.0:.{DIGITS}g}" for each in row] for row in _rows(value)]
    width = max((len(each) for row in rows for each in row), default=0) if value.ndim else 0
    return start + "\n".join("  ".join(each.rjust(width) for each in row) for row in rows)


def _matrices(value: Array) -> Iterator[tuple[str, Array]]:
    """The matrices of the last two axes, each with the index that picks it."""
    yield from ((f"[{', '.join(map(str, place))}]", value[place]) for place in np.ndindex(*value.shape[:-2]))


def _rows(value: Array) -> Iterator[list[float]]:
    """The rows: one of a vector, one for every index before the last where there are more axes than two."""
    if value.size:
        yield from value.reshape(-1, value.shape[-1] if value.ndim else 1).tolist()


FORMS: Mapping[str, Callable[[Array, str], str]] = {"numpy": numpy, "latex": latex, "csv": csv, "text": text}
