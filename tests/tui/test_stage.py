"""The screen drawn line by line: only what is another is drawn anew, and that is the same as drawing all of it."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.geometry import Region, Size

from bpdebug.tui.box import Frame
from bpdebug.tui.colours import BARE, coloured
from bpdebug.tui.framed import Framed
from bpdebug.tui.page import Page, Reading
from bpdebug.tui.panes.check import CheckPane
from bpdebug.tui.panes.entry import EntryPane
from bpdebug.tui.panes.matrices import MatricesPane
from bpdebug.tui.panes.program import ProgramPane
from bpdebug.tui.stage import KINDS, Stage
from bpdebug.tui.themes import DARK, LIGHT
from tests.debugger.scenes import opened, said
from tests.tui.staging import resized, rows, shown, staged

READING = Reading("Title", "Esc closes", tuple((f"line {number}", "words") for number in range(60)))


def lines(stage: Stage) -> list[list[tuple[str, str]]]:
    """What was drawn, line by line, each cell with its style."""
    return [
        [(character, str(each.style)) for each in row for character in each.text]
        for row in stage.rows(0, stage.size.height)
    ]


def afresh(stage: Stage) -> Stage:
    """The same stage that has drawn nothing yet, its panes as far scrolled."""
    twins = {pane: copy(pane) for pane in stage.panes}
    twin, arrangement, before = copy(stage), copy(stage.arrangement), stage.arrangement
    twin.panes, twin.arrangement, twin.page = tuple(twins.values()), arrangement, copy(stage.page)
    arrangement.panes = {name: twins[pane] for name, pane in before.panes.items()}
    arrangement.first, arrangement.current = twins[before.first], twins[before.current]
    arrangement.hidden, arrangement.order = (
        {twins[each] for each in before.hidden},
        [twins[each] for each in before.order],
    )
    twin.pane(MatricesPane).told_spot = twin.pane(EntryPane).told
    twin.pane(ProgramPane)._known = {}
    twin.framed, twin._over = Framed(twin.key_of, ascii=twin.ascii), Frame()
    twin._pieces, twin._rows = [], []
    for pane in twin.panes:
        scrolled = pane.down, pane.across
        pane.stale()
        pane.settle()
        pane.down, pane.across = scrolled
    return twin


def test_first_all_is_drawn_and_then_nothing_as_long_as_nothing_changes() -> None:
    stage = staged(opened())
    assert len(stage.rows(0, 40)) == 40
    assert all(row.cell_length == 120 for row in stage.rows(0, 40))
    assert stage.draw() == []
    resized(stage, (120, 39))
    assert stage.draw() == []


def test_in_another_size_all_is_drawn() -> None:
    stage = staged(opened())
    stage.fit(Size(100, 30))
    assert stage.draw() == [Region(0, 0, 100, 30)]
    assert all(row.cell_length == 100 for row in stage.rows(0, 30))


def test_a_step_within_an_equation_draws_a_few_lines_of_the_panes_it_changes() -> None:
    session = opened()
    said(session, "goto 1:J", "reverse-step", "reverse-step")
    stage = staged(session)
    said(session, "step")
    stage.show(session.view)
    changed = stage.draw()
    program = next(place.region for place in stage._places if isinstance(place.pane, ProgramPane))
    assert 0 < sum(region.area for region in changed) < 120 * 40 // 3
    assert all(region.height == 1 for region in changed)
    listed = [region for region in changed if region.width < 120 and program.contains_region(region)]
    assert len(listed) == 2, "the operation that was at hand, and the one that is"


def test_another_focus_draws_two_frames() -> None:
    stage = staged(opened(), look=coloured(DARK))
    stage.arrangement.focus(stage.pane(ProgramPane))
    touched = {region.x for region in stage.draw()}
    assert {place.region.x for place in stage._places if isinstance(place.pane, ProgramPane | MatricesPane)} == touched


def test_what_is_said_goes_where_the_hints_are() -> None:
    stage = staged(opened())
    stage.message, stage.kind = "something", "refusal"
    assert [region.y for region in stage.draw()] == [39]
    assert rows(stage)[-1] == " something"
    stage.message = ""
    assert [region.y for region in stage.draw()] == [39]


@pytest.mark.parametrize("kind", ["refusal", "progress"])
def test_a_refusal_and_progress_have_a_style_of_their_own(kind: str) -> None:
    stage = staged(opened(), look=coloured(DARK))
    stage.message, stage.kind = "something", kind
    stage.draw()
    (style,) = {each.style for each in stage.rows(39, 40)[0] if "something" in each.text}
    assert style is not None
    assert style.color == (stage.look.odd if kind == "refusal" else stage.look.accent).color


def test_the_equation_chosen_in_the_program_is_marked() -> None:
    stage = staged(opened(), look=coloured(DARK))
    pane = stage.pane(ProgramPane)
    pane.turn(down=1)
    stage.draw()
    (row,) = [row for row in stage.rows(0, 40) if "A⁽¹⁾ = relu(Z⁽¹⁾)" in row.text]
    marked = [each for each in row if each.style and each.style.bgcolor == stage.look.chosen.bgcolor]
    assert "A⁽¹⁾ = relu(Z⁽¹⁾)" in "".join(each.text for each in marked)


def test_lines_out_of_sight_are_counted_in_the_border() -> None:
    stage = staged(opened(), (80, 24))
    pane = stage.pane(ProgramPane)
    stage.arrangement.focus(pane)
    stage.draw()
    down = pane.bounds.height
    assert f"↓ {down} more" in shown(stage)
    pane.scroll(1)
    assert f"↑ 1 more  ↓ {down - 1} more" in shown(stage)
    pane.edge(1)
    assert f"──── ↑ {down} more ─╯" in shown(stage), "none beneath"


def test_what_is_pressed_in_a_pane_is_sent() -> None:
    stage = staged(opened())
    y = next(at for at, row in enumerate(rows(stage)) if "dZ⁽²⁾ = dA⁽²⁾" in row)
    pane, asked = stage.at(10, y)
    assert isinstance(pane, ProgramPane)
    assert asked is None
    pane.press(*stage.within(pane, 10, y))
    assert stage.view is not None
    assert stage.view.operation.equation.name == "dZ2"


def test_a_pane_is_asked_for_by_its_name_in_a_border_it_shares() -> None:
    stage = staged(opened())
    shared = [place for place in stage._places if place.tabs]
    assert shared
    for place in shared:
        row = rows(stage)[place.region.y]
        for pane in place.tabs:
            key = f"{stage.key_of(pane)} {pane.title if pane is place.pane else pane.short or pane.heading}"
            assert stage.at(row.index(key, place.region.x) + 2, place.region.y) == (place.pane, pane)


LOOKS = [BARE, coloured(DARK), coloured(LIGHT)]
SIZES = st.sampled_from([(59, 15), (60, 16), (80, 24), (100, 30), (120, 40), (160, 50)])
LINES = ["step", "next", "reverse-step", "finish", "goto 2:dW2", "goto 1:J", "goto +1", "break dW1", "end", "start"]
DONE = st.one_of(
    st.tuples(st.just("execute"), st.sampled_from(LINES)),
    st.tuples(st.just("fit"), SIZES),
    st.tuples(st.just("focus"), st.integers(0, len(KINDS) - 1)),
    st.tuples(st.just("zoom"), st.booleans()),
    st.tuples(st.just("hide"), st.none()),
    st.tuples(st.just("turn"), st.tuples(st.integers(-2, 2), st.integers(-2, 2))),
    st.tuples(st.just("page"), st.sampled_from([-1, 1])),
    st.tuples(st.just("scroll"), st.integers(-9, 9)),
    st.tuples(st.just("say"), st.sampled_from(["", "a word", "many words  " * 30])),
    st.tuples(st.just("read"), st.booleans()),
    st.tuples(st.just("dress"), st.sampled_from(LOOKS)),
    st.tuples(st.just("point"), st.booleans()),
)


def do(stage: Stage, what: str, given: object) -> None:
    """Something that a user does, as the app passes it on."""
    arrangement, pane = stage.arrangement, stage.arrangement.current
    matrices = stage.pane(MatricesPane)
    {
        "execute": lambda: stage.pane(ProgramPane).send(given),
        "fit": lambda: stage.fit(Size(*given)),  # type: ignore[misc]
        "focus": lambda: arrangement.focus(stage.panes[given]),  # type: ignore[call-overload]
        "zoom": lambda: setattr(arrangement, "zoomed", given),
        "hide": arrangement.hide,
        "turn": lambda: pane.turn(*given),  # type: ignore[misc]
        "page": lambda: pane.page(given),  # type: ignore[arg-type]
        "scroll": lambda: pane.scroll(given, given),  # type: ignore[arg-type]
        "say": lambda: setattr(stage, "message", given),
        "read": lambda: setattr(stage, "page", Page(READING) if given else None),
        "dress": lambda: setattr(stage, "look", given),
        "point": lambda: (setattr(matrices, "pointing", True), matrices.turn(1)) if given else matrices.release(),
    }[what]()


def covered(before: list[list[tuple[str, str]]], stage: Stage, regions: list[Region]) -> Iterator[int]:
    """The lines that changed outside the regions that were told."""
    for y, (old, new) in enumerate(zip(before, lines(stage), strict=True)):
        told = {x for region in regions if region.y <= y < region.bottom for x in range(region.x, region.right)}
        if len("".join(cell for cell, _ in old)) != len("".join(cell for cell, _ in new)):
            continue  # a wide character moved
        if any(one != other for x, (one, other) in enumerate(zip(old, new, strict=True)) if x not in told):
            yield y


@given(st.lists(DONE, min_size=3, max_size=9))
@settings(max_examples=15, deadline=None)
def test_what_is_drawn_bit_by_bit_is_what_is_drawn_afresh(done: list[tuple[str, object]]) -> None:
    stage = staged(opened(), look=coloured(DARK))
    for what, given_ in done:
        before, size = lines(stage), stage.size
        do(stage, what, given_)
        regions = stage.draw()
        assert stage.size != size or not list(covered(before, stage, regions)), what
        twin = afresh(stage)
        twin.draw()
        assert lines(stage) == lines(twin), what
        assert stage.draw() == []


def test_what_is_told_of_a_check_is_drawn() -> None:
    session = opened()
    said(session, "goto 1:dW2")
    stage = staged(session, (80, 24))
    stage.arrangement.focus(stage.pane(CheckPane))
    stage.draw()
    pane = stage.pane(CheckPane)
    pane.told(type(pane.check)("running", "dW2", session.view.serial))
    assert stage.draw()
    assert "checking dW⁽²⁾ …" in shown(stage)


@pytest.mark.parametrize(("width", "others"), [(60, 3), (80, 7)])
def test_a_zoomed_pane_is_named_among_the_tabs_and_others_as_far_as_there_is_room(width: int, others: int) -> None:
    stage = staged(opened(), (width, 24))
    stage.arrangement.zoomed = True
    for pane in stage.panes:
        stage.arrangement.focus(pane)
        tabs = rows(stage)[0]
        assert len(tabs) < width
        assert f"{stage.key_of(pane)} {pane.short or pane.heading}" in tabs
        named = [each for each in stage.panes if f" {each.short or each.heading}" in tabs]
        assert len(named) > others
        assert all(stage._tabs.at(at) is not None for at in range(1, len(tabs)))


def test_what_is_said_in_several_lines_covers_what_a_click_beneath_it_would_ask_for() -> None:
    stage = staged(opened("three-layer"))
    line = stage.size.height - 3
    assert any(stage.at(x, line)[1] for x in range(stage.size.width))
    stage.message = "  ".join(["a sentence that is rather long " * 3] * 3)
    stage.draw()
    assert stage.rows(line, line + 1)[0].text.startswith(" a sentence")
    assert not any(stage.at(x, line)[1] for x in range(stage.size.width))
