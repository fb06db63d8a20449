"""Examples that come in batches or in another order: X_batch = X[:, i:i + batch_size] stands for all of X.

What is judged are formulas, on all examples at once: a batch of them is as good.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from bpdebug.errors import Span
from bpdebug.scenario.brackets import assignment, parts
from bpdebug.scenario.owners import meant

_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_KINDS = re.compile(r"(?:mini)?batch|mini|train(?:ing)?|tr|shuf(?:fled?)?|perm(?:uted)?|sample", re.IGNORECASE)
_SHORT = re.compile(r"(?P<of>[xXyY])(?:b|s|batch|train|mini)")
_COUNTS = re.compile(
    r"N|(?:n|num|number_of)_?(?:examples|samples|train|training|data)|m_?(?:train|batch|examples)"
    r"|(?:mini_?)?batch_?size|BATCH_?SIZE"
)
_PICKED = r"(?:idx|ix|ids?|ind|inds|indices|index|perm\w*|batch\w*|mask|shuffl\w*|order|rand\w*|sampl\w*|choice|sel)"
_SLICE = r"[^\[\],:]*[^\W\d][^\[\],:]*:[^\[\],:]*|[^\[\],:]*:[^\[\],:]*[^\W\d][^\[\],:]*"
_TAKEN = re.compile(
    rf"\s*(?P<of>[^\W\d]\w*)\s*[\[(]\s*(?::\s*,\s*)?(?:{_PICKED}|{_SLICE})\s*(?:,\s*:\s*)?[\])](?:\s*\.\w+\([^\n]*\))?[\s;]*"
)
_SIZED = re.compile(rf"\s*(?:{_COUNTS.pattern})\s*=\s*\d+\s*(?:[;#].*)?")
LONGEST = 300
"""Characters of a line that is looked at."""


def data_meant(name: str, data: Collection[str]) -> str:
    """The data that a name is a batch of: X for X_batch, train_X, minibatch_X and xb; "" for none."""
    short = _SHORT.fullmatch(name)
    left = [short["of"]] if short else [word for word in _WORDS.findall(name) if not _KINDS.fullmatch(word)]
    if len(left) != 1 or len(left[0]) != 1 or re.search(r"\d", name):
        return ""
    return next((each for each in (left[0], left[0].upper()) if each in data), "") or meant(left[0], data)


def is_batch(name: str, data: Collection[str]) -> bool:
    """Whether what a loop gives is a batch of data, or a whole one with all that belongs to it."""
    whole = re.fullmatch(r"_*(?:mini_?)?batch", name, re.IGNORECASE) is not None
    return whole or (len(name) > 1 and bool(data_meant(name, data)))


def counts_examples(name: str) -> bool:
    """Whether a name is for how many examples there are: N, num_examples, batch_size."""
    return _COUNTS.fullmatch(name) is not None


def taken(code: str, data: Collection[str]) -> Iterator[tuple[Span, str]]:
    """The lines that only take a batch out of the data, or say how large one is, and why they are passed over."""
    lines = [(found.start(), found[0]) for found in re.finditer(r"[^\n]+", code) if len(found[0]) <= LONGEST]
    batches = [(start, line, said) for start, line in lines if (said := _batch(line, data))]
    for start, line, said in batches:
        yield _place(start, line), said
    named = re.search(r"\bfor\b[^\n]*\b\w*batch\w*[^\n]*\bin\b", code)
    for start, line in lines if batches or named else ():
        if _SIZED.fullmatch(line):
            yield _place(start, line), "a batch is all examples here"


def _place(start: int, line: str) -> Span:
    return Span(start + len(line) - len(line.lstrip()), start + len(line.rstrip()))


def _batch(line: str, data: Collection[str]) -> str:
    """What is said of a line that takes batches: "" for every other."""
    line = line.split("#", maxsplit=1)[0]
    equals = assignment(line)
    if equals is None or equals["sign"] or not re.search(r"[\[(]", line[equals.end() :]):
        return ""
    left, right = line[: equals.start()], line[equals.end() :]
    names = [left[start:stop].strip(" ()") for start, stop in parts(left, ",")]
    values = [_TAKEN.fullmatch(right[start:stop]) for start, stop in parts(right, ",")]
    if len(names) != len(values):
        return ""
    own = [data_meant(name, data) for name in names]
    same = all(of and value and data_meant(value["of"], data) == of for of, value in zip(own, values, strict=True))
    pairs = ", ".join(f"{name} is read as {of}" for name, of in zip(names, own, strict=True))
    return f"{pairs}: a batch is all examples here" if same else ""
