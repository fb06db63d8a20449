"""A drawing as text, picture and page: the same cells, escaped, and no byte by chance."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest

from bpdebug.export.drawing import Drawing, Ink, Run, merged, text
from bpdebug.export.html import html
from bpdebug.export.svg import HEIGHT, WIDTH, svg

PAGE = Ink("#111111", "#ffffff")
LOUD = Ink("#ffffff", "#aa0000", bold=True, italic=True, underline=True, strike=True)


def drawing(*rows: list[Run], title: str = "a title") -> Drawing:
    return Drawing(title, 12, tuple(merged(row) for row in rows), PAGE)


def run(text: str, ink: Ink = PAGE) -> Run:
    return Run(text, len(text), ink)


MADE = drawing([run("<b> & "), run('"x"', LOUD), run("   ")], [run("  two words ")], [Run("数据", 4, PAGE), run("!")])


def test_text_has_no_blanks_at_the_ends_of_its_lines():
    assert text(MADE) == '<b> & "x"\n  two words\n数据!\n'


def test_how_a_row_was_put_together_is_not_to_be_seen():
    apart = drawing([run("ab"), run(""), run("c d", PAGE), run("e", LOUD)])
    together = drawing([run("abc d"), run("e", LOUD)])
    assert apart == together
    assert svg(apart) == svg(together)


def test_every_word_of_a_picture_stands_in_its_cells():
    found = ET.fromstring(svg(MADE))
    words = {
        each.text: (float(each.get("x", "")), float(each.get("y", "")), float(each.get("textLength", "")))
        for each in found.iter("{http://www.w3.org/2000/svg}text")
    }
    assert list(words) == ["<b>", "&", '"x"', "two", "words", "数据", "!"]
    assert words["words"][0] == pytest.approx(6 * WIDTH)
    assert words["words"][2] == pytest.approx(5 * WIDTH)
    assert words["!"][0] == pytest.approx(4 * WIDTH)
    assert words["!"][1] - words["&"][1] == 2 * HEIGHT
    assert found.findtext("{http://www.w3.org/2000/svg}title") == "a title"


def test_a_picture_has_the_grounds_that_are_not_the_page_s():
    found = ET.fromstring(svg(MADE))
    grounds = [each for each in found.iter("{http://www.w3.org/2000/svg}rect") if each.get("y") is not None]
    assert [(each.get("fill"), each.get("width")) for each in grounds] == [("#aa0000", f"{3 * WIDTH:g}")]


@pytest.mark.parametrize("written", [svg, html])
def test_nothing_comes_from_elsewhere_and_nothing_is_markup(written):
    made = written(drawing([run("</text></pre><script>")], title="</title><script>"))
    assert "<script>" not in made
    assert "url(" not in made
    assert "href" not in made
    assert "id=" not in made


class Reader(HTMLParser):
    """What a page says, and how wide its stretches are."""

    def __init__(self) -> None:
        super().__init__()
        self.said, self.inside = "", False
        self.widths: list[str | None] = []

    def handle_starttag(self, tag, attributes):
        self.inside = self.inside or tag == "pre"
        if tag == "span":
            self.widths.append(dict(attributes)["style"])

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "pre"

    def handle_data(self, data):
        self.said += data if self.inside else ""


def test_a_page_says_what_the_screen_says():
    reader = Reader()
    reader.feed(html(MADE))
    assert [line.rstrip() for line in reader.said.splitlines()] == text(MADE).splitlines()
    assert reader.widths == ["width:6ch", "width:3ch", "width:3ch", "width:12ch", "width:4ch", "width:1ch"]


@pytest.mark.parametrize("written", [svg, html])
def test_an_ink_is_told_in_full(written):
    made = written(MADE)
    for word in ("#ffffff", "#aa0000", "bold", "italic", "underline line-through"):
        assert word in made
