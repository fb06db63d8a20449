"""bpdebug practice: every exercise has one mistake of its class, and nothing is told before it is asked for."""

from __future__ import annotations

import json
import re

import pytest

from bpdebug.check.claims import Judgement
from bpdebug.check.iteration import trained
from bpdebug.check.review import review
from bpdebug.check.verdict import Verdict
from bpdebug.cli.exercise import Exercise
from bpdebug.cli.hints import faults, hints, region
from bpdebug.errors import UsageError
from bpdebug.scenario.exercises import exercises, find
from bpdebug.scenario.load import load

PLANTED = {
    "one-neuron": ("dw", "missing-1/m"),
    "one-hidden-layer": ("dA1", "transposed-operand"),
    "seven-examples": ("db1", "missing-sum"),
    "relu-layer": ("dA2", "sign-flipped"),
    "all-sigmoid": ("dZ1", "activation-derivative-at-wrong-point"),
    "least-squares": ("dw", "elementwise-vs-matrix"),
    "twin-layers": ("dZ2", "stale-layer-index"),
    "deep-tanh": ("dW2", "stale-layer-index"),
    "weight-decay": ("dW1", "missing-regularisation"),
    "squared-error": ("dZ2", "missing-activation-derivative"),
    "in-rows": ("dW", "extra-1/m"),
    "recurrent": ("dU", "missing-path"),
}


def begun(name: str) -> Exercise:
    scenario = load(find(name))
    return Exercise(scenario, trained(scenario, 0), "ascii")


def test_the_table_has_every_exercise_once():
    assert [each.name for each in exercises()] == list(PLANTED)
    assert [each.number for each in exercises()] == list(range(1, len(PLANTED) + 1))


@pytest.mark.parametrize(("name", "planted"), PLANTED.items())
def test_one_line_alone_is_wrong_and_known_for_what_it_is(name, planted):
    line, mistake = planted
    game = begun(name)
    wrong = [each.name for each in game.review.claims if each.local is not Judgement.CORRECT]

    assert wrong == [line]
    assert [each.name for each in faults(game.review)] == [line]
    diagnosis = game.review.diagnoses[faults(game.review)[0].place]
    assert diagnosis is not None
    assert diagnosis.mistakes[0] == mistake
    assert game.execute(diagnosis.mended_text).startswith("Right: ")
    assert game.solved
    assert review(game.scenario.program, game.values, game.claims).ok


@pytest.mark.parametrize("name", PLANTED)
def test_hints_tell_more_one_by_one_and_nothing_too_soon(name):
    game = begun(name)
    line, mistake = PLANTED[name]
    fault = faults(game.review)[0]
    diagnosis = game.review.diagnoses[fault.place]
    told = [" ".join(game.execute("hint").split()) for _ in range(4)]

    assert [text[:12] for text in told] == [f"Hint {number} of 4:" for number in (1, 2, 3, 4)]
    assert not re.search(rf"\b{line}\b", told[0])
    start, stop = map(int, re.findall(r"\d+", told[0])[2:])
    assert start <= fault.place + 1 <= stop
    assert stop - start + 1 < len(game.claims)
    assert f"line {fault.place + 1}: {line} = " in told[1]
    assert mistake.replace("-", " ") not in told[1]
    assert mistake.replace("-", " ") in told[2]
    own = game.claims[fault.place].text
    assert all(diagnosis.mended_text not in text.replace(own, "") for text in told[:3])
    assert diagnosis.mended_text in told[3]
    assert game.execute("hint").startswith("That was the last hint")


@pytest.mark.parametrize("name", PLANTED)
def test_neither_the_list_nor_the_page_gives_anything_away(name, bpdebug):
    line, mistake = PLANTED[name]
    listed = bpdebug("practice", "--json").out + bpdebug("practice").out
    shown = bpdebug("practice", name).out

    assert not re.search(rf"\b{line}\b", listed)
    assert mistake.replace("-", " ") not in listed + shown
    assert not re.search("✗|wrong here|mended|inherit", shown)


@pytest.mark.parametrize("name", PLANTED)
def test_the_network_of_an_exercise_is_right_and_alive(name):
    from bpdebug.check.iteration import check_iteration

    found = check_iteration(load(find(name)), 0)

    assert all(each.ok for each in found)
    assert sum(each.counts[Verdict.UNTESTED] for each in found) <= sum(each.verdicts.size for each in found) / 3


def test_guesses_and_lines_are_answered_with_facts(bpdebug):
    script = """
    line dW2          # a comment
    dZ1
    line dA9
    dW2 = dZ2 @ A1.T
    dA1 = dZ2.T @ W2
    dA1 = -W2.T @ dZ2
    dA1 = W2 @ dZ2
    db2 = db2
    shape dZ2
    print dZ1
    frobnicate
    line 4
    hint
    dA1 = np.dot(W2.T, dZ2)
    never read
    """
    run = bpdebug("practice", "2", "--ascii", stdin=script)
    told = " ".join(run.out.split())

    assert run.code == 0
    for words in (
        "No, line 2, dW2, is right: on this network it has just the values that it should have.",
        "No, line 5, dZ1, is right by itself: its numbers are wrong only through what it reads.",
        "there is no line 'dA9'. Did you mean dA1?",
        "dW2 was right before, and this is not. dW2[0, 2] comes out as",
        ": m times what it should be, and m is 6. The line stays as it was.",
        "Not yet. dA1 comes out as (6, 4) and should be (4, 6).",
        ": every entry has the other sign.",
        "That is dA1 as it stands.",
        "dZ2 (2, 6)",
        "dZ1 has no value: it cannot be evaluated.",
        "'frobnicate' is neither a command nor an equation.",
        "Yes, line 4, dA1, is wrong by itself.",
        "Hint 3 of 4: The mistake: transposed operand",
        "Right: dA1 = np.dot(W2.T, dZ2) It was: transposed operand",
        "With it dZ1, dW1 and db1 are right too. All is right now. It took 1 hint, 2 wrong guesses and 3 wrong lines.",
    ):
        assert words in told, words
    assert "never read" not in told
    assert max(map(len, run.out.splitlines())) <= 80


def test_the_one_over_m_may_be_mended_where_the_learner_keeps_it():
    game = begun("one-neuron")

    assert game.execute("dZ = (A - Y) / m").startswith("With this, db would not be right any more.")
    assert not game.solved
    assert game.execute("dw = 1./m * np.dot(A - Y, X.T)").startswith("Right: ")


def test_a_line_may_be_claimed_too():
    game = begun("one-neuron")

    assert game.execute("claim dw = dZ @ X.T * m").startswith("Not yet.")
    assert game.execute("claim dw = dZ @ X.T / m").startswith("Right: dw = dZ @ X.T / m")
    assert game.counts == (0, 0, 1)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("list", "there is no 'list' here. show shows the derivation;"),
        ("check dw", "there is no 'check' here. That would give the line away. line dW2 asks about one line"),
        ("formula dw", "hint leads there step by step"),
        ("mend", "hint leads there step by step"),
        ("frobnicate", "Here there are hint, line, print, shape, show, help and quit, and dW2 = … to write a line."),
        ("hnit", "Did you mean hint?"),
    ],
)
def test_what_cannot_be_said_is_told_what_can(line, words):
    game = begun("one-neuron")

    assert words in game.execute(line)
    assert game.counts == (0, 0, 0)


def test_a_right_line_written_otherwise_is_not_the_mistake():
    game = begun("one-neuron")

    assert "right before, so what is wrong is elsewhere" in game.execute("db = np.mean(A - Y, axis=1, keepdims=True)")


TEACHER = """
title = "Two mistakes and a missing line"
[data]
X = { shape = [3, 5], init = "normal" }
Y.values = [[1, 0, 1, 1, 0]]
[network]
layers = [{ units = 4, activation = "tanh" }, { units = 1, activation = "sigmoid" }]
cost = "binary-cross-entropy"
[training]
seed = 3
[claims]
equations = \"\"\"
dW2 = dZ2 @ A1 / m
db2 = sum(dZ2, axis=1, keepdims=True) / m
dZ1 = (W2.T @ dZ2) * (1 - A1**2)
dW1 = dZ1 @ X.T
db1 = sum(dZ1, axis=1, keepdims=True) / m
\"\"\"
"""


def test_a_file_of_a_teacher_is_practised_until_all_is_right(bpdebug, tmp_path):
    file, script = tmp_path / "mine.toml", tmp_path / "lines.txt"
    file.write_text(TEACHER, encoding="utf-8")
    script.write_text(
        "line dW1\ndW1 = dZ1 @ X.T / m\nhint\nhint\ndW2 = dZ2 @ A1.T / m\nhint\nhint\nhint\nhint\n", "utf-8"
    )
    run = bpdebug("practice", str(file), "--script", str(script), "--ascii")

    assert run.code == 1
    assert "The derivation: 3 lines are wrong or missing" in run.out
    assert "2 mistakes left." in run.out
    assert "Hint 2 of 4: It is line 1: dW2 = dZ2 @ A1 / m" in run.out
    assert "Hint 1 of 4: A line is missing: something is read that no line computes." in run.out
    assert "Hint 2 of 4: It is dZ2, which dW2 reads." in run.out
    assert "Hint 4 of 4: The missing line: dZ2 = A2 - Y" in run.out
    assert "left unsolved" in run.err
    script.write_text(script.read_text("utf-8") + "dZ2 = A2 - Y\n", "utf-8")
    record = json.loads(bpdebug("practice", str(file), "--script", str(script), "--json").out)
    assert (record["schema"], record["solved"]) == ("bpdebug.practice/1", True)
    assert record["lines"][-1] == {"name": "dZ2", "hints": 4, "guesses": 0, "attempts": 0}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nothing-such",), 'there is no exercise and no file "nothing-such"'),
        (("one-neurone",), 'did you mean "one-neuron"?'),
        (("99",), 'there is no exercise and no file "99"'),
        (("three-layer",), "three-layer has no claims"),
        (("nowhere.toml",), "there is no such file"),
        (("1", "--script", "nowhere"), "nowhere: no such file or directory"),
        (("--script", "nowhere"), "--script plays an exercise"),
        (("-",), "standard input is where the commands come from"),
    ],
)
def test_what_cannot_be_practised_says_why(arguments, words, bpdebug):
    run = bpdebug("practice", *arguments)

    assert (run.code, run.out) == (2, "")
    assert words in run.err


def test_what_is_all_right_holds_no_exercise(tmp_path):
    file = tmp_path / "right.toml"
    right = TEACHER.replace("dW2 = dZ2 @ A1 / m", "dZ2 = A2 - Y\ndW2 = dZ2 @ A1.T / m")
    file.write_text(right.replace("X.T\n", "X.T / m\n"), "utf-8")
    scenario = load(str(file))

    with pytest.raises(UsageError, match="there is nothing to find in right: all right"):
        Exercise(scenario, trained(scenario, 0), "ascii")


def test_no_endless_line_is_read(bpdebug):
    run = bpdebug("practice", "1", stdin="x" * 5000)

    assert (run.code, run.err) == (2, "a command is longer than 4,000 characters\n")


@pytest.mark.parametrize(
    ("place", "count", "words"),
    [
        (0, 1, "line 1"),
        (2, 3, "lines 1 to 3"),
        (2, 4, "lines 3 to 4"),
        (2, 7, "lines 1 to 3"),
        (6, 7, "lines 4 to 7"),
        (5, 9, "lines 4 to 6"),
    ],
)
def test_a_region_is_about_a_third_and_names_no_line(place, count, words):
    assert region(place, count) == words


def test_hints_rest_on_the_judging_alone():
    game = begun("in-rows")
    fault = faults(game.review)[0]

    assert hints(game.review, fault)[3].startswith(f"The line mended: {game.review.diagnoses[fault.place].mended_text}")
