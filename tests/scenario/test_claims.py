"""Claims: parsed, named, and tied to the quantity they speak of."""

from __future__ import annotations

import io
import sys

import pytest

from bpdebug.errors import ScenarioError
from bpdebug.ops import write
from bpdebug.scenario.load import load

NETWORK = """
title = "Squares"
[data]
X.values = [[1, 2, 3], [4, 5, 6]]
[parameters]
w.values = [[1, -1]]
[network]
forward = '''
Z = w @ X
J = sum(Z ** 2) / m'''
"""


@pytest.fixture
def claimed(monkeypatch):
    """The claims of a network with these tables after it."""

    def of(text, **overrides):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO((NETWORK + text).encode()), encoding="utf-8"))
        return load("-", **overrides).claims

    return of


def test_a_block_is_a_claim_a_line(claimed):
    first, second = claimed("[claims]\nequations = '''\ndZ = 2 * Z / m   # per line\ndw = np.dot(dZ, X.T)'''\n")

    assert (first.name, first.text, first.of, first.denotes, first.line) == ("dZ", "dZ = 2 * Z / m", "Z", "", 13)
    assert (second.text, second.of, second.line) == ("dw = np.dot(dZ, X.T)", "w", 14)
    assert write(second.expr, "ascii") == "dZ @ X.T"


def test_a_table_may_say_what_the_name_does_not(claimed):
    (claim,) = claimed("[[claims]]\nequation = 'g = 2 * Z / m'\nof = 'Z'\ndenotes = 'dJ(Z)'\n")

    assert (claim.name, claim.of, claim.denotes, claim.line) == ("g", "Z", "dJ(Z)", 12)


def test_a_name_that_says_nothing_is_tied_to_nothing(claimed):
    (claim,) = claimed("[[claims]]\nequation = 'helper = 2 * Z'\n")
    assert claim.of == ""


def test_claims_turn_with_the_network(claimed):
    (claim,) = claimed("[[claims]]\nequation = 'dw = (2 * Z / m) @ X.T'\ndenotes = 'dJ(w)[0, 1]'\n", orientation="rows")

    assert claim.text == "dw = X.T @ (2 * Z / m)"
    assert claim.denotes == "dJ(w)[1, 0]"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("[claims]\nequations = '''\ndw = Z\ndw = X'''\n", 14, "dw is defined already, on line 13"),
        ("[[claims]]\nequation = 'Z = X'\n", 12, "Z is defined already by the program"),
        ("[[claims]]\nequation = 'm = 3'\n", 12, "m is defined already by the program"),
        ("[[claims]]\nequation = 'g = Z'\nof = 'z'\n", 13, 'there is no quantity z; did you mean "Z"?'),
        ("[[claims]]\nequation = '''dw = Z\ndZ = X'''\n", 13, "expected one equation, found another after it"),
        ("[claims]\nequations = '# none'\n", 12, "expected an equation: name = expression"),
        ("[[claims]]\nequations = 'dw = Z'\n", 12, 'unknown key "equations"; did you mean "equation"?'),
        ("[claims]\nequation = 'dw = Z'\n", 12, 'unknown key "equation"; did you mean "equations"?'),
    ],
)
def test_a_claim_that_cannot_be_is_pointed_at(text, line, message, claimed):
    with pytest.raises(ScenarioError) as raised:
        claimed(text)
    (problem,) = raised.value.problems
    assert (problem.line, problem.message) == (line, message)


def test_a_claim_that_has_no_other_orientation_names_its_line(claimed):
    with pytest.raises(ScenarioError) as raised:
        claimed("[[claims]]\nequation = 'dw = reshape(Z, (1, 3))'\n", orientation="rows")
    (problem,) = raised.value.problems
    assert (problem.line, problem.column) == (12, 1)
    assert "claim dw: 'reshape(Z, (1, 3))' cannot be turned" in problem.message


MATLAB = """
[[claims]]
equation = "d = 2 * Z ./ m"
of = "Z"
[[claims]]
equation = "dw = d * X'"
"""


def test_claims_one_by_one_may_be_matlab_as_a_block_may(claimed):
    first, second = claimed(MATLAB)

    assert (first.of, second.of) == ("Z", "w")
    assert write(second.expr, "ascii") == "d @ X.T"
    assert second.line == first.line + 3
    assert second.matlab


def test_what_cannot_be_read_of_them_is_pointed_at_in_its_own_table(claimed):
    with pytest.raises(ScenarioError) as caught:
        claimed(MATLAB.replace('of = "Z"', 'of = "Q"'))

    (problem,) = caught.value.problems
    assert (problem.path, problem.message) == ("claims[0].of", "there is no quantity Q")
    assert problem.source == 'of = "Q"'


GRADIENTS = ("dZ = 2 * Z / m", "dw = dZ @ X.T")
AS_BLOCK = "[claims]\nequations = '''\n{}'''\n".format
ONE_BY_ONE = "[[claims]]\nequation = '{}'\n".format


@pytest.mark.parametrize("update", ["w = w - learning_rate * dw", "w -= learning_rate * dw"])
@pytest.mark.parametrize("orientation", ["columns", "rows"])
def test_the_line_of_a_parameter_is_its_update(update, orientation, claimed):
    lines = (*GRADIENTS, update)

    for written in (AS_BLOCK("\n".join(lines)), "".join(map(ONE_BY_ONE, lines))):
        *_, last = claimed(f"[training]\nlearning_rate = 0.1\n{written}", orientation=orientation)

        assert (last.said, last.of, last.denotes) == ("w", "w", "w - learning_rate * dJ(w)")
        assert last.text == "w = w - learning_rate * dw" if "-=" not in update else last.text.startswith("w = ")
