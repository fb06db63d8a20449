"""bpdebug claims: one page, one object or one table, and what a run of it ends with."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from bpdebug.cli import claims as command
from bpdebug.cli import judged
from bpdebug.scenario.bundled import folder
from bpdebug.scenario.load import load

COURSE = """
dZ3 = dA3 * dsigmoid(Z3)
dW3 = 1/m * dZ3 @ A2.T
db3 = 1/m * np.sum(dZ3, axis=1, keepdims=True)
dA2 = W3.T @ dZ3
dZ2 = dA2 * drelu(Z2)
dW2 = 1/m * dZ2 @ A1.T
db2 = 1/m * np.sum(dZ2, axis=1, keepdims=True)
dA1 = W2.T @ dZ2
dZ1 = dA1 * drelu(Z1)
dW1 = 1/m * dZ1 @ X.T
db1 = 1/m * np.sum(dZ1, axis=1, keepdims=True)
"""
START = "dA3 = -(Y / A3) + (1 - Y) / (1 - A3)"


def test_without_claims_the_question_is_answered(bpdebug):
    run = bpdebug("claims", "three-layer", "--ascii")
    numbered = [line.split(". ", 1)[1].split(" = ")[0] for line in run.out.splitlines() if line[:3].strip().isdigit()]

    assert run.code == 0
    assert "How does backpropagation start, after the cost J?" in run.out
    assert numbered == ["dA3", "dZ3", "dW3", "db3", "dA2", "dZ2", "dW2", "db2", "dA1", "dZ1", "dW1", "db1"]
    assert "J is computed from A3: nothing but the forward pass is needed" in run.out
    assert "A2 reaches J through Z3: dZ3 is there" in run.out
    assert json.loads(bpdebug("claims", "three-layer", "--json").out)["claims"] == []


def test_the_course_without_its_start(bpdebug):
    run = bpdebug("claims", "three-layer", "--equations", "-", "--json", stdin=COURSE)
    found = json.loads(run.out)

    assert run.code == 1
    assert (found["ok"], found["first_wrong"]) == (False, None)
    assert found["missing"] == [{"name": "dA3", "mended": "dA3 = -Y / A3 + (1 - Y) / (1 - A3)", "after": None}]
    assert {(each["verdict"], each["local"]) for each in found["claims"]} == {("correct", "correct")}
    assert {each["denotes"] for each in found["claims"] if each["of"] == "Z2"} == {"m*dJ(Z2)"}
    told = bpdebug("claims", "three-layer", "--equations", "-", "--ascii", stdin=COURSE).out
    assert (
        "missing: dA3, which dZ3 reads. It comes first, right after J:\n    dA3 = -Y / A3 + (1 - Y) / (1 - A3)\n"
        in told
    )
    assert told.endswith("not complete: dA3 is missing (11 right)\n")


@pytest.mark.parametrize("order", [slice(None), slice(None, None, -1)])
def test_with_its_start_all_is_right_in_any_order(order, bpdebug, tmp_path):
    file = tmp_path / "mine.txt"
    file.write_text("\n".join([START, *COURSE.strip().splitlines()][order]), encoding="utf-8")
    run = bpdebug("claims", "three-layer", "--equations", str(file))

    assert (run.code, run.err) == (0, "")
    assert run.out.endswith("all right: 12 right\n")


def test_the_missing_line_of_the_last_layer_is_the_short_one(bpdebug):
    lines = COURSE.strip().split("\n", 1)[1]
    found = json.loads(bpdebug("claims", "three-layer", "--equations", "-", "--json", stdin=lines).out)

    assert found["missing"] == [{"name": "dZ3", "mended": "dZ3 = A3 - Y", "after": None}]


def test_a_gradient_that_only_the_update_misses_is_told_with_its_line(bpdebug):
    lines = START + COURSE.replace("db2 = 1/m * np.sum(dZ2, axis=1, keepdims=True)\n", "")
    run = bpdebug("claims", "three-layer", "--equations", "-", stdin=lines)

    assert run.code == 1
    assert "missing: db2, which the update of b2 reads. It comes after dZ2:\n    db2 = np.sum(dZ2" in run.out


def test_of_lines_that_are_not_all_read_the_first_wrong_one_may_be_another(bpdebug):
    run = bpdebug("claims", "three-layer", "--equations", "-", stdin="dW3 = solve(dZ3, A2)\ndZ3 = Y - A3\n")

    assert run.code == 1
    assert "not all right: the first wrong line of those that are read is dZ3 (" in run.out


def test_a_line_that_is_not_read_is_never_all_right(bpdebug):
    run = bpdebug("claims", "three-layer", "--equations", "-", stdin="dZ3 = A3 - Y\ndZ3 + A3\n")

    assert run.code == 1
    assert run.out.endswith("not all read: 1 right, 1 not read\n")


def test_the_course_s_exercise(bpdebug):
    run = bpdebug("claims", "gradient-checking", "--json")
    found = json.loads(run.out)
    wrong = {each["equation"].split(" ")[0]: each for each in found["claims"] if each["verdict"] != "correct"}

    assert run.code == 1
    assert (found["schema"], found["scenario"], found["first_wrong"]) == ("bpdebug.claims/1", "gradient-checking", 5)
    assert found["missing"] == []
    assert list(wrong) == ["dW2", "db1"]
    assert [each["mistakes"][0] for each in wrong.values()] == ["constant-factor"] * 2
    assert [each["facts"]["ratio"] for each in wrong.values()] == ["2", "4"]
    for each in found["claims"]:
        assert list(each) == [
            "equation", "of", "denotes", "verdict", "local", "mistakes",
            "offending", "should_be", "mended", "explanation", "facts", "remark", "through",
        ]  # fmt: skip
    text = bpdebug("claims", "gradient-checking").out
    told = " ".join(text.split())
    assert "dW2[2, 0] comes out as 1.832 and should be 0.9158: twice what it should be." in told
    assert "db1[0, 0] comes out as 2.532 and should be 0.6329: 4 times what it should be." in told
    assert text.endswith("not all right: the first wrong line is dW2 (9 right, 2 wrong)\n")


def test_with_both_mended_all_is_right(bpdebug):
    text = (folder() / "gradient-checking.toml").read_text(encoding="utf-8")
    mended = text.replace("A1.T) * 2", "A1.T)").replace("db1 = 4.", "db1 = 1.")

    assert bpdebug("claims", "-", stdin=mended).code == 0


def test_a_wrong_line_is_mended_and_what_inherits_is_not_blamed(bpdebug):
    lines = START + COURSE.replace("dA2 * drelu(Z2)", "dA2 * dsigmoid(Z2)")
    out = bpdebug("claims", "three-layer", "--equations", "-", "--ascii", stdin=lines).out

    assert "x dZ2 = dA2 * dsigmoid(Z2)" in out
    assert "wrong here first, read as m*dJ(Z2)" in out
    assert "    mended: dZ2 = dA2 * " in out
    assert max(map(len, out.splitlines())) <= 80
    assert out.count("right by itself, inherits from dZ2") == 3
    assert out.endswith("\ndZ2 stands on line 6 of stdin\n")
    assert "x  6. dZ2  to be mended" in out


def test_a_line_and_the_order_of_work_say_the_same_of_it(bpdebug):
    lines = f"{START}{COURSE}b2 = b2 - lr * db2\n".replace("dZ2, axis=1, keepdims=True", "dZ2, axis=1")
    run = bpdebug("claims", "three-layer", "--ascii", "--equations", "-", stdin=lines)

    assert "\nx db2 = 1/m * np.sum(dZ2, axis=1) " in run.out
    assert "\n  x  8. db2  to be mended  " in run.out
    assert "\n  + 12. db1  done  " in run.out


def test_what_cannot_be_evaluated_says_why(bpdebug):
    lines = START + COURSE.replace("W3.T @ dZ3", "W3 @ dZ3")
    out = " ".join(bpdebug("claims", "three-layer", "--equations", "-", "--ascii", stdin=lines).out.split())

    assert "not evaluable, because W3 @ dZ3: matmul: expected as many columns on the left" in out


def test_a_line_that_cannot_be_read_is_told_and_the_rest_is_judged(bpdebug):
    run = bpdebug(
        "claims", "three-layer", "--equations", "-", stdin="dZ3 = A3 - Y\ndW3 = dZ3 @ (A2.T / m\ndA2 = W3.T@dZ3"
    )

    assert run.code == 1
    assert "<stdin>:2:13: not read: '(' is never closed\n  dW3 = dZ3 @ (A2.T / m\n" in run.err
    assert "not all read: 2 right, 1 not read" in run.out


def test_a_missing_line_is_written_as_the_other_lines_are_and_the_wrong_one_mended_to_it(bpdebug):
    lines = "dZ3 = A3 - Y\ndW3 = dZ3 @ A2.T / m\ndW2 = dZ2 * A1.T"
    found = json.loads(bpdebug("claims", "three-layer", "--equations", "-", "--json", stdin=lines).out)

    assert found["missing"][0]["mended"] == "dZ2 = W3.T @ dZ3 * drelu(Z2)"
    assert found["claims"][-1]["mended"] == "dW2 = dZ2 @ A1.T / m"
    kept = json.loads(
        bpdebug("claims", "three-layer", "--equations", "-", "--json", stdin=lines.replace("dZ2 *", "dZ2 @")).out
    )
    assert kept["claims"][-1]["local"] == "correct"


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ("dW1 == 3", ":{}:1: {}not read: expected an equation: name = expression\n  dW1 == 3\n"),
        ("dW2 = (dZ2 @ A1.T / m", ":{}:7: {}not read: '(' is never closed\n  dW2 = (dZ2 @ A1.T / m\n        ^\n"),
        ("this is not a line", "passed over: line {}: 'this is not a line' is no equation"),
    ],
)
def test_a_block_of_a_scenario_is_read_as_a_file_of_equations_is(bad, told, bpdebug, tmp_path):
    lines, three_layer = f"dZ3 = A3 - Y\n{bad}\ndW3 = dZ3 @ A2.T / m\n", Path(folder(), "three-layer.toml").read_text()
    equations, scenario = tmp_path / "mine.txt", tmp_path / "mine.toml"
    equations.write_text(lines)
    scenario.write_text(f'{three_layer}\n[claims]\nequations = """\n{lines}"""\n')
    begins = three_layer.count("\n") + 4

    beside = bpdebug("claims", "three-layer", "--equations", str(equations), "--json")
    inside = bpdebug("claims", str(scenario), "--json")

    assert told.format(2, "") in beside.err
    assert told.format(begins + 1, "claims.equations: ") in inside.err
    assert inside.code == beside.code
    first, second = json.loads(beside.out), json.loads(inside.out)
    assert first["not_read"] == second["not_read"] == (not bad.startswith("this"))
    assert [each["local"] for each in second["claims"]] == ["correct", "correct"]
    assert [each.line for each in load(str(scenario)).claims] == [begins, begins + 2]
    shown = bpdebug("open", str(scenario), "--plain", stdin="q\n")
    assert (f"note: claims, line {begins + 1}: not read: " in shown.err) == (not bad.startswith("this"))


@pytest.mark.parametrize(
    ("arguments", "stdin", "words"),
    [
        (("three-layer", "--equations", "-"), "", "found none"),
        (("three-layer", "--equations", "-"), "hello there", "found none"),
        (("iris", "--equations", "-"), "dW2 = np.zeros((100000, 100000))", "found equations, but none that gives a gr"),
        (("three-layer", "--equations", "-"), "dW3 = dZ3 @", "expected an operand after '@'"),
        (("three-layer", "--equations", "-"), b"\xff\xfe", "expected UTF-8"),
        (("three-layer", "--equations", "-"), "a" * 1_000_001, "larger than 1,000,000 bytes"),
        (("three-layer", "--equations", "nowhere.txt"), "", "there is no such file"),
        (("-", "--equations", "-"), "", "standard input can be the scenario or the equations, not both"),
        ((), "", "Missing argument 'SCENARIO...'"),
    ],
)
def test_misuse_exits_with_2(arguments, stdin, words, bpdebug):
    run = bpdebug("claims", *arguments, stdin=stdin)

    assert (run.code, run.out) == (2, "")
    assert words in run.err


def test_a_megabyte_and_ten_thousand_lines_are_bounded(bpdebug):
    begun = time.monotonic()
    many = "\n".join(f"dW3 = dZ3 @ A2.T / {i}" for i in range(1, 10_001))
    run = bpdebug("claims", "logistic", "--equations", "-", "--json", stdin="dw = " + "(" * 700_000 + "\n" + many)

    assert run.code == 1
    assert len(json.loads(run.out)["claims"]) == 200
    assert "200 equations are judged together; this one and all after it are left out" in run.err
    assert time.monotonic() - begun < 60


def test_several_scenarios_are_a_table(bpdebug, tmp_path):
    bad = tmp_path / "bad.toml"
    bad.write_text("nonsense", encoding="utf-8")
    run = bpdebug("claims", "three-layer", "gradient-checking", str(bad), "--ascii")
    rows = [line.split() for line in run.out.splitlines()[1:4]]

    assert run.code == 2
    assert rows[0] == ["+", "three-layer", "0", "0", "0", "0", "0", "0"]
    assert rows[1] == ["x", "gradient-checking", "11", "9", "2", "0", "0", "0", "dW2", "constant-factor"]
    assert rows[2][-3:] == ["cannot", "be", "read"]
    assert "bad.toml:1:" in run.err
    assert run.out.endswith("1 of 3 all right, 1 cannot be read\n")


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_several_scenarios_as_json_are_an_object_a_line(jobs, bpdebug):
    run = bpdebug("claims", "three-layer", "gradient-checking", "xor", "--json", "--jobs", jobs)

    assert run.code == 1
    assert [json.loads(line)["scenario"] for line in run.out.splitlines()] == [
        "three-layer",
        "gradient-checking",
        "xor",
    ]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_class_is_marked_whatever_lies_among_the_files(jobs, bpdebug, tmp_path):
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "broken.toml").write_text("title = [", encoding="utf-8")
    (tmp_path / "wrong.toml").write_bytes((folder() / "gradient-checking.toml").read_bytes())
    (tmp_path / "again.toml").write_bytes((folder() / "gradient-checking.toml").read_bytes())
    files = [str(tmp_path / name) for name in ("wrong.toml", "folder.toml", "broken.toml", "none.toml", "again.toml")]
    run = bpdebug("claims", *files, "xor", "--jobs", jobs, "--ascii")

    assert run.code == 2
    assert [line.split()[0] for line in run.out.splitlines()[1:7]] == ["x", "?", "?", "?", "x", "+"]
    assert run.out.endswith("1 of 6 all right, 3 cannot be read\nwrong first most often: constant-factor 2 times\n")
    assert "expected a file, found a directory" in run.err
    assert "there is no such file" in run.err
    found = [json.loads(line) for line in bpdebug("claims", *files, "--jobs", jobs, "--json").out.splitlines()]
    assert [each["file"] for each in found] == files
    assert [bool(each.get("error")) for each in found] == [False, True, True, True, False]
    assert not any(each["ok"] for each in found)
    assert bpdebug("claims", files[0], "xor", "--jobs", jobs).code == 1
    assert bpdebug("claims", "three-layer", "xor", "--jobs", jobs).code == 0


def test_what_would_read_a_file_is_refused_and_the_others_go_on(bpdebug):
    lines = START + COURSE.replace("dA2 = W3.T @ dZ3", "dA2 = open('/etc/passwd').read()\n__import__('os')")
    run = bpdebug("claims", "three-layer", "--equations", "-", stdin=lines)

    assert run.code == 1
    assert "<stdin>:5:" in run.err
    assert "dA2 could not be read and is taken for right" in " ".join(run.out.split())
    assert "missing" not in run.out


def test_marks_are_painted_for_a_terminal_and_not_for_one_that_says_no(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert judged.painted("✗ dW2 = ✗\n✓ a") == "\x1b[31m✗\x1b[0m dW2 = ✗\n\x1b[32m✓\x1b[0m a"
    monkeypatch.setenv("NO_COLOR", "1")
    assert judged.painted("✗ dW2") == "✗ dW2"


def test_the_claims_of_another_iteration(bpdebug):
    assert json.loads(bpdebug("claims", "gradient-checking", "--at", "5", "--json").out)["first_wrong"] == 5
    assert command.HEADING[1] == "scenario"


ONE_OUTPUT = """
title = "One output"
[data]
X.values = [[0.5, 1.2, -0.7, 0.3, -1.1], [-1.0, 0.4, 0.9, -0.2, 1.3]]
Y.values = [[1, 0, 0, 1, 1]]
[sizes]
n = 2
k = 1
m = 5
[parameters]
W1 = { shape = ["n", "n"], init = "normal", scale = SCALE }
b1 = { shape = ["n", 1], init = "zeros" }
W2 = { shape = ["k", "n"], init = "normal", scale = SCALE }
[network]
orientation = "columns"
forward = '''
Z1 = W1 @ X + b1
A1 = tanh(Z1)
Z2 = W2 @ A1
A2 = sigmoid(Z2)
J = -sum(Y * log(A2) + (1 - Y) * log(1 - A2)) / m
'''
cost = "J"
[claims]
equations = '''
dZ2 = A2 - Y
dW2 = np.dot(dZ2, A1.T) / m
dZ1 = W2.T * dZ2 * (1 - A1**2)
dW1 = np.dot(dZ1, X.T) / m
db1 = np.mean(dZ1, axis=1, keepdims=True)
'''
"""


def test_what_else_there_is_to_say_of_a_right_line_stands_beneath_it(bpdebug):
    run = bpdebug("claims", "-", "--ascii", stdin=ONE_OUTPUT.replace("SCALE", "1"))

    assert run.code == 0
    assert "right\n    dZ2 is read as m*dJ(Z2): the 1/m comes in later, once.\n" in run.out
    assert "right, read as m*dJ(Z1)\n    dZ1 is right here only because k is 1.\n" in run.out
    assert "They are the same" not in run.out
    assert run.out.endswith("all right: 5 right; 1 only with these sizes or numbers\n")
    found = json.loads(bpdebug("claims", "-", "--json", stdin=ONE_OUTPUT.replace("SCALE", "1")).out)
    assert not found["smaller_parameters"]
    assert [each["remark"] and each["remark"]["kind"] for each in found["claims"]] == [
        "convention-only",
        None,
        "masked-by-dimensions",
        None,
        "equivalent-form",
    ]
    assert not any(each["mistakes"] for each in found["claims"])


def test_verdicts_on_smaller_parameters_are_told_to_be_so(bpdebug):
    saturated = ONE_OUTPUT.replace("SCALE", "1000")
    run = bpdebug("claims", "-", "--ascii", stdin=saturated)

    assert " ".join(run.out.split()).endswith(
        "; judged with smaller parameters, as these leave the gradients no digits"
    )
    assert json.loads(bpdebug("claims", "-", "--json", stdin=saturated).out)["smaller_parameters"]


def test_the_course_with_examples_in_rows_is_told_both_ways_out(bpdebug):
    arguments = ("claims", "three-layer", "--orientation", "rows", "--equations", "-")
    run = bpdebug(*arguments, "--ascii", stdin=START + COURSE)
    told = " ".join(run.out.split())

    assert run.code == 1
    assert "These lines are written for examples in columns; here each row of X is an example." in told
    assert "with --orientation columns they are judged as they stand" in told
    assert "mended: dW3 = A2.T @ (1/m * dZ3)" in told
    assert "mended: db3 = 1/m * np.sum(dZ3, axis=0, keepdims=True)" in told
    assert max(map(len, run.out.splitlines())) <= 80
    found = bpdebug(*arguments, "--json", stdin=START + COURSE)
    claims = json.loads(found.out)["claims"]
    wrong = [each for each in claims if each["local"] != "correct"]
    assert {each["mistakes"][0] for each in wrong} == {"rows-columns-mixup"}
    assert {each["denotes"] for each in claims if each["of"] == "Z2"} == {"m*dJ(Z2)"}
    assert "These lines are written for examples in columns" in found.err


QUESTION = """
for l = 3, 2, 1:
    dZ[l] = dA[l] * g'(Z[l])
    dW[l] = 1/m · dZ[l] · A[l-1]ᵀ
    db[l] = 1/m · Σ(dZ[l], axis=1, keepdims=True)
    dA[l-1] = W[l]ᵀ · dZ[l]
"""


def test_the_question_as_it_was_asked(bpdebug):
    run = bpdebug("claims", "three-layer", "--equations", "-", "--json", stdin=QUESTION)
    found = json.loads(run.out)

    assert run.code == 1
    assert [each["equation"].split(" = ")[0] for each in found["claims"]] == [
        f"d{of}" for k in (3, 2, 1) for of in (f"Z{k}", f"W{k}", f"b{k}", f"A{k - 1}")
    ]
    assert {(each["verdict"], each["local"]) for each in found["claims"]} == {("correct", "correct")}
    assert found["missing"] == [{"name": "dA3", "mended": "dA3 = -Y / A3 + (1 - Y) / (1 - A3)", "after": None}]
    assert "g'(Z3) as dsigmoid(Z3), g'(Z2) as drelu(Z2)" in run.err
    assert not any(each["remark"] and each["remark"]["kind"] != "convention-only" for each in found["claims"])


def test_one_line_of_the_other_layout_is_a_mistake_of_its_own(bpdebug):
    lines = START + COURSE.replace("W3.T @ dZ3", "dZ3 @ W3.T")

    assert "written for examples" not in bpdebug("claims", "three-layer", "--equations", "-", stdin=lines).out


def test_matlab_s_column_of_ones_is_a_sum_too(bpdebug):
    lines = "dZ3 = A3 - Y;\ndW3 = dZ3 * A2' / m;\ndb3 = dZ3 * ones(m, 1) / m;"
    run = bpdebug("claims", "three-layer", "--equations", "-", stdin=lines)

    assert run.code == 0
    assert "all right: 3 right" in run.out


def test_an_update_by_another_rule_is_said_to_be_one(bpdebug) -> None:
    lines = "dZ3 = A3 - Y\ndW3 = dZ3 @ A2.T / m\nW3 = W3 - learning_rate * (dW3 + 0.1*W3)\n"
    said = bpdebug("claims", "three-layer", "--equations", "-", stdin=lines).out

    assert "not judged: an update by another rule than a step along the gradient" in said
    assert "helper" not in said


def test_the_order_of_work_names_the_scenario_as_the_next_command_does(bpdebug, tmp_path):
    scenario = tmp_path / "mine with blanks.toml"
    scenario.write_text((folder() / "three-layer.toml").read_text(encoding="utf-8"), encoding="utf-8")

    assert f"bpdebug claims '{scenario}' --equations FILE" in bpdebug("claims", str(scenario)).out
    assert "bpdebug claims three-layer --equations FILE" in bpdebug("claims", "three-layer").out
