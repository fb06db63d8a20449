"""Where an equation came from and why it is so, in sentences: from which forward line, by which rule."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpdebug.debugger.words import named
from bpdebug.language.expression import Apply, Expr, Name, names
from bpdebug.ops import OPS, write, write_equation
from bpdebug.program.equations import Equation, Phase, Program, Step

SHOWN_RULES = 3
"""An equation that more rules went into names them only."""
ARRIVING, RESULT = Name("g"), Name("out")
PLAIN = frozenset({"add", "subtract", "negate", "identity"})
"""Operations that hand the gradient on as it is, but for its sign: said only where nothing else is."""


def origin(program: Program, equation: Equation, notation: str) -> str:
    """Where the equation came from, in a sentence with formulas; nothing for what the user wrote."""
    came = equation.origin
    if came is None:
        return ""
    if equation.phase is Phase.UPDATE:
        return came.note
    found = {each.name: each.expr for each in program.equations}
    sources = [write_equation(name, found[name], notation) for name in came.equations if name in found]
    parts = [", ".join(_rules(program, equation, notation)), _note(equation, notation)]
    said = "; ".join(part for part in parts if part)
    start = f"from {' and '.join(sources)}" if sources else ""
    return ": ".join(part for part in (start, said) if part)


def _note(equation: Equation, notation: str) -> str:
    """The remark on an equation, with the quantity it speaks of written as everywhere else."""
    assert equation.origin is not None
    note, denotes = equation.origin.note, equation.denotes
    return note if denotes is None else re.sub(rf"\b{re.escape(denotes.of)}\b", named(denotes.of, notation), note)


def why(equation: Equation, step: Step) -> str:
    """For a backward equation why the derivative it takes is so; for any other what the operation does."""
    if equation.origin is not None and equation.origin.rules:
        return OPS[_telling(equation.origin.rules)[0]].why
    return step.op.does


def reasons(program: Program, at: int) -> tuple[str, ...]:
    """Why a whole equation is so: one sentence for a backward one, else what each operation in it does."""
    equation = program.equations[at]
    steps = [step for step in program.steps if step.equation == at]
    if equation.phase is Phase.UPDATE or (equation.origin is not None and equation.origin.rules):
        return () if equation.phase is Phase.UPDATE else (why(equation, steps[-1]),)
    return tuple(dict.fromkeys(f"{step.op.name}: {step.op.does}" for step in steps))


def _telling(rules: tuple[str, ...]) -> tuple[str, ...]:
    """The rules worth telling of, nearest first."""
    return tuple(rule for rule in rules if rule not in PLAIN) or rules


def _rules(program: Program, equation: Equation, notation: str) -> Iterator[str]:
    """What each rule that was used does in general: `a · b hands g · bᵀ to a`, outermost first."""
    assert equation.origin is not None
    rules = _telling(equation.origin.rules)
    if len(rules) > SHOWN_RULES:
        yield f"the chain rule through {', '.join(reversed(rules))}"
        return
    for rule in reversed(rules):
        step = _step(program, equation, rule)
        if step is not None:
            yield _rule(step, equation, notation)


def _step(program: Program, equation: Equation, rule: str) -> Step | None:
    """The forward step that a rule was applied to."""
    assert equation.origin is not None
    for step in program.steps:
        if step.op.name == rule and program.equations[step.equation].name in equation.origin.equations:
            return step
    return None


def _rule(step: Step, equation: Equation, notation: str) -> str:
    op, whole = step.op, step.whole
    assert isinstance(whole, Apply)
    letters = tuple(Name(letter) for letter in ("abcdefgh" if op.variadic else op.inputs))[: len(whole.inputs)]
    gradients = op.vjp(ARRIVING, RESULT, *letters, **step.options)
    handed = [
        f"{write(gradient, notation)} to {letter.id}"
        for letter, gradient, given in zip(letters, gradients, whole.inputs, strict=False)
        if gradient is not None and _leads(given, equation)
    ]
    read = RESULT.id in "".join(handed)
    meaning = "g being what arrives" + (f" and {RESULT.id} the result" if read else "")
    return f"{write(Apply(op.name, letters, whole.options), notation)} hands {' and '.join(handed)}, {meaning}"


def _leads(expr: Expr, equation: Equation) -> bool:
    """Whether an operand holds the quantity that the gradient belongs to."""
    return equation.denotes is None or equation.denotes.of in names(expr)
