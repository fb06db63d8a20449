"""What a call of a person's own function does to names that live on: self.scale(), scale(grads), net.update().

Where its body is plain its lines are read at the call, as those of a loop are that runs once; where it is not, nobody
knows from there on what it may change.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import Struct, field
from msgspec.structs import replace

from bpdebug.errors import ExpressionError, Span
from bpdebug.scenario.bodies import NotPlain, bound
from bpdebug.scenario.cut import bare, outside
from bpdebug.scenario.functions import Function
from bpdebug.scenario.heads import split
from bpdebug.scenario.lasting import Change, changes, copies, is_plain, locals_of, result
from bpdebug.scenario.owners import owner
from bpdebug.scenario.respelling import plain, renamed
from bpdebug.scenario.stakes import Stakes
from bpdebug.scenario.statements import Homework, Unread
from bpdebug.scenario.turns import Names, Stretch

MOST = 100
"""Calls inside of one that are looked at."""
HINT = "Write what it does as lines of its own, where it is called."
_WORD = re.compile(r"[^\W\d]\w*")


class Called(Struct, frozen=True):
    """A function whose lines are read at a call, and what its names stand for there."""

    function: Function
    names: Names


class Effects(Struct, dict=True):
    """The calls of a block's own functions, by what they change."""

    code: str
    spans: Sequence[Stretch]
    functions: Mapping[str, Function]
    stakes: Stakes
    followed: set[str] = field(default_factory=set)
    """The functions whose lines are not read where they stand."""
    roots: list[Function] = field(default_factory=list)
    """Those that change what matters and that no line calls which is read: they are read behind all others."""

    def sort(self, helping: Sequence[Function]) -> None:
        """Tell where the lines of each function are read, of which some hold no derivation themselves."""
        helps = {each.name for each in helping}
        self.followed |= helps
        self.followed |= self._movers(self.functions.keys() - helps)
        self.followed &= helps | self._reached(self._outer())
        self.roots += self._unreached()
        self.followed -= {each.name for each in self.roots}

    @cached_property
    def _stirring(self) -> frozenset[str]:
        """The functions that change anything that lives on, or that call one which does."""
        nodes = {name: [*ast.walk(each.node)] if each.node else [] for name, each in self.functions.items()}
        found = {name for name, each in self.functions.items() if any(True for _ in changes(each))}
        callers: dict[str, set[str]] = {}
        for name, inner in nodes.items():
            for called in (_called(each) for each in inner if isinstance(each, ast.Call)):
                callers.setdefault(called, set()).add(name)
        left = [*found]
        while left:
            more = callers.get(left.pop(), set()) - found
            found |= more
            left += more
        return frozenset(found)

    @property
    def elsewhere(self) -> list[Function]:
        """The functions whose lines are not read where they stand, in their order."""
        return sorted((self.functions[name] for name in self.followed), key=lambda each: each.start)

    @property
    def outer(self) -> list[Stretch]:
        """The statements that are read, those of calls apart, in their order."""
        last = [span for each in self.roots for span in self.spans if each.start <= span[0] < each.stop]
        return outside(self.spans, [*self.elsewhere, *self.roots]) + last

    def body(self, text: str, outer: Names) -> tuple[Sequence[Stretch], Names] | None:
        """The lines that a call runs, among `outer` names, and what names stand for in them; None for all else."""
        called = self.called(text)
        if called is None:
            return None
        return self.lines(called.function), {name: _renamed(of, outer) for name, of in called.names.items()}

    def called(self, text: str) -> Called | None:
        """The function that a statement calls for what it changes, where its body can be read there."""
        statement = next(iter(self._statements(text)), None)
        match statement:
            case ast.Expr(value=ast.Call() as call):
                kept = ""
            case ast.Assign(targets=[target], value=ast.Call() as call):
                kept = ast.unparse(target)
            case _:
                return None
        function = self._function(call)
        names = self._names(function, call) if function else None
        if function is None or names is None or not is_plain(function):
            return None
        if kept and self._given_back(function, names) != kept:
            return None
        endless = function.name in self._reached(self._texts(function))
        return None if endless or not self.stakes.matter(self._changes(function, names)) else Called(function, names)

    def lines(self, function: Function) -> list[Stretch]:
        """The statements of a function's body."""
        inner = [span for span in self.spans if function.start <= span[0] < function.stop]
        (start, stop), *body = inner
        _, inline = split(self.code[start:stop])
        body = [(start + inline, stop)] if inline is not None else body
        return [span for span in body if not self._copies(self.code[slice(*span)])]

    def unread(self, text: str, place: Span, found: Homework) -> Iterator[Unread]:
        """What nobody knows behind a statement, as a function that it calls may change it."""
        for statement in self._statements(text):
            for function, names in self._calls(statement):
                changed = [*self._changes(function, names)]
                defines, error = self.stakes.names(changed, (each.name for each in found.statements)), None
                if self.stakes.matter(changed):
                    message = f"what '{function.name}' changes here is not read: {self._why(function)}"
                    error = ExpressionError(message, found.block, place, HINT)
                yield Unread(error, defines, len(found.statements), changes=True, begins=frozenset({place.start}))

    def _unreached(self) -> list[Function]:
        """The functions that change what matters, and that no line calls which is read."""
        found = list[Function]()
        stirring = [self.functions[name] for name in self.followed & self._stirring]
        left = [each for each in stirring if self.stakes.matter(self._changes(each, {}))]
        reached = self._reached(self._outer())
        inner = {name for each in left for name in self._reached(self._texts(each))}
        for each in sorted(left, key=lambda each: (each.name in inner, each.start)):
            if each.name not in reached:
                found.append(each)
                reached |= {each.name} | self._reached(self._texts(each))
        return found

    def _movers(self, judged: Collection[str]) -> set[str]:
        """The functions that only change what others give, and that those call: their lines are read there."""
        found = set[str]()
        for function in (self.functions[name] for name in self._stirring.intersection(judged)):
            given = [each for each in changes(function) if self.stakes.matter([each])]
            if given and is_plain(function) and all(each.changes or each.target in each.value for each in given):
                found.add(function.name)
        return found

    def _outer(self) -> list[str]:
        return [self.code[slice(*span)] for span in outside(self.spans, self.elsewhere)]

    def _texts(self, function: Function) -> list[str]:
        return [self.code[slice(*span)] for span in self.lines(function)] if function.node else []

    def _reached(self, texts: Sequence[str]) -> set[str]:
        """The functions that statements call, or those that they call."""
        found, left = set[str](), [*texts]
        while left:
            for statement in self._statements(left.pop()):
                for function, _ in self._calls(statement):
                    if function.name not in found:
                        found.add(function.name)
                        left += self._texts(function)
        return found

    def _statements(self, text: str) -> list[ast.stmt]:
        """A statement, or several on one line, as Python's trees; none where it calls none of the functions."""
        if self._stirring.isdisjoint(_WORD.findall(text)):
            return []
        text = bare(text).strip()
        return _parsed(f"{text} pass" if text.endswith(":") else text)

    def _calls(self, statement: ast.AST) -> Iterator[tuple[Function, Names]]:
        for each in ast.walk(statement):
            if isinstance(each, ast.Call) and (function := self._function(each)):
                yield function, self._names(function, each) or {}

    def _function(self, call: ast.Call) -> Function | None:
        """The function that is called; a method is called of an object."""
        name = _called(call)
        function = self.functions[name] if name in self._stirring and name in self.followed else None
        given = function.node.args.args if function and function.node else []
        belongs = bool(given) and given[0].arg in ("self", "cls")
        return function if belongs is isinstance(call.func, ast.Attribute) else None

    def _names(self, function: Function, call: ast.Call) -> Names | None:
        """What the names of a function stand for in a call; None where that is not plain."""
        named = {each.arg: each.value for each in call.keywords if each.arg}
        if any(isinstance(each, ast.Starred) for each in call.args) or len(named) < len(call.keywords):
            return None
        try:
            given = bound(function, call.args, named)
        except (NotPlain, AssertionError):
            return None
        own = {name: f"{name}_{function.name}" for name in locals_of(function) if self._clashes(name, function)}
        return own | {name: _bracketed(value) for name, value in given.items() if ast.unparse(value) != name}

    def _clashes(self, name: str, function: Function) -> bool:
        """Whether a name of a function's own is also one outside of it, and not the program's by any chance."""
        if name in self.stakes.around.quantities or owner(name, self.stakes.around.quantities):
            return False
        outside = self.code[: function.start] + self.code[function.stop :]
        return re.search(rf"(?<![\w.]){name}\b", outside) is not None

    def _given_back(self, function: Function, names: Names) -> str:
        """What a function returns, in the names of the call."""
        value = result(function)
        return _renamed(ast.unparse(value), names) if value else ""

    def _changes(self, function: Function, names: Names) -> Iterator[Change]:
        """What a call changes, in the names that it has there; that of the functions called inside, too."""
        left, told = [(function, names)], 0
        while left and told < MOST:
            (function, names), told = left.pop(), told + 1
            for each in changes(function):
                yield replace(each, target=_renamed(each.target, names), value=_renamed(each.value, names))
            for inner, given in self._calls(function.node) if function.node else ():
                left.append((inner, {name: _renamed(of, names) for name, of in given.items()}))

    def _why(self, function: Function) -> str:
        return function.problem or "its lines are not plain, or more is done with what it gives"

    def _copies(self, text: str) -> bool:
        return any(
            copies(each, target.id)
            for each in _parsed(text)
            if isinstance(each, ast.Assign)
            for target in each.targets
            if isinstance(target, ast.Name)
        )


def _parsed(text: str) -> list[ast.stmt]:
    try:
        return ast.parse(text.strip()).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _called(call: ast.Call) -> str:
    """The name of what is called, of a method without its object."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _bracketed(value: ast.expr) -> str:
    text = ast.unparse(value)
    return text if isinstance(value, ast.Name | ast.Attribute | ast.Subscript | ast.Constant) else f"({text})"


def _renamed(text: str, names: Names) -> str:
    return renamed(plain(text), names).text
