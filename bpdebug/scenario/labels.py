"""Labels that are used as an index: P[range(m), y] -= 1 subtracts a 1 at the label of each example."""

from __future__ import annotations

import re

from bpdebug.errors import ExpressionError
from bpdebug.program.equations import Program
from bpdebug.scenario.owners import meant
from bpdebug.scenario.statements import Statement

_LABELS = re.compile(r"(?:y_?)?(?:labels?|targets?|true|argmax|train|batch)|[tyY]|ys|yb")
_LARGEST = r"[ \t]*(?:(?:np\.)?argmax\(\s*(?P<of>\w+)|(?P<array>\w+)\.argmax\()"


def labels_of(statement: Statement, block: str, program: Program) -> str:
    """The matrix that has a 1 at the label of each example and else 0; ExpressionError where none is known to be it."""
    of = _array(statement.right.text, block)
    labels = _one_hot(of, statement.sign == "[range, y]", program) if of else ""
    if not labels:
        message = f"which entries of {statement.name} these are is not seen here"
        hint = f"Write {statement.name} - Y, with a Y that has a 1 at the label of each example and else 0."
        raise ExpressionError(message, block, statement.place, hint)
    return labels


def _array(name: str, block: str) -> str:
    """What an index of labels is made of: Y for best = np.argmax(Y, axis=1), and for one that is called labels."""
    largest = re.search(rf"^[ \t]*{re.escape(name)}[ \t]*={_LARGEST}", block, re.MULTILINE)
    if largest:
        return largest["of"] or largest["array"]
    return "Y" if _LABELS.fullmatch(name) else name


def _one_hot(labels: str, by_rows: bool, program: Program) -> str:
    """The matrix of zeros and ones for labels that are used as an index: Y for P[range(m), y]; "" for none."""
    known = labels if labels in program.data else meant(labels, program.data)
    rows = program.orientation == "rows"
    shape = program.shapes[known] if known else ()
    return known if by_rows is rows and len(shape) == 2 and shape[int(rows)] > 1 else ""
