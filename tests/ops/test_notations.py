"""How operations are written: templates that fill in, and formulas that can be read back."""

from __future__ import annotations

from string import Formatter
from typing import Any

import numpy as np
import pytest

from bpdebug.language.expression import Apply, Expr, Name
from bpdebug.language.vocabulary import Form, Word
from bpdebug.ops import OPS, VOCABULARY, parse, write
from bpdebug.ops.table import Op

WORDS = pytest.mark.parametrize("word", VOCABULARY.values(), ids=lambda word: word.name)
NOTATIONS = pytest.mark.parametrize("notation", ["ascii", "unicode", "latex"])


@NOTATIONS
@WORDS
def test_a_template_asks_for_every_operand_and_for_nothing_else(word: Word, notation: str) -> None:
    form: Form = getattr(word, notation)
    asked = {field for _, field, _, _ in Formatter().parse(form.template) if field is not None}
    numbered = {str(place) for place in range(len(word.inputs))}

    assert asked == {"args"} or asked - set(word.options) == numbered
    assert len(form.needs) in (0, len(word.inputs))


@NOTATIONS
@WORDS
def test_a_filled_template_has_balanced_braces(word: Word, notation: str) -> None:
    form: Form = getattr(word, notation)
    text = form.template.format("x", "y", "z", args="x", **dict.fromkeys(word.options, "0"))

    assert text.count("{") == text.count("}")
    assert text.count("(") == text.count(")")
    if notation == "ascii":
        assert text.isascii()


def formulas(op: Op) -> list[Expr]:
    """The op on its examples, as written, and its derivatives there."""
    found: list[Expr] = []
    for inputs, written in op.examples(np.random.default_rng(0)):
        names = tuple(Name(f"X{place}") for place in range(0 if op.chance else len(inputs)))
        said = ((key, option) for key, option in sorted(written.items()) if key in op.options)
        found.append(Apply(op.name, names, tuple(said)))
        options: dict[str, Any] = dict(op.resolve(*map(np.shape, inputs), **written))
        found += [each for each in op.vjp(Name("g"), Name("out"), *names, **options) if each is not None]
    return found


@pytest.mark.parametrize("notation", ["ascii", "unicode"])
@pytest.mark.parametrize("op", OPS.values(), ids=lambda op: op.name)
def test_what_is_written_reads_back_as_the_same_tree(op: Op, notation: str) -> None:
    for formula in formulas(op):
        text = write(formula, notation)
        assert parse(text) == formula, text
