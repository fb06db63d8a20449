"""What layers read and what they are held against: both there, with the same examples, laid as the file says."""

from __future__ import annotations

from bpdebug.errors import Problem
from bpdebug.ops.table import Shape
from bpdebug.scenario.schema import ScenarioFile
from bpdebug.scenario.values import Values, declared


def data_of_layers(file: ScenarioFile, values: Values) -> tuple[Shape, Shape, bool] | None:
    """The shapes of X and of the target, and whether they agree about the examples; None where too little is known."""
    source, target = values.source, file.network.target
    wanted = tuple(dict.fromkeys(("X", target)))
    missing = [name for name in wanted if name not in declared(file) | values.lost]
    hint = "Layers read the examples from X and the labels from Y."
    values.problems += [source.at_key(("data",), f"{name} is missing", hint) for name in missing]
    known = [name for name in wanted if name in values.arrays]
    flat = [name for name in known if values.arrays[name].ndim < 2]
    values.problems += [source.at_key(("data", name), f"{name} must be a matrix: [[…], […]]") for name in flat]
    if len(known) < len(wanted) or flat:
        return None
    x, y = values.arrays["X"].shape, values.arrays[target].shape
    axis = 1 if values.columns else 0
    if x[axis] == y[axis]:
        return x, y, True
    values.problems.append(_mixed_up(file, values, x, y, axis))
    return None if len(x) == len(y) == 2 and x[1 - axis] in y else (x, y, False)


def _mixed_up(file: ScenarioFile, values: Values, x: Shape, y: Shape, axis: int) -> Problem:
    here, there = ("column", "row") if axis == 1 else ("row", "column")
    other = "rows" if axis == 1 else "columns"
    matrices = len(x) == len(y) == 2
    if matrices and x[1 - axis] == y[1 - axis]:
        message = f"X is {x} and Y is {y}: one example per {there}, but orientation = "
        message += f'"{file.network.orientation}" needs one per {here}'
        return values.source.at_key(("data", "X"), message, f'Set orientation = "{other}", or transpose X and Y.')
    if matrices and x[1 - axis] == y[axis]:
        message = f"X is {x}: one example per {there}, but Y is {y} and has one per {here}, "
        message += f'as orientation = "{file.network.orientation}" says'
        return values.source.at_key(
            ("data", "X"), message, f'Transpose X, or set orientation = "{other}" and transpose Y.'
        )
    message = f"X is {x}, so it has {x[axis]} examples ({here}s), but Y is {y} and has {y[axis]}"
    return values.source.at_key(("data", "Y"), message, "X and Y need the same number of examples.")
