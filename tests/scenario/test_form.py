"""The form of a file: unknown keys, words and numbers, each with its place; the schema that says the same."""

from __future__ import annotations

import json

import pytest

from bpdebug.scenario.arrays import BadValueError, drawn, from_lists
from bpdebug.scenario.bundled import folder
from bpdebug.scenario.problems import formed
from bpdebug.scenario.schema import json_schema
from bpdebug.scenario.source import Source


def _problems(text):
    source = Source("a.toml", text)
    return formed(source.parsed(), source)[1]


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("titel = 'a'\n[network]\n", 1, 1, 'unknown key "titel"; did you mean "title"?'),
        ("[network]\nlayers = [{ unit = 3, units = 3 }]\n", 2, 13, 'did you mean "units"?'),
        ("[network]\nlayers = [{ units = 3, activation = 'relo' }]\n", 2, 37, 'did you mean "relu"?'),
        ("[network]\n[sizes]\nm = true\n", 3, 5, "expected a whole number, found true"),
        ("[network]\n[sizes]\nm = 0\n", 3, 5, "expected a size from 1"),
        ("[network]\n[constants]\nc = nan\n", 3, 5, "expected a finite number"),
        ("[network]\n[training]\niterations = -1\n", 3, 14, "expected a whole number from 0"),
        ("[network]\norientation = 'colums'\n", 2, 15, 'did you mean "columns"?'),
        ("[network]\nlayers = []\n", 2, 10, "expected 1 to 50 layers"),
        ("title = 'a'\n", 0, 0, '"network" is missing'),
        ("[network]\n[[claims]]\nequation = 'a = b'\noff = 'W'\n", 4, 1, 'unknown key "off"; did you mean "of"?'),
    ],
)
def test_a_mistake_of_form_is_pointed_at(text, line, column, words):
    (problem,) = _problems(text)
    assert (problem.line, problem.column) == (line, column)
    assert words in problem.message


def test_all_mistakes_are_told_at_once():
    text = "titel = 1\n[sizes]\nm = 'a'\n[network]\nfused = 1\n"
    assert len(_problems(text)) == 3


@pytest.mark.parametrize(
    ("values", "path", "words"),
    [
        ([[1, 2], [3]], (1,), "ragged matrix: row 1 has 1 entries, row 0 has 2"),
        ([[1, 2], [3, float("nan")]], (1, 1), "nan is not a number"),
        ([1, float("inf")], (1,), "finite"),
        ([[True]], (0, 0), "expected a number, found true"),
        ([[[[[1]]]]], (0, 0, 0, 0), "deeper than 4 levels"),
        ([[[1], [1, 2]]], (0, 1), "ragged array: row 1 has 2 entries, row 0 has 1"),
        ([[1], 2], (1,), "expected a row"),
        ([], (), "empty"),
        ([10**400], (0,), "too large"),
    ],
)
def test_a_bad_value_is_named_with_its_place(values, path, words):
    with pytest.raises(BadValueError) as raised:
        from_lists(values)
    assert raised.value.path == path
    assert words in raised.value.message


def test_the_schema_beside_the_scenarios_is_the_one_of_the_program():
    written = json.loads((folder() / "scenario.schema.json").read_text(encoding="utf-8"))
    assert written == json_schema()
    text = json.dumps(written)
    assert not any(f'"{word}"' in text for word in ("const", "$defs", "prefixItems", "exclusiveMinimum"))


def test_draws_belong_to_their_name_alone():
    def draw(seed, name):
        return drawn("normal", (3, 2), seed, name, fan_in=2, fan_out=3, scale=1.0, value=0.0)

    assert (draw(1, "W1") == draw(1, "W1")).all()
    assert (draw(1, "W1") != draw(1, "W2")).all()
    assert (draw(1, "W1") != draw(2, "W1")).all()
