"""Lines entered in the console that are a derivation in code, loops and all: read as claims, as those of a file are."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bpdebug.debugger.commands.understand import LOOP, equation, understand
from bpdebug.errors import BpdebugError
from bpdebug.program.equations import Program

ASSIGNED = re.compile(r"(?:[^=<>!(\[]|\[[^=\]]*\])+=(?!=)")
"""The beginning of a line that gives something a value: grads["dW2"] = …, dW2 += …; not sum(dZ2, axis=1)."""
NOTHING = "no equation was found in these lines: claim dW2 = dZ2 @ A1.T / m adds one"


def assigns(text: str) -> bool:
    """Whether a text begins with what gives something a value, or with a loop: it is no right side alone."""
    return bool(LOOP.match(text) or ASSIGNED.match(text.partition("\n")[0]))


def derivation(lines: Sequence[str], *, claiming: bool) -> bool:
    """Whether lines that came together are code rather than commands and equations, a line each.

    `claiming`: whether the line they came by is there for equations.
    """
    kinds = [_kind(line) for line in lines]
    if "loop" in kinds:
        return True
    if len(lines) == 1:
        return claiming and kinds == ["assignment"]
    return "assignment" in kinds or ("command" not in kinds and {"equation", "other"} <= {*kinds})


def _kind(line: str) -> str:
    """loop · equation · command · assignment, to more than a name · other, or nothing where a line says nothing."""
    line = line.strip()
    if not line or line.startswith("#"):
        return ""
    if LOOP.match(line):
        return "loop"
    if equation(line):
        return "equation"
    try:
        understand(line)
    except BpdebugError:
        return "assignment" if ASSIGNED.match(line) else "other"
    return "command"


def claimed(lines: Sequence[str], program: Program) -> tuple[tuple[str, ...], str]:
    """The commands that claim what the lines derive, and what is to be said of them before."""
    from bpdebug.check.telling import one_line
    from bpdebug.scenario.pasted import pasted

    try:
        found = pasted("\n".join(lines), program)
    except BpdebugError as error:
        return (), str(error)
    told = [*found.notes, *map(str, found.errors)]
    commands = tuple(f"claim {one_line(each.text)}" for each in found.claims)
    return commands, "\n".join(told if commands else [*told, NOTHING])
