"""How code names what a formula calls W1: self.W1, parameters["W1"], grads['dW1'], ∂J/∂W1, W1.grad."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bpdebug.errors import Span

_OWNERS = "self|cls|model|net|network|layer|params|parameters|weights|caches?|grads|gradients|dparams"
_COST = "J|L|C|E|[Ll]oss|[Cc]ost"
_GRADIENTS = re.compile(r"(?i)(?:d|grads?|gradients?|d_?params|derivatives?)")
_ATTRIBUTES = frozenset({"T", "mT", "shape", "size"})
_SPELLINGS = re.compile(
    r"(?<![\w.])(?P<holder>[A-Za-z_][\w.]*)\s*\[\s*(?P<quote>[\"'])(?P<key>[A-Za-z_]\w*)(?P=quote)"
    r"(?:\s*\+\s*str\(\s*(?P<number>\d+)\s*\))?\s*\]"
    rf"|(?<![\w.])(?:(?P<owner>{_OWNERS})\.)+(?P<attribute>[A-Za-z_]\w*)"
    r"|(?<![\w.])(?P<tensor>[A-Za-z_]\w*)\.grad\b(?!\s*\()"
    r"|∂[^\W\d]\w*\s*/\s*∂(?P<partial>(?=[^\W\d]))"
    rf"|(?<![\w.])d(?P<cost>{_COST})\s*/\s*d(?P<total>(?=[A-Za-z]))"
    r"|(?<!\w)∇_?(?P<nabla>(?=[^\W\d]))"
    r"|(?<=[\w)\]])\^(?P<transpose>T\b|\{\s*T\s*\}|⊤)"
)


@dataclass(frozen=True, slots=True)
class Respelled:
    """A text in the language's own names, and for each of its characters where it stood."""

    text: str
    places: tuple[int, ...]

    def placed(self, span: Span | None) -> Span:
        """A span of the text, where it stood."""
        if not self.places or span is None:
            return Span(self.places[0], self.places[-1] + 1) if self.places else Span(0, 1)
        start = min(span.start, len(self.places) - 1)
        stop = min(max(span.end, start + 1), len(self.places))
        return Span(self.places[start], max(self.places[stop - 1], self.places[start]) + 1)

    def part(self, start: int, stop: int) -> Respelled:
        """A stretch of it, without the blanks around."""
        text = self.text[start:stop]
        start += len(text) - len(text.lstrip())
        return Respelled(text.strip(), self.places[start : start + len(text.strip())])


def respelled(text: str, start: int, quantities: Collection[str] = (), bound: Collection[str] = ()) -> Respelled:
    """The text with every name of code's as a name of the language; it begins at `start`.

    `quantities` are the names of the program, `bound` those that the person's own lines give.
    """
    pieces: list[tuple[str, range]] = []
    at = 0
    for found in _SPELLINGS.finditer(text):
        name = _name(found, quantities, bound)
        if name is None:
            continue
        pieces += [(text[at : found.start()], range(at, found.start())), (name, range(found.start(), found.end()))]
        at = found.end()
    pieces.append((text[at:], range(at, len(text))))
    places = (start + _stretched(where, len(piece), i) for piece, where in pieces for i in range(len(piece)))
    return Respelled("".join(piece for piece, _ in pieces), tuple(places))


def renamed(text: Respelled, names: Mapping[str, str]) -> Respelled:
    """The text with other names for some; where one of them is called, it stays the function that it is."""
    if not names:
        return text
    wanted = re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, names))})\b(?!\s*\()")
    parts, at = list[Respelled | str](), 0
    for found in wanted.finditer(text.text):
        start, stop = found.span()
        parts += [Respelled(text.text[at:start], text.places[at:start])]
        where = range(text.places[start], text.places[stop - 1] + 1)
        name = names[found[0]]
        parts += [Respelled(name, tuple(_stretched(where, len(name), i) for i in range(len(name))))]
        at = stop
    return joined(*parts, Respelled(text.text[at:], text.places[at:]))


def joined(*parts: Respelled | str) -> Respelled:
    """Texts one behind the other; what is new between them stands where the one before it ended."""
    places: list[int] = []
    for part in parts:
        places += part.places if isinstance(part, Respelled) else [places[-1] if places else 0] * len(part)
    return Respelled("".join(part if isinstance(part, str) else part.text for part in parts), tuple(places))


def _stretched(where: range, length: int, place: int) -> int:
    """Where a character of the new spelling stood: the last one at the end of the old."""
    return where[-1] if place == length - 1 else where[min(place, len(where) - 1)]


def _name(found: re.Match[str], quantities: Collection[str], bound: Collection[str]) -> str | None:
    if found["key"]:
        return _held(found["holder"].rpartition(".")[2], found["key"] + (found["number"] or ""), quantities)
    if found["attribute"]:
        whole = found["attribute"] in _ATTRIBUTES or found["owner"] in {*quantities, *bound}
        return None if whole else _held(found["owner"], found["attribute"], quantities)
    if found["tensor"]:
        return f"d{found['tensor']}"
    if found["cost"]:
        return None if f"d{found['cost']}" in bound else "d"
    return ".T" if found["transpose"] else "d"


def _held(holder: str, key: str, quantities: Collection[str]) -> str:
    """What a dictionary holds under a key: grads["W1"] is dW1, cache["W1"] is W1."""
    return f"d{key}" if key in quantities and _GRADIENTS.fullmatch(holder) else key
