"""Functions that people define beside their equations: found in a block, and read as Python reads them."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator, Sequence

from msgspec import Struct

from bpdebug.scenario.heads import indent

LONGEST = 4_000
"""Characters that a definition may have."""

_DEF = re.compile(r"\s*def\s+(?P<name>[A-Za-z_]\w*)\s*\(")
_LAMBDA = re.compile(
    r"\s*(?P<name>[A-Za-z_]\w*)\s*=\s*(?P<right>lambda\b[^:\n]*:.*|@\s*\((?P<given>[\w ,]*)\)(?P<of>.*))", re.DOTALL
)


class Function(Struct, frozen=True):
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

    @property
    def returns(self) -> tuple[str, ...]:
        """The names of what it returns at its end, where it returns nothing but names; else none."""
        last = self.node.body[-1] if self.node else None
        values = last.value.elts if isinstance(last, ast.Return) and isinstance(last.value, ast.Tuple) else []
        names = tuple(each.id for each in values if isinstance(each, ast.Name))
        return names if len(names) == len(values) else ()

    @property
    def filled(self) -> frozenset[str]:
        """What the dictionaries are called that it makes and returns; "" for one that it writes out there."""
        nodes = [*ast.walk(self.node)] if self.node else []
        made = {
            name.id
            for each in nodes
            if isinstance(each, ast.Assign) and _is_dictionary(each.value)
            for name in each.targets
            if isinstance(name, ast.Name)
        }
        values = [each.value for each in nodes if isinstance(each, ast.Return) and each.value]
        names = {each.id for each in values if isinstance(each, ast.Name)} & made
        return frozenset(names | {"" for each in values if _is_dictionary(each)})


def _is_dictionary(node: ast.expr) -> bool:
    match node:
        case ast.Dict() | ast.Call(func=ast.Name(id="dict")):
            return True
    return False


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
