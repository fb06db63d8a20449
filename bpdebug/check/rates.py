"""Updates go together: one that steps at another rate than all others is held against theirs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from bpdebug.check.called import RATE
from bpdebug.check.meaning import Meaning
from bpdebug.language.expression import Apply, Expr, Name, names

LEAST = 2
"""Updates that must agree before another can be said to differ from them."""


def at_one_rate(meanings: Mapping[str, Meaning]) -> dict[str, Meaning]:
    """The meanings of lines, every update at the rate of the others: with more than half of them at one rate, the only
    one at another is meant to have theirs, and so is every one without any. All at a rate of their own are left so.
    """
    steps = {name: step for name, each in meanings.items() if (step := _step(each)) is not None}
    often = Counter(steps.values())
    usual, count = next(iter(often.most_common(1)), (None, 0))
    if usual is None or count < LEAST or 2 * count <= len(steps):
        return dict(meanings)
    odd = {name for name, step in steps.items() if step != usual and (often[step] == 1 or _whole(step, usual))}
    moved = {name: Meaning(of, Name(of) - usual) for name in odd for of in (meanings[name].of,)}
    return {**meanings, **moved}


def _step(own: Meaning) -> Expr | None:
    """What an update subtracts from its parameter; None of what is no update."""
    expr = own.expr
    stepped = isinstance(expr, Apply) and expr.op == "subtract" and expr.inputs[0] == Name(own.of)
    return expr.inputs[1] if stepped and isinstance(expr, Apply) else None


def _whole(step: Expr, usual: Expr) -> bool:
    """Whether a step is a whole gradient where the usual one has a learning rate."""
    return isinstance(step, Name) and RATE in names(usual)
