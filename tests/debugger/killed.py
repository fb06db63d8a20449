"""Processes that are killed while they save a session: python -m tests.debugger.killed ROUNDS, with BPDEBUG_STATE set.

Each round a process takes the session up, changes it as fast as it can, says of every change that it is done, and is
killed somewhere. Then everything it said has to be in the file, and the next start leaves nothing but that.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from bpdebug.debugger.keeping import opened
from bpdebug.debugger.records import read
from bpdebug.debugger.store import Store, place
from bpdebug.scenario.load import load

SCENARIO = load("xor")
LONGEST = 0.03
"""Seconds until a process is killed, at most."""


def save(pipe: int) -> None:
    """Change the session until the end comes, and say which change is saved."""
    kept = opened(SCENARIO, {}, "xor")
    while True:
        kept.session.stops.own.clear()
        assert kept.execute(f"break dW2 if J < {kept.session.stops.last}").ok
        os.write(pipe, f"{kept.session.stops.last}\n".encode())


def round_(path: Path, chance: random.Random) -> tuple[bool, bool]:
    """Kill one process; whether it had saved anything, and whether it was killed while it wrote."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        save(writer)
    os.close(writer)
    first = os.read(reader, 1_000)
    time.sleep(chance.uniform(0, LONGEST))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    said = first
    while piece := os.read(reader, 65_536):
        said += piece
    os.close(reader)
    acknowledged = int(said.split()[-1])
    text = Store(path).read()
    assert text is not None
    (last,) = (line.number() for line in read(text).lines if line.word == "stops")
    assert acknowledged <= last <= acknowledged + 1, (acknowledged, last)
    parts = [each for each in path.parent.iterdir() if each.name.endswith(".part")]
    kept = opened(SCENARIO, {}, "xor")
    assert kept.session.stops.last == last
    kept.leave()
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    return bool(said), bool(parts)


def main(rounds: int) -> None:
    path = place(SCENARIO, {})
    chance = random.Random(rounds)
    done = [round_(path, chance) for _ in range(rounds)]
    json.dump({"rounds": len(done), "while writing": sum(parts for _, parts in done)}, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]))
