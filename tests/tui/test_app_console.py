"""The console: what is typed, what is answered, how it is left."""

from __future__ import annotations

import pytest

from bpdebug.tui.console import kind, shared_beginning
from bpdebug.tui.page import Page
from tests.tui.driving import burst, debugger, place, rows, said, settled, shown, typed, until


async def test_what_a_command_answers_can_be_read_and_is_closed_by_esc():
    app = debugger(lines=["goto J"])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("colon", *"print J", "enter")
        await pilot.pause()
        assert "> print J" in shown(app)
        assert "J = 0.7777617669" in shown(app)
        assert "iteration 1 / 200" in shown(app)
        await pilot.press(*"shape W1", "enter")
        await pilot.pause()
        assert "(5, 4) = (n1, n0)" in shown(app)
        assert "J = 0.7777617669" in shown(app)
        await pilot.press("escape")
        assert "> print J" not in shown(app)
        assert app.focused is app.desk


async def test_the_console_is_open_until_esc_and_a_motion_uncovers_the_panes():
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        burst(pilot, ":break dW2\ngoto J\nshape X\nc\n")
        await until(pilot, lambda: "backward · step 39 / 62" in place(app))
        await pilot.pause()
        assert [line for line, kind in app.command_line.answers if kind == "heading"] == ["> break dW2", "> shape X"]
        *_, told, foot = rows(app)
        assert "stop 1 (break dW2)" in told
        assert "Esc goes back to the panes" in foot
        assert "─ Console ─" not in shown(app)
        await pilot.press("escape", "s")
        await settled(pilot)
        assert "step 40 / 62" in place(app)


async def test_an_empty_line_repeats_a_motion():
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("colon", *"12s", "enter", "enter")
        await settled(pilot)
        assert "step 24 / 62" in place(app)


async def test_keys_that_come_in_one_burst_do_what_they_do_one_by_one() -> None:
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        burst(pilot, ":q?x:[A" * 30)
        await until(pilot, lambda: typed(app) == ("q?x:[A:" * 30)[:-1])
        await pilot.press("ctrl+c", "ctrl+c")
        burst(pilot, ":step 3\n:print W1\n:shape X\ngoto 5:4\n:step 2\n\x1bnsS")
        await until(pilot, lambda: "iteration 5 / 200 · forward · step 8 / 62" in place(app))
        assert app.focused is app.desk
        assert [line for line, kind in app.command_line.answers if kind == "heading"] == ["> print W1", "> shape X"]


async def test_keys_on_the_help_that_come_in_one_burst_are_heard_there_and_behind_it() -> None:
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        burst(pilot, "?>q?s\x1bs:goto 3:4\n\x1bs")
        await until(pilot, lambda: "iteration 3 / 200 · forward · step 5 / 62" in place(app))
        assert len(app.screen_stack) == 1


async def test_an_empty_line_below_an_answer_asks_again_and_says_what() -> None:
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("colon", *"shape W1", "enter", "enter")
        await pilot.pause()
        assert shown(app).count("> shape W1") == 2
        assert "step 0 / 62" in place(app)


async def test_the_list_of_commands_fits_where_it_is_answered() -> None:
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("colon", *"help", "enter")
        await pilot.pause()
        page = app.stage.page
        assert max(len(text) for text, _ in page.reading.content) <= page.room.width
        assert len(page.reading.content) == len(page._lines)


async def test_a_long_answer_is_shown_from_its_beginning() -> None:
    app = debugger(lines=["goto J"])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("colon", *"shape", "enter", *"why dW2", "enter")
        await until(pilot, lambda: "> why dW2" in shown(app))
        await pilot.press("pagedown")
        await until(pilot, lambda: "9. Together: dW⁽²⁾ = dZ⁽²⁾ · A⁽¹⁾ᵀ / m." in shown(app))


async def test_what_set_answers_is_said_though_the_view_is_another() -> None:
    app = debugger(lines=["goto J"])
    async with app.run_test(size=(120, 24)) as pilot:
        await pilot.press("colon", *"set var W1[0,0] = 9 # what if", "enter")
        await settled(pilot)
        assert "W1[0,0] = 9, it was" in said(app)


async def test_a_second_colon_is_none_and_ctrl_c_clears_the_line_then_closes_it() -> None:
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("colon", "colon", *"goto 1:2")
        line = app.command_line.input
        assert line.value == "goto 1:2"
        await pilot.press("ctrl+c")
        assert line.value == ""
        assert app.command_line.opened
        assert "Esc goes back to the panes" in line.placeholder
        await pilot.press("ctrl+c")
        assert not app.command_line.opened
        assert app.focused is app.desk


async def test_what_is_not_understood_is_answered_in_the_console():
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("colon", *"stpe", "enter")
        await pilot.pause()
        assert "there is no command 'stpe'. Did you mean step?" in shown(app)
        assert app.command_line.opened


async def test_up_and_down_go_through_what_was_typed():
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("colon", *"shape W1", "enter", *"shape b1", "enter", "up", "up")
        line = app.command_line.input
        assert line.value == "shape W1"
        await pilot.press("down")
        assert line.value == "shape b1"
        await pilot.press("down")
        assert line.value == ""


async def test_tab_completes_commands_and_names():
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("colon", *"form", "tab", *"dW", "tab", "2")
        assert app.command_line.input.value == "formula dW2"
        await pilot.press("enter")
        await pilot.pause()
        assert "dW⁽²⁾ = dZ⁽²⁾ · A⁽¹⁾ᵀ / m" in shown(app)


async def test_where_several_names_begin_so_tab_lists_them():
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("colon", *"goto 12:d", "tab")
        await pilot.pause()
        assert "dA1  dA2  dA3  dW1" in shown(app)
        await pilot.press(*"W2", "tab")
        assert app.command_line.input.value == "goto 12:dW2 "


async def test_the_words_to_complete_with_are_listed_once_however_often_tab_is_pressed():
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("colon", *"print dW", "tab", "tab", "tab")
        assert [text for text, _ in app.command_line.answers] == ["dW1  dW2  dW3"]
        await pilot.press("backspace", "tab", "tab")
        (listed,) = [text for text, _ in app.command_line.answers]
        assert listed.startswith("dA1  ")
        await pilot.press(*"W2", "enter")
        await settled(pilot)
        await pilot.press(*"print dW", "tab")
        assert [text for text, _ in app.command_line.answers].count("dW1  dW2  dW3") == 1


def test_words_are_completed_as_far_as_they_agree():
    assert shared_beginning(["reverse-step", "reverse-next"]) == "reverse-"
    assert shared_beginning(["step"]) == "step"
    assert shared_beginning(["a", "b"]) == ""


async def test_a_check_typed_in_the_console_marks_what_it_checked():
    app = debugger(lines=["goto dW3"])
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("colon", *"check dZ3", "enter")
        await until(pilot, lambda: app.check_pane.check.name == "dZ3")
        await pilot.pause()
        assert "gradient  verdict" in shown(app)


async def test_quit_in_the_console_leaves():
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("colon", *"quit", "enter")
    assert app.return_value == 0


async def test_what_is_said_goes_with_esc():
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("left")
        assert said(app)
        await pilot.press("escape")
        assert said(app) == ""
        assert "→ step" in rows(app)[-1]


async def test_an_equation_alone_is_a_claim_where_a_opened_the_line():
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a", "ctrl+u", *"dW2 = dZ2 @ A1.T * 2", "enter")
        await until(pilot, lambda: "mistake: constant factor" in shown(app))
        assert "> claim dW2 = dZ2 @ A1.T * 2" in shown(app)
        await pilot.press("escape", "colon", *"dW3 = dZ3 @ A2.T", "enter")
        await pilot.pause()
        assert "judged by claim: claim dW3 = dZ3 @ A2.T" in shown(app)


@pytest.mark.parametrize("size", [(60, 24), (120, 40)])
async def test_explanations_are_as_wide_as_the_console(size: tuple[int, int]):
    app = debugger()
    async with app.run_test(size=size) as pilot:
        await pilot.press("colon", *"claim dA3 = A3 - Y", "enter")
        await until(pilot, lambda: "derivative of J alone" in " ".join(shown(app).replace("│", "").split()))
        before = app.stage.page
        assert widest(before) <= before.room.width
        await pilot.press(*"help claim", "enter")
        await pilot.pause()
        assert app.stage.page.reading.content[-1] != before.reading.content[-1]
        assert widest(app.stage.page) <= app.stage.page.room.width


def widest(page: Page) -> int:
    """Cells of the longest line."""
    return max(line.cell_len for line in page._lines)


@pytest.mark.parametrize(
    ("line", "shown_as"),
    [
        ("W1 = [[ 0.5 -1.e-05  nan]", "table"),
        (" [ 0.25  1. …  inf]]", "table"),
        ("dW2 comes out as (3, 5) and should be (5, 3).", "words"),
        ('claim dW2 = np.dot(dZ2, A1.T)/m   that of code: grads["dW2"] = …', "words"),
    ],
)
def test_rows_of_numbers_are_not_wrapped_and_sentences_are(line: str, shown_as: str):
    assert kind(line) == shown_as
