"""Pasted homework as claims: every line that can be read, and of the others why they cannot."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from itertools import count
from keyword import iskeyword

from msgspec import Struct
from msgspec.structs import replace

from bpdebug.errors import ExpressionError, Span
from bpdebug.language.expression import names
from bpdebug.program.equations import Program
from bpdebug.scenario import homework
from bpdebug.scenario.beside import apart
from bpdebug.scenario.collected import Work
from bpdebug.scenario.contents import keys
from bpdebug.scenario.dialects import is_matlab
from bpdebug.scenario.kinds import Shapes
from bpdebug.scenario.naming import quantities
from bpdebug.scenario.noted import notes
from bpdebug.scenario.record import MOST_CLAIMS, Claim
from bpdebug.scenario.statements import Homework, Passed, Unread

_SLOPE = re.compile(r"∂[A-Za-z]/∂(?=[^\W\d])")


class Pasted(Struct, frozen=True):
    """The claims of a block, what was passed over and why, and the lines that could not be read.

    What an unread line would have given stands in its `defines`; a line that it changes is no claim any more.
    """

    claims: tuple[Claim, ...]
    notes: tuple[str, ...]
    unread: tuple[Unread, ...]
    gradients: tuple[str, ...]
    """What the program calls its gradients."""

    @property
    def errors(self) -> tuple[ExpressionError, ...]:
        """What is said of the lines that could not be read."""
        return tuple(each.error for each in self.unread if each.error is not None)

    @property
    def lines(self) -> int:
        """How many lines are not read."""
        return sum(each.lines for each in self.unread if each.error or {*each.defines} & {*self.unknown})

    @property
    def unknown(self) -> tuple[str, ...]:
        """The names whose values nobody knows, because the lines that give them could not be read.

        Of what is unpacked from something unseen, only those count that are gradients, or that a line reads.
        """
        given = {each.name for each in self.claims}
        wanted = {*self.gradients, *(name for each in self.claims for name in names(each.expr))}
        unread = (name for each in self.unread for name in each.defines if each.error or name in wanted)
        return tuple(dict.fromkeys(name for name in unread if name not in given))


def pasted(block: str, program: Program, above: Collection[str] = ()) -> Pasted:
    """Every claim of a block of equations about a program. A line that cannot be read does not stop the others.

    `above` are names that lines give which are read already, and stand before the block.
    """
    found = homework.read(
        block, quantities(program), program.constants, program.data, Shapes.of(program), parameters=program.parameters
    )
    block = found.block
    work = Work(found, program, _free(found, program), frozenset(above))
    waiting: dict[int, list[Unread]] = {}
    for each in found.unread:
        waiting.setdefault(each.after, []).append(_with_entries(each, work))
    for at, statement in enumerate(found.statements):
        for each in waiting.pop(at, ()):
            _lose(work, each)
        if len(work.kept) == MOST_CLAIMS:
            message = f"{MOST_CLAIMS} equations are judged together; this one and all after it are left out"
            left = dict.fromkeys(each.name for each in found.statements[at:])
            work.lose(Unread(ExpressionError(message, block, statement.place), (*left,)))
            break
        try:
            work.take(statement)
        except ExpressionError as error:
            _lose(work, Unread(error, (statement.name,), changes=bool(statement.sign)))
    for rest in waiting.values():
        for each in rest:
            _lose(work, each)
    claims = _without_beside(work)
    matlab, slope = is_matlab(block), _SLOPE.search(block)
    judged = tuple(replace(each, matlab=matlab, slope=slope[0] if slope else "d") for each in claims)
    return Pasted(judged, tuple(notes(work)), _once(work.unread), (*program.gradients.values(),))


def _with_entries(unread: Unread, work: Work) -> Unread:
    """What is not read, with the keys by which lines ask it for what it holds, as far as no line gives those."""
    asked = (key for name in unread.defines for key in sorted(keys(work.found.block).get(name, ())))
    unknown = (key for key in asked if key and key not in work.bound and not work.naming.usual(key))
    return replace(unread, defines=tuple(dict.fromkeys((*unread.defines, *unknown))))


def _lose(work: Work, unread: Unread) -> None:
    """Take a line down as not read, unless it only changes entries of what the program is given."""
    if unread.error and unread.changes and unread.defines and {*unread.defines} <= {*work.program.data}:
        place = unread.error.span or Span(0, 1)
        work.found.passed.append(Passed(place, f"this change of {unread.defines[0]} is not judged"))
    else:
        work.lose(unread)


def _without_beside(work: Work) -> list[Claim]:
    """The claims without the lines that are beside the derivation; of those that are unread, too, a note is left."""
    claims = _claims(work)
    beside, unread = apart(claims, work.unread, work.known)
    places = {each.name: each.place for each in work.kept}
    for claim in beside:
        work.found.passed.append(Passed(places[claim.name], f"{claim.said}: no gradient reads it"))
    for each in unread:
        place = each.error.span if each.error and each.error.span else Span(0, 1)
        work.found.passed.append(Passed(place, f"{', '.join(each.defines)}: no gradient reads it"))
    gone = {*map(id, beside), *map(id, unread)}
    work.unread = [each for each in work.unread if id(each) not in gone]
    return [each for each in claims if id(each) not in gone]


def _claims(work: Work) -> list[Claim]:
    """The lines as claims, each tied to the quantity that its name speaks of; updates come last."""
    kept = [each for at, each in enumerate(work.kept) if at not in work.dropped]
    updates = {id(each) for each in kept if each.denotes and work.naming.given(each.said)}
    return [
        each.claim(
            work.program,
            work.meant(names(each.line.expr)),
            each.said if id(each) in updates else work.naming.of(each.said),
            work.found.line(each.place),
        )
        for each in sorted(kept, key=lambda each: id(each) in updates)
    ]


def _once(unread: Iterable[Unread]) -> tuple[Unread, ...]:
    """Each line once, in the order of the block, with the first error in it: a loop has it once for each layer."""
    found: dict[object, Unread] = {}
    for each in unread:
        place = (each.error.span or each.error.message) if each.error else each.defines
        known = found.setdefault(place, each)
        defines = tuple(dict.fromkeys((*known.defines, *each.defines)))
        found[place] = replace(known, defines=defines, begins=known.begins | each.begins)
    return tuple(sorted(found.values(), key=_begins))


def _begins(unread: Unread) -> int:
    return unread.error.span.start if unread.error and unread.error.span else 0


def _free(found: Homework, program: Program) -> dict[str, str]:
    """Names for what the person's lines name by a word of Python: lambda_ for lambda."""
    given = {each.name for each in found.statements}
    taken = {*given, *program.shapes, *program.constants}
    other: dict[str, str] = {}
    for name in sorted(each for each in given if iskeyword(each)):
        other[name] = next(own for number in count() if (own := f"{name}_{number or ''}") not in taken)
    if "lambda" not in given and "lambd" in program.constants and re.search(r"\blambda\b", found.block):
        other["lambda"] = "lambd"
    return other
