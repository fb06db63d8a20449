"""The table of keys, and other keys for its actions: each has one meaning, and some are never lost."""

from __future__ import annotations

import string

import pytest
from textual.keys import _character_to_key

from bpdebug.debugger.session import Session
from bpdebug.tui.bars import hinted
from bpdebug.tui.colours import BARE
from bpdebug.tui.help import help_page, pane_page
from bpdebug.tui.keymap import KEYMAP, NEEDED, rebound
from bpdebug.tui.keynames import called, understood
from bpdebug.tui.keys import GROUPS, NUMBERED, SCROLLING
from bpdebug.tui.panes.base import Pane
from bpdebug.tui.panes.cost import CostPane
from bpdebug.tui.stage import Stage
from tests.tui.driving import debugger, place, scenario, settled, shown
from tests.tui.staging import resized, rows

NAMES = [key.name for group in GROUPS.values() for key in group if key.name]


def test_a_character_is_called_as_textual_calls_it():
    typed = [each for each in string.printable if each.isprintable() and each != " "]
    assert [understood(each) for each in typed] == [_character_to_key(each) for each in typed]
    assert [called(_character_to_key(each)) for each in typed] == typed


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("→", "right"),
        ("Esc", "escape"),
        ("PgUp", "pageup"),
        ("shift+→", "shift+right"),
        ("shift+s", "S"),
        ("Ctrl+S", "ctrl+s"),
        ("ctrl++", "ctrl+plus"),
        ("ctrl+i", "tab"),
        (" ", "space"),
        ("F12", "f12"),
        ("f13", None),
        ("ctrl+", None),
        ("ctrl+ctrl+a", None),
        ("hyper+a", None),
        ("ab", None),
        ("", None),
        ("\x1b", None),
    ],
)
def test_a_key_is_written_as_the_screen_calls_it(word: str, key: str | None):
    assert understood(word) == key


@pytest.mark.parametrize("key", sorted({key for each in KEYMAP.bound() for key in each.keys}))
def test_what_the_screen_says_of_a_key_can_be_written(key: str):
    assert understood(called(key)) == understood(called(key, ascii=True)) == key


def test_every_action_has_a_name_of_its_own_but_those_whose_keys_stay():
    assert len(set(NAMES)) == len(NAMES)
    unnamed = {key.action for group in GROUPS.values() for key in group if not key.name}
    assert unnamed == {"stop", "interrupt", "walk"}


def test_other_keys_take_the_place_of_an_action_s_own():
    keys, mistakes, notes = rebound({"step": ["space", "s"], "play": []})
    assert (mistakes, notes) == ([], [])
    assert keys.named["step"].keys == ("space", "s")
    assert keys.named["play"].keys == ()
    assert KEYMAP.named["step"].keys == ("right", "s")


def test_keys_can_be_exchanged():
    keys, mistakes, _ = rebound({"step": ["n"], "next-equation": ["right"]})
    assert not mistakes
    assert keys.named["next-equation"].keys == ("right",)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"step": ["s", "q"]}, [("step", 1, "expected a key of its own, got q, which is quit too")]),
        ({"quit": ["s"]}, [("quit", 0, "expected a key of its own, got s, which is step too")]),
        ({"step": ["é", "t"], "run-to": ["t"]}, [("run-to", 0, "expected a key of its own, got t, which is step too")]),
        ({"zoom": ["ctrl+c"]}, [("zoom", 0, "expected another key than ctrl+c, which always stays what it is")]),
        ({"zoom": ["ctrl+q"]}, [("zoom", 0, "expected another key than ctrl+q, which always stays what it is")]),
        ({"zoom": ["Esc"]}, [("zoom", 0, "expected another key than Esc, which always stays what it is")]),
        ({"next-matrix": ["h"]}, [("next-matrix", 0, "expected another key than h, which always stays what it is")]),
        ({"stepp": ["a"]}, [("stepp", None, 'expected the name of an action, got "stepp"; did you mean "step"?')]),
        ({"step": ["pagup"]}, [("step", 0, 'expected a key, got "pagup"; did you mean "pageup"?')]),
    ],
)
def test_what_cannot_be_is_told_and_leaves_every_key(asked, told):
    keys, mistakes, _ = rebound(asked)
    assert keys is KEYMAP
    assert [(each.action, each.at, each.message) for each in mistakes] == told


@pytest.mark.parametrize("name", NEEDED)
def test_some_are_never_without_a_key(name: str):
    keys, mistakes, notes = rebound({name: []})
    assert not mistakes
    assert keys.named[name].keys == KEYMAP.named[name].keys
    assert name in notes[0]


def test_help_hints_and_palette_say_the_new_keys():
    keys, _, _ = rebound({"step": ["space"], "back": [], "help": ["f3"]})
    page = "\n".join(text for text, _ in help_page(keys, ascii=False))
    assert "Press Space to execute its operations one by one, the palette to undo them" in page
    assert [each.first() for each in keys.hints() if each.name in ("step", "back", "help")] == ["Space", "F3"]
    titles = [title for title, _ in keys.palette(ascii=False)]
    assert "Space  Execute the next operation, or the next COUNT of them." in titles
    assert any(title.startswith("Go back by one operation") for title in titles)
    assert keys.closing("f3")
    assert not keys.closing("question_mark")


def test_the_palette_lists_all_commands_too():
    listed = dict(KEYMAP.palette(ascii=True))
    assert listed[":print EXPR  Show the value of an expression over the values here."] == "console('print ')"


@pytest.mark.parametrize("pane", Stage(lambda line: None).panes, ids=lambda pane: pane.id)
def test_a_pane_s_page_lists_its_keys_from_the_table(pane):
    page = [text for text, _ in pane_page(pane, ascii=True)]
    for key in KEYMAP.bound():
        shown = any(text.endswith(key.help) and text.startswith(key.label(ascii=True)) for text in page)
        assert shown == (pane.id in key.panes or (key in SCROLLING and not key.panes))


@pytest.mark.parametrize("pane", Stage(lambda line: None).panes, ids=lambda pane: pane.id)
def test_a_pane_s_page_lists_enter_and_the_way_across_only_where_they_do_something(pane):
    listed = {key.name for key in KEYMAP.of(pane.id)}
    assert ("open" in listed) == (type(pane).enter is not Pane.enter)
    across = not pane.folds or isinstance(pane, CostPane)
    assert {"left", "right"} & listed == ({"left", "right"} if across else set())
    assert {"up", "down", "page-up", "page-down"} <= listed


def test_what_the_arrows_do_while_an_entry_is_chosen_is_said_of_all_of_them():
    text = hinted(KEYMAP.hints(inspecting=True), 120, BARE, ascii=True).text.plain
    assert "arrows choose an entry" in text


def test_the_panes_of_keys_are_panes():
    panes = {pane.id for pane in Stage(lambda line: None).panes}
    assert panes == set(NUMBERED)
    assert {pane for key in KEYMAP.bound() for pane in key.panes} <= panes


def test_the_foot_and_the_frames_say_the_new_keys():
    keys, _, _ = rebound({"step": ["space"], "pane-program": ["f4"], "pane-cost": []})
    stage = Stage(lambda line: None, keys=keys)
    stage.show(Session(scenario()).view)
    shown = rows(resized(stage, (120, 40)))
    assert shown[-1].startswith(" Space step")
    assert shown[0].startswith("╭─ F4 Program ─")
    assert any("─ Cost " in row for row in shown)


async def test_a_new_key_is_heard_and_the_old_one_is_not():
    keys, mistakes, _ = rebound({"step": ["space"], "next-pane": ["f9"], "run-to": ["tab"], "leave-entry": ["i"]})
    assert not mistakes
    app = debugger(keys=keys)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("space", "right", "s")
        await settled(pilot)
        assert "step 1 / 62" in place(app)
        await pilot.press("tab")
        assert app.command_line.opened
        await pilot.press("escape", "e")
        assert app.stage.inspecting
        await pilot.press("i")
        assert not app.stage.inspecting


@pytest.mark.parametrize("key", ["ctrl+p", "f2"])
async def test_the_palette_opens_by_either_key(key: str):
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(key)
        assert app.finder.on


OTHER = {"step": ["f5"], "check": ["f6"], "claim": ["f7"], "mend": ["f8"], "unmend": ["f9"], "finish-phase": ["f10"]}
OTHER |= {"break": ["f11"], "watch": ["f12"], "goto": ["f4"]}
WRONG = ["claim dZ3 = A3 - Y", "claim dW3 = dZ3 @ A2.T"]


@pytest.mark.parametrize(
    ("focus", "lines", "told"),
    [
        ("operation", [], "F5 executes its first operation"),
        ("entry", [], "F5 executes the first operation"),
        ("cost", [], "F10 goes on phase by phase"),
        ("check", [], "goto dA3 (F4) leads to the first gradient"),
        ("watch", [], "F11 stops at the equation at hand, F12 watches an expression"),
        ("claims", [], "None of yours yet. F7 writes one: claim dA3 = …"),
        ("claims", [*WRONG, "goto 1:dW3"], "F8 takes the mended line, F7 changes yours"),
        ("claims", [*WRONG, "mend dW3", "goto 1:dW3"], "F7 changes yours, F9 takes the change back"),
        ("check", ["end"], "F6 checks them."),
    ],
)
async def test_what_the_panes_say_of_keys_follows_those_in_use(focus: str, lines: list[str], told: str) -> None:
    keys, mistakes, _ = rebound(OTHER)
    assert not mistakes
    app = debugger(lines=lines, keys=keys)
    async with app.run_test(size=(120, 40)) as pilot:
        app.action_pane(1 + list(NUMBERED).index(focus))
        await settled(pilot)
        app.stage.arrangement.zoomed = True
        app.redraw()
        await settled(pilot)
        assert told in " ".join(" ".join(row.strip("│ ") for row in shown(app).splitlines()).split())


def test_what_a_pane_s_page_says_of_keys_follows_those_in_use() -> None:
    keys, _, _ = rebound(OTHER)
    pages = [text for pane in Stage(lambda line: None).panes for text, _ in pane_page(pane, keys, ascii=True)]
    assert any("F6 checks it again" in text for text in pages)
    assert not any("{" in text for text in pages)
