"""What stops know of a run beforehand: the places found without executing are those that executing finds."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from msgspec.structs import replace

from bpdebug.debugger import foresight
from bpdebug.debugger.ailing import Climbing
from bpdebug.debugger.body import Body
from bpdebug.debugger.columns import rounded_once
from bpdebug.debugger.foresight import Known, Remembered
from bpdebug.debugger.health import RISING, SIGNS, risen
from bpdebug.debugger.session import Session
from bpdebug.debugger.triggers import Passing, Trigger
from bpdebug.machine.findings import Looked
from bpdebug.machine.timeline import Timeline
from bpdebug.ops import OPS
from tests.debugger.scenes import loaded, opened, said

STOPS = (
    "break dW2",
    "break 17:J",
    "tbreak Z1",
    "tbreak if J < 0.69",
    "break if J > 0.9999 * previous(J)",
    "break if J < 0.6931",
    "break dW1 if J < 0.693",
    "break 31:dZ1 if norm(dW1) > 0",
    "break W1 if norm(W1) > 2.1",
    "break if norm(dW1) > 1.05 * previous(norm(dW1))",
    "break if exp(J) > 2",
    "break if all(W1 > previous(W1))",
    "break if W1 > -0.5",
    "break if learning_rate * norm(dW2) > 0.06",
    "watch J",
    "watch J > 0.69",
    "watch W1[0,1] > 0.2",
    "watch b2[0,0]",
    "watch dZ1[0,0] > 0",
    "watch norm(W1) > norm(dW1)",
    "watch learning_rate",
    "break if largest_update > 0.05",
    "break if largest_update > 1.01 * previous(largest_update)",
    "watch largest_update * W1[0,1] > 0.01",
    "watch Z1[0,0]",
    "watch dW1",
)
SEEN = (
    "break if norm(W1) > 99",
    "break if norm(dW1) > 99",
    "break W1 if norm(W1) > 99",
    "watch W1[0,1] > 99",
    "break if exp(norm(dW1)) * norm(W1) > 1e99",
    "break if learning_rate * norm(dW2) > 99",
)
"""Stops that only see to it that numbers are kept."""
EDITS = ("W1[0,1] = 0.5", "b2 = 30", "learning_rate = 3", "dW2[0,0] = 0/0", "Z1[0,1] = -2", "X[0,0] = 9")


def blind(trigger: Trigger, timeline: Timeline) -> Known:
    """Nothing is known beforehand: everything is executed, as if it had never been looked at."""
    return Remembered(Looked())


def lines(seed: int, steps: int, iterations: int) -> list[str]:
    """Commands of somebody who searches, forwards and back."""
    random = np.random.default_rng(seed)
    found = ["disable health"] if seed % 3 else []
    for _ in range(40):
        kind, some = random.random(), int(random.integers(1, 9))
        place = f"{random.integers(1, iterations + 1)}:{random.integers(1, steps + 1)}"
        if kind < 0.2:
            found.append(str(random.choice(STOPS)))
        elif kind < 0.3:
            found.append(f"ignore {some} {random.choice([1, 2, 7, 40])}")
        elif kind < 0.35:
            found.append(f"{random.choice(['delete', 'disable', 'enable'])} {some}")
        elif kind < 0.4:
            found.append(str(random.choice(["disable health", "enable health", "enable rising", "enable nan"])))
        elif kind < 0.45:
            found.append(f"set {random.choice(EDITS)}")
        elif kind < 0.5:
            found.append(f"branch {random.choice(['main', 'try1', 'try2'])}")
        elif kind < 0.6:
            found += [f"goto {place}"]
        else:
            found.append(
                str(random.choice(["c", "rc", "rc 2", "c 3", "rf", "rn 3", "f", "last J", "last W1[0,1]", "end"]))
            )
    return found


def told(session: Session, commands: list[str]) -> list[object]:
    """What is answered to each, and what becomes of the stops."""
    return [
        (
            line,
            session.execute(line).text,
            session.timeline.position,
            [(each.hits, each.ignored) for each in session.stops],
        )
        for line in commands
    ]


@pytest.mark.parametrize("seed", range(40))
def test_a_search_ends_where_one_that_executes_everything_does(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = replace(loaded("xor"), iterations=150)
    monkeypatch.setattr(foresight, "NEAR", 1 + seed % 5)
    commands = lines(seed, len(scenario.program.steps), 150)
    answers = told(Session(scenario), commands)
    for each in (Trigger, Passing):
        monkeypatch.setattr(each, "known", blind)
    assert answers == told(Session(scenario), commands)


@pytest.mark.parametrize("place", ["6:30", "6:36", "7:5"])
@pytest.mark.parametrize("edit", EDITS)
def test_where_values_were_written_over_it_ends_there_too(
    edit: str, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = replace(loaded("xor"), iterations=11)
    begin = ["disable health", *SEEN, f"goto {place}", f"set {edit}", "c", "rc", "delete all", "end"]
    ways = [*["rc"] * 4, "goto 7:9", "rc", "goto 6:33", "c", "c", "delete all", "end"]
    commands = [line for stop in STOPS for line in (stop, *ways)]
    answers = told(Session(scenario), begin + commands)
    for each in (Trigger, Passing):
        monkeypatch.setattr(each, "known", blind)
    assert answers == told(Session(scenario), begin + commands)


@pytest.mark.parametrize("seen", [[], ["c", "c", "c", "end"]])
@pytest.mark.parametrize("line", ["rc", "rf", "rn 3", "c", "f 2", "5 c"])
def test_what_goes_wrong_on_the_way_is_met_where_it_does(
    line: str, seen: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = replace(loaded("xor"), iterations=40)
    wrong = ["goto 20:J", "set learning_rate = 1e200", *seen]
    stops = ["break dZ1", "break if J < 9", "break W1 if J < 9"]
    places = ("21:3", "21:30", "22:J", "23:dW1", "30:1")
    there = (line, "goto 21:30", "rc", line, line, "rc", line, "end", "rc")
    ways = [each for place in places for each in (f"goto {place}", *there)]
    commands = [*wrong, *ways, *stops, *ways, "delete all", "enable all", *ways]
    answers = told(Session(scenario), commands)
    for each in (Trigger, Passing):
        monkeypatch.setattr(each, "known", blind)
    assert answers == told(Session(scenario), commands)


@pytest.mark.parametrize("line", ["rc", "c"])
@pytest.mark.parametrize("place", ["20:40", "21:3", "21:9", "21:40", "22:1"])
def test_what_is_known_of_a_part_of_an_iteration_hides_nothing_that_its_end_tells(
    line: str, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = replace(loaded("xor"), iterations=40)
    wrong = ["disable health", "goto 20:J", "set learning_rate = 1e200", "watch b2[0,0] < -1e300"]
    seen = [f"goto {place}", "c" if line == "rc" else "rc", "enable nan", "end" if line == "rc" else "start"]
    answers = told(Session(scenario), [*wrong, *seen, line, line])
    for each in (Trigger, Passing):
        monkeypatch.setattr(each, "known", blind)
    assert answers == told(Session(scenario), [*wrong, *seen, line, line])


@pytest.mark.parametrize("entry", ["W1[2,0]", "W1[2,:]", "W1", "b1[2,0]", "W1[2,0] + b1[2,0]", "sum(W1[1:3,:])", "W3"])
@pytest.mark.parametrize("rate", ["0.3", "0"])
def test_an_entry_that_rests_is_found_where_it_changed_last(
    entry: str, rate: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = replace(loaded("three-layer"), iterations=170)
    rests = ["disable health", "goto 40:b1", "set b1[2,0] = -100", "goto 100:W2", f"set learning_rate = {rate}", "end"]
    ways = ["rc", "rc", "goto 70:1", "rc", "c", "goto 39:dW1", "c", "c", "end"]
    looks = ["end", f"last {entry}", f"last {entry}", "goto 90:2", f"last {entry}", "end", f"watch {entry}", *ways]
    answers = told(Session(scenario), [*rests, *looks])
    for each in (Trigger, Passing):
        monkeypatch.setattr(each, "known", blind)
    assert answers == told(Session(scenario), [*rests, *looks])


def test_what_changed_long_ago_is_found_without_executing_what_lies_between(monkeypatch: pytest.MonkeyPatch) -> None:
    session = opened("three-layer", iterations=3_000)
    said(session, "disable health", "goto 40:b1", "set b1[2,0] = -100", "end")
    walked = executed(session, monkeypatch)
    assert "iteration 40 / 3,000" in said(session, "last W1[2,0]")
    assert max(walked) < 66 * session.timeline.steps


def executed(session: Session, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A list that grows with every place that one walks from."""
    found: list[int] = []
    walk = Timeline.walk

    def walked(timeline: Timeline, position: int, *rest: object) -> bool:
        found.append(timeline.position)
        return walk(timeline, position, *rest)

    monkeypatch.setattr(Timeline, "walk", walked)
    return found


@pytest.mark.parametrize(
    "stop",
    [
        "break dW2",
        "break 3:dW2",
        "break if J > 2",
        "break if J > 2 * previous(J)",
        "break if J**2 < 0.3",
        "watch J > 0.5",
        "break W1 if J < learning_rate / 4",
        "break if norm(dW1) > 2",
        "break if norm(W1) > 1.01 * previous(norm(W1))",
        "break W2 if norm(dW2) > 0.02 * norm(W2)",
        "break if largest_update > 0.5",
        "watch largest_update > 0.02",
    ],
)
def test_what_is_recorded_of_every_iteration_is_not_executed(stop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    session = opened("xor", iterations=200)
    said(session, "disable health", "end", stop)
    walked = executed(session, monkeypatch)
    said(session, "rc", "c")
    assert not [place for place in walked if place > session.timeline.steps]


@pytest.mark.parametrize(
    "stop", ["watch b2[0,0] > 9", "break if norm(dW1) > 9", "break if any(isnan(Z1))", "watch W1 > 9"]
)
def test_what_was_looked_at_once_is_not_executed_again(stop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    session = opened("xor", iterations=200)
    said(session, stop, "c", "c")
    walked = executed(session, monkeypatch)
    said(session, "rc", "c", "delete all", stop, "end", "rc")
    assert not walked


def test_another_limit_of_a_number_that_was_looked_at_needs_no_execution(monkeypatch: pytest.MonkeyPatch) -> None:
    session = opened("xor", iterations=200)
    said(session, "disable health", "break if norm(dW1) > 9", "c", "delete all")
    walked = executed(session, monkeypatch)
    said(session, "break if norm(dW1) > 0.05 + 1e-9", "rc")
    there = session.timeline.position
    assert not walked
    assert 0 < there < session.timeline.last - session.timeline.steps
    said(session, "s")
    assert float(np.linalg.norm(session.timeline.values["dW1"])) > 0.05


def test_what_a_run_was_found_to_be_is_known_of_its_branches(monkeypatch: pytest.MonkeyPatch) -> None:
    session = opened("xor", iterations=200)
    said(session, "disable health", "break if norm(dW1) > 9", "end", "rc", "goto 150:J", "set W1[0,0] = 2")
    walked = executed(session, monkeypatch)
    said(session, "goto 150:dW2", "rc")
    assert {place // session.timeline.steps for place in walked} == {149}


@pytest.mark.parametrize("count", [0, 1, 3, 4, 60])
def test_costs_together_tell_of_a_rise_what_each_iteration_does(count: int) -> None:
    random = np.random.default_rng(count)
    costs = np.where(random.random(count) < 0.05, np.nan, random.integers(0, 3, count).cumsum() % 17)
    sign, body = SIGNS["rising"], Body(loaded("xor").program)

    class Told:
        def latest_costs(self, many: int) -> list[float]:
            return list(costs[max(0, self.at + 1 - many) : self.at + 1])

        @property
        def iteration(self) -> int:
            return self.at

    told = Told()
    for told.at, shows in enumerate(risen(costs, 1)):
        assert bool(sign.found(body, told)) == shows


@pytest.mark.parametrize("span", [1, 5, 10])
def test_a_rise_is_told_of_any_stretch_as_of_the_whole(span: int) -> None:
    random = np.random.default_rng(span)
    costs = random.normal(size=400).cumsum() + 3
    whole = np.zeros(400, dtype=bool)
    for end in range((RISING + 1) * span, 401, span):
        whole[end - 1] = risen(costs[end - (RISING + 1) * span : end], span)[-1]
    fires = whole & ~np.append(False, whole[:-1])
    assert fires.any()
    for _ in range(300):
        first, end = sorted(random.integers(0, 401, 2))
        assert Climbing(costs, span).values(first, end).tolist() == fires[first:end].tolist()


def test_a_rising_cost_is_found_again_without_executing(monkeypatch: pytest.MonkeyPatch) -> None:
    session = opened("xor", iterations=200)
    said(session, "disable health", "goto 90:J", "set learning_rate = -0.1", "end", "enable rising")
    walked = executed(session, monkeypatch)
    there = said(session, "rc")
    assert "J rose in 3 iterations running" in there
    assert not walked


@pytest.mark.parametrize("op", [op for op in OPS.values() if rounded_once(op)], ids=lambda op: op.name)
def test_what_is_rounded_once_is_the_same_of_many_numbers_as_of_each(op: object) -> None:
    random = np.random.default_rng(0)
    strange = [0.0, -0.0, 1.0, np.nan, np.inf, -np.inf, 5e-324, 1.7e308]
    forward: Callable[..., np.ndarray] = op.forward
    with np.errstate(all="ignore"):
        for dtype in (np.float64, np.float32):
            given = [
                np.array([*random.permutation(strange), *random.normal(size=300) * 10.0 ** random.integers(-9, 9, 300)])
                for _ in op.inputs
            ]
            arrays = [each.astype(dtype) for each in given]
            together = np.asarray(forward(*arrays), dtype=dtype)
            alone = [np.asarray(forward(*map(np.asarray, each)), dtype=dtype) for each in zip(*arrays, strict=True)]
            assert np.array_equal(together, np.array(alone), equal_nan=True)
