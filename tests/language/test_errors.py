"""What is said of a text that is no formula: the fact, the place, the way out."""

from __future__ import annotations

from textwrap import dedent

import pytest

from bpdebug.errors import ExpressionError
from bpdebug.ops import parse

SAID = [
    # a sign where an operand belongs, an operand where a sign belongs
    """
    expected an operand after '·'
      tanh(X · ) + b
               ^
    """,
    """
    expected an operand after '@'
      W1 @
          ^
    """,
    """
    expected an operand before '*'
      * a
      ^
    """,
    """
    expected an operand after '*'
      a * / b
          ^
    """,
    """
    expected an operand after '('
      maximum(, a)
              ^
    """,
    """
    expected a sign between '2' and 'W'
      2W
       ^
    Write 2 * W.
    """,
    """
    expected a sign between '2' and '('
      2(a + b)
       ^
    Write 2 * (…).
    """,
    """
    expected a sign between 'W1' and 'X'
      W1 X + b1
         ^
    Write W1 * X or W1 @ X.
    """,
    """
    expected a sign between ')' and '('
      (a + b)(c)
             ^
    Write (…) * (…) or (…) @ (…).
    """,
    """
    expected '(' after 'relu'
      relu Z1
           ^^
    Write relu(Z1).
    """,
    """
    expected a sign between 'a' and '.5'
      a.5
       ^^
    Write a * .5 or a @ .5.
    """,
    """
    expected a name after '.'
      X.
        ^
    X.T is the transpose of X.
    """,
    # brackets
    """
    '(' is never closed
      a * (b + sum(c)
          ^
    """,
    """
    ')' closes nothing
      a + b)
           ^
    """,
    """
    expected ')' to close '(', found ']'
      (a + b]
            ^
    """,
    """
    ',' has no place outside of brackets
      a, b
       ^
    Only one formula can stand here.
    """,
    # signs and words of other languages
    """
    '×' is no sign of a formula
      W × X
        ^
    It may be either product: write '@' for the matrix product, '*' for entry by entry.
    """,
    """
    '^' is no sign of a formula
      W ^ T
        ^
    Write a power as x ** 2, a transpose as X.T, the layer in a name: W2.
    """,
    """
    '=' has no place in a formula
      where(a + b = 0, 1, a)
                  ^
    Write '==' to compare.
    """,
    """
    an option stands before an input
      where(a = 0, 1, a)
              ^
    Options come last: sum(x, axis=1). To compare, write '=='.
    """,
    """
    '=' has no place in a formula
      dW = dZ @ A.T
         ^
    Write '==' to compare; a formula is what stands behind '='.
    """,
    """
    '=>' is no sign of a formula
      a => 0
        ^^
    Write '>=' for 'at least'.
    """,
    """
    '&' is no sign of a formula
      (a > 0) & (b > 0)
              ^
    Multiply two conditions for 'and': (A > 0) * (B > 0).
    """,
    """
    comparisons cannot be chained
      2 * (0 < a <= 1)
           ^^^^^^^^^^
    Multiply them: (0 < a) * (a <= 1).
    """,
    """
    'if' is a word of Python and has no place in a formula
      a if a > 0 else 0
        ^^
    Write where(condition, u, v).
    """,
    """
    'lambda' is a word of Python and has no place in a formula
      lambda / (2 * m)
      ^^^^^^
    Python keeps this word for itself. A number is called lambd; a function stands on a line of its own.
    """,
    """
    'for' is a word of Python and has no place in a formula
      [x for x in X]
         ^^^
    Formulas have no loops: write the whole array at once, and sum(…) for a sum.
    """,
    """
    ':=' is no sign of a formula
      (y := 3)
         ^^
    A formula binds no name inside; give the part an equation of its own.
    """,
    """
    '"' is no sign of a formula
      __import__("os").system("x")
                 ^
    Text is no part of a formula.
    """,
    """
    '\\' is no sign of a formula
      \\frac{a}{b}
      ^
    LaTeX can be printed but not read: write W1.T @ X.
    """,
    """
    '∂' is no sign of a formula
      ∂J/∂W
      ^
    Write dW for ∂J/∂W.
    """,
    # spellings
    """
    no derivative of 'W2' is known
      W⁽²⁾'
      ^^^^^
    A derivative is relu'(Z), a transpose W2.T.
    """,
    """
    'W1' has a layer number already
      a + W1⁽²⁾
          ^^^^^
    W2 and W⁽²⁾ are the same name.
    """,
    """
    expected a layer number after '⁽'
      W⁽ˡ⁾
       ^
    A layer number is digits in ⁽ ⁾: W⁽²⁾.
    """,
    """
    'ᵀ' follows an exponent
      x²ᵀ
        ^
    Put what the exponent belongs to in brackets: (x²)ᵀ.
    """,
    # functions
    """
    unknown function 'rleu'; did you mean 'relu'?
      W1 @ rleu(x)
           ^^^^
    """,
    """
    unknown function 'Sigmoid'; did you mean 'sigmoid'?
      Sigmoid(x)
      ^^^^^^^
    """,
    """
    unknown function 'W1'
      W1(A0)
      ^^
    For a product write W1 * (…) or W1 @ (…).
    """,
    """
    unknown function 'squeeze'
      np.squeeze(x)
      ^^^^^^^^^^
    Name the entry, x[0, 0], or give the shape, reshape(x, …).
    """,
    """
    '.T' is no function
      x.T()
      ^^^^^
    It is written without brackets: X.T.
    """,
    """
    'sum' is a function: expected '(' after it
      X.sum / m
      ^^^^^
    It is written sum(x, axis=None, keepdims=False).
    """,
    """
    'relu' is a function: expected '(' after it
      relu + 1
      ^^^^
    It is written relu(x).
    """,
    """
    unknown attribute 'shpe'; did you mean 'shape'?
      X.shpe
      ^^^^^^
    X.T is known.
    """,
    """
    a shape is no value
      X.shape * 2
      ^^^^^^^
    Name one of its lengths: X.shape[0].
    """,
    """
    'np.inf' is no constant of the language
      a + np.inf
          ^^^^^^
    There are np.pi and np.e.
    """,
    # arguments
    """
    relu: expected 1 input, found 2
      relu(a, b)
      ^^^^^^^^^^
    It is written relu(x).
    """,
    """
    maximum: expected 2 inputs, found 1
      2 * np.maximum(a)
          ^^^^^^^^^^^^^
    It is written maximum(u, v).
    """,
    """
    sum: expected at most 3 arguments, found 4
      x.sum(1, True, 3)
      ^^^^^^^^^^^^^^^^^
    It is written sum(x, axis=None, keepdims=False).
    """,
    """
    eye: expected at most 1 argument, found 2
      np.eye(3, 4)
      ^^^^^^^^^^^^
    It is written eye(n).
    """,
    """
    l2: expected at least 1 input, found 0
      l2()
      ^^^^
    It is written l2(W, …).
    """,
    """
    sum has no option 'axes'; did you mean 'axis'?
      np.sum(x, axes=1)
                ^^^^^^
    It is written sum(x, axis=None, keepdims=False).
    """,
    """
    sum: 'axis' is given twice
      np.sum(x, 1, axis=1)
                   ^^^^^^
    It is written sum(x, axis=None, keepdims=False).
    """,
    """
    softmax: 'axis' is missing
      softmax(Z3)
      ^^^^^^^^^^^
    It is written softmax(x, axis). axis=0 runs down each column, axis=1 along each row.
    """,
    """
    sum: expected a whole number for axis, found 'm'
      sum(x, axis=m)
                  ^
    """,
    """
    sum: expected True or False for keepdims, found '2'
      sum(x, 1, 2)
                ^
    """,
    """
    concatenate: expected a list of its inputs
      np.concatenate(a, b)
                     ^
    It is written concatenate([arrays, …], axis=0).
    """,
    """
    this 'max' can mean two things
      max(Z, 0)
      ^^^^^^^^^
    Entry by entry it is maximum(a, b); along an axis it is max(x, axis=0).
    """,
    """
    int would cut off the fraction
      Z.astype(int)
      ^
    Only comparisons, which are 0 or 1, are whole.
    """,
    # indices and values
    """
    a condition cannot stand in an index
      A[A > 0]
        ^^^^^
    Choose entries by a condition with where(A > 0, A, 0) or A * (A > 0).
    """,
    """
    expected a whole number in a slice, found 'm'
      X[:, 0:m]
             ^
    """,
    """
    expected a size here, found 'relu(x)'
      zeros((relu(x), 2))
             ^^^^^^^
    A size is m or n1 * m.
    """,
    """
    expected one value here, found several
      a + [1, 2]
          ^^^^^^
    Several arrays belong into concatenate([a, b], axis=0).
    """,
    """
    expected a value, found 'True'
      a + True
          ^^^^
    In a formula true is 1 and false is 0.
    """,
    """
    this number is too large
      2 * 1e999
          ^^^^^
    Numbers are float64, which ends at 1.8e308.
    """,
    """
    this number is too small and would be 0
      2 * 1e-400
          ^^^^^^
    Numbers are float64, whose smallest above 0 is 4.9e-324. Write 0 where that is meant.
    """,
    """
    'NaN' is no number to reckon with
      a + NaN
          ^^^
    Only finite numbers are constants.
    """,
]


@pytest.mark.parametrize("said", SAID, ids=lambda said: said.strip().split("\n")[1].strip())
def test_what_is_said(said: str) -> None:
    expected = dedent(said).strip("\n")
    with pytest.raises(ExpressionError) as caught:
        parse(expected.split("\n")[1][2:])

    assert str(caught.value) == expected


@pytest.mark.parametrize("text", ["", "   ", "\n", "# only a comment"])
def test_an_empty_text_is_no_formula(text: str) -> None:
    with pytest.raises(ExpressionError, match="expected a formula, found nothing"):
        parse(text)


REFUSED = [
    "lambda: 0",
    "a if b else c",
    "[a for a in b]",
    "(a for a in b)",
    "{a: b}",
    "{a}",
    "{**a}",
    "f(*a)",
    "f(**a)",
    "*a, b",
    "a and b",
    "not a",
    "a in b",
    "a is b",
    "a // b",
    "a % b",
    "a | b",
    "a & b",
    "a << b",
    "~a",
    "await a",
    "yield a",
    "(yield)",
    "a; b",
    "a = b",
    "a += b",
    "import os",
    "del a",
    "...",
    "()",
    "[]",
    "[a]",
    "a[b:c:d]",
    "a[()](b)",
    "True",
    "None",
    "'a'",
    'f"{a}"',
    'b"a"',
    "1j",
    "0x10",
    "0o7",
    "1__0",
    "a.__class__",
    "a.__class__.__mro__",
    "().__class__",
    "(1).real",
    "getattr(a, b)",
    "eval(a)",
    "exec(a)",
    "open(a)",
    "__import__(os)",
    "np.load(a)",
    "np.os.system(a)",
    "np.random.choice(3)",
    "sum.__self__",
    "np.sum.__globals__",
    "a.sum.real",
    "relu(x)(y)",
    "relu(x=1, x=2)",
    "X[None, None]",
    "X[..., 0]",
    "X[0, None]",
    "X[...]",
    "X['a']",
    "X[1.5]",
    "X[True]",
    "s_[0:1]()",
    "eye(99999999999999999999)",
    "zeros(1e999)",
    "\x00",
    "a\x00b",
    "a\x07",
    "\ud800",
    "٣ + a",
    "½",
    "a ∇ b",
]


@pytest.mark.parametrize("text", REFUSED, ids=ascii)
def test_what_is_no_formula_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    span = caught.value.span

    assert span is not None
    assert 0 <= span.start <= span.end <= max(1, len(text))
    assert "^" in str(caught.value)
