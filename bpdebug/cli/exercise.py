"""One exercise being worked on: a derivation with something wrong in it, hints on request, lines mended and judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from bpdebug.check.claims import Judge, Judgement
from bpdebug.check.formulas import Formulas, NotEvaluable
from bpdebug.check.forward import Values
from bpdebug.check.review import Review, in_order, review
from bpdebug.check.telling import one_line, summary
from bpdebug.cli.hints import LEVELS, NAMED, Fault, certain, faults, hints, kinds
from bpdebug.debugger.words import closest, counted, quoted, shaped, valued
from bpdebug.errors import BpdebugError, UsageError
from bpdebug.language.expression import Expr, names
from bpdebug.ops import expand, parse, write
from bpdebug.ops.table import Array
from bpdebug.program.work import listed
from bpdebug.scenario.pasted import pasted
from bpdebug.scenario.record import Claim, Scenario

HELP = """\
hint          one hint more: where, which line, what kind, the line mended
line dW2      is this the line that is wrong? its number does as well
dW2 = …       the line as it should be, in any spelling: it is judged by values
print EXPR    the value of a line as it stands, or of a formula: print A1.T
shape EXPR    its shape
show          the network and the derivation again
quit          leave"""
SPELLED = ("hint", "line", "print", "shape", "show", "help", "quit")
ELSEWHERE = {
    "list": "show shows the derivation; bpdebug practice, outside of an exercise, lists them all.",
    "claims": "That would give the line away. show shows the derivation, line dW2 asks about one line of it.",
    "check": "That would give the line away. line dW2 asks about one line, print and shape look at its values.",
    "formula": "That would give the line away. hint leads there step by step; show shows the network.",
    "mend": "That would give the line away. hint leads there step by step; dW2 = … writes it.",
}
"""Commands of the debugger that would solve an exercise, and what is said here in their place."""


class Trace(Struct):
    """What was done on the way to one mended line."""

    hints: int = 0
    level: int = 0
    """How far the hints are; a line that was found needs none of those that lead to it."""
    guesses: int = 0
    """Lines named that were not wrong."""
    attempts: int = 0
    """Lines written that did not mend it."""


@dataclass(eq=False)
class Exercise:
    """Answers commands; `solved` and `left` end it."""

    scenario: Scenario
    values: Values
    notation: str
    claims: tuple[Claim, ...] = ()
    review: Review = field(init=False)
    left: bool = False
    focus: Fault | None = None
    """What the learner is at: the line named, or else the first that is to be mended."""
    mended: dict[str, str] = field(default_factory=dict)
    traces: dict[str, Trace] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.claims = self.scenario.claims
        if not self.claims:
            raise UsageError(f"{self.scenario.name} has no claims: there is no derivation in it to practise with")
        self.review = self._reviewed(self.claims)
        if not faults(self.review):
            raise UsageError(f"there is nothing to find in {self.scenario.name}: {summary(self.review)}")

    @property
    def solved(self) -> bool:
        return not faults(self.review)

    @property
    def fault(self) -> Fault:
        """What is to be mended next."""
        open_ = faults(self.review)
        return self.focus if self.focus in open_ else open_[0]

    def execute(self, line: str) -> str:
        """The answer to one line."""
        words = line.split("#", 1)[0].strip()
        if not words:
            return ""
        verb, _, rest = words.partition(" ")
        if verb == "claim" and "=" in rest:
            words = rest.strip()
            verb, _, rest = words.partition(" ")
        known = self._verbs.get(verb)
        try:
            if known is not None and not rest.lstrip().startswith("="):
                return known(rest.strip())
            if "=" in words:
                return self._attempt(words)
            if self._place(words) is not None:
                return self._guess(words)
            if verb in ELSEWHERE:
                raise UsageError(f"there is no {quoted(verb)} here. {ELSEWHERE[verb]}")
            way = closest(verb, SPELLED) or f"Here there are {listed(SPELLED)}, and dW2 = … to write a line."
            raise UsageError(f"{quoted(verb)} is neither a command nor an equation. {way}")
        except BpdebugError as error:
            return str(error)

    @cached_property
    def _verbs(self) -> Mapping[str, Callable[[str], str]]:
        return {
            "hint": self._hint, "h": self._hint, "line": self._guess, "print": self._print, "p": self._print,
            "shape": self._shape, "help": lambda _: HELP, "?": lambda _: HELP, "quit": self._quit, "q": self._quit,
        }  # fmt: skip

    def _quit(self, rest: str) -> str:
        self.left = True
        return ""

    def _hint(self, rest: str) -> str:
        fault = self.fault
        trace = self._trace(fault)
        if trace.level == LEVELS:
            return f"That was the last hint: write the line, {fault.name} = …"
        trace.hints += 1
        trace.level += 1
        return f"Hint {trace.level} of {LEVELS}: {hints(self.review, fault)[trace.level - 1]}"

    def _guess(self, word: str) -> str:
        """Whether a line is the wrong one."""
        place = self._place(word)
        if place is None:
            known = [each.name for each in self.claims]
            way = closest(word, known) or f"There are {listed(known)}."
            raise UsageError(f"there is no line {quoted(word)}. {way}" if word else "which line? line dW2, or line 4")
        claim = self.review.claims[place]
        fault = Fault(claim.name, place)
        if fault in faults(self.review):
            self.focus = fault
            self._trace(fault).level = max(self._trace(fault).level, NAMED)
            found = f"Yes, line {place + 1}, {claim.name}, is wrong by itself."
            return f"{found} Now write it as it should be: {claim.name} = …"
        self._trace(self.fault).guesses += 1
        start = f"No, line {place + 1}, {claim.name}, "
        if claim.local is Judgement.AUXILIARY:
            return f"{start}only helps others; it is the gradient of nothing and is not judged."
        if claim.inherits:
            return f"{start}is right by itself: its numbers are wrong only through what it reads."
        return f"{start}is right: on this network it has just the values that it should have."

    def _attempt(self, text: str) -> str:
        """A line written anew: taken over where it mends something."""
        found = pasted(text, self.scenario.program, [each.said for each in self.claims])
        if found.errors:
            raise found.errors[0]
        if len(found.claims) != 1:
            raise UsageError("one equation at a time: dW2 = …")
        new, place = found.claims[0], self._place(found.claims[0].name)
        missing = next((each for each in faults(self.review) if each.place is None and each.name == new.name), None)
        if place is None and missing is None:
            raise UsageError(f"there is no line {quoted(new.name)}: there are {listed([e.name for e in self.claims])}")
        if place is not None:
            old = self.claims[place]
            if old.expr == new.expr:
                return f"That is {old.name} as it stands."
            new = replace(new, of=old.of or new.of, denotes=old.denotes)
        kept = (*self.claims[:place], new, *self.claims[place + 1 :]) if place is not None else (new, *self.claims)
        return self._judged(new, kept, place)

    def _judged(self, new: Claim, kept: tuple[Claim, ...], place: int | None) -> str:
        before, after = self.review, self._reviewed(kept)
        was, now = faults(before), faults(after)
        own = next(each for each in after.claims if each.name == new.name)
        mended = own.local is Judgement.CORRECT and len(now) < len(was)
        if not mended:
            return self._refused(new, was, after)
        fault = Fault(new.name, place)
        diagnosis = None if place is None else before.diagnoses[place]
        self.mended[new.name] = one_line(new.text)
        self._trace(fault)
        self.claims, self.review, self.focus = kept, after, None
        told = [f"Right: {one_line(new.text)}"]
        if diagnosis is not None and diagnosis.mistakes:
            told += [f"It was: {kinds(diagnosis.mistakes)}. {diagnosis.explanation}"]
        return "\n".join([*told, self._standing(before)])

    def _refused(self, new: Claim, was: tuple[Fault, ...], after: Review) -> str:
        """Why a line is not taken over, and what is certain of it."""
        place = next(place for place, each in enumerate(after.claims) if each.name == new.name)
        own, named = after.claims[place], {each.name for each in was}
        trace = self._trace(next((each for each in was if each.name == new.name), self.fault))
        trace.attempts += 1
        if own.local is Judgement.CORRECT:
            broken = [each.name for each in faults(after) if each.name not in named]
            if not broken:
                return f"That is right too; but {new.name} was right before, so what is wrong is elsewhere."
            return f"With this, {listed(broken)} would not be right any more. The line stays as it was."
        start = "Not yet." if new.name in named else f"{new.name} was right before, and this is not."
        return f"{start} {certain(own, after.diagnoses[place], after)} The line stays as it was.".replace("  ", " ")

    def _standing(self, before: Review) -> str:
        """What is right now, and what is left."""
        inherited = [each.name for each in before.claims if each.inherits]
        now = [each.name for each in self.review.claims if each.verdict is Judgement.CORRECT and each.name in inherited]
        also = f"With it {listed(now)} {'is' if len(now) == 1 else 'are'} right too. " if now else ""
        left = len(faults(self.review))
        if left:
            return f"{also}{counted(left, 'mistake')} left."
        used, guesses, attempts = self.counts
        score = counted(used, "hint"), counted(guesses, "wrong guess", "wrong guesses"), counted(attempts, "wrong line")
        return f"{also}All is right now. It took {listed(score)}."

    @property
    def counts(self) -> tuple[int, int, int]:
        """The hints taken, the lines named that were not wrong, and the lines written that were not right."""
        traces = self.traces.values()
        taken, guesses = sum(each.hints for each in traces), sum(each.guesses for each in traces)
        return taken, guesses, sum(each.attempts for each in traces)

    def _print(self, text: str) -> str:
        expr = self._read(text)
        return valued(write(expr, self.notation), self._value(expr))

    def _shape(self, text: str) -> str:
        expr = self._read(text)
        return f"{write(expr, self.notation)}  {shaped(self._value(expr).shape)}"

    def _read(self, text: str) -> Expr:
        if not text:
            raise UsageError("expected a name or a formula: print dW2, shape A1.T")
        known = {*self.scenario.program.shapes, *(each.name for each in self.claims)}
        return expand(parse(text, known), self.scenario.program.examples)

    def _value(self, expr: Expr) -> Array:
        """The value of a formula over the forward pass and the lines as they stand."""
        known = self._known()
        for name in names(expr):
            if name not in known:
                own = any(each.name == name for each in self.claims)
                why = f"{name} has no value: it cannot be evaluated" if own else f"there is no {quoted(name)} here"
                raise UsageError(f"{why}. {closest(name, known) if not own else ''}".rstrip())
        return Formulas(self.scenario.program.constants).value(expr, known)

    def _known(self) -> dict[str, Array]:
        """The forward pass, and every line as it stands that can be evaluated."""
        program = self.scenario.program
        known, formulas = dict(Judge(program, self.values, self.claims).given), Formulas(program.constants)
        for place in in_order(self.claims):
            claim = self.claims[place]
            with suppress(NotEvaluable):
                known[claim.name] = formulas.value(claim.expr, known)
        return known

    def _place(self, word: str) -> int | None:
        """Where the line stands that a name or a number means."""
        if word.isdecimal() and len(word) < 4 and 1 <= int(word) <= len(self.claims):
            return int(word) - 1
        return next((place for place, each in enumerate(self.claims) if each.name == word), None)

    def _trace(self, fault: Fault) -> Trace:
        return self.traces.setdefault(fault.name, Trace())

    def _reviewed(self, claims: tuple[Claim, ...]) -> Review:
        return review(self.scenario.program, self.values, claims)
