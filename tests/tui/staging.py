"""The screen without Textual: a stage on a session, and what stands on it."""

from __future__ import annotations

from typing import TypeVar

from textual.geometry import Size

from bpdebug.debugger.session import Session
from bpdebug.tui.colours import BARE, Look
from bpdebug.tui.panes.base import Pane
from bpdebug.tui.stage import Stage

P = TypeVar("P", bound=Pane)


def staged(session: Session, size: tuple[int, int] = (120, 40), look: Look = BARE) -> Stage:
    """A stage of so many columns and lines, drawn; what is pressed on it is executed, and it follows."""

    def send(line: str) -> None:
        stage.show(session.execute(line).view)

    stage = Stage(send, look, ascii=session.notation == "ascii")
    stage.fit(Size(*size))
    stage.show(session.view)
    stage.draw()
    return stage


def resized(stage: Stage, size: tuple[int, int]) -> Stage:
    """The stage, drawn in another size."""
    stage.fit(Size(*size))
    stage.draw()
    return stage


def rows(stage: Stage) -> list[str]:
    """What is to be seen, line by line, drawn as it is by now."""
    stage.draw()
    return [row.text.rstrip() for row in stage.rows(0, stage.size.height)]


def shown(stage: Stage) -> str:
    return "\n".join(rows(stage))


def visible(stage: Stage) -> list[str]:
    """The panes that show, in the order of their keys."""
    showing = {place.pane for place in stage._places}
    return [pane.id for pane in stage.panes if pane in showing]


def seen(pane: Pane) -> list[str]:
    """What shows of a pane, line by line."""
    pane.settle()
    return [pane.line(at).plain.rstrip() for at in range(pane.room.height)]


def ids(stage: Stage, *names: str) -> list[Pane]:
    """The panes that are called so."""
    return [pane for name in names for pane in stage.panes if pane.id == name]
