"""bpdebug export: files by their ending, written whole or not at all, one line and exit code 2 where it cannot be."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

DOCS = Path(__file__).parent.parent / "docs"
LINES = re.findall(r"^bpdebug export .*", (DOCS / "export.md").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("line", LINES)
def test_every_line_of_the_page_writes_its_file(line, bpdebug, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = shlex.split(line, comments=True)
    assert bpdebug(*words[1:]) == (0, "", "")
    written = (tmp_path / words[-1]).read_text(encoding="utf-8")
    assert written.startswith(("<!DOCTYPE html>\n", "\\documentclass", "# "))
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == [words[-1]]


def test_the_options_say_what_is_written_and_the_bytes_are_the_same(bpdebug, tmp_path):
    for name in ("1.md", "2.md"):
        options = ["--iteration", "2", "--digits", "3", "--bookkeeping", "total", "--fused"]
        assert bpdebug("export", "xor", *options, "-o", str(tmp_path / name)).code == 0
    one, two = ((tmp_path / name).read_bytes() for name in ("1.md", "2.md"))
    assert one == two
    page = one.decode()
    assert "Iteration 2 of 500" in page
    assert "*bookkeeping:* total" in page
    assert r"= \frac{A^{(2)} - Y}{m}" in page
    assert "\n+0.32 & +0.69 \\\\\n" in page


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "expected a file to write: bpdebug export xor -o walk.html, walk.tex or walk.md"),
        (["-o", "walk.pdf"], "expected a file ending in .html, .tex or .md, got 'walk.pdf'"),
        (["-o", "walk"], "expected a file ending in .html, .tex or .md, got 'walk'"),
        (["-o", "/nowhere/walk.html"], "walk.html cannot be written: there is no folder nowhere"),
        (["-o", "walk.html", "--iteration", "501"], "expected an iteration from 1 to 500, got 501"),
    ],
)
def test_what_cannot_be_ends_with_2_and_one_line(bpdebug, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    assert bpdebug("export", "xor", *arguments) == (2, "", f"{said}\n")
    assert not [each for each in tmp_path.iterdir() if each.is_file()]
