"""What a person calls what has another name here: of several lines of one name each has a name of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from bpdebug.check.judgement import Written
from bpdebug.language.expression import names

WORD = re.compile(r"[^\W\d]\w*")
RATE = "learning_rate"
RATES = frozenset(
    {RATE, "learningrate", "learning_step", "learn_rate", "learnrate", "l_rate", "lrate", "lr", "lr_rate", "rate"}
    | {"step_size", "stepsize", "alpha", "eta", "α", "η"}
)
"""What people call the learning rate."""
NUMBERED = re.compile(r"(\w+)_\d+")


def called(claims: Sequence[Written], unread: Iterable[str]) -> dict[str, str]:
    """For every name that stands in no line as the person wrote it, the one that stands there."""
    said = {claim.name: claim.text.partition("=")[0].strip() for claim in claims}
    found = {name: own for name, own in said.items() if own != name and WORD.fullmatch(own)}
    read = {name for claim in claims for name in names(claim.expr)}
    found |= {name: f"updated {of}" for name, of in moved(claims).items() if name in read}
    written = {word for claim in claims for word in WORD.findall(claim.text)}
    for claim in claims:
        words = WORD.findall(claim.text)
        rates = [word for word in words if word.lower() in RATES]
        if RATE in names(claim.expr) and RATE not in words and rates:
            found[RATE] = rates[0]
    for name in unread:
        numbered = NUMBERED.fullmatch(name)
        if numbered and name not in written and numbered[1] in written:
            found[name] = numbered[1]
    return found


def moved(claims: Sequence[Written]) -> dict[str, str]:
    """The lines that move a parameter, by whatever rule, and which: they make what the program has of itself."""
    given = {claim.name for claim in claims}
    said = {claim.name: claim.text.partition("=")[0].strip() for claim in claims}
    steps = {each.name for each in claims if each.denotes and said[each.name] == each.of}
    steps |= {each.name for each in claims if said[each.name] in names(each.expr)}
    return {name: of for name, of in said.items() if name in steps and of not in given}


def spoken(text: str, own: Mapping[str, str]) -> str:
    """A text with every name as the person calls it."""
    return WORD.sub(lambda word: own.get(word[0], word[0]), text) if own else text
