"""Which names hold the same quantity at different times: the steps of a recurrence, told by their equations."""

from __future__ import annotations

from functools import lru_cache

from bpdebug.check.diagnosis.graph import Graph
from bpdebug.language.expression import Expr, Name, rebuild, walk


@lru_cache(maxsize=4096)
def other_step(graph: Graph, one: str, other: str) -> bool:
    """Whether two names are the same quantity at different times: made alike, or read in one place."""
    return step_by_step(graph, one, other) or _same_equation(graph, one, other) or _same_place(graph, one, other)


def step_by_step(graph: Graph, one: str, other: str) -> bool:
    """Whether two names are leaves, each read by one step of a recurrence that has no weights: f1 and f2."""
    if one in graph.equations or other in graph.equations or _stem(one) != _stem(other):
        return False
    for first in graph.readers.get(one, ()):
        for second in graph.readers.get(other, ()):
            follow = first in graph.equations[second] or second in graph.equations[first]
            alike = _numbered(graph.made[first]) == _numbered(graph.made[second])
            if follow and alike and {first, second} <= graph.entrywise:
                return True
    return False


def _same_equation(graph: Graph, one: str, other: str) -> bool:
    """Whether two names are made, or if they are leaves read, by equations that differ in no parameter."""
    a, b = (_skeleton(graph, each) for each in (one, other))
    if a is None and b is None:
        a, b = (_skeleton(graph, *graph.readers.get(each, ())[:1]) for each in (one, other))
    common = _shared(graph, one)
    return a is not None and a == b and bool(common) and common == _shared(graph, other)


def _same_place(graph: Graph, one: str, other: str) -> bool:
    """Whether two names stand in the same place of two steps, which have their parameters in common."""
    for first in graph.readers.get(one, ()):
        for second in graph.readers.get(other, ()):
            alike = first != second and _skeleton(graph, first) == _skeleton(graph, second)
            weights = set(graph.equations[first]) & set(graph.program.parameters)
            if alike and weights and _place(graph.made[first], one) == _place(graph.made[second], other):
                return True
    return False


def _skeleton(graph: Graph, equation: str = "") -> Expr | None:
    """An equation without its names, but for the parameters: two steps of one recurrence have the same."""
    expr, kept = graph.made.get(equation), {*graph.program.parameters, *graph.program.constants}
    if expr is None:
        return None
    return rebuild(expr, lambda node: node if not isinstance(node, Name) or node.id in kept else Name("?"))


def _shared(graph: Graph, name: str) -> frozenset[str]:
    """The parameters that a quantity is made with, directly or through the operation before it."""
    near = {name, *graph.equations.get(name, ())} if name in graph.equations else graph.anchors(name)
    read = {each for one in near for each in (*graph.equations.get(one, ()), one)}
    return frozenset(read) & frozenset(graph.program.parameters)


def _place(expr: Expr, name: str) -> list[int]:
    """Where in a formula a name stands."""
    return [place for place, node in enumerate(walk(expr)) if node == Name(name)]


def _numbered(expr: Expr) -> Expr:
    """A formula with the numbers of its names left out."""
    return rebuild(expr, lambda node: Name(_stem(node.id)) if isinstance(node, Name) else node)


def _stem(name: str) -> str:
    """A name without the number at its end."""
    return name.rstrip("0123456789_")
