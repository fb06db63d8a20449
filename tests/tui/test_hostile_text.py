"""Text that is no friend of a terminal: wherever it is told it shows, does nothing, and leaves the lines straight."""

from __future__ import annotations

import os
import random
import unicodedata
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import pytest
from msgspec.structs import replace
from rich.cells import cell_len
from textual.geometry import Size
from textual.strip import Strip

from bpdebug.debugger.session import Session
from bpdebug.export.html import html
from bpdebug.export.svg import svg
from bpdebug.tui.bars import said
from bpdebug.tui.claimed import ClaimsState
from bpdebug.tui.colours import look
from bpdebug.tui.page import Page, Reading
from bpdebug.tui.panes.claims import ClaimsPane
from bpdebug.tui.panes.history import HistoryPane
from bpdebug.tui.snapshot import drawn
from bpdebug.tui.stage import Stage
from bpdebug.tui.themes import DARK
from tests.tui.driving import scenario

STRINGS = int(os.environ.get("BPDEBUG_STRINGS", "40"))
"""How many are tried."""
PARTS = (
    *("[bold red]x[/]", "[@click=app.bell]y[/]", "[link=http://a]z[/link]", "</text>", "&amp;", "<script>", "]]>", "`"),
    *("\x1b[31m", "\x1b]0;t\x07", "\x1b]8;;http://a\x07", "\x9b2J", "\r", "\n", "\t", "\x00", "\x7f", "\ufeff"),
    *("\u202e", "\u2066", "\u200b", "\u200d", "\U000e0041", "\ud7ff", "e\u0301", "\u0489" * 5, "\uff41"),
    *(
        "\u6f22\u5b57",
        "\U0001f642",
        "\U0001f469\u200d\U0001f467",
        "'\"",
        "\\",
        "{x}",
        "%s",
        "$W1",
        "dW2",
        " ",
        "A" * 300,
    ),
)


def strings(count: int) -> Iterator[str]:
    """Each part alone, then so many together; one of ten thousand characters."""
    chance = random.Random(7)
    yield from PARTS
    yield "x\x1b[2J" * 2_000
    for _ in range(max(0, count - len(PARTS) - 1)):
        yield "".join(chance.choices(PARTS, k=chance.randint(1, 8)))


HOSTILE = list(strings(STRINGS))


def straight(rows: list[Strip], size: Size) -> str:
    """All that shows, after a look at every line: as wide as the screen, nothing but text, nothing to click."""
    assert len(rows) == size.height
    for row in rows:
        assert sum(cell_len(segment.text) for segment in row) == size.width
        for segment in row:
            assert not segment.control
            assert not any(unicodedata.category(each) in ("Cc", "Cf") for each in segment.text), repr(segment.text)
            assert segment.style is None or (segment.style.link is None and not segment.style.meta)
    return "\n".join(row.text for row in rows)


def session(text: str) -> Session:
    """A scenario that is called so and claims so, in which that was typed."""
    own = scenario("gradient-checking")
    claims = (replace(own.claims[0], text=text), *own.claims[1:])
    changed = replace(own, title=text, summary=text, claims=claims)
    found = Session(changed)
    found.execute("goto dW2")
    found.execute(text.replace("\n", " ")[:1_900])
    return found


@pytest.mark.parametrize("at", range(len(HOSTILE)))
def test_a_text_shows_wherever_it_is_told_and_does_nothing(at: int):
    text, size = HOSTILE[at], Size(120, 40)
    stage = Stage(lambda line: None, look(DARK, "truecolor"))
    stage.fit(size)
    run = session(text)
    stage.show(run.view)
    stage.pane(HistoryPane).told(tuple(run.history.done))
    stage.pane(ClaimsPane).told(ClaimsState(run.claims, 1, "failed", message=text))
    stage.draw()
    straight(stage.rows(0, 40), size)
    for pane in stage.panes:
        stage.arrangement.focus(pane)
        stage.arrangement.zoomed = True
        stage.message = text
        stage.page = Page(Reading(text, text, ((text, "words"), (text, "table"), (text, "heading"))))
        stage.draw()
        straight(stage.rows(0, 40), size)
        stage.page = None
        stage.draw()
        straight(stage.rows(0, 40), size)
    assert all(cell_len(line) <= 119 for line in said(text, 120, ascii=False))


@pytest.mark.parametrize("at", range(0, len(HOSTILE), 5))
def test_a_drawing_of_it_is_well_formed(at: int):
    drawing = drawn(session(HOSTILE[at]), (80, 24), focus="history")
    ET.fromstring(svg(drawing))
    page = html(drawing)
    assert "<script" not in page.lower()
    assert "\x1b" not in page
