"""Where the time goes until `bpdebug three-layer` has drawn its first screen, beside a Textual app that draws nothing.

python -m benchmarks.start [--rounds 9] [--scenario three-layer]

Each round is a fresh process; the least of each phase is printed, in milliseconds. Nothing is drawn on a terminal: the
screen is Textual's own without one. Leaves with 1 where bpdebug takes more than 1.8 times as long as the other.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time

MOST = 1.8
CLOCK = """
import sys, time
began, told = float(sys.argv[1]), []
def phase(name):
    told.append((name, time.time()))
phase("interpreter")
"""
FRAME = """
    async def first():
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.pause()
            phase("first frame")
    import asyncio
    asyncio.run(first())
"""
TOLD = """
for (name, at), before in zip(told, [began, *(at for _, at in told)]):
    print(f"{1000 * (at - before)}\\t{name}")
"""
MINIMAL = f"""{CLOCK}
from textual.app import App
phase("Textual")
if True:
    app = App()
{FRAME}{TOLD}"""
OPENED = f"""{CLOCK}
import os
import bpdebug.cli
os.environ.setdefault(*bpdebug.cli.THREADS)
phase("command line")
import numpy, numpy.random
phase("NumPy")
import bpdebug.scenario.load
phase("what reads scenarios")
import bpdebug.debugger.keeping
phase("the debugger")
def run(session, **rest):
    phase("scenario read, session opened")
    session.view
    phase("first view")
    import textual.app
    phase("Textual")
    from bpdebug.tui.app import Debugger
    phase("the screen's own modules")
    app = Debugger(session, **{{key: given for key, given in rest.items() if key == "kept"}})
{FRAME}    return 0
import types
sys.modules["bpdebug.tui.running"] = types.ModuleType("bpdebug.tui.running")
sys.modules["bpdebug.tui.running"].run = run
sys.modules["bpdebug.cli.commands"].interactive = lambda: True
try:
    bpdebug.cli.main([sys.argv[2], "--fresh"])
except SystemExit as ended:
    assert not ended.code
{TOLD}"""


def phases(code: str, scenario: str) -> dict[str, float]:
    """Milliseconds of each phase of one run."""
    command = [sys.executable, "-c", code, repr(time.time()), scenario]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rows = (line.split("\t") for line in printed.splitlines() if line.count("\t") == 1)
    return {name: float(spent) for spent, name in rows}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--scenario", default="three-layer")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["BPDEBUG_STATE"] = folder
        rounds = [[phases(code, given.scenario) for code in (MINIMAL, OPENED)] for _ in range(given.rounds)]
    totals = []
    for title, runs in zip(
        ("a Textual app that draws nothing", given.scenario), zip(*rounds, strict=True), strict=True
    ):
        print(title)
        for name in runs[0]:
            print(f"{min(each[name] for each in runs):8.0f}  {name}")
        totals.append(min(sum(each.values()) for each in runs))
        print(f"{totals[-1]:8.0f}  in all\n")
    print(f"{totals[1] / totals[0]:.2f} times as long; at most {MOST}")
    return 0 if totals[1] <= MOST * totals[0] else 1


if __name__ == "__main__":
    sys.exit(main())
