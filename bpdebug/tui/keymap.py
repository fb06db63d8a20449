"""The table of keys as it holds on a screen: as it comes, or with other keys for some of its actions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from bpdebug.debugger.commands import COMMANDS
from bpdebug.scenario.wording import guessed, listed, quoted
from bpdebug.tui.keynames import NAMED, called, understood
from bpdebug.tui.keys import GROUPS, INSPECTING, SCROLLING, Key

LEAVING, FIXED = "ctrl+q", Key("", ("ctrl+q",), "quit", "")
"""Leaves in any case: Textual hears it before all others."""
NEEDED = ("quit", "help", "console", "leave-entry")
"""What is never left without a key."""
SPELLING = (
    'A key is a character, or a name such as "space", "f5" or "pageup"; ctrl+, alt+ or shift+ may stand before it.'
)
PLACE = re.compile(r"\{([a-z-]+)\}")
SPECIAL = next(name for name, group in GROUPS.items() if group is INSPECTING)


class Keymap(Struct, frozen=True, eq=False, dict=True):
    """The table: what the screen takes its bindings, its hints and its help from."""

    groups: Mapping[str, tuple[Key, ...]]

    @cached_property
    def named(self) -> dict[str, Key]:
        """The lines whose keys can be others, by the names of their actions."""
        return {each.name: each for group in self.groups.values() for each in group if each.name}

    def bound(self) -> Iterator[Key]:
        """Every line that holds whenever nothing special is going on."""
        return (each for name, group in self.groups.items() if name != SPECIAL for each in group)

    @cached_property
    def heard(self) -> dict[str, Key]:
        """What each key does whenever nothing special is going on, but for those that come before all else."""
        return {name: each for each in self.bound() if not each.urgent for name in each.keys}

    def hints(self, *, inspecting: bool = False) -> Iterator[Key]:
        """The keys that stand at the foot of the screen."""
        return (each for each in (self.groups[SPECIAL] if inspecting else self.bound()) if each.hint and each.keys)

    def inspecting(self, key: str) -> Key | None:
        """What a key does while an entry is chosen, if it does anything of its own then."""
        return next((each for each in self.groups[SPECIAL] if key in each.keys), None)

    def closing(self, key: str) -> bool:
        """Whether a key closes a page that is read."""
        named = (self.named[name].keys for name in ("quit", "help", "pane-help"))
        return key in ("escape", "enter") or any(key in keys for keys in named)

    def of(self, pane: str) -> Iterator[Key]:
        """What can be pressed in a pane: what does something of its own there, then what scrolls it."""
        scrolling = {each.name for each in SCROLLING}
        yield from (each for each in self.bound() if pane in each.panes and each.name not in scrolling)
        yield from (self.named[each.name] for each in SCROLLING if not each.panes or pane in each.panes)

    def told(self, text: str, *, ascii: bool = False) -> str:
        """A text in which {step} stands for the first key of that action, or, where it has none, for the palette."""
        return PLACE.sub(lambda found: self.named[found[1]].first(ascii=ascii) or "the palette", text)

    def every(self, name: str, *, ascii: bool = False) -> str:
        """All keys of an action, for a sentence: → or s."""
        return " or ".join(called(each, ascii=ascii) for each in self.named[name].keys) or "the palette"

    def palette(self, *, ascii: bool) -> Iterator[tuple[str, str]]:
        """What the palette lists, as what is shown and the action behind it: all that keys do other than scroll, then
        the commands of the console.
        """
        unlisted = {"palette", *(each.name for each in SCROLLING)}
        listed = [each for each in self.bound() if each.name not in unlisted]
        for each in listed:
            yield f"{each.label(ascii=ascii)}  {each.help}".strip(), each.action
        known = {each.help for each in listed}
        for command in (each for each in COMMANDS.values() if each.summary not in known):
            yield f":{command.usage}  {command.summary}", f"console({f'{command.name} '!r})"


KEYMAP = Keymap(GROUPS)
"""The table as it comes."""


class Mistake(Struct, frozen=True):
    """What is wrong with the keys that were asked for: for which action, with which of its words, and what to do."""

    action: str
    at: int | None
    message: str
    hint: str = ""


Asked = Mapping[str, Sequence[str]]
"""Keys as they are written, by the names of actions."""


def rebound(asked: Asked, table: Keymap = KEYMAP) -> tuple[Keymap, list[Mistake], list[str]]:
    """The table with other keys for some actions, what is wrong with them, and what is to be told of them.

    Where anything is wrong the table stays as it is.
    """
    notes, wanted = [], {name: _keys(words) for name, words in asked.items() if name in table.named}
    for name in NEEDED:
        if wanted.get(name) == ():
            wanted[name] = table.named[name].keys
            notes.append(f"{name} is never left without a key, and keeps {table.named[name].label()}")
    made = _with(table, wanted)
    mistakes = [*_unknown(asked, table), *_twice(made, asked)]
    return (table if mistakes else made), mistakes, notes


def _keys(words: Sequence[str]) -> tuple[str, ...]:
    """The keys that are written, each once."""
    return tuple(dict.fromkeys(key for word in words if (key := understood(word)) is not None))


def _with(table: Keymap, wanted: Mapping[str, tuple[str, ...]]) -> Keymap:
    """The table with other keys."""
    return Keymap(
        {
            name: tuple(replace(each, keys=wanted.get(each.name, each.keys)) for each in group)
            for name, group in table.groups.items()
        }
    )


def _unknown(asked: Asked, table: Keymap) -> Iterator[Mistake]:
    """Actions and keys that there are not."""
    for name, words in asked.items():
        if name not in table.named:
            message = guessed(f"expected the name of an action, got {quoted(name)}", name, table.named)
            yield Mistake(name, None, message, f"Actions: {listed(table.named)}.")
            continue
        for at, word in enumerate(words):
            if understood(word) is None:
                yield Mistake(name, at, guessed(f"expected a key, got {quoted(word)}", word, NAMED), SPELLING)


def _twice(table: Keymap, asked: Asked) -> Iterator[Mistake]:
    """Keys that would have two meanings at once."""
    for lines in (list(table.bound()), table.groups[SPECIAL]):
        owners: dict[str, Key] = {LEAVING: FIXED}
        for each in lines:
            for key in each.keys:
                other = owners.setdefault(key, each)
                if other is not each:
                    yield _clash(key, *((each, other) if each.name in asked else (other, each)), asked)


def _clash(key: str, one: Key, other: Key, asked: Asked) -> Mistake:
    """A key that one action was given, although the other one has it."""
    at = next((at for at, word in enumerate(asked[one.name]) if understood(word) == key), None)
    shown = called(key)
    if not other.name:
        return Mistake(one.name, at, f"expected another key than {shown}, which always stays what it is")
    none = "" if other.name in NEEDED else f", or none: {other.name} = []"
    hint = f"Give {other.name} other keys{none}."
    return Mistake(one.name, at, f"expected a key of its own, got {shown}, which is {other.name} too", hint)
