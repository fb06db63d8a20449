"""Operations of one's own: `bpdebug.operation("swish", forward=…, derivative=…)` adds an entrywise one to the table.

Every fact the table wants is found from the forward rule itself: how errors spread from its numerical slopes, its
rounding from its values among neighbours. The derivative that was given is believed nowhere, since the check is there
to judge it; but at a kink, where several slopes are right, it says which of them is used.
"""

from __future__ import annotations

import inspect
import keyword
from collections.abc import Sequence
from typing import Any, cast, overload

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from bpdebug.errors import ProgramError
from bpdebug.language.expression import Expr, apply
from bpdebug.language.lexicon import INNER_MODULES, MODULES
from bpdebug.language.respelled import RESPELLED
from bpdebug.ops import numerical
from bpdebug.ops.costs import COSTS
from bpdebug.ops.facts import Facts
from bpdebug.ops.forms import call
from bpdebug.ops.rules import one_term
from bpdebug.ops.shapes import broadcast
from bpdebug.ops.slopes import derivative_names
from bpdebug.ops.supplied import (
    LINE,
    Domain,
    Function,
    OperationError,
    Rule,
    called_from,
    cases,
    place,
    refuse_unusable,
)
from bpdebug.ops.table import OPS, Array, Op, register

MOST_INPUTS = 4


@overload
def operation(name: Op) -> Op: ...
@overload
def operation(
    name: str,
    *,
    forward: Function,
    derivative: Function | Sequence[Function],
    does: str = "",
    why: str = "",
    aliases: Sequence[str] = (),
    domain: Domain = LINE,
    complex_step: bool = True,
) -> Op: ...
def operation(
    name: str | Op,
    *,
    forward: Function | None = None,
    derivative: Function | Sequence[Function] | None = None,
    does: str = "",
    why: str = "",
    aliases: Sequence[str] = (),
    domain: Domain = LINE,
    complex_step: bool = True,
) -> Op:
    """Add an operation to the table: an entrywise one from its NumPy functions, or a whole record.

    `forward` takes one array or several and works entry by entry. `derivative` takes the same arrays and answers the
    slope of each entry; where there are several inputs, it is a list with one function for each. `domain` holds the
    two numbers between which the function is defined. A forward rule that cannot take a complex step
    (`complex_step=False`, or found out) is checked by Ridders' method instead.
    """
    here = called_from()
    if isinstance(name, Op):
        return _added(name, here)
    if not callable(forward):
        raise OperationError(f"{here}{name}: expected forward=, a function of one array or several")
    inputs, given = _inputs(name, here, forward), _derivatives(name, here, derivative)
    if len(given) != len(inputs):
        have = "there is 1 derivative" if len(given) == 1 else f"there are {len(given)} derivatives"
        counts = f"forward takes {len(inputs)} ({', '.join(inputs)}), but {have}"
        raise OperationError(f"{here}{name}: {counts}; expected a list with one function for each input")
    rule = Rule(name, "forward", place(forward) or here, forward)
    slopes = tuple(Rule(name, "derivative", place(each) or here, each) for each in given)
    own = Own(name, inputs, rule, slopes, does, why, tuple(aliases), domain, complex_step)
    _refuse_taken(here, name, *own.aliases, *own.slope_names, *own.slope_aliases)
    refuse_unusable((rule, *slopes), len(inputs), domain)
    record, companions = own.record(), [own.companion(at) for at in range(len(inputs))]
    for each in companions:
        register(each)
    return register(record)


class Own(Struct, frozen=True):
    """What someone supplies of an entrywise operation, and the records that follow from it."""

    name: str
    inputs: tuple[str, ...]
    rule: Rule
    slopes: tuple[Rule, ...]
    does: str
    why: str
    aliases: tuple[str, ...]
    domain: Domain
    complex_step: bool

    @property
    def slope_names(self) -> tuple[str, ...]:
        """What the derivatives are called in formulas: dswish, or dblend_da and dblend_db."""
        single = len(self.inputs) == 1
        return tuple(f"d{self.name}" if single else f"d{self.name}_d{each}" for each in self.inputs)

    @property
    def slope_aliases(self) -> tuple[str, ...]:
        return derivative_names(self.name) if len(self.inputs) == 1 else ()

    def record(self) -> Op:
        """The operation itself; its rule of the backward pass is written with its companions."""
        able = self.complex_step and self._takes_complex_step(self.rule)
        facts = Facts(self.rule, self.slopes, able)
        written = f"{self.name}({', '.join(self.inputs)})"
        which = "derivative is the one that was" if len(self.inputs) == 1 else "derivatives are those that were"
        return Op(
            **self._shared(self.name, facts),
            aliases=self.aliases,
            family="custom",
            does=self.does or f"Each entry becomes {written}, an operation of one's own.",
            why=self.why or f"The {which} given together with {self.name}; the check is there to judge that.",
            vjp=lambda g, out, *operands: tuple(g * apply(each, *operands) for each in self.slope_names),
            branch=facts.branch,
            kink=facts.kink,
            tie=f"{self.name}' at a kink is what its derivative says",
            complex_step=able,
        )

    def companion(self, at: int) -> Op:
        """The derivative by one input, as an operation that the backward pass is written with.

        At a kink of the operation it is what it is there, however the input was rounded: that is the rule used.
        """
        name, slope = self.slope_names[at], self.slopes[at]
        able = self._takes_complex_step(slope)

        def vjp(g: Expr, out: Expr, *operands: Expr) -> tuple[Expr | None, ...]:
            hint = f"To use {name} in the forward pass, register the same function under another name, with derivative."
            raise ProgramError(f"{name} is the derivative of {self.name}, and has none of its own", hint=hint)

        facts = Facts(slope, (), able, Facts(self.rule, self.slopes, able))
        return Op(
            **{**self._shared(name, facts), "spread": facts.shifts, "rounding": facts.nearest},
            aliases=self.slope_aliases,
            family="derivatives",
            does=f"The slope of {self.name} by {self.inputs[at]}, as it was given together with it.",
            why=f"It is the derivative that was given together with {self.name}; it has no derivative of its own.",
            vjp=vjp,
            complex_step=able,
        )

    def _shared(self, name: str, facts: Facts) -> dict[str, Any]:
        return dict(
            name=name,
            inputs=self.inputs,
            **call(name),
            elementwise=True,
            shape=lambda *shapes: broadcast(name, *shapes),
            forward=facts.forward,
            domain=None if self.domain == LINE else self._outside,
            contributions=one_term,
            spread=facts.spread,
            rounding=facts.rounding,
            examples=cases(len(self.inputs), self.domain),
        )

    def _outside(self, *arrays: Array) -> Array:
        low, high = self.domain
        beyond = [(np.real(x) < low) | (np.real(x) > high) for x in arrays]
        outside = np.logical_or.reduce(np.broadcast_arrays(*beyond))
        at_end = np.logical_or.reduce(np.broadcast_arrays(*(np.isin(np.real(x), self.domain) for x in arrays)))
        return np.asarray(outside | (at_end & ~np.isfinite(self.rule(*map(np.real, arrays)))))

    def _takes_complex_step(self, rule: Rule) -> bool:
        """Whether a complex step gives the slopes of a rule, on every input it is tried on."""
        inputs = (arrays for arrays, _ in cases(len(self.inputs), self.domain)(np.random.default_rng(1)))
        return not any(numerical.refuses_complex_step(rule, *arrays) for arrays in inputs)


def _derivatives(name: str, where: str, derivative: object) -> tuple[Function, ...]:
    given = tuple(derivative) if isinstance(derivative, Sequence) else (derivative,)
    if not given or not all(callable(each) for each in given):
        raise OperationError(f"{where}{name}: expected derivative=, a function for each input of forward")
    return cast("tuple[Function, ...]", given)


def _inputs(name: str, where: str, forward: Function) -> tuple[str, ...]:
    """The names of the inputs, as the function itself has them."""
    if isinstance(forward, np.ufunc):
        inputs = ("x",) if forward.nin == 1 else tuple(f"x{number + 1}" for number in range(forward.nin))
    else:
        parameters = inspect.signature(forward).parameters.values()
        if any(each.kind not in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD) for each in parameters):
            raise OperationError(f"{where}{name}: forward may take arrays only, no * or ** and no keywords")
        inputs = tuple(each.name for each in parameters if each.default is each.empty)
    if not 1 <= len(inputs) <= MOST_INPUTS:
        raise OperationError(f"{where}{name}: forward takes {len(inputs)} arrays; expected 1 to {MOST_INPUTS}")
    return inputs


def _refuse_taken(where: str, name: str, *others: str) -> None:
    """Refuse words that are no names, or mean something already."""
    taken = {word: entry for entry in (*OPS.values(), *COSTS.values()) for word in (entry.name, *entry.aliases)}
    for word in (name, *others):
        if not word.isidentifier() or keyword.iskeyword(word) or word in MODULES | INNER_MODULES:
            raise OperationError(f'{where}"{word}" cannot name an operation: letters, digits and _ make a name')
        if word in taken or word in RESPELLED:
            whose = "an operation that was registered before" if _is_own(taken.get(word)) else "an operation of bpdebug"
            raise OperationError(f"{where}{name}: {word} is the name of {whose} already; choose another")


def _is_own(entry: object) -> bool:
    if not isinstance(entry, Op):
        return False
    of = OPS.get(entry.name[1:]) if entry.family == "derivatives" else entry
    return of is not None and of.family == "custom"


def _added(op: Op, here: str) -> Op:
    """A whole record, added as it is; one that takes no complex step is made to answer one."""
    _refuse_taken(here, op.name, *op.aliases)
    if op.complex_step:
        return register(op)
    if not op.elementwise:
        reason = "complex_step=False is for entrywise operations; others have to take complex arrays"
        raise OperationError(f"{here}{op.name}: {reason}")
    return register(replace(op, forward=stepping(op.forward)))


def stepping(forward: Function) -> Function:
    """A forward rule for real arrays alone, made to answer a complex step."""

    def rule(*arrays: Array, **options: Any) -> Array:
        if not any(np.iscomplexobj(each) for each in arrays):
            return np.asarray(forward(*arrays, **options))
        return numerical.stepped(lambda *real: np.asarray(forward(*real, **options)), *arrays)

    return rule
