"""Functions that people define beside their equations: found in a block, and worked out to the formula they stand for.

Nothing of them is ever run: a body of plain assignments and one return is put together by names, on Python's own tree.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import NoReturn

from bpdebug.scenario.heads import indent

LONGEST = 4_000
"""Characters that a definition may have."""
LARGEST = 500
"""Nodes that what it returns may have."""

_DEF = re.compile(r"\s*def\s+(?P<name>[A-Za-z_]\w*)\s*\(")
_LAMBDA = re.compile(
    r"\s*(?P<name>[A-Za-z_]\w*)\s*=\s*(?P<right>lambda\b[^:\n]*:.*|@\s*\((?P<given>[\w ,]*)\)(?P<of>.*))", re.DOTALL
)
_IGNORED = (ast.Pass, ast.Assert, ast.Import, ast.ImportFrom)


class NotPlain(Exception):
    """Why what a function returns cannot be told."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the person's own; `problem` says why it cannot be read, where it cannot."""

    name: str
    start: int
    """Where in the block it is defined."""
    stop: int
    node: ast.FunctionDef | None
    problem: str = ""

    @property
    def parameters(self) -> tuple[ast.arg, ...]:
        """What it is given, without the object that it belongs to."""
        given = (*self.node.args.posonlyargs, *self.node.args.args) if self.node else ()
        return given[1:] if given and given[0].arg in ("self", "cls") else given


def defaults(function: Function) -> dict[str, str]:
    """The numbers that a function takes for what it is not given, of those names that its formulas read."""
    if function.node is None:
        return {}
    given = function.node.args
    positional = [*given.posonlyargs, *given.args]
    pairs = [*zip(positional[len(positional) - len(given.defaults) :], given.defaults, strict=True)]
    pairs += [(name, value) for name, value in zip(given.kwonlyargs, given.kw_defaults, strict=True) if value]
    formulas = (each.value for each in ast.walk(function.node) if isinstance(each, ast.Assign | ast.AugAssign))
    read = {each.id for formula in formulas for each in ast.walk(formula) if isinstance(each, ast.Name)}
    return {name.arg: ast.unparse(value) for name, value in pairs if name.arg in read and _is_number(value)}


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def functions(code: str, spans: Sequence[tuple[int, int]]) -> dict[str, Function]:
    """The functions that a block defines, by name; of two with one name and different bodies none can be meant."""
    found: dict[str, Function] = {}
    for each in _defined(code, spans):
        known = found.get(each.name)
        if known and code[known.start : known.stop].split() == code[each.start : each.stop].split():
            continue
        problem = "it is defined twice, and not alike" if known else each.problem
        found[each.name] = Function(each.name, each.start, each.stop, each.node, problem)
    return found


def _defined(code: str, spans: Sequence[tuple[int, int]]) -> Iterator[Function]:
    indents = [indent(code[start:stop]) for start, stop in spans]
    for at, (start, stop) in enumerate(spans):
        text = code[start:stop]
        if found := _DEF.match(text):
            last = at
            while last + 1 < len(spans) and indents[last + 1] > indents[at]:
                last += 1
            end = spans[last][1]
            yield _function(found["name"], code[start:end], start, end)
        elif found := _LAMBDA.match(text):
            of = f"lambda {found['given']}: {found['of']}" if found["of"] is not None else found["right"]
            yield _function(found["name"], f"{found['name']} = {of.strip().rstrip(';')}", start, stop)


def _function(name: str, text: str, start: int, stop: int) -> Function:
    """A definition read as Python reads it."""
    if len(text) > LONGEST:
        return Function(name, start, stop, None, f"it has more than {LONGEST:,} characters")
    try:
        (node,) = ast.parse(textwrap.dedent(text.strip("\n").expandtabs(4))).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Function(name, start, stop, None, "it is no Python that can be read")
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
        node = ast.FunctionDef(name, node.value.args, [ast.Return(node.value.body)], [])
    if not isinstance(node, ast.FunctionDef):
        return Function(name, start, stop, None, "it is no Python that can be read")
    several = node.args.vararg or node.args.kwarg or node.args.kwonlyargs
    problem = "it takes any number of arguments" if several else "it is decorated" if node.decorator_list else ""
    return Function(name, start, stop, node, problem)


DEEPEST = 9
"""Functions that call each other for several results at once."""


def returned(
    function: Function,
    given: Sequence[ast.expr],
    named: Mapping[str, ast.expr],
    results: int = 1,
    others: Mapping[str, Function] | None = None,
) -> ast.expr:
    """What a function returns for these arguments, a tuple of several `results`; NotPlain where that cannot be told.

    `others` are functions that it may unpack the results of.
    """
    return _returned(function, (given, named), results, others or {}, 0)


Arguments = tuple[Sequence[ast.expr], Mapping[str, ast.expr]]


def _returned(
    function: Function, arguments: Arguments, results: int, others: Mapping[str, Function], depth: int
) -> ast.expr:
    if function.problem or function.node is None:
        raise NotPlain(function.problem)
    if depth > DEEPEST:
        raise NotPlain("it is nested too deep")
    body = _Body(_bound(function, *arguments), results, others, depth)
    result = body.run(function.node.body)
    if result is None:
        raise NotPlain("it returns nothing")
    return result


def _bound(function: Function, given: Sequence[ast.expr], named: Mapping[str, ast.expr]) -> dict[str, ast.expr]:
    """The arguments by the names they have inside, defaults where none is given."""
    assert function.node is not None
    names = [each.arg for each in function.parameters]
    defaults = function.node.args.defaults
    bound = dict(zip(names[len(names) - len(defaults) :], defaults[-len(names) :] if names else [], strict=True))
    bound |= dict(zip(names, given, strict=False)) | dict(named)
    twice = set(names[: len(given)]) & set(named)
    if len(given) > len(names) or twice or not set(named) <= set(names) or len(bound) < len(names):
        raise NotPlain(f"it takes {', '.join(names) or 'nothing'}, and is not given that here")
    return bound


class _Body:
    """The statements of a function, each name standing for what was assigned to it last."""

    def __init__(self, values: dict[str, ast.expr], results: int, others: Mapping[str, Function], depth: int) -> None:
        self.values = values
        self.results = results
        self.others = others
        self.depth = depth

    def run(self, statements: Sequence[ast.stmt]) -> ast.expr | None:
        """What is returned, None where the end is reached."""
        for each in statements:
            if isinstance(each, ast.Return):
                return self._result(each)
            if isinstance(each, ast.If):
                result = self.run(each.body if self._decided(each.test) else each.orelse)
                if result is not None:
                    return result
            elif not isinstance(each, _IGNORED) and not _is_remark(each):
                self._assign(each)
        return None

    def _result(self, node: ast.Return) -> ast.expr:
        if node.value is None:
            raise NotPlain("it returns nothing")
        value = self._value(node.value)
        count = len(value.elts) if isinstance(value, ast.Tuple) else 1
        if count != self.results or isinstance(value, ast.List | ast.Dict):
            raise NotPlain(f"it returns {'one value' if count == 1 else f'{count} values'}, not {self.results}")
        return value

    def _decided(self, test: ast.expr) -> bool:
        decided = literal(self._value(test))
        if decided is None:
            raise NotPlain(f"what it returns depends on '{ast.unparse(test):.40}'")
        return decided.value is True

    def _assign(self, node: ast.stmt) -> None:
        match node:
            case ast.Assign(targets=[ast.Tuple() as names], value=value):
                self._unpack(names, self._several(self._value(value), len(names.elts)), node)
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name), slice=ast.Compare() as where)]):
                old, new = self._value(ast.Name(name, ast.Load())), self._value(node.value)
                self.values[name] = _call("np", "where", self._value(where), new, old)
            case ast.Assign(targets=targets, value=value) if all(isinstance(each, ast.Name) for each in targets):
                own = [each.id for each in targets if isinstance(each, ast.Name)]
                self.values |= dict.fromkeys(own, self._value(value))
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                self.values[name] = self._value(value)
            case ast.AugAssign(target=ast.Name(id=name), op=sign, value=value):
                changed = ast.BinOp(ast.Name(name, ast.Load()), sign, value)
                self.values[name] = self._value(changed)
            case _:
                _refuse(node)

    def _several(self, value: ast.expr, count: int) -> ast.expr:
        """The results of another function, where that is what is unpacked."""
        match value:
            case ast.Call(func=ast.Name(id=name), args=given, keywords=named) if name in self.others:
                arguments = {each.arg: each.value for each in named if each.arg}
                return _returned(self.others[name], (given, arguments), count, self.others, self.depth + 1)
        return value

    def _unpack(self, name: ast.expr, value: ast.expr, node: ast.stmt) -> None:
        """A1, (W, b) = value, as far as what is in it is written out."""
        if isinstance(name, ast.Name):
            self.values[name.id] = value
        elif isinstance(name, ast.Tuple) and isinstance(value, ast.Tuple) and len(name.elts) == len(value.elts):
            for inner, each in zip(name.elts, value.elts, strict=True):
                self._unpack(inner, each, node)
        else:
            _refuse(node)

    def _value(self, node: ast.expr) -> ast.expr:
        """A formula over what the function is given."""
        value = _Put(self.values).visit(deepcopy(node))
        assert isinstance(value, ast.expr)
        if sum(1 for _ in ast.walk(value)) > LARGEST:
            raise NotPlain("what it returns is too long to be put in")
        return value


class _Put(ast.NodeTransformer):
    """Names replaced by what they stand for, what is decided already worked out."""

    def __init__(self, values: Mapping[str, ast.expr]) -> None:
        self.values = values

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.values.get(node.id, node)

    def visit_Lambda(self, node: ast.Lambda) -> NoReturn:
        raise NotPlain("it makes a function of its own")

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        then: ast.expr = self.visit(node.body)
        other: ast.expr = self.visit(node.orelse)
        test = self.visit(node.test)
        decided = literal(test)
        if decided is not None:
            return then if decided.value else other
        return _call("np", "where", test, then, other)


def literal(test: ast.expr) -> ast.Constant | None:
    """Whether a condition holds, where what it speaks of is written out: True, not False, 'relu' == 'tanh'."""
    match test:
        case ast.Constant(value=value):
            return ast.Constant(bool(value))
        case ast.UnaryOp(op=ast.Not(), operand=operand) if decided := literal(operand):
            return ast.Constant(not decided.value)
        case ast.Compare(
            left=ast.Constant(value=one),
            ops=[ast.Eq() | ast.NotEq() | ast.Is() | ast.IsNot() as sign],
            comparators=[ast.Constant(value=two)],
        ):
            return ast.Constant((one == two) is isinstance(sign, ast.Eq | ast.Is))
        case ast.Compare(ops=[ast.Is() | ast.IsNot() as sign], comparators=[ast.Constant(value=None)]):
            return ast.Constant(isinstance(sign, ast.IsNot))
    return None


def _call(module: str, name: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Attribute(ast.Name(module, ast.Load()), name, ast.Load()), [*arguments], [])


def _is_remark(node: ast.stmt) -> bool:
    """A docstring, or something printed."""
    match node:
        case ast.Expr(value=ast.Constant()) | ast.Expr(value=ast.Call(func=ast.Name(id="print"))):
            return True
    return False


def _refuse(node: ast.stmt) -> NoReturn:
    raise NotPlain(f"it holds more than assignments and a return: '{ast.unparse(node).splitlines()[0]:.40}'")
