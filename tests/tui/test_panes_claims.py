"""The claims pane: each line with its verdict in the order of work, and one of them unfolded."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from msgspec.structs import replace

from bpdebug.debugger.judging import judged
from bpdebug.debugger.session import Session
from bpdebug.errors import Span
from bpdebug.tui.changed import changes, labelled
from bpdebug.tui.claim_sheets import compared, differing
from bpdebug.tui.claimed import ClaimsState, Row
from bpdebug.tui.colours import BARE
from bpdebug.tui.panes.claims import ClaimsPane, Terms, claims_lines, longest, outcome
from bpdebug.tui.panes.matrices import sheets
from bpdebug.tui.panes.operation import operation_lines
from bpdebug.tui.signs import ASCII
from bpdebug.tui.spread import spread
from tests.debugger.scenes import opened
from tests.tui.drawn import plain


@cache
def claiming(*lines: str, name: str = "three-layer", notation: str = "unicode") -> tuple[Session, ClaimsState]:
    """A session with these claims, and what is said of all that it has."""
    session = opened(name, notation=notation)
    for line in lines:
        assert session.execute(f"claim {line}").ok, line
    review = judged(session) if session.claims else None
    status = "done" if review else "none"
    return session, ClaimsState(session.claims, 1, status, review, frozenset(session.replaced))


def drawn(session: Session, state: ClaimsState, selected: Row | None = None, width: int = 60) -> list[str]:
    return plain(line for line, _ in claims_lines(state, selected, Terms.of(session.view), width, BARE))


def words(state: ClaimsState) -> dict[str, str]:
    return {row.name: row.word for row in state.rows}


def test_without_claims_a_sentence_says_how_to_write_one() -> None:
    session, state = claiming()
    assert drawn(session, state, width=47) == ["None of yours yet. a writes one: claim dA3 = …"]
    assert longest(state, Terms.of(session.view), 47) == 1


def test_the_lines_stand_in_the_order_of_work_each_with_a_mark_and_a_word() -> None:
    session, state = claiming(
        "dW2 = dZ2 @ A1.T / m", "dW3 = dZ3 @ A2.T", "dZ2 = W3.T @ dZ3 * dsigmoid(Z2)", "u = A3 * 2", "dZ3 = A3 - Y"
    )
    assert drawn(session, state) == [
        "  · u = A3 * 2                                        helper",
        "  ✓ dZ3 = A3 - Y                                       right",
        "  · db3 = sum(dZ3, axis=1, keepdims=True) / m    not claimed",
        "  ✗ dW3 = dZ3 @ A2.T                             wrong first",
        "  ✗ dZ2 = W3.T @ dZ3 * dsigmoid(Z2)                    wrong",
        "  · db2 = sum(dZ2, axis=1, keepdims=True) / m    not claimed",
        "  ~ dW2 = dZ2 @ A1.T / m                            inherits",
    ]
    assert outcome(state) == "dW3 wrong first, 1 of 4 right"


def test_a_wrong_line_that_does_not_fit_is_told_to_its_end_and_a_right_one_is_cut() -> None:
    session, state = claiming(
        "dZ3 = A3 - Y", "dW3 = np.dot(dZ3, A2.T) / m * 2", "db3 = 1./m*np.sum(dZ3, axis=1, keepdims=True)"
    )
    assert drawn(session, state, width=36) == [
        "  ✓ dZ3 = A3 - Y               right",
        "  ✗ dW3 = np.dot(dZ3,    wrong first",
        "      A2.T) / m * 2",
        "  ✓ db3 = 1./m*np.sum(dZ3, a…  right",
    ]
    pressed = drawn(session, state, state.row("dW3"), width=36)
    assert pressed[1] == "▶ ✗ dW3 = np.dot(dZ3,…   wrong first"


def test_a_wrong_line_stands_between_the_true_one_and_the_mended_one_with_what_changed_marked() -> None:
    session, state = claiming("dZ3 = A3 - Y", "dW3 = dZ3 @ A2.T")
    lines = drawn(session, state, state.row("dW3"))
    at = lines.index("▶ ✗ dW3 = dZ3 @ A2.T                             wrong first")
    assert lines[at + 1 : at + 7] == [
        "  true   dW⁽³⁾ = dZ⁽³⁾ · A⁽²⁾ᵀ / m",
        "  yours  dW3 = dZ3 @ A2.T",
        "  mended dW3 = dZ3 @ A2.T / m",
        "                          ^^^",
        "  Wrong first: 3 of 3 entries differ.",
        "  Mistake: missing 1/m.",
    ]
    assert lines[at + 9] == "  0  +0.172 +0.182 +0.623  0 ≠+1.376≠+1.457≠+4.986"
    assert lines[at + 10].startswith("  J averages over the m = 8 examples")
    assert "  m takes the mended line, a changes yours, M takes the" in lines


@pytest.mark.parametrize(
    ("own", "true", "width", "told"),
    [
        ([20.5, 0.004, 0.0, -3.25], [20.5, 0.0021, 0.0, -3.25], 120, ["+0.004", "+0.002"]),
        ([20.5, 0.004, 0.0, -3.25], [20.5, 0.0021, 0.0, -3.25], 30, ["+4e-3", "+0.00"]),
        ([20.5, 3e-5, 7.0, 8.0], [20.5, 0.0, 7.0, 8.0], 120, ["+0.00", "0"]),
        ([2.1e-7, 0.0, 0.0, 0.09], [1.1e-7, 0.0, 0.0, 0.09], 120, ["+0.0000002", "+0.0000001"]),
        ([2.1e-7, 0.0, 0.0, 0.09], [1.1e-7, 0.0, 0.0, 0.09], 40, ["+2.1e-7", "+0.0000"]),
        ([1.234567, 20.0, 7.0, 8.0], [1.2346, 20.0, 7.0, 8.0], 120, ["+1.23457", "+1.23460"]),
    ],
)
def test_what_is_marked_as_different_reads_as_different(own, true, width, told) -> None:
    _, state = claiming("dZ3 = A3 - Y", "dW3 = dZ3 @ A2.T")
    judged = state.judged(state.row("dW3"))
    both = compared(replace(judged, value=np.array([own]), true=np.array([true])), "ascii")
    drawn = spread(tuple(both), (width, 9), ASCII)
    lines = plain(drawn.line(at) for at in range(drawn.lines))
    rows = [line for line in lines if "." in line]
    mine = rows[-1][lines[0].find("yours") if len(rows) == 1 else 0 :].replace("!", " ! ").split()[1:]
    at = mine.index("!")
    assert [mine[at + 1], rows[0].split()[at + 1]] == told


def test_matrices_that_have_no_room_beside_one_another_are_left_out() -> None:
    session, state = claiming("dZ3 = A3 - Y", "dW3 = dZ3 @ A2.T")
    assert any("≠" in line for line in drawn(session, state, state.row("dW3"), width=50))
    assert not any("≠" in line for line in drawn(session, state, state.row("dW3"), width=34))


def test_what_is_missing_stands_where_it_goes_with_its_line() -> None:
    session, state = claiming("dW3 = dZ3 @ A2.T / m", "dW2 = dZ2 @ A1.T / m")
    assert words(state) | {"dZ3": "missing", "dZ2": "missing"} == words(state)
    names = [row.name for row in state.rows]
    assert names.index("dZ3") < names.index("dZ2") < names.index("dW2")
    assert state.first is state.row("dZ3")
    assert outcome(state) == "dZ3 missing first, 2 of 2 right"
    lines = drawn(session, state, state.first)
    assert lines[1] == "  Missing: dZ3, which dW3 reads. It comes first, right after"
    assert "  line   dZ3 = A3 - Y" in lines


def test_a_line_that_cannot_be_evaluated_says_why() -> None:
    session, state = claiming("dW2 = dZ2 @ A1")
    lines = " ".join(each.strip() for each in drawn(session, state, state.row("dW2"), width=200))
    assert "Not evaluable: dZ2 @ A1: matmul: expected as many columns on the left as rows on the right" in lines
    assert "8 ≠ 5. These would fit: dZ2 @ A1.T. Mistake: transposed operand" in lines


def test_another_convention_than_the_program_s_is_no_mistake_and_is_told() -> None:
    own, other = ("dZ3 = A3 - Y", "dW3 = dZ3 @ A2.T / m"), ("dZ3 = (A3 - Y) / m", "dW3 = dZ3 @ A2.T")
    assert words(claiming(*own)[1])["dZ3"] == "right"
    assert words(claiming(*other)[1])["dZ3"] == "convention only"


def test_a_line_that_is_not_judged_yet_shows_without_a_verdict() -> None:
    session, state = claiming("dZ3 = A3 - Y")
    waiting = ClaimsState(state.claims, 1, "running")
    assert drawn(session, waiting, waiting.row("dZ3")) == ["▶   dZ3 = A3 - Y", "  yours  dZ3 = A3 - Y"]
    assert outcome(waiting) == "judging 1"
    assert waiting.judged(waiting.rows[0]) is None


def test_a_judgement_that_failed_says_so() -> None:
    session, state = claiming("dZ3 = A3 - Y")
    failed = ClaimsState(state.claims, 1, "failed", message="ZeroDivisionError: broken")
    assert drawn(session, failed, width=80)[0] == "The claims could not be judged. ZeroDivisionError: broken"


@pytest.mark.parametrize("width", [24, 30, 47, 76])
@pytest.mark.parametrize("notation", ["unicode", "ascii"])
def test_every_line_fits_and_ascii_stays_ascii(width: int, notation: str) -> None:
    session, state = claiming(name="gradient-checking", notation=notation)
    for row in state.rows:
        lines = claims_lines(state, row, Terms.of(session.view), width, BARE)
        assert max(line.cell_len for line, _ in lines) <= width
        assert [name for _, name in lines if name] == [each.name for each in state.rows]
        assert notation != "ascii" or all(line.plain.isascii() for line, _ in lines)
        assert len(lines) <= longest(state, Terms.of(session.view), width)


def test_data_of_a_claim_is_never_markup() -> None:
    session, state = claiming("dZ3 = A3 - Y")
    (claim,) = state.claims
    odd = type(claim)(claim.name, "dZ3 = [b]A3[/b]\x1b[31m - Y", claim.expr, claim.of, "", 0)
    waiting = ClaimsState((odd,), 1, "running")
    assert drawn(session, waiting)[0] == "    dZ3 = [b]A3[/b]\\x1b[31m - Y"


def test_the_operation_shows_the_line_beneath_the_true_one() -> None:
    session, state = claiming("dZ3 = A3 - Y", "dW3 = dZ3 @ A2.T")
    session.execute("goto dW3")
    lines = plain(operation_lines(session.view, 70, BARE, state))
    at = lines.index("yours    dW3 = dZ3 @ A2.T")
    assert lines[0].startswith("dW⁽³⁾ = dZ⁽³⁾ · A⁽²⁾ᵀ / m")
    assert lines[at + 1] == "         ✗ wrong first; mended: dW3 = dZ3 @ A2.T / m"
    session.execute("next")
    assert not any("yours" in line for line in plain(operation_lines(session.view, 70, BARE, state)))


def test_the_matrices_of_a_wrong_line_stand_beside_the_true_ones_with_the_same_digits() -> None:
    session, state = claiming("dZ3 = A3 - Y", "dW3 = dZ3 @ A2.T")
    session.execute("goto dW3")
    *_, true, yours = sheets(session.view, state)
    assert (true.label, yours.label) == ("→ dW⁽³⁾", "yours dW⁽³⁾")
    assert true.joint is yours.joint
    assert yours.differs
    assert yours.changed is not None
    assert yours.changed.all()
    session.execute("goto dZ3")
    assert not any(each.differs for each in sheets(session.view, state))


def test_a_line_that_stands_for_another_multiple_has_a_true_matrix_of_its_own() -> None:
    session, state = claiming("dZ3 = (A3 - Y) / m", "dW3 = dZ3 @ A2.T", "dZ2 = W3.T @ dZ3", name="three-layer")
    session.execute("goto dZ2")
    labels = [each.label for each in sheets(session.view, state)]
    assert labels[-3:] == ["→ dZ⁽²⁾", "true dZ⁽²⁾", "yours dZ⁽²⁾"]


def test_entries_differ_by_what_the_verdict_goes_by() -> None:
    _, state = claiming("dZ3 = A3 - Y")
    judged = state.judged(state.rows[0])
    assert judged is not None
    assert judged.true is not None
    off = judged.true.copy()
    off[0, 1], off[0, 2] = off[0, 1] * (1 + 1e-3), np.nan
    moved = replace(judged, value=off)
    where = differing(moved)
    assert where is not None
    assert np.flatnonzero(where).tolist() == [1, 2]
    other = replace(judged, value=off.T)
    assert differing(other) is None
    assert [each.shape for each in compared(other, "unicode")] == [(1, 8), (8, 1)]


@pytest.mark.parametrize(
    ("old", "new", "gone", "come"),
    [
        ("dW = dZ @ A.T", "dW = dZ @ A.T / m", [], ["/ m"]),
        ("dW = dZ.T @ A", "dW = dZ @ A.T", [".T"], [".T"]),
        ("db = np.sum(dZ)", "db = np.sum(dZ, axis=1)", [], [", axis=1"]),
        ("dZ = dA * A2", "dZ = dA * A1", ["A2"], ["A1"]),
        ("dZ = 2.5 * dA", "dZ = dA", ["2.5 *"], []),
        ("dZ = A ** 2", "dZ = A * 2", ["**"], ["*"]),
        ("dZ = dA", "dZ = dA", [], []),
    ],
)
def test_what_changed_is_told_in_whole_words(old: str, new: str, gone: list[str], come: list[str]) -> None:
    before, after = changes(old, new)
    assert [old[each.start : each.end] for each in before] == gone
    assert [new[each.start : each.end] for each in after] == come


def test_carets_follow_a_line_where_it_is_broken() -> None:
    text = "dZ2 = np.dot(W3.T, dZ3) * np.int64(A2 > 0) / m"
    marked = [Span(text.index("np.int64"), text.index(" / m"))]
    assert plain(labelled("yours", text, 34, BARE, column=6, marked=marked)) == [
        "yours dZ2 = np.dot(W3.T, dZ3)",
        "          * np.int64(A2 > 0) / m",
        "            ^^^^^^^^^^^^^^^^",
    ]


def test_what_is_taken_for_right_since_its_line_could_not_be_read_is_told() -> None:
    session = Session(replace(opened("three-layer").scenario, unread=("dZ3",)))
    assert session.execute("claim dW3 = dZ3 @ A2.T / m").ok
    state = ClaimsState(session.claims, 1, "done", judged(session))
    shown = " ".join(" ".join(drawn(session, state, state.row("dW3"))).split())
    assert "Right; dZ3 could not be read and is taken for right." in shown


@pytest.mark.parametrize(
    ("lines", "mark"),
    [
        ((), ""),
        (("dZ3 = A3 - Y", "dW3 = dZ3 @ A2.T / m"), "✓"),
        (("dZ3 = A3 - Y", "dW3 = dZ3 @ A2.T"), "✗"),
        (("dW3 = dZ3 @ A2.T / m",), "!"),
    ],
)
def test_the_tab_has_the_mark_of_what_is_to_be_done_first(lines: tuple[str, ...], mark: str) -> None:
    session, state = claiming(*lines)
    pane = ClaimsPane()
    pane.show(session.view)
    pane.told(state)
    assert pane.mark == mark
