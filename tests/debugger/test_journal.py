"""A journal brings a session back whole; other bits are told by name; a hostile one does nothing but be refused."""

from __future__ import annotations

import os
import random
import re

import numpy as np
import pytest
from msgspec.structs import replace

from bpdebug.debugger.journal import fingerprint, journal
from bpdebug.debugger.records import LARGEST, Changed, JournalError, escaped, read, unescaped
from bpdebug.debugger.resuming import resumed
from bpdebug.debugger.session import Session
from bpdebug.machine import held, sprint
from bpdebug.machine import timeline as machine
from bpdebug.machine.digests import Diverged
from bpdebug.scenario.load import load
from tests.debugger.scenes import opened, said

SCENARIO = replace(load("xor"), iterations=6)
JOURNALS = int(os.environ.get("BPDEBUG_JOURNALS", "180"))
"""How many mutated journals the slow test reads; 3300 to be thorough."""
FULL = (
    "break dW2 if norm(dW2) < 1e-6",
    "tbreak 4:dW1",
    "watch W1[0,1]",
    "delete 2",
    "ignore 3 2",
    "break if J > previous(J)",
    "disable 4",
    "disable dead",
    "display norm(W1)",
    "goto 2:17",
    "set W1[0,1] = 0.5",
    "mark here",
    "goto 3:dW2",
    "set learning_rate = 1",
    "branch rename hot",
    "branch try1",
    "goto 2:17",
    "set b1 = 2 * b1",
    "branch main",
    "end",
    "start",
    "set X = X + 1",
    "claim dZ2 = A2 - Y",
    "claim dZ2 = (A2 - Y) / m",
    "claim delta1 = W2.T @ dZ2 * (1 - A1 ** 2)",
    "branch hot",
    "goto 3:dZ1",
)


def session(*lines: str) -> Session:
    made = Session(SCENARIO)
    for line in lines:
        said(made, line)
    return made


def again(old: Session) -> Session:
    return resumed(read(journal(old)), SCENARIO).session


def known(made: Session) -> object:
    """All that a session is, in values that can be compared."""
    return (
        [
            (each.name, each.parent, each.words, each.begun, each.timeline.position, *bits(each.timeline))
            for each in made.branches
        ],
        made.branches.current.name,
        made.branches.made,
        [
            (each.number, each.kind, each.words, each.temporary, each.enabled, each.ignored, each.hits)
            for each in made.stops
        ],
        made.stops.last,
        made.displays.own,
        made.displays.last,
        made.marks.kept,
        made.claims,
        made.replaced,
    )


def bits(timeline: machine.Timeline) -> tuple[object, ...]:
    values = timeline.values
    costs = timeline.costs.tobytes()
    return {name: (value.shape, value.tobytes()) for name, value in values.items()}, costs


@pytest.mark.parametrize("count", range(0, len(FULL) + 1, 3))
def test_a_session_comes_back_whole(count: int) -> None:
    old = session(*FULL[:count])
    new = again(old)

    assert known(new) == known(old)
    assert journal(new) == journal(old)


def test_it_goes_on_as_the_other_one_would_have() -> None:
    old = session(*FULL)
    new = again(old)

    for line in (
        "c",
        "info",
        "rc",
        "unmend",
        "claims",
        "break dZ1",
        "set W2 = 0",
        "diff main",
        "goto @here",
        "c",
        "p J",
    ):
        assert new.execute(line).text == old.execute(line).text, line


def test_a_branch_whose_parent_went_another_way_keeps_its_own() -> None:
    old = session("goto 2:3", "set W1 = 0", "goto 4:1", "set W2 = 0", "branch try1", "goto 2:3", "set b1 = 1")
    assert known(again(old)) == known(old)

    said(old, "branch try2")
    said(old, "branch delete try1")
    assert known(again(old)) == known(old)


def test_nothing_done_is_told_in_few_lines() -> None:
    assert journal(session()).splitlines()[5:] == ["run main at 1:0 reached 0 of 6"]


def test_ten_thousand_steps_are_one_line() -> None:
    long = Session(replace(SCENARIO, iterations=10_000))
    said(long, "disable health")
    for _ in range(40):
        said(long, "step 100")
    assert len([line for line in journal(long).splitlines() if not line.startswith(("computed", "health"))]) == 8


def test_another_program_is_refused() -> None:
    written = read(journal(session("s")))
    moved = replace(SCENARIO, values={**SCENARIO.values, "W1": np.nextafter(SCENARIO.values["W1"], 9)})
    with pytest.raises(Changed, match="W1 begins with other numbers than it did"):
        resumed(written, moved)
    others = [
        replace(SCENARIO, iterations=7),
        replace(SCENARIO, dtype="float32"),
        load("xor", orientation="rows"),
        load("xor", bookkeeping="total"),
        load("xor", fused=False),
        load("three-layer"),
    ]
    for other in others:
        with pytest.raises(Changed):
            resumed(written, other)
    assert len({fingerprint(each) for each in (SCENARIO, *others)}) == len(others) + 1


def test_claims_of_the_file_may_change_meanwhile() -> None:
    scenario = load("gradient-checking")
    old = Session(scenario)
    (first, *others) = scenario.claims
    said(old, "finish")
    said(old, f"claim {others[0].name} = 2 * {others[0].text.partition('=')[2]}")
    now = replace(scenario, claims=(replace(first, text=f"{first.text} * 1"), *others))

    new = resumed(read(journal(old)), now).session

    assert new.claims[0].text == f"{first.text} * 1"
    assert new.claims[1:] == old.claims[1:]
    said(new, f"unmend {others[0].name}")
    assert new.claims == now.claims


def test_texts_survive_in_one_line() -> None:
    for text in ("a\\nb", "a\nb\t", "∂J/∂W⁽²⁾", "\x1b[31m", "\udc80", "\U000e0001", "\\", ""):
        assert unescaped(escaped(text)) == text
        assert escaped(text).isprintable()
    for text in ("\\", "\\q", "\\x1", "\\Uffffffff", "\\\\\\"):
        with pytest.raises(JournalError):
            unescaped(text)


def test_what_is_recorded_afterwards_leads_there_from_the_start(tmp_path) -> None:
    new = again(session(*FULL))
    said(new, f"record {tmp_path / 'walk.replay'}")
    said(new, "s", "delete 3")
    lines = (tmp_path / "walk.replay").read_text(encoding="utf-8").splitlines()

    assert known(session(*lines[1:])) == known(new)


def test_of_very_many_lines_no_recording_begins(tmp_path) -> None:
    old = session("s")
    old.recording.begin(["s", "rs"] * 3_000)
    reply = again(old).execute(f"record {tmp_path / 'walk.replay'}")
    assert not reply.ok
    assert "a script holds at most" in reply.text


# other bits than before


def flipped(monkeypatch: pytest.MonkeyPatch, name: str, count: int) -> None:
    """From here on the step that computes `name` flips one bit, when it is executed for the count-th time."""
    true, times = machine.compute, iter(range(10**9))

    def compute(step, bound, dtype):
        value = true(step, bound, dtype)
        if step.out != name or next(times) + 1 != count:
            return value
        wrong = np.array(value)
        wrong.reshape(-1).view(np.uint64)[0] ^= 1
        return wrong

    monkeypatch.setattr(machine, "compute", compute)


@pytest.mark.parametrize(("name", "iteration"), [("Z1", 1), ("dW2", 3), ("W1", 5)])
def test_a_machine_on_which_a_bit_differs_is_told_where(monkeypatch, name: str, iteration: int) -> None:
    old = session("goto 5:W1")
    step = next(at for at, each in enumerate(SCENARIO.program.steps, 1) if each.out == name)
    flipped(monkeypatch, name, iteration)

    found = resumed(read(journal(old)), SCENARIO)

    assert found.parted == f"iteration {iteration}, step {step} ({name})"


def test_what_shows_is_what_this_machine_computed(monkeypatch) -> None:
    old = session("goto 5:W1")
    flipped(monkeypatch, "W1", 5)

    new = resumed(read(journal(old)), SCENARIO).session

    assert new.view.values["W1"].tobytes() != old.view.values["W1"].tobytes()
    assert resumed(read(journal(new)), SCENARIO).parted == f"iteration 5, step {new.timeline.step} (W1)"


def test_of_a_long_run_it_is_told_between_which_iterations(monkeypatch) -> None:
    monkeypatch.setattr(sprint, "SPRINT", 10**9)
    scenario = replace(SCENARIO, iterations=1_000)
    old = Session(scenario)
    said(old, "disable health")
    said(old, "end")
    flipped(monkeypatch, "W1", 500)

    where = resumed(read(journal(old)), scenario).parted

    found = re.fullmatch(r"an iteration from (\d+) to (\d+) \(\d+ iterations\)", where)
    assert found is not None, where
    assert int(found[1]) <= 500 <= int(found[2])


def test_a_branch_that_parts_is_named(monkeypatch) -> None:
    old = session("goto 2:3", "set W1 = 0", "goto 4:dW1", "branch main")
    flipped(monkeypatch, "dW1", 3)  # once on the trunk, then in iterations 2 and 3 of the branch

    where = resumed(read(journal(old)), SCENARIO).parted
    assert re.fullmatch(r"iteration 3, step \d+ \(dW1\), on branch try1", where)


def test_a_step_that_computes_other_bits_within_a_session_is_named_and_nothing_of_it_shows(monkeypatch) -> None:
    monkeypatch.setattr(held, "MOST", 0)
    made = session("goto 4:dW1")
    before = made.view
    flipped(monkeypatch, "Z2", 1)

    reply = made.execute("goto 2:J")

    assert not reply.ok
    assert "of iteration 2, which belongs to Z2, computed other bits" in reply.text
    assert reply.view is before


def test_a_bit_of_a_checkpoint_is_noticed_where_it_is_taken_up(monkeypatch) -> None:
    monkeypatch.setattr(held, "MOST", 0)
    made = session("goto 5:dW1")
    state = made.timeline._past.checkpoints.latest(2)[1]
    state.view(np.uint64)[0] ^= 1

    with pytest.raises(Diverged, match="iteration 2 ended with other bits"):
        made.timeline.seek(2 * made.timeline.steps + 5)
    assert made.view.place.iteration == 5


# journals that nobody wrote

WRITTEN = journal(session(*FULL))


@pytest.mark.parametrize(
    "line",
    [
        "source evil.replay",
        "record /tmp/evil",
        "stop 9: source evil.replay",
        "stop 9: record x",
        "stop 9: goto 3",
        "stop 9: step 100000",
        "stop 9: quit",
        "stop 9: break dW2 if __import__('os').system('touch evil')",
        "stop 1: break dW2",
        "display 1: __import__('os')",
        "display 1: open('x')",
        "display 1: J\\nquit",
        "branch b9 from main by 1\nset 2:1 W1 = __import__('os').getpid()",
        "branch b9 from main by 1\nset 2:1 W1 = ones(9**9, 9**9)",
        "branch b9 from main by 2\nset 2:1 W1 = 0",
        "branch b9 from nobody by 1\nset 2:1 W1 = 0",
        "branch main from main by 1\nset 2:1 W1 = 0",
        "branch b9 from main by 2\nset 2:1 W1 = 0\nset 1:1 W1 = 0",
        "set 2:1 W1 = 0",
        "run main at 1:1 reached 0 of 6",
        "run try1 at 9999:1 reached 0 of 6",
        "run nobody at 1:1 reached 0 of 6",
        "shows nobody",
        "health nobody off",
        "mark ../x main 1:1",
        "mark x main 0:0",
        "mark x main 1:999",
        "claim dW9 at 0: dW9 = open('x')",
        "claim dW9 at 0 of Q: dW9 = A1",
        "claim dW9 at 0 of W2: dW9 = A1\ndenotes dJ(W1)",
        "claim dW9 at 0: import os",
        "claim dW9 at 0: dW9 = A1\nmeans 1 +",
        "program 0123456789abcdef",
        "screen \x1b[31m",
        "typed 99999: step",
        "",
        "nonsense",
    ],
)
def test_a_line_that_nobody_wrote_is_refused(line: str, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(JournalError):
        resumed(read(WRITTEN + line + "\n"), SCENARIO)
    assert not list(tmp_path.iterdir())


def test_what_is_no_journal_is_refused() -> None:
    for text in ("", "bpdebug journal 2\n", "\0", "bpdebug journal 1", "bpdebug journal 1\nscenario x\n"):
        with pytest.raises(JournalError):
            read(text)
    with pytest.raises(JournalError):
        read(WRITTEN + "display 1: J\n" * 20_000)
    with pytest.raises(JournalError):
        read(WRITTEN + f"display 1: {'J' * LARGEST}\n")


def test_one_that_is_too_long_is_not_written() -> None:
    made = session()
    for _ in range(1_000):
        said(made, f"break dW2 if J < 0.{'1' * 1_500}")
    with pytest.raises(JournalError):
        journal(made)


def mutated(chance: random.Random) -> str:
    """A journal with some letters, words or lines otherwise than they were."""
    lines = WRITTEN.split("\n")
    for _ in range(chance.randint(1, 4)):
        at, other = chance.randrange(len(lines)), chance.choice(lines)
        line, place = lines[at], chance.randrange(len(lines[at]) + 1)
        words = line.split(" ")
        words[chance.randrange(len(words))] = chance.choice(other.split(" "))
        lines[at : at + 1] = chance.choice(
            [
                [],
                [line, line],
                [other],
                [other, line],
                [" ".join(words)],
                [line[:place] + chance.choice("09:= \\x{(-\0é∂'") + line[place:]],
                [line[:place] + line[place + 1 :]],
                [line[:place] + other[place:]],
                [re.sub(r"\d+", lambda found: str(chance.choice([0, 1, 7, 10**8, 10**20])), line, count=1)],
            ]
        )
    return "\n".join(lines)


@pytest.mark.parametrize(
    "seeds", [range(150), pytest.param(range(150, JOURNALS), marks=[pytest.mark.slow, pytest.mark.timeout(1_800)])]
)
def test_a_mutated_journal_brings_a_session_back_or_is_refused(seeds, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    whole, said_of = 0, set[str]()
    for seed in seeds:
        try:
            found = resumed(read(mutated(random.Random(seed))), SCENARIO)
        except JournalError as error:
            said_of.add(str(error))
            continue
        whole += 1
        assert found.session.execute("info").ok
        assert found.session.execute("s").view.place.last == 6 * len(SCENARIO.program.steps)
    assert whole < len(seeds)
    assert not [each for each in said_of if "\n" in each or len(each) > 500]
    assert not list(tmp_path.iterdir())


def test_a_session_of_another_notation_comes_back_in_its_own() -> None:
    old = opened("xor", notation="unicode", iterations=6)
    said(old, "s")
    assert resumed(read(journal(old)), old.scenario, notation="ascii").session.notation == "ascii"
