"""The command that takes a value elsewhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from bpdebug.debugger import files
from bpdebug.debugger.commands.table import Say, command
from bpdebug.debugger.copied import MOST, MOST_IN_FILE, copied
from bpdebug.debugger.looked_up import looked_up
from bpdebug.debugger.words import counted
from bpdebug.errors import ExpressionError, UsageError
from bpdebug.language.expression import Name
from bpdebug.language.parser import parse_name
from bpdebug.ops import write

if TYPE_CHECKING:
    from bpdebug.debugger.session import Session

_LINE = re.compile(r"(?P<what>.+?)(?:\s+as\s+(?P<form>\w+))?(?:\s+to\s+(?P<file>.+))?", re.DOTALL)
ENDINGS = {".py": "numpy", ".tex": "latex", ".csv": "csv", ".txt": "text"}
"""The form of a file, where the line does not say it."""


@command("copy EXPR [as FORM]")
def copy(session: Session, argument: str) -> Say:
    """Copy a value, to be pasted elsewhere: as numpy, latex, csv or text.

    copy dW2               as NumPy's own text, which reads back bit for bit
    copy W1[0, :] as latex
    copy A1 as csv to A1.csv   into a file; A1.csv alone says that it is CSV
    """
    found = _LINE.fullmatch(argument)
    if found is None:
        raise UsageError("expected an expression after copy: copy dW2, copy W1[0, :] as latex")
    what, file = found["what"], found["file"]
    form = found["form"] or (ENDINGS.get(Path(files.named(file)).suffix, "numpy") if file else "numpy")
    value = looked_up(session.evaluator, session.timeline, what)
    text = copied(value, form, _label(what, form), most=MOST_IN_FILE if file else MOST)
    return _into(session, file, text, value.size) if file else Say(text, copied=text)


def _label(what: str, form: str) -> str:
    """What the value is called: a name in the spelling of the form, nothing where it is a formula."""
    try:
        name = parse_name(what)
    except ExpressionError:
        return ""
    return write(Name(name), "latex") if form == "latex" else name


def _into(session: Session, file: str, text: str, entries: int) -> Say:
    """Write it into a file of the user's; no script does."""
    session.recording.aside()
    if session.recording.folder is not None:
        raise UsageError("a script writes no file: copy without to FILE answers with the text")
    try:
        path = Path(files.named(file)).expanduser()
    except RuntimeError as error:  # ~somebody who is not here
        raise UsageError(str(error)) from None
    files.write(path, f"{text}\n")
    return Say(f"{path.name} holds {counted(entries, 'entry', 'entries')}")
