"""A derivation reviewed: in any order, with what is missing between its lines, and the order of work."""

from __future__ import annotations

import numpy as np
import pytest

from bpdebug.check.claims import Judgement
from bpdebug.check.iteration import trained
from bpdebug.check.review import Review, in_order, review
from bpdebug.check.telling import counted, lacking, summary, verdict
from bpdebug.check.telling import lines as shown
from bpdebug.scenario.pasted import pasted
from tests.bundled import bundled
from tests.check.test_claims import COURSE, lines, network

TOTAL = COURSE.replace("1 / m * ", "").replace("dA3 = -(", "dA3 = -1 / m * (")


def reviewed(text: str) -> Review:
    return review(*network(), lines(text))


def without(text: str, *names: str) -> str:
    return "\n".join(line for line in text.strip().splitlines() if line.split(" ")[0] not in names)


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_writing_changes_no_verdict(seed: int) -> None:
    written = COURSE.replace("drelu(Z2)", "dsigmoid(Z2)").strip().splitlines()
    shuffled = [written[place] for place in np.random.default_rng(seed).permutation(len(written))]
    found, straight = reviewed("\n".join(shuffled)), reviewed("\n".join(written))

    assert [each.name for each in found.claims] == [line.split(" ")[0] for line in shuffled]
    assert {each.name: each.local for each in found.claims} == {each.name: each.local for each in straight.claims}
    assert {each.name: each.verdict for each in found.claims} == {each.name: each.verdict for each in straight.claims}
    assert not found.lacking
    place = found.derivation.first_wrong
    assert place is not None
    assert found.claims[place].name == "dZ2"
    assert found.diagnoses[place] is not None


def test_lines_that_read_each_other_are_taken_as_they_stand() -> None:
    assert in_order(lines("dZ2 = dZ1 + 1\ndZ1 = dZ2 + 1\nq = dZ1")) == (0, 1, 2)
    assert in_order(lines("a = b\nb = c\nc = Z1")) == (2, 1, 0)


@pytest.mark.parametrize(
    ("text", "missing", "line", "after"),
    [
        (COURSE, "dA3", "dA3 = -Y / A3 + (1 - Y) / (1 - A3)", None),
        (TOTAL, "dA3", "dA3 = -Y / A3 / m + (1 - Y) / (1 - A3) / m", None),
        (COURSE, "dZ2", "dZ2 = dA2 * drelu(Z2)", "dA2"),
        (TOTAL, "dZ2", "dZ2 = dA2 * drelu(Z2)", "dA2"),
        (COURSE, "dA1", "dA1 = np.dot(W2.T, dZ2)", "dZ2"),
    ],
)
def test_a_line_left_out_is_told_as_the_person_would_write_it(
    text: str, missing: str, line: str, after: str | None
) -> None:
    found = reviewed(without(text, missing))

    (each,) = found.lacking
    assert (each.name, each.mended, each.after) == (missing, line, after)
    assert each.reader
    assert not found.ok
    assert {claim.verdict for claim in found.claims} == {Judgement.CORRECT}
    assert summary(found) == f"not complete: {missing} is missing (11 right)"


def test_lines_left_out_one_above_the_other_are_told_in_the_order_of_work() -> None:
    found = reviewed(without(COURSE, "dA3", "dZ3", "dA2"))

    assert [(each.name, each.mended, each.after) for each in found.lacking] == [
        ("dZ3", "dZ3 = A3 - Y", None),
        ("dA2", "dA2 = np.dot(W3.T, dZ3)", "dZ3"),
    ]


def test_what_only_the_update_needs_is_told_and_no_mistake() -> None:
    found = reviewed(without(COURSE, "db2", "dW1", "db1"))

    assert [(each.name, each.reader) for each in found.lacking] == [("db2", None)]
    assert found.ok
    assert lacking(found.lacking[0], found).startswith("not claimed: db2; only the update of b2 needs it.")


def test_a_gradient_passed_over_is_missing_for_the_update() -> None:
    found = reviewed(without(COURSE, "db2"))

    assert [(each.name, each.mended[:9], each.after) for each in found.lacking] == [("db2", "db2 = np.", "dZ2")]
    assert not found.ok
    assert lacking(found.lacking[0], found).startswith("missing: db2, which the update of b2 reads.")
    assert summary(found) == "not complete: db2 is missing (11 right)"


def test_no_gradient_is_missing_for_an_update_that_is_not_made() -> None:
    program, values = network()
    text = without(COURSE, "db2", "db3")
    found = [review(program, values, pasted(f"{text}\n{p} -= lr * d{p}", program).claims) for p in ("W3", "b3")]

    assert [[(each.name, bool(each.reader)) for each in one.lacking] for one in found] == [
        [("db3", False), ("db2", False)],
        [("db3", True), ("db2", True)],
    ]


def test_a_name_that_nobody_knows_is_told_with_the_one_that_may_be_meant() -> None:
    (claim,) = reviewed("dW3 = dZ3 @ A22.T / m").claims

    assert claim.reason == "A22 is not defined; did you mean 'A2'?"


@pytest.mark.parametrize(("text", "first"), [(COURSE, "-Y / A3"), (TOTAL, "/ m")])
def test_the_order_of_work_keeps_the_1_over_m_where_the_person_does(text: str, first: str) -> None:
    from bpdebug.ops import write

    work = reviewed(text).work
    assert [task.name for task in work] == [line.split(" ")[0] for line in text.strip().splitlines()]
    assert first in write(work[0].expr, "ascii")
    assert ("/ m" in write(work[2].expr, "ascii")) == (text is COURSE)
    assert work[0].why("J", "ascii") == "J is computed from A3: nothing but the forward pass is needed"
    assert work[4].why("J", "ascii") == "A2 reaches J through Z3: dZ3 is there"


def test_a_helper_that_is_a_gradient_is_told_so() -> None:
    found = reviewed("error = A3 - Y\nhalf = A2 / 2\ndW3 = error @ A2.T / m")

    assert [each and each.written for each in found.alike] == ["m*dJ(Z3)", None, None]
    assert verdict(found, 0).words.endswith("; it has the value of m*dJ(Z3)")
    assert counted(found) == {"right": 1, "wrong": 0, "inheriting": 0, "not evaluable": 0, "not judged": 2}


def test_what_reads_a_line_that_could_not_be_read_is_not_judged() -> None:
    found = review(*network(), lines("half = probs - Y\ndZ3 = half\ndW3 = dZ3 @ A2.T / m"), ("probs",))

    assert [each.local.value for each in found.claims] == ["auxiliary", "not-evaluable", "correct"]
    assert [verdict(found, place).words for place in range(2)] == ["not judged: probs could not be read"] * 2
    assert found.diagnoses == (None, None, None)
    assert found.derivation.first_wrong is None
    assert not found.ok
    assert summary(found) == "not all read: 1 right, 2 not judged, 1 not read"


def test_a_gradient_whose_line_could_not_be_read_is_not_missing() -> None:
    found = review(*network(), lines("dW3 = dZ3 @ A2.T / m"), ("dZ3", "db3"))

    assert found.lacking == ()
    assert "right; dZ3 could not be read and is taken for right" in " ".join(shown(found, 0, "unicode"))
    assert summary(found) == "not all read: 1 right, 2 not read"


def test_what_comes_after_a_line_of_which_nothing_can_be_said_inherits_nothing() -> None:
    text = COURSE.replace("dA2 = np.dot(W3.T, dZ3)\n", "").replace("dA2 *", "(dA2 + probs) *")
    found = review(*network(), lines(text), ("dA2", "probs"))
    said = {each.name: verdict(found, place) for place, each in enumerate(found.claims)}

    assert said.pop("dZ2").words == "not judged: probs could not be read"
    assert {each.kind for each in said.values()} == {"right"}


@pytest.mark.parametrize(
    ("text", "lost", "mistakes"),
    [
        ("dW3 = dZ3 @ A2.T\ndb3 = sum(dZ3, axis=1, keepdims=True) / m\ndA2 = W3.T @ dZ3\ndZ2 = dA2 * drelu(Z2)\n"
         "dW2 = dZ2 @ A1.T / m", "dZ3", {"dW3": "missing-1/m"}),
        ("dZ2 = dA2 * A2", "dA2", {"dZ2": "value-vs-derivative"}),
        ("dW2 = delta @ A1.T\ndb2 = sum(delta, axis=1, keepdims=True) / m\ndA1 = W2.T @ delta\ndZ1 = dA1 * drelu(Z1)"
         "\ndW1 = dZ1 @ X.T / m", "delta", {"dW2": "missing-1/m"}),
    ],
)  # fmt: skip
def test_a_mistake_of_its_own_is_told_below_a_line_that_could_not_be_read(
    text: str, lost: str, mistakes: dict[str, str]
) -> None:
    found = review(*network(), lines(text), (lost,))
    wrong = {each.name: said.mistakes[0] for each, said in zip(found.claims, found.diagnoses, strict=True) if said}

    assert wrong == mistakes
    assert not any(each.unread for each in found.claims)


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("dW3 = -dZ3 @ A2.T / m", "dZ3"),
        ("dW3 = 3 * dZ3 @ A2.T / m\ndb3 = 3 * sum(dZ3, axis=1, keepdims=True) / m", "dZ3"),
        ("dW2 = dA2 @ A1.T / m", "dA2"),
        ("dW2 = delta @ A1.T / m\ndb2 = sum(delta, axis=1, keepdims=True)", "delta"),
    ],
)
def test_what_may_be_right_with_something_else_in_an_unread_name_is_not_called_wrong(text: str, lost: str) -> None:
    found = review(*network(), lines(text), (lost,))

    assert found.first_wrong is None
    assert {each.unread for each in found.claims} == {lost}


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("dW2 = -dZ2 @ A1.T / m\ndA1 = W2.T @ dZ2\ndZ1 = dA1 * drelu(Z1)\ndW1 = -dZ1 @ X.T / m", "dZ2"),
        ("dW2 = dA2 @ A1.T / m\ndb2 = sum(dA2, axis=1, keepdims=True) / m\ndA1 = W2.T @ dA2", "dA2"),
    ],
)
def test_an_unread_name_holds_what_makes_the_lines_right_that_come_from_it(text: str, lost: str) -> None:
    found = review(*network(), lines(text), (lost,))

    assert {each.local for each in found.claims} == {Judgement.CORRECT}


def test_nothing_judged_is_not_all_right() -> None:
    found = reviewed("half = A3 / 2")

    assert not found.ok
    assert summary(found) == "nothing is judged: 1 not judged"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("dA2 * np.log(-1)", "every entry of dZ2 is no number (NaN)"),
        ("dA2 / (Z2 - Z2)", "every entry of dZ2 is infinite"),
    ],
)
def test_what_comes_out_as_no_number_is_told_so_and_is_no_mistake_of_a_class(line: str, told: str) -> None:
    (found,) = [each for each in reviewed(COURSE.replace("dA2 * drelu(Z2)", line)).diagnoses if each]

    assert found.mistakes == ()
    assert told in found.explanation
    assert found.mended_text == "dZ2 = dA2 * drelu(Z2)"


def test_what_comes_out_infinite_is_told_so_beside_the_mistake_that_makes_it_so() -> None:
    (found,) = [each for each in reviewed(COURSE.replace("dA2 * drelu(Z2)", "dA2 / (Z2 > 0)")).diagnoses if each]

    assert found.mistakes == ("wrong-operand",)
    assert found.mended_text == "dZ2 = dA2 * (Z2 > 0)"
    assert "multiplied by Z2 > 0, not divided" in found.explanation
    assert "entries of dZ2 are infinite" in found.explanation


def test_the_course_s_exercise_is_told_whole() -> None:
    scenario = bundled("gradient-checking")
    values = trained(scenario, 0)
    found = review(scenario.program, values, scenario.claims)
    wrong = {each.name: said for each, said in zip(found.claims, found.diagnoses, strict=True) if said is not None}

    assert {name: each.facts["ratio"] for name, each in wrong.items()} == {"dW2": "2", "db1": "4"}
    assert found.derivation.untested == (
        "20 of the 47 entries of these parameters' gradients are 0 here and test nothing: "
        "2 of the 3 units of A2 and 1 of the 5 units of A1 are 0 for every example."
    )
    mended = "\n".join(wrong[each.name].mended_text if each.name in wrong else each.text for each in found.claims)
    assert summary(review(scenario.program, values, pasted(mended, scenario.program).claims)) == "all right: 11 right"
