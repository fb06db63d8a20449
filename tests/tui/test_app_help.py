"""What explains itself: the help, the page of a pane, the palette of all that can be done."""

from __future__ import annotations

import re

import pytest

from bpdebug.debugger.commands import COMMANDS
from bpdebug.debugger.folding import folded
from bpdebug.tui.help import help_page
from bpdebug.tui.keys import GROUPS
from tests.tui.driving import debugger, place, settled, shown, until


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
