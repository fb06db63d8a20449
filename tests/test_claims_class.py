"""bpdebug claims for a class: one file of equations from everybody, held against one scenario."""

from __future__ import annotations

import json

import pytest

RIGHT = "dZ3 = A3 - Y\ndW3 = dZ3 @ A2.T / m\ndb3 = np.sum(dZ3, axis=1, keepdims=True) / m\n"


@pytest.fixture
def handed_in(tmp_path):
    """A folder with what three people handed in, and a picture."""
    folder = tmp_path / "class"
    (folder / "old").mkdir(parents=True)
    (folder / "anna.py").write_text(RIGHT, encoding="utf-8")
    (folder / "ben.txt").write_text(RIGHT.replace("A2.T / m", "A2.T") + "dW2 = solve(dZ2, A1)\n", encoding="utf-8")
    (folder / "cleo.m").write_text("dZ3 = A3 - Y;\ndW3 = dZ3 * A2' / m;\n", encoding="utf-8")
    (folder / "photo.png").write_bytes(b"\xff\xfe\x00")
    (folder / ".hidden").write_text("dZ3 = 3", encoding="utf-8")
    return folder


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_folder_of_equations_is_a_table(jobs, handed_in, bpdebug):
    run = bpdebug("claims", "three-layer", "--equations", str(handed_in), "--ascii", "--jobs", jobs)

    assert run.code == 2
    assert [line.split() for line in run.out.splitlines()[:5]] == [
        [
            "equations",
            "claims",
            "right",
            "wrong",
            "inherit",
            "missing",
            "not",
            "read",
            "first",
            "wrong",
            "main",
            "mistake",
        ],
        ["+", "anna.py", "3", "3", "0", "0", "0", "0"],
        ["x", "ben.txt", "3", "2", "1", "0", "0", "1", "dW3", "missing-1/m"],
        ["+", "cleo.m", "2", "2", "0", "0", "0", "0"],
        ["?", "photo.png", "cannot", "be", "read"],
    ]
    assert run.out.endswith("2 of 4 all right, 1 cannot be read\n")
    assert "photo.png:1:1: expected UTF-8, found the byte 0xff" in run.err


@pytest.mark.parametrize(
    ("text", "mark", "words"),
    [
        (f"{RIGHT}dW2 = solve(dZ2, A1)\n", "~", "not all read"),
        ("h = X + 1\n", ".", "nothing is judged"),
        ("dZ3 = A3 - Y\ndW2 = dZ2 @ A1.T / m\n", "x", "not complete"),
    ],
)
def test_work_that_is_not_known_to_be_right_is_not_called_wrong(text, mark, words, tmp_path, bpdebug):
    (tmp_path / "anna.py").write_text(RIGHT, encoding="utf-8")
    (tmp_path / "ben.py").write_text(text, encoding="utf-8")
    run = bpdebug("claims", "three-layer", "--equations", str(tmp_path), "--ascii")
    row = run.out.splitlines()[2]

    assert run.code == 1
    assert row.startswith(f"{mark}  ben.py")
    assert row.endswith(f"  {words}")
    assert run.out.endswith(f"1 of 2 all right, 1 {words}\n")


def test_several_files_as_json_are_an_object_a_line(handed_in, bpdebug):
    files = [str(handed_in / name) for name in ("ben.txt", "nobody.py", "anna.py")]
    run = bpdebug("claims", "three-layer", *(f"--equations={each}" for each in files), "--json")
    found = [json.loads(line) for line in run.out.splitlines()]

    assert run.code == 2
    assert [(each["file"], each["scenario"], each["ok"]) for each in found] == [
        (files[0], "three-layer", False),
        (files[1], "three-layer", False),
        (files[2], "three-layer", True),
    ]
    assert "there is no such file" in found[1]["error"]


def test_standard_input_is_one_of_them(handed_in, bpdebug):
    run = bpdebug("claims", "three-layer", "--equations", "-", "--equations", str(handed_in / "anna.py"), stdin=RIGHT)

    assert run.code == 0
    assert run.out.splitlines()[1].split()[:2] == ["✓", "stdin"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("three-layer", "xor", "--equations", "{}"), "several files of equations are judged against one scenario"),
        (("-", "--equations", "{}"), "it is read for each"),
        (("three-layer", "--equations", "-", "--equations", "-"), "it is read once"),
        (("three-layer", "--equations", "{}/old"), "there are no files in this folder"),
        (("three-layer", "--at", "9999999"), "the run has 200 iterations"),
        (("three-layer", "xor", "--at", "9999999"), "xor: --at 9999999: the run has 500 iterations"),
    ],
)
def test_what_cannot_be_meant_is_refused(arguments, words, handed_in, bpdebug):
    run = bpdebug("claims", *(each.format(handed_in) for each in arguments))

    assert run.code == 2
    assert words in run.err


def notebook(*cells):
    return json.dumps({"cells": [{"cell_type": kind, "source": source} for kind, source in cells], "nbformat": 4})


def test_of_a_notebook_the_code_cells_are_read(tmp_path, bpdebug):
    file = tmp_path / "dora.ipynb"
    cells = (
        ("markdown", ["# dW3 = no"]),
        ("code", ["%matplotlib inline\n", "dZ3 = A3 - Y"]),
        ("code", RIGHT),
        ("raw", 3),
    )
    file.write_text(notebook(*cells), encoding="utf-8")
    run = bpdebug("claims", "three-layer", "--equations", str(file), "--json")

    assert run.code == 0
    assert [each["equation"][:3] for each in json.loads(run.out)["claims"]] == ["dZ3", "dZ3", "dW3", "db3"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.ipynb", b"{", "a.ipynb: this is no notebook: line 1: Expecting property name"),
        ("a.ipynb", b"[" * 200_000, "a.ipynb: this is no notebook"),
        ("a.ipynb", b"[1]", "it has no list of cells"),
        ("a.ipynb", b'{"worksheets": []}', "Save its code as a .py file"),
        ("a.ipynb", b'{"cells": [{"cell_type": "code"}, 3]}', "there is nothing in the code cells"),
        ("a.ipynb", b'{"cells": [{"cell_type": "code", "source": [1]}]}', "there is nothing in the code cells"),
        ("a.png", b"\x89PNG\r\n", "a.png: this is a picture (PNG), and only text is read"),
        ("a.jpg", b"\xff\xd8\xff\xe0", "this is a picture (JPEG)"),
        ("a.pdf", b"%PDF-1.4", "this is a PDF"),
        ("a.docx", b"PK\x03\x04", "Type what it holds into a text file."),
    ],
)
def test_what_holds_no_equations_as_text_is_told_so(name, content, words, tmp_path, bpdebug):
    (tmp_path / name).write_bytes(content)
    for given in (tmp_path / name, tmp_path):
        run = bpdebug("claims", "three-layer", "--equations", str(given))

        assert run.code == 2
        assert words in run.err
        assert "Traceback" not in run.err
