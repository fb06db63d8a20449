"""Labels that are used as an index: P[range(m), y] -= 1 subtracts a 1 at the label of each example."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec.structs import replace

from bpdebug.errors import ExpressionError, Span
from bpdebug.program.equations import Program
from bpdebug.scenario.counting import value
from bpdebug.scenario.owners import LAYERED, meant
from bpdebug.scenario.respelling import Around, Respelled, joined, placed_over
from bpdebug.scenario.statements import Statement

_LABELS = re.compile(r"(?:y_?)?(?:labels?|targets?|true|argmax|train|batch)|[tTyY]|[yY]s|[yY]b")
_ENCODED = re.compile(
    r"(?<![\w.])(?:\w+\.){0,3}(?:one_?hot\w*|to_categorical|encode_labels|convert_to_one_hot)\s*"
    r"\(\s*(?P<of>\w+)(?:\.\w+\(\))?\s*(?:,[^()]*)?\)(?:\.T\b)?",
    re.IGNORECASE,
)
ENCODES = re.compile(r"\w*one_?hot\w*|to_categorical|encode_labels", re.IGNORECASE)
"""What functions are called that make zeros and ones of labels."""
_AT_LABEL = re.compile(r"[^\W\d]\w*\s*\[\s*(?P<labels>[^\W\d]\w*)\s*(?:\[(?P<index>[^\[\]]*)\]\s*)?(?:,\s*0\s*)?\]")
_LARGEST = r"[ \t]*(?:(?:np\.)?argmax\(\s*(?P<of>\w+)|(?P<array>\w+)\.argmax\()"


def at_label(left: Respelled, around: Around) -> Respelled | None:
    """What the label is called by which a left side picks an entry: targets2 for dy[targets[t]] in step 2."""
    found = _AT_LABEL.fullmatch(left.text)
    if found is None or not _LABELS.fullmatch(found["labels"]):
        return None
    place = None if found["index"] is None else value(found["index"], around.numbers)
    alike = len({around.lists.shift, *around.lists.others.values()}) == 1  # else it is not seen how this one counts
    number = around.lists.layer(found["labels"], place) if place is not None and alike else None
    if found["index"] is not None and number is None:
        return None
    return placed_over(f"{found['labels']}{'' if number is None else number}", left.placed(Span(*found.span())))


def labels_subtracted(statement: Statement, block: str, program: Program) -> Statement:
    """P -= Y for P[range(m), y] -= 1, Y with a 1 at the label of each example; ExpressionError where none is known."""
    of = _array(statement.right.text, block)
    if statement.sign == "[y]":
        return _at_label(statement, of, block, program)
    named = (of, *["Y"] * bool(_LABELS.fullmatch(of)))
    labels = next(filter(None, (_one_hot(each, statement.sign == "[range, y]", program) for each in named)), "")
    if not labels:
        message = f"which entries of {statement.name} these are is not seen here"
        hint = f"Write {statement.name} - Y, with a Y that has a 1 at the label of each example and else 0."
        raise ExpressionError(message, block, statement.place, hint)
    return replace(statement, sign="-", right=placed_over(labels, statement.place))


def _at_label(statement: Statement, labels: str, block: str, program: Program) -> Statement:
    """dy - t2 for dy[targets[t]] -= 1 in step 2, t2 a single column, or a vector, with a 1 at the label."""
    layer = LAYERED.fullmatch(labels)
    number = layer[2] if layer else ""
    single = ((), (1,)) if program.orientation == "columns" else ((),)

    def marks(name: str) -> bool:
        own, shape = LAYERED.fullmatch(name), program.shapes[name]
        alike = (own[2] if own else "") == number and _LABELS.fullmatch(own[1] if own else name)
        return bool(alike) and shape[:1] > (1,) and shape[1:] in single

    found = [*filter(marks, program.data)]
    if len(found) == 1:
        return replace(statement, sign="-", right=placed_over(found[0], statement.place))
    message = f"which entry of {statement.name} this is, is not seen here"
    hint = f"Write {statement.name} - y, with a y that has a 1 at the label and else 0."
    raise ExpressionError(message, block, statement.place, hint)


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


def only_pick(statement: Statement, block: str, program: Program) -> bool:
    """Whether a line gives labels as numbers, y = np.argmax(Y, axis=1), that lines below only pick entries with."""
    largest = re.match(_LARGEST, statement.right.text)
    of = (largest["of"] or largest["array"]) if largest and not statement.sign else ""
    if not of or not (of in program.data or meant(of, program.data)):
        return False
    below = block[statement.place.end :]
    picks = re.findall(rf"\[[^\[\]]*\b{re.escape(statement.name)}\b[^\[\]]*\]", below)
    return len(picks) == len(re.findall(rf"\b{re.escape(statement.name)}\b", below)) > 0


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
