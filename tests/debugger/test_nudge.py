"""`nudge`: the textbook's numerical check, told so that it can be followed and holds on any machine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bpdebug.check.verdict import Verdict
from tests.debugger.scenes import opened, refused, said, small

EXPECTED = Path(__file__).parent / "nudge.txt"
LAST_DIGITS = re.compile(r"(\d\.\d{11})\d+")
LAST_ERRORS = re.compile(r"\d\.\d(e-1\d)")
NOISY = re.compile(r"^(\S+)  +\S+  +\S+  round-off.*$", re.MULTILINE)


def steady(text: str) -> str:
    """The text without what the rounding of a machine decides: digits after the eleventh, and what is made of them."""
    return LAST_ERRORS.sub(r"…\1", NOISY.sub(r"\1  round-off", LAST_DIGITS.sub(r"\1…", text)))


def told() -> str:
    """What is said of one weight of the three-layer network, after its gradient has been computed."""
    session = opened("three-layer")
    said(session, "goto 2:dW2")
    return said(session, "nudge W2[0, 3] 0.01")


def test_one_weight_from_the_entry_to_the_best_step() -> None:
    assert steady(told()) + "\n" == EXPECTED.read_text(encoding="utf-8")


def test_at_a_kink_both_sides_are_told() -> None:
    session = small({"a": "relu(w)", "J": "3 * sum(a)"}, {}, {"w": [[1.0, 0.0, -1.0]]})
    said(session, "goto 1:dw")
    lines = said(session, "nudge w[0, 1] 0.25").splitlines()
    assert lines[:28] == [
        "iteration 1",
        "w[0, 1] = 0, J = 3",
        "Only w[0, 1] is moved, by h = 0.25; what it reaches is computed again.",
        "",
        "w[0, 1] + h = 0.25",
        "  a changes in entry [0, 1], 1 of 3 entries",
        "  a kink is crossed: a[0, 1]: on here, off at rest",
        "  3.0000000000000000  J",
        "  3.7500000000000000  J+",
        "    ^^^^^^^^^^^^^^^^  differs after 1 digit",
        "",
        "w[0, 1] - h = -0.25",
        "  a does not change: the one it reaches is off",
        "  3.0000000000000000  J",
        "  3.0000000000000000  J-",
        "  J is the same to the last digit",
        "",
        "1.50000000000  the slope (J+ - J-) / 2h, with 2h = 0.5",
        "0.00000000000  the same by a complex step, which no h spoils",
        "0.00000000000  the program's dw[0, 1]: kink",
        "w[0, 1] stands on a kink: slope 0 to the left, 3 to the right.",
        "Every h measures a mean of the two.",
        "The program follows its rule: relu'(0) = 0.",
        "",
        "h        slope          error    mostly",
        "2.5e-01  1.50000000000  1.5e+00  kink crossed  < this h",
        "1e-01    1.50000000000  1.5e+00  kink crossed",
        "1e-02    1.50000000000  1.5e+00  kink crossed",
    ]
    assert lines[-1] == "No h is right: every one of them reaches across the kink and measures both of its sides."
    assert "best" not in "\n".join(lines)


def test_a_kink_nearby_is_crossed_by_wide_steps_only() -> None:
    session = small({"a": "relu(w)", "J": "sum(square(a))"}, {}, {"w": [[0.05, 2.0]]})
    text = said(session, "nudge w[0, 0] 0.1")
    assert "  a kink is crossed: a[0, 0]: off here, on at rest" in text
    rows = {line.split()[0]: line for line in text.splitlines() if re.match(r"\de-\d\d ", line)}
    assert "kink crossed" in rows["1e-01"]
    assert all("round-off" in row for width, row in rows.items() if width != "1e-01")
    assert "A larger h is worse because it reaches across a kink" in text
    assert "a kink is crossed" not in said(session, "nudge w[0, 0] 0.01")


def test_other_branches_are_told_too() -> None:
    session = small({"J": "sum(maximum(w, 0.5) + abs(w))"}, {}, {"w": [[0.45, -0.45]]})
    text = said(session, "nudge w[0, 0] 0.1")
    assert "a kink is crossed: maximum(w, 0.5)[0, 0] takes another branch than at rest" in text
    assert "abs" not in text


def test_a_parabola_has_no_h_that_is_too_wide() -> None:
    text = said(small({"J": "sum(square(w))"}, {}, {"w": [0.3, 0.7]}), "nudge w[1]")
    assert "No larger h is worse by more than rounding: J is no more curved here than a parabola" in text
    assert "truncation" not in text


def test_a_curve_leaves_its_tangent_with_the_square_of_h() -> None:
    text = said(small({"J": "sum(exp(w))"}, {}, {"w": [0.3, 0.7]}), "nudge w[1]")
    found = re.findall(r"^(1e-0[123])  \S+  (\S+)  truncation", text, re.MULTILINE)
    errors = [float(error) for _, error in found]
    assert len(errors) == 3
    assert errors[0] / errors[1] == pytest.approx(100, rel=0.05)
    assert errors[1] / errors[2] == pytest.approx(100, rel=0.05)
    assert text.endswith("and the rounding of the rest is divided by ever less.")


def test_where_nothing_comes_through_nothing_was_tested() -> None:
    session = small({"a": "relu(w)", "J": "sum(square(a))"}, {}, {"w": [[-1.0, 2.0]]})
    said(session, "goto 1:dw")
    text = said(session, "nudge w[0, 0]")
    assert "  a does not change: the one it reaches is off" in text
    assert text.splitlines()[-1] == (
        "Every h from 0.1 to 1e-12 gives exactly this slope: 0. Nothing comes through here, so nothing was tested."
    )
    assert session.execute("nudge w[0, 0]").check[0].verdict is Verdict.MATCH


def test_two_slopes_whose_mean_is_the_rule_are_no_dead_unit() -> None:
    session = small({"J": "sum(abs(w) * c)"}, {}, {"w": [0.0, 1.0]}, c=[3.0, 2.0])
    said(session, "goto 1:dw")
    lines = said(session, "nudge w[0]").splitlines()
    assert lines[-5:-2] == [
        "w[0] stands on a kink: slope -3 to the left, 3 to the right.",
        "Every h measures a mean of the two.",
        "The program follows its rule: at 0 the slope is taken as sign(0) = 0.",
    ]
    assert lines[-1] == (
        "Every h from 0.1 to 1e-12 gives exactly this slope: the mean of both sides, and what the rule takes as well. "
        "That they agree here says nothing of either side."
    )


def test_the_bottom_of_a_parabola_is_level_and_not_dead() -> None:
    lines = said(small({"J": "sum(square(w))"}, {}, {"w": [0.0, 1.0]}), "nudge w[0]").splitlines()
    assert lines[-1] == (
        "Every h from 0.1 to 1e-12 gives exactly this slope: 0, for it is as much higher or lower to one side as to "
        "the other."
    )


def test_no_smaller_step_is_called_worse_where_none_is() -> None:
    text = said(small({"J": "sum(maximum(w, 0.53125))"}, {}, {"w": [0.5, 0.25]}), "nudge w[0] 0.0625")
    rows = {line.split()[0]: line.split()[2:] for line in text.splitlines() if re.match(r"\S+e-\d\d ", line)}
    assert rows["1e-01"][1:] == ["kink", "crossed"]
    assert all(row[:3] == ["0.0e+00", "no", "error"] for width, row in rows.items() if width < "1e-01" or width > "7")
    assert text.splitlines()[-1] == (
        "A larger h is worse because it reaches across a kink, where another slope begins; a smaller one is as good."
    )


def test_outside_the_domain_there_is_nothing_to_compare() -> None:
    session = small({"J": "sum(log(w))"}, {}, {"w": [0.005, 1.0]})
    rows = said(session, "nudge w[0] 0.001").splitlines()
    assert [row.split()[1] for row in rows if row.endswith("no number")] == ["nan", "nan"]
    assert said(small({"J": "sum(log(w))"}, {}, {"w": [-2.0]}), "n", "nudge w[0]").splitlines()[1:] == [
        "w[0] = -2, J = nan",
        "J is no number here, so no h gives it a slope: nudge in an earlier iteration, where J still is one (goto 1).",
    ]


def test_an_intermediate_quantity_moves_what_comes_after_it_only() -> None:
    session = opened("three-layer")
    said(session, "goto 1:dZ2")
    text = said(session, "nudge Z2[0, 3]")
    assert said(session, "nudge Z2[0,3] 1e-4") == text
    told = "dZ⁽²⁾ is the slope by Z⁽²⁾, so Z⁽²⁾ is what is moved."
    assert (
        said(session, "nudge dZ⁽²⁾[0, 3]") == said(session, "nudge dZ2[0, 3]") == text.replace("\n", f"\n{told}\n", 1)
    )
    assert "Z⁽¹⁾" not in text
    assert "  A⁽²⁾ changes in entry [0, 3], 1 of 24 entries\n" in text
    assert "stands for m times the slope (m·∂J), so it is divided by m = 8: match" in text


def test_what_has_no_gradient_of_its_own_is_measured_all_the_same() -> None:
    session = opened("three-layer")
    assert "The program computes no gradient of X." in said(session, "nudge X[0, 0]")
    assert "The program's own: dW2 has no value yet: step 39 of this iteration computes it." in said(
        session, "nudge W2[0, 0]"
    )
    assert "match" not in said(session, "nudge dW2[0, 0]")


def test_the_parameters_are_those_the_iteration_began_with() -> None:
    session = opened("three-layer")
    said(session, "goto 2:dW2")
    then = said(session, "nudge W2[0, 0]")
    said(session, "goto 2:62")
    assert said(session, "nudge W2[0, 0]") == then


def test_a_number_has_no_brackets() -> None:
    session = small({"J": "square(w) * c"}, {}, {"w": 0.5}, c=3.0)
    assert said(session, "nudge w") == said(session, "nudge w[]") == said(session, "nudge w 1e-4")
    assert "w + h = 0.5001" in said(session, "nudge w")
    assert "0.250000000000  the same by a complex step" in said(session, "nudge c")
    assert "w + h = 0.5000000000000009" in said(session, "nudge w 9e-16")


def test_in_latex_and_ascii_there_are_no_other_signs() -> None:
    session = opened("three-layer", notation="ascii")
    said(session, "goto 1:dZ2")
    assert said(session, "nudge W2[-1, -1]").isascii()
    assert said(session, "nudge W2[-1, -1]") == said(session, "nudge W2[2, 4]")
    assert "(m*dJ)" in said(session, "nudge Z2[0, 0]")


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("nudge", "expected an entry, and after it h if you like: nudge W1[0, 2], nudge W1[0, 2] 1e-3"),
        ("nudge W2", "W2 is (3, 5): expected one entry of it, as in nudge W2[0, 0]"),
        ("nudge W2[1]", "W2 is (3, 5): expected one entry of it, as in nudge W2[0, 0]"),
        ("nudge W2[3, 0]", "W2 is (3, 5): it has no entry [3, 0]"),
        ("nudge W2[0, -6]", "W2 is (3, 5): it has no entry [0, -6]"),
        ("nudge W2[0, x]", "expected whole numbers in the brackets, got '0, x'"),
        ("nudge W2[0, :]", "expected whole numbers in the brackets, got '0, :'"),
        ("nudge W2[0, 0] x", "expected a number for h, got 'x'"),
        ("nudge W2[0, 0] 0", "expected an h above 0, got '0'"),
        ("nudge W2[0, 0] -1", "expected an h above 0, got '-1'"),
        ("nudge W2[0, 0] nan", "expected an h above 0, got 'nan'"),
        ("nudge Z2[0, 0]", "Z2 has no value yet: step 5 of this iteration computes it"),
        ("nudge J", "J has no value yet: step 19 of this iteration computes it"),
        ("nudge learning_rate", "learning_rate is not on the way to J: J stays the same whatever it is"),
        ("nudge W9[0, 0]", "there is no 'W9' here."),
        ("nudge W2[0, 0] 1 2", "expected an entry, and after it h if you like: nudge W1[0, 2], nudge W1[0, 2] 1e-3"),
    ],
)
def test_what_cannot_be_moved(line: str, answer: str) -> None:
    assert refused(opened("three-layer"), line) == answer


def test_a_step_that_is_lost_and_the_cost_itself() -> None:
    session = opened("three-layer")
    said(session, "goto 1:J")
    assert refused(session, "nudge J") == "J is the cost itself: nudge what it is computed from"
    answer = refused(session, "nudge W2[0, 3] 1e-20")
    assert answer == "h = 1e-20 is too small: 0.4088790705 + h is 0.4088790705 again in float64"
