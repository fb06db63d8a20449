"""What the documentation shows is what happens."""

from __future__ import annotations

import doctest
import importlib.util
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from bpdebug.scenario.given import SCALINGS
from bpdebug.scenario.schema import LABELS, Dataset, File
from bpdebug.tui.configuration import configured
from bpdebug.tui.keymap import KEYMAP

DOCS = Path(__file__).parent.parent / "docs"
EXAMPLES = DOCS / "examples"


def blocks(name: str, kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", (DOCS / name).read_text(encoding="utf-8"), re.DOTALL)


def alike(text: str) -> str:
    """The text without the last digits, which depend on the machine."""
    text = re.sub(r"± \S+|differs by \S+|\[[\d, ]+\] \S+|\d+ evaluations", "…", text)
    return re.sub(" +", " ", text).strip()


def test_the_page_about_check_gradient_says_what_happens():
    code = "\n".join(blocks("check-gradient.md", "python"))
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert alike(run.stdout) == alike("".join(blocks("check-gradient.md", "text")))


def test_the_page_about_operations_says_what_happens(bpdebug):
    run = bpdebug("check", str(EXAMPLES / "swish.toml"), "--ops", str(EXAMPLES / "swish.py"))

    assert run.code == 1
    assert alike(blocks("custom-operations.md", "text")[0]) in alike(run.out)


def test_the_code_on_the_page_is_that_of_the_example():
    (code,) = blocks("custom-operations.md", "python")
    example = (EXAMPLES / "swish.py").read_text(encoding="utf-8")

    assert all(part in example for part in code.strip().split("\n\n\n"))


@pytest.mark.parametrize(("name", "method"), [("swish", ""), ("softsign", "softsign takes no complex step")])
def test_the_right_ones_match_and_ridders_method_is_told(bpdebug, name, method):
    text = (EXAMPLES / "swish.toml").read_text(encoding="utf-8").replace("wrong_swish", name)
    run = bpdebug("check", "-", "--ops", str(EXAMPLES / "swish.py"), stdin=text)

    assert run.code == 0, run
    assert method in run.out


def test_a_scenario_by_itself_imports_nothing_and_names_the_way(bpdebug, tmp_path, monkeypatch):
    """Not a file beside it, not an installed module, whatever the scenario says."""
    trap = "raise SystemExit('imported')"
    for name in ("wrong_swish.py", "swish.py", "ops.py", "conftest.py"):
        (tmp_path / name).write_text(trap)
    scenario = tmp_path / "swish.toml"
    scenario.write_text((EXAMPLES / "swish.toml").read_text(encoding="utf-8"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)

    run = bpdebug("check", "swish.toml")

    assert run.code == 2
    assert "unknown function 'wrong_swish'" in run.err
    assert "--ops FILE.py" in run.err
    for key in ("ops", "import", "operations"):
        scenario.write_text(f'{key} = ["ops.py"]\n' + (EXAMPLES / "swish.toml").read_text(encoding="utf-8"))
        refused = bpdebug("check", "swish.toml")
        assert refused.code == 2
        assert key in refused.err


def test_a_bad_file_of_operations_ends_with_its_place(bpdebug, tmp_path):
    path = tmp_path / "bad.py"
    path.write_text("import bpdebug\nbpdebug.operation('tanh', forward=abs, derivative=abs)\n")

    run = bpdebug("show", "xor", "--ops", str(path))

    assert run.code == 2
    assert run.out == ""
    assert "tanh is the name of an operation of bpdebug already" in run.err


def test_a_unit_on_a_kink_is_not_blamed_for_the_slope_its_derivative_chose(bpdebug, tmp_path):
    ops = tmp_path / "leak.py"
    ops.write_text(
        "import numpy as np, bpdebug\n"
        "bpdebug.operation('leak', forward=lambda x: np.where(x > 0, x, 0.1 * x),\n"
        "    derivative=lambda x: np.where(x > 0, 1.0, 0.1))\n"
    )
    text = (EXAMPLES / "swish.toml").read_text(encoding="utf-8").replace("wrong_swish", "leak")
    text = text.replace(
        'W1 = { shape = ["n1", "n0"], init = "normal" }', 'W1 = { shape = ["n1", "n0"], init = "zeros" }'
    )

    run = bpdebug("check", "-", "--ops", str(ops), stdin=text)

    assert run.code == 0, run
    assert "20 kink" in run.out


def test_the_page_about_data_shows_the_example_and_all_that_can_be_said_of_a_file():
    example = (EXAMPLES / "ring.toml").read_text(encoding="utf-8")
    assert all(block.split("\n", 1)[1] in example for block in blocks("data.md", "toml"))
    text = (DOCS / "data.md").read_text(encoding="utf-8")
    lines = blocks("data.md", "text")[1].splitlines()
    assert (EXAMPLES / "ring.csv").read_text(encoding="utf-8").splitlines()[: len(lines)] == lines
    assert all(f"`{key}`" in text or f"`{key} =" in text for key in (*File.KEYS, *Dataset.KEYS) if key != "name")
    assert all(f"`{word}`" in text for word in (*LABELS, *SCALINGS))


@pytest.fixture
def readme() -> ModuleType:
    """What writes the pages."""
    spec = importlib.util.spec_from_file_location("readme", DOCS / "readme.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PAGES = [
    ("backpropagation", "ANSWERS"),
    ("practice", "PRACTISED"),
    ("debugging", "DEBUGGED"),
    ("settings", "SET"),
    ("training", "TRAINED"),
    ("data", "FED"),
    ("layers", "LAYERED"),
    ("formulas", "WORDED"),
]


@pytest.mark.parametrize(("page", "tables"), PAGES)
def test_a_page_shows_what_the_program_answers(page, tables, readme):
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")

    assert all(f"<!-- {name} -->" in text for name in getattr(readme, tables))
    assert readme.written(text, getattr(readme, tables)) == text, "make docs writes it"


def test_every_operation_is_in_the_table(readme):
    from bpdebug.ops import OPS

    assert {op.family for op in OPS.values()} <= {*readme.FAMILY_ORDER}
    assert readme.operations().count("\n") == len(OPS) + 1


def test_the_readme_says_of_the_arrows_what_the_table_says():
    text = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    (sentence,) = re.findall(r"The screen has a few keys more\..*", text)
    steps, turns = (re.findall(r"`(.+?)`", part) for part in sentence.split(";"))
    assert steps == [KEYMAP.named[name].first() for name in ("back", "step")]
    assert turns == [KEYMAP.named[name].first() for name in ("up", "down", "page-up", "page-down")]


def test_the_settings_of_the_page_are_settings():
    (block,) = blocks("settings.md", "toml")
    Path(os.environ["BPDEBUG_CONFIG"]).parent.mkdir(parents=True, exist_ok=True)
    Path(os.environ["BPDEBUG_CONFIG"]).write_text(block, encoding="utf-8")
    found = configured()
    assert not found.problems
    assert found.preferences.theme == "light"
    assert found.keys.named["step"].keys == ("right", "s", "space")


def test_the_answer_to_the_question_is_on_its_page():
    text = (DOCS / "backpropagation.md").read_text(encoding="utf-8")

    assert (
        "missing: dA3, which dZ3 reads. It comes first, right after J:\n    dA3 = -Y / A3 + (1 - Y) / (1 - A3)" in text
    )


def test_the_page_about_python_says_what_happens():
    """Its examples, as a person types them one after the other."""
    examples = doctest.DocTestParser().get_doctest("\n".join(blocks("python.md", "pycon")), {}, "python.md", None, 0)
    said: list[str] = []
    found = doctest.DocTestRunner().run(examples, out=said.append)
    assert found.attempted > 10
    assert not found.failed, "".join(said)


@pytest.mark.parametrize("line", [line for block in blocks("snapshots.md", "sh") for line in block.splitlines()])
def test_every_snapshot_of_the_page_is_drawn(line, bpdebug, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = shlex.split(line, comments=True)
    run = bpdebug(*words[1:])

    assert (run.code, run.err) == (0, "")
    assert (tmp_path / words[-1]).is_file() if "-o" in words else "dW⁽³⁾" in run.out
