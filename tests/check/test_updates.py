"""Updates in pasted homework: a step downhill is right at any rate, and may make up for what its gradient holds."""

from __future__ import annotations

import pytest

from bpdebug.check.iteration import trained
from bpdebug.check.review import Review, review
from bpdebug.check.telling import lines, summary, verdict
from bpdebug.cli.claims import claimed
from bpdebug.cli.submitted import Submitted
from bpdebug.scenario.bundled import folder
from bpdebug.scenario.load import load
from bpdebug.scenario.pasted import pasted
from tests.bundled import bundled
from tests.check.test_diagnosis_homework import RIGHT, reviewed

LAST = "dZ2 = A2 - Y\n"


def told(found: Review) -> str:
    return "\n".join(line for place in range(len(found.claims)) for line in lines(found, place, "unicode"))


@pytest.mark.parametrize(
    "update",
    [
        "W2 -= lr * dW2",
        "W2 = W2 - learning_rate * dW2",
        "W2 = W2 - 0.01 * dW2",
        "W2 -= 10**-2 * dW2",
        "W2 += -0.5 * alpha * dW2",
        "W2 = -lr * dW2 + W2",
        "eta = 1e-3\nW2 -= eta * dW2",
        "W2 -= dW2",
        "W2 -= lr * (dZ2 @ A1.T) / m",
        "for l in range(1, 3):\n    W2 -= lr * dW2",
        "W1 -= lr * dW1\nb1 -= 2 * lr * db1\nW2 -= lr * dW2\nb2 -= 2 * lr * db2",
        "W1 -= lr * dW1\nb1 -= lr * db1\nW2 -= dW2\nb2 -= db2",
        "W2 -= step_size * dW2",
        "W2 -= self.l_rate * dW2",
        "epsilon = 0.01\nW2 += -epsilon * dW2",
        "step = lr / 2\nW2 -= step * dW2",
        "lr = 0.1\nlr = lr * 0.9\nW2 -= lr * dW2",
        "lr = 0.1 * 0.95 ** 3\nW2 -= lr * dW2",
    ],
)
def test_a_step_downhill_is_right_at_any_rate(update: str) -> None:
    found = reviewed(RIGHT + update)

    assert found.ok, told(found)
    assert any(each.meaning is not None and each.meaning.updates for each in found.claims)


@pytest.mark.parametrize("rate", ["0.1", "lr"])
def test_a_single_number_along_which_a_step_goes_is_the_gradient(rate: str) -> None:
    """The 2 in its line belongs to the derivative, and is no part of the rate."""
    update = f"n = float(len(X))\nD_W = (-2 / n) * sum(X * (Y - P))\nW = W - {rate} * D_W"
    wrong = reviewed(update.replace("-2", "2"), "linear-regression").diagnoses[-1]

    assert reviewed(update, "linear-regression").ok
    assert wrong is not None
    assert wrong.mistakes == ("sign-flipped",)
    assert wrong.mended_text == f"W = W + {rate} * D_W"


@pytest.mark.parametrize(
    "text",
    [
        RIGHT.replace("A2 - Y", "Y - A2") + "".join(f"{p} += lr * d{p}\n" for p in ("W1", "b1", "W2", "b2")),
        f"{LAST}dW2 = -(dZ2 @ A1.T) / m\nW2 += lr * dW2",
        f"{LAST}dW2 = dZ2 @ A1.T\nW2 -= lr / m * dW2",
        f"{LAST}dW2 = learning_rate * dZ2 @ A1.T / m\nW2 -= dW2",
        f"{LAST}dW2 = -lr * dZ2 @ A1.T / m\nW2 += dW2",
        f"{LAST}dW2 = dZ2 @ A1.T\nstep = lr / m\nW2 -= step * dW2",
        f"{LAST}dW2 = dZ2 @ A1.T\nN = 4\nW2 -= lr / N * dW2",
    ],
)
def test_what_an_update_makes_up_for_is_no_mistake(text: str) -> None:
    found = reviewed(text)

    assert found.ok, told(found)


@pytest.mark.parametrize(
    ("update", "mistake", "mended"),
    [
        ("W2 += lr * dW2", "sign-flipped", "W2 = W2 - lr * dW2"),
        ("W2 = W2 + learning_rate * dW2", "sign-flipped", "W2 = W2 - learning_rate * dW2"),
        ("W1 = W1 - lr * dW2", "stale-layer-index", "W1 = W1 - lr * dW1"),
        ("W2 = W2 - learning_rate * dW2.T", "transposed-operand", "W2 = W2 - learning_rate * dW2"),
        ("W2 = W2 - lr * W2", "wrong-operand", "W2 = W2 - lr * dW2"),
        ("W2 = W2 + learning_rate * dW2\nb2 -= lr * db2", "sign-flipped", "W2 = W2 - learning_rate * dW2"),
        ("W2 = dW2 - lr * W2", "wrong-operand", "W2 = W2 - lr * dW2"),
        ("W2 += -lr * W2", "wrong-operand", "W2 = W2 + -lr * dW2"),
        ("W2 = lr * dW2 - W2", "sign-flipped", "W2 = W2 - lr * dW2"),
        ("W2 = W2 - dW2\nb2 -= 0.2 * db2\nb1 -= 0.2 * db1", "constant-factor", "W2 = W2 - 0.2 * dW2"),
        ("W2 = W2 - lr * dZ2 @ A1.T", "missing-1/m", "W2 = W2 - lr * dZ2 @ A1.T / m"),
    ],
)
def test_a_wrong_update_is_told_and_mended(update: str, mistake: str, mended: str) -> None:
    found = reviewed(RIGHT + update)
    (diagnosis,) = filter(None, found.diagnoses)

    assert diagnosis.mistakes[0] == mistake
    assert diagnosis.mended_text == mended
    assert f"the first wrong line is {update[:2]} ({len(found.claims) - 1} right" in summary(found)
    assert "_2" not in told(found)


MOMENTUM = "v = 0.9 * v + 0.1 * dW2\n"
ADAM = "mW = 0.9 * mW + 0.1 * dW2\nsW = 0.99 * sW + 0.01 * dW2**2\nm_hat = mW / (1 - 0.9**3)\n"


@pytest.mark.parametrize(
    ("kept", "update", "against"),
    [
        (MOMENTUM, "W2 = W2 + lr * v", "W2 = W2 - lr * v"),
        ("v = 0\n" + MOMENTUM, "W2 = W2 + lr * v", "W2 = W2 - lr * v"),
        ("v = np.zeros(1)\nv = 0.9 * v - lr * dW2\n", "W2 = W2 - v", "W2 = W2 + v"),
        (ADAM, "W2 = W2 + lr * m_hat / (np.sqrt(sW) + 1e-8)", "W2 = W2 - lr * m_hat / (np.sqrt(sW) + 1e-8)"),
        ("G += dW2**2\n", "W2 = W2 + 0.1 * dW2 / np.sqrt(G)", "W2 = W2 - 0.1 * dW2 / np.sqrt(G)"),
        ("", "W2 = W2 + 0.1 * np.clip(dW2, -1, 1)", "W2 = W2 - 0.1 * np.clip(dW2, -1, 1)"),
    ],
)
def test_a_step_of_an_optimizer_is_judged_by_its_way_alone(kept: str, update: str, against: str) -> None:
    uphill, downhill = reviewed(RIGHT + kept + update), reviewed(RIGHT + kept + against)
    (diagnosis,) = filter(None, uphill.diagnoses)

    assert (diagnosis.mistakes, diagnosis.mended_text) == (("sign-flipped",), against)
    assert downhill.ok
    assert downhill.claims[-1].meaning is None


def test_a_step_cut_by_the_size_of_all_gradients_is_not_judged() -> None:
    assert (
        reviewed(f"{RIGHT}n = np.sqrt(np.sum(dW2**2) + np.sum(db2**2))\nW2 -= 0.1 * dW2 / n").claims[-1].meaning is None
    )


def test_what_an_optimizer_keeps_of_a_gradient_with_its_minus_may_be_added() -> None:
    found = reviewed(f"dZ2 = A2 - Y\ndW2 = -dZ2 @ A1.T / m\n{MOMENTUM}W2 += lr * v")

    assert found.ok, told(found)


@pytest.mark.parametrize(
    ("updates", "mistakes", "mended"),
    [
        ("W1 -= 0.2 * dW1\nb1 -= 0.2 * db1\nW2 = W2 + dW2", ("sign-flipped", "constant-factor"), "W2 - 0.2 * dW2"),
        ("W2 = W2 + lr * dW2 / m", ("sign-flipped", "extra-1/m"), "W2 = W2 - lr * dW2"),
        ("W1 = W1 + lr*(W2.T @ dZ2) @ X.T/m", ("missing-activation-derivative", "sign-flipped"), "(1 - A1 ** 2)) @ X"),
    ],
)
def test_two_mistakes_in_one_update_are_both_told(updates: str, mistakes: tuple[str, ...], mended: str) -> None:
    (diagnosis,) = filter(None, reviewed(RIGHT + updates).diagnoses)

    assert diagnosis.mistakes == mistakes
    assert mended in diagnosis.mended_text


def test_a_wrong_update_casts_no_doubt_on_the_gradient_that_it_reads() -> None:
    found = reviewed(f"{RIGHT}W2 += lr * dW2\nb1 -= lr * db1 / m")
    said = {each.name: diagnosis for each, diagnosis in zip(found.claims, found.diagnoses, strict=True) if diagnosis}

    assert [each.mistakes for each in said.values()] == [("sign-flipped",), ("extra-1/m",)]
    assert "db1" not in said


def test_a_step_along_another_gradient_and_one_without_a_rate_are_told_so() -> None:
    assert "W1 moves along its own gradient, dW1, not along dW2." in " ".join(
        told(reviewed(f"{RIGHT}W1 = W1 - lr * dW2")).split()
    )
    assert "This step has no learning rate: W2 moves by its whole gradient at once." in " ".join(
        told(reviewed(f"{RIGHT}W2 -= dW2")).split()
    )


@pytest.mark.parametrize(
    ("updates", "remark"),
    [
        ("W1 -= lr * dW1\nW2 -= lr * dW2\nb1 -= 2 * lr * db1", "b1 steps by 2·lr·∂J/∂b1, at another rate than most"),
        ("W2 -= 0.3 * dW2\nb2 -= 0.2 * db2\nb1 -= 0.2 * db1", "theirs would be 0.2·∂J/∂W2. Right, if that is meant."),
        ("W1 -= 0.2 * dW1\nW2 -= 0.2 * dW2\nb1 -= 0.2 * db1\nb2 -= 0.1 * db2", "b2 steps by 0.1·∂J/∂b2"),
    ],
)
def test_a_rate_of_its_own_is_remarked_and_no_mistake(updates: str, remark: str) -> None:
    found = reviewed(RIGHT + updates)

    assert found.ok, told(found)
    assert remark in " ".join(told(found).split())


def test_the_rate_is_no_part_of_a_gradient() -> None:
    found = reviewed(f"{LAST}dW2 = lr * dZ2 @ A1.T / m")
    (diagnosis,) = filter(None, found.diagnoses)

    assert diagnosis.mended_text == "dW2 = dZ2 @ A1.T / m"
    assert diagnosis.explanation.startswith("lr does not belong into this line")


@pytest.mark.parametrize(
    "line",
    [
        "v = 0.9 * W2 + dW2\nW2 -= lr * v",
        "W2 -= lr * (dW2 + 0.1 * W2)",
        "W2 -= lr * 0.1 * W2",
        "W2 = np.random.randn(1, 3)",
        "W2 *= 0.9",
        "epsilon = 1e-7\nW2 += epsilon",
        "beta = 0.9\nbeta = beta * 0.9\nW2 -= lr * beta * dW2",
    ],
)
def test_another_rule_than_the_plain_one_is_passed_over(line: str) -> None:
    found = reviewed(RIGHT + line)

    assert found.ok
    assert not any(each.meaning is not None and each.meaning.updates for each in found.claims)


@pytest.mark.parametrize("line", ["W2 *= 0.9", "W2 = 0.9*W2", "W2 = W2 - 0.1*W2", "W2 /= 1.1"])
def test_a_decay_alone_is_said_to_be_no_step(line: str) -> None:
    found = reviewed(f"{RIGHT}W1 -= lr * dW1\n{line}")

    assert "not judged: it only scales W2; a step along the gradient subtracts a part of the gradient" in " ".join(
        told(found).split()
    )
    assert summary(found) == "all right: 8 right, 1 not judged"


@pytest.mark.parametrize("start", ["W2 *= 0.01", "W2 = W2 * 0.01"])
def test_a_first_value_that_is_scaled_is_no_update(start: str) -> None:
    found = reviewed(f"{start}\n{RIGHT}")

    assert summary(found) == "all right: 7 right"


@pytest.mark.parametrize(
    "lines",
    [
        "vW2 = beta * vW2 + (1 - beta) * dW2\nW2 -= lr * vW2",
        "vW2 *= beta\nvW2 += dW2\nW2 -= lr * vW2",
        "mW = beta1*mW + (1-beta1)*dW2\nsW = beta2*sW + (1-beta2)*dW2**2\n"
        "W2 -= lr * mW / (1 - beta1**t) / (np.sqrt(sW / (1 - beta2**t)) + eps)",
    ],
)
def test_a_step_from_what_is_kept_elsewhere_is_noted_and_no_mistake(lines: str) -> None:
    scenario = bundled("xor")
    found = pasted(f"{RIGHT}{lines}", scenario.program)

    assert not found.errors
    assert any("W2: an update by another rule, from what is kept elsewhere" in note for note in found.notes)
    assert len(found.claims) == 7


def test_a_name_in_a_step_that_nothing_gives_is_still_told() -> None:
    (unread,) = pasted(f"{RIGHT}W2 -= lr * dW22", bundled("xor").program).unread

    assert "dW22 is not defined" in str(unread.error)


def test_the_lines_of_a_loop_that_cannot_be_read_are_counted_and_those_of_its_layers_are_one() -> None:
    loop = "for l in range(N, 0, -1):\n    dZ[l] = W[l+1].T @ dZ[l+1]\n    dW[l] = dZ[l] @ A[l-1].T / m\n"
    layers = "for l in range(2, 0, -1):\n    dW[l] = frob(dZ[l]) @ A[l-1].T / m\n"

    assert [each.lines for each in pasted(f"{RIGHT}{loop}", bundled("xor").program).unread] == [2]
    assert [each.lines for each in pasted(f"{RIGHT}{layers}", bundled("xor").program).unread] == [1]


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("delta2 = A2 - Y\nW2 -= lr * delta2 @ A1.T / m\nb2 -= lr * np.sum(delta2, axis=1, keepdims=True) / m", []),
        ("delta2 = Y - A2\nW2 += lr * np.dot(delta2, A1.T) / m", []),
        ("delta2 = A2 - Y\nW2 += lr * delta2 @ A1.T / m", ["W2 = W2 - lr * delta2 @ A1.T / m"]),
        (
            "delta2 = A2 - Y\nb2 -= lr * np.sum(delta2, axis=1, keepdims=True)",
            ["b2 = b2 - (lr * np.sum(delta2, axis=1, keepdims=True) / m)"],
        ),
    ],
)
def test_a_step_may_be_worked_out_where_it_is_taken(text: str, mended: list[str]) -> None:
    found = reviewed(text)

    assert [each.mended_text for each in found.diagnoses if each is not None] == mended, told(found)
    assert any(each.meaning is not None and each.meaning.updates for each in found.claims)


@pytest.mark.parametrize(
    "text",
    [
        "W = W - learning_rate * (2/m) * X.T @ (P - Y)\nb = b - learning_rate * (2/m) * np.sum(P - Y)",
        "W -= learning_rate * 2 * X.T @ (P - Y) / m",
        "W = W - 0.1 * (2/m) * X.T @ (P - Y)",
        "W = W - 2 * 0.1 * (2/m) * X.T @ (P - Y)",
        "W -= 10**-2 * (2/m) * X.T @ (P - Y)",
        "dW = 2 * X.T @ (P - Y) / m\nW -= 2 * learning_rate * dW",
        "dW = X.T @ (P - Y) / m\nW -= 2 * learning_rate * dW",
        "grad_W = X.T @ (P - Y)\ngrad_b = (P - Y).sum()\n"
        "W = W - learning_rate*2/m*grad_W\nb = b - learning_rate*2/m*grad_b",
    ],
)
def test_a_number_in_a_step_is_of_its_rate_or_of_its_gradient(text: str) -> None:
    found = reviewed(text, "linear-regression")

    assert found.ok, told(found)
    assert "another rate" not in told(found)


@pytest.mark.parametrize(
    "text",
    [
        "W = W - learning_rate / m * X.T @ (P - Y)",
        "dW = X.T @ (P - Y) / m\ndb = 2 * np.mean(P - Y)\nW -= 2 * lr * dW\nb -= 2 * lr * db",
        "dW = X.T @ (P - Y) / m\nW -= 0.2 * dW",
    ],
)
def test_a_number_that_a_step_lacks_is_told(text: str) -> None:
    found = reviewed(text, "linear-regression")

    assert found.diagnoses[0] is not None
    assert found.diagnoses[0].mistakes == ("constant-factor",)
    assert "derivative of a square" in found.diagnoses[0].explanation


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("logistic", "error = Y - A\ndw = error @ X.T / m\ndb = np.sum(error) / m\nw += lr * dw\nb += lr * db"),
        ("logistic", "err = Y - A\ndw = err @ X.T / m\ndb = err.mean()\nw += lr * dw\nb += lr * db"),
        ("linear-regression", "e = Y - P\ndW = 2*X.T @ e / m\ndb = 2*np.mean(e)\nW += lr * dW\nb += lr * db"),
        ("xor", "dZ2 = Y - A2\ndW2 = dZ2 @ A1.T / m\ndb2 = np.sum(dZ2) / m\nW2 += lr * dW2\nb2 += lr * db2"),
    ],
)
def test_a_minus_that_is_made_up_for_is_kept_in_a_single_number_too(name: str, text: str) -> None:
    found = reviewed(text, name)

    assert found.ok, told(found)


@pytest.mark.parametrize(
    ("text", "mistake", "mended"),
    [
        ("W2 -= lr * dZ2 @ Z1.T / m", "wrong-operand", "W2 = W2 - lr * dZ2 @ A1.T / m"),
        ("W1 -= lr * (W2.T @ dZ2) @ X.T / m", "missing-activation-derivative", "(W2.T @ dZ2 * (1 - A1 ** 2))"),
        ("W1 -= lr * (W2.T @ dZ2 * dsigmoid(A1)) @ X.T / m", "wrong-activation-derivative", "(1 - A1 ** 2)"),
        ("foo = W2.T @ dZ2\nW1 -= lr * foo @ X.T / m", "missing-activation-derivative", "foo = W2.T @ dZ2 * (1 - "),
    ],
)
def test_what_a_step_is_worked_out_from_may_be_wrong(text: str, mistake: str, mended: str) -> None:
    found = reviewed(LAST + text)
    place = found.first_wrong

    assert place is not None
    diagnosis = found.told(place)
    assert diagnosis is not None
    assert diagnosis.mistakes[0] == mistake
    assert mended in diagnosis.mended_text


def test_the_error_behind_a_step_uphill_is_told_where_it_is() -> None:
    error = "l2_error = (Y - A2) * A2 * (1 - A2)\nl1_error = W2.T @ l2_error * (1 - A1**2)\n"
    found = reviewed(f"{error}W2 += lr * l2_error @ A1.T / m\nW1 += lr * l1_error @ X.T / m")

    assert found.first_wrong == 0
    assert found.diagnoses[0] is not None
    assert found.diagnoses[0].mistakes == ("extra-activation-derivative",)
    assert found.diagnoses[0].mended_text == "l2_error = Y - A2"
    assert "_2" not in told(found)


def test_a_minus_that_one_update_makes_up_for_is_kept_where_none_is_written_yet() -> None:
    kept = "dZ2 = Y - A2\ndZ1 = W2.T @ dZ2\ndW1 = dZ1 @ X.T / m\ndW2 = dZ2 @ A1.T / m\nW2 += lr * dW2"
    found = reviewed(kept)

    assert found.first_wrong == 1
    assert found.diagnoses[1] is not None
    assert found.diagnoses[1].mended_text == "dZ1 = W2.T @ dZ2 * (1 - A1 ** 2)"


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        ("lr = 1.0\nW2 = W2 - lr * dW2", ""),
        ("W2 = W2 - 1 * dW2", ""),
        ("W2 -= dW2", "This step has no learning rate: W2 moves by its whole gradient at once."),
        ("W2 -= 1/m * dZ2 @ A1.T", "This step has no learning rate: W2 moves by its whole gradient at once."),
    ],
)
def test_a_rate_of_one_is_a_rate(rate: str, words: str) -> None:
    found = reviewed(RIGHT + rate)

    assert found.ok
    assert (found.remarks[-1].text if found.remarks[-1] else "") == words


def test_a_rate_of_one_beside_others_is_meant() -> None:
    assert reviewed(f"{RIGHT}W1 -= 0.1 * dW1\nb1 -= 0.1 * db1\nW2 -= 1.0 * dW2").ok
    assert not reviewed(f"{RIGHT}W1 -= 0.1 * dW1\nb1 -= 0.1 * db1\nW2 -= dW2").ok


@pytest.mark.parametrize("step", ["v2 = 0.9 * v2 + lr * dW2\nw2 = w2 - v2", "W2 = W2 - lr * dW2"])
def test_an_update_by_any_rule_is_to_be_moved_below_what_reads_its_parameter(step: str) -> None:
    found = reviewed(f"{LAST}dW2 = dZ2 @ A1.T / m\n{step}\ndZ1 = W2.T @ dZ2 * (1 - A1**2)")
    (diagnosis,) = filter(None, found.diagnoses)

    assert diagnosis.mistakes[0] == "uses-updated-parameter"
    assert diagnosis.explanation.startswith("Move the update W2 = W2 - ")
    assert "made with the same: W2, not updated W2." in diagnosis.explanation


@pytest.mark.parametrize(
    ("gradient", "update", "verdicts"),
    [
        ("gW2 = delta2 @ A1.T / m", "W2 -= lr * gW2", {"gW2": "right", "W2_2": "right"}),
        ("gW2 = delta2 @ A1.T", "W2 -= lr * gW2", {"gW2": "wrong", "W2_2": "inherits"}),
        ("G = delta2 @ A1.T / m", "W2 -= lr * G", {"G": "helper", "W2_2": "right"}),
        ("G = delta2 @ A1.T", "W2 -= lr * G", {"G": "helper", "W2_2": "wrong"}),
        ("q = np.sum(delta2, axis=1, keepdims=True)", "b2 -= lr * q", {"q": "helper", "b2_2": "wrong"}),
    ],
)
def test_a_step_along_what_lines_above_multiply_out_is_judged(
    gradient: str, update: str, verdicts: dict[str, str]
) -> None:
    scenario, text = bundled("xor"), f"delta2 = A2 - Y\n{gradient}\n{update}"
    found = review(scenario.program, trained(scenario, 0), claimed(scenario, Submitted("equations", text))[0].claims)

    assert {each.name: verdict(found, at).kind for at, each in enumerate(found.claims)} == {
        "delta2": "right",
        **verdicts,
    }


@pytest.mark.parametrize(
    "lines",
    [
        "v = 0\nv = 0.9 * v + 0.1 * dZ2 @ A1.T / m\nW2 -= lr * v",
        "G = dZ2 @ A1.T / m\nv = 0\nv = 0.9 * v + 0.1 * G\nW2 -= lr * v",
        "G = dZ2 @ A1.T / m\nS = G**2\nW2 -= lr * G / np.sqrt(S)",
        "G = dZ2 @ A1.T / m\nW2 -= lr * G / np.sqrt(G**2)",
    ],
)
def test_what_an_optimizer_makes_of_a_gradient_multiplied_out_is_another_rule(lines: str) -> None:
    found = reviewed(f"{LAST}{lines}")

    assert found.ok, told(found)
    assert found.claims[-1].meaning is None


@pytest.mark.parametrize("step", ["gamma * dW2", "gamma * (dZ2 @ A1.T) / m"])
def test_a_step_uphill_at_a_rate_that_nothing_gives_is_told_both(step: str) -> None:
    text = f"{LAST}dW2 = dZ2 @ A1.T / m\nW2 = W2 + {step}"
    (error,), found = pasted(text, bundled("xor").program).errors, reviewed(text)
    (diagnosis,) = filter(None, found.diagnoses)

    assert error.message == "gamma is not defined"
    assert error.hint.startswith("The update is judged as if it were the learning rate")
    assert diagnosis.mistakes == ("sign-flipped",)


@pytest.mark.parametrize("step", ["v", "0.1 * v", "delta3 @ A1.T", "foo * W2", "lr * foo * dW2"])
def test_what_may_be_no_rate_is_taken_for_none(step: str) -> None:
    text = f"{LAST}dW2 = dZ2 @ A1.T / m\nW2 -= {step}"

    assert pasted(text, bundled("xor").program).errors
    assert not any(reviewed(text).diagnoses)


@pytest.mark.parametrize("step", ["v = 0.9 * v + lr * W2\nW2 = W2 - v", "v += W2\nW2 -= lr * v", "W2 = W2 - v"])
def test_a_step_that_no_gradient_is_known_to_enter_is_never_all_right(step: str) -> None:
    found = pasted(f"{LAST}dW2 = dZ2 @ A1.T / m\n{step}", bundled("xor").program)

    assert "is not known here" in str(found.errors[-1]) or "is not defined" in str(found.errors[-1])


def test_a_step_uphill_by_what_is_kept_elsewhere_is_told_whatever_its_decay() -> None:
    velocity = "vW2 = beta * vW2 + (1 - beta) * dW2"
    downhill = pasted(f"{RIGHT}{velocity}\nW2 -= lr * vW2", bundled("xor").program)
    uphill = pasted(f"{RIGHT}{velocity}\nW2 += lr * vW2", bundled("xor").program)

    assert not downhill.errors
    assert [error.message.split(",")[0] for error in uphill.errors] == ["this step goes up along its gradient"]


@pytest.mark.parametrize(
    ("training", "kind"),
    [
        ("", "right"),
        ('optimizer = "adam"', "helper"),
        ('optimizer = "momentum"', "helper"),
        ("clip_norm = 1.0", "helper"),
        ('schedule = "cosine"', "helper"),
    ],
)
def test_a_plain_step_is_judged_only_where_the_program_takes_one(training: str, kind: str, tmp_path) -> None:
    path = tmp_path / "another.toml"
    text = (folder() / "xor.toml").read_text(encoding="utf-8").replace("[training]", f"[training]\n{training}")
    path.write_text(text, encoding="utf-8")
    scenario = load(str(path))
    lines = "dZ2 = A2 - Y\ndW2 = dZ2 @ A1.T / m\nW2 = W2 - learning_rate * dW2"
    found = review(scenario.program, trained(scenario, 0), claimed(scenario, Submitted("equations", lines))[0].claims)
    assert verdict(found, len(found.claims) - 1).kind == kind
