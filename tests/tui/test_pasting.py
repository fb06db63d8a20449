"""What is pasted arrives as it is: in order, with what would be keys or control the terminal as text."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from textual import events
from textual._xterm_parser import XTermParser

from bpdebug.tui.pasting import Pastes, readable
from tests.terminals import Terminal, terminals
from tests.tui.driving import debugger, settled, shown, until

BEGIN, END = "\x1b[200~", "\x1b[201~"
HOSTILE = "print W1\x1b[31mRED and \x1b\x1b[A more " + "\x1b[" + "9" * 50 + " end"


@pytest.fixture
def terminal() -> Iterator[type[Terminal]]:
    with terminals() as found:
        yield found


def told(*pieces: str) -> list[tuple[str, str]]:
    """What a parser says of pieces that come one after the other."""
    pastes = Pastes(XTermParser())
    found = [event for piece in pieces for event in pastes.feed(piece)]
    return [("paste", e.text) if isinstance(e, events.Paste) else ("key", e.key) for e in found if not _other(e)]


def _other(event: object) -> bool:
    return not isinstance(event, (events.Paste, events.Key))


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 1000])
def test_escapes_within_what_is_pasted_are_no_keys(size: int) -> None:
    sent = f"a{BEGIN}{HOSTILE}{END}b{BEGIN}{END}{BEGIN}two\nlines{END}\x1b[A"
    pieces = [sent[at : at + size] for at in range(0, len(sent), size)]
    assert told(*pieces) == [
        ("key", "a"),
        ("paste", HOSTILE),
        ("key", "b"),
        ("paste", ""),
        ("paste", "two\nlines"),
        ("key", "up"),
    ]


@pytest.mark.parametrize(
    ("pasted", "text"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("\tx = 1", "    x = 1"),
        ("W1\x1b[31m\x07\x9b\0", "W1\\x1b[31m\\x07\\x9b\\x00"),
        ("dZ⁽²⁾ ⊙ σ′(Z)\xa0+ é", "dZ⁽²⁾ ⊙ σ′(Z)\xa0+ é"),
    ],
)
def test_control_characters_become_text(pasted: str, text: str) -> None:
    assert readable(pasted) == text


@pytest.mark.parametrize("opened", [[], ["colon"]])
async def test_control_characters_stand_on_the_line_as_text(opened: list[str]) -> None:
    app = debugger()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press(*opened)
        app.post_message(events.Paste("print W1\x1b[31mRED"))
        await settled(pilot)
        assert app.command_line.input is not None
        assert app.command_line.input.value == "print W1\\x1b[31mRED"
        assert "print W1\\x1b[31mRED" in shown(app)


def test_a_terminal_s_paste_stands_in_order(terminal) -> None:
    run = terminal("xor")
    run.wait_for("step 0 / ")
    run.type(":")
    run.wait_for(" command (Esc")
    run.type(f"{BEGIN}echo one\x1b[31mRED and more{END}\r")
    run.wait_for("> echo one\\x1b[31mRED and more")
    run.type("quit\r")
    assert run.left() == 0


LOOP = """dZ3 = A3 - Y
for l in range(3, 0, -1):
    if l < 3:
        grads["dZ" + str(l)] = grads["dA" + str(l)] * (cache["Z" + str(l)] > 0)
    grads["dW" + str(l)] = 1./m * np.dot(grads["dZ" + str(l)], cache["A" + str(l-1)].T)
\tgrads["dA" + str(l-1)] = np.dot(parameters["W"+str(l)].T, grads["dZ"+str(l)])
""".replace("\t", "    ")
CLAIMED = ["dZ3", "dW3", "dA2", "dZ2", "dW2", "dA1", "dZ1", "dW1", "dA0"]


@pytest.mark.parametrize("opened", [[], ["colon"], ["a"]])
@pytest.mark.parametrize(
    ("pasted", "names"),
    [
        (LOOP, CLAIMED),
        ("dZ3 = A3 - Y\ndb3 = dZ3", ["dZ3", "db3"]),
        ('dZ3 = A3 - Y\ngrads["dW3"] = (dZ3 @\n    A2.T) / m', ["dZ3", "dW3"]),
        ("for l in range(3, 1, -1): dW[l] = dZ[l] @ A[l-1].T / m\n# no more", ["dW3", "dW2"]),
    ],
)
async def test_a_pasted_derivation_is_claimed_as_that_of_a_file(
    opened: list[str], pasted: str, names: list[str]
) -> None:
    app = debugger()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press(*opened)
        app.post_message(events.Paste(pasted))
        await until(pilot, lambda: len(app.session.claims) == len(names) and app.dialogue.script is None)
        await settled(pilot)
        assert [claim.name for claim in app.session.claims] == names
        assert [line for line, kind in app.command_line.answers if line.startswith("! ")] == []


@pytest.mark.parametrize(
    ("pasted", "line"),
    [
        ("dW3 = dZ3 @ A2.T / m", "dW3 = dZ3 @ A2.T / m"),
        ("(A3 - Y) * (Z3 == Z3)", "claim dA3 = (A3 - Y) * (Z3 == Z3)"),
        ("np.sum(dZ3, axis=1)", "claim dA3 = np.sum(dZ3, axis=1)"),
        ('grads["dW" + str(3)] = dZ3', 'grads["dW" + str(3)] = dZ3'),
    ],
)
async def test_a_right_side_goes_on_from_the_left_and_a_whole_equation_takes_its_place(pasted: str, line: str) -> None:
    app = debugger()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("a")
        app.post_message(events.Paste(pasted))
        await settled(pilot)
        assert app.command_line.input is not None
        assert app.command_line.input.value == line


async def test_what_is_no_equation_in_what_is_pasted_is_said() -> None:
    app = debugger()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("colon")
        app.post_message(events.Paste("for l in range(3):\n    hello(l)"))
        await settled(pilot)
        assert "> for l in range(3): and 1 more line" in shown(app)
        assert "no equation was found in these lines: claim dW2 =" in shown(app)
        assert app.session.claims == ()


async def test_pasted_commands_are_commands_still() -> None:
    app = debugger()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("colon")
        app.post_message(events.Paste("break dW2 if J < 3\ngoto J\nset W1[0, 0] = 3\nwhere"))
        await settled(pilot)
        headings = [line for line, kind in app.command_line.answers if kind == "heading"]
        assert headings[0] == "> break dW2 if J < 3"
        assert headings[-1] == "> where"
        assert app.session.claims == ()


def test_a_loop_where_one_command_is_expected_is_no_formula() -> None:
    reply = debugger().session.execute("for l in range(3,0,-1): dW[l] = dZ[l] @ A[l-1].T / m")
    assert not reply.ok
    assert reply.text.startswith("expected one command, got a loop")
    assert "bpdebug claims SCENARIO --equations FILE" in reply.text
