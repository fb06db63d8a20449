"""What people paste, and the trees it stands for."""

from __future__ import annotations

from math import e, pi

import pytest

from bpdebug.errors import ExpressionError, Span
from bpdebug.language.chance import DRAWN
from bpdebug.language.expression import Apply, Expr, Name, Number, Slice, apply, number, walk
from bpdebug.language.parser import parse_name
from bpdebug.language.vocabulary import REQUIRED, Word
from bpdebug.ops import VOCABULARY, parse

a, b, c, m, n1, x, y = (Name(name) for name in ["a", "b", "c", "m", "n1", "x", "y"])
A, W, X, Z, DA, DZ = (Name(name) for name in ("A", "W2", "X", "Z", "dA", "dZ2"))
ALONG = {"axis": 1, "keepdims": True}
LAST_TWO = apply("swapaxes", a, axis1=-2, axis2=-1)
ROWS, COLUMNS = apply("size", X, axis=0), apply("size", X, axis=1)


def index(array: Expr, *picks: int | Slice | Expr) -> Expr:
    return apply("index", array, index=picks)


def take(array: Expr, picked: Expr, axis: int = 0) -> Expr:
    return apply("take", array, picked, axis=axis)


PASTED: dict[str, Expr] = {
    # operators, as Python binds them
    "a + b * c": a + b * c,
    "(a + b) * c": (a + b) * c,
    "a - b - c": a - b - c,
    "a - (b - c)": a - (b - c),
    "a / b / c": a / b / c,
    "a @ b + c": a @ b + c,
    "-a * b": -a * b,
    "-a ** 2": -(a**2),
    "2 ** -a": 2 ** (-a),
    "a ** b ** c": a ** (b**c),
    "+a": a,
    "- -a": apply("negate", -a),
    "--+-a": apply("negate", apply("negate", -a)),
    "a > 0": a > 0,
    "a >= b": a >= b,
    "a < b": a < b,
    "a <= b": a <= b,
    "a == b": apply("equal", a, b),
    "a != b": apply("not_equal", a, b),
    "(a > 0) * (a < 1)": (a > 0) * (a < 1),
    "1 - (A > 0)": 1 - (A > 0),
    # numbers
    "1./m": number(1) / m,
    "1 / m * a": number(1) / m * a,
    ".5 * a": 0.5 * a,
    "1e-3": Number(0.001),
    "1E+3": Number(1000.0),
    "1_000": Number(1000.0),
    "007": Number(7.0),
    "-2": -Number(2.0),
    "9**9**9": Number(9.0) ** (Number(9.0) ** Number(9.0)),
    "123456789012345678901234567890": Number(123456789012345678901234567890.0),
    "np.pi * a": Number(pi) * a,
    "math.e": Number(e),
    "pi": Name("pi"),
    # products and transposes
    "W2 @ X": W @ X,
    "np.dot(a, b)": a @ b,
    "numpy.dot(a, b)": a @ b,
    "a.dot(b)": a @ b,
    "a.dot(b).dot(c)": (a @ b) @ c,
    "a.dot(b.dot(c))": a @ (b @ c),
    "np.matmul(a, b)": a @ b,
    "torch.mm(a, b)": a @ b,
    "a.matmul(b)": a @ b,
    "np.multiply(a, b)": a * b,
    "np.add(a, b)": a + b,
    "np.subtract(a, b)": a - b,
    "np.divide(a, b)": a / b,
    "np.negative(a)": -a,
    "np.power(a, 2)": a**2,
    "a.T": a.T,
    "(a @ b).T": (a @ b).T,
    "a.T.T": a.T.T,
    "np.transpose(a)": a.T,
    "a.transpose()": a.T,
    "a.t()": a.T,
    "np.transpose(a, axes=(1, 0))": a.T,
    "a.transpose(1, 0)": a.T,
    "a.permute(1, 0)": apply("permute", a, axes=(1, 0)),
    "torch.permute(a, (2, 0, 1))": apply("permute", a, axes=(2, 0, 1)),
    "np.swapaxes(a, 0, 1)": apply("swapaxes", a, axis1=0, axis2=1),
    "a.swapaxes(-2, -1)": LAST_TWO,
    "a.mT": LAST_TWO,
    "torch.transpose(a, 1, 2)": apply("swapaxes", a, axis1=1, axis2=2),
    "a.transpose(-2, -1)": LAST_TWO,
    "a.transpose(0, 2, 1)": apply("permute", a, axes=(0, 2, 1)),
    "np.transpose(a, (0, 2, 1))": apply("permute", a, axes=(0, 2, 1)),
    "a.permute(0, 2, 3, 1)": apply("permute", a, axes=(0, 2, 3, 1)),
    "np.stack([a, b])": apply("concatenate", *(apply("expand_dims", each, axis=0) for each in (a, b))),
    "np.stack([a, b], axis=1)": apply("concatenate", *(apply("expand_dims", each, axis=1) for each in (a, b)), axis=1),
    "np.inner(a, b)": a @ b.T,
    "np.tensordot(a, b, axes=1)": a @ b,
    "np.tensordot(a, b, ([1], [1]))": a @ b.T,
    "np.tensordot(a, b, axes=(0, 0))": a.T @ b,
    "np.einsum('ij,kj->ik', a, b)": a @ b.T,
    'einsum("ij, jk", a, b)': a @ b,
    "einsum('ji,jk->ki', a, b)": (a.T @ b).T,
    "einsum('ij->ji', a)": a.T,
    "einsum('ij->i', a)": apply("sum", a, axis=1),
    "einsum('ij,ij->', a, b)": apply("sum", a * b),
    "einsum('ij,ji->j', a, b)": apply("sum", a * b.T, axis=0),
    "torch.mul(a, b)": a * b,
    "a.clone().detach()": a,
    "a.sum(1).unsqueeze(dim=1)": apply("expand_dims", apply("sum", a, axis=1), axis=1),
    "np.cosh(a)": apply("divide", apply("add", apply("exp", a), apply("exp", -a)), 2.0),
    "np.sinh(a)": apply("divide", apply("subtract", apply("exp", a), apply("exp", -a)), 2.0),
    "np.heaviside(a, 0)": a > 0,
    "np.heaviside(a, 0.5)": apply("add", a > 0, apply("multiply", apply("equal", a, 0.0), 0.5)),
    "reluGradient(a)": apply("drelu", a),
    "np.outer(a, b)": apply("outer", a, b),
    "np.diag(a)": apply("diag", a),
    # reductions
    "sum(x)": apply("sum", x),
    "np.sum(x)": apply("sum", x),
    "np.sum(x, 1)": apply("sum", x, axis=1),
    "np.sum(x, axis=-1)": apply("sum", x, axis=-1),
    "np.sum(x, axis=(0, 1))": apply("sum", x, axis=(0, 1)),
    "np.sum(x, axis=1, keepdims=True)": apply("sum", x, **ALONG),
    "np.sum(x, keepdims=True, axis=1)": apply("sum", x, **ALONG),
    "np.sum(x, 1, keepdims=True)": apply("sum", x, **ALONG),
    "x.sum()": apply("sum", x),
    "x.sum(1)": apply("sum", x, axis=1),
    "x.sum(axis=1, keepdims=True)": apply("sum", x, **ALONG),
    "torch.sum(x, dim=1, keepdim=True)": apply("sum", x, **ALONG),
    "(a * b).sum()": apply("sum", a * b),
    "np.mean(x, axis=0)": apply("mean", x, axis=0),
    "np.average(x)": apply("mean", x),
    "np.max(x)": apply("max", x),
    "np.max(x, 1)": apply("max", x, axis=1),
    "x.max(1)": apply("max", x, axis=1),
    "np.amin(x, axis=0)": apply("min", x, axis=0),
    "max(0, Z)": apply("maximum", 0.0, Z),
    "min(Z, a)": apply("minimum", Z, a),
    # functions
    "np.maximum(0, Z)": apply("maximum", 0.0, Z),
    "np.exp(-x)": apply("exp", -x),
    "math.exp(x)": apply("exp", x),
    "np.log(1 - a)": apply("log", 1 - a),
    "np.square(x)": apply("square", x),
    "np.absolute(x)": apply("abs", x),
    "np.where(x > 0, a, 0)": apply("where", x > 0, a, 0.0),
    "np.clip(x, 0, 1)": apply("clip", x, 0.0, 1.0),
    "np.clip(x, a_min=0, a_max=1)": apply("clip", x, 0.0, 1.0),
    "x.clip(min=0, max=1)": apply("clip", x, 0.0, 1.0),
    "maximum(a, v=b)": apply("maximum", a, b),
    "softmax(Z, axis=0)": apply("softmax", Z, axis=0),
    "softmax(Z, 0)": apply("softmax", Z, axis=0),
    "leaky_relu(x, 0.2)": apply("leaky_relu", x, slope=0.2),
    "leaky_relu(x, slope=-0.2)": apply("leaky_relu", x, slope=-0.2),
    "torch.nn.functional.relu(x)": apply("relu", x),
    "scipy.special.expit(x)": apply("sigmoid", x),
    "tf.math.log(x)": apply("log", x),
    "ReLU(x)": apply("relu", x),
    "x.relu()": apply("relu", x),
    "mse(A, y)": apply("mean_squared_error", A, y),
    "l2(a, b)": apply("l2", a, b),
    "l2([a, b])": apply("l2", a, b),
    "l2((a,))": apply("l2", a),
    # derivatives
    "drelu(Z)": apply("drelu", Z),
    "relu'(Z)": apply("drelu", Z),
    "relu′(Z)": apply("drelu", Z),
    "relu’(Z)": apply("drelu", Z),
    "ReLU'(Z)": apply("drelu", Z),
    "relu_prime(Z)": apply("drelu", Z),
    "sigmoid_prime(Z)": apply("dsigmoid", Z),
    "sigmoid_derivative(Z)": apply("dsigmoid", Z),
    "σ'(Z)": apply("dsigmoid", Z),
    "σ′(Z)": apply("dsigmoid", Z),
    "logistic'(Z)": apply("dsigmoid", Z),
    "lrelu'(Z, 0.1)": apply("dleaky_relu", Z, slope=0.1),
    "tanh'(Z)": apply("dtanh", Z),
    # types: all numbers are float64
    "(A > 0) * 1.0": (A > 0) * 1.0,
    "(A > 0).astype(float)": A > 0,
    "(A > 0).astype(int) * dA": (A > 0) * DA,
    "(A > 0).astype(np.float32)": A > 0,
    "np.multiply(dA, np.int64(A > 0))": DA * (A > 0),
    "float(A > 0)": A > 0,
    "x.astype(float)": x,
    "np.array(dA, copy=True)": DA,
    "dA.copy()": DA,
    "np.float64(x)": x,
    "(A > 0).float()": A > 0,
    # shapes
    "np.reshape(x, (n1, -1))": apply("reshape", x, shape=(n1, -1)),
    "x.reshape(-1, 1)": apply("reshape", x, shape=(-1, 1)),
    "x.reshape(-1)": apply("reshape", x, shape=-1),
    "x.reshape((2, 3))": apply("reshape", x, shape=(2, 3)),
    "x.reshape([2, 3])": apply("reshape", x, shape=(2, 3)),
    "x.ravel()": apply("reshape", x, shape=-1),
    "np.ones((n1, m))": apply("ones", shape=(n1, m)),
    "np.ones((n1, 2 * m), dtype=float)": apply("ones", shape=(n1, 2 * m)),
    "np.zeros(3)": apply("zeros", shape=3),
    "np.zeros((X.shape[0], 1))": apply("zeros", shape=(ROWS, 1)),
    "np.eye(3)": apply("eye", n=3),
    "np.eye(m)": apply("eye", n=m),
    "np.expand_dims(x, 1)": apply("expand_dims", x, axis=1),
    "X.shape[1]": COLUMNS,
    "X.shape[-1]": apply("size", X, axis=-1),
    "1 / X.shape[1]": 1 / COLUMNS,
    "np.shape(X)[0]": ROWS,
    "len(X)": ROWS,
    "X.size": apply("size", X),
    "np.size(X, 1)": COLUMNS,
    "np.concatenate([a, b], axis=1)": apply("concatenate", a, b, axis=1),
    "np.concatenate((a, b))": apply("concatenate", a, b),
    "np.hstack((a, b))": apply("concatenate", a, b, axis=1),
    "np.vstack([a, b])": apply("concatenate", a, b, axis=0),
    "torch.cat([a, b], dim=1)": apply("concatenate", a, b, axis=1),
    # places
    "X[0]": index(X, 0),
    "X[1, 2]": index(X, 1, 2),
    "X[0, :]": index(X, 0, Slice()),
    "X[:, 1:3]": index(X, Slice(), Slice(1, 3)),
    "X[-1, ::-2]": index(X, -1, Slice(None, None, -2)),
    "X[:-1]": index(X, Slice(None, -1)),
    "X[m - 1]": take(X, m - 1),
    "X[y]": take(X, y),
    "X[y, :]": take(X, y),
    "X[:, y]": take(X, y, axis=1),
    "X[:, :, y]": take(X, y, axis=2),
    "X[..., y]": take(X, y, axis=-1),
    "X[…, y, :]": take(X, y, axis=-2),
    "X[y, ...]": take(X, y),
    "X[y][0]": index(take(X, y), 0),
    "X[0, y]": take(index(X, 0), y),
    "X[y, 0]": take(index(X, Slice(), 0), y),
    "X[1:3, y]": take(index(X, Slice(1, 3)), y, axis=1),
    "X[0, y, 1:]": take(index(X, 0, Slice(), Slice(1)), y),
    "X[y[0]]": take(X, index(y, 0)),
    "X[m, m]": index(X, m, m),
    "np.take(X, y, axis=1)": take(X, y, axis=1),
    "np.eye(3)[y]": take(apply("eye", n=3), y),
    "one_hot(y, m)": take(apply("eye", n=m), y),
    "torch.nn.functional.one_hot(y, num_classes=3)": take(apply("eye", n=3), y),
    "X[0][1]": index(index(X, 0), 1),
    "X.T[0]": index(X.T, 0),
    "X[:, None]": apply("expand_dims", X, axis=1),
    "X[None]": apply("expand_dims", X, axis=0),
    "X[np.newaxis, :]": apply("expand_dims", X, axis=0),
    "X[..., None]": apply("expand_dims", X, axis=-1),
    "X[None, ...]": apply("expand_dims", X, axis=0),
    "pad_index(x, s_[0, 1:], (n1, m))": apply("pad_index", x, index=(0, Slice(1)), shape=(n1, m)),
    "pad_index(x, (0, 1), (n1, m))": apply("pad_index", x, index=(0, 1), shape=(n1, m)),
    # what the screen prints, and what a keyboard makes of it
    "W⁽²⁾ · X": W @ X,
    "W⁽²⁾·X": W @ X,
    "W₂ ⋅ X": W @ X,
    "dZ⁽²⁾ ⊙ (Z > 0)": DZ * (Z > 0),
    "Z⁽¹⁰⁾": Name("Z10"),
    "W⁽²⁾ᵀ · dZ⁽²⁾": W.T @ DZ,
    "Wᵀᵀ": Name("W").T.T,
    "(a · b)ᵀ": (a @ b).T,
    "2ᵀ": Number(2.0).T,
    "Σ(dZ⁽²⁾, axis=1, keepdims=True) / m": apply("sum", DZ, **ALONG) / m,
    "∑(x)": apply("sum", x),
    "√(x)": apply("sqrt", x),
    "σ(Z)": apply("sigmoid", Z),
    "a − b": a - b,
    "a – b": a - b,
    "−a": -a,
    "a ≥ b": a >= b,
    "a ≤ b": a <= b,
    "a ≠ b": apply("not_equal", a, b),
    "a ÷ b": a / b,
    "a ∘ b": a * b,
    "x²": x**2,
    "x¹⁰": x**10,
    "-x²": -(x**2),
    "2 ** x²": 2 ** (x**2),
    "(x²)ᵀ": (x**2).T,
    "W⁽²⁾²": W**2,
    "α * λ": Name("α") * Name("λ"),
    "σ": Name("σ"),
    "𝐖 @ 𝐱": Name("W") @ x,
    # blanks, comments, lines
    "  a+b  ": a + b,
    "a\u00a0+\u00a0b": a + b,
    "a # the first": a,
    "(a\n + b)": a + b,
    "a +  # first\n  b": a + b,
    "a + \\\n b": a + b,
    "((a))": a,
    "sum (x)": apply("sum", x),
    "X . T": X.T,
}


@pytest.mark.parametrize("text", PASTED)
def test_what_is_pasted_parses(text: str) -> None:
    assert parse(text) == PASTED[text]


@pytest.mark.parametrize("word", VOCABULARY.values(), ids=lambda word: word.name)
def test_every_alias_is_its_word(word: Word) -> None:
    inputs = ", ".join(f"x{place}" for place, _ in enumerate(word.inputs))
    inputs = f"[{inputs}]" if word.variadic else inputs
    options = "".join(f", {key}={given}" for key, given in NEEDED.items() if word.options.get(key) == REQUIRED)
    if word.name in DRAWN:  # its lengths are its arguments
        inputs, options = "2, 3", ""
    expected = parse(f"{word.name}({inputs}{options})".replace("(, ", "("))
    for alias in word.aliases:
        assert parse(f"np.{alias}({inputs}{options})") == expected

    assert isinstance(expected, Apply)
    assert expected.op == word.name


NEEDED = {
    "axis": "0",
    "shape": "(2, 3)",
    "index": "(0,)",
    "n": "2",
    "size": "2",
    "examples": "6",
    "axis1": "0",
    "axis2": "1",
    "axes": "(1, 0)",
}


@pytest.mark.parametrize(
    ("text", "part", "stands"),
    [
        ("W1 @ X + b1", Name("X"), "X"),
        ("(a + b) * c", a + b, "a + b"),
        ("W⁽²⁾ᵀ · dZ⁽²⁾", W.T, "W⁽²⁾ᵀ"),
        ("W⁽²⁾ᵀ · dZ⁽²⁾", DZ, "dZ⁽²⁾"),
        ("α + σ′(Z)", apply("dsigmoid", Z), "σ′(Z)"),
        ("ββ ⊙ Σ(x, axis=1)", apply("sum", x, axis=1), "Σ(x, axis=1)"),
        ("a + x² ", x**2, "x²"),
        ("b # no\n + np.sum(x)", apply("sum", x), "np.sum(x)"),
        ("b + x.sum(axis=1)", apply("sum", x, axis=1), "x.sum(axis=1)"),
        ("𝐖 @ 𝐱", x, "𝐱"),
        ("b * X.shape[1]", COLUMNS, "X.shape[1]"),
        ("b * np.vstack((x, y))", apply("concatenate", x, y, axis=0), "np.vstack((x, y))"),
    ],
)
def test_a_part_knows_where_it_stands_in_the_text_as_given(text: str, part: Expr, stands: str) -> None:
    span = next(node.span for node in walk(parse(text)) if node == part)

    assert span is not None
    assert text[span.start : span.end] == stands


@pytest.mark.parametrize(
    ("text", "name"), [("W2", "W2"), ("dW⁽²⁾", "dW2"), (" b₁ ", "b1"), ("α", "α"), ("learning_rate", "learning_rate")]
)
def test_a_name_is_read_in_every_spelling(text: str, name: str) -> None:
    assert parse_name(text) == name


@pytest.mark.parametrize("text", ["", "W1 W2", "W1 + 1", "3", "relu'", "[b]", "if"])
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse_name(text)


def test_a_span_counts_characters_and_not_bytes() -> None:
    assert parse("ααα + b").inputs[1].span == Span(6, 7)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "text",
    [
        "einsum('ii->i', a)", "einsum('ij,kl->ij', a, b)", "einsum('ij,jk->ik', a)", "einsum(a, b)", "np.inner(a)",
        "einsum('ijk->i', a)", "einsum('ij,jk->ijk', a, b)", "tensordot(a, b)", "tensordot(a, b, axes=2)",
        "a.transpose(0, 1)", "a.transpose(b, 1)",
    ],
)  # fmt: skip
def test_a_product_that_is_not_plainly_one_of_matrices_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError) as refusal:
        parse(text)

    assert ".T" in refusal.value.hint
