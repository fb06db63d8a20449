"""The claims of the screen: judged beside it, anew whenever a line, the iteration or the run is another one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual.message import Message

from bpdebug.debugger.session import Session
from bpdebug.debugger.view import View
from bpdebug.tui.beside import Beside, failure
from bpdebug.tui.claimed import ClaimsState
from bpdebug.tui.motion import Errand
from bpdebug.tui.panes.claims import ClaimsPane
from bpdebug.tui.panes.matrices import MatricesPane
from bpdebug.tui.panes.operation import OperationPane
from bpdebug.tui.panes.program import ProgramPane
from bpdebug.tui.stage import Stage

if TYPE_CHECKING:
    from bpdebug.check.review import Review


class Claims:
    """Keeps the panes told of what is said of the claims."""

    class Judged(Message):
        """A judgement is done; who receives it knows whether it comes too late."""

        def __init__(self, state: ClaimsState, errand: Errand[Review]) -> None:
            super().__init__()
            self.state = state
            self.errand = errand

    def __init__(self, session: Session, stage: Stage, post: Callable[[Message], object]) -> None:
        self.session = session
        self.panes = stage.pane(ClaimsPane), stage.pane(OperationPane), stage.pane(MatricesPane)
        self.listing = stage.pane(ProgramPane)
        self.state = ClaimsState()
        self._begun: ClaimsState | None = None
        self._beside: Beside[ClaimsState, Review] = Beside(lambda state, errand: post(self.Judged(state, errand)))

    def show(self, view: View) -> None:
        """Suit the claims that there are now and the iteration that shows; what is known is told at once."""
        claims, replaced = self.session.claims, frozenset(self.session.replaced)
        before, iteration, run = self.state, view.place.iteration, view.run
        here = (before.iteration, before.run) == (iteration, run)
        if (before.claims, before.replaced) == (claims, replaced) and (here or not claims):
            return
        known = self.session.judging.known(claims, iteration)
        status = "done" if known else "running" if claims else "none"
        earlier = before.review if (before.claims, before.run) == (claims, run) else None
        self._tell(ClaimsState(claims, iteration, status, known or earlier, replaced, run=run))

    def begin(self, patience: float | None = 0) -> None:
        """Judge what is not judged yet; wait so many seconds for it, or (None) until it is done."""
        state = self.state
        if state.status != "running" or self._begun is state:
            return
        self._begun = state
        from bpdebug.debugger.judging import judging

        try:
            judge = judging(self.session)
        except Exception as error:  # noqa: BLE001 - told in the pane, and the session goes on
            self._failed(error)
        else:
            errand = self._beside.do(state, lambda: _whole(judge()))
            if errand is not None and errand.ends_within(patience):
                self._take(errand)

    def take(self, message: Judged) -> None:
        """Tell what was found, if it is still what shows."""
        self._beside.done()
        if message.state is self.state:
            self._take(message.errand)

    def _take(self, errand: Errand[Review]) -> None:
        try:
            review = errand.result
        except Exception as error:  # noqa: BLE001 - told in the pane, and the session goes on
            self._failed(error)
        else:
            self._tell(replace(self.state, status="done", review=review))

    def _failed(self, error: Exception) -> None:
        self._tell(replace(self.state, status="failed", review=None, message=failure(error)))

    def _tell(self, state: ClaimsState) -> None:
        self.state = state
        for pane in self.panes:
            pane.told(state)
        self.listing.claimed(state)


def _whole(review: Review) -> Review:
    """The review with what it computes when it is asked: the order of work and the remarks."""
    assert review.work is not None
    assert len(review.remarks) == len(review.claims)
    return review
