"""What the rows and columns of matrices are, as far as a scenario says: never more than is certain."""

from __future__ import annotations

from pathlib import Path

from bpdebug.ops.table import Size
from bpdebug.scenario.axes import Axis
from bpdebug.scenario.load import load

WRITTEN = """
[sizes]
m = 4
[data]
X = {}
[parameters]
W = {{ shape = [2, 4], init = "normal" }}
[network]
forward = "J = sum((W @ X) ** 2) / m"
[training]
iterations = 1
"""


def test_the_data_set_says_what_its_features_and_classes_are_called() -> None:
    axes = load("iris").axes
    assert axes["n0"] == Axis("features", ("sepal length", "sepal width", "petal length", "petal width"))
    assert axes["n1"] == Axis("units of layer 1")
    assert axes["n2"] == Axis("classes", ("setosa", "versicolor", "virginica"))
    assert axes["m"] == Axis("examples")


def test_there_are_as_many_names_as_entries_along_their_axis() -> None:
    for orientation in ("rows", "columns"):
        scenario = load("iris", orientation=orientation)
        lengths = {each.symbol: int(each) for shape in scenario.program.shapes.values() for each in _sizes(shape)}
        assert {symbol for symbol, axis in scenario.axes.items() if axis.names} == {"n0", "n2"}
        assert all(len(axis.names) in (0, lengths[symbol]) for symbol, axis in scenario.axes.items())


def _sizes(shape: tuple[int, ...]) -> list[Size]:
    return [each for each in shape if isinstance(each, Size)]


def test_one_column_of_labels_is_an_output_and_what_is_made_up_has_no_names() -> None:
    axes = load("two-moons").axes
    assert (axes["n0"], axes["n3"]) == (Axis("features"), Axis("outputs"))


def test_of_equations_that_a_person_wrote_the_examples_are_known_where_the_orientation_says_so(tmp_path: Path) -> None:
    path = tmp_path / "written.toml"
    for data, known in (
        ('{ shape = [4, "m"], init = "normal" }', {"m": Axis("examples")}),
        ("{ values = [[1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4]] }", {"m": Axis("examples")}),
        ("{ values = [1, 2, 3, 4] }", {}),
    ):
        path.write_text(WRITTEN.format(data), encoding="utf-8")
        scenario = load(str(path))
        assert scenario.axes == known
        symbols = [each.symbol for each in _sizes(scenario.program.shapes["X"])]
        assert symbols == ["m"]


def test_sizes_that_have_the_same_number_are_told_apart_by_where_the_examples_stand() -> None:
    scenario = load("gradient-checking")
    named = {name: [each.symbol for each in _sizes(shape)] for name, shape in scenario.program.shapes.items()}
    assert (named["X"], named["W2"], named["b2"], named["W3"]) == (["n0", "m"], ["n2", "n1"], ["n2"], ["n2"])
    assert named["Z2"] == named["dZ2"] == ["n2", "m"]
    assert scenario.axes["n2"] == Axis("units of layer 2")
    assert scenario.axes["n0"] == Axis("features")
    assert scenario.axes["m"] == Axis("examples")
