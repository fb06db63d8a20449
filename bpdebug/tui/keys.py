"""The keys: one table, from which the screen takes its bindings, its hints and its help."""

from __future__ import annotations

from msgspec import Struct

from bpdebug.debugger.commands import COMMANDS
from bpdebug.tui.keynames import called


class Key(Struct, frozen=True):
    """One line of the table: the keys, what they do, and the word for it in the row of hints (empty: not there)."""

    name: str
    """What the settings call it; empty where its keys stay whatever they say."""
    keys: tuple[str, ...]
    action: str
    help: str
    hint: str = ""
    panes: tuple[str, ...] = ()
    """The panes in which it does something of theirs."""
    urgent: bool = False
    """Heard before the widget that has the focus."""
    together: str = ""
    """What the keys are called together in the row of hints, where they are several of a kind."""

    def label(self, *, ascii: bool = False) -> str:
        """The keys as they are called: → s."""
        return " ".join(called(each, ascii=ascii) for each in self.keys)

    def hinted(self, *, ascii: bool = False) -> str:
        """What stands before the word in the row of hints."""
        return self.together or self.first(ascii=ascii)

    def first(self, *, ascii: bool = False) -> str:
        """The first of the keys, for where there is little room; empty where there is none."""
        return called(self.keys[0], ascii=ascii) if self.keys else ""


def _command(name: str, keys: tuple[str, ...], line: str, hint: str = "", help: str = "") -> Key:
    """A key that is a line of the session's language; the command's own docstring is its help."""
    return Key(name, keys, f"execute({line!r})", help or COMMANDS[line.partition(" ")[0]].summary, hint)


MOVING = (
    _command("step", ("right", "s"), "step", "step"),
    _command("back", ("left", "S"), "reverse-step", "back"),
    _command("next-equation", ("n",), "next", "equation"),
    _command("previous-equation", ("N",), "reverse-next"),
    _command("finish-phase", ("f",), "finish", "phase"),
    _command("back-phase", ("F",), "reverse-finish"),
    _command("run", ("c",), "continue", "run"),
    _command("run-back", ("C",), "reverse-continue"),
    _command(
        "next-iteration",
        ("right_square_bracket",),
        "goto +1",
        help="Go to the same place in the next iteration.",
    ),
    _command(
        "previous-iteration",
        ("left_square_bracket",),
        "goto -1",
        help="Go to the same place in the iteration before.",
    ),
    Key("goto", ("g",), "console('goto ')", COMMANDS["goto"].summary, "goto"),
    Key(
        "run-to",
        ("t",),
        "until",
        "Run to the equation chosen in the program, or to a place: until dW2.",
        panes=("program",),
    ),
    Key("play", ("p",), "play", "Step by itself, or stop doing so.", "play"),
    _command("start", ("home",), "start"),
    _command("end", ("end",), "end"),
    Key("", ("escape",), "stop", "Stop what is running, where it is; close what is open."),
)
STOPPING = (
    Key(
        "break",
        ("b",),
        "break",
        "Stop at the equation at hand from now on, or no more.",
        "stop here",
        panes=("program",),
    ),
    Key("watch", ("w",), "console('watch ')", COMMANDS["watch"].summary, panes=("watch",)),
)
ASKING = (
    Key(
        "check",
        ("k",),
        "execute('check all')",
        "Hold all gradients computed here against numerical ones.",
        "check",
        panes=("check", "program"),
    ),
    Key(
        "entry",
        ("e",),
        "inspect",
        "Choose an entry with the arrow keys, to see how it was made; Esc goes back to stepping.",
        "entry",
        panes=("matrices", "entry"),
    ),
    Key(
        "copy",
        ("y",),
        "copy",
        "Copy the matrix under the cursor, or the result, as NumPy's text.",
        panes=("matrices", "entry"),
    ),
    Key(
        "overview",
        ("o",),
        "overview",
        "See the matrices as a whole, or their numbers again.",
        panes=("matrices",),
    ),
    Key(
        "format",
        ("v",),
        "format",
        "Write the numbers otherwise: as fits, fixed, scientific, with significant digits, as fractions of m.",
        panes=("matrices",),
    ),
    Key("more-digits", ("full_stop",), "digits(1)", "Write the numbers with a digit more.", panes=("matrices",)),
    Key("fewer-digits", ("comma",), "digits(-1)", "Write the numbers with a digit less.", panes=("matrices",)),
    Key("beside", ("D",), "execute('beside')", COMMANDS["beside"].summary, panes=("matrices",)),
    Key("predict", ("P",), "predict", "Guess what comes next before it shows: which quantity, its formula, its shape."),
    Key(
        "claim",
        ("a",),
        "claim",
        "Write an equation of your own for a gradient, or change the one chosen among the claims.",
        panes=("claims",),
    ),
    Key("switch", ("B",), "console('switch ')", COMMANDS["switch"].summary, panes=("operation",)),
    Key("mend", ("m",), "mend('mend')", COMMANDS["mend"].summary, panes=("claims",)),
    Key("unmend", ("M",), "mend('unmend')", "Take the last change of a claim back.", panes=("claims",)),
    Key(
        "console",
        ("colon",),
        "console('')",
        "Type commands until Esc: print W1, formula dW2, goto 12:dW2, help …",
        "console",
    ),
    Key(
        "search",
        ("slash",),
        "console('/')",
        "Search the program: /dW chooses the next equation with dW in it, / and Enter look farther on.",
        panes=("program",),
    ),
    Key("palette", ("ctrl+p", "f2"), "find", "Find a key or a command by its words, and execute it."),
    Key("help", ("question_mark",), "help", "Explain the keys and the commands.", "help"),
    Key("pane-help", ("f1",), "explain_pane", "Explain the pane that has the focus."),
)
INSPECTING = (
    Key(
        "",
        ("up", "down", "left", "right", "h", "j", "k", "l"),
        "walk",
        "Choose the entry beside.",
        "choose an entry",
        together="arrows",
    ),
    Key("next-matrix", ("tab",), "turn_over", "Go to the next matrix.", "matrix"),
    Key("where-made", ("enter",), "enter", "Go to where the matrix was computed.", "where made"),
    Key("leave-entry", ("escape", "e"), "release", "Go back to stepping.", "back to stepping"),
)
"""While an entry is chosen these come before all others."""
ACROSS, CHOOSING = ("matrices", "cost"), ("program", "matrices", "cost", "claims")
"""The panes in which there is something beside what shows, and those in which something can be chosen."""
SCROLLING = (
    Key("up", ("up", "K"), "turn(-1, 0)", "Scroll the pane up by a line, or choose the line above."),
    Key("down", ("down", "J"), "turn(1, 0)", "Scroll it down by a line, or choose the line below."),
    Key("page-up", ("pageup",), "page(-1)", "Scroll it up by a page."),
    Key("page-down", ("pagedown",), "page(1)", "Scroll it down by a page."),
    Key(
        "left",
        ("shift+left", "less_than_sign", "H"),
        "turn(0, -1)",
        "Scroll it to the left, or choose the column before.",
        panes=ACROSS,
    ),
    Key(
        "right",
        ("shift+right", "greater_than_sign", "L"),
        "turn(0, 1)",
        "Scroll it to the right, or choose the column after.",
        panes=ACROSS,
    ),
    Key("open", ("enter",), "enter", "Go to what is chosen in the pane.", panes=CHOOSING),
)
NUMBERED = {
    "program": "Program",
    "operation": "Operation",
    "matrices": "Matrices",
    "check": "Gradient check",
    "cost": "Cost",
    "claims": "Claims",
    "entry": "Entry",
    "network": "Network",
    "watch": "Watch",
    "history": "History",
}
"""The panes, in the order of the keys that show them."""
PANES = tuple(
    Key(f"pane-{name}", (str(number % 10),), f"pane({number})", f"Go to the pane {heading}.")
    for number, (name, heading) in enumerate(NUMBERED.items(), start=1)
)
ARRANGING = (
    *PANES,
    Key("next-pane", ("tab",), "focus_next", "Go to the next pane."),
    Key("previous-pane", ("shift+tab",), "focus_previous", "Go to the pane before."),
    Key("zoom", ("z",), "zoom", "Give the pane the whole screen, or give it back.", "zoom"),
    Key("hide", ("x",), "hide", "Hide the pane; the key that goes to it shows it again."),
    Key("closer", ("plus", "equals_sign"), "closer(1)", "Look closer at the cost, or play faster.", panes=("cost",)),
    Key("farther", ("minus",), "closer(-1)", "Look at the cost from farther away, or play slower.", panes=("cost",)),
    Key("theme", ("T",), "theme", "Change between dark and light."),
    Key(
        "suspend",
        ("ctrl+z",),
        "suspend",
        "Leave bpdebug stopped in the background, and give the terminal back; fg goes on with it.",
    ),
    Key("quit", ("q",), "quit", COMMANDS["quit"].summary, "quit"),
    Key(
        "",
        ("ctrl+c",),
        "interrupt",
        "Stop what runs; clear the console's line, or close it; or else leave.",
        urgent=True,
    ),
)
GROUPS = {
    "Move": MOVING,
    "Stop": STOPPING,
    "Ask": ASKING,
    "While an entry is chosen": INSPECTING,
    "Scroll": SCROLLING,
    "Arrange": ARRANGING,
}
"""The table as the help shows it."""
