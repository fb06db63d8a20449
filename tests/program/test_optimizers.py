"""Optimizers: held against torch.optim where it is installed, and against what their papers say."""

from __future__ import annotations

import numpy as np
import pytest

from bpdebug.debugger.session import Session
from bpdebug.errors import ScenarioError
from bpdebug.language.expression import Name, walk
from bpdebug.machine.timeline import Timeline
from bpdebug.program.update import OPTIMIZERS
from bpdebug.scenario.load import load
from bpdebug.scenario.record import Scenario
from tests.machine.runs import Straight, random_walk, same_bits

ITERATIONS = 100
SCENARIO = """
title = "An optimizer"
[data]
dataset = {{ name = "two-moons", samples = 30 }}
[network]
layers = [{{ units = 5, activation = "tanh" }}, {{ units = 1, activation = "sigmoid" }}]
cost = "binary-cross-entropy"
[training]
learning_rate = 0.02
iterations = {iterations}
{training}
"""
VARIANTS = (
    "",
    "weight_decay = 0.05",
    "clip_value = 0.01",
    "clip_norm = 0.05",
    "clip_norm = 0.05\nclip_value = 0.01\nweight_decay = 0.05",
)


def scenario(tmp_path, training: str, iterations: int = ITERATIONS) -> Scenario:
    path = tmp_path / "optimizer.toml"
    path.write_text(SCENARIO.format(training=training, iterations=iterations), encoding="utf-8")
    return load(str(path))


@pytest.fixture
def torch():
    return pytest.importorskip("torch", reason="torch is not installed")


def tuned(torch, name: str, parameters, decay: float):
    """torch's optimizer of a name."""
    common = {"lr": 0.02, "weight_decay": decay}
    return {
        "sgd": lambda: torch.optim.SGD(parameters, **common),
        "momentum": lambda: torch.optim.SGD(parameters, momentum=0.9, **common),
        "nesterov": lambda: torch.optim.SGD(parameters, momentum=0.9, nesterov=True, **common),
        "adagrad": lambda: torch.optim.Adagrad(parameters, **common),
        "rmsprop": lambda: torch.optim.RMSprop(parameters, **common),
        "adam": lambda: torch.optim.Adam(parameters, **common),
        "adamw": lambda: torch.optim.AdamW(parameters, **common),
    }[name]()


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_it_moves_as_torch_does(name: str, variant: str, tmp_path, torch) -> None:
    made = scenario(tmp_path, f'optimizer = "{name}"\n{variant}')
    walker = Timeline(made.program, made.values, iterations=ITERATIONS)
    walker.seek(walker.last)
    data = {key: torch.tensor(np.array(made.values[key])) for key in ("X", "Y")}
    parameters = {key: torch.tensor(np.array(made.values[key]), requires_grad=True) for key in made.program.parameters}
    decay = 0.05 if "weight_decay" in variant else 0.01 if name == "adamw" else 0.0
    optimizer = tuned(torch, name, list(parameters.values()), decay)
    for _ in range(ITERATIONS):
        optimizer.zero_grad()
        hidden = torch.tanh(parameters["W1"] @ data["X"] + parameters["b1"])
        output = torch.sigmoid(parameters["W2"] @ hidden + parameters["b2"])
        torch.nn.functional.binary_cross_entropy(output, data["Y"]).backward()
        if "clip_norm" in variant:
            torch.nn.utils.clip_grad_norm_(parameters.values(), 0.05)
        if "clip_value" in variant:
            torch.nn.utils.clip_grad_value_(parameters.values(), 0.01)
        optimizer.step()
    for key, value in parameters.items():
        np.testing.assert_allclose(walker.values[key], value.detach().numpy(), rtol=1e-12, atol=1e-12)


def rates(made: Scenario, count: int) -> list[float]:
    """The learning rates of the first updates."""
    walker = Timeline(made.program, made.values, iterations=count)
    found = []
    for number in range(count):
        walker.seek((number + 1) * walker.steps)
        found.append(walker.values["rate"].item())
    return found


@pytest.mark.parametrize(
    ("training", "scheduler"),
    [
        (
            'schedule = { name = "step", every = 7, drop = 0.5 }',
            lambda lr, made: lr.StepLR(made, step_size=7, gamma=0.5),
        ),
        ('schedule = { name = "exponential", drop = 0.9 }', lambda lr, made: lr.ExponentialLR(made, gamma=0.9)),
        ('schedule = "cosine"', lambda lr, made: lr.CosineAnnealingLR(made, T_max=ITERATIONS)),
        ('schedule = { name = "cosine", updates = 30 }', lambda lr, made: lr.CosineAnnealingLR(made, T_max=30)),
        ("schedule = { warmup = 10 }", lambda lr, made: lr.LambdaLR(made, lambda done: min(1.0, (done + 1) / 10))),
    ],
)
def test_the_learning_rate_goes_as_with_torch(training: str, scheduler, tmp_path, torch) -> None:
    parameter = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([parameter], lr=0.02)
    made = scheduler(torch.optim.lr_scheduler, optimizer)
    expected = []
    for _ in range(30):
        expected.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        made.step()
    np.testing.assert_allclose(rates(scenario(tmp_path, training), 30), expected, rtol=1e-12, atol=1e-17)


def test_one_cycle_rises_and_falls_to_nothing(tmp_path) -> None:
    made = scenario(tmp_path, 'schedule = { name = "one-cycle", rise = 0.25, updates = 40 }', 40)
    found = rates(made, 40)
    assert found[0] == 0
    np.testing.assert_allclose(found[10], 0.02)
    np.testing.assert_allclose(np.diff(found[:11]), 0.002)
    np.testing.assert_allclose(np.diff(found[10:]), -0.02 / 30)


@pytest.mark.parametrize("name", ["cosine", "one-cycle"])
def test_after_its_last_update_a_schedule_stays_at_nothing(name: str, tmp_path) -> None:
    found = rates(scenario(tmp_path, f'schedule = {{ name = "{name}", updates = 5 }}', 12), 12)
    assert min(found) >= 0
    np.testing.assert_allclose(found[5:], 0, atol=1e-17)


def test_the_rate_of_now_stands_in_every_update(tmp_path) -> None:
    made = scenario(tmp_path, 'optimizer = "adamw"\nschedule = "cosine"')
    for each in made.program.equations:
        read = {node.id for node in walk(each.expr) if isinstance(node, Name)}
        assert ("learning_rate" in read) == (each.name == "rate"), each.name


@pytest.mark.parametrize(
    "training",
    ['optimizer = "adam"', 'optimizer = "nesterov"\nclip_norm = 0.05', 'optimizer = "adamw"\nschedule = "cosine"'],
)
def test_any_walk_shows_what_a_fresh_run_does(training: str, tmp_path) -> None:
    """What an optimizer keeps crosses iterations as the parameters do."""
    made = scenario(tmp_path, training, 50)
    program = made.program
    given = {name: np.asarray(value) for name, value in program.constants.items()}
    zeros = {name: np.zeros(program.shapes[name]) for name in program.states}
    straight = Straight.of(program, {**given, **made.values, **zeros}, 50)
    for budget in (0, 5_000, 10**6):
        walker = Timeline(program, made.values, iterations=50, budget=budget)
        for position in random_walk(np.random.default_rng(budget), walker.last, 25):
            walker.seek(position)
            assert same_bits(walker.values, straight.at(position))


def test_the_first_step_of_adam_has_the_size_of_the_learning_rate(tmp_path) -> None:
    """Kingma and Ba, section 2.1: |Δ| is at most about the step size, whatever the gradients' scale."""
    made = scenario(tmp_path, 'optimizer = "adam"')
    walker = Timeline(made.program, made.values, iterations=1)
    walker.seek(walker.last)
    moved = np.abs(walker.values["W1"] - made.values["W1"])
    np.testing.assert_allclose(moved, 0.02, rtol=1e-4)


def test_what_is_kept_can_be_read_watched_and_explained(tmp_path) -> None:
    session = Session(scenario(tmp_path, 'optimizer = "adam"'))
    for line, words in (
        ("formula vdW1", "kept by the update from iteration to iteration, (5, 2) = (n1, n0); it begins as zeros"),
        ("print vdW1", "[[0. 0.]"),
        ("print t", "t = 0"),
        ("break vdW1", "stop 1"),
        ("continue", "vdW⁽¹⁾ = beta1 * vdW⁽¹⁾ + (1 − beta1) * dW⁽¹⁾"),
        ("why vdW1", "It is read by"),
        ("watch sdW1[0,0]", "stop 2"),
        ("continue", "sdW"),
        ("explain W1[0,1]", "is a parameter"),
        ("last vdW1[0,1]", "vdW"),
        ("set vdW1 = 0", "branch try1"),
        ("end", "J fell from"),
    ):
        reply = session.execute(line)
        assert reply.ok, (line, reply.text)
        assert words in reply.text, (line, reply.text)


@pytest.mark.parametrize(
    ("training", "message"),
    [
        ("momentum = 0.9", 'momentum goes with momentum or nesterov, not with "sgd"'),
        ('optimizer = "adam"\nmomentum = 0.9', 'momentum goes with momentum or nesterov, not with "adam"'),
        ('optimizer = "adam"\nbeta1 = 1.0', "expected a number from 0 to below 1, found 1.0"),
        ('schedule = { name = "cosine", drop = 0.5 }', 'drop goes with step or exponential, not with "cosine"'),
        ('schedule = { name = "one-cycle", rise = 0 }', "expected a number between 0 and 1, found 0"),
        ('schedule = "cosin"', 'did you mean "cosine"?'),
        ("clip_norm = 0", "expected a number above 0, found 0"),
        ('optimizer = "adm"', 'did you mean "adam"?'),
    ],
)
def test_what_is_refused(training: str, message: str, tmp_path) -> None:
    with pytest.raises(ScenarioError, match=message.replace("?", r"\?")):
        scenario(tmp_path, training)
