"""Where an equation came from and why it is so, in sentences: from which forward line, by which rule."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpdebug.debugger.beginning import beginning
from bpdebug.debugger.words import named
from bpdebug.language.expression import Apply, Expr, Name, names, walk
from bpdebug.ops import OPS, write, write_equation
from bpdebug.ops.table import Op, Shape, Size
from bpdebug.program.equations import Equation, Phase, Program, Step
from bpdebug.program.terms import undone
from bpdebug.program.unbroadcast import size_words, wider

SHOWN_RULES = 3
"""An equation that more rules went into names them only."""
LONG = 2
"""An operand of more operations is called by its letter in a rule."""
ARRIVING, RESULT = Name("g"), Name("out")
PLAIN = frozenset({"add", "subtract", "negate", "identity"})
"""Operations that hand the gradient on as it is, but for its sign: said only where nothing else is."""
USES = {"add": "is added to", "subtract": "meets", "multiply": "is multiplied with", "divide": "meets"}


def origin(program: Program, equation: Equation, notation: str) -> str:
    """Where the equation came from, in a sentence with formulas; nothing for what the user wrote."""
    came = equation.origin
    if came is None:
        return ""
    if equation.phase is Phase.UPDATE:
        return came.note
    found = {each.name: each.expr for each in program.equations}
    sources = [write_equation(name, found[name], notation) for name in came.equations if name in found]
    rules = beginning(program, equation, notation) or ", ".join(_rules(program, equation, notation))
    parts = [rules, noted(equation, notation)]
    said = "; ".join(part for part in parts if part)
    start = f"from {' and '.join(sources)}" if sources else ""
    return ": ".join(part for part in (start, said) if part)


def noted(equation: Equation, notation: str) -> str:
    """The remark on an equation, with the quantity it speaks of written as everywhere else."""
    assert equation.origin is not None
    note, denotes = equation.origin.note, equation.denotes
    if denotes is None:
        return note
    return re.sub(rf"\b{re.escape(denotes.of)}\b", lambda _: named(denotes.of, notation), note)


def why(program: Program, equation: Equation, step: Step, notation: str) -> str:
    """For a backward equation why the derivative it takes is so; for any other what the operation does."""
    if equation.origin is not None and equation.origin.rules:
        rule = _telling(equation.origin.rules)[0]
        many = next(repeated(program, equation, notation), "")
        said = "" if many and rule in PLAIN else _reason_here(program, equation, rule, notation)
        return " ".join(part for part in (many, said) if part)
    return _does(program, step)


def reason(op: Op, place: int) -> str:
    """Why the derivative of an operation with its input of this number (from 0) is what it is."""
    return op.why_second if place == 1 and op.why_second else op.why


def _reason_here(program: Program, equation: Equation, rule: str, notation: str) -> str:
    """The reason; one that goes by entries speaks of the quantities themselves, where each of them has a name."""
    op, step = OPS[rule], _step(program, equation, rule)
    said = reason(op, _place(program, equation, rule))
    if step is None or not isinstance(step.whole, Apply) or "[" not in said:
        return said
    meant = {ARRIVING.id: _arriving(program, step), **dict(zip(op.inputs, step.whole.inputs, strict=False))}
    spoken = {letter: expr for letter, expr in meant.items() if re.search(rf"\b{letter}\b", said)}
    if not all(isinstance(expr, Name) and expr != ARRIVING for expr in spoken.values()):
        return said
    letters = "|".join(spoken)
    return re.sub(rf"\b(?:{letters})\b", lambda word: write(spoken[word[0]], notation), said) if spoken else said


def _place(program: Program, equation: Equation, rule: str) -> int:
    """Through which input of the operation the equation goes back; the first, where it is several."""
    step = _step(program, equation, rule)
    if step is None or not isinstance(step.whole, Apply):
        return 0
    return next((at for at, given in enumerate(step.whole.inputs) if _leads(given, equation)), 0)


def _does(program: Program, step: Step) -> str:
    """What an operation does, of single numbers where there is nothing else in it."""
    single = not step.shape and all(not program.shapes[each.id] for each in step.inputs if isinstance(each, Name))
    return step.op.alone if single and step.op.alone else step.op.does


def repeated(program: Program, equation: Equation, notation: str) -> Iterator[str]:
    """Why a gradient is a sum: the quantity met several entries, and each of them sends its share back."""
    assert equation.origin is not None
    for step in program.steps:
        if program.equations[step.equation].name not in equation.origin.equations or not step.op.elementwise:
            continue
        assert isinstance(step.whole, Apply)
        for given, whole in zip(step.inputs, step.whole.inputs, strict=True):
            shape = program.shapes[given.id] if isinstance(given, Name) else ()
            copies = _copies(step.shape, shape)
            if equation.denotes is not None and equation.denotes.of in names(whole) and copies:
                use = USES.get(step.op.name, "is used with")
                all_, one = copies
                yield f"{write(whole, notation)} {use} {all_}, so {one} sends its gradient back, and they add up."


def _copies(shape: Shape, repeated: Shape) -> tuple[str, str] | None:
    """`each of the m columns, each column`: what a quantity of one shape meets in another one."""
    axes = [axis for axis in range(-len(shape), 0) if wider(shape, repeated, axis)]
    if not axes:
        return None
    lengths = " · ".join(size_words(shape[axis]) for axis in axes)
    word = {-1: "column", -2: "row"}[axes[0]] if len(shape) == 2 and len(axes) == 1 else ""
    if not word:
        word = "entry" if len(axes) == len(shape) else "copy"
    only = len(axes) == 1 and shape[axes[0]] == 1 and not isinstance(shape[axes[0]], Size)
    plural = {"entry": "entries", "copy": "copies"}.get(word, f"{word}s")
    return f"every one of the {lengths} {word if only else plural}", f"every {word}"


def reasons(program: Program, at: int, notation: str) -> tuple[str, ...]:
    """Why a whole equation is so: one sentence for a backward one, else what each operation in it does."""
    equation = program.equations[at]
    steps = [step for step in program.steps if step.equation == at]
    if equation.phase is Phase.UPDATE:
        return ()
    if equation.origin is not None and equation.origin.rules:
        return (why(program, equation, steps[-1], notation),)
    return tuple(dict.fromkeys(f"{step.op.name}: {_does(program, step)}" for step in steps))


def _telling(rules: tuple[str, ...]) -> tuple[str, ...]:
    """The rules worth telling of, nearest first."""
    return tuple(rule for rule in rules if rule not in PLAIN) or rules


def _rules(program: Program, equation: Equation, notation: str) -> Iterator[str]:
    """What each rule that was used does: `W⁽³⁾ · A⁽²⁾ hands dZ⁽³⁾ · A⁽²⁾ᵀ to W⁽³⁾`, outermost first."""
    assert equation.origin is not None
    rules = _telling(equation.origin.rules)
    if len(rules) > SHOWN_RULES:
        yield f"the chain rule through {', '.join(reversed(rules))}"
        return
    for rule in reversed(rules):
        step = _step(program, equation, rule)
        if step is not None:
            yield _rule(program, step, equation, notation)


def _step(program: Program, equation: Equation, rule: str) -> Step | None:
    """The forward step that a rule was applied to."""
    assert equation.origin is not None
    for step in program.steps:
        within = program.equations[step.equation].name in equation.origin.equations
        if step.op.name == rule and within and _leads(step.whole, equation):
            return step
    return None


def _rule(program: Program, step: Step, equation: Equation, notation: str) -> str:
    op, whole = step.op, step.whole
    assert isinstance(whole, Apply)
    arriving = _arriving(program, step)
    letters = (letter for letter in "uvwxyzpqrstabcdefhijkl" if letter not in program.shapes)
    operands = tuple(Name(next(letters)) if _long(given) else given for given in whole.inputs)
    result = whole if ":" in step.out else Name(step.out)
    gradients = op.vjp(arriving, RESULT if _long(result) else result, *operands, **step.options)
    handed = [
        (undone(gradient), operand)
        for operand, gradient, given in zip(operands, gradients, whole.inputs, strict=True)
        if gradient is not None and _leads(given, equation)
    ]
    said = " and ".join(f"{write(gradient, notation)} to {write(operand, notation)}" for gradient, operand in handed)
    read = {name for gradient, _ in handed for name in names(gradient)}
    meanings = [(ARRIVING.id, "what arrives")] if arriving == ARRIVING else []
    meanings += [(RESULT.id, "the result")] if RESULT.id in read else []
    meanings += [
        (operand.id, write(given, notation))
        for operand, given in zip(operands, whole.inputs, strict=True)
        if isinstance(operand, Name) and operand != given
    ]
    rule = f"{write(Apply(op.name, operands, whole.options), notation)} hands {said}"
    told = [f"{letter} being {meaning}" for letter, meaning in meanings]
    return f"{rule}, {' and '.join(told)}" if told else rule


def _long(expr: Expr) -> bool:
    return sum(isinstance(each, Apply) for each in walk(expr)) > LONG


def _arriving(program: Program, step: Step) -> Expr:
    """The gradient that reaches a step: that of its equation where only sums stand between them, else a letter."""
    equation = program.equations[step.equation]
    gradient = program.gradients.get(equation.name)
    found = None if gradient is None else _through_sums(equation.expr, step.whole, Name(gradient))
    return ARRIVING if found is None else found


def _through_sums(expr: Expr, wanted: Expr, gradient: Expr) -> Expr | None:
    """What arrives at a part of an expression, if that is the whole's gradient but for its sign."""
    if expr == wanted:
        return gradient
    if not isinstance(expr, Apply) or expr.op not in PLAIN:
        return None
    for place, each in enumerate(expr.inputs):
        turned = expr.op == "negate" or (expr.op == "subtract" and place == 1)
        found = _through_sums(each, wanted, -gradient if turned else gradient)
        if found is not None:
            return found
    return None


def _leads(expr: Expr, equation: Equation) -> bool:
    """Whether an operand holds the quantity that the gradient belongs to."""
    return equation.denotes is None or equation.denotes.of in names(expr)
