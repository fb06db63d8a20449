"""What the tests of several rooms share: the command line, run in this process."""

from __future__ import annotations

import gc
import io
import itertools
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from bpdebug.cli import main
from bpdebug.ops import OPS, loading

NUMBERS = itertools.count()

gc.set_threshold(100_000, 50, 50)  # the tests build many small trees without cycles; looking for some takes a tenth
# Under nohup or behind an & it is ignored, by what the tests start as well, and some of them send it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


class Run(NamedTuple):
    """What one command line answered."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def table() -> Iterator[None]:
    """The table of operations as it was, afterwards."""
    before, loaded = dict(OPS), dict(loading._loaded)
    yield
    if before != OPS:
        OPS.clear()
        OPS.update(before)
    loading._loaded.clear()
    loading._loaded.update(loaded)


@pytest.fixture(autouse=True)
def state(monkeypatch, tmp_path_factory) -> Path:
    """The folder of the sessions that a test saves; nothing is there before it does, and no settings either."""
    folder = tmp_path_factory.getbasetemp() / "sessions" / str(next(NUMBERS))
    monkeypatch.setenv("BPDEBUG_STATE", str(folder))
    monkeypatch.setenv("BPDEBUG_CONFIG", str(folder / "config.toml"))
    return folder


@pytest.fixture
def bpdebug(capsys, monkeypatch, tmp_path) -> Callable[..., Run]:
    """bpdebug("check", "xor") runs that command line; `stdin` is what it reads there."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HOME", str(tmp_path))

    def run(*arguments: str, stdin: str | bytes = "") -> Run:
        raw = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8"))
        with pytest.raises(SystemExit) as left:
            main(arguments)
        code = left.value.code
        assert isinstance(code, int)
        return Run(code, *capsys.readouterr())

    return run
