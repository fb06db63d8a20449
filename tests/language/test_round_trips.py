"""What is written reads back as the same tree, with no bracket too many, and every part stands where it is said to."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from bpdebug.errors import ExpressionError
from bpdebug.language.expression import Apply, Expr, Name, Number, apply, walk
from bpdebug.language.vocabulary import Word
from bpdebug.ops import VOCABULARY, parse, write, write_spans
from tests.language.trees import trees

SIGNS = [word for word in VOCABULARY.values() if "{args}" not in word.ascii.template]
NOTATIONS = pytest.mark.parametrize("notation", ["ascii", "unicode"])
a, b, c = Name("a"), Name("b"), Name("c")


@NOTATIONS
@given(tree=trees)
@settings(max_examples=200, deadline=None)
def test_what_is_written_reads_back_as_the_same_tree(tree: Expr, notation: str) -> None:
    assert parse(write(tree, notation)) == tree


@NOTATIONS
@given(tree=trees)
@settings(max_examples=80, deadline=None)
def test_every_part_stands_where_it_is_said_to(tree: Expr, notation: str) -> None:
    written = write_spans(tree, notation)
    for part, span in written.parts:
        assert written.text[span.start : span.end] == write(part, notation)

    assert written.parts[0][0] == tree
    assert len(written.parts) == len(list(walk(tree)))


@NOTATIONS
@given(tree=trees)
@settings(max_examples=80, deadline=None)
def test_every_node_that_is_read_knows_its_own_text(tree: Expr, notation: str) -> None:
    text = write(tree, notation)
    for node in walk(parse(text)):
        assert node.span is not None
        assert parse(text[node.span.start : node.span.end]) == node


@NOTATIONS
@given(tree=trees)
@settings(max_examples=80, deadline=None)
def test_no_bracket_is_too_many(tree: Expr, notation: str) -> None:
    text = write(tree, notation)
    for start, stop in grouping(text):
        without = text[:start] + text[start + 1 : stop] + text[stop + 1 :]
        try:
            assert parse(without) != tree
        except ExpressionError:
            continue


def grouping(text: str) -> list[tuple[int, int]]:
    """The pairs of round brackets that group: no call's, for those follow a name."""
    opened, found = [], []
    for place, char in enumerate(text):
        if char == "(":
            opened.append(place)
        elif char == ")":
            start = opened.pop()
            before = text[start - 1 : start]
            if not (before.isalnum() or before in ("_", "√", "′", "\u0304")) or not before:
                found.append((start, place))
    return found


@given(tree=trees)
@settings(max_examples=80, deadline=None)
def test_latex_is_balanced(tree: Expr) -> None:
    text = write(tree, "latex")
    bare = text.replace(r"\{", "").replace(r"\}", "")
    depths = [bare[: place + 1].count("{") - bare[: place + 1].count("}") for place in range(len(bare))]

    assert bare.count("{") == bare.count("}")
    assert min(depths) >= 0
    assert text.count(r"\left") == text.count(r"\right")


EVERY_NESTING = [
    -a * b,
    -(a * b),
    a - (b - c),
    a - b - c,
    a / (b * c),
    a / b * c,
    a * (b / c),
    (a @ b).T,
    a @ b.T,
    -(a**2),
    (-a) ** 2,
    a ** (b**c),
    (a**b) ** c,
    2 ** (-a),
    (a > b) > c,
    a > (b > c),
    (a + b > c) * 1,
    apply("negate", -a),
    a - (-b),
    a * -b,
    (-a).T,
    -(a.T),
    (a.T) ** 2,
    (a**2).T,
    a.T.T,
    Number(2.0).T,
    -Number(2.0),
    (-Number(2.0)) ** 2,
    Number(0.5) ** Number(2.0),
]


@NOTATIONS
@pytest.mark.parametrize("tree", EVERY_NESTING, ids=lambda tree: write(tree, "ascii"))
def test_nestings_that_need_care(tree: Expr, notation: str) -> None:
    assert parse(write(tree, notation)) == tree


@NOTATIONS
@pytest.mark.parametrize("word", VOCABULARY.values(), ids=lambda word: word.name)
def test_every_operation_stands_in_every_place_of_every_sign(word: Word, notation: str) -> None:
    options = {
        "axis": 0,
        "shape": (2,),
        "index": (0,),
        "n": 2,
        "size": 2,
        "examples": 6,
        "axis1": 0,
        "axis2": 2,
        "axes": (1, 0),
    }
    needed = tuple((key, options[key]) for key in sorted(word.options) if key in options)
    part = Apply(word.name, tuple(Name(f"x{place}") for place, _ in enumerate(word.inputs)), needed)
    for sign in SIGNS:
        for place, _ in enumerate(sign.inputs):
            inputs = tuple(part if each == place else a for each, _ in enumerate(sign.inputs))
            tree = Apply(sign.name, inputs, (("index", (0,)),) if sign.options else ())
            assert parse(write(tree, notation)) == tree
