"""How well a network does: by its own forward pass, on the examples of the run and on others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bpdebug.debugger.metrics import LIGHT, Answer, Judge, answers, scored
from bpdebug.debugger.session import Session
from bpdebug.debugger.telling import brief, record, sentence, table
from bpdebug.language.expression import Name, Number
from bpdebug.machine.applied import Applied
from bpdebug.program.equations import Phase
from bpdebug.scenario.load import load
from tests.bundled import TURNED
from tests.debugger.scenes import small

DIVIDED = """
[data]
dataset = {{ name = "{dataset}", scale = "standardize"{more} }}
test = {test}
[network]
orientation = "{orientation}"
layers = [{{ units = 3, activation = "tanh" }}, {{ units = {units}, activation = "{activation}" }}]
cost = "{cost}"
[training]
learning_rate = 0.3
iterations = 30
dtype = "{dtype}"
"""
KINDS = {
    "class": ("iris", "", 3, "softmax", "categorical-cross-entropy"),
    "half": ("two-moons", "", 1, "sigmoid", "binary-cross-entropy"),
    "sign": ("circles", ', labels = "plus-minus"', 1, "linear", "hinge"),
    "number": ("waves", "", 1, "linear", "mean-squared-error"),
}


def divided(
    folder: Path, kind: str, orientation: str = "columns", test: float = 0.25, dtype: str = "float64"
) -> Session:
    dataset, more, units, activation, cost = KINDS[kind]
    path = folder / "divided.toml"
    path.write_text(
        DIVIDED.format(
            dataset=dataset, more=more, test=test, orientation=orientation, units=units, activation=activation,
            cost=cost, dtype=dtype,
        ),
        encoding="utf-8",
    )  # fmt: skip
    return Session(load(str(path)))


def by_hand(session: Session, x: np.ndarray, y: np.ndarray, kind: str) -> tuple[float, float]:
    """The measure and the cost, from parameters as they are, in NumPy."""
    values, columns = session.timeline.values, session.program.orientation == "columns"
    w1, b1, w2, b2 = (np.float64(values[name].T if columns else values[name]) for name in ("W1", "b1", "W2", "b2"))
    z = np.tanh((x.T if columns else x) @ w1 + b1) @ w2 + b2
    y = y.T if columns else y
    if kind == "class":
        a = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        return float(np.mean(a.argmax(axis=1) == y.argmax(axis=1))), float(-(y * np.log(a)).sum() / len(y))
    if kind == "half":
        a = 1 / (1 + np.exp(-z))
        return float(np.mean((a > 0.5) == y)), float(-(y * np.log(a) + (1 - y) * np.log(1 - a)).sum() / len(y))
    if kind == "sign":
        return float(np.mean(np.sign(z) == y)), float(np.maximum(0, 1 - y * z).sum() / len(y))
    return float(1 - ((z - y) ** 2).sum() / ((y - y.mean()) ** 2).sum()), float(((z - y) ** 2).sum() / len(y))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("orientation", ["columns", "rows"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_scores_are_those_of_the_same_network_written_by_hand(tmp_path, kind, orientation, dtype) -> None:
    session = divided(tmp_path, kind, orientation, dtype=dtype)
    for command in ("start", "step 7", "end", "goto 12:J", "set W1[0,0] = 0.5"):
        assert session.execute(command).ok
        scores = session.view.judged.scores
        values = session.timeline.values
        for score, data in ((scores.train, values), (scores.test, session.scenario.test)):
            measure, cost = by_hand(session, data["X"], data["Y"], kind)
            found = score.r2 if kind == "number" else score.accuracy
            assert found == pytest.approx(measure, rel=1e-3 if dtype == "float32" else 1e-12)
            assert score.cost == pytest.approx(cost, rel=1e-4 if dtype == "float32" else 1e-12)
            assert score.examples == data["X"].shape[1 if orientation == "columns" else 0]


@pytest.mark.parametrize(("name", "orientation"), TURNED)
def test_the_cost_of_the_examples_that_are_trained_on_is_that_of_the_run(name: str, orientation: str) -> None:
    session = Session(load(name, orientation=orientation))
    before = session.view.judged.scores
    if before is None:
        assert name == "word2vec", "its cost compares nothing with labels"
        return
    if session.program.equations[0].phase is Phase.BATCH:
        pytest.skip("the cost of the run is that of a batch, with what is drawn for it")
    session.execute("finish 2")
    assert before.train.cost == session.view.cost
    assert before.train.examples == session.program.constants[session.program.examples]
    assert (before.test is not None) == bool(session.scenario.test)


@pytest.mark.parametrize(
    ("labels", "answer"),
    [
        ([[1, 0, 0], [0, 0, 1]], Answer.CLASS),
        ([[0.9, 0.1], [0.2, 0.8]], Answer.CLASS),
        ([[1], [0], [1]], Answer.HALF),
        ([[1, 1], [0, 1]], Answer.HALF),
        ([[-1], [1]], Answer.SIGN),
        ([[-1, 1], [1, 1]], Answer.SIGN),
        ([[2], [1]], Answer.NUMBER),
        ([[-1, 2], [1, 0]], Answer.NUMBER),
    ],
)
def test_what_labels_say(labels, answer) -> None:
    assert answers(np.array(labels, dtype=float)) is answer


@pytest.mark.parametrize(
    ("answer", "predicted", "true", "accuracy"),
    [
        (Answer.CLASS, [[0.2, 0.5, 0.3], [0.6, 0.3, 0.1]], [[0, 1, 0], [0, 0, 1]], 0.5),
        (Answer.CLASS, [[np.nan, 0.5], [np.inf, 0.3]], [[1, 0], [1, 0]], 0),
        (Answer.HALF, [[0.5], [0.51], [np.nan], [0.2]], [[0], [1], [0], [1]], 0.5),
        (Answer.HALF, [[0.9, 0.9], [0.1, 0.9]], [[1, 0], [0, 1]], 0.75),
        (Answer.SIGN, [[-3], [0], [2], [np.inf]], [[-1], [-1], [-1], [1]], 0.25),
    ],
)
def test_accuracy_is_the_share_that_is_right_and_what_is_not_finite_is_wrong(answer, predicted, true, accuracy) -> None:
    assert scored(answer, np.array(predicted), np.array(true), 0.0).accuracy == accuracy


def test_r2_is_unknown_where_labels_do_not_vary() -> None:
    score = scored(Answer.NUMBER, np.array([[1.0], [3.0]]), np.array([[2.0], [2.0]]), 1.0)
    assert (score.r2, score.error) == (None, 1.0)


DATA = {"X": np.array([[0.2], [0.5], [-0.3]]), "Y": np.array([[1.0], [0.0], [1.0]])}
WEIGHTS = {"W": np.array([[0.7]])}
LOGLOSS = "-sum(Y * log(A) + (1 - Y) * log(1 - A)) / m"


@pytest.mark.parametrize(
    ("equations", "why"),
    [
        ({"A": "sigmoid(X @ W)", "J": "sum(A) / m"}, "no labels"),
        ({"A": "sigmoid(X @ W)", "J": "sum(log(1 + exp(-Y * (4 * X @ W))) + A) / m"}, "nothing of their shape"),
        ({"A": "X @ W", "B": "2 * A", "J": "sum((A - Y) ** 4 + (B - Y) ** 4) / m"}, "two quantities"),
        ({"A": "5 * X @ W", "J": "sum((A - Y) ** 4) / m"}, "no probabilities, of labels 0 and 1, and no known cost"),
    ],
)
def test_where_it_is_not_clear_what_is_predicted_there_is_no_score(equations, why) -> None:
    session = small(equations, DATA, WEIGHTS, m=3.0)
    assert session.view.judged.scores is None, why
    assert session.view.judged.in_passing is None
    assert session.execute("metrics").text.startswith("There is no accuracy to tell")


def test_equations_that_hold_for_the_run_alone_are_not_tested_with_others() -> None:
    data = {**DATA, "C": np.array([[1.0], [2.0], [3.0]])}
    session = small({"A": "sigmoid(X @ W + C)", "J": LOGLOSS}, data, WEIGHTS, m=3.0)
    judge = Judge(session.program, {"X": np.ones((2, 1)), "Y": np.ones((2, 1))})
    assert judge.scores(session.timeline.values).test is None
    assert judge.scores(session.timeline.values).train.examples == 3


def test_what_is_made_for_training_only_is_left_out() -> None:
    """A dropout's mask, and what is drawn of the data: other names stand for them."""
    equations = {"B": "X * 0.1", "H": "tanh(B @ W)", "D": "H * 7", "A": "sigmoid(D)", "L": "Y * 1", "J": LOGLOSS}
    equations["J"] = equations["J"].replace("Y", "L")
    session = small(equations, DATA, WEIGHTS, m=3.0)
    plain = small({"H": "tanh(X @ W)", "A": "sigmoid(H)", "J": LOGLOSS}, DATA, WEIGHTS, m=3.0)
    standing = {"B": Name("X"), "D": Name("H"), "L": Name("Y")}
    test = {"X": np.array([[0.3], [-2.0]]), "Y": np.array([[0.0], [1.0]])}
    found = Judge(session.program, test, standing).scores(session.timeline.values)
    assert found == Judge(plain.program, test).scores(plain.timeline.values)
    assert found.test.examples == 2


def test_only_what_is_wanted_is_computed() -> None:
    session = small({"A": "sigmoid(X @ W)", "J": LOGLOSS}, DATA, WEIGHTS, m=3.0)
    shapes = {"X": (5, 1), "Y": (5, 1)}
    only = Applied.of(session.program, ("A",), shapes, 5)
    assert [step.out for step in only.steps] == ["A:1", "A"]
    assert only.reads == ("X", "W")
    stands = Applied.of(session.program, ("J",), shapes, 5, {"A": Number(0.5)})
    assert stands.reads == ("Y",)
    labels = np.array([[1], [0], [1], [1], [0]])
    assert stands.run({"Y": labels})["J"] == pytest.approx(np.log(2))


def test_nothing_is_computed_again_while_the_parameters_are_the_same(monkeypatch) -> None:
    session = Session(load("iris"))
    runs = []
    run = Applied.run
    monkeypatch.setattr(Applied, "run", lambda self, values: runs.append(1) or run(self, values))
    for command in ("start", "step", "next", "finish", "goto 1:dW1"):
        session.execute(command)
        assert session.view.judged.scores is not None
    assert len(runs) == 1
    session.execute("end")
    assert session.view.judged.scores is not None
    assert len(runs) == 2


def test_in_passing_there_are_scores_of_small_networks_only(tmp_path: Path, monkeypatch) -> None:
    session = divided(tmp_path, "class")
    judged = session.view.judged
    assert judged.in_passing == judged.scores
    assert 100 < judged.judge.work < LIGHT
    monkeypatch.setattr("bpdebug.debugger.metrics.LIGHT", judged.judge.work - 1)
    assert judged.in_passing is None
    assert judged.scores is not None


def test_in_words(tmp_path: Path) -> None:
    scores = divided(tmp_path, "class", test=30).view.judged.scores
    first, second = (f"{each.accuracy:.4g}" for each in (scores.test, scores.train))
    assert sentence(scores) == f"accuracy {first} on 30 test examples, {second} on the 120 trained on"
    assert brief(scores) == f"accuracy {first} test, {second} train"
    assert record(scores)["test"]["accuracy"] == scores.test.accuracy
    scores = divided(tmp_path, "number").view.judged.scores
    assert sentence(scores, ascii=True).startswith("R2 ")
    assert sentence(scores).count("; ") == 1
    lines = table(scores, "J").splitlines()
    assert [line.split("  ")[0] for line in lines] == ["", "R²", "mean squared error", "J"]
    assert len({line.rindex(line.split()[-1]) for line in lines[1:]}) == 1
