"""Loops over examples one by one, read as one step over all of them: for x, y in zip(X.T, Y.T), for i in range(m)."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from bpdebug.errors import ExpressionError, Span
from bpdebug.scenario.batches import counts_examples, data_meant
from bpdebug.scenario.each import Reading
from bpdebug.scenario.heads import first_word, indent
from bpdebug.scenario.kinds import Kind, NotPlain, Shapes, Value
from bpdebug.scenario.respelling import Respelled, joined, placed_over
from bpdebug.scenario.statements import Statement

_LISTS = r"training_data|train_data|mini_batch|data|dataset|batch"
_ZIPPED = re.compile(
    r"\s*for\s+\(?\s*(?P<names>\w+\s*,\s*\w+)\s*\)?\s+in\s+(?:zip\s*\(\s*(?P<one>\w+)(?P<turned>\.T)?\s*,\s*(?P<two>\w+)"
    rf"(?P<also>\.T)?\s*\)|{_LISTS})\s*:\s*(?:#.*)?"
)
_COUNTED = re.compile(
    r"\s*for\s+(?P<name>\w+)\s+in\s+range\s*\(\s*(?:len\s*\(\s*(?P<of>\w+)\s*\)|(?P<count>\w+)"
    r"|(?P<shape>\w+)\.shape\s*\[[01]\])\s*\)\s*:\s*(?:#.*)?"
)
_MATLAB = re.compile(r"\s*for\s+(?P<name>\w+)\s*=\s*\(?\s*1\s*:\s*(?P<count>\w+)\s*\)?\s*[,;]?\s*(?:#.*)?")
_OPENS = frozenset({"for", "while", "if", "switch"})
LONGEST = 300
"""Characters of a head that is looked at."""
_ADDED = re.compile(r"\+=|(?<![\w.])(?P<name>\w+)\s*=\s*(?P=name)\s*[+-]")
_STOOD = re.compile(r"\.reshape\s*\(|\[\s*:\s*,\s*(?:None|np\.newaxis)\s*\]")
HINT = "Add up what all examples give, {name} += …, and divide by m behind the loop."


class Singly(Struct, frozen=True):
    """A loop over examples: its head, its body, what else is to be left out, and what its names stand for."""

    head: Span
    body: Span
    number: str = ""
    """What the number of the example is called, where it runs over these."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What its names are one example of."""
    listed: bool = False
    """Whether it runs over a list of examples, of which each is a column where examples are such."""
    ends: Span | None = None
    """Where MATLAB's `end` stands."""

    def holds(self, place: Span) -> bool:
        """Whether something stands in its body."""
        return self.body.start <= place.start < self.body.end

    def reading(self, block: str, shapes: Shapes) -> Reading:
        """What the formulas in it are to be read with."""
        across = Kind.ROW if shapes.rows else Kind.COLUMN
        stands = self.listed or _STOOD.search(block, self.body.start, self.body.end)
        whole = None if self.number else across if stands else Kind.VECTOR
        read = Reading(shapes, self.number, whole, keeps=self.ends is not None)
        for name, of in self.names.items():
            kind = Kind.COLUMN if self.listed and not shapes.rows else Kind.VECTOR
            read.names[name] = read.of_all(ast.Name(of, ast.Load()), shapes.shape(of) or (), kind)
        return read


def loops(code: str, data: Collection[str], rows: bool = False) -> Iterator[Singly]:
    """The loops of a block that run over the examples of the data, and add up what these give."""
    lines = [(found.start(), found.end()) for found in re.finditer(r"[^\n]+", code)]
    for at, (start, stop) in enumerate(lines):
        loop = _headed(code[start:stop], data, rows)
        if loop is None:
            continue
        last, ends = _ended(code, lines, at)
        body = Span(lines[at + 1][0], lines[last][1]) if last > at else Span(stop, stop)
        if _ADDED.search(code, body.start, body.end):
            yield replace(loop, head=Span(stop - len(code[start:stop].lstrip()), stop), body=body, ends=ends)


def without_heads(code: str, singly: Sequence[Singly]) -> str:
    """The code without the heads of these loops; what MATLAB picks of an example stands in Python's brackets."""
    for loop in singly:
        for place in (loop.head, loop.ends or Span(0, 0)):
            code = code[: place.start] + " " * (place.end - place.start) + code[place.end :]
        if loop.ends:
            inner = _with_brackets(code[loop.body.start : loop.body.end], loop.number)
            code = code[: loop.body.start] + inner + code[loop.body.end :]
    return code


def _with_brackets(body: str, number: str) -> str:
    """The body with X[:,t] for X(:,t) and Y[0,t] for Y(1,t)."""
    picked = (
        rf"(?<=\w)\(\s*(?:(?P<one>1\s*,\s*{number}|{number}\s*,\s*1)|:\s*,\s*{number}|{number}\s*,\s*:|{number})\s*\)"
    )

    def bracketed(found: re.Match[str]) -> str:
        places = re.sub(r"\b1\b", "0", found["one"]) if found["one"] else found[0][1:-1]
        return f"[{places}]".ljust(len(found[0]))

    return re.sub(picked, bracketed, body)


def _ended(code: str, lines: list[tuple[int, int]], at: int) -> tuple[int, Span | None]:
    """The last line of a loop's body, and where MATLAB's `end` stands behind it."""
    start, stop = lines[at]
    if _MATLAB.fullmatch(code[start:stop]) is None:
        last = at
        while last + 1 < len(lines) and _deeper(code, lines[last + 1], lines[at]):
            last += 1
        return last, None
    depth = 0
    for place in range(at + 1, len(lines)):
        word = first_word(code[slice(*lines[place])])
        if word == "end" and not depth:
            return place - 1, Span(*lines[place])
        depth += (word in _OPENS) - (word == "end")
    return at, None


def _deeper(code: str, line: tuple[int, int], head: tuple[int, int]) -> bool:
    text = code[slice(*line)]
    return not text.strip() or indent(text) > indent(code[slice(*head)])


def _headed(line: str, data: Collection[str], rows: bool) -> Singly | None:
    """A loop over examples by its head: over the two of one example, or over the number of it."""
    nowhere = Span(0, 0)
    if len(line) > LONGEST:
        return None
    if found := _ZIPPED.fullmatch(line):
        names = [each.strip() for each in found["names"].split(",")]
        of = [data_meant(each, data) for each in (found["one"] or "X", found["two"] or "Y")]
        turned = (bool(found["turned"]), bool(found["also"]))
        if not all(of) or (found["one"] and turned != (not rows, not rows)):
            return None
        return Singly(nowhere, nowhere, names=dict(zip(names, of, strict=True)), listed=not found["one"])
    if found := _COUNTED.fullmatch(line) or _MATLAB.fullmatch(line):
        given = found.groupdict()
        counted = given.get("of") or given.get("shape")
        known = data_meant(counted, data) if counted else found["count"] == "m" or counts_examples(found["count"])
        return Singly(nowhere, nowhere, found["name"]) if known else None
    return None


def for_all(statement: Statement, reading: Reading, block: str) -> Statement:
    """A line about one example, for all of them; where that is not plain, in doubt."""
    name, read = statement.name, replace(statement, single=True)
    of = reading.shapes.moved(name)
    try:
        return _for_all(read, reading, block)
    except (NotPlain, SyntaxError, ValueError, RecursionError, MemoryError) as error:
        reading.names.pop(name, None)
        why = f": {error}" if isinstance(error, NotPlain) and str(error) else ""
        message = f"this is {name} of one example only{why}"
        return replace(
            read, doubt=ExpressionError(message, block, statement.place, HINT.format(name=name) if of else "")
        )


def _for_all(statement: Statement, reading: Reading, block: str) -> Statement:
    name, own = statement.name, Respelled(statement.name, statement.right.places[: len(statement.name)])
    node = _parsed(statement.right.text)
    added = _added(name, node) if not statement.sign else None
    if reading.shapes.is_parameter(name):
        raise NotPlain
    if name not in reading.names and (added or statement.sign in ("+", "-")):
        sign, given = added or (statement.sign, node)
        return replace(statement, sign=sign, right=_sum(statement, reading.value(given), reading.shapes, block))
    value = reading.value(node)
    if reading.shapes.moved(name) or (statement.sign and name not in reading.names):
        raise NotPlain
    if statement.sign:
        return _changed(statement, reading, value)
    if isinstance(value.node, ast.Name):
        reading.names[name] = value
        return replace(statement, right=own)
    reading.names[name] = replace(value, node=ast.Name(name, ast.Load()))
    return replace(statement, right=_written(statement.right, value.node))


def _changed(statement: Statement, reading: Reading, value: Value) -> Statement:
    """A line that changes a value of one example, dZ *= Z > 0 or dZ[Z <= 0] = 0."""
    before, values = reading.names[statement.name], [value]
    condition = statement.condition
    if condition is not None:
        values.append(reading.value(_parsed(condition.text)))
        condition = _written(condition, values[1].node)
    if any(each.kind not in (before.kind, Kind.SAME) or (each.shape or ()) != () for each in values):
        raise NotPlain
    if not isinstance(before.node, ast.Name) or before.node.id != statement.name:
        raise NotPlain(f"{statement.name} is another name for a part of {ast.unparse(before.node)}, which changes, too")
    return replace(statement, right=_written(statement.right, value.node), condition=condition)


def _parsed(text: str) -> ast.expr:
    return ast.parse(text.replace("ᵀ", ".T").replace("·", "@").strip(), mode="eval").body


def _added(name: str, node: ast.expr) -> tuple[str, ast.expr] | None:
    """The sign and what is added in name + x."""
    match node:
        case ast.BinOp(left=ast.Name(id=before), op=ast.Add() | ast.Sub() as op, right=right) if before == name:
            return ("+" if isinstance(op, ast.Add) else "-"), right
    return None


def _written(text: Respelled, node: ast.expr) -> Respelled:
    """The text, where it says that already, or what says it in its place."""
    said = ast.unparse(node)
    return text if ast.unparse(_parsed(text.text)) == said else placed_over(said, text.placed(None))


def _sum(statement: Statement, value: Value, shapes: Shapes, block: str) -> Respelled:
    """What the values of all examples add up to."""
    right = _written(statement.right, value.node)
    shape = shapes.shape(shapes.moved(statement.name)) or ()
    if value.kind is Kind.PRODUCT:
        return right
    if value.kind is Kind.SAME:
        raise NotPlain("it is the same for every example")
    if value.kind is Kind.NUMBER and (value.flat or (shape == () and shapes.moved(statement.name))):
        return joined("sum(", right, ")")
    vector = value.kind is Kind.VECTOR and _is_vector(statement.name, shape, shapes.rows, block)
    return joined("sum(", right, f", axis={int(shapes.last(value))}{'' if vector else ', keepdims=True'})")


def _is_vector(name: str, shape: tuple[int, ...], rows: bool, block: str) -> bool:
    """Whether vectors add up to a vector, or to a row, where that is not a bias nor a column from the beginning."""
    column = re.search(rf"\b{re.escape(name)}\s*=\s*(?:np\.)?zeros\(\s*\([^()\n]*[^()\s,]\s*,\s*1\s*\)", block)
    return (len(shape) < 2 or shape[int(not rows)] != 1) and not column
