"""Predict, then see: what the keys and clicks do while something is asked."""

from __future__ import annotations

import pytest

from bpdebug.debugger.quiz import questions
from bpdebug.tui.app import Debugger
from bpdebug.tui.page import Page
from bpdebug.tui.predict import FIRST
from tests.debugger.scenes import opened
from tests.tui.driving import debugger, place, rows, said, settled, shown


def right(app: Debugger) -> int:
    """The number of the right answer to what is asked."""
    return app.predict._left[0].right + 1


def page(app: Debugger) -> Page:
    assert app.stage.page is not None
    return app.stage.page


async def test_three_right_answers_and_it_is_executed() -> None:
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("P")
        assert said(app) == "Predict, then see: n or → asks what comes before it shows it.  P asks no more"
        await pilot.press("n")
        assert "What is computed next?" in shown(app)
        for number, key in enumerate(("enter", "space", "right")):
            await pilot.press(str(right(app)))
            assert "Right." in shown(app)
            assert app.predict.right == number + 1
            await pilot.press(key)
        await settled(pilot)
        assert "step 2 / 62" in place(app)
        assert said(app).startswith("3 of 3 answers right at the first try.")
        assert app.stage.page is None


async def test_a_wrong_answer_has_a_hint_and_a_second_try_but_counts() -> None:
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("P", "s")
        number = right(app)
        wrong = 1 + number % 3
        await pilot.press(str(wrong), str(wrong), "enter")
        assert f"✗ {wrong}" in shown(app)
        assert f"Not {wrong}: a quantity is computed once all that its formula reads is there" in shown(app)
        assert f"✓ {number}" not in shown(app)
        assert "it waits for" not in shown(app), "that would tell the answer"
        await pilot.press(str(number))
        assert "Right." in shown(app)
        assert f"✓ {number}" in shown(app)
        assert (app.predict.right, app.predict.given) == (0, 1), "the first answer counts"
        await pilot.press("enter")
        assert "How is Z⁽¹⁾ computed?" in shown(app)
        assert app.predict._tried is None


async def test_after_two_wrong_answers_the_right_one_is_told_with_why() -> None:
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("P", "s")
        number = right(app)
        await pilot.press(str(1 + number % 3), str(1 + (number + 1) % 3), *"123")
        assert shown(app).count("✗ ") == 2
        assert f"✓ {number}" in shown(app)
        assert f"No: it is {number}." in shown(app)
        assert "it waits for" in shown(app)
        assert (app.predict.right, app.predict.given) == (0, 1)
        await pilot.press("escape", "P")
        assert said(app) == "No more questions.  0 of 1 answer right at the first try."


@pytest.mark.parametrize("key", ["escape", "q"])
async def test_it_is_left_without_an_answer_and_asks_again(key: str) -> None:
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("P", "n", key)
        assert (app.stage.page, app.is_running) == (None, True)
        assert "step 0 / 62" in place(app)
        await pilot.press("n")
        assert "What is computed next?" in shown(app)
        await pilot.press("P")
        assert app.stage.page is None
        assert said(app) == "No more questions."
        await pilot.press("n")
        await settled(pilot)
        assert "step 2 / 62" in place(app), "it asks no more"


async def test_other_keys_and_ctrl_c_do_nothing_else() -> None:
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("P", "n", "4", "0", "enter", "n", "x", "c", "colon")
        assert "What is computed next?" in shown(app)
        assert not app.command_line.opened
        await pilot.press("ctrl+c")
        assert (app.stage.page, app.predict.asking, app.is_running) == (None, False, True)


async def test_a_click_answers_and_goes_on() -> None:
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("P", "n")
        await pilot.click(offset=(5, 1))
        await pilot.click(offset=(5, 20))
        assert app.predict.given == 0, "there is no answer"
        await pilot.click(offset=(5, FIRST + right(app)))
        assert (app.predict.right, app.predict.given) == (1, 1)
        await pilot.click(offset=(5, 5))
        assert "How is Z⁽¹⁾ computed?" in shown(app)


async def test_nothing_that_tells_the_answer_shows_and_all_of_it_can_be_read() -> None:
    app = debugger(lines=["goto 1:dW1"])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("P", "n")
        await settled(pilot)
        assert page(app).region == app.size.region
        assert "next:" not in shown(app)
        assert "Z⁽¹⁾ = W⁽¹⁾ · X + b⁽¹⁾  5×8" in shown(app)
        assert "dW⁽¹⁾ = dZ⁽¹⁾ · Xᵀ / m" not in shown(app)
        await pilot.press("end")
        await settled(pilot)
        assert "dW⁽¹⁾ = dZ⁽¹⁾ · Xᵀ / m  5×4" in shown(app)
        await pilot.press("home", "down", "up", "pagedown", "pageup")
        await settled(pilot)
        assert "What is computed next?" in shown(app)


async def test_only_steps_and_equations_are_asked_about_and_none_within_one() -> None:
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("P", "f")
        await settled(pilot)
        assert "forward" in place(app)
        assert app.stage.page is None
        app.perform("goto 1:A3")
        app.perform("step")
        await settled(pilot)
        await pilot.press("n")
        await settled(pilot)
        assert app.view.operation.equation.name == "J"


@pytest.mark.parametrize("name", ["three-layer", "iris"])
async def test_in_ascii_all_is_ascii(name: str) -> None:
    app = debugger(name, notation="ascii", lines=["goto 1:J"])
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("P", "n")
        while app.predict.asking:
            assert all(row.isascii() for row in rows(app))
            await pilot.press("2", "1", "enter")
            await settled(pilot)
            assert all(row.isascii() for row in rows(app))
        assert app.predict.given == len(questions(opened(name, notation="ascii"))) == 3
