"""Blocks of equations: what is one equation, and that every error is found in its place."""

from __future__ import annotations

import pytest

from bpdebug.errors import Span
from bpdebug.ops import write
from bpdebug.scenario.text import lines

BLOCK = """
# the first layer
Z1 = W1 @ X + b1   # a comment with = and (

  A1 = np.maximum(0,
        Z1)  # over two lines
J = sum(A1)
"""


def test_an_equation_is_a_line_or_as_many_as_its_brackets_need():
    found, errors = lines(BLOCK)

    assert not errors
    assert [line.name for line in found] == ["Z1", "A1", "J"]
    assert [write(line.expr, "ascii") for line in found] == ["W1 @ X + b1", "maximum(0, Z1)", "sum(A1)"]


def test_every_part_is_found_in_the_block():
    for line in lines(BLOCK)[0]:
        assert BLOCK[line.name_span.start : line.name_span.end] == line.name
        assert BLOCK[line.offset :].startswith(line.text)
        whole = line.placed(None)
        assert BLOCK[whole.start : whole.end] == line.text


@pytest.mark.parametrize(
    ("block", "found", "words"),
    [
        ("J = sum(X", "(", ""),
        ("Z = (X +\nJ = 1", "(", "'(' is never closed"),
        ("a = 1\nb + 2", "b + 2", "expected an equation: name = expression"),
        ("a == 1", "a == 1", "expected an equation"),
        ("a += 1", "+=", "'+=' changes a value; every name is bound once"),
        ("a @= W", "@=", "'@=' changes a value"),
        ("1a = 2", "1a", "expected a name before '=', found '1a'"),
        ("a, b = 2", "a, b", "expected a name before '='"),
        (" = 2", "=", "expected a name before '=', found ''"),
        ("a = 9**9**9", "9**9**9", "too large to be a number"),
        ("a = X * 1e200 ** 2", "1e200 ** 2", "too large to be a number"),
        ("a = 1 / 0 * X", "1 / 0", "this divides by 0 and is no number"),
        ("a = X +", "", "expected an operand after '+'"),
    ],
)
def test_an_error_points_into_the_block(block, found, words):
    (error,) = lines(block)[1]

    assert words in error.message
    assert error.text == block
    assert error.span is not None
    assert block[error.span.start : error.span.end] == found


def test_every_line_s_error_is_told():
    assert [error.span for error in lines("a\nb = 1\nc\n")[1]] == [Span(0, 1), Span(8, 9)]


def test_what_a_block_or_its_file_binds_is_a_name_also_if_a_function_has_it() -> None:
    found, errors = lines("l1 = sigmoid(size @ W)\nJ = sum(l1) + l1(W)", ["size"])

    assert errors == []
    assert [write(each.expr, "ascii") for each in found] == ["sigmoid(size @ W)", "sum(l1) + l1(W)"]
    assert "'size' is a function" in str(lines("l1 = size @ W")[1][0])
