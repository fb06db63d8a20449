"""Hostile scripts and transcripts: whatever a file says, it is answered, runs nothing and opens nothing else."""

from __future__ import annotations

import importlib
import os
import pkgutil
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic

import pytest

import bpdebug
from bpdebug.debugger.commands import COMMANDS
from bpdebug.debugger.files import bundled_scripts
from bpdebug.debugger.replay import Replay
from bpdebug.debugger.script import read
from bpdebug.errors import BpdebugError
from bpdebug.scenario import bundled
from tests.conftest import Run

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))
SEEDS = [path.read_text(encoding="utf-8") for path in [*bundled_scripts().values(), *TRANSCRIPTS]]
SECONDS = 2.0
MANY = int(os.environ.get("BPDEBUG_FILES", "40"))
"""Files of the long run: BPDEBUG_FILES=10000 asks for more."""
WORDS = (
    "../secret.replay", "/etc/passwd", "link.replay", "mine.toml", "`id`", "$(id)", "__import__('os').system('id')",
    "exec", "=", "9**9**9", "ones((100000,100000))", "W1[", "\x00", "\x1b]52;c;\x07", "\u202e", "\ud800", "🙂", "-1",
    "1e999", "99999999999999999999", "[b]", "@", ">", "!", "#", "{", "%s", "\\", "self.replay", "off", "W1", "J", "dW3",
)  # fmt: skip


def mutated(chance: random.Random) -> str:
    """A script or a transcript with some of it exchanged, repeated, cut, or written over."""
    lines = chance.choice(SEEDS).split("\n")
    start = chance.randrange(len(lines))
    opening = next((line for line in lines if line.startswith("@")), "@ xor")
    lines = [opening, *lines[start : start + chance.randrange(1, 12)]]
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(lines))
        lines[at] = chance.choice(MUTATIONS)(chance, lines[at])
    text = "\n".join(lines)
    if chance.random() < 0.1:
        at = chance.randrange(len(text) + 1)
        text = text[:at] + chance.choice(WORDS) * chance.choice((1, 1, 3000)) + text[at:]
    return text


def _command(chance: random.Random, line: str) -> str:
    mark = chance.choice(("", "> ", "! ", ">", " "))
    return f"{mark}{chance.choice(list(COMMANDS))} {chance.choice(WORDS)} {chance.choice(('', *WORDS))}"


def _exchanged(chance: random.Random, line: str) -> str:
    words = line.split(" ")
    words[chance.randrange(len(words))] = chance.choice(WORDS)
    return " ".join(words)


def _cut(chance: random.Random, line: str) -> str:
    return line[: chance.randrange(len(line) + 1)]


def _doubled(chance: random.Random, line: str) -> str:
    return "\n".join([line] * chance.randrange(2, 5))


def _opened(chance: random.Random, line: str) -> str:
    setting = chance.choice(("seed=3", "iterations=9999999", "notation=latex", "orientation=rows", "fused=x", "x=y"))
    return f"@ {chance.choice((*WORDS, 'xor', 'logistic'))} {setting}"


def _flipped(chance: random.Random, line: str) -> str:
    at = chance.randrange(len(line) + 1)
    return line[:at] + chr(chance.randrange(1, 0x2FF)) + line[at + 1 :]


MUTATIONS = (_command, _command, _exchanged, _cut, _doubled, _opened, _flipped)


class Watch:
    """What is opened, run or reached by whom one watches: everything that is no file of theirs."""

    def __init__(self, *folders: Path) -> None:
        self.folders = [each.resolve() for each in folders]
        self.found: list[str] = []
        self.on = False
        sys.addaudithook(self._heed)  # there is no way to take one away

    def _heed(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.on and (
            event in ("os.system", "os.exec", "os.posix_spawn", "subprocess.Popen", "socket.connect", "os.remove")
            or (event == "exec" and getattr(arguments[0], "co_filename", "<").startswith("<"))
            or (event == "open" and not self._theirs(arguments[0]))
        ):
            self.found.append(f"{event} {arguments}")

    @contextmanager
    def watching(self, text: str) -> Iterator[None]:
        """What happens within is watched; a failure says by which text."""
        self.on, started = True, monotonic()
        try:
            yield
        except Exception as error:
            error.add_note(f"by {text[:5_000]!r}")
            raise
        finally:
            self.on = False
        assert monotonic() - started < 10 * SECONDS, text
        assert not self.found, (text, self.found)

    def _theirs(self, path: object) -> bool:
        if not isinstance(path, str) or path.endswith((".py", ".pyc", ".so")):  # modules are imported when needed
            return True
        return any(Path(path).resolve().is_relative_to(each) for each in self.folders)


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    """A folder of scripts, with links and secrets about, and what is opened beyond it."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "secret.replay").write_text("@ xor\necho xyzzy\n", encoding="utf-8")
    (folder / "link.replay").symlink_to(tmp_path / "secret.replay")
    (folder / "self.replay").write_text("@ xor\nsource self.replay\n", encoding="utf-8")
    (folder / "mine.toml").write_text("[data]\nX = 1\n", encoding="utf-8")
    for module in pkgutil.walk_packages(bpdebug.__path__, "bpdebug."):
        if ".tui" not in module.name and "__main__" not in module.name:
            importlib.import_module(module.name)  # dataclasses are made by exec
    return Watch(folder, bundled.folder(), Path(bundled.__file__).parent)


def replayed(text: str, folder: Path) -> None:
    """Replay a text in every way that a file is."""
    with suppress(BpdebugError):
        script = read(text, "hostile.replay")
        for compared in (True, False) if script.transcript else (True,):
            for told in Replay(script, folder, seconds=SECONDS).told(compared=compared):
                assert "xyzzy" not in "".join(told.lines)
                assert str(told.failure)


def hold(watch: Watch, seeds: range) -> None:
    folder = watch.folders[0]
    before = {each.name: each.read_bytes() for each in folder.iterdir()}
    for seed in seeds:
        text = mutated(random.Random(seed))
        with watch.watching(text):
            replayed(text, folder)
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == before


def test_hostile_files_are_answered(watch: Watch) -> None:
    hold(watch, range(300))


@pytest.mark.slow
@pytest.mark.timeout(36000)
def test_very_many_hostile_files_are_answered(watch: Watch) -> None:
    hold(watch, range(300, 300 + MANY))


@pytest.mark.parametrize("seed", range(30))
def test_bytes_of_any_kind_are_answered(seed: int, bpdebug: Callable[..., Run], tmp_path: Path) -> None:
    """A file on disk, some of whose bytes are others."""
    chance = random.Random(seed)
    data = bytearray(chance.choice(SEEDS).encode()[:3_000])
    for _ in range(chance.randrange(1, 5)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    path = tmp_path / "walk.replay"
    path.write_bytes(data)

    run = bpdebug("replay", str(path), "--seconds", "2")

    assert run.code in (0, 1, 2)
    assert "Traceback" not in run.out + run.err
