"""The pane of what was done: every command with where it led, or what it said."""

from __future__ import annotations

from bpdebug.debugger.history import KEPT
from bpdebug.debugger.session import Session
from bpdebug.tui.colours import BARE
from bpdebug.tui.history import SHOWN, history_lines
from tests.debugger.scenes import opened, said
from tests.tui.drawn import plain, styled


def drawn(session: Session, width: int = 60) -> list[str]:
    lines = history_lines(session.history.done, session.notation, width, BARE)
    assert all(line.cell_len <= width for line in lines)
    return plain(lines)


def walked(notation: str = "unicode") -> Session:
    session = opened(notation=notation)
    said(session, "step 3", "", "goto 2:dW2", "print J")
    session.execute("foo")
    said(session, "# a comment", "rs", "start")
    return session


def test_where_nothing_was_done_that_is_said() -> None:
    assert drawn(opened(), 80) == ["Nothing is done yet: every key and every command is listed here."]


def test_commands_with_where_they_led_the_newest_last() -> None:
    assert drawn(walked()) == [
        "2 step 3 ×2     start → 1:6 A⁽²⁾",
        "3 goto 2:dW2    1:6 A⁽²⁾ → 2:39 dW⁽²⁾",
        "4 print J       J = 0.6814277542",
        "5 foo           ! there is no command 'foo'. help lists the…",
        "6 rs            2:39 dW⁽²⁾ → 2:38 dW⁽²⁾",
        "7 start         2:38 dW⁽²⁾ → start",
    ]
    refused = history_lines(walked().history.done, "unicode", 60, BARE)[3]
    assert "bold" in " ".join(styled(refused, "foo"))


def test_in_a_narrow_pane_it_stands_beneath() -> None:
    assert drawn(walked(), 24)[:4] == ["2 step 3 ×2", "  start → 1:6 A⁽²⁾", "3 goto 2:dW2", "  1:6 A⁽²⁾ → 2:39 dW⁽²⁾"]


def test_ascii_is_ascii() -> None:
    assert all(line.isascii() for width in (20, 50) for line in drawn(walked("ascii"), width))


def test_what_is_typed_is_no_markup_and_has_no_control_characters() -> None:
    session = opened()
    session.execute("foo [bold]\x1b[31m")
    assert drawn(session)[0].startswith("1 foo [bold]\\x1b[31m")


def test_only_the_latest_are_kept_and_fewer_are_shown() -> None:
    session = opened()
    for _ in range(KEPT + 20):
        session.execute("print m")
    assert len(session.history.done) == KEPT
    lines = drawn(session)
    assert len(lines) == SHOWN
    assert lines[-1].startswith(f"{KEPT + 20} print m")


def test_the_lines_of_a_script_are_listed_and_a_switch_keeps_them() -> None:
    session = walked()
    said(session, "switch bookkeeping total")
    assert len(drawn(session)) == 7
    assert drawn(session)[-1].startswith("8 switch")


def test_the_same_command_again_and_again_is_one_line_and_all_of_them_are_kept() -> None:
    session = opened(notation="unicode")
    said(session, *["step"] * 12, "rs", "rs", "step")
    session.execute("foo")
    session.execute("foo")
    assert drawn(session) == [
        "12 step ×12      start → 1:12 J",
        "14 rs ×2         1:12 J → 1:10 J",
        "15 step          1:10 J → 1:11 J",
        "17 foo ×2        ! there is no command 'foo'. help lists th…",
    ]
    assert [each.line for each in session.history.done] == [*["step"] * 12, "rs", "rs", "step", "foo", "foo"]


def test_the_same_question_twice_is_asked_of_two_places() -> None:
    session = opened(notation="unicode")
    said(session, "print m", "print m", "goto 1:Z1", "print Z1[0, 0]", "step", "print Z1[0, 0]")
    assert len(drawn(session)) == 6
