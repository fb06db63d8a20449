"""The lines of a pasted block on their way to claims: rivals for one gradient kept apart, what is added taken in."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count

from msgspec.structs import replace

from bpdebug.errors import ExpressionError, Span
from bpdebug.language.expression import Expr, Name, names, substitute
from bpdebug.ops import expand
from bpdebug.program.equations import Program
from bpdebug.scenario import text
from bpdebug.scenario.activations import with_slopes
from bpdebug.scenario.carried import carried
from bpdebug.scenario.completed import completed
from bpdebug.scenario.kept import Kept
from bpdebug.scenario.labels import encoded, labels_subtracted, only_pick
from bpdebug.scenario.moved import forget_updates, see_parameter, updated
from bpdebug.scenario.names import unusable
from bpdebug.scenario.naming import Naming
from bpdebug.scenario.objects import refusal
from bpdebug.scenario.optimizers import bent, keeps
from bpdebug.scenario.owners import owner
from bpdebug.scenario.respelling import Respelled, joined, renamed
from bpdebug.scenario.restated import Restated
from bpdebug.scenario.scaling import is_number, scaled
from bpdebug.scenario.statements import Homework, Passed, Statement, Unread
from bpdebug.scenario.zeros import NOTHING, ZEROS, vanished

_LEFT = "it = "


@dataclass(slots=True)
class Work:
    """A block on its way to claims."""

    found: Homework
    program: Program
    other: Mapping[str, str]
    """What names are called here that operations have, or Python."""
    above: Collection[str] = ()
    """Names that lines give which stand before the block."""
    kept: list[Kept] = field(default_factory=list)
    latest: dict[str, int] = field(default_factory=dict)
    """Where in `kept` the line stands that a name means from here on."""
    zeros: set[str] = field(default_factory=set)
    """Names that begin with zeros, to which something is added."""
    spelled: dict[str, str] = field(default_factory=dict)
    """What the program has under another spelling."""
    unread: list[Unread] = field(default_factory=list)
    dropped: set[int] = field(default_factory=set)
    """Where in `kept` lines stand that something unread changes."""
    lost: dict[str, str] = field(default_factory=dict)
    """What names are called from here on whose lines could not be read."""
    updated: dict[str, int] = field(default_factory=dict)
    """Parameters that are updated, and in which part of the block."""
    respelt: dict[str, str] = field(default_factory=dict)
    """Parameters that are updated in another spelling, and what the program calls them."""
    numbers: set[str] = field(default_factory=set)
    """The person's own names for single numbers."""
    elsewhere: set[str] = field(default_factory=set)
    """Names that lines change and no line begins: they are kept from step to step in code that is not there."""
    carried: set[str] = field(default_factory=set)
    """Names that lines give of which the program's update keeps what they hold, or what that is made of."""
    restated: Restated = field(init=False)
    naming: Naming = field(init=False)
    bound: set[str] = field(init=False)
    """The names that the program or a line gives: also one that a function has means that where it is not called."""

    def __post_init__(self) -> None:
        self.restated, self.naming = Restated(self.program), Naming(self.program)
        self.bound = {*self.program.shapes, *self.program.constants, *(each.name for each in self.found.statements)}

    def lose(self, unread: Unread) -> None:
        """Forget what the names of an unread line meant: who reads them from here on reads what nobody knows."""
        defines: list[str] = []
        for said in unread.defines:
            name = self.other.get(said, said)
            if unread.error is None and self.naming.spells(name):
                continue
            at = self.latest.pop(name, None)
            self.zeros.discard(name)
            if at is not None and unread.changes and not self._read_after(at):
                self.dropped.add(at)
                self.found.passed.append(
                    Passed(self.kept[at].place, f"{said}: a line below that changes it is not read")
                )
            elif at is not None or name in self.naming.every:
                self.lost[name] = self.own(name)
            same = self.meant([name]).get(name)
            defines += [self.lost.get(name, name), *([same.id] if same else [])]
        self.unread.append(replace(unread, defines=tuple(dict.fromkeys(defines))))

    def _read_after(self, at: int) -> bool:
        """Whether a line after the one that is kept at a place reads it."""
        return any(self.kept[at].name in each.reads.values() for each in self.kept[at + 1 :])

    def own(self, name: str) -> str:
        """The name, with a number behind it where it is taken."""
        taken = {*(each.name for each in self.kept), *self.lost.values()}
        free = (f"{name}_{number}" for number in count(2))
        return next(each for each in free if each not in taken and each not in self.bound)

    def take(self, statement: Statement) -> None:
        """Keep one assignment, or take it into the line that it changes."""
        see_parameter(self, statement)
        other = {**self.other, **self.respelt}
        name = other.get(statement.name, statement.name)
        condition = statement.condition and renamed(statement.condition, other)
        statement = replace(statement, name=name, right=renamed(statement.right, other), condition=condition)
        if statement.sign in ("[range, y]", "[y, range]", "[y]"):
            statement = labels_subtracted(statement, self.found.block, self.program)
            self.spelled[f"{name}[…] -= 1"] = f"{name} -= {statement.right.text}"
        forget_updates(self, statement)
        if carried(self, statement):
            return
        if statement.doubt is not None and (
            statement.single or not self.naming.either_way(name, statement.sign, statement.right.text)
        ):
            raise statement.doubt
        if statement.doubt is None and name in self.program.parameters and updated(self, statement):
            return
        if self.naming.given(name) and (statement.doubt or statement.sign or not self._restated(statement)):
            reason = f"this change of {name} is not judged" if statement.sign else f"{name} is the program's own"
            self.found.passed.append(Passed(statement.place, reason))
            return
        if only_pick(statement, self.found.block, self.program):
            self.found.passed.append(
                Passed(statement.place, f"{name} is the number of each label: it only picks entries")
            )
            return
        if reason := unusable(name):
            raise ExpressionError(reason, self.found.block, statement.place)
        self._place(statement)

    def _place(self, statement: Statement) -> None:
        """Keep a line of the person's own, or what it does to the one before it of its name."""
        name = statement.name
        if (earlier := self.latest.get(name)) is None and self._begins_elsewhere(statement):
            self.zeros.add(name)
        if not statement.sign and ZEROS.fullmatch(statement.right.text):
            self._empty(name)
        elif earlier is None and name in self.zeros and statement.sign in ("+", "-"):
            begun = statement.right if statement.sign == "+" else joined("-(", statement.right, ")")
            self._keep(name, begun, statement.place)
        elif not statement.sign:
            self._keep(name, statement.right, statement.place)
        elif earlier is None and self._is_unread(name):
            self._pass_change(name, statement.place)
        elif earlier is None:
            self.elsewhere |= {name} if statement.sign in ("*", "/") else set()  # v *= beta, before v += dW
            change = "sets entries of" if statement.condition else f"'{statement.sign}=' changes"
            raise self._unbegun(name, change, statement.place)
        else:
            self._change(self.kept[earlier], statement, earlier)

    def _begins_elsewhere(self, statement: Statement) -> bool:
        """Whether a line adds to what begins before the code that is there, as what examples add up does."""
        if statement.single:
            return bool(owner(statement.name, self.naming.every))
        adds = statement.sign in ("+", "-") and not self._is_unread(statement.name)
        return adds and self._keeps(statement.name, re.findall(r"\w+", statement.right.text))

    def _pass_change(self, name: str, place: Span) -> None:
        """Say that a line changes what no one knows, so that nobody knows it afterwards."""
        self.found.passed.append(Passed(place, f"{name}: a line above that gives it is not read"))
        self.lose(Unread(None, (name,), changes=True))

    def _changes_unread(self, name: str, line: text.Line) -> bool:
        """Whether a line makes something of its own name, which a line above that is not read gives: dW = dW / m."""
        unknown = name not in self.latest and not self.naming.given(name)
        return unknown and name in names(line.expr) and (name in self.lost or self._is_unread(name))

    def _is_unread(self, name: str) -> bool:
        return any(name in each.defines for each in self.unread)

    def _restated(self, statement: Statement) -> bool:
        """Whether a line gives what the program computes another value; ExpressionError where it is another number."""
        try:
            expr = self.read(statement.right).expr
        except ExpressionError:
            return False
        name, own = statement.name, dict[str, Expr](self.meant(names(expr)))
        value = self.restated.other(name, substitute(expr, own))
        if value is not None and name in self.program.constants:
            message, hint = self.restated.refused(name, value)
            raise ExpressionError(message, self.found.block, statement.place, hint)
        return value is not None

    def _keep(self, name: str, right: Respelled, place: Span) -> None:
        line = self.read(right)
        if line.expr == Name(name):
            return
        if self._changes_unread(name, line):
            self._pass_change(name, place)
            return
        line = self._begun(name, line, place)
        if line.expr == NOTHING and not self.naming.usual(name):
            self._empty(name)
            return
        if unseen := self.naming.unseen(name, names(line.expr), {*self.latest, *self.above}):
            self.found.passed.append(Passed(place, f"{name}: what {unseen} is, is not seen here"))
            self.elsewhere |= {name} if unseen in self.elsewhere else set()
            self.lose(Unread(None, (name,), reads=names(line.expr)))
            return
        if self._cut_to_size(name, line.expr):
            self.found.passed.append(Passed(place, f"{name}: what cuts a gradient to size is not judged"))
            return
        self._refuse_entries(line, right)
        reads = self.reads(line)
        said = any(each.name == name for each in self.kept)
        own = self.own(name) if said or name in self.lost or self.naming.given(name) else name
        self.lost.pop(name, None)
        if is_number(line.expr, self.naming.single | self.numbers) and not owner(name, self.naming.every):
            self.numbers.add(name)
        self.latest[name] = len(self.kept)
        self.kept.append(Kept(name, own, right, line, place, reads))

    def _cut_to_size(self, name: str, expr: Expr) -> bool:
        """Whether a line clips the gradient of a parameter, or divides it by its norm."""
        of = self.naming.of(name) if name in self.latest else ""
        return of in self.program.parameters and bent(of, Name(of) - expr, self.lines, self.naming)

    @property
    def lines(self) -> dict[str, Expr]:
        """What the lines kept so far give, by the names that they have here."""
        return {name: self.kept[at].line.expr for name, at in self.latest.items()}

    def _empty(self, name: str) -> None:
        self.zeros.add(name)
        self.latest.pop(name, None)

    def _begun(self, name: str, line: text.Line, place: Span) -> text.Line:
        """A line with 0 for zeros that nothing is put into yet; ExpressionError where it reads its name, and none is.

        What fills the zeros of a gradient may not be seen: those stay what they are called.
        """
        empty = [each for each in names(line.expr) if each in self.zeros and each not in self.latest]
        if name in empty and keeps(name, names(line.expr), self.elsewhere, self.naming):
            return replace(line, expr=substitute(line.expr, {name: NOTHING}))
        zeros = {each for each in empty if each == name or not self.naming.usual(each)}
        line = replace(line, expr=vanished(line.expr, zeros)) if zeros else line
        if name not in names(line.expr) or name in self.latest or self.naming.given(name):
            return line
        if self._keeps(name, names(line.expr)):
            return replace(line, expr=substitute(line.expr, {name: NOTHING}))
        raise self._unbegun(name, "line changes", place)

    def _keeps(self, name: str, read: Collection[str]) -> bool:
        """Whether a line changes what an optimizer keeps in code that is not there: it begins with zeros."""
        kept = keeps(name, read, self.elsewhere, self.naming)
        self.elsewhere |= {name} if kept else set()
        return kept

    def _unbegun(self, name: str, change: str, place: Span) -> ExpressionError:
        """What is said of a line that changes what no line begins."""
        message = f"this {change} {name}, which no line before it gives"
        return ExpressionError(message, self.found.block, place, f"Write above it: {name} = expression.")

    def _refuse_entries(self, line: text.Line, right: Respelled) -> None:
        """ExpressionError where an entry is taken out of a list that nobody gives."""
        if entry := self.naming.unknown_entry(line.expr, {*self.lost, *self.said}):
            message = f"which of the program's arrays this entry of {entry.id} is, is not known here"
            raise ExpressionError(message, self.found.block, right.placed(entry.span), "Write its name: W2, A1, dZ2.")

    def reads(self, line: text.Line) -> dict[str, str]:
        """For the names that a line reads, what the lines are called that gave them last."""
        known = {each: self.kept[self.latest[each]].name for each in names(line.expr) if each in self.latest}
        return {**{each: self.lost[each] for each in names(line.expr) if each in self.lost}, **known}

    def _change(self, old: Kept, statement: Statement, at: int) -> None:
        """A line and what is done to it are one equation, where nothing between them reads it or changes its names."""
        reads = self.reads(self.read(statement.right))
        condition = re.findall(r"\w+", statement.condition.text if statement.condition else "")
        between = self._read_after(at) or old.otherwise(reads) or old.said in {*reads, *condition}
        right = old.changed(statement, between=between)
        if between:
            self._keep(statement.name, right, statement.place)
        else:
            line = self.read(right)
            self._refuse_entries(line, right)
            added = {name: own for name, own in self.reads(line).items() if name != old.said}
            self.kept[at] = replace(old, right=right, line=line, reads={**added, **old.reads})

    def read(self, right: Respelled) -> text.Line:
        """The right side read; an error is placed in the block."""
        try:
            for reading in (encoded, completed, with_slopes):
                right, read = reading(right, self.program)
                self.spelled |= read
            line = text.line(f"{_LEFT}{right.text}", bound=self.bound)
            expr = scaled(line.expr, right.text, self.program, self.naming.single | self.numbers)
            return replace(line, expr=expand(expr, self.program.examples))
        except ExpressionError as error:
            span, behind = error.span, len(_LEFT) * error.text.startswith(_LEFT)
            span = span and Span(max(0, span.start - behind), max(1, span.end - behind))
            message, hint = refusal(right.text, self.found.block) or (error.message, error.hint)
            raise ExpressionError(message, self.found.block, right.placed(span), hint) from None

    def meant(self, read: Iterable[str]) -> dict[str, Name]:
        """Names that nobody gives, where they spell what the program has."""
        found = self.naming.meant(read, self.said)
        self.spelled |= found
        return {name: Name(own) for name, own in found.items()}

    @property
    def said(self) -> set[str]:
        """The names that the person's lines give, those of the block and those above it."""
        return {*self.above, *(each.said for each in self.kept)}

    def known(self, name: str) -> bool:
        """Whether a name is the program's, or a gradient's, or a line above the block gives it."""
        return name in self.above or self.naming.usual(name)
