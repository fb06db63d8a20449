"""The console and the help: what is typed, what is answered, how it is left."""

from __future__ import annotations

import re

import pytest
from textual import events

from bpdebug.debugger.commands import COMMANDS
from bpdebug.debugger.folding import folded
from bpdebug.tui import dialogue
from bpdebug.tui.app import Debugger
from bpdebug.tui.console import kind, shared_beginning
from bpdebug.tui.help import help_page
from bpdebug.tui.keys import GROUPS
from bpdebug.tui.page import Page
from tests.tui.driving import burst, debugger, place, rows, said, settled, shown, until


def typed(app: Debugger) -> str:
    """What stands on the console's line, once there is one."""
    return "" if app.command_line.input is None else app.command_line.input.value


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


async def test_lines_entered_while_one_is_executed_wait_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialogue, "PATIENCE", 0)
    app = debugger(iterations=20_000)
    async with app.run_test(size=(80, 24)) as pilot:
        burst(pilot, ":goto 400\nstep\nstpe\nstep\nprint J")
        await until(pilot, lambda: "not executed, nor what follows: 1 line" in shown(app))
        assert "iteration 400 / 20,000 · forward · step 2 / 62" in place(app)
        await until(pilot, lambda: typed(app) == "print J")


async def test_empty_lines_that_are_pasted_are_none() -> None:
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("colon")
        app.post_message(events.Paste("\n\n"))
        await pilot.press(*"step", "enter")
        await settled(pilot)
        assert "step 1 / 62" in place(app)


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


async def test_lines_that_are_pasted_are_executed_in_order():
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("colon")
        app.command_line.input.post_message(events.Paste("goto J\nprint J\n\nshape W1\n"))
        await until(pilot, lambda: "> shape W1" in shown(app))
        await settled(pilot)
        assert [text for text, kind in app.command_line.answers if kind == "heading"] == [
            "> goto J",
            "> print J",
            "> shape W1",
        ]
        assert "J = 0.7777617669" in shown(app)
        await until(pilot, lambda: app.dialogue.script is None)
        await pilot.press("escape", "right")
        await settled(pilot)
        assert not app.command_line.opened


async def test_after_a_refusal_the_rest_of_what_was_pasted_is_told_not_executed():
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("colon")
        app.command_line.input.post_message(events.Paste("step\nstpe\nstep\nprint J"))
        await until(pilot, lambda: "not executed" in shown(app))
        await settled(pilot)
        assert "step 1 / 62" in place(app)
        assert "> step" in shown(app)
        assert "not executed, nor what follows: 2 lines" in shown(app)


async def test_one_line_is_pasted_to_be_gone_on_with():
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("colon")
        app.command_line.input.post_message(events.Paste("print J\n"))
        await until(pilot, lambda: typed(app) == "print J")


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


async def test_the_help_lists_every_key_and_every_command():
    app = debugger()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("question_mark")
        assert app.stage.page.reading.title == "Help"
        await pilot.pause()
        assert "Press → to execute" in shown(app)
        await pilot.press("end")
        await pilot.pause()
        assert "help COMMAND explains one of them" in shown(app)
        await pilot.press("escape")
        assert app.stage.page is None
    page = "\n".join(text for text, _ in help_page(ascii=False))
    assert all(key.label() in page for group in GROUPS.values() for key in group)
    assert all(command.usage in page for command in COMMANDS.values())


async def test_f1_explains_the_pane():
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        for number, pane in enumerate(app.stage.panes, start=1):
            await pilot.press(str(number % 10), "f1")
            assert app.stage.page.reading.title == pane.heading
            await pilot.pause()
            assert pane.about
            assert pane.about.split()[0] in shown(app)
            await pilot.press("q")


async def test_the_palette_lists_what_the_keys_do():
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f2", *"end of eqz", "backspace")
        await pilot.pause()
        assert "> end of eq_" in shown(app)
        assert re.search(r"\* n +Go on to the end of the equation, or of the next one", shown(app))
        await pilot.press("down", "up", "enter")
        await settled(pilot)
        assert "step 2 / 62" in place(app)
        await pilot.press("ctrl+p", *"print", "enter")
        await until(pilot, lambda: app.command_line.opened)
        assert app.command_line.input.value == "print "
        await pilot.press("f2", "escape", "escape")
        assert app.stage.page is None
        assert not app.command_line.opened


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
async def test_the_palette_stands_in_columns_and_says_where_a_line_is_cut(size: tuple[int, int]):
    app = debugger()
    async with app.run_test(size=size) as pilot:
        await pilot.press("f2", *"go")
        await pilot.pause()
        room, lines = app.stage.page.room.width, [line.plain for line in app.stage.page.lines()]
    listed = {title.partition("  ")[0]: title.partition("  ")[2] for title, _ in app.keys.palette(ascii=False)}
    begins = set()
    for line in (line for line in lines if line.startswith("  ") and line[2] != " "):
        name, what = line[2:].partition("  ")[0], line[2:].partition("  ")[2].strip()
        assert listed[name] == what or (what.endswith("…") and listed[name].startswith(what[:-1]))
        assert len(line) <= room
        begins.add(line.index(what))
    assert len(begins) == 1


def test_long_lines_are_folded_beneath_their_second_column():
    assert folded("key  what it does in words", 16) == ["key  what it", "     does in", "     words"]


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
