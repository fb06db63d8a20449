"""What opening a scenario loads before there is a screen: nothing that only later commands need."""

from __future__ import annotations

import subprocess
import sys

OPENING = """
import sys, types
import bpdebug.cli
screen = types.ModuleType("bpdebug.tui.running")
screen.run = lambda session, **rest: int(not session.view.rows)
sys.modules[screen.__name__] = screen
sys.modules["bpdebug.cli.commands"].interactive = lambda: True
sys.argv = ["bpdebug", "three-layer", "--fresh"]
try:
    bpdebug.cli.main()
except SystemExit as ended:
    assert not ended.code
print("\\n" + " ".join(sys.modules))
"""
LATER = {
    "bpdebug.check": ("claims", "completion", "diagnosis", "forward", "full", "gradients", "review", "telling"),
    "bpdebug.scenario": ("claims", "homework", "orientation", "pasted", "tied"),
    "bpdebug.debugger": ("births", "derivation", "handwork", "nudged", "replay", "resuming", "script"),
    "bpdebug.cli": ("claims", "practice", "replay", "report", "snapshot"),
    "numpy": ("polynomial", "testing", "f2py"),
}
"""Of each package the modules that a later command needs, or another scenario."""


def test_opening_a_scenario_loads_nothing_that_only_later_commands_need(tmp_path, monkeypatch):
    monkeypatch.setenv("BPDEBUG_STATE", str(tmp_path))
    run = subprocess.run([sys.executable, "-c", OPENING], capture_output=True, text=True, check=True, timeout=60)
    loaded = set(run.stdout.splitlines()[-1].split())
    assert "bpdebug.debugger.session" in loaded
    assert not {"textual", "rich", "bpdebug.export"} & loaded
    later = {f"{package}.{each}" for package, modules in LATER.items() for each in modules}
    assert not sorted(later & loaded)
