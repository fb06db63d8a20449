"""What a user reads, as transcripts: lines after > are typed, those below them answered, @ says which scenario.

`bpdebug replay --bless FILE` writes the answers of now into one of them.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bpdebug.debugger.commands import COMMANDS, understand
from bpdebug.debugger.files import bundled_scripts
from bpdebug.debugger.replay import Replay
from bpdebug.debugger.script import Script, read
from bpdebug.errors import UsageError
from bpdebug.scenario.bundled import bundled

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))
WALKS = sorted(bundled_scripts().values())


def script(path: Path) -> Script:
    return read(path.read_text(encoding="utf-8"), path.name)


def named(line: str) -> str:
    """The command of a line; of one that is not understood nothing."""
    try:
        return understand(line).command.name
    except UsageError:
        return ""


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_transcript(path: Path) -> None:
    found = script(path)
    *_, last = Replay(found, path.parent).told()
    assert found.transcript
    assert last.failure is None, f"{last.failure}\n{last.failure.diff}"


@pytest.mark.parametrize("path", WALKS, ids=lambda path: path.stem)
def test_walk(path: Path) -> None:
    """A bundled walk passes, ends with an expectation, and prints a transcript that holds."""
    told = list(Replay(script(path), path.parent).told())
    assert told[-1].failure is None, told[-1].failure
    assert script(path).commands[-1].text.startswith("expect")
    printed = read("\n".join(line for each in told for line in each.lines), path.name)
    assert printed.transcript
    assert list(Replay(printed, path.parent).told())[-1].failure is None


def test_every_scenario_has_a_walk() -> None:
    assert [path.stem for path in WALKS] == [each.name for each in bundled()]


def test_there_are_transcripts() -> None:
    assert len(TRANSCRIPTS) >= 6


def test_every_command_is_exercised() -> None:
    used = Counter(named(each.text) for path in [*TRANSCRIPTS, *WALKS] for each in script(path).commands)
    assert not sorted(set(COMMANDS) - set(used)), "these commands stand in no transcript"
