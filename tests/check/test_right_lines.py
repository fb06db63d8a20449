"""Right code as people paste it, in which no line may be called wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpdebug.check.iteration import trained
from bpdebug.check.review import review
from bpdebug.scenario.load import load
from bpdebug.scenario.pasted import pasted
from bpdebug.scenario.tied import errors_tied

ROWS = """
[network]
orientation = "rows"
forward = '''
h = relu(X @ W1 + b1)
P = softmax(h @ W2 + b2, axis=1)
J = -sum(Y * log(P)) / N
'''
[sizes]
N = 5
[data]
X = { shape = ["N", 4], init = "normal" }
Y = { values = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0], [0, 1, 0]] }
[parameters]
W1 = { shape = [4, 6], init = "normal" }
b1 = { shape = [1, 6], init = "normal" }
W2 = { shape = [6, 3], init = "normal" }
b2 = { shape = [1, 3], init = "normal" }
"""


def verdicts(tmp_path: Path, block: str) -> dict[str, tuple[str, str]]:
    file = tmp_path / "rows.toml"
    file.write_text(ROWS, encoding="utf-8")
    scenario = load(str(file))
    values = trained(scenario, 0)
    found = pasted(block, scenario.program)
    claims, _ = errors_tied(found.claims, scenario.program, lambda: values)
    return {each.name: (each.verdict, each.local) for each in review(scenario.program, values, claims).claims}


@pytest.mark.parametrize("masked", ["dh[h <= 0] = 0", "dh *= h > 0", "dh = dh * (h > 0)"])
def test_a_gradient_is_kept_for_the_input_of_an_activation_that_has_no_name(tmp_path: Path, masked: str) -> None:
    block = f"scores = (P - Y) / N\ndh = scores @ W2.T\n{masked}\ndW1 = X.T @ dh\ndb1 = np.sum(dh, axis=0)"
    found = verdicts(tmp_path, block)

    assert found["dW1"] == found["db1"] == ("correct", "correct")
    assert not [name for name, (verdict, _) in found.items() if verdict == "wrong"]


@pytest.mark.parametrize(
    "bias", ["np.sum(d, axis=0)[None, :]", "np.expand_dims(d.sum(axis=0), 0)", "d.sum(axis=0).reshape(1, d.shape[1])"]
)
def test_a_sum_down_the_rows_is_the_row_that_its_writer_makes_of_it(tmp_path: Path, bias: str) -> None:
    block = f"d = (P - Y) / N\ndb2 = {bias}\nd = (d @ W2.T) * (h > 0)\ndb1 = {bias}"
    found = verdicts(tmp_path, block)

    assert found["db2"] == found["db1"] == ("correct", "correct")


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ("d -= 0 * d.max(axis=1, keepdims=True)", "correct"),
        ("np.multiply(d, 1, out=d)", "not-evaluable"),
        ("np.putmask(d, d > 9, 0)", "not-evaluable"),
    ],
)
def test_what_changes_an_array_in_place_is_read_or_nothing_is_said_of_it(
    tmp_path: Path, change: str, state: str
) -> None:
    found = verdicts(tmp_path, f"d = (P - Y) / N\n{change}\ndb2 = np.sum(d, axis=0)")

    assert found["db2"][0] in ("correct", state)
    assert not [name for name, (verdict, _) in found.items() if verdict == "wrong"]


def test_of_several_things_assigned_at_once_each_is_read_for_itself(tmp_path: Path) -> None:
    file = tmp_path / "rows.toml"
    file.write_text(ROWS, encoding="utf-8")
    block = "dW, db = {}, []\ndz, f, grads = (P - Y) / N, lambda z: z, dict()\ndW2 = h.T @ dz"
    found = pasted(block, load(str(file)).program)

    assert [each.name for each in found.claims] == ["dz", "dW2"]
    assert not found.errors
    assert any("collection" in note for note in found.notes)
    assert any("f is a function" in note for note in found.notes)


def test_a_comma_between_the_values_of_several_names_begins_no_other_equation(tmp_path: Path) -> None:
    file = tmp_path / "rows.toml"
    file.write_text(ROWS, encoding="utf-8")
    block = "d = (P - Y) / N\ndW2, db2 = h.T @ d, d.sum(axis=0, keepdims=True)"
    found = pasted(block, load(str(file)).program)

    assert [each.text for each in found.claims[1:]] == ["dW2 = h.T @ d", "db2 = d.sum(axis=0, keepdims=True)"]
    assert not found.errors
