"""The stops of a session: numbered, switched on and off, passed over so many times."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from bpdebug.debugger.triggers import Trigger
from bpdebug.debugger.words import counted
from bpdebug.errors import UsageError

MOST = 1_000


class Stop(Struct, eq=False):
    """One stop. `words` are those it was asked for with, and make it again."""

    number: int
    kind: str
    """break, watch or health"""
    words: str
    trigger: Trigger
    temporary: bool = False
    enabled: bool = True
    ignored: int = 0
    """How many times it is still to be passed over."""
    hits: int = 0
    name: str = ""
    """Of a health condition: what it is called instead of a number."""

    @property
    def called(self) -> str:
        """How it is spoken of: stop 2 (break dW2)."""
        return f"health ({self.name})" if self.name else f"stop {self.number} ({self.words})"


class Hit(Struct, frozen=True):
    """A stop at which a motion ended, and what there is to say."""

    stop: Stop
    position: int
    said: str

    @property
    def words(self) -> str:
        """One line for the answer."""
        return f"{self.stop.called}{f': {self.said}' if self.said else ''}"


class Stops:
    """Those of the user's own, by number, and the conditions of health, by name."""

    def __init__(self) -> None:
        self.own: dict[int, Stop] = {}
        self.health: dict[str, Stop] = {}
        self.last = 0
        """The number that was given last."""

    def __iter__(self) -> Iterator[Stop]:
        yield from self.own.values()
        yield from self.health.values()

    @property
    def active(self) -> tuple[Stop, ...]:
        """Those that are switched on."""
        return tuple(stop for stop in self if stop.enabled)

    def add(self, kind: str, words: str, trigger: Trigger, *, temporary: bool = False) -> Stop:
        """A new stop, with the next number."""
        if len(self.own) >= MOST:
            raise UsageError(f"there are {MOST:,} stops already: delete some")
        self.last += 1
        stop = Stop(self.last, kind, words, trigger, temporary)
        self.own[stop.number] = stop
        return stop

    def like(self, stop: Stop) -> Stop | None:
        """The first that looks for the same as this one, if there is one before it."""
        return next(
            (
                each
                for each in self.own.values()
                if each is not stop and (each.kind, each.trigger.sought) == (stop.kind, stop.trigger.sought)
            ),
            None,
        )

    def numbered(self, text: str) -> Stop:
        """The stop that a number or the name of a health condition means."""
        if text in self.health:
            return self.health[text]
        if text.isascii() and text.isdecimal() and int(text[:9]) in self.own:
            return self.own[int(text[:9])]
        if not text:
            raise UsageError("expected the number of a stop: info breakpoints lists them")
        raise self.unknown(text)

    def unknown(self, text: str) -> UsageError:
        """What there is to say of a number or a name that no stop has."""
        known = ", ".join([*map(str, self.own), *self.health])
        return UsageError(f"there is no stop {text[:20]!r}; there are {known}" if known else "there are no stops")

    def delete(self, stop: Stop) -> None:
        """Take a stop away; a health condition is switched off instead."""
        if stop.name:
            stop.enabled = False
        else:
            self.own.pop(stop.number, None)

    def hit(self, hits: list[Hit]) -> None:
        """Note where a motion ended; a temporary stop has done its work."""
        for hit in hits:
            hit.stop.hits += 1
            if hit.stop.temporary:
                self.own.pop(hit.stop.number, None)


def listed(stop: Stop) -> str:
    """A stop in one line: number, state, what it is, how often it was met."""
    state = "" if stop.enabled else ", off"
    passed = f", passes over {counted(stop.ignored, 'time')}" if stop.ignored else ""
    met = f", met {counted(stop.hits, 'time')}" if stop.hits else ""
    return f"{stop.name or stop.number}  {stop.words}{state}{passed}{met}"
