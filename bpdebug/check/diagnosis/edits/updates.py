"""The update of a parameter: a step the wrong way, along another gradient, or along one turned, scaled or decayed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from bpdebug.check.called import RATE
from bpdebug.check.diagnosis.bench import Bench, Repair
from bpdebug.check.diagnosis.edits.numbers import (
    count_inside,
    exchanged_count,
    number_of_a_term,
    of_a_term,
    on_the_other_side,
)
from bpdebug.check.diagnosis.edits.parts import OPERAND
from bpdebug.check.diagnosis.edits.renamed import relation, renamed
from bpdebug.check.diagnosis.edits.shapes import products, transposed
from bpdebug.check.diagnosis.edits.slopes import changed, inserted
from bpdebug.check.diagnosis.factors import NAMED, known_factors
from bpdebug.check.diagnosis.trees import Part, dropped, places, replaced, summands
from bpdebug.check.meaning import SLOT
from bpdebug.language.expression import Apply, Expr, Name, names, substitute

Edit: TypeAlias = Callable[[Bench, Expr], Iterator[Repair]]
DECAY = "wrong-regularisation"
LAST = 3.2
"""What it costs to write an update anew: more than two small mistakes in it."""


def other_way(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """Uphill for downhill."""
    if isinstance(expr, Apply) and expr.op in ("add", "subtract") and expr.inputs[0] == Name(bench.scope.of):
        other = "subtract" if expr.op == "add" else "add"
        new = Apply(other, expr.inputs, span=expr.span)
        yield Repair(new, 1.0, ("sign-flipped",), expr, new)


def by_a_number(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """The step, or a term of it, times one number: two are two mistakes, and each is mended where it is."""
    return (each for each in number_of_a_term(bench, expr) if len(each.mistakes) == 1)


def along_another(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """The gradient of another parameter."""
    for part in places(expr):
        if isinstance(part.node, Name) and part.node.id in bench.scope.meanings:
            for name in _own(bench):
                _, mistakes = relation(bench, part.node.id, name, inside=False)
                new = Name(name)
                yield Repair(replaced(expr, part.path, new), 1.2, mistakes, part.node, new, part.path)


def exchanged(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """Parameter and gradient for one another."""
    own = bench.scope.of
    for name in _own(bench):
        new = substitute(expr, {own: Name(name), name: Name(own)})
        yield Repair(new, 1.2, (OPERAND,), expr, new)


def along_itself(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """The parameter in the place of its gradient."""
    for part in places(expr):
        if part.node == Name(bench.scope.of) and len(part.path) > 1:
            for name in _own(bench):
                yield Repair(replaced(expr, part.path, Name(name)), 1.2, (OPERAND,), part.node, Name(name), part.path)


def decayed_again(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """A part of the parameter itself taken off beside its gradient: a decay that the gradient brings already."""
    own = Name(bench.scope.of)
    for part in _decays(bench, expr):
        for new, mended in ((None, dropped(expr, part.path)), (own, replaced(expr, part.path, own))):
            if mended is not None:
                yield Repair(mended, 1.0, (DECAY,), part.node, new, part.path)


def decayed_otherwise(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """The decay that an update brings in its gradient's place: by another number, or at the learning rate."""
    for part in _decays(bench, expr):
        yield from (of_a_term(bench, expr, part, each) for each in known_factors(bench)[0] if each.cost <= NAMED)
        if RATE not in names(part.node):
            new = Name(RATE) * part.node
            yield Repair(replaced(expr, part.path, new), 1.1, (DECAY,), part.node, new, part.path)


def _decays(bench: Bench, expr: Expr) -> Iterator[Part]:
    """The summands that hold the parameter and no gradient."""
    for part in summands(expr):
        read = {*names(part.node)}
        if bench.scope.of in read and not read & bench.scope.meanings.keys():
            yield part


def at_the_usual_rate(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """The rate of the other updates."""
    scope = bench.scope
    if not isinstance(expr, Apply) or expr.op != "subtract" or expr.inputs[0] != Name(scope.of):
        return
    for name in _own(bench):
        new = substitute(scope.meaning.expr, {SLOT: Name(name)})
        if name in names(expr) and {*names(expr)} <= {scope.of, name, RATE} and isinstance(new, Apply):
            yield Repair(new, 1.05, ("constant-factor",), expr.inputs[1], new.inputs[1], (1,))


def plainly(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """The whole update anew."""
    for name in _own(bench):
        new = substitute(bench.scope.meaning.expr, {SLOT: Name(name)})
        yield Repair(new, LAST, (OPERAND,), expr, new)


def _own(bench: Bench) -> list[str]:
    """What the person calls the gradient of the parameter."""
    own = bench.scope.of
    return [name for name, each in bench.scope.meanings.items() if each.of == own and not each.updates]


def of_the_step(edit: Edit) -> Edit:
    """Only repairs that leave the parameter alone: what is scaled or turned is the step, not what it starts from."""

    def repairs(bench: Bench, expr: Expr) -> Iterator[Repair]:
        own = Name(bench.scope.of)
        for repair in edit(bench, expr):
            if isinstance(repair.mended, Apply) and own in repair.mended.inputs:
                yield repair

    return repairs


EDITS = (
    (other_way, 1.0),
    (of_the_step(by_a_number), 1.0),
    (of_the_step(exchanged_count), 0.95),
    (decayed_again, 1.0),
    (of_the_step(transposed), 1.0),
    (of_the_step(products), 1.0),
    (of_the_step(count_inside), 1.1),
    (at_the_usual_rate, 1.05),
    (decayed_otherwise, 1.0),
    (along_another, 1.2),
    (along_itself, 1.2),
    (exchanged, 1.2),
    (of_the_step(changed), 1.2),
    (of_the_step(renamed), 1.2),
    (of_the_step(inserted), 1.4),
    (of_the_step(on_the_other_side), 1.3),
    (plainly, LAST),
)
