"""What is said after a move: where it ended, what was computed there, what the cost did on the way."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bpdebug.debugger.picture import Picture
from bpdebug.debugger.view import OperationView, Place, View
from bpdebug.debugger.words import named, number, shaped
from bpdebug.ops import write, write_equation


def arrival(picture: Picture, left: Place, view: View, target: int) -> str:
    """One sentence for the operation, and one for each remark there is to make."""
    place = view.place
    if place.position == left.position and target == place.position:
        return _still(place)
    lines = [f"{place.words}: {computed(view)}", *_costs(left, view, picture.program.cost)]
    if place.position != target:
        lines.append(f"Stopped on the way to {_aim(place, target)}.")
    return "\n".join([*lines, *(f"{note}." for note in view.operation.notes)])


def _aim(place: Place, target: int) -> str:
    """Where a motion was to end, in the words of the position line."""
    if target in (0, place.last):
        return "the end of the run" if target else "the start of the run"
    iteration, step = divmod(target - 1, place.steps)
    return f"step {step + 1:,} of iteration {iteration + 1:,}"


def computed(view: View) -> str:
    """What the operation of a view is and gives: a formula with its shape, or its number."""
    operation = view.operation
    if not operation.executed:
        return f"nothing is computed yet; first comes {write(operation.step_expr, view.notation)}"
    return f"{_formula(operation, view.notation)}{_result(operation)}"


def following(view: View) -> str:
    """The operation that comes next, with the quantity it is a part of; the end, where none comes."""
    if view.following is None:
        return "the end of the run"
    formula, name = write(view.following, view.notation), named(view.following_name, view.notation)
    return f"{formula}, of {name}"


def _formula(operation: OperationView, notation: str) -> str:
    name = operation.equation.name
    if operation.part == operation.parts:
        return write_equation(name, operation.step_expr, notation)
    part = f"part {operation.part} of {operation.parts} of {named(name, notation)}"
    return f"{write(operation.step_expr, notation)} ({part})"


def _result(operation: OperationView) -> str:
    value = operation.result.value
    if value is None:
        return ""
    return f" = {number(float(value))}" if not value.ndim else f", {shaped(value.shape)}"


def _still(place: Place) -> str:
    if not place.last:
        return f"{place.words}: the scenario says iterations = 0"
    if not place.position:
        return f"{place.words}: this is the start of the run; s executes the first operation"
    if place.position == place.last:
        return f"{place.words}: this is the end of the run; rs goes one operation back, start to its beginning"
    return f"{place.words}: already here"


def _costs(left: Place, view: View, cost: str) -> Iterator[str]:
    """How the cost changed over the iterations that a motion forward went through."""
    last = view.place.iteration if view.cost is not None else view.place.iteration - 1
    if last <= left.iteration or last > len(view.costs):
        return
    before, after = float(view.costs[left.iteration - 1]), float(view.costs[last - 1])
    if np.isnan([before, after]).all():
        return
    if before == after:
        yield f"{cost} is {number(after)}, as in iteration {left.iteration:,}."
        return
    how = "fell" if after < before else "rose" if after > before else "went"
    ends = f"from {number(before)} (iteration {left.iteration:,}) to {number(after)} (iteration {last:,})"
    yield f"{cost} {how if np.isfinite([before, after]).all() else 'went'} {ends}."
