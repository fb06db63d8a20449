"""Numbers too many or too few: the 1/m, another count, the constant of a mask, a 2 or a half, a sign."""

from __future__ import annotations

from collections.abc import Iterator

from bpdebug.check.diagnosis.bench import Bench, Repair
from bpdebug.check.diagnosis.edits.slopes import in_slope, makes_slope
from bpdebug.check.diagnosis.factors import Factor, explanations, paired
from bpdebug.check.diagnosis.trees import Part, at, divides, dropped, factors, negated, places, replaced, terms
from bpdebug.language.expression import Apply, Expr, Name, Number, apply, names


def number_of_a_term(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """The line, or one of its terms, times a number."""
    if expr is not bench.expr:
        return
    parts = terms(expr)
    if len(parts) == 1:
        yield from _number_inside(bench, expr)
    for whole in explanations(bench, bench.off_by(expr)):
        yield of_a_term(bench, expr, Part((), expr), whole, single=True)
    if len(parts) == 1:
        return
    for part in parts:
        for factor in explanations(bench, bench.off_by(part.node, bench.without(part.node, part.negative))):
            yield of_a_term(bench, expr, part, factor)


def _number_inside(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """One term of a bracket that is multiplied or divided as a whole, times a number: (dW + lambd * W) / m."""
    for bracket in factors(expr):
        parts, rest = terms(bracket.node), dropped(expr, bracket.path)
        if rest is None or bracket.inverse or len(parts) == 1:
            continue
        for part in parts:
            found = Part((*bracket.path, *part.path), part.node, negative=part.negative)
            for factor in explanations(bench, bench.off_by(part.node, bench.inside(bracket.node, rest, part))):
                if factor.mistakes != ("sign-flipped",):
                    yield of_a_term(bench, expr, found, factor)


def of_a_term(bench: Bench, expr: Expr, part: Part, factor: Factor, *, single: bool = False) -> Repair:
    """One term times a factor; a sign is turned where it stands, unless the term is the whole line."""
    mistakes, cost = factor.mistakes, factor.cost
    if not single and mistakes == ("sign-flipped",):
        mistakes = (sign_of_one(bench),)
        new = flipped(expr, part)
        return Repair(new, cost, mistakes, part.node, negated(part.node), part.path)
    new = factor.applied(part.node)
    return Repair(replaced(expr, part.path, new), cost, mistakes, part.node, new, part.path)


def sign_of_one(bench: Bench) -> str:
    """What it is called that one term has the wrong sign: in an update the whole step has it."""
    return "sign-flipped" if bench.scope.meaning.updates else "sign-of-one-term"


def flipped(expr: Expr, part: Part) -> Expr:
    """The expression with the sign of one term turned, at the sign that is there."""
    parent_path = part.path[:-1]
    if not part.path:
        return negated(expr)
    parent = expr
    for place in parent_path:
        assert isinstance(parent, Apply)
        parent = parent.inputs[place]
    assert isinstance(parent, Apply)
    if parent.op == "negate":
        return replaced(expr, parent_path, part.node)
    if part.path[-1] == 1 and parent.op in ("add", "subtract"):
        other = "subtract" if parent.op == "add" else "add"
        return replaced(expr, parent_path, Apply(other, parent.inputs, span=parent.span))
    return replaced(expr, part.path, -part.node)


def sign_inside(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """A sign somewhere inside: + for -, or a minus too many."""
    for part in places(expr):
        node = part.node
        if isinstance(node, Apply) and node.op in ("add", "subtract"):
            for other, cost in _other_signs(node):
                mended = replaced(expr, part.path, other)
                mistake = (
                    "wrong-activation-derivative"
                    if makes_slope(bench, mended, other, negative=True)
                    else sign_of_one(bench)
                )
                yield Repair(mended, cost, (mistake,), node, other, part.path)
        elif isinstance(node, Apply) and node.op == "negate" and part.path:
            yield Repair(
                replaced(expr, part.path, node.inputs[0]), 1.2, ("sign-flipped",), node, node.inputs[0], part.path
            )


def _other_signs(node: Apply) -> Iterator[tuple[Expr, float]]:
    """A sum with the sign of its second term turned, or of its first."""
    first, second = node.inputs
    if node.op == "add":
        yield Apply("subtract", node.inputs, span=node.span), 1.1
        yield Apply("subtract", (second, first), span=None), 1.15
    else:
        yield Apply("add", node.inputs, span=node.span), 1.1
        yield -first - second, 1.2


def exchanged_count(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """Another count in the place of one that is there, or none at all."""
    scope = bench.scope
    for part in places(expr):
        own = counted(bench, part.node)
        if own is None:
            continue
        for new, cost in _other_counts(bench, own, part.node):
            yield Repair(replaced(expr, part.path, new), cost, ("wrong-normaliser",), part.node, new, part.path)
        left = dropped(expr, part.path)
        if left is not None:
            average = "extra-1/m" if divides(expr, part.path) else "missing-1/m"
            mistake = average if own == scope.program.examples else "wrong-normaliser"
            yield Repair(left, 1.0, (mistake,), part.node, None, part.path)


def counted(bench: Bench, node: Expr) -> str | None:
    """The count that an expression is: a name, a length, or such with a number added; "" for one that has no name."""
    counts = bench.scope.counts
    if isinstance(node, Name):
        return node.id if node.id in counts else None
    if not isinstance(node, Apply):
        return None
    if node.op in ("add", "subtract"):
        inner = [each for each in node.inputs if not isinstance(each, Number)]
        return "" if inner and all(counted(bench, each) is not None for each in inner) else None
    if node.op != "size":
        return None
    draw = bench.resized() or bench.draws[0]
    length = draw.evaluator.value(node)
    own = (name for name in counts if length is not None and float(draw.given[name]) == float(length))
    return next(own, "")


def _other_counts(bench: Bench, own: str, node: Expr) -> Iterator[tuple[Expr, float]]:
    """What may stand in the place of a count, and how likely it is."""
    scope = bench.scope
    for name in scope.counts:
        if name != own and float(scope.program.constants[name]) > 1:
            read = name in scope.graph.equations[scope.program.cost] or name == scope.program.examples
            yield Name(name), 0.95 if read else 1.4
    if isinstance(node, Apply) and node.op == "size" and scope.program.examples not in scope.counts:
        yield from ((apply("size", node.inputs[0], axis=axis), 0.95) for axis in (0, 1))
    yield from ((Name(one) * Name(other), 1.1) for one, other in paired(bench))


def on_the_other_side(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """Times the count of examples, where the line has to be divided by it."""
    m = Name(bench.scope.program.examples)
    for part in places(expr):
        node = part.node
        if isinstance(node, Apply) and node.op in ("multiply", "divide") and m in node.inputs:
            other = node.inputs[1] if node.inputs[0] == m else node.inputs[0]
            if node.op == "multiply":
                yield Repair(replaced(expr, part.path, other / m), 1.3, ("missing-1/m",), node, other / m, part.path)
            elif node.inputs[1] == m:
                yield Repair(replaced(expr, part.path, other * m), 1.5, ("extra-1/m",), node, other * m, part.path)


def changed_literal(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """A number inside the line, dropped or changed."""
    for part in places(expr):
        if not isinstance(part.node, Number):
            continue
        left, (late, mistakes) = dropped(expr, part.path), _of_literal(bench, expr, part)
        if left is not None:
            yield Repair(left, 1.0 + late, mistakes, part.node, None, part.path)
        for value in _other_numbers(expr, part, droppable=left is not None):
            if value != part.node.value:
                new = Number(value)
                cost = (1.3 if value else 1.6) + late
                yield Repair(replaced(expr, part.path, new), cost, mistakes, part.node, new, part.path)


def _other_numbers(expr: Expr, part: Part, *, droppable: bool) -> tuple[float, ...]:
    """What may stand in the place of a number; for an exponent those beside it, and the half."""
    assert isinstance(part.node, Number)
    own = part.node.value
    if _raised(expr, part) is not None:
        return tuple(dict.fromkeys((own - 1, own + 1, own / 2, 2 * own, -own)))
    return (2.0, 0.5, 0.0) if droppable else (1.0, 2.0, 0.5, 0.0)


def _raised(expr: Expr, part: Part) -> Apply | None:
    """The power whose exponent a number is, a minus before it or not."""
    path = part.path
    while path and isinstance(above := at(expr, path[:-1]), Apply) and above.op == "negate":
        path = path[:-1]
    above = at(expr, path[:-1])
    return above if path and isinstance(above, Apply) and above.op == "power" and path[-1] == 1 else None


def _of_literal(bench: Bench, expr: Expr, part: Part) -> tuple[float, tuple[str, ...]]:
    """What a number is that should not be there, and how much less likely than a factor.

    A 1 beside a gradient, 1 - G, has no derivative; a number in the formula of a slope makes it that of something else.
    """
    power, parent = _raised(expr, part), at(expr, part.path[:-1])
    if power is not None:
        return _of_exponent(bench, expr, part, power)
    if part.node == Number(1.0) and isinstance(parent, Apply) and parent.op == "negate":
        return 0.0, ("sign-flipped",)
    if in_slope(expr, part):
        if set(names(parent)) & set(bench.scope.meanings):
            return 0.1, ("value-vs-derivative",)
        if not bench.scope.enters_cost:
            return 0.3, ("wrong-activation-derivative",)
    return 0.0, ("constant-factor",)


def _of_exponent(bench: Bench, expr: Expr, part: Part, power: Apply) -> tuple[float, tuple[str, ...]]:
    """That of m in 1/m**2 is an average taken twice, that of a square a square left undifferentiated."""
    if power.inputs[0] == Name(bench.scope.program.examples):
        return 0.0, ("extra-1/m",)
    if in_slope(expr, part) or power.inputs[1] != Number(2.0):
        return 0.0, ("wrong-activation-derivative",)
    undifferentiated = ("wrong-cost-derivative", "value-vs-derivative")
    return 0.2, undifferentiated if bench.scope.of_cost(power) else undifferentiated[1:]


def count_inside(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """A term inside, divided by the number of examples or multiplied by it, or by 2."""
    m = bench.scope.program.examples
    if m not in bench.scope.counts:
        return
    for part in places(expr):
        if part.path and isinstance(part.node, Apply) and part.node.op in ("matmul", "sum"):
            for new, mistake in ((part.node / Name(m), "missing-1/m"), (part.node * Name(m), "extra-1/m")):
                yield Repair(replaced(expr, part.path, new), 1.1, (mistake,), part.node, new, part.path)


EDITS = (
    (number_of_a_term, 1.0),
    (exchanged_count, 0.95),
    (on_the_other_side, 1.3),
    (changed_literal, 1.0),
    (sign_inside, 1.1),
    (count_inside, 1.1),
)
