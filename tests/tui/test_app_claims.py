"""The claims on the screen: judged beside it, followed by the steps, mended, edited and taken back by keys."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from bpdebug.check.review import review as reviewed
from bpdebug.tui.app import Debugger
from bpdebug.tui.panes.claims import ClaimsPane
from tests.tui.driving import debugger, judged, rows, said, settled, shown, until
from tests.tui.staging import visible

NAME = "gradient-checking"
REVIEW = "bpdebug.check.review.review"


def height(app: Debugger, pane: ClaimsPane) -> int:
    """Lines of the place of a pane."""
    return next(place.region.height for place in app.stage._places if place.pane is pane)


def words(app: Debugger) -> dict[str, str]:
    return {row.name: row.word for row in app.claims.state.rows}


def selected(app: Debugger) -> str:
    row = app.claims_pane.selected
    return "" if row is None else row.name


async def test_stepping_to_a_gradient_unfolds_its_line():
    app = debugger(NAME, lines=["goto dZ2"])
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        assert selected(app) == "dZ2"
        await pilot.press("n")
        await settled(pilot)
        text = shown(app)
        assert selected(app) == "dW2"
        assert "6 Claims · dW2 wrong first, 9 of 11 right" in text
        assert "▶ ✗ dW2 = " in text
        assert "wrong first; mended: dW2 = 1./m * np.dot(dZ2, A1.T)" in text
        assert "yours dW⁽²⁾ 3×5" in text
        await pilot.press("right")
        await settled(pilot)
        assert "yours dW⁽²⁾ 3×5" not in shown(app)


async def test_the_mended_line_is_taken_over_and_back():
    app = debugger(NAME, lines=["goto dW2"])
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        before = app.session.claims
        await pilot.press("m")
        await settled(pilot)
        assert words(app)["dW2"] == "right"
        assert words(app)["db1"] == "wrong first"
        assert "dW2 = 1./m * np.dot(dZ2, A1.T)" in [each.text for each in app.session.claims]
        assert "the first wrong line is db1" in said(app)
        assert "M takes the change back" in " ".join(line.plain for line in app.claims_pane.content)
        await pilot.press("M")
        await settled(pilot)
        assert app.session.claims == before
        assert words(app)["dW2"] == "wrong first"
        assert app.view.place.words in "".join(rows(app)[-2])


async def test_what_inherits_is_judged_anew_at_once():
    app = debugger(lines=["claim dZ3 = Y - A3", "claim dW3 = dZ3 @ A2.T / m"])
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        assert (words(app)["dZ3"], words(app)["dW3"]) == ("wrong first", "inherits")
        await pilot.press("m")
        await settled(pilot)
        assert (words(app)["dZ3"], words(app)["dW3"]) == ("right", "right")


async def test_another_run_is_judged_anew_at_the_same_iteration():
    app = debugger(NAME)
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        before = app.claims.state
        app.perform("set W1 = W1 * 2")
        await settled(pilot)
        assert app.claims.state is not before
        assert app.claims.state.claims == before.claims
        row = app.claims.state.row("dW2")
        moved, value = (np.asarray(state.judged(row).value) for state in (app.claims.state, before))
        assert not np.allclose(moved, value)
        assert app.claims.state.iteration == before.iteration


async def test_what_is_missing_is_written_by_the_same_key():
    app = debugger(lines=["claim dW3 = dZ3 @ A2.T / m"])
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        assert selected(app) == "dZ3"
        await pilot.press("m")
        await settled(pilot)
        assert [each.text for each in app.session.claims] == ["dZ3 = A3 - Y", "dW3 = dZ3 @ A2.T / m"]
        await pilot.press("M")
        await settled(pilot)
        assert words(app)["dZ3"] == "missing"


async def test_a_line_is_edited_in_the_console():
    app = debugger(NAME, lines=["goto dW2"])
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("a")
        await pilot.pause()
        assert app.command_line.input.value == "claim dW2 = 1./m * np.dot(dZ2, A1.T) * 2"
        await pilot.press("backspace", "3", "enter")
        await settled(pilot)
        assert app.claims.state.row("dW2").text == "dW2 = 1./m * np.dot(dZ2, A1.T) * 3"
        assert "> claim dW2 = 1./m * np.dot(dZ2, A1.T) * 3" in shown(app)


async def test_a_first_line_is_written_for_the_gradient_at_hand():
    app = debugger(lines=["goto dZ3"])
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        pane = app.claims_pane
        assert height(app, pane) == 3
        assert "None of yours yet. a writes one: claim dZ3 = …" in shown(app)
        await pilot.press("a")
        await pilot.pause()
        assert app.command_line.input.value == "claim dZ3 = "
        await pilot.press(*"A3 - Y", "enter")
        await settled(pilot)
        assert words(app)["dZ3"] == "right"
        assert "yours    dZ3 = A3 - Y" in shown(app)
        assert height(app, pane) > 3


async def test_arrows_and_clicks_choose_a_line_and_enter_goes_to_its_gradient():
    app = debugger(NAME, lines=["goto dZ3"])
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("6")
        assert isinstance(app.stage.arrangement.current, ClaimsPane)
        await pilot.press("down", "down")
        assert selected(app) == "db3"
        await pilot.press("up", "enter")
        await settled(pilot)
        assert app.view.checked == "dW3"
        await pilot.press("N", "N", "N")
        await settled(pilot)
        row = next(at for at, line in enumerate(rows(app)) if line.startswith("│   ✓ dZ2 = "))
        await pilot.click(offset=(6, row))
        assert selected(app) == "dZ2"
        await pilot.press(*["down"] * 9)
        assert selected(app) == "db1"
        assert "▶ ✗ db1" in shown(app)


async def test_on_a_small_screen_the_claims_are_a_tab_with_all_that_matters_in_sight():
    app = debugger(NAME, lines=["goto dW2"])
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "6 Claims" in rows(app)[0]
        assert "claims" not in visible(app.stage)
        await pilot.press("6")
        await pilot.pause()
        above = "\n".join(rows(app)[:20])
        for words in (
            "▶ ✗ dW2", "mended dW2", "Wrong first: 4 of 15", "true dW⁽²⁾ 3×5", "≠+1.83", "twice what it should be",
        ):  # fmt: skip
            assert words in above, words
        await pilot.press("2")
        await pilot.pause()
        assert "2 Operation" in shown(app)
        assert "▶ ✗ dW2" in shown(app)


async def test_a_step_does_not_wait_for_the_judgement(monkeypatch):
    gate, review = threading.Event(), reviewed
    threads = []

    def slow(*arguments):
        threads.append(threading.current_thread())
        gate.wait(60)
        return review(*arguments)

    monkeypatch.setattr(REVIEW, slow)
    app = debugger(NAME)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: threads)
        assert judged(app) == "running"
        assert "judging 11" in shown(app)
        before = app.view.place.position
        await pilot.press("right", "n", "n")
        assert app.view.place.position > before + 2
        assert app.motion is None
        assert "dZ3 = A3 - Y" in shown(app)
        gate.set()
        await settled(pilot)
        assert words(app)["dW2"] == "wrong first"
    assert threading.main_thread() not in threads


async def test_another_iteration_is_judged_anew_and_keeps_the_diagnosis(monkeypatch):
    app = debugger(NAME, lines=["goto dW2"])
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        first = app.claims.state.review
        monkeypatch.setattr(REVIEW, None)
        await pilot.press("right_square_bracket")
        await settled(pilot)
        second = app.claims.state.review
        assert app.claims.state.iteration == 2
        assert second is not first
        assert second.diagnoses is first.diagnoses
        assert (second.claims[5].true != first.claims[5].true).any()
        await pilot.press("left_square_bracket")
        await settled(pilot)
        assert app.claims.state.review is first


@pytest.mark.parametrize("early", [True, False], ids=["before", "in the worker"])
async def test_a_judgement_that_breaks_is_told_in_its_pane_and_the_session_goes_on(early: bool, monkeypatch):
    def fail(*arguments):
        raise ZeroDivisionError("broken")

    if early:
        monkeypatch.setattr("bpdebug.debugger.judging.judging", fail)
    else:
        monkeypatch.setattr(REVIEW, fail)
    app = debugger(NAME)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: judged(app) == "failed")
        await pilot.pause()
        assert "The claims could not be judged." in shown(app)
        assert "ZeroDivisionError: broken" in shown(app)
        await pilot.press("n")
        await settled(pilot)
        assert "Z⁽¹⁾" in shown(app)
        claims = app.session.claims
        monkeypatch.undo()
        await pilot.press("colon", *"mend dW2", "enter")
        await settled(pilot)
        assert app.session.claims != claims
        assert words(app)["dW2"] == "right"


async def test_a_command_that_breaks_while_judging_changes_no_claim(monkeypatch):
    app = debugger(NAME)
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        claims, review = app.session.claims, app.claims.state.review

        def fail(*arguments):
            raise ZeroDivisionError("broken")

        monkeypatch.setattr(REVIEW, fail)
        app.perform("mend dW2")
        await pilot.pause()
        assert said(app) == "mend dW2 could not be done, by a mistake of bpdebug's own: ZeroDivisionError: broken"
        assert app.session.claims is claims
        assert app.claims.state.review is review


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        ([], "dA3"),
        (["goto 1:J"], "dA3"),
        (["goto 1:dW2"], "dW2"),
        (["goto 1:dZ2", "step"], "dW2"),
        (["goto 1:db1", "goto 2:Z1"], "dA3"),
        (["goto 1:W1"], "dA3"),
    ],
)
@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_the_prompt_names_the_gradient_that_the_pane_does(
    lines: list[str], name: str, size: tuple[int, int]
) -> None:
    app = debugger()
    async with app.run_test(size=size) as pilot:
        for line in lines:
            app.perform(line)
            await settled(pilot)
        app.action_pane(6)
        await settled(pilot)
        assert f"a writes one: claim {name} = …" in " ".join(shown(app).replace("│", " ").split())
        await pilot.press("a")
        await pilot.pause()
        assert app.command_line.input.value == f"claim {name} = "
