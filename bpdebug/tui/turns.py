"""Keys heard one after another: what one opens, closes or moves the next one finds so, however fast they come."""

from __future__ import annotations

from collections import deque

from textual import events
from textual.app import App
from textual.message import Message


class Turns(App[int]):
    """An app that gives out a key only when all is done that the one before it asked for.

    Textual hands a key to the widget that has the focus when the key arrives, before the widget has heard the one
    before it. A message that goes the same way behind the key tells when the key has come through.
    """

    class Heard(Message):
        """The key before it went all the way through the widgets to the app."""

    def __init__(self) -> None:
        super().__init__()
        self._keys: deque[events.Key | events.Paste] = deque()
        self._under_way: Turns.Heard | None = None

    @property
    def answering(self) -> bool:
        """Whether something is still on its way that the last key asked for."""
        return False

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            self._keys.append(event)
            await self.go_on()
        else:
            await super().on_event(event)

    async def go_on(self) -> None:
        """Give out the keys that wait, as far as nothing is under way."""
        while self._keys and self._under_way is None and not self.answering:
            event = self._keys.popleft()
            if isinstance(event, events.Key) and await self.taken(event):
                continue
            widget, heard = self.focused or self.screen, self.Heard()
            await super().on_event(event)
            self._under_way = heard if widget.post_message(heard) else None

    async def taken(self, event: events.Key) -> bool:
        """Take a key before any widget hears it; whether that was done."""
        return False

    async def on_descendant_focus(self) -> None:
        """A widget hears keys now."""
        await self.go_on()

    async def on_turns_heard(self, message: Heard) -> None:
        if message is self._under_way:
            self._under_way = None
            await self.go_on()
