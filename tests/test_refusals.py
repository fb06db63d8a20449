"""What a file may not be: each is refused with exit 2, its place and the way out, and never a traceback."""

from __future__ import annotations

import os
from typing import NamedTuple

import pytest

EQUATIONS = '''\
[sizes]
n = 3
m = 5

[data]
X = {{ shape = ["n", "m"], init = "normal" }}
Y = {{ shape = [1, "m"], init = "uniform" }}

[parameters]
w = {{ shape = [1, "n"], init = "normal" }}
b = {{ shape = [1, 1], init = "zeros" }}

[network]
forward = """
{0}
"""
'''
LAYERS = """\
[data]
X.values = [[0, 0, 1, 1, 2], [0, 1, 0, 1, 2], [5, 4, 3, 2, 1]]
Y.values = [[0, 1, 1, 0, 1]]

[network]
layers = [{ units = 1, activation = "sigmoid" }]
cost = "binary-cross-entropy"
"""
ROWS_X = "X.values = [[1, 2, 3], [4, 5, 6], [7, 8, 9], [1, 0, 1], [2, 2, 1]]"


def equations(text: str) -> str:
    return EQUATIONS.format(text)


GOOD = equations("Z = w @ X + b\nA = sigmoid(Z)\nJ = binary_cross_entropy(A, Y)")


class Refusal(NamedTuple):
    """A file, where it is wrong (0: as a whole), what is said of it, and the way out."""

    text: str | bytes
    line: int
    column: int
    message: str
    way_out: str = ""


REFUSALS = {
    "unknown key": Refusal(
        LAYERS.replace("units", "unit"),
        6,
        13,
        'unknown key "unit"; did you mean "units"?',
        "Keys here: units, bias",
    ),
    "unknown activation": Refusal(
        LAYERS.replace("sigmoid", "sigmod"), 6, 37, 'did you mean "sigmoid"?', "Allowed: relu, leaky-relu"
    ),
    "unknown function": Refusal(
        equations("J = sum(rely(w @ X))"), 15, 9, "unknown function 'rely'; did you mean 'relu'?"
    ),
    "unknown cost": Refusal(
        LAYERS.replace("binary-cross", "binray-cross"), 7, 8, 'did you mean "binary-cross-entropy"?', "Allowed:"
    ),
    "wrong shapes": Refusal(equations("Z = X @ w + b\nJ = sum(Z)"), 15, 5, "got (3, 5) · (1, 3): 5 ≠ 1", "w @ X"),
    "wrong shapes of a sum": Refusal(equations("Z = w @ X + w\nJ = sum(Z)"), 15, 5, "got (1, 5) and (1, 3)", "w.T"),
    "examples in rows, layers": Refusal(
        LAYERS.replace("X.values = [[0, 0, 1, 1, 2], [0, 1, 0, 1, 2], [5, 4, 3, 2, 1]]", ROWS_X),
        2,
        1,
        "X is (5, 3): one example per row, but Y is (1, 5) and has one per column",
        'Transpose X, or set orientation = "rows" and transpose Y.',
    ),
    "examples in rows, layers and labels": Refusal(
        LAYERS.replace("X.values = [[0, 0, 1, 1, 2], [0, 1, 0, 1, 2], [5, 4, 3, 2, 1]]", ROWS_X).replace(
            "[[0, 1, 1, 0, 1]]", "[[0], [1], [1], [0], [1]]"
        ),
        2,
        1,
        'one example per row, but orientation = "columns" needs one per column',
        'Set orientation = "rows", or transpose X and Y.',
    ),
    "examples in rows, equations": Refusal(
        GOOD.replace('X = { shape = ["n", "m"]', 'X = { shape = ["m", "n"]'),
        15,
        5,
        "one example per row",
        'orientation = "rows"',
    ),
    "used before defined": Refusal(
        equations("Z = w @ X + b\nJ = sum(A)\nA = sigmoid(Z)"), 16, 9, "A is used before it is defined, on line 17"
    ),
    "not defined": Refusal(equations("Z = w @ X + b\nJ = sum(sigmoid(z))"), 16, 17, 'did you mean "Z"?', "Known here:"),
    "defined twice": Refusal(
        equations("Z = w @ X\nZ = Z + b\nJ = sum(Z)"),
        16,
        1,
        "Z is defined twice: first on line 15",
        "a name of its own",
    ),
    "data defined again": Refusal(equations("X = w @ X\nJ = sum(X)"), 15, 1, "X is defined twice"),
    "cost not a scalar": Refusal(
        equations("J = w @ X + b"),
        15,
        5,
        "J must be a single number (a scalar), but it is (1, 5)",
        "J = sum(w @ X + b)",
    ),
    "no cost": Refusal(equations("Z = w @ X + b"), 14, 11, 'no equation defines the cost "J"', "Equations: Z."),
    "ragged matrix": Refusal(
        LAYERS.replace("[0, 1, 0, 1, 2]", "[0, 1, 0, 1]"), 2, 30, "row 1 has 4 entries, row 0 has 5", "same number"
    ),
    "nan": Refusal(LAYERS.replace("[[0, 0,", "[[0, nan,"), 2, 17, "nan is not a number", "Remove the example"),
    "infinity": Refusal(LAYERS.replace("[[0, 0,", "[[0, -inf,"), 2, 17, "finite"),
    "too large a parameter": Refusal(
        GOOD.replace("w = { shape = [1,", "w = { shape = [1000000,").replace("n = 3", "n = 1000000"),
        10,
        15,
        "1,000,000,000,000 entries; a scenario may hold 10,000,000",
        "Make the sizes smaller",
    ),
    "too large a product": Refusal(
        GOOD.replace("n = 3\nm = 5", "n = 1\nm = 1000000").replace("Z = w @ X + b", "Z = w @ X + b\nK = X.T @ X"),
        16,
        5,
        "1,000,000,000,000 entries",
        "Make the sizes smaller",
    ),
    "too large a layer": Refusal(
        LAYERS.replace("layers = [", "layers = [{ units = 1000000 }, { units = 1000000 }, "), 6, 1, "entries", "smaller"
    ),
    "a size past all": Refusal(GOOD.replace("n = 3", "n = 0x" + "f" * 5000), 2, 5, "expected a size from 1 to"),
    "an empty slice": Refusal(
        GOOD.replace("sigmoid(Z)", "sigmoid(Z)[3:]"), 16, 5, "A: nothing is left: its shape is (0, 5)", "lies outside"
    ),
    "an empty slice within": Refusal(
        equations("J = sum((w @ X)[3:] * 2)"),
        15,
        5,
        "(w @ X)[3:]: nothing is left: its shape is (0, 5)",
        "lies outside",
    ),
    "an import": Refusal(
        equations('J = __import__("os").system("x")'), 15, 16, "is no sign of a formula", "Text is no part of a formula"
    ),
    "an attribute": Refusal(equations("J = sum(X.__class__)"), 15, 9, "'__class__'", "X.T is known"),
    "a lambda": Refusal(equations("J = (lambda: 1)()"), 15, 6, "'lambda'", "is called lambd"),
    "a tower of powers": Refusal(equations("J = sum(X) * 9**9**9"), 15, 14, "too large to be a number", "float64"),
    "half an equation": Refusal(equations("J = sum(X * ) / m"), 15, 13, "expected an operand after '*'"),
    "no equation": Refusal(equations("sum(X)"), 15, 1, "expected an equation: name = expression", "no '='"),
    "two lines that are none": Refusal(equations("sum(X\n) = 3"), 15, 1, "expected a name before '=', found 'sum(X )'"),
    "an augmented assignment": Refusal(equations("J = sum(X)\nJ += 1"), 16, 3, "'+=' changes a value", "one equation"),
    "a bracket left open": Refusal(equations("Z = (w @ X\nJ = sum(Z)"), 15, 5, "'(' is never closed"),
    "a line of a megabyte": Refusal("# " + "x" * 999_000, 1, 100_001, "the line has 999,002 characters"),
    "a file past all": Refusal("# x\n" * 300_000, 0, 0, "larger than 1,000,000 bytes"),
    "an equation of 99,000 characters": Refusal(
        equations("J = " + "X+" * 49_000 + "X"), 15, 5, "at most 2,000 characters", "equations of their own"
    ),
    "not UTF-8": Refusal(
        LAYERS.encode() + b'title = "\xff"\n', 8, 10, "expected UTF-8, found the byte 0xff", "Save the"
    ),
    "UTF-16": Refusal(LAYERS.encode("utf-16"), 1, 1, "expected UTF-8", "Save the"),
    "empty": Refusal("", 0, 0, "the file is empty", "bpdebug list"),
    "blank": Refusal("\ufeff \r\n", 0, 0, "the file is empty", "bpdebug list"),
    "not TOML": Refusal("x ~ 3\n", 1, 3, "not TOML", "key = value"),
    "brackets without end": Refusal("title = " + "[" * 90_000, 0, 0, "nested too deeply"),
    "lists within lists": Refusal(
        LAYERS.replace("[[0, 1, 1, 0, 1]]", "[" * 150 + "]" * 150), 3, 16, "deeper than 4 levels"
    ),
    "a key of many parts": Refusal("title" + ".a" * 49_000 + " = 1\n", 1, 1, "a key of more than 40 parts"),
    "a table as title": Refusal("title" + ".a" * 30 + " = 1\n" + LAYERS, 1, 1, "expected text in quotes"),
    "a number of 5,000 digits": Refusal("[sizes]\nm = " + "1" * 5000 + "\n", 2, 5, "thousands of digits"),
    "nothing to train": Refusal(LAYERS.replace("[network]", "[nowhere]"), 0, 0, '"network" is missing'),
    "a name in the way": Refusal(
        LAYERS.replace("[network]", "Z1.values = [[1]]\n\n[network]"),
        5,
        1,
        "Z1 is a name that the layers give",
        "another",
    ),
    "a claim of nothing": Refusal(
        GOOD + '[[claims]]\nequation = "dw = dZ @ X.T / m"\nof = "v"\n', 21, 6, "no quantity v"
    ),
    "a claim that is none": Refusal(
        GOOD + '[claims]\nequations = """\ndw = dZ @\n"""\n', 21, 9, "expected an operand after '@'"
    ),
}


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
def test_a_bad_file_is_refused_with_its_place_and_the_way_out(refusal: Refusal, bpdebug, tmp_path):
    path = tmp_path / "bad.toml"
    path.write_bytes(refusal.text if isinstance(refusal.text, bytes) else refusal.text.encode())

    run = bpdebug("check", str(path))

    place = f"{path}:{refusal.line}:{refusal.column}: " if refusal.line else f"{path}: "
    assert run.code == 2, run.err
    assert run.err.startswith(place)
    assert refusal.message in run.err
    assert refusal.way_out in run.err
    assert len(run.err) < 3000
    assert not run.out
    assert "Traceback" not in run.err


@pytest.mark.parametrize("command", ["show", "check", "open"])
def test_every_command_refuses_alike(command, bpdebug):
    run = bpdebug(command, "-", stdin=LAYERS.replace("units", "unit"))

    assert (run.code, run.out) == (2, "")
    assert run.err.startswith("<stdin>:6:13: network.layers[0].unit: ")


def test_all_that_is_wrong_is_told_at_once_and_no_more_than_twenty(bpdebug):
    text = LAYERS.replace("units", "unit").replace("sigmoid", "sigmod") + "\n[training]\nspeed = 1\n"
    assert bpdebug("check", "-", stdin=text).err.count("<stdin>:") == 3

    many = bpdebug("check", "-", stdin=LAYERS + "".join(f"x{i} = 1\n" for i in range(30)))
    assert many.err.count("<stdin>:") == 20
    assert many.err.endswith("… and 10 more\n")


def told(bpdebug, text: str) -> list[str]:
    """What is said of a file, each with the number of its line."""
    lines = bpdebug("show", "-", stdin=text).err.splitlines()
    return [line.removeprefix("<stdin>:") for line in lines if line.startswith("<stdin>:")]


def test_what_hangs_on_nothing_that_is_wrong_is_told_in_the_same_round(bpdebug):
    text = (
        'titel = "x"\n[data]\nX.values = [[1, 2, 3], [4, 5, 6]]\nY.values = [[1, 0, 1, 1]]\n'
        "[parameters]\nW1.values = [[1, 2], [3]]\n[network]\n"
        'layers = [{ units = "1", activation = "sigmod" }]\ncost = "K"\n[training]\noptimiser = "sgd"\nseed = "x"\n'
    )
    assert told(bpdebug, text) == [
        '1:1: titel: unknown key "titel"; did you mean "title"?',
        "4:1: data.Y: X is (2, 3), so it has 3 examples (columns), but Y is (1, 4) and has 4",
        "6:22: parameters.W1.values[1]: ragged matrix: row 1 has 1 entries, row 0 has 2",
        '8:21: network.layers[0].units: there is no size "1"',
        '8:39: network.layers[0].activation: "sigmod" is not known here; did you mean "sigmoid"?',
        '9:8: network.cost: "K" is no cost',
        '11:1: training.optimiser: unknown key "optimiser"; did you mean "optimizer"?',
        '12:8: training.seed: expected a whole number from 0 to 10,000,000, found "x"',
    ]


def test_an_equation_that_cannot_be_read_hides_no_other_and_not_the_cost(bpdebug):
    text = equations("Z = (w @ X\nA = sigmod(Z)\nB = A + u\nJ = sum(B)").replace(
        "[network]\n", '[network]\ncost = "K"\n'
    )
    assert [each.partition("network.")[2] for each in told(bpdebug, text)] == [
        'cost: no equation defines the cost "K"',
        "forward: '(' is never closed",
        "forward: unknown function 'sigmod'; did you mean 'sigmoid'?",
        "forward: u is not defined",
    ]


@pytest.mark.parametrize(
    ("change", "count"),
    [
        (("n = 3", 'n = "three"'), 1),
        (("n = 3", "k = 3"), 2),
        (("[data]", "[dta]"), 1),
        (("[network]", "[netwrok]"), 1),
        (("X = { shape", "X = { shpe"), 1),
        (("w @ X", "w @ X)"), 1),
        (("[network]", 'titel = 1\n[network]\norientatoin = "rows"'), 2),
    ],
)
def test_nothing_is_told_that_only_follows_from_another_mistake(change, count, bpdebug):
    assert change[0] in GOOD
    assert len(told(bpdebug, GOOD.replace(*change))) == count


def test_a_shape_that_does_not_fit_is_told_beside_a_word_that_was_misspelt(bpdebug):
    text = GOOD.replace("w @ X", "X @ w").replace("[network]", '[training]\nbookkeeping = "totl"\n\n[network]')
    assert ["matmul" in each or "totl" in each for each in told(bpdebug, text)] == [True, True]


def test_what_is_no_file_is_refused(bpdebug, tmp_path):
    (tmp_path / "loop.toml").symlink_to("loop.toml")
    os.mkfifo(tmp_path / "pipe.toml")
    refused = {
        str(tmp_path): "expected a file, found a directory",
        str(tmp_path / "missing.toml"): "there is no such file",
        str(tmp_path / "loop.toml"): "symbolic links",
        str(tmp_path / "pipe.toml"): "expected a file, found a pipe",
        "/dev/zero": "expected a file, found a device",
        "nul\0.toml": "cannot be read",
        "x" * 5000 + ".toml": "cannot be read",
    }
    for name, words in refused.items():
        run = bpdebug("check", name)
        assert (run.code, run.out) == (2, "")
        assert words in run.err
        assert "\0" not in run.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(bpdebug, tmp_path):
    path = tmp_path / "secret.toml"
    path.write_text(LAYERS, encoding="utf-8")
    path.chmod(0)
    assert "no permission" in bpdebug("check", str(path)).err


@pytest.mark.parametrize(
    "change", [lambda text: "\ufeff" + text, lambda text: text.replace("\n", "\r\n")], ids=["BOM", "CRLF"]
)
def test_what_editors_add_is_no_mistake(change, bpdebug):
    plain = bpdebug("show", "-", stdin=GOOD)

    assert plain.code == 0
    assert bpdebug("show", "-", stdin=change(GOOD).encode()) == plain


@pytest.mark.parametrize(
    "command", [("show",), ("check",), ("show", "--json"), ("check", "--json"), ("open", "--plain")]
)
def test_no_character_of_a_file_moves_the_cursor(command, bpdebug):
    titles = r'title = "\u001b]0;owned\u0007\u202e\u0000"' + "\n" + r'summary = "\u001b[2J\r\n[@click=quit]x[/]"' + "\n"
    run = bpdebug(*command, "-", stdin=titles + GOOD)

    assert run.code == 0
    assert_harmless(run.out + run.err)


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("n = 3", r'"\u001b[2J" = 3'),
        GOOD.replace('shape = [1, "n"]', r'shape = [1, "\u001b[2J"]'),
        GOOD.replace("n = 3", r'n = "\u001b[2J"'),
        LAYERS.replace("sigmoid", r"\u001b[2J\u202e"),
        equations("Z = \x07 + X\nJ = sum(Z)"),
        equations("Z = w @ X + b # \u202e\nJ = sum(Z + \u202e)"),
    ],
)
def test_no_character_of_a_bad_file_moves_the_cursor(text, bpdebug, tmp_path):
    path = tmp_path / "\x1b[2J.toml"
    path.write_text(text, encoding="utf-8")

    run = bpdebug("check", str(path))

    assert run.code == 2
    assert_harmless(run.err)


def assert_harmless(text: str) -> None:
    assert all(line.isprintable() for line in text.split("\n")), repr(text)
