"""The project around the code: the wheel holds what the program reads, the README says what the program does."""

from __future__ import annotations

import importlib.util
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bpdebug.check.verdict import Verdict

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from this tree."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=100)
    (path,) = folder.glob("*.whl")
    return path


def test_the_wheel_holds_the_package_and_all_it_reads(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    package = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "bpdebug").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    kept = (path.relative_to(ROOT / "scenarios") for path in (ROOT / "scenarios").rglob("*") if path.is_file())
    scenarios = {f"bpdebug/_scenarios/{path.as_posix()}" for path in kept}

    assert {"bpdebug/py.typed", "bpdebug/scenario/data/iris.csv", "bpdebug/scenario/data/NOTICE"} <= names
    assert {name for name in names if ".dist-info/" not in name} == package | scenarios
    notices = [name for name in package if name.endswith("NOTICE")]
    assert all(any(name.endswith(f"licenses/{each}") for name in names) for each in [*notices, "LICENSE"])


def test_the_wheel_works_by_itself(wheel, tmp_path):
    """Unpacked elsewhere, it finds its own scenarios and its own data."""
    zipfile.ZipFile(wheel).extractall(tmp_path)
    code = "import bpdebug, sys; from bpdebug.cli import main; print(bpdebug.__file__, file=sys.stderr); main()"
    run = subprocess.run(
        [sys.executable, "-c", code, "check", "iris"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert str(tmp_path) in run.stderr
    assert "all right" in run.stdout


@pytest.mark.parametrize(
    "name", ["Makefile", "LICENSE", "README.md", ".ci/run", "docs/readme.py", "docs/screenshot.py"]
)
def test_the_files_of_the_project_are_there(name):
    assert (ROOT / name).stat().st_size > 0


def test_the_tables_of_the_readme_are_the_program_s():
    spec = importlib.util.spec_from_file_location("readme", ROOT / "docs" / "readme.py")
    assert spec is not None
    assert spec.loader is not None
    readme = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(readme)

    assert all(f"<!-- {name} -->" in README for name in readme.TABLES)
    assert readme.written(README) == README, "make docs writes them"


def test_the_readme_explains_every_verdict():
    table = README.partition("| verdict | means |")[2].partition("\n\n")[0]
    assert set(re.findall(r"^\| ([a-z ]+) \|", table, re.MULTILINE)) == {each.word for each in Verdict}


@pytest.mark.parametrize("text", re.findall(r"```toml\n(.*?)```", README, re.DOTALL))
def test_every_scenario_of_the_readme_is_right(text, bpdebug):
    run = bpdebug("check", "-", stdin=text)
    assert (run.code, run.err) == (0, "")


@pytest.mark.parametrize("line", re.findall(r"^(bpdebug (?:list|show|check|claims).*)$", README, re.MULTILINE))
def test_every_command_line_of_the_readme_works(line, bpdebug, tmp_path, monkeypatch):
    (tmp_path / "mine.py").write_text("dZ3 = A3 - Y", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert bpdebug(*shlex.split(line, comments=True)[1:]).code == 0


def test_the_readme_s_pictures_are_there():
    for name in re.findall(r"!\[.*?\]\((.*?)\)", README):
        assert (ROOT / name).is_file()


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make here")
@pytest.mark.parametrize(("code", "left"), [(0, 0), (130, 0), (3, 2)])
def test_make_run_calls_no_error_what_ctrl_c_has_left(code: int, left: int, tmp_path: Path):
    program = tmp_path / "bin" / "bpdebug"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\nexit {code}\n")
    program.chmod(0o755)
    for made in (".created", ".installed"):
        (tmp_path / made).touch()
    command = ["make", "--no-print-directory", "run", f"VENV={tmp_path}"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == left
    assert (run.stderr == "") == (left == 0)
