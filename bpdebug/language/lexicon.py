"""The words of a vocabulary by every spelling they have, how each is written, and the one most likely meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from msgspec import Struct

from bpdebug.language.spelling import PRIME
from bpdebug.language.vocabulary import REQUIRED, Form, Vocabulary, Word

CALL = "({args})"

MODULES = frozenset({"np", "numpy", "math", "torch", "jnp", "jax", "tf", "tensorflow", "scipy"})
INNER_MODULES = frozenset({"nn", "functional", "math", "special", "linalg", "numpy", "random"})

ELSEWHERE = {
    "previous": "previous(x) belongs into a condition or after print: break if J > previous(J).",
    **dict.fromkeys(("arange", "range"), "For P[arange(m), y] write sum(P * one_hot(y, 3), axis=1), 3 the classes."),
    "squeeze": "Name the entry, x[0, 0], or give the shape, reshape(x, …).",
}
"""Functions that other libraries have, and how to do without them."""


class Lexicon(Struct, frozen=True):
    """Every spelling of the words of a vocabulary: names, aliases, σ and Σ, relu′."""

    words: dict[str, Word]

    @classmethod
    def of(cls, vocabulary: Vocabulary) -> Lexicon:
        """The lexicon of a vocabulary; that of the same words is not put together again."""
        same = tuple(map(id, vocabulary.values()))
        known = _KNOWN.get(same)
        if known is None:
            _KNOWN.clear()
            known = _KNOWN[same] = cls._gathered(vocabulary)
        return known

    @classmethod
    def _gathered(cls, vocabulary: Vocabulary) -> Lexicon:
        words: dict[str, Word] = {}
        for word in vocabulary.values():
            words |= dict.fromkeys((word.name, *word.aliases, *heads(word)), word)
        for spelling, word in list(words.items()):
            slope = words.get(f"{word.name}_prime")
            if slope:
                words[spelling + PRIME] = slope
        words |= {
            alias.removesuffix("_prime") + PRIME: word
            for word in vocabulary.values()
            for alias in word.aliases
            if alias.endswith("_prime")
        }
        return cls(words)

    def nearest(self, name: str, further: Iterable[str] = ()) -> str:
        """`; did you mean 'relu'?`, or nothing where nothing is near."""
        return nearest(name, (*self.words, *further))


_KNOWN: dict[tuple[int, ...], Lexicon] = {}
"""The lexicon last asked for, by what its words are; it holds them, so that none of them can be another."""


def heads(word: Word) -> tuple[str, ...]:
    """What stands before the bracket where the word is written as a call: σ of σ(x)."""
    return tuple(form.template.removesuffix(CALL) for form in (word.ascii, word.unicode) if is_call(form))


def is_call(form: Form) -> bool:
    """Whether a form is that of a call."""
    return form.template.endswith(CALL) and "{" not in form.template.removesuffix(CALL)


def nearest(name: str, names: Iterable[str]) -> str:
    """`; did you mean 'axis'?`, or nothing where nothing is near."""
    originals = {each.lower(): each for each in reversed((*names,))}
    near = difflib.get_close_matches(name.lower(), originals, n=1, cutoff=0.7)
    return f"; did you mean '{originals[near[0]]}'?" if near else ""


def signature(word: Word) -> str:
    """How a word is written: sum(x, axis=None, keepdims=False)."""
    options = [key if default == REQUIRED else f"{key}={default}" for key, default in word.options.items()]
    inputs = list(word.inputs)
    if word.variadic:
        first = inputs[0]
        inputs = [f"[{first}, …]" if word.options else f"{first}, …"]
    return f"{word.name}({', '.join(inputs + options)})"
