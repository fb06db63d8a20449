"""The plugin for pytest in a repository of a teacher's own: sessions, values, screens held against snapshots."""

from __future__ import annotations

import re
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import bpdebug
from bpdebug.export.drawing import text
from bpdebug.tui.snapshot import drawn
from tests.test_rooms import HEAVY, loaded

pytest_plugins = ["pytester"]

TESTS = """
import pytest

def test_screen(bpdebug_session, bpdebug_snapshot):
    session = bpdebug_session("xor")
    session.goto("dW2")
    bpdebug_snapshot(session, size=(80, 24))
    bpdebug_snapshot(session, size=(80, 24))
    bpdebug_snapshot(session, "the claims", size=(80, 24), focus="claims")

class TestOther:
    @pytest.mark.parametrize("name", ["a/b"])
    def test_screen(self, bpdebug_session, bpdebug_snapshot, name):
        bpdebug_snapshot(bpdebug_session("logistic"), size=(60, 16))
"""
WRITTEN = [
    r"TestOther\.test_screen\[a_b\]-[0-9a-f]{6}\.txt",
    r"test_screen-2\.txt",
    r"test_screen-the_claims-[0-9a-f]{6}\.txt",
    r"test_screen\.txt",
]


@pytest.fixture
def repository(pytester, monkeypatch) -> pytest.Pytester:
    """A repository with tests, in which pytest is run by itself."""
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    pytester.makepyfile(test_mine=TESTS)
    return pytester


def run(repository: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return repository.runpytest_inprocess("-W", "error", "-p", "no:asyncio", "-p", "no:cacheprovider", *arguments)


def snapshots(repository: pytest.Pytester) -> list[Path]:
    return sorted((repository.path / "snapshots" / "test_mine").glob("*"))


def test_it_is_there_wherever_bpdebug_is_installed():
    (found,) = entry_points(group="pytest11", name="bpdebug")
    assert found.value == "bpdebug.pytest_plugin"


def test_it_is_light_to_load():
    assert not {*HEAVY, "click"} & loaded("import bpdebug.pytest_plugin")


def test_values_are_asserted_on(pytester):
    pytester.makepyfile(
        """
        import bpdebug, pytest

        def test_gradient(bpdebug_session):
            session = bpdebug_session("three-layer", seed=5)
            session.goto("dW2")
            assert session["dW2"].shape == session["W2"].shape
            assert all(each.ok for each in session.check("all"))
            with pytest.raises(bpdebug.errors.UsageError, match="there is no"):
                session.goto("dW9")
        """
    )
    run(pytester).assert_outcomes(passed=1)


def test_a_scenario_beside_the_test_is_found_from_anywhere(pytester):
    source = Path(__file__).parent.parent / "scenarios" / "xor.toml"
    folder = pytester.mkdir("exercise")
    (folder / "mine.toml").write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "test_it.py").write_text(
        "def test_it(bpdebug_session):\n    assert bpdebug_session('mine.toml').scenario.name == 'mine'\n"
    )
    run(pytester).assert_outcomes(passed=1)


def test_snapshots_are_written_when_asked_for_and_hold_from_then_on(repository):
    first = run(repository)
    first.assert_outcomes(failed=2)
    first.stdout.fnmatch_lines(
        ["there is no snapshot *test_screen.txt yet", "pytest --bpdebug-update takes it for right"]
    )
    assert snapshots(repository) == []

    run(repository, "--bpdebug-update").assert_outcomes(passed=2)
    names = [path.name for path in snapshots(repository)]
    assert all(re.fullmatch(*pair) for pair in zip(WRITTEN, names, strict=True)), names
    assert "step 27 / 46" in snapshots(repository)[-1].read_text(encoding="utf-8")

    run(repository, "-n", "2").assert_outcomes(passed=2)


def test_another_screen_is_shown_and_drawn(pytester):
    pytester.makepyfile(
        test_mine="def test_screen(bpdebug_session, bpdebug_snapshot):\n"
        "    bpdebug_snapshot(bpdebug_session('xor'), size=(80, 24))\n"
    )
    golden = pytester.mkdir("snapshots") / "test_mine" / "test_screen.txt"
    golden.parent.mkdir()
    golden.write_text(text(drawn(bpdebug.open("xor").session, (80, 24))).replace("step 0 / 46", "step 9 / 46"))

    found = run(pytester)
    found.assert_outcomes(failed=1)
    found.stdout.fnmatch_lines(
        [
            f"the screen is not that of {golden}",
            "-* forward · step 9 / 46 *",
            "+* forward · step 0 / 46 *",
            "a picture of the screen as it is: *test_screen.svg",
        ]
    )
    assert "bpdebug_snapshot(" not in found.stdout.str()
    picture = re.search(r"as it is: (.*\.svg)", found.stdout.str())
    assert picture is not None
    assert Path(picture[1]).read_text(encoding="utf-8").startswith("<svg")

    run(pytester, "--bpdebug-update").assert_outcomes(passed=1)
    assert "step 0 / 46" in golden.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("session, size=(10, 10)", "expected a size from 60x16 to 500x200, got 10x10"),
        ("session, focus='nowhere'", "expected a pane by its number or name"),
        ("session, 'a'); bpdebug_snapshot(session, 'a'", "there are two snapshots 'a' in this test"),
    ],
)
def test_a_snapshot_that_cannot_be_says_why(pytester, call, said):
    pytester.makepyfile(
        f"def test_it(bpdebug_session, bpdebug_snapshot):\n"
        f"    session = bpdebug_session('xor')\n    bpdebug_snapshot({call})\n"
    )
    found = run(pytester, "--bpdebug-update")
    found.assert_outcomes(failed=1)
    found.stdout.fnmatch_lines([f"*{said}*"])


def test_the_page_about_it_shows_what_works(pytester):
    page = (Path(__file__).parent.parent / "docs" / "snapshots.md").read_text(encoding="utf-8")
    pytester.makepyfile("\n".join(re.findall(r"```python\n(.*?)```", page, re.DOTALL)))
    run(pytester, "--bpdebug-update").assert_outcomes(passed=3)


@pytest.mark.parametrize(
    ("given", "error", "told"),
    [
        ({"theme": "pink"}, ValueError, "theme: expected dark or light, got 'pink'"),
        ({"size": 3}, TypeError, "size: expected columns and lines"),
        ({"name": 3}, TypeError, "name: expected a string, got 3"),
        ({"session": 3}, TypeError, "expected a session of bpdebug_session or bpdebug.open, got 3"),
    ],
)
def test_what_no_screen_can_be_drawn_of_is_told(bpdebug_session, bpdebug_snapshot, given, error, told):
    with pytest.raises(error, match=re.escape(told)):
        bpdebug_snapshot(**{"session": bpdebug_session("xor"), **given})


def test_what_is_no_scenario_is_told(bpdebug_session):
    with pytest.raises(TypeError, match="expected the name of a scenario"):
        bpdebug_session(3)
