"""How well a network does with the parameters it has: accuracy, or R² and the mean squared error, and the cost.

It is evaluated by the equations of its own forward pass, on the examples it is trained on and on those set aside.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property

import numpy as np
from msgspec import Struct

from bpdebug.debugger.measures import Compared, compared
from bpdebug.errors import BpdebugError
from bpdebug.language.expression import Expr, Name
from bpdebug.machine.applied import Applied
from bpdebug.ops.table import Array, Shape
from bpdebug.program.batch import WHOLE
from bpdebug.program.equations import Program

Values = Mapping[str, Array]
LIGHT = 2.0**24
"""Multiplications that are done in passing: some milliseconds of them."""


class Answer(StrEnum):
    """What labels say, and so how a prediction is held against them."""

    CLASS = "class"
    """The largest output of an example is that of its class."""
    HALF = "half"
    """Each output lies on the side of ½ that its label, 0 or 1, lies on."""
    SIGN = "sign"
    """Each output has the sign of its label, -1 or 1."""
    NUMBER = "number"
    """The outputs are near to the labels."""


class Score(Struct, frozen=True):
    """How well the network does on some examples: by accuracy where labels are classes, else by R² and the error."""

    examples: int
    cost: float
    accuracy: float | None = None
    """The share of examples that are answered right; of labels, where an example has several."""
    r2: float | None = None
    """1 less the share of the labels' variance about their mean that is left; None where they do not vary."""
    error: float | None = None
    """The squared distance from the labels, added over the outputs, in the mean of the examples."""


class Scores(Struct, frozen=True):
    """On the examples that are trained on, and on those that were set aside, if there are such."""

    train: Score
    test: Score | None = None


class Judge:
    """What evaluates one program with any values of its parameters.

    `test` is what there is of the data of the examples that are set aside; `standing` says what stands for the
    quantities that are made for training only, as `Applied.of` takes it.
    """

    def __init__(self, program: Program, test: Values, standing: Mapping[str, Expr] | None = None) -> None:
        self._program, self._test_data, self._standing = program, test, dict(standing or {})
        self._latest: tuple[tuple[Array, ...], Scores | None] | None = None

    @cached_property
    def _pair(self) -> Compared | None:
        """What is compared with what, by the names that it has where nothing is made for training only."""
        found = compared(self._program)
        return None if found is None else Compared(self._meant(found.predicted), self._meant(found.labels), found.named)

    def _meant(self, name: str) -> str:
        stands = self._standing.get(name)
        return self._meant(stands.id) if isinstance(stands, Name) else name

    @cached_property
    def work(self) -> float:
        """About how many multiplications the scores take; 0 where there are none."""
        return sum(each.work for each in (self._train, self._test) if each is not None)

    @cached_property
    def _train(self) -> Applied | None:
        program, constants = self._program, self._program.constants
        count = constants.get(program.examples + WHOLE, constants.get(program.examples, 0))
        return self._applied({name: program.shapes[name] for name in program.data}, int(count))

    @cached_property
    def _test(self) -> Applied | None:
        if self._pair is None or self._pair.labels not in self._test_data:
            return None
        shapes = {name: self._program.shapes[name] for name in self._program.data}
        shapes |= {name: array.shape for name, array in self._test_data.items()}
        return self._applied(shapes, len(self._rows(self._test_data[self._pair.labels])))

    def _applied(self, shapes: Mapping[str, Shape], examples: int) -> Applied | None:
        if self._pair is None or self._pair.labels not in shapes or not examples:
            return None
        wanted = (self._pair.predicted, self._program.cost)
        try:
            return Applied.of(self._program, wanted, shapes, examples, self._standing)
        except BpdebugError:  # equations that hold for the number of examples of the run alone
            return None

    def scores(self, values: Values) -> Scores | None:
        """With the parameters among these values, on the data among them; None where there is no telling."""
        if self._train is None:
            return None
        held = tuple(values[name] for name in self._train.reads)
        if self._latest is None or any(one is not other for one, other in zip(held, self._latest[0], strict=True)):
            self._latest = held, self._scored(self._train, values)
        return self._latest[1]

    def _scored(self, train: Applied, values: Values) -> Scores | None:
        assert self._pair is not None
        answer = answers(self._rows(values[self._pair.labels]))
        found = self._score(train, values, answer)
        if found is None or self._test is None:
            return None if found is None else Scores(found)
        return Scores(found, self._score(self._test, {**values, **self._test_data}, answer))

    def _score(self, applied: Applied, values: Values, answer: Answer) -> Score | None:
        assert self._pair is not None
        found, true = applied.run(values), self._rows(values[self._pair.labels])
        predicted, cost = self._rows(found[self._pair.predicted]), float(found[self._program.cost].item())
        if predicted.shape != true.shape or len(true) != applied.constants[applied.examples]:
            return None  # labels that do not lie one example after the other
        if answer is Answer.HALF and not self._pair.named and ((predicted < 0) | (predicted > 1)).any():
            return None  # of no probabilities it is not known where the two classes part
        return scored(answer, predicted, true, cost)

    def _rows(self, array: Array) -> Array:
        """An example each row."""
        rows = array.T if array.ndim == 2 and self._program.orientation == "columns" else array
        return np.asarray(rows.reshape(len(rows), -1) if rows.ndim else rows.reshape(1, 1), dtype=np.float64)


def answers(labels: Array) -> Answer:
    """What labels say, an example each row."""
    if labels.shape[1] > 1 and (labels >= 0).all() and np.allclose(labels.sum(axis=1), 1):
        return Answer.CLASS
    if np.isin(labels, (0, 1)).all():
        return Answer.HALF
    return Answer.SIGN if (np.abs(labels) == 1).all() else Answer.NUMBER


def scored(answer: Answer, predicted: Array, true: Array, cost: float) -> Score:
    """How well predictions do, an example each row. What is not finite is wrong."""
    with np.errstate(all="ignore"):
        if answer is Answer.NUMBER:
            missed = float(((predicted - true) ** 2).sum())
            spread = float(((true - true.mean(axis=0)) ** 2).sum())
            return Score(len(true), cost, r2=1 - missed / spread if spread > 0 else None, error=missed / len(true))
        finite = np.isfinite(predicted)
        if answer is Answer.CLASS:
            right = (predicted.argmax(axis=1) == true.argmax(axis=1)) & finite.all(axis=1)
        elif answer is Answer.HALF:
            right = ((predicted > 0.5) == (true > 0.5)) & finite
        else:
            right = (np.sign(predicted) == true) & finite
    return Score(len(true), cost, accuracy=float(right.mean()))


class Judged(Struct, frozen=True, eq=False):
    """A judge and what it is to judge: asked for the scores, it computes them."""

    judge: Judge
    values: Values

    @property
    def scores(self) -> Scores | None:
        return self.judge.scores(self.values)

    @property
    def in_passing(self) -> Scores | None:
        """The scores where they are had in no time; else None."""
        return self.scores if self.judge.work <= LIGHT else None
