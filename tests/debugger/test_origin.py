"""origin names the operation that made the first NaN or infinity, however much later it is noticed, and says why."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from bpdebug.debugger.ancestry import Tracing
from bpdebug.debugger.session import Session
from bpdebug.language.expression import Name
from bpdebug.scenario.load import load
from tests.debugger.scenes import opened, refused, said, small

LATER = 500
"""Iterations after which it is noticed."""

NETWORK = """
title = "Breaks"
[data]
X.values = [[0.5, -1.0, 2.0, 1.5], [1.0, 0.4, -0.3, 0.8]]
Y.values = [[1, 0, 1, 0]]
[network]
{network}
[training]
learning_rate = {rate}
iterations = 620
"""
LAYERS = """layers = [{ units = 3, activation = "tanh" }, { units = 1, activation = "sigmoid" }]
cost = "binary-cross-entropy"
"""


def written(folder: Path, forward: str, parameters: str, rate: float) -> Session:
    """A session of a scenario file whose forward pass is given."""
    network = f'forward = """\n{forward}\n"""\ncost = "J"'
    text = NETWORK.format(network=network, rate=rate).replace("[network]", f"[parameters]\n{parameters}\n[network]")
    path = folder / "breaks.toml"
    path.write_text(text, encoding="utf-8")
    return Session(load(str(path)), notation="ascii")


def noticed(session: Session, iteration: int = LATER + 100) -> str:
    """What origin nan says when it is asked only at the end of this iteration, with the time that it takes."""
    said(session, "disable health", f"goto {iteration}:{session.timeline.steps}")
    begin = process_time()
    text = said(session, "origin nan")
    assert process_time() - begin < 1.0
    return text


def first_of_all(session: Session) -> tuple[int, int]:
    """By running from the start: which iteration and step first gave something that is not finite."""
    timeline = session.timeline.fork()
    timeline.seek(0)
    for position in range(1, timeline.last + 1):
        timeline.seek(position)
        step = timeline.program.steps[timeline.step - 1]
        if not np.isfinite(timeline.here[step.out]).all():
            return timeline.iteration, timeline.step
    raise AssertionError("nothing breaks")


def here(session: Session) -> tuple[int, int]:
    return session.timeline.iteration, session.timeline.step


CASES: Mapping[str, tuple[str, str, float, str, list[str]]] = {
    "log of 0": (
        "Z = W @ X\nA = sigmoid(Z)\nJ = -sum(Y * log(A) + (1 - Y) * log(1 - A)) / m",
        "W.values = [[0.1, 0.2]]",
        900.0,
        "log",
        ["= -infinity: log was given", "the logarithm falls without bound towards 0", "sigmoid of Z[", "rounds to it"],
    ),
    "exp overflows": (
        "Z = W @ X\nE = exp(Z)\nJ = -sum(Z) / m + 0 * sum(E)",
        "W.values = [[1.0, 1.0]]",
        9.0,
        "exp",
        ["infinity: exp of Z[", "more than 1.8e+308, the largest number there is"],
    ),
    "0 / 0": (
        "Z = W @ X\nA = relu(Z)\nS = sum(A, axis=0, keepdims=True)\nP = A / S\nJ = sum(A) / m + sum((P - 1) ** 2)",
        "W.values = [[0.4, 0.5], [0.6, 0.3]]",
        0.1,
        "divide",
        ["divide was given A[", "0 / 0 has no value", "S[", "all of its 2 terms are 0"],
    ),
    "learning rate": (
        "Z = W @ X\nJ = sum((Z - Y) ** 2) / m",
        "W.values = [[0.1, 0.2]]",
        7.0,
        "",
        ["infinity", "The weights blew up. The norm of W by iteration", "smaller learning_rate than 7"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_right_operation_is_named_500_iterations_later(case: str, tmp_path: Path) -> None:
    forward, parameters, rate, op, words = CASES[case]
    session = written(tmp_path, forward, parameters, rate)
    begun = first_of_all(session)
    assert begun[0] + LATER < 620
    text = noticed(session, begun[0] + 1 + LATER)
    assert here(session) == begun
    step = session.program.steps[begun[1] - 1]
    assert op in ("", step.op.name)
    assert [each for each in words if each not in text] == []


def test_nan_in_the_data_is_told_with_its_place() -> None:
    scenario = load("three-layer")
    x = np.array(scenario.values["X"])
    x[1, 5] = np.nan
    session = Session(replace(scenario, values={**scenario.values, "X": x}, iterations=620), notation="ascii")
    text = noticed(session)
    assert "X[1, 5] is NaN in the data (feature 1, example 5)." in text
    assert here(session) == (0, 1)
    assert "X[1, 5] is NaN in the data" in said(session, "end", "origin W1[0,0]")


def test_a_weight_that_begins_as_nan_is_told() -> None:
    data: dict[str, Any] = {"X": [[1.0, 2.0], [3.0, 4.0]]}
    session = small({"Z": "X @ W", "J": "sum(Z * Z)"}, data, {"W": [[1.0], [np.inf]]})
    assert "W[1, 0] is infinity as the run begins" in said(session, "end", "origin nan")
    assert here(session) == (0, 1)


@pytest.mark.parametrize("what", ["X[1,5]", "W2[0,1]", "dZ2[1,2]", "Z1[0,0]"])
def test_what_was_written_over_is_told(what: str) -> None:
    session = opened("three-layer", iterations=60, notation="ascii")
    said(session, "disable health", "goto 4:dZ2", f"set {what} = 0/0")
    edited = session.timeline.position
    text = said(session, "goto 50:3", "origin nan")
    assert session.timeline.position == edited
    assert "was written over here" in text


def test_the_learning_rate_of_a_branch_is_the_one_that_is_blamed() -> None:
    session = opened("three-layer", notation="ascii", iterations=600)
    text = said(session, "disable health", "set learning_rate = 100", "end", "origin nan")
    assert "smaller learning_rate than 100." in text
    assert "log was given A3[0, 4] = 0" in text
    assert "rounds to it: saturated" in text
    assert here(session) == (2, 10)


def test_infinity_on_its_way_to_nan_is_told(tmp_path: Path) -> None:
    forward, parameters, rate, _, _ = CASES["log of 0"]
    session = written(tmp_path, forward, parameters, rate)
    assert "It became NaN in " in noticed(session)


def test_where_nothing_is_strange_it_says_so_and_where_it_would_be(tmp_path: Path) -> None:
    session = opened("three-layer")
    assert said(session, "goto 5", "origin nan").startswith("nothing is NaN or infinite here")
    assert said(session, "origin inf").startswith("nothing is infinite here")
    forward, parameters, rate, _, _ = CASES["learning rate"]
    broken = written(tmp_path, forward, parameters, rate)
    said(broken, "disable health", "end", "start")
    told = said(broken, "origin nan")
    place = told.split("goto ")[1].split(",")[0]
    assert "The weights blew up" in said(broken, f"goto {place}", "origin nan")


def test_a_finite_entry_leads_to_what_wrote_it() -> None:
    session = opened("three-layer", notation="ascii")
    said(session, "goto 5:dW2", "origin A1[0,0]")
    assert here(session) == (4, 3)
    said(session, "goto 5:dW2", "origin W1[0,1]")
    assert session.timeline.iteration == 3
    assert session.program.steps[session.timeline.step - 1].out == "W1"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("origin", "expected nan, inf or an entry"),
        ("origin X[0,0]", "is given: no operation made it"),
        ("origin dW1[0,0]", "dW1 has no value yet"),
        ("origin dW1", "origin dW1[4, 3]"),
        ("origin nam", "there is no 'nam'"),
        ("origin W1[9,9]", "there is no entry"),
    ],
)
def test_what_cannot_be_followed_is_refused(line: str, words: str) -> None:
    session = opened("three-layer")
    said(session, "goto 2:Z1")
    assert words in refused(session, line)


def test_it_can_be_stopped_and_nothing_has_moved() -> None:
    session = small({"Z": "X * W", "J": "sum(Z)"}, {"X": [1.0, np.nan]}, {"W": [1.0, 2.0]}, iterations=50)
    said(session, "disable health", "end")
    reply = session.execute("origin nan", cancelled=lambda: True)
    assert not reply.ok
    assert session.timeline.position == session.timeline.last


@pytest.mark.parametrize("seed", range(16))
def test_the_way_back_ends_at_finite_numbers(seed: int) -> None:
    """Whatever is written over with NaN or infinity, every way back from what it spoilt ends there."""
    random = np.random.default_rng(seed)
    session = opened("three-layer", iterations=12, notation="ascii")
    steps = session.timeline.steps
    begin = int(random.integers(1, 8 * steps))
    said(session, "disable health", f"goto {begin // steps + 1}:{begin % steps + 1}")
    names = [each for each in session.timeline.values if each.isidentifier() and session.timeline.values[each].ndim]
    name = names[int(random.integers(len(names)))]
    at = [int(random.integers(length)) for length in session.timeline.values[name].shape]
    value = "0/0" if seed % 2 else "1/0"
    said(session, f"set {name}[{','.join(map(str, at))}] = {value}")
    edited = session.timeline.position
    said(session, f"goto 12:{int(random.integers(1, steps + 1))}")
    spoilt = [(each, array) for each, array in session.timeline.values.items() if not np.isfinite(array).all()]
    tracing = Tracing(session.timeline.fork())
    for at_ in random.permutation(len(spoilt))[:8]:
        each, array = spoilt[at_]
        places = np.argwhere(~np.isfinite(array))
        index = tuple(map(int, places[int(random.integers(len(places)))]))
        links = tracing.back(each, index, session.timeline.position)
        assert [a.writer.position for a in links] == sorted((a.writer.position for a in links), reverse=True)
        last = links[-1].writer
        if last.edit is None:
            step, arrays, _ = tracing.executed(links[-1])
            assert last.position > edited
            assert all(np.isfinite(array).all() for array in arrays) or all(
                not isinstance(given, Name) or np.isfinite(array[place]).all()
                for given, array, place in _entries(step, arrays, links[-1])
            )


def _entries(step: Any, arrays: Any, link: Any) -> Any:
    with np.errstate(all="ignore"):
        out = step.op.forward(*arrays, **step.options)
        terms = step.op.contributions(link.index, out, *arrays, **step.options)
    return [(step.inputs[place], arrays[place], at) for term in terms for place, at in term.entries]


@pytest.mark.parametrize("factor", [1.2, 3.0])
def test_weights_that_grow_slowly_but_without_end_are_told_too(factor: float) -> None:
    inputs = np.array([[1.0, 2.0], [3.0, 4.0], [1.0, 5.0], [0.0, 1.0]])
    steepest = np.linalg.eigvalsh(2 * inputs.T @ inputs / 4)[-1]
    session = small(
        {"E": "X @ W - Y", "J": "sum(E ** 2) / m"},
        {"X": inputs, "Y": [[1], [2], [3], [4]]},
        {"W": [[0.1], [0.2]]},
        iterations=2500,
        m=4,
        learning_rate=(1 + factor) / steepest,
    )
    text = said(session, "disable health", "end", "origin nan")
    assert f"{factor:.3g} times as large each time" in text
    assert "a smaller learning_rate" in text
