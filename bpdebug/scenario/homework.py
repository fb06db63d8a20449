"""Equations as people paste them: Python with comments, dictionaries, functions around; each line by itself."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from bpdebug.errors import ExpressionError, Span
from bpdebug.scenario import text
from bpdebug.scenario.batches import taken
from bpdebug.scenario.brackets import CLOSE, OPEN, assignment, entries, listed, parts
from bpdebug.scenario.calls import helpers, put_in
from bpdebug.scenario.choices import chosen
from bpdebug.scenario.dialects import as_python, is_matlab
from bpdebug.scenario.doubt import doubted
from bpdebug.scenario.functions import Function, functions
from bpdebug.scenario.owners import owner
from bpdebug.scenario.respelling import Around, Respelled, held, joined, respelled
from bpdebug.scenario.running import Running
from bpdebug.scenario.statements import Homework, Passed, Statement, Unread

LARGEST = 1_000_000
LONGEST_LINE = 4_000
FURTHEST = 40
"""Lines that one equation may run over."""

_WORDS = (
    "def|function|return|import|from|class|for|while|if|elif|else|with|try|except|finally|assert|print|pass|del|global"
    "|yield"
)
_SKIPPED = re.compile(rf"\s*(?:(?P<word>{_WORDS})\b(?!\s*=[^=])|(?P<mark>@|```|\.\.\.|%|!))")
_PROMPT = re.compile(r"^\s*(?:>>>|\.\.\. |In \[\d*\]:|Out\[\d*\]:)")
_ENDED = re.compile(r"(?:(?:(?<=[A-Za-z_)\]'])|(?<=[A-Za-z]\d))\.|(?<=[\w)\]']),)(?=\s*\Z)")
_SHAPE = re.compile(r"[^\W\d]\w*\.shape")
_RETURNED = re.compile(r"\s*return\b\s*(?=\{|dict\s*\()")
_FUNCTION = re.compile(r"lambda\b[\w ,=*]*:|@\(")
_CALL = re.compile(r"\s*[\w.]+(?:\[[^\[\]\n]*\][\w.]*)*\s*\(.*\)\s*\Z", re.DOTALL)
_TEXTS = re.compile(r'"""(?:[^"]|"(?!""))*"""|' + r"'''(?:[^']|'(?!''))*'''")
_ANNOTATION = re.compile(r"\s*:\s*[A-Za-z_][\w.\[\], ]*\Z")
_WORDED = re.compile(r"[A-Za-z][a-z]*(?:[ ,]+[a-z]+)*\s*[: ]\s*(?P<name>[^\W\d]\w*)")
_COLLECTION = re.compile(
    r"\{|(?:\[\]|\(\)|dict\(\)|list\(\))\Z|\[(?:[^\[\]]|\[[^\[\]]*\])*\](?:\s*\*\s*[\w.()+\-\s]+)?\Z", re.DOTALL
)
"""{}, [], [x], [None] * L and [np.zeros(w.shape) for w in weights]."""
_DRAWN = re.compile(r"\brandom\.|\brand(?:n|int|perm)?\s*\(|\bbernoulli\b")
_MASKED = re.compile(r"(?P<name>[^\W\d][^\[\]]*?)\s*\[(?P<condition>[^\[\]]*[<>=!≤≥≠][^\[\]]*)\]\Z", re.DOTALL)


_RANGE = r"(?:(?:np|jnp|torch)\.)?a?range\s*\([^()]*(?:\([^()]*\))?[^()]*\)"
_LABELLED = re.compile(
    rf"(?P<name>[^\W\d]\w*)\s*\[\s*(?:{_RANGE}\s*,\s*(?P<row>[^\W\d]\w*)|(?P<column>[^\W\d]\w*)\s*,\s*{_RANGE})\s*\]"
)


def read(
    block: str,
    quantities: Collection[str] = (),
    numbers: Mapping[str, float] | None = None,
    data: Collection[str] = (),
) -> Homework:
    """Every assignment of a block; what is none is passed over with its reason, or is an error with its place.

    `quantities` are the arrays of the program, `data` those of them that it is given, `numbers` its single numbers.
    """
    if len(block) > LARGEST:
        message = f"the equations have {len(block):,} characters; at most {LARGEST:,} are read"
        raise ExpressionError(message, block[:80], Span(0, 1))
    found = Homework(block)
    code = _TEXTS.sub(lambda quoted: re.sub(r"[^\n]", " ", quoted[0]), block)
    code = as_python(code, numbers or {})
    for place, said in taken(code, data):
        found.passed.append(Passed(place, said))
        code = code[: place.start] + " " * (place.end - place.start) + code[place.end :]
    spans = list(_logical(code))
    found.functions = functions(code, spans)
    helping = helpers(code, found.functions, quantities)
    for each in helping:
        place = Span(each.start, each.stop)
        found.passed.append(Passed(place, f"'{each.name}' is a function of yours, read where it is called"))
    _run(found, Running(code, _outside(spans, helping), quantities, numbers or {}, is_matlab(block), data))
    found.statements = doubted(found.statements, block)
    return found


def _run(found: Homework, running: Running) -> None:
    """Take the statements of a block in the order in which they run."""
    turns = [(turn, running.around(turn), _bare(running.code[turn.start : turn.stop])) for turn in running.turns]
    defined = [_defined(code, around) if turn.unseen else () for turn, around, code in turns]
    grave = {turn.unseen for (turn, *_), names in zip(turns, defined, strict=True) if running.grave(names)}
    for (turn, around, code), names in zip(turns, defined, strict=True):
        before = len(found.statements)
        if turn.unseen and assignment(code):
            why = running.unseen(found.block, turn.unseen) if turn.unseen in grave or not names else None
            if why is None:
                place = Span(turn.start + len(code) - len(code.lstrip()), turn.start + len(code.rstrip()))
                found.passed.append(Passed(place, f"{', '.join(names)}: what this loop runs over is not known here"))
            found.unread.append(Unread(why, names, before, changes=True))
            continue
        line = chosen(code, turn.numbers)
        for begin, end in parts(line, ";"):
            try:
                _take(found, line[begin:end], turn.start + begin, around)
            except ExpressionError as error:
                found.unread.append(_unread(error, line[begin:end], around, len(found.statements)))
        if turn.branches:
            taken = found.statements[before:]
            found.statements[before:] = [replace(each, branches=turn.branches) for each in taken]


def _outside(spans: Iterable[tuple[int, int]], helping: Iterable[Function]) -> list[tuple[int, int]]:
    """The statements that stand in none of the functions."""
    left, stops = list[tuple[int, int]](), {each.start: each.stop for each in helping}
    end = 0
    for start, stop in spans:
        end = max(end, stops.get(start, 0))
        left += [(start, stop)] if start >= end else []
    return left


def _unread(error: ExpressionError, code: str, around: Around, after: int) -> Unread:
    """A line that cannot be read, with the names on its left side, whatever stands on the right."""
    equals = assignment(code[:LONGEST_LINE])
    changes = equals is not None and (bool(equals["sign"]) or "[" in _left(code, equals, around).text)
    return Unread(error, _defined(code, around), after, changes)


def _defined(code: str, around: Around) -> tuple[str, ...]:
    """The names on the left sides of a line's assignments."""
    names: dict[str, None] = {}
    for begin, end in parts(code[:LONGEST_LINE], ";"):
        equals = assignment(code[begin:end])
        said = listed(_left(code[begin:end], equals, around)) if equals else ()
        bare = (re.sub(r"\[.*", "", each.text, flags=re.DOTALL).strip() for each in said)
        names |= dict.fromkeys(name for each in bare if text.NAME.match(name := text.spelled(each)))
    return (*names,)


def _left(code: str, equals: re.Match[str], around: Around) -> Respelled:
    return _unannotated(respelled(code[: equals.start()], 0, around).part(0, LONGEST_LINE), around)


def _bare(statement: str) -> str:
    """The text without comments, prompts, joined lines and the full stop of a sentence, the rest in its place."""
    statement = re.sub(r"#[^\n]*|\\\n", lambda found: " " * len(found[0]), statement)
    statement = _PROMPT.sub(lambda found: " " * len(found[0]), statement)
    return _ENDED.sub(lambda found: " " * len(found[0]), statement)


def _logical(code: str) -> Iterator[tuple[int, int]]:
    """Where each statement stands: a line, or as many as its brackets need, but never the rest of the block."""
    lines = [(found.start(), found.end()) for found in re.finditer(r"[^\n]*\n?", code) if found[0]]
    at = 0
    while at < len(lines):
        last = _last(code, lines, at)
        start, stop = lines[at][0], lines[last][1]
        if code[start:stop].split("#", 1)[0].strip():
            yield start, stop
        at = last + 1


def _last(code: str, lines: list[tuple[int, int]], at: int) -> int:
    """The line with which a statement ends: no bracket is open there, and no backslash joins the next."""
    depth = 0
    for each in range(at, min(at + FURTHEST, len(lines))):
        start, stop = lines[each]
        if stop - start > LONGEST_LINE:
            break
        part = code[start:stop].split("#", 1)[0].rstrip()
        depth += sum(map(part.count, OPEN)) - sum(map(part.count, CLOSE))
        if depth <= 0 and not part.endswith("\\"):
            return each
    return at


def _take(found: Homework, code: str, start: int, around: Around) -> None:
    """Sort one statement: an assignment, several at once, or what is passed over."""
    place = Span(start + len(code) - len(code.lstrip()), start + len(code.rstrip()))
    if len(code) > LONGEST_LINE:
        message = f"the line has {len(code):,} characters; an equation may have {text.LONGEST:,}"
        raise ExpressionError(
            message, found.block, Span(place.start, place.start + 1), "Give its parts lines of their own."
        )
    skipped = _SKIPPED.match(code)
    if skipped:
        if returned := _RETURNED.match(code):
            _collected(found, "", respelled(code[returned.end() :].rstrip(), start + returned.end(), around), around)
        found.passed.append(Passed(place, f"'{skipped['word'] or skipped['mark']}' is no equation"))
        return
    equals = assignment(code)
    if equals is None:
        _no_assignment(found, code, place)
        return
    whole = respelled(code, start, around)
    moved = assignment(whole.text)
    assert moved is not None
    left, right = whole.part(0, moved.start()), whole.part(moved.end(), len(whole.text))
    again = assignment(right.text)
    if again and not moved["sign"] and not again["sign"]:  # dW2 = grads["dW2"] = …
        right = right.part(again.end(), len(right.text))
    left = _unannotated(left, around)
    if not _FUNCTION.match(right.text):
        right = put_in(right, found.functions, found.block, around, len(listed(left)))
    if not moved["sign"] and _collected(found, left.text, right, around):
        return
    _assigned(found, left, moved["sign"], right, place)


def _no_assignment(found: Homework, code: str, place: Span) -> None:
    words = code.strip()
    if words.endswith(":") or _CALL.match(code) or not re.search(r"[@*/+()=·⊙]|\d", words):
        found.passed.append(Passed(place, f"'{words:.30}' is no equation"))
        return
    raise ExpressionError(
        "expected an equation: name = expression", found.block, place, "There is no '=' in this line."
    )


def _unannotated(left: Respelled, around: Around) -> Respelled:
    """A left side without its type, or without the words before it: so: dW2."""
    words = _WORDED.fullmatch(left.text)
    if words and owner(words["name"], around.quantities):
        return left.part(*words.span("name"))
    annotation = _ANNOTATION.search(left.text)
    return left.part(0, annotation.start()) if annotation and "[" not in left.text[: annotation.start()] else left


def _collected(found: Homework, holder: str, right: Respelled, around: Around) -> bool:
    """Take the gradients that a dictionary holds: {"dW1": dZ1 @ X.T, …}; True where there are any."""
    gradients = [(held(holder, key, around.quantities), value) for key, value in entries(right)]
    gradients = [(name, value) for name, value in gradients if owner(name, around.quantities)]
    for name, value in gradients:
        try:
            right = put_in(value, found.functions, found.block, around)
        except ExpressionError as error:
            found.unread.append(Unread(error, (name,), len(found.statements)))
            continue
        if value.text != name:
            found.statements.append(Statement(name, "", right, value.placed(None)))
    return bool(gradients)


def _assigned(found: Homework, left: Respelled, sign: str, right: Respelled, place: Span) -> None:
    """One assignment, or as many as names stand on the left."""
    names = listed(left)
    values = listed(right)
    if len(names) == 2 and _SHAPE.fullmatch(right.text):
        values = [joined(right, f"[{axis}]") for axis in (0, 1)]
    if len(names) > 1 and len(names) == len(values):
        for name, value in zip(names, values, strict=True):
            if name.text == "_":
                continue
            found.statements.append(Statement(_name(found, name), sign, value, place))
    elif len(names) > 1:
        several = [text.spelled(each.text) for each in names]
        found.passed.append(Passed(place, f"{', '.join(several)}: what '{right.text:.30}' holds is not seen here"))
        found.unread.append(Unread(None, tuple(filter(text.NAME.match, several)), len(found.statements)))
    elif _FUNCTION.match(right.text):
        found.passed.append(Passed(place, f"{left.text:.30} is a function, not an equation"))
    elif len(values) > 1 or _COLLECTION.match(right.text):
        found.passed.append(Passed(place, f"{left.text:.30} is a collection, not an equation"))
    elif not sign and _DRAWN.search(right.text):
        found.passed.append(Passed(place, f"{left.text:.30} is drawn at random"))
        found.unread.append(Unread(None, (text.spelled(left.text),), len(found.statements)))
    else:
        found.statements.append(_single(found, left, sign, right, place))


def _single(found: Homework, left: Respelled, sign: str, right: Respelled, place: Span) -> Statement:
    labelled = _LABELLED.fullmatch(left.text)
    if labelled and sign == "-" and right.text in ("1", "1.", "1.0"):
        by = "row" if labelled["row"] else "column"
        kind = "[range, y]" if labelled["row"] else "[y, range]"
        return Statement(labelled["name"], kind, left.part(*labelled.span(by)), place)
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


EACH = (
    "Write one line for each layer, dW2 = …, dW1 = …, or above it a loop whose numbers are known: "
    "for l in range(2, 0, -1)."
)


def _name(found: Homework, left: Respelled) -> str:
    name = text.spelled(left.text)
    if text.NAME.match(name):
        return name
    indexed = re.search(r"\[[^\]]*[^\W\d][^\]]*\]", left.text)
    hint = EACH if indexed else "Write: name = expression, the whole array at once."
    message = f"expected a name before '=', found '{left.text:.40}'"
    raise ExpressionError(message, found.block, left.placed(Span(0, len(left.text))), hint)
