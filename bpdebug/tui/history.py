"""The pane of what was done: the commands, the newest last, and where each led or what it said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from rich.cells import cell_len
from rich.text import Text

from bpdebug.debugger.history import Done, Stood
from bpdebug.errors import printable
from bpdebug.language.names import write_name
from bpdebug.tui.colours import Look
from bpdebug.tui.lines import cut
from bpdebug.tui.prose import plain, sentence
from bpdebug.tui.signs import signs

EMPTY = "Nothing is done yet: every key and every command is listed here."
SHOWN = 100
"""Lines that are listed."""
NARROW = 44
"""Below this width what came of a command stands beneath it."""
COMMANDS = (12, 32)
"""Cells of the column of commands, at least and at most."""


def history_lines(done: Sequence[Done], notation: str, width: int, look: Look) -> list[Text]:
    """The latest commands, of `Session.history`, a line or two each; the newest last."""
    if not done:
        return list(plain(EMPTY, width, look.quiet))
    latest = joined(done, signs(notation).times)[-SHOWN:]
    digits = len(str(latest[-1].serial)) + 1
    wide = max(cell_len(printable(each.line)) for each in latest)
    room = min(max(COMMANDS[0], wide), COMMANDS[1], width // 2 - digits)
    return [line for each in latest for line in _Columns(notation, width, digits, room, look).lines(each)]


def joined(done: Sequence[Done], times: str = "×") -> list[Done]:
    """The commands, the same one again and again as one, `step ×12`, from where the first began to where the last led.

    What said the same as before, or went on from there, is joined; what was refused otherwise, or said more, is not.
    """
    runs = list[list[Done]]()
    for each in done:
        if runs and _goes_on(runs[-1][-1], each):
            runs[-1].append(each)
        else:
            runs.append([each])
    return [_one(run, times) for run in runs]


def _goes_on(last: Done, each: Done) -> bool:
    moved = last.before != last.after and each.before != each.after
    alike = moved if each.ok else last.said == each.said
    return (last.line, last.ok) == (each.line, each.ok) and last.after == each.before and alike


def _one(run: Sequence[Done], times: str) -> Done:
    last = run[-1]
    if len(run) == 1:
        return last
    return Done(f"{last.line} {times}{len(run)}", last.ok, run[0].before, last.after, last.said, last.serial)


class _Columns(Struct, frozen=True, eq=False):
    notation: str
    width: int
    digits: int
    """Cells of the numbers, with a blank."""
    room: int
    """Cells of the commands."""
    look: Look

    def lines(self, each: Done) -> Iterator[Text]:
        """A command beside, or above, what came of it."""
        style, how = (self.look.strong, self.look.quiet) if each.ok else (self.look.odd, self.look.odd)
        number = (f"{each.serial} ".rjust(self.digits), self.look.quiet)
        dots = signs(self.notation).dots
        typed, came = sentence(" ".join(printable(each.line).split()), self.notation), _came(each, self.notation)
        if self.width < NARROW:
            beside = self.width - self.digits
            yield Text.assemble(number, (cut(typed, beside, dots), style))
            yield Text.assemble(" " * self.digits, (cut(came, beside, dots), how))
        else:
            said = cut(typed, self.room, dots)
            gap = " " * (self.room - cell_len(said) + 2)
            beside = self.width - self.digits - self.room - 2
            yield Text.assemble(number, (said, style), gap, (cut(came, beside, dots), how))


def _came(each: Done, notation: str) -> str:
    """From where to where it led; or what it said, after a mark where it was refused."""
    if each.ok and each.before != each.after:
        return f"{_place(each.before, notation)} {signs(notation).arrow} {_place(each.after, notation)}"
    said = sentence(printable(each.said), notation)
    return said if each.ok else f"! {said}"


def _place(stood: Stood, notation: str) -> str:
    """A place as goto takes it, with the equation that it is at."""
    if not stood.step:
        return "start"
    return f"{stood.iteration}:{stood.step} {write_name(stood.name, notation)}"
