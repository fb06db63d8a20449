"""What is asked before it shows: the right answer is right, every wrong one wrong, and asked again it is the same."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest

from bpdebug.debugger.quiz import CHOICES, Answer, Question, known, questions
from bpdebug.debugger.session import Session
from bpdebug.debugger.words import sized
from bpdebug.errors import BpdebugError
from bpdebug.language.expression import names
from bpdebug.ops import parse
from bpdebug.program.equations import Phase
from bpdebug.scenario.bundled import bundled
from tests.debugger.scenes import opened, said, small

NAMES = [each.name for each in bundled()]
Asked = tuple[int, Question]


def walked(session: Session) -> Iterator[tuple[int, tuple[Question, ...]]]:
    """Before each equation of an iteration: which one that is, and what is asked."""
    for at in range(len(session.program.equations)):
        yield at, questions(session)
        said(session, "next")


@cache
def asked(name: str) -> tuple[tuple[int, tuple[Question, ...]], ...]:
    return tuple(walked(opened(name, iterations=3, notation="ascii")))


def of(kind: str, name: str) -> Iterator[Asked]:
    for at, found in asked(name):
        yield from ((at, each) for each in found if each.text.startswith(kind))


def wrong(question: Question) -> list[Answer]:
    return [each for each in question.answers if not each.right]


def formula(answer: Answer) -> str:
    return answer.text.partition(" = ")[2]


@pytest.mark.parametrize("name", NAMES)
def test_every_equation_is_asked_about_and_one_of_three_different_answers_is_right(name: str) -> None:
    equations = opened(name).program.equations
    for at, found in asked(name):
        assert 2 - (equations[at].phase is Phase.BATCH) <= len(found) <= 3
        for each in found:
            assert len({answer.text for answer in each.answers}) == CHOICES
            assert [answer.right for answer in each.answers].count(True) == 1
            assert each.answers[each.right].right
            assert all(answer.why for answer in each.answers)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_computed_next_is_next_and_nothing_else_could_be(name: str) -> None:
    equations = opened(name).program.equations
    for at, question in of("What is computed", name):
        assert question.answers[question.right].text == equations[at].name
        done, ahead = ({each.name for each in part} for part in (equations[:at], equations[at:]))
        for answer in wrong(question):
            reads = [names(each.expr) for each in equations[at + 1 :] if each.name == answer.text]
            assert answer.text in done or all(set(each) & ahead for each in reads)


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_formula_is_refused_or_gives_another_shape_or_other_numbers(name: str) -> None:
    session = opened(name, iterations=3, notation="ascii")
    for at, question in of("How is", name):
        equation = session.program.equations[at]
        said(session, f"goto 1:{equation.name}", "reverse-next")
        right = formula(question.answers[question.right])
        assert parse(right) == equation.expr
        truth = session.evaluator.value(right, session.timeline.here)[1]
        for answer in wrong(question):
            try:
                value = session.evaluator.value(formula(answer), session.timeline.here)[1]
            except BpdebugError:
                assert answer.why.startswith("the shapes do not fit")
                continue
            if np.shape(value) != np.shape(truth):
                assert "it would have the shape" in answer.why
            else:
                assert not np.allclose(value, truth, rtol=1e-6)
                assert answer.why == "the shapes fit, but the numbers would be others"


@pytest.mark.parametrize("name", NAMES)
def test_the_right_shape_is_that_of_the_value(name: str) -> None:
    session = opened(name, iterations=3)
    for at, question in of("What shape", name):
        said(session, f"goto 1:{session.program.equations[at].name}")
        value = session.timeline.values[session.program.equations[at].name]
        assert question.answers[question.right].text == sized(np.shape(value))
        assert all(each.text != sized(np.shape(value)) for each in wrong(question))


def test_the_same_is_asked_at_a_place_however_one_came_there() -> None:
    session = opened()
    first = dict(walked(session))
    said(session, "start")
    assert dict(walked(session)) == first
    said(session, "goto 1:dZ2", "reverse-next")
    at = [each.name for each in session.program.equations].index("dZ2")
    assert questions(session) == questions(session) == first[at]


def test_nothing_is_asked_within_an_equation_and_at_the_end() -> None:
    session = opened(iterations=2)
    said(session, "step")
    assert (questions(session), known(session)) == ((), ())
    said(session, "step")
    assert questions(session)
    said(session, "end")
    assert (questions(session), known(session)) == ((), ())


def test_it_is_told_what_there_is_to_answer_with() -> None:
    session = opened(notation="ascii")
    given = "given: X 4×8, Y 1×8, W1 5×4, b1 5×1, W2 3×5, b2 3×1, W3 1×3, b3 1×1"
    assert known(session) == (given,)
    said(session, "goto 1:A1")
    assert known(session) == (given, "Z1 = W1 @ X + b1  5×8", "A1 = relu(Z1)  5×8")


def test_a_formula_that_cannot_be_told_from_its_slips_is_not_asked_about() -> None:
    """Where all entries are 1 a factor left out changes nothing."""
    session = small({"Z": "X * w", "J": "sum(Z)"}, {"X": [[1.0]]}, {"w": [[1.0]]}, m=1)
    assert not [each for each in questions(session) if each.text.startswith("How")]


def test_where_a_formula_comes_from_is_said() -> None:
    session = opened()
    said(session, "goto 1:dA2")
    (question,) = [each for each in questions(session) if each.text.startswith("How")]
    assert "relu" in question.answers[question.right].why


@pytest.mark.parametrize("name", ["three-layer", "iris"])
def test_a_hint_does_not_tell_the_answer(name: str) -> None:
    for _, question in of("What shape", name):
        assert question.answers[question.right].text not in question.hint.split()
    for _, question in of("What is computed", name):
        assert question.hint
        assert question.answers[question.right].text not in question.hint.split()
