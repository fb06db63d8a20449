"""MathML: every operation of the table has it, well-formed, of MathML Core alone, with nothing of the formula lost."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from bpdebug.language.expression import Name, walk
from bpdebug.language.mathml import NAMESPACE, mathml
from bpdebug.ops import OPS, parse, write
from bpdebug.ops.table import Op
from tests.ops.test_notations import formulas

CHILDREN = {"mfrac": 2, "msup": 2, "msub": 2, "munder": 2, "msubsup": 3}
LEAVES = {"mi", "mn", "mo", "mtext", "mspace"}


def read(latex: str) -> ET.Element:
    """The formula as a tree, whose elements have the children that MathML Core gives them."""
    root = ET.fromstring(mathml(latex))
    for each in root.iter():
        tag = each.tag.removeprefix(f"{{{NAMESPACE}}}")
        assert tag in {"math", "mrow", "msqrt", *CHILDREN, *LEAVES}, tag
        assert len(each) == CHILDREN.get(tag, len(each))
        assert tag not in LEAVES or not len(each)
    return root


def words(latex: str) -> str:
    return "".join(read(latex).itertext()).replace("\u2061", "")


@pytest.mark.parametrize("op", OPS.values(), ids=lambda op: op.name)
def test_every_operation_has_a_form_that_loses_no_operand(op: Op) -> None:
    for formula in formulas(op):
        operands = [each for each in walk(formula) if isinstance(each, Name) and each.id.startswith("X")]
        assert words(write(formula, "latex")).count("X") == len(operands)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("dW2 / learning_rate", "dW(2)learning_rate"),
        ("-Y / sqrt(A1.T @ X)", "−YA(1)⊤·X"),
        ("where(A1 > 0, beta_1, abs(x))", "where(A(1)>0,β1,|x|)"),
        ("sum(A1[0, 1:3], axis=0)", "Σ(A(1)[0,1:3],axis=0)"),
        ("2e-30 * X ** 2", "2×10−30×X2"),
    ],
)
def test_a_formula_reads_from_left_to_right(text: str, said: str) -> None:
    assert words(write(parse(text), "latex")) == said


def test_a_function_is_applied_and_a_product_is_not() -> None:
    assert "<mi>relu</mi><mo>\u2061</mo>" in mathml(write(parse("relu(X)"), "latex"))
    assert "\u2061" not in mathml(write(parse("X * (Y + 1)"), "latex"))


@pytest.mark.parametrize("latex", [r"\input{x}", "{a", "a}", r"\left(a", r"\text{a", r"\frac{a}"])
def test_what_bpdebug_does_not_write_is_refused(latex: str) -> None:
    with pytest.raises(ValueError, match="in "):
        mathml(latex)
