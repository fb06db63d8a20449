"""Files are read within bounds, and every key of one can be pointed at."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from bpdebug.errors import ScenarioError, Span
from bpdebug.scenario.bundled import bundled, find, folder
from bpdebug.scenario.positions import decoded, index
from bpdebug.scenario.source import LARGEST_FILE, LONGEST_LINE, Source, read


def _problem(raised):
    (problem,) = raised.value.problems
    return problem


@pytest.mark.parametrize(
    ("content", "line", "column", "words"),
    [
        (b"", 0, 0, "empty"),
        (b" \n\n", 0, 0, "empty"),
        (b'title = "a"\nsummary = "\xff"\n', 2, 12, "UTF-8, found the byte 0xff"),
        (b"x" * (LARGEST_FILE + 1), 0, 0, "larger than 1,000,000 bytes"),
        (b"a = 1\n# " + b"x" * LONGEST_LINE, 2, LONGEST_LINE + 1, "the line has 100,002 characters"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, content, line, column, words):
    path = tmp_path / "bad.toml"
    path.write_bytes(content)
    with pytest.raises(ScenarioError) as raised:
        read(str(path))
    problem = _problem(raised)
    assert (problem.line, problem.column) == (line, column)
    assert words in problem.message


def test_a_directory_and_a_missing_file(tmp_path: Path):
    with pytest.raises(ScenarioError, match="expected a file, found a directory"):
        read(str(tmp_path))
    with pytest.raises(ScenarioError, match="there is no such file"):
        read(str(tmp_path / "missing.toml"))
    with pytest.raises(ScenarioError, match="cannot be read"):
        read("nul\0.toml")


def test_what_is_not_toml_is_pointed_at():
    with pytest.raises(ScenarioError) as raised:
        Source("a.toml", "title = \n").parsed()
    assert (_problem(raised).line, _problem(raised).column) == (1, 9)


def test_a_key_given_twice_names_the_first():
    with pytest.raises(ScenarioError) as raised:
        Source("a.toml", "[sizes]\nm = 1\nn = 2\nm = 3\n").parsed()
    problem = _problem(raised)
    assert (problem.line, problem.column, problem.path) == (4, 1, "sizes.m")
    assert "first on line 2" in problem.message


def test_brackets_nested_past_reason_are_refused():
    with pytest.raises(ScenarioError):
        Source("a.toml", "a = " + "[" * 50_000).parsed()


SAMPLE = '''a.b = [1, [2, 3], { c = "x" }]
[[t]]
name = 'one' # [not] = "a table"
[[t]]
"quoted key" = """
first
  second \\
     third \\u00e9"""
[t.sub]
k = 1979-05-27T07:32:00Z
'''


def _paths(value, path=()):
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key), inner
        yield from _paths(inner, (*path, key))


@pytest.mark.parametrize("text", [SAMPLE, *(Path(each.path).read_text(encoding="utf-8") for each in bundled())])
def test_every_key_has_a_place_and_every_string_its_characters(text):
    found = index(text)
    assert not found.repeated
    for path, value in _paths(tomllib.loads(text)):
        place = found.places[path]
        if isinstance(value, str):
            characters, offsets = decoded(text, place.value)
            assert characters == value
            assert len(offsets) == len(value) + 1
        elif isinstance(value, int | float) and not isinstance(value, bool):
            assert float(text[place.value.start : place.value.end]) == value


@pytest.mark.parametrize("written", ["1e-400", "-2.5E-4_00", "+0.00001e-399"])
@pytest.mark.parametrize(("before", "column", "path"), [("epsilon = ", 11, "t.epsilon"), ("x = [0.0, ", 11, "t.x[1]")])
def test_a_number_that_would_be_0_is_refused_where_it_stands(written, before, column, path):
    end = "]" if "[" in before else ""
    source = Source("a.toml", f"# not {written} here\n[t]\n{before}{written}{end}\n")

    with pytest.raises(ScenarioError) as raised:
        source.parsed()

    problem = _problem(raised)
    assert (problem.line, problem.column, problem.path) == (3, column, path)
    assert problem.message == f"{written} is too small and would be 0"


def test_zeros_and_the_smallest_numbers_are_read():
    read = Source("a.toml", "a = 0.0\nb = 0e-400\nc = 5e-324\nd = -0.0\ne = 1e-5\nf = inf\n").parsed()
    assert [*read.values()] == [0.0, 0.0, 5e-324, 0.0, 1e-5, float("inf")]


def test_a_span_inside_a_long_string_is_found_in_the_file():
    source = Source("a.toml", SAMPLE)
    value = tomllib.loads(SAMPLE)["t"][1]["quoted key"]
    start = value.index("third")
    problem = source.inside(("t", 1, "quoted key"), Span(start, start + 5), "here")
    assert (problem.line, problem.column, problem.width) == (8, 6, 5)


def test_a_scenario_is_found_by_name_and_the_near_one_is_suggested():
    assert Path(find("xor")) == folder() / "xor.toml"
    assert find("-") == "-"
    with pytest.raises(ScenarioError, match='did you mean "three-layer"'):
        find("three-layr")
