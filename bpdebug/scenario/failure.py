"""All problems of a file as the one error that is raised."""

from __future__ import annotations

from collections.abc import Iterable

from bpdebug.errors import Problem, ScenarioError


def failure(found: Iterable[Problem]) -> ScenarioError:
    """The problems, each once, sorted by place."""
    unique = {(each.file, each.line, each.column, each.path, each.message): each for each in found}
    order = sorted(unique.values(), key=lambda each: (each.file, each.line, each.column, each.path))
    return ScenarioError(tuple(order))
