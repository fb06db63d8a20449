"""No text, however long, deep or strange, does anything but become an expression or be refused, and at once."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdebug.errors import ExpressionError
from bpdebug.ops import parse, write
from tests.language.test_parsing import PASTED
from tests.language.trees import trees

DEEP: dict[str, Callable[[int], str]] = {
    "brackets": lambda n: "(" * n + "a" + ")" * n,
    "open brackets": lambda n: "(" * n,
    "lists": lambda n: "[" * n + "a" + "]" * n,
    "signs": lambda n: "-" * n + "a",
    "blank signs": lambda n: "- " * n + "a",
    "pluses": lambda n: "+" * n + "a",
    "sums": lambda n: "a+" * n + "a",
    "powers": lambda n: "a**" * n + "a",
    "raised": lambda n: "a" + "²" * n,
    "transposes": lambda n: "a" + ".T" * n,
    "unicode transposes": lambda n: "a" + "ᵀ" * n,
    "calls": lambda n: "relu(" * n + "a" + ")" * n,
    "methods": lambda n: "a" + ".sum()" * n,
    "indices": lambda n: "a" + "[0]" * n,
    "sizes": lambda n: "zeros(" + "-" * n + "m)",
    "tuples": lambda n: "zeros(" + "(" * n + "m" + ",)" * n + ")",
    "concatenations": lambda n: "concatenate([" * n + "a" + "])" * n,
    "comparisons": lambda n: "a<" * n + "a",
    "commas": lambda n: "l2(" + "a," * n + "a)",
    "primes": lambda n: "relu" + "'" * n + "(a)",
    "digits": lambda n: "9" * n,
    "exponents": lambda n: "1e" + "9" * n,
    "dots": lambda n: "a" + "." * n,
    "names": lambda n: "a" * n,
    "layers": lambda n: "a⁽" + "¹" * n + "⁾",
    "nulls": lambda n: "\x00" * n,
    "lines": lambda n: "(" + "\n" * n + "a)",
    "comments": lambda n: "a" + "#" * n,
    "modules": lambda n: "np" + ".linalg" * n + ".sum(a)",
}


COUNTS = [10, 59, 61, 99, 150, 199, 300, 490, 640, 990, 1_900, 100_000]


@pytest.mark.parametrize("kind", DEEP)
def test_depth_and_length_are_bounded(kind: str) -> None:
    for count in COUNTS:
        text = DEEP[kind](count)
        began = time.process_time()
        outcome(text)

        assert time.process_time() - began < 1


def test_a_long_text_is_refused_unread() -> None:
    with pytest.raises(ExpressionError, match="a formula has at most 2,000 characters, this one has 2,001"):
        parse("a" * 2_001)

    assert parse("a" + " " * 1_999) == parse("a")


def test_a_deep_text_is_refused() -> None:
    parse("-" * 59 + "a")
    with pytest.raises(ExpressionError, match="a formula may be nested 60 deep, this one goes deeper"):
        parse("-" * 60 + "a")


def test_a_text_of_too_many_parts_is_refused() -> None:
    wide = "l2(" + ",".join(["a+a"] * 166) + ")"
    parse(wide)
    with pytest.raises(ExpressionError, match="a formula may have 500 parts, this one has more"):
        parse(wide[:-1] + ",a+a)")


def outcome(text: str) -> None:
    """Read a text; if it is refused, the error has to be fit to print."""
    refused = None
    try:
        parse(text)
    except ExpressionError as error:
        refused = error
    if refused:
        assert refused.message
        assert refused.span is not None
        assert 0 <= refused.span.start <= refused.span.end <= max(1, len(text))
        assert all(line.isprintable() for line in str(refused).split("\n"))


@given(text=st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_text_is_an_expression_or_an_error(text: str) -> None:
    outcome(text)


PIECES = [
    *"abWXZ0123456789.,:;=+-*/@<>!()[]{}'\"`~#%^&|?\\$ \n\t",
    *"·⊙−≥≤≠×ᵀ⁽²⁾′√Σ∑½∞…",
    *["**", "//", "==", ":=", "np.", ".T", ".sum", "relu", "axis=", "sum(", "None", "True", "lambda ", "if ", "1e9"],
    *["W1", "dZ2", "s_[", "shape", "...", "newaxis", "f'", "\x00", "\u202e", "\ud800", "ﬀ", "ᵢ"],
]


@given(pieces=st.lists(st.sampled_from(PIECES), max_size=14))
@settings(max_examples=300, deadline=None)
def test_any_heap_of_signs_is_an_expression_or_an_error(pieces: list[str]) -> None:
    outcome("".join(pieces))


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A formula with a few of its characters dropped, doubled, or replaced."""
    text = draw(st.sampled_from([*PASTED]) | trees.map(write))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        stop = min(len(text), start + draw(st.integers(0, 3)))
        text = text[:start] + draw(st.sampled_from(["", text[start:stop] * 2, *PIECES])) + text[stop:]
    return text


@given(text=mutated())
@settings(max_examples=200, deadline=None)
def test_a_formula_with_slips_is_an_expression_or_an_error(text: str) -> None:
    outcome(text)
