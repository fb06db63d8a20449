"""Loops over examples one by one, read as one step over all of them: for x, y in zip(X.T, Y.T).

With a column for each example every formula is the same for all; only what is added up is different: a product of
matrices adds up by itself, the gradient of a bias has to be summed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from bpdebug.errors import ExpressionError, Span
from bpdebug.ops.table import Shape
from bpdebug.program.equations import Program
from bpdebug.scenario.batches import counts_examples, data_meant
from bpdebug.scenario.calls import first_call
from bpdebug.scenario.heads import indent
from bpdebug.scenario.owners import owner
from bpdebug.scenario.respelling import joined
from bpdebug.scenario.statements import Statement

_ZIPPED = re.compile(
    r"\s*for\s+\(?\s*(?P<names>\w+\s*,\s*\w+)\s*\)?\s+in\s+(?:zip\s*\(\s*(?P<one>\w+)(?:\.T)?\s*,\s*(?P<two>\w+)"
    r"(?:\.T)?\s*\)|training_data|train_data|mini_batch|data|dataset|batch)\s*:\s*(?:#.*)?"
)
_COUNTED = re.compile(
    r"\s*for\s+(?P<name>\w+)\s+in\s+range\s*\(\s*(?:len\s*\(\s*(?P<of>\w+)\s*\)|(?P<count>\w+)"
    r"|(?P<shape>\w+)\.shape\s*\[[01]\])\s*\)\s*:\s*(?:#.*)?"
)
LONGEST = 300
"""Characters of a head that is looked at."""
_TURNED = re.compile(r"\.T\b|\.transpose\(")
_PRODUCT = re.compile(r"@|\bdot\s*\(|\bmatmul\s*\(")
_GATHERED = re.compile(r"\b(?:sum|mean|argmax|max)\s*\(")
_RESHAPED = r"\.reshape\s*\([^()\n]*\)|\[\s*:\s*,\s*(?:None|np\.newaxis)\s*\]"
_FACTOR = r"(?:[\w.]+|\([^()]*\))"
_OUTER = re.compile(rf"\s*(?P<one>{_FACTOR})\s*\*\s*(?P<two>{_FACTOR})\s*")
"""A product of two, one of them turned: of a column and a row it is that of matrices."""


@dataclass(frozen=True, slots=True)
class Singly:
    """A loop over examples: its head, its body, and what is blank in it when it is read for all of them."""

    head: Span
    body: Span
    blanks: tuple[Span, ...]
    flat: bool
    """Whether an example is a vector in it, as NumPy's X[:, i] is: an index drops its axis."""


def loops(code: str, data: Collection[str], numbers: Collection[str] = ()) -> Iterator[Singly]:
    """The loops of a block whose examples may as well be taken all at once.

    `numbers` are those of the data that have a single number for each example.
    """
    lines = [(found.start(), found.end()) for found in re.finditer(r"[^\n]+", code)]
    for at, (start, stop) in enumerate(lines):
        names = _names(code[start:stop], data)
        if not names:
            continue
        last = at
        while last + 1 < len(lines) and _deeper(code, lines[last + 1], (start, stop)):
            last += 1
        body = Span(lines[at + 1][0], lines[last][1]) if last > at else Span(stop, stop)
        text = code[body.start : body.end]
        blanks = _plain(text, names, [*_alone(text, names[0], data, numbers)] if len(names) == 1 else [])
        if blanks is not None:
            places, flat = (Span(body.start + each.start, body.start + each.end) for each in blanks[0]), blanks[1]
            flat = flat and (len(names) == 1 or "zip" in code[start:stop])
            yield Singly(Span(stop - len(code[start:stop].lstrip()), stop), body, (*places,), flat)


def _deeper(code: str, line: tuple[int, int], head: tuple[int, int]) -> bool:
    text = code[slice(*line)]
    return not text.strip() or indent(text) > indent(code[slice(*head)])


def _names(line: str, data: Collection[str]) -> tuple[str, ...]:
    """The names of a loop over examples: the two of one example, or the number of it."""
    if len(line) > LONGEST:
        return ()
    if found := _ZIPPED.fullmatch(line):
        names = [each.strip() for each in found["names"].split(",")]
        of = [data_meant(each, data) for each in (found["one"] or "X", found["two"] or "Y")]
        return (*names,) if all(of) and [data_meant(name, data) for name in names] == of else ()
    if found := _COUNTED.fullmatch(line):
        counted = found["of"] or found["shape"]
        known = data_meant(counted, data) if counted else found["count"] == "m" or counts_examples(found["count"])
        return (found["name"],) if known else ()
    return ()


def _alone(text: str, name: str, data: Collection[str], numbers: Collection[str]) -> Iterator[Span]:
    """Where the number is taken that an example has: [0, i] of Y[0, i], where Y has one for each."""
    for found in re.finditer(
        rf"(?<![\w.])(?P<of>[^\W\d]\w*)(?P<index>\[\s*(?:0\s*,\s*{name}|{name}\s*,\s*0)\s*\])", text
    ):
        if data_meant(found["of"], data) in numbers:
            yield Span(*found.span("index"))


def _plain(text: str, names: tuple[str, ...], alone: list[Span]) -> tuple[list[Span], bool] | None:
    """What has to be blank in a body for it to speak of all examples, and whether each is a vector; None if not plain.

    NumPy's x.T of a single row of numbers is x itself, so that what is added up with it is no product of matrices.
    """
    either = "|".join(names)
    if len(names) > 1:
        picked = rf"(?<![\w.])(?P<again>{either})\s*=\s*(?:np\.\w+\()?(?P=again)\)?(?:{_RESHAPED})"
    else:
        one = rf"(?P<wide>\[\s*{either}\s*\]|{either}\s*:\s*{either}\s*\+\s*1)|{either}"
        picked = rf"\[\s*(?::\s*,\s*)?(?:{one})\s*(?:,\s*:\s*)?\](?P<turned>{_RESHAPED})?"
    for each in alone:
        text = text[: each.start] + " " * (each.end - each.start) + text[each.end :]
    found = [*re.finditer(picked, text)]
    wide = bool(found) and (len(names) > 1 or all(each["wide"] or each["turned"] for each in found))
    missed = len(names) == 1 and (not found or re.search(rf"\b{either}\b", re.sub(picked, "", text)))
    turned = [] if wide else [*_turned(text, picked if len(names) == 1 else rf"(?<![\w.])(?:{either})")]
    for each in turned:
        text = text[: each.start] + " " * (each.end - each.start) + text[each.end :]
    added = [line for line in text.split("\n") if "+=" in line]
    if not added or missed or (not wide and any(map(_TURNED.search, added))):
        return None
    return [*(Span(*each.span()) for each in found), *alone, *turned], not wide


def _turned(text: str, vector: str) -> Iterator[Span]:
    """Where .T stands behind a vector, which stays what it is, in a line that adds it up and makes no product of it."""
    for line in re.finditer(r"[^\n]+", text):
        if "+=" in line[0] and not _PRODUCT.search(line[0]):
            for found in re.finditer(rf"(?:{vector})(?P<turn>\.T\b)", line[0]):
                yield Span(line.start() + found.start("turn"), line.start() + found.end("turn"))


def for_all(statement: Statement, block: str, program: Program) -> Statement:
    """A line about one example, for all of them; ExpressionError where that is not plain."""
    name, text = statement.name, statement.right.text
    of = owner(name, program.parameters)
    if name not in program.parameters and not of:
        return statement
    rows = program.orientation == "rows"
    outer = None if statement.flat else _outer(statement, rows)
    product = outer or _PRODUCT.search(text) or re.search(r"\bouter\s*\(", text)
    wrong = name in program.parameters or statement.sign != "+" or _GATHERED.search(text)
    if wrong or (_TURNED.search(text) and not product):
        message = f"this is {name} of one example only"
        hint = f"Add up what all examples give, {name} += …, and divide by m behind the loop."
        raise ExpressionError(message, block, statement.place, hint)
    if product:
        return outer or _without_outer(statement, rows)
    kept = "" if statement.flat and _is_vector(name, program.shapes[of], rows, block) else ", keepdims=True"
    right = joined("sum(", statement.right, f", axis={int(not rows)}{kept})")
    return replace(statement, right=right)


def _is_vector(name: str, shape: Shape, rows: bool, block: str) -> bool:
    """Whether vectors add up to a vector, or to a row, where that is not a bias nor a column from the beginning."""
    column = re.search(rf"\b{re.escape(name)}\s*=\s*(?:np\.)?zeros\(\s*\([^()\n]*[^()\s,]\s*,\s*1\s*\)", block)
    return (len(shape) < 2 or shape[int(not rows)] != 1) and not column


def _outer(statement: Statement, rows: bool) -> Statement | None:
    """The product of matrices for d * x.T, of a column and a row; None of anything else."""
    right = statement.right
    found = _OUTER.fullmatch(right.text)
    if found is None:
        return None
    factors = [right.part(*found.span(each)) for each in ("one", "two")]
    turned = [each.text.endswith(".T") for each in factors]
    if turned[0] is turned[1]:
        return None
    first, second = factors if turned[0] is rows else factors[::-1]
    return replace(statement, right=joined(first, " @ ", second))


def _without_outer(statement: Statement, rows: bool) -> Statement:
    """np.outer(d, a) as the product of the two, which adds up over the examples."""
    right = statement.right
    text = re.sub(r"(?:np|numpy)\.(?=outer\s*\()", lambda found: " " * len(found[0]), right.text)
    right = replace(right, text=text)
    call = first_call(text, {"outer"})
    if call is None or len(call.arguments) != 2:
        return statement
    one, two = (right.part(*each) for each in call.arguments)
    turned = ("(", one, ").T @ (", two, ")") if rows else ("(", one, ") @ (", two, ").T")
    before, after = right.part(0, call.start, bare=False), right.part(call.stop, len(text), bare=False)
    return replace(statement, right=joined(before, "(", *turned, ")", after))
