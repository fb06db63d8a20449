"""How formulas look: on the screen, in plain text, on paper; and where their parts stand."""

from __future__ import annotations

import pytest

from bpdebug.errors import Span
from bpdebug.language.expression import Apply, Expr, Name, Number, Slice, apply
from bpdebug.language.notation import write_name
from bpdebug.ops import parse, write, write_equation, write_spans

a, b, m, x, X = Name("a"), Name("b"), Name("m"), Name("x"), Name("X")
W, DZ, A = Name("W2"), Name("dZ2"), Name("A1")
ALONG = {"axis": 1, "keepdims": True}

LOOKS: list[tuple[Expr, str, str, str]] = [
    (
        Name("W1") @ X + Name("b1"),
        "W1 @ X + b1",
        "W⁽¹⁾ · X + b⁽¹⁾",
        r"W^{(1)} \cdot X + b^{(1)}",
    ),
    (
        DZ @ A.T / m,
        "dZ2 @ A1.T / m",
        "dZ⁽²⁾ · A⁽¹⁾ᵀ / m",
        r"\frac{dZ^{(2)} \cdot {A^{(1)}}^{\top}}{m}",
    ),
    (
        apply("sum", DZ, **ALONG) / m,
        "sum(dZ2, axis=1, keepdims=True) / m",
        "Σ(dZ⁽²⁾, axis=1, keepdims=True) / m",
        r"\frac{\sum\left(dZ^{(2)}, \mathrm{axis}=1, \mathrm{keepdims}=\mathrm{True}\right)}{m}",
    ),
    (
        a * apply("dsigmoid", b),
        "a * dsigmoid(b)",
        "a ⊙ σ′(b)",
        r"a \odot \sigma'\left(b\right)",
    ),
    (
        -((a - (b - 1)) ** 2),
        "-(a - (b - 1)) ** 2",
        "−(a − (b − 1)) ** 2",
        r"-{\left(a - \left(b - 1\right)\right)}^{2}",
    ),
    ((-a) ** -b, "(-a) ** -b", "(−a) ** −b", r"{\left(-a\right)}^{-b}"),
    ((a >= 0) * 0.5, "(a >= 0) * 0.5", "(a ≥ 0) * 0.5", r"\left(a \ge 0\right) \times 0.5"),
    (apply("sqrt", a + b), "sqrt(a + b)", "√(a + b)", r"\sqrt{a + b}"),
    (apply("abs", a), "abs(a)", "abs(a)", r"\left|a\right|"),
    ((a / b) ** 2, "(a / b) ** 2", "(a / b) ** 2", r"{\left(\frac{a}{b}\right)}^{2}"),
    (a / (b * m), "a / (b * m)", "a / (b * m)", r"\frac{a}{b \times m}"),
    ((a * b) @ W, "(a * b) @ W2", "(a ⊙ b) · W⁽²⁾", r"\left(a \odot b\right) \cdot W^{(2)}"),
    (a @ b * W, "a @ b * W2", "a · b ⊙ W⁽²⁾", r"a \cdot b \odot W^{(2)}"),
    (2 * a @ b, "2 * a @ b", "2 * a · b", r"2 \times a \cdot b"),
    (a / m @ b, "a / m @ b", "a / m · b", r"\frac{a}{m} \cdot b"),
    ((a @ b).T, "(a @ b).T", "(a · b)ᵀ", r"{\left(a \cdot b\right)}^{\top}"),
    (Number(2.0).T, "(2).T", "2ᵀ", r"{2}^{\top}"),
    (Number(1e-8) * a, "1e-08 * a", "1e-08 * a", r"1 \times 10^{-8} \times a"),
    (Number(1e-8) ** 2, "1e-08 ** 2", "1e-08 ** 2", r"{\left(1 \times 10^{-8}\right)}^{2}"),
    (
        apply("index", X, index=(0, Slice(), Slice(1, 3), Slice(None, None, -1))),
        "X[0, :, 1:3, ::-1]",
        "X[0, :, 1:3, ::-1]",
        "{X}_{[0, :, 1:3, ::-1]}",
    ),
    (apply("take", W, x, axis=0), "W2[x]", "W⁽²⁾[x]", "{W^{(2)}}_{[x]}"),
    (apply("take", X.T, x - 1, axis=1), "X.T[:, x - 1]", "Xᵀ[:, x − 1]", r"{{X}^{\top}}_{[:, x - 1]}"),
    (apply("take", X, x, axis=-1), "X[..., x]", "X[…, x]", "{X}_{[..., x]}"),
    (apply("take", X, x, axis=-2).T, "X[..., x, :].T", "X[…, x, :]ᵀ", r"{{X}_{[..., x, :]}}^{\top}"),
    (
        apply("take", X, x > 0, axis=0),  # a condition would choose entries there
        "take(X, x > 0, axis=0)",
        "take(X, x > 0, axis=0)",
        r"\operatorname{take}\left(X, x > 0, \mathrm{axis}=0\right)",
    ),
    (
        apply("take", X, 2.0, axis=0),  # X[2] is read as one row
        "take(X, 2, axis=0)",
        "take(X, 2, axis=0)",
        r"\operatorname{take}\left(X, 2, \mathrm{axis}=0\right)",
    ),
    (
        apply("add_at", a, x, shape=(Name("n1"), m)),
        "add_at(a, x, (n1, m))",
        "add_at(a, x, (n1, m))",
        r"\operatorname{add\_at}\left(a, x, (n_{1}, m)\right)",
    ),
    (
        apply("reshape", a, shape=(Name("n1"), -1)),
        "reshape(a, (n1, -1))",
        "reshape(a, (n1, -1))",
        r"\operatorname{reshape}\left(a, (n_{1}, -1)\right)",
    ),
    (apply("ones", shape=(3,)), "ones((3,))", "ones((3,))", r"\operatorname{ones}\left((3,)\right)"),
    (
        apply("softmax", a, axis=0),
        "softmax(a, axis=0)",
        "softmax(a, axis=0)",
        r"\operatorname{softmax}\left(a, \mathrm{axis}=0\right)",
    ),
    (
        apply("concatenate", a, b, axis=1),
        "concatenate([a, b], axis=1)",
        "concatenate([a, b], axis=1)",
        r"\operatorname{concatenate}\left([a, b], \mathrm{axis}=1\right)",
    ),
    (
        apply("pad_index", a, index=(0, Slice(1)), shape=(2, m)),
        "pad_index(a, s_[0, 1:], (2, m))",
        "pad_index(a, s_[0, 1:], (2, m))",
        r"\operatorname{pad\_index}\left(a, [0, 1:], (2, m)\right)",
    ),
    (apply("l2", W, DZ), "l2(W2, dZ2)", "l2(W⁽²⁾, dZ⁽²⁾)", r"\ell_2\left(W^{(2)}, dZ^{(2)}\right)"),
    (
        Name("lambd") / (2 * m) * Name("learning_rate"),
        "lambd / (2 * m) * learning_rate",
        "lambd / (2 * m) * learning_rate",
        r"\frac{\lambda}{2 \times m} \times \mathrm{learning\_rate}",
    ),
]


@pytest.mark.parametrize(("tree", "ascii", "unicode", "latex"), LOOKS, ids=[line[1] for line in LOOKS])
def test_a_formula_in_three_notations(tree: Expr, ascii: str, unicode: str, latex: str) -> None:
    assert write(tree, "ascii") == ascii
    assert write(tree) == unicode
    assert write(tree, "latex") == latex


@pytest.mark.parametrize(
    ("name", "unicode", "latex"),
    [
        # the quantities of a layer
        ("W2", "W⁽²⁾", "W^{(2)}"),
        ("dW2", "dW⁽²⁾", "dW^{(2)}"),
        ("Z10", "Z⁽¹⁰⁾", "Z^{(10)}"),
        ("A0", "A⁽⁰⁾", "A^{(0)}"),
        ("b1", "b⁽¹⁾", "b^{(1)}"),
        ("db1", "db⁽¹⁾", "db^{(1)}"),
        ("vdW1", "vdW⁽¹⁾", "vdW^{(1)}"),
        ("w3", "w⁽³⁾", "w^{(3)}"),
        ("gamma2", "gamma⁽²⁾", r"\gamma^{(2)}"),
        ("dgamma2", "dgamma⁽²⁾", r"d\gamma^{(2)}"),
        ("var1", "var⁽¹⁾", r"\mathrm{var}^{(1)}"),
        ("Wxi", "Wxi", "W_{xi}"),
        ("dWxi2", "dWxi⁽²⁾", "{dW_{xi}}^{(2)}"),
        ("dai3", "dai⁽³⁾", "{da_{i}}^{(3)}"),
        # one of a layer and of a step in it
        ("h1_12", "h⁽¹⁾₁₂", "h^{(1)}_{12}"),
        ("dai2_3", "dai⁽²⁾₃", "{da_{i}}^{(2)}_{3}"),
        # all others keep their digits on the line
        ("n1", "n1", "n_{1}"),
        ("x0", "x0", "x_{0}"),
        ("m", "m", "m"),
        ("J", "J", "J"),
        ("dA", "dA", "dA"),
        ("d1", "d1", "d_{1}"),
        ("beta1", "beta1", r"\beta_{1}"),
        ("dtheta2", "dtheta2", r"d\theta_{2}"),
        ("alpha", "alpha", r"\alpha"),
        ("α", "α", r"\alpha"),
        ("Ω", "Ω", r"\Omega"),
        ("delta", "delta", r"\delta"),
        ("lambd", "lambd", r"\lambda"),
        ("learning_rate", "learning_rate", r"\mathrm{learning\_rate}"),
        ("x1_hat", "x1_hat", r"\mathrm{x1\_hat}"),
        ("W1_old", "W1_old", r"\mathrm{W1\_old}"),
        ("W_1", "W_1", "W_{1}"),
    ],
)
def test_names(name: str, unicode: str, latex: str) -> None:
    assert write_name(name) == unicode
    assert write_name(name, "ascii") == name
    assert write_name(name, "latex") == latex
    assert parse(unicode) == Name(name)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (1.0, "1"),
        (0.5, "0.5"),
        (0.1, "0.1"),
        (1 / 3, "0.3333333333333333"),
        (1e-8, "1e-08"),
        (123456.0, "123456"),
        (1e15, "1000000000000000"),
        (1e16, "1e+16"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (5e-324, "5e-324"),
    ],
)
def test_numbers_are_as_short_as_they_can_be(value: float, text: str) -> None:
    assert write(Number(value)) == text
    assert parse(text) == Number(value)


def test_an_equation() -> None:
    right = W.T @ DZ

    assert write_equation("dA1", right) == "dA⁽¹⁾ = W⁽²⁾ᵀ · dZ⁽²⁾"
    assert write_equation("dA1", right, "ascii") == "dA1 = W2.T @ dZ2"
    assert write_equation("dA1", right, "latex") == r"dA^{(1)} = {W^{(2)}}^{\top} \cdot dZ^{(2)}"


def test_the_parts_come_whole_first_then_from_left_to_right() -> None:
    written = write_spans(DZ @ A.T / m)

    assert written.text == "dZ⁽²⁾ · A⁽¹⁾ᵀ / m"
    assert written.parts == (
        (DZ @ A.T / m, Span(0, 17)),
        (DZ @ A.T, Span(0, 13)),
        (DZ, Span(0, 5)),
        (A.T, Span(8, 13)),
        (A, Span(8, 12)),
        (m, Span(16, 17)),
    )


def test_brackets_do_not_belong_to_the_part_in_them() -> None:
    written = write_spans((a + b) * (a + b), "ascii")

    assert [(part, span) for part, span in written.parts if part == a + b] == [
        (a + b, Span(1, 6)),
        (a + b, Span(11, 16)),
    ]


def test_the_inputs_of_a_call_have_their_places() -> None:
    written = write_spans(apply("concatenate", a, apply("relu", b), axis=0), "ascii")

    assert written.text == "concatenate([a, relu(b)], axis=0)"
    assert [written.text[span.start : span.end] for _, span in written.parts[1:]] == ["a", "relu(b)", "b"]


def test_an_option_is_written_if_the_tree_has_it_and_only_then() -> None:
    assert write(Apply("sum", (a,)), "ascii") == "sum(a)"
    assert write(apply("sum", a, axis=None), "ascii") == "sum(a, axis=None)"


def test_an_unknown_notation_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="no notation 'html'; there are unicode, ascii, latex"):
        write(a, "html")
