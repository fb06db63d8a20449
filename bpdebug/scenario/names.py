"""The names of a scenario: each may be used, is given once, and is defined before it is read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from keyword import iskeyword

from bpdebug.errors import Problem
from bpdebug.language.expression import Name, walk
from bpdebug.ops import VOCABULARY
from bpdebug.scenario.positions import Path
from bpdebug.scenario.source import Source
from bpdebug.scenario.text import Line
from bpdebug.scenario.wording import guessed, listed


def unusable(name: str) -> str:
    """Why a name may not be a quantity's; nothing where it may."""
    if not name.isidentifier() or iskeyword(name):
        return f'"{name}" is no name: letters, digits and _ make one, and no digit begins it'
    return "the name is longer than 60 characters" if len(name) > 60 else ""


def is_operation(name: str) -> bool:
    """Whether a formula takes a name for a function."""
    return any(name in (entry.name, *entry.aliases) for entry in VOCABULARY.values())


def given(rooms: Iterable[tuple[str, Iterable[str]]], source: Source) -> list[Problem]:
    """Problems with the names that the tables of the file give."""
    found: list[Problem] = []
    first: dict[str, Path] = {}
    for room, names in rooms:
        for name in names:
            path: Path = (room, name)
            if reason := unusable(name):
                found.append(source.at_key(path, reason))
            if name in first:
                place = f"in [{first[name][0]}] on line {source.line_of(first[name])}"
                found.append(source.at_key(path, f"{name} is given twice: first {place}", "Every name is given once."))
            first.setdefault(name, path)
    return found


def equations(lines: Sequence[Line], known: set[str], path: Path, source: Source) -> list[Problem]:
    """Problems with the names that equations bind and read."""
    found: list[Problem] = []
    where: dict[str, Line] = {}
    for line in lines:
        if reason := unusable(line.name):
            found.append(source.inside(path, line.name_span, reason))
        elif line.name in known or line.name in where:
            found.append(_twice(line, where, path, source))
        where.setdefault(line.name, line)
    bound: set[str] = set()
    for line in lines:
        found += _unbound(line, known | bound, where, path, source)
        bound.add(line.name)
    return found


def gradients(names: Sequence[str], paths: dict[str, Path], source: Source) -> list[Problem]:
    """Names that the gradients of others will take: dW1 beside W1."""
    return [
        source.at_key(paths[name], f"{name} is the name that the gradient of {name[1:]} gets", "Choose another name.")
        for name in names
        if name.startswith("d") and name[1:] in names and name in paths
    ]


def _twice(line: Line, where: dict[str, Line], path: Path, source: Source) -> Problem:
    if line.name in where:
        first = f"first on line {source.line_inside(path, where[line.name].name_span.start)}"
    else:
        first = "the file gives its value already"
    hint = "Every name is bound once in an iteration: give the second one a name of its own."
    return source.inside(path, line.name_span, f"{line.name} is defined twice: {first}", hint)


def _unbound(line: Line, bound: set[str], where: dict[str, Line], path: Path, source: Source) -> list[Problem]:
    found = []
    told: set[str] = set()
    for node in walk(line.expr):
        if not isinstance(node, Name) or node.id in bound or node.id in told:
            continue
        told.add(node.id)
        hint = f"Known here: {listed(sorted(bound))}."
        if node.id in where:
            number = source.line_inside(path, where[node.id].name_span.start)
            message = f"{node.id} is used before it is defined, on line {number}"
        else:
            message = guessed(f"{node.id} is not defined", node.id, bound | set(where))
        found.append(source.inside(path, line.placed(node.span), message, hint))
    return found
