"""Equations as people paste them: Python with comments, dictionaries, functions around; each line by itself."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from bpdebug.errors import ExpressionError, Span
from bpdebug.scenario import text
from bpdebug.scenario.assigned import FUNCTION, Assignment, assigned
from bpdebug.scenario.batches import taken
from bpdebug.scenario.brackets import assignment, listed, parts
from bpdebug.scenario.caches import cached, unpacked
from bpdebug.scenario.calls import derivations, helpers
from bpdebug.scenario.choices import chosen
from bpdebug.scenario.cut import LONGEST_LINE, bare, logical, shortened
from bpdebug.scenario.derived import worked_out
from bpdebug.scenario.dialects import POWER, as_python, is_matlab, powers
from bpdebug.scenario.doubt import doubted
from bpdebug.scenario.effects import Effects
from bpdebug.scenario.entered import enter
from bpdebug.scenario.functions import Function, functions
from bpdebug.scenario.keyed import changed_in_loop, updating
from bpdebug.scenario.kinds import NOTHING_KNOWN, Shapes
from bpdebug.scenario.labels import ENCODES
from bpdebug.scenario.literal import changed, collected, fields
from bpdebug.scenario.objects import owned
from bpdebug.scenario.owners import owner
from bpdebug.scenario.respelling import Around, Respelled, joined, renamed, respelled
from bpdebug.scenario.running import Running
from bpdebug.scenario.singly import Singly, for_all, loops, without_heads
from bpdebug.scenario.sliced import widened
from bpdebug.scenario.stakes import Stakes
from bpdebug.scenario.statements import Homework, Passed, Unread
from bpdebug.scenario.states import states as dictionaries
from bpdebug.scenario.turns import Turn
from bpdebug.scenario.worded import is_prose

LARGEST = 1_000_000
TOGETHER = 1_000
"""Equations, and lines that cannot be read, at which a block is left: far fewer are judged together."""

_WORDS = (
    "def|function|return|import|from|class|for|while|if|elif|else|with|try|except|finally|assert|print|pass|del|global"
    "|yield"
)
_SKIPPED = re.compile(rf"\s*(?:(?P<word>{_WORDS})\b(?!\s*=[^=])|(?P<mark>@|```|\.\.\.|%|!))")
_HEAD = re.compile(r"\s*def\s+(?P<name>\w+)")
_RETURNED = re.compile(r"\s*return\b\s*(?=\{|dict\s*\()")
_CALL = re.compile(r"\s*[\w.]+(?:\[[^\[\]\n]*\][\w.]*)*\s*\(.*\)\s*\Z", re.DOTALL)
_CHANGED = re.compile(
    r"\bout\s*=\s*(?P<out>[^\W\d]\w*)|(?:np|numpy)\.(?:putmask|place|copyto|put|add\.at)\s*\(\s*(?P<into>[^\W\d]\w*)"
)
"""A call that writes into an array: np.multiply(a, b, out=c), np.putmask(a, …)."""
_TEXTS = re.compile(r'"""(?:[^"]|"(?!""))*"""|' + r"'''(?:[^']|'(?!''))*'''")
_TUPLE = re.compile(r"[\w\s()]+(?:,[\w\s()]*)+")
_ANNOTATION = re.compile(r"\s*:\s*[A-Za-z_][\w.\[\], ]*\Z")
_WORDED = re.compile(r"[A-Za-z][a-z]*(?:[ ,]+[a-z]+)*\s*[: ]\s*(?P<name>[^\W\d]\w*)")


def read(
    block: str,
    quantities: Collection[str] = (),
    numbers: Mapping[str, float] | None = None,
    data: Collection[str] = (),
    shapes: Shapes = NOTHING_KNOWN,
    *,
    parameters: Collection[str] = (),
) -> Homework:
    """Every assignment of a block; what is none is passed over with its reason, or is an error with its place.

    `quantities` are the arrays of the program, `data` those of them that it is given, `numbers` its single
    numbers, `shapes` what they are for one example, `parameters` what its updates move.
    """
    if len(block) > LARGEST:
        message = f"the equations have {len(block):,} characters; at most {LARGEST:,} are read"
        raise ExpressionError(message, block[:80], Span(0, 1))
    block, lengths = shortened(block)
    found = Homework(block, lengths)
    code = _TEXTS.sub(lambda quoted: re.sub(r"[^\n]", " ", quoted[0]), block)
    found.passed += [Passed(place, POWER) for place in powers(code)]
    code = as_python(code, numbers or {})
    singly = [*loops(code, data, shapes.rows)]
    code = _for_all_examples(found, code, data, singly)
    spans = list(logical(code))
    every = functions(code, spans)
    found.functions = {name: each for name, each in every.items() if not ENCODES.fullmatch(name)}
    stakes = Stakes(Around(quantities, states=dictionaries(code)), parameters)
    effects = Effects(code, spans, every, stakes)
    effects.sort(helpers(code, every, quantities))
    helping = effects.elsewhere
    found.judged = frozenset(every) - {each.name for each in helping}
    objects = owned(helping, code)
    found.passed += _functions(helping, objects)
    filling = derivations(code, [every[name] for name in found.judged], quantities)
    running = Running(code, effects.outer, quantities, numbers or {}, is_matlab(block), data, filling, effects)
    _run(found, running)
    found.spelled |= running.spelled
    for loop in singly:
        reading = loop.reading(code, shapes)
        for at, told in enumerate(found.statements):
            if loop.holds(told.place):
                found.statements[at] = for_all(told, reading, block)
    found.statements = doubted(found.statements, block)
    return found


def _for_all_examples(found: Homework, code: str, data: Collection[str], singly: Sequence[Singly]) -> str:
    """The code without what takes batches out of the data, and without the heads of loops over the examples."""
    for place, said in taken(code, data):
        if not any(loop.holds(place) for loop in singly):
            found.passed.append(Passed(place, said))
            code = code[: place.start] + " " * (place.end - place.start) + code[place.end :]
    for loop in singly:
        found.passed.append(Passed(loop.head, "a loop over the examples, read for all of them at once"))
    return without_heads(code, singly)


def _functions(helping: Iterable[Function], objects: Collection[str]) -> Iterator[Passed]:
    """What is said of the functions beside the derivation, those that objects have among them."""
    for each in helping:
        own = "a function of yours, read where it is called"
        said = "of a class: what its objects do is not followed" if each.name in objects else own
        yield Passed(Span(each.start, each.stop), f"'{each.name}' is {said}")


def _run(found: Homework, running: Running) -> None:
    """Take the statements of a block in the order in which they run."""
    among = [replace(running.around(turn), contents=found.contents) for turn in running.turns]
    lines = [bare(running.code[turn.start : turn.stop]) for turn in running.turns]
    turns = [*zip(running.turns, among, lines, strict=True)]
    defined = [_defined(code, around) if turn.unseen else () for turn, around, code in turns]
    moves = [
        updating(code, running.code[slice(*turn.unseen)], names) if turn.unseen else ()
        for (turn, _, code), names in zip(turns, defined, strict=True)
    ]
    defined = [(*names, *more) for names, more in zip(defined, moves, strict=True)]
    grave = {
        turn.unseen
        for (turn, *_), names, more in zip(turns, defined, moves, strict=True)
        if more or running.grave(names)
    }
    for at, ((turn, around, code), names) in enumerate(zip(turns, defined, strict=True)):
        before = len(found.statements)
        if before + len(found.unread) >= TOGETHER:
            message = f"at most {TOGETHER:,} equations are read together; this one and all after it are left out"
            place = Span(turn.start + len(code) - len(code.lstrip()), turn.start + len(code.rstrip()))
            found.unread.append(Unread(ExpressionError(message, found.block, place), after=before))
            return
        if running.beyond(at):
            place = Span(turn.start + len(code) - len(code.lstrip()), turn.start + len(code.rstrip()))
            found.passed.append(Passed(place, "of the last turn of its loop nothing reads what this gives"))
            continue
        if turn.unseen and assignment(code):
            if changed_in_loop(found, running.code[slice(*turn.unseen)], respelled(code, turn.start, around), around):
                continue
            why = running.unseen(found.block, turn.unseen) if turn.unseen in grave or not names else None
            if why is None:
                place = Span(turn.start + len(code) - len(code.lstrip()), turn.start + len(code.rstrip()))
                found.passed.append(Passed(place, f"{', '.join(names)}: what this loop runs over is not known here"))
            found.unread.append(Unread(why, names, before, changes=True, begins=frozenset({turn.start})))
            continue
        _take_turn(found, running, turn, around)


def _take_turn(found: Homework, running: Running, turn: Turn, around: Around) -> None:
    """Take the assignments of a line, or what is not known behind it."""
    before, code = len(found.statements), bare(running.code[turn.start : turn.stop])
    if head := _HEAD.match(code):
        enter(found, head["name"], Span(turn.start + head.start("name"), turn.start + head.end()), running)
    line = chosen(code, turn.numbers)
    cut = found.line(Span(turn.start, turn.stop)) in found.lengths and len(line.rstrip()) > LONGEST_LINE
    for begin, end in [(0, len(line))] if cut else parts(line, ";"):
        try:
            _take(found, line[begin:end], turn.start + begin, around)
        except ExpressionError as error:
            found.unread.append(_unread(error, line[begin:end], around, len(found.statements)))
    if turn.branches or turn.unseen:
        found.contents.doubt(code)
    taken = found.statements[before:]
    if running.effects and not taken:
        place = Span(turn.start + len(code) - len(code.lstrip()), turn.start + len(code.rstrip()))
        found.unread += running.effects.unread(code, place, found)
    if turn.branches:
        found.statements[before:] = [replace(each, branches=turn.branches) for each in taken]


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


def _take(found: Homework, code: str, start: int, around: Around) -> None:
    """Sort one statement: an assignment, several at once, or what is passed over."""
    place = Span(start + len(code) - len(code.lstrip()), start + len(code.rstrip()))
    if len(code) > LONGEST_LINE:
        length = found.lengths.get(found.line(place), len(code))
        message = f"the line has {length:,} characters; an equation may have {text.LONGEST:,}"
        raise ExpressionError(
            message, found.block, Span(place.start, place.start + 1), "Give its parts lines of their own."
        )
    skipped = _SKIPPED.match(code)
    if skipped:
        if returned := _RETURNED.match(code):
            collected(found, "", respelled(code[returned.end() :].rstrip(), start + returned.end(), around), around)
        fields(found, code, place)
        found.passed.append(Passed(place, f"'{skipped['word'] or skipped['mark']}' is no equation"))
        return
    equals = assignment(code)
    if equals is None:
        _no_assignment(found, code, place, around)
        return
    whole = respelled(code, start, around)
    moved = assignment(whole.text)
    assert moved is not None
    left, right = whole.part(0, moved.start()), whole.part(moved.end(), len(whole.text))
    left, also = _unannotated(left, around), list[Respelled]()
    found.contents.given([each.text for each in listed(left)], changed=bool(moved["sign"]))
    while not moved["sign"] and (again := assignment(right.text)) and not again["sign"]:  # dW2 = grads["dW2"] = …
        also.append(right.part(0, again.start()))
        right = right.part(again.end(), len(right.text))
    if kept := cached(code[equals.end() :], found.block, around) or _together(renamed(right, found.caches), around):
        found.caches[left.text] = kept
        found.passed.append(Passed(place, f"{left.text} is read as {kept}"))
        return
    if _unpacked(found, left, code[equals.end() :], place, around):
        return
    worked = right if FUNCTION.match(right.text) else worked_out(found, left, moved["sign"], right, around)
    if worked is None or (not moved["sign"] and collected(found, left.text, worked, around)):
        return
    left, sign, worked = widened(_with_caches(found, left), moved["sign"], worked, around)
    for each in (left, *(other for other in also if other.text != left.text)):
        assigned(found, Assignment(each, sign, worked, place), around)


def _together(right: Respelled, around: Around) -> str:
    """A tuple of the program's own arrays, as cache = ((A1, W2, b2), Z2) keeps them; "" for anything else."""
    names = re.findall(r"\w+", right.text)
    own = len(names) > 1 and all(each in around.quantities for each in names)
    inner = ", ".join(each.text for each in listed(right))
    return f"({inner})" if own and _TUPLE.fullmatch(right.text) else ""


def _unpacked(found: Homework, left: Respelled, right: str, place: Span, around: Around) -> bool:
    """Take A_prev, W, b, Z = caches[l] as other names for what is of that layer; False of anything else."""
    names = [each.text for each in listed(left)]
    kept = unpacked(names, right, found.block, place.end, around)
    if kept is None or found.shift not in (None, kept[0]):
        return False
    found.shift = kept[0]
    found.caches.update(kept[1])
    found.passed.append(Passed(place, f"{', '.join(names)}: read as {', '.join(kept[1].values())}"))
    return True


def _with_caches(found: Homework, left: Respelled) -> Respelled:
    """A left side whose condition speaks of what is kept of a layer; a name that it gives is that no more."""
    for each in listed(left):
        found.caches.pop(each.text, None)
    at = left.text.find("[")
    return left if at < 0 else joined(left.part(0, at), renamed(left.part(at, len(left.text)), found.caches))


def _no_assignment(found: Homework, code: str, place: Span, around: Around) -> None:
    words = code.strip()
    if words.endswith(":") or _CALL.match(code) or is_prose(words) or not re.search(r"[@*/+()=·⊙]|\d", words):
        found.passed.append(Passed(place, f"'{found.block[place.start : place.end]:.30}' is no equation"))
        changed(found, code, place, around)
        if written := _CHANGED.search(words):  # what the call writes into is not known from here on
            name = written["out"] or written["into"]
            found.unread.append(Unread(None, (name,), len(found.statements), changes=True))
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
