"""Labels that are used as an index: P[range(m), y] -= 1 subtracts a 1 at the label of each example."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from bpdebug.errors import ExpressionError, Span
from bpdebug.program.equations import Program
from bpdebug.scenario.owners import meant
from bpdebug.scenario.respelling import Respelled, joined, placed_over
from bpdebug.scenario.statements import Statement

_LABELS = re.compile(r"(?:y_?)?(?:labels?|targets?|true|argmax|train|batch)|[tTyY]|[yY]s|[yY]b")
_ENCODED = re.compile(
    r"(?<![\w.])(?:\w+\.){0,3}(?:one_?hot\w*|to_categorical|encode_labels|convert_to_one_hot)\s*"
    r"\(\s*(?P<of>\w+)(?:\.\w+\(\))?\s*(?:,[^()]*)?\)(?:\.T\b)?",
    re.IGNORECASE,
)
ENCODES = re.compile(r"\w*one_?hot\w*|to_categorical|encode_labels", re.IGNORECASE)
"""What functions are called that make zeros and ones of labels."""
_LARGEST = r"[ \t]*(?:(?:np\.)?argmax\(\s*(?P<of>\w+)|(?P<array>\w+)\.argmax\()"


def labels_subtracted(statement: Statement, block: str, program: Program) -> Statement:
    """P -= Y for P[range(m), y] -= 1, Y with a 1 at the label of each example; ExpressionError where none is known."""
    of = _array(statement.right.text, block)
    named = (of, *["Y"] * bool(_LABELS.fullmatch(of)))
    labels = next(filter(None, (_one_hot(each, statement.sign == "[range, y]", program) for each in named)), "")
    if not labels:
        message = f"which entries of {statement.name} these are is not seen here"
        hint = f"Write {statement.name} - Y, with a Y that has a 1 at the label of each example and else 0."
        raise ExpressionError(message, block, statement.place, hint)
    return replace(statement, sign="-", right=placed_over(labels, statement.place))


def encoded(text: Respelled, program: Program) -> tuple[Respelled, Mapping[str, str]]:
    """The text with Y for one_hot(Y), where Y has zeros and ones for the classes already; what was read as what."""
    parts, at, read = list[Respelled](), 0, dict[str, str]()
    for found in _ENCODED.finditer(text.text):
        of = found["of"] if found["of"] in program.data else meant(found["of"], program.data)
        if of and len(program.shapes[of]) == 2 and program.shapes[of][int(program.orientation == "rows")] > 1:
            place = text.placed(Span(found.start(), found.end()))
            parts += [text.part(at, found.start(), bare=False), placed_over(of, place)]
            read[found[0]], at = of, found.end()
    return joined(*parts, text.part(at, len(text.text), bare=False)), read


def _array(name: str, block: str) -> str:
    """What an index of labels is made of: Y for np.argmax(Y, axis=1), given by a line or not."""
    given = re.search(rf"^[ \t]*{re.escape(name)}[ \t]*={_LARGEST}", block, re.MULTILINE)
    largest = given or re.match(_LARGEST, name)
    return (largest["of"] or largest["array"]) if largest else name


def _one_hot(labels: str, by_rows: bool, program: Program) -> str:
    """The matrix of zeros and ones for labels that are used as an index: Y for P[range(m), y]; "" for none."""
    known = labels if labels in program.data else meant(labels, program.data)
    rows = program.orientation == "rows"
    shape = program.shapes[known] if known else ()
    return known if by_rows is rows and len(shape) == 2 and shape[int(rows)] > 1 else ""
