"""The debugger from Python: its commands are methods, its values arrays that nobody changes by accident."""

from __future__ import annotations

import inspect
import io
import keyword
from html.parser import HTMLParser

import numpy as np
import pytest
from rich.console import Console

import bpdebug
from bpdebug.debugger.api import OpenSession, method
from bpdebug.debugger.card import shown
from bpdebug.debugger.commands import COMMANDS
from bpdebug.debugger.session import Session
from bpdebug.errors import BpdebugError, UsageError
from bpdebug.scenario.load import load

MINE = """
title = "<i>mine</i> [bold]"
[data]
X.values = [[1.0, 2.0], [3.0, 4.0]]
Y.values = [[0, 1]]
[network]
layers = [{ units = 1, activation = "sigmoid" }]
cost = "binary-cross-entropy"
"""


@pytest.fixture
def session() -> OpenSession:
    return bpdebug.open("three-layer")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_a_method_with_its_help(name):
    verb = getattr(OpenSession, method(name))
    assert not keyword.iskeyword(method(name))
    assert inspect.isfunction(verb)
    assert name == "check" or inspect.getdoc(verb) == f"{COMMANDS[name].usage}\n\n{COMMANDS[name].help}"


def test_the_verbs_are_those_of_the_console(session):
    console = Session(load("three-layer"))
    for line, do in [
        ("step 3", lambda: session.step(3)),
        ("next", lambda: session.next()),
        ("reverse-step", lambda: session.reverse_step()),
        ("goto 3:dW2", lambda: session.goto("3:dW2")),
        ("print dW2 @ A1", lambda: session.print("dW2 @ A1")),
        ("set W1[0,2] = 0.5", lambda: session.set("W1[0,2] = 0.5")),
        ("goto 5:J", lambda: session.execute("goto 5:J")),
        ("continue", lambda: session.continue_()),
    ]:
        reply = do()
        assert console.execute(line).text == reply.text == repr(reply)
        assert session.position == console.timeline.position
    assert session.place.words == console.view.place.words


def test_a_refused_command_raises_its_words_and_changes_nothing(session):
    session.step(3)
    with pytest.raises(UsageError, match=r"there is no 'dW9' here\. Did you mean dW3\?"):
        session.goto("dW9")
    with pytest.raises(UsageError, match="J has no value yet"):
        session.expect("J < 1")
    assert session.position == 3


def test_a_session_is_gone_through_by_the_names_of_its_values(session):
    session.step()
    assert list(session) == list(session.values) == list(dict(session))
    assert len(session) == len(session.values)
    assert "W1" in session
    assert "W⁽¹⁾" in session
    assert not any(other in session for other in ("dW1", "nonsense", "1 +", 0, None))


@pytest.mark.parametrize("name", [0, ("W1", 0), None])
def test_a_value_is_asked_for_by_its_name(session, name):
    with pytest.raises(KeyError, match=r"expected the name of a quantity, got .*session"):
        session[name]


def test_what_is_no_line_and_no_scenario_is_told_so(session):
    with pytest.raises(TypeError, match='expected a line of the console, such as "step 3", got 3'):
        session.execute(3)
    with pytest.raises(TypeError, match=r'got 3: bpdebug\.open\("three-layer"\)'):
        bpdebug.open(3)


def test_values_are_read_only_and_stay_what_they_are(session):
    session.goto("dW2")
    value = session["dW2"]
    before = value.copy()
    with pytest.raises(ValueError, match="read-only"):
        value[0, 0] = 1
    with pytest.raises(ValueError, match="WRITEABLE"):
        value.flags.writeable = True
    session.goto("7:dW2")
    assert (value == before).all()
    assert (session["dW2"] != before).any()
    assert (session["dW⁽²⁾"] == session.values["dW2"]).all()
    assert float(session["m"]) == 8


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("dW2", "dW2 has no value yet: step 39 of this iteration computes it"),
        ("dW9", r"there is no 'dW9' here\. Did you mean dW3\?"),
        ("dW1 + 1", "expected the name of a quantity, got 'dW1 \\+ 1'"),
        ("Z1:1", "expected the name of a quantity"),
    ],
)
def test_what_has_no_value_says_when_it_will(session, name, said):
    with pytest.raises(KeyError, match=said):
        session[name]


def test_values_are_those_that_are_computed(session):
    session.goto("Z2")
    assert "Z2" in session.values
    assert "A2" not in session.values
    assert all(name.isidentifier() for name in session.values)


def test_a_check_is_its_results(session):
    session.goto("dW2")
    (found,) = session.check()
    assert (found.name, found.ok) == ("dW2", True)
    session.goto("update")
    assert [each.name for each in session.check("all")][-1] == "db1"
    assert session.check("W3")[0].name == "dW3"


def test_settings_stand_above_the_file():
    one, other = bpdebug.open("three-layer", seed=1), bpdebug.open("three-layer", seed=2)
    assert (one["W1"] != other["W1"]).any()
    rows = bpdebug.open("three-layer", orientation="rows", bookkeeping="total", fused=True, notation="ascii")
    assert rows["X"].shape == one["X"].T.shape
    assert "dZ3 = A3 - Y" in rows.formula("dZ3").text or "dZ3 = (A3 - Y) / m" in rows.formula("dZ3").text


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"orientation": "up"}, "orientation: expected columns or rows, got 'up'"),
        ({"bookkeeping": ""}, "bookkeeping: expected total or per-example, got ''"),
        ({"notation": "roman"}, "notation: expected unicode or ascii or latex, got 'roman'"),
        ({"seed": -1}, "seed: expected a whole number from 0, got '-1'"),
        ({"seed": 1.5}, "seed: expected a whole number from 0"),
    ],
)
def test_settings_that_are_none_are_refused(settings, said):
    with pytest.raises(UsageError, match=said):
        bpdebug.open("xor", **settings)


def test_a_file_is_opened_by_its_path_and_a_wrong_one_told(tmp_path):
    (tmp_path / "mine.toml").write_text(MINE)
    assert bpdebug.open(tmp_path / "mine.toml").scenario.name == "mine"
    with pytest.raises(BpdebugError, match='did you mean "three-layer"'):
        bpdebug.open("three-layr")


def test_a_session_draws_the_screen_that_it_would_have(session, tmp_path):
    session.goto("dW3")
    assert session.snapshot(tmp_path / "dW3.svg").text.startswith("dW3.svg shows iteration 1 / 200")
    assert (tmp_path / "dW3.svg").read_text(encoding="utf-8").startswith("<svg")


def test_at_the_prompt_it_says_where_it_is(session):
    assert repr(session) == (
        "<bpdebug three-layer: iteration 1 / 200 · forward · step 0 / 62: "
        "nothing is computed yet; first comes W⁽¹⁾ · X>"
    )
    session.goto("12:dW3")
    assert repr(session).endswith("step 30 / 62: dW⁽³⁾ = dZ⁽³⁾ · A⁽²⁾ᵀ / m, (1, 3)>")


class Tags(HTMLParser):
    """The tags of a page, opened and closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag, attributes):
        self.open.append(tag)
        self.seen.add(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_a_notebook_shows_the_operation_and_its_matrices(session):
    session.goto("12:dW3")
    page = session._repr_html_()
    assert "iteration 12 / 200" in page
    assert "dW⁽³⁾ = dZ⁽³⁾ · A⁽²⁾ᵀ / m" in page
    assert f"{session['dW3'][0, 0]:.4g}</td>" in page
    tags = Tags()
    tags.feed(page)
    assert not tags.open
    assert tags.seen == {"div", "strong", "code", "table", "thead", "tbody", "tr", "th", "td"}


def test_data_is_no_markup(tmp_path):
    (tmp_path / "mine.toml").write_text(MINE)
    session = bpdebug.open(tmp_path / "mine.toml")
    assert "&lt;i&gt;mine&lt;/i&gt; [bold]" in session._repr_html_()
    console = Console(width=100, record=True, file=io.StringIO())
    console.print(session)
    assert console.export_text().startswith("<i>mine</i> [bold]\n")


def test_rich_prints_the_same_and_what_is_not_computed_says_so(session):
    console = Console(width=100, record=True, file=io.StringIO())
    console.print(session)
    text = console.export_text()
    assert "first comes W⁽¹⁾ · X" in text
    assert "W⁽¹⁾ · X (5, 8): not computed yet" in text
    assert f"{session['W1'][0, 0]:.4g}" in text


@pytest.mark.parametrize(
    ("length", "expected"), [(0, []), (8, list(range(8))), (9, [0, 1, 2, 3, None, 5, 6, 7, 8]), (10**6, None)]
)
def test_large_matrices_are_shown_by_their_corners(length, expected):
    assert len(shown(length)) <= 9
    assert expected is None or shown(length) == expected


@pytest.mark.parametrize(
    "name", ["digits", "iris", "gradient-checking", "linear-regression", "logistic", "two-moons", "xor"]
)
def test_every_place_has_a_card(name):
    session = bpdebug.open(name)
    for position in np.linspace(0, session.place.steps, 12, dtype=int):
        session._session.timeline.seek(int(position))
        session._session.changed()
        assert len(session._repr_html_()) < 100_000
        Console(width=80, quiet=True).print(session)
