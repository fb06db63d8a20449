"""Blocks of equations: each kept with its place, in whichever notation it is written."""

from __future__ import annotations

from bpdebug.errors import Span
from bpdebug.language.expression import Name
from bpdebug.scenario.text import lines


def test_what_the_screen_prints_can_be_pasted_as_an_equation() -> None:
    block = "# layer 2\ndW⁽²⁾ = dZ⁽²⁾ · A⁽¹⁾ᵀ / m\n"
    (line,), errors = lines(block)

    assert not errors
    assert line.name == "dW2"
    assert block[line.name_span.start : line.name_span.end] == "dW⁽²⁾"
    assert line.expr == Name("dZ2") @ Name("A1").T / Name("m")


def test_a_place_in_an_equation_is_found_in_the_block() -> None:
    block = "Z⁽¹⁾ = W1 @ X\nA⁽¹⁾ = relu(Z⁽¹⁾)\n"
    (_, second), errors = lines(block)
    place = second.placed(second.expr.span)

    assert not errors
    assert block[place.start : place.end] == "relu(Z⁽¹⁾)"


def test_an_error_points_into_the_block() -> None:
    block = "Z1 = W1 @ X\nA1 = relu(Z1 · )\n"
    found, (error,) = lines(block)

    assert [line.name for line in found] == ["Z1"]
    assert error.span == Span(27, 28)
    assert str(error) == "expected an operand after '·'\n  A1 = relu(Z1 · )\n                 ^"
