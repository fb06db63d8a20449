"""What a function of a person's own does to names that live on behind it: self.dW2, grads["dW2"], what is global."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from msgspec import Struct

from bpdebug.scenario.functions import Function

_COPIES = frozenset({"copy", "deepcopy", "dict", "list", "array"})
_CHANGING = frozenset({"append", "insert", "extend", "update", "fill", "setdefault"})
"""Methods that change what they are called of."""


class Change(Struct, frozen=True):
    """An assignment to what lives on: its left side, its right side, and whether it changes what was there."""

    target: str
    value: str
    changes: bool


def changes(function: Function) -> Iterator[Change]:
    """The assignments of a function's body to what is not its own."""
    nodes = [*ast.walk(function.node)] if function.node else []
    assigned = [told for each in nodes for told in _assigned(each)]
    if not function.node or not assigned:
        return
    given, shared = _names(function.node), _shared(function.node)
    own = {name for each in nodes for name in _bound(each)} - shared - {*_returned(function.node)}
    other = _other_names(assigned)
    for said, value, changing in assigned:
        target = other.get(said.id, said) if changing and isinstance(said, ast.Name) else said
        root, whole = _root(target), isinstance(target, ast.Name)
        outlives = (root in shared or (changing and root in given)) if whole else root in given or root not in own
        if outlives:
            yield Change(ast.unparse(target), ast.unparse(value), changing)


def locals_of(function: Function) -> frozenset[str]:
    """The names that a function gives to values and that mean nothing behind it; what it counts with is none."""
    assert function.node is not None
    nodes = [*ast.walk(function.node)]
    inner = {name for each in nodes for name in _bound(each)}
    return frozenset(inner - _shared(function.node) - _names(function.node) - {*_counting(nodes)})


def is_plain(function: Function) -> bool:
    """Whether a body runs from its first line to its last, and leaves what it is given under its names."""
    node = function.node
    if node is None or function.problem:
        return False
    inner = [each for each in ast.walk(node) if each is not node]
    ends = [each for each in inner if isinstance(each, ast.Return)]
    again = _names(node) & {name for each in inner for name in _bound(each) if not copies(each, name)}
    winding = (ast.FunctionDef, ast.ClassDef, ast.Yield, ast.YieldFrom, ast.With, ast.Delete)
    assigned = [told for each in inner for told in _assigned(each)]
    other = _other_names(assigned)
    again |= {each.id for each, _, changing in assigned if changing and isinstance(each, ast.Name) and each.id in other}
    return not again and all(each is node.body[-1] for each in ends) and not any(isinstance(e, winding) for e in inner)


def _other_names(assigned: Iterable[tuple[ast.expr, ast.expr, bool]]) -> dict[str, ast.expr]:
    """Names for entries that live on: p of p = params["W3"], which p += … changes."""
    pairs = ((target, value) for target, value, changing in assigned if not changing)
    return {
        target.id: value
        for target, value in pairs
        if isinstance(target, ast.Name) and isinstance(value, ast.Subscript | ast.Attribute)
    }


def copies(node: ast.AST, name: str) -> bool:
    """Whether a statement makes a copy of something under its own name: parameters = copy.deepcopy(parameters)."""
    match node:
        case ast.Assign(targets=[ast.Name(id=left)], value=ast.Call(func=called, args=args)) if left == name:
            function = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            of = args[0] if args else called.value if isinstance(called, ast.Attribute) else None
            return function in _COPIES and isinstance(of, ast.Name) and of.id == name
    return False


def result(function: Function) -> ast.expr | None:
    """What a function returns at its end."""
    last = function.node.body[-1] if function.node else None
    return last.value if isinstance(last, ast.Return) else None


def _names(node: ast.FunctionDef) -> set[str]:
    said = node.args
    several = [each for each in (said.vararg, said.kwarg) if each]
    return {each.arg for each in (*said.posonlyargs, *said.args, *said.kwonlyargs, *several)}


def _shared(node: ast.FunctionDef) -> set[str]:
    """The names that a function says are not its own."""
    said = (each.names for each in ast.walk(node) if isinstance(each, ast.Global | ast.Nonlocal))
    return {name for names in said for name in names}


def _returned(node: ast.FunctionDef) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Return) and each.value is not None:
            yield from (inner.id for inner in _flat(each.value) if isinstance(inner, ast.Name))


def _counting(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """The names that pick entries, or say how often a loop runs."""
    for each in nodes:
        match each:
            case ast.Subscript(slice=inside) | ast.FormattedValue(value=inside) | ast.For(iter=inside):
                yield from (name.id for name in ast.walk(inside) if isinstance(name, ast.Name))


def _bound(node: ast.AST) -> Iterator[str]:
    """The names that a statement gives, whole."""
    targets = [target for target, _, changing in _assigned(node) if not changing]
    targets += _flat(node.target) if isinstance(node, ast.For) else []
    yield from (each.id for each in targets if isinstance(each, ast.Name))


def _assigned(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr, bool]]:
    """What a statement gives, one by one, and whether that changes what was there."""
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from ((each, value, False) for each in _flat(target))
        case ast.AugAssign(target=target, value=value):
            yield target, value, True
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield target, value, False
        case ast.Call(func=ast.Attribute(value=target, attr=method), args=[*_, value]) if method in _CHANGING:
            yield target, value, True


def _flat(target: ast.expr) -> list[ast.expr]:
    if isinstance(target, ast.Tuple | ast.List):
        return [inner for each in target.elts for inner in _flat(each)]
    return [target]


def _root(node: ast.expr) -> str:
    """The name at the beginning of self.grads["dW2"]."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Starred):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
