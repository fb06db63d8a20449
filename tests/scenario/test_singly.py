"""Examples taken one by one: what a vector, a column, a row or a number of one is of all, and what is not read."""

from __future__ import annotations

import pytest

from bpdebug.check.iteration import trained
from bpdebug.check.review import review
from bpdebug.ops import write
from bpdebug.scenario.pasted import pasted
from bpdebug.scenario.tied import errors_tied
from tests.bundled import bundled

SCENARIO = bundled("three-layer")
ROWS = bundled("iris")
COLUMNS = """for i in range(m):
    a2 = A2[:, i:i+1]
    dz3 = A3[:, [i]] - Y[:, [i]]
    dW3 += np.dot(dz3, a2.T)
    db3 += dz3
    dz2 = np.dot(W3.T, dz3)
    dz2[a2 <= 0] = 0
    dW2 += np.dot(dz2, A1[:, i].reshape(1, -1))
    db2 += dz2
"""
VECTORS = """for i in range(X.shape[1]):
    dz3 = A3[:, i] - Y[:, i]
    dW3 += np.outer(dz3, A2[:, i])
    db3 += dz3.reshape(-1, 1)
    dz2 = W3.T.dot(dz3) * (A2[:, i] > 0)
    dW2 += np.outer(dz2, A1[:, i])
    db2 += dz2[:, np.newaxis]
"""
NUMBERS = """for i in range(m):
    dz3 = A3[0, i] - Y[0, i]
    dW3 += dz3 * A2[:, i]
    db3 += dz3
    dz2 = dz3 * W3[0] * (Z2[:, i] > 0)
    dW2 += dz2.reshape(-1, 1) @ A1[:, i].reshape(1, -1)
    db2 += dz2.reshape(-1, 1)
"""
ZIPPED = """for x, y in zip(X.T, Y.T):
    x = x.reshape(-1, 1)
    y = y.reshape(-1, 1)
    a1 = relu(W1 @ x + b1)
    z2 = W2 @ a1 + b2
    dz3 = sigmoid(W3 @ relu(z2) + b3) - y
    dW3 += dz3.dot(relu(z2).T); db3 += dz3
    dz2 = np.dot(W3.T, dz3) * (z2 > 0)
    dW2 = dW2 + dz2.dot(a1.T); db2 = db2 + dz2
"""
MATLAB = """for t = 1:m
  a1 = A1(:,t); a2 = A2(:,t);
  dz3 = A3(1,t) - Y(1,t);
  dz2 = (W3' * dz3) .* (Z2(:,t) > 0);
  dW3 = dW3 + dz3 * a2'; dW2 = dW2 + dz2 * a1';
  db3 = db3 + dz3; db2 = db2 + dz2;
end
"""
LOOPS = {"columns": COLUMNS, "vectors": VECTORS, "numbers": NUMBERS, "zipped": ZIPPED, "matlab": MATLAB}


def judged(loop: str) -> tuple[set[str], list[str]]:
    """The lines that are wrong of a loop that begins with zeros and is divided by m, and what is not read of it."""
    ones = sorted({f"d{kind}{layer}" for kind in "Wb" for layer in "123" if f"d{kind}{layer} " in loop})
    begun = "".join(f"{each} = zeros(size({each[1:]}));\n" if "end" in loop else f"{each} = 0\n" for each in ones)
    block = begun + loop + "".join(f"{each} = {each} / m\n" for each in ones)
    found, values = pasted(block, SCENARIO.program), trained(SCENARIO, 0)
    claims, _ = errors_tied(found.claims, SCENARIO.program, lambda: values)
    seen = review(SCENARIO.program, values, claims, found.unknown)
    wrong = {each.name for each in seen.claims if each.of and each.local.value == "wrong"}
    return wrong, [each.message for each in found.errors]


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
def test_examples_one_by_one_are_right_as_all_at_once_are(loop: str) -> None:
    assert judged(loop) == (set(), [])


@pytest.mark.parametrize(
    ("loop", "right", "mistaken", "wrong"),
    [
        ("columns", "dz3, a2.T", "-dz3, a2.T", "dW3"),
        ("columns", "<= 0", "> 0", "dz2"),
        ("vectors", "] - Y", "] + Y", "dz3"),
        ("vectors", "dz2, A1[:, i]", "A1[:, i], dz2", "dW2"),
        ("numbers", "dz3 * A2[:, i]", "2 * dz3 * A2[:, i]", "dW3"),
        ("numbers", "dz3 * W3[0]", "W3[0]", "dz2"),
        ("numbers", "db3 += dz3", "db3 -= dz3", "db3"),
        ("zipped", "(z2 > 0)", "z2", "dz2"),
        ("zipped", "db2 + dz2", "db2 + dz2 * dz2", "db2"),
        ("matlab", "A3(1,t) - Y(1,t)", "Y(1,t) - A3(1,t)", "dz3"),
        ("matlab", "(Z2(:,t) > 0)", "Z2(:,t)", "dz2"),
    ],
)
def test_a_mistake_in_what_one_example_gives_is_found(loop: str, right: str, mistaken: str, wrong: str) -> None:
    assert right in LOOPS[loop]
    found, unread = judged(LOOPS[loop].replace(right, mistaken))
    assert (min(found, key=lambda each: not each.startswith(wrong)).startswith(wrong), unread) == (True, [])


@pytest.mark.parametrize(
    ("loop", "plain", "other", "reason"),
    [
        (
            "columns",
            "a2 = A2[:, i:i+1]",
            "a2 = A2[i:i+1]",
            "an example is a column of A2, and this picks something else",
        ),
        ("columns", "- Y[:, [i]]", "- Y", "what Y is for one example is not seen here"),
        ("columns", "A3[:, [i]]", "A3[:, [0]]", "what A3 is for one example is not seen here"),
        ("columns", "db3 += dz3", "db3 += 1", "it is the same for every example"),
        ("columns", "dW3 += np", "dW3 = np", "this is dW3 of one example only"),
        ("columns", "dz2[a2 <= 0]", "dz2[A2[:, i] <= 0]", "expected a name before '='"),
        ("vectors", "np.outer(dz3, A2[:, i])", "dz3 @ A2[:, i].T", "a product of a number and a vector is not read"),
        ("vectors", "np.newaxis]", "np.newaxis] * A1[:, i]", "a column and a vector are put beside each other"),
        ("vectors", "db3 += dz3", "db3 += b2 * A2[:, i] + dz3", "a column and a vector are put beside each other"),
        ("numbers", "Y[0, i]", "Y[i, 0]", "an example is a column of Y"),
        ("numbers", "Z2[:, i]", "Z2", "what Z2 is for one example is not seen here"),
        ("numbers", "W3[0]", "W2[0]", "'W2[0]' is not read for one example"),
        ("zipped", "x = x.reshape(-1, 1)", "x = x / np.linalg.norm(x)", "is not read for one example"),
        ("zipped", "zip(X.T, Y.T)", "zip(X, Y)", "what this loop runs over is not known here"),
        ("matlab", "a1'", "A1(t,:)", "an example is a column of A1"),
        ("matlab", "1:m", "2:m", "what this loop runs over is not known here"),
    ],
)
def test_what_is_not_plain_is_told_and_nothing_is_called_wrong(loop: str, plain: str, other: str, reason: str) -> None:
    assert plain in LOOPS[loop]
    found, unread = judged(LOOPS[loop].replace(plain, other))
    assert not found
    assert any(reason in each for each in unread)


def test_where_examples_are_rows_a_vector_of_one_is_a_row_of_all() -> None:
    block = "for i in range(m):\n    {}\n    dW2 += np.outer(A1[i], dz)\n    db2 += dz\n    da1 = {}\ndW2 = dW2\n"
    vectors = block.format("dz = A2[i, :] - Y[i]", "W2 @ dz")
    rows = block.format("dz = A2[i:i+1] - Y[i:i+1, :]", "dz @ W2.T").replace("np.outer(A1[i], dz)", "A1[[i]].T @ dz")

    for each in (vectors, rows):
        assert {one.name: write(one.expr, "ascii") for one in pasted(each, ROWS.program).claims} == {
            "dz": "A2 - Y",
            "dW2": "A1.T @ dz",
            "db2": "sum(dz, axis=0, keepdims=True)",
            "da1": "dz @ W2.T",
        }
    (error, *_) = pasted(vectors.replace("A1[i]", "A1[:, i]"), ROWS.program).errors
    assert "an example is a row of A1" in error.message


def test_matlab_s_sum_of_what_is_turned_goes_along_the_examples() -> None:
    (_, claim) = pasted("d3 = A3 - Y;\ndb3 = sum(d3')'/m;", SCENARIO.program).claims

    assert write(claim.expr, "ascii") == "sum(d3.T, axis=0, keepdims=True).T / m"
