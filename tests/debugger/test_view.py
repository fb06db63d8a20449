"""What a view holds: the operation with its operands as they were, what changed, what is worth a remark."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bpdebug.language.expression import Name, Number
from bpdebug.ops import parse, write
from bpdebug.ops.table import Array
from tests.debugger.scenes import opened, said, small


def test_at_the_start_the_first_operation_is_to_come() -> None:
    view = opened("xor").view
    assert not view.operation.executed
    assert view.operation.result.value is None
    assert [write(each.label) for each in view.operation.operands] == ["W⁽¹⁾", "X"]
    assert view.following == view.operation.step_expr
    assert (view.checked, view.cost, list(view.costs)) == (None, None, [])
    assert [row.state for row in view.rows] == ["current"] + ["ahead"] * (len(view.rows) - 1)


def test_the_last_operation_executed_shows() -> None:
    session = opened("xor")
    said(session, "goto 2:dW2")
    operation = session.view.operation
    assert operation.executed
    assert (operation.equation.name, operation.part, operation.parts, operation.rule) == ("dW2", 3, 3, "divide")
    assert operation.step_out == Name("dW2")
    assert operation.step_expr == operation.equation.expr
    product, m = operation.operands
    assert product.label == parse("dZ2 @ A1.T")
    assert product.value is not None
    assert m.label == Name("m")
    assert operation.result.label == Name("dW2")
    assert np.array_equal(operation.result.value, product.value / m.value)
    assert operation.result.value is session.view.values["dW2"]


def test_a_temporary_is_called_by_its_formula() -> None:
    session = opened("xor")
    said(session, "goto 1:dW2", "rs")
    operation = session.view.operation
    assert operation.step_out == operation.result.label == parse("dZ2 @ A1.T")
    assert [each.label for each in operation.operands] == [Name("dZ2"), parse("A1.T")]
    assert (session.view.following, session.view.following_name) == (parse("dZ2 @ A1.T / m"), "dW2")


def test_rows_say_what_is_done() -> None:
    session = opened("xor")
    said(session, "goto 2:dZ2")
    states = {row.equation.name: row.state for row in session.view.rows[:-4]}
    assert [name for name, state in states.items() if state == "current"] == ["dZ2"]
    assert states["J"] == states["dA2"] == "done"
    assert states["dW2"] == states["dW1"] == "ahead"
    assert {row.equation.name: row.gradient for row in session.view.rows}["dW1"] == "W1"


def test_an_updated_parameter_stands_before_its_update_as_operand_and_after_it_as_result() -> None:
    session = opened("xor")
    said(session, "goto 3:dW1")
    before = session.view.values["W1"]
    said(session, "goto 3:W1")
    first = session.view.operation.operands[0]
    assert first.label == Name("W1")
    assert first.value is before
    assert session.view.operation.result.value is session.view.values["W1"] is not before
    said(session, "end", "goto 3:W1")
    assert np.array_equal(session.view.operation.operands[0].value, before)


def test_a_parameter_updated_already_stands_as_later_updates_find_it() -> None:
    session = small({"J": "w * w + v * v"}, {}, {"w": 1.0, "v": 2.0})
    said(session, "goto 1:v")
    assert session.view.values["w"] != 1.0
    said(session, "goto 1:w")
    assert float(session.view.operation.operands[0].value) == 1.0


def test_the_checked_gradient_is_the_one_just_completed() -> None:
    session = opened("xor")
    for line, expected in [("goto 1:J", None), ("goto 1:dW2", "dW2"), ("rs", None), ("goto 1:W1", None)]:
        said(session, line)
        assert session.view.checked == expected


def test_nothing_follows_the_end() -> None:
    session = opened("xor", iterations=2)
    said(session, "end")
    assert (session.view.following, session.view.following_name) == (None, "")
    said(session, "goto 1:46")
    assert session.view.following == parse("W1 @ X")


def test_entries_that_differ_from_before_the_move_are_marked() -> None:
    session = opened("xor")
    said(session, "goto 1:Z1")
    assert session.view.operation.result.changed is None
    said(session, "goto 2:Z1")
    marked = session.view.operation.result.changed
    assert marked is not None
    assert marked.all()
    said(session, "s")
    assert session.view.operation.operands[0].changed is None


def test_a_recomputed_value_is_marked_against_that_of_the_iteration_before() -> None:
    session = opened("xor")
    said(session, "goto 2:1", "s 2")
    for _ in range(session.timeline.steps):
        said(session, "s")
    assert session.view.place.iteration == 3
    assert session.view.operation.result.changed is not None


def test_only_the_entries_that_changed_are_marked() -> None:
    session = small({"J": "sum(relu(w))"}, {}, {"w": [1.0, -1.0, 2.0]})
    said(session, "goto 1:dw", "goto 1:w")
    changed = session.view.operation.result.changed
    assert changed is not None
    assert changed.tolist() == [True, False, True]


def test_nothing_is_marked_where_nothing_changed() -> None:
    session = opened("xor")
    said(session, "goto 2:A1", "goto 2:dA1", "goto 2:A1")
    assert session.view.operation.result.changed is None


def notes(equations: dict[str, str], w: object, at: str, **data: object) -> tuple[str, ...]:
    session = small(equations, data, {"w": w})
    said(session, f"goto 1:{at}")
    return session.view.operation.notes


def test_kinks_are_told_with_the_rule_used() -> None:
    equations = {"a": "relu(w)", "J": "sum(a)"}
    assert notes(equations, [1.0, 2.0], "a") == ()
    rule = "at a point without derivative; the rule used: relu'(0) = 0"
    assert notes(equations, [[1.0, 0.0]], "a") == (f"entry [0, 1] stands {rule}",)
    two = f"2 entries, [0, 1] the first of them, stand {rule}"
    assert notes(equations, [[1.0, 0.0], [0.0, 3.0]], "a") == (two,)
    assert notes({"a": "relu(w)", "J": "a * a"}, 0.0, "a") == (f"the number stands {rule}",)


def test_entries_outside_a_domain_and_what_comes_of_them() -> None:
    assert notes({"a": "log(w)", "J": "sum(a)"}, [1.0, -2.0, 0.0], "a") == (
        "2 entries, [1] the first of them, lie outside the domain of log, which was given -2 there",
        "NaN arises here, in entry [1]",
        "infinity arises here, in entry [2]",
    )
    passed = notes({"a": "log(w)", "b": "a * 2", "J": "sum(b)"}, [1.0, -2.0], "b")
    assert passed == ("NaN is passed on here, in entry [1]",)
    assert notes({"a": "1 / w", "J": "sum(a)"}, [0.0, 1.0], "a") == (
        "entry [0] lies outside the domain of divide, which was given 1 and 0 there",
        "infinity arises here, in entry [0]",
    )


def test_notes_are_read_aloud_after_a_move() -> None:
    session = small({"a": "relu(w)", "J": "sum(a)"}, {}, {"w": [1.0, 0.0]})
    assert said(session, "n").splitlines()[1:] == [
        "entry [1] stands at a point without derivative; the rule used: relu'(0) = 0."
    ]


def test_where_a_gradient_comes_from_and_why() -> None:
    session = opened("three-layer")
    said(session, "goto 1:dW2")
    assert session.view.operation.origin == ("from Z⁽²⁾ = W⁽²⁾ · A⁽¹⁾ + b⁽²⁾: W⁽²⁾ · A⁽¹⁾ hands dZ⁽²⁾ · A⁽¹⁾ᵀ to W⁽²⁾")
    assert session.view.operation.why.startswith("Entry W⁽²⁾[i, k] reaches every column j")
    said(session, "goto 1:dA1")
    assert session.view.operation.why.startswith("Entry A⁽¹⁾[k, j] reaches every row i")
    said(session, "goto 1:dZ2")
    assert session.view.operation.origin == "from A⁽²⁾ = relu(Z⁽²⁾): relu(Z⁽²⁾) hands dA⁽²⁾ ⊙ relu′(Z⁽²⁾) to Z⁽²⁾"
    said(session, "goto 1:db2")
    assert session.view.operation.origin.endswith("; b⁽²⁾ was repeated m times, and every copy adds to its gradient")
    assert session.view.operation.why == (
        "b⁽²⁾ is added to every one of the m columns, so every column sends its gradient back, and they add up."
    )


@pytest.mark.parametrize(
    ("name", "gradient", "said_of_it"),
    [
        (
            "linear-regression",
            "dP",
            "divided by m, handed to every entry of the sum, multiplied by (2 * (P − Y)) (power)",
        ),
        (
            "iris",
            "dA2",
            "divided by m, turned in sign, handed to every entry of the sum, multiplied by Y, divided by A⁽²⁾ (log)",
        ),
        (
            "three-layer",
            "dA3",
            "left undivided by m (dW and db divide by it), turned in sign, handed to every entry of the sum, "
            "then multiplied by Y, divided by A⁽³⁾ (log) and, the other way, multiplied by (1 − Y), "
            "divided by (1 − A⁽³⁾) (log), turned in sign",
        ),
    ],
)
def test_backward_begins_at_the_cost(name: str, gradient: str, said_of_it: str) -> None:
    session = opened(name)
    said(session, f"goto 1:{gradient}")
    _, _, told = session.view.operation.origin.partition(": ")
    assert told == f"backward begins at the cost J, whose own slope is 1; on the way from there it is {said_of_it}"


def origin_of(equations: dict[str, str], gradient: str, parameters: dict[str, Any]) -> str:
    session = small(equations, {}, parameters)
    said(session, f"goto 1:{gradient}")
    return str(session.view.operation.origin).partition(": ")[2]


def test_a_rule_is_told_with_the_quantities_it_was_used_on() -> None:
    w, v = {"w": [1.0, 2.0], "v": [3.0, 4.0]}, "sum(r * r)"
    assert origin_of({"r": "w - exp(v)", "J": v}, "dv", w) == "exp(v) hands -dr * exp(v) to v"
    assert origin_of({"r": "exp(v)", "J": "sum(w * r)"}, "dv", w) == "exp(v) hands dr * r to v"
    assert origin_of({"r": "exp(w * v)", "J": v}, "dw", w).endswith("w * v hands g * v to w, g being what arrives")
    assert origin_of({"r": "w * (v * v + v - 3)", "J": v}, "dw", w) == (
        "w * u hands dr * u to w, u being v * v + v - 3"
    )


def test_single_numbers_are_not_called_entries() -> None:
    session = opened("three-layer")
    said(session, "goto 1:J")
    assert session.view.operation.why == "The first number is divided by the second."


def test_a_forward_operation_says_what_it_does() -> None:
    session = opened("three-layer")
    said(session, "s")
    assert session.view.operation.origin == ""
    assert session.view.operation.why.startswith("Row i of the first meets column j of the second")


def test_a_number_is_an_operand_too() -> None:
    session = small({"J": "2 * w"}, {}, {"w": 1.5})
    said(session, "s")
    two = session.view.operation.operands[0]
    assert (two.label, two.shape, float(two.value)) == (Number(2.0), (), 2.0)


def test_a_view_is_kept_until_the_next_move_and_frozen_for_ever() -> None:
    session = opened("xor")
    said(session, "goto 2:dW1")
    view = session.view
    said(session, "print J", "list", "help")
    assert session.view is view
    serial, values = view.serial, {name: value.copy() for name, value in view.values.items()}
    said(session, "end", "start")
    assert session.view is not view
    assert session.view.serial == serial + 2
    assert all(np.array_equal(view.values[name], values[name]) for name in values)
    assert view.values.keys() == values.keys()
    assert view.place.iteration == 2


@pytest.mark.parametrize("name", ["three-layer", "xor", "logistic", "linear-regression", "gradient-checking"])
@pytest.mark.parametrize("notation", ["unicode", "ascii", "latex"])
def test_every_operation_of_every_scenario_has_a_view(name: str, notation: str) -> None:
    session = opened(name, notation=notation, iterations=2)
    while session.view.following is not None:
        said(session, "s")
        operation = session.view.operation
        assert operation.why
        assert operation.executed
        shapes = [np.shape(each.value) for each in (*operation.operands, operation.result)]
        assert shapes == [tuple(each.shape) for each in (*operation.operands, operation.result)]
        recomputed: Array = session.evaluator.value(write(operation.step_expr, "ascii"), before(session))[1]
        assert np.array_equal(recomputed, operation.result.value, equal_nan=True)


def before(session: object) -> dict[str, Array]:
    """The values, with the parameters as the iteration found them."""
    return {**session.timeline.values, **session.timeline.inputs}  # type: ignore[attr-defined]
