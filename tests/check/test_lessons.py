"""What is said of a mistake: in the names, shapes and numbers of the network, each thing once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bpdebug.check.diagnosis.lessons import LESSONS
from bpdebug.check.diagnosis.lessons.lesson import Lesson
from bpdebug.check.iteration import trained
from bpdebug.check.review import Review, review
from bpdebug.scenario.load import load
from bpdebug.scenario.pasted import pasted

CASES = Path(__file__).parent / "cases"


def reviewed(path: str, lines: str = "") -> Review:
    scenario = load(path)
    claims = pasted(lines, scenario.program).claims if lines else scenario.claims
    return review(scenario.program, trained(scenario, 0), claims)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("dZ3 = J * (A3 - Y)", "J does not belong into this line: Z3 enters A3 = sigmoid(Z3), and nothing between"),
        ("dZ2 = dA2 * sigmoid(Z2)", "This is not the slope of A2 = relu(Z2)."),
        ("db3 = sum(dZ3) / m * 2", "no square is taken, whose derivative would bring a 2"),
        ("dZ1 = W2.T * dZ2 * (Z1 > 0)", "so sums are taken on the way back to Z1"),
        ("dW2 = dZ2 * A1.T / m", "In Z2 = W2 @ A1 + b2, each entry of W2 enters many sums"),
        (
            "dA3 = -Y / A3",
            "A3 stands in more than one term of it, and each gives a derivative; one is left out: (1 - Y)",
        ),
        (
            "dA3 = 2 * (A3 - Y)",
            "2 * (A3 - Y) is the derivative of a squared error. A3 - Y is the gradient by Z3, where",
        ),
        ("dA3 = A3 - Y", "has cancelled already; the gradient by A3 itself is the derivative of J alone"),
        (
            "A3 = 1 / (1 + np.exp(Z3))\ndZ3 = A3 - Y",
            "The sign in exp is the wrong one: A3 = sigmoid(Z3) has exp(-Z3) in it, not exp(Z3).",
        ),
        ("dA3 = Y * log(A3) + (1 - Y) * log(1 - A3)", "This line has a value of J where its derivative by A3 belongs."),
        ("dZ3 = (A3 - Y)**2", "where the slope of sigmoid has cancelled already, and nothing else is done to it"),
        ("dZ3 = dA3 * A3 * (1 - Y)", "Z3 enters A3 = sigmoid(Z3), whose slope is A3 * (1 - A3): A3, not Y."),
        ("dZ2 = dA2 * (dA2 > 0)", "The slope of relu is taken at the wrong place."),
        ("dW2 = dZ2 @ A1.T * m", "dZ2 has it already; multiplying by m takes it away again."),
        ("dW2 = dZ2 @ A1.T / m / m", "here it is divided once more"),
        ("dA3 = Y / A3 - (1 - Y) / (1 - A3)", "/ m begins with a minus, and its derivative keeps that minus."),
        (
            "dA3 = Y / A3 + (1 - Y) / (1 - A3)",
            "The term Y / A3 has the wrong sign. Differentiate it by itself: J = -sum",
        ),
        ("dA3 = -Y / A3 - (1 - Y) / (1 - A3)", "what stands in a 1 - x gets a minus, by the chain rule"),
        (
            "dZ3 = dA3 * A3",
            "passes A3 = sigmoid(Z3) and is multiplied by its slope A3 * (1 - A3), which says how fast it changes",
        ),
        ("dA3 = -A3 / Y + (1 - Y) / (1 - A3)", "have changed places: -Y / A3, not -A3 / Y. J has a log of A3, and"),
        ("dA3 = -A3 / Y + (1 - Y) / (1 - A3)", "entries of dA3 are infinite"),
        ("dZ3 = A3 - Y\ndW3 = m / (dZ3 @ A2.T)", "have changed places: dZ3 @ A2.T / m, not m / (dZ3 @ A2.T)."),
        (
            "dW2 = np.mean(dZ2 @ A1.T)",
            "The mean makes one number out of all of them. dZ2 @ A1.T adds up over the examples",
        ),
    ],
)
def test_what_is_said_of_a_mistake(lines: str, words: str) -> None:
    found = reviewed("three-layer", lines)

    assert any(each is not None and words in each.explanation for each in found.diagnoses)


@pytest.mark.parametrize("line", ["dA3 = -Y / A3", "dA3 = Y * log(A3) + (1 - Y) * log(1 - A3)"])
def test_what_nobody_wrote_is_not_spoken_of(line: str) -> None:
    (diagnosis,) = reviewed("three-layer", line).diagnoses

    assert diagnosis is not None
    assert "A3 - Y" not in diagnosis.explanation
    assert "A - Y" not in diagnosis.explanation


def test_a_slope_is_told_at_the_entry_that_is_compared() -> None:
    """Where the line has another shape than the slope there is no such entry, and no number is given."""
    found = reviewed("three-layer", "dZ2 = dA2\ndb2 = sum(dA2, axis=1, keepdims=True)").diagnoses
    own, summed = (each.explanation for each in found if each is not None)

    ((place, index),) = re.findall(r"at (\[.*?\]) it is .*? dZ2(\[.*?\]) comes out", own)
    assert place == index
    assert "it is" not in summed


def test_a_line_that_is_no_value_of_the_cost_is_not_called_one() -> None:
    (diagnosis,) = reviewed("three-layer", "dA3 = -(1 - Y) / A3 + Y / (1 - A3)").diagnoses

    assert diagnosis is not None
    assert "a value of J" not in diagnosis.explanation
    assert "a number there" not in diagnosis.explanation


WORDS = """
title = "The mean of four word vectors"
[sizes]
w = 4
d = 3
[data]
Y = { values = [[1], [0]] }
[parameters]
E = { shape = ["w", "d"], init = "normal" }
W = { shape = [2, "d"], init = "normal" }
[network]
forward = '''
h = mean(E, axis=0, keepdims=True)
z = W @ h.T
p = softmax(z, axis=0)
J = -sum(Y * log(p))
'''
"""


@pytest.mark.parametrize(("by", "words"), [("", "which this line lacks."), (" / d", "this line has d = 3.")])
def test_a_mean_on_the_way_is_what_divides(by: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "words.toml").write_text(WORDS, encoding="utf-8")
    lines = f"dz = p - Y\ndh = dz.T @ W\ndE = np.ones((w, 1)) @ dh{by}"
    (diagnosis,) = filter(None, reviewed(str(tmp_path / "words.toml"), lines).diagnoses)

    assert diagnosis.mistakes[0] == "wrong-normaliser"
    assert "A gradient is divided by what h is divided by. That is w = 4" in diagnosis.explanation
    assert words in diagnosis.explanation


RESIDUAL = """
title = "A residual network"
[data]
X = { shape = [4, 5], init = "normal" }
Y = { shape = [3, 5], init = "normal" }
[parameters]
W1 = { shape = [4, 4], init = "normal" }
W2 = { shape = [4, 4], init = "normal" }
W3 = { shape = [3, 4], init = "normal" }
[network]
forward = '''
Z1 = W1 @ X
H1 = tanh(Z1)
Z2 = W2 @ H1
H2 = tanh(Z2) + H1
Z3 = W3 @ H2
J = sum((Z3 - Y)**2) / 2
'''
"""


def test_the_ways_are_told_where_they_part(tmp_path: Path) -> None:
    (tmp_path / "residual.toml").write_text(RESIDUAL, encoding="utf-8")
    lines = "dZ2 = (W3.T @ dZ3) * (1 - tanh(Z2)**2)\ndZ1 = (W2.T @ dZ2) * (1 - H1**2)"
    (diagnosis,) = filter(None, reviewed(str(tmp_path / "residual.toml"), lines).diagnoses)

    assert diagnosis.mistakes[0] == "missing-path"
    assert diagnosis.explanation.startswith("Z1 enters H1 alone, and H1 enters Z2 and H2. A change of it reaches J")


NORMALISED = """
title = "Rows of length 1"
[data]
R = { shape = [3, 4], init = "normal" }
[parameters]
w = { shape = [3, 4], init = "normal" }
[network]
orientation = "rows"
forward = '''
s = sqrt(sum(w * w, axis=1, keepdims=True))
x = w / s
J = sum(R * x)
'''
"""


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            "dw = dx * (1 - x * x) / s",
            "this line has only the diagonal, what an entry of w does to its own entry of x;",
        ),
        (
            "dw = -x * (sum(dx * x, axis=1, keepdims=True) - dx * x) / s",
            "does to the other entries of x; the diagonal, what it does to its own entry of x, is left out.",
        ),
    ],
)
def test_a_part_of_a_derivative_that_is_a_matrix_is_told(tmp_path: Path, line: str, words: str) -> None:
    (tmp_path / "rows.toml").write_text(NORMALISED, encoding="utf-8")
    (diagnosis,) = filter(None, reviewed(str(tmp_path / "rows.toml"), f"dx = R\n{line}").diagnoses)

    assert diagnosis.mistakes == ("missing-path",)
    assert diagnosis.explanation.startswith("Every entry of x depends on many entries of w, through s, so its")
    assert words in diagnosis.explanation


def test_the_derivative_of_something_else_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    wrong = LESSONS["wrong-activation-derivative"]

    def both(lesson: Lesson) -> str:
        said.append(LESSONS["differentiates-wrong-function"](lesson))
        return wrong(lesson)

    monkeypatch.setitem(LESSONS, "wrong-activation-derivative", both)  # type: ignore[arg-type]
    reviewed("three-layer", "dZ2 = dA2 * dsigmoid(Z2)")

    assert said[0].startswith("This is the derivative of something else than J. What training makes small is J")
    assert "says how fast that one number changes with Z2: Z2 > 0, not dsigmoid(Z2)." in said[0]


GATED = """
title = "A gate, and two heads of which one is weighed"
[constants]
mix = 0.4
keep = 0.8
[data]
X = { shape = [3, 4], init = "normal" }
D = { values = [[1, 0, 1, 0], [0, 1, 1, 0], [1, 0, 1, 1]] }
R = { shape = [3, 4], init = "normal" }
Y = { values = [[1, 0, 0, 1], [0, 1, 0, 0], [0, 0, 1, 0]] }
[parameters]
W = { shape = [3, 3], init = "normal" }
V = { shape = [3, 3], init = "normal" }
[network]
forward = '''
h = tanh(W @ X)
g = sigmoid(X)
y = g * h + (1 - g) * X
k = y * D / keep
S = V @ k
P = softmax(S, axis=0)
J = sum(R * k) - mix * sum(Y * log(P))
'''
"""


@pytest.mark.parametrize(
    ("line", "mistake", "words"),
    [
        ("dS = P - Y", "missing-chain-factor", "the one with mix"),
        ("dy = dk * D * keep", "missing-mask-or-scale", "What the forward pass multiplied by"),
        ("dg = dy * h", "missing-path", "g is used more than once in y"),
    ],
)
def test_a_mask_is_spoken_of_where_there_is_one_and_terms_of_the_cost_where_they_are(
    tmp_path: Path, line: str, mistake: str, words: str
) -> None:
    (tmp_path / "gated.toml").write_text(GATED, encoding="utf-8")
    (diagnosis,) = filter(None, reviewed(str(tmp_path / "gated.toml"), line).diagnoses)

    assert diagnosis.mistakes[0] == mistake
    assert words in diagnosis.explanation


DROPPED = """
title = "A mask, its scale a number"
[data]
X = { shape = [3, 2], init = "normal" }
Y = { shape = [1, 2], init = "normal" }
D.values = [[0, 1], [1, 1], [1, 0], [1, 1], [1, 1]]
[parameters]
W = { shape = [5, 3], init = "normal" }
V = { shape = [1, 5], init = "normal" }
[network]
forward = '''
Z = W @ X
A = tanh(Z)
H = A * D / 0.8
R = V @ H - Y
J = sum(R ** 2)
'''
cost = "J"
"""


@pytest.mark.parametrize(
    ("line", "mended", "missing"),
    [
        ("dA = dH * D", "dA = dH * D / 0.8", " Missing: 0.8."),
        ("dA = dH / 0.8", "dA = dH * D / 0.8", " Missing: D."),
        ("dA = dH", "dA = dH * (D / 0.8)", " Missing: D and 0.8."),
        ("dA = dH * D * 0.8", "dA = dH * D / 0.8", ""),
    ],
)
def test_the_scale_of_a_mask_may_be_a_number(tmp_path: Path, line: str, mended: str, missing: str) -> None:
    (tmp_path / "dropped.toml").write_text(DROPPED, encoding="utf-8")
    (diagnosis,) = filter(None, reviewed(str(tmp_path / "dropped.toml"), f"dH = 2 * V.T @ R\n{line}").diagnoses)

    assert diagnosis.mistakes[0] == "missing-mask-or-scale"
    assert diagnosis.mended_text == mended
    assert f"those that stayed count for more.{missing}" in diagnosis.explanation


SOFT = """
title = "A logarithm of softmax, and a sigmoid of a multiple"
[data]
X = { shape = [4, 3], init = "normal" }
G = { shape = [4, 3], init = "normal" }
[parameters]
W = { shape = [3, 3], init = "normal" }
[network]
orientation = "rows"
forward = '''
Z = X @ W
{forward}
'''
"""


@pytest.mark.parametrize(
    ("forward", "line", "said", "unsaid"),
    [
        (
            "S = sigmoid(1.702 * Z)\nA = Z * S\nJ = sum(G * A)",
            "dA = G\ndZ = dA * (S + Z * S * (1 - S))",
            "goes on to its argument, 1.702 * Z",
            "Its slope is",
        ),
        (
            "dst = Z - log(sum(exp(Z), axis=1, keepdims=True))\nJ = sum(G * dst)",
            "ddst = G\ndZ = ddst - sum(ddst * dst, axis=1, keepdims=True)",
            "",
            "(ddst - G)",
        ),
    ],
)
def test_nothing_is_told_that_the_line_has_already_or_that_is_0(
    tmp_path: Path, forward: str, line: str, said: str, unsaid: str
) -> None:
    (tmp_path / "soft.toml").write_text(SOFT.replace("{forward}", forward), encoding="utf-8")
    (diagnosis,) = filter(None, reviewed(str(tmp_path / "soft.toml"), line).diagnoses)

    assert said in diagnosis.explanation
    assert unsaid not in f"{diagnosis.mended_text} {diagnosis.explanation}"


def test_a_condition_on_what_relu_gives_must_not_hold_of_0() -> None:
    (diagnosis,) = filter(None, reviewed("three-layer", "dZ3 = A3 - Y\ndZ2 = W3.T @ dZ3 * (A2 >= 0)").diagnoses)

    assert diagnosis.mistakes[0] == "wrong-activation-derivative"
    assert diagnosis.mended_text == "dZ2 = W3.T @ dZ3 * (A2 > 0)"
    assert "A2 >= 0 holds of 0 too" in diagnosis.explanation


def test_the_slope_of_a_sigmoid_written_out_where_a_relu_was_passed_is_told_as_that() -> None:
    line = "dZ2 = dA2 * (1 / (1 + np.exp(-Z2))) * (1 - 1 / (1 + np.exp(-Z2)))"
    (diagnosis,) = filter(None, reviewed("three-layer", f"dZ3 = A3 - Y\ndA2 = W3.T @ dZ3\n{line}").diagnoses)

    assert diagnosis.mistakes == ("wrong-activation-derivative",)
    assert diagnosis.mended_text == "dZ2 = dA2 * (Z2 > 0)"
