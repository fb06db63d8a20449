"""Expressions that are looked at again and again while a run goes on: read once, lowered once, computed in place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, partial

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from bpdebug.debugger.evaluate import ANSWER, Evaluator
from bpdebug.debugger.wholes import wholes
from bpdebug.errors import ExpressionError
from bpdebug.language import parser
from bpdebug.language.expression import Apply, Expr, Name, Number, names, rebuild, walk
from bpdebug.language.vocabulary import Vocabulary, Word
from bpdebug.machine.kernels import Precision
from bpdebug.ops import VOCABULARY, expand
from bpdebug.ops.forms import call
from bpdebug.ops.table import Array, Shape
from bpdebug.program.equations import Program, Step

PREVIOUS = Word(name="previous", inputs=("x",), **call("previous"))
"""What an expression was in the iteration before, at the same step of it."""


def words() -> Vocabulary:
    """Every word of a formula, operations registered later too, and previous."""
    return {**VOCABULARY, PREVIOUS.name: PREVIOUS}


def beyond(program: Program, text: str) -> bool:
    """Whether a text speaks of more than the values where a run stands."""
    return any(word in text for word in (PREVIOUS.name, *wholes(program)))


class Formula(Struct, frozen=True, eq=False, dict=True):
    """An expression over the values of a run, ready to be computed at any position."""

    text: str
    reads: frozenset[str]
    """The names it takes from the position itself."""
    steps: tuple[Step, ...]
    only: str
    """The quantity it is, where it is nothing but one; there are no steps then."""
    earlier: Mapping[str, Formula]
    """What it takes from the iteration before, by the name it has in the steps."""
    dtype: Precision
    examples: str = ""
    """What the number of examples is called."""
    taken: Mapping[str, Shape] = {}
    """The shapes of what it takes from the iteration before."""
    others: Mapping[float, Formula] = {}
    """The same in iterations that see another number of examples, by that number."""

    @cached_property
    def _calls(self) -> list[tuple[Callable[..., Array], tuple[str, ...], str]]:
        """Of each step the rule with its options, the names of its inputs and what it binds."""
        return [
            (
                partial(step.op.forward, **step.options) if step.options else step.op.forward,
                tuple(_key(each) for each in step.inputs),
                step.out,
            )
            for step in self.steps
        ]

    @cached_property
    def _numbers(self) -> Mapping[str, Array]:
        """The numbers that are written in it, by what the steps find them under."""
        numbers = [each for step in self.steps for each in step.inputs if isinstance(each, Number)]
        return {_key(each): np.asarray(each.value, dtype=self.dtype) for each in numbers}

    @property
    def meaning(self) -> object:
        """What it computes: equal for two that were only written differently."""
        return _expr(self), tuple((name, each.meaning) for name, each in self.earlier.items())

    @property
    def answer(self) -> str:
        """The name under which its value is found."""
        return self.only or ANSWER

    def value(self, values: Mapping[str, Array], earlier: Mapping[str, Array] | None = None) -> Array | None:
        """What it is over these values; None where one of them is not computed yet, or was of another shape before."""
        found = self.found(values, earlier)
        return None if found is None else np.asarray(found[self.answer])

    def found(self, values: Mapping[str, Array], earlier: Mapping[str, Array] | None = None) -> dict[str, Array] | None:
        """The same with all that it is computed of, by name."""
        if self.others and (other := self.others.get(float(values[self.examples]))):
            return other.found(values, earlier)
        try:
            known = {name: values[name] for name in self.reads}
        except KeyError:
            return None
        if self.only:
            return known
        known |= self._numbers
        if earlier:
            if any(np.shape(value) != self.taken[name] for name, value in earlier.items()):
                return None
            known |= earlier
        find, exact = known.__getitem__, np.dtype(self.dtype)
        for rule, inputs, out in self._calls:
            found = rule(*map(find, inputs))
            known[out] = found if found.dtype is exact else np.asarray(found, dtype=exact)
        return known


def _key(given: Name | Number) -> str:
    return given.id if isinstance(given, Name) else f"number:{given.value!r}"


def formula(evaluator: Evaluator, text: str, dtype: Precision) -> Formula:
    """The formula of a text; previous(x) stands for x in the iteration before."""
    found = _formula(evaluator, text, dtype)
    if not evaluator.others:
        return found
    examples = evaluator.program.examples
    others = {each.constants[examples]: _formula(Evaluator(each), text, dtype) for each in evaluator.others}
    inner = {
        key: replace(each, examples=examples, others={m: other.earlier[key] for m, other in others.items()})
        for key, each in found.earlier.items()
    }
    return replace(found, examples=examples, earlier=inner, others=others)


def _formula(evaluator: Evaluator, text: str, dtype: Precision) -> Formula:
    found = _read(text, evaluator.program)
    inner: dict[str, Expr] = {}

    def taken(node: Expr) -> Expr:
        if not isinstance(node, Apply) or node.op != PREVIOUS.name:
            return node
        if any(name in inner for name in names(node.inputs[0])):
            hint = "previous(x) looks back by one iteration."
            raise ExpressionError("previous cannot stand in previous", text, node.span, hint)
        key = f"{PREVIOUS.name}:{len(inner) + 1}"
        inner[key] = node.inputs[0]
        return Name(key, span=node.span)

    expr = rebuild(found, taken)
    earlier = {key: _lowered(evaluator, part, text, {}, dtype) for key, part in inner.items()}
    return _lowered(evaluator, expr, text, earlier, dtype)


def _read(text: str, program: Program) -> Expr:
    try:
        return expand(parser.parse(text, words(), {*program.shapes, *wholes(program)}), program.examples)
    except ExpressionError as error:
        raise ExpressionError(error.message, error.text or text, error.span, error.hint) from None


def _lowered(evaluator: Evaluator, expr: Expr, text: str, earlier: Mapping[str, Formula], dtype: Precision) -> Formula:
    numbers = dict.fromkeys(wholes(evaluator.program), ())
    within = replace(evaluator, further=numbers)
    taken = {key: within.shape_of(_expr(each), text) for key, each in earlier.items()}
    within = replace(evaluator, further={**numbers, **taken})
    within.known(expr, text)
    only = expr.id if isinstance(expr, Name) and expr.id not in earlier else ""
    steps = () if only else within.lowered(expr, text)
    reads = frozenset(node.id for node in walk(expr) if isinstance(node, Name) and node.id not in earlier)
    return Formula(text, reads, steps, only, earlier, dtype, taken=taken)


def _expr(formula: Formula) -> Expr:
    return Name(formula.only) if formula.only else formula.steps[-1].whole
