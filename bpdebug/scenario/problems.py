"""What pydantic finds, said as problems of the file: with the place, the words allowed and the likeliest one meant."""

from __future__ import annotations

import difflib
import typing
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ValidationError

from bpdebug.errors import Problem
from bpdebug.scenario.positions import Path
from bpdebug.scenario.quoting import quoted
from bpdebug.scenario.schema import Claim, Claims, Data, Dataset, Layer, Network, ScenarioFile, Tensor, Training
from bpdebug.scenario.source import Source

_KINDS = {
    "string_type": "expected text in quotes",
    "bool_type": "expected true or false",
    "dict_type": "expected a table",
    "list_type": "expected a list",
    "model_type": "expected a table",
    "model_attributes_type": "expected a table",
}


def problems(error: ValidationError, source: Source) -> list[Problem]:
    """One problem for each error of the form."""
    return [_problem(dict(each), source) for each in error.errors(include_url=False)]


def closest(word: str, words: Iterable[str]) -> str:
    """`did you mean "relu"?`, or nothing where nothing is near."""
    near = difflib.get_close_matches(word.lower(), [each.lower() for each in words], n=1, cutoff=0.6)
    original = {each.lower(): each for each in words}
    return f'did you mean "{original[near[0]]}"?' if near else ""


def listed(words: Iterable[str]) -> str:
    """Words to choose from, as one reads them."""
    return ", ".join(words)


def _problem(error: dict[str, Any], source: Source) -> Problem:
    path: Path = tuple(part for part in error["loc"] if not str(part).startswith("<"))
    kind, found = error["type"], error["input"]
    if kind == "extra_forbidden":
        return _unknown_key(path, source)
    if kind == "missing":
        return source.at_key(path, f'"{path[-1]}" is missing here' if path else "something is missing")
    if kind == "literal_error":
        words = [word.strip("'") for word in error["ctx"]["expected"].replace(" or ", ", ").split(", ")]
        message = f"{quoted(found)} is not known here"
        mean = closest(found, words) if isinstance(found, str) else ""
        return source.at_value(path, "; ".join(filter(None, (message, mean))), f"Allowed: {listed(words)}.")
    if kind in _KINDS:
        return source.at_value(path, f"{_KINDS[kind]}, found {quoted(found)}")
    return source.at_value(path, error["msg"])


def _unknown_key(path: Path, source: Source) -> Problem:
    words = _keys(path[:-1])
    message = f'unknown key "{path[-1]}"'
    mean = closest(str(path[-1]), words)
    return source.at_key(path, "; ".join(filter(None, (message, mean))), f"Keys here: {listed(words)}.")


def _keys(path: Path) -> list[str]:
    tables: dict[str, type[BaseModel]] = {"network": Network, "training": Training}
    names = [part for part in path if not isinstance(part, int)]
    if not names:
        model: type[BaseModel] = ScenarioFile
    elif names[0] == "claims":
        model = Claim if any(isinstance(part, int) for part in path) else Claims
    elif names[:2] == ["network", "layers"]:
        model = Layer
    elif names == ["data"]:
        model = Data
    elif names[:2] == ["data", "dataset"]:
        model = Dataset
    else:
        model = tables.get(str(names[0]), Tensor)
    return list(typing.cast(dict[str, Any], model.model_fields))
