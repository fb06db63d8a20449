"""The keys: one table, from which the screen takes its bindings, its hints and its help."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bpdebug.debugger.commands import COMMANDS

NAMES = {
    "right": "→",
    "left": "←",
    "up": "↑",
    "down": "↓",
    "shift+right": "shift+→",
    "shift+left": "shift+←",
    "colon": ":",
    "question_mark": "?",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "plus": "+",
    "equals_sign": "=",
    "minus": "-",
    "enter": "Enter",
    "slash": "/",
    "escape": "Esc",
    "f1": "F1",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "tab": "Tab",
    "shift+tab": "shift+Tab",
    "ctrl+c": "ctrl+C",
}
"""How keys are called on the screen; others as they are."""
ASCII = {"→": "Right", "←": "Left", "↑": "Up", "↓": "Down"}


@dataclass(frozen=True, slots=True)
class Key:
    """One line of the table: the keys, what they do, and the word for it in the row of hints (empty: not there)."""

    keys: tuple[str, ...]
    action: str
    help: str
    hint: str = ""
    urgent: bool = False
    """Heard before the widget that has the focus."""

    def label(self, *, ascii: bool = False) -> str:
        """The keys as they are called: → s."""
        return " ".join(called(each, ascii=ascii) for each in self.keys)

    def first(self, *, ascii: bool = False) -> str:
        """The first of the keys, for where there is little room."""
        return called(self.keys[0], ascii=ascii)


def called(key: str, *, ascii: bool = False) -> str:
    """The name of a key for people."""
    name = NAMES.get(key, key)
    if ascii:
        for sign, word in ASCII.items():
            name = name.replace(sign, word)
    return name


def _command(keys: tuple[str, ...], line: str, hint: str = "", help: str = "") -> Key:
    """A key that is a line of the session's language; the command's own docstring is its help."""
    return Key(keys, f"execute({line!r})", help or COMMANDS[line.partition(" ")[0]].summary, hint)


MOVING = (
    _command(("right", "s"), "step", "step"),
    _command(("left", "S"), "reverse-step", "back"),
    _command(("n",), "next", "equation"),
    _command(("N",), "reverse-next"),
    _command(("f",), "finish", "phase"),
    _command(("F",), "reverse-finish"),
    _command(("c",), "continue", "run"),
    _command(("C",), "reverse-continue"),
    _command(("right_square_bracket",), "goto +1", help="Go to the same place in the next iteration."),
    _command(("left_square_bracket",), "goto -1", help="Go to the same place in the iteration before."),
    Key(("g",), "console('goto ')", COMMANDS["goto"].summary, "goto"),
    Key(("t",), "until", "Run to the equation chosen in the program, or to a place: until dW2."),
    Key(("p",), "play", "Step by itself, or stop doing so; + and - play faster and slower.", "play"),
    _command(("home",), "start"),
    _command(("end",), "end"),
    Key(("escape",), "stop", "Stop what is running, where it is; close what is open."),
)
ASKING = (
    _command(("k",), "check all", "check", "Hold all gradients computed here against numerical ones."),
    Key(
        ("e",),
        "inspect",
        "Choose an entry with the arrow keys, to see how it was made; Esc goes back to stepping.",
        "entry",
    ),
    Key(("y",), "copy", "Copy the matrix under the cursor, or the result, as NumPy's text."),
    Key(("P",), "predict", "Guess what comes next before it shows: which quantity, its formula, its shape."),
    Key(("a",), "claim", "Write an equation of your own for a gradient, or change the one chosen among the claims."),
    Key(("m",), "mend('mend')", COMMANDS["mend"].summary),
    Key(("M",), "mend('unmend')", "Take the last change of a claim back."),
    Key(
        ("colon",),
        "console('')",
        "Type commands until Esc: print W1, formula dW2, goto 12:dW2, help …",
        "console",
    ),
    Key(("question_mark",), "help", "Explain the keys and the commands.", "help"),
    Key(("f1",), "explain_pane", "Explain the pane that has the focus."),
)
SCROLLING = (
    Key(("up", "K"), "turn(-1, 0)", "Scroll the pane up by a line, or choose the line above."),
    Key(("down", "J"), "turn(1, 0)", "Scroll it down by a line, or choose the line below."),
    Key(("pageup",), "page(-1)", "Scroll it up by a page."),
    Key(("pagedown",), "page(1)", "Scroll it down by a page."),
    Key(("shift+left", "less_than_sign", "H"), "turn(0, -1)", "Scroll it to the left, or choose the column before."),
    Key(("shift+right", "greater_than_sign", "L"), "turn(0, 1)", "Scroll it to the right, or choose the column after."),
    Key(("enter",), "enter", "Go to what is chosen in the pane."),
)
NUMBERED = (
    "Program",
    "Operation",
    "Matrices",
    "Gradient check",
    "Cost",
    "Claims",
    "Entry",
    "Network",
    "Watch",
    "History",
)
"""The panes, in the order of the keys that show them."""
PANES = tuple(
    Key((str(number % 10),), f"pane({number})", f"Go to the pane {name}.")
    for number, name in enumerate(NUMBERED, start=1)
)
ARRANGING = (
    *PANES,
    Key(("tab",), "focus_next", "Go to the next pane."),
    Key(("shift+tab",), "focus_previous", "Go to the pane before."),
    Key(("z",), "zoom", "Give the pane the whole screen, or give it back.", "zoom"),
    Key(("x",), "hide", "Hide the pane; the key that is its number shows it again."),
    Key(("plus", "equals_sign"), "zoom_in(1)", "Look closer at the cost, or play faster."),
    Key(("minus",), "zoom_in(-1)", "Look at the cost from farther away, or play slower."),
    Key(("T",), "theme", "Change between dark and light."),
    Key(("q",), "quit", COMMANDS["quit"].summary, "quit"),
    Key(("ctrl+c",), "interrupt", "Stop what runs; clear the console's line, or close it; or else leave.", urgent=True),
)
STOPPING = (
    Key(("b",), "break", "Stop at the equation at hand from now on, or no more.", "stop here"),
    Key(("w",), "console('watch ')", COMMANDS["watch"].summary),
)
INSPECTING = (
    Key(("up", "down", "left", "right", "h", "j", "k", "l"), "walk", "Choose the entry beside.", "choose"),
    Key(("tab",), "walk", "Go to the next matrix.", "matrix"),
    Key(("enter",), "enter", "Go to where the matrix was computed.", "where it was made"),
    Key(("escape", "e"), "release", "Go back to stepping.", "back to stepping"),
)
"""While an entry is chosen these come before all others."""
GROUPS = {
    "Move": MOVING,
    "Stop": STOPPING,
    "Ask": ASKING,
    "While an entry is chosen": INSPECTING,
    "Scroll": SCROLLING,
    "Arrange": ARRANGING,
}
"""The table as the help shows it."""


def bound() -> Iterator[Key]:
    """Every line of the table that holds whenever nothing special is going on."""
    return (each for group in GROUPS.values() if group is not INSPECTING for each in group)


def hints(*, inspecting: bool = False) -> Iterator[Key]:
    """The keys that stand at the foot of the screen."""
    return (each for each in (INSPECTING if inspecting else bound()) if each.hint)


def palette(*, ascii: bool) -> Iterator[tuple[str, str]]:
    """What the palette lists: all that keys do, other than scroll, as what is shown and the action behind it."""
    for each in (*MOVING, *STOPPING, *ASKING, *ARRANGING):
        yield f"{each.label(ascii=ascii)}  {each.help}", each.action
