"""The parts of an update: what is added to a parameter, the numbers that scale it, the terms that it is made of."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bpdebug.check.called import RATE
from bpdebug.language.expression import Apply, Expr, Name, names
from bpdebug.scenario.constants import worked_out


def terms(expr: Expr) -> Iterator[Expr]:
    """What is added up in an expression, whatever its sign."""
    if isinstance(expr, Apply) and expr.op in ("add", "subtract", "negate"):
        for each in expr.inputs:
            yield from terms(each)
    else:
        yield expr


def parts(step: Expr, numbers: Collection[str]) -> Iterator[Expr]:
    """What is added up in a step, whatever its sign and whatever numbers scale it."""
    if isinstance(step, Apply) and step.op in ("add", "subtract", "negate", "multiply", "divide"):
        scaling = [each for each in step.inputs if {*numbers}.issuperset(names(each))]
        if step.op in ("add", "subtract", "negate") or scaling:
            for each in step.inputs:
                yield from parts(each, numbers)
            return
    yield step


def step_of(of: str, expr: Expr) -> Expr | None:
    """What is added to a parameter or subtracted from it."""
    if not isinstance(expr, Apply) or expr.op not in ("add", "subtract"):
        return None
    first, second = expr.inputs
    return second if first == Name(of) else first if expr.op == "add" and second == Name(of) else None


def scales(name: str, step: Expr) -> bool:
    """Whether a name multiplies all of a step, as a single number does."""
    if isinstance(step, Apply) and step.op == "matmul":
        return any(scales(name, each) for each in step.inputs if each != Name(name))
    if isinstance(step, Apply) and step.op in ("multiply", "negate", "sum", "mean"):
        return any(scales(name, each) for each in step.inputs)
    if isinstance(step, Apply) and step.op == "divide":
        return scales(name, step.inputs[0])
    return step == Name(name)


def along_itself(of: str, step: Expr) -> bool:
    """Whether a step is the learning rate times the parameter and nothing else, whatever its sign."""
    if isinstance(step, Apply) and step.op == "negate":
        return along_itself(of, step.inputs[0])
    if not isinstance(step, Apply) or step.op != "multiply":
        return False
    plain = [each.inputs[0] if isinstance(each, Apply) and each.op == "negate" else each for each in step.inputs]
    return plain in ([Name(RATE), Name(of)], [Name(of), Name(RATE)])


def number_in(expr: Expr) -> float:
    """The numbers that scale an expression, multiplied; NaN where one cannot be worked out."""
    if not names(expr):
        value = worked_out(expr)
        return float("nan") if value is None else value
    if not isinstance(expr, Apply) or expr.op not in ("multiply", "matmul", "divide", "negate"):
        return 1.0
    first, *others = map(number_in, expr.inputs)
    for other in others:
        first = first * other if expr.op != "divide" else first / other if other else float("inf")
    return first
