"""What F1 shows: what the pane is, and its keys as the table has them, in a small screen too."""

from __future__ import annotations

import pytest
from textual.geometry import Size

from bpdebug.tui.colours import BARE
from bpdebug.tui.help import pane_page
from bpdebug.tui.keymap import KEYMAP
from bpdebug.tui.page import Page, Reading
from bpdebug.tui.panes.base import Pane
from bpdebug.tui.prose import sentence
from bpdebug.tui.stage import KINDS


def read(page: Page) -> str:
    """All that can be read in it, page by page, words one after the other."""
    words = [line.plain for line in page.lines()]
    while page.rest > 0:
        page.turn(1)
        words.append(list(page.lines())[-1].plain)
    return " ".join(" ".join(words).split())


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.heading)
@pytest.mark.parametrize("notation", ["unicode", "ascii"])
def test_it_says_what_the_pane_is_and_lists_its_keys(kind: type[Pane], notation: str) -> None:
    plain = notation == "ascii"
    lines = tuple((sentence(text, notation), style) for text, style in pane_page(kind(), ascii=plain))
    page = Page(Reading(kind.heading, "Esc closes", lines))
    region = page.suit(Size(80, 24), BARE)
    assert Size(80, 24).region.contains_region(region)
    first, text = " ".join(" ".join(line.plain for line in page.lines()).split()), read(page)
    about = sentence(KEYMAP.told(kind.about, ascii=plain), notation)
    assert len(about) > 40
    assert first.startswith(" ".join(about.split()))
    assert "Keys here" in first
    own = [key for key in KEYMAP.bound() if kind().id in key.panes]
    for key in (*own, KEYMAP.named["up"], KEYMAP.named["page-down"]):
        assert f"{key.label(ascii=plain)} {sentence(key.help, notation)}" in text
    assert not plain or text.isascii()
