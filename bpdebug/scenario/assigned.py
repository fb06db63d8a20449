"""Assignments of a pasted block taken one by one: names on the left, values on the right, entries that are set."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from bpdebug.errors import ExpressionError, Span
from bpdebug.scenario import keyed, text
from bpdebug.scenario.brackets import listed
from bpdebug.scenario.contents import keys
from bpdebug.scenario.labels import at_label
from bpdebug.scenario.owners import owner
from bpdebug.scenario.respelling import Around, Respelled, joined
from bpdebug.scenario.statements import Homework, Passed, Statement, Unread
from bpdebug.scenario.states import GRADIENTS

EACH = (
    "Write one line for each layer, dW2 = …, dW1 = …, or above it a loop whose numbers are known: "
    "for l in range(2, 0, -1)."
)

FUNCTION = re.compile(r"lambda\b[\w ,=*]*:|@\(")
_SHAPE = re.compile(r"[^\W\d]\w*\.shape")
_COLLECTION = re.compile(
    r"\{|(?:\[\]|\(\)|dict\(\)|list\(\))\Z|\[(?:[^\[\]]|\[[^\[\]]*\])*\](?:\s*\*\s*[\w.()+\-\s]+)?\Z", re.DOTALL
)
"""{}, [], [x], [None] * L and [np.zeros(w.shape) for w in weights]."""
_WORKED = re.compile(r"\bfor\b.*\bin\b.*?(?P<of>\w+)\.(?:items|values)\s*\(\)", re.DOTALL)
"""A collection made of another one's entries."""
_DRAWN = re.compile(r"\brandom\.|\brand(?:n|int|perm)?\s*\(|\bbernoulli\b")
_MASKED = re.compile(r"(?P<name>[^\W\d][^\[\]]*?)\s*\[(?P<condition>[^\[\]]*[<>=!≤≥≠][^\[\]]*)\]\Z", re.DOTALL)

_RANGE = r"(?:(?:np|jnp|torch)\.)?a?range\s*\([^()]*(?:\([^()]*\))?[^()]*\)"
_LABEL = r"[^\W\d]\w*(?:\.argmax\s*\([^()]*\))?|(?:np\.|torch\.)?argmax\s*\([^()]*\)"
_LABELLED = re.compile(
    rf"(?P<name>[^\W\d]\w*)\s*\[\s*(?:{_RANGE}\s*,\s*(?P<row>{_LABEL})|(?P<column>{_LABEL})\s*,\s*{_RANGE})\s*\]"
)
_ONE = ("1", "1.", "1.0")


class Assignment(Struct, frozen=True):
    """What stands left and right of an equals sign, and before it: + of +=."""

    left: Respelled
    sign: str
    right: Respelled
    place: Span


def assigned(found: Homework, whole: Assignment, around: Around) -> None:
    """Take one assignment, or as many as names stand on the left."""
    names, values = listed(whole.left), listed(whole.right)
    if len(names) == 2 and _SHAPE.fullmatch(whole.right.text):
        values = [joined(whole.right, f"[{axis}]") for axis in (0, 1)]
    if len(names) > 1:
        _several(found, names, values, whole, around)
    elif not _no_equation(found, whole, around):
        found.statements.append(_single(found, whole, around))


def _several(
    found: Homework, names: Sequence[Respelled], values: Sequence[Respelled], whole: Assignment, around: Around
) -> None:
    """Take dW2, db2 = a, b; what is unpacked from a single thing is not known."""
    if len(names) == len(values):
        for name, value in zip(names, values, strict=True):
            alone = Assignment(name, whole.sign, value, whole.place)
            if name.text != "_" and not _no_equation(found, alone, around):
                found.statements.append(Statement(_name(found, name), whole.sign, value, whole.place))
        return
    said = [text.spelled(each.text) for each in names]
    found.passed.append(Passed(whole.place, f"{', '.join(said)}: what '{whole.right.text:.30}' holds is not seen here"))
    found.unread.append(Unread(None, tuple(filter(text.NAME.match, said)), len(found.statements)))


def _no_equation(found: Homework, whole: Assignment, around: Around) -> bool:
    """Whether it gives no value of a formula: a function, a collection, a drawing. It is passed over."""
    left, sign, right, place = whole.left, whole.sign, whole.right, whole.place
    if FUNCTION.match(right.text):
        found.passed.append(Passed(place, f"{left.text:.30} is a function, not an equation"))
        return True
    if not sign and keyed.made_over(found, left.text, right, place, around):
        return True
    if len(listed(right)) > 1 or _COLLECTION.match(right.text):
        found.passed.append(Passed(place, f"{left.text:.30} is a collection, not an equation"))
        if unknown := (*_unknown(found, left.text, right.text, around),):
            found.unread.append(Unread(None, unknown, len(found.statements)))
        if (worked := _WORKED.search(right.text)) and GRADIENTS.fullmatch(worked["of"]):
            held = dict.fromkeys(each.name for each in found.statements if owner(each.name, around.quantities))
            message = f"what the entries of {left.text:.30} hold is not known here"
            error = ExpressionError(message, found.block, place, keyed.HINT)
            found.unread += [Unread(error, (*held,), len(found.statements), changes=True)] * bool(held)
        return True
    if not sign and _DRAWN.search(right.text):
        found.passed.append(Passed(place, f"{left.text:.30} is drawn at random"))
        found.unread.append(Unread(None, (text.spelled(left.text),), len(found.statements)))
        return True
    return False


def _unknown(found: Homework, left: str, right: str, around: Around) -> Iterator[str]:
    """The names of what a collection holds, as far as no line gives them, and of a list its own."""
    if text.NAME.match(left):
        if not right.startswith(("{", "dict")):
            yield left
        for key in sorted(keys(found.block).get(left, frozenset()) - {"", *around.bound}):
            if not owner(key, around.quantities):
                yield key


def _single(found: Homework, whole: Assignment, around: Around) -> Statement:
    left, sign, right, place = whole.left, whole.sign, whole.right, whole.place
    labelled = _LABELLED.fullmatch(left.text)
    if labelled and sign == "-" and right.text in _ONE:
        by = "row" if labelled["row"] else "column"
        kind = "[range, y]" if labelled["row"] else "[y, range]"
        return Statement(labelled["name"], kind, left.part(*labelled.span(by)), place)
    if sign == "-" and right.text in _ONE and (marked := at_label(left, around)):
        return Statement(text.spelled(left.text[: left.text.index("[")]), "[y]", marked, place)
    masked = _MASKED.match(left.text)
    if not masked:
        return Statement(_name(found, left), sign, right, place)
    if sign:
        message = f"'{sign}=' on some of the entries only is not read"
        raise ExpressionError(
            message, found.block, left.placed(Span(0, len(left.text))), "Write the whole array at once."
        )
    condition = left.part(*masked.span("condition"))
    return Statement(_name(found, left.part(*masked.span("name"))), "[]", right, place, condition)


def _name(found: Homework, left: Respelled) -> str:
    name = text.spelled(left.text)
    if text.NAME.match(name):
        return name
    indexed = re.search(r"\[[^\]]*[^\W\d][^\]]*\]", left.text)
    hint = EACH if indexed else "Write: name = expression, the whole array at once."
    message = f"expected a name before '=', found '{left.text:.40}'"
    raise ExpressionError(message, found.block, left.placed(Span(0, len(left.text))), hint)
