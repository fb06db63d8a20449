"""The tour: to places that exist, beside the panes that it speaks of, and back to where it began."""

from __future__ import annotations

import pytest
from textual.geometry import Size

from bpdebug.debugger import keeping
from bpdebug.debugger.tour import stations
from bpdebug.scenario.bundled import bundled
from bpdebug.tui.app import Debugger
from bpdebug.tui.colours import BARE
from bpdebug.tui.page import Page, Reading
from bpdebug.tui.tour import asked_for
from bpdebug.tui.verdicts import report, sample
from tests.debugger.scenes import opened, said
from tests.tui import staging
from tests.tui.driving import debugger, place, rows, scenario, settled, shown, until

SIZES = ((60, 16), (80, 24), (110, 34), (120, 40), (200, 60))
NAMES = [each.name for each in bundled()]


def title(app: Debugger) -> str:
    """What the border of the card says; empty where there is none."""
    return "" if app.stage.page is None else app.stage.page.title


def unmarked(app: Debugger) -> list[str]:
    """What is to be seen, without the marks of what the last move changed and what is said of these."""
    legend = " • changed by the last move "
    return [row.replace(legend, "─" * len(legend)).replace("•", " ") for row in rows(app)]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("notation", ["unicode", "ascii"])
def test_it_goes_to_places_that_exist_and_speaks_of_what_is_there(name: str, notation: str) -> None:
    session = opened(name, notation=notation)
    stage = staging.staged(session)
    found = stations(session.program, session.view.place.iterations, notation)
    assert 6 <= len(found) <= 10
    for each in found:
        said(session, f"goto {each.place}")
        assert each.pane in stage.arrangement.panes
        assert len(each.text) < 400
        wanted = each.place.rpartition(":")[2]
        assert wanted in ("start", session.view.operation.equation.name)
        assert notation == "unicode" or (each.title + each.text).isascii()


def test_what_a_run_of_one_iteration_does_not_have_is_left_out() -> None:
    session = opened(iterations=1)
    places = [each.place for each in stations(session.program, 1)]
    assert places[-1] == "1:W1"
    for each in places:
        said(session, f"goto {each}")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("notation", ["unicode", "ascii"])
def test_a_card_is_read_whole_and_covers_no_pane(size: tuple[int, int], notation: str) -> None:
    session = opened(notation=notation)
    stage = staging.staged(session, size)
    stage.arrangement.zoomed = not stage.arrangement.wide
    for each in stations(session.program, 20, notation):
        said(session, f"goto {each.place}")
        stage.show(session.view)
        stage.arrangement.focus(stage.arrangement.panes[each.pane])
        stage.page = Page(Reading("Tour", "Enter", ((each.title, "heading"), (each.text, "words")), "foot"))
        lines = staging.rows(stage)
        pane = next(place for place in stage._places if place.pane.id == each.pane)
        assert pane.region.height >= 5
        assert not stage.page.region.overlaps(pane.region.translate((0, stage._top)))
        assert stage.size.region.contains_region(stage.page.region)
        assert stage.page.rest <= 0, "no card is to be scrolled"
        assert notation == "unicode" or all(line.isascii() for line in lines)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_it_ends_where_it_began_with_the_panes_as_they_were(size: tuple[int, int]) -> None:
    app = debugger("xor", lines=["goto 3:dW1", "break dZ1"])
    async with app.run_test(size=size) as pilot:
        await pilot.press("9", "5", "x", "3", "escape")
        await settled(pilot)
        before, words = unmarked(app), app.stage.arrangement.words
        await pilot.press("colon", *"tour", "enter")
        for key in ("right", "left", *["enter", "space", "n", "s"] * 2):
            assert title(app).startswith("Tour ")
            await pilot.press(key)
            await settled(pilot)
        assert title(app) == "Tour 9 of 10"
        await pilot.press("enter")
        await settled(pilot)
        assert "Enter ends the tour" in shown(app)
        assert "iteration 3 / 500 · backward" in place(app)
        await pilot.press("enter")
        await settled(pilot)
        assert (app.stage.page, app.stage.arrangement.words) == (None, words)
        assert "iteration 3 / 500 · backward" in place(app)
        assert unmarked(app) == before or size == (120, 40), "but for how far the program is scrolled"
        await pilot.press("n")
        await settled(pilot)
        assert app.view.operation.equation.name == "db1", "keys step again"


@pytest.mark.parametrize("way", ["escape", "q", "ctrl+c"])
async def test_it_is_left_on_the_way(way: str) -> None:
    app = debugger(lines=["goto 2:J"])
    async with app.run_test(size=(80, 24)) as pilot:
        app.perform("tour")
        await pilot.press("enter", "enter", "left", "x", "5", "c")
        await settled(pilot)
        assert title(app) == "Tour 2 of 10"
        await pilot.press(way)
        await settled(pilot)
        assert (title(app), app.is_running) == ("", True)
        assert "iteration 2 / 200 · cost" in place(app)


async def test_a_click_goes_on_and_leaving_the_screen_ends_it() -> None:
    app = debugger(lines=["goto 2:J"])
    async with app.run_test(size=(120, 40)) as pilot:
        app.perform("tour")
        await pilot.click(offset=(5, 5))
        assert title(app) == "Tour 2 of 10"
        app.leave(0)
    assert app.session.view.place.words.startswith("iteration 2 / 200 · cost")


async def test_in_another_size_the_card_stands_beneath_the_panes_again() -> None:
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        app.perform("tour")
        await settled(pilot)
        await pilot.resize_terminal(120, 40)
        await settled(pilot)
        assert app.stage.page is not None
        assert Size(120, 40).region.contains_region(app.stage.page.region)
        assert all(place.region.bottom <= app.stage.page.region.y for place in app.stage._places)


async def test_while_a_place_is_on_its_way_keys_wait() -> None:
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        app.perform("tour")
        await settled(pilot)
        motion, app.dialogue.motion = app.dialogue.motion, app.dialogue  # type: ignore[assignment]
        assert not app.tour.taken("enter")
        app.dialogue.motion = motion
        assert app.tour.taken("enter")
        await settled(pilot)


@pytest.mark.parametrize(
    ("line", "asked"), [("tour", True), (" tour ", True), ("tou", True), ("tour on", False), ("t", False), ("", False)]
)
def test_the_command_may_be_cut_short(line: str, asked: bool) -> None:
    assert asked_for(line) == asked


def first_opened(*, fresh: bool = True) -> Debugger:
    """The screen on a session that is kept."""
    kept = keeping.opened(scenario("xor"), {}, "xor", fresh=fresh)
    return Debugger(kept.session, kept=kept)


async def test_it_is_offered_once_and_begun_with_enter() -> None:
    app = first_opened()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "First time here? Enter begins a tour of about a minute" in shown(app)
        await pilot.press("enter")
        assert title(app) == "Tour 1 of 10"
        await pilot.press("escape")
        await settled(pilot)
        assert "First time here?" not in shown(app)
        await pilot.press("enter")
        assert title(app) == ""
    assert app.kept is not None
    app.kept.leave()
    again = first_opened()
    async with again.run_test(size=(80, 24)):
        assert again.stage.message == ""


@pytest.mark.parametrize("key", ["escape", "s"])
async def test_every_other_key_just_goes_on(key: str) -> None:
    app = first_opened()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(key)
        await settled(pilot)
        assert "First time here?" not in shown(app)
        await pilot.press("enter")
        await settled(pilot)
        assert title(app) == ""


async def test_it_is_not_offered_where_a_session_was_resumed() -> None:
    kept = keeping.opened(scenario("xor"), {}, "xor")
    assert kept.execute("goto 2:J").ok
    kept.leave()
    app = first_opened(fresh=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.ready)
        assert app.stage.message.startswith("resumed at iteration 2")
        await pilot.press("enter")
        assert title(app) == ""


async def test_the_last_card_fits_the_smallest_screen() -> None:
    app = debugger()
    async with app.run_test(size=(60, 16)) as pilot:
        app.tour.begin()
        await settled(pilot)
        while not app.tour._last:
            await pilot.press("enter")
            await settled(pilot)
        assert app.stage.page is not None
        assert app.stage.page.rest <= 0


def test_what_it_says_of_the_check_is_what_the_check_says_of_itself() -> None:
    session = opened("three-layer")
    text = next(each.text for each in stations(session.program, 200) if each.pane == "check")
    assert "by a complex step" in text
    said(session, "goto 1:dW2")
    (check,) = session.checking(["dW2"])()
    assert "by a complex step" in " ".join(line.plain for line in report(sample(check), "unicode", 200, BARE))
