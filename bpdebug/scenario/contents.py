"""What collections hold that are written out: tmp["out"] of tmp = {"out": A3 - Y}, deltas[-1] of deltas = [A3 - Y]."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from msgspec import Struct, field

from bpdebug.scenario.counting import Numbers, value

_QUOTED = r"\s*[\"'](?P<{}>\w+)[\"']\s*"
ENTRY = re.compile(
    r"(?<![\w.])(?:self\.)?(?P<holder>[^\W\d]\w*)\s*"
    rf"(?:\[(?:{_QUOTED.format('key')}|(?P<place>[^\[\]:,]+))\]|\.\s*get\s*\({_QUOTED.format('got')}(?:,[^()]*)?\)"
    r"|\.\s*(?P<field>[^\W\d]\w*)\b(?!\s*\())"
)
"""How an entry of a collection is asked for."""
_CHANGED = re.compile(r"(?<!\w)(?P<holder>[^\W\d]\w*)\s*(?:\[[^\[\]]*\]\s*[+\-*/]?=(?!=)|\+=|\.\s*\w+\s*\()")


@lru_cache(maxsize=1)
def keys(block: str) -> Mapping[str, frozenset[str]]:
    """The keys under which a block asks for something, by what it asks; "" for places."""
    found: dict[str, set[str]] = {}
    for each in ENTRY.finditer(block):
        found.setdefault(each["holder"], set()).add(each["key"] or each["got"] or each["field"] or "")
    return {holder: frozenset(each) for holder, each in found.items()}


@lru_cache(maxsize=1)
def holders(block: str) -> Mapping[str, int]:
    """How many things a block asks for what they hold under a key."""
    return Counter(key for each in keys(block).values() for key in each)


@lru_cache(maxsize=1)
def changing(block: str) -> frozenset[str]:
    """The names of collections whose entries a block sets, or that it calls for something."""
    return frozenset(each["holder"] for each in _CHANGED.finditer(block))


class Contents(Struct):
    """What the entries of collections are called at a point of the block, in its order."""

    entries: dict[str, dict[str, str]] = field(default_factory=dict)
    """For dictionaries and the like, by their keys."""
    lists: dict[str, list[str] | None] = field(default_factory=dict)
    """For lists, by their places; None for one of which it is not known what it holds by now."""
    made: dict[str, int] = field(default_factory=dict)
    """How many names the entries of a list have had."""

    def asked(self, found: re.Match[str], numbers: Numbers) -> str:
        """What stands for an entry that is asked for; "" where that is not known here."""
        held = self.entries.get(found["holder"], {}).get(found["key"] or found["got"] or found["field"] or "", "")
        if held or not found["place"] or found["holder"] not in self.lists:
            return held
        entries, place = self.lists[found["holder"]], value(found["place"], numbers)
        if entries is None or place is None:
            return found["holder"]
        return entries[place] if -len(entries) <= place < len(entries) else found["holder"]

    def given(self, names: Iterable[str], *, changed: bool = False) -> None:
        """Take down that names mean something else from here on, or are changed in a way that is not followed."""
        for name in names:
            if changed and name in self.lists:
                self.lists[name] = None
            elif not changed:
                self.entries.pop(name, None)
                self.lists.pop(name, None)

    def doubt(self, code: str) -> None:
        """Take down that nobody knows whether a statement runs, or how often."""
        for holder in self.lists:
            if re.search(rf"(?<![\w.])(?:self\.)?{holder}\s*(?:\.\s*\w+\s*\(|=(?!=))", code):
                self.lists[holder] = None

    def name(self, holder: str) -> str:
        """A name for one more entry of a list."""
        self.made[holder] = self.made.get(holder, -1) + 1
        return f"{holder}_{self.made[holder]}"
