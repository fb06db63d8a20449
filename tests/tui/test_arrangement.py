"""Where the panes stand: they share all of the screen without a gap, in every size, whichever of them are hidden."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.geometry import Size

from bpdebug.tui.arrangement import SMALLEST, Arrangement, Place
from bpdebug.tui.panes.base import Pane
from bpdebug.tui.stage import KINDS
from tests.debugger.scenes import opened, said

EDGES = [(60, 16), (80, 24), (109, 60), (200, 33), (110, 34), (149, 45), (150, 46), (200, 60)]
"""Sizes at which another arrangement begins or ends."""
NAMES = [kind().id for kind in KINDS]


@pytest.fixture(scope="module")
def panes() -> tuple[Pane, ...]:
    session = opened()
    said(session, "goto 1:dW2")
    made = tuple(kind(lambda line: None) for kind in KINDS)
    for each in made:
        each.show(session.view)
    return made


def arranged(panes: tuple[Pane, ...], hidden: Iterable[str] = (), *, focus: str = "") -> Arrangement:
    """The panes with some of them hidden, one by one as the user does it."""
    made = Arrangement(panes)
    for name in hidden:
        made.current = made.panes[name]
        made.hide()
    if focus:
        made.focus(made.panes[focus])
    return made


def placed(arrangement: Arrangement, size: tuple[int, int]) -> list[Place]:
    arrangement.full = Size(*size)
    return arrangement.places(Size(size[0], size[1] - 3))


def assert_tiled(places: list[Place], size: tuple[int, int]) -> None:
    """The places fill their area, each cell of it once."""
    area = Size(size[0], size[1] - 3).region
    assert sum(place.region.area for place in places) == area.area
    for place in places:
        assert area.contains_region(place.region)
        assert place.region.width >= 10, place
        assert place.region.height >= 3, place
    for one, other in combinations(places, 2):
        assert not one.region.overlaps(other.region), (one, other)
    showing = [place.pane for place in places]
    assert len(set(showing)) == len(showing)


def subsets() -> Iterable[tuple[str, ...]]:
    """All panes that can be hidden together: never all of them."""
    return chain.from_iterable(combinations(NAMES, count) for count in range(len(NAMES)))


@pytest.mark.parametrize("size", EDGES)
def test_whatever_is_hidden_the_rest_shares_the_whole_screen(panes: tuple[Pane, ...], size: tuple[int, int]) -> None:
    for hidden in subsets():
        made = arranged(panes, hidden)
        assert {pane.id for pane in made.hidden} == set(hidden)
        places = placed(made, size)
        assert_tiled(places, size)
        assert not made.hidden & {place.pane for place in places}
        assert made.current in {pane for place in places for pane in (place.pane, *place.tabs)} or not made.wide


@given(
    st.integers(SMALLEST[0], 200),
    st.integers(SMALLEST[1], 60),
    st.sets(st.sampled_from(NAMES), max_size=len(NAMES) - 1),
    st.sampled_from(NAMES),
    st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_in_every_size_the_pane_that_has_the_focus_shows(panes, width, height, hidden, focus, zoomed) -> None:
    made = arranged(panes, sorted(hidden), focus=focus)
    made.zoomed = zoomed
    places = placed(made, (width, height))
    assert_tiled(places, (width, height))
    assert made.panes[focus] in [place.pane for place in places]
    assert not zoomed or len(places) == 1


@pytest.mark.parametrize("hidden", [(), ("operation",), ("program", "claims"), ("matrices", "cost")])
def test_every_size_is_shared_out(panes: tuple[Pane, ...], hidden: tuple[str, ...]) -> None:
    made = arranged(panes, hidden)
    for width in range(SMALLEST[0], 201, 5):
        for height in range(SMALLEST[1], 61):
            assert_tiled(placed(made, (width, height)), (width, height))


def test_a_pane_that_is_hidden_shows_again_by_its_key_and_the_last_cannot_be_hidden(panes: tuple[Pane, ...]) -> None:
    made = arranged(panes)
    for _ in range(2 * len(panes)):
        made.hide()
    assert len(made.hidden) == len(panes) - 1
    assert made.current not in made.hidden
    for pane in panes:
        made.focus(pane)
    assert not made.hidden


def test_the_next_pane_is_the_next_that_is_not_hidden(panes: tuple[Pane, ...]) -> None:
    made = arranged(panes, ["operation", "check"], focus="program")
    seen = []
    for _ in range(len(panes) - 2):
        seen.append(made.current.id)
        made.turn(1)
    assert seen == [name for name in NAMES if name not in ("operation", "check")]
    assert made.current.id == "program"
    made.turn(-1)
    assert made.current is panes[-1]


def test_as_it_was_left_it_is_taken_up(panes: tuple[Pane, ...]) -> None:
    made = arranged(panes, ["cost", "program"], focus="check")
    made.zoomed = True
    again = Arrangement(panes)
    again.take_up(made.words)
    assert (again.words, again.hidden, again.current, again.zoomed) == (
        made.words,
        made.hidden,
        made.current,
        True,
    )


@pytest.mark.parametrize("words", ["", "nothing", "check check check", "nothing matrices", "check -nowhere"])
def test_words_that_say_nothing_of_the_panes_are_passed_over(panes: tuple[Pane, ...], words: str) -> None:
    made = Arrangement(panes)
    made.take_up(words)
    assert not made.hidden
    assert sorted(pane.id for pane in made.order) == sorted(NAMES)
    assert_tiled(placed(made, (120, 40)), (120, 40))


def test_a_theme_that_was_chosen_is_among_what_is_taken_up(panes: tuple[Pane, ...]) -> None:
    made, again = Arrangement(panes), Arrangement(panes)
    assert "theme" not in made.words
    made.theme = "light"
    again.take_up(made.words)
    assert again.theme == "light"
    assert again.words == made.words
