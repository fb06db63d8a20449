"""What is done to every entry of a dictionary is a line for each gradient in it, or is said not to be known."""

from __future__ import annotations

import pytest

from bpdebug.ops import write
from bpdebug.scenario.pasted import Pasted, pasted
from tests.bundled import bundled

SUMS = "dW2 = (A2 - Y) @ A1.T\ndb2 = np.sum(A2 - Y, axis=1, keepdims=True)\n"
FILLED = SUMS.replace("dW2 =", "grads['dW2'] =").replace("db2 =", "grads['db2'] =")


def read(block: str) -> Pasted:
    return pasted(block, bundled("xor").program)


@pytest.mark.parametrize(
    "block",
    [
        f"grads = {{}}\n{FILLED}grads = {{k: v / m for k, v in grads.items()}}",
        f"{FILLED}grads = {{key: grads[key] / m for key in grads}}",
        f"{SUMS}grads = {{'dW2': dW2, 'db2': db2}}\nfor k, g in grads.items():\n    grads[k] = g / m",
        f"{SUMS}grads = dict(dW2=dW2, db2=db2)\nfor k in grads.keys():\n    grads[k] /= m",
        f"{FILLED}for k in sorted(grads):\n    grads[k] = grads[k] / m",
    ],
)
def test_what_becomes_of_each_entry_becomes_of_each_gradient(block: str) -> None:
    found = read(block)

    assert not found.unread
    assert [f"{each.said} = {write(each.expr, 'ascii')}" for each in found.claims][-2:] in (
        ["dW2 = dW2 / m", "db2 = db2 / m"],
        ["dW2 = (A2 - Y) @ A1.T / m", "db2 = sum(A2 - Y, axis=1, keepdims=True) / m"],
    )


@pytest.mark.parametrize(
    "change",
    ["grads = {k: v / scale[k] for k, v in grads.items()}", "for k in grads:\n    grads[k] /= len(k)"],
)
def test_a_change_that_is_another_for_each_entry_is_not_read(change: str) -> None:
    found = read(FILLED + change)

    assert [each.message for each in found.errors] == ["what becomes of each entry of grads here is not known"]
    assert found.unknown == ("dW2", "db2")
    assert not found.claims


def test_only_a_dictionary_called_after_gradients_may_hold_some_that_are_not_seen_to_enter_it() -> None:
    line = "{of} = {{k: v / m for k, v in {of}.items()}}"

    assert len(read(SUMS + line.format(of="lengths")).claims) == 2
    assert [each.message for each in read(SUMS + line.format(of="grads")).errors] == [
        "what the entries of grads hold is not known here"
    ]


@pytest.mark.parametrize("cut", ["np.clip(dW2, -1, 1)", "dW2 * min(1, 1 / np.linalg.norm(dW2))"])
def test_a_gradient_that_is_cut_to_size_stays_the_one_that_it_was(cut: str) -> None:
    found = read(f"{SUMS}dW2 = {cut}\nW2 -= lr * dW2")

    assert [each.said for each in found.claims] == ["dW2", "db2", "W2"]
    assert "passed over: line 3: dW2: what cuts a gradient to size is not judged" in found.notes
