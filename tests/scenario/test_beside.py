"""Lines beside a derivation, and data that comes in batches or one example at a time."""

from __future__ import annotations

from bpdebug.scenario.load import load
from bpdebug.scenario.pasted import pasted

PROGRAM = load("three-layer").program
BESIDE = """
dZ3 = A3 - Y
acc = np.mean(pred == Y)
accuracy = (np.argmax(A3, axis=0) == Y).mean()
start = time.time()
history["loss"].append(cost)
plt.plot(losses)
"""


def test_what_no_gradient_reads_need_not_be_read_and_is_named_once() -> None:
    found = pasted(BESIDE, PROGRAM)

    assert not found.errors
    assert [each.name for each in found.claims] == ["dZ3"]
    assert [note for note in found.notes if "no gradient" in note] == [
        "passed over: line 3: acc: no gradient reads it",
        "passed over: line 4: accuracy: no gradient reads it",
        "passed over: line 5: start: no gradient reads it",
    ]


def test_what_a_gradient_reads_has_to_be_read() -> None:
    found = pasted("scale = time.time()\nrate = scale / 2\ndW3 = dZ3 @ A2.T / rate", PROGRAM)

    assert len(found.errors) == 1
    assert {"scale"} <= {*found.unknown}
