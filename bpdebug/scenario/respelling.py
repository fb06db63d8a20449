"""How code names what a formula calls W1: self.W1, parameters["W1"], grads['dW1'], ∂J/∂W1, W1.grad."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping

from msgspec import Struct, field

from bpdebug.errors import Span
from bpdebug.scenario.anylayer import NUMBERED
from bpdebug.scenario.contents import ENTRY, Contents
from bpdebug.scenario.counting import Numbers, value
from bpdebug.scenario.lists import Lists, entry
from bpdebug.scenario.owners import meant, owner
from bpdebug.scenario.states import CALLED, GRADIENTS

_OWNERS = "self|cls|model|net|network|layer|params|parameters|weights|caches?|grads|gradients|dparams"
_COST = "J|L|C|E|[Ll]oss|[Cc]ost"
_WHOLE = r"[\w+\-*/ .]+(?:\([\w. ]*\)[\w+\-*/ ]*)?"
_STRING = rf"f[\"']\{{(?P<filled>{_WHOLE})\}}[\"']|[\"'](?P<digits>\d{{1,3}})[\"']|str\s*\((?P<strung>{_WHOLE})\)"
_FILLED = rf"\s*%\s*\(?(?P<percent>{_WHOLE})\)?|\s*\.format\s*\((?P<format>{_WHOLE})\)"
_ERRORS = re.compile(r"(?:d|deltas?|δ|errors?|grads?)", re.IGNORECASE)
BESIDE, BELOW, ENDED = "⑤", "⑥", "⑦"
"""Marks in MATLAB's code for what begins a row of arrays and a column of them, and for what ends it."""
_STACKED = {BESIDE: "hstack([", BELOW: "vstack([", ENDED: "])"}
_ATTRIBUTES = frozenset({"T", "mT", "shape", "size"})
_SPELLINGS = re.compile(
    r"(?<![\w.])(?P<holder>[A-Za-z_][\w.]*)\s*\[\s*(?P<quote>[\"'])(?P<key>[A-Za-z_]\w*)(?P=quote)"
    rf"(?:\s*\+\s*(?:str\((?P<number>{_WHOLE})\)|(?P<named>\w+)))?\s*\](?P<slope>\.grad\b(?!\s*\())?"
    r"|(?<![\w.])(?P<keeper>[A-Za-z_][\w.]*)\s*\[\s*f(?P<mark>[\"'])(?P<stem>[A-Za-z_]\w*)"
    rf"\{{(?P<count>{_WHOLE})\}}(?P=mark)\s*\]"
    r"|(?<![\w.])(?P<template>[A-Za-z_][\w.]*)\s*\[\s*(?P<around>[\"'])(?P<form>[A-Za-z_]*)(?:%[di]|\{\})(?P=around)"
    rf"(?:{_FILLED})\s*\]"
    r"|(?<![\w.])(?:self\.)?layer_?(?P<layer>\d+)\.(?P<member>[A-Za-z]\w*)"
    rf"|(?<![\w.])(?:(?:{_OWNERS})\.)*(?P<row>[^\W\d]\w*)\s*\[\s*(?:{_STRING}|(?P<index>{_WHOLE}))\s*\]"
    rf"|(?<![\w.])(?P<raised>[^\W\d]\w*)\s*\^\s*\{{?\s*[\[(](?P<power>{_WHOLE})[\])]\s*\^?\s*(?P<turned>T\b|⊤)?\s*\}}?"
    rf"|{NUMBERED.pattern}"
    r"|(?<![\w.])(?P<squared>[^\W\d]\w*|(?<=\)))\s*\^\s*\{?\s*(?P<exponent>\d)\s*\}?(?!\w)"
    r"|(?P<axis>[①②③④])"
    rf"|(?P<stack>[{''.join(_STACKED)}])"
    r"|(?<![\w.])(?P<last>d?[AZWab])L\b"
    rf"|(?<![\w.])(?:(?P<owner>{_OWNERS})\.)+(?P<attribute>[A-Za-z_]\w*)"
    r"|(?<![\w.])(?P<tensor>[A-Za-z_]\w*)\.grad\b(?!\s*\()"
    r"|∂[^\W\d]\w*\s*/\s*∂(?P<partial>(?=[^\W\d]))"
    rf"|(?<![\w.])d(?P<cost>{_COST})\s*/\s*d(?P<total>(?=[A-Za-z]))"
    r"|(?<!\w)∇_?(?P<nabla>(?=[^\W\d]))"
    r"|(?<=[\w)\]}])\^(?P<transpose>T\b|\{\s*T\s*\}|⊤)"
    r"|(?P<tight>(?:(?<=[ᵀ⊤₀-₉])|(?<=δ\d))(?=[^\W\d_₀-₉⁰-⁹²³¹ᵀ])"
    r"|(?<=\d/[mnN]\))[ \t]*(?=[(Σ]|d?[A-Zδ](?![a-z]))|(?<=\))(?=[A-Za-z][\d₀-₉]?(?:⁽\d⁾)?(?:ᵀ|⊤|\^\{?T\b)))"
    r"|(?P<ones>(?<=[\w)\]}])[ \t]*𝟏(?=\s*\Z))"
    r"|(?P<hat>(?<!\w)(?:[ŷŶ]|[yY]\u0302)(?!\w))"
)
_EQUALS = re.compile(r"\s*=(?!=)")
_ENTRYWISE = re.compile(r"[⊙∘*]")
_SQUARED = re.compile(
    r"(?<![\w.])(?P<function>tanh|cosh|sinh|log|exp)\s*(?:²|\^\s*(?:2|\{\s*2\s*\}))\s*"
    r"(?P<of>\((?:[^()\n]|\([^()\n]*\))*\))"
)
"""tanh²(Z) of mathematics, which is the square of what the function gives."""


class Respelled(Struct, frozen=True):
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

    def part(self, start: int, stop: int, *, bare: bool = True) -> Respelled:
        """A stretch of it, without the blanks around."""
        text = self.text[start:stop]
        if not bare:
            return Respelled(text, self.places[start:stop])
        start += len(text) - len(text.lstrip())
        return Respelled(text.strip(), self.places[start : start + len(text.strip())])


Parts = list[Respelled | str]


class Around(Struct, frozen=True):
    """What a line stands among: the program's names, those that the person's own lines give, the numbers of loops."""

    quantities: Collection[str] = ()
    bound: Collection[str] = ()
    numbers: Numbers = field(default_factory=dict)
    lists: Lists = field(default_factory=Lists)
    names: Mapping[str, str] = field(default_factory=dict)
    """What the names of loops stand for."""
    states: Collection[str] = ()
    """The dictionaries in which an optimizer keeps something of its own."""
    gradients: Collection[str] = ()
    """The dictionaries that are known to hold gradients, whatever they are called; "" for what is returned here."""
    contents: Contents = field(default_factory=Contents)
    """What collections hold that are written out."""


def respelled(text: str, start: int, around: Around) -> Respelled:
    """The text with every name of code's as a name of the language; it begins at `start`."""
    keys = {name: of for name, of in around.names.items() if of.startswith("'")}
    written = renamed(plain(text, start), {name: of for name, of in around.names.items() if name not in keys})
    if around.contents.entries or around.contents.lists:
        written = rewritten(written, ENTRY, lambda text, found: [_opened(text, found, around)])
    read = rewritten(written, _SPELLINGS, lambda text, found: [_spelled(text, found, around)])
    return rewritten(renamed(read, keys), _SQUARED, _as_square)


def _opened(text: Respelled, found: re.Match[str], around: Around) -> Respelled:
    """What an entry of a collection is called, over what asks for it."""
    name = around.contents.asked(found, around.numbers)
    return placed_over(name, text.placed(Span(*found.span()))) if name else text.part(*found.span(), bare=False)


def _spelled(text: Respelled, found: re.Match[str], around: Around) -> Respelled:
    """What a spelling of code's stands for, over it; it itself where it stands for itself."""
    name, (start, stop) = _name(found, around), found.span()
    if name is None:
        return text.part(start, stop, bare=False)
    if start == stop:  # something new stands there
        at = text.places[start] if start < len(text.places) else text.places[-1] + 1
        return Respelled(name, (at,) * len(name))
    return placed_over(name, text.placed(Span(start, stop)))


def _as_square(text: Respelled, found: re.Match[str]) -> Parts:
    """(tanh(Z) ** 2) for tanh²(Z)."""
    return ["(", text.part(*found.span("function")), text.part(*found.span("of")), " ** 2)"]


def renamed(text: Respelled, names: Mapping[str, str]) -> Respelled:
    """The text with other names for some; where one of them is called, it stays the function that it is.

    So does what an argument is named, and a key in quotes.
    """
    if not names:
        return text
    wanted = re.compile(rf"(?<![\w.\"'])(?:{'|'.join(map(re.escape, names))})\b(?!\s*\()")
    parts, at = list[Respelled | str](), 0
    for found in wanted.finditer(text.text):
        start, stop = found.span()
        if _names_argument(text.text, start, stop):
            continue
        parts += [Respelled(text.text[at:start], text.places[at:start])]
        where = range(text.places[start], text.places[stop - 1] + 1)
        name = names[found[0]]
        parts += [Respelled(name, tuple(_stretched(where, len(name), i) for i in range(len(name))))]
        at = stop
    return joined(*parts, Respelled(text.text[at:], text.places[at:]))


def plain(text: str, start: int = 0) -> Respelled:
    """A text as it stands, from a place on."""
    return Respelled(text, tuple(range(start, start + len(text))))


def _names_argument(text: str, start: int, stop: int) -> bool:
    """Whether a name stands for a parameter in a call: axis of sum(dZ, axis=axis)."""
    return _EQUALS.match(text, stop) is not None and text.count("(", 0, start) > text.count(")", 0, start)


def joined(*parts: Respelled | str) -> Respelled:
    """Texts one behind the other; what is new between them stands where the one before it ended."""
    places: list[int] = []
    for part in parts:
        places += part.places if isinstance(part, Respelled) else [places[-1] if places else 0] * len(part)
    return Respelled("".join(part if isinstance(part, str) else part.text for part in parts), tuple(places))


def rewritten(
    text: Respelled, pattern: re.Pattern[str], pieces: Callable[[Respelled, re.Match[str]], Parts]
) -> Respelled:
    """The text with other pieces for what a pattern finds."""
    parts, at = Parts(), 0
    for found in pattern.finditer(text.text):
        parts += [text.part(at, found.start(), bare=False), *pieces(text, found)]
        at = found.end()
    return joined(*parts, text.part(at, len(text.text), bare=False))


def placed_over(text: str, place: Span) -> Respelled:
    """A text of which every character stands for something of the block's."""
    where = range(place.start, place.end)
    return Respelled(text, tuple(_stretched(where, len(text), at) for at in range(len(text))))


def _stretched(where: range, length: int, place: int) -> int:
    """Where a character of the new spelling stood: the last one at the end of the old."""
    if not where:  # something new stands there
        return where.start
    return where[-1] if place == length - 1 else where[min(place, len(where) - 1)]


def _name(found: re.Match[str], around: Around) -> str | None:
    """What a spelling of code's stands for; None where it stands for itself."""
    quantities, bound = around.quantities, around.bound
    if found["key"] or found["stem"]:
        return _under_key(found, found["named"] or found["number"] or found["count"], around)
    if found["template"]:
        return _templated(found, around)
    if found["row"] or found["raised"] or found["base"] or found["layer"] or found["last"]:
        return _of_layer(found, around)
    if found["tight"] is not None or found["ones"] or found["hat"] or found["exponent"]:
        return _of_mathematics(found, quantities)
    if found["axis"]:
        at = "①②③④".index(found["axis"])
        return f"axis={at % 2}" + (", keepdims=True" if at < 2 else "")
    if found["stack"]:
        return _STACKED[found["stack"]]
    if found["attribute"]:
        whole = found["attribute"] in _ATTRIBUTES or found["owner"] in {*quantities, *bound}
        return None if whole else held(found["owner"], found["attribute"], around)
    if found["tensor"]:
        return f"d{found['tensor']}"
    if found["cost"]:
        return None if f"d{found['cost']}" in bound else "d"
    return ".T" if found["transpose"] else "d"


def _of_mathematics(found: re.Match[str], quantities: Collection[str]) -> str | None:
    """A product of W₂ᵀδ₂, which A ⊙ W₂ᵀδ₂ is not plainly; δ · ones((m, 1)); yhat for ŷ; (1 - A1)**2 for (1 - A1)^2."""
    if found["tight"] is not None or found["ones"]:
        product = " · ones((m, 1))" if found["ones"] else " · "
        return None if _ENTRYWISE.search(found.string, 0, found.start()) else product
    if found["hat"]:
        return f"{'y' if found['hat'][0] in 'ŷy' else 'Y'}hat"
    known = found["squared"] in ("", *quantities) or meant(found["squared"], quantities)
    return f"{found['squared']}**{found['exponent']}" if known else None


def _under_key(found: re.Match[str], count: str | None, around: Around) -> str | None:
    """grads["dW" + str(l)], cache[f"A{l - 1}"], params["W2"].grad, and grads["d" + key] of a loop over keys."""
    number = _key(count, around) or (value(count, around.numbers) if count and not found["named"] else None)
    if count and number is None:
        return None
    key = (found["key"] or found["stem"]) + ("" if number is None else str(number))
    name = held((found["holder"] or found["keeper"]).rpartition(".")[2], key, around)
    return f"d{name}" if found["slope"] else name


def _key(name: str | None, around: Around) -> str | None:
    """The key that a name of a loop over keys written out stands for; None for any other."""
    written = around.names.get((name or "").strip(), "")
    return written.strip("'") if written.startswith("'") else None


def _templated(found: re.Match[str], around: Around) -> str | None:
    """grads["dW%d" % l], grads["dW{}".format(l)], W["%d" % l]."""
    number, holder = value(found["percent"] or found["format"], around.numbers), found["template"].rpartition(".")[2]
    if number is None:
        return None
    if not found["form"]:
        return _entry(holder, number, around)
    return held(holder, f"{found['form']}{number}", around)


def _of_layer(found: re.Match[str], around: Around) -> str | None:
    """dZ[l], A^{[l-1]T}, layer2.W, AL."""
    row = found["row"] or found["raised"] or found["base"] or found["member"] or found["last"]
    index = found["index"] or found["filled"] or found["digits"] or found["strung"]
    if key := _key(found["index"], around):
        return held(row, key, around)
    number = value(index or found["power"] or found["top"] or found["braced"] or found["layer"] or "L", around.numbers)
    if number is not None and index:
        number = around.lists.layer(row, number)
    name = None if number is None else _entry(row, number, around)
    if name is None and found["row"] and row not in _ATTRIBUTES:
        return re.sub(r"^.*\.(?=\w+\s*\[)", "", found[0], flags=re.DOTALL)  # self.A[i] of which no layer is known
    return f"{name}.T" if name and (found["turned"] or found["flipped"]) else name


def _entry(row: str, number: int, around: Around) -> str | None:
    """A[1] is A1 and dZ[1] is dZ1 where the program has A1 and Z1, and no A: there it is an entry."""
    if number < 0 or row in around.quantities:
        return None
    return entry(row, number, around.quantities) or (f"{row}{number}" if _ERRORS.fullmatch(row) else None)


def held(holder: str, key: str, around: Around) -> str:
    """What a dictionary holds under a key: grads["W1"] is dW1, cache["W1"] is W1, v["W1"] and v["dW1"] are neither."""
    own = key in around.quantities
    if (own or owner(key, around.quantities)) and (CALLED.fullmatch(holder) or holder in around.states):
        return f"{holder}_{key}"
    return f"d{key}" if own and (GRADIENTS.fullmatch(holder) or holder in around.gradients) else key
