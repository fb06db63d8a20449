"""Broadcasting undone: gradients are summed where a quantity was repeated, and spread where they lack axes."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from bpdebug.language.expression import Apply, Expr, Name, Number, apply
from bpdebug.ops import write
from bpdebug.ops.shapes import shape_option
from bpdebug.ops.table import Shape, Size, size_expression
from bpdebug.program.shapes import Known
from bpdebug.program.terms import Algebra, Term, Terms


class Fit(Struct, frozen=True):
    """Brings gradients to the shapes of the quantities they belong to."""

    known: Known
    algebra: Algebra

    def shape(self, terms: Terms) -> Shape:
        """The shape of the terms, written out."""
        return self.known.shape(self.algebra.written(terms))

    def to(self, terms: Terms, node: Shape, operand: Expr) -> tuple[Terms, tuple[str, ...]]:
        """The gradient of an operand that an operation repeated to its own shape `node`.

        Where the gradient varies along a repeated axis it is summed there; where it is the same for every copy it is
        taken as many times as there are copies. The notes say which axes these were.
        """
        target = self.known.shape(operand)
        repeated = [axis for axis in range(-len(node), 0) if wider(node, target, axis)]
        if not repeated:
            return terms, ()
        has = self.shape(terms)
        summed = [axis for axis in repeated if wider(has, target, axis)]
        counted = [axis for axis in repeated if axis not in summed]
        for axis in counted:
            terms = self.algebra.times(terms, self.algebra.factors(size_expression(node[axis])))
        if summed:
            terms = self._summed(terms, has, target, summed)
        lengths = " · ".join(size_words(node[axis]) for axis in repeated)
        return terms, (f"{write(operand, 'ascii')} was repeated {lengths} times, and every copy adds to its gradient",)

    def _summed(self, terms: Terms, has: Shape, target: Shape, axes: list[int]) -> Terms:
        gone = [axis + len(has) for axis in axes if -axis > len(target)]
        kept = [axis + len(has) - len(gone) for axis in axes if -axis <= len(target)]
        if not target and len(gone) == len(has):
            return self._linear(apply("sum", Number(0.0)), terms)
        if gone:
            terms = self._linear(apply("sum", Number(0.0), axis=gone[0] if len(gone) == 1 else tuple(gone)), terms)
        if kept:
            axis = kept[0] if len(kept) == 1 else tuple(kept)
            outside, terms = self._parted(terms, [each - len(has) + len(gone) for each in kept])
            terms = self._linear(apply("sum", Number(0.0), axis=axis, keepdims=True), terms)
            terms = self.algebra.times((outside,), terms)
        return terms

    def _parted(self, terms: Terms, axes: list[int]) -> tuple[Term, Terms]:
        """The factors that are the same all along the (negative) axes, and the terms without them."""
        if len(terms) != 1:
            return Term(), terms
        outside, inside = self.algebra.parted(terms[0], lambda factor: self._same_along(factor, axes))
        whole = len(self.shape((inside,))) == len(self.shape(terms))
        return (outside, (inside,)) if whole else (Term(), terms)

    def _same_along(self, factor: Expr, axes: list[int]) -> bool:
        shape = self.known.shape(factor)
        return not any(wider(shape, (1,) * len(shape), axis) for axis in axes)

    def _linear(self, expr: Apply, terms: Terms) -> Terms:
        return self.algebra.linear(expr, terms)

    def spread(self, terms: Terms, shape: Shape) -> Terms:
        """The terms over the whole shape, with ones where they lack axes."""
        has = self.shape(terms)
        if tuple(has) == tuple(shape):
            return terms
        ones = (Term(numerator=(apply("ones", shape=shape_option(shape)),)),)
        return tuple(self._in_front(term, ones) for term in terms)

    def _in_front(self, term: Term, ones: Terms) -> Term:
        if tuple(self.shape((term,))) == tuple(self.shape(ones)):
            return term
        return replace(term, numerator=(*term.numerator, *ones[0].numerator))


def wider(has: Shape, target: Shape, axis: int) -> bool:
    """Whether the first shape extends along an axis (counted from the end) where the second does not.

    A length of 1 that has a name extends too: with one example, m is still the number of examples.
    """
    if -axis > len(has):
        return False
    length = has[axis]
    if -axis > len(target):
        return True
    return bool(length != target[axis]) or (
        isinstance(length, Size) and not isinstance(target[axis], Size) and length == 1
    )


def size_words(size: int) -> str:
    """A length as it is called: m, or 8."""
    expr: Expr = size_expression(size)
    return expr.id if isinstance(expr, Name) else str(int(size))
