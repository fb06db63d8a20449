"""Files of examples beside a scenario: columns by name or number, classes, labels that are numbers, NPZ."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdebug.errors import ScenarioError
from bpdebug.scenario.axes import Axis
from bpdebug.scenario.files.sheet import sheet
from bpdebug.scenario.load import load
from bpdebug.scenario.schema import File
from tests.scenario.fed import fed, refused, saved

ENDING = "data is read from CSV, or from NPZ by that ending"
POINTS = "x1,x2,kind\n1,2,b\n3,4.5,a\n-5e-1,.5,c\n7,8,b\n"


def test_the_last_column_is_the_label_and_classes_are_sorted(tmp_path: Path) -> None:
    values = fed(tmp_path, 'file = "points.csv"', POINTS).values
    assert values["X"].tolist() == [[1, 2], [3, 4.5], [-0.5, 0.5], [7, 8]]
    assert values["Y"].tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 1], [0, 1, 0]]


@pytest.mark.parametrize("label", ['"x2"', "1", "-2"])
@pytest.mark.parametrize("features", ['["x1"]', "[0]", "[-3]"])
def test_columns_are_called_by_name_or_by_number(tmp_path: Path, label: str, features: str) -> None:
    file = f'file = {{ path = "points.csv", features = {features}, label = {label} }}'
    values = fed(tmp_path, file, POINTS).values
    assert values["X"].tolist() == [[1], [3], [-0.5], [7]]
    assert values["Y"].tolist() == [[2], [4.5], [0.5], [8]]


@pytest.mark.parametrize(
    ("said", "labels"),
    [
        ('labels = "zero-one"', [[0], [0], [1], [0]]),
        ('labels = "plus-minus"', [[-1], [-1], [1], [-1]]),
        ('classes = ["c", "b", "a"]', [[0, 1, 0], [0, 0, 1], [1, 0, 0], [0, 1, 0]]),
        ('classes = ["b", "c", "a"], labels = "zero-one"', [[0], [1], [0], [0]]),
    ],
)
def test_classes_are_written_as_asked_for(tmp_path: Path, said: str, labels: list[list[float]]) -> None:
    values = fed(tmp_path, f'file = {{ path = "points.csv", {said} }}', POINTS).values
    assert values["Y"].tolist() == labels


@pytest.mark.parametrize(
    ("labels", "said", "found"),
    [
        (["0", "1", "1.0"], "", [[0], [1], [1]]),
        (["-1", "1", "1"], "", [[-1], [1], [1]]),
        (["0", "1", "2"], "", [[0], [1], [2]]),
        (["10", "9", "9.0"], ', labels = "one-hot"', [[0, 1], [1, 0], [1, 0]]),
        (["3", "1", "2"], ", classes = [3, 2.0, 1]", [[1, 0, 0], [0, 0, 1], [0, 1, 0]]),
        (["1", "b", "a"], ', labels = "one-hot"', [[1, 0, 0], [0, 0, 1], [0, 1, 0]]),
    ],
)
def test_labels_that_are_numbers(tmp_path: Path, labels: list[str], said: str, found: list[list[float]]) -> None:
    text = "".join(f"{at},{label}\n" for at, label in enumerate(labels))
    assert fed(tmp_path, f'file = {{ path = "points.csv"{said} }}', text).values["Y"].tolist() == found


def test_several_columns_of_labels(tmp_path: Path) -> None:
    scenario = fed(
        tmp_path, 'file = { path = "points.csv", label = ["x2", "x1"], features = ["y"] }', "y,x1,x2\n1,2,3\n"
    )
    assert scenario.values["Y"].tolist() == [[3, 2]]


@pytest.mark.parametrize(
    "text",
    [
        "x1;x2;y\r\n1;2;3\r\n4;5;6\r\n",
        "x1\tx2\ty\r1\t2\t3\r4\t5\t6",
        "x1  x2 y\n 1  2 3 \n4 5   6\n",
        "\ufeff# a remark, with commas\n\nx1,x2,y\n1,2,3\n   \n# another\n4,5,6",
        '"x1","x2","y"\n"1", 2 ,"3"\n 4,"5",6\n',
        "1,2,3\n4,5,6\n",
    ],
)
def test_files_as_they_are_written_elsewhere(tmp_path: Path, text: str) -> None:
    values = fed(tmp_path, 'file = "points.csv"', text).values
    assert (values["X"].tolist(), values["Y"].tolist()) == ([[1, 2], [4, 5]], [[3], [6]])


def test_a_first_line_of_numbers_names_the_columns_where_the_scenario_says_so(tmp_path: Path) -> None:
    data = 'file = {{ path = "points.csv", header = {} }}'
    text = "2019,2020\n1,2\n3,4\n"
    assert fed(tmp_path, data.format("true"), text).values["X"].tolist() == [[1], [3]]
    assert fed(tmp_path, data.format("false"), text).values["X"].tolist() == [[2019], [1], [3]]


def test_names_of_columns_and_classes_reach_the_axes(tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text('[red]x[/],"a, ""b""",kind\n1,2,[b]\n2,3,ß\n3,1,[b]\n', encoding="utf-8")
    text = """
[data]
file = "points.csv"
[network]
layers = [{ units = 2, activation = "softmax" }]
cost = "categorical-cross-entropy"
"""
    path = tmp_path / "layers.toml"
    path.write_text(text, encoding="utf-8")
    axes = load(str(path)).axes
    assert axes["n0"] == Axis("features", ("[red]x[/]", 'a, "b"'))
    assert axes["n1"] == Axis("classes", ("[b]", "ß"))
    path.write_text(
        text.replace('"points.csv"', '{ path = "points.csv", label = 0, features = [1] }').replace("2,", "1,")
    )
    assert load(str(path)).axes["n1"] == Axis("outputs", ("[red]x[/]",))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x,y\n1,\n", ["points.csv:2:3: y: a value is missing"]),
        ("x,k\n NA ,a\n1,\n", [
            'points.csv:2:2: x: a value is missing ("NA")',
            "points.csv:3:3: k: the label is missing",
        ]),
        ("x,y\n1,2\n3,4,5\n6\n", [
            "points.csv:3:5: expected 2 cells, as in the first line, found 3",
            "points.csv:4:1: expected 2 cells, as in the first line, found 1",
        ]),
        ("1;2\n1,5;2\n", ['points.csv:2:1: column 0: expected a number, found "1,5"']),
        ("x,y\n1_0,1\n2,٣\n", [
            'points.csv:2:1: x: expected a number, found "1_0"',
            'points.csv:3:3: y: expected a number, found "٣"',
        ]),
        ("x,y\ninf,1e999\n1e-999,-Infinity\n", [
            "points.csv:2:1: x: expected a finite number, found inf",
            "points.csv:2:5: y: the number is too large for float64",
            "points.csv:3:1: x: the number is too small and would be 0",
            "points.csv:3:8: y: expected a finite number, found -Infinity",
        ]),
        ("x,x,,y\n1,2,3,4\n", [
            'points.csv:1:3: column 0 and column 1 are both called "x"',
            "points.csv:1:5: column 2 has no name",
        ]),
        ('x,y\n1,"2\n"1"2,3\n', [
            "points.csv:2:3: this quote is not closed on its line",
            "points.csv:3:4: expected , after the closing quote",
        ]),
        ("x\x1b[2J,y\n1,2\n", [
            'points.csv:1:1: the name of column 0 holds an invisible character: "x\\x1b[2J"',
        ]),
        ("x,k\n1,a\n2,b\u202e\n", ['points.csv:3:3: k: the class holds an invisible character: "b\\u202e"']),
        ("name,x,y\nBob,1,2\nEve,q,3\n", [
            'points.csv:2:1: name: expected a number, found "Bob"',
            'points.csv:3:5: x: expected a number, found "q"',
        ]),
        ("x,y\n", ["points.csv: the file holds no examples, only the names of its columns"]),
        ("", ["points.csv: the file holds no examples"]),
        ("# nothing\n\n", ["points.csv: the file holds no examples"]),
        ("x,k\n1,a\n2,a\n", ['scenario.toml:3:8: all labels are "a": there is nothing to tell apart']),
        (b"x,y\n1,2\n\xff\xfe,3\n", ["points.csv:3:1: expected UTF-8, found the byte 0xff"]),
        ("x,k\n1,é\n".encode("latin-1"), ["points.csv:2:3: expected UTF-8, found the byte 0xe9"]),
        (b"x,y\n1,2\n3,\x004\n", ["points.csv:3:3: expected text, found a NUL character"]),
        (b"\xff\xfex\0,\0y\0", ["points.csv:1:1: expected UTF-8, found the byte 0xff"]),
        (b"\x1f\x8b whatever", [f"points.csv: this is a compressed file (gzip); {ENDING}"]),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_file_is_told_with_its_place(tmp_path: Path, text: str | bytes, said: list[str]) -> None:
    assert refused(tmp_path, 'file = "points.csv"', text) == said


@pytest.mark.parametrize(
    ("said", "problems"),
    [
        ('label = "kin"', ['scenario.toml:3:39: there is no column "kin"; did you mean "kind"?']),
        ("label = 3", ["scenario.toml:3:39: there is no column 3"]),
        ('features = ["x1", "x1"]', ['scenario.toml:3:49: "x1" is a feature already']),
        ('features = ["x1", "kind"]', ['scenario.toml:3:49: "kind" is the label']),
        (
            'label = ["x1", "x2"], labels = "one-hot"',
            ["scenario.toml:3:39: expected a single column of classes, found 2"],
        ),
        ('classes = ["a", "b"]', ['points.csv:4:10: kind: "c" is none of the classes']),
        ('labels = "number"', ['points.csv:2:5: kind: expected a number, found "b"']),
        ('separator = ";"', ["scenario.toml:3:8: the file has 1 column, and nothing is left beside the label"]),
        ("features = []", ["scenario.toml:3:42: expected at least one column, found none"]),
        ("arrays = {}", ["scenario.toml:3:40: arrays says nothing of a CSV file"]),
    ],
)
def test_what_a_scenario_says_of_a_file_and_is_not_so(tmp_path: Path, said: str, problems: list[str]) -> None:
    assert refused(tmp_path, f'file = {{ path = "points.csv", {said} }}', POINTS) == problems


def test_the_problems_of_the_file_are_told_with_those_of_the_scenario(tmp_path: Path) -> None:
    found = refused(tmp_path, 'file = "points.csv"\nZ = { shape = ["q"], init = "zeros" }', "x,y\n1,?\n")
    assert found == ['points.csv:2:3: y: a value is missing ("?")', 'scenario.toml:4:16: there is no size "q"']


FINITE = st.floats(allow_nan=False, allow_infinity=False)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.tuples(FINITE, FINITE, st.text(st.characters(categories=("L", "P", "S")), min_size=1)), min_size=2
    ),
    separator=st.sampled_from(",;\t"),
    always=st.booleans(),
)
def test_what_python_s_own_writer_wrote_is_read_bit_for_bit(rows, separator, always) -> None:
    rows = [(a, b, f"k{text.strip()}") for a, b, text in rows]
    stream = io.StringIO()
    quoting = csv.QUOTE_ALL if always else csv.QUOTE_MINIMAL
    csv.writer(stream, delimiter=separator, quoting=quoting).writerows([("x1", "x2", "kind"), *rows])
    read = sheet(io.BytesIO(stream.getvalue().encode()), "points.csv", File(path="points.csv", separator=separator))
    assert np.array_equal(read.x, [row[:2] for row in rows])
    assert sorted(read.outputs) == list(read.outputs)
    assert len(read.outputs) == len({row[2] for row in rows})


def test_arrays_are_read_by_their_names_an_example_each_row(tmp_path: Path) -> None:
    images, kinds = np.arange(24, dtype=np.uint8).reshape(4, 3, 2), np.array(["b", "a", "b", "c"])
    saved(tmp_path, images=np.asfortranarray(images), kinds=kinds)
    data = 'file = { path = "points.npz", arrays = { X = "images", Y = "kinds" } }'
    values = fed(tmp_path, data).values
    assert values["X"].tolist() == images.reshape(4, 6).tolist()
    assert values["Y"].tolist() == [[0, 1, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]]


@pytest.mark.parametrize("kind", ["?", "i1", ">i4", "u8", "<f2", ">f8"])
@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_every_kind_of_number_is_read(tmp_path: Path, kind: str, save) -> None:
    x = np.arange(6).reshape(3, 2).astype(kind)
    save(tmp_path / "points.npz", X=x, Y=np.array([2.5, 1, 0]))
    values = fed(tmp_path, 'file = "points.npz"').values
    assert np.array_equal(values["X"], x)
    assert values["Y"].tolist() == [[2.5], [1], [0]]


def test_labels_of_an_archive_are_classes_where_the_scenario_says_so(tmp_path: Path) -> None:
    saved(tmp_path, X=np.zeros((3, 1)), Y=np.array([7, 3, 7]))
    assert fed(tmp_path, 'file = "points.npz"').values["Y"].tolist() == [[7], [3], [7]]
    said = 'file = { path = "points.npz", labels = "one-hot" }'
    assert fed(tmp_path, said).values["Y"].tolist() == [[0, 1], [1, 0], [0, 1]]


def test_a_scenario_of_another_folder_reads_what_lies_beside_it(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "here" / "data").mkdir(parents=True)
    (tmp_path / "here" / "data" / "points.csv").write_text(POINTS)
    monkeypatch.chdir(tmp_path)
    fed(tmp_path / "here", 'file = "data/points.csv"')
    (tmp_path / "here" / "near.csv").symlink_to("data/points.csv")
    assert len(fed(tmp_path / "here", 'file = "near.csv"').values["X"]) == 4
    assert load("here/scenario.toml").values["X"].shape == (4, 2)


def test_where_the_label_is_missing_no_other_features_are_advised(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as raised:
        fed(tmp_path, 'file = "points.csv"', "x,y\n1,\n")
    assert [each.hint for each in raised.value.problems] == ["Remove the line, or put in another value."]
