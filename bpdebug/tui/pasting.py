"""What is pasted: taken out of what the terminal sends, whatever stands in it, and made fit for a line."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from unicodedata import category

from textual import events
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.message import Message

TAB = 4


class Pastes:
    """A parser of what the terminal sends that sees the marks of what is pasted alone, and nothing between them.

    Textual's own looks for keys there too: it takes an escape and what follows it out of the text, and presses them.
    """

    def __init__(self, parser: XTermParser) -> None:
        self.parser = parser
        self._tail = ""
        """The last characters, which a mark may have begun with."""
        self._text: str | None = None
        """What was pasted so far, of a text that has not ended."""

    def feed(self, data: str) -> Iterator[Message]:
        """The events that characters stand for."""
        while data:
            if self._text is None:
                data = yield from self._typed(data)
            else:
                data = yield from self._pasted(self._text, data)

    def _typed(self, data: str) -> Generator[Message, None, str]:
        """Events of what is no paste; what is left behind the mark that begins one."""
        seen = self._tail + data
        at = seen.find(BRACKETED_PASTE_START)
        end = len(data) if at < 0 else at + len(BRACKETED_PASTE_START) - len(self._tail)
        self._tail = seen[1 - len(BRACKETED_PASTE_START) :] if at < 0 else ""
        self._text = None if at < 0 else ""
        yield from self.parser.feed(data[:end])
        return data[end:]

    def _pasted(self, before: str, data: str) -> Generator[Message, None, str]:
        """The event of a text that ends; what is left behind it."""
        text = before + data
        at = text.find(BRACKETED_PASTE_END, max(0, len(before) - len(BRACKETED_PASTE_END)))
        if at < 0:
            self._text = text
            return ""
        self._text = None
        for _ in self.parser.feed(BRACKETED_PASTE_END):
            pass  # to the parser nothing was pasted
        yield events.Paste(text[:at])
        return text[at + len(BRACKETED_PASTE_END) :]


def readable(text: str) -> str:
    """What was pasted, with tabs as blanks, one kind of line end, and every other control character spelled out."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(TAB)
    return "".join(ascii(each)[1:-1] if category(each) == "Cc" and each != "\n" else each for each in text)
