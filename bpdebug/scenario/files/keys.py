"""What may stand behind the keys of a file of examples: columns, classes, how many are set aside."""

from __future__ import annotations

from typing import Any

from bpdebug.scenario.files.cells import SEPARATORS
from bpdebug.scenario.form import MisfitError, checked, several
from bpdebug.scenario.wording import quoted


def _tested(value: Any) -> Any:
    whole = isinstance(value, int) and not isinstance(value, bool) and value > 1
    if not whole and not (isinstance(value, float) and 0 < value < 1):
        raise MisfitError(f"expected a share between 0 and 1, or a whole number above 1, found {quoted(value)}")
    return value


def _column(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise MisfitError(f"expected the name of a column, or its number from 0, found {quoted(value)}")
    return value


def _some(values: list[Any]) -> list[Any]:
    if not values:
        raise MisfitError("expected at least one column, found none")
    return values


def _label(value: Any) -> Any:
    return _some([_column(each) for each in value]) if isinstance(value, list) else _column(value)


def _class(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise MisfitError(f"expected a class as it stands in the file, found {quoted(value)}")
    return value


def _stated(values: list[Any]) -> list[Any]:
    if len(values) < 2:
        raise MisfitError("expected at least two classes")
    return values


def _separator(value: Any) -> Any:
    if value not in SEPARATORS:
        raise MisfitError(f'expected ",", ";", a tab ("\\t") or a blank (" "), found {quoted(value)}')
    return value


COLUMNS = several(checked(_column, type=["string", "integer"]), _some)
LABEL = checked(_label, type=["string", "integer", "array"])
STATED = several(checked(_class, type=["string", "number"]), _stated)
SEPARATOR = checked(_separator, type="string", enum=[*SEPARATORS])
TESTED = checked(_tested, type="number", minimum=0)
