"""Runs that draw, as a user meets them: epochs as places, batches that differ, masks, and how the training is."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpdebug.debugger.session import Session
from bpdebug.scenario.load import load

DEAD = """
[data]
dataset = {{ name = "two-moons", samples = 40 }}
[parameters]
b1 = {{ values = [{}] }}
[network]
layers = [ {{ units = 3, activation = "relu" }}, {{ units = 1, activation = "sigmoid" }} ]
cost = "binary-cross-entropy"
[training]
batch_size = 8
epochs = 4
learning_rate = 0.001
"""
MASKED = """
[sizes]
n1 = 5
[data]
dataset = {{ name = "two-moons", samples = 40 }}
[parameters]
W1 = {{ shape = ["n1", 2], init = "he" }}
W2 = {{ shape = [1, "n1"], init = "xavier" }}
[network]
forward = '''
A1 = relu(W1 @ X)
{}
A2 = sigmoid(W2 @ (A1 * D1 / 0.75))
J = -sum(Y * log(A2) + (1 - Y) * log(1 - A2)) / m
'''
cost = "J"
[training]
batch_size = 8
epochs = 2
learning_rate = 0.1
"""


@pytest.fixture(scope="module")
def session() -> Session:
    return Session(load("mini-batches"))


def said(session: Session, *lines: str) -> str:
    text = ""
    for line in lines:
        reply = session.execute(line)
        text = reply.text
        assert reply.ok, (line, text)
    return text


def refused(session: Session, line: str) -> str:
    reply = session.execute(line)
    assert not reply.ok, (line, reply.text)
    return reply.text


def test_an_epoch_is_a_place(session: Session) -> None:
    assert said(session, "goto epoch 3").startswith("iteration 11 / 200 · epoch 3 · batch · step 1 / ")
    assert "iteration 16 / 200 · epoch 4 · backward" in said(session, "goto epoch 4:dW1")
    assert "expected an epoch from 1 to 40, got '41'; each is 5 iterations" in refused(session, "goto epoch 41")
    assert "expected an epoch from 1 to 40, got 'two'" in refused(session, "goto epoch two")


def test_an_epoch_can_be_stopped_at(session: Session) -> None:
    said(session, "start", "delete all")
    assert "iteration 26 / 200 · epoch 6 · batch" in said(session, "break epoch 6", "continue")
    said(session, "delete all")


def test_conditions_hold_in_batches_of_either_size(session: Session) -> None:
    said(session, "start", "delete all", "disable health")
    assert "iteration 5 / 200" in said(session, "break if X.shape[0] < 32", "continue")
    assert "iteration 10 / 200" in said(session, "continue")
    assert "iteration 10 / 200" in said(session, "reverse-continue")
    assert "iteration 5 / 200" in said(session, "reverse-continue")
    said(session, "delete all")
    assert "another shape: (32, 4) → (22, 4)" in said(session, "goto 4:X", "watch X", "continue")
    said(session, "delete all", "enable health")


def test_what_was_of_another_shape_is_not_compared_entry_by_entry(session: Session) -> None:
    assert "another shape: (32, 4) against (22, 4)" in said(session, "diff 4:X 5:X of X")
    assert "\nX       another shape: (32, 4) against (22, 4)" in said(session, "diff 4:X 5:X")
    said(session, "goto 5:X")
    assert "another number of examples" in refused(session, "print X - previous(X)")
    assert said(session, "goto 4:X", "print sum(abs(X - previous(X))) > 0").endswith("= 1")


def test_the_same_iteration_draws_the_same_again(session: Session) -> None:
    first = said(session, "goto 7:D1", "print D1")
    said(session, "goto 150", "start", "goto 12:D1")
    assert said(session, "print D1") != first
    assert said(session, "goto 7:D1", "print D1") == first


def test_another_seed_draws_otherwise() -> None:
    masks = [said(Session(load("mini-batches", seed=seed)), "goto D1", "print D1") for seed in (1, 2)]
    assert masks[0] != masks[1]


def test_metrics_are_of_all_examples_and_draw_nothing(session: Session) -> None:
    assert "150 examples" in said(session, "goto end", "metrics")
    assert said(session, "metrics") == said(session, "metrics")


@pytest.mark.parametrize(
    "mask",
    [
        "D1 = rand(n1, m) > 0.25",
        "D1 = 0.75 > rand(n1, m)",
        "D1 = 0.25 <= rand(n1, m)",
        "D1 = where(rand(n1, m) < 0.75, 1, 0)",
        "D1 = 1 - (rand(n1, m) < 0.25)",
        "U1 = rand(n1, m)\nD1 = U1 < 0.75",
    ],
)
def test_a_mask_counts_for_what_it_is_on_average_however_it_is_written(mask: str, tmp_path: Path) -> None:
    told = []
    for written in ("D1 = rand(n1, m) < 0.75", mask):
        path = tmp_path / "masked.toml"
        path.write_text(MASKED.format(written), encoding="utf-8")
        told.append(said(Session(load(str(path))), "goto J", "metrics"))
    assert "40 examples" in told[0]
    assert told[0] == told[1]


def test_what_is_masked_rests_because_it_is_multiplied_by_0(session: Session) -> None:
    text = said(session, "goto 11:J", "nudge W1[0,1]")
    assert "  H⁽¹⁾ changes in column 1, 12 of 256 entries: the other 4 are multiplied by 0" in text


def test_what_the_batch_is_made_of_is_nudged_where_it_was_drawn(session: Session) -> None:
    assert "nudge what is made of it there, X" in refused(session, "nudge X_all[0,0]")


def test_a_mask_is_drawn_anew_where_examples_lie_otherwise() -> None:
    text = said(Session(load("mini-batches")), "goto dZ2", "switch orientation columns")
    assert "D⁽¹⁾: drawn anew, in the order in which the entries lie now" in text
    assert "H⁽¹⁾, Z⁽²⁾, A⁽²⁾, J, dZ⁽²⁾: other values" in text
    assert "the same to 5" not in text
    assert "drawn anew" not in said(Session(load("iris")), "goto dZ2", "switch orientation columns")


@pytest.mark.parametrize(("begins", "told"), [("[-9.0], [0.0], [0.0]", 1), ("[-2.2], [0.0], [0.0]", 0)])
def test_a_unit_is_dead_if_no_example_at_all_wakes_it(begins: str, told: int, tmp_path: Path) -> None:
    """One that is 0 for all of some batch only is not."""
    path = tmp_path / "dead.toml"
    path.write_text(DEAD.format(begins), encoding="utf-8")
    session = Session(load(str(path), seed=3))
    found = []
    for iteration in range(1, 21):
        said(session, f"goto {iteration}:A1")
        found.append(bool((session.timeline.values["A1"][0] == 0).all()))
    assert any(found)
    assert all(found) == bool(told)
    body = session.stops.health["dead"].trigger.body  # type: ignore[attr-defined]
    said(session, "goto 1", "finish", "goto 1:b2")
    sign = session.stops.health["dead"].trigger.sign  # type: ignore[attr-defined]
    tell = []
    for iteration in range(20):
        session.timeline.seek((iteration + 1) * session.timeline.steps)
        tell.append(bool(sign.found(body, session.timeline)))
    assert any(tell) == bool(told)
