"""What a function of the person's own returns: the formula that it stands for.

Nothing of it is ever run: a body of plain assignments and one return is put together by names, on Python's own tree.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import NoReturn

from bpdebug.scenario.functions import Function

LARGEST = 500
"""Nodes that what it returns may have."""
DEEPEST = 9
"""Functions that call each other for several results at once."""
_COLLECTIONS = {ast.Dict: "dictionary", ast.List: "list"}
_IGNORED = (ast.Pass, ast.Assert, ast.Import, ast.ImportFrom)


class NotPlain(Exception):
    """Why what a function returns cannot be told."""


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
    body = _Body(bound(function, *arguments), results, others, depth)
    result = body.run(function.node.body)
    if result is None:
        raise NotPlain("it returns nothing")
    return result


def bound(function: Function, given: Sequence[ast.expr], named: Mapping[str, ast.expr]) -> dict[str, ast.expr]:
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
        if self.results > 1:
            value = self._several(value, self.results)
        if kind := _COLLECTIONS.get(type(value)):
            raise NotPlain(f"it returns a {kind}")
        count = len(value.elts) if isinstance(value, ast.Tuple) else 1
        if count != self.results:
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
        """The results of another function, where that is what is unpacked or handed on."""
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
