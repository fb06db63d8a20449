"""What is wrong with layers is told with its place, all at once, and with the way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpdebug.errors import Problem, ScenarioError
from bpdebug.scenario.load import load


def refused(folder: Path, layers: str, *, x: str = "[7, 3]", y: str = "[7, 2]", more: str = "") -> tuple[Problem, ...]:
    """The problems of a file with these layers, examples in rows."""
    path = folder / "net.toml"
    path.write_text(
        f'[data]\nX = {{ shape = {x}, init = "normal" }}\nY = {{ shape = {y}, init = "normal" }}\n'
        f'[network]\norientation = "rows"\ncost = "mean-squared-error"\nlayers = [\n{layers}\n]\n{more}',
        encoding="utf-8",
    )
    with pytest.raises(ScenarioError) as raised:
        load(str(path))
    return raised.value.problems


LAST = "{ units = 2 }"


@pytest.mark.parametrize(
    ("layer", "path", "message", "hint"),
    [
        (
            '{ kind = "batchnorm" }',
            ".kind",
            '"batchnorm" is not known here; did you mean "batch-norm"?',
            "Allowed: dense",
        ),
        ("{ kind = 3 }", ".kind", "3 is not known here", "Allowed: dense"),
        (
            '{ kind = "batch-norm", units = 4 }',
            ".units",
            '"units" does not go with kind = "batch-norm"',
            "It goes with dense",
        ),
        (
            "{ units = 4, over = 2 }",
            ".over",
            '"over" does not go with kind = "dense"',
            "It goes with residual. Keys here",
        ),
        ("{ unit = 4 }", ".unit", 'unknown key "unit"; did you mean "units"?', "Keys here: units, bias"),
        ('{ activation = "relu" }', ".units", '"units" is missing here', ""),
        ('{ kind = "batch-norm", epsilon = 0 }', ".epsilon", "expected a number above 0, found 0", ""),
        ('{ units = "k" }', ".units", 'there is no size "k"', "Sizes: none are given."),
        ('{ kind = "residual" }', ".kind", "layer 1: it goes past 1 layer, but there is none before it", ""),
        ("3", "", "expected a table, found 3", ""),
    ],
)  # fmt: skip
def test_a_layer_that_is_wrong_by_itself(layer: str, path: str, message: str, hint: str, tmp_path: Path) -> None:
    (problem,) = refused(tmp_path, f"{layer},\n{LAST}")

    assert (problem.path, problem.message, problem.line) == (f"network.layers[0]{path}", message, 8)
    assert problem.hint.startswith(hint)


@pytest.mark.parametrize(
    ("layers", "path", "message", "hint"),
    [
        (
            '{ units = 4 },\n{ units = 5 },\n{ kind = "residual", over = 1 },\n{ units = 2 }',
            "[2].over",
            "layer 3: Z1, which goes into layer 2, is (7, 4), but layer 2 gives (7, 5)",
            "A sum needs both alike: give the layers in between as many units.",
        ),
        (
            '{ units = 4 },\n{ units = 4 },\n{ kind = "residual", over = 3 },\n{ units = 2 }',
            "[2].over",
            "layer 3: it goes past 3 layers, but there are 2 before it",
            "",
        ),
        (
            '{ units = 4 },\n{ units = 3, weights = "W1" },\n{ units = 2 }',
            "[1].weights",
            "layer 2: W1 is (3, 4), but this layer needs weights (4, 3)",
            "W1.T would fit.",
        ),
        (
            '{ units = 4 },\n{ units = 5, weights = "W1.T" },\n{ units = 2 }',
            "[1].weights",
            "layer 2: W1.T is (4, 3), but this layer needs weights (4, 5)",
            "",
        ),
        (
            '{ units = 4 },\n{ units = 3, weights = "w1" },\n{ units = 2 }',
            "[1].weights",
            'layer 2: no layer before has weights w1; did you mean "W1"?',
            "There are W1; turned they are W1.T.",
        ),
        (
            '{ units = 4 },\n{ units = 3, weights = "W1.T", init = "he" },\n{ units = 2 }',
            "[1].init",
            "layer 2: init says nothing where the weights are those of another layer",
            "",
        ),
        (
            "{ units = 4 }",
            "[0].units",
            "the last layer has 4 units, but Y has 2 values for each example",
            "Set units = 2 here, or give Y as many columns as units.",
        ),
        (
            '{ units = 4 },\n{ kind = "layer-norm" }',
            "[1]",
            "the last layer has 4 units, but Y has 2 values for each example",
            "Give Y as many columns as units.",
        ),
    ],
)  # fmt: skip
def test_layers_that_do_not_fit(layers: str, path: str, message: str, hint: str, tmp_path: Path) -> None:
    (problem,) = refused(tmp_path, layers)

    assert (problem.path, problem.message, problem.hint) == (f"network.layers{path}", message, hint)
    assert problem.line == 8 + int(path[1])


@pytest.mark.parametrize(
    ("x", "layers", "path", "message", "hint"),
    [
        (
            "[7, 3, 5, 5]",
            "{ units = 2 }",
            "[0].kind",
            "layer 1: dense reads (m, n) or (m, T, n), but X is (7, 3, 5, 5)",
            'Put { kind = "flatten" } before it.',
        ),
        (
            "[7, 3]",
            '{ kind = "conv2d", filters = 2, size = 2 }',
            "[0].kind",
            "layer 1: conv2d reads (m, c, h, w), but X is (7, 3)",
            'Put { kind = "reshape", shape = [c, h, w] } before it.',
        ),
        (
            "[7, 3]",
            '{ units = 3 }, { kind = "rnn", units = 2 }',
            "[1].kind",
            "layer 2: rnn reads (m, T, n), but Z1 is (7, 3)",
            'Put { kind = "reshape", shape = [T, n] } before it.',
        ),
        (
            "[7, 8]",
            '{ kind = "reshape", shape = [2, 3] }',
            "[0].shape",
            "layer 1: (2, 3) is 6 entries, but an example has 8",
            "",
        ),
        (
            "[7, 8]",
            '{ kind = "reshape", shape = [2, 2, 2, 1] }',
            "[0].shape",
            "layer 1: expected 1 to 3 lengths, found 4",
            "",
        ),
        (
            "[7, 3]",
            '{ units = 3 }, { kind = "embedding", words = 3, units = 2 }',
            "[1].kind",
            "layer 2: it reads whole numbers from X, so it can only be the first layer",
            "",
        ),
        (
            "[7, 3, 4, 4]",
            '{ kind = "conv2d", filters = 2, size = 2, padding = -1 }',
            "[0].padding",
            'expected a whole number from 0, or "same", found -1',
            "",
        ),
    ],
)  # fmt: skip
def test_what_a_layer_cannot_read(x: str, layers: str, path: str, message: str, hint: str, tmp_path: Path) -> None:
    (problem,) = refused(tmp_path, layers, x=x)

    assert (problem.path, problem.message, problem.hint) == (f"network.layers{path}", message, hint)


def test_a_filter_that_is_longer_than_the_image(tmp_path: Path) -> None:
    (problem,) = refused(tmp_path, '{ kind = "conv2d", filters = 2, size = 4 }', x="[7, 1, 3, 3]")

    assert problem.path == "network.layers[0]"
    assert "conv2d" in problem.message


def test_examples_in_columns_where_they_have_to_be_in_rows(tmp_path: Path) -> None:
    path = tmp_path / "net.toml"
    path.write_text(
        "[data]\nX = { shape = [3, 7], init = 'normal' }\nY = { shape = [2, 7], init = 'normal' }\n[network]\n"
        "layers = [{ kind = 'attention', units = 2 }]\ncost = 'mean-squared-error'\n",
        encoding="utf-8",
    )
    with pytest.raises(ScenarioError) as raised:
        load(str(path))
    assert raised.value.problems[0].message == (
        'layer 1: attention needs an example a row: orientation = "rows" under [network]'
    )


def test_layers_that_do_not_fit_are_told_together(tmp_path: Path) -> None:
    layers = '{ units = 4 },\n{ units = 5, weights = "W1" },\n{ kind = "residual", over = 1 },\n{ units = 3 }'

    assert [each.path for each in refused(tmp_path, layers)] == [
        "network.layers[1].weights",
        "network.layers[2].over",
        "network.layers[3].units",
    ]


@pytest.mark.parametrize("x", ["[[0, 1], [5, 2]]", "[[0, 1], [0.5, 2]]", "[[0, -1], [1, 2]]"])
def test_what_is_no_word(x: str, tmp_path: Path) -> None:
    path = tmp_path / "net.toml"
    path.write_text(
        f"[data]\nX.values = {x}\nY = {{ shape = [2, 2, 3], init = 'normal' }}\n[network]\norientation = 'rows'\n"
        "layers = [{ kind = 'embedding', words = 5, units = 3 }]\ncost = 'mean-squared-error'\n",
        encoding="utf-8",
    )
    with pytest.raises(ScenarioError, match=r"X holds \S+, which is none of the words 0 to 4") as raised:
        load(str(path))
    assert raised.value.problems[0].path == "data.X"


def test_all_is_told_at_once(tmp_path: Path) -> None:
    found = refused(
        tmp_path,
        '{ units = 4, over = 1 },\n{ kind = "layernorm" },\n{ kind = "residual", over = 0 },\n'
        '{ kind = "batch-norm", epsilon = -1 },\n{ units = 4, activation = "sofmax" }',
        y="[6, 2]",
        more="l3 = 1\n",
    )

    assert [each.path for each in found] == [
        "network.layers[0].over",
        "network.layers[1].kind",
        "network.layers[2].over",
        "network.layers[3].epsilon",
        "network.layers[4].activation",
        "network.l3",
    ]


def test_penalties_of_no_weights(tmp_path: Path) -> None:
    found = refused(tmp_path, '{ kind = "batch-norm" }', y="[7, 3]", more="l1 = 1\nl2 = 1\n")

    assert [(each.path, each.message) for each in found] == [
        (f"network.{key}", f"{key} counts weights, and no layer has any") for key in ("l1", "l2")
    ]


def test_names_that_the_layers_give(tmp_path: Path) -> None:
    found = refused(
        tmp_path,
        '{ units = 4 },\n{ kind = "batch-norm" },\n{ units = 2 }',
        more="[constants]\neps = 1\nmu2 = 2\nn3 = 1\nn2 = 1\nlambd1 = 3\n",
    )

    assert [(each.path, each.message) for each in found] == [
        (f"constants.{name}", f"{name} is a name that the layers give") for name in ("eps", "mu2", "n3")
    ]
