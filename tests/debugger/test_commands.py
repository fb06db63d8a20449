"""The command table: every command is documented, and no two are called by the same word."""

from __future__ import annotations

import re

import numpy as np
import pytest
from msgspec.structs import replace

from bpdebug.check.verdict import Verdict
from bpdebug.debugger.checked import remarks, table
from bpdebug.debugger.commands import COMMANDS, FAMILIES, understand
from bpdebug.debugger.commands.table import Say, command
from bpdebug.debugger.folding import PAGE
from bpdebug.debugger.topics import TOPICS
from tests.debugger.scenes import opened, refused, said, small


def test_the_table_is_whole() -> None:
    assert {
        *("step", "next", "finish", "continue", "reverse-step", "reverse-next", "reverse-finish", "reverse-continue"),
        *("goto", "until", "start", "end", "mark", "last", "break", "tbreak", "watch", "condition", "ignore", "delete"),
        *("enable", "disable", "info", "print", "shape", "formula", "list", "display", "health", "check", "nudge"),
        *("set", "branch", "diff", "claim", "claims", "mend", "unmend", "help", "quit"),
    } <= set(COMMANDS)
    assert {each.run.__module__ for each in COMMANDS.values()} == {family.__name__ for family in FAMILIES}


def test_no_word_means_two_commands() -> None:
    words = [word for each in COMMANDS.values() for word in (each.name, *each.short)]
    assert len(words) == len(set(words))


@pytest.mark.parametrize("each", COMMANDS.values(), ids=lambda each: each.name)
def test_every_command_explains_itself_within_80_columns(each) -> None:
    assert each.summary.endswith(".")
    text = said(opened("xor"), f"help {each.name}")
    assert text.startswith(each.usage)
    assert each.summary in " ".join(text.split())
    for short in each.short:
        assert said(opened("xor"), f"help {short}") == text
    assert each.summary in " ".join(said(opened("xor"), "help").split())
    assert max(map(len, text.splitlines())) <= PAGE


def test_the_help_of_every_command_has_an_example() -> None:
    own = [each for each in COMMANDS.values() if each.family != "claiming"]
    bare = [each for each in own if not any(line.startswith(each.name) for line in each.help.splitlines()[1:])]
    assert not bare


def test_help_has_topics_whose_commands_there_are() -> None:
    session = opened("three-layer")
    for topic, text in TOPICS.items():
        assert topic in COMMANDS["help"].help
        assert topic in said(session, "help")
        assert max(map(len, said(session, f"help {topic}").splitlines())) <= PAGE
        for line in text.splitlines():
            if line.startswith("  "):
                for each in re.split(r"  +", line.strip())[0].split(", "):
                    understand(each)


def test_a_command_is_added_by_writing_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bpdebug.debugger.commands.table.COMMANDS", COMMANDS)

    @command("greet NAME", "gr")
    def greet(session: object, argument: str) -> Say:
        """Say hello."""
        return Say(f"hello {argument}")

    try:
        session = opened("xor")
        assert said(session, "gr you") == said(session, "gree you") == "hello you"
        assert "greet NAME, gr" in said(session, "help")
    finally:
        del COMMANDS["greet"]


@pytest.mark.parametrize(
    ("prefix", "name"), [("cont", "continue"), ("pr", "print"), ("sh", "shape"), ("reverse-c", "reverse-continue")]
)
def test_a_name_may_be_cut_short(prefix: str, name: str) -> None:
    assert said(opened("xor"), f"help {prefix}") == said(opened("xor"), f"help {name}")


def test_check_takes_the_current_gradient_one_by_name_or_all() -> None:
    session = opened("three-layer")
    said(session, "goto 1:dZ3")
    assert [each.name for each in session.execute("check").check] == ["dZ3"]
    said(session, "goto 1:dW2")
    assert [each.name for each in session.execute("check Z3").check] == ["dZ3"]
    assert [each.name for each in session.execute("k dA⁽³⁾").check] == ["dA3"]
    said(session, "goto 1:62")
    reply = session.execute("check")
    assert len(reply.check) == 12
    assert all(each.ok for each in reply.check)
    lines = reply.text.splitlines()
    assert lines[0] == "iteration 1"
    assert " ".join(lines[1].split()) == "gradient verdict entries worst entry program numerical central may differ by"
    assert lines[2].startswith("dA3       match    8 match ")
    untested = sum(each.counts[Verdict.UNTESTED] for each in reply.check)
    assert 0 < untested < 191
    assert lines[-1].startswith(f"{191 - untested} entries of 12 gradients tested, {untested} not (drelu(Z2) or ")
    assert lines[-1].endswith(" is 0 there)")


def test_check_shows_the_slopes_at_a_kink() -> None:
    session = small({"a": "relu(w)", "J": "sum(a)"}, {}, {"w": [[1.0, 0.0, -1.0]]})
    said(session, "goto 1:dw")
    lines = said(session, "check").splitlines()
    assert lines[2].startswith("dw        kink     1 kink, 1 match, 1 untested")
    assert lines[3] == ("dw[0, 1] has no derivative: slope 0 to the left, 1 to the right; the rule used: relu'(0) = 0")
    assert lines[4] == "2 entries of 1 gradient tested, 1 not (drelu(w) is 0 there)"


def test_a_wrong_gradient_reads_as_wrong() -> None:
    session = small({"J": "w * w"}, {}, {"w": 0.5})
    said(session, "goto 1:dw")
    (right,) = session.checking()()
    wrong = replace(right, analytic=np.asarray(2.0), verdicts=np.asarray(np.int8(Verdict.WRONG)))
    row = list(table([wrong]))[1].split()
    assert row[:7] == ["dw", "wrong", "1", "wrong", "[]", "2", "1"]
    assert list(remarks([wrong])) == ["1 entry of 1 gradient tested"]


def test_what_was_taken_all_together_is_not_taken_apart_for_the_table() -> None:
    session = small({"J": "w * w"}, {}, {"w": 0.5})
    said(session, "goto 1:dw")

    def asked() -> np.ndarray:
        raise AssertionError("this takes long")

    (found,) = session.checking()()
    row = list(table([replace(found, exact=asked, resolution=2.5e-12)]))[1]
    assert "taken all together, along two random directions" in row


@pytest.mark.parametrize("line", ["check", "check all", "nudge W2[0, 3]"])
def test_a_check_can_be_given_up_between_its_operations(line: str) -> None:
    session, asked = opened("three-layer"), list[None]()
    said(session, "goto 1:dW2")

    def given_up() -> bool:
        asked.append(None)
        return len(asked) > 5

    reply = session.execute(line, cancelled=given_up)
    assert not reply.ok
    assert reply.text.startswith("stopped")
    assert session.execute(line).ok


def test_check_of_what_is_not_computed_says_when_it_will_be() -> None:
    session = opened("xor")
    assert refused(session, "check").startswith("no gradient is computed yet in this iteration")
    assert refused(session, "check W2") == "dW2 has no value yet: step 27 of this iteration computes it"
