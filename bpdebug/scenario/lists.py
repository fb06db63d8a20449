"""Lists with an entry for each layer: W[l], zs[-l], activations[-2]; from which end they count, and from which number.

A list may hold layer 1 in its first place or in the one behind it; what tells is whether place 0 is used, or the number
of the last layer. Where neither is, or both conventions are mixed, nobody can say what an entry is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping

from msgspec import Struct, field

from bpdebug.scenario.anylayer import NUMBERED
from bpdebug.scenario.counting import Numbers, value
from bpdebug.scenario.owners import ERROR, LAYERED, meant, owner
from bpdebug.scenario.states import PARAMETERS

ALIASES: Mapping[str, str] = {
    **dict.fromkeys(("weights", "weight", "Ws", "ws"), "W"),
    **dict.fromkeys(("biases", "bias", "bs"), "b"),
    **dict.fromkeys(("activations", "acts", "As"), "A"),
    **dict.fromkeys(("zs", "Zs", "pre_activations"), "Z"),
    **dict.fromkeys(("nabla_w", "dWs", "grads_w", "grad_w", "dweights", "d_weights", "grad_weights"), "dW"),
    **dict.fromkeys(("nabla_b", "dbs", "grads_b", "grad_b", "dbiases", "d_biases", "grad_biases"), "db"),
}
"""What lists are called, and what a formula calls their entries."""
_ENTRY = re.compile(r"(?<![\w.])(?:\w+\.){0,4}(?P<row>[^\W\d]\w*)\s*\[(?P<index>[^\[\]:,\"'=]{1,40})\]")
_KEYED = re.compile(
    r"f[\"'](?P<filled>[^\W\d]\w*)\{(?P<one>[^{}]*)\}|[\"'](?P<added>[^\W\d]\w*)[\"']\s*\+\s*str\s*\((?P<two>[^()]*)\)"
    r"|[\"'](?P<stem>[^\W\d]\w*)(?:%[di][\"']\s*%|\{\}[\"']\s*\.format)(?P<three>[^\]]*)"
)
_INPUT_FIRST = re.compile(r"(?<![\w.])(?:self\.)?(?P<row>\w+)\s*=\s*\[\s*[Xx]\b")
_EMPTY = re.compile(r"(?<![\w.])(?:self\.)?(?P<row>\w+)\s*=\s*\[\s*\]")
_ACTIVATIONS = re.compile(r"(?:d|d_|dL_d|dJ_d)?[Aa]")

Places = Mapping[str, Collection[int]]
"""The places that are used of each list."""


class Lists(Struct, frozen=True):
    """How the lists of a block count."""

    last: int = 0
    """The number of the last layer."""
    shift: int | None = 0
    """What is added to a place to have the number of its layer; None where that is not known."""
    others: Mapping[str, int | None] = field(default_factory=dict)
    """The same for lists where it is another: X may be the first entry of the activations."""
    below: Collection[str] = ()
    """Lists over the steps of a recurrence whose place -1 is what comes before the first step: hs[t - 1] for t = 0."""

    def layer(self, row: str, place: int) -> int | None:
        """The layer whose entry stands at a place of a list; None where that is not known."""
        if place < 0 and row in self.below:
            shift = self.others.get(row, self.shift)
            return None if shift is None or place + shift < 0 else place + shift
        if place < 0 and -1 in self.others.values() and row not in self.others:
            return None  # the last entry has the number that the person gives it
        if place < 0:
            return self.last + 1 + place if self.last and self.last + 1 + place >= 0 else None
        shift = self.others.get(row, self.shift)
        return None if shift is None else place + shift


def entry(row: str, number: int, quantities: Collection[str]) -> str:
    """The name of the entry of a list that belongs to a layer: W1 for W[1] and weights[1]; "" where there is none."""
    alias = ALIASES.get(row, row)
    for stem in dict.fromkeys((row, alias, alias.lower(), singular(row))):
        name = f"{stem}{number}"
        if _known(name, quantities):
            return name
        if _known(f"{stem}{number + 1}", quantities) and not any(
            _known(f"{stem}{at}", quantities) for at in range(number)
        ):
            return name  # what comes before the first layer: the input
    return ""


def _known(name: str, quantities: Collection[str]) -> bool:
    return bool(name in quantities or owner(name, quantities) or meant(name, quantities))


def singular(row: str) -> str:
    """What an entry of a list is called by its own: h for hs."""
    return row[:-1] if row.endswith("s") and len(row) > 1 else row


def plural(places: Places, lists: Lists, quantities: Collection[str]) -> Mapping[str, str]:
    """For each list called by more than one of what it holds, how its first place is read: hs[0] as h1."""
    found: dict[str, str] = {}
    for row in (row for row in places if row not in ALIASES and singular(row) != row):
        place = min((each for each in places[row] if each >= 0), default=-1)
        number = lists.layer(row, place)
        name = "" if number is None else entry(row, number, quantities)
        if name == f"{singular(row)}{number}":
            found[f"{row}[{place}]"] = name
    return found


def by_layer(text: str, name: str, quantities: Collection[str]) -> bool:
    """Whether a number picks what belongs to a layer somewhere in a text: W[l], cache["A" + str(l - 1)]."""
    found = [(each["row"], each["index"]) for each in _ENTRY.finditer(text)]
    found += [
        (each["filled"] or each["added"] or each["stem"], each["one"] or each["two"] or each["three"] or "")
        for each in _KEYED.finditer(text)
    ]
    found += [(each["base"], each["top"] or each["braced"]) for each in NUMBERED.finditer(text)]
    return any(
        re.search(rf"\b{name}\b", index)
        and (not quantities or row == "caches" or entry(row, 1, quantities) or ERROR.fullmatch(row))
        for row, index in found
    )


def used(turns: Iterable[tuple[str, Numbers]], quantities: Collection[str]) -> Places:
    """The places that a block uses of its lists, its statements given with the numbers that they run with."""
    places: dict[str, set[int]] = {}
    for text, numbers in turns:
        for found in _ENTRY.finditer(text):
            place = value(found["index"], numbers)
            if place is not None and found["row"] not in quantities and _is_list(found["row"], quantities):
                places.setdefault(found["row"], set()).add(place)
    return places


def below(turns: Iterable[tuple[str, Numbers]]) -> frozenset[str]:
    """The lists of which a place below 0 is counted down to, as hs[t - 1] is where t is 0: no zs[-1] from the end."""
    entries = ((found, numbers) for text, numbers in turns for found in _ENTRY.finditer(text))
    return frozenset(
        found["row"]
        for found, numbers in entries
        if not found["index"].lstrip().startswith("-") and (value(found["index"], numbers) or 0) < 0
    )


def counted(code: str, places: Places, quantities: Collection[str], last: int, begin: int = 1) -> Lists:
    """How the lists of a block count, of which these places are used, in a network of the layers `begin` to `last`."""
    others = set[int]().union(*(places[row] for row in places if not holds_activations(row)))
    shift = _shift(others, (begin, last), lambda: _named(code, quantities, last))
    first = {found["row"] for found in _INPUT_FIRST.finditer(code)}
    first |= {"activations"} - {found["row"] for found in _EMPTY.finditer(code)}
    activations = {
        row: begin - 1 if row in first else 0 if shift == 0 or last in places[row] else None
        for row in places
        if holds_activations(row)
    }
    return Lists(last, shift, {**_from_zero(places, quantities, last, begin, shift), **activations})


def _from_zero(
    places: Places, quantities: Collection[str], last: int, begin: int, shift: int | None
) -> Mapping[str, int]:
    """Lists that begin at place 0 beside others that do not: xs[0] is x1 where there is no x0, and hs[0] is h0."""

    def begins(row: str) -> bool:
        used = 0 in places[row] and last not in places[row]
        return used and entry(row, begin, quantities) != "" and not _known(entry(row, 0, quantities), quantities)

    return {row: begin for row in places if begins(row)} if shift == 0 else {}


def _shift(places: Collection[int], layers: tuple[int, int], named: Callable[[], bool]) -> int | None:
    """How places are numbered, of which some are seen; `named` says whether a name has the number of the last layer."""
    begin, last = layers
    if last in places or not any(place >= 0 for place in places):
        return 0
    if 0 in places:
        return None if named() else begin
    return 0 if named() else None


def _is_list(row: str, quantities: Collection[str]) -> bool:
    return bool(entry(row, 1, quantities)) or (row.endswith("s") and ERROR.fullmatch(row) is not None)


def holds_activations(row: str) -> bool:
    """Whether a list is one of activations, or of their gradients: A, activations, dA."""
    return _ACTIVATIONS.fullmatch(ALIASES.get(row, row)) is not None


def holds_parameters(name: str) -> bool:
    """Whether a dictionary or a list is one of parameters: params, weights."""
    return PARAMETERS.fullmatch(name) is not None or ALIASES.get(name) in ("W", "b")


def _named(code: str, quantities: Collection[str], last: int) -> bool:
    """Whether a block names what belongs to the last layer by its number, dZ3 or W3, activations apart."""
    for word in set(re.findall(rf"\b[^\W\d]\w*{last}\b|\b[^\W\d]\w*L\b", code)):
        layer = LAYERED.fullmatch(re.sub(r"L\Z", str(last), word))
        if layer and not holds_activations(layer[1]) and entry(layer[1], last, quantities):
            return True
    return False
