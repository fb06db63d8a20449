"""Questions about what comes next: which quantity, by which formula, of which shape. Wrong answers are really wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from random import Random
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from bpdebug.debugger.origins import origin
from bpdebug.debugger.words import sized
from bpdebug.errors import BpdebugError
from bpdebug.language.expression import Apply, Expr, names
from bpdebug.language.names import write_name
from bpdebug.ops import write, write_equation
from bpdebug.ops.table import Shape
from bpdebug.program.equations import Equation, Phase
from bpdebug.program.work import order_of_work

if TYPE_CHECKING:
    from bpdebug.debugger.session import Session

CHOICES = 3
"""Answers to choose from, the right one among them."""
VISIBLE = 1e-3
"""By how much of itself a number has to be another one, so that a formula is wrong and not merely rounded."""
READY = "a quantity is computed once all that its formula reads is there, and only once: what there is stands beneath"


class Answer(Struct, frozen=True):
    """Something to choose, and why it is wrong, or right."""

    text: str
    why: str
    right: bool = False


class Question(Struct, frozen=True):
    """What is asked, and the answers in the order in which they are offered."""

    text: str
    answers: tuple[Answer, ...]
    hint: str = ""
    """What helps after a wrong answer, without telling the right one; where there is none, why that answer is wrong."""

    @property
    def right(self) -> int:
        """The place of the right answer, from 0."""
        return next(place for place, each in enumerate(self.answers) if each.right)


def known(session: Session) -> tuple[str, ...]:
    """What there is by now to answer with: what is given, and what was computed, each with its shape."""
    quiz = _Quiz.of(session)
    return () if quiz is None else (quiz.given(), *quiz.computed())


def questions(session: Session) -> tuple[Question, ...]:
    """What can be asked before the next equation: none within an equation, or at the end of the run."""
    quiz = _Quiz.of(session)
    return () if quiz is None else tuple(each for each in (quiz.which(), quiz.formula(), quiz.shape()) if each)


class _Quiz(Struct, frozen=True, eq=False):
    session: Session
    next: Equation
    at: int
    """Which of the equations that is."""
    random: Random

    @classmethod
    def of(cls, session: Session) -> _Quiz | None:
        timeline, program = session.timeline, session.program
        step = timeline.position % timeline.steps
        if timeline.position == timeline.last:
            return None
        at = program.steps[step].equation
        if step and program.steps[step - 1].equation == at:
            return None
        return cls(session, program.equations[at], at, Random(f"{at} {timeline.position}"))  # noqa: S311 - no secret

    def _write(self, expr: Expr) -> str:
        return write(expr, self.session.notation)

    def _name(self, name: str) -> str:
        return write_name(name, self.session.notation)

    def _asked(self, text: str, right: Answer, wrong: Sequence[Answer], hint: str = "") -> Question | None:
        """The right answer somewhere among wrong ones; none without enough of these."""
        if len(wrong) < CHOICES - 1:
            return None
        answers = [right, *wrong[: CHOICES - 1]]
        self.random.shuffle(answers)
        return Question(text, tuple(answers), hint)

    # what there is

    def _shaped(self, name: str) -> str:
        return sized(self.session.program.shapes[name])

    def given(self) -> str:
        """The data and the parameters."""
        program = self.session.program
        return "given: " + ", ".join(
            f"{self._name(each)} {self._shaped(each)}" for each in (*program.data, *program.parameters)
        )

    def computed(self) -> Iterator[str]:
        """What this iteration has computed, in its order."""
        for each in self.session.program.equations[: self.at]:
            yield f"{write_equation(each.name, each.expr, self.session.notation)}  {self._shaped(each.name)}"

    # which quantity

    def which(self) -> Question | None:
        """Which quantity is computed next: the others wait for something, or are there already."""
        right = Answer(self._name(self.next.name), self._turn(), right=True)
        wrong = [*self._waiting(), *self._done()]
        return self._asked("What is computed next?", right, wrong, READY)

    def _turn(self) -> str:
        """Why it is its turn."""
        program, cost = self.session.program, self.session.program.cost
        if self.next.phase is Phase.BACKWARD:
            for task in order_of_work(program):
                if task.name == self.next.name:
                    return task.why(cost, self.session.notation)
        read = [self._name(each) for each in names(self.next.expr)]
        return f"all that it reads is there: {', '.join(read)}" if read else "it reads nothing"

    def _waiting(self) -> list[Answer]:
        """What cannot be computed yet, with what it waits for: the nearest first."""
        known, found = set(self.session.timeline.values), list[Answer]()
        ahead = {each.name for each in self.session.program.equations[self.at :]}
        for each in self.session.program.equations[self.at + 1 :]:
            missing = [name for name in names(each.expr) if name in ahead and name not in known]
            if missing and each.phase is not Phase.UPDATE:
                found.append(Answer(self._name(each.name), f"it waits for {self._name(missing[0])}"))
        return found

    def _done(self) -> list[Answer]:
        """What is there already, the last first."""
        before = self.session.program.equations[: self.at]
        return [Answer(self._name(each.name), "it is there already") for each in reversed(before)]

    # by which formula

    def formula(self) -> Question | None:
        """By which formula: the others have other shapes, or other numbers."""
        equation = self.next
        known = write_equation(equation.name, equation.expr, self.session.notation)
        because = origin(self.session.program, equation, self.session.notation)
        right = Answer(known, because or "so it is", right=True)
        wrong = list(islice((each for each in self._misled() if each.text != known), CHOICES - 1))
        return self._asked(f"How is {self._name(equation.name)} computed?", right, wrong)

    def _misled(self) -> Iterator[Answer]:
        """Formulas that are a slip away, each once, with what is wrong with it."""
        truth = self._value(self.next.expr)
        if isinstance(truth, str):
            return
        found = [each for each in dict.fromkeys(slips(self.next.expr)) if each != self.next.expr]
        self.random.shuffle(found)
        for each in found:
            value, text = self._value(each), write_equation(self.next.name, each, self.session.notation)
            if isinstance(value, str):
                yield Answer(text, value)
            elif value.shape != truth.shape:
                yield Answer(text, f"it would have the shape {sized(value.shape)}, not {sized(truth.shape)}")
            elif not np.allclose(value, truth, rtol=VISIBLE, atol=1e-12, equal_nan=True):
                yield Answer(text, "the shapes fit, but the numbers would be others")

    def _value(self, expr: Expr) -> np.ndarray | str:
        """What a formula gives here, or why it gives nothing."""
        timeline = self.session.timeline
        try:
            with np.errstate(all="ignore"):
                return np.asarray(self.session.evaluator.value(write(expr, "ascii"), timeline.here)[1])
        except BpdebugError as error:
            said = str(error).splitlines()[0]
            return f"the shapes do not fit: {said.rpartition(', got ')[2]}"

    # of which shape

    def shape(self) -> Question | None:
        """Of which shape: the others are its transpose, or shapes of what it is made of."""
        name, shapes = self.next.name, self.session.program.shapes
        shape = tuple(int(each) for each in shapes[name])
        others = [shape[::-1], *(_sizes(shapes[each]) for each in names(self.next.expr) if each in shapes), (), (1,)]
        wrong = list(dict.fromkeys(each for each in others if each != shape))
        what = self._name(name)
        return self._asked(
            f"What shape does {what} have?",
            Answer(sized(shape), self._measured(), right=True),
            [Answer(sized(each), f"{what} is {sized(shape)}") for each in wrong],
            self._shape_hint(),
        )

    def _shape_hint(self) -> str:
        """What the shape follows from."""
        equation, program = self.next, self.session.program
        if equation.name in program.gradients.values():
            return "a gradient has the shape of what it belongs to"
        return (
            f"{write_equation(equation.name, equation.expr, self.session.notation)}: with which shapes stands beneath"
        )

    def _measured(self) -> str:
        """Why the shape is what it is."""
        name, program = self.next.name, self.session.program
        of = next((of for of, gradient in program.gradients.items() if gradient == name), "")
        if of:
            return f"a gradient has the shape of what it belongs to, here {self._name(of)}"
        shape = program.shapes[name]
        words = dict.fromkeys((sized(shape), sized(shape, named=True)))
        return " = ".join(words) if shape else "it is one number"


def _sizes(shape: Shape) -> tuple[int, ...]:
    return tuple(int(each) for each in shape)


def slips(expr: Expr) -> Iterator[Expr]:
    """The formula with one slip in it: a transpose, an order, a factor, a sign."""
    if isinstance(expr, Apply):
        yield from _slip(expr)
        for place, inner in enumerate(expr.inputs):
            for each in slips(inner):
                yield Apply(expr.op, (*expr.inputs[:place], each, *expr.inputs[place + 1 :]), expr.options)


def _slip(expr: Apply) -> Iterator[Expr]:
    """Slips at the outermost operation."""
    match expr.op, expr.inputs:
        case "matmul", (left, right):
            yield Apply("matmul", (right, left))
            yield Apply("matmul", (_turned(left), right))
            yield Apply("matmul", (left, _turned(right)))
        case (("divide" | "multiply"), (left, right)):
            yield left
            if expr.op == "multiply":
                yield right
        case "add", (left, right):
            yield Apply("subtract", (left, right))
            yield left
        case "subtract", (left, right):
            yield Apply("add", (left, right))
            yield Apply("subtract", (right, left))
        case "negate", (inner,):
            yield inner
        case "sum", (inner,):
            yield inner


def _turned(expr: Expr) -> Expr:
    """The transpose, or of a transpose what it was."""
    return expr.inputs[0] if isinstance(expr, Apply) and expr.op == "transpose" else expr.T
