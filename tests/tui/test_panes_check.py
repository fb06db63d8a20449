"""The gradient check pane: from the verdict of the whole down to the single entry."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from bpdebug.check.verdict import Culprit, GradientCheck, Verdict
from bpdebug.debugger.session import Session
from bpdebug.tui.colours import BARE
from bpdebug.tui.panes.check import CheckPane, CheckState, check_lines, samples
from bpdebug.tui.verdicts import CENTRAL, MARKS, MEANS, WORST
from tests.debugger.scenes import opened, said, small
from tests.tui.drawn import checked, plain


def drawn(
    session: Session, *found: GradientCheck, width: int = 64, status: str = "done", message: str = ""
) -> list[str]:
    view = session.view
    state = CheckState(status, view.checked or "", view.serial, found, message, samples(found))
    return plain(check_lines(view, state, width, BARE))


def at(motion: str, name: str = "xor", notation: str = "unicode") -> Session:
    session = opened(name, notation=notation)
    said(session, motion)
    return session


def kinked(notation: str = "unicode") -> Session:
    equations = {"Z": "W @ X + b", "A": "relu(Z)", "J": "sum(A * T) / m"}
    data = {"X": [[1.0, 2.0, -1.0], [0.0, 0.0, 0.0]], "T": [[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]]}
    session = small(equations, data, {"W": [[1.0, 1.0], [0.0, 2.0]], "b": [[-1.0], [0.0]]}, m=3.0, notation=notation)
    said(session, "goto 1:dW")
    return session


def test_a_right_gradient() -> None:
    session = at("goto 1:dW2")
    assert drawn(session, checked(session)) == [
        "✓ dW⁽²⁾ agrees with the numerical gradient",
        "3 entries: 3 match",
        "",
        "  entry    backward  numerical    central",
        "✓ [0, 0]   +0.03051   +0.03051   +0.03051  match",
        "✓ [0, 1]   +0.18288   +0.18288   +0.18288  match",
        "✓ [0, 2]   −0.03801   −0.03801   −0.03801  match",
        "",
        "✓ match: both agree",
        "numerical: through the forward pass alone, by a complex step",
        "central: (J(w+h) − J(w−h)) / 2h, the textbook's",
    ]


def test_a_wrong_entry_is_named_with_both_numbers_and_their_ratio() -> None:
    session = at("goto 1:dW2")
    lines = drawn(session, checked(session, [((0, 1), 0.5)]))
    assert lines[:9] == [
        "✗ dW⁽²⁾ is wrong in 1 of 3 entries",
        "worst at [0, 1]: backward +0.5, numerical +0.182882768, ratio",
        "+2.73399",
        "3 entries: 1 wrong · 2 match",
        "",
        "  entry       backward     numerical       central",
        "✗ [0, 1]  +0.500000000  +0.182882768  +0.182882768  wrong",
        "✓ [0, 0]  +0.030508063  +0.030508063  +0.030508063  match",
        "✓ [0, 2]  −0.038006013  −0.038006013  −0.038006013  match",
    ]
    assert "✗ wrong: they differ by more than rounding can" in lines


@pytest.mark.parametrize(
    ("factor", "told"),
    [(-1, "ratio −1: the sign is turned in every wrong entry"), (2, "ratio +2 in every wrong entry")],
)
def test_one_factor_for_all_is_told(factor: float, told: str) -> None:
    session = at("goto 1:dW2")
    assert told in " ".join(drawn(session, checked(session, factor=factor)))


def test_wrong_by_little_shows_the_digits_that_differ() -> None:
    session = at("goto 1:dW2")
    found = checked(session, factor=1 + 1e-7)
    assert found.verdict is Verdict.WRONG
    _, backward, numerical, *_ = next(line for line in drawn(session, found) if line.startswith("✗ [0, 1]")).split("  ")
    assert backward != numerical


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_no_number_is_wrong(value: float) -> None:
    session = at("goto 1:dW2")
    lines = drawn(session, checked(session, [((0, 1), value)]))
    word = "NaN" if np.isnan(value) else "+inf"
    assert f"worst at [0, 1]: backward {word}, numerical +0.182882768" in lines
    assert any(line.split()[3:4] == [word] for line in lines)


def test_a_kink_shows_the_rule_and_both_slopes() -> None:
    session = kinked()
    lines = drawn(session, checked(session), width=76)
    assert lines[:3] == [
        "~ dW agrees; 2 entries stand at a kink",
        "4 entries: 2 kink · 2 untested: X is 0 there",
        "kink at [0, 0]: slope +1.33333 to the left, +1.66667 to the right; the rule",
    ]
    assert "used: relu'(0) = 0" in lines[3]
    assert "~ [1, 0]          0          0   +0.33333  kink" in lines
    assert "∅ 2 entries untested: 0 here, be the formula right or wrong" in lines


def untested(name: str, gradient: str) -> str:
    """What is said of why entries were not tested."""
    session = opened(name, notation="unicode", fused=False)
    said(session, f"goto 1:{gradient}")
    line = next(line for line in drawn(session, checked(session), width=90) if "untested:" in line)
    return line.partition("untested: ")[2]


@pytest.mark.parametrize(
    ("name", "gradient", "why"),
    [
        ("iris", "dA2", "Y is 0 there"),
        ("gradient-checking", "dZ1", "relu′(Z⁽¹⁾) is 0 there"),
        ("gradient-checking", "dW2", "relu′(Z⁽²⁾) or A⁽¹⁾ is 0 there"),
    ],
)
def test_why_entries_were_not_tested_is_what_is_0_in_their_formula(name: str, gradient: str, why: str) -> None:
    assert untested(name, gradient) == why


def test_the_wrong_entry_comes_first_and_what_was_not_tested_last_in_one_line() -> None:
    session = at("goto 1:dW2", "gradient-checking")
    lines = drawn(session, checked(session, [((2, 3), 5.0)]))
    table = [line for line in lines if line[2:3] == "["]
    assert [line[:8] for line in table] == ["✗ [2, 3]", "✓ [2, 0]", "✓ [2, 1]", "✓ [2, 2]"]
    assert lines[1].startswith("worst at [2, 3]")
    assert lines[lines.index(table[-1]) + 1] == "∅ 11 entries untested: 0 here, be the formula right or wrong"


def test_what_was_not_tested_at_all_is_said_so() -> None:
    session = small({"a": "relu(w)", "J": "sum(a)"}, {}, {"w": [-1.0, -2.0]}, notation="unicode")
    said(session, "goto 1:dw")
    assert drawn(session, checked(session))[0] == "∅ dw is 0 everywhere: nothing was tested here"


def test_a_gradient_times_m_is_compared_with_m_times_the_slope() -> None:
    session = at("goto 1:dZ2")
    lines = drawn(session, checked(session))
    assert lines[0].startswith("✓")
    assert lines[-1] == "both times m, as dZ⁽²⁾ is"


def test_a_large_gradient_shows_its_worst_entries() -> None:
    session = at("goto 1:dZ1", "iris")
    found = checked(session, [((77, 3), 1.0), ((5, 0), -1.0)])
    lines = drawn(session, found)
    assert "750 entries: 2 wrong · 748 match" in lines
    assert "the 10 that agree least:" in lines
    listed = [line for line in lines if line[2:3] == "["]
    assert len(listed) == WORST
    assert sorted(line[:8] for line in listed[:2]) == ["✗ [5, 0]", "✗ [77, 3"]


def large(size: int, resolution: float | None = None) -> GradientCheck:
    """A right gradient that does not want to be asked for what takes long."""

    def asked(*entries: object) -> np.ndarray:
        raise AssertionError("this takes long")

    ones, verdicts = np.ones((1, size)), np.full((1, size), Verdict.MATCH)
    exact = asked if resolution else lambda: ones
    return GradientCheck(
        name="dW2",
        of="W2",
        denotes="dJ(W2)",
        shape=(1, size),
        analytic=ones,
        bound=ones * 1e-15,
        verdicts=verdicts,
        exact=exact,
        textbook=asked,
        resolution=resolution,
    )


def test_central_differences_are_left_out_where_they_cost_too_much() -> None:
    lines = drawn(at("goto 1:dW2"), large(CENTRAL + 1))
    assert "  entry    backward  numerical" in lines


def test_what_was_taken_all_together_is_not_taken_apart() -> None:
    assert drawn(at("goto 1:dW2"), large(100_000, resolution=2.5e-12), width=100) == [
        "✓ dW⁽²⁾ agrees with the numerical gradient",
        "100,000 entries: 100,000 match",
        "taken all together, along two random directions: an entry off by more than 2.5e-12 would show",
    ]


def test_the_culprit_and_measured_slopes_are_told() -> None:
    session = at("goto 1:dW2")
    culprit = Culprit("dZ2", "sigmoid")
    found = replace(checked(session, factor=2), culprit=culprit, measured=("floor",))
    lines = drawn(session, found, width=90)
    assert str(culprit) in lines
    assert "the slopes of floor are measured, by Ridders' method" in lines


def test_a_narrow_pane_gives_up_the_central_difference_and_the_words() -> None:
    session = at("goto 1:dW2")
    lines = drawn(session, checked(session), width=34)
    assert lines[4:6] == ["  entry    backward  numerical", "✓ [0, 0]   +0.03051   +0.03051"]
    assert not any(line.startswith("central") for line in lines)


def test_a_number_has_no_place() -> None:
    session = small({"a": "w * w", "J": "a + a"}, {}, {"w": 3.0}, notation="unicode")
    said(session, "goto 1:dw")
    assert "✓              +12        +12        +12  match" in drawn(session, checked(session))


def test_several_gradients_are_a_line_each_and_what_is_wrong_in_full() -> None:
    session = kinked()
    good, bad = checked(session), checked(session, factor=2)
    lines = drawn(session, good, bad)
    assert lines[:3] == [
        "1 of 2 gradients all right",
        "~ dW  2 kink · 2 untested",
        "✗ dW  1 wrong · 1 kink · 2 untested",
    ]
    assert lines[4] == "✗ dW is wrong in 1 of 4 entries"


@pytest.mark.parametrize(
    ("motion", "sentence"),
    [
        ("start", "goto dA2 (g) leads to the first gradient: it is checked there."),
        ("goto 1:J", "n leads to the first gradient: it is checked there."),
        ("goto 1:dA2", "k checks dA⁽²⁾ against the numerical gradient."),
        ("goto 1:db2", "k checks db⁽²⁾ against the numerical gradient."),
        (
            "goto 1:W1",
            "An update is a rule, not a slope: only its gradients can be checked. "
            "All gradients of this iteration are computed: k checks them.",
        ),
    ],
)
def test_where_nothing_is_checked_one_sentence_says_what_would_be(motion: str, sentence: str) -> None:
    assert drawn(at(motion), status="none", width=160) == [sentence]


def test_between_gradients_the_next_one_is_named() -> None:
    session = at("goto 1:dA2")
    said(session, "s")
    assert drawn(session, status="none", width=80) == ["n leads to the next gradient: it is checked there."]


def test_running_and_failed() -> None:
    session = at("goto 1:dW2")
    assert drawn(session, status="running") == ["checking dW⁽²⁾ …"]
    failed = drawn(session, status="failed", message="[b] no memory")
    assert failed == ["The check of dW⁽²⁾ came to no verdict. [b] no memory"]


def test_a_check_of_another_position_is_not_shown() -> None:
    session = at("goto 1:dW2")
    late = CheckState("done", "dW2", session.view.serial - 1, (checked(session),))
    assert plain(check_lines(session.view, late, 80, BARE)) == ["k checks dW⁽²⁾ against the numerical gradient."]


def test_ascii_is_ascii() -> None:
    session = kinked("ascii")
    lines = drawn(session, checked(session, [((0, 0), 5.0)]))
    assert all(line.isascii() for line in lines)
    assert lines[0] == "X dW is wrong in 1 of 4 entries"
    assert drawn(at("goto 1:dW2", notation="ascii"), status="running") == ["checking dW2 ..."]
    assert drawn(at("start", notation="ascii"), status="none")[0].startswith("goto dA2 (g) leads to")


def test_what_is_said_to_lead_to_a_gradient_does() -> None:
    session = at("start")
    while session.view.place.iteration == 1:
        (line, *_) = drawn(session, status="none", width=80)
        way, leads, _ = line.partition(" leads to the ")
        place = session.view.place.position
        if leads:
            said(session, way.removesuffix(" (g)"))
            assert session.view.checked, line
            said(session, f"goto 1:{place}")
        said(session, "step")


def test_every_verdict_has_a_mark_and_a_meaning_of_its_own() -> None:
    assert set(MARKS) == set(MEANS) == set(Verdict)
    for kind in (0, 1):
        assert len({marks[kind] for marks in MARKS.values()}) == len(Verdict)


def test_a_pane_without_an_app_draws_the_same() -> None:
    session = at("start")
    assert plain(CheckPane().lines(session.view, 80)) == drawn(session, status="none", width=80)
