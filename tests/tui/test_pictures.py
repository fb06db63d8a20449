"""Every pane at three sizes, in both notations and all colours, and the whole screen in every phase: as it is seen."""

from __future__ import annotations

import hashlib
from functools import cache

import pytest
from textual.geometry import Size
from textual.strip import Strip

from bpdebug.debugger.session import Session
from bpdebug.tui.colours import Look, look
from bpdebug.tui.snapshot import shown
from bpdebug.tui.stage import KINDS, Stage
from bpdebug.tui.themes import DARK, LIGHT
from tests.tui.driving import scenario

SIZES = ((80, 24), (120, 40), (200, 60))
PANES = [kind.__name__.removesuffix("Pane").lower() for kind in KINDS]
LINES = ("watch J", "break dW1", "display norm(dW2)", "goto 3:dW2")
COLOURS = {"dark": (DARK, "truecolor"), "light": (LIGHT, "truecolor"), "16": (DARK, "standard"), "mono": (DARK, None)}
LOOKS = {name: look(theme, system) for name, (theme, system) in COLOURS.items()}
PLACES = {"start": "start", "forward": "2:A2", "cost": "2:J", "backward": "2:dZ2", "update": "2:W2"}


@cache
def session(notation: str, *lines: str) -> Session:
    found = Session(scenario("gradient-checking"), notation=notation)
    for line in lines:
        assert found.execute(line).ok, line
    return found


def staged(run: Session, size: tuple[int, int], own: Look, focus: str = "") -> Stage:
    """The screen of a session."""
    stage = Stage(lambda line: None, own, ascii=run.notation == "ascii")
    stage.fit(Size(*size))
    shown(stage, run)
    if focus:
        stage.arrangement.focus(stage.arrangement.panes[focus])
    stage.draw()
    return stage


def told(rows: list[Strip]) -> str:
    return "\n".join(row.text.rstrip() for row in rows)


def digest(rows: list[Strip]) -> str:
    """Of the styles, another one wherever anything is drawn otherwise."""
    styles = hashlib.sha256()
    for row in rows:
        for segment in row:
            styles.update(f"{len(segment.text)} {segment.style}\n".encode())
    return styles.hexdigest()[:12]


def pane(stage: Stage, name: str) -> list[Strip]:
    """The lines of a pane, its frame included."""
    place = next(each for each in stage.standing() if each.pane.id == name)
    region = place.region.translate((0, 0 if stage.arrangement.wide else 1))
    return [row.crop(region.x, region.right) for row in stage.rows(region.y, region.bottom)]


@pytest.mark.parametrize("size", SIZES, ids=["x".join(map(str, each)) for each in SIZES])
@pytest.mark.parametrize("name", PANES)
def test_a_pane(name: str, size: tuple[int, int], snapshot):
    unicode, spelled = session("unicode", *LINES), session("ascii", *LINES)
    drawn = {each: pane(staged(unicode, size, own, name), name) for each, own in LOOKS.items()}
    plain = pane(staged(spelled, size, LOOKS["mono"], name), name)
    assert all(told(each) == told(drawn["dark"]) for each in drawn.values()), "colours change no character"
    assert told(plain).isascii()
    styles = "\n".join(f"{each} {digest(rows)}" for each, rows in (*drawn.items(), ("ascii", plain)))
    assert f"{told(drawn['dark'])}\n\n{told(plain)}\n\n{styles}\n" == snapshot


@pytest.mark.parametrize("phase", PLACES)
def test_the_screen(phase: str, snapshot):
    stage = staged(session("unicode", f"goto {PLACES[phase]}"), (120, 40), LOOKS["dark"])
    assert told(stage.rows(0, 40)) == snapshot
