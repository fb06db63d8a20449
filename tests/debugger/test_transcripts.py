"""What a user reads, as transcripts: lines after > are typed, those below them answered, @ says which scenario."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpdebug.debugger.session import Session
from tests.debugger.scenes import opened

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))


def replay(text: str) -> str:
    """The transcript with the answers as they are given now."""
    lines: list[str] = []
    session: Session | None = None
    for line in text.splitlines():
        if line.startswith(("#", "@", ">")) or not line:
            lines.append(line)
        if line.startswith("@"):
            name, *settings = line[1:].split()
            session = opened(name, **dict(setting.split("=") for setting in settings))  # type: ignore[arg-type]
        elif line.startswith(">"):
            assert session is not None
            reply = session.execute(line[1:])
            answer = reply.text.splitlines() + (["(left)"] if reply.quit else [])
            lines += [f"{'  ' if reply.ok else '! '}{each}".rstrip() if each else "  ." for each in answer]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_transcript(path: Path) -> None:
    expected = path.read_text(encoding="utf-8")
    assert replay(expected) == expected


def test_there_are_transcripts() -> None:
    assert len(TRANSCRIPTS) >= 6
