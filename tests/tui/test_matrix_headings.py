"""What rows and columns are stands beside them where there is room: never cut off without a mark, never wrong."""

from __future__ import annotations

import numpy as np
import pytest

from bpdebug.debugger.view import Matrix
from bpdebug.language.expression import Name
from bpdebug.ops.table import Size
from bpdebug.scenario.axes import Axis
from bpdebug.tui.headings import above, told_apart
from bpdebug.tui.panes.matrices import picture
from bpdebug.tui.sheet import Sheet, sheet
from tests.debugger.scenes import opened, said
from tests.tui.drawn import lines, shown

AXES = {"m": Axis("examples"), "n0": Axis("features", ("height", "width")), "n1": Axis("classes", ("no", "yes"))}


def of(*sizes: tuple[int, str], axes: dict[str, Axis] = AXES) -> Sheet:
    shape = tuple(Size(length, symbol) if symbol else length for length, symbol in sizes)
    return sheet(Matrix(Name("X"), shape, np.full(shape, 0.125)), "unicode", axes=axes)


def test_rows_and_columns_are_called_what_they_are() -> None:
    assert shown(of((2, "n0"), (2, "n1"))) == [
        "X 2×2  rows: features · columns: classes",
        "            0 no  1 yes",
        "0 height  +0.125 +0.125",
        "1 width   +0.125 +0.125",
    ]


def test_the_caption_gets_shorter_and_goes_where_there_is_little_room() -> None:
    heads = [shown(of((2, "n0"), (2, "n1")), width=width)[0] for width in (60, 30, 22)]
    assert heads == ["X 2×2  rows: features · columns: classes", "X 2×2  features × classes", "X 2×2"]


def test_names_of_rows_take_no_matrix_its_columns() -> None:
    wide = of((2, "n0"), (4, "m"))
    assert shown(wide, width=40)[2].startswith("0 height  +0.125")
    assert shown(wide, width=36)[2].startswith("0  +0.125")


@pytest.mark.parametrize(
    ("name", "width", "said"),
    [
        ("setosa", 8, "0 setosa"),
        ("setosa", 7, "0 seto…"),
        ("setosa", 5, "0 se…"),
        ("setosa", 4, "   0"),
        ("no", 4, "0 no"),
    ],
)
def test_a_name_is_cut_with_its_index_kept_and_goes_where_it_would_say_nothing(
    name: str, width: int, said: str
) -> None:
    assert above(0, name, width, "…") == said


def test_what_is_not_known_is_not_said() -> None:
    assert shown(of((2, ""), (2, "")))[:2] == ["X 2×2", "        0      1"]
    assert shown(of((2, "n9"), (2, "m")))[0] == "X 2×2  columns: examples"
    assert "height" not in "\n".join(shown(of((3, "n0"), (2, "m"))))


def test_names_are_data() -> None:
    axes = {"n0": Axis("features", ("[red]x", "\x1b[2J"))}
    text = "\n".join(shown(of((2, "n0"), (2, "m"), axes=axes)))
    assert "[red]x" in text
    assert "\x1b" not in text


def test_a_transpose_has_its_rows_where_the_columns_were() -> None:
    session = opened("iris")
    said(session, "goto 1:dW1")
    rows = lines(picture(session.view, 200, 60), 0, 0)
    assert any("Xᵀ 4×150  rows: features · columns: examples" in row for row in rows)
    assert any(row.startswith("0 sepal length") for row in rows)
    assert any("dW⁽¹⁾ 4×5  rows: features · columns: units of layer 1" in row for row in rows)


FEATURES = ("sepal length", "sepal width", "petal length", "petal width")


@pytest.mark.parametrize("width", range(3, 14))
def test_names_that_would_be_cut_to_the_same_are_cut_in_the_middle(width: int) -> None:
    told = [above(at, name, width + 2, "…") for at, name in enumerate(told_apart(FEATURES, width, "…"))]
    assert len({each.split(" ", 1)[1] for each in told}) == len(FEATURES)
    assert {len(each) for each in told} == {width + 2}


def test_columns_of_features_are_told_apart_where_little_of_their_names_shows() -> None:
    axes = {"n0": Axis("features", FEATURES), "m": Axis("examples")}
    assert shown(of((2, "m"), (4, "n0"), axes=axes))[1] == "   0 se…l 1 se…w 2 pe…l 3 pe…w"
