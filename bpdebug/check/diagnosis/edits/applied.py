"""An activation, or its slope, applied to the gradient that arrives, for the gradient times the slope."""

from __future__ import annotations

from collections.abc import Iterator

from bpdebug.check.diagnosis.bench import Bench, Repair
from bpdebug.check.diagnosis.edits.slopes import POINT, VALUE, WRONG
from bpdebug.check.diagnosis.evaluator import same
from bpdebug.check.diagnosis.graph import Kind
from bpdebug.check.diagnosis.slopes import Unit, output_form
from bpdebug.check.diagnosis.trees import places, replaced
from bpdebug.language.expression import Apply, Expr, Name, Number, apply, names
from bpdebug.ops import OPS


def activation_of_gradient(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """f(G) for G times the slope of f."""
    for part in places(expr):
        node = part.node
        function, inner = called(node)
        if inner is None:
            continue
        for unit in bench.slopes.entrywise:
            if unit.function in (function, function.removeprefix("d")):
                new = inner * unit.slope
                mistakes = (VALUE, WRONG) if isinstance(inner, Name) else (WRONG, VALUE)
                yield Repair(replaced(expr, part.path, new), 1.6, mistakes, node, new, part.path)


def slope_of_gradient(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """The slope at the incoming gradient, f'(G), for G times the slope."""
    gradients = [name for name in names(expr) if bench.scope.kind(name) is Kind.GRADIENT]
    for part in places(expr):
        read = [name for name in gradients if name in names(part.node)]
        value = bench.value(part.node) if len(read) == 1 and isinstance(part.node, Apply) else None
        for unit in bench.slopes.entrywise if value is not None else ():
            if any(same(value, bench.value(form)) for form in _forms(unit, Name(read[0]))):
                new = Name(read[0]) * unit.slope
                mistakes = (POINT, "missing-chain-factor")
                yield Repair(replaced(expr, part.path, new), 1.6, mistakes, part.node, new, part.path)


def _forms(unit: Unit, argument: Expr) -> Iterator[Expr]:
    """The slope of a unit's function at another argument, in its form for the input and in that for the output."""
    yield from unit.at(argument)
    if unit.function in OPS:
        out = output_form(unit.function, apply(unit.function, argument))
        if out is not None:
            yield out


def called(node: Expr) -> tuple[str, Expr | None]:
    """The activation that a call applies, or its slope, and to what; maximum(0, x) is relu too."""
    if isinstance(node, Apply) and OPS[node.op].family in ("activations", "derivatives"):
        return node.op, node.inputs[0]
    if isinstance(node, Apply) and node.op == "maximum" and Number(0.0) in node.inputs:
        return "relu", next((each for each in node.inputs if each != Number(0.0)), None)
    return "", None


EDITS = (
    (activation_of_gradient, 1.6),
    (slope_of_gradient, 1.6),
)
