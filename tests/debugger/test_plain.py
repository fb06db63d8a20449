"""The line mode: sentences out for lines in, to the end of the input or to quit."""

from __future__ import annotations

import io
import os
import signal
import sys
import threading

import pytest

from bpdebug.debugger import plain, prompting
from bpdebug.debugger.prompting import KEPT, LARGEST, PROMPT, Completer, remember, remembered
from tests.debugger.scenes import opened


class Terminal(io.StringIO):
    """A text stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def run(lines: str, *, stream: type[io.StringIO] = io.StringIO) -> tuple[int, str]:
    out = stream()
    code = plain.run(opened("xor", iterations=3), stream(lines), out)
    return code, out.getvalue()


def test_one_sentence_a_step() -> None:
    code, out = run("s\n\nprint Q\nq\ns\n")
    assert code == 0
    assert out.splitlines()[1:] == [
        "iteration 1 / 3 · forward · step 0 / 46: nothing is computed yet; first comes W⁽¹⁾ · X",
        "s executes it, help lists the commands, q quits.",
        "iteration 1 / 3 · forward · step 1 / 46: W⁽¹⁾ · X (part 1 of 2 of Z⁽¹⁾), (3, 4)",
        "iteration 1 / 3 · forward · step 2 / 46: Z⁽¹⁾ = W⁽¹⁾ · X + b⁽¹⁾, (3, 4)",
        "there is no 'Q' here",
        "  Q",
        "  ^",
    ]


def test_comments_say_nothing_and_do_nothing() -> None:
    assert run("# two operations\ns\n  # more\n\n") == run("s\n\n")


def test_the_end_of_the_input_is_the_end() -> None:
    assert run("c") == run("c\nq\n")
    assert run("")[0] == 0


def test_a_terminal_is_asked() -> None:
    assert run("s\nq\n", stream=Terminal)[1].count(PROMPT) == 2
    assert PROMPT not in run("s\nq\n")[1]


def test_a_reader_that_has_gone_is_no_error() -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    assert plain.run(opened("xor"), io.StringIO("s\n"), Gone()) == 0


def test_input_in_another_encoding_is_told() -> None:
    out = io.StringIO()
    stdin = io.TextIOWrapper(io.BytesIO(b"s\n\xff\xfe\n"), encoding="utf-8")
    assert plain.run(opened("xor"), stdin, out) == 2
    assert "expected commands in UTF-8" in out.getvalue()


def test_ctrl_c_stops_a_motion_and_nothing_else() -> None:
    presser = threading.Timer(0.4, lambda: os.kill(os.getpid(), signal.SIGINT))

    class Lines(io.StringIO):
        def readline(self, size: int | None = -1) -> str:
            if not self.tell():
                presser.start()
            return super().readline(size)

    out = io.StringIO()
    session = opened("three-layer", iterations=100_000)
    code = plain.run(session, Lines("c\nprint J\n"), out)
    presser.join()
    assert code == 0
    assert 0 < session.timeline.position < session.timeline.last
    assert "Stopped on the way to " in out.getvalue()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_signal_that_does_not_end_the_wait_for_a_line_is_heard() -> None:
    """As one that comes just before the wait does not: Python takes it from whichever thread the system gave it to."""

    def elsewhere() -> None:
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)

    class Silent(io.TextIOWrapper):
        def readline(self, size: int = -1) -> str:
            threading.Timer(0.05, elsewhere).start()
            return super().readline(size)

    reader, writer = os.pipe()
    with Silent(os.fdopen(reader, "rb")) as stdin, os.fdopen(writer, "w"):
        assert plain.run(opened("xor"), stdin, io.StringIO()) == 130
    assert signal.set_wakeup_fd(-1) == -1


def test_ctrl_c_at_the_prompt_discards_the_line() -> None:
    class Pressed(Terminal):
        count = 0

        def readline(self, size: int = -1) -> str:
            self.count += 1
            if self.count == 1:
                raise KeyboardInterrupt
            return super().readline(size)

    out = Terminal()
    assert plain.run(opened("xor"), Pressed("q\n"), out) == 0
    assert out.getvalue().count(PROMPT) == 2


def test_ctrl_c_without_a_prompt_ends_the_program() -> None:
    class Pressed(io.StringIO):
        def readline(self, size: int = -1) -> str:
            raise KeyboardInterrupt

    assert plain.run(opened("xor"), Pressed(), io.StringIO()) == 130


@pytest.mark.parametrize("data", ["\x1b[31m", "[b]bold[/b]"])
def test_what_is_typed_comes_out_as_those_characters(data: str) -> None:
    out = run(f"{data}\n")[1]
    assert "\x1b" not in out
    assert "[31m" in out or "[b]bold[/b]" in out


def test_tab_completes_at_a_terminal() -> None:
    session = opened("xor")
    for line, text, found in [
        ("reverse-s", "reverse-s", ["reverse-step "]),
        ("print dW", "dW", ["dW1", "dW2"]),
        ("break J if dZ", "dZ", ["dZ1", "dZ2"]),
        ("xyz A", "A", []),
    ]:
        complete = Completer(session, lambda line=line: line)
        assert [complete(text, at) for at in range(len(found) + 1)] == [*found, None]


def test_what_was_typed_is_kept_within_bounds(tmp_path) -> None:
    path = tmp_path / "sessions" / "history"
    assert remembered(path) == []
    remember(path, [f"step {at}" for at in range(KEPT + 5)])
    assert remembered(path)[0] == "step 5"
    remember(path, ["x" * 2_000] * KEPT)
    assert 0 < path.stat().st_size <= LARGEST
    remember(tmp_path / "sessions" / "history" / "no" / "folder", ["step"])


def test_without_readline_a_terminal_is_asked_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "readline", None)
    out = Terminal()
    monkeypatch.setattr(sys, "stdin", Terminal("s\n"))
    monkeypatch.setattr(sys, "stdout", out)
    assert prompting._readline() is None
    assert plain.run(opened("xor"), sys.stdin, out) == 0
    assert out.getvalue().count(PROMPT) == 2
