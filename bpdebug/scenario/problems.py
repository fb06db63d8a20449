"""What pydantic finds, said as problems of the file: with the place, the words allowed and the likeliest one meant."""

from __future__ import annotations

import typing
from typing import Any

from pydantic import BaseModel, ValidationError

from bpdebug.errors import Problem
from bpdebug.scenario.positions import Path
from bpdebug.scenario.schema import Claim, Claims, Data, Dataset, Layer, Network, ScenarioFile, Tensor, Training
from bpdebug.scenario.source import Source
from bpdebug.scenario.wording import guessed, listed, nearest, quoted

_KINDS = {
    "string_type": "expected text in quotes",
    "bool_type": "expected true or false",
    "dict_type": "expected a table",
    "list_type": "expected a list",
    "model_type": "expected a table",
    "model_attributes_type": "expected a table",
}


def problems(error: ValidationError, source: Source) -> list[Problem]:
    """One problem for each error of the form; a key that is missing because it is misspelt is told once."""
    errors = [dict(each) for each in error.errors(include_url=False)]
    misspelt = set(map(_meant, errors))
    return [_problem(each, source) for each in errors if each["type"] != "missing" or _path(each) not in misspelt]


def _path(error: dict[str, Any]) -> Path:
    return tuple(part for part in error["loc"] if not str(part).startswith("<"))


def _meant(error: dict[str, Any]) -> Path:
    """The key that an unknown one was likely to be."""
    path = _path(error)
    return (*path[:-1], nearest(str(path[-1]), _keys(path[:-1]))) if error["type"] == "extra_forbidden" else ()


def _problem(error: dict[str, Any], source: Source) -> Problem:
    path = _path(error)
    kind, found = error["type"], error["input"]
    if kind == "extra_forbidden":
        return _unknown_key(path, source)
    if kind == "missing":
        return source.at_key(path, f'"{path[-1]}" is missing here' if path else "something is missing")
    if kind == "literal_error":
        words = [word.strip("'") for word in error["ctx"]["expected"].replace(" or ", ", ").split(", ")]
        message = f"{quoted(found)} is not known here"
        message = guessed(message, found, words) if isinstance(found, str) else message
        return source.at_value(path, message, f"Allowed: {listed(words)}.")
    if kind in _KINDS:
        return source.at_value(path, f"{_KINDS[kind]}, found {quoted(found)}")
    return source.at_value(path, error["msg"])


def _unknown_key(path: Path, source: Source) -> Problem:
    words = _keys(path[:-1])
    message = guessed(f'unknown key "{path[-1]}"', str(path[-1]), words)
    return source.at_key(path, message, f"Keys here: {listed(words)}.")


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
