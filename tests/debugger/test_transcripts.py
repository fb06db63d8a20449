"""What a user reads, as transcripts: lines after > are typed, those below them answered, @ says which scenario.

`bpdebug replay --bless FILE` writes the answers of now into one of them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bpdebug.debugger.replay import Replay
from bpdebug.debugger.script import Script, read

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))


def script(path: Path) -> Script:
    return read(path.read_text(encoding="utf-8"), path.name)


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_transcript(path: Path) -> None:
    found = script(path)
    *_, last = Replay(found, path.parent).told()
    assert found.transcript
    assert last.failure is None, f"{last.failure}\n{last.failure.diff}"


def test_there_are_transcripts() -> None:
    assert len(TRANSCRIPTS) >= 6
