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
        self._under_way = False

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
        while self._keys and not self._under_way and not self.answering:
            widget = self.focused or self.screen
            await super().on_event(self._keys.popleft())
            if len(self.screen_stack) == 1:  # its widgets stay; one on another screen may be gone before it answers
                self._under_way = widget.post_message(self.Heard())

    async def on_turns_heard(self) -> None:
        self._under_way = False
        await self.go_on()
