"""A file becomes a program with its values, and what is given beside it stands above it."""

from __future__ import annotations

import io
import sys

import numpy as np
import pytest

from bpdebug.check.iteration import trained
from bpdebug.errors import ScenarioError
from bpdebug.ops import write
from bpdebug.ops.table import Size
from bpdebug.scenario.load import load

LAYERS = """
[data]
X = { shape = [3, 5], init = "normal" }
Y = { shape = [2, 5], init = "uniform" }

[network]
layers = [{ units = 4, activation = "tanh" }, { units = 2, activation = "sigmoid" }]
cost = "mean-squared-error"
"""


@pytest.fixture
def read(monkeypatch):
    """The scenario of a text."""

    def of(text, **overrides):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8"))
        return load("-", **overrides)

    return of


@pytest.fixture
def refused(read):
    """The problems of a text."""

    def of(text, **overrides):
        with pytest.raises(ScenarioError) as raised:
            read(text, **overrides)
        return raised.value.problems

    return of


def formulas(scenario, *phases):
    equations = [each for each in scenario.program.equations if each.phase in (phases or ("forward", "cost"))]
    return {each.name: write(each.expr, "ascii") for each in equations}


def test_layers_are_equations(read):
    scenario = read(LAYERS)

    assert formulas(scenario) == {
        "Z1": "W1 @ X + b1",
        "A1": "tanh(Z1)",
        "Z2": "W2 @ A1 + b2",
        "A2": "sigmoid(Z2)",
        "J": formulas(scenario)["J"],
    }
    shapes = {"X": (3, 5), "Y": (2, 5), "W1": (4, 3), "b1": (4, 1), "W2": (2, 4), "b2": (2, 1)}
    assert {name: array.shape for name, array in scenario.values.items()} == shapes
    assert [(size, size.symbol) for size in scenario.program.shapes["A2"]] == [(2, "n2"), (5, "m")]
    assert scenario.program.data == ("X", "Y")
    assert scenario.program.parameters == ("W1", "b1", "W2", "b2")
    assert (scenario.name, scenario.title) == ("stdin", "stdin")


def test_rows_turn_the_products(read):
    text = (
        LAYERS.replace("[3, 5]", "[5, 3]")
        .replace("[2, 5]", "[5, 2]")
        .replace("[network]", "[network]\norientation = 'rows'")
    )
    scenario = read(text)

    assert formulas(scenario)["Z2"] == "A1 @ W2 + b2"
    assert scenario.values["W1"].shape == (3, 4)


def test_values_are_float64_and_nobody_writes_to_them(read):
    scenario = read(LAYERS)

    assert all(array.dtype == np.float64 and not array.flags.writeable for array in scenario.values.values())
    with pytest.raises(TypeError):
        scenario.values["X"] = 1


def test_a_seed_decides_all_that_is_drawn(read):
    one, again, two = read(LAYERS), read(LAYERS), read(LAYERS, seed=2)

    assert all((one.values[name] == again.values[name]).all() for name in one.values)
    assert not any((one.values[name] == two.values[name]).any() for name in ("X", "Y", "W1", "W2"))
    assert two.seed == 2


@pytest.mark.parametrize("name", ["three-layer", "iris", "linear-regression", "gradient-checking"])
def test_the_other_orientation_is_the_same_training_transposed(name):
    given = load(name)
    other = load(name, orientation="rows" if given.program.orientation == "columns" else "columns")

    before, after = trained(given, 7), trained(other, 7)
    assert before["J"] == pytest.approx(after["J"], rel=1e-12)
    for parameter in (*given.program.parameters, *given.program.gradients.values()):
        np.testing.assert_allclose(before[parameter].T, after[parameter], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", ["three-layer", "iris"])
def test_the_forms_of_the_backward_pass_train_alike(name):
    plain = trained(load(name, bookkeeping="total", fused=False), 9)

    for bookkeeping, fused in (("total", True), ("per-example", False), ("per-example", True)):
        other = trained(load(name, bookkeeping=bookkeeping, fused=fused), 9)
        np.testing.assert_allclose(plain["W1"], other["W1"], rtol=1e-9)


def test_the_penalty_of_layers_is_in_the_cost(read):
    scenario = read(LAYERS.replace("[network]", "[network]\nl2 = 0.7"))

    assert scenario.program.constants["lambd"] == 0.7
    assert "lambd / (2 * m) * (sum(W1 ** 2) + sum(W2 ** 2))" in formulas(scenario)["J"]


def test_a_layer_without_activation_or_bias(read):
    text = LAYERS.replace('{ units = 2, activation = "sigmoid" }', "{ units = 2, bias = false }")
    scenario = read(text)

    assert formulas(scenario)["Z2"] == "W2 @ A1"
    assert "b2" not in scenario.values
    assert "A2" not in scenario.program.shapes


def test_parameters_of_layers_may_be_given(read, refused):
    scenario = read(LAYERS + "\n[parameters]\nb2.values = [[1], [2]]\nW1 = { shape = [4, 3], init = 'ones' }\n")
    assert scenario.values["b2"].tolist() == [[1], [2]]
    assert (scenario.values["W1"] == 1).all()
    assert scenario.program.parameters == ("W1", "b1", "W2", "b2")

    (problem,) = refused(LAYERS + "\n[parameters]\nb1.values = [[1], [2]]\n")
    assert (problem.path, problem.message) == ("parameters.b1", "b1 is (2, 1), but the layers need (4, 1)")
    (problem,) = refused(LAYERS + "\n[parameters]\nW3.values = [[1]]\n")
    assert problem.message.startswith("the layers have no W3")


NO_NAME = " is no name: letters, digits and _ make one, and no digit begins it"


@pytest.mark.parametrize(
    ("change", "path", "message"),
    [
        ("[sizes]\nm = 6\n", "sizes.m", "m = 6, but the number of examples is 5"),
        ("[sizes]\nn1 = 6\n", "sizes.n1", "n1 = 6, but layer 1 has 4"),
        ("[constants]\nlearning_rate = 1\n", "constants.learning_rate", "learning_rate is set by [training] already"),
        ("[constants]\nW1 = 1\n", "constants.W1", "W1 is a name that the layers give"),
        ("[constants]\nm = 1\n", "constants.m", "m is a name that the layers give"),
        ("[sizes]\nX = 3\n", "data.X", "X is given twice: first in [sizes] on line 2"),
        (
            "[sizes]\n'a b' = 3\n",
            "sizes.a b",
            '"a b" is no name: letters, digits and _ make one, and no digit begins it',
        ),
        (f"[sizes]\n{'a' * 61} = 3\n", f"sizes.{'a' * 61}", "the name is longer than 60 characters"),
    ],
)
def test_names_and_sizes_that_contradict(change, path, message, refused):
    (problem,) = refused(change + LAYERS)

    assert (problem.path, problem.message) == (path, message)
    assert problem.line > 0


def test_the_number_of_examples_may_have_another_name(read, refused):
    text = "[sizes]\nN = 5\n" + LAYERS.replace("[network]", "[network]\nexamples = 'N'")
    scenario = read(text)

    assert scenario.program.examples == "N"
    assert scenario.program.shapes["X"][1].symbol == "N"
    assert formulas(scenario)["J"].endswith("/ N")
    assert refused(text.replace("N = 5", "N = 4"))[0].message == "N = 4, but the number of examples is 5"
    assert refused(text.replace("'N'", "'M'"))[0].message == 'there is no size "M"'


EQUATIONS = """
[data]
X.values = [[1, 2, 3], [4, 5, 6]]
[parameters]
w.values = [[1, -1]]
[network]
forward = "J = sum((w @ X) ** 2) / m"
"""


def test_m_is_known_where_x_has_examples(read):
    scenario = read(EQUATIONS)

    assert scenario.program.constants["m"] == 3
    assert scenario.program.shapes["X"] == (2, 3)
    assert [isinstance(length, Size) for length in scenario.program.shapes["X"]] == [False, True]
    assert not any(isinstance(length, Size) for length in scenario.program.shapes["w"])
    assert float(trained(scenario, 0)["J"]) == 9


def test_m_may_be_what_the_file_says(read):
    assert read("[constants]\nm = 7\n" + EQUATIONS).program.constants["m"] == 7
    assert "m" in formulas(read(EQUATIONS.replace('"J = ', '"m = sum(X)\\nJ = ')))


def test_equations_keep_what_was_written(read):
    (first, *_) = read(
        EQUATIONS.replace("sum((w @ X) ** 2) / m", "1./m * np.sum(np.square(np.dot(w, X)))")
    ).program.equations

    assert first.written == "1./m * np.sum(np.square(np.dot(w, X)))"


def weights(text):
    return EQUATIONS.replace("w.values = [[1, -1]]", text)


CLASH = "dX is the name that the gradient of X gets"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (EQUATIONS.replace("w", "dX").replace("netdXork", "network").replace("fordXard", "forward"), CLASH),
        (EQUATIONS + "l2 = 1\n", "l2 goes with layers only"),
        (EQUATIONS + "layers = [{ units = 1 }]\n", "expected either layers or forward, and not both"),
        (EQUATIONS.replace("forward", "cost"), "expected either layers or forward, and not both"),
        (EQUATIONS.replace('"J = ', '"Cost = '), 'no equation defines the cost "J"'),
        (EQUATIONS.replace('"J = ', '"JJ = ') + "cost = 'J'\n", 'no equation defines the cost "J"; did you mean "JJ"?'),
        (EQUATIONS.replace("[[1, -1]]", "[]"), "the list is empty; an array needs at least one entry"),
        (weights("w = {}"), "expected values, or a shape and how to fill it"),
        (weights("w.shape = [1, 2]"), "the shape is given, but not how to fill it: init"),
        (weights("w = { shape = [1, 2, 1, 1, 1], init = 'ones' }"), "expected at most 4 axes, found 5"),
        (weights("w = { values = [[1]], shape = [1, 2] }"), "the shape is said to be (1, 2), the values are (1, 1)"),
        (weights("w = { values = [[1, -1]], init = 'he' }"), "init says nothing where values are given"),
        (weights("w = { shape = [1, 'n'], init = 'he' }"), 'there is no size "n"'),
        ("[sizes]\nn0 = 2\n" + weights("w.shape = [1, 'no']"), 'there is no size "no"; did you mean "n0"?'),
        (EQUATIONS.replace("X.values = [[1, 2, 3], [4, 5, 6]]", "X = 3"), "expected a table, found 3"),
    ],
)  # fmt: skip
def test_parts_that_do_not_go_together(text, message, refused):
    assert message in [problem.message for problem in refused(text)]


def test_a_vector_has_no_other_orientation(refused):
    text = weights("w.values = [[1, -1]]\nc.values = [1, 2, 3]").replace("w @ X", "w @ X + c")
    (problem,) = refused(text, orientation="rows")

    assert problem.message == "c is a vector, which has no transpose"
    assert "Leave --orientation out" in problem.hint
    assert problem.path == "network.forward"


def test_what_the_file_calls_itself_is_one_harmless_line(read):
    scenario = read('title = "a\\nb\\u001b[2J "\nsummary = "[b]\\t"\n' + EQUATIONS)

    assert (scenario.title, scenario.summary) == ("a b\\x1b[2J", "[b]\\t")


def test_a_quantity_may_be_called_like_a_function(read) -> None:
    scenario = read(
        """
[constants]
l2 = 0.1
[data]
X = { shape = [3, 5], init = "normal" }
[parameters]
w = { shape = [2, 3], init = "normal" }
[network]
forward = '''
l1 = tanh(w @ X)
J = sum(l1 ** 2) + l2 * l2(w)'''
[[claims]]
equation = "dl1 = 2 * l1"
[[claims]]
equation = "hinge = dl1 * (1 - l1 ** 2)"
[[claims]]
equation = "dw = hinge @ X.T + l2 * w"
"""
    )

    assert [write(each.expr, "ascii") for each in scenario.claims][1:] == [
        "dl1 * (1 - l1 ** 2)",
        "hinge @ X.T + l2 * w",
    ]
    assert trained(scenario, 0)["l1"].shape == (2, 5)
