"""Whoever waits for a check may give it up: between its operations it asks whether somebody did."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from bpdebug.errors import UsageError

_given_up: ContextVar[Callable[[], bool] | None] = ContextVar("given_up", default=None)


class GivenUp(UsageError):
    """Somebody gave up what was being done."""


@contextmanager
def patient(given_up: Callable[[], bool] | None) -> Iterator[None]:
    """Within it `pause` asks this; None: nobody gives up."""
    token = _given_up.set(given_up)
    try:
        yield
    finally:
        _given_up.reset(token)


def pause() -> None:
    """GivenUp where what is being done was given up."""
    given_up = _given_up.get()
    if given_up is not None and given_up():
        raise GivenUp("stopped before it was done: nothing was found out")
