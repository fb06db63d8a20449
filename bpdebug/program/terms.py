"""Gradients while they are being derived: sums of products, so that factors meet and cancel as they do on paper.

What the user wrote is never rearranged: a sub-expression of a forward equation enters a product as one factor, taken
apart only where it is itself a product.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from bpdebug.errors import ProgramError
from bpdebug.language.expression import Apply, Expr, Name, Number, apply, number, rebuild
from bpdebug.ops import OPS
from bpdebug.ops.table import Shape

Factors: TypeAlias = tuple[Expr, ...]


class Term(Struct, frozen=True):
    """coefficient · numerator factors / denominator factors, multiplied entry by entry."""

    coefficient: Fraction = Fraction(1)
    numerator: Factors = ()
    denominator: Factors = ()


Terms: TypeAlias = tuple[Term, ...]
"""A sum of terms; no term at all is zero."""

ONE: Terms = (Term(),)
PLAIN = 2**20
"""Whole numbers below are written as such; above they stem from decimals."""
SHIFT = 64
"""How often a decimal below a fraction may be doubled or halved to be written shorter."""
BEYOND = 2**900
"""Fractions from here on, and as small, have no room to be doubled or halved."""


class Algebra(Struct, frozen=True):
    """Products of expressions, knowing which of them are scalars and which are never zero."""

    shape: Callable[[Expr], Shape]
    """The shape of an expression."""
    sizes: frozenset[str]
    """Names of numbers that are at least 1: they may cancel."""

    def rank(self, expr: Expr) -> int:
        """How many axes an expression has."""
        return len(self.shape(expr))

    def scalar(self, expr: Expr) -> bool:
        """Whether an expression is a single number, of shape ()."""
        return self.shape(expr) == ()

    def tidy(self, expr: Expr, bound: Mapping[str, Terms]) -> Terms:
        """A derivative rule with the names in it replaced by what they are bound to."""
        if isinstance(expr, Name) and expr.id in bound:
            return bound[expr.id]
        if not isinstance(expr, Apply):
            return self.factors(expr)
        inputs = [self.tidy(each, bound) for each in expr.inputs]
        if expr.op in ("add", "subtract"):
            return combined(inputs[0] + (inputs[1] if expr.op == "add" else negated(inputs[1])))
        if expr.op == "negate":
            return negated(inputs[0])
        if expr.op in ("multiply", "divide"):
            return self.times(inputs[0], inputs[1], inverse=expr.op == "divide")
        degree, guides = OPS[expr.op].degree, OPS[expr.op].guides
        others = [terms for place, terms in enumerate(inputs) if place not in guides]
        if (degree == 1 and not any(others)) or (degree == 2 and not all(inputs)):
            return ()
        if degree == 1 and len(others) == 1:
            return self.linear(self._guided(expr, inputs), others[0])
        if degree == 2:
            return self._bilinear(expr, inputs[0], inputs[1])
        return self.factors(Apply(expr.op, tuple(self.written(each) for each in inputs), expr.options))

    def factors(self, expr: Expr) -> Terms:
        """An expression as a person wrote it, taken apart where it is a product of factors."""
        if isinstance(expr, Number):
            return (Term(Fraction(expr.value)),) if expr.value else ()
        if isinstance(expr, Apply) and expr.op == "negate":
            return negated(self.factors(expr.inputs[0]))
        if isinstance(expr, Apply) and expr.op in ("multiply", "divide") and self._apart(expr):
            left, right = (self.factors(each) for each in expr.inputs)
            return self.times(left, right, inverse=expr.op == "divide")
        return (Term(numerator=(expr,)),)

    def _apart(self, expr: Apply) -> bool:
        """Not where it divides by 0: that stays as it was written, and shows itself when it is run."""
        return expr.op == "multiply" or self.factors(expr.inputs[1]) != ()

    def times(self, left: Terms, right: Terms, *, inverse: bool = False) -> Terms:
        """The product, or with `inverse` the quotient, entry by entry. A sum of several terms stays one factor."""
        if not left or not (right or inverse):
            return ()
        a, b = self._single(left), self._single(right)
        if inverse:
            b = Term(1 / b.coefficient, b.denominator, b.numerator)
        product = Term(a.coefficient * b.coefficient, a.numerator + b.numerator, a.denominator + b.denominator)
        return (self._cancelled(product),)

    def _single(self, terms: Terms) -> Term:
        return terms[0] if len(terms) == 1 else Term(numerator=(self.written(terms),))

    def _cancelled(self, term: Term) -> Term:
        """Without the sizes that stand above and below, and with a root that is divided by again as a power of it."""
        above, below = list(term.numerator), list(term.denominator)
        for factor in term.numerator:
            if isinstance(factor, Name) and factor.id in self.sizes and factor in below:
                above.remove(factor)
                below.remove(factor)
        return replace(term, numerator=tuple(above), denominator=gathered(below))

    def _guided(self, expr: Apply, inputs: Sequence[Terms]) -> Apply:
        """The operation with what guides it written out."""
        guides = OPS[expr.op].guides
        written = (
            self.written(terms) if place in guides else each
            for place, (each, terms) in enumerate(zip(expr.inputs, inputs, strict=True))
        )
        return Apply(expr.op, tuple(written), expr.options) if guides else expr

    def linear(self, expr: Apply, inner: Terms) -> Terms:
        """A linear operation of one input, beside what guides it, with the scalars of that input taken out in front."""
        single = self._single(inner)
        scalars, rest = self._parted(single)
        if not rest.numerator and not rest.denominator:
            return self.times((scalars,), self._of_one(expr))
        if len(rest.numerator) == 1 and not rest.denominator:
            return self.times((scalars,), (Term(numerator=(self._simplified(expr, rest.numerator[0]),)),))
        return self.times((scalars,), (Term(numerator=(moving(expr, self.written((rest,))),)),))

    def _simplified(self, expr: Apply, inner: Expr) -> Expr:
        """A linear operation on one expression; a sum that kept its axes to have them cut off at once keeps none."""
        if expr.op == "reshape" and isinstance(inner, Apply) and inner.op == "sum" and inner.option("keepdims"):
            options = tuple((key, value) for key, value in inner.options if key != "keepdims")
            plain = replace(inner, options=options)
            if tuple(self.shape(plain)) == tuple(self.shape(replace(expr, inputs=(inner,)))):
                return plain
        return turned(expr, inner, self.rank)

    def _of_one(self, expr: Apply) -> Terms:
        """The operation on the number 1."""
        return ONE if expr.op in ("sum", "mean", "transpose") else (Term(numerator=(moving(expr, Number(1.0)),)),)

    def _bilinear(self, expr: Apply, left: Terms, right: Terms) -> Terms:
        parted = [self._parted(self._single(each)) for each in (left, right)]
        product = Apply(expr.op, tuple(self.written((rest,)) for _, rest in parted), expr.options)
        scalars = self.times((parted[0][0],), (parted[1][0],))
        return self.times(scalars, (Term(numerator=(product,)),))

    def _parted(self, term: Term) -> tuple[Term, Term]:
        """The scalar factors of a term, and the others."""
        return self.parted(term, self.scalar)

    def parted(self, term: Term, apart: Callable[[Expr], bool]) -> tuple[Term, Term]:
        """The factors of a term that are to stand apart, with its coefficient, and the others."""
        above, below = [apart(each) for each in term.numerator], [apart(each) for each in term.denominator]
        return (
            Term(term.coefficient, chosen(term.numerator, above), chosen(term.denominator, below)),
            Term(Fraction(1), chosen(term.numerator, above, False), chosen(term.denominator, below, False)),
        )

    def written(self, terms: Terms) -> Expr:
        """The terms as an expression, as a person would write them down."""
        if not terms:
            return Number(0.0)
        result = self._term(terms[0])
        for term in terms[1:]:
            if term.coefficient < 0:
                result = result - self._term(replace(term, coefficient=-term.coefficient))
            else:
                result = result + self._term(term)
        return result

    def _term(self, term: Term) -> Expr:
        """lambd / m * W, but 2 * (A - Y) / m: scalar names form a factor of their own, numbers stand in front."""
        above, below = fraction(abs(term.coefficient))
        scalars, rest = self._parted(term)
        ahead = [*([Number(above)] if above != 1 else []), *scalars.numerator]
        beneath = [*([Number(below)] if below != 1 else []), *scalars.denominator]
        in_front = bool(scalars.numerator and beneath)
        factors = [over(ahead, [product(beneath)])] if in_front else ahead
        factors = signed([*factors, *rest.numerator], term.coefficient < 0)
        after = [*rest.denominator, *([product(beneath)] if beneath and not in_front else [])]
        return over(factors, after)


def gathered(factors: Sequence[Expr]) -> Factors:
    """Factors with each root that also stands there squared put together with its square: r ** 2 and r are r ** 3."""
    found: list[Expr] = []
    for factor in factors:
        power = factor**2
        if isinstance(factor, Apply) and factor.op == "sqrt" and power in found:
            found[found.index(power)] = factor**3
        else:
            found.append(factor)
    return tuple(found)


def fraction(value: Fraction) -> tuple[float, float]:
    """A positive fraction as two numbers to print, the lower one 1 where a float64 holds it all: 0.5, but 1 over 36."""
    odd = value.denominator
    while odd % 2 == 0:
        odd //= 2
    if odd > 1 and max(value.numerator, value.denominator) < PLAIN:
        return float(value.numerator), float(value.denominator)
    if odd >= PLAIN and 1 / BEYOND < value < BEYOND:
        return decimals(value, odd)
    try:
        return float(value * odd), float(odd)
    except OverflowError:
        raise ProgramError("the constants of these equations multiply to more than float64 can hold") from None


def decimals(value: Fraction, odd: int) -> tuple[float, float]:
    """A fraction that stems from dividing by decimals, with the same digits as they: 1 over 0.8, 0.3 over 0.7.

    Both numbers can be halved, and halved again, without another quotient: so they are taken where they are shortest.
    """
    halvings = range(odd.bit_length() - SHIFT, odd.bit_length() + SHIFT)
    lower = [Fraction(odd, 2**each) if each > 0 else Fraction(odd * 2**-each) for each in halvings]
    pairs = [(float(value * each), float(each)) for each in lower]
    return min(pairs, key=lambda pair: (pair[0] != 1, sum(len(repr(each)) for each in pair), pair[1]))


def signed(factors: list[Expr], negative: bool) -> list[Expr]:
    """The factors of a product with its sign at the first of them, where a person puts it."""
    if not negative:
        return factors
    if not factors:
        return [number(-1.0)]
    first = factors[0]
    if isinstance(first, Apply) and first.op == "divide" and isinstance(first.inputs[0], (Name, Number)):
        return [replace(first, inputs=(-first.inputs[0], first.inputs[1])), *factors[1:]]
    return [-first, *factors[1:]]


def product(factors: Sequence[Expr]) -> Expr:
    """The product of factors, the number 1 where there are none."""
    result: Expr = factors[0] if factors else Number(1.0)
    for factor in factors[1:]:
        result = result * factor
    return result


def over(above: Sequence[Expr], below: Iterable[Expr]) -> Expr:
    """The product of the factors above, divided by those below one after the other."""
    result = product(above)
    for factor in below:
        result = result / factor
    return result


def turned(expr: Apply, inner: Expr, rank: Callable[[Expr], int]) -> Expr:
    """A linear operation on one expression; transposes that undo each other, or that can move inside, do."""
    if expr.op not in ("transpose", "swapaxes") or not isinstance(inner, Apply):
        return moving(expr, inner)
    if (inner.op, inner.options) == (expr.op, expr.options):
        return inner.inputs[0]
    ranks = [rank(each) for each in inner.inputs] if inner.op == "matmul" and transposes(expr) else []
    if any(map(transposes, inner.inputs)) and ranks and (expr.op == "transpose" or min(ranks) > 1):
        pairs = zip(ranks[::-1], inner.inputs[::-1], strict=True)
        return apply("matmul", *(turned(each.T if own <= 2 else expr, each, rank) for own, each in pairs))
    return moving(expr, inner)


def undone(expr: Expr) -> Expr:
    """An expression without transposes of transposes, which undo each other."""
    return rebuild(expr, lambda node: _inner(node) or node)


def _inner(node: Expr) -> Expr | None:
    """What is transposed twice, if anything is."""
    if not isinstance(node, Apply) or node.op not in ("transpose", "swapaxes"):
        return None
    once = node.inputs[0]
    return once.inputs[0] if isinstance(once, Apply) and (once.op, once.options) == (node.op, node.options) else None


def transposes(expr: Expr) -> bool:
    """Whether an operation transposes a matrix, or every matrix of a stack."""
    if not isinstance(expr, Apply) or expr.op not in ("transpose", "swapaxes"):
        return False
    return expr.op == "transpose" or expr.options == (("axis1", -2), ("axis2", -1))


def moving(expr: Apply, inner: Expr) -> Apply:
    """A linear operation on another input, guided as it was."""
    guides = OPS[expr.op].guides
    inputs = tuple(each if place in guides else inner for place, each in enumerate(expr.inputs))
    return Apply(expr.op, inputs, expr.options)


def chosen(factors: Factors, which: Sequence[bool], wanted: bool = True) -> Factors:
    """The factors that are marked so."""
    return tuple(factor for factor, mark in zip(factors, which, strict=True) if mark is wanted)


def negated(terms: Terms) -> Terms:
    """The terms with their signs turned."""
    return tuple(replace(term, coefficient=-term.coefficient) for term in terms)


def combined(terms: Terms) -> Terms:
    """The terms with those that differ in their coefficient only put together, in the order of their appearance."""
    found: dict[tuple[frozenset[tuple[Expr, int]], frozenset[tuple[Expr, int]]], Term] = {}
    for term in terms:
        key = (frozenset(Counter(term.numerator).items()), frozenset(Counter(term.denominator).items()))
        earlier = found.get(key)
        total = term.coefficient + (earlier.coefficient if earlier else 0)
        found[key] = replace(earlier or term, coefficient=total)
    return tuple(term for term in found.values() if term.coefficient)
