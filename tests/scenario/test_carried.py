"""Lines about what an optimizer keeps are of the update: passed over, neither right nor wrong, never gradients."""

from __future__ import annotations

import pytest

from bpdebug.check.telling import standing, summary, verdict
from bpdebug.cli.claims import claimed, reviewed
from bpdebug.cli.submitted import Submitted
from bpdebug.debugger.session import Session
from bpdebug.errors import ScenarioError, UsageError
from bpdebug.scenario.load import load
from bpdebug.scenario.pasted import pasted

NETWORK = """
[data]
X.values = [[1, 2, 3], [4, 5, 7]]
[parameters]
W1.values = [[1, -1]]
[network]
forward = '''
Z1 = W1 @ X
J = sum(Z1 ** 2) / m'''
[training]
optimizer = "adam"
weight_decay = 0.1
learning_rate = 0.1
iterations = 9
"""
GRADIENT = ("dZ1 = 2 * Z1 / m", "dW1 = dZ1 @ X.T")
OF_UPDATE = (
    "vdW1 = beta1*vdW1 + dW1",
    "vdW1 = (1 - beta1) * dW1",
    "vdW1 += dW1",
    "W1 = W1 - learning_rate*vdW1/(sqrt(sdW1)+epsilon)",
    "W1 -= learning_rate*vdW1",
    "corrected = vdW1 / (1 - beta1)",
    "t = t + 1",
)


@pytest.fixture
def scenario(tmp_path):
    """The network, with these claims in its file."""

    def of(*lines):
        file = tmp_path / "adam.toml"
        written = "\n".join(lines)
        file.write_text(NETWORK + f"[claims]\nequations = '''\n{written}'''\n" * bool(lines), encoding="utf-8")
        return load(str(file))

    return of


@pytest.mark.parametrize("line", OF_UPDATE)
def test_a_line_of_the_update_is_passed_over(line, scenario):
    for found in (
        scenario(*GRADIENT, line),
        claimed(scenario(), Submitted("own.txt", "\n".join((*GRADIENT, line))))[0],
    ):
        told = reviewed(found, 5)

        assert summary(told) == "all right: 2 right"
        assert [verdict(told, at).kind for at in range(2)] == ["right", "right"]
        assert any("not judged" in note for note in found.aside.notes)


def test_the_programs_own_line_is_named(scenario):
    (note,) = scenario(*GRADIENT, OF_UPDATE[0]).aside.notes
    assert note.endswith("the program has vdW1 = beta1 * vdW1 + (1 - beta1) * rdW1")


@pytest.mark.parametrize("line", OF_UPDATE)
def test_the_console_says_so_too(line, scenario):
    session = Session(scenario())
    session.execute("goto 5:W1")
    session.execute("claim dW1 = dZ1 @ X.T")
    reply = session.execute(f"claim {line}")

    assert "not judged" in reply.text
    assert "dJ(W1)" not in reply.text
    assert [each.name for each in session.claims] == ["dW1"]


def test_what_is_made_of_it_is_of_the_update_too(scenario):
    found = scenario(*GRADIENT, "corrected = vdW1 / (1 - beta1)", "W1 = W1 - learning_rate * corrected")

    assert [each.name for each in found.claims] == ["dZ1", "dW1"]
    assert "W1 reads corrected" in found.aside.notes[1]


def test_a_gradient_that_reads_it_is_not_known_below(scenario):
    found = pasted("\n".join((GRADIENT[0], "dW1 = vdW1")), scenario().program)

    assert [each.name for each in found.claims] == ["dZ1"]
    assert found.unknown == ("dW1",)


def test_a_helper_may_be_called_as_the_count_is(scenario):
    found = scenario("t = 2 * Z1", "dZ1 = t / m", GRADIENT[1])

    assert [each.name for each in found.claims] == ["t", "dZ1", "dW1"]
    assert standing(reviewed(found, 0)) == "all right"


def test_claims_that_are_all_of_the_update_say_why_nothing_is_judged(scenario):
    with pytest.raises(ScenarioError, match="vdW1 is kept from step to step by the update"):
        scenario(OF_UPDATE[0])
    with pytest.raises(UsageError, match="vdW1 is kept from step to step by the update"):
        claimed(scenario(), Submitted("own.txt", OF_UPDATE[0]))


def test_what_a_person_keeps_in_code_of_their_own_has_no_gradients_value(scenario):
    block = "\n".join((*GRADIENT, "vel = beta1*vel + dW1", "half = dW1 / 2", "twice = half * 2"))
    told = reviewed(claimed(scenario(), Submitted("own.txt", block))[0], 0)
    *_, vel, half, twice = (each and each.written for each in told.alike)

    assert (vel, half, twice) == (None, None, "dJ(W1)")
