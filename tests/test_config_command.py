"""bpdebug config: where the settings lie, what holds and why, and every mistake of the file with its place."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from bpdebug.tui.keymap import KEYMAP
from bpdebug.tui.settings import SETTINGS


@pytest.fixture
def file(tmp_path, monkeypatch) -> Path:
    """The file of the settings, which is not there yet."""
    path = tmp_path / "mine.toml"
    monkeypatch.setenv("BPDEBUG_CONFIG", str(path))
    return path


def test_the_file_lies_in_the_user_s_folder_or_where_the_environment_says(bpdebug, file, monkeypatch, tmp_path):
    assert bpdebug("config", "path") == (0, f"{file}\n", "")
    monkeypatch.delenv("BPDEBUG_CONFIG")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert bpdebug("config", "path").out.rstrip().endswith("config.toml")
    assert "bpdebug" in Path(bpdebug("config", "path").out.rstrip()).parts


def test_what_is_shown_is_a_settings_file_that_changes_nothing(bpdebug, file):
    shown = bpdebug("config", "show")
    assert (shown.code, shown.err) == (0, "")
    assert "(not there)" in shown.out
    assert set(tomllib.loads(shown.out)) == {*SETTINGS, "keys"}
    file.write_text(shown.out, encoding="utf-8")
    again = json.loads(bpdebug("config", "show", "--json").out)
    assert {each["name"]: each["value"] for each in again["settings"]} == {
        name: each.default for name, each in SETTINGS.items()
    }
    assert {each["from"] for each in again["settings"]} == {"file"}
    assert {each["from"] for each in again["keys"]} == {"default"}


def test_without_a_command_it_says_what_show_says(bpdebug, file):
    file.write_text('theme = "light"\n', encoding="utf-8")
    assert bpdebug("config") == bpdebug("config", "show")
    assert bpdebug("config").out.startswith(f"# {file}\n")
    file.write_text('thema = "light"\n', encoding="utf-8")
    assert bpdebug("config").code == 2


def test_each_value_says_where_it_comes_from_and_options_come_first(bpdebug, file):
    file.write_text('theme = "light"\nmouse = true\n[keys]\nstep = ["right", "s", "space"]\n')
    record = json.loads(bpdebug("config", "show", "--json", "--no-mouse", "--ascii").out)
    assert record["schema"] == "bpdebug.config/1"
    assert record["path"] == str(file)
    found = {each["name"]: (each["value"], each["from"]) for each in record["settings"]}
    assert found["theme"] == ("light", "file")
    assert found["mouse"] == (False, "option")
    assert found["notation"] == ("ascii", "option")
    assert found["speed"] == (2.0, "default")
    keys = {each["name"]: (each["value"], each["from"]) for each in record["keys"]}
    assert keys["step"] == (["Right", "s", "Space"], "file")
    assert keys["back"] == (["Left", "S"], "default")


@pytest.mark.parametrize("written", ["256", '"256"'])
def test_a_number_may_stand_without_quotes(bpdebug, file, written: str):
    file.write_text(f"colours = {written}\n")
    assert 'colours = "256"    # file' in bpdebug("config", "show").out.splitlines()


def test_all_mistakes_are_told_at_once_each_with_its_place(bpdebug, file):
    file.write_text('thema = "dark"\nspeed = 3\nmouse = 1\n[keys]\nstep = ["q"]\nzoom = "z"\nhide = ["pgupp"]\n')
    run = bpdebug("config", "show")
    assert (run.code, run.out) == (2, "")
    told = [line for line in run.err.splitlines() if line.startswith(str(file))]
    assert told == [
        f'{file}:1:1: thema: expected the name of a setting, got "thema"; did you mean "theme"?',
        f"{file}:2:9: speed: expected 0.5, 1, 2, 4, 8 or 16, got 3",
        f"{file}:3:9: mouse: expected true or false, got 1",
        f"{file}:5:9: keys.step[0]: expected a key of its own, got q, which is quit too",
        f'{file}:6:8: keys.zoom: expected a list of keys such as ["right", "s"], got "z"',
        f'{file}:7:9: keys.hide[0]: expected a key, got "pgupp"; did you mean "pageup"?',
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"theme = \n", ":1:9: not TOML"),
        (b"\xff", ":1:1: expected UTF-8"),
        (b"keys = 3\n", ':1:8: keys: expected a table such as step = ["right", "s"], got 3'),
        (b"# " + b"x" * 100_000, "the file is larger than 100,000 bytes"),
    ],
)
def test_what_is_no_settings_file_is_told(bpdebug, file, content: bytes, told: str):
    file.write_bytes(content)
    run = bpdebug("config", "show")
    assert run.code == 2
    assert told in run.err


def test_an_empty_file_sets_nothing_and_a_folder_is_none(bpdebug, file):
    file.touch()
    assert "# default" in bpdebug("config", "show").out
    file.unlink()
    file.mkdir()
    assert "expected a file, found a directory" in bpdebug("config", "show").err


def test_what_is_never_left_without_a_key_says_so(bpdebug, file):
    file.write_text("[keys]\nquit = []\n")
    run = bpdebug("config", "show")
    assert run.code == 0
    assert "# quit is never left without a key, and keeps q" in run.out


def test_the_schema_knows_every_setting_and_every_action(bpdebug):
    schema = json.loads(bpdebug("config", "schema").out)
    assert set(schema["properties"]) == {*SETTINGS, "keys"}
    assert set(schema["properties"]["keys"]["properties"]) == set(KEYMAP.named)
    assert schema["properties"]["theme"]["enum"] == ["auto", "dark", "light"]
    assert all(each["description"] for each in schema["properties"].values())
